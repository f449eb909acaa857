"""The words on each screen at each size. How it looks, a person judges: tests/snapshots."""

import re
from dataclasses import dataclass

import pytest
from textual.app import App
from textual.geometry import Region
from textual.widget import Widget

from tests.fake_clock import FakeClock
from tests.ui import scenes
from tests.ui.boards import DEMO, FakeFeeds, board
from tests.ui.large_type import size_of
from tests.ui.pilot import resized, screen_strips, screen_text, settled, until
from tests.ui.running import Meter, running
from tests.ui.scenes import LOOK, Scene, Story, shown
from wallboard.ui.screens.board import BoardScreen
from wallboard.ui.terminal.driver import sparing_driver

SIZES = ((80, 24), (100, 30), (120, 40), (160, 45), (200, 60))
WALL_SIZES = ((60, 17), *SIZES)
QUEUES = tuple(named.name for named, _ in DEMO)
REMEDY = "Check api.username and api.password; the user must have opened Work Analytics once"
CAUSE = "Cannot reach the API: connection refused"


@dataclass(frozen=True, kw_only=True)
class Words:
    """What a scene has to say at every size, and what nowhere."""

    status: str
    """What the status line begins with; a wall has it in large type."""
    said: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    """Pressed anew at each size."""


LIVE = "LIVE · data 4s old"
BOARD: dict[Story, Words] = {
    scenes.live: Words(
        status="LIVE · data 3s old · next poll in 7s", said=QUEUES, never=("critical", "~")
    ),
    scenes.trouble: Words(
        status="LIVE · data 4s old · next poll in 6s",
        said=("▌!! 1", "▌! 1", *QUEUES),
    ),
    scenes.filtered: Words(
        status=LIVE + " · hidden: 1 !! · filter: site:paris · 2 of 5 queues",
        said=("Filter site:paris", "Facturation", "Accueil"),
        never=("Sales UK", "Night desk"),
    ),
    scenes.only_trouble: Words(
        status=LIVE + " · filter: only trouble · 2 of 5 queues",
        said=("Support", "Facturation"),
        never=("Sales UK", "Accueil"),
    ),
    scenes.late: Words(status=f"LATE · data 30s old · {CAUSE}", said=QUEUES, never=("~",)),
    scenes.stale: Words(
        status=f"STALE · data 1m 30s old · {CAUSE}", said=QUEUES, never=("!! 1", "~")
    ),
    scenes.no_data: Words(
        status=f"NO DATA · data 6m 30s old · {CAUSE}",
        said=QUEUES,
        never=("!!02:31", "02:31~", "▌!!", "▌! "),
    ),
    scenes.day_is_stale: Words(
        status="= not moving since 09:30:00 · data 6m 14s old · today STALE",
        said=("▌!! 1", *QUEUES),
    ),
    scenes.unit_not_confirmed: Words(
        status=LIVE + " · ? unit not confirmed", said=("?02:35~", *QUEUES)
    ),
    scenes.refused: Words(
        status="NO DATA · Sign-in refused: wrong user name or password", said=(REMEDY,)
    ),
    scenes.empty: Words(
        status="LIVE · data 3s old", said=("No queues: the API knows none for this configuration.",)
    ),
    scenes.starting: Words(status="NO DATA · signing in", said=("Signing in…",)),
    scenes.paused: Words(
        status="PAUSED 01:10 · feed STALE · 1 newly critical", said=QUEUES, never=("!! 1",)
    ),
}
PAGES: dict[Story, Words] = {
    scenes.queue_page: Words(
        status=LIVE,
        said=("Support", "!! critical", "seen by AB", "critical for 2 min: waiting 7 > 5"),
    ),
    scenes.calm_queue_page: Words(
        status=LIVE,
        said=("Night desk", "Not in trouble so far"),
        keys=("end",),
    ),
    scenes.stale_queue_page: Words(
        status=f"STALE · data 1m 34s old · {CAUSE}",
        said=("critical since before 09:30:00 (start) when last measured at 09:30:00",),
        never=("all busy", "~"),
    ),
    scenes.queue_agents: Words(
        status="LIVE · data 3s old", said=("Support", "critical for 3 s: available 0 ≤ 0")
    ),
    scenes.alerts_page: Words(
        status=LIVE, said=("Alerts", "!! 1 critical", "1 to 4 of 4", "Available ≤ 0")
    ),
    scenes.silent_alerts: Words(
        status="LATE · data 44s old", said=("LATE since 09:30:00", "alerts stand still", "1 unseen")
    ),
    scenes.agents_page: Words(
        status="LIVE · data 3s old", said=("60 people", "!! 3 critical", "! 9 warning", "31:43~")
    ),
    scenes.agents_by_queue: Words(
        status="LIVE · data 3s old", said=("by queue", "Accueil", "15 seats")
    ),
    scenes.agents_filtered: Words(
        status="LIVE · data 3s old",
        said=("6 of 60 people", "hidden: 6 !", "Filter status:pause"),
        never=("Avail",),
    ),
    scenes.stale_agents: Words(
        status="STALE · data 1m 13s old",
        said=("The agents are STALE, 1m 13s old", CAUSE, "Check the network"),
        never=("critical", "31:43", "~"),
    ),
    scenes.calls_page: Words(
        status="LIVE · data 3s old", said=("17 calls, 2 waiting", "02:34~", "and 12 more calls")
    ),
    scenes.help_page: Words(
        status=LIVE, said=("Help", "filter by name, site, extension as you type")
    ),
    scenes.help_end: Words(
        status=LIVE, said=("wallboard.toml:18", "/etc/wallboard/wallboard.toml")
    ),
    scenes.columns: Words(status=LIVE, said=("Columns", "> Waiting", "space show, hide")),
    scenes.palette: Words(status=LIVE, said=("Commands", "> Order")),
    scenes.mistake: Words(
        status=LIVE, said=("no such metric; nearest: Waiting", "No queue matches the filter.")
    ),
    scenes.sites: Words(status=LIVE, said=("Sites", "[ ] London 2", "[x] > New York 1")),
    scenes.orders: Words(status=LIVE, said=("Order", "worst first", "type to narrow the list")),
}
WALL: dict[Story, Words] = {
    scenes.live: Words(status="", said=("ALL CALM", "LIVE")),
    scenes.trouble: Words(status="", said=("SUPPORT", "LIVE")),
    scenes.stale: Words(status="", said=("STALE",), never=("critical", "~")),
    scenes.refused: Words(status="", said=("NO DATA", "Check api.username and api.password")),
}


