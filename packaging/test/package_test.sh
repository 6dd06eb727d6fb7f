#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Copyright the Orthus for CloudStack authors
#
# usage: package_test.sh IMAGES
#
# Builds the packages as "make package" does when Maven is through, twice, and a
# later version; then installs, upgrades, uses, removes and purges them on a lab
# host whose guests run all the time. IMAGES: see lab/guest/build.
#
# Most functions are called by their names, as arguments of "check".
# shellcheck disable=SC2317
set -euo pipefail

HERE=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
TOP=$(dirname "$(dirname "$HERE")")
# shellcheck source=lab/test/check.sh
source "$TOP/lab/test/check.sh"

[[ $# -eq 1 && -d $1 ]] || { echo "usage: package_test.sh IMAGES" >&2; exit 2; }
"$TOP/scripts/need" lintian jq
IMAGES=$1
LAB=package-$$
SCRATCH=$(mktemp -d)

# NAME IP MEMORY: one can be grafted, the other is as CloudStack starts VMs today.
GUESTS="\
i-2-11-VM 10.9.0.11 graftable
i-2-12-VM 10.9.0.12 anonymous"
BOOT_SECONDS=300
# What the two moves of each guest below may cost it; see decision 10.
PACKETS=4

clean_up() {
  "$TOP/lab/lab" down "$LAB"
  rm -rf "$SCRATCH"
} 2>/dev/null
trap clean_up EXIT

# ---- helpers ----------------------------------------------------------------

in_lab() { "$TOP/lab/lab" exec "$LAB" -- "$@"; }

# build FOLDER DATE
build() { SOURCE_DATE_EPOCH=$2 "$TOP/packaging/build" "$SCRATCH/$1"; }

# package FOLDER NAME: its file in the lab
package() {
  local file
  file=$(cd "$SCRATCH/$1" && ls "$2"_*.deb)
  printf '/var/tmp/%s/%s\n' "$1" "$file"
}

# shellcheck disable=SC2016 # the format is dpkg's
version() { in_lab dpkg-query --show --showformat '${db:Status-Status} ${Version}' "$1"; }

# What has our name on the host, dpkg's notes about us among it, apart from the packages' files.
ours() {
  in_lab find /etc /run /usr /var -ignore_readdir_race -iname '*orthus*' ! -path '/var/tmp/*' | sort
}

# Process ids of the daemon and of all QEMUs.
processes() { in_lab pgrep --full 'libvirtd|guest=' | sort; }

guests_start() {
  local root name ip memory
  root=/proc/$("$TOP/lab/lab" pid "$LAB")/root
  # shellcheck source=/dev/null
  source "$root/etc/orthus-lab/qemu"
  install -m 0755 "$IMAGES/orthus-watch" "$root/usr/local/bin/watch-guests"
  in_lab systemd-run --quiet --property Type=exec --unit watch-guests watch-guests serve --listen 10.9.0.1
  while read -r name ip memory; do
    "$TOP/lab/domains/make" "$name" i440fx --ip "$ip/24" --root "$root" --image "$IMAGES/guest.qcow2" \
      --memory "$memory" --light 6 --emulator "$OLD" >"$root/run/$name.xml"
    in_lab virsh --quiet create "/run/$name.xml" </dev/null
  done <<<"$GUESTS"
  while read -r name ip memory; do
    in_lab watch-guests ctl wait "$ip" up "$BOOT_SECONDS" </dev/null >/dev/null
    in_lab watch-guests ctl reset "$ip" </dev/null >/dev/null
  done <<<"$GUESTS"
}

# The guest has checked itself all the time: memory, disks, timers, network.
verdict() {
  local answer word
  answer=$(in_lab watch-guests ctl command "$1" 300 verdict)
  word=$(jq -r 'if .ok then .result else .result + ": " + .text end' <<<"$answer")
  [[ $word == good ]] || { [[ $word =~ ^"bad: net_lost="([0-9]+)$ ]] && ((BASH_REMATCH[1] <= PACKETS)); } ||
    { printf '%s\n' "$answer"; return 1; }
}

check_guests() {
  local name ip memory
  while read -r name ip memory; do
    check "$1: $name ($memory) is well" verdict "$ip" </dev/null
    check "$1: libvirt is in charge of $name" in_lab virsh --quiet qemu-agent-command --timeout 60 "$name" \
      '{"execute":"guest-ping"}' </dev/null
  done <<<"$GUESTS"
}

# Runs a command in the lab while the host's lock is held, as by an upgrade that is under way.
while_upgrading() {
  python3 -c '
import fcntl, os, subprocess, sys
lock = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT, 0o600)
fcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
sys.exit(subprocess.call(sys.argv[2:]))' \
    "/proc/$("$TOP/lab/lab" pid "$LAB")/root/run/orthus/upgrade.lock" "$TOP/lab/lab" exec "$LAB" -- "$@"
}

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

# Each jar and each page that is shipped has a list of what is in it, with the licence of each part.
components_are_listed() {
  local deb package name lists=0
  for deb in "$SCRATCH"/first/orthus-*.deb; do
    package=$(dpkg-deb --field "$deb" Package)
    while read -r name; do
      lists=$((lists + 1))
      dpkg-deb --fsys-tarfile "$deb" |
        tar --extract --to-stdout "./usr/share/doc/$package/$name.cdx.json" |
        jq --exit-status '.components | length > 0 and all(.licenses | length > 0)' || return 1
    # Not jars that are links.
    done < <(dpkg-deb --contents "$deb" | sed -nE 's#^-.*/([^/]*)\.jar$#\1#p; s#^-.*/([^/]*)/index\.html$#\1#p')
  done
  equals 4 "$lists"
}

# stand_in NAME VERSION: makes a package of the files below in/NAME
stand_in() {
  mkdir -p "$SCRATCH/in/$1/DEBIAN"
  printf '%s\n' "Package: $1" "Version: $2" 'Architecture: all' \
    'Maintainer: nobody <nobody@orthus.invalid>' 'Description: stand-in' >"$SCRATCH/in/$1/DEBIAN/control"
  dpkg-deb --build --root-owner-group -Znone "$SCRATCH/in/$1" "$SCRATCH/first" >/dev/null
}

# A lab host has no Python; it gets this machine's.
python() {
  local program files
  program=$(realpath /usr/bin/python3)
  files=$SCRATCH/in/python3/usr
  mkdir -p "$files"/{bin,lib}
  cp "$program" "$files/bin/python3"
  cp -r "/usr/lib/${program##*/}" "$files/lib"
  stand_in python3 "$(dpkg-query --show --showformat '${Version}' python3-minimal)"
}

# With the UI's configuration as CloudStack has it, and nothing else.
management_server() {
  local tree=$SCRATCH/in/cloudstack-management
  mkdir -p "$tree/DEBIAN" "$tree"/etc/cloudstack/management "$tree"/usr/share/cloudstack-management/{lib,webapp}
  touch "$tree/usr/share/cloudstack-management/lib/cloudstack-management.jar"
  printf '{\n  "apiBase": "/client/api",\n  "plugins": [],\n  "apidocs": true\n}\n' \
    >"$tree/etc/cloudstack/management/config.json"
  ln -s /etc/cloudstack/management/config.json "$tree/usr/share/cloudstack-management/webapp/config.json"
  echo /etc/cloudstack/management/config.json >"$tree/DEBIAN/conffiles"
  stand_in cloudstack-management 4.22.0.0
}

CONFIG=/etc/cloudstack/management/config.json
# The paths of the pages in the menu of CloudStack's UI.
pages() { in_lab cat "$CONFIG" | jq --raw-output '.plugins[].path'; }

# ---- the packages -----------------------------------------------------------

DATE=1790000000
build first "$DATE"
build again "$DATE"
build later "$((DATE + 86400))"
check "lintian finds nothing that is not explained" \
  lintian --allow-root --fail-on error,warning "$SCRATCH"/first/*.deb
check "the same source makes the same bytes" diff -r "$SCRATCH/first" "$SCRATCH/again"
check "every part of every jar is listed, with its licence" components_are_listed
check "a source that is no checkout needs a time" refused SOURCE_DATE_EPOCH build first yesterday
management_server
python

# ---- the host ---------------------------------------------------------------

"$TOP/lab/lab" up "$LAB"
tar -C "$SCRATCH" -c first later | in_lab tar -C /var/tmp -x
guests_start
ours >"$SCRATCH/before"
processes >"$SCRATCH/processes"
first=$(version libvirt-daemon-system)
check "the host has a libvirt of its own packages" equals installed "${first%% *}"

check "orthus-agent can be installed" in_lab dpkg --install "$(package first orthus-agent)"
check "its command runs" in_lab orthus --version
# As its first upgrade would; and there is nothing to do.
check "it has nothing to recover" in_lab orthus recover
check "its unit is enabled" in_lab systemctl is-enabled orthus-recover.service
check "CloudStack's agent would find its part" in_lab test -s /usr/share/cloudstack-agent/plugins/cloudstack-agent-orthus.jar
check "an update of it waits for an upgrade of VMs" \
  refused 'VMs of this host are being upgraded' while_upgrading dpkg --install "$(package later orthus-agent)"
check "which leaves the former version as it was" in_lab orthus --version
check "orthus-agent can be updated" in_lab dpkg --install "$(package later orthus-agent)"
LATER=$(dpkg-deb --field "$SCRATCH"/later/orthus-agent_*.deb Version)
check "then it is the later version" equals "installed $LATER" "$(version orthus-agent)"
check "nobody was restarted meanwhile" diff "$SCRATCH/processes" <(processes)

check "the self-test needs its guests" refused 'install the package orthus-selftest' in_lab orthus selftest --target "$NEW"
# A lab host has neither xz nor zstd, which only modules of kernels need.
check "orthus-selftest can be installed" in_lab dpkg --force-depends --install "$(package later orthus-selftest)"
check "on a host with VMs the self-test is refused" refused 'is for a spare host' in_lab orthus selftest --target "$NEW"
check "orthus-selftest can be purged" in_lab dpkg --purge orthus-selftest

check "VMs are upgraded" in_lab orthus upgrade --target "$NEW" --max-pause 60000
check_guests "after the upgrade"
processes >"$SCRATCH/processes"
check "libvirtd waits for the gate" in_lab grep -qs orthus /run/systemd/system/libvirtd.service.d/50-orthus-gate.conf
check "it is not removed while VMs are being upgraded" \
  refused 'VMs of this host are being upgraded' while_upgrading dpkg --remove orthus-agent
# A line that nobody can read stands for whatever cannot be settled.
in_lab tee /var/lib/orthus/journal/00000000-0000-4000-8000-000000000000.json <<<'{' >/dev/null
check "nor while an interrupted upgrade is not settled" \
  refused 'an interrupted upgrade is not settled' in_lab dpkg --remove orthus-agent
in_lab rm /var/lib/orthus/journal/00000000-0000-4000-8000-000000000000.json
check "it can be removed" in_lab dpkg --remove orthus-agent
check "libvirtd waits for no gate any more" equals '' "$(in_lab find /run/systemd -name '*orthus*')"
check "libvirtd starts without it" in_lab systemctl restart libvirtd.service
check "the way back outlives it" in_lab test -d /var/lib/orthus/history
check "it can be installed again" in_lab dpkg --install "$(package later orthus-agent)"
check "VMs go back" in_lab orthus rollback --max-pause 60000
check_guests "after the rollback"
processes >"$SCRATCH/processes"

# A build that was kept, and runs. The program does not matter.
in_lab install -D /usr/bin/sleep /var/lib/orthus/vmm/kept/sleep
in_lab systemd-run --quiet --property Type=exec --unit kept /var/lib/orthus/vmm/kept/sleep infinity
check "orthus-agent can be purged" in_lab dpkg --purge orthus-agent
check "a build that runs stays" in_lab test -x /var/lib/orthus/vmm/kept/sleep
check "and nothing else of its state" equals /var/lib/orthus/vmm "$(in_lab find /var/lib/orthus -mindepth 1 -maxdepth 1)"
in_lab systemctl stop kept
in_lab rm -rf /var/lib/orthus

in_lab dpkg --install "$(package first cloudstack-management)" "$(package first python3)" >/dev/null
in_lab cat "$CONFIG" >"$SCRATCH/config.json"
check "orthus-management can be installed" in_lab dpkg --install "$(package first orthus-management)"
check "its jar is where the server looks" in_lab test -s /usr/share/cloudstack-management/lib/cloudstack-plugin-orthus.jar
check "its page is where the server looks" in_lab test -s /usr/share/cloudstack-management/webapp/orthus-ui/index.html
check "the menu of the UI has it" equals orthus-ui/index.html "$(pages)"
check "it can be updated" in_lab dpkg --install "$(package later orthus-management)"
check "then the menu has it once" equals orthus-ui/index.html "$(pages)"
in_lab tee "$CONFIG" <"$SCRATCH/config.json" >/dev/null
check "it can be updated when somebody took it out of the menu" in_lab dpkg --install "$(package first orthus-management)"
check "then the menu has it no more" equals '' "$(pages)"
check "it can be removed" in_lab dpkg --remove orthus-management
check "it can be installed again" in_lab dpkg --install "$(package first orthus-management)"
check "then the menu has it" equals orthus-ui/index.html "$(pages)"
check "removed, it goes out of the menu" in_lab dpkg --remove orthus-management
check "and the file is as it was" diff "$SCRATCH/config.json" <(in_lab cat "$CONFIG")
in_lab tee "$CONFIG" <<<'{ "plugins": [ ' >/dev/null
check "it is installed all the same if the UI's configuration is damaged" \
  in_lab dpkg --install "$(package first orthus-management)"
check "which is left as it is" equals '{ "plugins": [ ' "$(in_lab cat "$CONFIG")"
check "it can be purged" in_lab dpkg --purge orthus-management
in_lab dpkg --purge python3 >/dev/null
check "the server's own jars stay" in_lab test -e /usr/share/cloudstack-management/lib/cloudstack-management.jar

# A lab host has no DKMS, which the package says, and is installed all the same.
check "orthus-kvm-dkms can be installed" in_lab dpkg --force-depends --install "$(package first orthus-kvm-dkms)"
check "its builder runs" in_lab orthus-kvm-build --help
check "it can be updated" in_lab dpkg --force-depends --install "$(package later orthus-kvm-dkms)"
check "it can be purged" in_lab dpkg --purge orthus-kvm-dkms

check "nothing is left behind" diff "$SCRATCH/before" <(ours)
check "nobody was restarted by any of it" diff "$SCRATCH/processes" <(processes)
check_guests "in the end"
finish
