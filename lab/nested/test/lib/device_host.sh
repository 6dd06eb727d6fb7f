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
# The NIC's virtual functions, once it has some.
DEVICE_VF=0000:04:10.0
SPARE_VF=0000:04:10.2
# Two drives that are functions of one device, once they are there.
TWINS=(0000:02:00.0 0000:02:00.1)

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

# ---- what the devices' side knows ----------------------------------------------

# emulator COMMAND [ARGUMENTS]: asks the QEMU that emulates the host and its devices.
emulator() {
  "$HERE/lib/emulator" "$(lab_note monitor)" "$@"
}

lab_note() {
  "$LAB" status "$A" | awk -v name="$1" '$1 == name {print $2}'
}

# From now on the emulator logs each reset: of a device by its bus or function, of a
# drive by its controller's enable bit, of a NIC or a virtual function of it by its control
# register.
RESET_EVENTS=(resettable_reset pci_nvme_mmio_stopped e1000e_core_ctrl_sw_reset igb_core_vf_reset)
resets_begin() {
  local event
  EMULATOR_LOG=$(lab_note files)/qemu.log
  for event in "${RESET_EVENTS[@]}"; do
    emulator trace-event-set-state "{\"name\": \"$event\", \"enable\": true}" >/dev/null
  done
}

resets() {
  local IFS='|'
  grep -cE "^(${RESET_EVENTS[*]}) " "$EMULATOR_LOG" || true
}

is_more_than() {
  (($2 > $1)) || equals "more than $1" "$2"
}

# ---- what the guest and its host know -------------------------------------------

# rises COMMAND...: the number that it prints goes up within a minute.
rises() {
  wait_until 60 is_above "$("$@")" "$@"
}

# is_above NUMBER COMMAND...
is_above() {
  (($("${@:2}") > $1))
}

# drive_writes [NAME]: what a drive has been told to write, by the drive's word. NAME is
# the emulator's for it.
drive_writes() {
  emulator query-blockstats | jq --arg name "${1-nvme0}" '.[] | select(.device == $name or .qdev == $name).stats.wr_operations'
}

# What the NIC has brought to the guest, by the guest's word.
nic_packets() {
  device_watch stats "$DEVICE_ADDRESS" | jq .counters.net_received
}

# Nothing was sent to a place that the device may not reach, and nobody else complains.
# What a guest asks of a register that KVM does not know is the guest's business.
kernel_is_quiet() {
  local words
  words=$("$LAB" dmesg "$A" | grep -E 'DMAR: |vfio|iommu|BUG|WARNING|Oops|I/O error|irq bypass' || true)
  equals '' "$words"
}

group_of() {
  in_a readlink "/sys/bus/pci/devices/$1/iommu_group"
}

driver_of() {
  in_a readlink "/sys/bus/pci/devices/$1/driver" | sed 's,.*/,,' || true
}

# is_driven_by DRIVER ADDRESS
is_driven_by() {
  equals "$1" "$(driver_of "$2")"
}

# What the devices may write to and vfio has locked for them, in kB, on the account of
# the QEMU that has told vfio where it is.
locked() {
  in_a awk '$1 == "VmLck:" {print $2}' "/proc/$(pid_of dev)/status"
}

# What the host knows of the NIC's virtual functions: MAC addresses, VLANs.
vf_settings() {
  # shellcheck disable=SC2016 # for the shell on the host
  in_a sh -c 'ip link show dev "$(ls "/sys/bus/pci/devices/$1/net")" | grep "^ *vf "' vf_settings "$DEVICE_NIC"
}

# vfs_begin: gives the NIC two virtual functions, and the host's driver for them. They have
# no link while the NIC itself is down.
vfs_begin() {
  # shellcheck disable=SC2016 # for the shell on the host
  in_a sh -euc '
    ip link set dev "$(ls "/sys/bus/pci/devices/$1/net")" up
    echo 2 >"/sys/bus/pci/devices/$1/sriov_numvfs"' vfs_begin "$DEVICE_NIC"
  wait_until 120 has_netdev "$DEVICE_VF" && wait_until 120 has_netdev "$SPARE_VF"
}

# The host's driver is through with a NIC, resets included.
has_netdev() { in_a test -d "/sys/bus/pci/devices/$1/net"; }

# twins_begin: in the place of the spare drive come two that are functions of one device. No
# function of it has ACS, so the host puts them into one IOMMU group.
twins_begin() {
  local files twin
  files=$(lab_note files)
  emulator device_del "{\"id\": \"$(spare_drive_path)\"}" >/dev/null
  wait_until 120 is_unplugged "$SPARE_DRIVE" || return 1
  # A device is there for its host when its function 0 is.
  for twin in 1 0; do
    truncate -s 256M "$files/twin$twin"
    emulator blockdev-add "{\"driver\": \"raw\", \"node-name\": \"twin$twin\",
      \"file\": {\"driver\": \"file\", \"filename\": \"/mnt/files/twin$twin\"}}" >/dev/null
    emulator device_add "{\"driver\": \"nvme\", \"id\": \"twin$twin\", \"drive\": \"twin$twin\",
      \"serial\": \"twin$twin\", \"bus\": \"port1\", \"addr\": \"0.$twin\", \"multifunction\": true}" >/dev/null
  done
  wait_until 120 is_driven_by nvme "${TWINS[0]}" && wait_until 120 is_driven_by nvme "${TWINS[1]}"
}

