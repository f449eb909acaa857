"""All feeds of an account: opened, then polled side by side in one task group."""

import asyncio
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from wallboard.errors import (
    ConfigurationError,
    FeedError,
    Reason,
    SignInRefused,
    WallboardError,
)
from wallboard.feed.lookups import LookUps
from wallboard.feed.past import PastAsker, PastSource
from wallboard.feed.poller import InterruptibleSleep, Poller, moment_at
from wallboard.feed.retry import MOST_WAIT, RateLimit, backoff, supervise
from wallboard.feed.source import Account, Source
from wallboard.host.clock import Clock
from wallboard.model.data.day import Day
from wallboard.model.data.metric import Kind
from wallboard.model.data.reading import FeedId
from wallboard.model.events import Discovered, Failed, FeedEvent, FeedInfo, Trouble
from wallboard.model.judge.hours import PastSpan
from wallboard.records import dataclass

NAMES_AGAIN = 300.0
"""Seconds until names that no PBX has are looked up again: somebody may add the queue."""


_DAY_SHARE = 6.0
"""How many live polls come on one of the day, where nothing else is said."""

_LOOKED_AT = 20.0
"""Seconds, for each PBX, between two polls of what is polled only while somebody looks."""

_MOST_A_MINUTE = 10.0

_ON_DEMAND = frozenset((Kind.AGENTS, Kind.CALLS))


@dataclass(frozen=True, slots=True)
class Pace:
    """How often feeds are polled, in seconds; ``None``: as often as ten requests a minute allow.

    ``agents``: whether the agents are polled always, not only while somebody looks at them.
    """

    live: float | None = None
    today: float | None = None
    agents: bool = False

    def intervals(self, feeds: Collection[FeedId]) -> dict[Kind, float]:
        """Return the seconds between two polls of each feed of a kind."""
        pbxes = len({feed.pbx for feed in feeds})
        kinds = {feed.kind for feed in feeds}
        agents = self.agents and Kind.AGENTS in kinds
        share = 0.0 if self.today or Kind.TODAY not in kinds else 1 / _DAY_SHARE
        taken = 60 * pbxes / self.today if self.today and Kind.TODAY in kinds else 0.0
        live = self.live or default_interval(pbxes * (1 + agents + share), taken)
        today = self.today or max(60.0, _DAY_SHARE * live)
        # A page that is open comes on top: three requests a minute, unless a pace was set.
        looked_at = live if self.live else max(live, _LOOKED_AT * pbxes)
        every = {Kind.LIVE: live, Kind.TODAY: today, Kind.CALLS: looked_at}
        return {**every, Kind.AGENTS: live if agents else looked_at}

    @property
    def always(self) -> frozenset[Kind]:
        """The kinds that are polled whether anybody looks at them or not."""
        return frozenset(Kind) - _ON_DEMAND | (frozenset([Kind.AGENTS]) if self.agents else set())


def default_interval(requests: float, taken: float = 0.0) -> float:
    """Return the seconds for a round of so many requests that keep to ten a minute in all.

    ``taken``: how many a minute others take of them.
    """
    return max(10.0, 60.0 * requests / max(1.0, _MOST_A_MINUTE - taken))


