# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Copyright the Orthus for CloudStack authors
#
# What is noted about a running lab in STATE_DIR/NAME, a file for each note, and
# how its first process is known again: by its process id and start time, which
# are in the file "init".

# Start time of a process: field 22 of its stat, clock ticks since boot.
process_start_time() {
  local stat fields
  read -r stat 2>/dev/null <"/proc/$1/stat" || return 1
  # The name, in parentheses, may contain anything.
  read -ra fields <<<"${stat##*) }"
  printf '%s\n' "${fields[19]}"
}

# Sets INIT to the lab's init if it lives. A recycled process id is no lab.
instance_find() {
  local start
  INIT=''
  read -r INIT start 2>/dev/null <"$STATE_DIR/$1/init" || return 1
  [[ $start == "$(process_start_time "$INIT")" ]]
}

instance_require() {
  instance_find "$1" || die "lab '$1' is not up; start it with 'lab up $1'"
}

instance_pid() {
  instance_require "$1"
  printf '%s\n' "$INIT"
}

# instance_note NAME KEY: one of the notes on a lab.
instance_note() {
  local value=''
  read -r value 2>/dev/null <"$STATE_DIR/$1/$2" || true
  printf '%s\n' "$value"
}

# Waits for its turn to change this lab. The lock ends with this process.
instance_lock() {
  mkdir -p "$STATE_DIR"
  exec {INSTANCE_LOCK}>"$STATE_DIR/$1.lock"
  flock "$INSTANCE_LOCK"
}
