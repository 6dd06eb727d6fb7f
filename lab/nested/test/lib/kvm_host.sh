# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Copyright the Orthus for CloudStack authors
#
# The host of kvm_test.sh: brought up, asked, hurt. Sourced after common.sh and
# check.sh, with HERE and SCRATCH set.

LAB=$HERE/../lab
A=kvm-test-$$
# Emulated guests of an emulated host are slow to boot on a busy machine.
BOOT_SECONDS=900
# Where the host has what it is given.
MODULES=/srv
# Nor are their pauses what a default would accept.
PATIENT=--max-pause=60000

clean_up() {
  "$LAB" down "$A"
  rm -rf "$SCRATCH"
} 2>/dev/null

in_a() { "$LAB" exec "$A" -- "$@"; }

orthus() { in_a orthus "$@"; }

upgrade() { orthus upgrade "$PATIENT" "$@"; }

# host_up STAGE FILE...
host_up() {
  local stage=$1
  shift
  "$LAB" up "$A"
  "$LAB" install "$A" "$stage"
  put "$HERE/lib/kill-at" "$@"
  # shellcheck source=/dev/null
  source <(in_a cat /etc/orthus-lab/qemu)
  in_a systemd-run --quiet --unit orthus-watch orthus-watch serve --listen 10.9.0.1
}

put() {
  local file
  for file in "$@"; do
    "$LAB" put "$A" "$file" "$MODULES"
  done
}

# info_changed EXPRESSION MODULE FILE: a module that says something else of itself.
# Of the same length, so the rest of the file stays where it is.
info_changed() {
  LC_ALL=C sed "$1" "$2" >"$3"
  if cmp --silent "$2" "$3"; then
    die "$2 says nothing that $1 would change"
  fi
}

# ---- guests ------------------------------------------------------------------

watch() { in_a orthus-watch ctl "$@"; }

declare -A ADDRESS

guest_start() {
  ADDRESS[$1]=$2
  # shellcheck disable=SC2016 # for the shell on the host
  in_a bash -euc '
    /opt/orthus-lab/domains/make "$1" i440fx --type kvm --ip "$2/24" --memory graftable --light 40 \
      --image /opt/orthus-lab/images/guest.qcow2 --kernel /opt/orthus-lab/images --emulator "$3" >"/run/$1.xml"
    virsh --quiet create "/run/$1.xml"' guest_start "$1" "$2" "$OLD"
}

guest_await() {
  watch wait "${ADDRESS[$1]}" up "$BOOT_SECONDS" >/dev/null || die "guest $1 does not boot"
  watch reset "${ADDRESS[$1]}" >/dev/null || die "guest $1 does not answer"
}

# is_well GUEST MOVES: the guest's own verdict. QEMU's network backend takes up to
# two packets to the guest along with each move; see decision 10.
is_well() {
  local answer
  answer=$(watch command "${ADDRESS[$1]}" 300 verdict || true)
  jq --exit-status --argjson moves "$2" \
    '.ok and .result == "good" or (.text // "" | capture("^net_lost=(?<lost>[0-9]+)$") | .lost | tonumber <= 2 * $moves)' \
    <<<"$answer" >/dev/null || equals "a good verdict, or net_lost up to $((2 * $2))" "$answer"
}

# small_start NAME CODE [FEATURE]: a guest that is nothing but a boot sector. CODE: as
# printf's format. FEATURE: of its processor, that is not there by default.
small_start() {
  {
    # shellcheck disable=SC2059 # as it is meant
    printf "$2" | dd bs=510 conv=sync status=none
    printf '\x55\xaa'
  } >"$SCRATCH/$1.img"
  # The BIOS reads by cylinders, of which a disk must have one.
  truncate --size 8M "$SCRATCH/$1.img"
  put "$SCRATCH/$1.img"
  # shellcheck disable=SC2016 # for the shell on the host
  in_a bash -euc '
    /opt/orthus-lab/domains/make "$1" i440fx --type kvm --ip 10.9.0.99/24 --memory graftable \
      --image /opt/orthus-lab/images/guest.qcow2 --emulator "$3" |
      sed -e "/boot dev=.cdrom/d" -e "s,<pae/>,&<hyperv><relaxed state=\"on\"/><vapic state=\"on\"/></hyperv>," ${2:+-e "s,</cpu>,<feature policy=\"require\" name=\"$2\"/>&,"} >"/run/$1.xml"
    qemu-img convert -f raw -O qcow2 "$4/$1.img" "/var/lib/libvirt/images/$1-root.qcow2"
    virsh --quiet create "/run/$1.xml"' small_start "$1" "${3-}" "$OLD" "$MODULES"
}

# cli; hlt; jmp to the hlt
idle_start() { small_start "$1" '\xfa\xf4\xeb\xfd'; }

# enlightened GUEST: its QEMU gives it Hyper-V's interface, as CloudStack has it for Windows.
enlightened() {
  in_a grep --quiet --null-data --fixed-strings 'hv-relaxed=on,hv-vapic=on' "/proc/$(pid_of "$1")/cmdline"
}

