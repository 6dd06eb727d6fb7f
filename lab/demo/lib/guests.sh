# shellcheck shell=bash disable=SC2154  # variables of run and host.sh
# SPDX-License-Identifier: Apache-2.0
# Copyright the Orthus for CloudStack authors
#
# The guests, and what is meant to become of each.

# NAME KIND MEMORY BUILD EXPECTED, see lab/domains/make. The address of the n-th
# guest is 10.9.0.(10 + n).
readonly GUESTS="\
i-2-11-VM i440fx graftable   OLD  cpr-transfer
i-2-12-VM q35    graftable   OLD  cpr-transfer
i-2-13-VM uefi   graftable   OLD  cpr-transfer
i-2-14-VM smp    graftable   OLD  cpr-transfer
i-2-15-VM i440fx shared-file OLD  shared-ram
i-2-16-VM i440fx anonymous   OLD  transplant
i-2-17-VM i440fx graftable   HOST refused"
# Started as CloudStack starts VMs today; goes forth, back, and forth again.
readonly UNPREPARED=i-2-16-VM
# On the release's own QEMU, from which no VM can go to the newer one.
readonly STRANDED=i-2-17-VM

readonly BOOT_SECONDS=180
# The workload at a sixth of its pace: with all of them on two emulating cores,
# there is to be some CPU left for the upgrade, as there is on a host.
readonly LIGHT=6

# for_guests FUNCTION: calls it with NAME IP KIND MEMORY BUILD EXPECTED of each.
for_guests() {
  local name kind memory build expected n=10
  while read -r name kind memory build expected; do
    n=$((n + 1))
    # Nothing that is called may read the list.
    "$1" "$name" "10.9.0.$n" "$kind" "$memory" "$build" "$expected" </dev/null
  done <<<"$GUESTS"
}

watch() {
  in_lab orthus-watch ctl "$@"
}

# Transient domains, as CloudStack makes them.
guest_start() {
  local name=$1 ip=$2 kind=$3 memory=$4 build=$5 definition=/run/$1.xml
  "$top/lab/domains/make" "$name" "$kind" --ip "$ip/24" --root "$host_root" \
    --image "$images/guest.qcow2" --memory "$memory" --light "$LIGHT" \
    --emulator "${!build}" >"$host_root$definition"
  in_lab virsh --quiet create "$definition" >/dev/null
  say "$name: $kind, memory $memory, $ip"
}

guest_wait() {
  local name=$1 ip=$2
  watch wait "$ip" up "$BOOT_SECONDS" >/dev/null || die "$name does not boot (no heartbeat from $ip)"
}

# From here on the guests and the watcher measure gaps.
guest_reset() {
  watch reset "$2" >/dev/null || die "$1 does not answer"
}

guests_start() {
  for_guests guest_start
  strand
}

guests_wait() {
  say "waiting for their heartbeats"
  for_guests guest_wait
  say "all guests run, and check their memory, disks, network, timers and registers"
}

guests_reset() {
  for_guests guest_reset
}

# The archive moves on: should its newer QEMU take VMs of the release's own one
# day, a disk that is being copied is a reason to refuse a VM on any day.
strand() {
  local verdict
  verdict=$(in_lab orthus preflight --json --target "$NEW" "$STRANDED" || true)
  [[ $(jq -r '.vms[0].verdict' <<<"$verdict") != blocked ]] || return 0
  in_lab virsh --quiet blockcopy "$STRANDED" vdb --transient-job \
    --dest "/var/lib/libvirt/images/$STRANDED-copy.raw" >/dev/null
}
