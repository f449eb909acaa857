"""Lines of text: the head and the body of a page, and how its pictures are drawn in letters."""

import math
from collections.abc import Sequence

from rich.cells import cell_len

from wallboard.model.judge.rules import Level
from wallboard.ui.widgets.text.line_widget import LineWidget, Pieces, join_runs

_BARS = "▁▂▃▄▅▆▇"
GAP = "·"
"""Stands in a trend where nothing was measured."""

_STRIP = {
    Level.UNKNOWN: (GAP, "gap"),
    Level.NORMAL: ("▁", "calm"),
    Level.WARNING: ("▄", "bar-warning"),
    Level.CRITICAL: ("▇", "bar-critical"),
}


class TextPanel(LineWidget):
    """As high as its lines."""

    PREFIX = "sheet"

    def show(self, lines: Sequence[Pieces]) -> None:
        """Draw the lines and take their height."""
        if self.styles.height is None or self.styles.height.value != len(lines):
            self.styles.height = max(1, len(lines))
        self.paint(lines)


def sparkline(slots: Sequence[float | None]) -> Pieces:
    """Return one bar a slot, from 0 to the highest of them; what is not 0 stands out from 0."""
    high = max((slot for slot in slots if slot is not None), default=0)
    return join_runs([_bar(slot, high) for slot in slots])


def _bar(value: float | None, high: float) -> tuple[str, str]:
    if value is None:
        return GAP, "gap"
    if value <= 0 or high <= 0:
        return _BARS[0], "trend"
    return _BARS[math.ceil(value / high * (len(_BARS) - 1))], "trend"


def level_strip(levels: Sequence[Level]) -> Pieces:
    """Return one bar a level, the higher the worse: a level is never told by colour alone."""
    return join_runs([_STRIP[level] for level in levels])


def wrap(text: str, width: int) -> list[str]:
    """Return ``text`` in lines of at most ``width`` columns, broken at blanks where it can be."""
    lines = [""]
    for word in text.split(" "):
        room = width - cell_len(lines[-1]) - (1 if lines[-1] else 0)
        if lines[-1] and cell_len(word) > room:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}" if lines[-1] else word
    return lines
