# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Copyright the Orthus for CloudStack authors
#
# The disk image of the host: the fast lab's base root, a kernel, and what a
# machine needs that namespaces do not. Kept in the cache under a key made of
# everything that goes into it.

# shellcheck source=lab/lib/root.sh
source "$LAB_HOME/lib/root.sh"
# shellcheck source=lab/nested/lib/kernel.sh
source "$NESTED_HOME/lib/kernel.sh"

MACHINE_PACKAGES=(udev kmod openssh-server pciutils ethtool zstd)
IMAGES_DIR=$NESTED_CACHE/images
# Where lab/guest/build puts the guests' disk and orthus-watch.
GUEST_DIR=$CACHE_DIR/images

# image_apt BASE ARGS...: apt-get, taking the packages of a base for installed.
image_apt() {
  archive_apt apt-get -qq -o APT::Install-Recommends=false \
    -o Dir::State::status="$1/var/lib/dpkg/status" "${@:2}"
}

image_key() {
  local base=$1 kernel=$2
  {
    printf '%s\n' "$base"
    image_apt "$base" --print-uris install "$kernel" "${MACHINE_PACKAGES[@]}" | sort
    cat "$GUEST_DIR/guest.stamp"
    (cd "$NESTED_HOME" && find lib/image.sh lib/fit-out run.c host -type f -print0 |
      sort -z | xargs -0 sha256sum)
  } | sha256sum | cut -c 1-16
}

# image_extract_kernel DIR: what the guests' disk in DIR boots, beside it, for
# guests that are started without a boot loader.
image_extract_kernel() {
  local disk
  disk=$(mktemp)
  qemu-img convert -O raw "$1/guest.qcow2" "$disk"
  mcopy -i "$disk" ::vmlinuz ::initrd ::syslinux.cfg "$1"
  rm "$disk"
  sed -n 's/^ *APPEND *//p' "$1/syslinux.cfg" >"$1/cmdline"
  rm "$1/syslinux.cfg"
}

# Collects in TREE what is added to the base. Packages lie in TREE/packages.
image_collect() {
  local tree=$1 base=$2 kernel=$3
  mkdir -p "$tree/packages/partial"
  image_apt "$base" --download-only -o Dir::Cache::archives="$tree/packages" \
    install "$kernel" "${MACHINE_PACKAGES[@]}" >&2 || die "cannot download $kernel and what the host needs"
  mkdir "$tree/files"
  cp -R "$NESTED_HOME/host/." "$tree/files"
  mkdir -p "$tree"/files/{root/.ssh,opt/orthus-lab/images,usr/local/bin,usr/local/lib/orthus-lab}
  gcc -std=gnu11 -O2 -Wall -Wextra -Werror -static \
    -o "$tree/files/usr/local/lib/orthus-lab/run" "$NESTED_HOME/run.c"
  install "$GUEST_DIR/orthus-watch" "$tree/files/usr/local/bin"
  cp "$GUEST_DIR/guest.qcow2" "$tree/files/opt/orthus-lab/images"
  image_extract_kernel "$tree/files/opt/orthus-lab/images"
  cp "$tree/key.pub" "$tree/files/root/.ssh/authorized_keys"
  chmod -R u=rwX,go=rX "$tree/files"
  chmod 700 "$tree/files/root" "$tree/files/root/.ssh"
}

# cache_prune DIRECTORY NOTE: removes what an interrupted build left there, and
# what is old and stands in that note of no running lab.
cache_prune() {
  local entry
  find "$1" -mindepth 1 -maxdepth 1 \( -name 'partial*' -o -mmin "+$BASE_MAX_AGE" \) |
    while read -r entry; do
      if ! grep -qsxF "$entry" "$STATE_DIR"/*/"$2"; then
        say "removing $entry, which no lab uses"
        rm -rf --one-file-system "$entry"
      fi
    done
}

# Makes the image unless the cache has it; prints the path of its directory:
# root.img, vmlinuz, initrd.img, release (of the kernel), base, key and
# known_hosts of the command channel. Callers that come meanwhile wait.
image_build() {
  local lock base kernel key image partial
  need_commands gcc=gcc mke2fs=e2fsprogs ssh-keygen=openssh-client mcopy=mtools qemu-img=qemu-utils
  base=$(root_build)
  "$LAB_HOME/guest/build" "$GUEST_DIR" >&2
  mkdir -p "$IMAGES_DIR"
  exec {lock}>"$NESTED_CACHE/lock"
  flock "$lock"
  cache_prune "$IMAGES_DIR" image
  archive_open
  kernel=$(kernel_package)
  key=$(image_key "$base" "$kernel")
  image=$IMAGES_DIR/$key
  if [[ ! -d $image ]]; then
    say "building the image $key with ${kernel#linux-image-}; it takes a minute or two"
    partial=$(mktemp -d "$IMAGES_DIR/partial.XXXXXX")
    printf '%s\n' "$base" >"$partial/base"
    printf '%s\n' "${kernel#linux-image-}" >"$partial/release"
    ssh-keygen -q -t ed25519 -N '' -C orthus-lab -f "$partial/key"
    image_collect "$partial" "$base" "$kernel"
    unshare --mount --propagation private \
      "$NESTED_HOME/lib/fit-out" "$base" "$partial" >&2 || die "cannot make the image; see above"
    rm -rf "$partial"/{packages,files}
    mv "$partial" "$image"
    say "built: $(du -sh "$image" | cut -f 1) in $image"
  fi
  touch "$image"
  exec {lock}>&-
  printf '%s\n' "$image"
}
