# SPDX-License-Identifier: Apache-2.0
# Copyright the Orthus for CloudStack authors
"""A small client of QEMU's monitor."""

import json
import os
import pathlib
import socket
import struct
import time


class Qmp:
    """One connection; for one thread."""

    def __init__(self, path, timeout_s=30):
        deadline = time.monotonic() + timeout_s
        while True:
            self.socket = socket.socket(socket.AF_UNIX)
            try:
                self.socket.connect(str(path))
                break
            except OSError:
                self.socket.close()
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.002)
        self.socket.settimeout(timeout_s)
        self.file = self.socket.makefile("rb")
        self.events = []
        self._read()
        self.execute("qmp_capabilities")

    def _read(self):
        line = self.file.readline()
        if not line:
            raise EOFError("QEMU closed its monitor")
        return json.loads(line)

    def execute(self, command, **arguments):
        message = {"execute": command}
        if arguments:
            message["arguments"] = {key.replace("_", "-"): value for key, value in arguments.items()}
        self.socket.sendall(json.dumps(message).encode() + b"\n")
        while True:
            answer = self._read()
            if "event" in answer:
                self.events.append(answer)
            elif "error" in answer:
                raise RuntimeError(f"{command}: {answer['error']['desc']}")
            else:
                return answer["return"]

    def wait(self, name, timeout_s, accept=lambda data: True):
        """The event's own time in seconds (CLOCK_REALTIME)."""
        deadline = time.monotonic() + timeout_s
        while True:
            for event in self.events:
                if event["event"] == name and accept(event.get("data", {})):
                    self.events.remove(event)
                    stamp = event["timestamp"]
                    return stamp["seconds"] + stamp["microseconds"] / 1e6
            self.socket.settimeout(max(0.001, deadline - time.monotonic()))
            message = self._read()
            if "event" in message:
                self.events.append(message)

    def peer_started(self):
        """When the process at the other end was started: seconds of CLOCK_REALTIME,
        to 10 ms, which is how fine the kernel tells it."""
        pid = struct.unpack("3i", self.socket.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))[0]
        ticks = int(pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19])
        return time.time() - time.clock_gettime(time.CLOCK_BOOTTIME) + ticks / os.sysconf("SC_CLK_TCK")

    def close(self):
        self.file.close()
        self.socket.close()
