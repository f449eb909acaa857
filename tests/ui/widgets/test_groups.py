"""The table in groups, what is out of view, what is closed, and what nobody has seen yet."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from rich.cells import cell_len
from textual.pilot import Pilot

from tests.fake_clock import FakeClock
from tests.sample import AT_ONCE
from tests.ui.boards import DEMO, FakeFeeds, board, found, fresh, queue
from tests.ui.pilot import resized
from wallboard.model.data.name_pattern import QueueGroup
from wallboard.model.data.options import AlertOptions
from wallboard.model.data.reading import FeedId
from wallboard.model.data.view_options import ViewOptions
from wallboard.model.events import Discovered
from wallboard.model.judge.rules import Rules
from wallboard.ui.app import WallboardApp
from wallboard.ui.screens.board import BoardScreen
from wallboard.ui.widgets.queue_table import QueueTable
from wallboard.ui.widgets.status_bar import StatusBar
from wallboard.ui.widgets.title_bar import TitleBar


@dataclass
class Grouped:
    app: WallboardApp
    clock: FakeClock
    feeds: FakeFeeds
    pilot: Pilot[int]

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()
        # What a key changes is projected after what was waiting already.
        await self.pilot.pause()

    @property
    def table(self) -> QueueTable:
        screen = self.app.screen_stack[0]
        assert isinstance(screen, BoardScreen)
        return screen.table

    @property
    def rows(self) -> list[str]:
        high = min(self.table.size.height, 1 + self.table.taken)
        lines = (self.table.render_line(y).text for y in range(1, high))
        return [line for line in lines if line.strip()]

    @property
    def status(self) -> str:
        painted = self.app.screen_stack[0].query_one(StatusBar).painted
        return "".join(text for text, _ in painted[0])


@asynccontextmanager
async def grouped(
    size: tuple[int, int] = (120, 30), queues: Any = DEMO, **more: Any
) -> AsyncIterator[Grouped]:
    clock, feeds = FakeClock(), FakeFeeds()
    app = board(clock, feeds, **more)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        feeds.say(found(), fresh(clock, queues))
        await pilot.pause()
        yield Grouped(app, clock, feeds, pilot)


async def test_g_groups_by_site_with_exact_subtotals_the_worst_group_first() -> None:
    async with grouped() as run:
        await run.press("z")
        heads = [row.split() for row in run.rows if "▾ " in row]
        assert [head[:2] for head in heads] == [["▌!!", "▾"], ["▌!", "▾"], ["▾", "New"]]
        london = next(row for row in run.rows if "▾ London" in row)
        # 1 and 6 waiting; the longest of both; 12 and 420 seconds over 7 calls.
        assert london.split()[3:8] == ["(2)", "7", "02:31", "4/11*", "8"]
        assert [row.split()[0] for row in run.rows].count("▌!!") == 2
        await run.press("z")
        assert not any("▾ London" in row for row in run.rows)


async def test_g_groups_by_pbx_only_where_there_are_several() -> None:
    other = FeedId("pbx-2")
    async with grouped() as run:
        seen = []
        for _ in range(2):
            await run.press("z")
            seen.append(run.app.selection.by)
        assert seen == ["site", ""]
        both = (*found().feeds, *found(other, "globex").feeds)
        run.feeds.say(Discovered(both, 10), fresh(run.clock))
        for _ in range(3):
            await run.press("z")
            seen.append(run.app.selection.by)
        assert seen[2:] == ["site", "pbx", ""]


async def test_space_folds_the_group_of_the_cursor_and_says_what_it_hides() -> None:
    async with grouped() as run:
        await run.press("z", "j", "j")
        assert run.table.current is not None
        assert run.table.current.queue.name == "Support"
        await run.press("space")
        folded = next(row for row in run.rows if "▸ London" in row)
        assert "1 !!" in folded
        assert not any("Support" in row for row in run.rows)
        assert "hidden: 1 !!" in run.status
        await run.press("home", "space")
        assert any("Support" in row for row in run.rows)
        assert "hidden" not in run.status


async def test_space_again_unfolds_the_same_group_and_the_cursor_is_on_its_queue() -> None:
    async with grouped() as run:
        await run.press("z", "j", "j", "j")
        assert run.table.current is not None
        name = run.table.current.queue.name
        await run.press("space")
        assert "▸ London" in run.rows[run.table.cursor_row]
        await run.press("space")
        assert not any("+ " in row for row in run.rows)
        assert run.table.current.queue.name == name


async def test_the_cursor_stays_on_its_queue_when_groups_come_and_go() -> None:
    async with grouped() as run:
        await run.press("j", "j", "j")
        assert run.table.current is not None
        name = run.table.current.queue.name
        await run.press("z")
        assert run.table.current.queue.name == name
        await run.press("z")
        assert run.table.current.queue.name == name


async def test_a_heading_is_folded_by_a_click_and_opens_no_page() -> None:
    async with grouped() as run:
        await run.press("z")
        await run.pilot.click("QueueTable", offset=(20, 1))
        await run.pilot.pause()
        assert any("▸ London" in row for row in run.rows)
        await run.press("enter")
        assert isinstance(run.app.screen, BoardScreen)


async def test_filter_and_groups_go_together_and_esc_leaves_the_groups() -> None:
    async with grouped() as run:
        await run.press("z", "slash", *"paris", "enter")
        assert any("▾ Paris" in row for row in run.rows)
        assert not any("London" in row for row in run.rows)
        await run.press("escape")
        assert any("▾ London" in row for row in run.rows)


async def test_subtotals_tick_with_their_queues() -> None:
    async with grouped() as run:
        await run.press("z")
        await run.clock.advance(4)
        await run.pilot.pause()
        london = next(row for row in run.rows if "▾ London" in row)
        assert "02:35*~" in london or "02:35~" in london


async def test_trouble_below_the_height_is_told() -> None:
    many = [queue(f"Q{n:02}", f"{n}", "Rome", waitingCalls=9 - n % 3) for n in range(40)]
    async with grouped(size=(100, 24), queues=many) as run:
        await run.clock.advance(1)
        await run.pilot.pause()
        seen = len(run.rows)
        assert f"hidden: {40 - seen} !! · {40 - seen} more below · " in run.status
        await run.press("end")
        assert f"hidden: {40 - seen} !! · {40 - seen} more above · " in run.status
        await run.press(*"k" * seen)
        told = f"hidden: {40 - seen} !! · {39 - seen} more above, 1 below · "
        assert told in run.status
    async with grouped(size=(100, 60), queues=many) as run:
        assert "hidden" not in run.status
        assert "below" not in run.status


async def test_that_all_is_calm_below_is_told_only_where_it_is_known() -> None:
    calm = [queue(f"Q{n:02}", f"{n}", "Rome", waitingCalls=0) for n in range(40)]
    async with grouped(size=(100, 24), queues=calm) as run:
        seen = len(run.rows)
        assert f"{40 - seen} more below, all calm" in run.status
        # What is late was not just measured.
        await run.clock.advance(30)
        await run.pilot.pause()
        assert "LATE" in run.status
        assert f"{40 - seen} more below · " in run.status
        await run.clock.advance(60)
        await run.pilot.pause()
        assert "STALE" in run.status
        assert f"{40 - seen} more below · " in run.status
    # Of the last one nothing was ever known.
    async with grouped(size=(100, 24), queues=[*calm[:-1], (calm[-1][0], {})]) as run:
        assert f"{40 - seen} more below · " in run.status


async def test_a_folded_group_below_is_called_calm_only_while_it_was_just_measured() -> None:
    calm = [queue(f"Q{n:02}", f"{n}", f"Site {n:02}", waitingCalls=0) for n in range(12)]
    async with grouped(size=(100, 12), queues=calm) as run:
        await run.press("z", "home", *("space", "j") * 12, "home")
        assert run.table.row_count == 12
        assert "more below, all calm" in run.status
        await run.clock.advance(30)
        await run.pilot.pause()
        assert "LATE" in run.status
        assert "more below · " in run.status


async def test_a_smaller_terminal_says_at_once_what_it_leaves_out_and_a_silenced_one_as_such() -> (
    None
):
    many = [queue(f"Q{n:02}", f"{n}", "Rome", waitingCalls=9) for n in range(10)]
    async with grouped(size=(100, 24), queues=many) as run:
        assert "below" not in run.status
        await run.press("end", "m", "enter", "enter", "home")
        await resized(run.app, 100, 12)
        below = 10 - len(run.rows)
        assert f"hidden: {below} !! (1 silenced) · {below} more below" in run.status


async def test_queues_of_folded_and_of_several_groups_are_counted_once_each() -> None:
    twice = (QueueGroup("A", ("*",)), QueueGroup("B", ("*",)))
    calm = [queue(f"Q{n:02}", f"{n}", "Rome", waitingCalls=0) for n in range(20)]
    rules = replace(AT_ONCE, groups=twice)
    async with grouped(size=(100, 24), queues=calm, rules=rules) as run:
        await run.press("z", "z", "home")
        shown = len(run.rows) - 1
        assert f"{20 - shown} more below, all calm" in run.status
        await run.press("space")
        assert any("▾ B" in row for row in run.rows)
        assert f"{20 - (len(run.rows) - 2)} more below" not in run.status
        assert "more" not in run.status


@pytest.mark.parametrize("width", [24, 44, 80])
async def test_the_title_counts_trouble_whatever_else_has_no_room(width: int) -> None:
    async with grouped(size=(width, 24)) as run:
        title = run.app.screen_stack[0].query_one(TitleBar)
        for keys in ((), ("slash", *"-site:rome", *" -site:oslo" * 4, "enter")):
            await run.press(*["space" if key == " " else key for key in keys])
            (line,) = title.painted
            text = "".join(words for words, _ in line)
            assert cell_len(text) == width
            assert "▌!! 1 " in text


async def test_closed_queues_are_one_line_and_not_judged() -> None:
    def is_open(name: str, site: str, at: datetime) -> bool | None:
        del name, at
        return site != "London"

    async with grouped(is_open=is_open) as run:
        assert not any("Support" in row for row in run.rows)
        assert "2 queues closed · 7 waiting" in run.rows[-1]
        assert run.app.view is not None
        # The night desk is open and has nobody: that is judged although no call waits.
        assert run.app.view.health.critical == 1
        assert run.rows[0].split()[:3] == ["▌!!", "Night", "desk"]


async def test_what_nobody_has_seen_blinks_at_first_and_then_stays_in_reverse() -> None:
    async with grouped(queues=[DEMO[0]]) as run:
        await run.clock.advance(10)
        run.feeds.say(fresh(run.clock))
        await run.pilot.pause()

        def reverse() -> bool:
            segments = run.table.render_line(1)
            return any(part.style and part.style.reverse for part in segments)

        shown = []
        for _ in range(5):
            shown.append(reverse())
            await run.clock.advance(1)
            await run.pilot.pause()
        assert shown == [True, False, True, False, True]
        assert reverse()
        await run.press("x")
        await run.press(*"ab", "enter")
        assert not reverse()


async def test_blinking_can_be_switched_off() -> None:
    async with grouped(alerts=AlertOptions(blink=False)) as run:
        segments = run.table.render_line(1)
        assert not any(part.style and part.style.reverse for part in segments)


async def test_a_click_on_a_heading_of_the_table_sorts_and_again_turns_round() -> None:
    async with grouped() as run:
        x = run.table.render_line(0).text.index("Queue") + 1
        await run.pilot.click("QueueTable", offset=(x, 0))
        await run.pilot.pause()
        assert run.rows[0].split()[0] == "Accueil"
        await run.pilot.click("QueueTable", offset=(x, 0))
        await run.pilot.pause()
        assert "Support" in run.rows[0]
        x = run.table.render_line(0).text.index("Wait") + 1
        await run.pilot.click("QueueTable", offset=(x, 0))
        await run.pilot.pause()
        assert "Support" in run.rows[0]
        assert "order: waiting, high to low" in run.status


SALES = (
    QueueGroup("Sales", ("sales*", "facturation")),
    QueueGroup("London", sites=("London",)),
    QueueGroup("Nobody", ("nothing*",)),
)


async def test_z_goes_on_to_groups_of_queues_and_the_cursor_stays_in_its_group() -> None:
    async with grouped(rules=replace(AT_ONCE, groups=SALES)) as run:
        await run.press("z", "z")
        heads = [row.split("▾ ")[1].split("  ")[0] for row in run.rows if "▾ " in row]
        assert heads == [
            "London (2)",
            "Sales (2)",
            "no group (2)",
            "Nobody finds no queue: see [groups]",
        ]
        first, second = (at for at, row in enumerate(run.rows) if "Sales UK" in row)
        assert first < second
        await run.press("g", *["j"] * second)
        assert run.table.cursor_row == second
        await run.clock.advance(10)
        run.feeds.say(fresh(run.clock, (*DEMO[1:], DEMO[0])))
        await run.pilot.pause()
        await run.pilot.pause()
        assert run.table.current is not None
        assert run.table.current.queue.name == "Sales UK"
        assert run.table.group == "Sales"
        await run.press("k", "j")
        assert run.table.cursor_row == second
        await run.press("j")
        assert run.table.cursor_row == second + 1
        await run.press("z")
        assert not any("▾ " in row for row in run.rows)


async def test_trouble_that_stands_in_two_groups_is_told_once_where_it_is_out_of_view() -> None:
    twice = (QueueGroup("A", ("support",)), QueueGroup("B", ("support",)), *SALES)
    async with grouped(size=(100, 12), rules=replace(AT_ONCE, groups=twice)) as run:
        # In one burst: the rows of groups are more than were, and the view goes with the cursor.
        await run.press("z", "z", "G")
        assert run.table.scroll_offset.y > 4
        assert run.table.out_of_view.hidden.critical == 1


async def test_a_tile_of_a_group_leads_to_the_queue_of_it_that_has_most() -> None:
    rules = Rules({}, groups=SALES[:1])
    options = ViewOptions(tiles=("waitingCalls", "Sales: waitingCalls"), timezone=UTC)
    async with grouped(options=options, rules=rules) as run:
        for key, name in (("f1", "Support"), ("f2", "Facturation")):
            await run.press(key)
            assert run.table.current is not None
            assert run.table.current.queue.name == name
