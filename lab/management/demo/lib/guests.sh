# shellcheck shell=bash disable=SC2154  # variables of run and host.sh
# SPDX-License-Identifier: Apache-2.0
# Copyright the Orthus for CloudStack authors
#
# The guests, started from the QEMU that is installed, as CloudStack's agent does.

# NAME KIND MEMORY, see lab/domains/make. The address of the n-th guest is 10.9.0.(10 + n).
readonly GUESTS="\
i-2-31-VM i440fx graftable
i-2-32-VM q35    graftable
i-2-33-VM i440fx anonymous"

readonly BOOT_SECONDS=300
# As in lab/demo.
readonly LIGHT=6

# for_guests FUNCTION: calls it with NAME IP KIND MEMORY of each.
for_guests() {
  local name kind memory n=10
  while read -r name kind memory; do
    n=$((n + 1))
    # Nothing that is called may read the list.
    "$1" "$name" "10.9.0.$n" "$kind" "$memory" </dev/null
  done <<<"$GUESTS"
}

# qemu_install PROGRAM: as a package's upgrade does it, which leaves the files of
# running programs alone. PROGRAM is that of a complete tree.
qemu_install() {
  local tree=${1%/bin/qemu-system-x86_64}
  in_lab find /usr/lib/x86_64-linux-gnu/qemu -type f -delete
  in_lab env --chdir="$tree" find bin/qemu-system-x86_64 lib/x86_64-linux-gnu/qemu share/qemu -type f \
    -exec cp --parents --preserve --remove-destination --target-directory /usr/ '{}' +
}

watch() {
  in_lab orthus-watch ctl "$@"
}

# Transient domains, as CloudStack makes them.
guest_start() {
  local name=$1 ip=$2 kind=$3 memory=$4 definition=/run/$1.xml
  "$top/lab/domains/make" "$name" "$kind" --ip "$ip/24" --root "$host_root" \
    --image "$images/guest.qcow2" --memory "$memory" --light "$LIGHT" >"$host_root$definition"
  in_lab virsh --quiet create "$definition" >/dev/null
  say "$name: $kind, memory $memory, $ip"
}

guest_wait() {
  local name=$1 ip=$2
  watch wait "$ip" up "$BOOT_SECONDS" >/dev/null || die "$name does not boot (no heartbeat from $ip)"
}

# From here on the guests and the watcher measure gaps.
guest_reset() {
  watch reset "$2" >/dev/null || die "$1 does not answer"
}

guests_start() {
  for_guests guest_start
}

guests_wait() {
  say "waiting for their heartbeats"
  for_guests guest_wait
  say "all guests run, and check their memory, disks, network, timers and registers"
}

guests_reset() {
  for_guests guest_reset
}

guest_check() {
  local version
  version=$(jq -r --arg name "$1" '.vms[] | select(.name == $name) | .qemu.version' <<<"$INVENTORY")
  [[ $version == "$NEW_VERSION"* ]] || failed "$1 runs QEMU $version, not $NEW_VERSION"
}

guests_check() {
  for_guests guest_check
}
