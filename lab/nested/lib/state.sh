# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Copyright the Orthus for CloudStack authors
#
# The saved state of a machine that has booted an image and is ready: the start
# of every lab. Booting takes a minute or more, resuming seconds. Kept in the
# cache under a key of the image and of what the machine consists of.

STATES_DIR=$NESTED_CACHE/states
# The lab that boots to be saved; no name that a user could give.
STATE_LAB=.save

state_key() {
  local image=$1 cpus=$2
  {
    # Its keys tell this image from another build of the same.
    printf '%s %s\n' "$cpus" "$(<"$image/known_hosts")"
    (cd "$NESTED_HOME/lib" && sha256sum init save state.sh)
  } | sha256sum | cut -c 1-16
}

# What would otherwise be done once by each lab: libvirt asks every QEMU what it
# can do.
state_prepare() {
  # shellcheck disable=SC2016 # for the shell on the host
  machine_run "$STATE_LAB" bash -euc '
    source /etc/orthus-lab/qemu
    for emulator in "$OLD" "$NEW" "$HOST"; do
      virsh domcapabilities --virttype kvm --emulatorbin "$emulator"
    done
    java -version 2>&1
    systemctl is-system-running --wait || true
    sync' >/dev/null
}

# state_build IMAGE CPUS: boots and saves, unless the cache has it; prints the path of
# the state's directory: disk.qcow2, machine. Callers that come meanwhile wait.
state_build() {
  local image=$1 cpus=$2 lock key state files
  mkdir -p "$STATES_DIR"
  exec {lock}>"$NESTED_CACHE/lock"
  flock "$lock"
  cache_prune "$STATES_DIR" state
  key=$(state_key "$image" "$cpus")
  state=$STATES_DIR/$key
  if [[ ! -d $state ]]; then
    say "booting a host, to save its state $key; it takes a minute or two"
    machine_end "$STATE_LAB"
    files=$STATES_DIR/partial
    mkdir -p "$STATE_DIR/$STATE_LAB"
    machine_spawn "$STATE_LAB" "$image" '' "$files" "$cpus"
    machine_await "$STATE_LAB"
    state_prepare || die "the host to be saved is not well; its console is in $files/console.log"
    channel_close "$STATE_LAB"
    "$NESTED_HOME/lib/save" "$files/qmp" /mnt/files/machine || die "cannot save the state of the host"
    wait_until "$DOWN_DEADLINE" machine_gone "$STATE_LAB" || die "QEMU does not end after it saved the host"
    rm -rf "$files"/{nvme0,nvme1,qmp} "${STATE_DIR:?}/$STATE_LAB"
    mv "$files" "$state"
    say "saved: $(du -sh "$state" | cut -f 1) in $state"
  fi
  touch "$state"
  exec {lock}>&-
  printf '%s\n' "$state"
}
