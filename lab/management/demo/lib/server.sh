# shellcheck shell=bash disable=SC2154  # variables of run and host.sh
# SPDX-License-Identifier: Apache-2.0
# Copyright the Orthus for CloudStack authors
#
# The stand-in management server: started, ended, or left up for a look.

# An emulated host is slow to say which VMs it has.
readonly START_SECONDS=600

SERVER=''

server_up() { # OPTION...: of lab/management/run, that tell which hosts it has
  files=$(mktemp -d)
  "$top/lab/management/run" --port 0 "$@" >"$files/out" 2>"$files/log" &
  SERVER=$!
  trap 'server_down; host_down' EXIT
  local waited=0
  until grep -q '^listening' "$files/out"; do
    if ! kill -0 "$SERVER" 2>/dev/null || ((++waited > START_SECONDS * 5)); then
      cat "$files/log" >&2
      die "the stand-in does not start; its words are above"
    fi
    sleep 0.2
  done
  address=$(sed -n 's/^listening at //p' "$files/out")
  say "$address"
  log_in
}

server_down() {
  if [[ -n $SERVER ]]; then
    kill "$SERVER" 2>/dev/null || true
    wait "$SERVER" || true
  fi
  rm -rf "$files"
}

# keep COMMAND: with KEEP=1 somebody wants to look around; COMMAND then ends the host.
keep() {
  [[ ${KEEP-} == 1 ]] || return 0
  trap - EXIT
  say "The server is left up: $address, log in as admin with the password \"password\"."
  say "To end it: kill $SERVER; $1"
}
