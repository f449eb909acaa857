"""Filter and order: which queues are looked at, and which comes first.

How a filter is written is told in ``filters``.
"""

import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import KW_ONLY, replace
from types import MappingProxyType
from typing import TypeVar

from wallboard.model.data.catalogue import METRICS, NO_LABELS, Labels, relabel
from wallboard.model.data.metric import PAGE_METRICS, TICKING, Number, Unit, Worse
from wallboard.model.data.metric_names import find_metric, fold, hint_of
from wallboard.model.data.reading import QueueKey, QueueMetrics, by_name
from wallboard.model.judge.group_book import NO_GROUPS, GroupBook
from wallboard.model.judge.levels import UNJUDGED, Levels, QueueLevels
from wallboard.model.judge.rules import Level
from wallboard.model.judge.usual import Usual
from wallboard.model.select.filter import Term
from wallboard.model.select.totals import row_value
from wallboard.model.view.format import percent_shown
from wallboard.records import dataclass

Item = TypeVar("Item")
Value = TypeVar("Value", float, str)

_SECOND = 1_000
_SIGNS: Mapping[str, Callable[[Number, Number], bool]] = MappingProxyType(
    {
        ">=": operator.ge,
        "<=": operator.le,
        "!=": operator.ne,
        ">": operator.gt,
        "<": operator.lt,
        "=": operator.eq,
    }
)


@dataclass(frozen=True, slots=True)
class Order:
    """``by``: ``worst``, ``unusual``, ``name``, ``site``, ``extension`` or a metric."""

    by: str = "worst"
    descending: bool = False

    def __str__(self) -> str:
        return f"-{self.by}" if self.descending else self.by

    @property
    def turned(self) -> "Order":
        """The same order the other way round."""
        return replace(self, descending=not self.descending)


WORST_FIRST = Order()


@dataclass(frozen=True, slots=True)
class Selection:
    """What the reader has chosen; empty sets mean all. ``pbxes``: by their ids.

    ``by``: ``site`` or ``pbx``, what the table is grouped by; ``folded``: ids of the groups of
    which only the heading is shown; ``pinned``: queues that come first, whatever the order.
    """

    text: str = ""
    terms: tuple[Term, ...] = ()
    sites: frozenset[str] = frozenset()
    queues: frozenset[QueueKey] = frozenset()
    pbxes: frozenset[str] = frozenset()
    only_trouble: bool = False
    _: KW_ONLY
    order: Order = WORST_FIRST
    by: str = ""
    folded: frozenset[str] = frozenset()
    pinned: frozenset[QueueKey] = frozenset()

    def without_filter(self) -> "Selection":
        """Return the selection without any filter: its order, groups and pinned queues stay."""
        return Selection(order=self.order, by=self.by, folded=self.folded, pinned=self.pinned)

    @property
    def filtered(self) -> bool:
        """Whether anything but the order is chosen."""
        return bool(self.terms or self.sites or self.queues or self.pbxes or self.only_trouble)


def filter_text(selection: Selection, pbxes: Mapping[str, str]) -> str:
    """Return what a selection lets through as a filter that one may type.

    ``pbxes``: names by id. Queues that were chosen one by one are left out: there are no words
    that find them and no other.
    """
    fields = {
        "site": selection.sites,
        "pbx": {pbxes.get(pbx, pbx) for pbx in selection.pbxes},
    }
    parts = [selection.text.strip()] if selection.terms else []
    for name, values in fields.items():
        # No quote can be written in quotes: what is beside one finds the name, if others too.
        pieces = sorted({max(value.split('"'), key=len) for value in values})
        if pieces and all(pieces):
            parts.append(f"{name}:" + ",".join(f'"{piece}"' for piece in pieces))
    parts += ["level:warning,critical"] if selection.only_trouble else []
    return " ".join(parts)


def parse_order(text: str) -> Order:
    """Read ``worst``, ``unusual``, ``name``, or a metric by any of its names.

    With ``-`` before it: descending. Raises ``ValueError`` that names the nearest orders.
    """
    plain = text.strip()
    descending = plain.startswith("-")
    plain = plain.lstrip("-").strip()
    metric = None if plain.lower() in _PLAIN else find_metric(plain)
    by = metric.name if metric else plain.lower()
    if by in _PLAIN or metric:
        return Order(by, descending)
    hint = hint_of(plain, others=_PLAIN)
    raise ValueError(f"not an order: write worst, unusual, name, site, extension or a metric{hint}")


_PLAIN = ("worst", "unusual", "name", "site", "extension")
_LAST = float("inf")


def select(
    queues: Iterable[QueueMetrics],
    levels: Levels,
    selection: Selection,
    usual: Usual | None = None,
    groups: GroupBook = NO_GROUPS,
) -> tuple[QueueMetrics, ...]:
    """Return the queues that the selection lets through, in its order."""
    chosen = queues
    if selection.filtered:
        chosen = [
            queue
            for queue in queues
            if matches(queue, levels.get(queue.key, UNJUDGED), selection, groups)
        ]
    return order_queues(chosen, levels, selection.order, selection.pinned, usual)


def matches(
    queue: QueueMetrics,
    levels: QueueLevels,
    selection: Selection,
    groups: GroupBook = NO_GROUPS,
) -> bool:
    """Whether one queue passes every part of the selection."""
    if selection.only_trouble and levels.level < Level.WARNING:
        return False
    if selection.sites and selection.sites.isdisjoint((queue.site, queue.site_title)):
        return False
    if selection.pbxes and queue.key.pbx not in selection.pbxes:
        return False
    if selection.queues and queue.key not in selection.queues:
        return False
    return all(term_matches(term, queue, levels.level, groups) for term in selection.terms)


