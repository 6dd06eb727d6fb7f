# SPDX-License-Identifier: Apache-2.0
# Copyright the Orthus for CloudStack authors

"""orthus-vmm-exec with real processes in odd clothes. Needs root."""

import ctypes
import fcntl
import json
import os
import re
import resource
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import unittest

from bench import Case, lives, process, wait_for

SLEEP = "/usr/bin/sleep"
LIBC = ctypes.CDLL(None, use_errno=True)
PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, PR_SET_TIMERSLACK = 38, 22, 29
STATUS = ("Uid", "Gid", "Groups", "CapInh", "CapPrm", "CapEff", "CapBnd",
          "CapAmb", "NoNewPrivs", "Umask", "Cpus_allowed")
FILES = ("limits", "oom_score_adj", "coredump_filter", "personality",
         "timerslack_ns", "cgroup")
LINKS = ("cwd", "root", "ns/mnt", "ns/ipc", "ns/uts", "ns/net", "ns/pid",
         "ns/cgroup", "ns/time", "ns/user")


def read(pid, name):
    with open(f"/proc/{pid}/{name}", "rb") as data:
        return data.read()


def clothes(pid):
    status = dict(line.split(":", 1) for line in
                  read(pid, "status").decode().splitlines() if ":" in line)
    worn = {name: status.get(name) for name in STATUS}
    worn.update((name, read(pid, name)) for name in FILES)
    for name in LINKS:
        seen = os.stat(f"/proc/{pid}/{name}")
        worn[name] = (seen.st_dev, seen.st_ino)
    worn["nice"] = os.getpriority(os.PRIO_PROCESS, pid)
    worn["scheduler"] = (os.sched_getscheduler(pid),
                         os.sched_getparam(pid).sched_priority)
    worn["ioprio"] = LIBC.syscall(252, 1, pid)
    return worn


def descriptors(pid):
    found = {}
    for fd in os.listdir(f"/proc/{pid}/fd"):
        try:
            found[int(fd)] = os.stat(f"/proc/{pid}/fd/{fd}").st_ino
        except FileNotFoundError:
            pass  # closed between the two looks
    return found