# A hypervisor, as far as its KVM can tell: switches SVM on and halts. In words:
# mov ecx,EFER; rdmsr; or eax,SVME; wrmsr; cli; hlt; jmp to the hlt
hypervisor_start() {
  small_start "$1" '\x66\xb9\x80\x00\x00\xc0\x0f\x32\x66\x0d\x00\x10\x00\x00\x0f\x30\xfa\xf4\xeb\xfd' svm &&
    wait_until "$BOOT_SECONDS" has_svm_on "$1"
}

# EFER.SVME is bit 12.
has_svm_on() {
  grep -q 'EFER=[0-9a-f]\{12\}[13579bdf]' <<<"$(in_a virsh qemu-monitor-command "$1" --hmp 'info registers')"
}

pid_of() { in_a cat "/run/libvirt/qemu/$1.pid"; }

# runs_on GUEST: the KVM that has it, by KVM's own word, and its QEMU. The engine is not
# asked: it is what is tested, and slow to start here.
runs_on() {
  # shellcheck disable=SC2016 # for the shell on the host
  in_a bash -euc '
    pid=$(<"/run/libvirt/qemu/$1.pid")
    vms=("/sys/kernel/debug/kvm"*"/$pid-"*)
    echo "$(basename -a "${vms[@]%/*}" | paste -sd " ")" "$(readlink "/proc/$pid/exe")"' runs_on "$1"
}

# ---- KVMs --------------------------------------------------------------------

# A line for each KVM: instance, version, and "/dev/kvm" if it is that.
kvms() {
  in_a orthus status --json |
    jq -r '.kvms[] | [.instance, .version, if .standard then "/dev/kvm" else empty end] | join(" ")'
}

# Whether this is the only KVM that is loaded, in whole or in part.
is_only() {
  equals "$1" "$(in_a sh -c 'cd /sys/module && ls -d kvm kvm_* 2>/dev/null')" &&
    equals 1 "$(in_a cat "/sys/class/misc/${1/_/-}/default")" &&
    equals owner "$(in_a cat "/sys/class/misc/${1/_/-}/state")"
}

both_are_loaded() { in_a test -e /sys/module/kvm_amd -a -e /dev/kvm-a; }

is_unloaded() { in_a test ! -e "/sys/module/$1"; }

# Everything that an exchange of KVMs leaves on a host, as it is now.
traces() {
  # shellcheck disable=SC2016 # for the shell on the host
  in_a bash -c '
    cd /sys/module && ls -d kvm kvm_*
    stat --format "%n %t:%T %G %a" /dev/kvm*
    find /run/modprobe.d /run/udev/rules.d /run/orthus/kvm /run/orthus/vm -type f
    cat /var/lib/orthus/kvm.json /var/lib/orthus/journal/*' 2>/dev/null || true
}

# ---- what is tried -----------------------------------------------------------

# refused FILE WORDS: one line that has these words (a basic regular expression).
refused() {
  local message
  message=$(exits_with 2 orthus upgrade --kvm "$1" 2>&1 >/dev/null) || {
    printf '%s\n' "$message"
    return 1
  }
  equals 1 "$(wc -l <<<"$message")" && grep "$2" <<<"$message"
}

# is_blocked GUEST MODULE WORDS: preflight says so of that VM.
is_blocked() {
  local output
  output=$(exits_with 3 orthus preflight --kvm "$2" "$1") && grep "^$1 is blocked by .*$3" <<<"$output" || {
    printf '%s\n' "$output"
    return 1
  }
}

# kills PROGRAM before|after OPTION...: orthus upgrade is killed when it starts
# PROGRAM; see kill-at.
kills() {
  exits_with 137 in_a "$MODULES/kill-at" "$1" "$2" orthus upgrade "$PATIENT" "${@:3}"
}

# not_loaded FILE WORDS: the kernel refuses it, in one last line with these words.
not_loaded() {
  local message
  message=$(exits_with 1 orthus upgrade "$PATIENT" --kvm "$1" 2>&1 >/dev/null | tail -n 1) &&
    grep "^orthus: cannot load .*the kernel says: .*$2" <<<"$message" || {
    printf '%s\n' "$message"
    return 1
  }
}

# recovers WORDS: orthus recover, whose output has these words.
recovers() {
  local output
  output=$(orthus recover 2>&1) || {
    printf '%s\n' "$output"
    return 1
  }
  grep "$1" <<<"$output" || {
    printf '%s\n' "$output"
    return 1
  }
}

reboots() {
  local before
  before=$(in_a cat /proc/sys/kernel/random/boot_id)
  in_a systemctl reboot || true
  wait_until "$BOOT_SECONDS" is_another_boot "$before" && "$LAB" up "$A" || {
    "$LAB" exec "$A" -- systemctl list-jobs
    return 1
  }
}

is_another_boot() {
  local now
  now=$(timeout 60 "$LAB" exec "$A" -- cat /proc/sys/kernel/random/boot_id 2>/dev/null) && [[ $now != "$1" ]]
}
