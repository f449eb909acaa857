"""The simulated contact centre: its metrics, its agents, its chance."""

import time
from datetime import UTC, datetime
from math import inf

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wallboard.model.data.catalogue import CATALOGUE
from wallboard.model.data.metric import Number
from wallboard.simulator.centre.centre import Centre
from wallboard.simulator.centre.demo import demo_plan
from wallboard.simulator.centre.generated import plan_of
from wallboard.simulator.centre.measure import totals
from wallboard.simulator.centre.plan import (
    ALWAYS,
    AgentPlan,
    PbxPlan,
    Plan,
    QueuePlan,
    SimulatedStatus,
    SitePlan,
)

MORNING = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


def everything(centre: Centre) -> list[dict[str, Number]]:
    return [
        centre.measure(queue.id)
        for listed in centre.directory.queues.values()
        for queue in listed
        if not queue.deleted
    ]


def one_queue(queue: QueuePlan, *agents: AgentPlan, warm_up: float = 0.0) -> Centre:
    plan = Plan((PbxPlan("pbx", (SitePlan("Site"),), (queue,), agents),), ALWAYS, warm_up)
    return Centre(plan, 1, MORNING)


def values(centre: Centre) -> dict[str, Number]:
    return everything(centre)[0]


def agent(number: int = 0, **changes: object) -> AgentPlan:
    return AgentPlan("Ada", f"A{number}", str(200 + number), primary=(0,), breaks=False, **changes)  # type: ignore[arg-type]


def busy_plan(seed: int) -> Plan:
    """A plan in which everything happens: few agents, many breaks, overflow, holds."""
    made = plan_of(1, 2, 12, seed)
    pbx = made.pbxes[0]
    queues = tuple(
        QueuePlan(one.name, one.extension, one.site, per_hour=90, handling=100, patience=90)
        for one in pbx.queues
    )
    return Plan((PbxPlan(pbx.name, pbx.sites, queues, pbx.agents),), warm_up=900)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), seconds=st.floats(0, 3000))