async def check_sizes(scene: Scene, words: Words, sizes: tuple[tuple[int, int], ...]) -> None:
    """At each size all is said, whole, within the screen."""
    for size in sizes:
        await resized(scene.pilot.app, *size)
        await scene.press(*words.keys)
        await settled(scene.pilot.app)
        check_words(scene, words)
        check_room(scene, *size)


def check_words(scene: Scene, words: Words) -> None:
    text = screen_text(scene.pilot.app)
    flat = " ".join(re.sub(r"[│╭╮╰╯─▁-█ ]+", " ", line).strip() for line in text.split("\n"))
    at = scene.pilot.app.size
    for said in words.said:
        assert said in flat or size_of(text.split("\n"), said), f"{at}: {said!r} is not in\n{text}"
    for never in words.never:
        assert never not in flat, f"{at}: {never!r} is in\n{text}"
    assert f"\n {words.status}"[: at.width] in text, f"{at}: status line of\n{text}"


def check_room(scene: Scene, columns: int, rows: int) -> None:
    strips = screen_strips(scene.pilot.app)
    assert [strip.cell_length for strip in strips] == [columns] * rows
    for widget in scene.pilot.app.screen.query(Widget):
        assert not widget.show_horizontal_scrollbar, f"{widget} at {columns}x{rows}"


@pytest.mark.parametrize("story", BOARD, ids=lambda story: story.__name__)
async def test_the_board_says_its_state_at_each_size(story: Story) -> None:
    async with shown(story, SIZES[0]) as scene:
        await check_sizes(scene, BOARD[story], SIZES)


@pytest.mark.parametrize("story", PAGES, ids=lambda story: story.__name__)
async def test_a_page_says_what_it_is_for_at_each_size(story: Story) -> None:
    async with shown(story, SIZES[0], **LOOK) as scene:
        await check_sizes(scene, PAGES[story], SIZES)


