#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Copyright the Orthus for CloudStack authors
#
# make_test.sh: definitions and files that make makes, and what it refuses.
set -euo pipefail

make=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)/make
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
images=$work/root/var/lib/libvirt/images
passed=0 failed=0

check() { # WHAT COMMAND…
    local what=$1
    shift
    if "$@"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAILED: $what"
    fi
}

made() { # ARGUMENT…
    xml=$("$make" "$@" --image "$work/guest.qcow2" --root "$work/root")
}

# Each opened element is closed in order; good enough for what we write.
balanced() {
    grep -o '<[^>]*>' <<<"$xml" | awk '
        /\/>$/ { next }
        /^<\// { name = substr($0, 3, length($0) - 3); if (stack[depth--] != name) exit bad = 1; next }
        { split(substr($0, 2, length($0) - 2), parts, " "); stack[++depth] = parts[1] }
        END { exit bad || depth != 0 }'
}

has() { [[ $xml == *"$1"* ]]; }
lacks() { ! has "$1"; }
exists() { [[ -f $images/$1 ]]; }

# Exit status 2, one line, nothing written.
refused() {
    local status=0
    rm -rf "$images"
    mkdir -p "$images"
    "$make" "$@" --root "$work/root" >"$work/out" 2>"$work/err" || status=$?
    ((status == 2)) && [[ ! -s $work/out ]] && (($(wc -l <"$work/err") == 1)) &&
        [[ -z $(ls "$images") ]]
}

mkdir -p "$images"
command -v qemu-img >/dev/null ||
    DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 install -y \
        --no-install-recommends qemu-utils >/dev/null
qemu-img create -q -f qcow2 "$work/guest.qcow2" 128M

for kind in i440fx q35 uefi smp; do
    for memory in anonymous shared-file memfd graftable; do
        check "$kind $memory" made "i-2-9-VM" "$kind" --ip 10.9.0.9/24 --memory "$memory"
        check "$kind $memory: well-formed" balanced
    done
    for file in guest.qcow2 i-2-9-VM-root.qcow2 i-2-9-VM-data.raw i-2-9-VM.iso; do
        check "$kind: $file" exists "$file"
    done
done

made i-2-9-VM i440fx --ip 10.9.0.9/24
check "anonymous is anonymous" lacks memoryBacking
check "emulated unless told otherwise" has "<domain type='qemu'"
check "the MAC comes from the address" has "address='1e:00:0a:09:00:09'"
first=$xml
made i-2-9-VM i440fx --ip 10.9.0.9/24
check "made again, it is the same" test "$first" = "$xml"
made i-2-9-VM smp --ip 10.9.0.9/24 --memory graftable --emulator /opt/qemu-10.0.2/bin/qemu
check "graftable" has aux-ram-share=on
check "graftable is a memfd" has "type='memfd'"
check "a queue per vCPU" has "queues='2'"
check "the emulator asked for" has "<emulator>/opt/qemu-10.0.2/bin/qemu</emulator>"
made i-2-9-VM i440fx --ip 10.9.0.9/24 --type kvm
check "under KVM" has "<domain type='kvm'"
check "under KVM: well-formed" balanced
check "a video model where none is asked for" has "<model type='cirrus'"
check "no kernel unless told" lacks "<kernel>"
mkdir -p "$work/root/boot"
echo 'quiet panic=1' >"$work/root/boot/cmdline"
made i-2-9-VM i440fx --ip 10.9.0.9/24 --kernel /boot
check "a kernel of its own" has "<kernel>/boot/vmlinuz</kernel>"
check "with its command line" has "<cmdline>quiet panic=1</cmdline>"
check "a kernel of its own: well-formed" balanced
made i-2-9-VM i440fx --ip 10.9.0.9/24 --pci 0000:01:00.0 --pci 0000:0a:1f.7 --disks 3
check "a device of the host" has "<address domain='0x0000' bus='0x01' slot='0x00' function='0x0'/>"
check "and another" has "<address domain='0x0000' bus='0x0a' slot='0x1f' function='0x7'/>"
check "devices of the host: well-formed" balanced
made i-2-9-VM i440fx --ip 10.9.0.9/24 --pci-nic 0000:04:10.2
check "an interface that is a device" has "<interface type='hostdev' managed='yes'>"
check "where it is" has "<address type='pci' domain='0x0000' bus='0x04' slot='0x10' function='0x2'/>"
check "with a MAC address of its own" has "<mac address='1e:01:0a:09:00:09'/>"
check "an interface that is a device: well-formed" balanced
made i-2-9-VM uefi --ip 10.9.0.9/24 --video virtio
check "the video model asked for" has "<model type='virtio'"
check "UEFI has NVRAM" has "<nvram template="

good=(--image "$work/guest.qcow2" --ip 10.9.0.9/24)
check "refuses a hostile name" refused "x'><!--" i440fx "${good[@]}"
check "refuses a name with a path" refused ../x i440fx "${good[@]}"
check "refuses an unknown kind" refused vm vax "${good[@]}"
check "refuses a missing address" refused vm q35 --image "$work/guest.qcow2"
check "refuses a bad address" refused vm q35 "${good[@]}" --ip 10.9.0.256/24
check "refuses an address without prefix" refused vm q35 "${good[@]}" --ip 10.9.0.9
check "refuses a missing image" refused vm q35 --ip 10.9.0.9/24 --image "$work/none"
check "refuses unknown memory" refused vm q35 "${good[@]}" --memory hot
check "refuses an unknown video model" refused vm q35 "${good[@]}" --video qxl
check "refuses text for a number" refused vm q35 "${good[@]}" --ram lots
check "refuses too little memory" refused vm q35 "${good[@]}" --ram 1
check "refuses an unknown type" refused vm q35 "${good[@]}" --type xen
check "refuses a kernel that is not there" refused vm q35 "${good[@]}" --kernel /none
check "refuses a relative emulator" refused vm q35 "${good[@]}" --emulator qemu
check "refuses half an address of a device" refused vm q35 "${good[@]}" --pci 01:00.0
check "refuses half an address of an interface" refused vm q35 "${good[@]}" --pci-nic 01:00.0
check "refuses too few disks" refused vm q35 "${good[@]}" --disks 1
check "refuses an unknown option" refused vm q35 "${good[@]}" --fast yes
check "refuses an option without value" refused vm q35 --ip

echo "$passed passed, $failed failed"
((failed == 0))
