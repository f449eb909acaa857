"""The wall: pages that turn by themselves, trouble on every page, nothing to touch."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

import pytest
from rich.console import RenderableType
from textual.pilot import Pilot
from textual.screen import Screen

from tests.fake_clock import FakeClock
from tests.sample import AT_ONCE
from tests.ui.boards import DEMO, FakeFeeds, board, failed, found, fresh, queue
from tests.ui.large_type import size_of
from tests.ui.pilot import resized, settled
from tests.ui.scenes import CALM, refused, shown
from wallboard.model.data.catalogue import WALL_TILES
from wallboard.model.data.name_pattern import QueueGroup
from wallboard.model.data.opening_hours import ALWAYS
from wallboard.model.data.options import KioskOptions
from wallboard.model.data.view_options import ViewOptions
from wallboard.model.select.filter import parse_filter
from wallboard.model.select.selection import Selection
from wallboard.model.view.wall.fit import readable_sizes
from wallboard.ui.app import WallboardApp
from wallboard.ui.screens.board import BoardScreen
from wallboard.ui.screens.kiosk import KioskScreen
from wallboard.ui.widgets.wall import Wall

MANY = (*DEMO, *(queue(f"Queue {n:02}", f"{4000 + n}", ("Oslo", "Rome")[n % 2]) for n in range(60)))


@dataclass
class Watched:
    app: WallboardApp
    clock: FakeClock
    feeds: FakeFeeds
    pilot: Pilot[int]

    @property
    def rows(self) -> list[str]:
        wall = self.app.screen.query_one(Wall)
        return [wall.render_line(y).text.rstrip() for y in range(wall.size.height)]

    @property
    def text(self) -> str:
        return "\n".join(self.rows)

    async def wait(self, seconds: float) -> None:
        await self.clock.advance(seconds)
        await self.pilot.pause()


@asynccontextmanager
async def wall(
    size: tuple[int, int] = (120, 40), queues: object = DEMO, **more: Any
) -> AsyncIterator[Watched]:
    clock, feeds = FakeClock(), FakeFeeds()
    app = board(clock, feeds, kiosk=True, **more)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        feeds.say(found(), fresh(clock, queues))  # type: ignore[arg-type]
        await pilot.pause()
        run = Watched(app, clock, feeds, pilot)
        await run.wait(1)
        yield run


SIZES = [(60, 17), (80, 24), (120, 40), (160, 45)]
FAR = KioskOptions(tv=55, distance=10)
TROUBLE = tuple(
    queue(name, f"{4100 + at}", "Oslo", waitingCalls=9 - at // 3, longestWaitingTime=150_000 - at)
    for at, name in enumerate(("Delivery", "Sales", "Care", "Billing", "Help", "Parts", "Fraud"))
)
"""Critical all of them, in the board's order."""


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_what_must_be_read_from_10_metres_is_as_large_as_that_takes(
    size: tuple[int, int],
) -> None:
    many = (*TROUBLE, *(queue(f"Q{at}", f"{at}", "Oslo", waitingCalls=6) for at in range(100)))
    async with wall(size=size, queues=many, wall=FAR) as run:
        sizes = readable_sizes(55, 10, size[1])
        worst = ("Delivery", "9 wait", "Sales", "Care", "Billing", "Help")
        for text in ("waiting", *worst, "LIVE 1s", "09:30"):
            assert sizes.reads(size_of(run.rows, text) or 1), text
        assert size_of(run.rows, "+ 102 critical") or size_of(run.rows, "+102!!")


async def test_pages_turn_and_trouble_is_on_every_one() -> None:
    async with wall(queues=MANY, wall=KioskOptions(tv=55, distance=2)) as run:
        seen: set[str] = set()
        numbers: set[str] = set()
        for _ in range(12):
            numbers |= set(re.findall(r"page (\d+)/", run.text))
            assert re.search("!! +Support", run.text)
            seen |= set(re.findall(r"Queue \d\d", run.text))
            await run.wait(12)
            run.feeds.say(fresh(run.clock, MANY))
            await run.pilot.pause()
        assert len(numbers) > 2
        assert len(seen) == 60


async def test_trouble_that_fills_the_wall_stands_still() -> None:
    async with wall(size=(80, 24), queues=(*TROUBLE, *MANY)) as run:
        for _ in range(5):
            assert size_of(run.rows, "Delivery")
            assert "page" not in run.text
            await run.wait(12)
            run.feeds.say(fresh(run.clock, (*TROUBLE, *MANY)))
            await run.pilot.pause()


