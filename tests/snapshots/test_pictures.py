"""Pictures of the board: each size, each state, each theme. Fixed clock, fixed data."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

import pytest
from textual.pilot import Pilot

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
from tests.ui.pilot import pressed, settled
from wallboard.errors import Reason
from wallboard.host.clock import FakeClock
from wallboard.model.data.metric import Kind
from wallboard.model.data.reading import Endpoint, FeedId
from wallboard.model.events import Fresh

SIZES = [(80, 24), (120, 40), (200, 60)]
Story = Callable[["Scene"], Awaitable[None]]


@dataclass
class Scene:
    """A board being photographed."""

    clock: FakeClock
    feeds: FakeFeeds
    pilot: Pilot[int]

    async def wait(self, seconds: float) -> None:
        await self.clock.advance(seconds)
        await settled(self.pilot.app)

    async def press(self, *keys: str) -> None:
        await pressed(self.pilot.app, *keys)


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


STATES: list[Story] = [live, trouble, filtered, late, stale, no_data, refused, empty]
MORE: list[Story] = [only_trouble, starting, paused, day_is_stale, unit_not_confirmed]


def photograph(
    snap_compare: Callable[..., bool], story: Story, size: tuple[int, int], **look: object
) -> None:
    clock, feeds = FakeClock(), FakeFeeds()
    app = board(clock, feeds, **look)  # type: ignore[arg-type]

    async def before(pilot: Pilot[int]) -> None:
        await settled(pilot.app)
        await story(Scene(clock, feeds, pilot))
        await settled(pilot.app)

    assert snap_compare(app, terminal_size=size, run_before=before)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("story", STATES, ids=lambda story: story.__name__)
def test_state(snap_compare: Callable[..., bool], story: Story, size: tuple[int, int]) -> None:
    photograph(snap_compare, story, size)


@pytest.mark.parametrize("size", SIZES[:2], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("story", MORE, ids=lambda story: story.__name__)
def test_page(snap_compare: Callable[..., bool], story: Story, size: tuple[int, int]) -> None:
    photograph(snap_compare, story, size)


KIOSK_SIZES = [(160, 45), (60, 17)]


@pytest.mark.parametrize("size", KIOSK_SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("story", [live, trouble, stale, refused], ids=lambda story: story.__name__)
def test_wall(snap_compare: Callable[..., bool], story: Story, size: tuple[int, int]) -> None:
    photograph(snap_compare, story, size, kiosk=True, message=lambda: "Fire drill at 3")


@pytest.mark.parametrize(
    "theme", ["control-room", "daylight", "high-contrast", "deuteranopia", "ansi-16"]
)
def test_theme(snap_compare: Callable[..., bool], theme: str) -> None:
    photograph(snap_compare, trouble, (120, 40), theme=theme)