def term_matches(
    term: Term, queue: QueueMetrics, level: Level, groups: GroupBook = NO_GROUPS
) -> bool:
    """Whether a queue at ``level`` passes one term; a missing value passes no comparison."""
    field = term.field
    if term.sign:
        return compares(term, queue)
    if field == "level":
        return term.says(level.word.startswith)
    if field == "ext":
        return term.says(fold(queue.extension).startswith)
    if field == "group":
        names = groups.filter_names((queue,))
        return term.says(lambda text: any(text in name for name in names))
    # As they are shown: with the PBX where that alone tells two of them apart.
    texts = {"site": queue.site_title, "queue": queue.title, "pbx": queue.pbx}
    place = fold(texts.get(field, f"{queue.title}\n{queue.site_title}\n{queue.extension}"))
    return term.says(lambda text: text in place)


def compares(term: Term, queue: QueueMetrics) -> bool:
    """Whether a queue passes a comparison; a missing or doubtful value passes none."""
    metric = METRICS[term.field]
    number = None if term.field in queue.suspect else row_value(queue, metric)
    return passes(term, metric.unit, number)


def passes(term: Term, unit: Unit, number: Number | None) -> bool:
    """Compare what is shown: durations are cut to whole seconds, as they are drawn."""
    if number is None:
        return False
    if unit is Unit.MILLISECONDS:
        number = number // _SECOND * _SECOND
    elif unit is Unit.PERCENT:
        number = percent_shown(number)
    return _SIGNS[term.sign](number, term.bound)


def order_queues(
    queues: Iterable[QueueMetrics],
    levels: Levels,
    order: Order,
    pinned: frozenset[QueueKey] = frozenset(),
    usual: Usual | None = None,
) -> tuple[QueueMetrics, ...]:
    """Return the queues in ``order``; no value comes last whichever way, ties by name, then key.

    Pinned queues come before all others, in the same order among themselves. ``usual``: what is
    usual now; as long as that is not known, what is most unusual is the worst.
    """
    found = _in_order(queues, levels, order, usual)
    return tuple(sorted(found, key=lambda item: item.key not in pinned)) if pinned else found


def _in_order(
    queues: Iterable[QueueMetrics], levels: Levels, order: Order, usual: Usual | None
) -> tuple[QueueMetrics, ...]:
    named = by_name(queues)
    if order.by == "name":
        return tuple(reversed(named)) if order.descending else tuple(named)
    if order.by in ("site", "extension"):
        named.sort(key=lambda item: _natural(getattr(item, order.by)), reverse=order.descending)
        return tuple(named)
    if order.by == "unusual" and usual is not None:
        # Turned as ``worst`` is: what is most so comes first.
        return sort_by(named, usual.unusual, not order.descending)
    if order.by in ("worst", "unusual"):
        return _by_worst(named, levels, order.descending)
    metric = METRICS[order.by]
    return sort_by(named, lambda queue: row_value(queue, metric), order.descending)


def _natural(text: str) -> tuple[int, int, str]:
    return (0, int(text), "") if text.isdecimal() else (1, 0, fold(text))


def _by_worst(
    named: list[QueueMetrics], levels: Levels, calm_first: bool
) -> tuple[QueueMetrics, ...]:
    turned, unknown = 1 if calm_first else -1, Level.UNKNOWN

    def badness(queue: QueueMetrics) -> tuple[float, float]:
        level = levels.get(queue.key, UNJUDGED).level
        wait = None if TICKING in queue.suspect else queue.values.get(TICKING)
        # What has no value is last, whichever way.
        return (
            _LAST if level is unknown else turned * level,
            _LAST if wait is None else turned * wait,
        )

    return tuple(sorted(named, key=badness))


def sort_by(
    items: Iterable[Item], value: Callable[[Item], Value | None], descending: bool
) -> tuple[Item, ...]:
    """Return items by what ``value`` gives; no value comes last whichever way, ties stay."""
    valued: list[tuple[Value, Item]] = []
    empty: list[Item] = []
    for item in items:
        found = value(item)
        if found is None:
            empty.append(item)
        else:
            valued.append((found, item))
    valued.sort(key=lambda pair: pair[0], reverse=descending)
    return (*(item for _, item in valued), *empty)


def sites_of(queues: Iterable[QueueMetrics]) -> Mapping[str, int]:
    """Return each site's title with how many queues it has, by name."""
    counted: dict[str, int] = {}
    for queue in queues:
        counted[queue.site_title] = counted.get(queue.site_title, 0) + 1
    return dict(sorted(counted.items(), key=lambda pair: fold(pair[0])))


def order_by(by: str) -> Order:
    """Return the order that puts what matters on top: the most, or the fewest where that is bad."""
    metric = PAGE_METRICS.get(by) or METRICS.get(by)
    return Order(by, descending=metric is not None and metric.worse is not Worse.DOWN)


def order_words(order: Order, labels: Labels = NO_LABELS) -> str:
    """Return an order in the words of the table's headings."""
    metric = PAGE_METRICS.get(order.by) or relabel(order.by, labels)
    words = metric.word if metric else order.by
    if order.by == "worst":
        return "worst last" if order.descending else "worst first"
    if order.by == "unusual":
        return f"most unusual {'last' if order.descending else 'first'}"
    if not order.descending:
        return words
    return f"{words}, {'high' if metric else 'z'} to {'low' if metric else 'a'}"
