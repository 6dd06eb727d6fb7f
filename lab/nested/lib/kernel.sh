# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Copyright the Orthus for CloudStack authors
#
# Which of Debian's kernels the host runs, and which one's KVM is the newest.

# Oldest and newest of this series are what the lab upgrades from and to.
KERNEL_SERIES=6.12

# The package of the host's kernel: the oldest of the series in the release
# itself. (Those that were security updates for a while are not: a host is
# upgraded from one point release to the other, or not at all.)
kernel_package() {
  local package
  package=$(archive_apt apt-cache pkgnames "linux-image-$KERNEL_SERIES." |
    grep -E '^linux-image-[0-9.]+\+deb13-amd64$' | sort --version-sort |
    while read -r package; do
      if archive_versions "$package" | grep -q " ${SUITES[0]}\$"; then
        printf '%s\n' "$package"
        break
      fi
    done)
  [[ -n $package ]] || die "the archive has no kernel $KERNEL_SERIES.y in ${SUITES[0]}"
  printf '%s\n' "$package"
}
