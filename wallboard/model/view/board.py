"""What is drawn, as data: ``project`` after an event, or in two halves.

It costs one pass over the queues; the cells of a line are made only when it is looked
at (``cells``), so that drawing costs what is visible. Nothing here knows a screen: a cell is
text and a tone, and the tone is turned into a colour by the theme.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import KW_ONLY, field, replace

from wallboard.model.data.catalogue import NO_LABELS, TIME_IN_TARGET, Labels
from wallboard.model.data.metric import Metric
from wallboard.model.data.reading import Moment, QueueKey, QueueMetrics, Snapshot
from wallboard.model.data.view_options import metrics_of
from wallboard.model.feeds.freshness import Freshness
from wallboard.model.feeds.missing import Missings, with_missing
from wallboard.model.feeds.missing import rows as missing_rows
from wallboard.model.feeds.row_freshness import PAUSED_COLOURS, Ages
from wallboard.model.judge.levels import CLOSED, UNJUDGED, Levels, RuleBook
from wallboard.model.judge.rules import Rule, Rules
from wallboard.model.judge.trends import Trends
from wallboard.model.judge.usual import Usual
from wallboard.model.select.groups import TableEntry, group_rows, in_order
from wallboard.model.select.hidden import hidden_by_folds, hidden_by_selection
from wallboard.model.select.selection import Order, Selection, order_queues, order_words, select
from wallboard.model.silences import is_silenced
from wallboard.model.state import State
from wallboard.model.view.not_calm import changes_at, missing_words
from wallboard.model.view.row import Row
from wallboard.model.view.status_line import StatusLine, health
from wallboard.model.view.tile import Tile
from wallboard.model.view.tiles.board_tiles import board_tiles
from wallboard.records import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What trends are made of: samples, the rules of all queues, seconds between polls.

    ``until``: elapsed seconds when it was paused, if it is.
    """

    trends: Trends = field(default_factory=Trends)
    rules: Mapping[str, Rule] = field(default_factory=dict)
    interval: float = 10.0
    until: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardView:
    """One picture of the board. ``lines`` are in order; ``empty`` says why there are none.

    ``tick``: whether waits grow between polls. ``now``: elapsed seconds of this picture.
    ``changes_at``: when it will no longer be true by age alone, and must be projected anew.
    ``closed``: the queues outside their hours, which are in no line and no total. ``labels``: what
    the user calls some metrics. ``entries``: the rows of the table, headings of groups among them.
    ``sort``: the order of the lines. ``past``: what trends are made of.
    ``only_trouble``: whether only trouble is shown; without any the totals are over all the rest.
    ``book``: the rules. ``empty_groups``: the groups of queues that find none.
    """

    title: str
    tiles: tuple[Tile, ...]
    columns: tuple[Metric, ...]
    lines: tuple[Row, ...]
    health: StatusLine
    empty: str = ""
    tick: bool = True
    now: float = 0.0
    order: str = ""
    changes_at: float | None = None
    closed: tuple[Row, ...] = ()
    labels: Labels = field(default_factory=lambda: NO_LABELS)
    entries: tuple[TableEntry, ...] = ()
    sort: Order = Order()
    only_trouble: bool = False
    past: Past = field(default_factory=Past, compare=False, repr=False)
    book: RuleBook = field(default_factory=lambda: RuleBook(Rules()), compare=False, repr=False)
    empty_groups: tuple[str, ...] = ()

    def with_mistake(self, words: str) -> "BoardView":
        """Return the picture with what is wrong with the configuration on its status line."""
        return replace(self, health=replace(self.health, mistake=words)) if words else self

    @property
    def in_order(self) -> tuple[QueueKey, ...]:
        """The queues in the order of the table, those of folded groups too."""
        return tuple(self.lines[index].key for index in in_order(self.entries))


@dataclass(frozen=True, slots=True)
class Arrangement:
    """Half a picture: the rows in their order; ``queues``: all, the missing ones too."""

    state: State
    now: Moment
    ages: Ages
    queues: tuple[QueueMetrics, ...]
    levels: Levels
    _: KW_ONLY
    columns: tuple[Metric, ...]
    lines: tuple[Row, ...]


