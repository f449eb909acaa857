"""What a board is shown in: what its feeds say and what is pressed, on a fixed clock."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from textual.pilot import Pilot

from tests.fake_clock import FakeClock
from tests.ui.boards import (
    DEMO,
    FEED,
    FakeFeeds,
    board,
    failed,
    found,
    fresh,
    moment,
    queue,
    reading,
    today,
)
from tests.ui.people import AGENTS, agents, calls, known
from tests.ui.pilot import pressed, settled
from wallboard.errors import Reason
from wallboard.model.data.metric import Kind
from wallboard.model.data.options import AlertOptions
from wallboard.model.data.reading import Endpoint, FeedId
from wallboard.model.events import Fresh

Story = Callable[["Scene"], Awaitable[None]]


@dataclass
class Scene:
    """A board in the hands of a story."""

    clock: FakeClock
    feeds: FakeFeeds
    pilot: Pilot[int]

    async def wait(self, seconds: float) -> None:
        # What was told is drawn before time passes: else when it is drawn is left to chance.
        await settled(self.pilot.app)
        await self.clock.advance(seconds)
        await settled(self.pilot.app)

    async def leap(self, seconds: int) -> None:
        """Let time pass of which only every twentieth second is drawn."""
        for left in range(seconds, 0, -20):
            step = min(left, 20)
            self.clock.seconds += step - 1
            await self.clock.advance(1)

    async def press(self, *keys: str) -> None:
        await pressed(self.pilot.app, *keys)


@asynccontextmanager
async def shown(story: Story, size: tuple[int, int], **look: object) -> AsyncIterator[Scene]:
    """A board to which ``story`` was told; ``toasts``: what it tells in passing is drawn."""
    toasts = bool(look.pop("toasts", False))
    clock, feeds = FakeClock(), FakeFeeds()
    app = board(clock, feeds, **look)  # type: ignore[arg-type]
    async with app.run_test(size=size, notifications=toasts) as pilot:
        await settled(app)
        scene = Scene(clock, feeds, pilot)
        await story(scene)
        await settled(app)
        yield scene


RULES = (
    ("thresholds.longestWaitingTime", "warning 01:00, critical 02:00", "default"),
    ("thresholds.waitingCalls", "warning 3, critical 5", "wallboard.toml:12"),
    (
        "thresholds.override[1].longestWaitingTime",
        "queue VIP*, site Paris: warning 00:20, critical 00:40, for 10 s, recover 00:15",
        "wallboard.toml:18",
    ),
)
LOOK = {
    "rule_words": RULES,
    "views": {1: "site:paris level:warning", 2: "waiting>3"},
    "files": (
        ("configuration", "/etc/wallboard/wallboard.toml"),
        ("log", "/var/log/wallboard.log"),
    ),
    "alerts": AlertOptions(initials="AB"),
}


NOBODY_WAITS = {
    "waitingCalls": 0,
    "longestWaitingTime": 0,
    "waitingTime": 0,
    "avgWaitingTime": 0.0,
    "availableAgents": 3,
}
CALM = tuple((named, {**values, **NOBODY_WAITS}) for named, values in DEMO)


async def live(scene: Scene) -> None:
    scene.feeds.say(found(), today(scene.clock), fresh(scene.clock, CALM))
    await scene.wait(3)


async def trouble(scene: Scene) -> None:
    scene.feeds.say(found(), today(scene.clock), fresh(scene.clock))
    await scene.wait(4)


async def filtered(scene: Scene) -> None:
    await trouble(scene)
    await scene.press("slash", *"site:paris")


async def only_trouble(scene: Scene) -> None:
    await trouble(scene)
    await scene.press("b", "j", "j")


async def late(scene: Scene) -> None:
    await trouble(scene)
    scene.feeds.say(failed(scene.clock))
    await scene.wait(26)


async def stale(scene: Scene) -> None:
    await late(scene)
    await scene.wait(60)


async def no_data(scene: Scene) -> None:
    await stale(scene)
    await scene.wait(300)


async def day_is_stale(scene: Scene) -> None:
    await trouble(scene)
    words = "The API has trouble of its own (HTTP 503)"
    for _ in range(37):
        scene.feeds.say(failed(scene.clock, words, feed=FeedId(FEED.pbx, Kind.TODAY)))
        scene.feeds.say(fresh(scene.clock))
        await scene.wait(10)


async def unit_not_confirmed(scene: Scene) -> None:
    doubtful = replace(reading(scene.clock), confirmed=False, endpoint=Endpoint.QUEUE_METRICS)
    scene.feeds.say(found(), today(scene.clock), Fresh(FEED, doubtful, moment(scene.clock, 10)))
    await scene.wait(4)


async def refused(scene: Scene) -> None:
    scene.feeds.say(
        failed(
            scene.clock,
            "Sign-in refused: wrong user name or password",
            "Check api.username and api.password; the user must have opened Work Analytics once",
            feed=None,
            reason=Reason.SIGN_IN,
            retry=60,
        )
    )
    await scene.wait(3)


async def empty(scene: Scene) -> None:
    scene.feeds.say(found(), fresh(scene.clock, []))
    await scene.wait(3)


async def starting(scene: Scene) -> None:
    await scene.wait(2)


async def paused(scene: Scene) -> None:
    await trouble(scene)
    await scene.press("p")
    worse = queue("Accueil", "2002", "Paris", waitingCalls=7, longestWaitingTime=125_000)
    await scene.wait(6)
    scene.feeds.say(fresh(scene.clock, (*DEMO[:3], worse, DEMO[4])))
    await scene.wait(64)


async def half_an_hour(scene: Scene) -> None:
    """Trouble that came, went, came worse; with an outage between."""
    scene.feeds.say(found())
    for minute in range(30):
        busy = max(0, minute - 22)
        support = queue(
            "Support", "1002", "London", waitingCalls=busy, longestWaitingTime=busy * 20_000,
            waitingTime=busy * 50_000, avgWaitingTime=50_000.0 if busy else 0.0,
            availableAgents=max(0, 4 - busy), eligibleAgents=5, handlingCalls=5,
            totalHandlingTime=1_500_000, avgHandlingTime=300_000.0, wrappingUpAgents=2,
            eligibleOverflowAgents=1,
        )  # fmt: skip
        billing = DEMO[2] if minute in (3, 4, 5, 18, 19) else CALM[2]
        if not 8 <= minute < 13:
            scene.feeds.say(today(scene.clock))
            scene.feeds.say(fresh(scene.clock, (DEMO[0], support, billing, *DEMO[3:])))
        await scene.leap(60 if minute < 29 else 4)
    await scene.wait(0)


async def queue_page(scene: Scene) -> None:
    await half_an_hour(scene)
    await scene.press("x", "enter")


async def calm_queue_page(scene: Scene) -> None:
    await half_an_hour(scene)
    await scene.press("enter", "left", "end")


async def stale_queue_page(scene: Scene) -> None:
    await trouble(scene)
    scene.feeds.say(failed(scene.clock))
    await scene.press("enter")
    await scene.wait(90)


async def alerts_page(scene: Scene) -> None:
    await half_an_hour(scene)
    await scene.press("x", "a", "j")


async def silent_alerts(scene: Scene) -> None:
    await trouble(scene)
    scene.feeds.say(failed(scene.clock))
    await scene.wait(40)
    await scene.press("a")


async def help_page(scene: Scene) -> None:
    await trouble(scene)
    await scene.press("question_mark")


async def help_end(scene: Scene) -> None:
    await help_page(scene)
    await scene.press("end")


async def columns(scene: Scene) -> None:
    await trouble(scene)
    await scene.press("v", "j", "K", "down", "space")


async def palette(scene: Scene) -> None:
    await trouble(scene)
    await scene.press("colon", "o", "r")


async def mistake(scene: Scene) -> None:
    await trouble(scene)
    await scene.press("slash", *"site:paris wait", *">1 x>2")


async def sites(scene: Scene) -> None:
    await trouble(scene)
    await scene.press("s", "down", "space")


async def orders(scene: Scene) -> None:
    await trouble(scene)
    await scene.press("o", "down")


async def initials(scene: Scene) -> None:
    await trouble(scene)
    await scene.press("x")


async def agents_page(scene: Scene) -> None:
    scene.feeds.say(known(), fresh(scene.clock))
    await scene.press("A")
    scene.feeds.say(agents(scene.clock))
    await scene.wait(3)


async def agents_by_queue(scene: Scene) -> None:
    await agents_page(scene)
    await scene.press("z")


async def agents_filtered(scene: Scene) -> None:
    await agents_page(scene)
    await scene.press("slash", *"status:pause")


async def stale_agents(scene: Scene) -> None:
    await agents_page(scene)
    scene.feeds.say(failed(scene.clock, remedy="Check the network", feed=AGENTS, retry=80))
    await scene.wait(70)


async def calls_page(scene: Scene) -> None:
    scene.feeds.say(known(), fresh(scene.clock))
    await scene.press("C")
    scene.feeds.say(calls(scene.clock, more=12))
    await scene.wait(3)


async def queue_agents(scene: Scene) -> None:
    scene.feeds.say(known(), fresh(scene.clock))
    await scene.press("enter")
    scene.feeds.say(agents(scene.clock))
    await scene.wait(3)
