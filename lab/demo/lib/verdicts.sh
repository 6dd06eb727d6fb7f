# shellcheck shell=bash disable=SC2154  # variables of run and host.sh
# SPDX-License-Identifier: Apache-2.0
# Copyright the Orthus for CloudStack authors
#
# How each guest is in the end: asked of the guest, of the watcher, of libvirt
# and of the process table, not assumed.

# VMs that are gone.
LOST=0
INVENTORY=''

readonly ROW='%-10s  %-7s  %-11s  %-7s  %-8s  %-7s  %-10s  %s\n'

verdicts() {
  INVENTORY=$(in_lab orthus inventory --json) || failed "the inventory is incomplete"
  # shellcheck disable=SC2059  # one format for all rows
  printf "$ROW" GUEST QEMU 'LONGEST GAP' 'LOST IN' 'LOST OUT' REBOOTS LIBVIRT VERDICT
  for_guests verdict
  say "Longest gap: between two heartbeats, as the host hears them. Lost: packets to and from the guest;"
  say "QEMU's own network backend takes one or two of each queue along when a guest stops."
}

# How many packets towards a guest its moves explain. While a guest stops, QEMU's
# own network backend takes up to two packets of each queue from the tap, and they
# are gone with that process; see decision 10. (With vhost-net they stay in the tap.)
excused() {
  local name=$1 moves queues
  moves=$(count ".name == \"$name\" and .result == \"upgraded\"")
  queues=$(jq --arg name "$name" '.vms[] | select(.name == $name) | .vcpus' <<<"$INVENTORY")
  echo $((2 * moves * queues))
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
  local name=$1 ip=$2 answer stats uuid version gap lost missed reboots libvirt word
  uuid=$(jq -r --arg name "$name" '.vms[] | select(.name == $name) | .uuid' <<<"$INVENTORY")
  if [[ -z $uuid ]]; then
    LOST=$((LOST + 1))
    failed "$name is gone"
    return
  fi
  answer=$(watch command "$ip" 300 verdict || true)
  stats=$(watch stats "$ip" || true)
  word=$(jq -r 'if .ok then .result else .error // (.result + ": " + .text) end' <<<"$answer")
  lost=$(jq .lost <<<"$stats")
  missed=$(jq .counters.net_lost <<<"$stats")
  if [[ $word == "bad: net_lost=$missed" ]] && ((missed <= $(excused "$name"))); then
    word="good but for $missed packet(s)"
  fi
  version=$(jq -r --arg name "$name" \
    '.vms[] | select(.name == $name) | .qemu.version | split(" ")[0]' <<<"$INVENTORY")
  gap=$(jq .gap_max_ns <<<"$stats")
  reboots=$(jq '.boots - 1' <<<"$stats")
  libvirt=$(libvirt_word "$name" "$uuid")
  # shellcheck disable=SC2059  # one format for all rows
  printf "$ROW" "$name" "$version" "$(ms "$gap")" "$missed" "$lost" "$reboots" "$libvirt" "$word"
  [[ $word == good* ]] || failed "the verdict of $name: $word"
  [[ $libvirt == "in charge" ]] || failed "libvirt and $name: $libvirt"
  ((lost == 0)) || failed "$lost packets from $name are lost"
  ((reboots == 0)) || failed "$name rebooted $reboots times"
}
