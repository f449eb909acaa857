"""All feeds of an account: opened, then polled side by side in one task group."""

import asyncio
from collections.abc import Callable

from wallboard.clock import Clock
from wallboard.errors import ConfigurationError, FeedError, SignInRefused, WallboardError
from wallboard.feed.gate import Gate
from wallboard.feed.poller import Poller, Wake, moment_at
from wallboard.feed.source import Account, Source
from wallboard.feed.supervisor import backoff, supervised
from wallboard.model.events import Discovered, Failed, FeedEvent, FeedInfo, Trouble

NAMES_AGAIN = 300.0
"""Seconds until names that no PBX has are looked up again: somebody may add the queue."""


def default_interval(pbxes: int) -> float:
    """Return the seconds between polls that keep to ten requests a minute in all."""
    return max(10.0, 6.0 * pbxes)


class PolledFeeds:
    """Implements ``source.Feeds``. ``interval``: seconds, or ``None`` for ``default_interval``."""

    def __init__(
        self,
        account: Account,
        clock: Clock,
        random: Callable[[], float],
        interval: float | None = None,
    ) -> None:
        self._account = account
        self._clock = clock
        self._random = random
        self._interval = interval
        self._gate = Gate()
        self._wake = Wake(clock)
        self._pollers: tuple[Poller, ...] = ()

    def poll_now(self) -> None:
        """Ask every feed now; a refused sign-in may be tried, at most once a minute."""
        self._account.ask_now()
        self._wake.now()
        for poller in self._pollers:
            poller.poll_now()

    async def run(self, post: Callable[[FeedEvent], None]) -> None:
        """Open the account, then poll for ever; ends only by cancellation."""
        try:
            sources = await self._open(post)
            pbxes = len({source.feed.pbx for source in sources})
            interval = self._interval or default_interval(pbxes)
            infos = tuple(FeedInfo(source.feed, source.pbx_name) for source in sources)
            post(Discovered(infos, interval))
            self._pollers = tuple(
                Poller(source, self._clock, interval, self._random, self._gate)
                for source in sources
            )
            async with asyncio.TaskGroup() as group:
                for poller in self._pollers:
                    group.create_task(_pump(poller, post))
        finally:
            await self._account.aclose()

    async def _open(self, post: Callable[[FeedEvent], None]) -> tuple[Source, ...]:
        """Try until the account is open, saying each time why it is not."""
        failures = 0
        while True:
            answer = await supervised(self._account.open)
            if not isinstance(answer, WallboardError):
                return answer
            failures += 1
            now = self._clock.elapsed()
            due = now + self._wait(answer, failures, now)
            at, again = moment_at(self._clock, now), moment_at(self._clock, due)
            post(Failed(None, Trouble.of(answer), at, again))
            await self._wake.sleep_until(due)
            while (opens := self._gate.opens(now := self._clock.elapsed())) > now:
                await self._wake.sleep_until(opens)

    def _wait(self, error: WallboardError, failures: int, now: float) -> float:
        if isinstance(error, ConfigurationError):
            return NAMES_AGAIN
        least = backoff(failures, self._random)
        if not isinstance(error, FeedError):
            return least
        self._gate.learn(error, now)
        if isinstance(error, SignInRefused):
            return max(least, error.retry_after or 0.0)
        return max(least, self._gate.opens(now) - now)


async def _pump(poller: Poller, post: Callable[[FeedEvent], None]) -> None:
    async for event in poller.events():
        post(event)
