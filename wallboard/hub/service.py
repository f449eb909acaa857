"""The hub: polls, judges, remembers and publishes, without a screen.

It polls only while the broker hears it, or did a moment ago: so two hubs never both ask for long.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable

from wallboard.errors import ConfigurationError, FeedError, InvalidResponse, WallboardError
from wallboard.feed.background import BackgroundBoard, ConfigurationNews, JudgeSetup
from wallboard.feed.retry import supervise
from wallboard.feed.source import Feeds
from wallboard.host.clock import Clock
from wallboard.hub.broker_feeds import SILENT_FOR, broker_wait
from wallboard.hub.connection import BrokerOptions, Connection, OutMessage, connect
from wallboard.hub.documents import ONLINE, ended_document, status_of, will_document
from wallboard.hub.json_payload import compact, plain
from wallboard.hub.once import not_allowed
from wallboard.hub.outbox import HubOutbox
from wallboard.hub.standby import wait_until_gone
from wallboard.model.data.metric import Kind
from wallboard.model.data.reading import Moment
from wallboard.model.events import Failed, FeedEvent, Fresh
from wallboard.model.state import State, step
from wallboard.model.view.format import iso

LEASE = 10.0
"""Seconds for which a hub goes on to poll at most, once the broker does not hear it."""

_ENDING = 2.0
_PEOPLE = frozenset((Kind.AGENTS, Kind.CALLS))
_LOG = logging.getLogger(__name__)


def _tell_nobody() -> None:
    """Nobody wants to know whether the hub is alive."""


class _Superseded(WallboardError):
    """The hub that this one stands by for is there again."""


class HubService:
    """Runs a hub. ``make_feeds``: what is polled, made anew each time that polling begins."""

    def __init__(
        self,
        options: BrokerOptions,
        outbox: HubOutbox,
        make_feeds: Callable[[], Feeds],
        board: BackgroundBoard,
        clock: Clock,
        random: Callable[[], float],
        *,
        alive: Callable[[], None] = _tell_nobody,
        renewed: Callable[[], BrokerOptions] | None = None,
    ) -> None:
        """``board``: what is known, and who hears of it; ``alive``: the hub is, each second.

        ``renewed`` gives ``options`` as they are now, with credentials that may be others.
        """
        self._options = options
        self._renewed = renewed or (lambda: options)
        self._outbox = outbox
        self._make_feeds = make_feeds
        self._board = board
        self._clock = clock
        self._random = random
        self._alive = alive
        self._feeds: Feeds | None = None
        self._news = asyncio.Event()
        self._echo = asyncio.Event()
        self._polling: asyncio.Task[None] | None = None
        self._connected = False
        self._contact = 0.0
        self._warned = False

    async def run(self) -> None:
        """Publish for ever; ends only by cancellation, and says so to the broker.

        Raises ``ConfigurationError`` for what cannot be used: certificates, a missing library.
        """
        await self._board.begin()
        ticker = asyncio.create_task(self._tick())
        try:
            failures = 0
            while True:
                error = await supervise(self._session)
                if isinstance(error, _Superseded):
                    _LOG.info("another hub publishes: this one stands by")
                    await self._stop_polling()
                    failures = 0
                    continue
                if isinstance(error, ConfigurationError):
                    raise error
                failures = 1 if self._echo.is_set() else failures + 1
                if isinstance(error, WallboardError):
                    _LOG.warning("%s", error)
                wait = broker_wait(failures, self._random)
                await self._clock.sleep_until(self._clock.elapsed() + wait)
        finally:
            ticker.cancel()
            await self._stop_polling()

    async def _tick(self) -> None:
        """Show each second that the hub is alive; poll no more once nobody hears it."""
        while True:
            self._alive()
            self._board.each_second()
            now = self._clock.elapsed()
            if self._connected:
                self._contact = now
            if self._polling is not None and now - self._contact > self._lease:
                _LOG.warning("the broker has not heard this hub for long: it polls no more")
                await self._stop_polling()
            await self._clock.sleep_until(now + 1.0)

    @property
    def _lease(self) -> float:
        return min(LEASE, self._board.state.interval)

    # While it publishes.

    async def _session(self) -> object:
        """Publish as long as the connection holds. Always ends with an error."""
        self._options = self._renewed()
        if self._outbox.hub.standby:
            topics = self._outbox.topics
            await wait_until_gone(self._options, topics, self._clock, self._random, self._follow)
        topics, hub = self._outbox.topics, self._outbox.hub
        self._echo.clear()
        will = OutMessage(topics.status, compact(will_document(hub.name)))
        async with connect(self._options, will) as connection:
            await connection.subscribe(topics.status)
            await connection.subscribe(*topics.kept_by_hub, own=False)
            self._outbox.note_everything(self._board.state)
            self._news.set()
            tasks = [
                asyncio.create_task(work)
                for work in (self._listen(connection), self._send(connection), self._poll())
            ]
            self._connected = True
            try:
                await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
                return [task.result() for task in tasks if task.done()]
            except asyncio.CancelledError:
                # First: who listens would take the end for another hub's, and contradict it.
                await _cancel(*tasks)
                await self._say_the_end(connection)
                raise
            finally:
                self._connected = False
                await _cancel(*tasks)

    async def _say_the_end(self, connection: Connection) -> None:
        topics, hub = self._outbox.topics, self._outbox.hub
        ended = OutMessage(topics.status, compact(ended_document(hub.name, self._clock.now())))
        with contextlib.suppress(FeedError, TimeoutError):
            async with asyncio.timeout(_ENDING):
                await connection.publish([ended])

    async def _listen(self, connection: Connection) -> None:
        """See the own status come back, and what others publish here."""
        topics = self._outbox.topics
        async for message in connection.messages():
            if message.topic != topics.status:
                if message.payload:
                    self._outbox.kept.add(message.topic)
            elif message.payload and not message.kept:
                self._hear_status(message.payload)

    def _hear_status(self, payload: bytes) -> None:
        hub, own = self._outbox.hub, (self._outbox.hub.name, iso(self._outbox.hub.since))
        try:
            status = status_of(plain(payload))
        except InvalidResponse:
            status = None
        if status is None or status.state != ONLINE:
            # The will of a hub that was here before, or nonsense: this one is still there.
            self._outbox.repeat_status()
            self._news.set()
            return
        theirs = (status.hub, iso(status.since) if status.since else "")
        if theirs == own:
            self._echo.set()
        elif hub.standby and (not status.standby or theirs < own):
            raise _Superseded("Another hub is there again")
        elif not status.standby and not self._warned:
            # It is not answered: two that contradict each other would never end.
            self._warned = True
            _LOG.warning(
                "another hub (%s) publishes under this prefix: start one of them with --standby",
                status.hub,
            )

    async def _send(self, connection: Connection) -> None:
        """Send what waits, as soon as there is anything."""
        while True:
            await self._news.wait()
            self._news.clear()
            messages = self._outbox.take(self._board.state, self._now())
            await connection.publish(messages)

    async def _poll(self) -> None:
        """Begin to poll once the own status has come back: a denied message raises nothing."""
        try:
            async with asyncio.timeout(SILENT_FOR):
                await self._echo.wait()
        except TimeoutError:
            raise not_allowed(self._options) from None
        _LOG.info("publishing under %s", self._outbox.topics.base)
        if self._polling is None:
            self._feeds = self._make_feeds()
            if self._outbox.hub.people is not None:
                self._feeds.watch(_PEOPLE)
            self._polling = asyncio.create_task(self._feeds.run(self.hear))
        polling = self._polling
        await asyncio.wait([polling])
        self._polling = None
        if not polling.cancelled():
            polling.result()

    async def _stop_polling(self) -> None:
        polling, self._polling = self._polling, None
        if polling is not None:
            await _cancel(polling)

    def hear(self, event: FeedEvent) -> None:
        """Take what a feed says: judge it, remember it, have it published."""
        before = self._board.state
        self._board.hear(event)
        self._outbox.note(event, self._board.state)
        self._outbox.note_change(before, self._board.state)
        _log(before, event)
        self._news.set()

    def take(self, news: ConfigurationNews[JudgeSetup]) -> None:
        """Judge by another configuration from now on, and have what that changes published."""
        if news.setup is not None and news.rules is not None:
            self._board.configure(news.setup, news.rules)
            self._outbox.note_rules(self._board.state, news.setup.privacy)
            self._news.set()
        if news.sign_in and self._feeds is not None:
            self._feeds.poll_now()

    def _now(self) -> Moment:
        return Moment(self._clock.now(), self._clock.elapsed())

    def _follow(self, event: FeedEvent) -> None:
        self._board.state = step(self._board.state, event)


async def _cancel(*tasks: "asyncio.Task[None]") -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def _log(before: State, event: FeedEvent) -> None:
    """Write what has begun to fail, and what answers again."""
    known = (
        before.feeds.get(event.feed) if isinstance(event, Fresh | Failed) and event.feed else None
    )
    name = f"{known.name}, {known.kind}" if known else "account"
    if isinstance(event, Failed):
        if known is None or known.trouble is None or known.trouble.words != event.trouble.words:
            _LOG.warning("%s: %s", name, event.trouble.words)
    elif isinstance(event, Fresh) and known is not None and known.trouble is not None:
        _LOG.info("%s: answers again", name)