class PolledFeeds:
    """Implements ``source.Feeds``. ``pace``: how often; a number is the live feeds' interval."""

    def __init__(
        self,
        account: Account,
        clock: Clock,
        random: Callable[[], float],
        pace: Pace | float | None = None,
    ) -> None:
        self._account = account
        self._clock = clock
        self._random = random
        self._pace = pace if isinstance(pace, Pace) else Pace(pace)
        self._watched = self._pace.always
        self._gate = RateLimit()
        self._wake = InterruptibleSleep(clock)
        self._look_ups = LookUps(clock)
        self._past = PastAsker(clock, self._gate)
        self._running: dict[FeedId, tuple[Poller, asyncio.Task[None]]] = {}
        self._gone: set[FeedId] = set()
        self._failed = False

    def poll_now(self) -> None:
        """Ask every feed now; names are looked up, at most once a minute, as is a sign-in."""
        self._account.ask_now()
        self._wake.now()
        self._look_ups.ask()
        for poller, _ in self._running.values():
            poller.poll_now()

    async def run(self, post: Callable[[FeedEvent], None]) -> None:
        """Open the account, then poll for ever; ends only by cancellation.

        Meanwhile names are looked up again: PBXes come and go, and a failure changes nothing.
        """
        try:
            sources = await self._open(post)
            self._look_ups.note_end()
            async with asyncio.TaskGroup() as group:
                known = self._take(sources, None, group, post)
                group.create_task(self._past.run(post))
                while True:
                    await self._look_ups.wait()
                    answer = await self._look_up()
                    self._failed = isinstance(answer, WallboardError)
                    if not isinstance(answer, WallboardError):
                        known = self._take(answer, known, group, post)
                    self._want()
                    self._look_ups.note_end()
        finally:
            await self._account.aclose()

    async def _look_up(self) -> tuple[Source, ...] | WallboardError:
        """Look the names up, as soon as the account's limits let anybody ask."""
        while (opens := self._gate.opens(now := self._clock.elapsed())) > now:
            await self._clock.sleep_until(opens)
        answer = await supervise(self._account.open)
        if isinstance(answer, FeedError):
            self._gate.learn(answer, self._clock.elapsed())
        return answer

    def _want(self) -> None:
        self._look_ups.want(self._failed or self._account.lacking or bool(self._gone))

    def _take(
        self,
        sources: Sequence[Source],
        known: Discovered | None,
        group: asyncio.TaskGroup,
        post: Callable[[FeedEvent], None],
    ) -> Discovered:
        """Poll these from now on, those that were polled already as before, and no others."""
        self._past.sources = [source for source in sources if isinstance(source, PastSource)]
        every = self._pace.intervals([source.feed for source in sources])
        infos = tuple(
            FeedInfo(source.feed, source.pbx_name, every[source.feed.kind]) for source in sources
        )
        found = Discovered(infos, every[Kind.LIVE])
        if found == known:
            return found
        for feed in self._running.keys() - {source.feed for source in sources}:
            self._running.pop(feed)[1].cancel()
            self._gone.discard(feed)
        post(found)
        for source in sources:
            if source.feed in self._running:
                self._running[source.feed][0].interval = every[source.feed.kind]
            else:
                poller = self._poller(source, every)
                task = group.create_task(self._pump(poller, post))
                self._running[source.feed] = poller, task
        return found

    def watch(self, kinds: frozenset[Kind]) -> None:
        """Poll what is looked at, and what is polled always; the rest stops."""
        self._watched = kinds | self._pace.always
        for poller, _ in self._running.values():
            poller.watch(poller.feed.kind in self._watched)

    def want_past(self, spans: Collection[Day], known: Iterable[PastSpan] = ()) -> None:
        """Ask for what happened in these spans, beside the polls and gently; none: no more."""
        self._past.want(spans, known)

    def _poller(self, source: Source, every: Mapping[Kind, float]) -> Poller:
        kind = source.feed.kind
        return Poller(
            source,
            self._clock,
            every[kind],
            self._random,
            self._gate,
            looked_at=kind in self._watched,
        )

    async def _open(self, post: Callable[[FeedEvent], None]) -> tuple[Source, ...]:
        """Try until the account is open, saying each time why it is not."""
        failures = 0
        while True:
            answer = await supervise(self._account.open)
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
        asked = min(error.retry_after or 0.0, MOST_WAIT)
        return max(least, asked, self._gate.opens(now) - now)

    async def _pump(self, poller: Poller, post: Callable[[FeedEvent], None]) -> None:
        async for event in poller.events():
            post(event)
            if poller.feed.kind is not Kind.LIVE:
                continue
            if isinstance(event, Failed) and event.trouble.reason is Reason.GONE:
                self._gone.add(poller.feed)  # it may be there under another id
            else:
                self._gone.discard(poller.feed)
            self._want()


class LazyAccount:
    """Implements ``source.Account`` over one that is made when it is first opened.

    So the board is painted before HTTP is loaded. ``make`` is called inside the event loop.
    """

    def __init__(self, make: Callable[[], Account]) -> None:
        self._make = make
        self._account: Account | None = None

    async def open(self) -> tuple[Source, ...]:
        """Make the account, the first time, and open it. Raises what it raises."""
        if self._account is None:
            self._account = self._make()
        return await self._account.open()

    @property
    def lacking(self) -> bool:
        """Whether names should be looked up again, once there is anybody who knows."""
        return self._account is not None and self._account.lacking

    def ask_now(self) -> None:
        """Pass it on, once there is anybody to pass it to."""
        if self._account is not None:
            self._account.ask_now()

    async def aclose(self) -> None:
        """Close what was made."""
        if self._account is not None:
            await self._account.aclose()
