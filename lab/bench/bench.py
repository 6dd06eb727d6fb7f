# SPDX-License-Identifier: Apache-2.0
# Copyright the Orthus for CloudStack authors
"""usage: bench.py default|full|CELLS LAB GUEST.QCOW2 RESULTS

Measures on a lab host that is up, prints the table, and writes figures.json,
table.md and performance.svg into the directory RESULTS, after each cell, so
that an interrupted run leaves what it has.
"""

import dataclasses
import itertools
import json
import pathlib
import sys
import time

import cells
import figures
from labhost import WAIT_UP_S, Lab
from meter import Meter
from ways import BareCpr, Engine, LiveMigration

FIRST = "first upgrade of a host"


@dataclasses.dataclass(frozen=True)
class Guest:
    cell: cells.Cell
    number: int

    @property
    def name(self):
        return f"bench-{self.number}"

    @property
    def ip(self):
        return f"10.9.0.{self.number}"


def prepare(lab, guests):
    """Waits for the guests and brings their memory into the wanted state."""
    for guest in guests:
        lab.watch("wait", guest.ip, "up", str(WAIT_UP_S))
        if guest.cell.memory != "idle":
            lab.watch("command", guest.ip, "600", "touch", str(guest.cell.touched_mib()))
        if guest.cell.memory == "dirtied":
            lab.watch("command", guest.ip, "dirty", "on")
    for guest in guests:
        lab.watch("reset", guest.ip)


def start_once(lab, way, cell, numbers):
    guests = [Guest(cell, next(numbers)) for _ in range(cell.count)]
    try:
        way.start(guests)
        prepare(lab, guests)
    except BaseException:
        way.stop(guests)
        raise
    return guests


def start(lab, way, cell, numbers):
    """Guests that are up. One that does not boot says nothing about a way of
    moving it: then all are started once more, under other addresses."""
    try:
        return start_once(lab, way, cell, numbers)
    except (RuntimeError, OSError, EOFError) as error:
        print(f"    started again: {error}", flush=True)
        return start_once(lab, way, cell, numbers)


def failed(label, way):
    return {"cell": label, "way": way.name} | {field: None for field in figures.FIELDS}


def measure(lab, way, cell, label, numbers):
    """One move of one cell's guests. Their addresses were not in use for a
    while, so that nobody takes the last word of an earlier guest for theirs."""
    guests = start(lab, way, cell, numbers)
    try:
        if label != FIRST:
            way.rehearse(guests)
        with Meter(lab) as meter:
            moves = way.move(guests)
        through = [move.total_ms for move in moves if move.total_ms is not None]
        results = []
        for guest, move in zip(guests, moves):
            gap = None
            if move.pause_ms is not None:
                # A guest that ran on answers; that is the proof that it does.
                lab.watch("command", guest.ip, "dirty", "off")
                gap = lab.watch("stats", guest.ip)["gap_max_ns"] / 1e6
            results.append({
                "cell": label, "way": way.name, "pause_ms": move.pause_ms, "gap_ms": gap,
                "total_ms": move.total_ms,
                "share_ms": max(through) / cell.count if len(through) == cell.count else None,
                "command_ms": move.command_ms,
                "extra_mib": meter.extra_mib / cell.count, "cpu_s": meter.cpu_s / cell.count})
        return results
    finally:
        way.stop(guests)


def attempt(lab, way, cell, label, numbers):
    try:
        return measure(lab, way, cell, label, numbers)
    except (RuntimeError, OSError, TimeoutError, EOFError) as error:
        print(f"    failed: {error}", flush=True)
        return [failed(label, way)]


def write(results, labels, ways, directory):
    tried = {result["cell"] for result in results}
    labels = [label for label in labels if label in tried]
    names = [way.name for way in ways]
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "figures.json").write_text(json.dumps(results, indent=1) + "\n")
    (directory / "table.md").write_text(figures.markdown(results, labels, names))
    (directory / "performance.svg").write_text(figures.svg(results, labels, names))


def available_mib():
    for line in pathlib.Path("/proc/meminfo").read_text().splitlines():
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) // 1024
    raise RuntimeError("no MemAvailable in /proc/meminfo")


def main():
    wanted, lab_name, image, directory = sys.argv[1:]
    plan = cells.of(wanted)
    lab = Lab(lab_name, image)
    ways = [Engine(lab), BareCpr(lab), LiveMigration(lab)]
    numbers = itertools.cycle(range(10, 70))  # the watcher knows 64 addresses at most
    labels = [FIRST] + [cell.label() for cell, _ in plan]
    directory = pathlib.Path(directory)
    begin = time.monotonic()

    def say(text):
        print(f"{time.monotonic() - begin:6.0f} s  {text}", flush=True)

    say(f"{FIRST}: {ways[0].name}")
    results = attempt(lab, ways[0], cells.Cell(256, "idle"), FIRST, numbers)
    for repeat in range(max(rounds for _, rounds in plan)):
        for cell, rounds in plan:
            if repeat >= rounds:
                continue
            if available_mib() < cell.needed_mib():
                say(f"{cell.label()}: left out, {cell.needed_mib()} MiB of memory are not free")
                continue
            # Which way is first changes from round to round.
            for way in ways[repeat % len(ways):] + ways[:repeat % len(ways)]:
                say(f"round {repeat + 1} of {rounds}: {cell.label()}: {way.name}")
                results += attempt(lab, way, cell, cell.label(), numbers)
            write(results, labels, ways, directory)
    print((directory / "table.md").read_text())
    return 1 if any(r["way"] == "orthus" and r["total_ms"] is None for r in results) else 0


if __name__ == "__main__":
    sys.exit(main())
