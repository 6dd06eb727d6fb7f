# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Copyright the Orthus for CloudStack authors
#
# The stand-in management server for tests of its clients: started and ended. To be
# sourced, with TOP and SCRATCH set; who sources it calls server_down at its end.

# A deadline, for machines that are busy.
START_SECONDS=300
SERVER=''

# server_up OPTION...: of lab/management/run, which tell its hosts. ADDRESS is where it is.
server_up() {
  "$TOP/lab/management/run" --port 0 --set orthus.poll.interval=1 "$@" >"$SCRATCH/out" 2>"$SCRATCH/log" &
  SERVER=$!
  local end=$((SECONDS + START_SECONDS))
  until grep -q '^listening' "$SCRATCH/out"; do
    if ! kill -0 "$SERVER" 2>/dev/null || ((SECONDS > end)); then
      cat "$SCRATCH/log" >&2
      echo "the stand-in does not start; its words are above" >&2
      exit 1
    fi
    sleep 0.2
  done
  # shellcheck disable=SC2034 # of who sources this
  ADDRESS=$(sed -n 's/^listening at //p' "$SCRATCH/out")
}

server_down() {
  [[ -n $SERVER ]] || return 0
  kill "$SERVER" 2>/dev/null || true
  wait "$SERVER" || true
  SERVER=''
}
