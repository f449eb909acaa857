"""The queue under the cursor, or the worst, is told beside the table or below it."""

import pytest

from tests.ui.boards import DEMO, FEED, INTERVAL, FakeFeeds, board, found, fresh, queue
from tests.ui.pilot import lines_of, running, settled
from tests.ui.scenes import CALM, half_an_hour, shown
from wallboard.host.clock import FakeClock
from wallboard.model.data.metric import Kind
from wallboard.model.data.reading import FeedId, QueueKey
from wallboard.model.events import Discovered, FeedInfo
from wallboard.model.state import State
from wallboard.model.view.queue_page import QueueView, project_queue
from wallboard.ui.widgets.panes.queue_pane import QueuePane


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
    async with app.run_test(size=(200, 60)) as pilot:
        await pilot.pause()
        (live, today) = found().feeds
        agents = FeedInfo(FeedId(FEED.pbx, Kind.AGENTS), "acme", 15)
        feeds.say(Discovered((live, today, agents), INTERVAL), fresh(clock))
        await pilot.pause()
        pane = app.board.query_one("#pane", QueuePane)
        assert "Agents" not in "".join(part for line in pane.painted for part, _ in line)
        projected: list[int] = []

        def counted(key: QueueKey, slots: int) -> QueueView | None:
            projected.append(slots)
            return project_queue(app.state, key, app.moment(), slots)

        pane.show_queue(app.board.table.current, counted, lambda _: None, clock.elapsed())
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
                await run.pilot.resize_terminal(200, 50)
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
