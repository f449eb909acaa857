"""The table of queues: it draws what is in view and changed, and nothing else."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from textual.geometry import Region
from textual.pilot import Pilot

from tests.fake_clock import FakeClock
from tests.ui.boards import FakeFeeds, board, found, fresh, queue
from wallboard.model.view.board import BoardView, arrange, picture
from wallboard.model.view.row import cell
from wallboard.ui.app import WallboardApp
from wallboard.ui.widgets import table_rows as rows
from wallboard.ui.widgets.columns import Names, fit, headings
from wallboard.ui.widgets.queue_table import QueueTable
from wallboard.ui.widgets.table_layout import NAMES_FOR, lay_out
from wallboard.ui.widgets.text.style_cache import StyleCache

SIZE = (100, 24)


@dataclass
class Scene:
    clock: FakeClock
    feeds: FakeFeeds
    app: WallboardApp
    pilot: Pilot[int]

    @property
    def table(self) -> QueueTable:
        return self.app.board.table

    async def poll(self, queues: Any) -> None:
        self.feeds.say(fresh(self.clock, queues))
        await self.pilot.pause()

    async def second(self) -> None:
        await self.clock.advance(1)
        await self.pilot.pause()

    def rows(self) -> list[str]:
        height = self.table.size.height
        if self.table.row_count:
            height = min(height, 1 + self.table.taken)
        return [strip.text for strip in self.table.render_lines(Region(0, 0, SIZE[0], height))]


@asynccontextmanager
async def scene(queues: Any) -> AsyncIterator[Scene]:
    clock, feeds = FakeClock(), FakeFeeds()
    app = board(clock, feeds)
    async with app.run_test(size=SIZE) as pilot:
        made = Scene(clock, feeds, app, pilot)
        feeds.say(found())
        await made.poll(queues)
        yield made


def many(count: int, **values: int) -> list[Any]:
    return [queue(f"Queue {n:04d}", str(1000 + n), "Paris", **values) for n in range(count)]


WAITING = {"waitingCalls": 1, "longestWaitingTime": 5_000}


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The metrics of all cells that are made."""
    metrics: list[str] = []

    def counted(line: Any, metric: Any, now: float, tick: bool) -> Any:
        metrics.append(metric.name)
        return cell(line, metric, now, tick)

    monkeypatch.setattr(rows, "cell", counted)
    return metrics


async def test_a_second_makes_the_growing_cells_in_view_and_no_other(made: list[str]) -> None:
    async with scene(many(500, **WAITING)) as board:
        made.clear()
        await board.second()
        assert made == ["longestWaitingTime", "avgWaitingTime"] * board.table.page
        assert "00:06~" in board.rows()[1]


async def test_a_second_draws_anew_what_the_clock_moves_and_nothing_beside_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    drawn: list[str] = []
    segments = StyleCache.segments

    def noted(cache: StyleCache, pieces: Iterable[tuple[str, str]]) -> Any:
        kept = tuple(pieces)
        drawn.extend(text for text, _ in kept)
        return segments(cache, kept)

    async with scene(many(100, **WAITING)) as board:
        board.rows()
        monkeypatch.setattr(StyleCache, "segments", noted)
        await board.second()
        rows = board.rows()
        assert "00:06~" in rows[1]
        assert not any("Queue" in text for text in drawn)
        board.table.forget()
        assert board.rows() == rows
        assert any("Queue" in text for text in drawn)


async def test_a_poll_makes_the_cells_of_lines_in_view_that_changed(made: list[str]) -> None:
    queues = many(500)
    async with scene(queues) as board:
        made.clear()
        await board.poll(queues)
        assert made == []
        await board.poll([queue("Queue 0000", "1000", "Paris", handlingCalls=9), *queues[1:]])
        assert made.count("handlingCalls") == 1


async def test_an_answer_that_says_the_same_makes_what_may_grow_where_calls_wait(
    made: list[str],
) -> None:
    queues = [*many(3), queue("Zeta", "2000", "Paris", **WAITING)]
    async with scene(queues) as board:
        await board.second()
        made.clear()
        await board.poll(queues)
        assert made == ["longestWaitingTime", "avgWaitingTime"]
        assert "00:05 " in "".join(board.rows())


async def test_nothing_in_view_changed_is_nothing_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    queues = many(100)
    async with scene(queues) as board:
        drawn: list[Any] = []
        monkeypatch.setattr(board.table, "refresh", lambda *regions, **_: drawn.append(regions))
        await board.poll([*queues[:-1], queue("Queue 0099", "1099", "Paris", handlingCalls=9)])
        assert drawn == []


async def test_lines_that_come_back_into_view_are_as_of_now() -> None:
    async with scene(many(100)) as board:
        await board.pilot.press("G", "end")
        await board.pilot.pause()
        await board.poll(many(100, handlingCalls=7))
        board.table.scroll_to(y=0, animate=False, immediate=True)
        assert all("7" in row for row in board.rows()[1:])


async def test_the_cursors_queue_stays_in_view_through_a_poll_that_sorts_anew() -> None:
    queues = many(100)
    async with scene(queues) as run:
        await run.pilot.press("j", "j", "j")
        assert run.table.current is not None
        name = run.table.current.queue.name
        worse = [
            queue(one.name, one.extension, one.site, waitingCalls=0 if one.name == name else 9)
            for one, _ in queues
        ]
        for listed, place in ((worse, 99), (queues, 2)):
            await run.poll(listed)
            assert run.table.current.queue.name == name
            assert run.table.cursor_row == place
            (shown,) = [text for text in run.rows() if name in text]
            assert shown
        # Whoever does not use the cursor looks at the top.
        await run.clock.advance(65)
        await run.poll(worse)
        assert run.table.scroll_offset.y == 0


