"""What is usual on the board and on a queue's page: read beside the polls, drawn where known."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.ui.boards import FEED, FakeHistory, fresh
from tests.ui.pilot import Running, running
from wallboard.model.data.day import Day
from wallboard.model.data.reading import QueueKey
from wallboard.model.data.view_options import ViewOptions
from wallboard.model.judge.samples import TREND_METRICS
from wallboard.model.judge.usual import Band, Usual, UsualDay, quarter_of

SUPPORT = QueueKey(FEED.pbx, "1002")
BEGIN = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
MIDNIGHT = BEGIN.replace(hour=0, minute=0)
OPTIONS = ViewOptions(
    timezone=UTC,
    columns=("waitingCalls", "waitingCallsUsual", "longestWaitingTime"),
    tiles=("waitingCalls",),
)


def knowing() -> FakeHistory:
    history = FakeHistory()
    history.known = Usual(
        begin=quarter_of(BEGIN),
        queues={SUPPORT: (Band(0, 1, 2), Band(0, 20_000, 40_000), None)},
        totals=(Band(1, 4, 6), None, None),
    )
    lows = tuple(Band(1, 2, 4) if 8 <= at // 4 < 18 else None for at in range(96))
    history.day = UsualDay(
        key=SUPPORT,
        day=Day(MIDNIGHT, MIDNIGHT + timedelta(days=1)),
        begin=quarter_of(BEGIN),
        values={
            name: tuple(8.0 if at < 38 else None for at in range(96)) for name in TREND_METRICS
        },
        bands=dict.fromkeys(TREND_METRICS, lows),
    )
    return history


async def opened(run: Running) -> None:
    run.feeds.say(fresh(run.clock))
    await run.wait(11)
    await run.press("g", "enter")
    await run.wait(2)


async def test_it_is_read_once_in_each_quarter_of_an_hour() -> None:
    history = knowing()
    async with running(history=history, options=OPTIONS) as run:
        await run.wait(11)
        assert len(history.asked) == 1
        await run.wait(60)
        assert len(history.asked) == 1
        history.known = Usual(begin=quarter_of(BEGIN + timedelta(minutes=15)))
        await run.wait(15 * 60)
        assert len(history.asked) == 2
        assert history.asked[1][0] >= BEGIN + timedelta(minutes=15)  # type: ignore[operator]


async def test_the_column_stands_beside_its_metric_and_the_tile_says_it_too() -> None:
    async with running(size=(120, 40), history=knowing(), options=OPTIONS) as run:
        run.feeds.say(fresh(run.clock))
        await run.wait(11)
        place = run.names.index("Support")
        assert "▲1" in run.row(place)
        assert "Wait   Usual" in run.table.render_line(0).text
        assert "usually 4" in run.page


async def test_the_most_unusual_first_is_an_order_that_is_offered() -> None:
    async with running(history=knowing(), options=OPTIONS) as run:
        run.feeds.say(fresh(run.clock))
        await run.wait(11)
        await run.press("o", *"unusual first", "enter")
        assert run.app.selection.order.by == "unusual"
        assert run.names[0] == "Support"


async def test_no_such_order_is_offered_where_nothing_is_known() -> None:
    async with running(history=FakeHistory(), options=OPTIONS) as run:
        await run.press("o", *"unusual first", "enter")
        assert run.app.selection.order.by == "worst"


@pytest.mark.parametrize(("size", "step"), [((80, 24), 30), ((160, 45), 15)])
async def test_the_page_draws_the_day_as_a_line_over_the_usual_range(
    size: tuple[int, int], step: int
) -> None:
    async with running(size=size, history=knowing(), options=OPTIONS) as run:
        await opened(run)
        assert "usually 1" in run.page
        lines = run.page.splitlines()
        at = next(at for at, one in enumerate(lines) if one.startswith("Today   each"))
        assert lines[at] == f"Today   each {step} min; ░ is usual at this time of the week"
        top, middle, low = (one[16:] for one in lines[at + 1 : at + 4])
        per_hour = 60 // step
        # Eight until half past nine, and what is usual from eight until six.
        assert top.startswith("▀" * (38 * 15 // step) + "  ")
        assert top.rstrip().endswith(" 8")
        assert "░" * (10 * per_hour) in low
        assert middle.count("░") == 10 * per_hour
        assert lines[at + 10].split() == [f"{hour:02d}" for hour in range(0, 24, 3)]


async def test_a_day_of_zeros_has_no_height_but_0() -> None:
    history = knowing()
    zeros = dict.fromkeys(TREND_METRICS, (0.0,) * 38 + (None,) * 58)
    none = dict.fromkeys(TREND_METRICS, (None,) * 96)
    history.day = replace(history.day, values=zeros, bands=none)  # type: ignore[type-var]
    async with running(size=(160, 45), history=history, options=OPTIONS) as run:
        await opened(run)
        lines = run.page.splitlines()
        at = next(at for at, one in enumerate(lines) if one.startswith("Today   each"))
        waiting, between, low = (one[16:].split() for one in lines[at + 1 : at + 4])
        assert (waiting, between, low) == ([], [], ["▄" * 38, "0"])


async def test_a_page_walked_to_reads_its_own_day() -> None:
    history = knowing()
    async with running(history=history, options=OPTIONS) as run:
        await opened(run)
        keys = [asked[0] for asked in history.asked if len(asked) == 4]
        assert keys == [SUPPORT]
        await run.press("right")
        await run.wait(2)
        assert "Today   each" not in run.page
        keys = [asked[0] for asked in history.asked if len(asked) == 4]
        assert len(keys) == 2
        assert keys[1] != SUPPORT
