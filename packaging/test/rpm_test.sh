#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Copyright the Orthus for CloudStack authors
#
# usage: rpm_test.sh
#
# Builds the rpm package of the management server as "make package-rpm" does when Maven
# and npm are through, twice, and a later version; then installs, updates and removes
# it in a copy of this machine's root directory that is thrown away, where a stand-in
# has the configuration of CloudStack's UI. Needs root.
#
# Most functions are called by their names, as arguments of "check".
# shellcheck disable=SC2317
set -euo pipefail

HERE=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
TOP=$(dirname "$(dirname "$HERE")")
# shellcheck source=lab/test/check.sh
source "$TOP/lab/test/check.sh"

# The copy is an overlay that only this test's own mount namespace has.
if [[ ${1-} != inside ]]; then
  [[ $# -eq 0 ]] || { echo "usage: rpm_test.sh" >&2; exit 2; }
  exec unshare --mount --propagation private "$0" inside
fi
"$TOP/scripts/need" rpmbuild:rpm python3 jq
SCRATCH=$(mktemp -d)
trap 'umount "$SCRATCH/root" "$SCRATCH/layer" && rm -rf "$SCRATCH"' EXIT
mkdir "$SCRATCH"/{root,layer}
mount -t tmpfs tmpfs "$SCRATCH/layer"
mkdir "$SCRATCH"/layer/{upper,work}
mount -t overlay -o "lowerdir=/,upperdir=$SCRATCH/layer/upper,workdir=$SCRATCH/layer/work" overlay "$SCRATCH/root"
ROOT=$SCRATCH/root

# build FOLDER DATE
build() { SOURCE_DATE_EPOCH=$2 "$TOP/packaging/rpm/build" "$SCRATCH/$1"; }
package() { printf '%s\n' "$SCRATCH/$1"/orthus-management-*.noarch.rpm; }
# Debian's rpm warns of being used on Debian.
in_root() { rpm --force-debian --root "$ROOT" --dbpath /var/lib/rpm-test "$@"; }

# The menu's configuration as CloudStack has it, and the package that has it.
stand_in() {
  cat >"$SCRATCH/stand-in.spec" <<'END'
Name: cloudstack-management
Version: 4.22.0.0
Release: 1
Summary: stand-in
License: Apache-2.0
BuildArch: noarch
Provides: python3 /bin/sh
%description
%install
mkdir -p %{buildroot}/etc/cloudstack/management %{buildroot}/usr/share/cloudstack-management/webapp
printf '{\n  "apiBase": "/client/api",\n  "plugins": [],\n  "apidocs": true\n}\n' >%{buildroot}/etc/cloudstack/management/config.json
ln -s /etc/cloudstack/management/config.json %{buildroot}/usr/share/cloudstack-management/webapp/config.json
%files
%config(noreplace) /etc/cloudstack/management/config.json
/usr/share/cloudstack-management/webapp/config.json
END
  rpmbuild -bb --quiet --define "_topdir $SCRATCH/rpmbuild" "$SCRATCH/stand-in.spec" 2>/dev/null
}

CONFIG=etc/cloudstack/management/config.json
pages() { jq --raw-output '.plugins[].path' "$ROOT/$CONFIG"; }
signed_off() { [[ $(rpm --checksig --nosignature "$1") == *"digests OK"* ]]; }
# Nothing that was built here has to run there, and nothing has a place of its own to write to.
content() { rpm -qp --queryformat '[%{FILENAMES} %{FILEUSERNAME} %{FILEMODES:perms}\n]' "$1"; }
# What is otherwise is shown.
owned_by_root() { ! content "$1" | grep -vE ' root [-d]rw[-x]r-[-x]r-[-x]$'; }

# refused TEXT CMD...: CMD fails and says TEXT.
refused() {
  local text=$1 output
  shift
  if output=$("$@" 2>&1); then
    echo "not refused: $*"
    return 1
  fi
  [[ $output == *"$text"* ]] || { printf '%s\n' "$output"; return 1; }
}

DATE=1790000000
build first "$DATE"
build again "$DATE"
build later "$((DATE + 86400))"
stand_in
check "the same source makes the same bytes" diff -r "$SCRATCH/first" "$SCRATCH/again"
check "its digests are right" signed_off "$(package first)"
check "everything belongs to root, and to nobody else to write" owned_by_root "$(package first)"
check "rpm takes the later one for later" equals 1 \
  "$(rpm --eval "%{lua: print(rpm.vercmp('$(rpm -qp --queryformat '%{VERSION}' "$(package later)")', '$(rpm -qp --queryformat '%{VERSION}' "$(package first)")'))}")"

check "without the management server it is refused" refused 'cloudstack-management >= 4.22' in_root --install "$(package first)"
in_root --install "$SCRATCH"/rpmbuild/RPMS/noarch/cloudstack-management-*.rpm
cp "$ROOT/$CONFIG" "$SCRATCH/config.json"
check "it can be installed" in_root --install "$(package first)"
check "its jar is where the server looks" test -s "$ROOT/usr/share/cloudstack-management/lib/cloudstack-plugin-orthus.jar"
check "its page is where the server looks" test -s "$ROOT/usr/share/cloudstack-management/webapp/orthus-ui/index.html"
check "its files are as they were packed" in_root --verify orthus-management
check "the menu of the UI has it" equals orthus-ui/index.html "$(pages)"
check "it can be updated" in_root --upgrade "$(package later)"
check "then the menu has it once" equals orthus-ui/index.html "$(pages)"
check "removed, it goes out of the menu" in_root --erase orthus-management
check "and the file is as it was" diff "$SCRATCH/config.json" "$ROOT/$CONFIG"
check "nothing of it is left" equals '' "$(find "$ROOT/usr/share/cloudstack-management" "$ROOT/usr/share" -maxdepth 2 -name '*orthus*')"
in_root --install "$(package first)" >/dev/null
cp "$SCRATCH/config.json" "$ROOT/$CONFIG"
check "it can be updated when somebody took it out of the menu" in_root --upgrade "$(package later)"
check "then the menu has it no more" equals '' "$(pages)"
echo '{ "plugins": [ ' >"$ROOT/$CONFIG"
check "it can be removed if the UI's configuration is damaged" in_root --erase orthus-management
check "which is left as it is" equals '{ "plugins": [ ' "$(cat "$ROOT/$CONFIG")"
finish
