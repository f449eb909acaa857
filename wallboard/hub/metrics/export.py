"""What is known, for Prometheus: rendered once an answer, judged by its age when it is asked for.

It is handed every event and the state after it, by a board or a hub alike, and knows no screen.
What is not LIVE is absent: a gauge that stands still looks like one that was just measured.
"""

import asyncio
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.core import Metric as Family

from wallboard import __version__
from wallboard.errors import Reason
from wallboard.feed.retry import supervise
from wallboard.host.clock import Clock
from wallboard.hub.metrics.text import PREFIX, FeedRenderer, RenderedFeed, RenderedGroup, text_of
from wallboard.model.data.metric import QUEUE_KINDS, Kind
from wallboard.model.data.reading import FeedId, Moment, Reading
from wallboard.model.events import Discovered, Failed, Fresh
from wallboard.model.feeds.feed import Feed
from wallboard.model.feeds.freshness import Freshness
from wallboard.model.state import Event, State

_FAILURES = tuple(reason for reason in Reason if reason is not Reason.OUTPUT)

_FEED = ("pbx", "kind")


class MetricsExport:
    """What was heard, as Prometheus has it. ``chosen``: metrics of queues, by the API's name."""

    def __init__(self, chosen: Sequence[str], clock: Clock) -> None:
        self._clock = clock
        self._renderer = FeedRenderer(chosen)
        self._state: State | None = None
        self._due: set[FeedId] = set()
        self._woken = asyncio.Event()
        self._rendered: dict[FeedId, RenderedFeed] = {}
        self._groups: dict[Kind, tuple[RenderedGroup, ...]] = {}
        self._polls: Counter[FeedId] = Counter()
        self._failures: Counter[tuple[FeedId | None, Reason]] = Counter()
        self._sign_ins = 0
        self.fault = ""
        """Why the newest answer was not rendered, in words; ``""`` if it was."""

    def note_sign_in(self) -> None:
        """Take note that a sign-in was accepted."""
        self._sign_ins += 1

    def remember(self, event: Event, state: State) -> None:
        """Take note of an event and of what is known after it; it is rendered later."""
        self._state = state
        match event:
            case Fresh(feed, reading):
                self._polls[feed] += 1
                if isinstance(reading, Reading):
                    self._want([feed])
            case Failed(feed, trouble):
                self._failures[feed, trouble.reason] += 1
                if feed is not None:
                    self._polls[feed] += 1
            case Discovered():
                # PBXes may have come, gone or got another name.
                self._want(self._rendered)

    def _want(self, feeds: Iterable[FeedId]) -> None:
        self._due.update(feeds)
        self._woken.set()

    async def keep_rendered(self) -> None:
        """Render what is new as it comes; never ends. What comes meanwhile is rendered next."""
        while True:
            await self._woken.wait()
            self._woken.clear()
            while self._due and self._state is not None:
                failed = await supervise(partial(self._render, self._due.pop(), self._state))
                self.fault = f"metrics not renewed: {failed}" if failed else ""

    async def _render(self, feed: FeedId, state: State) -> None:
        before = self._rendered.get(feed)
        name = _names(state.feeds.values()).get(feed)
        fresh = None
        if name is not None:
            fresh = await self._renderer.render(state, feed, name, self._now())
            groups = await self._renderer.render_groups(state, feed.kind, self._now())
            self._groups[feed.kind] = groups
        if fresh is None:
            self._rendered.pop(feed, None)
            return
        self._rendered[feed] = fresh
        other = FeedId(feed.pbx, Kind.TODAY)
        if feed != other and other in self._rendered and before and before.labels != fresh.labels:
            self._due.add(other)  # a queue that was renamed leaves no ghost of its day behind

    def page(self) -> tuple[bytes, ...]:
        """Return what Prometheus reads, in pieces: its text format, UTF-8."""
        now = self._now()
        live = {feed: item for feed, item in self._rendered.items() if self._is_live(feed, now)}
        groups = [item for rendered in self._groups.values() for item in rendered]
        every = [item.series for item in live.values()]
        every += [item.series for item in groups if item.feeds <= live.keys()]
        pieces = [text_of(self._families(now))]
        for name, head in self._renderer.heads.items():
            if found := [series[name] for series in every if series.get(name)]:
                pieces += [head, *found]
        return tuple(pieces)

    def _families(self, now: Moment) -> Iterator[Family]:
        """Yield what is known beside the queues; made anew each time, so that ages are true."""
        feeds = self._feeds()
        names = _names(feeds.values())
        yield _gauge("build_info", "The program's version", {(__version__,): 1}, ("version",))
        yield _gauge("feeds", "Feeds that are known", {(): len(feeds)}, ())
        labels = {feed: (names[feed], feed.kind.value) for feed in feeds}
        # These are polled whoever looks: one without fresh data is a trouble.
        yield from self._conditions(
            {labels[feed]: item for feed, item in feeds.items() if feed.kind in QUEUE_KINDS}, now
        )
        polls = [(labels[feed], self._polls[feed]) for feed in feeds]
        yield _counter("polls", "Polls that have ended", polls, _FEED)
        failed = [
            ((*labels[feed], reason.value), self._failures[feed, reason])
            for feed in feeds
            for reason in _FAILURES
        ]
        words = "Polls that brought nothing, by reason"
        yield _counter("poll_failures", words, failed, (*_FEED, "reason"))
        shut = [((reason.value,), self._failures[None, reason]) for reason in _FAILURES]
        words = "Times that the account could not be opened, by reason"
        yield _counter("account_failures", words, shut, ("reason",))
        yield _counter("sign_ins", "Sign-ins that were accepted", [((), self._sign_ins)], ())

    def _conditions(self, feeds: Mapping[tuple[str, ...], Feed], now: Moment) -> Iterator[Family]:
        """Yield how the feeds of queues are, whatever the age of what they brought."""
        live = {who: self._is_live(feed.info.feed, now) for who, feed in feeds.items()}
        yield _gauge("feed_live", "Whether the feed's data is LIVE: 1 or 0", live)
        ages = {
            who: None if feed.data_since is None else round(now.elapsed - feed.data_since, 3)
            for who, feed in feeds.items()
        }
        yield _gauge("feed_age_seconds", "Age of the feed's data, in seconds", ages)
        pace = {who: feed.interval for who, feed in feeds.items()}
        yield _gauge("feed_interval_seconds", "Time between two polls, in seconds", pace)
        found = {
            who: self._rendered[feeds[who].info.feed] for who, is_live in live.items() if is_live
        }
        queues = {who: len(item.reading.queues) for who, item in found.items()}
        yield _gauge("feed_queues", "Queues in the feed's data, while it is LIVE", queues)
        words = "Values left out: they cannot be true, or their unit is not known to be right"
        yield _gauge(
            "feed_doubtful_values", words, {who: item.doubtful for who, item in found.items()}
        )

    def _now(self) -> Moment:
        return Moment(self._clock.now(), self._clock.elapsed())

    def _feeds(self) -> Mapping[FeedId, Feed]:
        return self._state.feeds if self._state is not None else {}

    def _is_live(self, feed: FeedId, now: Moment) -> bool:
        """Whether what is rendered of a feed is LIVE at ``now``; nothing is that does not move."""
        known, rendered = self._feeds().get(feed), self._rendered.get(feed)
        if known is None or rendered is None or known.stands_since is not None:
            return False
        return replace(known, reading=rendered.reading).freshness(now) is Freshness.LIVE


def _names(feeds: Iterable[Feed]) -> dict[FeedId, str]:
    """Return what the PBX of each feed is called: its name, and its id where others have it too."""
    found = {feed.info.feed: feed.name or feed.pbx for feed in feeds}
    shared = Counter(called for _, called in {(feed.pbx, name) for feed, name in found.items()})
    return {
        feed: f"{called} ({feed.pbx})" if shared[called] > 1 else called
        for feed, called in found.items()
    }


def _gauge(
    name: str,
    words: str,
    values: Mapping[tuple[str, ...], float | None],
    labels: Sequence[str] = _FEED,
) -> Family:
    family = GaugeMetricFamily(f"{PREFIX}_{name}", words, labels=labels)
    for who, value in values.items():
        if value is not None:
            family.add_metric(who, value)
    return family


def _counter(
    name: str, words: str, values: Iterable[tuple[Sequence[str], float]], labels: Sequence[str]
) -> Family:
    family = CounterMetricFamily(f"{PREFIX}_{name}", words, labels=labels)
    for who, value in values:
        family.add_metric(who, value)
    return family
