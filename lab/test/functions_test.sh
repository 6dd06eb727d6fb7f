#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Copyright the Orthus for CloudStack authors
#
# Tests of the lab's functions, by themselves: no lab is started.
set -euo pipefail

LAB_HOME=$(dirname "$(realpath "${BASH_SOURCE[0]}")")/..
# shellcheck source=lab/test/check.sh
source "$LAB_HOME/test/check.sh"
# shellcheck source=lab/lib/common.sh
source "$LAB_HOME/lib/common.sh"
# shellcheck source=lab/lib/instance.sh
source "$LAB_HOME/lib/instance.sh"
# shellcheck source=lab/lib/root.sh
source "$LAB_HOME/lib/root.sh"

# The archive as it might be on some day: newest first, as apt lists them.
pair_of_archive() {
  (
    archive_versions() { printf '%s somewhere\n' "${ARCHIVE[@]}"; }
    ARCHIVE=("$@")
    qemu_choose_pair
  )
}

name_is_accepted() {
  # shellcheck disable=SC2317 # called by "check"
  (check_name "$1") 2>/dev/null
}

check 'a Debian version is cut down to the upstream version' \
  equals 10.0.2 "$(upstream_version '1:10.0.2+ds-2+deb13u1~bpo12+1')"
check 'so is one without epoch' equals 11.1.3 "$(upstream_version '11.1.3-1')"

check 'a pair goes from old to new' qemu_pair_fits 10.0.2 11.1.3
check 'not from new to old' exits_with 1 qemu_pair_fits 11.1.3 10.0.2
check 'not to itself' exits_with 1 qemu_pair_fits 11.1.3 11.1.3
check 'a QEMU before CPR does not fit' exits_with 1 qemu_pair_fits 9.2.4 11.1.3
check 'the pair known to be bad does not fit' exits_with 1 qemu_pair_fits 10.0.13 11.1.3
check 'nor its successors' exits_with 1 qemu_pair_fits 10.0.20 11.2.0
check 'the same source fits an older target' qemu_pair_fits 10.0.13 10.2.1

check 'the newest pair is taken, the bad one left out' \
  equals '1:10.0.2+ds-2~bpo12+1 1:11.1.3+ds-1~bpo13+1' \
  "$(pair_of_archive 1:11.1.3+ds-1~bpo13+1 1:10.0.13+ds-0 1:10.0.2+ds-2~bpo12+1 1:7.2+dfsg-7)"
check 'an older new one is taken when the newest has no partner' \
  equals '1:10.0.13+ds-0 1:10.0.14+ds-1' \
  "$(pair_of_archive 1:11.1.3+ds-1 1:10.0.14+ds-1 1:10.0.13+ds-0)"
check 'an archive without a pair is an error' exits_with 1 pair_of_archive 1:7.2+dfsg-7

for name in fast a test-1-b; do
  check "'$name' is a name" name_is_accepted "$name"
done
for name in '' Fast 1a ../x 'a b' a_b "$(printf 'a%.0s' {1..32})"; do
  check "'$name' is no name" exits_with 2 name_is_accepted "$name"
done

check 'the start time of a process is found' \
  equals "$(cut -d ' ' -f 22 /proc/$$/stat)" "$(process_start_time $$)"
check 'that of no process is not' exits_with 1 process_start_time 4194305
check 'waiting ends when the condition holds' wait_until 5 true
check 'waiting fails at the deadline' exits_with 1 wait_until 0 false

finish
