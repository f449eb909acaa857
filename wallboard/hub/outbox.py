"""What is to be published: noted with each event, made when it is sent.

So a message is of the newest answer and says its age at that moment, however long the broker was
away. Knows no broker.
"""

from collections.abc import Iterable, Iterator
from dataclasses import KW_ONLY, replace
from datetime import datetime
from typing import NamedTuple

from wallboard.hub.connection import OutMessage
from wallboard.hub.documents import queue_document, status_document
from wallboard.hub.json_payload import Document, compact, deflate
from wallboard.hub.people_payload import PeopleEncoder
from wallboard.hub.reading_payload import EXPIRY, head_document, reading_document
from wallboard.hub.rules_payload import rules_document
from wallboard.hub.topics import Topics
from wallboard.hub.trends_payload import trends_document
from wallboard.model.data.metric import QUEUE_KINDS, Kind
from wallboard.model.data.privacy import Privacy
from wallboard.model.data.reading import FeedId, Moment, QueueKey, QueueMetrics, Reading
from wallboard.model.events import Discovered, Failed, FeedEvent, Fresh
from wallboard.model.feeds.feed import Feed
from wallboard.model.judge.levels import UNJUDGED, QueueLevels
from wallboard.model.judge.rules import Level
from wallboard.model.state import State
from wallboard.records import dataclass

MOST_ALERTS = 200
"""Alerts that may wait for the broker; older ones are dropped."""

RENEWED = 60.0
"""Seconds between two messages of trends."""


@dataclass(frozen=True, slots=True)
class HubIdentity:
    """Who publishes, since when. ``people``: makes messages of agents and calls, if they may be."""

    name: str
    since: datetime
    _: KW_ONLY
    standby: bool = False
    people: PeopleEncoder | None = None


class _PublishedQueue(NamedTuple):
    """What was published of a queue, as far as that makes it another."""

    queue: QueueMetrics
    level: Level
    held: tuple[float | None, bool]

    @classmethod
    def of(cls, queue: QueueMetrics, levels: QueueLevels) -> "_PublishedQueue":
        return cls(queue, levels.level, levels.held)


