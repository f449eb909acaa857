"""The unit of the successor's times: believed, then confirmed by what the callers do."""

import logging
from datetime import timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.api.account_env import Desk
from wallboard.api.account import AnySource
from wallboard.api.directory import NameLists
from wallboard.model.data.agents import AgentsReading
from wallboard.model.data.day import day_of
from wallboard.model.data.metric import Kind
from wallboard.model.data.reading import Reading
from wallboard.simulator.centre.plan import AgentPlan, PbxPlan, Plan, QueuePlan, Rush, SitePlan

RULE = partial(day_of, zone=ZoneInfo("Europe/Paris"))
CALLERS = Plan(
    (
        PbxPlan(
            "main",
            (SitePlan("Rome"),),
            # Nobody answers, and nobody gives up: whoever comes first waits for good.
            (
                QueuePlan(
                    "Sales",
                    "100",
                    patience=1e9,
                    rush=Rush((1.0, 5.0), 1e8, 2e8, 10.0, 1e9),
                ),
            ),
        ),
    ),
    warm_up=0,
)


class Timed(Desk):
    """A desk whose simulator and clock go together."""

    def __init__(self, *faults: str, plan: Plan = CALLERS, **options: Any) -> None:
        super().__init__(NameLists(), plan, faults=faults)
        self.account = self.again(NameLists(), **options)

    async def source(self, kind: Kind) -> AnySource:
        return next(one for one in await self.account.open() if one.feed.kind is kind)

    async def go(self, seconds: float) -> None:
        self.sim.advance(seconds)
        await self.clock.advance(seconds)

    async def polls(self, source: AnySource, many: int, interval: float = 10.0) -> list[Any]:
        made = []
        for _ in range(many):
            await self.go(interval)
            made.append(await source.fetch())
        return made


def longest(reading: Reading) -> float:
    return max(queue.values["longestWaitingTime"] for queue in reading.queues)


async def test_growth_confirms_and_realtime_needs_none() -> None:
    desk = Timed(endpoint="queue-metrics")
    live = await desk.source(Kind.LIVE)
    first, second, third = await desk.polls(live, 3)
    assert [one.confirmed for one in (first, second, third)] == [False, True, True]
    assert 9_000 <= longest(first) <= 10_000
    (of_realtime,) = await desk.polls(await Timed(time_unit="s").source(Kind.LIVE), 1)
    assert of_realtime.confirmed


async def test_the_wrong_unit_is_found_out_and_given_up(caplog: pytest.LogCaptureFixture) -> None:
    desk = Timed("queue-metrics:ms-units", endpoint="queue-metrics")
    live = await desk.source(Kind.LIVE)
    readings = await desk.polls(live, 5)
    assert [one.confirmed for one in readings] == [False, False, False, True, True]
    assert longest(readings[2]) > 20_000_000
    # The answer that settled it is right already.
    assert 39_000 <= longest(readings[3]) <= 40_000
    (told,) = [one for one in caplog.records if one.levelno == logging.WARNING]
    assert "call-queue-metrics" in told.getMessage()
    assert "Sales" not in told.getMessage()


async def test_a_unit_that_was_said_is_kept_and_marked_once_it_is_contradicted(
    caplog: pytest.LogCaptureFixture,
) -> None:
    desk = Timed("queue-metrics:ms-units", endpoint="queue-metrics", time_unit="s")
    readings = await desk.polls(await desk.source(Kind.LIVE), 6)
    assert [one.confirmed for one in readings] == [True] * 3 + [False] * 3
    assert longest(readings[-1]) > 50_000_000
    assert caplog.text.count("time_unit") == 1


async def test_a_unit_that_was_said_and_is_right_is_confirmed_from_the_start() -> None:
    desk = Timed("queue-metrics:ms-units", endpoint="queue-metrics", time_unit="ms")
    readings = await desk.polls(await desk.source(Kind.LIVE), 8)
    assert all(one.confirmed for one in readings)
    assert 19_000 <= longest(readings[1]) <= 20_000


async def test_today_confirms_for_live_and_live_for_today() -> None:
    for first, second in ((Kind.LIVE, Kind.TODAY), (Kind.TODAY, Kind.LIVE)):
        desk = Timed(endpoint="queue-metrics", day=RULE)
        readings = await desk.polls(await desk.source(first), 2)
        assert [one.confirmed for one in readings] == [False, True]
        assert (await (await desk.source(second)).fetch()).confirmed


