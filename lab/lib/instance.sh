# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Copyright the Orthus for CloudStack authors
#
# One running lab: start, end, enter. All that a lab consists of belongs to the
# namespaces of its init, so that ending init ends everything. What is left over
# on the machine are the control group, the writable files and these notes, in
# STATE_DIR/NAME: "init" (process id and start time), "base", "files", "cgroup".

# shellcheck source=lab/lib/notes.sh
source "$LAB_HOME/lib/notes.sh"
# shellcheck source=lab/lib/cgroup.sh
source "$LAB_HOME/lib/cgroup.sh"

# Seconds until a lab has an init, until it must be up, until it must be gone.
SPAWN_DEADLINE=60
UP_DEADLINE=300
DOWN_DEADLINE=120

# ---- start ------------------------------------------------------------------

# The writable part of a lab. libvirt's files lie beside the overlay, on the
# real file system, where direct I/O and locks are what they are on a host.
instance_make_files() {
  local name=$1 files=$2 base=$3
  # There may be some of before a reboot, of which nothing is noted any more.
  rm -rf --one-file-system "$files"
  mkdir -p "$files"/{root,upper/etc,work}
  cp -a "$base/var/lib/libvirt" "$files/libvirt"
  printf 'orthus-%s\n' "$name" >"$files/upper/etc/hostname"
  printf '127.0.0.1\tlocalhost\n10.9.0.1\torthus-%s\n' "$name" >"$files/upper/etc/hosts"
  tr -d - </proc/sys/kernel/random/uuid >"$files/upper/etc/machine-id"
}

# True when systemd is through with starting and libvirtd answers.
instance_ready() {
  local state
  # Fails for "degraded" too, which is good enough: a unit of the distribution
  # that cannot work in namespaces is no fault of the lab.
  state=$(instance_run "$1" timeout "$UP_DEADLINE" systemctl is-system-running --wait 2>/dev/null || true)
  [[ $state == running || $state == degraded ]] &&
    instance_run "$1" timeout "$UP_DEADLINE" virsh --quiet version >/dev/null 2>&1
}

# True when there is nothing to wait for any more.
instance_settled() {
  ! instance_find "$1" || instance_ready "$1"
}

instance_complain() {
  {
    cat "$(instance_note "$1" files)/console.log"
    instance_run "$1" journalctl --boot --no-pager --quiet --priority warning --lines 20
  } >&2 2>/dev/null || true
}

# Starts the init of a lab that has none.
instance_start() {
  local name=$1 base files cgroup mount
  mount=$(cgroup_mount)
  [[ -n $mount ]] || die "this machine has no cgroup2 mounted, which systemd needs"
  instance_sweep "$name"
  mkdir -p "$STATE_DIR/$name"
  base=$(root_build "$STATE_DIR/$name/base")
  files=$CACHE_DIR/labs/$name
  cgroup=$mount/orthus-lab-$name
  # Noted first, so that whatever interrupts us, the next one finds it.
  printf '%s\n' "$files" >"$STATE_DIR/$name/files"
  printf '%s\n' "$cgroup" >"$STATE_DIR/$name/cgroup"
  instance_make_files "$name" "$files" "$base"
  cgroup_make "$mount" "$cgroup"
  # In a session of its own: it outlives the caller and its terminal. It must
  # not inherit the lock.
  setsid --fork unshare --mount --propagation private --pid --fork --ipc --uts --net \
    "$LAB_HOME/lib/init" "$name" "$base" "$files" "$cgroup" "$STATE_DIR/$name/init" \
    </dev/null >"$files/console.log" 2>&1 {INSTANCE_LOCK}>&-
  wait_until "$SPAWN_DEADLINE" instance_find "$name" || true
}

instance_up() {
  local name=$1
  # shellcheck source=lab/lib/root.sh
  source "$LAB_HOME/lib/root.sh"
  instance_lock "$name"
  if ! instance_find "$name"; then
    instance_start "$name"
  fi
  # A lab that is up may still be starting: its starter may have been killed.
  if ! { wait_until "$UP_DEADLINE" instance_settled "$name" && instance_ready "$name"; }; then
    instance_complain "$name"
    instance_end "$name"
    die "lab '$name' did not come up; its last words are above"
  fi
  instance_find "$name"
  say "lab '$name' is up, init is process $INIT"
}

