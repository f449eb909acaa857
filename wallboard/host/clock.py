"""One clock for poller, token and screen: injected, so that tests own the time.

``elapsed`` counts suspend (CLOCK_BOOTTIME where there is one): a laptop that slept for an hour
has data that is an hour old. ``now`` is only for showing and for dates.
"""

import asyncio
import contextlib
import time
from dataclasses import field
from datetime import UTC, datetime, timedelta
from typing import Protocol

from wallboard.records import dataclass

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


@dataclass()
class FakeClock:
    """A clock that moves only when a test says so."""

    start: datetime = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    seconds: float = 1000.0
    _begin: float = field(init=False)
    _sleepers: list[tuple[float, asyncio.Future[None]]] = field(default_factory=list, init=False)

    def __post_init__(self) -> None:
        self._begin = self.seconds

    def now(self) -> datetime:
        """Return the start plus what has been advanced."""
        return self.start + timedelta(seconds=self.seconds - self._begin)

    def elapsed(self) -> float:
        """Return the fake seconds."""
        return self.seconds

    async def sleep_until(self, moment: float) -> None:
        """Wait until ``advance`` has reached ``moment``."""
        if moment <= self.seconds:
            await asyncio.sleep(0)
            return
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        entry = (moment, waiter)
        self._sleepers.append(entry)
        try:
            await waiter
        finally:
            with contextlib.suppress(ValueError):
                self._sleepers.remove(entry)

    @property
    def next_wake(self) -> float | None:
        """The earliest moment anyone sleeps until."""
        return min((moment for moment, _ in self._sleepers), default=None)

    async def advance(self, seconds: float, *, settle: int = 20) -> None:
        """Move on, waking each sleeper at its own moment, in order.

        ``settle``: how many turns of the event loop the woken tasks get before time goes on.
        """
        target = self.seconds + seconds
        while (wake := self.next_wake) is not None and wake <= target:
            self.seconds = max(self.seconds, wake)
            for moment, waiter in list(self._sleepers):
                if moment <= self.seconds and not waiter.done():
                    waiter.set_result(None)
            await self._settle(settle)
        self.seconds = target
        await self._settle(settle)

    @staticmethod
    async def _settle(turns: int) -> None:
        for _ in range(turns):
            await asyncio.sleep(0)
