# shellcheck shell=bash disable=SC2154  # variables of kvm_host.sh and devices_test.sh
# SPDX-License-Identifier: Apache-2.0
# Copyright the Orthus for CloudStack authors
#
# What devices_test.sh asks of the guest of ../../devices/guest.sh, of its host and of
# the kernel. Sourced after kvm_host.sh.

# shellcheck source=lab/nested/devices/guest.sh
source "$HERE/../devices/guest.sh"
# A drive that no guest has, and a NIC that cannot be reset by function.
SPARE_DRIVE=0000:02:00.0
PLAIN_NIC=0000:03:00.0

in_lab() { in_a "$@"; }

device_guest_await() {
  device_watch wait "$DEVICE_ADDRESS" up "$BOOT_SECONDS" >/dev/null || die "the guest does not boot"
  device_watch reset "$DEVICE_ADDRESS" >/dev/null || die "the guest does not answer"
}

# The guest's own verdict: no wrong block, no failed request, no lost packet. A device
# that is handed over loses none, so not one is forgiven.
device_guest_is_well() {
  local answer
  answer=$(device_watch command "$DEVICE_ADDRESS" 300 verdict || true)
  jq --exit-status '.ok and .result == "good"' <<<"$answer" >/dev/null || equals 'a good verdict' "$answer"
}

# works COUNTER: it has gone up since the last call for it, by the end of a minute.
declare -A SEEN
works() {
  wait_until 60 has_risen "$1"
}

has_risen() {
  local now
  now=$(device_watch stats "$DEVICE_ADDRESS" | jq ".counters.$1")
  ((now > ${SEEN[$1]:-0})) && SEEN[$1]=$now
}

# Nothing was sent to a place that the device may not reach, and nobody else complains.
# What a guest asks of a register that KVM does not know is the guest's business.
kernel_is_quiet() {
  local words
  words=$("$LAB" dmesg "$A" | grep -E 'DMAR: |vfio|iommu|BUG|WARNING|Oops|I/O error|irq bypass' || true)
  equals '' "$words"
}

driver_of() {
  in_a readlink "/sys/bus/pci/devices/$1/driver" | sed 's,.*/,,' || true
}

# is_driven_by DRIVER ADDRESS
is_driven_by() {
  equals "$1" "$(driver_of "$2")"
}

# hostdev_xml ADDRESS: a definition on the host, to attach and detach the device by.
hostdev_xml() {
  local domain bus slot function
  IFS=:. read -r domain bus slot function <<<"$1"
  in_a tee "/srv/$1.xml" >/dev/null <<XML
<hostdev mode='subsystem' type='pci' managed='yes'>
  <source><address domain='0x$domain' bus='0x$bus' slot='0x$slot' function='0x$function'/></source>
</hostdev>
XML
}

has_hostdevs() {
  equals "$2" "$(in_a virsh dumpxml "$1" | grep -c '<hostdev ')"
}
