"""What is drawn, as data: ``project`` after an event, ``tick`` for the second in between.

``project`` costs one pass over the queues; the cells of a line are made only when it is looked
at (``cells``), so that drawing costs what is visible. Nothing here knows a screen: a cell is
text and a tone, and the tone is turned into a colour by the theme.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from wallboard.model.formatting import NOTHING, duration, value
from wallboard.model.health import Health, Hidden, health
from wallboard.model.metrics import CATALOGUE, TICKING, Adds, Metric, Number, Unit
from wallboard.model.selection import Order, select
from wallboard.model.snapshot import Moment, QueueKey, QueueMetrics, Snapshot
from wallboard.model.state import FeedState, Paused, State, ViewOptions, feed_state, next_change
from wallboard.model.summary import Total, row_value, totals
from wallboard.model.thresholds import UNJUDGED, Level, Levels, QueueLevels, RuleBook, worst

PAUSED_COLOURS = 60.0
"""Seconds after which paused rows lose their level colours."""


class Tone(StrEnum):
    """How a text is drawn; themes give each a colour."""

    NORMAL = "normal"
    WARNING = "warning"
    CRITICAL = "critical"
    UNKNOWN = "unknown"
    OLD = "old"
    SUSPECT = "suspect"


_TONES = {
    Level.NORMAL: Tone.NORMAL,
    Level.WARNING: Tone.WARNING,
    Level.CRITICAL: Tone.CRITICAL,
    Level.UNKNOWN: Tone.UNKNOWN,
}


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
    def tone(self) -> Tone:
        """The tone of the whole line: level colours only for what was just measured."""
        if self.frozen or self.state >= FeedState.STALE:
            return Tone.OLD
        return _TONES[self.levels.level]

    @property
    def mark(self) -> str:
        """The level's mark; none on old lines."""
        return "" if self.tone is Tone.OLD else self.levels.level.mark

    @property
    def word(self) -> str:
        """The level in a word, or what stands in its way; nothing when all is well."""
        if self.state is FeedState.NO_DATA:
            return "no data"
        if self.tone is Tone.OLD:
            return "paused" if self.frozen else "stale"
        return "" if self.levels.level is Level.NORMAL else self.levels.level.word

    @property
    def ticks(self) -> bool:
        """Whether its longest wait is estimated between polls."""
        values = self.queue.values
        return (
            self.state is FeedState.LIVE
            and self.tone is not Tone.OLD
            and TICKING not in self.queue.suspect
            and values.get(TICKING, 0) > 0
            and values.get("waitingCalls", 1) > 0
        )


@dataclass(frozen=True, slots=True)
class Tile:
    """One total. ``note``: what keeps it from being the plain truth (partial, stale, seats).

    ``waits``: (ms, elapsed seconds when measured) of each feed's longest, if it ticks.
    """

    metric: Metric
    cell: Cell
    level: Level
    note: str = ""
    waits: tuple[tuple[Number, float], ...] = ()

    @property
    def word(self) -> str:
        """The level in a word, where it says something."""
        return self.level.word if self.cell.tone in (Tone.WARNING, Tone.CRITICAL) else ""


@dataclass(frozen=True, slots=True)
class BoardView:
    """One picture of the board. ``lines`` are in order; ``empty`` says why there are none.

    ``tick``: whether waits grow between polls. ``now``: elapsed seconds of this picture.
    ``changes_at``: when it will no longer be true by age alone, and must be projected anew.
    """

    title: str
    tiles: tuple[Tile, ...]
    columns: tuple[Metric, ...]
    lines: tuple[Line, ...]
    health: Health
    empty: str = ""
    tick: bool = True
    now: float = 0.0
    order: str = ""
    changes_at: float | None = None


