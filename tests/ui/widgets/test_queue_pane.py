"""The queue under the cursor, or the worst, is told beside the table or below it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual import events

from tests.fake_clock import FakeClock
from tests.ui.boards import DEMO, FEED, INTERVAL, FakeFeeds, board, failed, found, fresh, queue
from tests.ui.people import agents, calls, known
from tests.ui.pilot import Running, lines_of, resized, running, settled
from tests.ui.scenes import CALM, half_an_hour, shown
from tests.unit.model_env import World, moment
from wallboard.model.data.metric import Kind
from wallboard.model.data.reading import FeedId, QueueKey
from wallboard.model.events import Discovered, FeedInfo
from wallboard.model.state import State
from wallboard.model.view.queue_page import QueueView, project_queue
from wallboard.ui.screens.queue import QueueScreen, metric_lines
from wallboard.ui.widgets.panes.queue_pane import QueuePane
from wallboard.ui.widgets.text.line_widget import width_of


@pytest.mark.parametrize(
    ("size", "keys", "shown"),
    [
        ((119, 40), (), ""),
        ((120, 29), (), ""),
        ((120, 40), (), "strip"),
        ((200, 60), (), "pane"),
        ((200, 60), ("|",), "strip"),
        ((200, 60), ("|", "|"), "pane"),
    ],
)
async def test_why_is_told_where_there_is_room(
    size: tuple[int, int], keys: tuple[str, ...], shown: str
) -> None:
    clock, feeds = FakeClock(), FakeFeeds()
    app = board(clock, feeds)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        feeds.say(found(), fresh(clock))
        await pilot.pause()
        await pilot.press(*keys)
        await pilot.pause()
        panes = [pane for pane in app.board.query(QueuePane) if pane.display]
        assert [pane.id for pane in panes] == ([shown] if shown else [])
        for pane in panes:
            text = "\n".join("".join(part for part, _ in line) for line in pane.painted)
            assert "Support" in text
            assert "critical" in text
            assert "longest wait 02:31 > 02:00" in text
            assert ("Last hour" in text) == (shown == "pane")


async def test_the_pane_tells_as_many_groups_of_numbers_as_are_whole_in_it() -> None:
    last = {"Talking": "Longest talk", "Number of agents": "Wrap-up overflow"}
    counts = []
    for rows in (44, 56, 60, 72):
        async with running((200, rows)) as run:
            pane = run.app.board.query_one("#pane", QueuePane)
            headings = {text for line in pane.painted for text, style in line if style == "heading"}
            told = "\n".join("".join(part for part, _ in line) for line in pane.painted)
            assert len(pane.painted) <= pane.size.height
            assert {one for one, end in last.items() if end in told} == headings & last.keys()
            counts.append(len(headings))
    assert counts == sorted(counts)
    assert counts[0] < counts[2] < counts[3]


async def test_the_pane_follows_the_cursor() -> None:
    clock, feeds = FakeClock(), FakeFeeds()
    app = board(clock, feeds)
    async with app.run_test(size=(200, 60)) as pilot:
        await pilot.pause()
        feeds.say(found(), fresh(clock))
        await pilot.pause()
        await pilot.press("j", "j")
        await pilot.pause()
        current = app.board.table.current
        assert current is not None
        pane = app.board.query_one("#pane", QueuePane)
        assert current.queue.title in "".join(part for part, _ in pane.painted[0])
        assert "Support" not in "".join(part for part, _ in pane.painted[0])


async def test_the_pane_promises_no_agents_that_nobody_asks_for_and_projects_once() -> None:
    clock, feeds = FakeClock(), FakeFeeds()
    app = board(clock, feeds)
    async with app.run_test(size=(200, 60)):
        await settled(app)
        (live, today) = found().feeds
        agents = FeedInfo(FeedId(FEED.pbx, Kind.AGENTS), "acme", 15)
        feeds.say(Discovered((live, today, agents), INTERVAL), fresh(clock))
        await settled(app)
        pane = app.board.query_one("#pane", QueuePane)
        assert "Agents" not in "".join(part for line in pane.painted for part, _ in line)
        projected: list[int] = []

        def counted(key: QueueKey, slots: int) -> QueueView | None:
            projected.append(slots)
            return project_queue(app.state, key, app.moment(), slots)

        pane.show_queue(
            app.board.table.current, counted, lambda _: None, lambda _: None, clock.elapsed()
        )
        assert len(projected) == 1


@pytest.fixture
def projected(monkeypatch: pytest.MonkeyPatch) -> list[QueueKey]:
    """The queues that were projected for a pane, one after the other."""
    seen: list[QueueKey] = []

    def counted(state: State, key: QueueKey, *rest: object) -> QueueView | None:
        seen.append(key)
        return project_queue(state, key, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr("wallboard.model.view.queue_page.project_queue", counted)
    return seen


@pytest.mark.parametrize("size", [(200, 60), (120, 40)])
async def test_nothing_is_drawn_of_a_queue_of_which_nothing_is_new(
    size: tuple[int, int], projected: list[QueueKey]
) -> None:
    async with running(size) as run:
        run.feeds.say(fresh(run.clock, CALM))
        await settled(run.app)
        projected.clear()
        for _ in range(3):
            await run.wait(9)
            run.feeds.say(fresh(run.clock, CALM))
            await settled(run.app)
        assert len(projected) <= 1  # a new minute of the hour may have begun
        projected.clear()
        await run.wait(75)
        assert projected, "what ages is told anew"


@pytest.mark.parametrize("change", ["value", "level", "queue", "size", "seen"])
async def test_a_pane_is_drawn_anew_for_what_is_new(change: str, projected: list[QueueKey]) -> None:
    async with running((200, 60)) as run:
        before = run.app.board.query_one("#pane", QueuePane).painted
        projected.clear()
        match change:
            case "value":
                later = {**DEMO[1][1], "waitingCalls": 7}
                run.feeds.say(fresh(run.clock, (DEMO[0], (DEMO[1][0], later), *DEMO[2:])))
            case "level":
                run.feeds.say(fresh(run.clock, (DEMO[0], queue("Support", "1002", "London"))))
            case "queue":
                await run.press("j", "j")
            case "size":
                await resized(run.app, 200, 50)
            case _:
                await run.press("x", *"AB", "enter")
        await settled(run.app)
        assert projected
        if change != "size":
            assert run.app.board.query_one("#pane", QueuePane).painted != before


async def test_the_length_of_trouble_is_told_as_it_grows() -> None:
    async with running((200, 60)) as run:
        run.feeds.say(fresh(run.clock, CALM))
        await run.wait(10)
        run.feeds.say(fresh(run.clock))
        await run.wait(5)
        pane = run.app.board.query_one("#pane", QueuePane)
        seen = [lines_of(pane)]
        for _ in range(3):
            await run.wait(15)
            seen.append(lines_of(pane))
        assert all(f"({n} s)" in text for n, text in zip((5, 20, 35, 50), seen, strict=True))


async def test_the_pane_draws_the_bounds_in_the_trends_and_the_strip_what_was_before() -> None:
    async with shown(half_an_hour, (200, 60)) as scene:
        pane = scene.pilot.app.screen.query_one("#pane", QueuePane)
        lines = lines_of(pane).splitlines()
        (critical,) = [line for line in lines if "5┼" in line]
        assert "┄ critical ┄" in critical
        assert any("2:00┼┄" in line for line in lines)
        assert any(line.strip() == "max 7 since 09:30" for line in lines)
    async with shown(half_an_hour, (120, 40)) as scene:
        strip = scene.pilot.app.screen.query_one("#strip", QueuePane)
        assert lines_of(strip).splitlines()[-1].endswith("max 7 since 09:30")


# Into the pane and out of it.


def pane_of(run: Running) -> QueuePane:
    return run.app.board.query_one("#pane", QueuePane)


def signs(run: Running) -> str:
    """The first column of the pane."""
    return "".join(line[0][0] for line in pane_of(run).painted)


async def test_tab_leads_into_the_pane_and_back_and_more_than_a_colour_says_so() -> None:
    async with running((200, 60)) as run:
        run.feeds.say(known())
        await run.press("j", "j", "tab")
        assert signs(run) == ">" + "│" * (pane_of(run).size.height - 1)
        first = lines_of(pane_of(run)).splitlines()[0]
        assert first.startswith(">Facturation")
        assert first.endswith("tab back")
        # The keys are the pane's, and the cursor of the table stays.
        await run.press("j", "down", "ctrl+d")
        assert run.table.cursor_row == 1
        await run.press("tab", "j")
        assert set(signs(run)) == {" "}
        assert run.table.cursor_row == 2
        assert "tab back" not in lines_of(pane_of(run))


async def test_the_pane_is_scrolled_by_keys_and_wheel_under_its_title() -> None:
    async with running((200, 31)) as run:
        run.feeds.say(known(), agents(run.clock), calls(run.clock))
        await run.press("tab")
        pane = pane_of(run)
        title = lines_of(pane).splitlines()[:2]
        assert "1–" in title[0]

        def body() -> list[str]:
            return lines_of(pane).splitlines()[2:]

        top = body()
        await run.press("j")
        assert body()[:-1] == top[1:]
        await run.press("end")
        last = body()
        assert any("Average" in line for line in last), "the numbers are at its end"
        await run.press("j")
        assert body() == last
        await run.press("pageup", "ctrl+u", "k")
        await run.press("home")
        assert body() == top
        pane.post_message(wheel(pane))
        await settled(run.app)
        assert body()[0] == top[3]
        await run.wait(3)
        assert body()[0].split()[:2] == top[3].split()[:2], "it stays where it was scrolled to"
        assert [one.split()[:2] for one in lines_of(pane).splitlines()[:2]] == [
            one.split()[:2] for one in title
        ]
        # Another queue is shown from its top.
        await run.press("n", "n")
        assert pane._top == 0


def wheel(pane: QueuePane) -> events.MouseScrollDown:
    return events.MouseScrollDown(pane, 1, 1, 0, 0, 0, False, False, False, 1, 1)


async def test_from_the_pane_enter_opens_the_page_and_escape_goes_back_to_the_table() -> None:
    async with running((200, 60)) as run:
        run.feeds.say(known())
        await run.press("j", "tab", "enter")
        assert isinstance(run.app.screen, QueueScreen)
        assert run.app.screen.key.extension == "1002"
        await run.press("escape")
        assert signs(run).startswith(">")
        await run.press("escape")
        assert not run.app.board.in_pane
        assert run.table.show_cursor, "one thing at a time"


async def test_agents_and_calls_are_asked_for_while_somebody_is_in_the_pane() -> None:
    async with running((200, 60)) as run:
        run.feeds.say(known())
        await run.press("j", "tab")
        assert run.feeds.watched == {Kind.AGENTS, Kind.CALLS}
        assert "Asking for the calls…" in lines_of(pane_of(run))
        run.feeds.say(agents(run.clock), calls(run.clock))
        await run.wait(1)
        assert "2 calls, 1 waiting" in lines_of(pane_of(run))
        assert "Waited" in lines_of(pane_of(run))
        await run.press("tab")
        assert run.feeds.watched == frozenset()
        await run.press("tab")
        await run.wait(60)
        assert not run.app.board.in_pane, "nobody is there"
        assert run.feeds.watched == frozenset()
        await run.wait(300)
        assert "Waited" not in lines_of(pane_of(run)), "old calls are not told beside the table"


async def test_a_click_leads_into_the_pane() -> None:
    async with running((200, 60)) as run:
        await run.pilot.click("#pane", offset=(5, 5))
        await settled(run.app)
        assert run.app.board.in_pane


@pytest.mark.parametrize(
    ("size", "keys", "words"),
    [
        ((120, 40), ("tab",), "A pane beside the table needs 160 columns and 30 lines"),
        ((200, 60), ("|", "tab"), "The pane beside the table is switched off"),
    ],
)
async def test_without_a_pane_tab_says_why(
    size: tuple[int, int], keys: tuple[str, ...], words: str
) -> None:
    async with running(size) as run:
        await run.press(*keys)
        assert words in run.told
        assert not run.app.board.in_pane


async def test_a_pane_that_is_gone_gives_the_keys_back() -> None:
    async with running((200, 60)) as run:
        await run.press("j", "tab")
        await resized(run.app, 120, 40)
        await run.press("j")
        assert run.table.cursor_row == 1


async def test_what_is_stale_has_no_colour_of_a_level_in_its_charts() -> None:
    async with running((200, 60)) as run:
        pane = run.app.board.query_one("#pane", QueuePane)
        assert "bar-critical" in {style for line in pane.painted for _, style in line}
        run.feeds.say(failed(run.clock))
        await run.wait(90)
        styles = {style for line in pane.painted for _, style in line}
        assert "old" in styles
        assert not styles & {"trend", "bar-warning", "bar-critical", "critical", "warning"}


async def test_a_pane_that_gets_room_late_tells_of_the_queue_at_once() -> None:
    async with running((120, 40)) as run:
        (strip,) = [pane for pane in run.app.board.query(QueuePane) if pane.display]
        # As where the first picture came before the first layout: nothing could be told.
        strip._subject = None
        strip.paint([])
        strip.post_message(events.Resize(strip.size, strip.size))
        await settled(run.app)
        assert "Support" in lines_of(strip)


@given(st.integers(1, 260), st.integers(1, 7))
def test_numbers_that_fit_a_width_stand_side_by_side_in_just_that_width_too(
    room: int, groups: int
) -> None:
    world = World()
    world.waits(6)
    view = project_queue(world.state, world.state.snapshot.queues[0].key, moment(world.now))
    assert view is not None
    view = replace(view, groups=view.groups[:groups])
    lines = metric_lines(view, room)
    widest = max(map(width_of, lines))
    assert metric_lines(view, widest) == lines
    narrower = metric_lines(view, widest - 1)
    # In one place less there is room for fewer stacks, which are higher, or for one as always.
    assert len(narrower) > len(lines) or narrower == lines
