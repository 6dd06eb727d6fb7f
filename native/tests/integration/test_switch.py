# SPDX-License-Identifier: Apache-2.0
# Copyright the Orthus for CloudStack authors

"""orthus-switch against a pair of fake QEMUs, through every branch."""

import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import unittest

from bench import Case, HERE, lives, process, state_of, wait_for

SECRET = "s3cret-of-the-console"


def status(pid, state="running", job=""):
    return (f"<!-- by libvirt -->\n<domstatus state='{state}' reason='booted' "
            f"pid='{pid}'>\n  <taint flag='x'/>\n{job}"
            "  <domain type='kvm' id='1'>\n    <metadata><job type='a' "
            "async='b'/></metadata>\n  </domain>\n</domstatus>\n")


class Vm:
    def __init__(self, case, number, old, new, expect):
        self.case = case
        self.name = f"vm{number}"
        case_dir = case.path
        self.monitor = case_dir(self.name + ".monitor")
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(self.monitor)
        listener.listen(1)
        listener.setblocking(False)
        ends = socket.socketpair()
        self.old = self.qemu("old", listener, ends[0], old)
        self.new = self.qemu("new", listener, ends[1], new)
        # The switch waits for a QEMU, but not for Python to start.
        for role in ("old", "new"):
            wait_for(lambda r=role: "ready" in self.log(r), "the fakes")
        self.listener = listener
        for end in ends:
            end.close()
        lease = case.lease(self.name + ".lease")
        self.lease = os.open(lease, os.O_RDONLY | os.O_NONBLOCK)
        case.addCleanup(os.close, self.lease)
        case.addCleanup(listener.close)
        live = case.write(f"status/{self.name}.xml", status(self.old.pid))
        self.entry = {
            "uuid": f"00000000-0000-0000-0000-{number:012d}",
            "name": self.name,
            "old": process(self.old.pid), "new": process(self.new.pid),
            "monitor": self.monitor, "lease": lease, "expect": expect,
            "startNew": [{"execute": "migrate-incoming",
                          "arguments": {"uri": "unix:main"}}],
            "startOld": [],
            "rollbackOld": [{"execute": "migrate-set-parameters",
                             "arguments": {"mode": "normal"}}],
            "afterNew": [{"execute": "set_password",
                          "arguments": {"protocol": "vnc",
                                        "password": SECRET}},
                         {"execute": "display-update"}],
            "status": {
                "live": live,
                "base": case.write(self.name + ".base", status(self.old.pid)),
                "next": case.write(self.name + ".next", status(self.new.pid))},
            "pidfile": case_dir(self.name + ".pid"),
            "outcome": case_dir(self.name + ".outcome"),
        }
        # libvirtd holds the old one's monitor, so that the new one is reached
        # first; a fake has to be connected in that order, too.
        self.libvirtd = socket.socket(socket.AF_UNIX)
        os.kill(self.new.pid, signal.SIGSTOP)
        wait_for(lambda: state_of(self.new.pid) == "T", "the new fake to stop")
        self.libvirtd.connect(self.monitor)
        self.libvirtd.recv(65536)
        os.kill(self.new.pid, signal.SIGCONT)

    def qemu(self, role, listener, link, behaviour):
        behaviour = dict(behaviour)
        if role == "new":
            behaviour.setdefault("status", "inmigrate")
        else:
            behaviour.setdefault("migration", "setup")
        log = self.case.path(f"{self.name}.{role}.log")
        child = self.case.start(
            sys.executable, os.path.join(HERE, "fake_qemu.py"),
            str(listener.fileno()), str(link.fileno()), log,
            json.dumps(behaviour),
            pass_fds=(listener.fileno(), link.fileno()))
        return child

    def log(self, role):
        try:
            return self.case.read(f"{self.name}.{role}.log").split("\n")
        except FileNotFoundError:
            return []

    def kept(self):
        try:
            return os.read(self.lease, 16) == b"K"
        except BlockingIOError:
            return False


