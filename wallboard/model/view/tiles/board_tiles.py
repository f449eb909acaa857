"""The board's tiles: totals over what is shown, or of a group of it, each with its target.

With which queue makes it what it is, its last half hour, and what is usual.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from wallboard.model.board_state import State
from wallboard.model.data.metric import Adds, Kind, Metric, Number, Worse
from wallboard.model.data.reading import Moment
from wallboard.model.data.view_options import ViewOptions, tile_parts
from wallboard.model.judge.levels import RuleBook
from wallboard.model.judge.rules import Rule
from wallboard.model.judge.trends import total_trend
from wallboard.model.judge.usual import Usual
from wallboard.model.view.format import bound_text
from wallboard.model.view.last_hour import trends_until
from wallboard.model.view.row import Row
from wallboard.model.view.tile import Tile, totals_of

NO_QUEUE = "no queue"
"""The note of a tile of a group of which no queue is shown."""


def board_tiles(
    state: State, lines: tuple[Row, ...], now: Moment, usual: Usual | None
) -> tuple[Tile, ...]:
    """Return the tiles with the half hour of their totals, of a paused board as it stood then.

    ``usual``: what is usual over all queues, if these are all.
    """
    shown, then = state.shown(), trends_until(state, now).elapsed
    unheard = frozenset(feed.kind for feed in shown.feeds.values() if feed.reading is None)
    tiles = tiles_of(state.options, state.book, lines, unheard=unheard)
    keys = {
        group: {line.queue.key for line in lines_of(lines, group, state.book)}
        for group in {tile.group for tile in tiles}
    }
    return tuple(
        replace(
            tile,
            usual=usual.total(tile.metric.name) if usual and not tile.group else None,
            trend=total_trend(shown.trends, keys[tile.group], tile.metric, then, state.interval),
        )
        for tile in tiles
    )


def tiles_of(
    options: ViewOptions, book: RuleBook, lines: tuple[Row, ...], *, unheard: frozenset[Kind]
) -> tuple[Tile, ...]:
    """Return the board's tiles over ``lines``, those of a group over those of them that it has.

    ``unheard``: the kinds of numbers of which some PBX that is polled has never sent any.
    """
    wanted = [
        (group, metric)
        for group, name in map(tile_parts, options.tiles)
        if (metric := options.metric(name))
    ]
    made: dict[tuple[str, str], Tile] = {}
    for group in dict.fromkeys(group for group, _ in wanted):
        metrics = [metric for its, metric in wanted if its == group]
        for tile in _tiles_over(lines, group, metrics, book, unheard):
            made[group, tile.metric.name] = _of_group(tile, group, book) if group else tile
    return tuple(made[group, metric.name] for group, metric in wanted)


def _tiles_over(
    lines: tuple[Row, ...],
    group: str,
    metrics: Sequence[Metric],
    book: RuleBook,
    unheard: frozenset[Kind],
) -> Iterable[Tile]:
    rules = rules_of(group, book)
    members = lines_of(lines, group, book)
    for tile in totals_of(members, metrics, rules, book, unheard):
        yield with_target(tile, rules, book)


def with_target(tile: Tile, rules: Mapping[str, Rule], book: RuleBook) -> Tile:
    """Return a total with its target; ``rules``: what judges it."""
    metric = tile.metric
    own = metric.name in rules or metric.adds is Adds.MAX
    return replace(
        tile,
        target=target(metric, rules, book),
        bound=_bound_of(metric, rules, book) if own else None,
    )


def _of_group(tile: Tile, group: str, book: RuleBook) -> Tile:
    """Return a tile that says whose it is; of a group that has no queue here, that it has none."""
    found = book.groups.by_name(group)
    name = found.name if found else group
    metric = tile.metric
    label, short = f"{name} · {metric.label}", f"{name} {metric.short}"
    note = tile.note if tile.has_queues else NO_QUEUE
    return replace(tile, group=name, metric=replace(metric, label=label, short=short), note=note)


def lines_of(lines: tuple[Row, ...], group: str, book: RuleBook) -> tuple[Row, ...]:
    """Return those of the lines that a group has; ``""``: all."""
    found = book.groups.by_name(group) if group else None
    if not group:
        return lines
    return tuple(line for line in lines if found and found.name in book.groups.of(line.queue))


def rules_of(group: str, book: RuleBook) -> Mapping[str, Rule]:
    """Return what judges the totals of a group; ``""``: of all that is shown."""
    found = book.groups.by_name(group) if group else None
    return book.groups.rules[found.name] if found else book.total


def target(metric: Metric, rules: Mapping[str, Rule], book: RuleBook) -> str:
    """Return ``<1:00``, ``<3 a queue``: the bound on whose better side all is well; else nothing.

    ``rules``: of the total. A bound that holds for each queue and not for their total says so.
    """
    rule = rules.get(metric.name) or book.base.get(metric.name)
    bound = _bound_of(metric, rules, book)
    if rule is None or bound is None:
        return ""
    sign = ">" if rule.worse is Worse.DOWN else "<"
    own = metric.name in rules or metric.adds is Adds.MAX
    return f"{sign}{bound_text(metric, bound)}{'' if own else ' a queue'}"


def _bound_of(metric: Metric, rules: Mapping[str, Rule], book: RuleBook) -> Number | None:
    rule = rules.get(metric.name) or book.base.get(metric.name)
    return None if rule is None else rule.critical if rule.warning is None else rule.warning
