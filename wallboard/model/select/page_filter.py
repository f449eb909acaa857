"""The filters of the pages of agents and of calls: the grammar of ``filter``, over what is shown.

A bare word is looked for in all that is shown; ``name:``, ``status:``, ``queue:``, ``site:`` and
others look in one part of it, ``group:`` for a group that a queue of it is in, ``level:`` for a
level. A name that is shown as initials is found by these alone. ``time>5:00`` and ``queues>1``
compare what a person has, ``waited>1:00`` and ``total>5:00`` what a call has; the metrics of queues
(``waiting>3``) are those of the queues that it is in: one of them must pass.
"""

from collections.abc import Iterable, Mapping
from dataclasses import KW_ONLY, field, replace
from types import MappingProxyType

from wallboard.model.data.catalogue import METRICS, NO_LABELS, Labels
from wallboard.model.data.metric import IN_STATUS, LASTED, PAGE_METRICS, SEATED, WAITED, Metric
from wallboard.model.data.metric_names import fold, metrics_by_name
from wallboard.model.data.reading import QueueKey, QueueMetrics, Values
from wallboard.model.judge.group_book import NO_GROUPS, GroupBook
from wallboard.model.judge.levels import Levels
from wallboard.model.judge.rules import Level
from wallboard.model.select.filter import Term, Vocabulary, parse_terms
from wallboard.model.select.selection import WORST_FIRST, Order, compares, passes
from wallboard.records import dataclass

_AGENT_FIELDS = ("name", "status", "queue", "site", "pbx", "group", "level")
_AGENT_MEANT = MappingProxyType({"agent": "name", "agents": "name", "state": "status"})
_CALL_FIELDS = ("status", "caller", "agent", "queue", "site", "pbx", "group", "direction", "level")
_CALL_MEANT = MappingProxyType({"name": "caller", "state": "status", "number": "caller"})


@dataclass(frozen=True, slots=True)
class PageChoice:
    """What the reader wants to see of a page. ``terms``: the filter, ``text`` as it was typed.

    ``by_queue``: agents as seats under their queues.
    """

    text: str = ""
    terms: tuple[Term, ...] = ()
    order: Order = WORST_FIRST
    by_queue: bool = False

    @property
    def filter(self) -> str:
        """The filter in force, in words."""
        return self.text.strip() if self.terms else ""

    def without_filter(self) -> "PageChoice":
        """Return the choice without its filter."""
        return replace(self, text="", terms=())

    @property
    def asks_of_queues(self) -> bool:
        """Whether the filter has anything to do with what is known of queues."""
        return any(term.field == "group" or term.field in METRICS for term in self.terms)


NO_CHOICE = PageChoice()


@dataclass(frozen=True, slots=True)
class KnownQueues:
    """The queues of the board, their levels, and the groups that they are in."""

    queues: tuple[QueueMetrics, ...] = ()
    levels: Levels = field(default_factory=dict)
    groups: GroupBook = NO_GROUPS

    def level(self, key: QueueKey | None) -> Level:
        """Return the level of a queue; of none that is known it is unknown."""
        found = self.levels.get(key) if key else None
        return found.level if found else Level.UNKNOWN


NO_QUEUES = KnownQueues()


@dataclass(frozen=True, slots=True)
class Shown:
    """What is shown of a person or a call, as a filter sees it.

    ``texts``: field → what stands there; ``numbers``: of ``PAGE_METRICS``, by name; ``queues``:
    those that it is in, as far as they are known.
    """

    texts: Mapping[str, tuple[str, ...]]
    level: Level
    _: KW_ONLY
    numbers: Values
    queues: tuple[QueueMetrics, ...] = ()


def parse_agents_filter(text: str, labels: Labels = NO_LABELS) -> tuple[Term, ...]:
    """Read a filter of agents as typed; see ``filter.parse_terms``."""
    return parse_terms(text, _vocabulary(_AGENT_FIELDS, _AGENT_MEANT, labels, IN_STATUS, SEATED))


def parse_calls_filter(text: str, labels: Labels = NO_LABELS) -> tuple[Term, ...]:
    """Read a filter of calls as typed; see ``filter.parse_terms``."""
    return parse_terms(text, _vocabulary(_CALL_FIELDS, _CALL_MEANT, labels, WAITED, LASTED))


def _vocabulary(
    fields: tuple[str, ...], meant: Mapping[str, str], labels: Labels, *own: Metric
) -> Vocabulary:
    names = metrics_by_name(labels) | {metric.name: metric for metric in own}
    return Vocabulary(fields, meant, names)


def matches(terms: Iterable[Term], shown: Shown, groups: GroupBook) -> bool:
    """Whether every term of a filter is found in what is shown; ``groups``: those of queues."""
    return all(_matches(term, shown, groups) for term in terms)


def _matches(term: Term, shown: Shown, groups: GroupBook) -> bool:
    if term.sign:
        if (own := PAGE_METRICS.get(term.field)) is not None:
            return passes(term, own.unit, shown.numbers.get(own.name))
        return any(compares(term, queue) for queue in shown.queues)
    if term.field == "level":
        return term.says(shown.level.word.startswith)
    if term.field == "group":
        folded = groups.filter_names(shown.queues)
    else:
        places = [shown.texts.get(term.field, ())] if term.field else shown.texts.values()
        folded = [fold(text) for place in places for text in place]
    return term.says(lambda part: any(part in text for text in folded))
