"""One queue on the board, and its cells: text and a tone, which a theme gives a colour.

Cells are made only when a line is looked at, so that drawing costs what is visible.
"""

from collections.abc import Iterable
from dataclasses import KW_ONLY
from enum import StrEnum
from typing import NamedTuple

from wallboard.model.data.catalogue import METRICS
from wallboard.model.data.metric import TICKING, Group, Kind, Made, Metric, Number, Unit
from wallboard.model.data.reading import QueueKey, QueueMetrics
from wallboard.model.feeds.freshness import Freshness
from wallboard.model.judge.levels import UNJUDGED, QueueLevels
from wallboard.model.judge.rules import Level
from wallboard.model.judge.usual import Usual
from wallboard.model.select.totals import row_value, told_value
from wallboard.model.silences import MARK
from wallboard.model.view.format import COUNT_WIDTH, NOTHING, PERCENT_WIDTH, WIDTH, duration, value
from wallboard.records import dataclass


class Tone(StrEnum):
    """How a text is drawn; themes give each a colour."""

    NORMAL = "normal"
    QUIET = "quiet"
    WARNING = "warning"
    CRITICAL = "critical"
    UNKNOWN = "unknown"
    OLD = "old"
    SUSPECT = "suspect"


STANDS = "="
"""Beside a time of answers that do not move: it is what it was."""
NOBODY = "·"
"""Drawn for a count of 0 and for a wait of nobody: ink only where something happens."""

_WHOSE = {
    Group.WAITING: "waitingCalls",
    Group.TALKING: "talkingCalls",
    Group.HOLD: "onHoldCalls",
    Group.HANDLING: "handlingCalls",
}
"""Whose times those of a group are: of how many calls."""

_WIDEST = {Unit.MILLISECONDS: WIDTH, Unit.PERCENT: PERCENT_WIDTH - 1, Unit.COUNT: COUNT_WIDTH}

TONES = (Tone.NORMAL, Tone.WARNING, Tone.CRITICAL, Tone.UNKNOWN)
"""By level: the last one is -1, unknown."""


