# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Copyright the Orthus for CloudStack authors
#
# What the viewer sees besides the output of the commands.

FAILURES=0

heading() {
  local bold='' plain=''
  [[ ! -t 1 ]] || bold=$'\e[1m' plain=$'\e[0m'
  printf '\n%s=== %s%s\n' "$bold" "$*" "$plain"
}

say() {
  printf '%s\n' "$*"
}

# Something is not as it must be. The demonstration goes on: there may be more.
failed() {
  printf 'demo: NOT GOOD: %s\n' "$*" >&2
  FAILURES=$((FAILURES + 1))
}

die() {
  printf 'demo: error: %s\n' "$*" >&2
  exit 1
}

# expect_status ACTUAL EXPECTED: orthus' exit status 3 says "some are refused".
expect_status() {
  (($1 == $2)) || failed "orthus ended with exit status $1, expected $2"
}