class SwitchTest(Case):
    def setUp(self):
        super().setUp()
        os.mkdir(self.path("status"))
        self.vms = []

    def vm(self, old=None, new=None, expect="running"):
        made = Vm(self, len(self.vms), old or {}, new or {}, expect)
        self.vms.append(made)
        return made

    def document(self, **changes):
        """libvirtd is a process that holds the monitors' connections."""
        self.daemon = self.start("sleep", "600", pass_fds=[
            vm.libvirtd.fileno() for vm in self.vms])
        for vm in self.vms:
            vm.libvirtd.close()
        # Its connections are closed when it is killed, not before.
        document = {
            "gate": self.path("gate"), "daemon": process(self.daemon.pid),
            "statusDir": self.path("status"), "deadlineMs": 20000,
            "vms": [vm.entry for vm in self.vms]}
        document.update(changes)
        return document

    def arm(self, **changes):
        self.switch = self.program("orthus-switch")
        self.switch.stdin.write(json.dumps(self.document(**changes)) + "\n")
        self.switch.stdin.flush()

    def go(self, **changes):
        """Run to the end; returns exit status, and the events by kind."""
        self.arm(**changes)
        self.armed = self.event(self.switch)
        out, err = self.switch.communicate("go\n")
        self.output = out + err
        events = [json.loads(line) for line in out.splitlines()]
        for vm in self.vms:
            self.assertNotIn(SECRET, self.output)
        return self.switch.returncode, [e for e in events
                                        if e["event"] == "vm"], events

    def refused(self, *words, **changes):
        """Armed or not, it must refuse, and nothing must have happened."""
        self.arm(**changes)
        out, err = self.switch.communicate("go\n")
        self.output = out + err
        self.assertEqual(self.switch.returncode, 1, out + err)
        error = json.loads(out.splitlines()[-1])
        self.assertEqual(error["event"], "error")
        for word in words:
            self.assertIn(word, error["message"])
        self.assertNotIn("window-open", out)
        for vm in self.vms:
            self.assertNotIn("cont", vm.log("old"))
        if self.daemon.poll() is None:
            wait_for(lambda: state_of(self.daemon.pid) == "S",
                     "libvirtd to run again")

    def assert_committed(self, vm, line):
        self.assertEqual(line["result"], "committed", line)
        self.assertFalse(lives(vm.old.pid))
        self.assertTrue(lives(vm.new.pid))
        self.assertTrue(vm.kept())
        self.assertIn(f"pid='{vm.new.pid}'",
                      self.read(f"status/{vm.name}.xml"))
        self.assertEqual(self.read(vm.name + ".pid"), str(vm.new.pid))
        self.assertEqual(json.loads(self.read(vm.name + ".outcome")), line)
        self.assertIn("display-update", vm.log("new"))

    def assert_rolled_back(self, vm, line, resumed=True):
        self.assertEqual(line["result"], "rolled-back", line)
        self.assertTrue(lives(vm.old.pid))
        self.assertFalse(lives(vm.new.pid))
        self.assertIn(f"pid='{vm.old.pid}'",
                      self.read(f"status/{vm.name}.xml"))
        self.assertFalse(os.path.exists(self.path(vm.name + ".pid")))
        self.assertEqual(json.loads(self.read(vm.name + ".outcome")), line)
        self.assertIn("migrate-set-parameters", vm.log("old"))
        self.assertTrue(line["step"] and line["message"])
        if resumed:
            client = socket.socket(socket.AF_UNIX)
            client.connect(vm.monitor)
            stream = client.makefile("rw")
            stream.readline()
            stream.write('{"execute": "query-status"}\n')
            stream.flush()
            self.assertEqual(json.loads(stream.readline())["return"]["status"],
                             "running")
            stream.close()
            client.close()

    # -- the good way --

    def test_commit(self):
        vm = self.vm()
        code, lines, events = self.go()
        self.assertEqual(self.armed, {"event": "armed"})
        self.assertEqual(code, 0)
        self.assertEqual([e["event"] for e in events],
                         ["window-open", "vm", "window-closed"])
        self.assert_committed(vm, lines[0])
        self.assertEqual(lines[0]["step"], "")
        self.assertGreaterEqual(lines[0]["resumeNs"], lines[0]["stopNs"])
        self.assertGreater(lines[0]["stopNs"], 0)
        self.assertFalse(lives(self.daemon.pid))

    def test_many_vms(self):
        for _ in range(6):
            self.vm()
        code, lines, _ = self.go()
        self.assertEqual(code, 0)
        self.assertEqual(len(lines), 6)
        by_uuid = {line["uuid"]: line for line in lines}
        for vm in self.vms:
            self.assert_committed(vm, by_uuid[vm.entry["uuid"]])

    def test_without_libvirtd(self):
        vm = self.vm()
        self.arm_daemonless = True
        document = self.document(daemon=None)
        self.switch = self.program("orthus-switch")
        self.switch.stdin.write(json.dumps(document) + "\n")
        self.switch.stdin.flush()
        self.assertEqual(self.event(self.switch), {"event": "armed"})
        self.daemon.kill()
        self.daemon.wait()
        out, _ = self.switch.communicate("go\n")
        self.assert_committed(vm, json.loads(out.splitlines()[1]))

    def test_without_migration_events(self):
        vm = self.vm({"events": False}, {"events": False})
        code, lines, _ = self.go()
        self.assertEqual(code, 0)
        self.assert_committed(vm, lines[0])

    def test_paused_stays_paused(self):
        vm = self.vm({"status": "paused"}, expect="paused")
        code, lines, _ = self.go()
        self.assertEqual(code, 0)
        self.assert_committed(vm, lines[0])
        self.assertNotIn("cont", vm.log("old") + vm.log("new"))

    def test_after_new_fails_but_stays_committed(self):
        vm = self.vm(new={"refuse": ["set_password"]})
        code, lines, _ = self.go()
        self.assertEqual(code, 0)
        self.assert_committed(vm, lines[0])
        self.assertEqual(lines[0]["step"], "afterNew")
        self.assertIn("set_password", lines[0]["message"])

    def test_state_in_status_file_may_change(self):
        vm = self.vm()
        self.write(f"status/{vm.name}.xml", status(vm.old.pid, "paused"))
        code, lines, _ = self.go()
        self.assertEqual(code, 0)
        self.assert_committed(vm, lines[0])

    def test_reader_of_output_dies(self):
        vm = self.vm()
        self.arm()
        self.assertEqual(self.event(self.switch), {"event": "armed"})
        self.switch.stdout.close()
        self.switch.stdin.write("go\n")
        self.switch.stdin.close()
        self.assertEqual(self.switch.wait(), 0)
        self.assert_committed(vm, json.loads(self.read(vm.name + ".outcome")))

    def open_window(self):
        """A window that stays open until its new QEMU, which hangs, ends."""
        vm = self.vm(new={"incoming": "stop"})
        self.arm(deadlineMs=60000)
        self.event(self.switch)
        self.switch.stdin.write("go\n")
        self.switch.stdin.flush()
        self.assertEqual(self.event(self.switch)["event"], "window-open")
        wait_for(lambda: state_of(vm.new.pid) == "T", "the new fake to hang")
        return vm

    def test_signals_do_not_stop_the_window(self):
        vm = self.open_window()
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            self.switch.send_signal(number)
        vm.new.kill()
        line = self.event(self.switch)
        self.assertEqual(self.switch.wait(), 3)
        self.assert_rolled_back(vm, line)

    def test_gate_is_locked_in_the_window_and_free_after(self):
        vm = self.open_window()
        with open(self.path("gate"), "rb") as gate:
            with self.assertRaises(BlockingIOError):
                fcntl.flock(gate, fcntl.LOCK_SH | fcntl.LOCK_NB)
            vm.new.kill()
            self.switch.wait()
            fcntl.flock(gate, fcntl.LOCK_SH | fcntl.LOCK_NB)

    # -- the ways back --

    def rolls_back(self, step, old=None, new=None, words=(), **changes):
        vm = self.vm(old, new)
        code, lines, _ = self.go(**changes)
        self.assertEqual(code, 3, lines)
        self.assert_rolled_back(vm, lines[0])
        self.assertEqual(lines[0]["step"], step)
        for word in words:
            self.assertIn(word, lines[0]["message"])
        return vm

    def test_new_rejects_state(self):
        self.rolls_back("migrate", new={"incoming": "fail"}, words=["failed"])

    def test_old_fails(self):
        self.rolls_back("migrate", {"handed": "fail"}, words=["failed"])

    def test_new_refuses_to_start(self):
        vm = self.rolls_back("monitor", new={"refuse": ["migrate-incoming"]},
                             words=["migrate-incoming"])
        self.assertIn("migrate_cancel", vm.log("old"))

    def test_new_dies_when_started(self):
        self.rolls_back("monitor", new={"incoming": "die"})

    def test_new_hangs_when_started(self):
        self.rolls_back("monitor", new={"incoming": "stop"}, deadlineMs=2000,
                        words=["in time"])

    def test_new_never_completes(self):
        self.rolls_back("migrate", {"handed": "ignore"}, deadlineMs=2000,
                        words=["2000 ms"])

    def test_new_refuses_cont(self):
        vm = self.rolls_back("monitor", new={"cont": "error"}, words=["cont"])
        self.assertIn("cont", vm.log("old"))

    def test_new_dies_before_resume(self):
        self.rolls_back("monitor", new={"cont": "die-before"})

    def test_new_hangs_before_resume(self):
        self.rolls_back("cont", new={"cont": "stop-before"}, deadlineMs=2000)

    def test_new_is_silent_after_cont(self):
        self.rolls_back("cont", new={"cont": "silent"}, deadlineMs=2000)

    def test_old_needs_several_cont(self):
        vm = self.rolls_back("monitor", {"cont_errors": 3}, {"cont": "error"})
        self.assertEqual(vm.log("old").count("cont"), 4)

    def test_new_died_before_the_window(self):
        vm = self.vm()
        self.arm()
        self.event(self.switch)
        vm.new.kill()
        vm.new.wait()
        out, _ = self.switch.communicate("go\n")
        self.assertEqual(self.switch.returncode, 3)
        self.assert_rolled_back(vm, json.loads(out.splitlines()[1]))
        self.assertNotIn("cont", vm.log("old"))

    def test_somebody_paused_the_guest(self):
        vm = self.vm({"status": "paused"})
        code, lines, _ = self.go()
        self.assertEqual(code, 3)
        self.assert_rolled_back(vm, lines[0], resumed=False)
        self.assertEqual(lines[0]["step"], "state")
        self.assertNotIn("cont", vm.log("old"))

    def test_guest_shut_down_by_itself(self):
        vm = self.vm({"status": "shutdown"})
        code, lines, _ = self.go()
        self.assertEqual(code, 3)
        self.assert_rolled_back(vm, lines[0], resumed=False)

    def test_rollback_of_paused_resumes_nothing(self):
        vm = self.vm({"status": "paused", "handed": "ignore"}, expect="paused")
        code, lines, _ = self.go(deadlineMs=200)
        self.assertEqual(code, 3)
        self.assert_rolled_back(vm, lines[0], resumed=False)
        self.assertNotIn("cont", vm.log("old") + vm.log("new"))

    def test_one_of_three_goes_back(self):
        good = self.vm()
        bad = self.vm(new={"incoming": "fail"})
        other = self.vm()
        code, lines, _ = self.go()
        self.assertEqual(code, 3)
        by_uuid = {line["uuid"]: line for line in lines}
        self.assert_committed(good, by_uuid[good.entry["uuid"]])
        self.assert_rolled_back(bad, by_uuid[bad.entry["uuid"]])
        self.assert_committed(other, by_uuid[other.entry["uuid"]])

    # -- only forward --

    def test_resume_seen_then_no_answer(self):
        vm = self.vm(new={"cont": "stop-after"})
        self.vms[0].entry["afterNew"] = []
        self.arm()
        self.event(self.switch)
        out, _ = self.switch.communicate("go\n")
        line = json.loads(out.splitlines()[1])
        self.assertEqual(line["result"], "committed", line)
        self.assertFalse(lives(vm.old.pid))

    def test_old_dies_with_new_complete(self):
        vm = self.vm({"handed": "die"})
        code, lines, _ = self.go()
        self.assertEqual(code, 0)
        self.assert_committed(vm, lines[0])

    def test_old_dies_with_new_incomplete(self):
        vm = self.vm({"handed": "die-early"})
        code, lines, _ = self.go(deadlineMs=2000)
        self.assertEqual(code, 4)
        self.assertEqual(lines[0]["result"], "lost")
        self.assertFalse(lives(vm.new.pid))

    def test_new_dies_after_resume(self):
        vm = self.vm(new={"cont": "die-after"})
        code, lines, _ = self.go()
        self.assertEqual(code, 4)
        self.assertEqual(lines[0]["result"], "lost")
        self.assertFalse(lives(vm.old.pid), "it must not run on old state")

    # -- refusals before anything is done --

    def test_eof_before_go(self):
        vm = self.vm()
        self.arm()
        self.event(self.switch)
        out, _ = self.switch.communicate("")
        self.assertEqual(self.switch.returncode, 1)
        self.assertEqual(json.loads(out)["step"], "go")
        self.assertTrue(lives(self.daemon.pid))
        self.assertTrue(lives(vm.old.pid) and lives(vm.new.pid))
        self.assertFalse(vm.kept())

    def test_status_file_changed(self):
        vm = self.vm()
        self.write(f"status/{vm.name}.xml",
                   status(vm.old.pid).replace("flag='x'", "flag='y'"))
        self.refused("has changed")

    def test_job_on_another_domain(self):
        self.vm()
        self.write("status/other.xml", status(
            99, job="  <job type='none' async='migration out' phase='x'/>\n"))
        self.refused("migration out", "other.xml")

    def test_job_that_is_over(self):
        self.vm()
        self.write("status/other.xml",
                   status(99, job="  <job type='none' async='none'/>\n"))
        self.assertEqual(self.go()[0], 0)

    def test_pid_of_libvirtd_is_recycled(self):
        self.vm()
        self.refused("no longer libvirtd", daemon={
            "pid": os.getpid(), "starttime": process(os.getpid())["starttime"]
            + 1})

    def test_pid_of_old_is_recycled(self):
        vm = self.vm()
        vm.entry["old"]["starttime"] += 1
        self.refused("no longer the old QEMU", vm.name)

    def test_wrong_process_answers(self):
        self.vm(new={"cpus": os.getpid()})
        self.refused("is not the new QEMU")

    def test_lease_without_reader(self):
        vm = self.vm()
        self.lease("forgotten")
        vm.entry["lease"] = self.path("forgotten")
        self.refused("nobody reads")

    def test_threads_of_others(self):
        vm = self.vm()
        vm.entry["threads"] = [{"old": os.getpid(), "new": vm.new.pid}]
        self.refused("is not one of")

    def test_threads_get_their_places(self):
        vm = self.vm()
        os.sched_setaffinity(vm.old.pid, {0})
        os.setpriority(os.PRIO_PROCESS, vm.old.pid, 7)
        vm.entry["threads"] = [{"old": vm.old.pid, "new": vm.new.pid}]
        self.arm()
        self.event(self.switch)
        self.assertEqual(os.sched_getaffinity(vm.new.pid), {0})
        self.assertEqual(os.getpriority(os.PRIO_PROCESS, vm.new.pid), 7)
        self.switch.communicate("")

    # -- going before others --

    def policies(self, vm):
        """How both were scheduled while the guest stood still."""
        return {line for role in ("old", "new") for line in vm.log(role)
                if line.startswith("policy ")}

    def test_deadline_is_kept_before_anything_else(self):
        self.need_real_time()
        vm = self.vm()
        self.go()
        self.assertEqual({line for line in vm.log("old") + vm.log("new")
                          if line.startswith("goes first ")},
                         {"goes first True"})

    def test_goes_before_others_until_committed(self):
        self.need_real_time()
        vm = self.vm()
        self.go()
        self.assertEqual(self.policies(vm), {f"policy {os.SCHED_RR}"})
        self.assertEqual(os.sched_getscheduler(vm.new.pid), os.SCHED_OTHER)

    def test_goes_before_others_until_rolled_back(self):
        self.need_real_time()
        vm = self.vm(new={"cont": "error"})
        self.go()
        self.assertEqual(self.policies(vm), {f"policy {os.SCHED_RR}"})
        self.assertEqual(os.sched_getscheduler(vm.old.pid), os.SCHED_OTHER)

    def test_threads_of_the_guest_go_before_nobody(self):
        vm = self.vm()
        vm.entry["threads"] = [{"old": vm.old.pid, "new": vm.new.pid}]
        self.go()
        self.assertEqual(self.policies(vm), {f"policy {os.SCHED_OTHER}"})

    def test_chosen_policy_is_left(self):
        vm = self.vm(new={"cont": "error"})
        for process_id in (vm.old.pid, vm.new.pid):
            os.sched_setscheduler(process_id, os.SCHED_BATCH,
                                  os.sched_param(0))
        self.go()
        self.assertEqual(self.policies(vm), {f"policy {os.SCHED_BATCH}"})
        self.assertEqual(os.sched_getscheduler(vm.old.pid), os.SCHED_BATCH)

    def need_real_time(self):
        try:
            os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))
            os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))
        except PermissionError:
            self.skipTest("no real-time scheduling here")

    def test_bad_documents(self):
        good = None
        self.vm()
        good = self.document()
        vm = good["vms"][0]
        bad = [
            "", "{", "[]", "{}", "null", json.dumps(good) + "x",
            {**good, "unknown": 1}, {**good, "gate": "relative"},
            {**good, "gate": "/a/../b"}, {**good, "deadlineMs": 0},
            {**good, "deadlineMs": "1"}, {**good, "vms": []},
            {**good, "vms": [vm, vm]}, {**good, "daemon": {"pid": 1}},
            {**good, "daemon": {"pid": 1, "starttime": 0}},
            {**good, "resolve": 1},
            {**good, "vms": [{**vm, "uuid": "x"}]},
            {**good, "vms": [{**vm, "expect": "maybe"}]},
            {**good, "vms": [{**vm, "new": vm["old"]}]},
            {**good, "vms": [{**vm, "startNew": [{"execute": 1}]}]},
            {**good, "vms": [{**vm, "afterNew": [
                {"execute": "a", "id": 1}]}]},
            {**good, "vms": [{**vm, "monitor": "/" + "m" * 200}]},
            {**good, "vms": [{**vm, "threads": [{"old": 5}]}]},
        ]
        for document in bad:
            text = document if isinstance(document, str) else json.dumps(
                document)
            child = self.program("orthus-switch")
            out, err = child.communicate(text + "\ngo\n")
            self.assertEqual(child.returncode, 2, text + out + err)
            error = json.loads(out)
            self.assertEqual((error["event"], error["step"]),
                             ("error", "document"))
            self.assertNotIn(SECRET, out + err)

    # -- after an accident --

    def resolve(self, code, result, **behaviour):
        expect = behaviour.pop("expect", "running")
        vm = self.vm(behaviour.get("old"), behaviour.get("new"), expect)
        for role in behaviour.get("dead", []):
            getattr(vm, role).kill()
            getattr(vm, role).wait()
        got, lines, _ = self.go(resolve=True)
        self.assertEqual(got, code, lines)
        self.assertEqual(lines[0]["result"], result)
        return vm, lines[0]

    def test_resolve_new_runs(self):
        vm, line = self.resolve(
            0, "committed", old={"status": "postmigrate"},
            new={"status": "running"})
        self.assertFalse(lives(vm.old.pid))
        self.assertIn(f"pid='{vm.new.pid}'", self.read("status/vm0.xml"))
        self.assertNotIn("cont", vm.log("new"))

    def test_resolve_new_complete(self):
        vm, _ = self.resolve(0, "committed", old={"status": "postmigrate"},
                             new={"status": "paused"})
        self.assertIn("cont", vm.log("new"))

    def test_resolve_new_incomplete(self):
        vm, line = self.resolve(3, "rolled-back",
                                old={"status": "finish-migrate",
                                     "migration": "active"})
        self.assert_rolled_back(vm, line)

    def test_resolve_nothing_happened(self):
        vm, line = self.resolve(3, "rolled-back")
        self.assert_rolled_back(vm, line)
        self.assertNotIn("cont", vm.log("old"))

    def test_resolve_only_old_lives(self):
        vm, line = self.resolve(3, "rolled-back", dead=["new"],
                                old={"status": "postmigrate",
                                     "migration": "completed"})
        self.assert_rolled_back(vm, line)

    def test_resolve_only_new_lives(self):
        vm, _ = self.resolve(0, "committed", dead=["old"],
                             new={"status": "paused"})
        self.assertIn("cont", vm.log("new"))

    def test_resolve_both_dead(self):
        self.resolve(4, "lost", dead=["old", "new"])

    def test_resolve_paused(self):
        vm, _ = self.resolve(0, "committed", expect="paused",
                             old={"status": "postmigrate"},
                             new={"status": "paused"})
        self.assertNotIn("cont", vm.log("new") + vm.log("old"))

    def test_resolve_twice(self):
        """The status file is in place already: that is no error."""
        vm = self.vm({"status": "postmigrate"}, {"status": "running"})
        os.rename(self.path("vm0.next"), self.path("status/vm0.xml"))
        code, lines, _ = self.go(resolve=True)
        self.assertEqual(code, 0)
        self.assertEqual(lines[0]["step"], "", lines)


if __name__ == "__main__":
    unittest.main()
