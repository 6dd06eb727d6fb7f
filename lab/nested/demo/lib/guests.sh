# shellcheck shell=bash disable=SC2154  # variables of run and host.sh
# SPDX-License-Identifier: Apache-2.0
# Copyright the Orthus for CloudStack authors
#
# The guests. All of them are to be grafted. One vCPU each: with two a guest hangs in
# its kernel, because of a fault of the emulation, see lab/nested/README.md.

# NAME KIND, see lab/domains/make; "devices" is that of devices.sh. The address of the
# n-th guest is 10.9.0.(10 + n), but for that one.
readonly GUESTS="\
i-2-21-VM i440fx
i-2-22-VM q35
i-2-23-VM i440fx
$DEVICE_GUEST devices"

# Emulated processors boot guests slowly, several at once more so.
readonly BOOT_SECONDS=900
# The workload at a fortieth of its pace: faster, and an emulated guest of an emulated
# host is never through with it, and leaves nothing for the others and the upgrade.
readonly LIGHT=40

# for_guests FUNCTION: calls it with NAME IP KIND of each.
for_guests() {
  local name kind n=10
  while read -r name kind; do
    n=$((n + 1))
    local ip=10.9.0.$n
    [[ $kind != devices ]] || ip=$DEVICE_ADDRESS
    # Nothing that is called may read the list.
    "$1" "$name" "$ip" "$kind" </dev/null
  done <<<"$GUESTS"
}

# watch WORD IP...: asks who hears that guest.
watch() {
  if [[ $2 == "$DEVICE_ADDRESS" ]]; then
    device_watch "$@"
  else
    in_lab orthus-watch ctl "$@"
  fi
}

# Transient domains, as CloudStack makes them.
guest_start() {
  local name=$1 ip=$2 kind=$3
  # shellcheck disable=SC2016 # for the shell on the host
  in_lab bash -euc '
    /opt/orthus-lab/domains/make "$1" "$3" --ip "$2/24" --type kvm --memory graftable \
      --image /opt/orthus-lab/images/guest.qcow2 --kernel /opt/orthus-lab/images \
      --emulator "$4" --light "$5" >"/run/$1.xml"
    virsh --quiet create "/run/$1.xml"' - "$name" "$ip" "$kind" "$OLD" "$LIGHT" >/dev/null
  say "$name: $kind, $ip"
}

guest_wait() {
  local name=$1 ip=$2
  watch wait "$ip" up "$BOOT_SECONDS" >/dev/null || die "$name does not boot (no heartbeat from $ip)"
}

# From here on the guests and the watcher measure gaps.
guest_reset() {
  watch reset "$2" >/dev/null || die "$1 does not answer"
}

# One after the other: one emulated guest that boots is load enough.
guests_start() {
  for_guests guest_begin
}

guest_begin() {
  if [[ $3 == devices ]]; then
    device_guest_begin
  else
    guest_start "$@"
  fi
  guest_wait "$@"
}

guests_wait() {
  say "all guests run, and check their memory, disks, network, timers and registers"
}

guests_reset() {
  for_guests guest_reset
}
