"""The day as data: hours beside last week's, a queue's quarters over what is usual."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.sample import AT, row
from tests.unit.model_env import World, moment
from wallboard.model.data.day import Day, day_of
from wallboard.model.data.metric import Kind, Number
from wallboard.model.data.reading import FeedId, Moment, Reading
from wallboard.model.data.view_options import ViewOptions
from wallboard.model.judge.hours import COUNTS, PastHeard, PastSpan, hours_of
from wallboard.model.judge.samples import TREND_METRICS
from wallboard.model.judge.usual import Band, UsualDay, quarter_of, quarters
from wallboard.model.view.day import days_compared, project_hours, project_queue_day

OPTIONS = ViewOptions(timezone=UTC)
NOW = AT.wall  # half past nine
TODAY, BEFORE = day_of(NOW, UTC), day_of(NOW - timedelta(weeks=1), UTC)


def heard(
    day: Day, hour: int, *, pbx: str = "p", exact: bool = True, **queues: Number | None
) -> PastSpan:
    """What is known of an hour of a PBX: how many calls entered each queue; ``None``: not."""
    rows = [
        row(name, f"{number}", "", pbx, **({} if calls is None else dict.fromkeys(COUNTS, calls)))
        for number, (name, calls) in enumerate(queues.items())
    ]
    whole = hours_of(day)[hour]
    at = Moment(whole.end + timedelta(hours=1), 0.0)
    feed = FeedId(pbx, Kind.TODAY)
    return PastSpan(Reading(feed, at, tuple(rows), frozenset(), day=whole), exact)


def world(*spans: PastSpan, pbxes: Iterable[str] = ("p",), **words: str) -> World:
    made = World(options=OPTIONS, pbxes=pbxes)
    made.step(PastHeard(spans, words=words))
    return made


def test_an_hour_stands_beside_that_of_the_same_weekday_last_week() -> None:
    made = world(
        heard(TODAY, 8, Sales=30, Help=10), heard(BEFORE, 8, Sales=20, Help=60),
        heard(BEFORE, 9, Sales=7, Help=1), heard(TODAY, 7, Sales=1, Help=2),
    )  # fmt: skip
    view = project_hours(made.state, None, AT)
    assert view.names == ("Mon 02 Mar", "Mon 23 Feb")
    assert [one.label for one in view.lines] == [f"{hour:02d}:00" for hour in range(24)]
    assert sum(one.is_over for one in view.lines) == 9
    assert sum(one.is_begun for one in view.lines) == 10
    eight = view.lines[8]
    assert eight.today is not None
    assert eight.before is not None
    assert (eight.today.numbers[0], eight.before.numbers[0]) == (40, 80)
    # Only an hour that is over and known on both days is compared.
    assert view.total is not None
    assert view.total_before is not None
    sums = view.total.numbers[0], view.total_before.numbers[0]
    assert (sums, view.compared) == ((40, 80), 1)
    # Not known: of the ten that have begun today two are, of the 24 of last week two.
    assert view.words == ("from the API", "30 hours not known yet")


def test_it_is_told_where_counts_are_from_and_what_is_not_known() -> None:
    made = world(
        heard(TODAY, 8, Sales=30, exact=False), heard(TODAY, 7, Sales=3),
        heard(BEFORE, 8, Sales=None), pbxes=("p", "q"), q="The address is not there",
    )  # fmt: skip
    view = project_hours(made.state, None, AT)
    assert view.words == (
        "2 hours from the API",
        "1 hour as polled (~)",
        "31 hours not known yet",
        "* some queues are not known",
        "Q: The address is not there",
    )
    key = heard(TODAY, 8, Sales=30).reading.queues[0].key
    alone = project_hours(made.state, {key}, AT)
    assert not any("The address" in words for words in alone.words), "no queue of it is shown"
    assert alone.lines[7].today is not None
    assert not alone.lines[7].today.partial, "the other PBX has no part in it"


def test_nothing_known_is_nothing_compared() -> None:
    view = project_hours(World(options=OPTIONS).state, None, AT)
    assert view.total is None
    assert view.total_before is None
    assert view.compared == 0
    assert view.words == ("34 hours not known yet",)


def usual_day(key: object, *, value: float | None, band: Band | None) -> UsualDay:
    count = len(quarters(TODAY))
    return UsualDay(
        key=key,  # type: ignore[arg-type]
        day=TODAY,
        begin=quarter_of(NOW),
        values=dict.fromkeys(TREND_METRICS, (value,) * count),
        bands=dict.fromkeys(TREND_METRICS, (band,) * count),
    )


@pytest.mark.parametrize(
    ("value", "band", "told"),
    [(3.0, None, True), (None, Band(1, 2, 3), True), (0.0, None, True), (None, None, False)],
)
def test_a_queues_day_is_told_as_far_as_anything_of_it_is_known(
    value: float | None, band: Band | None, told: bool
) -> None:
    made, sales = World(options=OPTIONS), row("Sales")
    made.poll(sales)
    assert project_queue_day(made.state, sales.key, AT) is None, "it was not read yet"
    made.step(usual_day(sales.key, value=value, band=band))
    view = project_queue_day(made.state, sales.key, AT)
    assert (view is not None) == told
    if view is None:
        return
    assert [line.metric.name for line in view.lines] == [*TREND_METRICS]
    assert all(line.values == (value,) * 96 for line in view.lines)
    assert all(line.bands == (band,) * 96 for line in view.lines)
    assert [hour for hour in view.hours if hour] == [f"{hour:02d}" for hour in range(24)]
    assert view.hours[4:8] == ("01", "", "", "")
    # Another queue's, and yesterday's, is nothing of this one's now.
    assert project_queue_day(made.state, row("Help", "2").key, AT) is None
    assert project_queue_day(made.state, sales.key, moment(AT.elapsed + 86_400)) is None


@pytest.mark.parametrize(
    ("now", "hours", "twice"),
    [("2026-03-29T12:00", 23, 0), ("2026-10-25T12:00", 25, 2), ("2026-04-05T12:00", 24, 0)],
)
def test_days_on_which_clocks_change_have_their_hours(now: str, hours: int, twice: int) -> None:
    zone = ZoneInfo("Europe/Berlin")
    at = datetime.fromisoformat(now).replace(tzinfo=zone)
    world = World(options=ViewOptions(timezone=zone))
    today, before = days_compared(world.state, at)
    assert (today.start - before.start).days in (6, 7)
    assert today.start.astimezone(zone).weekday() == before.start.astimezone(zone).weekday()
    view = project_hours(world.state, None, Moment(at, 0.0))
    labels = [one.label for one in view.lines]
    assert len(set(labels)) == len(labels) == hours
    assert sum("+" in one for one in labels) == twice


def told_of(day: Day, hour: int) -> PastSpan:
    """What the API told of an hour of a day, as so many calls as make it known again."""
    whole = hours_of(day)[hour]
    sales = (row("Sales", "1", enteredCalls=100 + hour),)
    return PastSpan(
        Reading(FeedId("p", Kind.TODAY), Moment(whole.end, 0.0), sales, frozenset(), day=whole),
        exact=True,
    )


def test_an_hour_that_last_week_did_not_have_is_beside_nothing() -> None:
    zone = ZoneInfo("Europe/Berlin")
    at = datetime(2026, 4, 5, 12, tzinfo=zone)  # a week after the clocks were put on
    world = World(options=ViewOptions(timezone=zone))
    world.poll(row("Sales", "1"))
    _, before = days_compared(world.state, at)
    world.step(PastHeard(tuple(told_of(before, hour) for hour in range(23))))
    view = project_hours(world.state, None, Moment(at, moment(world.now).elapsed))
    beside = {one.label: one.before.numbers[0] if one.before else None for one in view.lines}
    assert (beside["01:00"], beside["02:00"], beside["03:00"]) == (101, None, 102)
    assert "13 hours not known yet" in view.words, "today's; what never was is never known"


def test_an_hour_that_clocks_show_twice_is_beside_last_weeks_once() -> None:
    zone = ZoneInfo("Europe/Berlin")
    at = datetime(2026, 10, 25, 12, tzinfo=zone)
    world = World(options=ViewOptions(timezone=zone))
    world.poll(row("Sales", "1"))
    today, before = days_compared(world.state, at)
    world.step(PastHeard(tuple(told_of(before, hour) for hour in range(24))))
    world.step(PastHeard(tuple(told_of(today, hour) for hour in range(14))))
    view = project_hours(world.state, None, Moment(at, moment(world.now).elapsed))
    beside = {one.label: one.before.numbers[0] if one.before else None for one in view.lines}
    assert (beside["02:00+0200"], beside["02:00+0100"], beside["03:00"]) == (102, None, 103)
    # Midnight to noon are thirteen hours today; the one that shows twice was once last week.
    assert view.compared == 12
    assert view.total is not None
    assert view.total_before is not None
    assert view.total_before.numbers[0] == sum(range(100, 112))
    assert view.total.numbers[0] == sum(100 + hour for hour in range(13) if hour != 3)
    assert not [words for words in view.words if "not known yet" in words]