def project(state: State, now: Moment) -> BoardView:
    """Return what is to be drawn at ``now``."""
    paused = state.paused
    snapshot, levels = (
        (paused.snapshot, paused.levels) if paused else (state.snapshot, state.levels)
    )
    ages = _Ages(snapshot, state.interval, now.elapsed, paused)
    chosen = select(snapshot.queues, levels, state.selection)
    lines = tuple(ages.line(queue, levels.get(queue.key, UNJUDGED)) for queue in chosen)
    options = state.options
    hidden = _hidden(snapshot, levels, lines, ages)
    condition = health(state, now, hidden, len(lines))
    return BoardView(
        options.title,
        _tiles(options, state.book, lines),
        tuple(CATALOGUE[name] for name in options.columns if name in CATALOGUE),
        lines,
        condition,
        _empty_words(snapshot, lines, condition),
        options.tick and paused is None,
        now.elapsed,
        order_words(state.selection.order),
        _changes_at(state, now.elapsed),
    )


def _changes_at(state: State, now: float) -> float | None:
    """Return when the first feed gets older in state, or paused rows lose their colours."""
    moments = []
    for reading in state.snapshot.readings.values():
        at = reading.measured.elapsed
        bound = next_change(now - at, state.interval)
        if bound is not None:
            moments.append(at + bound)
    if state.paused and now - state.paused.at.elapsed < PAUSED_COLOURS:
        moments.append(state.paused.at.elapsed + PAUSED_COLOURS)
    return min(moments, default=None)


def order_words(order: Order) -> str:
    """Return an order in the words of the table's headings."""
    metric = CATALOGUE.get(order.by)
    words = metric.label.lower() if metric else order.by
    if order.by == "worst":
        return "worst last" if order.descending else "worst first"
    return (
        f"{words}, {'high' if metric else 'z'} to {'low' if metric else 'a'}"
        if (order.descending)
        else words
    )


class _Ages:
    """The state of each feed's rows at one moment: reckoned once, not once a row."""

    def __init__(
        self, snapshot: Snapshot, interval: float, now: float, paused: Paused | None
    ) -> None:
        self._snapshot = snapshot
        self._interval = interval
        self._now = now
        self._paused = paused is not None
        self._old = paused is not None and now - paused.at.elapsed >= PAUSED_COLOURS
        self._known: dict[str, tuple[FeedState, float | None]] = {}

    def of(self, key: QueueKey) -> tuple[FeedState, float | None]:
        known = self._known.get(key.pbx)
        if known is None:
            measured = self._snapshot.measured(key)
            at = measured.elapsed if measured else None
            age = None if at is None else self._now - at
            state = FeedState.LIVE if self._paused else feed_state(age, self._interval)
            known = self._known[key.pbx] = state, at
        return known

    def line(self, queue: QueueMetrics, levels: QueueLevels) -> Line:
        state, measured = self.of(queue.key)
        return Line(queue, levels, state, measured, frozen=self._old)


def _hidden(snapshot: Snapshot, levels: Levels, lines: tuple[Line, ...], ages: _Ages) -> Hidden:
    """Count the queues that the selection leaves out, and those in trouble among them."""
    if len(lines) == len(snapshot.queues):
        return Hidden()
    shown = {line.key for line in lines}
    rest = [queue.key for queue in snapshot.queues if queue.key not in shown]
    found = [levels.get(key, UNJUDGED).level for key in rest if ages.of(key)[0] < FeedState.STALE]
    return Hidden(len(rest), found.count(Level.WARNING), found.count(Level.CRITICAL))


def _empty_words(snapshot: Snapshot, lines: tuple[Line, ...], condition: Health) -> str:
    if lines:
        return ""
    if snapshot.queues:
        return "No queue matches the filter. Press esc to clear it."
    if snapshot.readings:
        return "No queues: the API knows none for this configuration."
    return condition.trouble or "Signing in…"


def _tiles(options: ViewOptions, book: RuleBook, lines: tuple[Line, ...]) -> tuple[Tile, ...]:
    metrics = [CATALOGUE[name] for name in options.tiles if name in CATALOGUE]
    seen = [line for line in lines if line.state is not FeedState.NO_DATA]
    sums = totals([line.queue for line in seen], (metric.name for metric in metrics))
    lost = len(lines) - len(seen)
    return tuple(_tile(metric, sums[metric.name], seen, book, lost) for metric in metrics)


