"""One clock for poller, token and screen: injected, so that tests own the time.

``elapsed`` counts suspend (CLOCK_BOOTTIME where there is one): a laptop that slept for an hour
has data that is an hour old. ``now`` is only for showing and for dates.
"""

import asyncio
import time
from datetime import UTC, datetime
from typing import Protocol

_SLICE = 5.0
"""Longest single sleep, seconds: the event loop's own clock stands still during suspend."""


class Clock(Protocol):
    """Time as the rooms see it."""

    def now(self) -> datetime:
        """Return the wall-clock time, aware, in UTC."""
        ...

    def elapsed(self) -> float:
        """Return seconds since some fixed moment, monotonic, suspend included."""
        ...

    async def sleep_until(self, moment: float) -> None:
        """Return once ``elapsed()`` has reached ``moment``; at once if it has passed."""
        ...


def local(moment: datetime) -> datetime:
    """Return a moment by the machine's own time zone, or in UTC where ``TZ`` is none.

    A moment without a zone is one of the machine's.
    """
    try:
        return moment.astimezone()
    except (ValueError, OverflowError, OSError):
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


class SystemClock:
    """The machine's clock."""

    def __init__(self) -> None:
        self._source = getattr(time, "CLOCK_BOOTTIME", None)

    def now(self) -> datetime:
        """Return the wall-clock time, aware, in UTC."""
        return datetime.now(UTC)

    def elapsed(self) -> float:
        """Return seconds since boot, suspend included where the system can tell."""
        return time.monotonic() if self._source is None else time.clock_gettime(self._source)

    async def sleep_until(self, moment: float) -> None:
        """Sleep in slices, so that a wake from suspend is noticed within seconds."""
        while (left := moment - self.elapsed()) > 0:  # noqa: ASYNC110 - a deadline, not an event
            await asyncio.sleep(min(left, _SLICE))
