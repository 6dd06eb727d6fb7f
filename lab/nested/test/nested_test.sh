#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Copyright the Orthus for CloudStack authors
#
# Tests of the nested lab as a whole: its command channel, the host in it, KVM,
# and a guest under KVM. Takes some minutes once the image and the saved state
# are made.
#
# Most functions are called by their names, as arguments of "check".
# shellcheck disable=SC2317
set -euo pipefail

HERE=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
# shellcheck source=lab/test/check.sh
source "$HERE/../../test/check.sh"
# shellcheck source=lab/lib/common.sh
source "$HERE/../../lib/common.sh"
LAB=$HERE/../lab
need_root

A=test-$$
SCRATCH=$(mktemp -d)

clean_up() {
  "$LAB" down "$A"
  rm -rf "$SCRATCH"
} 2>/dev/null
trap clean_up EXIT

# ---- helpers ----------------------------------------------------------------

in_a() { "$LAB" exec "$A" -- "$@"; }

process_is_gone() { [[ ! -d /proc/$1 ]]; }

driver_of() { basename "$(in_a readlink "/sys/bus/pci/devices/$1/driver")"; }

is_alone_in_its_group() {
  equals "$1" "$(in_a ls "/sys/bus/pci/devices/$1/iommu_group/devices")"
}

goes_to_vfio() {
  # shellcheck disable=SC2016 # for the shell on the host
  in_a bash -euc '
    modprobe vfio-pci
    echo vfio-pci >"/sys/bus/pci/devices/$1/driver_override"
    echo "$1" >"/sys/bus/pci/devices/$1/driver/unbind"
    echo "$1" >/sys/bus/pci/drivers_probe' goes_to_vfio "$1"
  equals vfio-pci "$(driver_of "$1")"
}

# Twenty commands at once, each with an answer of its own.
many_at_once() {
  local i
  for i in {1..20}; do
    # shellcheck disable=SC2016 # for the shell on the host
    in_a sh -c 'head -c 100000 /dev/zero | tr "\0" x >&2; echo "$1"; exit "$1"' many "$i" \
      >"$SCRATCH/many.$i" 2>"$SCRATCH/many.$i.err" &
    pids[i]=$!
  done
  for i in {1..20}; do
    exits_with "$i" wait "${pids[i]}"
    equals "$i" "$(<"$SCRATCH/many.$i")"
    equals 100000 "$(stat -c %s "$SCRATCH/many.$i.err")"
  done
}

start_guest() {
  # shellcheck disable=SC2016 # for the shell on the host
  in_a bash -euc '
    source /etc/orthus-lab/qemu
    /opt/orthus-lab/domains/make "$1" i440fx --type kvm --ip 10.9.0.11/24 --memory graftable \
      --image /opt/orthus-lab/images/guest.qcow2 --kernel /opt/orthus-lab/images \
      --emulator "$OLD" >"/run/$1.xml"
    virsh create "/run/$1.xml"' start_guest "$1"
}

watch() { in_a orthus-watch ctl "$@"; }

# ---- the command line -------------------------------------------------------

check 'no command is refused' exits_with 2 "$LAB"
check 'an unknown command is refused' exits_with 2 "$LAB" frobnicate
check 'a bad name is refused' exits_with 2 "$LAB" up ../etc
check 'an unknown option of up is refused' exits_with 2 "$LAB" up "$A" --fast
check 'three processors are refused' exits_with 2 "$LAB" up "$A" --cpus 3
check 'exec without a command is refused' exits_with 2 "$LAB" exec "$A" --
check 'exec in a lab that is not up fails' exits_with 1 "$LAB" exec "$A" -- true
check 'so does dmesg' exits_with 1 "$LAB" dmesg "$A"
check 'down of a lab that is not up is no error' "$LAB" down "$A"

# ---- up ---------------------------------------------------------------------

started=$(date +%s)
check 'a lab comes up' "$LAB" up "$A"
qemu=$("$LAB" pid "$A")
check 'up again changes nothing' "$LAB" up "$A"
check 'its QEMU is the same' equals "$qemu" "$("$LAB" pid "$A")"
check 'status knows it' grep -q "$A" <<<"$("$LAB" status)"
files=$("$LAB" status "$A" | sed -n 's/^files *//p')

# ---- exec -------------------------------------------------------------------

