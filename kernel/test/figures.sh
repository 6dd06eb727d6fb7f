# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# Copyright the Orthus for CloudStack authors
#
# Figures that the benchmarks collect in files of RUN, one a line, and how they are
# told. Uses lib.sh. Integers only.

# note NAME NUMBER
note() {
  echo "$2" >>"$RUN/figures.$1"
}

# timed NAME COMMAND...: notes how long the command takes, in ms.
timed() {
  local name=$1 begin
  shift
  begin=$(date +%s%N)
  "$@"
  note "$name" $((($(date +%s%N) - begin) / 1000000))
}

# of NAME WHICH: its least, median or greatest figure.
of() {
  sort -n "$RUN/figures.$1" | awk -v which="$2" '
    { figure[NR] = $1 }
    END { print figure[which == "least" ? 1 : which == "median" ? int((NR + 1) / 2) : NR] }'
}

# tell NAME UNIT
tell() {
  printf '%-24s %7d %s  (%d to %d)\n' "$1" "$(of "$1" median)" "$2" "$(of "$1" least)" "$(of "$1" greatest)"
}

# ratio NAME OTHER: of the figures taken in the same round, in thousandths, as a figure
# of its own; tells its median in per cent, with the range.
ratio() {
  local name="$1 to $2" which
  paste "$RUN/figures.$1" "$RUN/figures.$2" | awk '{ printf "%d\n", 1000 * $1 / $2 }' >"$RUN/figures.$name"
  local figures=()
  for which in median least greatest; do
    figures+=("$(of "$name" $which | sed 's/.$/.&/')")
  done
  printf '%-24s %7s %%  (%s to %s)\n' "$name" "${figures[@]}"
}
