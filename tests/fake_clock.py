"""A clock that tests own."""

import asyncio
import contextlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta


@dataclass
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
