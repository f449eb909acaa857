"""One queue on the board, and its cells: text and a tone, which a theme gives a colour.

Cells are made only when a line is looked at, so that drawing costs what is visible.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from wallboard.model.formatting import NOTHING, duration, value
from wallboard.model.metrics import (
    TICKING,
    Metric,
    Number,
    Unit,
)
from wallboard.model.rules import Level
from wallboard.model.snapshot import QueueKey, QueueMetrics
from wallboard.model.state import FeedState
from wallboard.model.summary import row_value
from wallboard.model.thresholds import QueueLevels


class Tone(StrEnum):
    """How a text is drawn; themes give each a colour."""

    NORMAL = "normal"
    WARNING = "warning"
    CRITICAL = "critical"
    UNKNOWN = "unknown"
    OLD = "old"
    SUSPECT = "suspect"


TONES = (Tone.NORMAL, Tone.WARNING, Tone.CRITICAL, Tone.UNKNOWN)
"""By level: the last one is -1, unknown."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One value as drawn: ``mark`` (``!``, ``!!``, ``?``) before it, ``~`` after an estimate."""

    text: str
    tone: Tone = Tone.NORMAL
    mark: str = ""
    estimated: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One queue on the board. ``state``: of its feed. ``measured``: elapsed seconds, if ever."""

    queue: QueueMetrics
    levels: QueueLevels
    state: FeedState
    measured: float | None
    frozen: bool = False

    @property
    def key(self) -> QueueKey:
        """Who this is."""
        return self.queue.key

    @property
    def old(self) -> bool:
        """Whether it was not just measured: then no part of it has a level's colour."""
        return self.frozen or self.state >= FeedState.STALE

    @property
    def tone(self) -> Tone:
        """The tone of the whole line."""
        return Tone.OLD if self.old else TONES[self.levels.level]

    @property
    def mark(self) -> str:
        """The level's mark; none on old lines."""
        return "" if self.old else self.levels.level.mark

    @property
    def word(self) -> str:
        """The level in a word, or what stands in its way; nothing when all is well."""
        if self.state is FeedState.NO_DATA:
            return "no data"
        if self.old:
            return "paused" if self.frozen and self.state < FeedState.STALE else "stale"
        if self.levels.closed:
            return "closed"
        return "" if self.levels.level is Level.NORMAL else self.levels.level.word

    @property
    def ticks(self) -> bool:
        """Whether its longest wait is estimated between polls."""
        values = self.queue.values
        return (
            self.state is FeedState.LIVE
            and not self.old
            and TICKING not in self.queue.suspect
            and values.get(TICKING, 0) > 0
            and values.get("waitingCalls", 1) > 0
        )

    def looks_like(self, other: "Line") -> bool:
        """Whether nothing that is drawn of it is other than of ``other``, but for the estimate."""
        mine, its = self.levels, other.levels
        return self is other or (
            self.queue == other.queue
            and (mine.level, mine.closed, mine.by_metric) == (its.level, its.closed, its.by_metric)
            and (self.state, self.frozen) == (other.state, other.frozen)
        )


def cells(line: Line, columns: Iterable[Metric], now: float, tick: bool) -> tuple[Cell, ...]:
    """Return one line's cells at ``now`` (elapsed seconds); ``tick``: estimate the longest wait."""
    return tuple(cell(line, metric, now, tick) for metric in columns)


def cell(line: Line, metric: Metric, now: float, tick: bool) -> Cell:
    """Return the cell of one metric of a line."""
    if line.state is FeedState.NO_DATA:
        return Cell(NOTHING, Tone.OLD)
    name = metric.name
    number = row_value(line.queue, metric)
    if line.old:
        return Cell(value(metric, number), Tone.OLD)
    if name in line.queue.suspect:
        return Cell(value(metric, number), Tone.SUSPECT, "?")
    level = line.levels.by_metric.get(name, Level.NORMAL)
    tone = TONES[Level.UNKNOWN if number is None else level]
    if tick and name == TICKING and line.ticks and number is not None:
        return estimate(number, line.measured, now, tone, level.mark)
    return Cell(value(metric, number), tone, level.mark)


def estimate(number: Number, measured: float | None, now: float, tone: Tone, mark: str) -> Cell:
    """Return a wait counted on since ``measured``; an estimate from its first full second on."""
    grown = 0 if measured is None else max(0, int(now - measured))
    return Cell(duration(number + 1_000 * grown), tone, mark, estimated=grown > 0)


def width(metric: Metric) -> int:
    """Return the columns that a metric's cells need: mark, widest value, ``~``, or its heading."""
    widest = 8 if metric.unit is Unit.MILLISECONDS else 4
    return max(2 + widest + metric.ticks, len(metric.short))
