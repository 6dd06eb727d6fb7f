# SPDX-License-Identifier: Apache-2.0
# Copyright the Orthus for CloudStack authors
"""One lab host, as this machine sees it."""

import json
import os
import pathlib
import subprocess

TOP = pathlib.Path(__file__).resolve().parents[2]
WAIT_UP_S = 180


class Lab:
    """Runs commands on the lab host and talks to the watcher of its guests."""

    def __init__(self, name, image):
        self.name = name
        self.image = image
        init = subprocess.run([TOP / "lab/lab", "pid", name], check=True, capture_output=True, text=True)
        self.root = pathlib.Path(f"/proc/{init.stdout.strip()}/root")
        self.cgroup = pathlib.Path(pathlib.Path(f"/run/orthus-lab/{name}/cgroup").read_text().strip())
        self.qemu = dict(
            line.split("=", 1)
            for line in (self.root / "etc/orthus-lab/qemu").read_text().splitlines()
            if "=" in line and not line.startswith("#"))

    def command(self, *words):
        """The argument vector that runs words on the lab host."""
        return [str(TOP / "lab/lab"), "exec", self.name, "--", *words]

    def run(self, *words, check=True):
        return subprocess.run(self.command(*words), check=check, capture_output=True, text=True)

    def watch(self, *words):
        """The watcher's answer; one that is not ok is an error."""
        answer = json.loads(self.run("orthus-watch", "ctl", *words, check=False).stdout)
        if not answer["ok"]:
            raise RuntimeError(f"orthus-watch {' '.join(words)}: {answer.get('error') or answer.get('text')}")
        return answer

    def make_guest(self, guest):
        """Creates the guest's disks; returns its domain definition."""
        made = subprocess.run(
            [TOP / "lab/domains/make", guest.name, "i440fx", "--ip", f"{guest.ip}/24",
             "--image", self.image, "--root", self.root, "--memory", "graftable",
             "--emulator", self.qemu["OLD"], "--ram", str(guest.cell.ram_mib),
             "--vcpus", str(guest.cell.vcpus), "--light", "4"],
            check=True, capture_output=True, text=True)
        return made.stdout

    def processes(self):
        """Ids of all processes of the lab."""
        pids = []
        for directory, _, files in os.walk(self.cgroup):
            if "cgroup.procs" in files:
                try:
                    pids += pathlib.Path(directory, "cgroup.procs").read_text().split()
                except OSError:
                    pass  # a scope that ended meanwhile, or a threaded one
        return pids

    def cpu_seconds(self):
        """CPU time of everything in the lab since it was started."""
        for line in (self.cgroup / "cpu.stat").read_text().splitlines():
            if line.startswith("usage_usec"):
                return int(line.split()[1]) / 1e6
        raise RuntimeError(f"no usage_usec in {self.cgroup}/cpu.stat")
