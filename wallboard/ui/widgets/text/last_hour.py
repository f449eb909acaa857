"""The last hour of a queue in letters: a line a metric, or charts with the bounds drawn in them."""

import math
from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import itemgetter

from rich.cells import cell_len

from wallboard.model.data.metric import Unit, Worse
from wallboard.model.feeds.freshness import Freshness
from wallboard.model.judge.rules import Level, Rule
from wallboard.model.view.format import bound_text
from wallboard.model.view.last_hour import Trend
from wallboard.model.view.queue_page import QueueView
from wallboard.model.view.row import Tone
from wallboard.ui.widgets.columns import fit
from wallboard.ui.widgets.text.line_widget import Pieces, join_runs
from wallboard.ui.widgets.text.text_panel import GAP, level_strip, sparkline

_INDENT = 2
_MOST_SLOTS, _LEAST_SLOTS = 120, 10
_SPAN = 20
"""Columns of a range: ``99:59:59 to 99:59:59``."""

_AND = " · "

_SCALE = 7
"""Columns of a number of a scale and the sign beside it."""

_MOST_ROWS, _ROOMY = 7, 4
"""Rows of a trend; those from which on one of them is blank."""

LEAST_ROWS, _MOST_OF_TOTALS = 3, 12
"""Rows of a chart of totals."""

_LABEL_OF_TOTALS = 20
"""Columns of the words before such a chart."""

_BESIDE = 3
"""Rows of the heading over the trends, of levels and of the time."""

_LEAST_HIGH = {Unit.MILLISECONDS: 60_000.0}
"""What a chart without bounds reaches at least: one of seconds would make much of little."""

_COLOURS = ("trend", "bar-warning", "bar-critical")

_PARTS = " ▁▂▃▄▅▆▇█"
_BOUND = "┄"
_LEAST_LINE = 1
"""Signs of a bound's line on either side of its word."""


def label_width(trends: Sequence[Trend]) -> int:
    """Return the columns of the words before the trends."""
    return max(cell_len(trend.metric.label) for trend in trends) + 2 * _INDENT


def slots_of_totals(room: int) -> int:
    """Return into how many parts the hour of totals is divided in ``room`` columns."""
    return max(_LEAST_SLOTS, min(_MOST_SLOTS, room - _LABEL_OF_TOTALS - _SCALE - _INDENT))


def slot_count(room: int, view: QueueView, *, charts: bool = False) -> int:
    """Return into how many parts the hour is divided in ``room`` columns."""
    usually = max((len(_AND + trend.usually) for trend in view.trends if trend.usually), default=0)
    beside = _SCALE if charts else 2 + _SPAN + usually
    return max(_LEAST_SLOTS, min(_MOST_SLOTS, room - label_width(view.trends) - beside))


def hour_lines(view: QueueView) -> list[Pieces]:
    """Return the trends of the last hour over each other, then the level, then the time."""
    label = label_width(view.trends)
    lines: list[Pieces] = [(("Last hour", "heading"),)]
    for trend in view.trends:
        name = fit(f"  {trend.metric.label}", label)
        usually = ((_AND + trend.usually, "label"),) if trend.usually else ()
        span = ((f"  {trend.span}", "normal"), *usually)
        lines.append(((name, "label"), *sparkline(trend.slots), *span))
    known = [level for level in view.strip if level is not Level.UNKNOWN]
    words = dict.fromkeys(item.word for item in (min(known), max(known))) if known else "–"
    return [*lines, *_levels(view, label, f"  {' to '.join(words)}")]


