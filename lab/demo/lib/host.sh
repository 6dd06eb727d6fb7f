# shellcheck shell=bash disable=SC2154  # variables of run
# SPDX-License-Identifier: Apache-2.0
# Copyright the Orthus for CloudStack authors
#
# The lab host: brought up, fitted out, taken down at the end in any case.

LAB_NAME=${LAB_NAME-demo}
readonly LAB_NAME
readonly WATCHER_ADDRESS=10.9.0.1

in_lab() {
  "$top/lab/lab" exec "$LAB_NAME" -- "$@"
}

# The command on the host, shown as somebody would type it there.
orthus() {
  say "# orthus $*"
  in_lab orthus "$@"
}

host_up() {
  if "$top/lab/lab" pid "$LAB_NAME" >/dev/null 2>&1; then
    die "a demonstration is running already, or was killed; 'lab/lab down $LAB_NAME' ends it"
  fi
  trap 'host_down' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  "$top/lab/lab" up "$LAB_NAME"
  "$top/lab/lab" install "$LAB_NAME" "$stage"
  host_root=/proc/$("$top/lab/lab" pid "$LAB_NAME")/root
  # shellcheck source=/dev/null
  source "$host_root/etc/orthus-lab/qemu"
  install -m 0755 "$images/orthus-watch" "$host_root/usr/local/bin/"
  in_lab systemd-run --quiet --unit orthus-watch \
    /usr/local/bin/orthus-watch serve --listen "$WATCHER_ADDRESS"
}

# An interrupted "lab up" may have left a lab that is not quite up.
host_down() {
  "$top/lab/lab" down "$LAB_NAME"
}
