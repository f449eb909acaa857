"""A board's feeds out of a broker: what a hub has published, of its true age.

Fits ``feed.source.Feeds``: the board is the same, whoever asks the API.
"""

import asyncio
import contextlib
from collections.abc import Callable, Collection, Iterable

from wallboard.errors import ConfigurationError, Unreachable, WallboardError
from wallboard.feed.poller import InterruptibleSleep, moment_at
from wallboard.feed.retry import supervise
from wallboard.host.clock import Clock
from wallboard.hub.connection import BrokerOptions, Connection, connect
from wallboard.hub.inbox import Inbox
from wallboard.hub.topics import Topics
from wallboard.model.data.day import Day
from wallboard.model.data.metric import Kind
from wallboard.model.events import Failed, FeedEvent, Trouble
from wallboard.model.judge.hours import PastHeard, PastSpan

SILENT_FOR = 5.0
"""Seconds after which a board says that there is nothing for it."""

MOST_WAIT = 10.0
"""Seconds until the broker is tried again, at most: a board is not to wait for long."""

STOOD = 4.0
"""Seconds without a turn after which nobody knows how long a message has lain in a buffer."""


def broker_wait(failures: int, random: Callable[[], float]) -> float:
    """Return the seconds until the broker is tried again: 200 boards must not come at once."""
    return 1.0 + random() * min(MOST_WAIT - 1.0, 2.0 ** min(failures, 10))


class _MachineSlept(Unreachable):
    """This machine slept: what has come since has lain for nobody knows how long."""


class BrokerFeeds:
    """Implements ``source.Feeds``. ``random`` gives numbers in [0, 1)."""

    def __init__(
        self,
        options: BrokerOptions,
        clock: Clock,
        random: Callable[[], float],
        *,
        rules: bool = False,
        renewed: Callable[[], BrokerOptions] | None = None,
    ) -> None:
        """``rules``: whether the hub's thresholds are the board's.

        ``renewed`` gives ``options`` as they are now, with credentials that may be others.
        """
        self._options = renewed or (lambda: options)
        self._topics = Topics(options.prefix)
        self._clock = clock
        self._random = random
        self._wake = InterruptibleSleep(clock)
        self.inbox = Inbox(self._topics, clock, rules=rules)
        self._post: Callable[[FeedEvent], None] = lambda _event: None
        self._turn = 0.0
        self._spans: Collection[Day] = ()

    async def run(self, post: Callable[[FeedEvent], None]) -> None:
        """Take for ever from the broker, and say why there is nothing; ends by cancellation."""
        self._post = self.inbox.post = post
        failures = 0
        while True:
            self.inbox.begin()
            error = await supervise(self._session)
            failures = 0 if self.inbox.heard else failures
            wait = broker_wait(failures, self._random)
            if isinstance(error, ConfigurationError):
                wait = 300.0
            if isinstance(error, _MachineSlept):
                continue
            failures += 1
            if isinstance(error, WallboardError):
                self._tell(Trouble.of(error), wait)
            await self._wake.sleep_until(self._clock.elapsed() + wait)

    async def _session(self) -> object:
        """Connect and take what comes. Always ends with an error."""
        self._turn = self._clock.elapsed()
        async with connect(self._options()) as connection:
            ticker = asyncio.create_task(self._tick(self._clock.elapsed() + SILENT_FOR))
            try:
                await self._take(connection)
            finally:
                ticker.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await ticker
        raise Unreachable("The connection to the broker has ended")

    async def _take(self, connection: Connection) -> None:
        for item in self._topics.for_boards:
            await connection.subscribe(item)
        async for message in connection.messages():
            if self._clock.elapsed() - self._turn > STOOD:
                # It may have lain in a buffer for as long as this machine slept.
                raise _MachineSlept("This machine stood still")
            self.inbox.take(message)

    async def _tick(self, silent: float) -> None:
        """Note each second that messages are taken as they come; say if there are none."""
        while True:
            now = self._clock.elapsed()
            if now >= silent and not self.inbox.heard:
                self._tell(self.inbox.why_nothing())
                silent = now + 60.0
            if now - self._turn > STOOD:
                await self._clock.sleep_until(now + STOOD)  # what has lain is looked at first
            self._turn = self._clock.elapsed()
            await self._clock.sleep_until(self._turn + 1.0)

    def _tell(self, trouble: Trouble, wait: float | None = None) -> None:
        now = self._clock.elapsed()
        at = moment_at(self._clock, now)
        again = None if wait is None else moment_at(self._clock, now + wait)
        feeds = [info.feed for info in self.inbox.infos]
        for feed in (*feeds,) or (None,):
            self._post(Failed(feed, trouble, at, again))

    def poll_now(self) -> None:
        """Try the broker now, if it is away: what it has comes by itself."""
        self._wake.now()

    def watch(self, kinds: frozenset[Kind]) -> None:
        """Take the agents and calls too, while somebody looks at them."""
        self.inbox.watch(kinds)

    def want_past(self, spans: Collection[Day], known: Iterable[PastSpan] = ()) -> None:
        """Say that a broker has no past hours, if any are wanted."""
        del known
        if spans and spans != self._spans:
            words = "The hub publishes no past hours"
            self._post(PastHeard((), words={info.feed.pbx: words for info in self.inbox.infos}))
        self._spans = spans
