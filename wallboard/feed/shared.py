"""One poller behind many boards in one process: what it hears is told to all of them.

Boards come and go; the poller goes on. Nothing of a board is called by the poller: news wait for
each board, whose own task takes them. So one that raises or lags holds up nobody.
"""

import asyncio
import math
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from wallboard.feed.source import Feeds
from wallboard.model.data.day import Day
from wallboard.model.data.metric import Kind
from wallboard.model.data.reading import FeedId, Reading
from wallboard.model.events import Discovered, Failed, FeedEvent, Fresh, HubRules, Remembered
from wallboard.model.judge.hours import PastHeard, PastSpan

MOST_WAITING = 256
"""News that may wait for a board; of one that lags further behind only the newest do."""


POLLED_AGAIN = 2.0
"""Seconds until one more hand has effect: many at many boards ask no more than one poller may."""


class SharedFeeds:
    """Runs one ``source.Feeds`` and gives each board one of its own, which hears the same.

    ``elapsed`` gives seconds on a clock that never goes back.
    """

    def __init__(self, feeds: Feeds, elapsed: Callable[[], float]) -> None:
        self._feeds = feeds
        self._elapsed = elapsed
        self._polled = -math.inf
        self._boards: list[BoardFeeds] = []
        self._newest = _Newest()
        self._watched: frozenset[Kind] = frozenset()

    async def run(self) -> None:
        """Poll for ever, with boards or without; ends only by cancellation."""
        await self._feeds.run(self._hear)

    def feeds(self) -> "BoardFeeds":
        """Return the feeds of one more board; it counts from when it runs until that ends."""
        return BoardFeeds(self)

    @property
    def boards(self) -> int:
        """How many boards listen."""
        return len(self._boards)

    def _hear(self, event: FeedEvent) -> None:
        self._newest.learn(event)
        for board in self._boards:
            if isinstance(event, PastHeard):
                self._tell_past(board, event)
            else:
                self._tell(board, event)

    def _tell(self, board: "BoardFeeds", event: FeedEvent) -> None:
        if len(board.waiting) >= MOST_WAITING:
            board.waiting.clear()
            board.waiting.extend(self._newest.events())
            self._tell_past(board, self._newest.past_in(board.spans))
        else:
            board.waiting.append(event)
        board.news.set()

    def _tell_past(self, board: "BoardFeeds", heard: PastHeard) -> None:
        """Tell of the spans that a board wants; why there are none, if it wants any."""
        spans = tuple(span for span in heard.spans if span.span in board.spans)
        if spans or (heard.words and board.spans):
            board.waiting.append(replace(heard, spans=spans))
            board.news.set()

    # What boards call.

    def begin(self, board: "BoardFeeds") -> None:
        """Tell a board the newest of each feed, and from now on all that is heard."""
        self._boards.append(board)
        board.waiting.clear()
        board.waiting.extend(self._newest.events())
        board.news.set()
        self.watch()
        self.want_past(board, board.spans)

    def end(self, board: "BoardFeeds") -> None:
        """Tell a board nothing more, and ask for nothing on its behalf."""
        self._boards.remove(board)
        self.watch()
        if board.spans:
            self._want_past(())

    def poll_now(self) -> None:
        """Poll every feed now, unless a hand had it done just now; the account has its limits."""
        now = self._elapsed()
        if now - self._polled >= POLLED_AGAIN:
            self._polled = now
            self._feeds.poll_now()

    def watch(self) -> None:
        """Poll what any board looks at."""
        kinds = frozenset[Kind]().union(*(board.kinds for board in self._boards))
        if kinds != self._watched:
            self._watched = kinds
            self._feeds.watch(kinds)

    def want_past(
        self, board: "BoardFeeds", added: Collection[Day], known: Iterable[PastSpan] = ()
    ) -> None:
        """Ask for what any board wants; what is known of ``added`` is told to this one."""
        if board not in self._boards:
            return
        self._want_past(known)
        if added:
            self._tell_past(board, self._newest.past_in(added))

    def _want_past(self, known: Iterable[PastSpan]) -> None:
        spans = frozenset[Day]().union(*(board.spans for board in self._boards))
        self._newest.keep_past(spans, known)
        self._feeds.want_past(spans, self._newest.past_in(spans).spans)


