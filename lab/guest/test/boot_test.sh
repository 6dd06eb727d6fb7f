#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Copyright the Orthus for CloudStack authors
#
# boot_test.sh [OUTDIR]: builds the guest, boots it with plain QEMU (BIOS and
# UEFI), talks to it through orthus-watch, and lies to it. $QEMU may name a QEMU.
# Runs in a network namespace of its own, so it may run beside others.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

if [[ ${ORTHUS_BOOT_TEST:-} != inside ]]; then
    out=${1:-${XDG_CACHE_HOME:-$HOME/.cache}/orthus/guest/image}
    "$here/../build" "$out"
    for package in qemu-system-x86 qemu-utils ovmf genisoimage; do
        [[ $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) == installed ]] ||
            DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 install -y \
                --no-install-recommends "$package" >/dev/null
    done
    "$here/../build" "$out" | grep -q 'up to date' || { echo "a second build builds again"; exit 1; }
    ORTHUS_BOOT_TEST=inside exec unshare --net "${BASH_SOURCE[0]}" "$out"
fi

out=$1
passed=0 failed=0
guest=10.0.2.15          # the only address that QEMU's user network reaches
qemu=${QEMU:-qemu-system-x86_64}
work=$(mktemp -d)
qemu_pid='' watch_pid=''

clean_up() {
    [[ -z $qemu_pid ]] || kill "$qemu_pid" 2>/dev/null || true
    [[ -z $watch_pid ]] || kill "$watch_pid" 2>/dev/null || true
    rm -rf "$work"
}
trap clean_up EXIT

check() { # WHAT COMMAND…
    local what=$1
    shift
    if "$@"; then
        passed=$((passed + 1))
        echo "ok      $what"
    else
        failed=$((failed + 1))
        echo "FAILED  $what"
    fi
}

ctl() {
    answer=$("$out/orthus-watch" ctl --socket "$work/watch" "$@")
}

fails() { ! "$@"; }

# The last answer has, or lacks, this text.
has() { [[ $answer == *"$1"* ]]; }

verdict_is_good() { ctl command "$guest" verdict && has '"result":"good"'; }
verdict_is_bad() { ! ctl command "$guest" verdict && has '"result":"bad"' && has "$1="; }
counter() { sed -n "s/.*\"$1\":\([0-9]*\).*/\1/p" <<<"$answer"; }

# Waits until the counter is above a value.
counter_passes() { # NAME VALUE
    local deadline=$((SECONDS + 240))
    until ctl stats "$guest" && (($(counter "$1") > $2)); do
        ((SECONDS < deadline)) || return 1
        sleep 0.1
    done
}

start() { # DISK-CONTROLLER MACHINE OPTION…
    local model=$1 machine=$2
    shift 2
    rm -f "$work"/{root.qcow2,data.raw}
    qemu-img create -q -f qcow2 -b "$(realpath "$out/guest.qcow2")" -F qcow2 "$work/root.qcow2"
    truncate -s 32M "$work/data.raw"
    # -cx16: QEMU 7.2 spoils the flags after cmpxchg16b under TCG, and the guest's
    # kernel then dies of a double fault.
    "$qemu" -accel tcg -cpu qemu64,-cx16 -machine "$machine" -m 192 -display none -serial "file:$work/serial" \
        -nodefaults -netdev user,id=net -device virtio-net-pci,netdev=net \
        -drive "if=none,id=root,format=qcow2,file=$work/root.qcow2" \
        -drive "if=none,id=data,format=raw,file=$work/data.raw" \
        -drive "if=none,id=cd,media=cdrom,readonly=on,format=raw,file=$work/config.iso" \
        -device virtio-scsi-pci,id=scsi -device ide-cd,drive=cd,bus=ide.1 \
        -device "$model,drive=root,bootindex=1" -device "$model,drive=data" \
        -device virtio-rng-pci -device virtio-balloon-pci -device i6300esb \
        -device virtio-serial-pci -chardev null,id=agent \
        -device virtserialport,chardev=agent,name=org.qemu.guest_agent.0 "$@" &
    qemu_pid=$!
}