check 'exec passes the exit status' exits_with 37 in_a sh -c 'exit 37'
check 'and 128 + n for a signal' exits_with 137 in_a sh -c 'kill -KILL $$'
check 'and 127 for what is no program' exits_with 127 in_a /nonexistent
head -c 1000000 /dev/urandom >"$SCRATCH/bytes"
in_a cat <"$SCRATCH/bytes" >"$SCRATCH/echo"
check 'standard input and output are untouched' cmp "$SCRATCH/bytes" "$SCRATCH/echo"
check 'standard error is apart' equals 'err' "$(in_a sh -c 'echo out; echo err >&2' 2>&1 >/dev/null)"
# shellcheck disable=SC2016 # not to be expanded anywhere
check 'arguments are untouched' equals '$HOME "a  b" * ;'$'\n.' "$(in_a printf '%s' '$HOME "a  b" * ;'$'\n.')"
check 'an empty argument is one' equals '2' "$(in_a sh -c 'echo $#' sh '' '')"
check 'the environment is a fresh one' equals '' "$(SECRET=1 in_a printenv SECRET || true)"
check 'a command in the background holds nobody' in_a sh -c 'sleep 1000 &'
check 'many at once do not mix' many_at_once
in_a sh -c 'echo $$ >/run/sleeper; exec sleep 1000' 2>/dev/null &
sleeper=$!
wait_until 60 in_a test -s /run/sleeper
inner=$(in_a cat /run/sleeper)
# That of the program, not of the shell around it, is what a caller would kill.
kill -KILL "$(pgrep -P "$sleeper" || echo "$sleeper")"
wait "$sleeper" 2>/dev/null || true
check 'a command ends with its caller' wait_until 60 in_a test ! -d "/proc/$inner"

# ---- put and install --------------------------------------------------------

mkdir -p "$SCRATCH/tree/usr/bin"
printf '#!/bin/sh\necho installed\n' >"$SCRATCH/tree/usr/bin/orthus-test"
chmod 755 "$SCRATCH/tree/usr/bin/orthus-test"
check 'a staged tree is installed' "$LAB" install "$A" "$SCRATCH/tree"
check 'its program runs' equals installed "$(in_a orthus-test)"
check 'a file is put' "$LAB" put "$A" "$SCRATCH/bytes" /srv/new
check 'as it is' equals "$(sha256sum <"$SCRATCH/bytes")" "$(in_a cat /srv/new/bytes | sha256sum)"
check 'what is not there is refused' exits_with 1 "$LAB" put "$A" "$SCRATCH/none" /srv

# ---- the host ---------------------------------------------------------------

check 'it runs the kernel of its image' equals "$("$LAB" status "$A" | sed -n 's/^kernel *//p')" "$(in_a uname -r)"
check 'no unit has failed' equals '' "$(in_a systemctl --failed --no-legend --plain)"
check 'its clock is not that of its saving' test "$started" -le "$(in_a date +%s)"
check 'there is one processor' equals 1 "$(in_a nproc)"
check 'KVM for AMD is loaded' in_a test -e /sys/module/kvm_amd -a -c /dev/kvm
check 'with nested paging' equals Y "$(in_a cat /sys/module/kvm_amd/parameters/npt)"
# shellcheck disable=SC2016 # for the shell on the host
check 'as Debian has packaged it' equals '' \
  "$(in_a sh -c 'dpkg --verify "linux-image-$(uname -r)"' | grep -v /usr/share/doc/ || true)"
check 'it can be unloaded and loaded' in_a sh -c 'modprobe -r kvm_amd && modprobe kvm_amd'
check 'libvirt sees it' in_a virsh domcapabilities --virttype kvm
for device in 0000:01:00.0 0000:02:00.0 0000:03:00.0 0000:04:00.0; do
  check "$device is alone in its IOMMU group" is_alone_in_its_group "$device"
done
check 'a drive can be given to VFIO' goes_to_vfio 0000:01:00.0

# ---- a guest under KVM ------------------------------------------------------

in_a systemd-run --quiet --unit orthus-watch orthus-watch serve --listen 10.9.0.1
check 'a domain starts' start_guest i-2-11-VM
check 'it is run by KVM' equals 1 "$(in_a sh -c 'ls -d /sys/kernel/debug/kvm/*-* | wc -l')"
check 'the guest boots' watch wait 10.9.0.11 up 300
check 'its verdict is good' watch command 10.9.0.11 300 verdict
check 'the kernel has nothing to complain of' exits_with 1 \
  grep -E 'BUG|WARNING|Oops|RIP:|lockup|stall' <<<"$("$LAB" dmesg "$A")"

# ---- the end ----------------------------------------------------------------

in_a sh -c 'echo 1 >/proc/sys/kernel/sysrq; echo c >/proc/sysrq-trigger' || true
check 'a panic ends the lab' wait_until 60 process_is_gone "$qemu"
check 'which is seen as such' exits_with 1 in_a true
check 'its last words are kept' grep -q 'sysrq triggered crash' <<<"$("$LAB" dmesg "$A")"
check 'a lab goes down' "$LAB" down "$A"
check 'its files are gone' test ! -e "$files"
check 'this machine has no mount of it' exits_with 1 grep -F "$files" /proc/self/mountinfo

finish
