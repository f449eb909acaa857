"""Hours out of the file where the API tells none: as polled, and what the minutes saw."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.sample import AT, row
from tests.unit.history.stores import Desk
from wallboard.errors import EndpointGone
from wallboard.history.file import open_to_read
from wallboard.history.look_back import HistoryFile
from wallboard.history.past import polled_past, read_seen
from wallboard.model.data.catalogue import TODAY
from wallboard.model.data.day import Day, day_of
from wallboard.model.data.metric import Kind
from wallboard.model.data.name_pattern import QueueGroup
from wallboard.model.data.options import HistoryOptions
from wallboard.model.data.reading import FeedId, Moment, QueueKey, QueueMetrics, Reading
from wallboard.model.events import FeedInfo, Fresh
from wallboard.model.judge.group_book import GroupBook
from wallboard.model.judge.hours import PastHeard, PastSpan, Seen, Watched, hours_of
from wallboard.model.judge.rules import Rules
from wallboard.model.judge.time_in_target import Targets
from wallboard.publish.past_report import PastFound, ReportFilter, past_exit_code, past_report
from wallboard.publish.past_text import past_text

ZONE = ZoneInfo("UTC")
DAY = day_of(AT.wall, ZONE)
FEED = FeedId("p", Kind.TODAY)
HALF_PAST_NINE = AT.wall


def calls_row(count: int) -> QueueMetrics:
    lost: dict[str, Any] = {"abandonedInWaitingCalls": count // 10, "divertedCalls": 0}
    return row("Sales", "1", enteredCalls=count, acceptedCalls=count - count // 10, **lost)


class Polled:
    """A store of which a test says when the day's numbers were polled."""

    def __init__(self, folder: Path) -> None:
        self.desk = Desk(folder)
        self.desk.begin()

    def today(self, at: datetime, *queues: QueueMetrics) -> None:
        elapsed = AT.elapsed + (at - AT.wall).total_seconds()
        self.desk.clock.seconds = elapsed
        made = Reading(FEED, Moment(at, elapsed), queues, frozenset(TODAY), day=DAY, pbx_name="P")
        self.desk.step(Fresh(FEED, made, Moment(at, elapsed)))
        self.desk.wait_until_written()

    def hours(self, now: datetime) -> dict[int, PastSpan]:
        file = open_to_read(self.desk.path)
        assert file is not None
        found = polled_past(file.connection, DAY, hours_of(DAY), now)
        file.close()
        return {one.span.start.hour: one for one in found}

    def close(self) -> None:
        self.desk.keeper.close()


@pytest.fixture
def polled(tmp_path: Path) -> Polled:
    return Polled(tmp_path)


def at(hour: int, minute: int) -> datetime:
    return DAY.start + timedelta(hours=hour, minutes=minute)


def test_hours_are_what_the_day_grew_by_and_those_between_no_two_polls_are_not_known(
    polled: Polled,
) -> None:
    polled.today(at(9, 59), calls_row(100))
    polled.today(at(10, 1), calls_row(103))
    polled.today(at(10, 59), calls_row(140))
    polled.today(at(11, 30), calls_row(150))
    found = polled.hours(at(11, 31))
    (ten, now) = found[10], found[11]
    assert set(found) == {10, 11}  # before ten, and in the first hours, nobody polled
    assert not ten.exact
    (sales,) = ten.reading.queues
    assert sales.values == {
        "enteredCalls": 40, "acceptedCalls": 36, "abandonedInWaitingCalls": 4, "divertedCalls": 0
    }  # fmt: skip
    assert now.reading.queues[0].values["enteredCalls"] == 10
    assert now.until == at(11, 30)
    polled.close()


def test_the_first_hour_begins_at_nothing_and_a_day_that_began_anew_tells_nothing(
    polled: Polled,
) -> None:
    polled.today(at(0, 58), calls_row(7))
    polled.today(at(1, 58), calls_row(3))
    found = polled.hours(at(3, 0))
    assert found[0].reading.queues[0].values["enteredCalls"] == 7
    assert "enteredCalls" not in found[1].reading.queues[0].values
    polled.close()


def test_a_queue_that_came_meanwhile_is_not_known_for_that_hour(polled: Polled) -> None:
    polled.today(at(9, 59), calls_row(100))
    polled.today(at(10, 59), calls_row(140), row("New", "2", enteredCalls=9))
    new = polled.hours(at(11, 0))[10].reading.queues[1]
    assert new.values == {}
    polled.close()


def seen_of(desk: Desk, span: Day, **how: object) -> Watched:
    file = open_to_read(desk.path)
    assert file is not None
    (found,) = read_seen(file.connection, [span], Targets(20_000), how.get("is_open"), ZONE)  # type: ignore[arg-type]
    file.close()
    return found.queues[row("Sales", "1").key]


