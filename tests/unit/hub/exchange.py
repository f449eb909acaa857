"""A hub's outbox and a board's inbox in one process: what a broker would carry between them."""

from dataclasses import dataclass, field
from datetime import timedelta

from tests.fake_clock import FakeClock
from tests.sample import AT, row
from tests.unit.hub.published import holds
from tests.unit.model_env import PLAIN, moment
from wallboard.errors import Reason
from wallboard.hub import json_payload
from wallboard.hub.connection import InMessage, OutMessage
from wallboard.hub.documents import will_document
from wallboard.hub.inbox import Inbox
from wallboard.hub.outbox import HubIdentity, HubOutbox
from wallboard.hub.people_payload import PeopleEncoder
from wallboard.hub.topics import Topics
from wallboard.model.data.catalogue import CATALOGUE
from wallboard.model.data.reading import FeedId, QueueMetrics, Reading
from wallboard.model.data.view_options import ViewOptions
from wallboard.model.events import Answer, Discovered, Failed, FeedEvent, FeedInfo, Fresh, Trouble
from wallboard.model.state import State, start, step

TOPICS = Topics("w")
SCHEMA = {"status": "status", "queue": "queue", "alert": "alert", "history": "history"}


@dataclass
class Publishing:
    """A hub without a broker; ``now`` is in its elapsed seconds."""

    people: PeopleEncoder | None = None
    now: float = AT.elapsed
    state: State = field(default_factory=lambda: start(PLAIN, ViewOptions()))
    feeds: tuple[FeedId, ...] = (FeedId("p"),)

    def __post_init__(self) -> None:
        self.outbox = HubOutbox(TOPICS, HubIdentity("hub", AT.wall, people=self.people))
        self.discover(*self.feeds)

    def hear(self, event: FeedEvent) -> None:
        before, self.state = self.state, step(self.state, event)
        self.outbox.note(event, self.state)
        self.outbox.note_change(before, self.state)

    def discover(self, *feeds: FeedId) -> None:
        self.hear(Discovered(tuple(FeedInfo(feed, "P", 10.0) for feed in feeds), 10.0))

    def poll(self, *queues: QueueMetrics, after: float = 10.0) -> None:
        self.now += after
        reading = Reading(FeedId("p"), moment(self.now), queues, frozenset(CATALOGUE), pbx_name="P")
        self.answer(reading)

    def answer(self, reading: Answer) -> None:
        self.hear(Fresh(reading.feed, reading, moment(self.now + 10)))

    def fail(self, words: str = "down") -> None:
        at, again = moment(self.now), moment(self.now + 5)
        self.hear(Failed(FeedId("p"), Trouble(Reason.UNREACHABLE, words), at, again))

    def sent(self, after: float = 0.0) -> list[OutMessage]:
        """What is published ``after`` seconds; each message is as the page says."""
        self.now += after
        messages = self.outbox.take(self.state, moment(self.now))
        for message in messages:
            what = message.topic.removeprefix(f"{TOPICS.base}/").split("/")[0]
            if what in SCHEMA and message.payload:
                opened = json_payload.inflate if what == "history" else json_payload.plain
                holds(SCHEMA[what], opened(message.payload))
        return messages


class Taking:
    """A board's inbox, on clocks of its own."""

    def __init__(self, off: timedelta = timedelta(), *, rules: bool = False) -> None:
        self.clock = FakeClock(AT.wall + off, 50_000.0)
        self.inbox = Inbox(TOPICS, self.clock, rules=rules)
        self.inbox.post = self._hear
        self.events: list[FeedEvent] = []
        self.state = start(PLAIN, ViewOptions())

    def _hear(self, event: FeedEvent) -> None:
        self.events.append(event)
        self.state = step(self.state, event)

    def take(self, *messages: OutMessage, kept: bool = False, lain: int = 0) -> None:
        """Get messages; of those that were ``kept`` the broker counted ``lain`` seconds."""
        for one in messages:
            left = None if one.expiry is None else one.expiry - lain
            self.inbox.take(InMessage(one.topic, one.payload, left, kept))

    def gone(self) -> None:
        self.take(OutMessage(TOPICS.status, json_payload.compact(will_document("hub"))))

    @property
    def troubles(self) -> list[str]:
        return [feed.trouble.words for feed in self.state.feeds.values() if feed.trouble]


def waiting(count: int, name: str = "Sales", extension: str = "1") -> QueueMetrics:
    return row(name, extension, waitingCalls=count, longestWaitingTime=count * 1000)
