# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Copyright the Orthus for CloudStack authors
#
# One running nested lab: start, end, use. Its init is QEMU; all that a lab
# consists of is in the namespaces of that. On the machine are the lab's files
# and these notes, in STATE_DIR/NAME: "init" (process id and start time), "base",
# "image", "state", "files", "seen" (length of the console's log when it was up).

# shellcheck source=lab/lib/notes.sh
source "$LAB_HOME/lib/notes.sh"
# shellcheck source=lab/nested/lib/image.sh
source "$NESTED_HOME/lib/image.sh"
# shellcheck source=lab/nested/lib/channel.sh
source "$NESTED_HOME/lib/channel.sh"
# shellcheck source=lab/nested/lib/state.sh
source "$NESTED_HOME/lib/state.sh"

# Seconds until a lab has an init, until it must be up, until it must be gone.
SPAWN_DEADLINE=30
UP_DEADLINE=600
DOWN_DEADLINE=60

# ---- start ------------------------------------------------------------------

# machine_spawn NAME IMAGE STATE FILES CPUS: starts the QEMU of a lab that has
# none. STATE may be empty: boot.
machine_spawn() {
  local name=$1 image=$2 state=$3 files=$4 cpus=$5 base
  read -r base <"$image/base"
  # There may be some of before a reboot, of which nothing is noted any more.
  rm -rf --one-file-system "$files"
  mkdir -p "$files"
  # Noted first, so that whatever interrupts us, the next one finds it.
  printf '%s\n' "$base" >"$STATE_DIR/$name/base"
  printf '%s\n' "$image" >"$STATE_DIR/$name/image"
  printf '%s\n' "$state" >"$STATE_DIR/$name/state"
  printf '%s\n' "$files" >"$STATE_DIR/$name/files"
  (
    # No lock of ours may live on in it.
    for fd in /proc/"$BASHPID"/fd/*; do
      fd=${fd##*/}
      ((fd <= 2)) || exec {fd}>&-
    done
    # In a session of its own: it outlives the caller and its terminal.
    exec setsid --fork unshare --mount --propagation private --pid --fork --ipc --uts --net \
      "$NESTED_HOME/lib/init" "$base" "$image" "$files" "$STATE_DIR/$name/init" "$cpus" ${state:+"$state"} \
      </dev/null >"$files/qemu.log" 2>&1
  )
  wait_until "$SPAWN_DEADLINE" instance_find "$name" || true
}

machine_answers() {
  ! instance_find "$1" || channel_is_open "$1" || channel_open "$1"
}

# True when systemd is through with starting, udev has loaded what the machine
# has (KVM is among it), and libvirtd answers.
machine_is_ready() {
  local state
  state=$(machine_run "$1" timeout "$UP_DEADLINE" systemctl is-system-running --wait 2>/dev/null || true)
  [[ $state == running || $state == degraded ]] &&
    machine_run "$1" udevadm settle --timeout "$UP_DEADLINE" --exit-if-exists=/dev/kvm &&
    machine_run "$1" timeout "$UP_DEADLINE" virsh --quiet version >/dev/null 2>&1
}

# Waits until a lab is usable. A lab that does not get there is ended.
machine_await() {
  local name=$1
  if ! { wait_until "$UP_DEADLINE" machine_answers "$name" && instance_find "$name" &&
    machine_is_ready "$name"; }; then
    tail -n 30 "$(instance_note "$name" files)"/{qemu,console}.log >&2 2>/dev/null || true
    machine_end "$name"
    die "lab '$name' did not come up; its last words are above"
  fi
}

# A resumed host has the time of its saving.
machine_set_clock() {
  machine_run "$1" date --set="@$(date +%s.%N)" >/dev/null
}

# machine_up NAME HOW CPUS: HOW is "boot" or "resume".
machine_up() {
  local name=$1 how=$2 cpus=$3 image state=''
  instance_lock "$name"
  if ! instance_find "$name"; then
    machine_end "$name"
    image=$(image_build)
    if [[ $how == resume ]]; then
      state=$(state_build "$image" "$cpus")
    fi
    mkdir -p "$STATE_DIR/$name"
    machine_spawn "$name" "$image" "$state" "$NESTED_CACHE/labs/$name" "$cpus"
  fi
  # A lab that is up may still be starting: its starter may have been killed.
  machine_await "$name"
  if [[ ! -e $STATE_DIR/$name/seen ]]; then
    machine_set_clock "$name"
    # Not part of the image: whoever edits a definition need not boot for it.
    machine_put "$name" "$LAB_HOME/domains" /opt/orthus-lab
    stat --format %s "$(instance_note "$name" files)/console.log" >"$STATE_DIR/$name/seen"
  fi
  say "lab '$name' is up, its QEMU is process $INIT"
}

