"""The filter of the agents page: the grammar of ``filter``, over what is shown of agents.

A bare word is looked for in name, status, queue and site; ``name:``, ``status:``, ``queue:``,
``site:`` look in one of them, ``level:`` for a level. A name that is shown as initials is found by
these alone.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from types import MappingProxyType

from wallboard.model.data.metric_names import fold
from wallboard.model.judge.rules import Level
from wallboard.model.select.filter import Term, Vocabulary, parse_terms

_VOCABULARY = Vocabulary(
    ("name", "status", "queue", "site", "level"),
    MappingProxyType({"agent": "name", "agents": "name", "state": "status"}),
)


@dataclass(frozen=True, slots=True)
class Shown:
    """What is shown of one agent, as a filter sees it."""

    name: str
    status: tuple[str, ...]
    queues: tuple[str, ...]
    sites: tuple[str, ...]
    level: Level


def parse_agents_filter(text: str) -> tuple[Term, ...]:
    """Read a filter of agents as typed; see ``filter.parse_terms``."""
    return parse_terms(text, _VOCABULARY)


def matches(terms: Iterable[Term], shown: Shown) -> bool:
    """Whether every term of a filter is found in what is shown."""
    return all(_matches(term, shown) for term in terms)


def _matches(term: Term, shown: Shown) -> bool:
    if term.field == "level":
        return term.says(shown.level.word.startswith)
    texts = {
        "name": (shown.name,),
        "status": shown.status,
        "queue": shown.queues,
        "site": shown.sites,
    }
    places = [texts[term.field]] if term.field else texts.values()
    folded = [fold(text) for place in places for text in place]
    return term.says(lambda part: any(part in text for text in folded))
