"""Tiles as drawn: which queue makes a total bad is named at every size, and nothing is cut off."""

import pytest
from rich.cells import cell_len
from textual.widgets import OptionList

from tests.ui.boards import DEMO, fresh, queue
from tests.ui.pilot import Running, lines_of, resized, running, settled
from wallboard.model.data.catalogue import METRICS
from wallboard.model.data.reading import QueueKey
from wallboard.model.judge.rules import Level
from wallboard.model.view.row import Cell, Tone
from wallboard.model.view.tile import Tile
from wallboard.model.view.worst_queue import WorstQueue
from wallboard.ui.screens.queue import QueueScreen
from wallboard.ui.widgets.panes.queue_pane import QueuePane
from wallboard.ui.widgets.tile import TileWidget, foot, one_line, worst_pieces

CLAIMS = WorstQueue(QueueKey("p", "1"), "Delivery Claims", Level.CRITICAL, 2, "≥ 3", "9")


def waiting(worst: WorstQueue | None = CLAIMS, note: str = "") -> Tile:
    return Tile(METRICS["waitingCalls"], Cell("11"), Level.NORMAL, note, worst=worst)


@pytest.mark.parametrize(
    ("width", "words"),
    [
        (40, "▌!! 2 queues ≥ 3: Delivery Claims 9"),
        (30, "▌!! Delivery Claims 9 +1"),
        (22, "▌!! Delivery Claims 9"),
        (18, "▌!! Delivery Cl… 9"),
        (12, "▌!! Deliver…"),
    ],
)
def test_the_foot_says_as_much_as_there_is_room_for(width: int, words: str) -> None:
    assert worst_pieces(waiting(), width) == ((words, Tone.CRITICAL),)
    assert cell_len(words) <= width


def test_what_keeps_a_total_from_the_truth_stands_beside_the_queue() -> None:
    said = foot(waiting(note="partial"), 40)
    assert "".join(text for text, _ in said) == "▌!! Delivery Claims 9 +1 · partial"
    assert foot(waiting(note="partial"), 12) == (("partial", "label"),)
    assert foot(waiting(None), 40) == ()


def test_who_is_in_no_trouble_is_named_in_no_colour() -> None:
    calm = WorstQueue(QueueKey("p", "1"), "Delivery Claims")
    assert worst_pieces(waiting(calm), 40) == (("Delivery Claims", "label"),)


def test_on_one_line_a_queue_in_trouble_is_named_before_the_last_tiles_are_shown() -> None:
    calm = [Tile(METRICS["handlingCalls"], Cell("5"), Level.NORMAL)] * 7
    plain = one_line(calm, 80)
    bad = one_line([waiting(), *calm[1:]], 80)
    assert sum(map(bool, plain)) > sum(map(bool, bad)) >= 4
    assert sum(bad) <= 80
    assert bad[0] - plain[0] >= len("▌!! Delivery Claims")
    # However many there are in trouble, four tiles stay; a narrow terminal shows one at least.
    assert sum(map(bool, one_line([waiting()] * 7, 80))) == 4
    assert sum(map(bool, one_line([waiting()] * 7, 10))) == 1


@pytest.mark.parametrize(
    ("size", "words"),
    [
        ((80, 24), " Waiting 10 ▌!! Support 6 +1"),
        ((60, 24), " Waiting 10 ▌!!"),
        ((120, 40), "▌!! Support 6 +1"),
        ((240, 60), "▌!! 2 queues ≥ 3: Support 6"),
    ],
)
async def test_the_board_names_the_queue_in_trouble_in_its_tiles(
    size: tuple[int, int], words: str
) -> None:
    async with running(size) as run:
        tile, *_ = run.app.screen.query(TileWidget)
        assert words in lines_of(tile)
        # The sum has no level: the tile is not filled, and has no mark of its own.
        assert not tile.has_class("-critical")


async def test_a_wait_stays_as_long_in_a_terminal_of_another_size() -> None:
    async with running() as run:
        await run.wait(4)
        longest = run.app.board.query(TileWidget)[1]
        for size in ((80, 24), (110, 24), (100, 24)):
            await resized(run.app, *size)
            assert "02:35~" in lines_of(longest), size