def project(state: State, now: Moment, *, services: str = "", replay: str = "") -> BoardView:
    """Return what is to be drawn at ``now``. ``services``, ``replay``: as in ``StatusLine``."""
    return picture(arrange(state, now), services=services, replay=replay)


def arrange(state: State, now: Moment) -> Arrangement:
    """Return the first half of ``project``: with ten thousand queues each half takes a while."""
    shown = state.shown()
    queues, missing, levels = shown.snapshot.queues, shown.missing, shown.levels
    ages, columns = Ages(state, now), state.options.table(state.options.columns)
    if missing:
        queues += missing_rows(missing)
        levels = with_missing(levels, missing, now.elapsed)
    if _is_shown(TIME_IN_TARGET, state):
        queues = ages.with_target(queues)
    visible = ages.hide_lost(queues)
    chosen = _choose(queues, visible, levels, state.selection, state.book, ages.usual)
    lines = _mark_rows(ages.with_usual(ages.lines(chosen, levels), columns), state, missing, now)
    return Arrangement(state, now, ages, queues, levels, columns=columns, lines=lines)


def picture(half: Arrangement, *, services: str = "", replay: str = "") -> BoardView:
    """Return the second half of ``project``: the picture of what was arranged."""
    state, now, ages, queues, levels = half.state, half.now, half.ages, half.queues, half.levels
    options = state.options
    hidden = hidden_by_selection(state, queues, levels, half.lines, ages, now)
    lines, closed = _open_and_closed(half.lines) if state.is_open else (half.lines, ())
    empty = _empty_groups(state, queues)
    entries = group_rows(lines, half.columns, state.book, state.selection, empty)
    hidden = hidden.with_more(hidden_by_folds(entries, lines))
    summed = lines or _calm_lines(state, queues, levels, ages)
    condition = replace(health(state, now, hidden, len(lines)), services=services, replay=replay)
    known = state.shown().snapshot
    return BoardView(
        title=options.title,
        tiles=board_tiles(state, summed, now, ages.usual if len(summed) == len(queues) else None),
        columns=half.columns,
        lines=lines,
        health=condition,
        empty=_empty_words(queues, known, lines or closed, condition, state.selection),
        tick=options.tick and state.paused is None,
        now=now.elapsed,
        order=order_words(state.selection.order, options.labels),
        changes_at=_changes_at(state, now),
        closed=closed,
        labels=options.labels,
        entries=entries,
        sort=state.selection.order,
        only_trouble=state.selection.only_trouble,
        past=_past(state),
        book=state.book,
        empty_groups=empty,
    )


def _past(state: State) -> Past:
    return Past(
        trends=state.shown().trends,
        rules=state.book.base,
        interval=state.interval,
        until=state.paused.at.elapsed if state.paused else None,
    )


def _mark_rows(
    lines: tuple[Row, ...], state: State, missing: Missings, now: Moment
) -> tuple[Row, ...]:
    """Return lines that say what is missing, silenced, and kept at the top by the reader."""
    if missing:
        lines = _with_words(lines, missing_words(state, missing.items(), now))
    if pinned := state.selection.pinned:
        lines = tuple(replace(row, pinned=True) if row.key in pinned else row for row in lines)
    if quiet := state.silences:
        lines = tuple(
            replace(row, silenced=True) if is_silenced(quiet, row.key, now) else row
            for row in lines
        )
    return lines


def _open_and_closed(lines: tuple[Row, ...]) -> tuple[tuple[Row, ...], tuple[Row, ...]]:
    """Return the queues within their hours, and those outside them."""
    closed = tuple(line for line in lines if line.levels.closed)
    return tuple(line for line in lines if not line.levels.closed), closed


def _empty_groups(state: State, queues: Iterable[QueueMetrics]) -> tuple[str, ...]:
    """Return the groups of queues that find none of all that are known."""
    groups = state.book.groups
    if not groups or not state.snapshot.readings:
        return ()
    return tuple(name for name, found in groups.members(queues).items() if not found)


