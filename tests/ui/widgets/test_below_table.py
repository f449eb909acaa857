"""Where the table leaves room: sites and the newest alerts; a card where there is no queue."""

import re

import pytest
from rich.cells import cell_len
from textual.geometry import Region

from tests.ui.boards import DEMO, failed, found, fresh, queue
from tests.ui.pilot import resized, running, screen_text, settled
from tests.ui.scenes import CALM, Scene, empty, half_an_hour, refused, shown
from wallboard.errors import Reason
from wallboard.model.view.overview import Overview, SiteWaits
from wallboard.ui.screens.board import BoardScreen
from wallboard.ui.widgets.panes.below_table import below_lines
from wallboard.ui.widgets.status_bar import StatusBar


def board_of(scene: Scene) -> BoardScreen:
    screen = scene.pilot.app.screen
    assert isinstance(screen, BoardScreen)
    return screen


def below(screen: BoardScreen) -> list[str]:
    return ["".join(text for text, _ in line).rstrip() for line in screen.table.below]


async def test_sites_and_alerts_stand_where_no_queue_needs_the_room() -> None:
    async with shown(half_an_hour, (120, 40)) as scene:
        lines = below(board_of(scene))
        assert lines[0] == "  Sites  London 8 !!   New York ·   Paris ·"
        assert lines[2].split() == [
            *("Alerts", "09:56:00", "▌!!", "Support", "Available", "≤", "0:", "0", "still"),
        ]
        last = lines[lines.index("  Last hour of all 5 queues") - 2]
        assert "Waiting ≥ 3: 3" in last
        assert last.endswith("3m 00s")
        text = screen_text(scene.pilot.app).splitlines()
        rows = [at for at, line in enumerate(text) if "Night desk" in line or "London 8 !!" in line]
        assert rows[1] - rows[0] == 2  # a blank between the last queue and them


async def test_the_table_comes_first_and_nothing_is_cut() -> None:
    async with running((90, 9)) as run:
        run.feeds.say(fresh(run.clock, CALM))
        for high, told in ((9, 0), (11, 0), (12, 1), (13, 1), (14, 3)):
            await resized(run.app, 90, high)
            lines = below(run.app.board)
            assert len(lines) == told, high
            text = screen_text(run.app)
            assert all(line in text for line in lines), high
            assert "Night desk" in text or high < 10


async def test_a_queue_more_takes_the_room_of_what_is_below() -> None:
    async with running((90, 12)) as run:
        assert below(run.app.board)
        more = [queue(f"Line {number}", str(4000 + number), "Rome") for number in range(2)]
        run.feeds.say(fresh(run.clock, (*DEMO, *more)))
        await settled(run.app)
        assert below(run.app.board) == []
        assert "London 8" not in screen_text(run.app)
        await run.press("slash", *"paris")
        assert below(run.app.board)[0].startswith("  Alerts ")


async def test_it_is_there_again_after_the_terminal_became_smaller_behind_a_page() -> None:
    async with running(size=(170, 50)) as run:
        await run.press("question_mark")
        await resized(run.app, 80, 24)
        await run.press("escape")
        assert "Last hour of all" in screen_text(run.app)


async def test_it_is_made_once_a_view_and_never_by_a_second() -> None:
    async with running((120, 40)) as run:
        made = []
        screen, before = run.app.board, run.app.board.fill

        def counted(width: int, rows: int) -> object:
            made.append(rows)
            return before(width, rows)

        screen.fill = counted  # type: ignore[assignment]
        for _ in range(7):
            await run.wait(1)
        assert made == []
        run.feeds.say(fresh(run.clock))
        await settled(run.app)
        assert len(made) == 1


async def test_of_what_is_old_no_level_is_told_and_an_alert_says_since_when_it_is_not_known() -> (
    None
):
    async with running((120, 40)) as run:
        run.feeds.say(failed(run.clock))
        await run.wait(90)
        screen = run.app.board
        lines = below(screen)
        sites, _, *alerts = lines[: lines.index("", 2)]
        assert sites.split() == ["Sites", "London", "7", "New", "York", "·", "Paris", "3"]
        assert all("no data since 09:30:00" in line for line in alerts)
        styles = {style for line in screen.table.below for _, style in line}
        assert styles <= {"quiet", "old", ""}
        await run.wait(300)
        assert below(screen)[0].split() == [
            "Sites",
            "London",
            "–",
            "New",
            "York",
            "–",
            "Paris",
            "–",
        ]


@pytest.mark.parametrize("width", range(24, 60))
def test_sites_are_whole_in_any_width(width: int) -> None:
    names = ("Leipzig", "Austin", "Denver", "Dublin", "Lyon", "Monterrey")
    sites = tuple(SiteWaits(name, 10) for name in names)
    lines = below_lines(Overview(sites, ()), width, 20)
    texts = ["".join(text for text, _ in line) for line in lines]
    assert all(len(text) <= width for text in texts)
    # What has no room in three lines is left out, and no site is cut.
    shown = re.findall(r"[A-Z]\w+ 10", " ".join(texts))
    assert shown == [f"{name} 10" for name in names][: len(shown)]
    assert len(shown) >= 3


async def test_a_site_of_which_a_part_is_not_known_says_so() -> None:
    async with running((120, 40)) as run:
        named, values = DEMO[0]
        unknown = {name: number for name, number in values.items() if name != "waitingCalls"}
        run.feeds.say(fresh(run.clock, ((named, unknown), *DEMO[1:])))
        await settled(run.app)
        assert "London 6* !!" in below(run.app.board)[0]