class BoardFeeds:
    """Implements ``source.Feeds`` for one of several boards."""

    def __init__(self, shared: SharedFeeds) -> None:
        self._shared = shared
        self.waiting: deque[FeedEvent] = deque()
        self.news = asyncio.Event()
        self.kinds: frozenset[Kind] = frozenset()
        self.spans: frozenset[Day] = frozenset()

    async def run(self, post: Callable[[FeedEvent], None]) -> None:
        """Hand all that is heard to ``post``, first the newest of each feed; raises what it does.

        Ends only by cancellation; what was looked at and asked for is then given back.
        """
        self._shared.begin(self)
        try:
            while True:
                while self.waiting:
                    post(self.waiting.popleft())
                    await asyncio.sleep(0)  # the other boards' turn
                self.news.clear()
                await self.news.wait()
        finally:
            self._shared.end(self)
            self.waiting.clear()

    def poll_now(self) -> None:
        """Have every feed polled now, for all boards."""
        self._shared.poll_now()

    def watch(self, kinds: frozenset[Kind]) -> None:
        """Have feeds of these kinds polled too, as long as this board looks at them."""
        self.kinds = kinds
        self._shared.watch()

    def want_past(self, spans: Collection[Day], known: Iterable[PastSpan] = ()) -> None:
        """Have these spans asked for; what others have heard of them is told at once."""
        wanted = frozenset(spans)
        added, self.spans = wanted - self.spans, wanted
        self._shared.want_past(self, added, known)


class _Newest:
    """What a board that comes late must hear to know what those know that were there."""

    def __init__(self) -> None:
        self._rules: HubRules | None = None
        self._trends: dict[frozenset[FeedId], Remembered] = {}
        self._found: Discovered | None = None
        self._trouble: Failed | None = None
        self._fresh: dict[FeedId, Fresh] = {}
        self._failed: dict[FeedId, Failed] = {}
        self._past: dict[tuple[FeedId, Day], PastSpan] = {}
        self._silent: dict[str, str] = {}

    def learn(self, event: FeedEvent) -> None:
        match event:
            case Discovered(feeds):
                self._found, self._trouble = event, None
                known = {info.feed for info in feeds}
                self._fresh = {feed: fresh for feed, fresh in self._fresh.items() if feed in known}
                self._failed = {
                    feed: failed for feed, failed in self._failed.items() if feed in known
                }
            case Fresh(feed):
                self._trouble = None
                self._failed.pop(feed, None)
                self._fresh[feed] = _newer_of(self._fresh.get(feed), event)
            case Failed(None):
                self._trouble = event
            case Failed(FeedId() as feed):
                self._failed[feed] = event
            case HubRules():
                self._rules = event
            case Remembered():
                self._trends[frozenset(event.trends.samples)] = event
            case PastHeard(spans, _, words):
                self._silent |= words
                self._learn_past(spans)

    def events(self) -> Iterator[FeedEvent]:
        """Give what is known of the feeds, in an order in which it may have happened."""
        if self._rules is not None:
            yield self._rules
        yield from self._trends.values()
        if self._found is not None:
            yield self._found
        yield from self._fresh.values()
        yield from self._failed.values()
        if self._trouble is not None:
            yield self._trouble

    def past_in(self, spans: Collection[Day]) -> PastHeard:
        """Return what is known of some spans."""
        known = (past for (_, span), past in self._past.items() if span in spans)
        return PastHeard(tuple(known), fresh=False, words=dict(self._silent))

    def keep_past(self, spans: Collection[Day], known: Iterable[PastSpan]) -> None:
        """Keep what is known of these spans only, a board's own knowledge too."""
        self._learn_past(known)
        self._past = {place: past for place, past in self._past.items() if place[1] in spans}
        if not spans:
            self._silent = {}

    def _learn_past(self, spans: Iterable[PastSpan]) -> None:
        for past in spans:
            place = past.reading.feed, past.span
            before = self._past.get(place)
            if past.exact and (before is None or _wall_time(before) <= _wall_time(past)):
                self._past[place] = past
                self._silent.pop(place[0].pbx, None)


def _wall_time(past: PastSpan) -> datetime:
    return past.reading.measured.wall


def _newer_of(known: Fresh | None, event: Fresh) -> Fresh:
    """Return the newest event, with what was known where its reading is older: out of a cache."""
    if known is None or not isinstance(known.reading, Reading):
        return event
    is_older = event.reading.measured.elapsed < known.reading.measured.elapsed
    return replace(event, reading=known.reading) if is_older else event