class Cell(NamedTuple):
    """One value as drawn: ``mark`` (``!!``, ``?``, ``=``) before it, ``~`` behind an estimate.

    A tuple: some are made for each row in view and each second.
    """

    text: str
    tone: Tone = Tone.NORMAL
    mark: str = ""
    estimated: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One queue on the board. ``state``: of its feed. ``measured``: elapsed seconds, if ever.

    The numbers of the day so far have an age and levels of their own, ``day_state`` and
    ``day_levels``: they are in no part of the line but their own cells. ``stands``: the answers of
    its PBX do not move. ``missing``: where it is in no answer: since when, in words; it has no
    values then. ``pinned``: whether the reader keeps it at the top. ``usual``: what is usual now,
    where that is shown. ``silenced``: somebody wants it quiet.
    """

    queue: QueueMetrics
    levels: QueueLevels
    state: Freshness
    measured: float | None
    frozen: bool = False
    day_levels: QueueLevels = UNJUDGED
    _: KW_ONLY
    day_state: Freshness = Freshness.NO_DATA
    stands: bool = False
    missing: str = ""
    pinned: bool = False
    usual: Usual | None = None
    silenced: bool = False

    @property
    def key(self) -> QueueKey:
        """Who this is."""
        return self.queue.key

    @property
    def old(self) -> bool:
        """Whether it was not just measured: then no part of it has a level's colour."""
        return self.frozen or self.state >= Freshness.STALE

    @property
    def day_old(self) -> bool:
        """The same of the numbers of the day so far."""
        return self.frozen or self.day_state >= Freshness.STALE

    @property
    def day_dim(self) -> bool:
        """Whether the day's numbers have no level's colour: they are old, or the live ones are.

        What is right of the day is no alarm on a board that does not know what is now.
        """
        return self.day_old or self.old

    @property
    def tone(self) -> Tone:
        """The tone of the whole line."""
        return Tone.OLD if self.old else TONES[self.levels.level]

    @property
    def mark(self) -> str:
        """The level's mark; none on old lines."""
        return "" if self.old else self.levels.level.mark

    @property
    def age_mark(self) -> str:
        """A mark for what is not of now, where there is no room for ``word``; else nothing."""
        if not self.old:
            return ""
        return "||" if self.frozen and self.state < Freshness.STALE else "--"

    @property
    def gutter(self) -> str:
        """What stands left of the name, three cells: a bar and the level's mark, or a lone sign.

        One that is missing, cannot be told apart or has no known value has a ``?``; what is not of
        now ``--``, and ``||`` while it is paused. A silenced queue has a ``z`` for the bar.
        """
        if self.mark:
            return f"{MARK if self.silenced else '▌'}{self.mark:2}"
        doubtful = bool(self.levels.by_metric) or not self.queue.judged
        unknown = self.levels.level is Level.UNKNOWN and doubtful
        sign = self.age_mark or ("?" if self.missing or unknown else "")
        return f"{MARK if self.silenced else ' '}{sign:2}"

    @property
    def word(self) -> str:
        """The level in a word, or what stands in its way; nothing when all is well."""
        if self.missing:
            return "closed" if self.levels.closed else "missing"
        if self.state is Freshness.NO_DATA:
            return "no data"
        if self.old:
            return "paused" if self.frozen and self.state < Freshness.STALE else "stale"
        if self.levels.closed:
            return "closed"
        return "" if self.levels.level is Level.NORMAL else self.levels.level.word

    @property
    def ticks(self) -> bool:
        """Whether its longest wait is estimated between polls."""
        values = self.queue.values
        return (
            self.state is Freshness.LIVE
            and not self.old
            and not self.stands
            and TICKING not in self.queue.suspect
            and values.get(TICKING, 0) > 0
            and values.get("waitingCalls", 1) > 0
        )

    def looks_like(self, other: "Row") -> bool:
        """Whether nothing that is drawn of it is other than of ``other``, but for the estimate."""
        mine, its = self.levels, other.levels
        return self is other or (
            self.queue == other.queue
            and (mine.level, mine.closed, mine.by_metric) == (its.level, its.closed, its.by_metric)
            and (self.state, self.frozen, self.day_state)
            == (other.state, other.frozen, other.day_state)
            and (self.stands, self.missing, self.pinned, self.silenced)
            == (other.stands, other.missing, other.pinned, other.silenced)
            and self.day_levels.by_metric == other.day_levels.by_metric
            and self.usual is other.usual
        )


def cells(line: Row, columns: Iterable[Metric], now: float, tick: bool) -> tuple[Cell, ...]:
    """Return one line's cells at ``now`` (elapsed seconds); ``tick``: estimate the longest wait."""
    return tuple(cell(line, metric, now, tick) for metric in columns)


def cell(line: Row, metric: Metric, now: float, tick: bool) -> Cell:
    """Return the cell of one metric of a line as it is drawn: nobody and nothing are a dim sign."""
    if metric.made is not None:
        return _non_metric_cell(line, metric, now, tick)
    shown = plain_cell(line, metric, now, tick)
    if shown.tone in (Tone.NORMAL, Tone.OLD) and is_nothing(line, metric):
        return Cell(NOBODY, Tone.QUIET if shown.tone is Tone.NORMAL else Tone.OLD, shown.mark)
    return shown


def _non_metric_cell(line: Row, column: Metric, now: float, tick: bool) -> Cell:
    """Return the cell of a column that is no metric; a trend is no text."""
    if column.made is Made.LEVEL_TIME:
        return _level_time(line, now, tick)
    if column.made is Made.TREND:
        return Cell("")
    if column.made is Made.USUAL:
        return _usual(line, METRICS[column.parts[0]])
    part, whole = (plain_cell(line, METRICS[name], now, False) for name in column.parts)
    if part.text == whole.text == NOTHING:
        return part
    # The first is what is judged; the second is what it is part of.
    judged = part if part.mark or part.tone is not Tone.NORMAL else whole
    return Cell(f"{part.text}/{whole.text}", judged.tone, judged.mark)


