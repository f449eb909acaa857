"""The filter of the agents page: words that must all match what is shown.

A bare word is looked for in name, status, queue and site; ``name:``, ``status:``, ``queue:``,
``site:`` look in one of them, ``level:`` for a level. Quotes keep blanks together and take from
``:`` its meaning. A name that is shown as initials is found by these alone.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from wallboard.model.judge.rules import Level
from wallboard.model.select.filter import FilterMistake, fold

FIELDS = ("name", "status", "queue", "site", "level")
_MEANT = {
    **{f"{field}s": field for field in FIELDS},
    "agent": "name",
    "agents": "name",
    "state": "status",
}
_WORD = re.compile(r'(?:([^\s":]*):)?((?:"[^"]*"?|[^\s"])+|)')


class AgentsFilter(NamedTuple):
    """One part of a filter: ``text`` is folded; ``field`` is "" for a bare word."""

    field: str
    text: str


@dataclass(frozen=True, slots=True)
class Shown:
    """What is shown of one agent, as a filter sees it."""

    name: str
    status: tuple[str, ...]
    queues: tuple[str, ...]
    sites: tuple[str, ...]
    level: Level


def parse_sought(text: str) -> tuple[AgentsFilter, ...]:
    """Read a filter as typed. Raises ``FilterMistake``; an open quote is not one while typing."""
    found = []
    for field, written in _words(text):
        plain = fold(written.replace('"', ""))
        named = fold(field)
        if named in FIELDS:
            found.append(_in_field(named, plain))
        elif meant := _MEANT.get(named):
            msg = f"no such field; write {meant}:"
            raise FilterMistake(msg)
        else:
            found.append(AgentsFilter("", fold(f"{field}:") + plain if field else plain))
    return tuple(found)


def _words(text: str) -> Iterable[tuple[str, str]]:
    for match in _WORD.finditer(text):
        if match[0]:
            yield match[1] or "", match[2]


def _in_field(field: str, text: str) -> AgentsFilter:
    if field == "level" and text and not any(one.word.startswith(text) for one in Level):
        msg = f"level: one of {', '.join(one.word for one in reversed(Level))}"
        raise FilterMistake(msg)
    return AgentsFilter(field, text)


def matches(sought: Iterable[AgentsFilter], shown: Shown) -> bool:
    """Whether every part of a filter is found in what is shown."""
    return all(_matches(one, shown) for one in sought)


def _matches(one: AgentsFilter, shown: Shown) -> bool:
    texts = {
        "name": (shown.name,),
        "status": shown.status,
        "queue": shown.queues,
        "site": shown.sites,
    }
    if one.field == "level":
        return shown.level.word.startswith(one.text)
    if one.field:
        return any(one.text in fold(text) for text in texts[one.field])
    return any(one.text in fold(text) for field in texts.values() for text in field)