@unittest.skipUnless(os.geteuid() == 0, "needs root")
class VmmExecTest(Case):
    def setUp(self):
        super().setUp()
        # Below /tmp nothing is trusted.
        self.safe = tempfile.mkdtemp(prefix="orthus-test-", dir="/run")
        os.chmod(self.safe, 0o755)
        self.addCleanup(shutil.rmtree, self.safe, ignore_errors=True)
        self.holder = None
        self.children = []
        self.addCleanup(self.end_children)

    def end_children(self):
        for pid in self.children:
            if lives(pid):
                os.kill(pid, signal.SIGKILL)

    def like(self, *prefix, **more):
        more.setdefault("stdin", subprocess.DEVNULL)
        more.setdefault("stdout", subprocess.DEVNULL)
        more.setdefault("stderr", subprocess.DEVNULL)
        child = self.start(*prefix, SLEEP, "600", **more)
        wait_for(lambda: os.path.exists(f"/proc/{child.pid}/exe") and
                 os.readlink(f"/proc/{child.pid}/exe") == SLEEP,
                 "the process to be like")
        return child

    def document(self, old, **changes):
        document = {"like": changes.get("like") or process(old.pid),
                    "emulator": SLEEP,
                    "argv": [SLEEP, "599"], "env": {}, "fds": [], "open": [],
                    "openOnHost": [],
                    "lease": changes.get("lease") or self.lease(),
                    "record": self.path("new"),
                    "uncommitted": self.path("uncommitted"),
                    "daemon": process(os.getpid())}
        document.update(changes)
        return document

    def launch(self, document):
        child = self.program("orthus-vmm-exec", close_fds=True)
        if document.get("lease", "").startswith(self.dir):
            self.holder = os.open(document["lease"], os.O_RDWR)
        child.stdin.write(json.dumps(document))
        child.stdin.close()
        return child

    def begun(self, like, **changes):
        child = self.launch(self.document(like, **changes))
        line = child.stdout.readline()
        self.assertTrue(line.startswith('{"event":"started"'),
                        line or child.stderr.read())
        event = json.loads(line)
        self.children.append(event["pid"])
        self.assertEqual(event, {"event": "started", **process(event["pid"])})
        return child, event["pid"]

    def let_go(self):
        os.close(self.holder)

    def refused(self, old, step, *words, **changes):
        child = self.launch(self.document(old, **changes))
        out = child.stdout.readline()
        error = json.loads(out)
        if error["event"] == "started":
            self.children.append(error["pid"])
        self.assertEqual((error["event"], error["step"]), ("error", step), out)
        self.assertEqual(child.wait(), 1, out)
        for word in words:
            self.assertIn(word, error["message"])
        if self.holder:
            self.let_go()
            self.holder = None
        if os.path.exists(self.path("lease")):
            os.unlink(self.path("lease"))

    # -- the lease --

    def test_lease_kept(self):
        child, pid = self.begun(self.like())
        os.write(self.holder, b"K")
        self.assertEqual(self.event(child), {"event": "kept"})
        self.assertEqual(child.wait(), 0)
        self.let_go()
        self.assertTrue(lives(pid))

    def test_lease_lost(self):
        child, pid = self.begun(self.like())
        self.let_go()
        self.assertEqual(self.event(child), {"event": "lease-lost"})
        self.assertEqual(child.wait(), 3)
        self.assertFalse(lives(pid))

    def test_lease_kept_then_let_go(self):
        child, pid = self.begun(self.like())
        os.write(self.holder, b"K")
        self.let_go()
        self.assertEqual(child.wait(), 0)
        self.assertTrue(lives(pid))

    def test_child_ends_by_itself(self):
        child, pid = self.begun(self.like())
        os.kill(pid, signal.SIGTERM)
        self.assertEqual(self.event(child),
                         {"event": "exited", "status": signal.SIGTERM})
        self.assertEqual(child.wait(), 4)

    # -- no libvirtd may come meanwhile --

    def may_start(self):
        """What libvirtd does before it starts."""
        with open(self.path("uncommitted"), encoding="utf-8") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            return True

    def test_libvirtd_waits_for_the_commit(self):
        child, _ = self.begun(self.like())
        self.assertFalse(self.may_start())
        os.write(self.holder, b"K")
        self.assertEqual(child.wait(), 0)
        self.assertTrue(self.may_start())
        self.let_go()

    def test_libvirtd_waits_for_the_withdrawal(self):
        child, pid = self.begun(self.like())
        self.let_go()
        self.assertEqual(child.wait(), 3)
        self.assertFalse(lives(pid))
        self.assertTrue(self.may_start())

    def test_libvirtd_waits_for_both_of_two(self):
        one, _ = self.begun(self.like())
        first = self.holder
        two, _ = self.begun(self.like(), lease=self.lease("other"))
        os.write(self.holder, b"K")
        self.assertEqual(two.wait(), 0)
        self.assertFalse(self.may_start())
        os.close(first)
        self.assertEqual(one.wait(), 3)
        self.assertTrue(self.may_start())
        self.let_go()

    def test_nothing_starts_while_libvirtd_does(self):
        with open(self.write("uncommitted", ""), encoding="utf-8") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self.refused(self.like(), "libvirtd", "may be starting")

    def test_libvirtd_that_has_ended(self):
        gone = self.like()
        named = process(gone.pid)
        gone.kill()
        gone.wait()
        self.refused(self.like(), "libvirtd", "libvirtd", daemon=named)
        self.assertTrue(self.may_start())

    def test_signals_leave_the_lease_in_charge(self):
        child, pid = self.begun(self.like())
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            child.send_signal(number)
        os.write(self.holder, b"K")
        self.assertEqual(child.wait(), 0)
        self.assertTrue(lives(pid))

    def test_lease_that_is_no_fifo(self):
        self.refused(self.like(), "lease", "FIFO",
                     lease=self.write("plain", ""))

    # -- the record --

    def test_record(self):
        _, pid = self.begun(self.like())
        self.assertEqual(json.loads(self.read("new")), process(pid))

    def test_record_that_cannot_be_written(self):
        self.refused(self.like(), "record", "none/new",
                     record=self.path("none/new"))

    def test_record_outlives_a_starter_that_is_killed(self):
        child, pid = self.begun(self.like())
        child.kill()
        child.wait()
        self.assertTrue(lives(pid))
        self.assertEqual(json.loads(self.read("new")), process(pid))

    # -- the clothes --

    def same(self, like, **changes):
        _, pid = self.begun(like, **changes)
        self.maxDiff = None
        self.assertEqual(clothes(pid), clothes(like.pid))
        return pid

    def test_plain(self):
        pid = self.same(self.like())
        self.assertEqual(os.readlink(f"/proc/{pid}/exe"), SLEEP)
        self.assertEqual(read(pid, "comm"), b"sleep\n")
        self.assertEqual(read(pid, "cmdline"), b"/usr/bin/sleep\x00599\x00")
        self.assertEqual(os.getsid(pid), pid)

    def test_as_libvirt_starts_one(self):
        """Unprivileged, no capability left, private mounts, limits."""
        def before():
            os.umask(0o27)
            os.chdir("/usr")
            os.nice(5)
            resource.setrlimit(resource.RLIMIT_CORE, (0, 12345))
            resource.setrlimit(resource.RLIMIT_MEMLOCK, (1 << 20, 1 << 21))
            resource.setrlimit(resource.RLIMIT_NOFILE, (200, 300))
            LIBC.prctl(PR_SET_TIMERSLACK, 77777, 0, 0, 0)
            for name, value in (("oom_score_adj", "321"),
                                ("coredump_filter", "0x11")):
                with open("/proc/self/" + name, "w", encoding="ascii") as out:
                    out.write(value)
            os.sched_setaffinity(0, {0})
        self.same(self.like(
            "unshare", "--mount", "--ipc", "--uts", "--net", "ionice", "-c2",
            "-n6", "setpriv", "--reuid=12345", "--regid=12346",
            "--groups=5,6,77", "--bounding-set=-all", "--inh-caps=-all",
            preexec_fn=before), fds=[{"source": 1, "target": 250}])

    def test_root_with_few_capabilities(self):
        self.same(self.like("setpriv", "--bounding-set=-all,+net_admin,"
                            "+setpcap", "--inh-caps=-all"))

    def test_user_with_ambient_capability(self):
        self.same(self.like(
            "setpriv", "--reuid=12345", "--regid=12346", "--clear-groups",
            "--inh-caps=-all,+net_admin", "--ambient-caps=-all,+net_admin"))

    def test_no_new_privs_and_real_time(self):
        self.same(self.like("chrt", "--fifo", "3", "setpriv", "--no-new-privs",
                            "--reuid=12345", "--clear-groups"))

    def test_personality(self):
        self.same(self.like("setarch", "x86_64", "-R"))

    def cgroup(self, where):
        path = f"{where}/orthus-test-{os.getpid()}"
        try:
            os.mkdir(path)
        except OSError:
            self.skipTest(f"{where} cannot be written here")
        self.addCleanup(os.rmdir, path)
        return path

    def test_cgroups(self):
        tried = 0
        groups = []
        for where in ("/sys/fs/cgroup/pids", "/sys/fs/cgroup/cpuset",
                      "/sys/fs/cgroup/unified", "/sys/fs/cgroup"):
            if os.path.exists(where + "/cgroup.procs"):
                groups.append(self.cgroup(where))
        if not groups:
            self.skipTest("no control groups here")
        like = self.like()
        for group in groups:
            if group.startswith("/sys/fs/cgroup/cpuset"):
                for name in ("cpuset.cpus", "cpuset.mems"):
                    with open(f"{group}/{name}", "w",
                              encoding="ascii") as out:
                        out.write("0")
            with open(group + "/cgroup.procs", "w", encoding="ascii") as out:
                out.write(str(like.pid))
            tried += 1
        pid = self.same(like)
        self.assertIn(b"orthus-test", read(pid, "cgroup"))
        os.kill(pid, signal.SIGKILL)
        like.kill()
        like.wait()
        wait_for(lambda: not lives(pid), "the new process to end")
        for group in groups:
            wait_for(lambda g=group: not open(g + "/cgroup.procs",
                                              encoding="ascii").read(),
                     "the group to be empty")

    # -- descriptors and environment --

    def test_descriptors(self):
        files = [os.open(self.write(f"f{i}", ""), os.O_RDWR) for i in range(4)]
        self.addCleanup(lambda: [os.close(fd) for fd in files])
        like = self.like(pass_fds=files)
        theirs = descriptors(like.pid)
        # Targets that are other sources, in a ring: nothing may be clobbered.
        ring = [{"source": files[i], "target": files[(i + 1) % 4]}
                for i in range(4)]
        # And every other low number, where the program has files of its own.
        low = [fd for fd in range(3, 32) if fd not in files]
        _, pid = self.begun(like, fds=ring + [
            {"source": files[0], "target": 90}],
            open=[{"path": "/dev/zero", "target": fd} for fd in low])
        expected = {0: theirs[0], 1: theirs[1], 2: theirs[2],
                    90: theirs[files[0]]}
        expected.update((fd, os.stat("/dev/zero").st_ino) for fd in low)
        for i in range(4):
            expected[files[(i + 1) % 4]] = theirs[files[i]]
        # A program that begins opens its locale for a moment.
        wait_for(lambda: descriptors(pid) == expected,
                 f"the descriptors {expected}, not {descriptors(pid)}")

    def test_missing_descriptor(self):
        self.refused(self.like(), "descriptors", "999",
                     fds=[{"source": 999, "target": 5}])

    def test_open_missing(self):
        self.refused(self.like(), "descriptors", "/dev/nothing",
                     open=[{"path": "/dev/nothing", "target": 5}])

    def test_open_on_host(self):
        hidden = os.path.join(self.dir, "hidden")
        os.mkdir(hidden)
        device = self.write("hidden/device", "")
        like = self.like("unshare", "--mount", "sh", "-c",
                         'mount -t tmpfs none "$0" && exec "$@"', hidden)
        entry = [{"path": device, "target": 9}]
        self.refused(like, "descriptors", device, open=entry)
        _, pid = self.begun(like, openOnHost=entry,
                            open=[{"path": "/dev/zero", "target": 7}])
        self.assertEqual(os.stat(f"/proc/{pid}/fd/9").st_ino,
                         os.stat(device).st_ino)
        self.assertEqual(os.stat(f"/proc/{pid}/fd/7").st_rdev,
                         os.stat("/dev/zero").st_rdev)

    def test_open_on_host_missing(self):
        self.refused(self.like(), "descriptors", "/dev/nothing",
                     openOnHost=[{"path": "/dev/nothing", "target": 5}])

    def test_environment(self):
        like = self.like(env={"KEEP": "1", "CHANGE": "old", "DROP": "x",
                              "KEEPER": "2"})
        _, pid = self.begun(like, env={"CHANGE": "new", "DROP": None,
                                         "ADD": ""})
        self.assertEqual(
            sorted(read(pid, "environ").split(b"\0")[:-1]),
            [b"ADD=", b"CHANGE=new", b"KEEP=1", b"KEEPER=2"])

    # -- what is refused --

    def copy(self, name, mode=0o755, owner=0):
        path = os.path.join(self.safe, name)
        shutil.copy(SLEEP, path)
        os.chmod(path, mode)
        os.chown(path, owner, 0)
        return path

    def test_trusted_copy_runs(self):
        self.begun(self.like(), emulator=self.copy("vmm"))

    def test_emulator_behind_symlinks_runs(self):
        self.copy("vmm")
        os.symlink("vmm", self.safe + "/relative")
        os.symlink(self.safe + "/relative", self.safe + "/absolute")
        _, pid = self.begun(self.like(), emulator=self.safe + "/absolute")
        self.assertEqual(os.readlink(f"/proc/{pid}/exe"), self.safe + "/vmm")

    def test_emulator_of_another_user(self):
        self.refused(self.like(), "trust", "user 1000",
                     emulator=self.copy("vmm", owner=1000))

    def test_emulator_that_others_write(self):
        for mode in (0o775, 0o757):
            self.refused(self.like(), "trust", "written by others",
                         emulator=self.copy("vmm", mode))

    def test_emulator_below_a_directory_of_others(self):
        os.mkdir(self.safe + "/d")
        os.chmod(self.safe + "/d", 0o777)
        self.copy("d/vmm")
        self.refused(self.like(), "trust", "d can be written",
                     emulator=self.safe + "/d/vmm")

    def test_emulator_by_a_link_into_such_a_directory(self):
        shutil.copy(SLEEP, self.path("vmm"))
        os.symlink(self.path("vmm"), self.safe + "/link")
        self.refused(self.like(), "trust", "tmp can be written",
                     emulator=self.safe + "/link")

    def test_emulator_missing_or_a_directory_or_a_loop(self):
        like = self.like()
        self.refused(like, "trust", "found", emulator=self.safe + "/none")
        self.refused(like, "trust", "no regular file", emulator=self.safe)
        os.symlink("loop", self.safe + "/loop")
        self.refused(like, "trust", "too many", emulator=self.safe + "/loop")

    def test_emulator_not_executable(self):
        path = self.copy("vmm", 0o644)
        self.refused(self.like(), "exec", "Permission denied", emulator=path)
        with open(path, "w", encoding="ascii") as out:
            out.write("no program")
        os.chmod(path, 0o755)
        self.refused(self.like(), "exec", "Exec format", emulator=path)

    def test_preload_of_others(self):
        bad = self.copy("bad.so", owner=1000)
        good = self.copy("good.so")
        like = self.like()
        self.refused(like, "trust", "bad.so", env={"LD_PRELOAD": bad})
        self.refused(like, "trust", "bad.so",
                     env={"LD_PRELOAD": f"{good}:{bad}"})
        self.refused(like, "trust", "absolute", env={"LD_PRELOAD": "x.so"})
        self.refused(like, "environment", "LD_LIBRARY_PATH",
                     env={"LD_LIBRARY_PATH": self.safe})

    def test_preload_that_the_old_process_had(self):
        bad = self.copy("bad.so", owner=1000)
        like = self.like(env={"LD_PRELOAD": bad})
        self.refused(like, "trust", "bad.so")
        self.begun(like, env={"LD_PRELOAD": None})

    def test_recycled_pid(self):
        like = self.like()
        self.refused(like, "like", "no longer", like={
            "pid": like.pid, "starttime": process(like.pid)["starttime"] + 1})

    def test_process_that_has_ended(self):
        like = self.like()
        named = process(like.pid)
        like.kill()
        wait_for(lambda: not lives(like.pid), "it to end")
        self.refused(like, "like", "has ended", like=named)

    def test_namespaces_that_are_not_supported(self):
        self.refused(self.like("unshare", "--user"), "namespaces",
                     "user namespace")
        self.refused(self.like("unshare", "--time"), "namespaces",
                     "time namespace")

    def filtered(self):
        def confine():
            allow = struct.pack("HBBI", 0x06, 0, 0, 0x7fff0000)
            code = ctypes.create_string_buffer(allow)
            program = struct.pack("HxxxxxxP", 1, ctypes.addressof(code))
            LIBC.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
            LIBC.prctl(PR_SET_SECCOMP, 2, program, 0, 0)
        return self.like(preexec_fn=confine)

    def test_seccomp(self):
        like = self.filtered()
        self.assertIn(b"Seccomp:\t2", read(like.pid, "status"))
        self.refused(like, "seccomp", "-sandbox on")
        self.refused(like, "seccomp", "-sandbox on",
                     argv=[SLEEP, "-sandbox", "off"])
        # sleep(1) does not know it and ends at once, but it was started.
        child = self.launch(self.document(
            like, argv=[SLEEP, "-sandbox", "on,obsolete=deny"]))
        self.assertNotIn('"step":"seccomp"', child.stdout.read())

    def test_bad_documents(self):
        like = self.like()
        good = self.document(like)
        for text in (
                "", "{", "[]", "{}", json.dumps(good) + "{}",
                json.dumps({**good, "more": 1}),
                json.dumps({**good, "emulator": "sleep"}),
                json.dumps({**good, "emulator": "/usr/../usr/bin/sleep"}),
                json.dumps({**good, "argv": []}),
                json.dumps({**good, "argv": [1]}),
                json.dumps({**good, "argv": "a"}),
                json.dumps({**good, "env": {"A=B": "x"}}),
                json.dumps({**good, "env": {"A": 1}}),
                json.dumps({**good, "env": []}),
                json.dumps({**good, "fds": [{"source": 1, "target": 2}]}),
                json.dumps({**good, "fds": [{"source": -1, "target": 9}]}),
                json.dumps({**good, "fds": [{"source": 1, "target": 9}] * 2}),
                json.dumps({**good, "fds": [{"source": 1, "target": 1e9}]}),
                json.dumps({**good, "open": [{"path": "x", "target": 9}]}),
                json.dumps({**good, "openOnHost": None}),
                json.dumps({**good, "openOnHost": [{"path": "/dev/null"}]}),
                json.dumps({**good, "open": [{"path": "/a", "target": 9}],
                            "openOnHost": [{"path": "/a", "target": 9}]}),
                json.dumps({**good, "like": {"pid": 1, "starttime": 0}}),
                json.dumps({**good, "like": {"pid": "1"}}),
                json.dumps({**good, "lease": ""}),
                json.dumps({**good, "record": "new"}),
                json.dumps({**good, "uncommitted": "there"}),
                json.dumps({**good, "daemon": None}),
                json.dumps(good).replace('"599"', '"5\\u000099"'),
        ):
            child = self.program("orthus-vmm-exec")
            out, err = child.communicate(text)
            self.assertEqual(child.returncode, 2, text + out + err)
            self.assertEqual(json.loads(out)["step"], "document")


if __name__ == "__main__":
    unittest.main()
