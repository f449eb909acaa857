"""What a broker has just now, for commands that ask once and end."""

import asyncio
from dataclasses import field

from wallboard.errors import AccessRefused, FeedError, InvalidResponse, Reason, Unreachable
from wallboard.feed.source import Source
from wallboard.host.clock import Clock
from wallboard.hub.broker_feeds import SILENT_FOR
from wallboard.hub.connection import BrokerOptions, Connection, connect
from wallboard.hub.inbox import Inbox
from wallboard.hub.topics import Topics
from wallboard.model.data.metric import QUEUE_KINDS
from wallboard.model.data.reading import FeedId
from wallboard.model.events import Answer, Discovered, Failed, FeedEvent, FeedInfo, Fresh, Trouble
from wallboard.model.feeds.freshness import Freshness, feed_state
from wallboard.model.view.format import age
from wallboard.records import dataclass

_REST = FeedId("")
"""What may be there besides, where the broker has not told the end of what it keeps."""

_NOT_WHOLE = Trouble(
    Reason.UNREACHABLE,
    f"Perhaps this is not all: after {SILENT_FOR:.0f} s the broker had not sent the hub's status",
    "Look whether the hub runs, and try again",
)


@dataclass(slots=True)
class BrokerAnswers:
    """What came: the newest answer of each feed, and what is wrong with each."""

    fresh: dict[FeedId, Fresh] = field(default_factory=dict)
    failed: dict[FeedId | None, Trouble] = field(default_factory=dict)
    infos: dict[FeedId, FeedInfo] = field(default_factory=dict)

    @property
    def lacking(self) -> bool:
        """Whether a feed that the hub named has neither an answer nor a reason for having none."""
        known = self.fresh.keys() | self.failed.keys()
        return any(feed.kind in QUEUE_KINDS and feed not in known for feed in self.infos)

    def note(self, event: FeedEvent) -> None:
        """Take what a message meant."""
        match event:
            case Discovered(feeds):
                self.infos = {info.feed: info for info in feeds}
            case Fresh(feed):
                self.fresh[feed] = event
                self.failed.pop(feed, None)
            case Failed(feed, trouble):
                self.failed[feed] = trouble


class BrokerSource:
    """Implements ``source.Source`` over what came."""

    def __init__(self, info: FeedInfo, found: BrokerAnswers, clock: Clock) -> None:
        self.feed = info.feed
        self.pbx_name = info.pbx_name
        self._interval = info.interval
        self._found = found
        self._clock = clock

    async def fetch(self) -> Answer:
        """Return the newest answer. Raises why there is none, or none that is new enough."""
        fresh = self._found.fresh.get(self.feed)
        trouble = self._found.failed.get(self.feed)
        if fresh is None:
            raise _error(trouble)
        old = self._clock.elapsed() - fresh.reading.measured.elapsed
        if feed_state(old, self._interval) < Freshness.STALE:
            return fresh.reading
        words = f"The newest that the broker has is {age(old)} old"
        raise _error(trouble or Trouble(Reason.UNREACHABLE, words, "Look at the hub and its log"))


class BrokerAccount:
    """Implements ``source.Account`` over a broker."""

    def __init__(self, options: BrokerOptions, clock: Clock) -> None:
        self._options = options
        self._clock = clock
        self.inbox = Inbox(Topics(options.prefix), clock)
        self.lacking = False

    async def open(self) -> tuple[Source, ...]:
        """Take what the broker keeps; the feeds of its queues. Raises ``FeedError``."""
        found = BrokerAnswers()
        self.inbox.post = found.note
        async with connect(self._options) as connection:
            whole = await self._take_kept(connection, found)
        if not self.inbox.heard:
            raise _error(self.inbox.why_nothing())
        kept = [info for feed, info in found.infos.items() if feed.kind in QUEUE_KINDS]
        if not kept:
            raise _error(found.failed.get(None) or self.inbox.trouble)
        if not whole:
            found.failed[_REST] = _NOT_WHOLE
            kept.append(FeedInfo(_REST, self.inbox.topics.prefix))
        return tuple(BrokerSource(info, found, self._clock) for info in kept)

    async def _take_kept(self, connection: Connection, found: BrokerAnswers) -> bool:
        """Take what the broker keeps; whether its end was told.

        A broker sends what it keeps as it is asked for it. So the hub's status, which is asked for
        first and once more at last, comes the second time when all between them has come. A feed
        that is named and lacks then is waited for all the same.
        """
        topics, statuses = self.inbox.topics, 0
        for item in (*topics.for_boards, topics.status):
            await connection.subscribe(item)
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(SILENT_FOR) as within:
                async for message in connection.messages():
                    self.inbox.take(message)
                    if message.kept:
                        within.reschedule(loop.time() + SILENT_FOR)
                        statuses += message.topic == topics.status
                    # Some brokers send what they keep in another order: none may be lacking.
                    if statuses > 1 and not found.lacking:
                        return True
        except TimeoutError:
            pass
        return statuses > 1

    def ask_now(self) -> None:
        """Do nothing: what the broker has comes by itself."""

    async def aclose(self) -> None:
        """Do nothing: the connection ended when all had come."""


def _error(trouble: Trouble | None) -> FeedError:
    """Return a trouble as an error."""
    if trouble is None:
        return Unreachable("The hub has no answer yet", "Try again in a few seconds")
    kinds: dict[Reason, type[FeedError]] = {
        Reason.ACCESS: AccessRefused,
        Reason.NONSENSE: InvalidResponse,
    }
    return kinds.get(trouble.reason, Unreachable)(trouble.words, trouble.remedy)
