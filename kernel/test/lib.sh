# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# Copyright the Orthus for CloudStack authors
#
# What the tests have in common that are run on a machine with AMD SVM: guests
# without QEMU (exercise.c), attributes of instances, and waiting. Whoever sources
# it sets DIR, where the modules and exercise are.

DEADLINE=300 # seconds, for anything that is waited for
RUN=$(mktemp -d)
declare -A GUEST=()

say() {
  printf -- '- %s\n' "$*"
}

fail() {
  printf '%s: %s\n' "${0##*/}" "$*" >&2
  dmesg | tail -n 30 >&2
  exit 1
}

clean_up() {
  local name
  for name in "${!GUEST[@]}"; do
    kill "${GUEST[$name]}" 2>/dev/null || true
    wait "${GUEST[$name]}" 2>/dev/null || true
  done
  # After a failure, for whoever tests next.
  for name in kvm_a kvm_b; do
    for _ in {1..100}; do
      [[ -e /sys/module/$name ]] || break
      rmmod "$name" 2>/dev/null || sleep 0.1
    done
  done
  rm -rf "$RUN"
}
trap clean_up EXIT

# Waits until a command succeeds.
await() {
  local end=$((SECONDS + DEADLINE))
  until "$@"; do
    ((SECONDS < end)) || fail "waited in vain for: $*"
    sleep 0.1
  done
}

lines() {
  wc -l <"$RUN/$1"
}

alive() {
  kill -0 "${GUEST[$1]}" 2>/dev/null || fail "guest $1 has ended: $(tail -n 1 "$RUN/$1")"
}

has_lines() {
  alive "$1"
  (($(lines "$1") >= $2))
}

# start NAME DEVICE
start() {
  # Here and not by the child, which may be late.
  : >"$RUN/$1"
  "$DIR/exercise" "$2" >>"$RUN/$1" 2>&1 &
  GUEST[$1]=$!
  await has_lines "$1" 2
}

stop() {
  kill -TERM "${GUEST[$1]}"
  wait "${GUEST[$1]}" || fail "guest $1: $(tail -n 1 "$RUN/$1")"
  [[ $(tail -n 1 "$RUN/$1") == ok ]] || fail "guest $1 ended with: $(tail -n 1 "$RUN/$1")"
  unset "GUEST[$1]"
}

# All guests make progress on all their vCPUs.
progress() {
  local name
  for name in "${!GUEST[@]}"; do
    await has_lines "$name" $(($(lines "$name") + 2))
  done
}

attribute() {
  cat "/sys/class/misc/kvm-$1/$2"
}

# expect LETTER ATTRIBUTE VALUE
expect() {
  local value
  value=$(attribute "$1" "$2")
  [[ $value == "$3" ]] || fail "$2 of kvm_$1 is '$value', not '$3'"
}

# said WORDS WHEN: the kernel has, just now.
said() {
  dmesg | tail -n 5 | grep -qF -- "$1" || fail "the kernel does not say '$1' after: $2"
}

# refused WORDS COMMAND...: it fails, and the kernel says why.
refused() {
  local words=$1
  shift
  if "$@" 2>/dev/null; then fail "not refused: $*"; fi
  [[ -z $words ]] || said "$words" "$*"
}

hotplug() {
  local online=/sys/devices/system/cpu/cpu1/online
  echo 0 >"$online"
  progress
  echo 1 >"$online"
  progress
}

unload_debian() {
  await rmmod kvm_amd 2>/dev/null
  rmmod kvm
}

# start_on KVM KVM: of kvm_amd, kvm_a, kvm_b, where kvm_amd alone is loaded; each is
# loaded and given a guest of its name.
start_on() {
  local kvm
  [[ $1 == kvm_amd ]] || rmmod kvm_amd kvm
  for kvm; do
    if [[ $kvm == kvm_amd ]]; then
      start "$kvm" /dev/kvm
    else
      insmod "$DIR/$kvm.ko"
      start "$kvm" "/dev/${kvm/_/-}"
    fi
  done
}

# The distribution's KVM alone is loaded, and the kernel's log empty.
begin() {
  [[ ! -e /sys/module/kvm_a && ! -e /sys/module/kvm_b ]] || fail "kvm_a or kvm_b is loaded"
  rmmod kvm_amd kvm 2>/dev/null || true
  dmesg --clear
  modprobe kvm_amd
}

no_complaints() {
  ! dmesg | grep -E 'WARNING|BUG|Oops|general protection' || fail "the kernel complains"
}

# What KVMs have in this kernel: modules with their users, slab caches, hotplug
# states, directories in debugfs and tracefs, devices.
inventory() {
  {
    awk '$1 ~ /^(kvm|irqbypass|ccp)/ { print "module", $1, $3 }' /proc/modules
    awk '$1 ~ /kvm|x86_emulator|pte_list/ { print "slab", $1 }' /proc/slabinfo
    grep -i kvm /sys/devices/system/cpu/hotplug/states
    ls -d /sys/kernel/debug/kvm* /sys/kernel/debug/tracing/events/kvm* /dev/kvm* 2>/dev/null
  } | sort
}

# nothing_left BEFORE: the inventory is what it was.
nothing_left() {
  local now
  now=$(inventory)
  [[ $now == "$1" ]] || fail "something is left: $(diff <(echo "$1") <(echo "$now") | grep '^[<>]' | paste -sd ' ')"
}
