# SPDX-License-Identifier: Apache-2.0
# Copyright the Orthus for CloudStack authors
"""Figures as Markdown tables."""

import statistics

from plot import svg  # noqa: F401, the third form in which figures are shown

# Of a result, with its heading and how many digits after the point it has.
COLUMNS = {
    "pause_ms": ("pause, ms", 0),
    "gap_ms": ("heartbeat gap, ms", 0),
    "total_ms": ("total, ms", 0),
    "share_ms": ("host's total per VM, ms", 0),
    "command_ms": ("whole command, ms", 0),
    "extra_mib": ("extra memory, MiB", 0),
    "cpu_s": ("CPU, s", 1),
}
FIELDS = tuple(COLUMNS)
RATIOS = (("pause_ms", "bare CPR"), ("pause_ms", "live migration"), ("total_ms", "live migration"),
          ("share_ms", "live migration"))


def values(results, cell, way, field):
    return [r[field] for r in results if r["cell"] == cell and r["way"] == way and r[field] is not None]


def tried(results, cell, way):
    return sum(r["cell"] == cell and r["way"] == way for r in results)


def spread(numbers, digits):
    """Median, and least and greatest where there are several."""
    if not numbers:
        return "-"
    text = f"{statistics.median(numbers):.{digits}f}"
    if len(numbers) > 1:
        text += f" ({min(numbers):.{digits}f}–{max(numbers):.{digits}f})"
    return text


def row(cells):
    return "| " + " | ".join(cells) + " |"


def markdown(results, cells, ways):
    heading = ["guests", "way", "through"] + [title for title, _ in COLUMNS.values()]
    lines = [row(heading), "|" + "---|" * len(heading)]
    for cell in cells:
        for way in ways:
            runs = tried(results, cell, way)
            if runs:
                done = len(values(results, cell, way, "total_ms"))
                lines.append(row([cell, way, f"{done} of {runs}"] + [
                    spread(values(results, cell, way, field), digits) for field, (_, digits) in COLUMNS.items()]))
    lines += ["", row(["guests"] + [f"{COLUMNS[field][0].removesuffix(', ms')} / that of {other}"
                                    for field, other in RATIOS]), "|" + "---|" * (len(RATIOS) + 1)]
    for cell in cells:
        if all(tried(results, cell, way) for way in ways):
            lines.append(row([cell] + [ratio(results, cell, *of) for of in RATIOS]))
    return "\n".join(lines) + "\n"


def ratio(results, cell, field, other):
    """Of the medians; in brackets what the extremes of both would give."""
    mine, others = values(results, cell, "orthus", field), values(results, cell, other, field)
    if not mine or not others:
        return "-"
    return (f"{statistics.median(mine) / statistics.median(others):.2f} "
            f"({min(mine) / max(others):.2f}–{max(mine) / min(others):.2f})")
