"""When one feed is asked: on a fixed grid while it answers, later and later while it does not."""

import asyncio
import math
from collections.abc import AsyncIterator, Callable
from datetime import timedelta

from wallboard.errors import (
    AccessRefused,
    EndpointGone,
    FeedError,
    RateLimited,
    SignInRefused,
    WallboardError,
)
from wallboard.feed.retry import MOST_WAIT, RateLimit, backoff, supervise
from wallboard.feed.source import Source
from wallboard.host.clock import Clock
from wallboard.model.data.metric import Kind
from wallboard.model.data.reading import FeedId, Moment
from wallboard.model.events import Answer, Failed, Fresh, Trouble


class InterruptibleSleep:
    """A sleep that a hand can end. Made anew for each sleep by whoever sleeps."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._wanted = asyncio.Event()

    def now(self) -> None:
        """End the sleep under way, or the next one."""
        self._wanted.set()

    async def sleep_until(self, moment: float) -> bool:
        """Return at ``moment`` (elapsed seconds), or earlier and ``True`` when a hand ended it."""
        sleeper = asyncio.ensure_future(self._clock.sleep_until(moment))
        hand = asyncio.ensure_future(self._wanted.wait())
        try:
            await asyncio.wait({sleeper, hand}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (sleeper, hand):
                task.cancel()
            await asyncio.gather(sleeper, hand, return_exceptions=True)
        woken = self._wanted.is_set()
        self._wanted.clear()
        return woken


def moment_at(clock: Clock, elapsed: float) -> Moment:
    """Return the moment at which the clock will read, or read, ``elapsed`` seconds."""
    return Moment(clock.now() + timedelta(seconds=elapsed - clock.elapsed()), elapsed)


class Poller:
    """Asks one source for ever. ``random`` gives numbers in [0, 1)."""

    def __init__(
        self,
        source: Source,
        clock: Clock,
        interval: float,
        random: Callable[[], float],
        gate: RateLimit,
        *,
        looked_at: bool = True,
    ) -> None:
        """``looked_at``: whether it is polled from the start, or only once somebody looks at it.

        ``interval``: seconds from poll to poll; another one holds from the next answer on.
        """
        self._source = source
        self._clock = clock
        self.interval = interval
        self._random = random
        self._gate = gate
        self._wake = InterruptibleSleep(clock)
        self._failures = 0
        self._looked_at = asyncio.Event()
        self.watch(looked_at)

    @property
    def feed(self) -> FeedId:
        """Which feed this asks."""
        return self._source.feed

    def poll_now(self) -> None:
        """Ask at once, or as soon as the question under way is answered; if it is looked at."""
        if self._looked_at.is_set():
            self._wake.now()

    def watch(self, looked_at: bool) -> None:
        """Go on asking, or stop after the question under way."""
        if looked_at:
            self._looked_at.set()
        else:
            self._looked_at.clear()

    async def events(self) -> AsyncIterator[Fresh | Failed]:
        """Yield what each question brought; never raises, never ends."""
        begun = self._clock.elapsed()
        while True:
            while not self._looked_at.is_set():
                await self._looked_at.wait()
                await self._until_open()
                begun = self._clock.elapsed()
            answer = await supervise(self._source.fetch)
            now = self._clock.elapsed()
            if isinstance(answer, WallboardError):
                due = self._after_failure(answer, now)
                yield self._failure(answer, now, due)
            else:
                due = self._after_success(begun, now)
                yield self._fresh(answer, due)
            await self._sleep(due)

    async def _sleep(self, due: float) -> None:
        await self._wake.sleep_until(due)
        await self._until_open()

    async def _until_open(self) -> None:
        # What another feed learned while this one slept holds for it too.
        while (opens := self._gate.opens(now := self._clock.elapsed())) > now:
            await self._wake.sleep_until(opens)

    def _after_success(self, begun: float, now: float) -> float:
        """Return the next point of the grid: a slow answer skips points, none is made up for."""
        self._failures = 0
        steps = math.floor((now - begun) / self.interval) + 1
        return begun + steps * self.interval

    def _after_failure(self, error: WallboardError, now: float) -> float:
        self._failures += 1
        due = now + backoff(self._failures, self._random)
        if self.feed.kind is not Kind.LIVE and isinstance(error, EndpointGone | AccessRefused):
            # What an account does not have is not asked for more often than what it has.
            due = max(due, now + self.interval)
        if not isinstance(error, FeedError) or error.retry_after is None:
            return due
        self._gate.learn(error, now)
        if isinstance(error, RateLimited):
            return max(due, self._gate.opens(now))
        # The account itself says when a refused sign-in is tried again: later than a server may.
        most = math.inf if isinstance(error, SignInRefused) else MOST_WAIT
        return max(due, now + min(error.retry_after, most))

    def _fresh(self, reading: Answer, due: float) -> Fresh:
        return Fresh(self._source.feed, reading, moment_at(self._clock, due))

    def _failure(self, error: WallboardError, now: float, due: float) -> Failed:
        return Failed(
            self._source.feed,
            Trouble.of(error),
            moment_at(self._clock, now),
            moment_at(self._clock, due),
        )
