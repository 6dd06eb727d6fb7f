#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Copyright the Orthus for CloudStack authors
#
# kvm_test.sh STAGE: the engine exchanges a host's KVM, on the nested lab: there,
# back, on to the next one; with a QEMU or without; killed at each step; with
# modules and guests that are not fit; and past a reboot. The first upgrade succeeds,
# for it leaves the archive of classes behind that makes all later commands faster.
# STAGE is the tree to install on the host, as "make install DESTDIR=STAGE" makes it.
# Takes some ten minutes once the image, the saved state and the modules are made.
#
# Most functions are called by their names, as arguments of "check".
# shellcheck disable=SC2317
set -euo pipefail

HERE=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
# shellcheck source=lab/test/check.sh
source "$HERE/../../test/check.sh"
# shellcheck source=lab/lib/common.sh
source "$HERE/../../lib/common.sh"
[[ $# -eq 1 && -x $1/usr/bin/orthus ]] || { echo "usage: lab/nested/test/kvm_test.sh STAGE" >&2; exit 2; }
STAGE=$1
need_root
need_commands jq=jq
# shellcheck source=lab/nested/test/lib/kvm_host.sh
source "$HERE/lib/kvm_host.sh"

# ---- a host on its distribution's KVM, with a guest --------------------------

module_a=$("$HERE/../kvm-module" a)
module_b=$("$HERE/../kvm-module" b)
SCRATCH=$(mktemp -d)
trap clean_up EXIT
make --quiet -C "$HERE/../../../kernel" guests
host_up "$STAGE" "$module_a" "$module_b" "$HERE/../../../kernel/out/probe"
KERNELS=$(kvms)
check 'the host has the KVM of its kernel' equals "kvm $(in_a uname -v | sed 's/.*Debian \([^ ]*\) .*/\1/') /dev/kvm" "$KERNELS"
guest_start one 10.9.0.11
guest_await one
untouched=$(traces)
in_a sh -c 'echo 1 >/sys/module/kvm/parameters/ignore_msrs'

# ---- KVM only ----------------------------------------------------------------

check 'the KVM of the host does what it did in 6.12.94' equals old "$(in_a "$MODULES/probe" /dev/kvm)"
check 'KVM alone is replaced' upgrade --kvm /srv/kvm_a.ko
check 'it is the only one, and /dev/kvm' is_only kvm_a
check 'with the parameters of the old one' equals Y "$(in_a cat /sys/module/kvm_a/parameters/ignore_msrs)"
check 'the VM has the new KVM and the old QEMU' equals "kvm-a $OLD" "$(runs_on one)"
check 'the guest is well' is_well one 1
check 'which does what a newer one does' equals new "$(in_a "$MODULES/probe" /dev/kvm)"
check '/dev/kvm is for the group kvm' equals 'a:e8 kvm 660' "$(in_a stat --format '%t:%T %G %a' /dev/kvm)"

in_a udevadm trigger --action=add --settle
check 'udev, triggered, brings nothing back' is_only kvm_a
in_a systemctl restart systemd-udevd
in_a udevadm trigger --action=add --settle
check 'nor does it when it was restarted' is_only kvm_a

# ---- a VM that is started later ----------------------------------------------

check 'libvirt starts a VM' idle_start two
check 'on the new KVM' equals "kvm-a $OLD" "$(runs_on two)"
check "with Hyper-V's enlightenments" enlightened two
check 'by a device of its own /dev' equals a:e8 "$(in_a stat --format %t:%T "/proc/$(pid_of two)/root/dev/kvm")"
check 'what runs on it cannot be unloaded' exits_with 1 in_a rmmod kvm_a

# ---- and back ----------------------------------------------------------------

check 'all VMs go back' orthus rollback "$PATIENT"
check 'VM one is on it' equals "kvm $OLD" "$(runs_on one)"
check 'VM two is on it' equals "kvm $OLD" "$(runs_on two)"
check 'guest one is well' is_well one 2
check 'the host is as it was' equals "$untouched" "$(traces)"

# ---- QEMU only ---------------------------------------------------------------

check 'QEMU alone is replaced, of one VM' upgrade --target "$NEW" one
check 'the VM has the old KVM and the new QEMU' equals "kvm $NEW" "$(runs_on one)"
check 'the host is as it was' equals "$untouched" "$(traces)"
check 'the guest is well' is_well one 3

# ---- modules that are not fit ------------------------------------------------

untouched=$(traces)
head -c 100000 "$module_a" >"$SCRATCH/truncated.ko"
printf 'no module\n' >"$SCRATCH/text.ko"
info_changed 's/vermagic=6\.12\./vermagic=6.13./' "$module_a" "$SCRATCH/other-kernel.ko"
info_changed 's/orthus_instance=/nobody_instance=/' "$module_a" "$SCRATCH/no-instance.ko"
info_changed 's/orthus_vendor=amd/orthus_vendor=via/' "$module_a" "$SCRATCH/other-vendor.ko"
info_changed 's/irq_bypass_register_consumer/irq_bypass_register_customer/g' "$module_a" "$SCRATCH/other-symbols.ko"
cp "$module_a" "$SCRATCH/anybodys.ko"
put "$SCRATCH"/*.ko
in_a chmod o+w /srv/anybodys.ko

check 'no file' refused /srv/none.ko 'there is no module at /srv/none.ko'
check 'a relative path' refused kvm_a.ko "'kvm_a.ko' is not an absolute path"
check 'a text' refused /srv/text.ko 'it is no 64-bit ELF file'
check 'half a module' refused /srv/truncated.ko 'it is truncated'
check 'another kernel' refused /srv/other-kernel.ko 'was built for the kernel 6.13.'
check 'another processor' refused /srv/other-vendor.ko "for processors of the kind 'via'"
check 'no instance' refused /srv/no-instance.ko "has no 'orthus_instance'"
check 'a file that others may write' refused /srv/anybodys.ko '/srv/anybodys.ko'
check 'what the kernel does not have' not_loaded /srv/other-symbols.ko 'Unknown symbol irq_bypass_register_customer'
check 'nothing of this touched the host' equals "$untouched" "$(traces)"

# ---- a guest that is a hypervisor --------------------------------------------

check 'a guest switches SVM on' hypervisor_start three
check 'it is refused, with words' is_blocked three /srv/kvm_a.ko 'its guest is a hypervisor itself'
check 'nothing of this touched the host' equals "$untouched" "$(traces)"
in_a virsh --quiet destroy three

# ---- killed before a VM was moved --------------------------------------------

check 'killed before it loaded' kills insmod before --kvm /srv/kvm_a.ko
check 'status tells' exits_with 1 in_a orthus status
check 'recover has nothing to undo' recovers 'is not loaded; nothing was changed'
check 'the host is as it was' equals "$untouched" "$(traces)"

check 'killed when it has loaded' kills insmod after --kvm /srv/kvm_a.ko
check 'both are loaded' wait_until "$BOOT_SECONDS" both_are_loaded
check 'recover withdraws the new one' recovers 'kvm_a) is unloaded again; no VM came to run on it'
check 'the host is as it was' equals "$untouched" "$(traces)"

check 'killed when it starts the new QEMU' kills orthus-vmm-exec before --kvm /srv/kvm_a.ko
check 'recover puts the VM back' recovers 'kvm_a) is unloaded again; no VM came to run on it'
check 'VM one is where it was' equals "kvm $NEW" "$(runs_on one)"
check 'VM two is where it was' equals "kvm $OLD" "$(runs_on two)"
check 'the host is as it was' equals "$untouched" "$(traces)"
check 'guest one is well' is_well one 3

# ---- killed after the VMs were moved -----------------------------------------

check 'KVM and QEMU in one move, killed before it unloads the old KVM' \
  kills rmmod before --kvm /srv/kvm_a.ko --target "$NEW"
check 'both are loaded' both_are_loaded
check 'recover unloads the old one' recovers 'kvm) is unloaded; 6.12.[0-9]*-[0-9]* (kvm_a) is /dev/kvm'
check 'the new one is the only one' is_only kvm_a
check 'VM one has both' equals "kvm-a $NEW" "$(runs_on one)"
check 'VM two has both' equals "kvm-a $NEW" "$(runs_on two)"
check "and Hyper-V's enlightenments still" enlightened two

check 'on to the next KVM, killed when the last one is unloaded' \
  kills rmmod after --kvm /srv/kvm_b.ko --target "$NEW"
check 'it is unloaded' wait_until "$BOOT_SECONDS" is_unloaded kvm_a
check 'recover makes the next one /dev/kvm' recovers 'kvm_b) is /dev/kvm'
check 'it is the only one' is_only kvm_b
check 'VM one is on it' equals "kvm-b $NEW" "$(runs_on one)"
check 'VM two is on it' equals "kvm-b $NEW" "$(runs_on two)"
check 'guest one is well' is_well one 5

# ---- a third one -------------------------------------------------------------

in_a insmod /srv/kvm_a.ko
info_changed 's/name=kvm_b/name=kvm_c/' "$module_b" "$SCRATCH/kvm_c.ko"
put "$SCRATCH/kvm_c.ko"
untouched=$(traces)
check 'a third KVM' refused /srv/kvm_c.ko 'two KVMs are loaded already, .*(kvm_a) and .*(kvm_b)'
check 'nothing of this touched the host' equals "$untouched" "$(traces)"
in_a rmmod kvm_a

# ---- where signatures are enforced -------------------------------------------

# Until the next boot: nobody can take it back.
in_a sh -c 'echo 1 >/sys/module/module/parameters/sig_enforce'
untouched=$(traces)
check 'a module without a signature' refused /srv/kvm_a.ko 'is not signed, and this host loads signed modules only'
check 'nothing of this touched the host' equals "$untouched" "$(traces)"

# ---- the end -----------------------------------------------------------------

check 'the kernel has nothing to complain of' exits_with 1 \
  grep -E 'BUG|WARNING|Oops|RIP:|lockup|stall' <<<"$("$LAB" dmesg "$A")"
# It would be waited for: with interrupts off it never hears that it shall end.
in_a virsh --quiet destroy two
check 'the host reboots' reboots
check 'to the KVM of its kernel' equals "$KERNELS" "$(kvms)"
check 'with nothing in its way' equals '' "$(in_a find /run/modprobe.d /run/udev/rules.d /run/orthus/kvm -name '*kvm*' 2>/dev/null)"
check 'and nothing to recover' in_a orthus status

finish