class HubOutbox:
    """What waits to be published. ``kept``: topics of ours that the broker is known to keep."""

    def __init__(self, topics: Topics, hub: HubIdentity) -> None:
        self.topics = topics
        self.hub = hub
        self.kept: set[str] = set()
        self._status = self._rules = False
        self._feeds: dict[FeedId, None] = {}
        self._queues: dict[QueueKey, _PublishedQueue] = {}
        self._changed: dict[QueueKey, None] = {}
        self._alerts: list[Document] = []
        self._gone: dict[str, None] = {}
        self._trends: dict[str, float] = {}

    def publishes(self, feed: FeedId) -> bool:
        """Whether a feed is published: people only where they may be."""
        return feed.kind in QUEUE_KINDS or self.hub.people is not None

    def note_everything(self, state: State) -> None:
        """Publish all that is known: the broker may have lost it."""
        self._status = self._rules = True
        self._queues.clear()
        self._trends.clear()
        for feed in state.feeds.values():
            self._note(feed, state)

    def note(self, event: FeedEvent, state: State) -> None:
        """Take note of what an event has made of the state."""
        match event:
            case Discovered():
                self._status = True
                self._drop_lost(state)
            case Failed():
                self._status = True
            case Fresh(feed=feed):
                known = state.feeds[feed]
                if known.reading is event.reading:
                    self._note(known, state)

    def note_change(self, before: State, after: State) -> None:
        """Publish the status where a feed is now in another state."""
        if before.feeds is not after.feeds and _states(before) != _states(after):
            self._status = True

    def note_rules(self, state: State, privacy: Privacy) -> None:
        """Publish what other rules have made of what is known; hide people as is said now."""
        self._rules = True
        if self.hub.people is not None:
            self.hub = replace(self.hub, people=self.hub.people.with_privacy(privacy))
        for feed in state.feeds.values():
            self._note(feed, state)

    def alert(self, document: Document) -> None:
        """Publish an alert."""
        self._alerts = [*self._alerts[1 - MOST_ALERTS :], document]

    def repeat_status(self) -> None:
        """Publish the status again: somebody else has overwritten it."""
        self._status = True

    @property
    def is_empty(self) -> bool:
        """Whether nothing waits."""
        return not (
            self._status
            or self._rules
            or self._feeds
            or self._changed
            or self._alerts
            or self._gone
        )

    def take(self, state: State, now: Moment) -> list[OutMessage]:
        """Return what waits, as it is now: the status and what boards wait for first."""
        messages = list(self._messages(state, now))
        for message in messages:
            if message.retain:
                (self.kept.add if message.payload else self.kept.discard)(message.topic)
        self._status = self._rules = False
        self._feeds.clear()
        self._changed.clear()
        self._alerts.clear()
        self._gone.clear()
        return messages

    def _messages(self, state: State, now: Moment) -> Iterator[OutMessage]:
        if self._status:
            yield self._status_message(state)
        if self._rules:
            yield OutMessage(self.topics.rules, compact(rules_document(state.book.rules)))
        feeds = [state.feeds[feed] for feed in self._feeds if feed in state.feeds]
        # Whoever begins has the trends before the first reading.
        yield from self._trend_messages(feeds, state, now)
        yield from filter(None, (self._reading(feed, now) for feed in feeds))
        if any(feed.trouble for feed in feeds):
            # What was sent again of them is no sign that they are well.
            yield self._status_message(state)
        for document in self._alerts:
            yield OutMessage(self.topics.alert, compact(document), retain=False)
        yield from self._queue_messages(state, now)
        yield from (OutMessage(topic, b"") for topic in self._gone)

    def _status_message(self, state: State) -> OutMessage:
        hub = self.hub
        document = status_document(
            state, hub.name, hub.since, standby=hub.standby, people=hub.people is not None
        )
        return OutMessage(self.topics.status, compact(document))

    def _note(self, feed: Feed, state: State) -> None:
        identity = feed.info.feed
        if feed.reading is None or not self.publishes(identity):
            return
        self._feeds[identity] = None
        if not isinstance(feed.reading, Reading):
            return
        current = {}
        for queue in state.snapshot.queues:
            if queue.key.pbx == identity.pbx:
                row = _PublishedQueue.of(queue, state.levels.get(queue.key, UNJUDGED))
                current[queue.key] = row
                if self._queues.get(queue.key) != row:
                    self._changed[queue.key] = None
        self._queues = {
            **{key: row for key, row in self._queues.items() if key.pbx != identity.pbx},
            **current,
        }
        if identity.kind is Kind.LIVE:
            self._drop(self.topics.queue_under(identity.pbx), map(self.topics.queue, current))

    def _drop(self, start: str, topics: Iterable[str]) -> None:
        """Clear what the broker keeps under a topic and is not there any more."""
        known = {topic for topic in self.kept if topic.startswith(start)}
        self._gone.update(dict.fromkeys(known - set(topics)))

    def _drop_lost(self, state: State) -> None:
        """Clear what the broker keeps of feeds that are polled no more, or not published."""
        feeds = [feed for feed in state.feeds if self.publishes(feed)]
        pbxes = {feed.pbx for feed in feeds}
        self._drop(f"{self.topics.base}/reading/", map(self.topics.reading, feeds))
        self._drop(f"{self.topics.base}/history/", map(self.topics.history, pbxes))
        ours = tuple(map(self.topics.queue_under, pbxes))
        start = f"{self.topics.base}/queue/"
        self._drop(start, [topic for topic in self.kept if topic.startswith(ours)])

    def _reading(self, feed: Feed, now: Moment) -> OutMessage | None:
        reading, people = feed.reading, self.hub.people
        if isinstance(reading, Reading):
            document = reading_document(reading)
        elif reading is not None and people is not None:
            document = people.document(reading)
        else:
            return None
        head = head_document(reading.measured, now, feed.next_poll or now, feed.interval)
        topic = self.topics.reading(feed.info.feed)
        return OutMessage(topic, deflate({**head, **document}), expiry=EXPIRY)

    def _trend_messages(
        self, feeds: Iterable[Feed], state: State, now: Moment
    ) -> Iterator[OutMessage]:
        """Give the trends of live feeds that have answered, once a minute."""
        for feed in feeds:
            last = self._trends.get(feed.pbx)
            if feed.kind is Kind.LIVE and (last is None or now.elapsed - last >= RENEWED):
                self._trends[feed.pbx] = now.elapsed
                head = head_document(now, now, now, RENEWED)
                document = {**head, **trends_document(state.trends, feed.info.feed, now)}
                yield OutMessage(self.topics.history(feed.pbx), deflate(document), expiry=EXPIRY)

    def _queue_messages(self, state: State, now: Moment) -> Iterator[OutMessage]:
        metrics_by_pbx = {
            feed.pbx: reading.metrics
            for feed, reading in state.snapshot.readings.items()
            if feed.kind is Kind.LIVE
        }
        for queue in state.snapshot.queues:
            if queue.key in self._changed:
                at = state.snapshot.moment_of(queue.key) or now
                levels = state.levels.get(queue.key, UNJUDGED)
                metrics = metrics_by_pbx.get(queue.key.pbx, frozenset())
                document = queue_document(queue, levels, metrics, at, now)
                yield OutMessage(self.topics.queue(queue.key), compact(document))


def _states(state: State) -> list[tuple[object, ...]]:
    """Return what the status says of each feed."""
    return [(feed.info, feed.trouble, feed.reading is None) for feed in state.feeds.values()]
