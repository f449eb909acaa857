"""Pictures of a day in letters: a line over the range that is usual."""

from collections.abc import Sequence
from typing import TypeVar

from wallboard.model.data.metric import Worse
from wallboard.model.judge.usual import Band
from wallboard.model.view.day import DayLine, QueueDay
from wallboard.model.view.format import value
from wallboard.ui.widgets.columns import fit
from wallboard.ui.widgets.text.line_widget import Pieces, join_runs

ROWS = 3
"""Lines of a picture; each is two values high."""

_HALVES = 2 * ROWS
_BAND, _UPPER, _LOWER = "░", "▀", "▄"
_SCALE = 9
"""Columns of what the highest place stands for."""

T = TypeVar("T")


def day_lines(day: QueueDay, label: int, room: int) -> list[Pieces]:
    """Return a queue's day, a picture a metric; ``label``: columns of what stands before them."""
    count = len(day.hours)
    step = -(-count // max(1, min(count, room - label - _SCALE)))
    usual = any(band is not None for line in day.lines for band in line.bands)
    about = f"   each {15 * step} min" + ("; ░ is usual at this time of the week" if usual else "")
    lines: list[Pieces] = [(("Today", "heading"), (about, "label"))]
    for line in day.lines:
        lines += _picture(line, step, label)
    return [*lines, ((" " * label, ""), (_hours(day.hours, step), "label"))]


def _picture(line: DayLine, step: int, label: int) -> list[Pieces]:
    values = [_worst(line, part) for part in _parts(line.values, step)]
    bands = [_widest(part) for part in _parts(line.bands, step)]
    tops = [item.high for item in bands if item] + [item for item in values if item is not None]
    top = max(tops, default=0)
    places = [
        (
            None if item is None else _half(item, top),
            None if band is None else (_half(band.low, top), _half(band.high, top)),
        )
        for item, band in zip(values, bands, strict=True)
    ]
    lines: list[Pieces] = []
    for row in reversed(range(ROWS)):
        cells = [_cell(place, band, 2 * row) for place, band in places]
        first = row == ROWS - 1
        head = fit(f"  {line.metric.label}" if first else "", label)
        # Where nothing is above 0 there is no other height to tell.
        scale = f"  {value(line.metric, top)}" if first and top else "  0" if not row else ""
        lines.append(((head, "label"), *join_runs(cells), (scale, "label")))
    return lines


def _parts(values: Sequence[T], step: int) -> list[Sequence[T]]:
    return [values[at : at + step] for at in range(0, len(values), step)]


def _worst(line: DayLine, part: Sequence[float | None]) -> float | None:
    known = [item for item in part if item is not None]
    pick = min if line.metric.worse is Worse.DOWN else max
    return pick(known) if known else None


def _widest(part: Sequence[Band | None]) -> Band | None:
    known = [item for item in part if item is not None]
    if not known:
        return None
    lows, middles, highs = zip(*known, strict=True)
    return Band(min(lows), max(middles), max(highs))


def _half(number: float, top: float) -> int:
    return min(_HALVES - 1, round(number / top * (_HALVES - 1))) if top > 0 else 0


def _cell(place: int | None, band: tuple[int, int] | None, base: int) -> tuple[str, str]:
    """Return one sign; ``base``: the lower of its two halves."""
    if place in (base, base + 1):
        return (_LOWER if place == base else _UPPER), "trend"
    inside = band is not None and band[0] <= base + 1 and band[1] >= base
    return (_BAND, "gap") if inside else (" ", "")


def _hours(hours: Sequence[str], step: int) -> str:
    """Return the local hours under the picture, as many as there is room for."""
    text = ""
    for at, part in enumerate(_parts(hours, step)):
        hour = next(filter(None, part), "")
        if hour and int(hour) % 3 == 0 and len(text) <= at:
            text += " " * (at - len(text)) + hour + " "
    return text.rstrip()
