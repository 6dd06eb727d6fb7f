# SPDX-License-Identifier: Apache-2.0
# Copyright the Orthus for CloudStack authors
"""Which sorts of guests are measured. As a program: tells what BENCH asks for,
or what is wrong with it (exit status 2)."""

import dataclasses
import re
import sys

# What is touched of a guest's RAM: three quarters, but for what its kernel and
# the rest of the workload need.
SPARE_MIB = 80
# Of this size on, two rounds must do: a live migration takes its time.
LARGE_MIB = 4096
LARGE_ROUNDS = 2


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

    def touched_mib(self):
        return 0 if self.memory == "idle" else self.ram_mib * 3 // 4 - SPARE_MIB

    def needed_mib(self):
        """What a live migration takes of the host: each guest twice, and its QEMUs."""
        return self.count * 2 * (self.touched_mib() + 256)


def usual():
    """(cell, rounds): every question once, in some 25 minutes on a quiet machine."""
    cells = [Cell(ram, "touched") for ram in (256, 1024, 4096, 12288)]
    cells += [Cell(1024, "idle"), Cell(1024, "dirtied"), Cell(4096, "dirtied"),
              Cell(1024, "touched", vcpus=4), Cell(256, "idle", count=8)]
    return [(cell, LARGE_ROUNDS if cell.ram_mib >= LARGE_MIB or cell.count > 1 else 3) for cell in cells]


def full():
    """The whole matrix; it takes hours."""
    cells = [Cell(ram, memory, vcpus)
             for ram in (256, 1024, 4096, 12288) for memory in ("idle", "touched", "dirtied") for vcpus in (1, 2, 4)]
    cells += [Cell(256, memory, count=8) for memory in ("idle", "touched", "dirtied")]
    return [(cell, 5) for cell in cells]


def chosen(text):
    """(cell, rounds) of, for example, "1024:touched,256:idle:1:8x2": RAM in MiB, memory,
    vCPUs, how many at once, rounds; what is left out is 1, or 3 rounds."""
    cells = []
    for word in text.split(","):
        match = re.fullmatch(r"(\d{3,5}):(idle|touched|dirtied)(?::([1-9]))?(?::([1-9]\d?))?(?:x([1-9]\d?))?", word)
        if not match or int(match[1]) < 256:
            raise ValueError(f"'{word}' is no sort of guests; one is, for example, 1024:touched or 256:idle:1:8x2")
        ram, memory, vcpus, count, rounds = match.groups()
        cells.append((Cell(int(ram), memory, int(vcpus or 1), int(count or 1)), int(rounds or 3)))
    return cells


def of(text):
    """What BENCH asks for."""
    return {"default": usual, "full": full}.get(text, lambda: chosen(text))()


def main():
    try:
        for cell, rounds in of(sys.argv[1]):
            print(f"{cell.label()}: {rounds} rounds")
    except ValueError as error:
        print(f"bench: BENCH={sys.argv[1]}: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