async def test_a_page_a_site_has_the_tiles_of_that_site() -> None:
    queues = [
        queue("Mail", "1", "Oslo", waitingCalls=2, longestWaitingTime=1_000),
        queue("Chat", "2", "Rome", waitingCalls=1, longestWaitingTime=2_000),
    ]
    async with wall(size=(80, 24), queues=queues, wall=KioskOptions(by="site")) as run:
        assert size_of(run.rows, "Oslo 1/2")
        assert "2" in big_digits(run.rows[:3])
        await run.wait(12)
        assert size_of(run.rows, "Rome 2/2")
        assert "1" in big_digits(run.rows[:3])


async def test_a_page_a_group_of_queues_has_its_tiles_and_one_without_queues_says_so() -> None:
    queues = [
        queue("Mail", "1", "Oslo", waitingCalls=2, longestWaitingTime=1_000),
        queue("Chat", "2", "Rome", waitingCalls=1, longestWaitingTime=2_000),
    ]
    groups = (QueueGroup("Both", ("*",)), QueueGroup("Chats", ("chat",)), QueueGroup("Nil", ("x",)))
    rules = replace(AT_ONCE, groups=groups)
    by_group = KioskOptions(by="group")
    async with wall(size=(80, 24), queues=queues, wall=by_group, rules=rules) as run:
        assert size_of(run.rows, "Both 1/3")
        assert "3" in big_digits(run.rows[:3])
        await run.wait(12)
        assert size_of(run.rows, "Chats 2/3")
        assert "1" in big_digits(run.rows[:3])
        await run.wait(12)
        assert size_of(run.rows, "Nil 3/3 finds no queue")


async def test_a_wall_has_tiles_of_its_own_unless_the_board_was_given_some() -> None:
    for given, metrics in (((), ["handlingCalls"]), (WALL_TILES, list(WALL_TILES))):
        options = ViewOptions(tiles=("handlingCalls",))
        async with wall(options=options, wall=KioskOptions(tiles=given)) as run:
            view = run.app.view
            assert view is not None
            assert [tile.metric.name for tile in view.tiles] == metrics
            assert size_of(run.rows, "AVAILABLE" if given else "HANDLING")
            await run.pilot.press("K")
            await run.pilot.pause()
            assert run.app.view is not None
            assert [tile.metric.name for tile in run.app.view.tiles] == ["handlingCalls"]


async def test_what_has_happened_is_large_where_what_to_do_has_no_room_to_be() -> None:
    async with shown(refused, (80, 24), kiosk=True, wall=FAR) as scene:
        drawn = scene.pilot.app.screen.query_one(Wall)
        rows = [drawn.render_line(y).text for y in range(drawn.size.height)]
        assert size_of(rows, "SIGN-IN REFUSED:") == 2
        assert "Check api.username and api.password;" in " ".join(" ".join(rows).split())


async def test_an_arrow_says_whither_a_total_has_gone_in_ten_minutes() -> None:
    async with wall(size=(80, 24), queues=CALM, wall=FAR) as run:
        top = run.rows[:3]
        for _ in range(12):
            await run.wait(60)
            run.feeds.say(fresh(run.clock, CALM))
        await run.wait(1)
        assert run.rows[0][:28] == top[0][:28], "nothing has changed"
        run.feeds.say(fresh(run.clock, DEMO))
        await run.wait(2)
        label, below = (row[:28].rstrip() for row in run.rows[:2])
        assert label.endswith("  █")
        assert below.endswith(" ███")


def big_digits(rows: list[str]) -> str:
    """The digits of the first tile."""
    half = [row[:38] for row in rows]
    return "".join(one for one in "0123456789" if size_of(half, f" {one}"[1:]) == 3)


async def test_a_calm_wall_says_so_with_the_longest_waits() -> None:
    def calm(second: int) -> list[object]:
        names = ("Sales", "Care", "Parts", "Help")
        return [
            queue(name, name, "Oslo", waitingCalls=1, longestWaitingTime=second * 1_000 + at * 100)
            for at, name in enumerate(names)
        ]

    async with wall(size=SIZES[0], queues=calm(1), wall=FAR) as run:
        for second in range(2, 14):
            await run.wait(10)
            run.feeds.say(fresh(run.clock, calm(second)))  # type: ignore[arg-type]
            await run.pilot.pause()
        for size in SIZES:
            await resized(run.app, *size)
            assert size_of(run.rows, "all calm · 2 min"), size
            seen = [bool(size_of(run.rows, name)) for name in ("Sales", "Care", "Parts", "Help")]
            assert seen == [False, True, True, True], size