async def test_a_move_to_the_successor_finds_what_today_has_confirmed() -> None:
    desk = Timed(day=RULE)
    live = await desk.source(Kind.LIVE)
    await desk.polls(await desk.source(Kind.TODAY), 2)
    desk.sim.faults.add("realtime:404")
    assert (await live.fetch()).confirmed


async def test_nobody_waiting_confirms_nothing() -> None:
    plan = Plan((PbxPlan("main", (SitePlan("Rome"),), (QueuePlan("Sales", "100", per_hour=0),)),),
                warm_up=0)  # fmt: skip
    desk = Timed(plan=plan, endpoint="queue-metrics")
    assert not any(one.confirmed for one in await desk.polls(await desk.source(Kind.LIVE), 5))


@pytest.mark.parametrize("fault", ["", "queue-agent-activity:ms-units"])
async def test_agents_have_a_unit_of_their_own(fault: str) -> None:
    plan = Plan(
        (
            PbxPlan(
                "main",
                (SitePlan("Rome"),),
                (QueuePlan("Sales", "100", per_hour=0),),
                (AgentPlan("Ada", "Lovelace", "900", primary=(0,), breaks=False),),
            ),
        ),
        warm_up=0,
    )
    desk = Timed(*filter(None, [fault]), plan=plan, people=True)
    source = await desk.source(Kind.AGENTS)
    made: list[AgentsReading] = await desk.polls(source, 5)
    assert [one.confirmed for one in made] == (
        [False, False, False, True, True] if fault else [False, True, True, True, True]
    )
    (seat,) = made[-1].seats
    assert seat.since == pytest.approx(50_000, abs=1_000)


async def test_calls_are_confirmed_at_once_by_when_they_began() -> None:
    desk = Timed(people=True)
    source = await desk.source(Kind.CALLS)
    (made,) = await desk.polls(source, 1, 30.0)
    assert made.confirmed
    assert max(call.total or 0 for call in made.calls) == pytest.approx(29_500, abs=1_000)
    young = Timed(people=True)
    (made,) = await young.polls(await young.source(Kind.CALLS), 1, 5.0)
    assert not made.confirmed, "of seconds nothing can be told yet"


async def test_without_a_beginning_growth_confirms_the_calls() -> None:
    desk = Timed(people=True)
    desk.clock.start += timedelta(hours=1)  # the clock here is wrong
    made = await desk.polls(await desk.source(Kind.CALLS), 2, 30.0)
    assert [one.confirmed for one in made] == [False, True]


async def test_calls_in_milliseconds_are_marked_until_that_is_found_out(
    caplog: pytest.LogCaptureFixture,
) -> None:
    desk = Timed("calls-active:ms-units", people=True)
    made = await desk.polls(await desk.source(Kind.CALLS), 5)
    assert [one.confirmed for one in made] == [False, False, True, True, True]
    longest = [max(call.waiting or 0 for call in one.calls) for one in made]
    assert longest[0] > 5_000_000
    assert longest[2] == pytest.approx(29_500, abs=1_000)
    (told,) = [one for one in caplog.records if one.levelno == logging.WARNING]
    assert "calls/active" in told.getMessage()


async def test_a_unit_that_was_said_holds_for_calls_until_they_contradict_it() -> None:
    right = Timed("calls-active:ms-units", people=True, time_unit="ms")
    assert all(one.confirmed for one in await right.polls(await right.source(Kind.CALLS), 5))
    wrong = Timed("calls-active:ms-units", people=True, time_unit="s")
    made = await wrong.polls(await wrong.source(Kind.CALLS), 5)
    assert made[0].confirmed
    assert not made[-1].confirmed
    assert max(call.waiting or 0 for call in made[-1].calls) > 5_000_000


async def test_agents_long_in_a_status_are_shown_as_they_are_and_marked() -> None:
    """Some minutes in milliseconds, read as seconds: hundreds of hours, but not a dash."""
    plan = Plan(
        (
            PbxPlan(
                "main",
                (SitePlan("Rome"),),
                (QueuePlan("Sales", "100", per_hour=0),),
                (AgentPlan("Ada", "Lovelace", "900", primary=(0,), breaks=False),),
            ),
        ),
        warm_up=0,
    )
    desk = Timed("queue-agent-activity:ms-units", plan=plan, people=True)
    (reading,) = await desk.polls(await desk.source(Kind.AGENTS), 1, 2520.0)
    assert reading.seats[0].since == pytest.approx(700 * 3_600_000, rel=0.01)
    assert not reading.confirmed
    assert reading.notes == ()
