"""What a queue remembers of its calls: a row each, in the order in which they came.

Rows are columns of plain numbers, about 50 bytes a call, so that ten thousand queues can keep
two days. Durations are whole milliseconds, rounded down as in the realtime answer; moments are
simulated seconds since the start.
"""

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, MutableSequence
from enum import IntEnum
from math import inf
from operator import sub
from typing import Any, NamedTuple

from wallboard.simulator.centre.totals import AgentTotals, CallTotals

KEPT = 48 * 3600.0
"""Seconds for which a call is remembered, counted from when it came."""

_PRUNED_EVERY = 256
"""Calls after which a log looks for rows that are too old."""

_MOST = 2**32 - 1

Span = tuple[float, float]
"""From the first moment up to, and without, the second."""


class CallOutcome(IntEnum):
    """What became of a call. ``OPEN``: it waits, or a phone rings for it; ``ACCEPTED``: it was
    answered, and may still be handled."""

    OPEN = 0
    ACCEPTED = 1
    ABANDONED = 2
    ABANDONED_IN_HANDLING = 3
    DIVERTED = 4
    MISSED = 5


class Destination(IntEnum):
    """Where a call went on to."""

    NOWHERE = 0
    QUEUE = 1
    RING_GROUP = 2
    EXTERNAL = 3
    VOICEMAIL = 4


class CallRow(NamedTuple):
    """One call, for those who want to look at each. ``ended``: infinite while it goes on."""

    arrived: float
    ended: float
    outcome: CallOutcome
    sent: Destination
    wait: int
    ring: int
    handled: int
    held: int


