# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Copyright the Orthus for CloudStack authors
#
# The KVM to upgrade to: of the newest kernel source in the archive, for the
# kernel that the lab's host runs. Built in a Debian of the same release, because
# a kernel's headers bring programs along that need its C library. Both are kept
# in the cache under keys of what goes into them.

# shellcheck source=lab/lib/archive.sh
source "$LAB_HOME/lib/archive.sh"
# shellcheck source=lab/nested/lib/kernel.sh
source "$NESTED_HOME/lib/kernel.sh"

BUILDERS_DIR=$NESTED_CACHE/builders
MODULES_DIR=$NESTED_CACHE/modules
KERNEL_HOME=${LAB_HOME%/lab}/kernel
# What of it goes into a module.
KERNEL_PARTS=(Kbuild new-features.awk orthus-kvm-build overlay include patches src)
BUILDER_PACKAGES=(make gcc libc6-dev libelf1t64 coccinelle xz-utils)

# A Debian with a compiler, the kernel's headers and the newest source; prints
# its path. Arguments: packages.
builder_build() {
  local key builder partial address security
  key=$(archive_apt apt-get -qq -o APT::Install-Recommends=false --print-uris install "$@" |
    sort | sha256sum | cut -c 1-16)
  builder=$BUILDERS_DIR/$key
  if [[ ! -d $builder ]]; then
    need_commands mmdebstrap=mmdebstrap
    mkdir -p "$BUILDERS_DIR"
    partial=$(mktemp -d "$BUILDERS_DIR/partial.XXXXXX")
    say "installing a compiler and the source of the newest kernel; it takes some minutes"
    address=$(archive_address)
    security=$(archive_find_address Debian-Security)
    {
      archive_sources "$address" "${SUITES[0]}"
      [[ -z $security ]] || archive_sources "$security" "$SECURITY_SUITE"
    } | unshare --mount --propagation private \
      mmdebstrap --quiet --mode=root --variant=apt --aptopt='APT::Install-Recommends "false"' \
      --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
      --include="$(IFS=,; printf '%s' "$*")" "${SUITES[0]}" "$partial" - >&2 ||
      die "cannot install what builds a kernel module; see above"
    mv "$partial" "$builder"
  fi
  touch "$builder"
  printf '%s\n' "$builder"
}

# module_build LETTER [HOME]: prints the path of kvm_LETTER.ko. HOME: a copy of the
# folder kernel, which a test has changed. The lock is for the builder: a module takes
# minutes, and whoever needs another one, or has it already, need not wait.
module_build() {
  local letter=$1 home=${2:-$KERNEL_HOME} lock kernel release builder key directory partial
  mkdir -p "$MODULES_DIR"
  exec {lock}>"$NESTED_CACHE/lock.builders"
  flock "$lock"
  archive_open
  kernel=$(kernel_package)
  release=${kernel#linux-image-}
  builder=$(builder_build "${BUILDER_PACKAGES[@]}" "linux-headers-$release" "linux-source-$KERNEL_SERIES")
  exec {lock}>&-
  key=$({
    printf '%s\n' "$builder"
    cd "$home" && find "${KERNEL_PARTS[@]}" -type f -print0 | sort -z | xargs -0 sha256sum
  } | sha256sum | cut -c 1-16)
  directory=$MODULES_DIR/$key-$letter
  if [[ ! -d $directory ]]; then
    partial=$(mktemp -d "$MODULES_DIR/partial.XXXXXX")
    say "building KVM as kvm_$letter for $release; it takes a minute or two"
    # shellcheck disable=SC2016 # for the shell inside
    unshare --mount --propagation private bash -euc '
      mount -t proc proc "$1/proc"
      mount -t tmpfs tmpfs "$1/tmp"
      mount -t tmpfs tmpfs "$1/mnt"
      mkdir "$1/mnt/kernel" "$1/mnt/out"
      mount --bind -o ro "$2" "$1/mnt/kernel"
      mount --bind "$3" "$1/mnt/out"
      exec nice chroot "$1" /usr/bin/env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 \
        /mnt/kernel/orthus-kvm-build --headers "/lib/modules/$4/build" --instance "$5" --output /mnt/out' \
      - "$builder" "$home" "$partial" "$release" "$letter" >&2 ||
      die "cannot build kvm_$letter; see above"
    # Somebody may have built the same meanwhile; one is as good as the other.
    mv --no-target-directory "$partial" "$directory" 2>/dev/null || rm -rf "$partial"
  fi
  touch "$directory"
  printf '%s\n' "$directory/kvm_$letter.ko"
}
