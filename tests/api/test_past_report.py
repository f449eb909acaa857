"""A day is told as it was: by hours, from the API, the same as the contact centre's own counts."""

import csv
import io
import json
from collections import Counter
from collections.abc import Collection
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.api.account_env import PLAN, Desk
from tests.api.test_commands import run
from tests.fake_clock import FakeClock
from tests.simulated import make_simulator
from wallboard.api.directory import NameLists
from wallboard.errors import EndpointGone, Unreachable
from wallboard.feed.past import PastResult, ask_past, wait_words
from wallboard.history.file import NAME, open_to_write
from wallboard.history.past import keep_past, kept_past
from wallboard.model.data.day import Day, DayRule, day_of
from wallboard.model.judge.hours import HOUR, hours_of
from wallboard.publish.past_report import PastFound, PastReport, past_exit_code, past_report
from wallboard.publish.past_text import days_named, past_text
from wallboard.simulator.centre.call_log import CallOutcome

ZONE = ZoneInfo("Europe/Berlin")
EVERYTHING = NameLists((), (), ())

pytestmark = pytest.mark.asyncio


class Leaping(FakeClock):
    """A clock for which every sleep is over at once; ``slept``: until when."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.slept: list[float] = []

    async def sleep_until(self, moment: float) -> None:
        self.slept.append(moment)
        self.seconds = max(self.seconds, moment)


def rule(at: datetime) -> Day:
    return day_of(at, ZONE)


class PastDesk(Desk):
    """A contact centre that has lived through a day, and forty minutes of the next."""

    def __init__(self, date: str, after: timedelta = timedelta(minutes=40), **more: Any) -> None:
        day = rule(datetime.fromisoformat(f"{date}T12:00").replace(tzinfo=ZONE))
        super().__init__(EVERYTHING, start=day.start, **more)
        self.day = day
        self.clock = Leaping(day.end + after)
        self.begun: list[int] = []
        self.sim.advance((self.clock.now() - day.start).total_seconds())

    async def asked(
        self, spans: Collection[Day], known: dict[Any, Any] | None = None
    ) -> PastResult:
        day_rule: DayRule = rule
        account = self.again(EVERYTHING, day=day_rule)
        return await ask_past(account, spans, known or {}, self.clock, self.begun.append)

    def report(self, spans: tuple[Day, ...], found: PastResult, by: Any) -> PastReport:
        return past_report(
            PastFound(
                spans=spans, now=self.clock.now(), zone=ZONE, exact=found.found,
                failures=found.failures,
            ),
            by,
            "",
        )  # fmt: skip

    def counts(self, span: Day) -> Counter[CallOutcome]:
        """What became of the calls of a span, call by call, out of the centre's own log."""
        first = (span.start - self.sim.centre.start).total_seconds()
        last = (span.end - self.sim.centre.start).total_seconds()
        return Counter(
            call.outcome
            for queues in self.sim.centre.directory.queues.values()
            for queue in queues
            if not queue.deleted
            for call in self.sim.centre.calls(queue.id)
            if first <= call.arrived < last
        )


@pytest.mark.parametrize(
    ("date", "count"), [("2026-03-02", 24), ("2026-03-29", 23), ("2026-10-25", 25)]
)
async def test_yesterday_by_hour_equals_the_contact_centres_own_counts(
    date: str, count: int
) -> None:
    desk = PastDesk(date)
    (day,), _ = days_named("yesterday", None, rule, ZONE, desk.clock.now())
    assert day == desk.day
    spans = hours_of(day)
    found = await desk.asked(spans)
    text = past_text(desk.report(spans, found, "hour"), "csv")
    lines = list(csv.DictReader(io.StringIO(text)))
    assert len(lines) == len(spans) == count
    some = 0
    for span, line in zip(spans, lines, strict=True):
        counts = desk.counts(span)
        assert int(line["enteredCalls (API)"]) == sum(counts.values())
        assert int(line["acceptedCalls (API)"]) == counts[CallOutcome.ACCEPTED]
        assert int(line["abandonedInWaitingCalls (API)"]) == counts[CallOutcome.ABANDONED]
        assert int(line["divertedCalls (API)"]) == counts[CallOutcome.DIVERTED]
        some += sum(counts.values())
    assert some > 100
    assert len({line["hour"] for line in lines}) == count
    assert past_exit_code(
        PastFound(spans=spans, now=desk.clock.now(), zone=ZONE, exact=found.found)
    ) == 0  # fmt: skip


async def test_it_is_asked_no_more_than_twice_a_minute_the_newest_first() -> None:
    desk = PastDesk("2026-03-02")
    begun = desk.clock.elapsed()
    await desk.asked(hours_of(desk.day))
    asked = [one.query["startDate"] for one in desk.sim.log if one.endpoint == "queue-metrics"]
    assert len(asked) == 2 * 24
    assert asked == sorted(asked, reverse=True)
    # Two at a time, a minute apart.
    assert desk.clock.elapsed() - begun == pytest.approx(60 * 23)


async def test_a_day_that_goes_on_is_asked_for_once_and_known_as_of_then() -> None:
    desk = PastDesk("2026-03-02", after=-HOUR / 4)
    spans = hours_of(desk.day)
    found = await desk.asked(spans)
    # To ask took past midnight: what was asked for first, the newest hour, is as of then.
    assert desk.clock.now() > desk.day.end
    assert desk.sim.request_count("queue-metrics") == 2 * 24
    assert desk.begun == [2 * 24]
    notes = desk.report(spans, found, "hour").notes
    assert "Only partly known: it was not over at 23:45; what is known goes until then" in notes