class CallLog:
    """The calls of one queue. A row's number stays its own while older ones are forgotten."""

    __slots__ = (
        "_agent", "_arrived", "_base", "_ended", "_handled", "_held", "_numbers", "_outcome",
        "_ring", "_sent", "_wait", "_wrap",
    )  # fmt: skip

    def __init__(self) -> None:
        self._base = 0
        self._arrived = array("d")
        self._ended = array("d")
        self._outcome = bytearray()
        self._sent = bytearray()
        self._numbers = tuple(array("I") for _ in range(6))
        self._wait, self._ring, self._handled, self._held, self._wrap, self._agent = self._numbers

    def __len__(self) -> int:
        return len(self._arrived)

    # -- what happens -------------------------------------------------------------------------

    def note_arrival(self, now: float) -> int:
        """A call enters the queue; returns its row's number."""
        if len(self) >= _PRUNED_EVERY and (self._base + len(self)) % _PRUNED_EVERY == 0:
            self._forget(bisect_left(self._arrived, now - KEPT))
        self._arrived.append(now)
        self._ended.append(inf)
        self._outcome.append(CallOutcome.OPEN)
        self._sent.append(Destination.NOWHERE)
        for column in self._numbers:
            column.append(0)
        return self._base + len(self) - 1

    def note_ring(self, row: int, agent: int) -> None:
        """An agent's phone rings for it; ``agent``: a number from 1."""
        if (at := row - self._base) >= 0:
            self._agent[at] = agent

    def note_answer(self, row: int, wait: float, ring: float) -> None:
        """An agent answered it after so many seconds, and so many of ringing."""
        if (at := row - self._base) >= 0:
            self._outcome[at] = CallOutcome.ACCEPTED
            self._wait[at] = _ms(wait)
            self._ring[at] = _ms(ring)

    def note_loss(
        self, row: int, now: float, outcome: CallOutcome, wait: float, sent: Destination
    ) -> None:
        """It left unanswered, after ``wait`` seconds."""
        if (at := row - self._base) >= 0:
            self._outcome[at] = outcome
            self._wait[at] = _ms(wait)
            self._sent[at] = sent
            self._ended[at] = now

    def note_end(
        self,
        row: int,
        now: float,
        handled: float,
        held: float,
        outcome: CallOutcome,
        sent: Destination,
    ) -> None:
        """It ended after so many seconds since the answer, ``held`` of them on hold."""
        if (at := row - self._base) >= 0:
            self._outcome[at] = outcome
            self._sent[at] = sent
            self._handled[at] = _ms(handled)
            self._held[at] = min(_ms(held), self._handled[at])
            self._ended[at] = now

    def note_wrap_up(self, row: int, seconds: float) -> None:
        """Its agent was done with the work after it."""
        if (at := row - self._base) >= 0:
            self._wrap[at] = _ms(seconds)

    def _forget(self, rows: int) -> None:
        others: tuple[MutableSequence[Any], ...] = (
            self._arrived, self._ended, self._outcome, self._sent,
        )  # fmt: skip
        for column in (*others, *self._numbers):
            del column[:rows]
        self._base += rows

    # -- what is asked ------------------------------------------------------------------------

    def rows(self) -> Iterator[CallRow]:
        """Yield all that is remembered, the oldest first."""
        for row in zip(
            self._arrived, self._ended, map(CallOutcome, self._outcome),
            map(Destination, self._sent),
            self._wait, self._ring, self._handled, self._held, strict=True,
        ):  # fmt: skip
            yield CallRow(*row)

    def past(self, spans: Iterable[Span], now: float) -> CallTotals:
        """Return what became, up to now, of the calls that came within the spans."""
        made = CallTotals()
        for start, end in spans:
            made += self._past(*self._range(start, end, now), end, now)
        return made

    def by_agent(self, spans: Iterable[Span], now: float) -> dict[int, AgentTotals]:
        """Return the same for each agent whose phone rang, by its number."""
        found: dict[int, AgentTotals] = {}
        for start, end in spans:
            for at in range(*self._range(start, end, now)):
                if number := self._agent[at]:
                    past = found.setdefault(number, AgentTotals())
                    self._add_to(past, at)
        return found

    def _range(self, start: float, end: float, now: float) -> tuple[int, int]:
        first = bisect_left(self._arrived, max(start, now - KEPT))
        return first, max(first, bisect_left(self._arrived, end))

    def _past(self, low: int, high: int, end: float, now: float) -> CallTotals:
        outcome, sent = self._outcome[low:high], self._sent[low:high]
        wait, ring = self._wait[low:high], self._ring[low:high]
        handled, held, ended = self._handled[low:high], self._held[low:high], self._ended[low:high]
        going_on = ended.count(inf)
        waiting = outcome.count(CallOutcome.OPEN)
        answered = outcome.count(CallOutcome.ACCEPTED) + outcome.count(
            CallOutcome.ABANDONED_IN_HANDLING
        )
        return CallTotals(
            entered=high - low,
            accepted=outcome.count(CallOutcome.ACCEPTED),
            abandoned=outcome.count(CallOutcome.ABANDONED),
            abandoned_in_handling=outcome.count(CallOutcome.ABANDONED_IN_HANDLING),
            diverted=outcome.count(CallOutcome.DIVERTED),
            missed=outcome.count(CallOutcome.MISSED),
            active=going_on if end >= now else sum(moment > end for moment in ended),
            voicemail=sent.count(Destination.VOICEMAIL),
            to_queue=sent.count(Destination.QUEUE),
            to_ring_group=sent.count(Destination.RING_GROUP),
            to_external=sent.count(Destination.EXTERNAL),
            waits=high - low - waiting,
            wait=sum(wait),
            longest_wait=max(wait, default=0),
            answered=answered,
            ring=sum(ring),
            handlings=answered - (going_on - waiting),
            handled=sum(handled),
            longest_handled=max(handled, default=0),
            longest_talk=max(map(sub, handled, held), default=0),
            holds=high - low - held.count(0),
            held=sum(held),
            longest_held=max(held, default=0),
        )

    def _add_to(self, past: AgentTotals, at: int) -> None:
        outcome = self._outcome[at]
        past.entered += 1
        past.missed += outcome == CallOutcome.MISSED
        if outcome not in (CallOutcome.ACCEPTED, CallOutcome.ABANDONED_IN_HANDLING):
            return
        past.accepted += 1
        past.ring += self._ring[at]
        if self._ended[at] == inf:
            return
        past.handlings += 1
        past.handled += self._handled[at]
        past.holds += self._held[at] > 0
        past.held += self._held[at]
        past.wraps += self._wrap[at] > 0
        past.wrap += self._wrap[at]


def _ms(seconds: float) -> int:
    return min(int(seconds * 1000), _MOST)
