# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Copyright the Orthus for CloudStack authors
#
# What packages of all kinds have in common: of when they are, and their version.
# TOP: the project's folder. SOURCE_DATE_EPOCH: see packaging/README.md.

die() {
  printf 'package: %s\n' "$*" >&2
  exit "${STATUS:-1}"
}

source_date() {
  local date=${SOURCE_DATE_EPOCH-}
  [[ -n $date ]] || date=$(git -C "$TOP" log -1 --format=%ct) ||
    die "this is no Git checkout: set SOURCE_DATE_EPOCH to the time of the source"
  [[ $date =~ ^[0-9]{1,12}$ ]] || die "SOURCE_DATE_EPOCH is '$date', not seconds since 1970"
  printf '%s\n' "$date"
}

# The version in the pom; that of a snapshot precedes the release's, and says when it was.
version() {
  local version
  version=$(sed -n 's|^  <version>\(.*\)</version>$|\1|p' "$TOP/pom.xml")
  [[ $version =~ ^[0-9]+(\.[0-9]+)+(-SNAPSHOT)?$ ]] || die "pom.xml has the version '$version'"
  case $version in
    *-SNAPSHOT) date --utc --date="@$SOURCE_DATE_EPOCH" +"${version%-SNAPSHOT}~%Y%m%d.%H%M%S" ;;
    *) printf '%s\n' "$version" ;;
  esac
}
