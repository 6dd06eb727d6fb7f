# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Copyright the Orthus for CloudStack authors
#
# What every part of the lab uses: messages, checks at the edge, directories.

# Cached things that are dear to make, and the writable files of running labs
# (these need a real file system, which a tmpfs or an overlay is not).
CACHE_DIR=${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/orthus
# What is known about running labs. One directory for the whole machine: the
# names of labs are the machine's.
# shellcheck disable=SC2034 # used by those who source this
STATE_DIR=/run/orthus-lab

# Progress goes to standard error: standard output belongs to results.
say() {
  printf 'lab: %s\n' "$*" >&2
}

die() {
  printf 'lab: error: %s\n' "$*" >&2
  exit 1
}

usage_error() {
  printf "lab: %s\nTry 'lab help'.\n" "$*" >&2
  exit 2
}

need_root() {
  ((EUID == 0)) || die "must be run as root: it makes namespaces, mounts and control groups"
  # Both characters have a meaning of their own in overlayfs' mount options.
  [[ $CACHE_DIR == /* && $CACHE_DIR != *[:,\\]* ]] ||
    die "cache directory '$CACHE_DIR' must be an absolute path without ':', ',' and '\\'; set XDG_CACHE_HOME"
}

# A name becomes a host name, a directory and a control group.
check_name() {
  [[ $1 =~ ^[a-z][a-z0-9-]{0,30}$ ]] ||
    usage_error "bad lab name '$1': lower-case letters, digits and '-', at most 31, a letter first"
}

# wait_until SECONDS CMD...: polls CMD; fails when the deadline has passed.
wait_until() {
  local deadline=$((SECONDS + $1))
  shift
  until "$@"; do
    ((SECONDS < deadline)) || return 1
    sleep 0.05
  done
}

# Installs those of the named commands' packages that this machine lacks.
# Arguments: command=package ...
need_commands() {
  local pair missing=()
  for pair in "$@"; do
    command -v "${pair%%=*}" >/dev/null || missing+=("${pair#*=}")
  done
  [[ ${#missing[@]} -gt 0 ]] || return 0
  say "installing on this machine: ${missing[*]}"
  DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 \
    install -y --no-install-recommends "${missing[@]}" >&2 ||
    die "cannot install ${missing[*]}; try 'apt-get update', then run this again"
}
