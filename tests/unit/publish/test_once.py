"""What ``once`` prints: a table for people, JSON for programs, CSV for spreadsheets."""

import csv
import io
import json
import re
import unicodedata
from dataclasses import replace
from datetime import UTC, datetime
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sample import AT, row, sample_reading
from wallboard.errors import AccessRefused, EndpointGone, SignInRefused, Unreachable
from wallboard.feed.once import PollResult
from wallboard.model.data.catalogue import CATALOGUE, DEFAULT_COLUMNS, METRICS, TODAY
from wallboard.model.data.day import Day
from wallboard.model.data.metric import Kind, Number
from wallboard.model.data.name_pattern import QueueGroup
from wallboard.model.data.reading import FeedId, Moment, NamedQueue, QueueMetrics, Reading
from wallboard.model.data.view_options import ViewOptions
from wallboard.model.events import FeedInfo
from wallboard.model.judge.rules import DEFAULT_BOUNDS, Bounds, Rules
from wallboard.model.select.selection import Selection
from wallboard.publish.as_csv import safe
from wallboard.publish.once import exit_code, publish

SIGNS = "=+-@＝＋－＠"
USUAL = ViewOptions().metrics(DEFAULT_COLUMNS)
COLUMNS = ViewOptions().metrics(
    ("waitingCalls", "longestWaitingTime", "avgWaitingTime", "availableAgents")
)
DOWN = (FeedInfo(FeedId("q"), "backup"), Unreachable("The connection was refused", "Check it"))


def reading(*queues: QueueMetrics) -> Reading:
    return Reading(FeedId("p"), AT, queues, frozenset(CATALOGUE), None, "main")


def print_once(layout: str, *queues: QueueMetrics, failed: bool = False) -> str:
    asked = PollResult((reading(*queues),), (DOWN,) if failed else ())
    return publish(asked, layout, Rules(), Selection(), COLUMNS, AT)


BUSY = row("Support", "2", "Rome", waitingCalls=6, longestWaitingTime=151_000, waitingTime=420_000,
           avgWaitingTime=70_000.0, availableAgents=0)  # fmt: skip
CALM = row("Sales", "1", "Rome", waitingCalls=0, longestWaitingTime=0, waitingTime=0,
           avgWaitingTime=0.0, availableAgents=4)  # fmt: skip


def test_the_table_puts_the_worst_first_with_marks_and_totals() -> None:
    lines = print_once("table", CALM, BUSY).splitlines()
    assert lines[0].split() == ["Queue", "Site", "Waiting", "Longest", "Avg", "wait", "Avail"]
    assert lines[2].split() == ["!!", "Support", "Rome", "!!6", "!!02:31", "!!01:10", "!!0"]
    assert lines[3].split() == ["Sales", "Rome", "0", "00:00", "–", "4"]
    assert lines[5].split() == ["All", "2", "queues", "6", "02:31", "01:10", "4"]
    assert lines[6].startswith("Agents of all queues are seats, not people")


def test_the_sample_of_the_api_reads_as_it_should() -> None:
    text = publish(
        PollResult((sample_reading(),), ()),
        "table",
        Rules(),
        Selection(),
        ViewOptions().metrics(DEFAULT_COLUMNS),
        AT,
    )
    alerie = next(line for line in text.splitlines() if "Alerie Hightower" in line)
    narbo = next(line for line in text.splitlines() if "Narbo" in line)
    total = next(line for line in text.splitlines() if "All" in line)
    assert "00:28" in alerie
    assert "00:14" in narbo
    assert "00:24" in total


def test_the_table_says_what_failed_and_what_is_partial() -> None:
    text = print_once("table", row("A", waitingCalls=2), row("B", "2"), failed=True)
    assert "backup: The connection was refused. Check it" in text
    assert "2*" in text
    assert "* some queues have no value" in text


def test_columns_of_the_table_are_aligned_whatever_the_letters() -> None:
    lines = print_once(
        "table", row("日本", waitingCalls=1), row("é́tat", "2", waitingCalls=2)
    ).splitlines()
    ends = {_columns(line[: line.index("Rome")]) for line in lines if "Rome" in line}
    assert len(ends) == 1