async def test_a_refused_sign_in_is_a_card_with_what_to_do_until_data_comes() -> None:
    sizes = ((80, 24), (60, 17), (120, 40), (200, 60))
    async with shown(refused, sizes[0]) as scene:
        for size in sizes:
            await resized(scene.pilot.app, *size)
            text = screen_text(scene.pilot.app)
            card = [line for line in text.splitlines() if line.strip().startswith(("┌", "│", "└"))]
            words = " ".join(line.strip(" │") for line in card)
            assert "Sign-in refused: wrong user name or password" in words, size
            assert "the user must have opened Work Analytics once" in words, size
            # The card tells it, so the status line need not.
            assert re.sub(r"[\s│]+", " ", text).count("Work Analytics once") == 1, size
            (head,) = [line for line in text.splitlines() if "┌ No data" in line]
            left, right = len(head) - len(head.lstrip()), size[0] - len(head.rstrip())
            assert abs(left - right) <= 3, size
        scene.feeds.say(found(), fresh(scene.clock))
        await scene.wait(1)
        for size in reversed(sizes):
            await resized(scene.pilot.app, *size)
            assert "┌" not in screen_text(scene.pilot.app), size
            assert "Support" in screen_text(scene.pilot.app), size


async def test_what_to_do_is_told_once_in_a_terminal_of_any_height() -> None:
    async with shown(refused, (80, 24)) as scene:
        # Over what is opened no card stands.
        for opened in (False, True):
            for high in range(9, 26):
                await resized(scene.pilot.app, 80, high)
                text = re.sub(r"[\s│]+", " ", screen_text(scene.pilot.app))
                assert text.count("Work Analytics once") == 1, (opened, high)
            await scene.press("a")


def hour_of(lines: list[str]) -> list[str]:
    """What stands below the heading of the hour, if it does."""
    (head,) = [at for at, line in enumerate(lines) if "Last hour of" in line] or [len(lines)]
    return lines[head + 1 :]


async def test_the_hour_of_the_totals_fills_what_alerts_and_sites_leave() -> None:
    async with shown(half_an_hour, (120, 40)) as scene:
        for size, charts in (((120, 40), 3), ((160, 45), 3), ((200, 60), 3), ((90, 30), 1)):
            await resized(scene.pilot.app, *size)
            table, lines = board_of(scene).table, below(board_of(scene))
            assert len(lines) <= table.page - table.taken - 1
            # No third of it is empty.
            assert table.page - table.taken - len(lines) < table.page / 3
            assert "  Last hour of all 5 queues" in lines
            told = hour_of(lines)
            names = [line.split("  ")[1] for line in told if re.match(r"  \S", line)]
            assert names == ["Waiting", "Longest wait", "Available (seats)"][:charts]
            assert told[-1].split() == ["60", "min", "ago", "30", "min", "now"]
            assert all(cell_len(line) < table.size.width for line in lines)
            assert "…" not in "".join(lines)


async def test_the_hour_is_of_the_queues_shown_and_of_none_there_is_none() -> None:
    async with shown(half_an_hour, (120, 40)) as scene:
        await scene.press("slash", *"site:london", "enter")
        assert "  Last hour of 2 queues" in below(board_of(scene))
        await scene.press("escape", "slash", *"nowhere", "enter")
        assert hour_of(below(board_of(scene))) == []


async def test_the_hour_of_what_is_old_has_no_colour_of_now() -> None:
    async with shown(half_an_hour, (120, 40)) as scene:
        styles = {style for line in board_of(scene).table.below for _, style in line}
        assert "trend" in styles
        await scene.wait(100)
        styles = {style for line in board_of(scene).table.below for _, style in line}
        assert hour_of(below(board_of(scene)))
        assert styles <= {"quiet", "old", ""}


async def test_an_api_that_was_never_reached_and_one_without_queues_are_cards_too() -> None:
    async def unreachable(scene: Scene) -> None:
        words = "Cannot reach the API: connection refused"
        remedy = "Check the network and base_url"
        scene.feeds.say(
            failed(scene.clock, words, remedy, feed=None, reason=Reason.UNREACHABLE, retry=5)
        )

    for story, happened, remedy in (
        (unreachable, "Cannot reach the API: connection refused", "Check the network and base_url"),
        (empty, "No queues: the API knows none", "Check [api] pbx, sites and queues"),
    ):
        async with shown(story, (80, 24)) as scene:
            lines = below(board_of(scene))
            assert any(happened in line for line in lines)
            assert any(remedy in line for line in lines)
            assert any(line.lstrip().startswith("┌") for line in lines)
            # The card alone says it, in the table there is no line of it besides.
            table = board_of(scene).table
            rows = table.render_lines(Region(0, 0, *table.size))
            assert sum(happened in strip.text for strip in rows) == 1


async def test_a_reason_that_is_cut_off_stands_whole_before_what_to_do() -> None:
    words, remedy = "The API allows no more requests until 09:31:30", "It is asked again later"
    for width, told in ((60, f"{words}. {remedy}"), (200, remedy)):
        async with running(size=(width, 24)) as run:
            run.feeds.say(failed(run.clock, words, remedy, reason=Reason.RATE_LIMITED, retry=90))
            await run.wait(1)
            _, *more = run.text(StatusBar).splitlines()
            assert " ".join(line.strip() for line in more) == told