# ---- end --------------------------------------------------------------------

machine_gone() {
  ! instance_find "$1"
}

# Ends a lab, running or not, leaving nothing.
machine_end() {
  local name=$1 files
  if instance_find "$name"; then
    # The kernel ends the other processes of the namespace with it.
    kill -KILL "$INIT"
    wait_until "$DOWN_DEADLINE" machine_gone "$name" || die "lab '$name': its QEMU, process $INIT, does not end"
  fi
  files=$(instance_note "$name" files)
  if [[ -d $files ]]; then
    rm -rf --one-file-system "$files"
  fi
  rm -rf "${STATE_DIR:?}/$name"
}

machine_down() {
  instance_lock "$1"
  if [[ ! -d $STATE_DIR/$1 ]]; then
    say "lab '$1' is not up"
    return
  fi
  machine_end "$1"
  say "lab '$1' is down"
}

# ---- use --------------------------------------------------------------------

machine_exec() {
  local name=$1
  shift
  instance_require "$name"
  channel_exec "$name" -T "$@"
}

machine_shell() {
  instance_require "$1"
  channel_exec "$1" -t bash -l
}

# The same as a child, for the lab's own use.
machine_run() (
  machine_exec "$@"
)

# Copies a staged tree over the root. /lib and /bin of the tree are directories,
# those of the root links into /usr: the links stay, the files go where they lead.
machine_install() {
  local name=$1 tree=$2
  [[ -d $tree ]] || die "install: '$tree' is not a directory"
  instance_lock "$name"
  instance_require "$name"
  tar --create --directory "$tree" --owner=0 --group=0 --numeric-owner . |
    machine_run "$name" tar --extract --directory / --preserve-permissions \
      --keep-directory-symlink --no-overwrite-dir
  # What a package would do after its files are in place.
  machine_run "$name" systemctl daemon-reload
}

# machine_put NAME FILE DIR: a file or directory of this machine, under its own
# name, into a directory of the host, which is made if need be.
machine_put() {
  local name=$1 file=$2 directory=$3
  [[ -e $file ]] || die "put: there is no '$file'"
  [[ $directory == /* ]] || die "put: '$directory' is no absolute path"
  file=$(realpath --no-symlinks "$file")
  machine_run "$name" mkdir -p "$directory"
  tar --create --directory "${file%/*}/" --owner=0 --group=0 --numeric-owner "./${file##*/}" |
    machine_run "$name" tar --extract --directory "$directory" --preserve-permissions
}

# What the kernel complained of since the lab was up: its messages of level
# "warning" and worse, from the console's log, so that a dead host can be asked.
machine_dmesg() {
  local name=$1 seen
  [[ -d $STATE_DIR/$name ]] || instance_require "$name"
  seen=$(instance_note "$name" seen)
  tail --bytes "+$((${seen:-0} + 1))" "$(instance_note "$name" files)/console.log" |
    tr -d '\r' | grep -E '^<[0-4]>' || true
}

machine_status() {
  local name=$1 image files
  instance_require "$name"
  image=$(instance_note "$name" image)
  files=$(instance_note "$name" files)
  printf 'name     %s\nqemu     %s\nkernel   %s\nimage    %s\nstate    %s\nfiles    %s\nconsole  %s\nmonitor  %s\n' \
    "$name" "$INIT" "$(<"$image/release")" "$image" "$(instance_note "$name" state)" \
    "$files" "$files/console.log" "$files/qmp"
  machine_run "$name" virsh list --all
}

machine_status_all() {
  local directory name
  for directory in "$STATE_DIR"/*/; do
    [[ -d $directory ]] || continue
    name=$(basename "$directory")
    if instance_find "$name"; then
      printf '%s\tup\tits QEMU is process %s\n' "$name" "$INIT"
    else
      printf '%s\tdead\tsee %s; its remains go with the next up or down\n' \
        "$name" "$(instance_note "$name" files)/console.log"
    fi
  done
}