@pytest.fixture
def watched(tmp_path: Path) -> Desk:
    """Ten minutes: five calm, three in warning, two in critical; they waited longer and longer."""
    desk = Desk(tmp_path)
    desk.begin()
    for minute in range(10):
        calls = 0 if minute < 5 else 4 if minute < 8 else 9
        for _ in range(6):
            desk.poll(row("Sales", "1", waitingCalls=calls, longestWaitingTime=5_000 * minute))
    desk.poll(row("Sales", "1", waitingCalls=0, longestWaitingTime=0))
    desk.keeper.close()
    return desk


def test_minutes_say_levels_target_and_the_longest_wait(watched: Desk) -> None:
    found = seen_of(watched, Day(HALF_PAST_NINE, HALF_PAST_NINE + timedelta(hours=1)))
    # Each answer stands until the next one, ten seconds later: into the minute after its own.
    assert (found.warning, found.critical) == (3, 3)
    assert found.longest == 45_000
    assert found.polled == 600.0
    assert found.within == 290.0


def test_nothing_is_seen_outside_the_span_or_while_it_is_closed(watched: Desk) -> None:
    first = seen_of(watched, Day(HALF_PAST_NINE, HALF_PAST_NINE + timedelta(minutes=5)))
    assert (first.warning, first.critical) == (0, 0)
    hour = Day(HALF_PAST_NINE, HALF_PAST_NINE + timedelta(hours=1))
    assert seen_of(watched, hour, is_open=lambda *_: False) == Watched()


