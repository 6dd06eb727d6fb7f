#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Copyright the Orthus for CloudStack authors
#
# devices_test.sh STAGE [MOVES]: a guest with an NVMe drive and a NIC of the host's,
# both busy, goes from KVM to KVM MOVES times (default 4), with a QEMU each time, on
# the nested lab. STAGE is the tree to install on the host, as "make install
# DESTDIR=STAGE" makes it. Takes some twenty minutes on an idle machine.
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
need_commands jq=jq zstd=zstd xz=xz-utils cpio=cpio
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
host_up "$STAGE" "$module_a" "$module_b"
device_watcher_start "$A" "$SCRATCH"
device_guest_start "$A" dev "$NEW" 40
device_guest_await
check 'the drive and the NIC are the guest'"'"'s' equals 'vfio-pci vfio-pci' "$(driver_of "$DEVICE_DRIVE") $(driver_of "$DEVICE_NIC")"

# ---- refused -----------------------------------------------------------------

hostdev_xml "$PLAIN_NIC"
in_a virsh --quiet attach-device dev "/srv/$PLAIN_NIC.xml" --live
check 'a device that QEMU would reset is refused in words' \
  grep 'device hostdev2.*cannot be reset by function (FLR)' <(orthus preflight --passthrough --kvm /srv/kvm_a.ko --target "$NEW" 2>&1)
check 'libvirt detaches it' in_a virsh --quiet detach-device dev "/srv/$PLAIN_NIC.xml" --live
check 'the host has it back' wait_until 120 is_driven_by e1000e "$PLAIN_NIC"

# ---- the new QEMU ends when it has the devices --------------------------------

before=$(pid_of dev)
check 'killed when all is prepared' kills orthus-switch before --passthrough --kvm /srv/kvm_a.ko --target "$NEW"
check 'recover puts the VM back' recovers 'kvm_a) is unloaded again; no VM came to run on it'
check 'by leaving it alone' equals "$before" "$(pid_of dev)"
check 'its drive works' works disk_writes
check 'its NIC works' works net_received
check 'the guest is well' device_guest_is_well

# ---- from KVM to KVM ----------------------------------------------------------

for ((move = 1; move <= MOVES; move++)); do
  instance=$([[ $((move % 2)) == 1 ]] && echo a || echo b)
  check "move $move: to kvm_$instance" \
    orthus upgrade --passthrough --kvm "/srv/kvm_$instance.ko" --target "$NEW" --max-pause 60000
  check "move $move: on it alone" is_only "kvm_$instance"
  check "move $move: the drive works" works disk_writes
  check "move $move: the NIC works" works net_received
  check "move $move: the guest is well" device_guest_is_well
done
check 'the kernel has nothing to complain of' kernel_is_quiet

# ---- libvirt afterwards --------------------------------------------------------

check 'libvirt knows both devices' has_hostdevs dev 2
hostdev_xml "$SPARE_DRIVE"
check 'libvirt attaches another' in_a virsh --quiet attach-device dev "/srv/$SPARE_DRIVE.xml" --live
check 'and knows it' has_hostdevs dev 3
check 'libvirt detaches it again' in_a virsh --quiet detach-device dev "/srv/$SPARE_DRIVE.xml" --live
check 'and the host has it back' wait_until 120 is_driven_by nvme "$SPARE_DRIVE"
check 'libvirt ends the VM' in_a virsh --quiet destroy dev
check 'the host has the drive back' wait_until 120 is_driven_by nvme "$DEVICE_DRIVE"
check 'the host has the NIC back' wait_until 120 is_driven_by igb "$DEVICE_NIC"
check 'the kernel has nothing to complain of' kernel_is_quiet

finish
