"""A board over feeds that say only what a test tells them to."""

import asyncio
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import fields, replace
from datetime import UTC
from pathlib import Path
from typing import Any

from tests.fake_clock import FakeClock
from tests.sample import AT_ONCE
from wallboard.actions import keymap
from wallboard.errors import Reason
from wallboard.model.data.catalogue import CATALOGUE, TODAY
from wallboard.model.data.day import Day, day_of
from wallboard.model.data.metric import Kind, Number
from wallboard.model.data.reading import FeedId, Moment, NamedQueue, QueueMetrics, Reading, identify
from wallboard.model.data.view_options import ViewOptions
from wallboard.model.events import Discovered, Failed, FeedEvent, FeedInfo, Fresh, Trouble
from wallboard.model.judge.hours import PastSpan
from wallboard.model.judge.rules import Rules
from wallboard.model.judge.usual import Usual, UsualDay
from wallboard.model.select.selection import Selection
from wallboard.ui.app import WallboardApp
from wallboard.ui.setup import BoardSetup, Services
from wallboard.ui.theme import load_themes

THEMES = Path(__file__).parents[2] / "themes"
FEED = FeedId("pbx-1")
INTERVAL = 10.0


class FakeFeeds:
    """Feeds a test drives: ``say`` hands events to the board."""

    def __init__(self) -> None:
        self._post: Callable[[FeedEvent], None] | None = None
        self._early: list[FeedEvent] = []
        self.polls_wanted = 0
        self.watched: frozenset[Kind] = frozenset()
        self.spans: tuple[Day, ...] = ()
        self.known: tuple[PastSpan, ...] = ()

    async def run(self, post: Callable[[FeedEvent], None]) -> None:
        self._post = post
        for event in self._early:
            post(event)
        await asyncio.Event().wait()

    def poll_now(self) -> None:
        self.polls_wanted += 1

    def watch(self, kinds: frozenset[Kind]) -> None:
        self.watched = kinds

    def want_past(self, spans: Collection[Day], known: Iterable[PastSpan] = ()) -> None:
        self.spans, self.known = tuple(spans), tuple(known)

    def say(self, *events: FeedEvent) -> None:
        if self._post is None:
            self._early.extend(events)
            return
        for event in events:
            self._post(event)


class FakeHistory:
    """A history that keeps everything, or cannot, and knows what a test lets it know."""

    def __init__(self, trouble: str = "") -> None:
        self.trouble = trouble
        self.asked: list[tuple[object, ...]] = []
        self.known: Usual | None = None
        self.day: UsualDay | None = None
        self.kept: tuple[PastSpan, ...] = ()

    def notes(self) -> tuple[str, ...]:
        return ()

    def remember(self, *_: object) -> None:
        """Keep nothing: a test looks at no file."""

    async def recall(self) -> None:
        """Know nothing of before."""

    async def usual(self, *asked: object) -> Usual | None:
        self.asked.append(asked)
        return self.known

    async def usual_day(self, *asked: object) -> UsualDay | None:
        self.asked.append(asked)
        return self.day

    async def hours(self, *_: object) -> tuple[PastSpan, ...]:
        return self.kept

    def close(self) -> None:
        """Nothing was opened."""


def queue(
    name: str, extension: str, site: str, **values: Number
) -> tuple[NamedQueue, Mapping[str, Number]]:
    calm: dict[str, Number] = dict.fromkeys(CATALOGUE, 0)
    calm.update(availableAgents=4, eligibleAgents=6, eligiblePrimaryAgents=6)
    return NamedQueue(extension, site, name), {**calm, **values}


DEMO = (
    queue("Sales UK", "1001", "London", waitingCalls=1, longestWaitingTime=12_000,
          waitingTime=12_000, avgWaitingTime=12_000.0, handlingCalls=3,
          totalHandlingTime=540_000, avgHandlingTime=180_000.0),
    queue("Support", "1002", "London", waitingCalls=6, longestWaitingTime=151_000,
          waitingTime=420_000, avgWaitingTime=70_000.0, availableAgents=0, eligibleAgents=5,
          handlingCalls=5, totalHandlingTime=1_500_000, avgHandlingTime=300_000.0,
          wrappingUpAgents=2),
    queue("Facturation", "2001", "Paris", waitingCalls=3, longestWaitingTime=48_000,
          waitingTime=90_000, avgWaitingTime=30_000.0, availableAgents=2, handlingCalls=2,
          totalHandlingTime=240_000, avgHandlingTime=120_000.0),
    queue("Accueil", "2002", "Paris"),
    queue("Night desk", "3001", "New York", availableAgents=0, eligibleAgents=0),
)  # fmt: skip


