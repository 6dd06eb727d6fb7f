# shellcheck shell=bash disable=SC2154  # variables of run, host.sh and summary.sh
# SPDX-License-Identifier: Apache-2.0
# Copyright the Orthus for CloudStack authors
#
# The guest that has an NVMe drive and a NIC of the host's. It begins on the newer
# QEMU, because no older one could hand them on, and so changes its KVM only.

# shellcheck source=lab/nested/devices/guest.sh
source "$top/lab/nested/devices/guest.sh"
readonly DEVICE_GUEST=i-2-24-VM
# How many devices its QEMU holds, how often they went wrong.
HANDED_OVER=0
DEVICE_ERRORS=0

device_guest_begin() {
  device_watcher_start "$LAB_NAME" "$SCRATCH"
  device_guest_start "$LAB_NAME" "$DEVICE_GUEST" "$NEW" "$LIGHT" >/dev/null
  say "$DEVICE_GUEST: i440fx, $DEVICE_ADDRESS, with the drive $DEVICE_DRIVE and the NIC $DEVICE_NIC of the host"
}

# Devices that were open in the QEMU it came to, and what the guest, the packets'
# receiver and the host's IOMMU noticed.
devices_check() {
  local pid faults
  if [[ $(count ".name == \"$DEVICE_GUEST\" and .result == \"upgraded\"") == 1 ]]; then
    pid=$(in_lab cat "/run/libvirt/qemu/$DEVICE_GUEST.pid")
    # shellcheck disable=SC2016 # for the shell on the host
    HANDED_OVER=$(in_lab bash -c 'find "/proc/$1/fd" -lname "anon_inode:\[vfio-device\]" | wc -l' - "$pid")
  fi
  DEVICE_ERRORS=$(device_errors)
  faults=$("$top/lab/nested/lab" dmesg "$LAB_NAME" | grep -c 'DMAR: .*fault' || true)
  DEVICE_ERRORS=$((DEVICE_ERRORS + faults))
  ((HANDED_OVER == 2)) || failed "devices handed over with $DEVICE_GUEST: $HANDED_OVER of 2"
  ((DEVICE_ERRORS == 0)) || failed "errors of the devices: $DEVICE_ERRORS"
}
