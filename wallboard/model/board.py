"""What is drawn, as data: ``project`` after an event, ``tick`` for the second in between.

``project`` costs one pass over the queues; the cells of a line are made only when it is looked
at (``cells``), so that drawing costs what is visible. Nothing here knows a screen: a cell is
text and a tone, and the tone is turned into a colour by the theme.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from wallboard.model.formatting import NOTHING, count, duration, plural, value
from wallboard.model.health import Health, Hidden, health
from wallboard.model.metrics import (
    NO_LABELS,
    TICKING,
    Adds,
    Labels,
    Metric,
    Number,
    Unit,
    labelled,
)
from wallboard.model.selection import Order, select
from wallboard.model.snapshot import Moment, QueueKey, QueueMetrics, Snapshot, Values
from wallboard.model.state import FeedState, Paused, State, ViewOptions, feed_state, next_change
from wallboard.model.summary import row_value, totals
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


_TONES = (Tone.NORMAL, Tone.WARNING, Tone.CRITICAL, Tone.UNKNOWN)
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
        return Tone.OLD if self.old else _TONES[self.levels.level]

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


@dataclass(frozen=True, slots=True)
class Tile:
    """One total. ``note``: what keeps it from being the plain truth (partial, stale, seats).

    ``waits``: (ms, elapsed seconds when measured) of each feed's longest, if it ticks; ``still``:
    the longest (ms) of those that do not.
    """

    metric: Metric
    cell: Cell
    level: Level
    note: str = ""
    waits: tuple[tuple[Number, float], ...] = ()
    still: Number = 0

    @property
    def word(self) -> str:
        """The level in a word, where it says something."""
        return self.level.word if self.cell.tone in (Tone.WARNING, Tone.CRITICAL) else ""


@dataclass(frozen=True, slots=True)
class BoardView:
    """One picture of the board. ``lines`` are in order; ``empty`` says why there are none.

    ``tick``: whether waits grow between polls. ``now``: elapsed seconds of this picture.
    ``changes_at``: when it will no longer be true by age alone, and must be projected anew.
    ``closed``: the queues outside their hours, which are in no line and no total. ``labels``: what
    the user calls some metrics. ``by``, ``folded``: how the lines are grouped.
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
    closed: tuple[Line, ...] = ()
    labels: Labels = field(default_factory=lambda: NO_LABELS)
    by: str = ""
    folded: frozenset[str] = frozenset()


def project(state: State, now: Moment) -> BoardView:
    """Return what is to be drawn at ``now``."""
    paused = state.paused
    snapshot, levels = (
        (paused.snapshot, paused.levels) if paused else (state.snapshot, state.levels)
    )
    ages = _Ages(snapshot, state.interval, now.elapsed, paused)
    chosen = select(snapshot.queues, levels, state.selection)
    lines = ages.lines(chosen, levels)
    options = state.options
    hidden = _hidden(snapshot, levels, lines, ages)
    closed: tuple[Line, ...] = ()
    if state.is_open:
        closed = tuple(line for line in lines if line.levels.closed)
        lines = tuple(line for line in lines if not line.levels.closed)
    condition = health(state, now, hidden, len(lines))
    return BoardView(
        options.title,
        _tiles(options, state.book, lines, unheard=_unheard(state)),
        options.metrics(options.columns),
        lines,
        condition,
        _empty_words(snapshot, lines or closed, condition),
        options.tick and paused is None,
        now.elapsed,
        order_words(state.selection.order, options.labels),
        _changes_at(state, now.elapsed),
        closed,
        options.labels,
        state.selection.by,
        state.selection.folded,
    )


def line_of(state: State, key: QueueKey, now: Moment) -> Line | None:
    """Return one queue as the board has it at ``now``; ``None`` once no reading has it."""
    paused = state.paused
    snapshot, levels = (
        (paused.snapshot, paused.levels) if paused else (state.snapshot, state.levels)
    )
    queue = next((one for one in snapshot.queues if one.key == key), None)
    if queue is None:
        return None
    ages = _Ages(snapshot, state.interval, now.elapsed, paused)
    return ages.lines((queue,), levels)[0]


def closed_words(lines: Iterable[Line]) -> str:
    """Return ``3 queues closed``, with the calls that wait there nevertheless; else nothing."""
    folded = tuple(lines)
    if not folded:
        return ""
    words = f"{plural(len(folded), 'queue')} closed"
    seen = [line.queue for line in folded if not line.old]
    waiting = totals(seen, ("waitingCalls",))["waitingCalls"].value
    return f"{words} · {count(waiting)} waiting" if waiting else words


def _unheard(state: State) -> bool:
    """Whether a PBX that is polled has never answered: what its queues add is not known."""
    return any(feed not in state.snapshot.readings for feed in state.feeds)


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


