# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Copyright the Orthus for CloudStack authors
#
# The command channel: OpenSSH over the lab's own network namespace. One
# connection is made when the lab comes up and shared by all commands, because
# making one is slow under emulation; should it break, each command makes its own.

# channel_options NAME: sets OPTIONS, those of every ssh, for a lab that is up.
channel_options() {
  local name=$1 image
  image=$(instance_note "$name" image)
  OPTIONS=(
    -F none -i "$image/key" -l root
    -o UserKnownHostsFile="$image/known_hosts" -o HostKeyAlias=orthus-lab
    -o ControlPath="$STATE_DIR/$name/channel"
    -o BatchMode=yes -o IdentitiesOnly=yes -o EscapeChar=none -o LogLevel=ERROR
    # An emulated host may be busy for long. When it is gone, so is the
    # connection: it lives in the lab's namespaces.
    -o ConnectTimeout=60 -o ServerAliveInterval=60 -o ServerAliveCountMax=10
  )
}

# Opens the shared connection; fails when the host does not answer yet.
channel_open() {
  channel_options "$1"
  nsenter --net --pid --target "$INIT" -- \
    ssh "${OPTIONS[@]}" -o ConnectTimeout=5 -M -N -f 10.8.0.2 </dev/null >/dev/null 2>&1
}

channel_is_open() {
  channel_options "$1"
  ssh "${OPTIONS[@]}" -O check 10.8.0.2 2>/dev/null
}

channel_close() {
  channel_options "$1"
  ssh "${OPTIONS[@]}" -O exit 10.8.0.2 2>/dev/null || true
}

# channel_exec NAME TTY CMD...: becomes CMD on the host. TTY is -T or -t. The
# arguments travel as base64 and meet no shell, here or there; see ../run.c.
channel_exec() {
  local name=$1 tty=$2 text
  shift 2
  text=$(printf '%s\0' "$@" | base64 --wrap=0)
  # Longer texts cannot be an argument here nor a variable there.
  ((${#text} < 120000)) || die "exec: the command is too long; send it by 'lab put' or standard input"
  channel_options "$name"
  exec nsenter --net --target "$INIT" -- ssh "${OPTIONS[@]}" "$tty" 10.8.0.2 "$text"
}