def entered(
    name: str, extension: str, site: str, calls: int, abandoned: int, diverted: int = 0
) -> tuple[NamedQueue, Mapping[str, Number]]:
    """The day of a queue."""
    accepted = calls - abandoned - diverted
    values: dict[str, Number] = {
        "enteredCalls": calls, "acceptedCalls": accepted, "completedCalls": calls, "missedCalls": 0,
        "abandonedInWaitingCalls": abandoned, "abandonedInHandlingCalls": 0,
        "divertedCalls": diverted, "forwardedToVoiceMail": diverted,
        "averageTimeToAnswer": 6_000.0, "averageWaitingTime": 21_000.0,
        "totalWaitingTime": 21_000 * calls, "todayLongestWaitingTime": 214_000,
        "averageHandlingTime": 190_000.0, "todayTotalHandlingTime": 190_000 * accepted,
    }  # fmt: skip
    if calls:
        for name_of, number in (
            ("accepted", accepted), ("abandonedInWaiting", abandoned), ("diverted", diverted),
        ):  # fmt: skip
            values[f"{name_of}CallsPercentage"] = 100 * number / calls
    return NamedQueue(extension, site, name), values


DAYS = (
    entered("Sales UK", "1001", "London", 212, 4),
    entered("Support", "1002", "London", 148, 14, 2),
    entered("Facturation", "2001", "Paris", 97, 5, 3),
    entered("Accueil", "2002", "Paris", 12, 3),
    entered("Night desk", "3001", "New York", 0, 0),
)


def reading(
    clock: FakeClock,
    queues: Iterable[tuple[NamedQueue, Mapping[str, Number]]] = DEMO,
    feed: FeedId = FEED,
    pbx_name: str = "acme",
) -> Reading:
    listed = list(queues)
    keys = identify(feed.pbx, (named for named, _ in listed))
    rows = tuple(
        QueueMetrics(key, named.name, named.extension, named.site, pbx_name, values)
        for key, (named, values) in zip(keys, listed, strict=True)
    )
    return Reading(feed, moment(clock), rows, frozenset(CATALOGUE), None, pbx_name)


def moment(clock: FakeClock, later: float = 0.0) -> Moment:
    from datetime import timedelta

    return Moment(clock.now() + timedelta(seconds=later), clock.elapsed() + later)


def found(feed: FeedId = FEED, pbx_name: str = "acme", interval: float = INTERVAL) -> Discovered:
    """A PBX whose live numbers and day are polled."""
    today = FeedInfo(FeedId(feed.pbx, Kind.TODAY), pbx_name, 60)
    return Discovered((FeedInfo(feed, pbx_name), today), interval)


def fresh(
    clock: FakeClock, queues: Iterable[tuple[NamedQueue, Mapping[str, Number]]] = DEMO
) -> Fresh:
    return Fresh(FEED, reading(clock, queues), moment(clock, INTERVAL))


def today(
    clock: FakeClock, days: Iterable[tuple[NamedQueue, Mapping[str, Number]]] = DAYS
) -> Fresh:
    """What happened since midnight."""
    feed = FeedId(FEED.pbx, Kind.TODAY)
    made = replace(reading(clock, days, feed), day=day_of(clock.now(), UTC))
    return Fresh(feed, replace(made, metrics=frozenset(TODAY)), moment(clock, 60))


def failed(
    clock: FakeClock,
    words: str = "Cannot reach the API: connection refused",
    remedy: str = "",
    *,
    feed: FeedId | None = FEED,
    reason: Reason = Reason.UNREACHABLE,
    retry: float = 7,
) -> Failed:
    return Failed(feed, Trouble(reason, words, remedy), moment(clock), moment(clock, retry))


def board(
    clock: FakeClock,
    feeds: FakeFeeds,
    *,
    theme: str = "control-room",
    options: ViewOptions | None = None,
    rules: Rules | None = None,
    selection: Selection | None = None,
    keys: Mapping[str, tuple[str, ...]] | None = None,
    no_color: bool = False,
    drawn: Callable[[], None] = lambda: None,
    **more: Any,
) -> WallboardApp:
    chosen, mistakes = keymap(keys or {})
    assert not mistakes
    services = services_of(more)
    setup = BoardSetup(
        options or ViewOptions(timezone=UTC),
        load_themes([THEMES]),
        theme,
        chosen,
        selection=selection or Selection(),
        **more,
    )
    return WallboardApp(
        feeds,
        rules or AT_ONCE,
        setup,
        clock,
        services=services,
        no_color=no_color,
        drawn=drawn,
    )


def services_of(more: dict[str, Any]) -> Services:
    """Take out of ``more`` what is a service and no setup."""
    names = {one.name for one in fields(Services)} & more.keys()
    return Services(**{name: more.pop(name) for name in names})
