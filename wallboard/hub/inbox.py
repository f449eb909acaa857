"""What comes from a broker, made into events of a board: one place that trusts none of it."""

import contextlib
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from wallboard.errors import InvalidResponse, Reason
from wallboard.feed.poller import moment_at
from wallboard.host.clock import Clock
from wallboard.hub.connection import InMessage
from wallboard.hub.documents import ENDED, GONE, HubStatus, status_of
from wallboard.hub.json_payload import Document, inflate, plain
from wallboard.hub.people_payload import people_reading
from wallboard.hub.reading_payload import NEWER, SKEWED, MessageHead, ReadingDecoder, head_of
from wallboard.hub.rules_payload import rules_of
from wallboard.hub.topics import Topics
from wallboard.hub.trends_payload import trends_of
from wallboard.model.data.metric import Kind
from wallboard.model.data.reading import FeedId, Moment, Reading
from wallboard.model.data.sanitize import text_of
from wallboard.model.events import (
    Answer,
    Discovered,
    Failed,
    FeedEvent,
    FeedInfo,
    Fresh,
    HubRules,
    Remembered,
    Trouble,
)
from wallboard.model.view.format import age

_ON_DEMAND = (Kind.AGENTS, Kind.CALLS)
_AGAIN = timedelta(milliseconds=1)
_LOG = logging.getLogger(__name__)


