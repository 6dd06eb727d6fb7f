# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Copyright the Orthus for CloudStack authors
#
# The control group of a lab, on this machine's cgroup2.

# The place where the kernel's control groups, version 2, are mounted whole.
cgroup_mount() {
  awk '$4 == "/" { for (i = 7; $i != "-"; i++); if ($(i + 1) == "cgroup2") { print $5; exit } }' \
    /proc/self/mountinfo
}

# cgroup_make MOUNT CGROUP: a control group with every controller that there is.
# libvirt gives domains no control groups, and so no machine scopes, where not a
# single controller is to be had. Where version 1 has taken most of them, one
# that is left will do.
cgroup_make() {
  local controllers controller
  read -r controllers <"$1/cgroup.controllers"
  for controller in $controllers; do
    { echo "+$controller" >"$1/cgroup.subtree_control"; } 2>/dev/null || true
  done
  mkdir -p "$2"
  [[ -n $(<"$2/cgroup.controllers") ]] ||
    say "warning: this machine lets no cgroup2 controller go: domains will have no machine scopes"
}

cgroup_empty() {
  grep -qsx 'populated 0' "$1/cgroup.events"
}

# cgroup_remove CGROUP SECONDS: ends what is left in a control group and removes
# it with all below it.
cgroup_remove() {
  echo 1 >"$1/cgroup.kill"
  wait_until "$2" cgroup_empty "$1" ||
    die "processes in $1 do not end: $(find "$1" -name cgroup.procs -exec cat {} + | tr '\n' ' ')"
  find "$1" -depth -type d -exec rmdir {} +
}
