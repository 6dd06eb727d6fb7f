# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Copyright the Orthus for CloudStack authors
#
# The little that the lab's tests need: named checks and a count of them.

PASSED=0
FAILED=0

# check NAME CMD...: one test; it passes when CMD does. CMD's output is shown
# only if it fails.
check() {
  local name=$1 output
  shift
  if output=$("$@" 2>&1); then
    PASSED=$((PASSED + 1))
    printf 'ok      %s\n' "$name"
  else
    FAILED=$((FAILED + 1))
    printf 'FAILED  %s\n' "$name"
    printf '        | %s\n' "${output//$'\n'/$'\n        | '}"
  fi
}

# For use as CMD of check: expects equality, and a certain exit status.
equals() {
  [[ $1 == "$2" ]] || {
    printf 'expected: %s\nfound:    %s\n' "$1" "$2"
    return 1
  }
}

exits_with() {
  local expected=$1 status=0
  shift
  "$@" || status=$?
  equals "$expected" "$status"
}

# Prints the last line and ends the test program.
finish() {
  printf '%d passed, %d failed\n' "$PASSED" "$FAILED"
  exit $((FAILED > 0))
}