def line_of(state: State, key: QueueKey, now: Moment) -> Row | None:
    """Return one queue as the board has it at ``now``; ``None`` if nothing is known of it."""
    shown = state.shown()
    queue = next((row for row in shown.snapshot.queues if row.key == key), None)
    ages = Ages(state, now)
    if queue is not None:
        return ages.lines(ages.hide_lost(ages.with_target((queue,))), shown.levels)[0]
    gone = shown.missing.get(key)
    if gone is None or gone.elsewhere:
        return None
    (line,) = ages.lines((gone.queue,), with_missing({}, {key: gone}, now.elapsed))
    return _with_words((line,), missing_words(state, [(key, gone)], now))[0]


def _is_shown(name: str, state: State) -> bool:
    """Whether a metric is on the board, or decides what is."""
    options, selection = state.options, state.selection
    named = (*metrics_of(options.columns), *options.tile_metrics, selection.order.by)
    return name in named or any(term.field == name for term in selection.terms)


def _changes_at(state: State, now: Moment) -> float | None:
    """Return when the first feed gets older in state, or paused rows lose their colours."""
    moments = changes_at(state, now.elapsed)
    ages = [feed.changes_at(now) for feed in state.feeds.values() if feed.queues]
    moments += [at for at in ages if at is not None]
    moments += [
        now.elapsed + (silence.until - now.wall).total_seconds()
        for silence in state.silences.values()
        if silence.until is not None and silence.until > now.wall
    ]
    if state.paused and now.elapsed - state.paused.at.elapsed < PAUSED_COLOURS:
        moments.append(state.paused.at.elapsed + PAUSED_COLOURS)
    return min(moments, default=None)


def _choose(
    queues: tuple[QueueMetrics, ...],
    shown: tuple[QueueMetrics, ...],
    levels: Levels,
    selection: Selection,
    book: RuleBook,
    usual: Usual | None = None,
) -> Sequence[QueueMetrics]:
    """Return what the selection lets through of what is shown, in the order of what was known.

    Numbers that become dashes move no queue: nothing jumps but with a poll.
    """
    if shown is queues:
        return select(queues, levels, selection, usual, book.groups)
    parts = {queue.key: part for queue, part in zip(queues, shown, strict=True)}
    through = select(shown, levels, selection, None, book.groups) if selection.filtered else shown
    kept = {queue.key for queue in through}
    rest = [queue for queue in queues if queue.key in kept]
    known = order_queues(rest, levels, selection.order, selection.pinned, usual)
    return [parts[queue.key] for queue in known]


def _with_words(lines: Iterable[Row], words: Mapping[QueueKey, str]) -> tuple[Row, ...]:
    """Return lines where those that are in no answer say so, and have no level."""
    return tuple(
        replace(line, levels=CLOSED if line.levels.closed else UNJUDGED, missing=words[line.key])
        if line.key in words
        else line
        for line in lines
    )


def _calm_lines(
    state: State, queues: tuple[QueueMetrics, ...], levels: Levels, ages: Ages
) -> tuple[Row, ...]:
    """Return what totals are over while only trouble is shown and there is none: all the rest."""
    selection = state.selection
    if not selection.only_trouble:
        return ()
    every = replace(selection, only_trouble=False)
    rest = _choose(queues, ages.hide_lost(queues), levels, every, state.book)
    return tuple(line for line in ages.lines(rest, levels) if not line.levels.closed)


def _empty_words(
    queues: tuple[QueueMetrics, ...],
    snapshot: Snapshot,
    lines: tuple[Row, ...],
    condition: StatusLine,
    selection: Selection,
) -> str:
    if lines:
        return ""
    if queues and selection.only_trouble:
        beside = replace(selection, only_trouble=False).filtered
        where = " among those that the filter lets through" if beside else ""
        when = " when last measured" if condition.state >= Freshness.STALE else ""
        but = f", but: {condition.not_calm.why}" if condition.not_calm.why else ""
        return f"No queue in trouble{where}{when}{but}."
    if queues:
        return "No queue matches the filter."
    if snapshot.readings:
        return "No queues: the API knows none for this configuration."
    return condition.trouble or "Signing in…"
