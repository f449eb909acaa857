"""Sums over calls: of a queue, of an agent, of several together.

Counts are calls, all else is whole milliseconds.
"""

from typing import Self

from wallboard.records import dataclass


@dataclass(slots=True, kw_only=True)
class _Sums:
    """Numbers that can be added up; of those that begin with ``longest`` the longest counts."""

    def __iadd__(self, other: Self) -> Self:
        for name in self.__dataclass_fields__:
            mine, theirs = getattr(self, name), getattr(other, name)
            longest = name.startswith("longest")
            setattr(self, name, max(mine, theirs) if longest else mine + theirs)
        return self


@dataclass(slots=True, kw_only=True)
class _Totals(_Sums):
    """What is summed of queues and of agents.

    ``handlings``: calls that were answered and have ended; ``holds``: calls that were on hold.
    """

    entered: int = 0
    accepted: int = 0
    missed: int = 0
    ring: int = 0
    handlings: int = 0
    handled: int = 0
    holds: int = 0
    held: int = 0

    @property
    def talk(self) -> int:
        """Conversation: handling without what was on hold."""
        return self.handled - self.held


@dataclass(slots=True, kw_only=True)
class CallTotals(_Totals):
    """What became of a queue's calls.

    ``active``: not ended at the end of the span, or now; ``waits``: calls whose wait is over;
    ``answered``: by an agent, whatever came after.
    """

    abandoned: int = 0
    abandoned_in_handling: int = 0
    diverted: int = 0
    active: int = 0
    voicemail: int = 0
    to_queue: int = 0
    to_ring_group: int = 0
    to_external: int = 0
    waits: int = 0
    wait: int = 0
    longest_wait: int = 0
    answered: int = 0
    longest_handled: int = 0
    longest_talk: int = 0
    longest_held: int = 0


@dataclass(slots=True, kw_only=True)
class AgentTotals(_Totals):
    """What became of the calls for which an agent's phone rang. ``wraps``: works after a call."""

    wraps: int = 0
    wrap: int = 0


@dataclass(slots=True, kw_only=True)
class OngoingWork(_Sums):
    """Calls of one agent, or of several together, that are handled or wrapped up now."""

    handling: int = 0
    handled: int = 0
    talking: int = 0
    talked: int = 0
    on_hold: int = 0
    held: int = 0
    wrap_up: int = 0
    wrapped: int = 0