# ---- end --------------------------------------------------------------------

# Removes what a lab without init has left.
instance_sweep() {
  local name=$1 cgroup files
  cgroup=$(instance_note "$name" cgroup)
  if [[ -d $cgroup ]]; then
    cgroup_remove "$cgroup" "$DOWN_DEADLINE"
  fi
  files=$(instance_note "$name" files)
  if [[ -d $files ]]; then
    rm -rf --one-file-system "$files"
  fi
  rm -rf "${STATE_DIR:?}/$name"
}

instance_gone() {
  ! instance_find "$1"
}

# Ends a lab, running or not, leaving nothing.
instance_end() {
  local name=$1
  if instance_find "$name"; then
    # The kernel ends the other processes of the namespace with it, and lets it
    # go when the last of them is gone.
    kill -KILL "$INIT"
    wait_until "$DOWN_DEADLINE" instance_gone "$name" ||
      die "lab '$name': init $INIT does not end: is one of its processes a zombie (ps -e -o pid,stat,args)?"
  fi
  instance_sweep "$name"
}

instance_down() {
  instance_lock "$1"
  if [[ ! -d $STATE_DIR/$1 ]]; then
    say "lab '$1' is not up"
    return
  fi
  instance_end "$1"
  say "lab '$1' is down"
}

# ---- use --------------------------------------------------------------------

# Becomes CMD in the lab. CMD is in the lab's control group, so that nothing of
# it outlives the lab; it has a fresh environment, as at a login; it is told to
# end (SIGTERM) when its caller dies.
instance_exec() {
  local name=$1 cgroup
  shift
  instance_require "$name"
  cgroup=$(instance_note "$name" cgroup)
  { echo 0 >"$cgroup/init.scope/cgroup.procs"; } 2>/dev/null ||
    die "lab '$name' is not ready yet; 'lab up $name' waits for it"
  exec nsenter --all --target "$INIT" -- /usr/bin/setpriv --pdeathsig TERM -- \
    /usr/bin/env -i HOME=/root LANG=C.UTF-8 TERM="${TERM:-dumb}" \
    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$@"
}

# The same as a child, for the lab's own use.
instance_run() (
  instance_exec "$@"
)

# Copies a staged tree over the root. /lib and /bin of the tree are directories,
# those of the root links into /usr: the links stay, the files go where they lead.
instance_install() {
  local name=$1 tree=$2
  [[ -d $tree ]] || die "install: '$tree' is not a directory"
  instance_lock "$name"
  instance_require "$name"
  tar --create --directory "$tree" --owner=0 --group=0 --numeric-owner . |
    instance_run "$name" tar --extract --directory / --preserve-permissions \
      --keep-directory-symlink --no-overwrite-dir
  # What a package would do after its files are in place.
  instance_run "$name" systemctl daemon-reload
}

instance_status() {
  local name=$1 base
  instance_require "$name"
  base=$(instance_note "$name" base)
  printf 'name     %s\ninit     %s\nbase     %s\nfiles    %s\n' \
    "$name" "$INIT" "$base" "$(instance_note "$name" files)"
  printf 'systemd  %s\n' "$(instance_run "$name" systemctl is-system-running || true)"
  sed -n 's/^\(OLD\|NEW\|HOST\)_VERSION=/\1 /p' "$base/etc/orthus-lab/qemu" |
    while read -r which version; do
      printf '%-8s QEMU %s\n' "${which,,}" "$version"
    done
  instance_run "$name" virsh list --all
}

instance_status_all() {
  local directory name
  for directory in "$STATE_DIR"/*/; do
    [[ -d $directory ]] || continue
    name=$(basename "$directory")
    if instance_find "$name"; then
      printf '%s\tup\tinit is process %s\n' "$name" "$INIT"
    else
      printf '%s\tdead\tits remains go with the next up or down\n' "$name"
    fi
  done
}
