"""The day by hours: bars and a table beside the same day last week; what is not known looks so."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.ui.boards import FEED, FakeHistory, found, fresh
from tests.ui.pilot import Running, running
from wallboard.model.data.day import Day, day_of
from wallboard.model.data.metric import Kind
from wallboard.model.data.reading import FeedId, Moment, QueueKey, QueueMetrics, Reading
from wallboard.model.data.view_options import ViewOptions
from wallboard.model.judge.hours import PastHeard, PastSpan, hours_of
from wallboard.ui.screens.hours import HoursScreen

OPTIONS = ViewOptions(timezone=UTC)
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
TODAY, BEFORE = day_of(NOW, UTC), day_of(NOW - timedelta(weeks=1), UTC)


def counts(extension: str, entered: int, lost: int = 0) -> QueueMetrics:
    values = {
        "enteredCalls": entered, "acceptedCalls": entered - lost,
        "abandonedInWaitingCalls": lost, "divertedCalls": 0,
    }  # fmt: skip
    key = QueueKey(FEED.pbx, extension)
    return QueueMetrics(key, extension, extension, "", "acme", values)


def span(day: Day, hour: int, *queues: QueueMetrics, exact: bool = True) -> PastSpan:
    feed, hours = FeedId(FEED.pbx, Kind.TODAY), hours_of(day)
    at = Moment(hours[hour].end + timedelta(hours=1), 0.0)
    return PastSpan(Reading(feed, at, queues, frozenset(), day=hours[hour]), exact)


def line(run: Running, hour: str) -> str:
    return next(one for one in run.page.splitlines() if one.startswith(hour))


async def opened(run: Running, *heard: PastSpan) -> None:
    run.feeds.say(found(), fresh(run.clock))
    await run.wait(2)
    await run.press("T")
    await run.wait(2)
    run.feeds.say(PastHeard(heard))
    await run.wait(2)


async def test_hours_stand_beside_those_of_last_week_as_numbers_and_as_bars() -> None:
    async with running(size=(120, 40), options=OPTIONS) as run:
        await opened(
            run,
            span(TODAY, 8, counts("1001", 30, 3), counts("1002", 10)),
            span(BEFORE, 8, counts("1001", 20, 1), counts("1002", 60)),
            span(BEFORE, 9, counts("1001", 7)),
        )
        assert isinstance(run.app.screen, HoursScreen)
        assert "Mon 02 Mar beside Mon 23 Feb" in run.page
        words = line(run, "08:00").split()
        assert words[:9] == ["08:00", "40", "(80)", "37", "(79)", "3", "(1)", "0", "(0)"]
        drawn = line(run, "08:00")
        assert drawn.index("│") > drawn.rindex("█")
        assert (drawn.count("█"), drawn.index("│") - drawn.index("█")) == (25, 49)
        total = next(one for one in run.page.splitlines() if one.startswith("1 hour "))
        assert total.split()[2:4] == ["40", "(80)"]
        assert "from the API" in run.page


async def test_a_sum_says_what_its_hours_say_and_is_never_too_small() -> None:
    untold = counts("1001", 20)
    values = {name: one for name, one in untold.values.items() if name != "divertedCalls"}
    async with running(size=(120, 40), options=OPTIONS) as run:
        await opened(
            run,
            span(TODAY, 7, replace(untold, values=values)),
            span(TODAY, 8, counts("1001", 30), exact=False),
            span(BEFORE, 7, counts("1001", 4)),
            span(BEFORE, 8, counts("1001", 5)),
        )
        total = next(one for one in run.page.splitlines() if one.startswith("2 hours"))
        assert total.split()[2:] == [
            *("50*~", "(9)", "50*~", "(9)", "0*~", "(0)", "–", "(0)"),
        ]


async def test_what_is_not_known_goes_on_or_is_to_come_looks_so() -> None:
    async with running(size=(120, 40), options=OPTIONS) as run:
        await opened(run, span(TODAY, 9, counts("1001", 12)))
        assert "░░░░░░░░" in line(run, "03:00")
        assert line(run, "03:00").split()[1:3] == ["–", "(–)"]
        assert line(run, "09:00").split()[:3] == ["09:00", "now", "12"]
        assert line(run, "10:00").split() == ["10:00", "(–)", "(–)", "(–)", "(–)"]
        assert "hours not known yet" in run.page


async def test_as_polled_is_marked_and_the_reason_is_told() -> None:
    history = FakeHistory()
    history.kept = (span(TODAY, 8, counts("1001", 30), exact=False),)
    async with running(size=(120, 40), options=OPTIONS, history=history) as run:
        await opened(run)
        assert line(run, "08:00").split()[1] == "30~"
        assert "1 hour as polled (~)" in run.page
        run.feeds.say(PastHeard((), words={FEED.pbx: "The address is not there"}))
        await run.wait(2)
        assert "acme: The address is not there" in run.page


async def test_the_board_asks_only_while_the_page_is_open_and_for_what_is_not_kept() -> None:
    history = FakeHistory()
    history.kept = (span(BEFORE, 3, counts("1001", 5)),)
    async with running(options=OPTIONS, history=history) as run:
        await opened(run)
        assert len(run.feeds.spans) == 48
        assert run.feeds.known == history.kept
        await run.press("escape")
        await run.wait(70)
        assert run.feeds.spans == ()


async def test_it_is_of_the_queues_that_the_board_shows() -> None:
    async with running(size=(120, 40), options=OPTIONS) as run:
        run.feeds.say(found(), fresh(run.clock))
        await run.wait(2)
        await run.press("/", *"support", "enter")
        await opened(run, span(TODAY, 8, counts("1001", 30), counts("1002", 10)))
        assert line(run, "08:00").split()[1] == "10"


@pytest.mark.parametrize("size", [(80, 24), (60, 20), (200, 60)])
async def test_no_line_is_wider_than_its_page(size: tuple[int, int]) -> None:
    async with running(size=size, options=OPTIONS) as run:
        await opened(run, *(span(TODAY, hour, counts("1001", 99_999)) for hour in range(9)))
        assert max(map(len, run.page.splitlines())) <= size[0] + 8
