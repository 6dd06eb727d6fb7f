# SPDX-License-Identifier: Apache-2.0
# Copyright the Orthus for CloudStack authors

"""What the tests of both programs need: processes, documents, waiting."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

BUILD = os.environ.get("ORTHUS_BUILD", os.path.abspath("build"))
HERE = os.path.dirname(os.path.abspath(__file__))
PATIENCE = 30  # seconds until a test gives up; no test depends on its length


def starttime(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as stat:
        return int(stat.read().rsplit(")", 1)[1].split()[19])


def process(pid):
    return {"pid": pid, "starttime": starttime(pid)}


def state_of(pid):
    """State letter in /proc, or None when the process is gone."""
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii",
                  errors="replace") as stat:
            return stat.read().rsplit(")", 1)[1].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return None


def lives(pid):
    return state_of(pid) not in (None, "Z", "X")


def wait_for(condition, what):
    end = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > end:
            raise AssertionError("waited in vain for " + what)
        time.sleep(0.005)


class Case(unittest.TestCase):
    """Gives each test a directory, and leaves no process behind."""

    def setUp(self):
        self.dir = tempfile.mkdtemp(prefix="orthus-test-")
        self.addCleanup(shutil.rmtree, self.dir, ignore_errors=True)
        self.started = []
        self.addCleanup(self.stop_all)

    def stop_all(self):
        for child in self.started:
            if child.poll() is None:
                child.send_signal(signal.SIGKILL)
            child.wait()
            for pipe in (child.stdin, child.stdout, child.stderr):
                if pipe:
                    pipe.close()

    def start(self, *argv, **more):
        child = subprocess.Popen(argv, **more)
        self.started.append(child)
        return child

    def path(self, name):
        return os.path.join(self.dir, name)

    def write(self, name, text):
        with open(self.path(name), "w", encoding="utf-8") as out:
            out.write(text)
        return self.path(name)

    def read(self, name):
        with open(self.path(name), encoding="utf-8") as text:
            return text.read()

    def program(self, name, **more):
        return self.start(os.path.join(BUILD, name), stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          text=True, **more)

    def event(self, child):
        line = child.stdout.readline()
        self.assertTrue(line, "no line; " + child.stderr.read()
                        if not line else "")
        return json.loads(line)

    def lease(self, name="lease"):
        os.mkfifo(self.path(name), 0o600)
        return self.path(name)
