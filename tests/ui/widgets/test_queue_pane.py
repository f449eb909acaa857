"""The queue under the cursor, or the worst, is told beside the table or below it."""

import pytest

from tests.ui.boards import FEED, INTERVAL, FakeFeeds, board, found, fresh
from wallboard.host.clock import FakeClock
from wallboard.model.data.metric import Kind
from wallboard.model.data.reading import FeedId, QueueKey
from wallboard.model.events import Discovered, FeedInfo
from wallboard.model.view.queue_page import QueueView, project_queue
from wallboard.ui.widgets.queue_pane import QueuePane


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
