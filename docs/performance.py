"""Draws docs/performance.svg from docs/performance.json: ``python -m docs.performance``.

The numbers come from ``python -m tests.benchmarks --curve docs/performance.json``.
"""

import json
import math
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

FOLDER = Path(__file__).parent
WIDTH, HEIGHT = 430, 300
LEFT, TOP, RIGHT, BOTTOM = 68, 44, 30, 44
SERIES = {
    "board": ("the board", "#1f6fb2", ""),
    "update_cell": ("DataTable, update_cell", "#c2571a", "6 3"),
    "add_row": ("DataTable, clear and add_row", "#8a8a8a", "2 3"),
}
"""Name in the data → words, colour and dashes: told apart without colours too."""

Points = list[Mapping[str, float]]


def scale(low: float, high: float, start: float, end: float) -> Callable[[float], float]:
    """Return where a value stands on a logarithmic axis."""
    span = math.log(high / low)
    return lambda value: start + (end - start) * math.log(value / low) / span


def panel(points: Points, suffix: str, title: str, unit: str, low: float, high: float) -> str:
    """Draw one diagram over the number of queues."""
    place_x = scale(points[0]["queues"], points[-1]["queues"], LEFT, WIDTH - RIGHT)
    place_y = scale(low, high, HEIGHT - BOTTOM, TOP)
    parts = [f'<text x="{LEFT}" y="20" class="title">{title}</text>']
    for value in steps(low, high):
        y = place_y(value)
        parts.append(f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>')
        label = f"{value:,.0f} {unit}"
        parts.append(f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{label}</text>')
    for point in points:
        x, queues = place_x(point["queues"]), f"{point['queues']:,.0f}"
        if queues[0] in "12":
            words = (
                f'<text x="{x:.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{queues}</text>'
            )
            parts.append(words)
    parts.append(f'<text x="{WIDTH - RIGHT}" y="{HEIGHT - 8}" text-anchor="end">queues</text>')
    for name, (_, colour, dashes) in SERIES.items():
        line = [(place_x(one["queues"]), place_y(one[name + suffix])) for one in points]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in line)
        style = f'stroke="{colour}" stroke-width="2" stroke-dasharray="{dashes}"'
        parts.append(f'<polyline points="{path}" fill="none" {style}/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.5" fill="{colour}"/>' for x, y in line]
    return "\n".join(parts)


def steps(low: float, high: float) -> Iterable[float]:
    """Return the round values between two bounds: 1, 3, 10, 30, …"""
    power = 10 ** math.floor(math.log10(low))
    while power <= high:
        yield from (value for value in (power, 3 * power) if low <= value <= high)
        power *= 10


def legend() -> str:
    """Say which line is which."""
    parts = []
    for number, (words, colour, dashes) in enumerate(SERIES.values()):
        x = LEFT + number * 220
        style = f'stroke="{colour}" stroke-width="2" stroke-dasharray="{dashes}"'
        parts.append(
            f'<line x1="{x}" x2="{x + 30}" y1="-4" y2="-4" style="stroke:{colour}" {style}/>'
        )
        parts.append(f'<text x="{x + 36}" y="0">{words}</text>')
    return "\n".join(parts)


def drawn(points: Points) -> str:
    """Return the picture."""
    css = "text{font:12px sans-serif;fill:#444} .title{font-weight:bold} .grid line{stroke:#ddd}"
    return f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {2 * WIDTH} {HEIGHT + 34}">
<title>Cost of a poll that changes a fifth of the cells, by number of queues</title>
<style>{css}</style>
<rect width="100%" height="100%" fill="#fff"/>
<g class="grid">
{panel(points, "", "Processor a poll", "ms", 3, 3_000)}
</g>
<g class="grid" transform="translate({WIDTH} 0)">
{panel(points, " bytes", "Bytes to the terminal a poll", "B", 300, 30_000)}
</g>
<g transform="translate(0 {HEIGHT + 20})">
{legend()}
</g>
</svg>
"""


if __name__ == "__main__":
    data = json.loads((FOLDER / "performance.json").read_text(encoding="utf-8"))
    (FOLDER / "performance.svg").write_text(drawn(data), encoding="utf-8")
