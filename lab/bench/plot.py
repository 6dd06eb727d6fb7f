# SPDX-License-Identifier: Apache-2.0
# Copyright the Orthus for CloudStack authors
"""Figures as a plot: pause and total side by side, for each sort of guests a bar
to the median and a dot for each run, on a logarithmic scale."""

import math
import statistics

COLOURS = {"orthus": "#c0392b", "bare CPR": "#d9a514", "live migration": "#2c6fbb"}
PANELS = (("pause_ms", "Pause of the guest", 10, 10_000), ("total_ms", "From the command to the resumed guest", 100, 100_000))

LABELS, PANEL, GAP = 170, 370, 64  # widths
TOP, ROW, SPACE, BOTTOM = 78, 15, 11, 34  # heights
INK, GRID = "#333", "#ddd"


def text(x, y, content, **attributes):
    given = "".join(f' {name.replace("_", "-")}="{value}"' for name, value in attributes.items())
    return f'<text x="{x:.1f}" y="{y:.1f}"{given}>{content}</text>'


def line(x1, y1, x2, y2, colour):
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}"/>'


def duration(ms):
    return f"{ms:.0f} ms" if ms < 995 else f"{ms / 1000:.1f} s"


def svg(results, cells, ways):
    cells = [cell for cell in cells if {r["way"] for r in results if r["cell"] == cell} >= set(ways)]
    block = len(ways) * ROW + SPACE
    width, height = LABELS + 2 * PANEL + GAP + 56, TOP + len(cells) * block + BOTTOM
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
           f'font-family="sans-serif" font-size="12" fill="{INK}">',
           f'<rect width="{width}" height="{height}" fill="white"/>']
    for n, way in enumerate(ways):
        x = LABELS + n * 125
        out += [f'<rect x="{x}" y="12" width="11" height="11" fill="{COLOURS[way]}"/>', text(x + 17, 22, way)]
    out.append(text(LABELS + len(ways) * 125, 22, "bar: median, dot: one run", fill="#777"))
    for n, cell in enumerate(cells):
        y = TOP + n * block
        if n % 2 == 0:
            out.append(f'<rect x="0" y="{y}" width="{width}" height="{block}" fill="#f7f7f7"/>')
        out.append(text(LABELS - 10, y + block / 2 + 4, cell, text_anchor="end"))
    for n, (field, title, low, high) in enumerate(PANELS):
        out += panel(results, cells, ways, field, title, low, high, LABELS + n * (PANEL + GAP))
    return "\n".join(out + ["</svg>"]) + "\n"


def panel(results, cells, ways, field, title, low, high, x0):
    def x(value):
        return x0 + PANEL * math.log10(min(max(value, low), high) / low) / math.log10(high / low)

    block = len(ways) * ROW + SPACE
    end = TOP + len(cells) * block
    out = [text(x0, TOP - 28, title, font_weight="bold")]
    for decade in range(round(math.log10(low)), round(math.log10(high)) + 1):
        tick = 10 ** decade
        out.append(line(x(tick), TOP, x(tick), end, GRID))
        for y in (TOP - 8, end + 16):
            out.append(text(x(tick), y, f"{tick} ms" if tick < 1000 else f"{tick // 1000} s", text_anchor="middle",
                            font_size=10))
    for c, cell in enumerate(cells):
        for w, way in enumerate(ways):
            y = TOP + c * block + SPACE / 2 + w * ROW
            numbers = [r[field] for r in results if r["cell"] == cell and r["way"] == way and r[field] is not None]
            out += bar(numbers, x, x0, y, COLOURS[way])
    return out + [line(x0, TOP, x0, end, INK)]


def bar(numbers, x, x0, y, colour):
    if not numbers:
        return [text(x0 + 6, y + ROW - 4, "not through", fill=colour, font_size=10)]
    median = statistics.median(numbers)
    out = [f'<rect x="{x0}" y="{y + 2:.1f}" width="{max(1.0, x(median) - x0):.1f}" height="{ROW - 4}" fill="{colour}" '
           'opacity="0.55"/>']
    out += [f'<circle cx="{x(n):.1f}" cy="{y + ROW / 2:.1f}" r="2.6" fill="{colour}"/>' for n in numbers]
    return out + [text(x(max(numbers)) + 7, y + ROW - 4, duration(median), font_size=10)]
