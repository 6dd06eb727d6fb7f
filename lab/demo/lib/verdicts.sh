# shellcheck shell=bash disable=SC2154  # variables of run and host.sh
# SPDX-License-Identifier: Apache-2.0
# Copyright the Orthus for CloudStack authors
#
# How each guest is in the end: asked of the guest, of the watcher, of libvirt
# and of the process table, not assumed.

# VMs that are gone.
LOST=0
INVENTORY=''

readonly ROW='%-10s  %-7s  %-12s  %-11s  %-9s  %-10s  %s\n'

verdicts() {
  INVENTORY=$(in_lab orthus inventory --json) || failed "the inventory is incomplete"
  # shellcheck disable=SC2059  # one format for all rows
  printf "$ROW" GUEST QEMU 'LONGEST GAP' 'LOST PACKETS' REBOOTS LIBVIRT VERDICT
  for_guests verdict
  say "gap: between two heartbeats, by the guest's own clock; packets: both directions"
}

# Nanoseconds as milliseconds.
ms() {
  printf '%d ms' $((($1 + 500000) / 1000000))
}

# Whether libvirt is in charge of the one process that runs this VM: the domain
# runs, its monitor and the guest's agent answer, and there is no second one.
libvirt_word() {
  local name=$1 uuid=$2
  if [[ $(in_lab pgrep --count --full -- "-uuid $uuid" || true) != 1 ]]; then
    say "not once"
  elif [[ $(in_lab virsh --quiet domstate "$name" 2>&1 || true) != running ]]; then
    say "not running"
  elif ! in_lab virsh --quiet qemu-monitor-command "$name" '{"execute":"query-status"}' >/dev/null 2>&1 ||
    ! in_lab virsh --quiet qemu-agent-command --timeout 20 "$name" '{"execute":"guest-ping"}' >/dev/null 2>&1; then
    say "no answer"
  else
    say "in charge"
  fi
}

verdict() {
  local name=$1 ip=$2 answer stats uuid version gap packets reboots libvirt word
  uuid=$(jq -r --arg name "$name" '.vms[] | select(.name == $name) | .uuid' <<<"$INVENTORY")
  if [[ -z $uuid ]]; then
    LOST=$((LOST + 1))
    failed "$name is gone"
    return
  fi
  answer=$(watch command "$ip" 60 verdict || true)
  stats=$(watch stats "$ip" || true)
  word=$(jq -r 'if .ok then .result else .error // (.result + ": " + .text) end' <<<"$answer")
  version=$(jq -r --arg name "$name" \
    '.vms[] | select(.name == $name) | .qemu.version | split(" ")[0]' <<<"$INVENTORY")
  gap=$(jq .counters.gap_max_ns <<<"$stats")
  packets=$(jq '.lost + .counters.net_lost' <<<"$stats")
  reboots=$(jq '.boots - 1' <<<"$stats")
  libvirt=$(libvirt_word "$name" "$uuid")
  # shellcheck disable=SC2059  # one format for all rows
  printf "$ROW" "$name" "$version" "$(ms "$gap")" "$packets" "$reboots" "$libvirt" "$word"
  [[ $word == good ]] || failed "the verdict of $name: $word"
  [[ $libvirt == "in charge" ]] || failed "libvirt and $name: $libvirt"
  ((packets == 0)) || failed "$name lost $packets packets"
  ((reboots == 0)) || failed "$name rebooted $reboots times"
}