def _level_time(line: Row, now: float, tick: bool) -> Cell:
    """Return for how long a queue has been in its level, ``≥`` since before the first answer.

    It grows by the clock as waits do; else it is what was known when the queue was measured.
    """
    levels = line.levels
    if line.state is Freshness.NO_DATA:
        return Cell(NOTHING, Tone.OLD)
    if line.old or line.missing or levels.level < Level.WARNING:
        return Cell("")
    since, before = levels.held
    if since is None:
        return Cell("")
    mark = "≥" if before else ""
    until = now if tick and line.state is Freshness.LIVE else line.measured or since
    return Cell(duration(1_000 * max(0.0, until - since)), Tone.NORMAL, mark)


_SIDES = {1: "▲", -1: "▼", 0: ""}


def _usual(line: Row, metric: Metric) -> Cell:
    """Return what is usual now, ``▲`` or ``▼`` where the value is above or below the usual range.

    Nothing where it is not known.
    """
    band = line.usual.of(line.key, metric.name) if line.usual else None
    if band is None or line.missing:
        return Cell("")
    number = row_value(line.queue, metric)
    unsure = line.old or number is None or metric.name in line.queue.doubtful
    side = 0 if unsure or number is None else band.side(number)
    text = value(metric, round(band.middle))
    return Cell(text, Tone.OLD if line.old else Tone.NORMAL if side else Tone.QUIET, _SIDES[side])


def is_nothing(line: Row, metric: Metric) -> bool:
    """Whether a value is a count of 0, or the time of nobody.

    A call that has only just come has waited for no time, and is somebody.
    """
    if row_value(line.queue, metric) != 0:
        return False
    if metric.unit is Unit.COUNT:
        return True
    counted = _WHOSE.get(metric.group)
    return counted is not None and line.queue.values.get(counted) == 0


def plain_cell(line: Row, metric: Metric, now: float, tick: bool) -> Cell:
    """Return the cell of one metric of a line in figures, a 0 as one."""
    today = metric.kind is Kind.TODAY
    state, levels = (line.day_state, line.day_levels) if today else (line.state, line.levels)
    if state is Freshness.NO_DATA:
        return Cell(NOTHING, Tone.OLD)
    name = metric.name
    number, grows = told_value(line.queue, metric)
    if line.day_dim if today else line.old:
        return Cell(value(metric, number), Tone.OLD)
    if name in line.queue.suspect:
        return Cell(value(metric, number), Tone.SUSPECT, "?")
    level = levels.by_metric.get(name, Level.NORMAL)
    tone = TONES[Level.UNKNOWN if number is None else level]
    mark = level.mark + ("?" if number and name in line.queue.unconfirmed else "")
    if line.stands and not today and metric.unit is Unit.MILLISECONDS and number:
        mark += STANDS
    if tick and grows and line.ticks and number is not None:
        return estimate(number, line.measured, now, tone, mark)
    return Cell(value(metric, number), tone, mark)


def estimate(number: Number, measured: float | None, now: float, tone: Tone, mark: str) -> Cell:
    """Return a wait counted on since ``measured``; an estimate from its first full second on."""
    grown = 0 if measured is None else max(0, int(now - measured))
    return Cell(duration(number + 1_000 * grown), tone, mark, estimated=grown > 0)


def width(metric: Metric) -> int:
    """Return the columns that a metric's cells need: mark, widest value, ``~``, or its heading."""
    if metric.made is Made.SHARE:
        return max(2 + 2 * COUNT_WIDTH + 1, len(metric.short))
    widest = _WIDEST[metric.unit]
    return max(2 + widest + metric.ticks, len(metric.short))
