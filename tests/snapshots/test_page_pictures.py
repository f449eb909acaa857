"""Pictures of the pages and windows over the board: each at each size. Fixed clock, fixed data."""

from collections.abc import Callable

import pytest

from tests.snapshots.test_pictures import CALM, SIZES, Scene, Story, photograph, trouble
from tests.ui.boards import DEMO, failed, found, fresh, queue, today
from tests.ui.people import AGENTS, agents, calls, known
from wallboard.model.data.options import AlertOptions
from wallboard.model.data.privacy import Privacy

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
        await scene.clock.advance(60 if minute < 29 else 4)
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
    await scene.press("g")


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


PAGES: list[Story] = [
    agents_page,
    calls_page,
    queue_page,
    alerts_page,
    help_page,
    columns,
    palette,
    mistake,
    sites,
    orders,
]
MORE: list[Story] = [
    agents_by_queue,
    agents_filtered,
    calm_queue_page,
    stale_agents,
    stale_queue_page,
    silent_alerts,
    help_end,
]


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("story", PAGES, ids=lambda story: story.__name__)
def test_page(snap_compare: Callable[..., bool], story: Story, size: tuple[int, int]) -> None:
    photograph(snap_compare, story, size, **LOOK)


@pytest.mark.parametrize("story", MORE, ids=lambda story: story.__name__)
def test_more_of_a_page(snap_compare: Callable[..., bool], story: Story) -> None:
    photograph(snap_compare, story, (80, 24), **LOOK)


@pytest.mark.parametrize("story", [agents_by_queue, queue_agents], ids=lambda one: one.__name__)
def test_wide_page(snap_compare: Callable[..., bool], story: Story) -> None:
    photograph(snap_compare, story, (120, 40), **LOOK)


@pytest.mark.parametrize("size", [(80, 24), (160, 45)], ids=lambda size: f"{size[0]}x{size[1]}")
def test_agents_on_a_wall(snap_compare: Callable[..., bool], size: tuple[int, int]) -> None:
    photograph(snap_compare, agents_page, size, privacy=Privacy("initials", "masked"), **LOOK)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_question(snap_compare: Callable[..., bool], size: tuple[int, int]) -> None:
    photograph(snap_compare, initials, size)


@pytest.mark.parametrize("theme", ["daylight", "high-contrast", "deuteranopia", "ansi-16"])
def test_theme_of_a_page(snap_compare: Callable[..., bool], theme: str) -> None:
    photograph(snap_compare, queue_page, (120, 40), theme=theme, **LOOK)


@pytest.mark.parametrize("theme", ["daylight", "ansi-16"])
def test_theme_of_the_agents(snap_compare: Callable[..., bool], theme: str) -> None:
    photograph(snap_compare, agents_page, (120, 40), theme=theme, **LOOK)
