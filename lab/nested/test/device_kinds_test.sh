#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Copyright the Orthus for CloudStack authors
#
# device_kinds_test.sh STAGE: guests with devices of the host's that are not as those of
# devices_test.sh go from KVM to KVM, twice each, with a QEMU each time, on the nested lab:
# with interrupts by pins (INTx); a NIC that cannot be reset by function; virtual functions
# of a NIC as interfaces, by themselves and from a pool; four devices, two of which are
# functions of one IOMMU group. STAGE is the tree to install on the host, as "make install
# DESTDIR=STAGE" makes it. Takes some fifteen minutes on a quiet machine.
#
# Most functions are called by their names, as arguments of "check".
# shellcheck disable=SC2317
set -euo pipefail

HERE=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
# shellcheck source=lab/test/check.sh
source "$HERE/../../test/check.sh"
# shellcheck source=lab/lib/common.sh
source "$HERE/../../lib/common.sh"
[[ $# -eq 1 && -x $1/usr/bin/orthus ]] || { echo "usage: lab/nested/test/device_kinds_test.sh STAGE" >&2; exit 2; }
STAGE=$1
need_root
need_commands python3=python3 jq=jq zstd=zstd xz=xz-utils cpio=cpio
# shellcheck source=lab/nested/test/lib/kvm_host.sh
source "$HERE/lib/kvm_host.sh"
# shellcheck source=lab/nested/test/lib/device_host.sh
source "$HERE/lib/device_host.sh"
A=device-kinds-test-$$
POOLED_MAC=1e:02:0a:07:01:0b

end() {
  device_watcher_stop
  clean_up
}

# watch_at NETWORK: the guests to come are heard at the end of that wire.
watch_at() {
  device_watcher_stop
  DEVICE_ADDRESS=$1.11 DEVICE_PEER=$1.1
  mkdir -p "$SCRATCH/$1"
  rm -f "$SCRATCH/$1/watch"
  device_watcher_start "$A" "$SCRATCH/$1"
}

# Starts the guest of /run/dev.xml, and waits until it works.
begin() {
  in_a virsh --quiet create /run/dev.xml
  device_guest_await
  LOCKED=$(locked) RESETS=$(resets)
}

# move WHAT DRIVE...: to the other KVM, without the devices noticing. DRIVEs by their
# names in the emulator.
KVM=kvm_b
move() {
  local drive
  KVM=$([[ $KVM == kvm_b ]] && echo kvm_a || echo kvm_b)
  check "$1, to $KVM" move_devices "$KVM"
  check "$1, on $KVM alone" is_only "$KVM"
  for drive in "${@:2}"; do
    check "$1: the drive $drive works" rises drive_writes "$drive"
  done
  check "$1: the NIC works" rises nic_packets
  check "$1: the guest is well" device_guest_is_well
  check "$1: its RAM is locked once" equals "$LOCKED" "$(locked)"
  check "$1: the kernel has nothing to complain of" kernel_is_quiet
  check "$1: no device was reset" equals "$RESETS" "$(resets)"
}

# ends WHAT DRIVER ADDRESS...: the VM ends, and the host has the devices back.
ends() {
  check "$1: libvirt ends the VM" in_a virsh --quiet destroy dev
  local i
  for ((i = 2; i < $#; i += 2)); do
    check "$1: the host has ${*:i+1:1} back" wait_until 120 is_driven_by "${*:i:1}" "${*:i+1:1}"
  done
}

# Interrupts that vfio takes for a device: "vfio-intx", "vfio-msix".
interrupts_of() {
  in_a sed -n "s/.*\(vfio-[a-z]*\).*($1).*/\1/p" /proc/interrupts | sort -u
}

# How often the function of the pool has been reset, the second of its NIC.
pooled_resets() {
  grep -c '^igb_core_vf_reset VF1' "$EMULATOR_LOG" || true
}

module_a=$("$HERE/../kvm-module" a)
module_b=$("$HERE/../kvm-module" b)
SCRATCH=$(mktemp -d)
trap end EXIT
host_up "$STAGE" "$module_a" "$module_b"
watch_at 10.7.1
resets_begin

# ---- INTx --------------------------------------------------------------------

"$HERE/../devices/guest-kernel" "$A" /srv/intx-guest pci=nomsi
device_guest_define dev /srv/intx-guest "$NEW" 40 3 "$DEVICE_DRIVE" "$DEVICE_NIC"
begin
check 'INTx: the drive interrupts by it' equals vfio-intx "$(interrupts_of "$DEVICE_DRIVE")"
check 'INTx: the NIC interrupts by it' equals vfio-intx "$(interrupts_of "$DEVICE_NIC")"
move INTx nvme0
move INTx nvme0
check 'INTx: the drive still interrupts by it' equals vfio-intx "$(interrupts_of "$DEVICE_DRIVE")"
ends INTx nvme "$DEVICE_DRIVE" igb "$DEVICE_NIC"

# ---- virtual functions, as interfaces ------------------------------------------

"$HERE/../devices/guest-kernel" "$A" /srv/device-guest
check 'the NIC has virtual functions' vfs_begin
pool_begin vfs
device_guest_define dev /srv/device-guest "$NEW" 40 3 "$DEVICE_DRIVE" "nic:$DEVICE_VF"
begin
# The second comes while the VM runs, from the pool, and after the drive; libvirt would count
# it before the drive in a command line made anew.
in_a tee /srv/pooled.xml >/dev/null <<XML
<interface type='network'><source network='vfs'/><mac address='$POOLED_MAC'/></interface>
XML
TAKEN=$(pooled_resets)
check 'interfaces: libvirt attaches one of the pool' in_a virsh --quiet attach-device dev /srv/pooled.xml --live
# The host resets it twice when it gives it away, and the guest's driver when it takes it.
check 'interfaces: the guest takes it' wait_until 60 is_above "$((TAKEN + 3))" pooled_resets
LOCKED=$(locked) RESETS=$(resets) INTERFACES=$(in_a virsh domiflist dev) SET=$(vf_settings)
check 'interfaces: the NIC knows their MAC addresses, and the VLAN' grep "$POOLED_MAC.* vlan 42" <<<"$SET"
move interfaces nvme0
check 'interfaces: libvirt still knows them' equals "$INTERFACES" "$(in_a virsh domiflist dev)"
check 'interfaces: so does the NIC' equals "$SET" "$(vf_settings)"
check 'interfaces: libvirt detaches that of the pool' in_a virsh --quiet detach-device dev /srv/pooled.xml --live
check 'interfaces: the host has it back' wait_until 120 has_netdev "$SPARE_VF"
RESETS=$(resets)
move interfaces nvme0
ends interfaces nvme "$DEVICE_DRIVE" igbvf "$DEVICE_VF"
check 'interfaces: the NIC has forgotten them' equals '' "$(vf_settings | grep -E ' (1e:0[12]:|vlan )' || true)"

# ---- four devices: two functions of one IOMMU group, two virtual functions ------------

check 'four devices: the host has two drives in one' twins_begin
check 'four devices: they are in one IOMMU group' equals "$(group_of "${TWINS[0]}")" "$(group_of "${TWINS[1]}")"
device_guest_define dev /srv/device-guest "$NEW" 40 3 "${TWINS[0]}" "$DEVICE_VF"
check 'one function of a group: not while the host has the other' \
  fails_with 1 'not viable' in_a virsh --quiet create /run/dev.xml
check 'one function of a group: the host keeps the other' is_driven_by nvme "${TWINS[1]}"
check 'one function of a group: the host has it back' wait_until 120 is_driven_by nvme "${TWINS[0]}"
device_guest_define dev /srv/device-guest "$NEW" 40 4 "${TWINS[@]}" "$DEVICE_VF" "$SPARE_VF"
begin
move 'four devices' twin0 twin1
move 'four devices' twin0 twin1
check 'four devices: libvirt knows them' has_hostdevs dev 4
ends 'four devices' nvme "${TWINS[0]}" nvme "${TWINS[1]}" igbvf "$DEVICE_VF" igbvf "$SPARE_VF"

check 'the kernel has nothing to complain of' kernel_is_quiet

# ---- no reset by function (FLR) -------------------------------------------------
# The last: a reset by power states does not stop this NIC under emulation, so when its VM ends,
# moved or not, the IOMMU reports an access as soon as the host's driver switches it on again.

watch_at 10.7.0
device_guest_define dev /srv/device-guest "$NEW" 40 3 "$DEVICE_DRIVE" "$PLAIN_NIC"
begin
move 'no FLR' nvme0
move 'no FLR' nvme0
ends 'no FLR' nvme "$DEVICE_DRIVE" e1000e "$PLAIN_NIC"

finish
