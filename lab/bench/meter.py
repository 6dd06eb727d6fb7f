# SPDX-License-Identifier: Apache-2.0
# Copyright the Orthus for CloudStack authors
"""What a move costs besides time: CPU and memory of everything in the lab."""

import os
import pathlib
import threading
import time

SAMPLE_S = 0.05
IDLE_S = 1.5


def memory_bytes(pids):
    """Private memory of the processes, and each shared memfd once."""
    total, seen = 0, set()
    for pid in pids:
        try:
            for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
                if line.startswith("RssAnon:"):
                    total += int(line.split()[1]) * 1024
            for fd in os.scandir(f"/proc/{pid}/fd"):
                if os.readlink(fd.path).startswith("/memfd:"):
                    stat = os.stat(fd.path)
                    if stat.st_ino not in seen:
                        seen.add(stat.st_ino)
                        total += stat.st_blocks * 512
        except OSError:
            pass  # it ended meanwhile
    return total


class Meter:
    """Measures while its "with" block runs. What the guests use by themselves,
    measured for a moment before, is taken off the CPU time."""

    def __init__(self, lab):
        self.lab = lab
        self.stopping = threading.Event()

    def __enter__(self):
        begin_cpu, begin = self.lab.cpu_seconds(), time.monotonic()
        time.sleep(IDLE_S)  # the length of a measurement, not a wait for something
        self.idle_rate = (self.lab.cpu_seconds() - begin_cpu) / (time.monotonic() - begin)
        self.before = self.peak = memory_bytes(self.lab.processes())
        self.cpu, self.begin = self.lab.cpu_seconds(), time.monotonic()
        self.sampler = threading.Thread(target=self._sample)
        self.sampler.start()
        return self

    def _sample(self):
        while not self.stopping.wait(SAMPLE_S):
            self.peak = max(self.peak, memory_bytes(self.lab.processes()))

    def __exit__(self, *_):
        self.stopping.set()
        self.sampler.join()
        elapsed = time.monotonic() - self.begin
        self.cpu_s = max(0.0, self.lab.cpu_seconds() - self.cpu - self.idle_rate * elapsed)
        self.extra_mib = (self.peak - self.before) / 2**20
