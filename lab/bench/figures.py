# SPDX-License-Identifier: Apache-2.0
# Copyright the Orthus for CloudStack authors
"""Figures as a Markdown table and as a plot."""

import statistics

FIELDS = ("pause_ms", "gap_ms", "total_ms", "extra_mib", "cpu_s")
HEADING = ("guests", "way", "runs", "pause, ms", "heartbeat gap, ms", "total, ms",
           "extra memory, MiB", "CPU, s")
COLOURS = {"orthus": "#c0392b", "bare CPR": "#e5a50a", "live migration": "#2c6fbb"}


def values(results, cell, way, field):
    return [r[field] for r in results if r["cell"] == cell and r["way"] == way and r[field] is not None]


def spread(numbers, digits=0):
    """Median, and least and greatest where there are several."""
    if not numbers:
        return "not through"
    text = f"{statistics.median(numbers):.{digits}f}"
    if len(numbers) > 1:
        text += f" ({min(numbers):.{digits}f}–{max(numbers):.{digits}f})"
    return text


def markdown(results, cells, ways):
    lines = ["| " + " | ".join(HEADING) + " |", "|" + "---|" * len(HEADING)]
    for cell in cells:
        for way in ways:
            done = values(results, cell, way, "total_ms")
            tried = sum(r["cell"] == cell and r["way"] == way for r in results)
            lines.append("| " + " | ".join(
                [cell, way, f"{len(done)} of {tried}"] +
                [spread(values(results, cell, way, f), 1 if f == "cpu_s" else 0) for f in FIELDS]) + " |")
    lines += ["", "| guests | pause / bare CPR's | pause / live migration's | total / live migration's |",
              "|---|---|---|---|"]
    for cell in cells:
        lines.append(f"| {cell} | {ratio(results, cell, 'pause_ms', 'bare CPR')} | "
                     f"{ratio(results, cell, 'pause_ms', 'live migration')} | "
                     f"{ratio(results, cell, 'total_ms', 'live migration')} |")
    return "\n".join(lines) + "\n"


def ratio(results, cell, field, other):
    """Of the medians; in brackets what the extremes of both would give."""
    mine, others = values(results, cell, "orthus", field), values(results, cell, other, field)
    if not mine or not others:
        return "-"
    return (f"{statistics.median(mine) / statistics.median(others):.2f} "
            f"({min(mine) / max(others):.2f}–{max(mine) / min(others):.2f})")


def svg(results, cells, ways):
    """Pause and total side by side, a dot for each run, a bar for the median;
    the scale is logarithmic."""
    left, top, row, panel = 190, 60, 20, 330
    height = top + len(cells) * (len(ways) * row + 16) + 20
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + 2 * panel + 40}" height="{height}" '
           'font-family="sans-serif" font-size="12">', '<rect width="100%" height="100%" fill="white"/>']
    for n, way in enumerate(ways):
        out.append(f'<rect x="{left + n * 130}" y="10" width="10" height="10" fill="{COLOURS[way]}"/>'
                   f'<text x="{left + n * 130 + 15}" y="20">{way}</text>')
    for p, (field, title, low, high) in enumerate(
            (("pause_ms", "pause (ms)", 10, 10_000), ("total_ms", "total (ms)", 100, 100_000))):
        x0 = left + p * (panel + 20)
        out += axis(x0, panel, top, height, title, low, high)
        y = top + 8
        for cell in cells:
            if p == 0:
                out.append(f'<text x="{left - 8}" y="{y + row * len(ways) / 2 + 4}" text-anchor="end">{cell}</text>')
            for way in ways:
                out += bar(x0, panel, y, values(results, cell, way, field), COLOURS[way], low, high)
                y += row
            y += 16
    return "\n".join(out + ["</svg>"]) + "\n"


def position(value, panel, low, high):
    from math import log10
    return panel * log10(min(max(value, low), high) / low) / log10(high / low)


def axis(x0, panel, top, height, title, low, high):
    out = [f'<text x="{x0}" y="{top - 20}" font-weight="bold">{title}</text>']
    tick = low
    while tick <= high:
        x = x0 + position(tick, panel, low, high)
        out.append(f'<line x1="{x:.1f}" y1="{top}" x2="{x:.1f}" y2="{height - 20}" stroke="#ddd"/>'
                   f'<text x="{x:.1f}" y="{top - 4}" text-anchor="middle" font-size="10">{tick}</text>')
        tick *= 10
    return out


def bar(x0, panel, y, numbers, colour, low, high):
    if not numbers:
        return [f'<text x="{x0 + 4}" y="{y + 12}" fill="{colour}" font-size="10">not through</text>']
    width = max(1.0, position(statistics.median(numbers), panel, low, high))
    return [f'<rect x="{x0}" y="{y + 2}" width="{width:.1f}" height="14" fill="{colour}" opacity="0.6"/>'] + [
        f'<circle cx="{x0 + position(n, panel, low, high):.1f}" cy="{y + 9}" r="2.5" fill="{colour}"/>'
        for n in numbers]
