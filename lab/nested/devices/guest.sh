# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Copyright the Orthus for CloudStack authors
#
# A guest that drives an NVMe drive and a NIC of a nested lab's host by itself. Its
# workload writes, reads and checks the drive and exchanges numbered packets over the
# NIC; who counts them is outside of the emulated host, where the NIC's wire ends.
# Sourced by those who have a function in_lab, which runs a command on the host.

DEVICES_HOME=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
DEVICE_DRIVE=0000:01:00.0
DEVICE_NIC=0000:04:00.0
DEVICE_ADDRESS=10.7.1.11
DEVICE_PEER=10.7.1.1
# Where lab/guest/build puts it for the labs.
DEVICE_WATCH=${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/orthus/images/orthus-watch
DEVICE_WATCHER=''

# device_watcher_start LAB DIR: starts orthus-watch, with its socket in DIR, and waits
# until it listens.
device_watcher_start() {
  DEVICE_WATCH_SOCKET=$2/watch
  nsenter --net --target "$("$DEVICES_HOME/../lab" pid "$1")" \
    "$DEVICE_WATCH" serve --listen "$DEVICE_PEER" --socket "$DEVICE_WATCH_SOCKET" &
  DEVICE_WATCHER=$!
  local deadline=$((SECONDS + 30))
  until [[ -S $DEVICE_WATCH_SOCKET ]]; do
    ((SECONDS < deadline)) || { echo "orthus-watch does not listen at $DEVICE_WATCH_SOCKET" >&2; return 1; }
    sleep 0.05
  done
}

device_watcher_stop() {
  if [[ -n $DEVICE_WATCHER ]]; then
    kill "$DEVICE_WATCHER" 2>/dev/null || true
    wait "$DEVICE_WATCHER" 2>/dev/null || true
    DEVICE_WATCHER=''
  fi
}

device_watch() {
  "$DEVICE_WATCH" ctl --socket "$DEVICE_WATCH_SOCKET" "$@"
}

# device_guest_start LAB NAME EMULATOR LIGHT: EMULATOR must be QEMU 10.1 or newer to
# hand the devices on; LIGHT as of lab/domains/make.
device_guest_start() {
  "$DEVICES_HOME/guest-kernel" "$1" /srv/device-guest
  device_guest_define "$2" /srv/device-guest "$3" "$4" 3 "$DEVICE_DRIVE" "$DEVICE_NIC"
  in_lab virsh --quiet create "/run/$2.xml"
}

# device_guest_define NAME KERNEL EMULATOR LIGHT DISKS DEVICE...: writes /run/NAME.xml, of
# a guest with these DEVICEs of the host's; "nic:DEVICE" is one as an interface. KERNEL,
# LIGHT and DISKS as of lab/domains/make.
device_guest_define() {
  local device devices=()
  for device in "${@:6}"; do
    case $device in
      nic:*) devices+=(--pci-nic "${device#nic:}") ;;
      *) devices+=(--pci "$device") ;;
    esac
  done
  # shellcheck disable=SC2016 # for the shell on the host
  in_lab bash -euc '
    /opt/orthus-lab/domains/make "$1" i440fx --type kvm --ip "$2/24" --peer "$3" --memory graftable \
      --kernel "$4" --emulator "$5" --light "$6" --disks "$7" "${@:8}" \
      --image /opt/orthus-lab/images/guest.qcow2 >"/run/$1.xml"' device_guest_define \
    "$1" "$DEVICE_ADDRESS" "$DEVICE_PEER" "${@:2:4}" "${devices[@]}"
}

# What the guest has noticed that a device did wrong, as a number: blocks that were not
# as written, requests that failed, packets that were damaged, doubled or lost.
device_errors() {
  device_watch stats "$DEVICE_ADDRESS" |
    jq '.lost + .duplicated + (.counters |
      .disk_bad + .disk_errors + .net_damaged + .net_duplicated + .net_lost)'
}