is_unplugged() { in_a test ! -e "/sys/bus/pci/devices/$1"; }

# Its name in the emulator's tree of devices.
spare_drive_path() {
  local path paths
  mapfile -t paths < <(emulator qom-list '{"path": "/machine/peripheral-anon"}' |
    jq -r '.[] | select(.type == "child<nvme>") | "/machine/peripheral-anon/" + .name')
  for path in "${paths[@]}"; do
    if [[ $(emulator qom-get "{\"path\": \"$path\", \"property\": \"serial\"}") == '"nvme1"' ]]; then
      echo "$path"
    fi
  done
}

# pool_begin NAME: a network of libvirt's whose pool is the second virtual function.
pool_begin() {
  in_a tee "/srv/$1.xml" >/dev/null <<XML
<network>
  <name>$1</name>
  <forward mode='hostdev' managed='yes'>
    <address type='pci' domain='0x0000' bus='0x04' slot='0x10' function='0x2'/>
  </forward>
  <vlan><tag id='42'/></vlan>
</network>
XML
  in_a virsh --quiet net-create "/srv/$1.xml"
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

# ---- moves, good and bad ----------------------------------------------------------

# move_devices MODULE [MAX_PAUSE]: to "kvm_a" or "kvm_b", and the same QEMU once more.
move_devices() {
  orthus upgrade --passthrough --kvm "/srv/$1.ko" --target "$NEW" --max-pause "${2-60000}"
}

# stumble MOMENT MODULE: a move whose new QEMU stumbles, see stumble.c. Exit status: that
# of the move; 99 if it did not come to that moment.
stumble() {
  local status=0 before
  before=$(stumbled)
  in_a "$MODULES/stumbling" "$1" \
    orthus upgrade --passthrough --kvm "/srv/$2.ko" --target "$NEW" "$PATIENT" || status=$?
  equals "$((before + 1))" "$(stumbled)" && return "$status"
  echo 'the new QEMU did not stumble'
  return 99
}

stumbled() {
  in_a grep -c '^stumble: ' /var/log/libvirt/qemu/dev.log || true
}

# fails_with STATUS WORDS COMMAND...: its output has these words.
fails_with() {
  local output
  output=$(exits_with "$1" "${@:3}" 2>&1) && grep "$2" <<<"$output" || {
    printf '%s\n' "$output"
    return 1
  }
}

# The new QEMU stands still with the devices, and the old one is killed when it has
# sent all that it had to send.
old_is_killed_late() {
  held addresses-stop "$1" has_sent_all
}

# The new QEMU stands still before its first vCPU runs; by then the old one has ended.
old_has_ended_before_it_runs() {
  held run-stop "$1" is_replaced
}

# held MOMENT MODULE CONDITION: a move whose new QEMU is stopped at MOMENT, until
# "CONDITION OLD NEW" holds; then the old one is killed, if it still lives.
held() {
  local job old new='' status=0
  old=$(pid_of dev)
  stumble "$1" "$2" >"$SCRATCH/held.log" 2>&1 &
  job=$!
  until [[ -n $new ]]; do
    kill -0 "$job" 2>/dev/null || break
    # Each look takes from the host what it needs to get there.
    sleep 1
    new=$(stopped_qemu)
  done
  if [[ -n $new ]]; then
    wait_until 120 "$3" "$old" "$new" || status=1
    in_a sh -c 'kill -KILL "$1" 2>/dev/null; kill -CONT "$2"' held "$old" "$new" || status=1
  fi
  wait "$job" || status=1
  [[ -n $new && $status == 0 ]] || {
    cat "$SCRATCH/held.log"
    return 1
  }
}

stopped_qemu() {
  # shellcheck disable=SC2016 # for the programs on the host
  in_a sh -c 'awk "\$2 ~ /^\(qemu/ && \$3 == \"T\" {print \$1}" $(ls -d /proc/[0-9]*/stat) 2>/dev/null' || true
}

# Its migration thread waits for the thread that hears what the new QEMU has to say.
has_sent_all() {
  # shellcheck disable=SC2016 # for the shell on the host
  in_a sh -c '
    for task in "/proc/$1/task"/*; do
      [ "$(cat "$task/comm")" = mig/src/main ] && grep -q futex "$task/wchan" && exit
    done
    exit 1' has_sent_all "$1"
}

is_replaced() {
  equals "$2" "$(pid_of dev)" && in_a test ! -e "/proc/$1"
}