def order_words(order: Order, labels: Labels = NO_LABELS) -> str:
    """Return an order in the words of the table's headings."""
    metric = labelled(order.by, labels)
    words = metric.word if metric else order.by
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
        # A paused row keeps the state that it was paused in: old numbers do not turn live again.
        self._now = paused.at.elapsed if paused else now
        self._old = paused is not None and now - paused.at.elapsed >= PAUSED_COLOURS
        self._known: dict[str, tuple[FeedState, float | None]] = {}

    def of(self, key: QueueKey) -> tuple[FeedState, float | None]:
        known = self._known.get(key.pbx)
        if known is None:
            measured = self._snapshot.measured(key)
            at = measured.elapsed if measured else None
            age = None if at is None else self._now - at
            known = self._known[key.pbx] = feed_state(age, self._interval), at
        return known

    def lines(self, queues: Iterable[QueueMetrics], levels: Levels) -> tuple[Line, ...]:
        of, old, known = self.of, self._old, levels.get
        return tuple([Line(one, known(one.key, UNJUDGED), *of(one.key), old) for one in queues])


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


class _Rows:
    """What the tiles over some lines have in common: reckoned once, not once a tile."""

    def __init__(
        self, lines: Sequence[Line], names: Iterable[str], *, unheard: bool = False
    ) -> None:
        """``unheard``: queues belong to the sum of which not even the number is known."""
        self.lines = [line for line in lines if line.state is not FeedState.NO_DATA]
        self.lost = unheard or len(self.lines) < len(lines)
        self.old = sum(line.old for line in self.lines)
        self.late = any(line.state is FeedState.LATE for line in self.lines)
        self.levels = [
            line.levels.by_metric for line in self.lines if line.levels.by_metric and not line.old
        ]
        self.totals = totals([line.queue for line in self.lines], names)

    def worst(self, name: str) -> Level:
        """Return the worst level of a metric; a sum that is known is not unknown."""
        return max(worst(levels.get(name, Level.NORMAL) for levels in self.levels), Level.NORMAL)


def _tiles(
    options: ViewOptions, book: RuleBook, lines: tuple[Line, ...], *, unheard: bool
) -> tuple[Tile, ...]:
    metrics = options.metrics(options.tiles)
    needed = {rule.only_while for rule in book.total.values() if rule.only_while}
    rows = _Rows(lines, {*needed, *(metric.name for metric in metrics)}, unheard=unheard)
    known = {name: one.value for name, one in rows.totals.items() if one.value is not None}
    return tuple(_tile(metric, rows, _total_level(book, metric, known)) for metric in metrics)


def subtotals(lines: Iterable[Line], metrics: Iterable[Metric]) -> tuple[Tile, ...]:
    """Return the totals over some of the lines, each at the worst level of its metric in them."""
    wanted = tuple(metrics)
    rows = _Rows(tuple(lines), (metric.name for metric in wanted))
    return tuple(_tile(metric, rows) for metric in wanted)


def _total_level(book: RuleBook, metric: Metric, sums: Values) -> Level | None:
    """Return the level that ``[thresholds.total]`` gives a sum; ``None``: it says nothing."""
    rule = book.total.get(metric.name)
    number = sums.get(metric.name)
    if rule is None or number is None:
        return None
    applies = rule.applies(sums)
    if applies is None:
        return Level.UNKNOWN
    return rule.raw(number) if applies else Level.NORMAL


def _tile(metric: Metric, rows: _Rows, judged: Level | None = None) -> Tile:
    total = rows.totals[metric.name]
    if total.value is None:
        level = Level.UNKNOWN
    elif judged is not None:
        level = judged
    else:
        level = rows.worst(metric.name)
    all_old = bool(rows.lines) and rows.old == len(rows.lines)
    tone = Tone.OLD if all_old else _TONES[level]
    mark = level.mark if tone in (Tone.WARNING, Tone.CRITICAL) else ""
    waits: tuple[tuple[Number, float], ...] = ()
    still: Number = 0
    if metric.name == TICKING and not rows.old and total.value:
        waits, still = _waits(rows.lines)
    return Tile(
        metric,
        Cell(value(metric, total.value), tone, mark),
        level,
        _note(metric, rows),
        waits,
        still,
    )


def _note(metric: Metric, rows: _Rows) -> str:
    total = rows.totals[metric.name]
    notes = []
    if total.partial or (rows.lost and total.value is not None):
        notes.append("partial")
    if rows.old:
        notes.append("old")
    elif rows.late:
        notes.append("late")
    if metric.seats and metric.adds is Adds.SUM:
        notes.append("seats")
    return " · ".join(notes)


def _waits(lines: list[Line]) -> tuple[tuple[tuple[Number, float], ...], Number]:
    """Return the longest wait of each feed that ticks, and the longest of all that does not."""
    longest: dict[float, Number] = {}
    still: Number = 0
    for line in lines:
        number = line.queue.values.get(TICKING, 0)
        if number <= 0:
            continue
        if line.ticks and line.measured is not None:
            longest[line.measured] = max(number, longest.get(line.measured, 0))
        elif TICKING not in line.queue.suspect:
            still = max(still, number)
    return tuple((number, at) for at, number in longest.items()), still


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
    metric = next((one for one in view.columns if one.ticks), None)
    if not view.tick or metric is None:
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
    if number + 1_000 * int(now - at) <= tile.still:
        return tile.cell
    return estimate(number, at, now, tile.cell.tone, tile.cell.mark)


def width(metric: Metric) -> int:
    """Return the columns that a metric's cells need: mark, widest value, ``~``, or its heading."""
    widest = 8 if metric.unit is Unit.MILLISECONDS else 4
    return max(2 + widest + metric.ticks, len(metric.short))
