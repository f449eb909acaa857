"""The wall: pages that turn by themselves, trouble on every page, nothing to touch."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from rich.console import RenderableType
from textual.pilot import Pilot
from textual.screen import Screen

from tests.ui.boards import DEMO, FakeFeeds, board, failed, found, fresh, queue
from tests.ui.pilot import settled
from wallboard.host.clock import FakeClock
from wallboard.model.data.opening_hours import ALWAYS
from wallboard.model.data.options import KioskOptions
from wallboard.model.select.filter import parse_filter
from wallboard.model.select.selection import Selection
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


async def test_the_worst_queue_stands_big_and_first() -> None:
    async with wall() as run:
        assert "!! critical: Support · London · longest wait 02:32~" in run.text
        assert "█" in run.text


async def test_pages_turn_and_trouble_is_on_every_one() -> None:
    async with wall(queues=MANY) as run:
        seen: set[str] = set()
        numbers = set()
        for _ in range(12):
            text = run.text
            numbers.add(next(part for part in text.split() if "/" in part and part[0].isdigit()))
            assert any(row.split()[:3] == ["!!", "critical", "Support"] for row in run.rows)
            seen |= set(re.findall(r"Queue \d\d", text))
            await run.wait(12)
            run.feeds.say(fresh(run.clock, MANY))
            await run.pilot.pause()
        assert len(numbers) > 2
        assert len(seen) == 60


async def test_a_page_a_site() -> None:
    async with wall(queues=MANY, wall=KioskOptions(by="site")) as run:
        titles = set()
        for _ in range(10):
            titles.add(run.rows[0].split("page")[0].strip())
            await run.wait(12)
        assert {"Contact centre   Oslo", "Contact centre   Rome"} <= titles


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


async def test_the_message_stands_in_the_last_line() -> None:
    async with wall(message=lambda: "Fire drill at 3") as run:
        assert run.rows[-1] == " Fire drill at 3"
        assert run.rows[-2].startswith(" LIVE")


async def test_a_wall_without_queues_is_not_calm() -> None:
    nobody = Selection("nobody", parse_filter("nobody"))
    async with wall(selection=nobody) as run:
        assert "No queue in trouble" not in run.text
        assert "No queue matches the filter" in run.text
        assert sum("██" in row for row in run.rows) >= 5
    trouble = Selection("accueil", parse_filter("accueil"), only_trouble=True)
    async with wall(selection=trouble) as run:
        assert "No queue matches" not in run.text


async def test_old_data_looks_old_on_a_wall() -> None:
    async with wall() as run:
        run.feeds.say(failed(run.clock, remedy="Check the network"))
        await run.wait(90)
        assert "STALE" in run.text
        # Big letters say so, and nothing says that all is well.
        assert sum("██" in row for row in run.rows) >= 5
        assert "No queue in trouble" not in run.text
        assert "Check the network" in run.rows[-1]
        styles = [style for line in run.app.screen.query_one(Wall).painted for _, style in line]
        assert not any("critical" in style or "warning" in style for style in styles)
        await run.wait(300)
        assert "NO DATA" in run.text
        assert "02:3" not in run.text


async def test_what_can_be_read_from_afar_is_said_at_first() -> None:
    async with wall(wall=KioskOptions(tv=55, distance=10)) as run:
        assert "can be read at 10 m from a 55-inch screen" in " ".join(run.rows[-1].split())
        said = ""
        for _ in range(4):
            said += run.rows[-1]
            await run.wait(12)
        assert "cannot be read" in said
        assert "can be read" not in run.rows[-1]


async def test_the_picture_moves_by_a_cell_and_is_not_laid_out_anew() -> None:
    async with wall(wall=KioskOptions(shift=True)) as run:
        places = set()
        for _ in range(5):
            lines = run.rows
            row = next(at for at, line in enumerate(lines) if "Contact centre" in line)
            places.add((lines[row].index("Contact"), row))
            await run.wait(240)
        assert places == {(1, 0), (2, 0), (2, 1), (1, 1)}


async def test_at_night_all_is_dimmed() -> None:
    async with wall(wall=KioskOptions(dim=ALWAYS)) as run:
        painted = run.app.screen.query_one(Wall).painted
        assert all("night" in style for line in painted for _, style in line)


async def test_targets_stand_under_the_numbers() -> None:
    async with wall(size=(160, 45)) as run:
        assert "<1:00" in run.text
        assert "<3 a queue" in run.text


async def test_the_smallest_terminals_have_a_wall_too() -> None:
    async with wall(size=(60, 17)) as run:
        for size in [(20, 5), (1, 1), (3, 40), (200, 3), (60, 17)]:
            await run.pilot.resize_terminal(*size)
            await run.pilot.pause()
        assert "Support" in run.text


async def test_a_queue_that_nobody_has_seen_blinks_and_then_stays_reversed() -> None:
    async with wall(queues=[DEMO[0]]) as run:
        await run.wait(9)
        run.feeds.say(fresh(run.clock))
        await run.pilot.pause()

        def lit() -> bool:
            painted = run.app.screen.query_one(Wall).painted
            return any("lit" in style.split() for line in painted for _, style in line)

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