async def test_a_tile_has_its_target_beside_its_label() -> None:
    async with running((160, 40)) as run:
        tiles = run.app.screen.query(TileWidget)
        heads = [lines_of(tile).splitlines()[0].split() for tile in tiles]
    assert heads[:3] == [
        ["Waiting", "<3", "a", "queue"], ["Longest", "wait", "<1:00"],
        ["Average", "wait", "!", "<0:35"],
    ]  # fmt: skip


@pytest.mark.parametrize("size", [(120, 24), (160, 40)])
async def test_a_tile_has_the_trend_of_its_total_where_there_is_room(size: tuple[int, int]) -> None:
    queues = [("Sales", number) for number in (1, 8, 2)]
    async with running(size) as run:
        for name, number in queues:
            await run.wait(61)
            run.feeds.say(fresh(run.clock, (queue(name, "1", "Rome", waitingCalls=number),)))
            await run.wait(0)
        tile = next(iter(run.app.screen.query(TileWidget)))
        assert tile.tile is not None
        assert tile.tile.trend[-3:] == (1, 8, 2)
        drawn = [text for line in tile.painted for text, style in line if style == "trend"]
        assert any("▇" in text for text in drawn)
        # While it is paused it is as it stood then, as the number beside it is.
        before = tile.painted
        await run.press("p")
        await run.wait(10)
        run.feeds.say(fresh(run.clock, (queue("Sales", "1", "Rome", waitingCalls=30),)))
        await run.wait(0)
        assert tile.painted == before


# From a tile to its queue.


def under_the_cursor(run: Running) -> str:
    current = run.table.current
    return current.queue.name if current and run.table.show_cursor else ""


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
async def test_a_click_on_a_tile_puts_the_cursor_on_its_queue(size: tuple[int, int]) -> None:
    async with running(size) as run:
        await run.press("slash", *"site:", "enter", "end")
        for tile, name in ((1, "Support"), (0, "Support")):
            await run.press("end")
            assert under_the_cursor(run) == "Night desk"
            widget = run.app.board.query(TileWidget)[tile]
            assert await run.pilot.click(widget, offset=(4, widget.size.height - 1))
            await settled(run.app)
            assert under_the_cursor(run) == name
        assert run.app.selection.text == "site:", "no filter is cleared"


async def test_the_queue_of_a_tile_is_the_one_among_those_shown() -> None:
    async with running() as run:
        await run.press("slash", *"paris", "enter", "f1")
        assert under_the_cursor(run) == "Facturation"
        assert run.names == ["Facturation", "Accueil"]


async def test_a_queue_that_the_filter_hides_is_told_and_its_page_opened() -> None:
    async with running() as run:
        # Those in trouble are calm again: now there is nothing that ``b`` shows.
        calm = [queue(named.name, named.extension, named.site) for named, _ in DEMO]
        calm[3] = queue("Accueil", "2002", "Paris", waitingCalls=1, longestWaitingTime=2_000)
        run.feeds.say(fresh(run.clock, calm))
        await run.wait(1)
        await run.press("b", "f1")
        assert run.names == []
        assert isinstance(run.app.screen, QueueScreen)
        assert run.app.screen.key.extension == "2002"
        assert run.told == ["Accueil is hidden by the filter: this is its page"]
        assert run.app.selection.only_trouble, "the filter stays"


async def test_a_queue_of_a_folded_group_is_told_and_its_page_opened() -> None:
    async with running() as run:
        await run.press("z", "home", "space", "f1")
        assert isinstance(run.app.screen, QueueScreen)
        assert run.app.screen.key.extension == "1002"
        assert run.told == ["Support is in a folded group: this is its page"]
        assert run.app.selection.folded == {"London"}


async def test_beside_the_table_the_pane_goes_with_a_tile() -> None:
    async with running((200, 60)) as run:
        await run.press("end", "f1")
        assert "Support" in lines_of(run.app.board.query_one("#pane", QueuePane)).splitlines()[0]


async def test_the_palette_offers_the_tiles_that_there_are() -> None:
    async with running() as run:
        await run.press("colon", *"tile")
        assert run.app.screen.query_one(OptionList).option_count == 7
