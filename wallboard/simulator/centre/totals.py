"""Sums over calls that came: of a queue, of an agent, of several together.

Counts are calls, all else is whole milliseconds.
"""

from dataclasses import dataclass, fields
from typing import Self


@dataclass(slots=True, kw_only=True)
class CallTotals:
    """What became of a queue's calls.

    ``active``: not ended at the end of the span, or now; ``waits``: calls whose wait is over;
    ``answered``: by an agent, whatever came after; ``handlings``: those of them that have ended;
    ``holds``: calls that were on hold.
    """

    entered: int = 0
    accepted: int = 0
    abandoned: int = 0
    abandoned_in_handling: int = 0
    diverted: int = 0
    missed: int = 0
    active: int = 0
    voicemail: int = 0
    to_queue: int = 0
    to_ring_group: int = 0
    to_external: int = 0
    waits: int = 0
    wait: int = 0
    longest_wait: int = 0
    answered: int = 0
    ring: int = 0
    handlings: int = 0
    handled: int = 0
    longest_handled: int = 0
    longest_talk: int = 0
    holds: int = 0
    held: int = 0
    longest_held: int = 0

    @property
    def talk(self) -> int:
        """Conversation: handling without what was on hold."""
        return self.handled - self.held

    def __iadd__(self, other: Self) -> Self:
        for name in _NAMES:
            mine, theirs = getattr(self, name), getattr(other, name)
            longest = name.startswith("longest")
            setattr(self, name, max(mine, theirs) if longest else mine + theirs)
        return self


_NAMES = tuple(one.name for one in fields(CallTotals))


@dataclass(slots=True, kw_only=True)
class AgentTotals:
    """What became of the calls for which an agent's phone rang. ``wraps``: works after a call."""

    entered: int = 0
    accepted: int = 0
    missed: int = 0
    ring: int = 0
    handlings: int = 0
    handled: int = 0
    holds: int = 0
    held: int = 0
    wraps: int = 0
    wrap: int = 0

    @property
    def talk(self) -> int:
        """Conversation: handling without what was on hold."""
        return self.handled - self.held

    def __iadd__(self, other: Self) -> Self:
        for name in _AGENT_NAMES:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        return self


_AGENT_NAMES = tuple(one.name for one in fields(AgentTotals))