def _columns(text: str) -> int:
    wide = sum(unicodedata.east_asian_width(one) in "WF" for one in text)
    return len(text) + wide - sum(bool(unicodedata.combining(one)) for one in text)


def test_no_queues_is_said() -> None:
    assert print_once("table").startswith("No queues.")


def test_json_has_the_whole_snapshot_in_the_names_of_the_api() -> None:
    document = json.loads(print_once("json", CALM, BUSY, failed=True))
    first = document["queues"][0]
    assert first["name"] == "Support"
    assert first["level"] == "critical"
    assert first["levels"]["longestWaitingTime"] == "critical"
    assert first["metrics"]["longestWaitingTime"] == 151_000
    assert set(first["metrics"]) == set(CATALOGUE)
    assert document["queues"][1]["metrics"]["avgWaitingTime"] is None
    assert document["totals"]["waitingTime"] == {"value": 420_000, "partial": False}
    assert document["failures"] == [
        {
            "pbx": {"id": "q", "name": "backup"},
            "feed": "live",
            "reason": "unreachable",
            "words": "The connection was refused",
            "remedy": "Check it",
        }
    ]


def test_csv_is_one_line_a_queue_in_milliseconds() -> None:
    rows = list(csv.DictReader(io.StringIO(print_once("csv", CALM, BUSY))))
    assert [one["queue"] for one in rows] == ["Support", "Sales"]
    assert rows[0]["longestWaitingTime"] == "151000"
    assert rows[0]["level"] == "critical"
    assert rows[1]["avgWaitingTime"] == ""


@given(
    st.text(alphabet=st.sampled_from(list("=+-@＝＋－＠;,'\"\t\r\n \u3000\ufeffa1|")))
    | st.text(alphabet=st.characters(codec="utf-8"))
)
def test_no_name_is_a_formula_in_a_spreadsheet_whatever_separates(name: str) -> None:
    line = io.StringIO()
    csv.writer(line).writerow(["p", safe(name), "x"])
    cells = re.split(r"[;,\t\r\n\"]", line.getvalue())
    assert not [cell for cell in cells if cell.strip(" \u3000\ufeff\xa0")[:1] in set(SIGNS)]
    assert not safe(name).startswith(("\t", "\r"))
    assert safe(name).replace("'", "") == name.replace("'", ""), "nothing else is changed"


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Sales;=cmd|' /C calc'!A0", "Sales;'=cmd|' /C calc'!A0"),
        ("＝1+1", "'＝1+1"),
        ("Sales\t+1", "Sales\t'+1"),
        ("\t@SUM(A1)", "'\t'@SUM(A1)"),
        ('a"; -2', "a\"; '-2"),
        ("North-South + 2 @home; east", "North-South + 2 @home; east"),
        ("O'Hara", "O'Hara"),
    ],
)
def test_a_cell_within_a_name_is_no_formula(name: str, written: str) -> None:
    assert safe(name) == written


def test_a_number_below_zero_stays_one() -> None:
    rows = list(csv.DictReader(io.StringIO(print_once("csv", row("a", waitingCalls=-3)))))
    assert rows[0]["waitingCalls"] == "-3"


def test_a_hostile_name_is_one_cell_of_the_csv() -> None:
    rows = list(csv.reader(io.StringIO(print_once("csv", row("=cmd|' /C calc'!A0,\"x")))))
    assert rows[1][2] == "'=cmd|' /C calc'!A0,\"x"
    assert len(rows[1]) == len(rows[0])


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (PollResult((reading(),), ()), 0),
        (PollResult((reading(),), (DOWN,)), 4),
        (PollResult((), (DOWN,)), 4),
        (PollResult((), ((DOWN[0], AccessRefused("no")),)), 3),
        (PollResult((), ((DOWN[0], SignInRefused("no")), DOWN)), 3),
    ],
)
def test_exit_codes(asked: PollResult, code: int) -> None:
    assert exit_code(asked) == code


