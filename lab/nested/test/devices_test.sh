#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Copyright the Orthus for CloudStack authors
#
# devices_test.sh STAGE [MOVES]: a guest with an NVMe drive and a NIC of the host's,
# both busy, on the nested lab. Moves fail at each moment that is special to devices;
# then the guest goes from KVM to KVM MOVES times (default 4), with a QEMU each time.
# That no device is reset is seen from its other side, by the emulator. STAGE is the
# tree to install on the host, as "make install DESTDIR=STAGE" makes it. Takes some
# twenty minutes on an idle machine, and fifty beside two other labs.
#
# Most functions are called by their names, as arguments of "check".
# shellcheck disable=SC2317
set -euo pipefail

HERE=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
# shellcheck source=lab/test/check.sh
source "$HERE/../../test/check.sh"
# shellcheck source=lab/lib/common.sh
source "$HERE/../../lib/common.sh"
[[ $# -ge 1 && $# -le 2 && -x $1/usr/bin/orthus && ${2-4} =~ ^[1-9][0-9]?$ ]] ||
  { echo "usage: lab/nested/test/devices_test.sh STAGE [MOVES]" >&2; exit 2; }
STAGE=$1 MOVES=${2-4}
need_root
need_commands gcc=gcc python3=python3 jq=jq zstd=zstd xz=xz-utils cpio=cpio
# shellcheck source=lab/nested/test/lib/kvm_host.sh
source "$HERE/lib/kvm_host.sh"
# shellcheck source=lab/nested/test/lib/device_host.sh
source "$HERE/lib/device_host.sh"
# shellcheck disable=SC2034 # the name that kvm_host.sh takes the lab by
A=devices-test-$$

end() {
  device_watcher_stop
  clean_up
}

module_a=$("$HERE/../kvm-module" a)
module_b=$("$HERE/../kvm-module" b)
SCRATCH=$(mktemp -d)
trap end EXIT
gcc -Wall -Wextra -Werror -O2 -shared -fPIC -o "$SCRATCH/stumble.so" "$HERE/lib/stumble.c"
host_up "$STAGE" "$module_a" "$module_b" "$HERE/lib/stumbling" "$SCRATCH/stumble.so"
device_watcher_start "$A" "$SCRATCH"
device_guest_start "$A" dev "$NEW" 40
device_guest_await
resets_begin
check 'the drive and the NIC are the guest'"'"'s' equals 'vfio-pci vfio-pci' "$(driver_of "$DEVICE_DRIVE") $(driver_of "$DEVICE_NIC")"

# ---- refused -----------------------------------------------------------------

UNSAFE=/sys/module/vfio_iommu_type1/parameters/allow_unsafe_interrupts
in_a sh -c "echo Y >$UNSAFE"
orthus preflight --target "$OLD" >"$SCRATCH/refused" 2>&1 || true
in_a sh -c "echo N >$UNSAFE"
check 'a device is refused that nobody asked to move' grep 'device hostdev0: .* is experimental' "$SCRATCH/refused"
check 'to a QEMU that cannot take it' grep 'device hostdev0: QEMU .*, the target, cannot take' "$SCRATCH/refused"
check 'whose interrupts need not be remapped' grep 'device hostdev1: .*allow_unsafe_interrupts' "$SCRATCH/refused"

# ---- faults, from which the VM goes back ----------------------------------------

# unharmed WHAT: the VM is where it was, and its devices have not noticed.
unharmed() {
  check "$1: its QEMU is that of before" equals "$QEMU" "$(pid_of dev)"
  check "$1: its KVM is that of before" equals "kvm $NEW" "$(runs_on dev)"
  check "$1: there is no other" is_unloaded kvm_a
  devices_are_well "$1"
}

devices_are_well() {
  check "$1: the drive works" rises drive_writes
  check "$1: the NIC works" rises nic_packets
  check "$1: the guest is well" device_guest_is_well
  check "$1: its RAM is locked once" equals "$LOCKED" "$(locked)"
  check "$1: the kernel has nothing to complain of" kernel_is_quiet
  check "$1: no device was reset" equals "$RESETS" "$(resets)"
}

QEMU=$(pid_of dev) LOCKED=$(locked) RESETS=$(resets)
check 'killed when all is prepared' kills orthus-switch before --passthrough --kvm /srv/kvm_a.ko --target "$NEW"
check 'recover puts the VM back' recovers 'kvm_a) is unloaded again; no VM came to run on it'
unharmed 'killed when all is prepared'
check 'no time for a move' fails_with 1 'dev *rolled back' move_devices kvm_a 10
unharmed 'no time for a move'
check 'the new QEMU stands still with the devices' \
  fails_with 1 'dev *rolled back' stumble addresses-stop kvm_a
unharmed 'the new QEMU stands still with the devices'
check 'the new QEMU dies with the devices' fails_with 1 'dev *rolled back' stumble addresses-kill kvm_a
unharmed 'the new QEMU dies with the devices'

# ---- faults on the way forward ---------------------------------------------------

# moved WHAT: the VM is on $KVM, and its devices have not noticed.
moved() {
  check "$1: on it alone" is_only "$KVM"
  devices_are_well "$1"
}

KVM=kvm_a
check 'the old QEMU is killed late' old_is_killed_late "$KVM"
moved 'the old QEMU is killed late'
KVM=kvm_b
check 'the old QEMU ends before the new one runs' old_has_ended_before_it_runs "$KVM"
moved 'the old QEMU ends before the new one runs'

# ---- from KVM to KVM --------------------------------------------------------------

for ((move = 1; move <= MOVES; move++)); do
  KVM=$([[ $KVM == kvm_b ]] && echo kvm_a || echo kvm_b)
  check "move $move: to $KVM" move_devices "$KVM"
  moved "move $move"
done

# ---- libvirt afterwards --------------------------------------------------------

check 'libvirt knows both devices' has_hostdevs dev 2
hostdev_xml "$SPARE_DRIVE"
check 'libvirt attaches another' in_a virsh --quiet attach-device dev "/srv/$SPARE_DRIVE.xml" --live
check 'and knows it' has_hostdevs dev 3
check 'libvirt detaches it again' in_a virsh --quiet detach-device dev "/srv/$SPARE_DRIVE.xml" --live
check 'and the host has it back' wait_until 120 is_driven_by nvme "$SPARE_DRIVE"

# host_has_devices_back WHY
host_has_devices_back() {
  check "$1: the host has the drive back" wait_until 120 is_driven_by nvme "$DEVICE_DRIVE"
  check "$1: the host has the NIC back" wait_until 120 is_driven_by igb "$DEVICE_NIC"
  check "$1: the kernel has nothing to complain of" kernel_is_quiet
}

RESETS=$(resets)
check 'libvirt ends the VM' in_a virsh --quiet destroy dev
host_has_devices_back 'libvirt ends the VM'
check 'both devices have been reset, and that is seen' is_more_than "$((RESETS + 1))" "$(resets)"

# ---- a fault from which there is no way back ----------------------------------------

device_guest_start "$A" dev "$NEW" 40
device_guest_await
KVM=$([[ $KVM == kvm_b ]] && echo kvm_a || echo kvm_b)
check 'the new QEMU dies at its first step' fails_with 4 'dev: new: the new QEMU (pid [0-9]*) ended after' stumble run-kill "$KVM"
host_has_devices_back 'the new QEMU dies at its first step'
check 'libvirt knows of no VM' equals '' "$(in_a virsh list --all --name | tr -d '\n')"

finish
