#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Copyright the Orthus for CloudStack authors
#
# Tests of the lab as a whole: starts labs of its own, looks into them, breaks
# them, ends them. Takes about half a minute once the base root is built.
#
# Most functions are called by their names, as arguments of "check".
# shellcheck disable=SC2317
set -euo pipefail

HERE=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
# shellcheck source=lab/test/check.sh
source "$HERE/check.sh"
# shellcheck source=lab/lib/common.sh
source "$HERE/../lib/common.sh"
LAB=$HERE/../lab
need_root

A=test-$$-a
B=test-$$-b
SCRATCH=$(mktemp -d)

clean_up() {
  "$LAB" down "$A"
  "$LAB" down "$B"
  rm -rf "$SCRATCH"
} 2>/dev/null
trap clean_up EXIT

# ---- helpers ----------------------------------------------------------------

in_a() { "$LAB" exec "$A" -- "$@"; }
in_b() { "$LAB" exec "$B" -- "$@"; }

process_is_gone() { [[ ! -d /proc/$1 ]]; }

# The processes of a pid namespace, as the machine sees them, one a line.
processes_of() {
  local directory
  for directory in /proc/[0-9]*; do
    if [[ $(readlink "$directory/ns/pid" || true) == "$1" ]]; then
      printf '%s\n' "${directory#/proc/}"
    fi
  done
}

# create_domain NAME EMULATOR: a guest without disks, on the bridge.
create_domain() {
  in_a tee "/tmp/$1.xml" >/dev/null <<EOF
<domain type='qemu'>
  <name>$1</name>
  <memory unit='MiB'>32</memory>
  <os><type arch='x86_64' machine='pc-i440fx-10.0'>hvm</type></os>
  <devices>
    <emulator>$2</emulator>
    <interface type='bridge'><source bridge='cloudbr0'/><model type='virtio'/></interface>
    <graphics type='vnc' autoport='yes'/>
  </devices>
</domain>
EOF
  in_a virsh create "/tmp/$1.xml"
}

qemu_pid() { in_a cat "/run/libvirt/qemu/$1.pid"; }

runs_program() {
  equals "$2" "$(in_a readlink "/proc/$(qemu_pid "$1")/exe")"
}

says_version() {
  in_a virsh qemu-monitor-command "$1" '{"execute": "query-version"}' |
    grep "\"package\":\"Debian 1:${2//./\\.}[+-]"
}

has_machine_scope() {
  in_a cat "/proc/$(qemu_pid "$1")/cgroup" |
    grep -E "^0::/machine\.slice/machine-qemu.*$1\.scope"
}

has_private_dev() {
  ! equals "$(in_a readlink /proc/1/ns/mnt)" "$(in_a readlink "/proc/$(qemu_pid "$1")/ns/mnt")"
}

has_seccomp_filter() {
  in_a grep -x $'Seccomp:\t2' "/proc/$(qemu_pid "$1")/status"
}

# Opens a device from within the control group of a domain.
opens_device() {
  # shellcheck disable=SC2016 # for the shell in the lab
  in_a sh -c 'echo 0 >"/sys/fs/cgroup$(sed "s/^0:://;t;d" "/proc/$1/cgroup")/cgroup.procs" &&
    exec sh -c "exec 3<>$2"' opens_device "$(qemu_pid "$1")" "$2"
}

daemon_pid() { in_a systemctl show --property MainPID --value libvirtd; }

# True when libvirtd is another process than $1 and manages domain $2.
daemon_is_back() {
  [[ $(daemon_pid) != "$1" ]] && in_a virsh domstate "$2" | grep -qx running
}

libvirtd_comes_back() {
  local before
  before=$(daemon_pid)
  in_a kill -KILL "$before"
  wait_until 120 daemon_is_back "$before" "$1"
}

# ---- the command line -------------------------------------------------------

check 'no command is refused' exits_with 2 "$LAB"
check 'an unknown command is refused' exits_with 2 "$LAB" frobnicate
check 'a bad name is refused' exits_with 2 "$LAB" up ../etc
check 'exec without a command is refused' exits_with 2 "$LAB" exec "$A" --
check 'exec in a lab that is not up fails' exits_with 1 "$LAB" exec "$A" -- true
check 'so does pid' exits_with 1 "$LAB" pid "$A"
check 'down of a lab that is not up is no error' "$LAB" down "$A"