DAY = Day(datetime(2026, 3, 2, tzinfo=UTC), datetime(2026, 3, 3, tzinfo=UTC))


def with_today(*queues: QueueMetrics, failed: bool = False) -> PollResult:
    live = Reading(FeedId("p"), AT, (CALM, BUSY), frozenset(CATALOGUE), None, "P")
    feed = FeedId("p", Kind.TODAY)
    today = Reading(feed, AT, queues, frozenset(TODAY), None, "P", day=DAY)
    error = EndpointGone("The address is not there (HTTP 404)", "Check it")
    failures = ((FeedInfo(feed, "P"), error),) if failed else ()
    return PollResult((live,) if failed else (live, today), failures)


def render(layout: str, asked: PollResult, *columns: str) -> str:
    metrics = [METRICS[name] for name in columns]
    return publish(asked, layout, Rules(), Selection(), metrics, AT)


SHARE = "abandonedInWaitingCallsPercentage"


NUMBERS: dict[str, Number] = {
    "enteredCalls": 100, "abandonedInWaitingCalls": 9, "divertedCalls": 0, SHARE: 9.0,
    "divertedCallsPercentage": 0.0,
}  # fmt: skip


def of_today(queue: QueueMetrics, **values: Number) -> QueueMetrics:
    return replace(queue, values=values)


def test_the_day_stands_beside_the_live_numbers_with_its_own_time_and_levels() -> None:
    asked = with_today(of_today(BUSY, **NUMBERS))
    document = json.loads(render("json", asked))
    by_name = {one["name"]: one for one in document["queues"]}
    today = by_name[BUSY.name]["today"]
    assert (today["since"], today["measured"]) == (
        "2026-03-02T00:00:00.000Z", "2026-03-02T09:30:00.000Z",
    )  # fmt: skip
    assert set(today["metrics"]) == set(TODAY)
    assert (today["metrics"]["enteredCalls"], today["metrics"]["missedCalls"]) == (100, None)
    assert today["levels"] == {SHARE: "critical"}
    assert SHARE not in by_name[BUSY.name]["levels"]
    assert set(by_name[BUSY.name]["metrics"]) == set(CATALOGUE)
    assert document["totals"]["enteredCalls"] == {"value": 100, "partial": True}
    assert [one["endpoint"] for one in document["pbxes"]] == ["realtime"]
    rows = {one["queue"]: one for one in csv.DictReader(io.StringIO(render("csv", asked)))}
    assert rows[BUSY.name]["enteredCalls"] == "100"
    assert rows[BUSY.name]["today"] == "2026-03-02T00:00:00.000Z"
    assert rows[CALM.name]["enteredCalls"] == ""
    assert "!!9.0%" in render("table", asked, SHARE)
    assert exit_code(asked) == 0


def test_the_apis_own_totals_are_told_with_what_differs_from_ours() -> None:
    summary = {"waitingCalls": 7, "longestWaitingTime": 151_000}
    told = Reading(FeedId("p"), AT, (CALM, BUSY), frozenset(CATALOGUE), summary, "P")
    silent = Reading(FeedId("q"), AT, (), frozenset(CATALOGUE), None, "Q")
    one, other = json.loads(render("json", PollResult((told, silent), ())))["pbxes"]
    assert one["summary"] == summary
    assert one["summary_differs"] == {"waitingCalls": {"api": 7, "board": 6}}
    assert (other["summary"], other["summary_differs"]) == (None, {})


