# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Copyright the Orthus for CloudStack authors
#
# The QEMU builds: which pair of Debian's versions the lab gets, and how each is
# laid under a prefix of its own, so that it runs beside the host's.

# What makes a QEMU for x86 guests.
QEMU_PACKAGES=(qemu-system-x86 qemu-system-common qemu-system-data)
# Firmware and option ROMs are packages of their own. All builds use the host's:
# after an upgrade in place, the files on disk are the new ones for old VMs too.
FIRMWARE_PACKAGES=(seabios ipxe-qemu ovmf)
LIBRARY_DIR=usr/lib/x86_64-linux-gnu

# "1:10.0.2+ds-2" -> "10.0.2"
upstream_version() {
  local version=${1#*:}
  printf '%s\n' "${version%%[+-]*}"
}

# qemu_pair_fits OLD NEW, both upstream versions: may this pair be the lab's?
qemu_pair_fits() {
  local old=$1 new=$2
  # CPR by transfer of descriptors came with 10.0.
  dpkg --compare-versions "$old" ge 10.0 && dpkg --compare-versions "$old" lt "$new" || return 1
  # Late 10.0 point releases send 1024 as the size of every virtio queue, and
  # QEMU 11.1 refuses more than the queue was made for: no migration in any mode.
  # Seen from 10.0.13 to 11.1.3; 10.0.2 is free of it.
  if dpkg --compare-versions "$old" ge 10.0.13 && dpkg --compare-versions "$old" lt 10.1 &&
    dpkg --compare-versions "$new" ge 11.1; then
    return 1
  fi
}

# The newest pair that fits, "OLD NEW" as Debian versions: the newest new one,
# and the newest old one for it.
qemu_choose_pair() {
  local versions old new
  versions=$(archive_versions qemu-system-x86 | cut -d ' ' -f 1 | uniq)
  # madison lists the newest first
  for new in $versions; do
    for old in $versions; do
      if qemu_pair_fits "$(upstream_version "$old")" "$(upstream_version "$new")"; then
        printf '%s %s\n' "$old" "$new"
        return
      fi
    done
  done
  die "the archive has no two QEMU versions that fit; it has: ${versions//$'\n'/ }"
}

# The shared libraries that the QEMU under a prefix asks for and the root lacks.
qemu_missing_libraries() {
  local root=$1 prefix=$2 file
  for file in "$root$prefix"/usr/bin/qemu-system-x86_64 "$root$prefix/$LIBRARY_DIR"/qemu/*.so; do
    # ldd fails on a module that is linked to nothing
    { chroot "$root" ldd "${file#"$root"}" 2>/dev/null || true; } |
      sed -n 's/^\s*\(\S*\) => not found$/\1/p'
  done | sort -u
}

# Brings libraries that the root's release does not have from the packages that
# QEMU's own packages depend on, into the prefix. Modules for which that is not
# enough stay unusable, as they are on a host without the package.
qemu_add_libraries() {
  local root=$1 prefix=$2 version=$3 missing packages package scratch library
  missing=$(qemu_missing_libraries "$root" "$prefix")
  [[ -n $missing ]] || return 0
  scratch=$(mktemp -d "$root/tmp/libraries.XXXXXX")
  packages=$(archive_depends "qemu-system-x86=$version")
  for package in $packages; do
    # Those that are there are not what is missing; those of qemu we have.
    if [[ $package == qemu-* || -e $root/var/lib/dpkg/info/$package.list ||
      -e $root/var/lib/dpkg/info/$package:amd64.list ]]; then
      continue
    fi
    [[ -n $(archive_versions "$package") ]] || continue
    rm -rf "${scratch:?}"/*
    (cd "$scratch" && archive_download "$package" && dpkg-deb -x ./*.deb .)
    for library in $missing; do
      [[ -n $(find "$scratch" -name "$library") ]] || continue
      say "  $library: from $package"
      find "$scratch" -name "${library%%.so*}.so*" \
        -exec cp -a -t "$root$prefix/$LIBRARY_DIR" {} +
    done
  done
  rm -rf "$scratch"
  printf '%s\n' "$prefix/$LIBRARY_DIR" >>"$root/etc/ld.so.conf.d/orthus-lab.conf"
  chroot "$root" ldconfig
  # A program without its libraries would look to libvirt like a broken install.
  if chroot "$root" ldd "$prefix/usr/bin/qemu-system-x86_64" | grep 'not found' >&2; then
    die "no package brings the libraries above, which QEMU $version needs"
  fi
}

# Makes firmware that the root has appear below the prefix.
qemu_link_firmware() {
  local root=$1 prefix=$2 file
  chroot "$root" dpkg -L "${FIRMWARE_PACKAGES[@]}" |
    grep -E '^/usr/share/(qemu|seabios|OVMF|ovmf)/' | while read -r file; do
    if [[ -f $root$file && ! -e $root$prefix$file ]]; then
      mkdir -p "$root$prefix${file%/*}"
      ln -s "$file" "$root$prefix$file"
    fi
  done
}

# qemu_install ROOT VERSION: unpacks a QEMU build under its prefix; says which.
qemu_install() {
  local root=$1 version=$2 prefix scratch
  prefix=/opt/qemu-$(upstream_version "$version")
  say "QEMU $version -> $prefix"
  scratch=$(mktemp -d "$root/tmp/qemu.XXXXXX")
  mkdir -p "$root$prefix"
  (
    cd "$scratch" || exit
    archive_download "${QEMU_PACKAGES[@]/%/=$version}"
    for package in ./*.deb; do
      dpkg-deb -x "$package" "$root$prefix"
    done
  )
  rm -rf "$scratch" "$root$prefix"/usr/share/{doc,locale,man,icons,lintian}
  # Debian's QEMU has absolute paths to its modules and data. If there is a
  # directory of this name beside the program, it looks for all of them below it.
  ln -s ../.. "$root$prefix/usr/bin/qemu-bundle"
  qemu_link_firmware "$root" "$prefix"
  qemu_add_libraries "$root" "$prefix" "$version"
  printf '%s\n' "$prefix"
}

# qemu_install_all ROOT OLD NEW: the pair, and the file that says what there is.
qemu_install_all() {
  local root=$1 old=$2 new=$3 old_prefix new_prefix host
  old_prefix=$(qemu_install "$root" "$old")
  new_prefix=$(qemu_install "$root" "$new")
  # shellcheck disable=SC2016 # the format is dpkg-query's
  host=$(chroot "$root" dpkg-query -W -f '${Version}' qemu-system-x86)
  cat >"$root/etc/orthus-lab/qemu" <<EOF
# The QEMU builds of this lab, to be read by a shell.
OLD=$old_prefix/usr/bin/qemu-system-x86_64
OLD_VERSION=$(upstream_version "$old")
NEW=$new_prefix/usr/bin/qemu-system-x86_64
NEW_VERSION=$(upstream_version "$new")
HOST=/usr/bin/qemu-system-x86_64
HOST_VERSION=$(upstream_version "$host")
EOF
}
