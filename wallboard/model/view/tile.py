"""Totals as they are drawn: tiles over the queues that are shown, and subtotals of groups.

A total is judged as what it shows: a share or an average by its own value, a sum or a maximum by
``[thresholds.total]`` where there is one. Which queues are in trouble by its metric is told
beside it, and is no level of the total.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import KW_ONLY, replace
from itertools import repeat
from operator import attrgetter

from wallboard.model.data.catalogue import METRICS
from wallboard.model.data.metric import AVERAGE_WAIT, TICKING, Adds, Kind, Metric, Number, Worse
from wallboard.model.data.reading import Values
from wallboard.model.feeds.freshness import Freshness
from wallboard.model.judge.levels import RuleBook
from wallboard.model.judge.rules import Level, Rule
from wallboard.model.judge.usual import Band
from wallboard.model.select.totals import totals
from wallboard.model.view.format import usual_words, value
from wallboard.model.view.row import TONES, Cell, Row, Tone, estimate, is_nothing
from wallboard.model.view.worst_queue import WorstQueue, worst_queue
from wallboard.records import dataclass


@dataclass(frozen=True, slots=True)
class Tile:
    """One total; ``level``: of the total itself.

    ``note``: what keeps it from being the plain truth (partial, stale, seats). ``target``: its
    bound, as ``<1:00``. ``worst``: which queue makes it bad, or whose maximum it is. ``waits``:
    (ms, elapsed seconds when measured) of each feed's longest, if it ticks; ``still``: the longest
    (ms) of those that do not. ``nobody``: it is a count of 0, or the time of nobody. ``number``:
    the total; ``bound``: its target as a number, if it has one of its own. ``trend``: the total of
    each minute of the last half hour, ``None``: not known; empty where it is not kept. ``usual``:
    what is usual of it now, if that is known. ``group``: whose total it is, of all that is shown if
    ``""``; ``has_queues``: whether it is of any queue.
    """

    metric: Metric
    cell: Cell
    level: Level
    note: str = ""
    waits: tuple[tuple[Number, float], ...] = ()
    still: Number = 0
    _: KW_ONLY
    target: str = ""
    worst: WorstQueue | None = None
    nobody: bool = False
    number: Number | None = None
    bound: Number | None = None
    trend: tuple[float | None, ...] = ()
    usual: Band | None = None
    group: str = ""
    has_queues: bool = True

    @property
    def usually(self) -> str:
        """What is usual in words: ``usually 2``; nothing where it is not known."""
        return usual_words(self.metric, self.usual.middle if self.usual else None)

    @property
    def word(self) -> str:
        """The level in a word, where it says something."""
        return self.level.word if self.cell.tone in (Tone.WARNING, Tone.CRITICAL) else ""


_AGE = attrgetter("state", "day_state", "frozen", "stands")
"""All that makes a row old or dim."""


def _of_ages(
    lines: Sequence[Row], ages: Sequence[object], wanted: Collection[object], every: int
) -> Sequence[Row]:
    """Return the lines of some of their ages, of which there are ``every``."""
    if len(wanted) == every:
        return lines
    return [line for line, age in zip(lines, ages, strict=True) if age in wanted]


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
        # Rows of a PBX are as old as each other: one of each age is asked for all of that age.
        ages = list(map(_AGE, lines))
        alike = dict(zip(ages, lines, strict=True))
        states = {age: row.day_state if today else row.state for age, row in alike.items()}
        known = {age: row for age, row in alike.items() if states[age] is not Freshness.NO_DATA}
        self.lines = _of_ages(lines, ages, known, len(alike))
        self.lost = unheard or len(self.lines) < len(lines)
        olds = {age for age, row in known.items() if (row.day_old if today else row.old)}
        self.old = sum(map(ages.count, olds))
        bright = [age for age, row in known.items() if not (row.day_dim if today else row.old)]
        self.all_dim = bool(known) and not bright
        self.late = Freshness.LATE in states.values()
        self.judged = [
            (line, levels)
            for line in _of_ages(lines, ages, bright, len(alike))
            if (levels := (line.day_levels if today else line.levels).by_metric)
        ]
        self.stands = not today and any(row.stands for row in known.values())
        self.unconfirmed = frozenset().union(*{line.queue.unconfirmed for line in self.lines})
        names = (metric.name for metric in metrics if metric.kind is kind)
        self.totals = totals([line.queue for line in self.lines], names)

    def doubts(self, metric: Metric) -> bool:
        """Whether a time that is in the total may be of another unit; no time is in any."""
        return metric.name in self.unconfirmed

    def worst(self, tile: Tile, book: RuleBook) -> WorstQueue | None:
        """Return the queue that makes a total what it is, if that can be said."""
        name = tile.metric.name
        trouble = [
            (line, level)
            for line, levels in self.judged
            if (level := levels.get(name)) is not None and level >= Level.WARNING
        ]
        return worst_queue(tile.metric, tile.cell.text, self.lines, trouble, book)


def totals_of(
    lines: tuple[Row, ...],
    metrics: Sequence[Metric],
    rules: Mapping[str, Rule],
    book: RuleBook,
    unheard: frozenset[Kind],
) -> tuple[Tile, ...]:
    """Return the totals over ``lines``, judged by ``rules``, each with whom it is about.

    ``unheard``: the kinds of numbers of which some PBX that is polled has never sent any.
    """
    parts = _parts(lines, metrics, rules, unheard)
    return tuple(
        replace(tile, worst=parts[tile.metric.kind].worst(tile, book), has_queues=bool(lines))
        for tile in _totals(parts, metrics, rules)
    )


def subtotals(
    lines: Iterable[Row], metrics: Iterable[Metric], rules: Mapping[str, Rule]
) -> tuple[Tile, ...]:
    """Return the totals over some of the lines, judged by the ``rules`` of totals."""
    wanted = tuple(metrics)
    return _totals(_parts(tuple(lines), wanted, rules), wanted, rules)


def _parts(
    lines: tuple[Row, ...],
    metrics: Iterable[Metric],
    rules: Mapping[str, Rule],
    unheard: frozenset[Kind] = frozenset(),
) -> dict[Kind, _Rows]:
    """Return what is common to the totals of each kind, with what their rules need to see."""
    shown = tuple(metrics)
    names = {rules[metric.name].only_while for metric in shown if metric.name in rules}
    every = {*shown, *(METRICS[name] for name in names if name)}
    return {
        kind: _Rows(lines, every, kind, unheard=kind in unheard)
        for kind in {metric.kind for metric in every}
    }


def _totals(
    parts: Mapping[Kind, _Rows], metrics: Iterable[Metric], rules: Mapping[str, Rule]
) -> tuple[Tile, ...]:
    sums = {
        name: total.value
        for rows in parts.values()
        for name, total in rows.totals.items()
        if total.value is not None
    }
    return tuple(
        _tile(metric, rows := parts[metric.kind], _level(rules, metric, rows, sums))
        for metric in metrics
    )


def _level(rules: Mapping[str, Rule], metric: Metric, rows: _Rows, sums: Values) -> Level:
    """Return the level of a total by its own rule; one that no rule judges is not unknown."""
    number = rows.totals[metric.name].value
    if number is None:
        return Level.UNKNOWN
    rule = rules.get(metric.name)
    applies = rule.applies(sums) if rule else False
    if rule is None or applies is False:
        return Level.NORMAL
    return Level.UNKNOWN if applies is None or rows.doubts(metric) else rule.level_of(number)


def _tile(metric: Metric, rows: _Rows, level: Level) -> Tile:
    total = rows.totals[metric.name]
    tone = Tone.OLD if rows.all_dim else TONES[level]
    mark = level.mark if tone in (Tone.WARNING, Tone.CRITICAL) else ""
    waits: tuple[tuple[Number, float], ...] = ()
    still: Number = 0
    number = total.value
    if metric.name == TICKING and not rows.old and number:
        waits, still = _waits(rows.lines)
    elif metric.name == AVERAGE_WAIT and number is not None and _one_waits(rows.lines):
        waits, still = _waits(rows.lines)
        number = max((wait for wait, _ in waits), default=still) or number
        waits = () if rows.old else waits
    text = value(metric, number)
    return Tile(
        metric,
        Cell(text, tone, mark),
        level,
        _note(metric, rows),
        waits,
        still,
        number=number,
        nobody=total.value == 0 and all(map(is_nothing, rows.lines, repeat(metric))),
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


def _one_waits(lines: Iterable[Row]) -> bool:
    """Whether one call waits in all these queues: then its average is the longest wait."""
    return sum(line.queue.values.get("waitingCalls", 2) for line in lines) == 1


def _waits(lines: Iterable[Row]) -> tuple[tuple[tuple[Number, float], ...], Number]:
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
    number, at = max(tile.waits, key=lambda pair: pair[0] + 1_000 * int(now - pair[1]))
    if number + 1_000 * int(now - at) <= tile.still:
        return tile.cell
    return estimate(number, at, now, tile.cell.tone, tile.cell.mark)


def tile_cell(tile: Tile, now: float, *, grows: bool) -> Cell:
    """Return what a tile shows at ``now``; a count of 0 and a wait of nobody are quiet."""
    cell = tick_tile(tile, now) if grows else tile.cell
    quiet = tile.nobody and cell.tone is Tone.NORMAL and tile.metric.worse is not Worse.DOWN
    return cell._replace(tone=Tone.QUIET) if quiet else cell


def tile_share(tile: Tile, now: float) -> float | None:
    """Return how much of its bound a total has used at ``now``, from 0 on; ``None``: no bound."""
    if not tile.bound or tile.number is None or tile.metric.worse is not Worse.UP:
        return None
    grown = (number + 1_000 * int(now - at) for number, at in tile.waits)
    return max(tile.number, *grown, 0) / tile.bound