# ---- up, two at once --------------------------------------------------------

"$LAB" up "$B" 2>"$SCRATCH/b" &
second=$!
"$LAB" up "$B" 2>"$SCRATCH/c" &
third=$!
check 'a lab comes up' "$LAB" up "$A"
status=0
wait "$second" && wait "$third" || status=$?
check 'and another one at the same time, asked for twice' equals 0 "$status"
check 'which is one lab' equals 1 "$(grep -ho 'process [0-9]*' "$SCRATCH"/[bc] | sort -u | wc -l)"
init=$("$LAB" pid "$A")
pid_namespace=$(readlink "/proc/$init/ns/pid")
check 'up again changes nothing' "$LAB" up "$A"
check 'its init is the same' equals "$init" "$("$LAB" pid "$A")"
check 'status knows both' grep -qc "$B" <<<"$("$LAB" status)"

# ---- exec -------------------------------------------------------------------

check 'exec passes the exit status' exits_with 37 in_a sh -c 'exit 37'
check 'and 128 + n for a signal' exits_with 137 in_a sh -c 'kill -KILL $$'
head -c 1000000 /dev/urandom >"$SCRATCH/bytes"
in_a cat <"$SCRATCH/bytes" >"$SCRATCH/echo"
check 'standard input and output are untouched' cmp "$SCRATCH/bytes" "$SCRATCH/echo"
# shellcheck disable=SC2016 # for the shell in the lab
check 'arguments too' equals '$HOME "a  b" *' "$(in_a printf '%s' '$HOME "a  b" *')"
check 'the environment is a fresh one' equals '' "$(SECRET=1 in_a printenv SECRET || true)"
in_a sh -c 'echo $$ >/tmp/sleeper; exec sleep 1000' 2>/dev/null &
sleeper=$!
wait_until 120 in_a test -s /tmp/sleeper
inner=$(in_a cat /tmp/sleeper)
# That of the program, not of the shell around it, is what a caller would kill.
kill -KILL "$(pgrep -P "$sleeper" || echo "$sleeper")"
wait "$sleeper" 2>/dev/null || true
check 'a command ends with its caller' wait_until 120 in_a test ! -d "/proc/$inner"

# ---- the host ---------------------------------------------------------------

check 'init is systemd' equals systemd "$(in_a cat /proc/1/comm)"
check 'no unit has failed' equals '' "$(in_a systemctl --failed --no-legend --plain)"
check 'the units of libvirt and systemd are as packaged' \
  equals '' "$(in_a dpkg --verify systemd libvirt-daemon-system libvirt-daemon libvirt-daemon-common \
    libvirt-daemon-log | grep -v -e ' c /' -e /usr/share/ || true)"
check 'and nothing is added to them' equals /usr/lib/systemd/system/libvirtd.service \
  "$(in_a systemctl show --property FragmentPath --property DropInPaths --value libvirtd | grep .)"
check 'libvirtd is started by its socket' equals active "$(in_a systemctl is-active libvirtd.socket)"
check 'there is no kvm' in_a test ! -e /dev/kvm
check 'the host knows its own name' in_a getent ahostsv4 "orthus-$A"
check 'the bridge has its address' grep -q '10\.9\.0\.1/24' <<<"$(in_a ip -brief address show cloudbr0)"
check 'no libvirt network is started' equals '' "$(in_a virsh net-list --name)"
check 'kernel settings of the machine are out of reach' \
  exits_with 2 in_a sh -c 'echo 0 >/proc/sys/kernel/pid_max'
check 'those of the network are not' in_a sysctl -q -w net.ipv4.ip_forward=1
check 'images can be written directly' \
  in_a dd if=/dev/zero of=/var/lib/libvirt/images/direct bs=4096 count=1 oflag=direct
check 'the labs are different hosts' exits_with 1 \
  equals "$(in_a cat /etc/machine-id)" "$(in_b cat /etc/machine-id)"
check 'to libvirt as well' exits_with 1 \
  equals "$(in_a virsh capabilities | grep -m 1 '<uuid>')" "$(in_b virsh capabilities | grep -m 1 '<uuid>')"

# ---- domains on each QEMU ---------------------------------------------------