class Inbox:
    """Takes messages one by one; ``post`` hears of what they mean.

    ``rules``: whether the hub's thresholds are the board's. ``heard``: whether anything of a hub
    came since the connection began; ``refused``: how many messages were nothing of a hub's.
    """

    def __init__(self, topics: Topics, clock: Clock, *, rules: bool = False) -> None:
        self.topics = topics
        self._clock = clock
        self._rules = rules
        self.post: Callable[[FeedEvent], None] = lambda _event: None
        self.infos: tuple[FeedInfo, ...] = ()
        self.heard = False
        self.refused = 0
        self.skew: timedelta | None = None
        self._newer = ""
        self._status: HubStatus | None = None
        self._decoders: dict[FeedId, ReadingDecoder] = {}
        self._asked: dict[FeedId, tuple[str, Answer]] = {}
        self._watched: frozenset[Kind] = frozenset()
        self._unseen: dict[FeedId, tuple[InMessage, float]] = {}

    def begin(self) -> None:
        """Begin anew with another connection."""
        self.heard = False
        self._newer = ""
        self._status = None

    @property
    def trouble(self) -> Trouble | None:
        """Why a hub does not publish now, as far as the broker knows."""
        if self._status is None or self._status.state not in (GONE, ENDED):
            return None
        who = f" ({self.hub})" if self.hub else ""
        if self._status.state == ENDED:
            return Trouble(Reason.UNREACHABLE, f"The hub was stopped{who}", "Start it again")
        remedy = "Start it again, or look at its log and its network"
        return Trouble(Reason.UNREACHABLE, f"The hub is gone{who}", remedy)

    @property
    def hub(self) -> str:
        """What the hub is called that publishes now, or did last; ``""``: none is known."""
        return self._status.hub if self._status is not None else ""

    @property
    def publishes(self) -> bool:
        """Whether a hub publishes now, as far as the broker knows."""
        return self._status is not None and self.trouble is None

    def why_nothing(self) -> Trouble:
        """Why nothing has come, as far as that can be known."""
        if self._newer:
            words = f"The hub publishes another version ({self._newer}) than this board reads"
            return Trouble(Reason.NONSENSE, words, NEWER)
        return Trouble(
            Reason.GONE,
            f"The broker has nothing for this board under {self.topics.prefix}",
            "Check that a hub runs, prefix in [source], and that this user may read it",
        )

    def take(self, message: InMessage) -> None:
        """Take a message; what is none of a hub's is counted and told in the log, once a kind."""
        try:
            self._take(message)
        except InvalidResponse as error:
            self.refused += 1
            if self.refused == 1:
                _LOG.warning("%s", error.words)
            feed = self.topics.feed_of(message.topic)
            if feed in {info.feed for info in self.infos}:
                self._fail(feed, Trouble.of(error))

    def _take(self, message: InMessage) -> None:
        topics, topic = self.topics, message.topic
        if not message.payload:
            return  # cleared
        if topic == topics.status:
            self._take_status(status_of(plain(message.payload)))
        elif (feed := topics.feed_of(topic)) is not None:
            self._take_reading(feed, message, self._clock.elapsed())
        elif (pbx := topics.pbx_of(topic)) is not None:
            self._take_trends(FeedId(pbx), message)
        elif topic == topics.rules:
            if self._rules:
                self.post(HubRules(rules_of(plain(message.payload))))
        elif topic.endswith("/status"):
            self._newer = topics.version_of(topic)

    def _take_status(self, status: HubStatus) -> None:
        self.heard, self._status = True, status
        if self.trouble is not None:
            for info in self.infos:
                self._fail(info.feed, self.trouble)
            if not self.infos:
                self._fail(None, self.trouble)
            return
        self._learn(status.feeds, status.interval)
        if status.trouble is not None:
            self._fail(None, status.trouble)
        for feed, trouble in status.failed.items():
            self._fail(feed, trouble)

    def _learn(self, infos: tuple[FeedInfo, ...], interval: float) -> None:
        """Say which feeds there are; those of a hub that has none yet are not known."""
        if not infos:
            return
        self.infos = infos
        known = {info.feed for info in infos}
        self._asked = {feed: item for feed, item in self._asked.items() if feed in known}
        self.post(Discovered(infos, interval))

    def _take_reading(self, feed: FeedId, message: InMessage, came: float) -> None:
        if feed.kind in _ON_DEMAND:
            self._unseen[feed] = message, came
            if feed.kind not in self._watched:
                return
        document = inflate(message.payload)
        now = self._moment()
        head = head_of(document, message.left, now)
        head = head._replace(age=head.age + now.elapsed - came)
        if feed not in {info.feed for info in self.infos}:
            if self._status is not None and self._status.feeds:
                return  # left behind by a hub that is not there any more
            info = FeedInfo(feed, text_of(document.get("pbx")), head.interval or 10.0)
            self._learn((*self.infos, info), head.interval or 10.0)
        self._note_skew(head)
        reading = self._decode(feed, document, head, now)
        self.heard = True
        self.post(Fresh(feed, reading, moment_at(self._clock, now.elapsed + head.next_poll)))
        failed = self._status.failed if self._status is not None and message.kept else {}
        if (trouble := self.trouble or failed.get(feed)) is not None:
            self._fail(feed, trouble)

    def _decode(self, feed: FeedId, document: Document, head: MessageHead, now: Moment) -> Answer:
        """Return the reading of a message: one that came before is the same, and no new poll."""
        asked = str(document.get("asked"))
        known = self._asked.get(feed)
        if feed.kind in _ON_DEMAND:
            return people_reading(feed, document, head, now)
        if known is not None and known[0] == asked and isinstance(known[1], Reading):
            at = known[1].measured
            again = Moment(at.wall - _AGAIN, at.elapsed - _AGAIN.total_seconds())
            return replace(known[1], measured=again)
        decoder = self._decoders.setdefault(feed, ReadingDecoder(feed))
        reading = decoder.reading(document, head, now)
        self._asked[feed] = asked, reading
        return reading

    def _take_trends(self, feed: FeedId, message: InMessage) -> None:
        if message.kept:
            now = self._moment()
            document = inflate(message.payload)
            trends = trends_of(feed, document, head_of(document, message.left, now), now)
            self.post(Remembered(trends, trends_alone=True))

    def watch(self, kinds: frozenset[Kind]) -> None:
        """Take agents and calls from now on, or not; the newest that came is taken at once."""
        added, self._watched = kinds - self._watched, kinds
        for feed, (message, came) in list(self._unseen.items()):
            if feed.kind in added:
                with contextlib.suppress(InvalidResponse):  # told when it came again
                    self._take_reading(feed, message, came)

    def _note_skew(self, head: MessageHead) -> None:
        seconds = abs(head.skew.total_seconds())
        if seconds > SKEWED and (self.skew is None or abs(self.skew.total_seconds()) <= SKEWED):
            _LOG.warning("the clock of this machine and the hub's differ by %s", age(seconds))
        self.skew = head.skew

    def _fail(self, feed: FeedId | None, trouble: Trouble) -> None:
        now = self._moment()
        self.post(Failed(feed, trouble, now, None))

    def _moment(self) -> Moment:
        return Moment(self._clock.now(), self._clock.elapsed())
