"""Silences: quiet and visible, of a queue by its identity, over when their time or trouble is."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sample import row
from tests.unit.model_env import World, moment
from wallboard.model.data.day import day_of
from wallboard.model.data.name_pattern import group_key
from wallboard.model.data.reading import QueueKey, QueueMetrics
from wallboard.model.events import Selected, Silenced
from wallboard.model.judge.alert_log import alerts
from wallboard.model.judge.alerts import attention, due
from wallboard.model.select.selection import Selection
from wallboard.model.silences import (
    Silence,
    changes,
    from_rows,
    is_silenced,
    offers,
    row_of,
    silence_lines,
    words,
)
from wallboard.model.view.queue_page import project_queue
from wallboard.model.view.status_line import Hidden

SALES, OTHER = row("Sales", "1", "Lyon"), row("Support", "2", "Oslo")


def waiting(calls: int, queue: QueueMetrics = SALES) -> QueueMetrics:
    return row(queue.name, queue.extension, queue.site, waitingCalls=calls)


def silence(world: World, minutes: float | None = 15, why: str = "") -> Silence:
    at = moment(world.now).wall
    return Silence(
        key=SALES.key,
        name="Sales",
        site="Lyon",
        who="anna",
        why=why,
        since=at,
        until=None if minutes is None else at + timedelta(minutes=minutes),
    )


def silenced(world: World, minutes: float | None = 15) -> World:
    found = silence(world, minutes)
    world.step(Silenced({found.key: found}))
    return world


def fires(world: World, calls: int, after: float = 10) -> list[str]:
    before = world.state
    world.poll(waiting(calls), waiting(calls, OTHER), after=after)
    return [one.episode.name for one in due(before, world.state, moment(world.now))]


def test_nothing_of_a_silenced_queue_fires_or_blinks_and_its_level_is_shown() -> None:
    world = World()
    world.poll(waiting(0), waiting(0, OTHER))
    silenced(world)
    assert fires(world, 9) == ["Support"]
    assert set(attention(world.state, moment(world.now))) == {OTHER.key}
    sales = next(line for line in world.view().lines if line.key == SALES.key)
    assert (sales.gutter, sales.levels.level.word, sales.silenced) == ("z!!", "critical", True)
    assert {line.gutter for line in world.view().lines} == {"z!!", "▌!!"}


def test_what_begins_after_it_is_over_fires_again() -> None:
    world = World()
    world.poll(waiting(0), waiting(0, OTHER))
    silenced(world, minutes=1)
    assert fires(world, 9) == ["Support"]
    world.poll(waiting(0), waiting(0, OTHER), after=60)
    assert world.state.silences == {}
    assert sorted(fires(world, 9)) == ["Sales", "Support"]


def test_it_is_over_by_the_clock_though_no_answer_comes() -> None:
    world = World()
    world.poll(waiting(9))
    silenced(world, minutes=1)
    assert world.view(59).lines[0].silenced
    assert not world.view(60).lines[0].silenced
    assert is_silenced(world.state.silences, SALES.key, moment(world.now + 59))
    assert not is_silenced(world.state.silences, SALES.key, moment(world.now + 60))
    changes_at = world.view().changes_at
    assert changes_at is not None
    assert changes_at <= world.now + 60


@pytest.mark.parametrize("calls", [9, 3])
def test_until_it_is_calm_it_lasts_through_trouble_and_ends_with_it(calls: int) -> None:
    world = World()
    world.poll(waiting(9))
    silenced(world, minutes=None)
    world.poll(waiting(calls), after=10)
    assert SALES.key in world.state.silences
    world.poll(row("Sales", "1", "Lyon"), after=10)
    assert SALES.key in world.state.silences, "what is not known is not calm"
    world.poll(waiting(0), after=10)
    assert SALES.key not in world.state.silences


def test_what_was_silenced_together_is_heard_again_together() -> None:
    world = World()
    one = silence(world, None)
    every = {key: replace(one, key=key) for key in (SALES.key, OTHER.key, group_key("All"))}
    world.step(Silenced(every))
    world.poll(waiting(6), waiting(0, OTHER))
    assert world.state.silences == every, "one of them is not calm"
    world.poll(waiting(0), waiting(6, OTHER), after=10)
    assert world.state.silences == every, "nor is the other one now"
    world.poll(waiting(0), waiting(0, OTHER), after=10)
    assert world.state.silences == {}


def test_a_queue_of_another_board_keeps_its_silence() -> None:
    world = World()
    other = QueueKey("elsewhere", "1")
    world.step(Silenced({other: replace(silence(world, None), key=other)}))
    world.poll(waiting(0))
    assert other in world.state.silences


def test_what_is_silenced_is_nobodys_to_see() -> None:
    world = World()
    world.poll(waiting(6))
    assert alerts(world.state, moment(world.now)).unseen == 1
    assert alerts(silenced(world).state, moment(world.now)).unseen == 0


def test_a_queue_that_is_renamed_stays_silenced() -> None:
    world = World()
    world.poll(waiting(9))
    silenced(world)
    world.poll(row("Sales EMEA", "1", "Rome", waitingCalls=9), after=10)
    assert [(line.queue.name, line.silenced) for line in world.view().lines] == [
        ("Sales EMEA", True)
    ]


def test_what_is_hidden_counts_silenced_trouble_as_that() -> None:
    world = World()
    world.poll(waiting(9), waiting(9, OTHER))
    silenced(world)
    world.step(Selected(Selection(sites=frozenset(["Nowhere"]))))
    assert world.view().health.hidden == Hidden(2, 0, 2, 1)
    assert world.view().health.hidden.words == "hidden: 2 !! (1 silenced)"
    world.step(Selected(Selection(by="site", folded=frozenset(["Lyon", "Oslo"]))))
    assert world.view().health.hidden == Hidden(0, 0, 2, 1)


def test_a_silenced_queue_that_vanishes_in_trouble_is_no_headline() -> None:
    world = World()
    world.poll(waiting(9), waiting(9, OTHER))
    silenced(world)
    world.poll(waiting(9, OTHER), after=10)
    assert world.view().health.not_calm.headline == ""
    assert "Sales" in {line.queue.name for line in world.view().lines}
    world.step(Silenced({}))
    assert world.view().health.not_calm.headline == "GONE: 1"


def test_who_until_when_and_why_are_told_on_the_page_and_in_the_log() -> None:
    world = World()
    world.poll(waiting(9))
    made = silence(world, why="fire drill")
    world.step(Silenced({made.key: made}))
    end = moment(world.now).wall + timedelta(minutes=15)
    said = f"silenced by anna until {end:%H:%M}: fire drill"
    page = project_queue(world.state, SALES.key, moment(world.now))
    assert page is not None
    assert said in page.seen
    assert alerts(world.state, moment(world.now)).silenced == (f"z Sales · Lyon: {said}",)
    assert silence_lines(world.state.silences, moment(world.now + 900), UTC) == ()


def test_an_end_on_another_day_says_which() -> None:
    now = moment(0.0)
    (_, _, (_, tomorrow), (_, calm)) = offers(now.wall, day_of(now.wall, UTC))
    made = Silence(
        key=SALES.key, name="Sales", site="", who="", why="", since=now.wall, until=tomorrow
    )
    assert tomorrow is not None
    assert words(made, now, UTC) == f"silenced until {tomorrow:%a} 00:00"
    assert calm is None


def test_what_began_and_ended_is_said_in_a_line_each() -> None:
    world = World()
    one = silence(world)
    two = Silence(
        key=OTHER.key, name="Support", site="Oslo", who="", why="", since=one.since, until=None
    )
    none: dict[QueueKey, Silence] = {}
    both = {one.key: one, two.key: two}
    at = moment(world.now)
    begun = changes(none, both, at, UTC)
    assert begun[0].startswith("2 queues: silenced by anna until")
    assert changes(both, {one.key: one}, at, UTC) == ("Support · Oslo: no longer silenced",)
    assert changes(both, none, at, UTC) == ("2 queues: no longer silenced",)
    assert changes(both, both, at, UTC) == ()


MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1)).map(
    lambda at: at.replace(microsecond=0, tzinfo=UTC)
)
NAMES = st.text(st.characters(codec="ascii", categories=("L", "N")), max_size=20)


@given(NAMES, NAMES, MOMENTS, MOMENTS | st.none(), st.integers(0, 3))
def test_a_file_gives_back_what_was_put_into_it(
    name: str, who: str, since: datetime, until: datetime | None, twin: int
) -> None:
    made = Silence(
        key=QueueKey("p", name, "", name, twin), name=name, site="", who=who, why=who,
        since=since, until=until,
    )  # fmt: skip
    rows = json.loads(json.dumps([row_of(made)]))
    back = from_rows(rows, since - timedelta(days=1))
    over = until is not None and until <= since - timedelta(days=1)
    assert back == ({} if over else {made.key: made})


@pytest.mark.parametrize(
    "bad",
    [
        {}, {"key": []}, {"key": ["p", "1", "", "", 0], "name": 3},
        {"key": ["p", "1", "", "", 0], "name": "a", "site": "", "who": "", "why": "",
         "since": "2026-03-02T14:00:00", "until": None},
        {"key": ["p", "1", "", "", 0], "name": "a", "site": "", "who": "", "why": "",
         "since": "soon", "until": None},
        {"key": ["p", "1", "", "", float("inf")], "name": "a", "site": "", "who": "", "why": "",
         "since": "2026-03-02T14:00:00Z", "until": None},
    ],
)  # fmt: skip
def test_a_row_that_is_none_is_left_out(bad: dict[str, Any]) -> None:
    good = row_of(silence(World()))
    assert list(from_rows([bad, good], datetime(2020, 1, 1, tzinfo=UTC))) == [SALES.key]


def test_what_a_file_says_is_cleaned_like_what_comes_over_the_network() -> None:
    evil = {**row_of(silence(World())), "who": "an\x1b]52;c;x\x07na", "why": "\u202edrill"}
    (made,) = from_rows([evil], datetime(2020, 1, 1, tzinfo=UTC)).values()
    assert (made.who, made.why) == ("anna", "drill")


@pytest.mark.parametrize(
    ("until", "who", "why", "told"),
    [
        (30, "anna", "fire drill", "silenced by anna until 10:00: fire drill"),
        (30, "", "", "silenced until 10:00"),
        (24 * 60, "", "", "silenced until Tue 09:30"),
        (None, "anna", "", "silenced by anna until it is calm"),
    ],
)
def test_a_silence_in_words(until: int | None, who: str, why: str, told: str) -> None:
    now = moment(1_000)
    end = None if until is None else now.wall + timedelta(minutes=until)
    one = replace(silence(World()), who=who, why=why, until=end)
    assert words(one, now, UTC) == told