def test_where_nobody_was_seen_to_wait_there_is_no_longest_wait(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.begin()
    for _ in range(6):
        desk.poll(row("Sales", "1", waitingCalls=0, longestWaitingTime=0))
    desk.keeper.close()
    found = seen_of(desk, Day(HALF_PAST_NINE, HALF_PAST_NINE + timedelta(hours=1)))
    assert (found.polled, found.within, found.longest) == (50.0, 50.0, None)


@pytest.mark.parametrize(
    ("calls", "waited", "longest"),
    [({"enteredCalls": 0, "todayLongestWaitingTime": 0}, 45_000, None),
     ({"enteredCalls": 2, "todayLongestWaitingTime": 7_000}, 45_000, 7_000),
     ({"enteredCalls": 2}, 45_000, 45_000), ({"enteredCalls": 2}, None, None)],
)  # fmt: skip
def test_the_longest_wait_of_no_calls_is_a_dash_in_a_report(
    calls: dict[str, Any], waited: int | None, longest: int | None
) -> None:
    sales = row("Sales", "1", **calls)
    told = exact_hour(10, at(11, 0), 0)
    watched = Seen(
        span=DAY, queues={sales.key: Watched(60.0, 60.0, longest=waited)},
        names={sales.key: sales}, live=60.0,
    )  # fmt: skip
    exact = replace(told.reading, queues=(sales,), day=DAY)
    found = PastFound(
        spans=(DAY,), now=at(11, 0), zone=ZONE, exact=(PastSpan(exact, exact=True),),
        seen=(watched,),
    )  # fmt: skip
    report = past_report(found, "queue", "Monday")
    (line,) = report.lines
    assert line.numbers["todayLongestWaitingTime"] == longest
    assert report.total.numbers["todayLongestWaitingTime"] == longest
    assert "00:00" not in past_text(report, "table")


def test_where_the_api_tells_nothing_the_report_is_as_polled_and_says_so(polled: Polled) -> None:
    polled.today(at(9, 59), calls_row(100))
    polled.today(at(10, 59), calls_row(140))
    found = tuple(polled.hours(at(11, 0)).values())
    gone = ((FeedInfo(FEED, "P"), EndpointGone("There is no such page")),)
    told = PastFound(
        spans=hours_of(DAY), now=at(11, 0), zone=ZONE, exact=(), polled=found, failures=gone
    )
    report = past_report(told, "hour", "Monday")
    assert report.sources["enteredCalls"] == "as polled"
    assert report.lines[10].numbers["enteredCalls"] == 40
    assert report.lines[9].numbers["enteredCalls"] is None
    assert any("As polled" in note for note in report.notes)
    assert any("the calls of 10 hours are not" in note for note in report.notes)
    assert past_exit_code(told) == 0
    polled.close()


def test_what_is_not_wanted_makes_no_report_as_polled(polled: Polled) -> None:
    polled.today(at(9, 59), calls_row(100))
    polled.today(at(10, 59), calls_row(140))
    found = tuple(polled.hours(at(11, 0)).values())
    other = replace(exact_hour(10, at(11, 0), 40).reading, feed=FeedId("other", Kind.TODAY))
    told = PastFound(
        spans=hours_of(DAY), now=at(11, 0), zone=ZONE, exact=(PastSpan(other, exact=True),),
        polled=found, wanted=ReportFilter(queues=("Support",)),
    )  # fmt: skip
    report = past_report(told, "queue", "Monday")
    assert report.sources["enteredCalls"] == "API"
    assert not any("As polled" in note for note in report.notes)
    polled.close()


def test_by_group_a_queue_adds_to_each_of_its_groups_and_once_to_all() -> None:
    def calls(name: str, extension: str, count: int) -> QueueMetrics:
        key = QueueKey(FEED.pbx, extension)
        return replace(calls_row(count), key=key, name=name, extension=extension)

    queues = (calls("Sales", "1", 10), calls("VIP", "2", 5), calls("Night", "3", 2))
    made = Reading(FEED, Moment(at(11, 0), 0.0), queues, frozenset(TODAY), day=DAY, pbx_name="P")
    groups = (
        QueueGroup("Sold", ("s*", "vip")),
        QueueGroup("VIPs", ("v*",)),
        QueueGroup("Nil", ("x",)),
    )
    book = GroupBook(Rules(groups=groups))
    told = PastFound(
        spans=(DAY,), now=at(11, 0), zone=ZONE, exact=(PastSpan(made, exact=True),), groups=book
    )
    report = past_report(told, "group", "Monday")
    counts = {line.label[0]: line.numbers["enteredCalls"] for line in report.lines}
    assert list(counts.items()) == [("Sold", 15), ("VIPs", 5), ("no group", 2)]
    assert report.total.numbers["enteredCalls"] == 17
    assert "Nil: this group finds no queue; see [groups]" in report.notes
    only = past_report(replace(told, group="VIPs"), "queue", "Monday")
    assert [line.label[0] for line in only.lines] == ["VIP"]
    assert only.total.numbers["enteredCalls"] == 5
    one = past_report(replace(told, group="VIPs"), "group", "Monday")
    assert [line.label for line in one.lines] == [("VIPs",)]


def exact_hour(hour: int, until: datetime, count: int) -> PastSpan:
    made = Reading(
        FEED, Moment(until, 0.0), (calls_row(count),), frozenset(TODAY), day=hours_of(DAY)[hour],
        pbx_name="P",
    )  # fmt: skip
    return PastSpan(made, exact=True)


def test_queues_of_one_name_in_two_pbxes_are_told_apart_in_a_report() -> None:
    def told_by(pbx: str, *names: str) -> PastSpan:
        queues = tuple(
            replace(row(name, f"{number}", pbx=pbx, enteredCalls=1), pbx=pbx.upper())
            for number, name in enumerate(names)
        )
        feed = FeedId(pbx, Kind.TODAY)
        made = Reading(feed, Moment(at(11, 0), 0.0), queues, frozenset(TODAY), day=DAY)
        return PastSpan(made, exact=True)

    both = (told_by("p", "Sales", "Care"), told_by("q", "Sales"))
    found = PastFound(spans=(DAY,), now=at(11, 0), zone=ZONE, exact=both)
    labels = [line.label for line in past_report(found, "queue", "Monday").lines]
    assert labels == [("Care", "Rome"), ("Sales (P)", "Rome"), ("Sales (Q)", "Rome")]
    # One alone is called what it is.
    one = past_report(replace(found, exact=both[1:]), "queue", "Monday")
    assert [line.label for line in one.lines] == [("Sales", "Rome")]


def test_the_thread_keeps_hours_that_are_closed_and_finds_them_again(polled: Polled) -> None:
    polled.today(at(7, 59), calls_row(100))
    polled.today(at(8, 59), calls_row(130))
    closed, going_on = exact_hour(6, at(7, 45), 44), exact_hour(8, at(8, 50), 20)
    polled.desk.step(PastHeard((closed, going_on)))
    polled.desk.wait_until_written()
    found = asyncio.run(polled.desk.keeper.hours((DAY,), at(9, 0)))
    assert found is not None
    told = {(one.span.start.hour, one.exact): one.reading.queues[0].values for one in found}
    assert told[6, True]["enteredCalls"] == 44
    assert told[8, False]["enteredCalls"] == 30
    assert (8, True) not in told
    polled.close()


def test_what_was_kept_is_not_written_again_and_is_forgotten_with_its_day(polled: Polled) -> None:
    polled.desk.step(PastHeard((exact_hour(6, at(7, 45), 44),)))
    polled.desk.step(PastHeard((exact_hour(5, at(7, 45), 44),), fresh=False))
    polled.desk.wait_until_written()
    assert polled.desk.rows("SELECT count(*) FROM past") == [(1,)]
    polled.close()
    kept = HistoryFile(folder=polled.desk.path.parent, options=HistoryOptions(), zone=ZONE)
    kept.run(str, forget="2026-03-02")
    assert polled.desk.rows("SELECT count(*) FROM past") == [(0,)]


def test_a_report_of_which_nothing_is_known_is_no_success() -> None:
    told = PastFound(spans=hours_of(DAY), now=at(11, 0), zone=ZONE, exact=())
    assert past_exit_code(told) == 4