def test_the_28_metrics_agree_with_one_another(seed: int, seconds: float) -> None:
    centre = Centre(busy_plan(seed), seed, MORNING)
    centre.advance_to(seconds)
    for row in everything(centre):
        assert list(row) == list(CATALOGUE)
        assert all(number >= 0 for number in row.values())
        for count, total, average, longest in (
            ("waitingCalls", "waitingTime", "avgWaitingTime", "longestWaitingTime"),
            ("talkingCalls", "talkingTime", "avgTalkingTime", "longestTalkingTime"),
            ("handlingCalls", "totalHandlingTime", "avgHandlingTime", "longestHandlingTime"),
            ("onHoldCalls", "onHoldTime", "", "longestOnHoldTime"),
        ):
            calls = row[count]
            assert row[longest] <= row[total] <= row[longest] * calls
            if average:
                assert row[average] == (float(row[total] // calls) if calls else 0.0)
                assert isinstance(row[average], float)
        assert row["handlingCalls"] == row["talkingCalls"] + row["onHoldCalls"]
        assert row["totalCalls"] == row["waitingCalls"] + row["handlingCalls"]
        assert row["talkingTime"] <= row["totalHandlingTime"]
        agents_agree(row)


def agents_agree(row: dict[str, Number]) -> None:
    primary, overflow = row["eligiblePrimaryAgents"], row["eligibleOverflowAgents"]
    assert row["eligibleAgents"] == primary + overflow >= row["availableAgents"]
    wrapping = row["primaryWrappingUpAgents"] + row["overflowWrappingUpAgents"]
    assert row["wrappingUpAgents"] == wrapping
    out = row["loggedOutAndDndOverflowAgents"]
    assert row["loggedOutAndDndAgents"] >= out
    assert row["overflowAgents"] == overflow + row["overflowWrappingUpAgents"] + out
    assert row["enabledOverflowAgents"] <= row["overflowAgents"]
    assert row["enabledPrimaryAgents"] >= primary + row["primaryWrappingUpAgents"]


def test_everything_there_is_happens() -> None:
    centre = Centre(busy_plan(3), 3, MORNING)
    seen: set[str] = set()
    for minute in range(90):
        centre.advance_to(60.0 * minute)
        for row in everything(centre):
            seen |= {name for name, number in row.items() if number}
    assert seen == set(CATALOGUE)


def test_the_same_seed_makes_the_same_day_however_often_it_is_looked_at() -> None:
    one, other = Centre(busy_plan(5), 5, MORNING), Centre(busy_plan(5), 5, MORNING)
    for second in range(0, 1000, 7):
        one.advance_to(second)
        everything(one)
    one.advance_to(1000)
    other.advance_to(1000)
    assert everything(one) == everything(other)
    assert everything(one) != everything(Centre(busy_plan(5), 6, MORNING))


def test_the_past_is_left_alone() -> None:
    centre = Centre(busy_plan(5), 5, MORNING)
    centre.advance_to(500)
    before = everything(centre)
    centre.advance_to(100)
    assert centre.seconds == 500
    assert everything(centre) == before


def test_nobody_gets_lost() -> None:
    centre = Centre(busy_plan(2), 2, MORNING)
    ids = [one.id for listed in centre.directory.queues.values() for one in listed]
    centre.advance_to(3600)
    for one in ids:
        did, waiting = centre.past(one, [(-inf, inf)]), centre.measure(one)["waitingCalls"]
        assert did.entered == did.answered + did.abandoned + waiting
    assert sum(centre.past(one, [(-inf, inf)]).abandoned for one in ids) > 0


def test_a_wait_grows_by_the_time_that_passes_and_is_counted_in_milliseconds() -> None:
    queue = QueuePlan("Nobody there", "1", per_hour=3600, patience=1e9)
    centre = one_queue(queue)
    centre.advance_to(60)
    before = values(centre)
    centre.advance_to(60.5)
    after = values(centre)
    assert before["waitingCalls"] > 0
    assert after["longestWaitingTime"] - before["longestWaitingTime"] == pytest.approx(500, abs=1)
    assert after["longestWaitingTime"] < 60_500


def test_calls_come_by_the_time_of_day() -> None:
    profile = (*(0.1,) * 12, *(1.0,) * 12)
    queue = QueuePlan("Queue", "1", per_hour=3600, patience=30)
    plan = Plan((PbxPlan("pbx", (SitePlan("Site"),), (queue,)),), profile, warm_up=0)

    def arrived(hour: int) -> int:
        centre = Centre(plan, 1, datetime(2026, 3, 2, hour, tzinfo=UTC))
        centre.advance_to(1800)
        pbx = centre.directory.pbxes[0].id
        return len(centre.calls(centre.directory.queues[pbx][0].id))

    assert arrived(14) == pytest.approx(1800, rel=0.1)
    assert arrived(2) == pytest.approx(180, rel=0.25)


def test_a_call_at_a_ringing_phone_is_still_waiting_and_its_agent_available() -> None:
    centre = one_queue(
        QueuePlan("Queue", "1", per_hour=36_000, ring=1000, patience=1e9), agent(), agent(1)
    )
    centre.advance_to(10)
    row = values(centre)
    assert row["waitingCalls"] > 2
    assert row["handlingCalls"] == 0
    assert row["availableAgents"] == 2


def test_an_agent_with_a_call_is_busy_and_wraps_up_after_it() -> None:
    queue = QueuePlan("Queue", "1", per_hour=36_000, ring=0, handling=50, wrap_up=1e6, hold_share=0)
    centre = one_queue(queue, agent())
    centre.advance_to(2)
    row = values(centre)
    assert (row["handlingCalls"], row["availableAgents"], row["eligibleAgents"]) == (1, 0, 1)
    centre.advance_to(2000)
    row = values(centre)
    assert (row["handlingCalls"], row["wrappingUpAgents"], row["eligibleAgents"]) == (0, 1, 0)
    assert row["enabledPrimaryAgents"] == 1


def test_overflow_agents_help_only_after_a_while() -> None:
    helper = AgentPlan("Olga", "O", "300", overflow=(0,), breaks=False)
    queue = QueuePlan(
        "Queue", "1", per_hour=36_000, ring=0, handling=1e6, patience=1e9, overflow_after=30
    )
    centre = one_queue(queue, agent(), helper)
    centre.advance_to(29)
    assert values(centre)["handlingCalls"] == 1
    centre.advance_to(35)
    assert values(centre)["handlingCalls"] == 2


@pytest.mark.parametrize(
    "away", [SimulatedStatus.DND, SimulatedStatus.OFFLINE, SimulatedStatus.LOGGED_OUT]
)
def test_overflow_agents_help_at_once_when_every_primary_one_is_out(away: SimulatedStatus) -> None:
    helper = AgentPlan("Olga", "O", "300", overflow=(0,), breaks=False)
    queue = QueuePlan("Queue", "1", per_hour=36_000, ring=0, handling=1e6, overflow_after=1e6)
    centre = one_queue(queue, agent(status=away), helper)
    centre.advance_to(5)
    row = values(centre)
    assert row["handlingCalls"] == 1
    assert row["loggedOutAndDndAgents"] == 1


def test_deleted_queues_and_agents_have_no_part_in_it() -> None:
    queues = (QueuePlan("Open", "1"), QueuePlan("Gone", "2", deleted=True))
    agents = (agent(), agent(1, deleted=True))
    plan = Plan((PbxPlan("pbx", (SitePlan("Site"),), queues, agents),), warm_up=0)
    centre = Centre(plan, 1, MORNING)
    listed = centre.directory.queues[centre.directory.pbxes[0].id]
    assert centre.measure(listed[0].id)["eligibleAgents"] == 1
    with pytest.raises(KeyError):
        centre.measure(listed[1].id)


def test_totals_are_sums_maxima_and_floored_averages() -> None:
    rows = [
        {"waitingCalls": 3, "waitingTime": 85276, "longestWaitingTime": 60000},
        {"waitingCalls": 1, "waitingTime": 14069, "longestWaitingTime": 14069},
    ]
    names = ("waitingCalls", "waitingTime", "avgWaitingTime", "longestWaitingTime")
    assert totals(rows, names) == {
        "waitingCalls": 4,
        "waitingTime": 99345,
        "avgWaitingTime": 24836.0,
        "longestWaitingTime": 60000,
    }
    assert totals([], names) == dict.fromkeys(names, 0)


def test_ids_are_opaque_and_the_same_again() -> None:
    one, other = (Centre(demo_plan(), 1, MORNING).directory for _ in range(2))
    assert one == other
    every = [pbx.id for pbx in one.pbxes]
    for group in (one.sites, one.queues, one.agents):
        every += [entry.id for listed in group.values() for entry in listed]
    assert len(set(every)) == len(every)
    assert {len(one) for one in every} == {22}


def test_ten_thousand_queues_are_quick() -> None:
    centre = Centre(plan_of(2, 20, 5000, 1), 1, MORNING)
    begun = time.process_time()
    centre.advance_to(10)
    assert len(everything(centre)) == 10_000
    assert time.process_time() - begun < 3  # 0.15 s here: room for a small machine


@pytest.mark.parametrize("wrong", [(0, 1, 1), (1, 0, 1), (1, 1, 0), (1, 1, 10_001), (101, 1, 100)])
def test_a_plan_of_nothing_or_too_much_is_refused(wrong: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="10000"):
        plan_of(*wrong, seed=1)


def test_generated_extensions_are_unique_within_a_pbx() -> None:
    for pbx in plan_of(2, 3, 200, 1).pbxes:
        assert len({queue.extension for queue in pbx.queues}) == 200
        assert len(pbx.sites) == 3