async def test_a_wall_without_queues_is_never_green() -> None:
    async with wall(size=(80, 24), queues=[]) as run:
        assert size_of(run.rows, "NO QUEUES") == 2
        assert not size_of(run.rows, "all calm")
        styles = {style for line in run.app.screen.query_one(Wall).painted for _, style in line}
        assert not styles & {"live", "calm"}


async def test_a_name_without_room_is_whole_at_a_smaller_size_and_a_short_one_helps() -> None:
    long = queue("Orders, Delivery and Returns", "1", "Oslo", waitingCalls=9)
    async with wall(size=(80, 24), queues=[long], wall=FAR) as run:
        assert "Orders, Delivery and Returns" in run.text
        assert size_of(run.rows, "long names:")
    short = KioskOptions(tv=55, distance=10, short_names={"orders, delivery and returns": "Orders"})
    async with wall(size=(80, 24), queues=[long], wall=short) as run:
        assert size_of(run.rows, "Orders") == 2
        assert not size_of(run.rows, "long names:")


async def test_names_that_large_type_cannot_draw_are_in_the_terminals_own() -> None:
    async with wall(size=(80, 24), queues=[queue("東京", "1", "Oslo", waitingCalls=9)]) as run:
        assert "東京" in run.text


async def test_a_screen_too_small_says_in_large_type_what_would_help() -> None:
    async with wall(size=(80, 24), wall=KioskOptions(tv=24, distance=30)) as run:
        for word in ["Too", "small", "to", "read", "at", "30", "m.", "Come", "within", "9.3"]:
            assert size_of(run.rows, word) > 1, word
        await run.wait(40)
        assert not size_of(run.rows, "within")


async def test_shift_k_goes_there_and_back() -> None:
    async with wall() as run:
        await run.pilot.press("K")
        await run.pilot.pause()
        assert isinstance(run.app.screen, BoardScreen)
        await run.pilot.press("K")
        await run.pilot.pause()
        assert isinstance(run.app.screen, KioskScreen)


async def test_a_stray_q_does_not_end_it() -> None:
    async with wall() as run:
        await run.pilot.press("q")
        await run.pilot.pause()
        assert run.app.is_running
        assert any("again" in str(one.message) for one in run.app._notifications)
        await run.wait(30)
        await run.pilot.press("q")
        await run.pilot.pause()
        assert run.app._exit is False
        await run.pilot.press("q")
    assert run.app.return_value == 0


async def test_no_key_does_anything_when_it_is_locked() -> None:
    async with wall(wall=KioskOptions(locked=True)) as run:
        for key in ("q", "q", "K", "t", "r", "ctrl+c", "ctrl+q", "ctrl+p", "escape", "slash", "p"):
            await run.pilot.press(key)
        await run.pilot.pause()
        assert isinstance(run.app.screen, KioskScreen)
        assert run.app._exit is False
        assert run.feeds.polls_wanted == 0


async def test_other_keys_do_nothing_on_a_wall() -> None:
    async with wall() as run:
        await run.pilot.press("slash", "s", "b", "p", "enter", "j", "question_mark", "escape")
        await run.pilot.pause()
        assert isinstance(run.app.screen, KioskScreen)
        assert not run.app.selection.filtered
        assert run.app.state.paused is None


async def test_the_message_stands_in_large_type_at_the_bottom() -> None:
    async with wall(size=(80, 24), message=lambda: "Fire drill at 3") as run:
        assert size_of(run.rows[-3:], "Fire drill at 3") == 2
        assert size_of(run.rows[-3:], "LIVE 1s") == 2


async def test_a_message_without_room_is_turned_over_and_never_cut() -> None:
    words = "Fire drill today at three on the lawn behind the house"
    async with wall(size=(60, 17), message=lambda: words) as run:
        seen: set[str] = set()
        for _ in range(12):
            seen |= {word for word in words.split() if size_of(run.rows[-3:], word) == 2}
            await run.wait(12)
            run.feeds.say(fresh(run.clock))
            await run.pilot.pause()
        assert seen == set(words.split())


async def test_a_wall_without_queues_is_not_calm() -> None:
    nobody = Selection("nobody", parse_filter("nobody"))
    async with wall(selection=nobody) as run:
        assert size_of(run.rows, "No queue matches")
        assert size_of(run.rows, "NO QUEUES")
        assert not size_of(run.rows, "Press"), "no key does anything about it here"
        styles = {style for line in run.app.screen.query_one(Wall).painted for _, style in line}
        assert not styles & {"live", "calm"}
    trouble = Selection("accueil", parse_filter("accueil"), only_trouble=True)
    async with wall(selection=trouble) as run:
        assert not size_of(run.rows, "No queue matches")
        assert not size_of(run.rows, "NO QUEUES")


