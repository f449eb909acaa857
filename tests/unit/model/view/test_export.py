"""What is taken from the board is as honest as the board."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from tests.sample import row
from tests.unit.model_env import PLAIN, World, moment
from wallboard.model.data.catalogue import CATALOGUE
from wallboard.model.data.view_options import ViewOptions
from wallboard.model.events import Pause
from wallboard.model.judge.levels import UNJUDGED
from wallboard.model.judge.rules import Level
from wallboard.model.select.totals import totals
from wallboard.model.view.export import copy_text, file_stem, markdown, rows_to_export
from wallboard.publish.as_csv import as_csv
from wallboard.publish.as_json import as_json
from wallboard.publish.report import PollReport

OPTIONS = ViewOptions(columns=("waitingCalls", "longestWaitingTime", "availableAgents"))


def test_the_view_is_exported_in_its_order_with_its_levels() -> None:
    world = World()
    world.poll(row("a", "1", waitingCalls=0), row("b", "2", waitingCalls=6))
    made = rows_to_export(world.view())
    assert [queue.name for queue in made.queues] == ["b", "a"]
    assert [made.levels[queue.key].level for queue in made.queues] == [Level.CRITICAL, Level.NORMAL]


def test_old_rows_have_no_level_and_rows_without_data_no_values() -> None:
    world = World()
    world.waits(6)
    stale, none = rows_to_export(world.view(61)), rows_to_export(world.view(301))
    assert stale.queues[0].values == {"waitingCalls": 6}
    assert list(stale.levels.values()) == [UNJUDGED]
    assert none.queues[0].values == {}


def test_the_published_formats_take_it_as_it_is() -> None:
    world = World()
    world.poll(row("=a", "1", waitingCalls=6), row("b", "2"))
    made = rows_to_export(world.view())
    whole = PollReport(
        at=moment(world.now), snapshot=world.state.snapshot, queues=made.queues, levels=made.levels,
        totals=totals(made.queues, CATALOGUE),
    )  # fmt: skip
    assert re.search(r"p,Rome,'=a,1,2026-[\dT:.-]+Z,critical,6,", as_csv(whole))
    assert '"level": "critical"' in as_json(whole)
    assert '"waitingCalls": null' in as_json(whole)


def test_a_line_to_paste_says_when_it_was_measured() -> None:
    world = World(PLAIN, replace(OPTIONS, timezone=timezone(timedelta(hours=1))))
    one = row("Sales", "12", waitingCalls=6, longestWaitingTime=151_000)
    world.poll(one)
    assert copy_text(world.state, one.key, moment(world.now + 9)) == (
        "Sales (Rome, ext 12) · critical · Waiting 6 !! · Longest wait 02:31 · Available –"
        " · at 10:30:00"
    )
    assert copy_text(world.state, one.key._replace(extension="9"), moment(world.now)) == ""


def test_what_is_pasted_has_figures_for_nothing_too() -> None:
    world = World(PLAIN, OPTIONS)
    one = row("Sales", waitingCalls=0)
    world.poll(one)
    assert "Waiting 0 ·" in copy_text(world.state, one.key, moment(world.now))


def test_an_old_line_says_so_and_a_dead_one_has_dashes() -> None:
    world = World(PLAIN, OPTIONS)
    one = row("Sales", "", "", waitingCalls=6)
    world.poll(one)
    assert copy_text(world.state, one.key, moment(world.now + 61)).startswith(
        "Sales · stale · Waiting 6 ·"
    )
    assert "no data · Waiting – ·" in copy_text(world.state, one.key, moment(world.now + 301))


def test_of_a_paused_board_what_it_shows_is_copied() -> None:
    world = World(PLAIN, OPTIONS)
    one = row("Sales", waitingCalls=6)
    world.poll(one)
    world.step(Pause(moment(world.now)))
    world.poll(row("Sales", waitingCalls=0), after=100)
    text = copy_text(world.state, one.key, moment(world.now))
    assert "paused · Waiting 6 ·" in text
    assert text.endswith("at 09:30:00")


def test_a_line_to_paste_has_three_numbers() -> None:
    world = World(PLAIN, replace(OPTIONS, columns=(*OPTIONS.columns, "eligibleAgents")))
    one = row("Sales", waitingCalls=6, eligibleAgents=3)
    world.poll(one)
    text = copy_text(world.state, one.key, moment(world.now))
    assert [part for part in ("Waiting", "Longest wait", "Available") if part not in text] == []
    assert "Eligible" not in text


def test_names_mean_nothing_in_a_table_of_markdown() -> None:
    world = World(PLAIN, OPTIONS)
    world.poll(*(row(f"a|b [x](y) <b> `c` {n:03}", f"{n}", waitingCalls=n) for n in range(203)))
    text = markdown(
        world.view(), OPTIONS.metrics(OPTIONS.columns), datetime(2026, 3, 2, tzinfo=UTC)
    )
    table = [one for one in text.splitlines() if one.startswith("| ")]
    assert len(table) == 202
    assert {len(re.findall(r"(?<!\\)\|", one)) for one in table} == {7}
    assert r"a\|b \[x\]\(y\) \<b\> \`c\` 005" in table[2]
    assert text.endswith("and 3 more\n")


@pytest.mark.parametrize(
    ("title", "stem"),
    [
        ("Contact centre", "contact-centre"),
        ("../../etc/passwd", "etc-passwd"),
        ("Été & Cie — Paris", "ete-cie-paris"),
        ("東京", "wallboard"),
        ("", "wallboard"),
        ("x" * 99, "x" * 40),
    ],
)
def test_a_file_is_named_safely_after_title_and_time(title: str, stem: str) -> None:
    at = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)
    assert file_stem(title, at, timezone(timedelta(hours=9))) == f"{stem}-20260303-083000"


def test_a_line_that_is_copied_of_a_missing_queue_says_so_and_names_no_moment() -> None:
    world = World(options=OPTIONS)
    world.poll(row("a", "1", waitingCalls=6), row("b", "2", waitingCalls=0))
    world.poll(row("b", "2", waitingCalls=0), after=10)
    (gone,) = [line for line in world.view().lines if line.missing]
    words = copy_text(world.state, gone.key, moment(world.now))
    assert words == (
        "a (Rome, ext 1) · not in the answer since 09:30:10 · was !! · Waiting – · Longest wait – "
        "· Available –"
    )
