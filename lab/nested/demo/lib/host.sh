# shellcheck shell=bash disable=SC2154  # variables of run
# SPDX-License-Identifier: Apache-2.0
# Copyright the Orthus for CloudStack authors
#
# The lab host: brought up, fitted out, taken down at the end in any case.

readonly LAB_NAME=demo
readonly WATCHER_ADDRESS=10.9.0.1

in_lab() {
  "$top/lab/nested/lab" exec "$LAB_NAME" -- "$@"
}

# The command on the host, shown as somebody would type it there.
orthus() {
  say "# orthus $*"
  in_lab orthus "$@"
}

host_up() {
  if "$top/lab/nested/lab" pid "$LAB_NAME" >/dev/null 2>&1; then
    die "a demonstration is running already, or was killed; 'lab/nested/lab down $LAB_NAME' ends it"
  fi
  SCRATCH=$(mktemp -d)
  trap 'host_down' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  "$top/lab/nested/lab" up "$LAB_NAME"
  "$top/lab/nested/lab" install "$LAB_NAME" "$stage"
  module_install
  # shellcheck source=/dev/null
  source <(in_lab cat /etc/orthus-lab/qemu)
  in_lab systemd-run --quiet --unit orthus-watch \
    orthus-watch serve --listen "$WATCHER_ADDRESS"
}

# Where DKMS leaves it, who builds it when the kernel's new source is installed.
module_install() {
  local directory
  directory=/lib/modules/$(in_lab uname -r)/updates/dkms
  in_lab mkdir --parents "$directory"
  "$top/lab/nested/lab" put "$LAB_NAME" "$module" "$directory"
}

# What is beside the lab, and then the lab.
host_down() {
  device_watcher_stop
  rm -rf "$SCRATCH"
  lab_down
}

# An interrupted "lab up" may have left a lab that is not quite up.
lab_down() {
  "$top/lab/nested/lab" down "$LAB_NAME"
}