def _tile(metric: Metric, total: Total, lines: list[Line], book: RuleBook, lost: int) -> Tile:
    old = [line for line in lines if line.tone is Tone.OLD]
    rule = book.total.get(metric.name)
    if total.value is None:
        level = Level.UNKNOWN
    elif rule:
        level = rule.raw(total.value)
    else:
        level = _worst_of(metric, [line for line in lines if line.tone is not Tone.OLD])
    all_old = bool(lines) and len(old) == len(lines)
    tone = Tone.OLD if all_old else _TONES[level]
    mark = level.mark if tone in (Tone.WARNING, Tone.CRITICAL) else ""
    late = any(line.state is FeedState.LATE for line in lines)
    return Tile(
        metric,
        Cell(value(metric, total.value), tone, mark),
        level,
        _note(metric, total, len(old), late, lost),
        _waits(lines) if metric.name == TICKING and not old and total.value else (),
    )


def _worst_of(metric: Metric, lines: list[Line]) -> Level:
    """Return the worst level of a metric among the lines; a sum that is known is not unknown."""
    name = metric.name
    found = worst(line.levels.by_metric.get(name, Level.NORMAL) for line in lines)
    return max(found, Level.NORMAL)


def _note(metric: Metric, total: Total, old: int, late: bool, lost: int) -> str:
    notes = []
    if total.partial or (lost and total.value is not None):
        notes.append("partial")
    if old:
        notes.append("old")
    elif late:
        notes.append("late")
    if metric.seats and metric.adds is Adds.SUM:
        notes.append("seats")
    return " · ".join(notes)


def _waits(lines: list[Line]) -> tuple[tuple[Number, float], ...]:
    longest: dict[float, Number] = {}
    for line in lines:
        if line.ticks and line.measured is not None:
            number = line.queue.values[TICKING]
            longest[line.measured] = max(number, longest.get(line.measured, 0))
    return tuple((number, at) for at, number in longest.items())


def cells(line: Line, columns: Iterable[Metric], now: float, tick: bool) -> tuple[Cell, ...]:
    """Return one line's cells at ``now`` (elapsed seconds); ``tick``: estimate the longest wait."""
    return tuple(cell(line, metric, now, tick) for metric in columns)


def cell(line: Line, metric: Metric, now: float, tick: bool) -> Cell:
    """Return the cell of one metric of a line."""
    if line.state is FeedState.NO_DATA:
        return Cell(NOTHING, Tone.OLD)
    name = metric.name
    number = row_value(line.queue, metric)
    if line.tone is Tone.OLD:
        return Cell(value(metric, number), Tone.OLD)
    if name in line.queue.suspect:
        return Cell(value(metric, number), Tone.SUSPECT, "?")
    level = line.levels.by_metric.get(name, Level.NORMAL)
    tone = _TONES[Level.UNKNOWN if number is None else level]
    if tick and name == TICKING and line.ticks and number is not None:
        return estimate(number, line.measured, now, tone, level.mark)
    return Cell(value(metric, number), tone, level.mark)


def estimate(number: Number, measured: float | None, now: float, tone: Tone, mark: str) -> Cell:
    """Return a wait counted on since ``measured``; an estimate from its first full second on."""
    grown = 0 if measured is None else max(0, int(now - measured))
    return Cell(duration(number + 1_000 * grown), tone, mark, estimated=grown > 0)


def tick(view: BoardView, visible: Iterable[int], now: float) -> Mapping[int, Cell]:
    """Return the cells of the ticking column that move, by index of line, for visible lines."""
    metric = CATALOGUE[TICKING]
    if not view.tick or metric not in view.columns:
        return {}
    lines = view.lines
    return {
        index: cell(lines[index], metric, now, tick=True)
        for index in visible
        if index < len(lines) and lines[index].ticks
    }


def tick_tile(tile: Tile, now: float) -> Cell:
    """Return what a tile shows at ``now``: the longest of the waits as they have grown since."""
    if not tile.waits:
        return tile.cell
    number, at = max(tile.waits, key=lambda one: one[0] + 1_000 * int(now - one[1]))
    return estimate(number, at, now, tile.cell.tone, tile.cell.mark)


def width(metric: Metric) -> int:
    """Return the columns that a metric's cells need: mark, widest value, ``~``, or its heading."""
    widest = 8 if metric.unit is Unit.MILLISECONDS else 4
    return max(2 + widest + metric.ticks, len(metric.short))
