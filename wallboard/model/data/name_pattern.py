"""Which queues a part of the configuration speaks of, and which of several parts wins.

And the groups of queues that the user named: across sites and PBXes, found by such patterns.
"""

from fnmatch import fnmatchcase

from wallboard.model.data.reading import QueueKey, QueueMetrics
from wallboard.records import dataclass


@dataclass(frozen=True, slots=True)
class NamePattern:
    """Queues and sites by name; ``""`` matches all.

    Patterns are shell-like (``VIP*``) and match whatever their case.
    """

    queue: str = ""
    site: str = ""

    def matches(self, queue: str, site: str) -> bool:
        """Whether this speaks of that queue."""
        return _fits(self.queue, queue) and _fits(self.site, site)

    @property
    def narrowness(self) -> tuple[bool, bool, int]:
        """Order of precedence: queue and site, then queue, then site, then more literal."""
        literal = sum(character not in "*?[]" for character in self.queue + self.site)
        return bool(self.queue and self.site), bool(self.queue), literal


def _fits(pattern: str, name: str) -> bool:
    return not pattern or fnmatchcase(name.casefold(), pattern.casefold())


NO_GROUP = "no group"
"""Stands for the group of the queues that are in none."""


@dataclass(frozen=True, slots=True)
class QueueGroup:
    """Queues by patterns of their names, sites and PBXes (a PBX by its id too).

    Of what is given a queue has to fit each, of the patterns of one kind any; what is empty fits
    every queue. Patterns are those of ``NamePattern``.
    """

    name: str
    queues: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    pbx: tuple[str, ...] = ()

    def has(self, queue: QueueMetrics) -> bool:
        """Whether a queue is in this group."""
        return (
            _fits_any(self.queues, queue.name)
            and _fits_any(self.sites, queue.site)
            and (_fits_any(self.pbx, queue.pbx) or _fits_any(self.pbx, queue.key.pbx))
        )


def _fits_any(patterns: tuple[str, ...], name: str) -> bool:
    return not patterns or any(_fits(pattern, name) for pattern in patterns)


def group_key(name: str) -> QueueKey:
    """Return who a group is where queues are told of: no queue has a key without a PBX."""
    return QueueKey("", "", name=name)


def is_group(key: QueueKey) -> bool:
    """Whether a key is that of a group."""
    return not key.pbx and bool(key.name)
