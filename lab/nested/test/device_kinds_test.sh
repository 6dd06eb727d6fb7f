#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Copyright the Orthus for CloudStack authors
#
# device_kinds_test.sh STAGE: a guest with devices of the host's that are not as those of
# devices_test.sh goes from KVM to KVM, twice, with a QEMU each time, on the nested lab:
# with interrupts by pins (INTx), and with a NIC that cannot be reset by function. STAGE is the tree to install on the host, as "make
# install DESTDIR=STAGE" makes it. Takes some five minutes on an idle machine.
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

end() {
  device_watcher_stop
  clean_up
}

# Starts the guest of /run/dev.xml, and waits until it works.
begin() {
  in_a virsh --quiet create /run/dev.xml
  device_guest_await
  LOCKED=$(locked) RESETS=$(resets)
}

# moves WHAT: to one KVM and on to the next, without the devices noticing.
moves() {
  local instance
  for instance in kvm_a kvm_b; do
    check "$1, to $instance" move_devices "$instance"
    check "$1, on $instance alone" is_only "$instance"
    check "$1: the drive works" rises drive_writes
    check "$1: the NIC works" rises nic_packets
    check "$1: the guest is well" device_guest_is_well
    check "$1: its RAM is locked once" equals "$LOCKED" "$(locked)"
    check "$1: the kernel has nothing to complain of" kernel_is_quiet
    check "$1: no device was reset" equals "$RESETS" "$(resets)"
  done
}

# Interrupts that vfio takes for a device: "vfio-intx", "vfio-msix".
interrupts_of() {
  in_a sed -n "s/.*\(vfio-[a-z]*\).*($1).*/\1/p" /proc/interrupts | sort -u
}

module_a=$("$HERE/../kvm-module" a)
module_b=$("$HERE/../kvm-module" b)
SCRATCH=$(mktemp -d)
trap end EXIT
host_up "$STAGE" "$module_a" "$module_b"
device_watcher_start "$A" "$SCRATCH"
resets_begin

# ---- INTx --------------------------------------------------------------------

"$HERE/../devices/guest-kernel" "$A" /srv/intx-guest pci=nomsi
device_guest_define dev /srv/intx-guest "$NEW" 40 3 "$DEVICE_DRIVE" "$DEVICE_NIC"
begin
check 'INTx: the drive interrupts by it' equals vfio-intx "$(interrupts_of "$DEVICE_DRIVE")"
check 'INTx: the NIC interrupts by it' equals vfio-intx "$(interrupts_of "$DEVICE_NIC")"
moves INTx
check 'INTx: the drive still interrupts by it' equals vfio-intx "$(interrupts_of "$DEVICE_DRIVE")"
check 'INTx: libvirt ends the VM' in_a virsh --quiet destroy dev
check 'INTx: the host has the drive back' wait_until 120 is_driven_by nvme "$DEVICE_DRIVE"
check 'INTx: the host has the NIC back' wait_until 120 is_driven_by igb "$DEVICE_NIC"

# ---- no reset by function (FLR) -------------------------------------------------

device_watcher_stop
DEVICE_ADDRESS=10.7.0.11 DEVICE_PEER=10.7.0.1
mkdir "$SCRATCH/plain"
device_watcher_start "$A" "$SCRATCH/plain"
"$HERE/../devices/guest-kernel" "$A" /srv/device-guest
device_guest_define dev /srv/device-guest "$NEW" 40 3 "$DEVICE_DRIVE" "$PLAIN_NIC"
begin
moves 'no FLR'
check 'no FLR: libvirt ends the VM' in_a virsh --quiet destroy dev
check 'no FLR: the host has the drive back' wait_until 120 is_driven_by nvme "$DEVICE_DRIVE"
check 'no FLR: the host has the NIC back' wait_until 120 is_driven_by e1000e "$PLAIN_NIC"

check 'the kernel has nothing to complain of' kernel_is_quiet

finish
