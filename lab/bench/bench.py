# SPDX-License-Identifier: Apache-2.0
# Copyright the Orthus for CloudStack authors
"""usage: bench.py quick|full LAB GUEST.QCOW2 RESULTS

Measures on a lab host that is up, prints the table, and writes figures.json,
table.md and performance.svg into the directory RESULTS, after each round, so
that an interrupted run leaves what it has.
"""

import dataclasses
import itertools
import json
import pathlib
import sys
import time

import figures
from labhost import WAIT_UP_S, Lab
from meter import Meter
from ways import BareCpr, Engine, LiveMigration

# What is touched of a guest's RAM: three quarters, but for what its kernel and
# the rest of the workload need.
SPARE_MIB = 80


@dataclasses.dataclass(frozen=True)
class Cell:
    """One sort of guests. memory: idle, touched or dirtied."""

    ram_mib: int
    memory: str
    vcpus: int = 1
    count: int = 1

    def label(self):
        ram = f"{self.ram_mib // 1024} GiB" if self.ram_mib >= 1024 else f"{self.ram_mib} MiB"
        text = f"{ram}, {self.memory}"
        text += f", {self.vcpus} vCPUs" if self.vcpus > 1 else ""
        return f"{self.count} × {text}" if self.count > 1 else text


@dataclasses.dataclass(frozen=True)
class Guest:
    cell: Cell
    number: int

    @property
    def name(self):
        return f"bench-{self.number}"

    @property
    def ip(self):
        return f"10.9.0.{self.number}"


QUICK = (3, (
    Cell(256, "idle"), Cell(256, "dirtied"), Cell(1024, "idle"), Cell(1024, "touched"),
    Cell(1024, "idle", vcpus=2), Cell(256, "idle", count=8)))
FULL = (5, tuple(
    Cell(ram, memory, vcpus)
    for ram in (256, 1024, 4096, 12288) for memory in ("idle", "touched", "dirtied") for vcpus in (1, 2, 4)
) + tuple(Cell(256, memory, count=8) for memory in ("idle", "touched", "dirtied")))


def prepare(lab, guests):
    """Waits for the guests and brings their memory into the wanted state."""
    for guest in guests:
        lab.watch("wait", guest.ip, "up", str(WAIT_UP_S))
        if guest.cell.memory != "idle":
            lab.watch("command", guest.ip, "600", "touch", str(guest.cell.ram_mib * 3 // 4 - SPARE_MIB))
        if guest.cell.memory == "dirtied":
            lab.watch("command", guest.ip, "dirty", "on")
    for guest in guests:
        lab.watch("reset", guest.ip)


def measure(lab, way, cell, numbers):
    """One move of one cell's guests. Their addresses were not in use for a
    while, so that nobody takes the last word of an earlier guest for theirs."""
    guests = [Guest(cell, next(numbers)) for _ in range(cell.count)]
    try:
        way.start(guests)
        prepare(lab, guests)
        with Meter(lab) as meter:
            moves = way.move(guests)
        results = []
        for guest, move in zip(guests, moves):
            gap = None
            if move.pause_ms is not None:
                # A guest that ran on answers; that is the proof that it does.
                lab.watch("command", guest.ip, "dirty", "off")
                gap = lab.watch("stats", guest.ip)["gap_max_ns"] / 1e6
            results.append({
                "cell": cell.label(), "way": way.name, "pause_ms": move.pause_ms,
                "total_ms": move.total_ms, "gap_ms": gap,
                "extra_mib": meter.extra_mib / cell.count, "cpu_s": meter.cpu_s / cell.count})
        return results
    finally:
        way.stop(guests)


def write(results, cells, ways, directory):
    tried = {result["cell"] for result in results}
    labels = [cell.label() for cell in cells if cell.label() in tried]
    names = [way.name for way in ways]
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "figures.json").write_text(json.dumps(results, indent=1) + "\n")
    (directory / "table.md").write_text(figures.markdown(results, labels, names))
    (directory / "performance.svg").write_text(figures.svg(results, labels, names))


def main():
    mode, lab_name, image, directory = sys.argv[1:]
    repeats, cells = FULL if mode == "full" else QUICK
    lab = Lab(lab_name, image)
    ways = [Engine(lab), BareCpr(lab), LiveMigration(lab)]
    numbers = itertools.cycle(range(10, 70))  # the watcher knows 64 addresses at most
    results = []
    directory = pathlib.Path(directory)
    begin = time.monotonic()
    for repeat in range(repeats):
        for cell in cells:
            if cell.count > 1 and repeat > 0 and mode == "quick":
                continue  # one round has eight guests already
            for way in ways:
                print(f"{time.monotonic() - begin:6.0f} s  round {repeat + 1} of {repeats}: "
                      f"{cell.label()}: {way.name}", flush=True)
                try:
                    results += measure(lab, way, cell, numbers)
                except (RuntimeError, OSError, TimeoutError, EOFError) as error:
                    print(f"    failed: {error}", flush=True)
                    results.append({"cell": cell.label(), "way": way.name, "pause_ms": None, "total_ms": None,
                                    "gap_ms": None, "extra_mib": None, "cpu_s": None})
            write(results, cells, ways, directory)
    print((directory / "table.md").read_text())
    return 1 if any(r["way"] == "orthus" and r["total_ms"] is None for r in results) else 0


if __name__ == "__main__":
    sys.exit(main())