def test_times_of_a_unit_that_is_not_confirmed_have_no_level() -> None:
    one = row("Sales", "1", longestWaitingTime=44_000_000, waitingCalls=3)
    live = replace(reading(one), confirmed=False, unit="s")
    day = Reading(
        FeedId("p", Kind.TODAY), AT, (row("Sales", "1", averageWaitingTime=9e7),),
        frozenset(TODAY), confirmed=False, unit="s",
    )  # fmt: skip
    rules = Rules({**DEFAULT_BOUNDS, "averageWaitingTime": Bounds(1, 2)})

    def levels(*readings: Reading) -> tuple[dict[str, str], dict[str, str]]:
        text = publish(PollResult(readings, ()), "json", rules, Selection(), USUAL, AT)
        (queue,) = json.loads(text)["queues"]
        return queue["levels"], queue["today"]["levels"]

    now, today = levels(live, day)
    assert (now["longestWaitingTime"], now["waitingCalls"]) == ("unknown", "warning")
    assert today["averageWaitingTime"] == "unknown"
    later = replace(live, confirmed=True, measured=Moment(AT.wall, AT.elapsed + 4))
    now, today = levels(later, day)
    assert now["longestWaitingTime"] == today["averageWaitingTime"] == "critical"


def test_times_of_a_unit_that_is_not_confirmed_are_marked_in_every_format() -> None:
    live = Reading(FeedId("p"), AT, (CALM, BUSY), frozenset(CATALOGUE), None, "P", confirmed=False)
    asked = PollResult((live,), ())
    table = render("table", asked, "longestWaitingTime", "waitingCalls")
    assert "?02:31" in table
    assert "!!6" in table
    assert "? the unit of these times is not confirmed" in table
    rows = list(csv.DictReader(io.StringIO(render("csv", asked))))
    assert {one["unit confirmed"] for one in rows} == {"no"}
    assert [one["unit_confirmed"] for one in json.loads(render("json", asked))["pbxes"]] == [False]
    assert "?" not in render("table", with_today(BUSY), "longestWaitingTime")


def test_a_queue_that_was_named_and_is_missing_is_said_in_every_format_and_is_a_failure() -> None:
    asked = replace(
        reading(CALM), named=(NamedQueue("1", "", "Sales"), NamedQueue("7", "", "Claims"))
    )
    once = PollResult((asked,), ())
    assert exit_code(once) == 4
    made = {
        layout: publish(once, layout, Rules(), Selection(), COLUMNS, AT)
        for layout in ("table", "json", "csv")
    }
    assert "Claims: not in the answer of main" in made["table"]
    queues = {one["name"]: one for one in json.loads(made["json"])["queues"]}
    assert [queues[name]["in_answer"] for name in ("Sales", "Claims")] == [True, False]
    assert queues["Claims"]["level"] == "unknown"
    lines = {one["queue"]: one for one in csv.DictReader(io.StringIO(made["csv"]))}
    assert [lines[name]["in answer"] for name in ("Sales", "Claims")] == ["yes", "no"]
    assert exit_code(PollResult((replace(asked, named=(NamedQueue("1", "", "Sales"),)),), ())) == 0


def test_an_account_without_the_day_is_none_that_failed() -> None:
    asked = with_today(failed=True)
    assert exit_code(asked) == 0
    document = json.loads(render("json", asked))
    assert [(one["feed"], one["reason"]) for one in document["failures"]] == [("today", "gone")]
    assert "today" not in document["queues"][0]
    assert "enteredCalls" not in document["totals"]
    assert "P (today): The address is not there" in render("table", asked, "waitingCalls")


def fit_lines(width: int | None, *queues: QueueMetrics) -> list[str]:
    asked = PollResult((reading(*queues),), (DOWN,))
    return publish(
        asked, "table", Rules(), Selection(), USUAL, AT, width=width
    ).splitlines()  # fmt: skip


@pytest.mark.parametrize("width", range(40, 200, 7))
def test_the_table_fits_its_terminal_and_no_column_is_cut(width: int) -> None:
    queues = [BUSY, CALM, row("Données été 日本", "3", "São Paulo", waitingCalls=0)]
    whole, lines = fit_lines(None, *queues)[0].split("  "), fit_lines(width, *queues)
    assert [line for line in lines if _columns(line) > width] == []
    every = [head.strip() for head in whole if head.strip()]
    shown = [head.strip() for head in lines[0].split("  ") if head.strip()]
    assert shown == [head for head in every if head in shown]
    told = " ".join(" ".join(lines).split())
    missing = [head for head in every if head not in shown]
    assert f"No room for {', '.join(missing)}; --wide prints all" in told or not missing


