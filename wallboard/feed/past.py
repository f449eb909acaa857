"""Hours and days that are over, asked for beside the polls: the newest first, two a minute."""

import math
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, Protocol, runtime_checkable

from wallboard.errors import FeedError, WallboardError
from wallboard.feed.poller import InterruptibleSleep
from wallboard.feed.retry import RateLimit, supervise
from wallboard.feed.source import Account, Source
from wallboard.host.clock import Clock
from wallboard.model.data.day import Day
from wallboard.model.data.reading import FeedId, Reading
from wallboard.model.events import FeedInfo
from wallboard.model.judge.hours import PastHeard, PastSpan, is_due

MOST = 2
"""Questions about the past in any minute; a board may poll the same account beside them."""

FAILED_FOR = 300.0
"""Seconds until a PBX that told nothing is asked again."""

_MINUTE = 60.0


@runtime_checkable
class PastSource(Source, Protocol):
    """A feed that can be asked for any span of time."""

    async def past(self, span: Day) -> Reading:
        """Ask once for a span; ``day`` of what it returns. Raises errors of ``FeedError`` only."""
        ...


Asked = Mapping[tuple[FeedId, Day], PastSpan]
"""What is known already."""


class PastAsker:
    """Asks sources for the spans that are wanted and not known, one after the other."""

    def __init__(self, clock: Clock, gate: RateLimit) -> None:
        self._clock = clock
        self._gate = gate
        self._wake = InterruptibleSleep(clock)
        self._asked: deque[float] = deque(maxlen=MOST)
        self._failed: dict[FeedId, float] = {}
        self.sources: Sequence[PastSource] = ()
        self.spans: Collection[Day] = ()
        self.known: dict[tuple[FeedId, Day], PastSpan] = {}

    def want(self, spans: Collection[Day], known: Iterable[PastSpan] = ()) -> None:
        """Ask for these spans from now on, and for no others; some may be known already."""
        self.spans = spans
        kept = {place: past for place, past in self.known.items() if place[1] in spans}
        self.known = kept | {(past.reading.feed, past.span): past for past in known if past.exact}
        self._wake.now()

    async def run(self, post: Callable[[PastHeard], None]) -> None:
        """Ask for ever for what is wanted; ends only by cancellation."""
        while True:
            request = self.next()
            now = self._clock.elapsed()
            if await self._wake.sleep_until(now + _MINUTE if request is None else self.opens):
                continue  # something else is wanted now
            if request is None or request != self.next():
                continue
            source, span = request
            answer = await self.ask(source, span)
            if isinstance(answer, PastSpan):
                post(PastHeard((answer,)))
            else:
                self._failed[source.feed] = self._clock.elapsed()
                post(PastHeard((), words={source.feed.pbx: answer.words}))

    def next(self) -> tuple[PastSource, Day] | None:
        """Return what is to be asked for: the newest span first, of each PBX."""
        return next(self.due(), None)

    def due(self) -> Iterator[tuple[PastSource, Day]]:
        """Give all that is to be asked for as it is known now, the newest span first."""
        now, tried = self._clock.now(), self._clock.elapsed() - FAILED_FOR
        for span in sorted(self.spans, key=lambda span: span.start, reverse=True):
            for source in self.sources:
                if self._failed.get(source.feed, -math.inf) > tried:
                    continue
                if is_due(span, self.known.get((source.feed, span)), now):
                    yield source, span

    @property
    def opens(self) -> float:
        """When one may ask, in elapsed seconds: no more than two a minute, and within limits."""
        first = self._asked[0] + _MINUTE if len(self._asked) == MOST else 0.0
        return max(first, self._gate.opens(self._clock.elapsed()))

    async def ask(self, source: PastSource, span: Day) -> PastSpan | WallboardError:
        """Ask once; what came of it."""
        self._asked.append(self._clock.elapsed())
        answer = await supervise(lambda: source.past(span))
        if isinstance(answer, WallboardError):
            if isinstance(answer, FeedError):
                self._gate.learn(answer, self._clock.elapsed())
            return answer
        found = PastSpan(answer, exact=True)
        self.known[source.feed, span] = found
        return found


def wait_words(questions: int) -> str:
    """Return how long so many questions take, in words; nothing for less than a minute."""
    minutes = (questions - 1) // MOST
    if minutes < 1:
        return ""
    return f"The API is asked {questions} times, {MOST} a minute: {minutes} min"


class PastResult(NamedTuple):
    """What an account says of some spans, and the PBXes that said nothing, with the reasons.

    ``asked``: what of it was not known before.
    """

    found: tuple[PastSpan, ...]
    failures: tuple[tuple[FeedInfo, WallboardError], ...]
    asked: tuple[PastSpan, ...]


async def ask_past(
    account: Account,
    spans: Collection[Day],
    known: Asked,
    clock: Clock,
    tell_count: Callable[[int], None] = lambda _: None,
) -> PastResult:
    """Open the account, ask once for each span that is not known, and close it.

    A PBX that fails is asked no more. ``tell_count`` hears how many questions there are. Raises
    ``errors.WallboardError`` when the account cannot be opened at all.
    """
    asker = PastAsker(clock, RateLimit())
    asker.known, asker.spans = dict(known), spans
    failures: dict[FeedId, tuple[FeedInfo, WallboardError]] = {}
    asked: list[PastSpan] = []
    try:
        opened = await account.open()
        asker.sources = [source for source in opened if isinstance(source, PastSource)]
        requests = tuple(asker.due())
        tell_count(len(requests))
        for source, span in requests:
            if source.feed in failures:
                continue
            await clock.sleep_until(asker.opens)
            answer = await asker.ask(source, span)
            if isinstance(answer, PastSpan):
                asked.append(answer)
            else:
                failures[source.feed] = FeedInfo(source.feed, source.pbx_name), answer
    finally:
        await account.aclose()
    feeds = {source.feed for source in asker.sources}
    found = [past for (feed, span), past in asker.known.items() if feed in feeds and span in spans]
    return PastResult(tuple(found), tuple(failures.values()), tuple(asked))
