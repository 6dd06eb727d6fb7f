# shellcheck shell=bash disable=SC2154  # variables of run and host.sh
# SPDX-License-Identifier: Apache-2.0
# Copyright the Orthus for CloudStack authors
#
# Upgrades and rollbacks, and their reports, from which everything is counted.

# The reports of all moves so far, one JSON object a line.
REPORTS=''

# move upgrade|rollback ARGUMENTS...: the table is for the viewer, the report
# is read from what orthus keeps.
move() {
  local status=0 report
  orthus "$@" || status=$?
  report=$(in_lab orthus status --json | jq -c .last)
  REPORTS+=$report$'\n'
  expect_status "$status" "$(jq 'if any(.vms[]; .result == "refused") then 3 else 0 end' <<<"$report")"
}

# count FILTER: of all results of all reports, each with its direction.
count() {
  jq -s "[.[] | .direction as \$direction | .vms[] | . + {direction: \$direction} | select($1)] | length" \
    <<<"$REPORTS"
}

# longest FIELD: in milliseconds, of all that moved.
longest_pause() {
  jq -rs '[.[].vms[] | select(.result == "upgraded") | .pauseMs // 0] | max // 0 | round' <<<"$REPORTS"
}

# What became of a VM when it was moved for the first time.
move_check() {
  local name=$1 expected=$6 became
  became=$(jq -rs --arg name "$name" '[.[].vms[] | select(.name == $name)][0] |
    if .result == "upgraded" then .method else .result end' <<<"$REPORTS")
  [[ $became == "$expected" ]] || failed "$name was meant to be: $expected; it was: $became"
}

moves_check() {
  local put_back again
  for_guests move_check
  put_back=$(count '.result == "rolled-back" or .result == "not-begun"')
  ((put_back == 0)) || failed "$put_back move(s) did not succeed; the table above says why"
  again=$(jq -rs '.[-1].vms[0] | .result + " by " + .method' <<<"$REPORTS")
  [[ $again == "upgraded by cpr-transfer" ]] || failed "$UNPREPARED was not grafted the second time: $again"
}

summary() {
  printf '\ndemo: %d grafted, %d transplanted, %d refused, %d rolled back, %d lost; longest pause %s ms\n' \
    "$(count '.direction == "upgrade" and .result == "upgraded" and .method != "transplant"')" \
    "$(count '.direction == "upgrade" and .result == "upgraded" and .method == "transplant"')" \
    "$(count '.result == "refused"')" \
    "$(count '.direction == "rollback" and .result == "upgraded"')" \
    "$LOST" "$(longest_pause)"
}
