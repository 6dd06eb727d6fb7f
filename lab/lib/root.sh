# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Copyright the Orthus for CloudStack authors
#
# The base root: the file system all labs have below theirs, read-only, kept in
# the cache under a key made of everything that goes into it.

# shellcheck source=lab/lib/archive.sh
source "$LAB_HOME/lib/archive.sh"
# shellcheck source=lab/lib/qemu.sh
source "$LAB_HOME/lib/qemu.sh"

# The host: what an administrator would install for CloudStack's agent, and
# tools to look at it.
HOST_PACKAGES=(
  systemd systemd-sysv systemd-container dbus
  libvirt-daemon-system libvirt-clients qemu-system-x86 qemu-utils
  "${FIRMWARE_PACKAGES[@]}"
  openjdk-21-jre-headless libjansson4 genisoimage
  iproute2 procps less acl iputils-ping tcpdump socat
)
BASES_DIR=$CACHE_DIR/base
# Minutes that an unused base is kept.
BASE_MAX_AGE=4320

# The key of the base to be: the exact packages, and our own part in it.
root_key() {
  local pair=$1
  {
    printf '%s\n' "$pair"
    archive_apt apt-get -qq -o APT::Install-Recommends=false --print-uris \
      install "${HOST_PACKAGES[@]}" | sort
    (cd "$LAB_HOME" && find lib/archive.sh lib/qemu.sh lib/root.sh host -type f -print0 |
      sort -z | xargs -0 sha256sum)
  } | sha256sum | cut -c 1-16
}

# Installs Debian into a directory.
root_debootstrap() {
  local root=$1 address setting options=()
  need_commands mmdebstrap=mmdebstrap
  address=$(archive_address)
  # mmdebstrap does not read this machine's configuration of apt.
  while read -r setting; do
    options+=(--aptopt="$setting")
  done < <(apt-config dump --no-empty | grep -iE '^Acquire::https?::Proxy')
  # It mounts things below the root. In a mount namespace they go when it does,
  # however it ends.
  # The setup hook: the JDK's package stumbles when manual pages are left out
  # and their directory is missing. $1 is the root, for mmdebstrap's shell.
  # shellcheck disable=SC2016
  archive_sources "$address" "${SUITES[0]}" |
    unshare --mount --propagation private \
      mmdebstrap --quiet --mode=root --variant=minbase \
      --aptopt='APT::Install-Recommends "false"' "${options[@]}" \
      --dpkgopt='path-exclude=/usr/share/doc/*' \
      --dpkgopt='path-exclude=/usr/share/man/*' \
      --dpkgopt='path-exclude=/usr/share/locale/*' \
      --setup-hook='mkdir -p "$1/usr/share/man/man1"' \
      --include="$(IFS=,; printf '%s' "${HOST_PACKAGES[*]}")" \
      "${SUITES[0]}" "$root" - >&2 || die "cannot install Debian ${SUITES[0]}; see above"
}

# Makes a plain Debian into the lab's host. The units stay as they are packaged.
root_configure() {
  local root=$1
  cp -a --no-preserve=ownership "$LAB_HOME/host/." "$root"
  systemctl --quiet --root="$root" enable systemd-networkd.service
  # Network traffic is ours alone, and nothing may stir at random times while
  # something is measured.
  rm -f "$root/etc/libvirt/qemu/networks/autostart/default.xml"
  systemctl --quiet --root="$root" mask \
    apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer \
    e2scrub_all.timer fstrim.timer logrotate.timer
  # This machine's, brought along by mmdebstrap; each lab gets its own.
  rm -f "$root"/etc/{hostname,hosts,machine-id,resolv.conf} "$root/var/lib/dbus/machine-id"
}

# Removes what an interrupted build left, and old bases that no lab stands on.
# Not every unused one: two checkouts of different age would take it from each
# other time and again.
root_prune() {
  local base
  find "$BASES_DIR" -mindepth 1 -maxdepth 1 \
    \( -name 'partial.*' -o -mmin "+$BASE_MAX_AGE" \) |
    while read -r base; do
      # Labs of both kinds stand on them.
      if ! grep -qsxF "$base" /run/orthus-lab{,-nested}/*/base; then
        say "removing $base, which no lab uses"
        rm -rf --one-file-system "$base"
      fi
    done
}

# Makes the base root unless the cache has it; prints its path. A file named as
# argument gets the path too, before anybody else could find the base unused.
# Callers that come meanwhile wait.
root_build() {
  [[ $(dpkg --print-architecture) == amd64 ]] || die "the lab's host is amd64, this machine is not"
  mkdir -p "$BASES_DIR"
  local lock pair key base partial
  exec {lock}>"$CACHE_DIR/lock"
  flock "$lock"
  archive_open
  pair=$(qemu_choose_pair)
  key=$(root_key "$pair")
  base=$BASES_DIR/$key
  if [[ $# -gt 0 ]]; then
    printf '%s\n' "$base" >"$1"
  fi
  root_prune
  if [[ ! -d $base ]]; then
    say "QEMU to upgrade from and to: ${pair/ / -> }"
    say "building the base root $key; it takes a minute or two"
    partial=$(mktemp -d "$BASES_DIR/partial.XXXXXX")
    chmod 755 "$partial"
    root_debootstrap "$partial"
    root_configure "$partial"
    # shellcheck disable=SC2086 # two words
    qemu_install_all "$partial" $pair
    mv "$partial" "$base"
    say "built: $(du -sh "$base" | cut -f 1) in $base"
  fi
  touch "$base"
  exec {lock}>&-
  printf '%s\n' "$base"
}
