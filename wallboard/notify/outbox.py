"""What waits to be sent to one recipient, and how a storm of it becomes one message.

``MOST_SINGLE`` messages within a minute go one by one. Of more, all that waits is one summary, at
once, and the next a minute later.
"""

import math
from collections.abc import Iterable
from dataclasses import replace

from wallboard.model.judge.messages import Note
from wallboard.records import dataclass

MOST_SINGLE = 5
"""Messages about one queue each, within ``WINDOW``."""

WINDOW = 60.0
"""Seconds."""

MOST_WAITING = 500
"""What waits while nothing can be sent; of more the oldest is counted, and no more."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What goes as one message. ``lost``: how much more there was that nobody can tell now."""

    notes: tuple[Note, ...]
    lost: int = 0


@dataclass(frozen=True, slots=True)
class Outbox:
    """What waits; moments are elapsed seconds. ``single``: when the last ones went one by one.

    ``summary``: when the last summary went.
    """

    waiting: tuple[Note, ...] = ()
    lost: int = 0
    single: tuple[float, ...] = ()
    summary: float = -math.inf

    def with_notes(self, notes: Iterable[Note]) -> "Outbox":
        """Return the outbox with more to be sent."""
        waiting = (*self.waiting, *notes)
        over = max(0, len(waiting) - MOST_WAITING)
        return replace(self, waiting=waiting[over:], lost=self.lost + over)

    def opens_at(self, now: float) -> float | None:
        """Return when the next message may go, ``now`` or later; ``None``: nothing waits."""
        if not self.waiting:
            return None
        return now if self._fits(now) else max(now, self.summary + WINDOW)

    def without_next(self, now: float) -> tuple["Outbox", Batch]:
        """Return what goes as the next message, and the outbox without it; something waits."""
        if self._fits(now):
            single = (*self._recent(now), now)
            return replace(self, waiting=self.waiting[1:], single=single), Batch(self.waiting[:1])
        return replace(self, waiting=(), lost=0, summary=now), Batch(self.waiting, self.lost)

    def _recent(self, now: float) -> tuple[float, ...]:
        return tuple(at for at in self.single if now - at < WINDOW)

    def _fits(self, now: float) -> bool:
        """Whether all that waits may go one by one."""
        return not self.lost and len(self._recent(now)) + len(self.waiting) <= MOST_SINGLE