stop() {
    kill "$qemu_pid" 2>/dev/null || true
    wait "$qemu_pid" 2>/dev/null || true
    qemu_pid=''
}

ends_by_itself() {
    local deadline=$((SECONDS + 240)) status=0
    while kill -0 "$qemu_pid" 2>/dev/null; do
        ((SECONDS < deadline)) || { stop; return 1; }
        sleep 0.1
    done
    wait "$qemu_pid" || status=$?
    qemu_pid=''
    ((status == 0))
}

ip link set lo up
mkdir "$work/config"
printf 'name=test\nip=%s/24\npeer=10.0.2.2\ndisks=2\n' "$guest" >"$work/config/orthus.conf"
genisoimage -quiet -R -V config-2 -o "$work/config.iso" "$work/config"
"$out/orthus-watch" serve --listen 127.0.0.1 --socket "$work/watch" &
watch_pid=$!
until [[ -S $work/watch ]]; do
    kill -0 "$watch_pid"
    sleep 0.05
done

check "an unknown guest is an error" fails ctl stats 10.0.2.99

start virtio-blk-pci pc -smp 2
check "BIOS, i440fx, virtio-blk, 2 vCPUs: is up" ctl wait "$guest" up 300
for name in heartbeats memory_pages disk_writes net_received timers_fired fpu_checks cd_reads \
    entropy_bytes; do
    check "works: $name" counter_passes "$name" 3
done
check "both disks are in use" has '"disks":2'
check "both vCPUs are in use" has '"vcpus":2'
check "verdict good" verdict_is_good
check "an unknown command is refused" fails ctl command "$guest" dance
check "memory can be touched" ctl command "$guest" touch 16
check "memory that is not there cannot" fails ctl command "$guest" touch 4096
check "memory can be dirtied" ctl command "$guest" dirty on
check "works: dirtied_pages" counter_passes dirtied_pages 100000
check "verdict good while dirtying" verdict_is_good
ctl stats "$guest" || true
check "no packet of the guest was lost" has '"lost":0,"duplicated":0'
ctl command "$guest" dirty off || true

for pair in memory:memory_bad touched:touched_bad disk:disk_bad fpu:fpu_bad; do
    ctl stats "$guest" || true
    check "no ${pair#*:} before" has "\"${pair#*:}\":0"
    check "corrupt ${pair%:*}" ctl command "$guest" corrupt "${pair%:*}"
    [[ $pair != fpu:* ]] || counter_passes fpu_bad 0
    check "verdict bad: ${pair#*:}" verdict_is_bad "${pair#*:}"
done

check "reboot" ctl command "$guest" reboot
check "is up again" ctl wait "$guest" boots 2 300
check "verdict good after a reboot" verdict_is_good
check "crash" ctl command "$guest" crash
check "comes back from a crash" ctl wait "$guest" boots 3 300
check "poweroff" ctl command "$guest" poweroff
check "QEMU ends" ends_by_itself

start scsi-hd q35
check "BIOS, q35, virtio-scsi: is up" ctl wait "$guest" boots 4 300
check "works: disk_writes" counter_passes disk_writes 3
check "verdict good" verdict_is_good
stop

cp /usr/share/OVMF/OVMF_VARS_4M.fd "$work/vars.fd"
start virtio-blk-pci q35 -m 256 -device VGA \
    -drive if=pflash,format=raw,readonly=on,file=/usr/share/OVMF/OVMF_CODE_4M.fd \
    -drive "if=pflash,format=raw,file=$work/vars.fd"
check "UEFI, q35, virtio-blk: is up" ctl wait "$guest" boots 5 300
check "works: disk_writes" counter_passes disk_writes 3
check "verdict good" verdict_is_good
stop

((failed == 0)) || sed 's/^/serial: /' "$work/serial"
echo "$passed passed, $failed failed"
((failed == 0))