async def test_queues_that_go_stay_as_lines_that_say_so() -> None:
    async with scene(many(4)) as board:
        await board.poll(many(2))
        rows = [row.split() for row in board.rows()[1:] if row.strip()]
        names = [row[row.index("Queue") + 1] for row in rows]
        assert names == ["0000", "0001", "0002", "0003"]
        gone = ["not in the answer since" in " ".join(row) for row in rows]
        assert gone == [False, False, True, True]


async def test_a_board_that_never_had_queues_says_so() -> None:
    async with scene([]) as board:
        assert any("No queues" in row for row in board.rows())


async def test_of_several_polls_that_wait_the_last_is_projected(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from wallboard.ui import core

    shown: list[int] = []
    async with scene(many(3)) as board:

        def counted(state: Any, now: Any) -> Any:
            shown.append(len(state.snapshot.queues))
            return arrange(state, now)

        monkeypatch.setattr(core, "arrange", counted)
        board.feeds.say(*(fresh(board.clock, many(count)) for count in (4, 5, 6)))
        await board.pilot.pause()
        assert shown == [6]


async def test_the_loop_has_its_turn_between_judging_order_totals_and_drawing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With ten thousand queues each takes a while; a key in between finds what is known drawn."""
    from wallboard.ui import core

    turns: list[str] = []

    def note_turn() -> None:
        turns.append("behind" if shown.app._is_behind() else "drawn")

    def noting(name: str, work: Callable[..., Any]) -> Callable[..., Any]:
        def noted(*given: Any, **more: Any) -> Any:
            turns.append(name)
            asyncio.get_running_loop().call_soon(note_turn)
            return work(*given, **more)

        return noted

    async with scene(many(3)) as shown:
        await shown.pilot.pause()
        for name in ("step", "arrange", "picture"):
            monkeypatch.setattr(core, name, noting(name, getattr(core, name)))
        monkeypatch.setattr(shown.app, "_draw", noting("draw", shown.app._draw))
        await shown.poll(many(4))
        await shown.pilot.pause()
    each = ["step", "behind", "arrange", "behind", "picture", "behind", "draw", "drawn"]
    assert turns == each


@pytest.mark.parametrize("half", ["arrange", "picture"])
async def test_what_is_shown_in_one_of_these_turns_is_followed_by_nothing_older(
    half: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from wallboard.ui import core

    drawn: list[int] = []
    works: dict[str, Callable[..., Any]] = {"arrange": arrange, "picture": picture}
    async with scene(many(3)) as board:
        app = board.app

        def newer_comes() -> None:
            app.step(fresh(board.clock, many(5)))
            app.show()

        def interrupted(*given: Any, **more: Any) -> Any:
            monkeypatch.setattr(core, half, works[half])
            asyncio.get_running_loop().call_soon(newer_comes)
            return works[half](*given, **more)

        def draw(view: BoardView) -> None:
            drawn.append(len(view.lines))

        monkeypatch.setattr(core, half, interrupted)
        monkeypatch.setattr(app, "_draw", draw)
        await board.poll(many(4))
        await board.pilot.pause()
    assert drawn[0] == 5
    assert set(drawn) == {5}


async def test_columns_stay_when_the_scrollbar_comes_and_goes() -> None:
    async with scene(many(3)) as board:
        before = board.rows()[0]
        await board.poll(many(100))
        assert board.table.show_vertical_scrollbar
        assert board.rows()[0].rstrip() == before.rstrip()


async def test_what_one_odd_answer_widened_costs_columns_for_an_hour_at_most() -> None:
    odd = [*many(3), queue("A name that is as long as a name can be", "9", "A site of a long name")]
    async with scene(many(3)) as board:
        before = board.rows()[0]
        await board.poll(odd)
        await board.poll(many(3))
        assert board.rows()[0] != before
        # On the day itself it is a row still: it is missing.
        for leap in (86_400.0, NAMES_FOR):
            board.clock.seconds += leap  # in one leap: no second of it matters
            await board.clock.advance(1)
            await board.poll(many(3))
        await board.pilot.pause()
        assert board.rows()[0] == before


async def test_every_row_is_as_wide_as_it_says() -> None:
    wide = [
        queue("営業部とても長い名前のキューです", "1", "東京"),
        queue("Cafe\u0301", "2", "Paris"),
    ]
    async with scene(wide) as board:
        strips = board.table.render_lines(Region(0, 0, SIZE[0], 10))
        assert {sum(one.cell_length for one in strip) for strip in strips} == {SIZE[0]}


def test_widths_of_names_grow_and_never_shrink() -> None:
    names = Names().with_all([("Sales", "Paris", "acme"), ("営業部", "Rome", "acme")])
    assert (names.queue, names.site, names.pbx) == (6, 5, 4)
    assert names.with_all([("Sales", "Paris", "acme")]) is names
    assert names.with_all([("S", "New York", "a")]).site == 8


@pytest.mark.parametrize("width", [20, 64, 80, 110, 200])
def test_gaps_and_columns_fill_the_row(width: int) -> None:
    from wallboard.model.data.catalogue import CATALOGUE

    layout = lay_out(width, CATALOGUE.values(), Names(20, 10, 8), sites=True, pbxes=True)
    assert sum(layout.gaps) + sum(one.width for one in layout.columns) == width
    assert len(headings(layout)) == width


@pytest.mark.parametrize(
    ("text", "width", "fitted"),
    [("abc", 5, "abc  "), ("abcdef", 4, "abc…"), ("日本語", 4, "日 …"), ("abc", 0, "")],
)
def test_a_text_is_cut_or_filled(text: str, width: int, fitted: str) -> None:
    assert fit(text, width) == fitted
