"""Totals as they are drawn: tiles over the queues that are shown, and subtotals of groups."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from wallboard.model.data.metric import TICKING, Adds, Kind, Metric, Number, Unit
from wallboard.model.data.reading import Values
from wallboard.model.data.view_options import ViewOptions
from wallboard.model.feeds.freshness import Freshness
from wallboard.model.judge.levels import RuleBook
from wallboard.model.judge.rules import Level, worst
from wallboard.model.select.totals import totals
from wallboard.model.view.format import value
from wallboard.model.view.row import TONES, Cell, Row, Tone, estimate


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


class _Rows:
    """What the tiles over some lines have in common: reckoned once, not once a tile.

    Of one kind of numbers: those of the day so far have their own age and levels.
    """

    def __init__(
        self,
        lines: Sequence[Row],
        metrics: Iterable[Metric],
        kind: Kind = Kind.LIVE,
        *,
        unheard: bool = False,
    ) -> None:
        """``unheard``: queues belong to the sum of which not even the number is known."""
        today = kind is Kind.TODAY
        states = [line.day_state if today else line.state for line in lines]
        self.lines = [
            line
            for line, state in zip(lines, states, strict=True)
            if state is not Freshness.NO_DATA
        ]
        self.lost = unheard or len(self.lines) < len(lines)
        olds = [line.day_old if today else line.old for line in self.lines]
        self.old = sum(olds)
        self.late = Freshness.LATE in states
        levels = [(line.day_levels if today else line.levels).by_metric for line in self.lines]
        self.levels = [one for one, old in zip(levels, olds, strict=True) if one and not old]
        self.stands = not today and any(line.stands for line in self.lines)
        self.unsure = [line.queue.of for line in self.lines if kind in line.unsure]
        names = (metric.name for metric in metrics if metric.kind is kind)
        self.totals = totals([line.queue for line in self.lines], names)

    def doubts(self, metric: Metric) -> bool:
        """Whether a time that is in the total may be of another unit; no time is in any."""
        timed = metric.unit is Unit.MILLISECONDS
        return timed and any(values(metric.group).get(metric.name) for values in self.unsure)

    def worst(self, name: str) -> Level:
        """Return the worst level of a metric; a sum that is known is not unknown."""
        return max(worst(levels.get(name, Level.NORMAL) for levels in self.levels), Level.NORMAL)


def tiles_of(
    options: ViewOptions, book: RuleBook, lines: tuple[Row, ...], *, unheard: frozenset[Kind]
) -> tuple[Tile, ...]:
    """Return the board's tiles over ``lines``.

    ``unheard``: the kinds of numbers of which some PBX that is polled has never sent any.
    """
    metrics = options.metrics(options.tiles)
    needed = options.metrics({rule.only_while for rule in book.total.values() if rule.only_while})
    rows = {
        kind: _Rows(lines, {*needed, *metrics}, kind, unheard=kind in unheard)
        for kind in {metric.kind for metric in (*needed, *metrics)}
    }
    known = {
        name: one.value
        for part in rows.values()
        for name, one in part.totals.items()
        if one.value is not None
    }
    return tuple(
        _tile(metric, rows[metric.kind], _total_level(book, metric, known)) for metric in metrics
    )


def subtotals(lines: Iterable[Row], metrics: Iterable[Metric]) -> tuple[Tile, ...]:
    """Return the totals over some of the lines, each at the worst level of its metric in them."""
    wanted = tuple(metrics)
    within = tuple(lines)
    rows = {kind: _Rows(within, wanted, kind) for kind in {one.kind for one in wanted}}
    return tuple(_tile(metric, rows[metric.kind]) for metric in wanted)


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
    tone = Tone.OLD if all_old else TONES[level]
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
    if rows.stands:
        notes.append("not moving")
    if rows.doubts(metric):
        notes.append("unit?")
    if metric.seats and metric.adds is Adds.SUM:
        notes.append("seats")
    return " · ".join(notes)


def _waits(lines: list[Row]) -> tuple[tuple[tuple[Number, float], ...], Number]:
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


def tick_tile(tile: Tile, now: float) -> Cell:
    """Return what a tile shows at ``now``: the longest of the waits as they have grown since."""
    if not tile.waits:
        return tile.cell
    number, at = max(tile.waits, key=lambda one: one[0] + 1_000 * int(now - one[1]))
    if number + 1_000 * int(now - at) <= tile.still:
        return tile.cell
    return estimate(number, at, now, tile.cell.tone, tile.cell.mark)