def chart_rows(view: QueueView, room: int) -> int:
    """Return how high each trend can be where there is room for so many rows; 1: no charts."""
    return max(1, min(_MOST_ROWS, (room - _BESIDE) // len(view.trends)))


def hour_in_charts(view: QueueView, rows: int) -> list[Pieces]:
    """Return the same with trends that are ``rows`` high, their scales and bounds beside them."""
    label = label_width(view.trends)
    lines: list[Pieces] = [(("Last hour", "heading"),), *_charts(view.trends, rows, label)]
    lines += _levels(view, label + _SCALE)
    return lines if view.state < Freshness.STALE else _without_colours(lines)


def totals_in_charts(
    trends: Sequence[Trend], over: str, room: int, *, old: bool = False
) -> list[Pieces]:
    """Return the hour of as many totals as have room in ``room`` rows; nothing where none has.

    ``over``: of which queues; ``old``: they are not of now.
    """
    number = min(len(trends), (room - 2) // LEAST_ROWS)
    if number < 1:
        return []
    shown = trends[:number]
    rows = min(_MOST_OF_TOTALS, (room - 2) // number)
    lines = [
        ((f"{' ' * _INDENT}Last hour of {over}", "label"),),
        *_charts(shown, rows, _LABEL_OF_TOTALS),
        ((" " * (_LABEL_OF_TOTALS + _SCALE), ""), (_axis(len(shown[0].slots)), "label")),
    ]
    return _without_colours(lines) if old else lines


def _charts(trends: Sequence[Trend], rows: int, label: int) -> list[Pieces]:
    """Return trends over each other, each ``rows`` high with the blank line before it."""
    apart = int(rows >= _ROOMY)
    lines: list[Pieces] = []
    for trend in trends:
        lines += [()] * (apart if trend is not trends[0] else 0)
        names = (trend.metric.label, trend.usually)
        for number, (scale, bars) in enumerate(chart(trend, rows - apart)):
            name = fit(f"  {names[number]}" if number < len(names) else "", label)
            lines.append(((f"{name}{scale}", "label"), *bars))
    return lines


def _without_colours(lines: Sequence[Pieces]) -> list[Pieces]:
    """Return charts of what is not of now: how high it was is seen all the same."""
    return [
        tuple((text, Tone.OLD if style in _COLOURS else style) for text, style in line)
        for line in lines
    ]


def _levels(view: QueueView, label: int, words: str = "") -> list[Pieces]:
    """Return the levels of the hour, and the time below them."""
    strip = level_strip(view.strip)
    return [
        ((fit("  Level", label), "label"), *strip, (words, "normal")),
        ((" " * label, ""), (_axis(len(view.strip)), "label")),
    ]


def _axis(count: int) -> str:
    """Return the scale under the trends: when their first, middle and last part was."""
    words = ("60 min ago", "30 min", "now")
    blank = count - sum(map(len, words))
    if blank < 4:
        return fit(words[-1], count, right=True)
    middle = count // 2 - len(words[0]) - len(words[1]) // 2
    return words[0] + " " * middle + words[1] + " " * (blank - middle) + words[2]


# Charts.


def chart(trend: Trend, rows: int) -> list[tuple[str, Pieces]]:
    """Return a trend ``rows`` high from the top: the number of its scale, and the bars.

    A bar that has reached a bound covers its line; which bound it is, is told where one has.
    """
    unit = _unit(trend, rows)
    # Below one row there is nothing: a bound that is lower than a row is high has no line.
    rows_of = (
        (math.floor(bound / unit + 1e-9), bound, word) for bound, word in _bounds(trend.rule)
    )
    bounds = {row: (bound, word) for row, bound, word in rows_of if row}
    high = max((slot for slot in trend.slots if slot is not None), default=None)
    # Of zeros alone, with no bound over them, the highest row tells what it would stand for.
    top = math.ceil((high or 0) / unit - 1e-9) - 1 if high or bounds else rows - 1
    # The highest is not told a second time where it is a bound.
    told = {bound_text(trend.metric, bound) for bound, _ in bounds.values()}
    highest = bound_text(trend.metric, high or unit * rows)
    made = []
    for row in range(rows - 1, -1, -1):
        bound, word = bounds.get(row, (None, ""))
        scale = " " * (_SCALE - 1) + "│"
        if bound is not None:
            scale = f"{bound_text(trend.metric, bound)}┼".rjust(_SCALE)
        elif row == 0:
            scale = "0┤".rjust(_SCALE)
        elif row == top and high is not None and highest not in told:
            scale = f"{highest}┤".rjust(_SCALE)
        alike = {slot: _cell(slot, row, unit, bound, trend.rule) for slot in {*trend.slots}}
        cells = [alike[slot] for slot in trend.slots]
        reached = any(style.startswith("bar-") for _, style in alike.values())
        named = _with_word(cells, word) if reached else cells
        made.append((scale, join_runs(named)))
    return made


def _bounds(rule: Rule | None) -> Iterator[tuple[float, str]]:
    """Give what a trend may reach, the worst last; from above nothing is reached at 0."""
    if rule is None or rule.worse is Worse.DOWN:
        return
    for bound, level in ((rule.warning, Level.WARNING), (rule.critical, Level.CRITICAL)):
        if bound is not None and bound > 0:
            yield float(bound), level.word


def _unit(trend: Trend, rows: int) -> float:
    """Return what one row stands for: the worst bound is on the highest row that it can be on."""
    high = max((slot for slot in trend.slots if slot is not None), default=0.0)
    bound = max((bound for bound, _ in _bounds(trend.rule)), default=0.0)
    if not bound:
        return max(high, _LEAST_HIGH.get(trend.metric.unit, 1.0)) / rows
    fitting = (bound / row for row in range(rows - 1, 0, -1) if bound / row * rows >= high)
    return next(fitting, high / rows)


def _cell(
    number: float | None, row: int, unit: float, bound: float | None, rule: Rule | None
) -> tuple[str, str]:
    """Return one part of the hour on one row."""
    blank = " " if bound is None else _BOUND
    if number is None:
        return (GAP, "gap") if row == 0 else (blank, "label")
    eighths = round((number / unit - row) * 8)
    if bound is not None:
        # What ends within the row of a bound and has not reached it, does not touch its line.
        eighths = max(1, eighths) if number >= bound else 0
    elif number > 0 and row == 0:
        eighths = max(1, eighths)
    if eighths <= 0:
        return ("▁", "calm") if row == 0 else (blank, "label")
    level = rule.level_of(number) if rule and rule.worse is Worse.UP else Level.NORMAL
    style = f"bar-{level.word}" if level >= Level.WARNING else "trend"
    return _PARTS[min(8, eighths)], style


def _with_word(cells: list[tuple[str, str]], word: str) -> list[tuple[str, str]]:
    """Return a row with the word of its bound where its line is longest, if there is room."""
    runs: list[tuple[int, int]] = []
    at = 0
    for sign, run in groupby(cells, key=itemgetter(0)):
        length = len(list(run))
        runs += [(length, at)] if sign == _BOUND else []
        at += length
    length, start = max(runs, default=(0, 0))
    if not word or length < len(word) + 2 + 2 * _LEAST_LINE:
        return cells
    text = f" {word} "
    begin = start + (length - len(text)) // 2
    return [*cells[:begin], *((sign, "label") for sign in text), *cells[begin + len(text) :]]