@pytest.mark.parametrize("story", WALL, ids=lambda story: story.__name__)
async def test_the_wall_says_its_state_at_each_size(story: Story) -> None:
    async with shown(story, WALL_SIZES[0], kiosk=True, message=lambda: "Fire drill at 3") as scene:
        await check_sizes(scene, WALL[story], WALL_SIZES)


async def test_initials_are_asked_for_at_each_size() -> None:
    async with shown(scenes.initials, SIZES[0]) as scene:
        await check_sizes(scene, Words(status=LIVE, said=("initials",)), SIZES)


WORDS = "Something that is told in passing, in so many words that they take several lines of it"


@pytest.mark.parametrize(
    ("story", "keys"),
    [
        (scenes.trouble, ()),
        (scenes.refused, ()),
        (scenes.trouble, ("enter",)),
        (scenes.refused, ("question_mark",)),
        (scenes.refused, ("s",)),
    ],
)
async def test_what_is_told_in_passing_covers_neither_status_line_nor_keys(
    story: Story, keys: tuple[str, ...]
) -> None:
    async with shown(story, (80, 24), toasts=True) as scene:
        await scene.press(*keys)
        app = scene.pilot.app
        for number in range(9):
            app.notify(f"{number}: {WORDS}", markup=False, timeout=3_600)
            await settled(app)
            for size in ((80, 24), (60, 17), (120, 40)) if number in (0, 8) else ():
                await resized(app, *size)
                check_toasts(app, number)


def check_toasts(app: App[int], newest: int) -> None:
    """Whether all that was told stands over status line and keys, and the newest is read."""
    rack = app.screen.get_child_by_id("textual-toastrack")
    toasts = [one.region for one in rack.query("Toast")]
    assert len(toasts) == newest + 1
    assert f"{newest}: Something" in screen_text(app), app.size
    for bar in (
        *app.screen_stack[0].query("StatusBar"),
        *app.screen.query("StatusBar, KeyFooter"),
    ):
        if bar.display:
            assert all(one.bottom <= bar.region.y for one in toasts), app.size


@pytest.mark.parametrize("size", [(200, 60), (80, 24)])
async def test_the_first_that_is_drawn_is_all_of_the_board_styled_once(
    size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was drawn before its widgets knew their sizes was nearly nothing, and took as long."""
    frames: list[str] = []
    styled: list[Widget] = []
    style = BoardScreen.update_node_styles

    class Frames(Meter):
        def write(self, data: str) -> None:
            super().write(data)
            if re.search(r"\x1b\[\d+;\d+H", data):
                frames.append(data)

    def note(screen: BoardScreen, animate: bool = True) -> None:
        styled.append(screen)
        style(screen, animate)

    monkeypatch.setattr(BoardScreen, "update_node_styles", note)
    clock = FakeClock()
    async with running(board(clock, FakeFeeds()), sparing_driver(Frames, clock.elapsed), size):
        await until(lambda: bool(frames))
        assert len(styled) == 1
        for words in ("Contact centre", "Signing in", "NO DATA", "Waiting", "Filter"):
            assert words in frames[0]


@pytest.mark.parametrize(("before", "after"), [((80, 24), (200, 60)), ((200, 60), (80, 24))])
async def test_a_board_under_two_screens_takes_the_size_that_came_meanwhile(
    before: tuple[int, int], after: tuple[int, int]
) -> None:
    """Of a new size Textual tells the screen on top and the one under it, and no other."""
    async with shown(scenes.trouble, after) as scene:
        expected = placed(scene.pilot.app)
    async with shown(scenes.trouble, before) as scene:
        app = scene.pilot.app
        await scene.press("question_mark", "colon")
        assert len(app.screen_stack) == 3
        await resized(app, *after)
        await scene.press("escape", "escape")
        await settled(app)
        assert len(app.screen_stack) == 1
        assert placed(app) == expected


def placed(app: App[int]) -> list[tuple[str, Region]]:
    """Where what is seen of the screen stands."""
    parts = app.screen.query(Widget)
    return [(part.css_identifier, part.region) for part in parts if part.region]
