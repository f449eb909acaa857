"""What Prometheus is told: names, base units, and nothing that is old, doubted or gone."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.sample import row
from tests.unit.fakes import Turns
from tests.unit.hub.scraped import scrape
from tests.unit.model_env import PLAIN, World, calm, moment
from wallboard.errors import Reason
from wallboard.hub.metrics.text import FeedRenderer, help_of, name_of
from wallboard.model.data.catalogue import METRICS
from wallboard.model.data.day import Day
from wallboard.model.data.metric import Kind, Unit
from wallboard.model.data.name_pattern import QueueGroup
from wallboard.model.data.options import EXPORTED
from wallboard.model.data.reading import FeedId, Reading
from wallboard.model.data.view_options import ViewOptions
from wallboard.model.events import Discovered, Failed, FeedInfo, Fresh, Trouble
from wallboard.model.judge.rules import Bounds
from wallboard.model.state import start

PAGE = Path(__file__).parents[3] / "docs" / "metrics.md"

SALES = ("1", "P", "Sales", "Rome")
"""Extension, PBX, queue and site, as ``Scraped.series`` gives them."""

LIVE = ("live", "P")


# Names.


def test_names_are_the_apis_in_prometheus_spelling_and_base_units() -> None:
    assert name_of(METRICS["waitingCalls"]) == "wallboard_queue_waiting_calls"
    assert name_of(METRICS["longestWaitingTime"]) == "wallboard_queue_longest_waiting_time_seconds"
    assert name_of(METRICS["enteredCalls"]) == "wallboard_queue_today_entered_calls"
    share = METRICS["abandonedInWaitingCallsPercentage"]
    assert name_of(share) == "wallboard_queue_today_abandoned_in_waiting_calls_ratio"
    longest = METRICS["todayLongestWaitingTime"]
    assert name_of(longest) == "wallboard_queue_today_longest_waiting_time_seconds"


def test_no_two_metrics_have_one_name_and_each_name_says_its_unit() -> None:
    names = {name_of(metric): metric for metric in METRICS.values()}
    assert len(names) == len(METRICS)
    endings = {Unit.COUNT: "", Unit.MILLISECONDS: "_seconds", Unit.PERCENT: "_ratio"}
    for name, metric in names.items():
        assert re.fullmatch(r"[a-z]+(_[a-z]+)+", name)
        assert name.endswith(endings[metric.unit])
        assert metric.name in help_of(metric)


@pytest.mark.asyncio
async def test_the_page_has_every_name_that_is_told_and_no_other() -> None:
    text = PAGE.read_text(encoding="utf-8")
    documented = set(re.findall(r"^\| `(wallboard_\w+)`", text, re.MULTILINE))
    async with scrape() as told:
        await told.poll(row("Sales", waitingCalls=1))
        beside = set(re.findall(r"^# TYPE (wallboard_(?!queue_)\w+)", told.text(), re.MULTILINE))
    usual = {name_of(METRICS[name]) for name in EXPORTED}
    assert documented == {*beside, *usual, "wallboard_queue_level"}


# Values.


@pytest.mark.asyncio
async def test_values_are_in_base_units_with_who_the_queue_is() -> None:
    async with scrape() as told:
        await told.poll(row("Sales", waitingCalls=2, longestWaitingTime=85_276))
        assert told.series("queue_waiting_calls") == {SALES: 2}
        assert told.series("queue_longest_waiting_time_seconds") == {SALES: 85.276}


@pytest.mark.asyncio
async def test_the_day_is_told_under_the_names_of_the_live_answer() -> None:
    async with scrape() as told:
        await told.step(Discovered(_infos(Kind.LIVE, Kind.TODAY), 10.0))
        day: dict[str, Any] = {"enteredCalls": 40, "abandonedInWaitingCallsPercentage": 2.5}
        await told.poll(row("Sales", waitingCalls=0))
        await told.poll(row("Sales", **day), kind=Kind.TODAY)
        assert told.series("queue_today_entered_calls") == {SALES: 40}
        assert told.series("queue_today_abandoned_in_waiting_calls_ratio") == {SALES: 0.025}


@pytest.mark.asyncio
async def test_what_has_no_value_is_absent_and_never_0() -> None:
    async with scrape() as told:
        await told.poll(row("Sales", waitingCalls=0, avgWaitingTime=0.0))
        assert told.series("queue_waiting_calls") == {SALES: 0}
        assert told.series("queue_avg_waiting_time_seconds") == {}, "an average of no calls"
        assert told.series("queue_available_agents") == {}


@pytest.mark.asyncio
async def test_what_is_doubted_is_left_out_and_counted() -> None:
    async with scrape() as told:
        wild = row("Sales", waitingCalls=2, longestWaitingTime=2_520_000_000)
        await told.poll(replace(wild, suspect=frozenset(["longestWaitingTime"])))
        assert told.series("queue_longest_waiting_time_seconds") == {}
        assert told.series("queue_waiting_calls") == {SALES: 2}
        assert told.series("feed_doubtful_values") == {LIVE: 1}
        await told.poll(row("Sales", waitingCalls=2, longestWaitingTime=85), confirmed=False)
        assert told.series("queue_longest_waiting_time_seconds") == {}, "a unit that may be wrong"
        await told.poll(row("Sales", waitingCalls=2, longestWaitingTime=85_000))
        assert told.series("queue_longest_waiting_time_seconds") == {SALES: 85}
        assert told.series("feed_doubtful_values") == {LIVE: 0}


@pytest.mark.asyncio
async def test_levels_are_numbers_and_what_is_not_known_or_closed_has_none() -> None:
    async with scrape() as told:
        queues = (
            row("Calm", "1", waitingCalls=0),
            row("Warm", "2", waitingCalls=3),
            row("Hot", "3", waitingCalls=5),
            row("Dark", "4"),
        )
        await told.poll(*queues)
        found = {key[2]: level for key, level in told.series("queue_level").items()}
        assert found == {"Calm": 0, "Warm": 1, "Hot": 2}
    closed = World(PLAIN, is_open=lambda *_: False)
    async with scrape(closed) as told:
        await told.poll(*queues)
        assert told.series("queue_level") == {}


@pytest.mark.asyncio
async def test_trouble_that_left_the_answer_is_no_calm() -> None:
    async with scrape() as told:
        await told.poll(row("Sales", waitingCalls=5), row("Other", "2", waitingCalls=0))
        await told.poll(row("Other", "2", waitingCalls=0), after=10)
        assert told.series("queue_level")[SALES] == 2
        assert SALES not in told.series("queue_waiting_calls")


@pytest.mark.asyncio
async def test_names_are_data() -> None:
    name = 'Sales "VIP" \\ {a="b"} 1\nwallboard_feeds 99'
    async with scrape() as told:
        await told.poll(row(name, waitingCalls=2))
        assert told.series("queue_waiting_calls") == {("1", "P", name, "Rome"): 2}
        assert told.series("feeds") == {(): 1}


@pytest.mark.asyncio
async def test_twins_and_pbxes_of_one_name_are_told_apart() -> None:
    world = World(pbxes=("p", "q"))
    async with scrape(world) as told:
        infos = (FeedInfo(FeedId("p"), "Main"), FeedInfo(FeedId("q"), "Main"))
        await told.step(Discovered(infos, 10.0))
        for pbx in ("p", "q"):
            twins = [row("Sales", "", pbx=pbx, waitingCalls=number) for number in (1, 2)]
            await told.poll(
                *(replace(one, key=one.key._replace(twin=at + 1)) for at, one in enumerate(twins)),
                pbx=pbx,
            )
        assert set(told.series("queue_waiting_calls")) == {
            ("", pbx, f"Sales #{number}", "Rome")
            for pbx in ("Main (p)", "Main (q)")
            for number in (1, 2)
        }


# What is old or gone.


@pytest.mark.asyncio
async def test_what_is_not_live_is_absent_by_the_clock_whatever_the_poller_does() -> None:
    async with scrape() as told:
        await told.poll(row("Sales", waitingCalls=2))
        await told.clock.advance(25)
        assert told.series("feed_live") == {LIVE: 1}
        assert told.series("queue_waiting_calls") == {SALES: 2}
        await told.clock.advance(1)
        assert told.series("feed_live") == {LIVE: 0}
        assert told.series("feed_age_seconds") == {LIVE: 26}
        assert "wallboard_queue_" not in told.text()
        await told.poll(row("Sales", waitingCalls=1))
        assert told.series("queue_waiting_calls") == {SALES: 1}


@pytest.mark.asyncio
async def test_feeds_age_one_by_one() -> None:
    async with scrape(World(pbxes=("p", "q"))) as told:
        await told.poll(row("Sales", waitingCalls=2))
        await told.poll(row("Help", pbx="q", waitingCalls=4), pbx="q", after=20)
        await told.clock.advance(10)
        assert told.series("feed_live") == {LIVE: 0, ("live", "Q"): 1}
        assert told.series("queue_waiting_calls") == {("1", "Q", "Help", "Rome"): 4}


@pytest.mark.asyncio
async def test_a_day_that_is_over_is_absent() -> None:
    async with scrape() as told:
        await told.step(Discovered(_infos(Kind.TODAY), 10.0))
        now = moment(told.clock.elapsed())
        day = Day(now.wall.replace(hour=0, minute=0), moment(now.elapsed + 5).wall)
        feed = FeedId("p", Kind.TODAY)
        today = Reading(feed, now, (row("Sales", enteredCalls=4),), frozenset(), None, day=day)
        await told.step(Fresh(feed, today, now))
        assert len(told.series("queue_today_entered_calls")) == 1
        await told.clock.advance(6)
        assert told.series("queue_today_entered_calls") == {}


@pytest.mark.asyncio
async def test_answers_that_do_not_move_are_not_live() -> None:
    async with scrape() as told:
        stuck = row("Sales", waitingCalls=2, longestWaitingTime=60_000, waitingTime=60_000)
        for _ in range(8):
            await told.poll(stuck, after=10)
        assert told.world.state.feeds[FeedId("p")].stands_since is not None
        assert told.series("feed_live") == {LIVE: 0}
        assert told.series("queue_waiting_calls") == {}
        assert told.series("feed_age_seconds")[LIVE] >= 60


@pytest.mark.asyncio
async def test_a_queue_that_is_renamed_or_gone_leaves_no_ghost() -> None:
    async with scrape() as told:
        await told.step(Discovered(_infos(Kind.LIVE, Kind.TODAY), 10.0))
        await told.poll(row("Sales", waitingCalls=2), calm("Help", "2"))
        both = row("Sales", enteredCalls=40), row("Help", "2", enteredCalls=4)
        await told.poll(*both, kind=Kind.TODAY)
        await told.poll(row("Orders", waitingCalls=3))
        for name in ("queue_waiting_calls", "queue_level", "queue_today_entered_calls"):
            assert {key[2] for key in told.series(name)} == {"Orders"}, name


@pytest.mark.asyncio
async def test_a_pbx_that_is_renamed_or_gone_leaves_no_ghost() -> None:
    async with scrape(World(pbxes=("p", "q"))) as told:
        await told.poll(row("Sales", waitingCalls=2))
        await told.poll(row("Help", pbx="q", waitingCalls=2), pbx="q")
        await told.step(Discovered((FeedInfo(FeedId("p"), "New"),), 10.0))
        assert told.series("queue_waiting_calls") == {("1", "New", "Sales", "Rome"): 2}
        assert told.series("polls_total") == {("live", "New"): 1}


# Groups.


SALES_GROUPS = (
    QueueGroup("Sales", queues=("Sales*",)),
    QueueGroup("Help", queues=("Help*",), pbx=("Q",)),
    QueueGroup("Nobody", queues=("No*",)),
)


@pytest.mark.asyncio
async def test_groups_have_exact_totals_over_all_their_pbxes_or_none_at_all() -> None:
    world = World(replace(PLAIN, groups=SALES_GROUPS), pbxes=("p", "q"))
    async with scrape(world) as told:
        here = row("Sales", "1", waitingCalls=2, waitingTime=90_000, avgWaitingTime=45_000.0)
        there = row("Sales US", "2", pbx="q", waitingCalls=1, waitingTime=0, avgWaitingTime=0.0)
        await told.poll(here)
        assert told.series("group_waiting_calls") == {}, "the other PBX was not heard yet"
        await told.poll(there, row("Help", "3", pbx="q", waitingCalls=4), pbx="q")
        assert told.series("group_waiting_calls") == {("Sales",): 3, ("Help",): 4}
        assert told.series("group_avg_waiting_time_seconds") == {("Sales",): 30}
        await told.poll(row("Help", "3", pbx="q", waitingCalls=5), there, pbx="q", after=20)
        await told.clock.advance(10)
        assert told.series("group_waiting_calls") == {("Help",): 5}, "p is not LIVE"


@pytest.mark.asyncio
async def test_a_group_with_rules_of_its_own_has_a_level() -> None:
    own = {"Sales": {"waitingCalls": Bounds(3, 5)}}
    rules = replace(PLAIN, groups=SALES_GROUPS, group_bounds=own)
    async with scrape(World(rules)) as told:
        await told.poll(row("Sales", waitingCalls=2), row("Sales 2", "2", waitingCalls=1))
        assert told.series("group_level") == {("Sales",): 1}
        assert set(told.series("queue_level").values()) == {0}
        await told.clock.advance(26)
        assert told.series("group_level") == {}


@pytest.mark.asyncio
async def test_a_groups_total_that_leaves_a_queue_out_is_left_out() -> None:
    async with scrape(World(replace(PLAIN, groups=SALES_GROUPS))) as told:
        await told.poll(row("Sales", waitingCalls=2), row("Sales 2", "2"))
        assert told.series("queue_waiting_calls") == {SALES: 2}
        assert told.series("group_waiting_calls") == {}
        doubted = replace(row("Sales 2", "2", waitingCalls=9), suspect=frozenset(["waitingCalls"]))
        await told.poll(row("Sales", waitingCalls=2), doubted)
        assert told.series("group_waiting_calls") == {}


# Counters.


@pytest.mark.asyncio
async def test_polls_failures_and_sign_ins_are_counted_by_feed_and_reason() -> None:
    async with scrape() as told:
        now = moment(told.clock.elapsed())
        await told.poll(row("Sales", waitingCalls=2))
        for _ in range(2):
            await told.step(Failed(FeedId("p"), Trouble(Reason.UNREACHABLE, "no"), now, now))
        await told.step(Failed(None, Trouble(Reason.SIGN_IN, "no"), now, now))
        told.export.note_sign_in()
        assert told.series("polls_total") == {LIVE: 3}
        failed = told.series("poll_failures_total")
        assert failed[*LIVE, "unreachable"] == 2
        assert failed[*LIVE, "server"] == 0, "a rate must know the first one"
        assert told.series("account_failures_total")[("sign-in",)] == 1
        assert told.series("sign_ins_total") == {(): 1}
        assert told.series("queue_waiting_calls") == {SALES: 2}, "a failure makes nothing old"


@pytest.mark.asyncio
async def test_before_anything_was_heard_there_is_a_page() -> None:
    async with scrape() as told:
        text = told.text()
    assert "wallboard_feeds 0.0" in text
    assert "wallboard_queue_" not in text


# Cost.


@pytest.mark.asyncio
async def test_many_queues_are_rendered_a_few_at_a_time() -> None:
    world = World()
    world.poll(*(row(f"Queue {number}", str(number), waitingCalls=1) for number in range(1_200)))
    renderer = FeedRenderer(["waitingCalls"])
    async with Turns() as turns:
        made = await renderer.render(world.state, FeedId("p"), "P", moment(world.now))
    assert made is not None
    assert made.series["wallboard_queue_waiting_calls"].count(b"\n") == 1_200
    assert turns.count >= 6, "three slices of each of two metrics"


@pytest.mark.asyncio
async def test_a_fault_of_our_own_is_told_and_rendering_goes_on() -> None:
    async with scrape() as told:
        broken = start(PLAIN, ViewOptions())
        object.__setattr__(broken, "snapshot", None)
        now = moment(told.clock.elapsed())
        reading = Reading(FeedId("p"), now, (), frozenset())
        told.export.remember(
            Fresh(FeedId("p"), reading, now), replace(broken, feeds=told.world.state.feeds)
        )
        await told.settle()
        assert "fault in the board itself" in told.export.fault
        await told.poll(row("Sales", waitingCalls=2))
        assert told.export.fault == ""
        assert told.series("queue_waiting_calls") == {SALES: 2}


def _infos(*kinds: Kind) -> tuple[FeedInfo, ...]:
    return tuple(FeedInfo(FeedId("p", kind), "P") for kind in kinds)
