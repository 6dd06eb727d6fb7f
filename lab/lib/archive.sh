# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Copyright the Orthus for CloudStack authors
#
# Debian's archive, seen through an apt of our own: the suites that the lab is
# made from, apart from what this machine has installed or configured. Apt
# checks signatures and hashes.

# Those to choose from. The first is what the lab's host consists of.
SUITES=(trixie trixie-backports bookworm bookworm-backports)
# Its security updates are in an archive of their own, which a machine may be
# without: then the newest are those of the last point release.
SECURITY_SUITE=trixie-security

APT_DIR=$CACHE_DIR/apt
ARCHIVE_KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg
# After this many minutes the package lists are fetched anew.
LISTS_MAX_AGE=1440

# archive_find_address LABEL: nothing if this machine has no archive of that label.
archive_find_address() {
  # shellcheck disable=SC2016 # the format is apt's
  apt-get indextargets --format '$(REPO_URI)' \
    'Created-By: Packages' 'Origin: Debian' "Label: $1" | sed -n '1s,/*$,,p'
}

# The address of the archive that this machine itself is installed from.
archive_address() {
  local address
  address=$(archive_find_address Debian)
  if [[ -z $address ]]; then
    # Images for containers come without package lists, and the lists are what
    # tells Debian's archive from others.
    say "fetching this machine's package lists"
    apt-get -qq update >&2 || true
    address=$(archive_find_address Debian)
  fi
  [[ -n $address ]] ||
    die "apt on this machine is configured for no Debian archive: see /etc/apt/sources.list.d"
  printf '%s\n' "$address"
}

archive_sources() {
  local address=$1 suite
  shift
  for suite in "$@"; do
    printf 'deb [signed-by=%s] %s %s main\n' "$ARCHIVE_KEYRING" "$address" "$suite"
  done
}

# archive_apt TOOL ARGS...: runs an apt tool on our own lists. This machine's
# apt.conf.d is read first: proxies are configured there. What we set wins.
archive_apt() {
  "$1" -c "$APT_DIR/apt.conf" "${@:2}"
}

# Makes our apt ready; fetches the lists when there are none or they are old.
archive_open() {
  [[ -r $ARCHIVE_KEYRING ]] || die "$ARCHIVE_KEYRING is missing: install debian-archive-keyring"
  mkdir -p "$APT_DIR"/{lists/partial,archives/partial}
  : >"$APT_DIR/status"
  cat >"$APT_DIR/apt.conf" <<EOF
APT::Sandbox::User "root";
APT::Default-Release "${SUITES[0]}";
Acquire::Languages "none";
Dir::State "$APT_DIR";
Dir::State::status "$APT_DIR/status";
Dir::Cache "$APT_DIR";
Dir::Cache::pkgcache "pkgcache.bin";
Dir::Cache::srcpkgcache "srcpkgcache.bin";
Dir::Etc::SourceList "$APT_DIR/sources.list";
Dir::Etc::SourceParts "/dev/null";
Dir::Etc::Preferences "/dev/null";
Dir::Etc::PreferencesParts "/dev/null";
EOF
  local address security sources
  address=$(archive_address)
  sources=$(archive_sources "$address" "${SUITES[@]}")
  security=$(archive_find_address Debian-Security)
  if [[ -n $security ]]; then
    sources+=$'\n'$(archive_sources "$security" "$SECURITY_SUITE")
  fi
  if [[ -e $APT_DIR/sources.list && $sources == "$(<"$APT_DIR/sources.list")" &&
    -n $(find "$APT_DIR/updated" -mmin "-$LISTS_MAX_AGE" 2>/dev/null) ]]; then
    return
  fi
  printf '%s\n' "$sources" >"$APT_DIR/sources.list"
  say "fetching the package lists of ${SUITES[*]}${security:+ $SECURITY_SUITE}"
  if archive_apt apt-get -qq -o APT::Update::Error-Mode=any update >&2; then
    touch "$APT_DIR/updated"
  elif [[ -e $APT_DIR/updated ]]; then
    say "warning: that failed; going on with the lists of $(date -r "$APT_DIR/updated" +%F)"
  else
    die "cannot fetch the package lists: is the archive reachable?"
  fi
}

# All versions of a package, one "VERSION SUITE" a line.
archive_versions() {
  archive_apt apt-cache madison "$1" |
    awk -F ' *[|] *' '{ split($3, source, " "); sub("/.*", "", source[2]); print $2, source[2] }'
}

# Downloads PACKAGE=VERSION ... into the current directory.
archive_download() {
  archive_apt apt-get -qq download "$@" >&2 || die "cannot download $*"
}

# The packages that one depends on directly, one a line; alternatives included.
archive_depends() {
  archive_apt apt-cache show --no-all-versions "$1" |
    sed -n 's/^\(Pre-\)\?Depends: //p' | tr ',|' '\n' | sed 's/^ *//; s/[ :(].*//'
}