in_a cat /etc/orthus-lab/qemu >"$SCRATCH/qemu"
# shellcheck source=/dev/null
source "$SCRATCH/qemu"
for which in OLD NEW HOST; do
  domain=vm${which,,}
  emulator=$which
  version=${which}_VERSION
  check "$which: libvirt knows what it can do" \
    in_a virsh domcapabilities --emulatorbin "${!emulator}" --virttype qemu
  check "$which: no library is missing" exits_with 1 grep 'not found' <<<"$(in_a ldd "${!emulator}")"
  check "$which: a domain starts" create_domain "$domain" "${!emulator}"
  check "$which: it runs that program" runs_program "$domain" "${!emulator}"
  check "$which: which says it is ${!version}" says_version "$domain" "${!version}"
  check "$which: it is in a machine scope" has_machine_scope "$domain"
  check "$which: it has a private /dev" has_private_dev "$domain"
  check "$which: with a seccomp filter" has_seccomp_filter "$domain"
  check "$which: where it may open what libvirt lets it" opens_device "$domain" /dev/urandom
  check "$which: and nothing else" exits_with 2 opens_device "$domain" /dev/net/tun
  check "$which: not as root" equals libvirt-qemu \
    "$(in_a stat -c %U "/proc/$(qemu_pid "$domain")")"
done
check 'machined has the domains' grep -q vmold <<<"$(in_a machinectl list)"
check 'the other lab has none' equals '' "$(in_b virsh list --name)"
check 'systemd brings back a killed libvirtd' libvirtd_comes_back vmold

# ---- install ----------------------------------------------------------------

mkdir -p "$SCRATCH"/tree/{lib/orthus-test,usr/bin,etc/systemd/system}
echo one >"$SCRATCH/tree/lib/orthus-test/file"
printf '#!/bin/sh\necho installed\n' >"$SCRATCH/tree/usr/bin/orthus-test"
chmod 755 "$SCRATCH/tree/usr/bin/orthus-test"
printf '[Service]\nType=oneshot\nExecStart=/bin/true\n' >"$SCRATCH/tree/etc/systemd/system/orthus-test.service"
chown -R 1000:1000 "$SCRATCH/tree"
chmod 700 "$SCRATCH/tree"
check 'a staged tree is installed' "$LAB" install "$A" "$SCRATCH/tree"
check 'its program runs' equals installed "$(in_a orthus-test)"
check 'it belongs to root' equals '0:0 755' "$(in_a stat -c '%u:%g %a' /usr/bin/orthus-test)"
check '/lib is a link as before' equals usr/lib "$(in_a readlink /lib)"
check 'the root directory is as before' equals '0:0 755' "$(in_a stat -c '%u:%g %a' /)"
check 'systemd knows its unit' in_a systemctl start orthus-test
check 'the other lab has nothing of it' exits_with 1 in_b test -e /usr/bin/orthus-test
check 'what is no directory is refused' exits_with 1 "$LAB" install "$A" /dev/null

# ---- the end ----------------------------------------------------------------

base=$(cat "$STATE_DIR/$A/base")
cgroup=$(cat "$STATE_DIR/$A/cgroup")
files=$(cat "$STATE_DIR/$A/files")
check 'the lab has processes to end' test "$(processes_of "$pid_namespace" | wc -l)" -gt 5
check 'a lab goes down' "$LAB" down "$A"
check 'its init is gone' process_is_gone "$init"
check 'so is every process of it' equals '' "$(processes_of "$pid_namespace")"
check 'its control group' test ! -e "$cgroup"
check 'its files' test ! -e "$files"
check 'its state' test ! -e "$STATE_DIR/$A"
check 'this machine has no mount of it' exits_with 1 grep "$A" /proc/self/mountinfo
check 'the base is as before' test ! -e "$base/usr/bin/orthus-test"
check 'the other lab lives' in_b true

# Everything killed, nobody tidied up.
init=$("$LAB" pid "$B")
kill -KILL "$init"
wait_until 120 process_is_gone "$init"
check 'a killed lab is seen as such' exits_with 1 in_b true
check 'it comes up again' "$LAB" up "$B"
check 'as a new one' exits_with 1 equals "$init" "$("$LAB" pid "$B")"
check 'and works' equals 0 "$(in_b virsh list --name | grep -c . || true)"
check 'and goes down' "$LAB" down "$B"

mkdir -p "$CACHE_DIR/base/partial.test-$$/etc"
check 'build does nothing the second time' "$LAB" build
check 'but removes a half root' test ! -e "$CACHE_DIR/base/partial.test-$$"

finish
