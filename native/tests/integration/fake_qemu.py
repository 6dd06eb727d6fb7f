# SPDX-License-Identifier: Apache-2.0
# Copyright the Orthus for CloudStack authors

"""A QEMU as far as its monitor goes, which behaves as a test tells it.

Started with the listening monitor socket, one end of a socket pair that stands
for the migration channel, a log file and a JSON object of behaviour:

  status       run state at the beginning
  migration    migration status at the beginning
  events       whether MIGRATION events are sent (default: yes)
  incoming     new: what migrate-incoming does: complete, fail, die, stop
               (SIGSTOP), ignore
  handed       old: what it does when it is told to hand over: complete, fail,
               die (the new one has everything), die-early (it has not), ignore
  cont         what cont does: resume, error, stop-before, stop-after (SIGSTOP
               before or after RESUME), die-before, die-after, silent
  cont_errors  cont fails so many times first
  refuse       list of commands that are answered by an error
  cpus         thread id to report instead of its own
"""

import json
import os
import select
import signal
import socket
import struct
import sys
import time


class FakeQemu:
    def __init__(self, listener, link, log, behaviour):
        self.listener = socket.socket(fileno=listener)
        self.link = socket.socket(fileno=link)
        self.log = log
        self.behaviour = behaviour
        self.status = behaviour.get("status", "running")
        self.migration = behaviour.get("migration", "none")
        self.cont_errors = behaviour.get("cont_errors", 0)
        self.client = None
        self.buffer = b""

    def note(self, text):
        with open(self.log, "a", encoding="ascii") as out:
            out.write(text + "\n")

    def note_policy(self):
        """Ours, and whether whoever speaks to us goes before us."""
        self.note(f"policy {os.sched_getscheduler(0)}")
        peer = struct.unpack("3i", self.client.getsockopt(
            socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i")))[0]
        first = max(os.sched_getparam(int(thread)).sched_priority
                    for thread in os.listdir(f"/proc/{peer}/task"))
        self.note(f"goes first {first > os.sched_getparam(0).sched_priority}")

    def send(self, message):
        if self.client:
            try:
                self.client.sendall(json.dumps(message).encode() + b"\r\n")
            except OSError:
                pass

    def event(self, name, **data):
        now = time.time()
        message = {"event": name, "timestamp": {
            "seconds": int(now), "microseconds": int(now % 1 * 1e6)}}
        if data:
            message["data"] = data
        self.send(message)

    def set_migration(self, status):
        self.migration = status
        if self.behaviour.get("events", True):
            self.event("MIGRATION", status=status)

    # -- the migration channel: one letter per step --

    def on_link(self, letter):
        if letter == b"G":  # the old one: hand over
            how = self.behaviour.get("handed", "complete")
            self.note("handed " + how)
            if how == "ignore":
                return
            if how == "die-early":
                os._exit(9)
            self.note_policy()
            self.event("STOP")
            self.status = "finish-migrate"
            if how == "fail":
                self.set_migration("failed")
                self.status = "running"
                self.event("RESUME")
                self.link.send(b"F")
                return
            self.link.send(b"S")
            if how == "die":
                os._exit(9)
            self.status = "postmigrate"
            self.set_migration("completed")
        elif letter == b"S":  # the new one: all state
            self.note_policy()
            self.status = "paused"
            self.set_migration("completed")
        elif letter == b"F":
            self.set_migration("failed")
        elif letter == b"X":  # the old one: the new one failed
            self.event("STOP")
            self.set_migration("failed")
            self.event("RESUME")
            self.status = "running"

    def migrate_incoming(self):
        how = self.behaviour.get("incoming", "complete")
        if how == "die":
            os._exit(9)
        if how == "stop":
            os.kill(os.getpid(), signal.SIGSTOP)
        if how == "fail":
            self.link.send(b"X")
            self.set_migration("failed")
        if how == "complete":
            self.link.send(b"G")
        return {}

    def cont(self):
        how = self.behaviour.get("cont", "resume")
        if self.cont_errors:
            self.cont_errors -= 1
            return None
        if how == "error":
            return None
        if how == "silent":
            return "silent"
        if how == "die-before":
            os._exit(9)
        if how == "stop-before":
            os.kill(os.getpid(), signal.SIGSTOP)
        self.event("RESUME")
        self.status = "running"
        if how == "die-after":
            os._exit(9)
        if how == "stop-after":
            os.kill(os.getpid(), signal.SIGSTOP)
        return {}

    def execute(self, command):
        name = command["execute"]
        self.note(name)
        if name in self.behaviour.get("refuse", []):
            return None
        if name == "query-cpus-fast":
            return [{"cpu-index": 0, "thread-id":
                     self.behaviour.get("cpus", os.getpid())}]
        if name == "query-status":
            return {"status": self.status}
        if name == "query-migrate":
            return {} if self.migration == "none" else {
                "status": self.migration}
        if name == "migrate_cancel":
            self.migration = "cancelled"
            if self.status == "finish-migrate":
                self.status = "paused"
            return {}
        if name == "migrate-incoming":
            return self.migrate_incoming()
        if name == "cont":
            return self.cont()
        return {}

    def on_line(self, line):
        command = json.loads(line)
        result = self.execute(command)
        if result == "silent":
            return
        reply = {"id": command["id"]} if "id" in command else {}
        if result is None:
            reply["error"] = {"class": "GenericError", "desc":
                              "refused: " + json.dumps(command)}
        else:
            reply["return"] = result
        self.send(reply)

    def on_client(self):
        try:
            data = self.client.recv(65536)
        except OSError:
            data = b""
        if not data:
            self.client.close()
            self.client = None
            self.buffer = b""
            return
        self.buffer += data
        while b"\n" in self.buffer:
            line, self.buffer = self.buffer.split(b"\n", 1)
            self.on_line(line)

    def run(self):
        self.note("ready")
        while True:
            # As QEMU does: no second client while there is one.
            monitor = self.client or self.listener
            watched = [monitor] + ([self.link] if self.link else [])
            ready, _, _ = select.select(watched, [], [])
            if self.link in ready:
                try:
                    letter = self.link.recv(1)
                except ConnectionResetError:
                    letter = b""
                if letter:
                    self.on_link(letter)
                else:
                    self.link = None  # the other QEMU has ended
            elif self.client:
                self.on_client()
            else:
                try:
                    self.client, _ = self.listener.accept()
                except BlockingIOError:
                    continue
                self.send({"QMP": {"version": {}, "capabilities": []}})


if __name__ == "__main__":
    FakeQemu(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3],
             json.loads(sys.argv[4])).run()
