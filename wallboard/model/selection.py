"""Filter and order: which queues are looked at, and which comes first.

A filter is words that must all match: a bare word is looked for in name, site and extension;
``site:``, ``queue:``, ``ext:``, ``pbx:`` look in one field, ``level:`` for a level. Quotes keep
blanks together (``site:"New York"``). Matching is whatever the case and accents allow.
"""

import shlex
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from wallboard.model.metrics import CATALOGUE, find, nearest
from wallboard.model.snapshot import QueueKey, QueueMetrics
from wallboard.model.summary import row_value
from wallboard.model.thresholds import UNJUDGED, Level, Levels, QueueLevels

_FIELDS = ("site", "queue", "ext", "pbx", "level")


class Term(NamedTuple):
    """One word of a filter; ``field`` is ``""`` for a bare word."""

    field: str
    text: str


@dataclass(frozen=True, slots=True)
class Order:
    """``by``: ``worst``, ``name``, ``site``, ``extension`` or a metric."""

    by: str = "worst"
    descending: bool = False

    def __str__(self) -> str:
        return f"-{self.by}" if self.descending else self.by


@dataclass(frozen=True, slots=True)
class Selection:
    """What the reader has chosen; empty sets mean all."""

    text: str = ""
    terms: tuple[Term, ...] = ()
    sites: frozenset[str] = frozenset()
    queues: frozenset[QueueKey] = frozenset()
    only_trouble: bool = False
    order: Order = Order()

    @property
    def filtered(self) -> bool:
        """Whether anything but the order is chosen."""
        return bool(self.terms or self.sites or self.queues or self.only_trouble)


class FilterMistake(ValueError):
    """A filter that cannot be read; the message says why in words for its author."""


def fold(text: str) -> str:
    """Return ``text`` without case and accents, for comparing."""
    if text.isascii():
        return text.lower()
    spread = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in spread if not unicodedata.combining(letter))


def parse_filter(text: str) -> tuple[Term, ...]:
    """Read a filter as typed. Raises ``FilterMistake``; an open quote is not one while typing."""
    try:
        words = shlex.split(text, posix=True) if '"' in text else text.split()
    except ValueError:
        words = text.replace('"', " ").split()
    return tuple(_term(word) for word in words)


def _term(word: str) -> Term:
    field, colon, rest = word.partition(":")
    field = field.lower()
    if not colon or field not in _FIELDS:
        return Term("", fold(word))
    if field == "level" and rest and not _levels(rest):
        msg = f"level: one of {', '.join(level.word for level in reversed(Level))}"
        raise FilterMistake(msg)
    return Term(field, fold(rest))


def _levels(start: str) -> list[Level]:
    return [level for level in Level if level.word.startswith(start.lower())]


def parse_order(text: str) -> Order:
    """Read ``worst``, ``name``, a metric's name, or one with ``-`` before it (descending).

    Raises ``ValueError`` that names the nearest orders.
    """
    plain = text.strip()
    descending = plain.startswith("-")
    plain = plain.lstrip("-").strip()
    metric = find(plain)
    by = metric.name if metric else plain.lower()
    if by in _PLAIN or metric:
        return Order(by, descending)
    close = nearest(plain, (*_PLAIN, *CATALOGUE))
    hint = f"; nearest: {', '.join(close)}" if close else ""
    msg = f"not an order: write worst, name, site, extension or a metric{hint}"
    raise ValueError(msg)


_PLAIN = ("worst", "name", "site", "extension")


def select(
    queues: Iterable[QueueMetrics], levels: Levels, selection: Selection
) -> tuple[QueueMetrics, ...]:
    """Return the queues that the selection lets through, in its order."""
    chosen = queues
    if selection.filtered:
        chosen = [one for one in queues if matches(one, levels.get(one.key, UNJUDGED), selection)]
    return ordered(chosen, levels, selection.order)


def matches(queue: QueueMetrics, levels: QueueLevels, selection: Selection) -> bool:
    """Whether one queue passes every part of the selection."""
    if selection.only_trouble and levels.level < Level.WARNING:
        return False
    if selection.sites and queue.site not in selection.sites:
        return False
    if selection.queues and queue.key not in selection.queues:
        return False
    return all(_term_matches(term, queue, levels.level) for term in selection.terms)


def _term_matches(term: Term, queue: QueueMetrics, level: Level) -> bool:
    field, text = term
    if field == "":
        return text in fold(f"{queue.name}\n{queue.site}\n{queue.extension}")
    if field == "level":
        return level.word.startswith(text)
    if field == "ext":
        return queue.extension.startswith(text)
    return text in fold({"site": queue.site, "queue": queue.name, "pbx": queue.pbx}[field])


def ordered(
    queues: Iterable[QueueMetrics], levels: Levels, order: Order
) -> tuple[QueueMetrics, ...]:
    """Return the queues in ``order``; no value comes last whichever way, ties by name, then key."""
    named = sorted(queues, key=lambda one: (fold(one.name), one.key))
    if order.by == "name":
        return tuple(reversed(named)) if order.descending else tuple(named)
    if order.by in ("site", "extension"):
        named.sort(key=lambda one: _natural(getattr(one, order.by)), reverse=order.descending)
        return tuple(named)
    if order.by == "worst":
        return _by_worst(named, levels, order.descending)
    return _by_metric(named, order)


def _natural(text: str) -> tuple[int, int, str]:
    return (0, int(text), "") if text.isdecimal() else (1, 0, fold(text))


def _by_worst(
    named: list[QueueMetrics], levels: Levels, calm_first: bool
) -> tuple[QueueMetrics, ...]:
    def badness(queue: QueueMetrics) -> tuple[int, float]:
        return (
            levels.get(queue.key, UNJUDGED).level,
            queue.values.get("longestWaitingTime", -1),
        )

    return tuple(sorted(named, key=badness, reverse=not calm_first))


def _by_metric(named: list[QueueMetrics], order: Order) -> tuple[QueueMetrics, ...]:
    metric = CATALOGUE[order.by]
    valued: list[tuple[float, QueueMetrics]] = []
    empty: list[QueueMetrics] = []
    for queue in named:
        number = row_value(queue, metric)
        if number is None:
            empty.append(queue)
        else:
            valued.append((number, queue))
    valued.sort(key=lambda pair: pair[0], reverse=order.descending)
    return (*(queue for _, queue in valued), *empty)


def sites_of(queues: Iterable[QueueMetrics]) -> Mapping[str, int]:
    """Return each site with how many queues it has, by name."""
    counted: dict[str, int] = {}
    for queue in queues:
        counted[queue.site] = counted.get(queue.site, 0) + 1
    return dict(sorted(counted.items(), key=lambda pair: fold(pair[0])))
