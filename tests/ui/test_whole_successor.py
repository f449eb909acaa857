"""From the API to the wall without the realtime endpoint: the same board, and one notice."""

from collections.abc import Mapping
from typing import NamedTuple

from tests.ui.end_to_end import INTERVAL, Whole, whole
from tests.ui.pilot import lines_of
from wallboard.model.data.metric import Kind
from wallboard.model.data.reading import Endpoint, QueueKey
from wallboard.model.judge.rules import Level
from wallboard.ui.widgets.text.line_widget import LineWidget

OFF = "realtime:404"
UNIT = "? unit not confirmed · "
NOTICE = "the realtime endpoint has no numbers any more; its successor is asked instead"


class Seen(NamedTuple):
    """What a board shows, and what it has judged."""

    rows: list[str]
    tiles: list[str]
    title: str
    status: str
    levels: Mapping[QueueKey, tuple[Level, float | None]]


async def a_rush(*faults: str) -> tuple[list[Seen], Whole]:
    """The first two minutes of the demo, poll by poll: normal, warning, critical and back."""
    async with whole(size=(200, 50), faults=faults) as run:
        seen = []
        for _ in range(12):
            await run.wait(INTERVAL, step=5)
            levels = {key: (one.level, one.since) for key, one in run.app.state.levels.items()}
            board = run.app.screen_stack[0]
            tiles = [lines_of(one) for one in board.query("TileWidget").results(LineWidget)]
            title = lines_of(board.query_one("TitleBar", LineWidget))
            seen.append(Seen(run.rows, tiles, title, run.status, levels))
        return seen, run


async def test_the_demo_without_the_realtime_endpoint_looks_the_same() -> None:
    (ours, with_realtime), (theirs, without) = await a_rush(), await a_rush(OFF)
    assert {Level.NORMAL, Level.CRITICAL} <= {lv for one in ours for lv, _ in one.levels.values()}
    doubtful = [UNIT in one.status for one in theirs]
    sure = doubtful.index(False)
    assert sure <= 3, "confirmed soon after a wait or a call was seen to grow"
    assert not any(doubtful[sure:])
    for mine, other in zip(ours[sure:], theirs[sure:], strict=True):
        assert other == mine
    for mine, other in zip(ours[:sure], theirs[:sure], strict=True):
        # Until then the times have a mark, and the status line says why: nothing else.
        assert other.status.replace(UNIT, "") == mine.status
        assert other.levels == mine.levels
        assert other.title == mine.title
        unmarked = [row.replace("?", " ").split() for row in other.rows]
        assert unmarked == [row.split() for row in mine.rows]
        assert "".join(other.rows).count("?") > 0
    for run, endpoint in ((with_realtime, Endpoint.REALTIME), (without, Endpoint.QUEUE_METRICS)):
        live = [one for f, one in run.app.state.snapshot.readings.items() if f.kind is Kind.LIVE]
        assert {one.endpoint for one in live} == {endpoint}
    assert not with_realtime.app._notifications
    told = [one.message for one in without.app._notifications]
    assert sorted(told) == [f"aurora-americas: {NOTICE}", f"aurora-europe: {NOTICE}"]
    assert without.simulator.request_count("realtime") == 2, "of each PBX once"


async def test_the_apis_own_example_stands_on_the_screen_through_the_successor() -> None:
    async with whole(sample=True, faults=(OFF,)) as run:
        await run.wait(1)
        assert run.app.view is not None
        wait = {one.queue.name: one.queue.values["waitingTime"] for one in run.app.view.lines}
        assert wait == {"Alerie Hightower": 85_276, "Narbo": 14_069}
        assert "LIVE" in run.status
