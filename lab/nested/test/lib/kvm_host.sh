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

clean_up() {
  "$LAB" down "$A"
  rm -rf "$SCRATCH"
} 2>/dev/null

in_a() { "$LAB" exec "$A" -- "$@"; }

orthus() { in_a orthus "$@"; }

# host_up STAGE MODULE...
host_up() {
  local stage=$1 module
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

# is_well GUEST MOVES: the guest's own verdict. QEMU's network backend takes one
# packet to the guest along with each move.
is_well() {
  local answer
  answer=$(watch command "${ADDRESS[$1]}" 300 verdict || true)
  jq --exit-status --argjson moves "$2" \
    '.ok and .result == "good" or (.text // "" | capture("^net_lost=(?<lost>[0-9]+)$") | .lost | tonumber <= $moves)' \
    <<<"$answer" >/dev/null || equals "a good verdict, or net_lost up to $2" "$answer"
}

pid_of() { in_a cat "/run/libvirt/qemu/$1.pid"; }

# runs_on GUEST: "KVM QEMU"
runs_on() {
  in_a orthus inventory --json |
    jq -r --arg name "$1" '.vms[] | select(.name == $name) | .kvm.instance + " " + (.qemu.version | split(" ")[0])'
}

# has_vm DEVICE GUEST: by KVM's own word.
has_vm() {
  # shellcheck disable=SC2016 # for the shell on the host
  in_a sh -c 'ls -d "/sys/kernel/debug/$1/$2"-*' has_vm "$1" "$(pid_of "$2")"
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

# kills PROGRAM before|after COMMAND...: orthus COMMAND is killed when it starts
# PROGRAM; see kill-at.
kills() {
  exits_with 137 in_a "$MODULES/kill-at" "$1" "$2" orthus "${@:3}"
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
  wait_until 300 is_another_boot "$before" && "$LAB" up "$A"
}

is_another_boot() {
  local now
  now=$(timeout 60 "$LAB" exec "$A" -- cat /proc/sys/kernel/random/boot_id 2>/dev/null) && [[ $now != "$1" ]]
}