async def test_old_data_looks_old_on_a_wall() -> None:
    async with wall() as run:
        await run.wait(28)
        assert size_of(run.rows, "LATE 29s")
        run.feeds.say(failed(run.clock, remedy="Check the network"))
        await run.wait(61)
        assert size_of(run.rows, "STALE 1m 30s")
        assert not size_of(run.rows, "all calm")
        assert size_of(run.rows, "Cannot reach the API:")
        styles = [style for line in run.app.screen.query_one(Wall).painted for _, style in line]
        assert not any("critical" in style or "warning" in style for style in styles)
        assert not any(style in ("live", "calm") for style in styles)
        assert "…" not in run.text
        await run.wait(300)
        assert size_of(run.rows, "NO DATA")
        assert size_of(run.rows, "network")
        assert not size_of(run.rows, "Support")


async def test_what_can_be_read_from_afar_is_said_at_first() -> None:
    async with wall(wall=FAR) as run:
        said = ""
        for _ in range(3):
            said += f"{run.rows[-1]} "
            await run.wait(12)
        assert "can be read at 10 m from a 55-inch screen" in " ".join(said.split())
        assert "can be read" not in run.rows[-1]


async def test_the_picture_moves_by_a_cell_and_is_not_laid_out_anew() -> None:
    async with wall(wall=KioskOptions(shift=True)) as run:
        places = set()
        for _ in range(5):
            lines = run.rows
            row = next(at for at, line in enumerate(lines) if "Contact centre" in line)
            places.add((lines[row].index("Contact"), row))
            run.clock.seconds += 238  # of which nothing is drawn
            await run.wait(2)
        left, top = min(x for x, _ in places), min(y for _, y in places)
        assert {(x - left, y - top) for x, y in places} == {(0, 0), (1, 0), (1, 1), (0, 1)}


async def test_at_night_all_is_dimmed() -> None:
    async with wall(wall=KioskOptions(dim=ALWAYS)) as run:
        painted = run.app.screen.query_one(Wall).painted
        assert all("night" in style for line in painted for _, style in line)


async def test_targets_stand_under_the_labels_with_how_much_of_them_is_used() -> None:
    calm = [queue("Sales", "1", "Oslo", waitingCalls=1, longestWaitingTime=29_000)]
    async with wall(size=(160, 45), queues=calm) as run:
        assert "of 1:00 ▇▇▇▇▇▇░░░░░░" in run.text


async def test_the_smallest_terminals_have_a_wall_too() -> None:
    async with wall(size=(60, 17)) as run:
        for size in [(20, 5), (1, 1), (3, 40), (200, 3), (60, 17)]:
            await resized(run.app, *size)
        assert size_of(run.rows, "Support")


async def test_a_queue_that_nobody_has_seen_blinks_and_then_stays_reversed() -> None:
    async with wall(queues=[DEMO[0]]) as run:
        await run.wait(9)
        run.feeds.say(fresh(run.clock))
        await run.pilot.pause()

        def lit() -> bool:
            painted = run.app.screen.query_one(Wall).painted
            lit = [text for line in painted for text, style in line if "lit" in style.split()]
            # Nothing but the gutter blinks.
            assert all(len(text) <= 10 for text in lit)
            return bool(lit)

        blinks = []
        for _ in range(5):
            blinks.append(lit())
            await run.wait(1)
        assert blinks == [True, False, True, False, True]
        await run.wait(20)
        assert lit()


# The watchdog of a wall.


async def test_the_watchdog_is_fed_after_what_a_second_changed_was_drawn() -> None:
    happened: list[str] = []
    clock, feeds = FakeClock(), FakeFeeds()
    app = board(clock, feeds, kiosk=True, drawn=lambda: happened.append("fed"))
    display = app._display

    def displayed(screen: Screen[object], renderable: RenderableType | None) -> None:
        happened.append("frame")
        display(screen, renderable)

    app._display = displayed  # type: ignore[method-assign]
    async with app.run_test():
        feeds.say(found(), fresh(clock))
        await settled(app)
        for _ in range(5):
            happened.clear()
            await clock.advance(1)
            await settled(app)
            assert happened.count("fed") == 1
            assert "frame" in happened[: happened.index("fed")]