@pytest.mark.parametrize(
    ("questions", "words"),
    [(0, ""), (2, ""), (3, "The API is asked 3 times, 2 a minute: 1 min"),
     (48, "The API is asked 48 times, 2 a minute: 23 min")],
)  # fmt: skip
async def test_how_long_it_takes_is_told(questions: int, words: str) -> None:
    assert wait_words(questions) == words


async def test_closed_hours_are_asked_for_once_and_kept(tmp_path: Path) -> None:
    desk = PastDesk("2026-03-02", after=timedelta(minutes=-60))
    spans = hours_of(desk.day)
    first = await desk.asked(spans)
    with closing(open_to_write(tmp_path / NAME)) as file:
        for one in first.asked:
            keep_past(file.connection, one, "all")
        kept = kept_past(file.connection, spans, "all")
        assert kept_past(file.connection, spans, "other") == ()
    again = {(one.reading.feed, one.span): one for one in kept}
    asked = len([one for one in desk.sim.log if one.endpoint == "queue-metrics"])
    second = await desk.asked(spans, again)
    more = [one for one in desk.sim.log if one.endpoint == "queue-metrics"][asked:]
    # Only hours that were not over for half an hour when they were asked for.
    assert 0 < len(more) < 12
    whole = desk.report(spans, first, "hour"), desk.report(spans, second, "hour")
    assert [line.numbers for line in whole[0].lines[:20]] == [
        line.numbers for line in whole[1].lines[:20]
    ]
    for exact in first.found[-4:]:
        same = again.get((exact.reading.feed, exact.span))
        if same is not None:
            names = {queue.name for queue in exact.reading.queues}
            assert {queue.name for queue in same.reading.queues} == names


async def test_by_queue_and_by_site_are_one_question_and_add_up() -> None:
    desk = PastDesk("2026-03-02")
    spans = (desk.day,)
    found = await desk.asked(spans)
    assert desk.sim.request_count("queue-metrics") == 2
    queues, sites = desk.report(spans, found, "queue"), desk.report(spans, found, "site")
    entered = sum(desk.counts(desk.day).values())
    for report in (queues, sites):
        assert report.total.numbers["enteredCalls"] == entered
        assert sum(line.numbers["enteredCalls"] or 0 for line in report.lines) == entered
    assert {line.label for line in sites.lines} >= {("Rome", "north"), ("Paris", "south")}


async def test_a_pbx_that_fails_is_told_and_the_rest_stands() -> None:
    desk = PastDesk("2026-03-02", faults=("queue-metrics:503-html:pbx=north",))
    found = await desk.asked((desk.day,))
    ((info, error),) = found.failures
    assert info.pbx_name == "north"
    report = desk.report((desk.day,), found, "site")
    assert {line.label[1] for line in report.lines} == {"south"}
    assert any(note.startswith("north: ") for note in report.notes)
    told = PastFound(
        spans=(desk.day,), now=desk.clock.now(), zone=ZONE, exact=found.found,
        failures=found.failures,
    )  # fmt: skip
    assert past_exit_code(told) == 4
    assert error.exit_code == 4


@pytest.mark.parametrize("error", [EndpointGone("gone"), Unreachable("no answer")])
async def test_nothing_at_all_ends_as_the_error_says(error: Any) -> None:
    desk = PastDesk("2026-03-02", after=-HOUR * 23)
    found = await desk.asked((desk.day,))
    info = next(iter(found.found)).reading.feed
    from wallboard.model.events import FeedInfo

    told = PastFound(
        spans=(desk.day,), now=desk.clock.now(), zone=ZONE, exact=(),
        failures=((FeedInfo(info, "north"), error),),
    )  # fmt: skip
    assert past_exit_code(told) == error.exit_code


async def test_the_command_prints_every_format_and_says_what_is_only_partly_known(
    tmp_path: Path,
) -> None:
    simulator = make_simulator(plan=PLAN)
    simulator.advance(3 * 3600)
    day = ("--day", "2026-03-02")
    code, out, err = await run(simulator, tmp_path, "report", *day, "--by", "site")
    assert (code, err) == (0, "")
    assert "Monday 2026-03-02" in out
    assert "Only partly known: the store saw 0s of" in out
    code, out, err = await run(simulator, tmp_path, "report", *day, "--format", "csv")
    assert (code, out.count("\n")) == (0, 6)
    assert "Only partly known" in err
    code, out, err = await run(
        simulator, tmp_path, "report", *day, "--format", "json", "--queue", "Billing"
    )
    assert (code, err) == (0, "")
    (line,) = json.loads(out)["lines"]
    assert line["queue"] == "Billing"
    assert line["numbers"]["enteredCalls"] > 0


@pytest.mark.parametrize(
    "arguments",
    [
        ("--day", "tomorrow"), ("--day", "2027-01-01x"), ("--week", "next"),
        ("--day", "today", "--week", "last"), ("--week", "last", "--by", "hour"),
        ("--day", "2999-01-01"), ("--queue", "Nobody"),
    ],
)  # fmt: skip
async def test_a_mistake_ends_with_2(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    code, out, err = await run(make_simulator(plan=PLAN), tmp_path, "report", *arguments)
    assert (code, out) == (2, "")
    assert err