def test_columns_go_from_the_end_and_the_site_after_the_first_four() -> None:
    def heads(width: int) -> str:
        return " ".join(fit_lines(width, BUSY)[0].split())

    assert heads(30) == "Queue Waiting Longest"
    assert heads(52) == "Queue Waiting Longest Avail Eligible"
    assert heads(58) == "Queue Site Waiting Longest Avail Eligible"
    assert heads(70).startswith("Queue Site Waiting Longest Avail Eligible Handling")
    assert heads(10) == "Queue Waiting", "the first number is there whatever the room"


def test_without_queues_no_column_is_missed() -> None:
    assert not any("room" in line for line in fit_lines(30))


GROUPS = Rules(
    groups=(
        QueueGroup("Sales", ("S*",)),
        QueueGroup("All of it", ("*",)),
        QueueGroup("Nil", ("x",)),
    ),
    group_bounds={"Sales": {"waitingCalls": Bounds(3, 6)}},
)


def of_groups(layout: str, by: Literal["queue", "group"] = "queue") -> str:
    columns = ViewOptions().metrics(("waitingCalls", "availableAgents"))
    queues = (
        row("Sales", "1", waitingCalls=2, availableAgents=1),
        row("Support", "2", waitingCalls=3),
        row("=Mail", "3", waitingCalls=1, availableAgents=2),
    )
    reading = replace(sample_reading(), queues=queues)
    asked = PollResult((reading,), ())
    return publish(asked, layout, GROUPS, Selection(), columns, AT, by=by)


def test_groups_stand_under_the_total_with_their_own_levels() -> None:
    lines = of_groups("table").splitlines()
    place = next(at for at, line in enumerate(lines) if " All " in line)
    assert [line.split("  ")[0].strip("! ") for line in lines[:2]] == ["", "-" * len(lines[1])]
    foot = [line.split() for line in lines[place : place + 4]]
    assert foot == [
        ["All", "3", "queues", "6", "3*"],
        ["!", "Sales", "2", "queues", "!5", "1*"],
        ["All", "of", "it", "3", "queues", "6", "3*"],
        ["Nil", "no", "queue", "–", "–"],
    ]
    assert "Nil: this group finds no queue; see [groups]" in lines


def test_a_line_can_be_a_group() -> None:
    lines = of_groups("table", "group").splitlines()
    assert "Group" in lines[0]
    assert not any("Support" in line for line in lines)
    assert lines.index(next(line for line in lines if "Sales" in line)) < lines.index(
        next(line for line in lines if line.split()[:2] == ["All", "3"])
    )
    found = {one["group"]: one for one in csv.DictReader(io.StringIO(of_groups("csv", "group")))}
    assert list(found) == ["Sales", "All of it", "Nil"]
    sales = found["Sales"]
    assert (sales["queues"], sales["level"], sales["waitingCalls"]) == ("2", "warning", "5")
    assert "availableAgents" in sales["partial"].split()
    assert (found["Nil"]["level"], found["Nil"]["waitingCalls"]) == ("unknown", "")


def test_programs_get_groups_where_any_are_configured() -> None:
    groups = json.loads(of_groups("json"))["groups"]
    assert [one["name"] for one in groups] == ["Sales", "All of it", "Nil"]
    assert groups[0]["totals"]["waitingCalls"] == {"value": 5, "partial": False}
    assert (groups[0]["level"], groups[0]["levels"]) == ("warning", {"waitingCalls": "warning"})
    assert [one["name"] for one in groups[0]["queues"]] == ["Sales", "Support"]
    lines = list(csv.DictReader(io.StringIO(of_groups("csv"))))
    assert {one["queue"]: one["groups"] for one in lines} == {
        "Support": "Sales, All of it", "Sales": "Sales, All of it", "'=Mail": "All of it",
    }  # fmt: skip
    assert "groups" not in json.loads(print_once("json", CALM))
    assert "groups" not in print_once("csv", CALM).splitlines()[0]
