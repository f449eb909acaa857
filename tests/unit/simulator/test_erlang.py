"""The centre against the Erlang-A (M/M/n+M) formulas, which are written out here anew."""

import math
from datetime import UTC, datetime

import pytest

from wallboard.simulator.centre.call_log import CallOutcome, CallRow
from wallboard.simulator.centre.centre import Centre
from wallboard.simulator.centre.plan import (
    ALWAYS,
    AgentPlan,
    PbxPlan,
    Plan,
    QueuePlan,
    SitePlan,
)

TOLERANCE = 0.03
CALLS = 150_000
"""So many that ten seeds tried were all within 2 %: a miss of 3 % is a mistake of the model."""
DAY = 86_400.0

CASES = [(4, 300.0, 60.0, 30.0), (6, 390.0, 60.0, 60.0)]
"""Agents, calls an hour, mean handling seconds, mean patience seconds."""


def erlang_a(
    agents: int, per_hour: float, handling: float, patience: float
) -> tuple[float, float, float, float]:
    """Return the probabilities of waiting and of abandonment, mean wait and mean queue length.

    From the stationary distribution of the birth-death process: births at λ, deaths at
    min(k, n)·µ for the served and (k − n)·θ for the impatient.
    """
    births, served, impatient = per_hour / 3600, 1 / handling, 1 / patience
    weights = [1.0]
    for k in range(1, 400):
        deaths = min(k, agents) * served + max(k - agents, 0) * impatient
        weights.append(weights[-1] * births / deaths)
    total = sum(weights)
    states = [weight / total for weight in weights]
    length = sum((k - agents) * share for k, share in enumerate(states) if k > agents)
    return sum(states[agents:]), impatient * length / births, length / births, length


def simulated(
    agents: int, per_hour: float, handling: float, patience: float
) -> tuple[float, float, float, float]:
    queue = QueuePlan(
        "Queue", "1", per_hour=per_hour, handling=handling, patience=patience,
        wrap_up=0, ring=0, hold_share=0, exponential=True,
    )  # fmt: skip
    people = tuple(
        AgentPlan("Agent", str(number), str(100 + number), primary=(0,), breaks=False)
        for number in range(agents)
    )
    plan = Plan((PbxPlan("pbx", (SitePlan("Site"),), (queue,), people),), ALWAYS, warm_up=3600)
    centre = Centre(plan, 1, datetime(2026, 3, 2, tzinfo=UTC))
    pbx = centre.directory.pbxes[0].id
    one = centre.directory.queues[pbx][0].id
    days = math.ceil(CALLS / per_hour / 24)
    calls: list[CallRow] = []
    for day in range(days):
        # An hour after midnight nobody of the day waits any more, and all are still remembered.
        centre.advance_to(day * DAY + DAY + 3600)
        calls += [row for row in centre.calls(one) if day * DAY <= row.arrived < day * DAY + DAY]
    waited = sum(row.wait > 0 for row in calls)
    abandoned = sum(row.outcome is CallOutcome.ABANDONED for row in calls)
    wait = sum(row.wait for row in calls) / 1000
    return waited / len(calls), abandoned / len(calls), wait / len(calls), wait / (days * DAY)


@pytest.mark.parametrize("case", CASES)
def test_queue_statistics_agree_with_the_formulas_within_3_percent(
    case: tuple[int, float, float, float],
) -> None:
    assert simulated(*case) == pytest.approx(erlang_a(*case), rel=TOLERANCE)


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize(
    "mistaken", [(0, 1.05, 1, 1), (0, 1, 1.05, 1), (0, 1, 1, 1.2), (1, 1, 1, 1)]
)
def test_a_small_mistake_of_the_model_would_be_seen(
    case: tuple[int, float, float, float], mistaken: tuple[int, float, float, float]
) -> None:
    agents, per_hour, handling, patience = case
    more, rate, longer, patient = mistaken
    other = erlang_a(agents + more, per_hour * rate, handling * longer, patience * patient)
    assert other != pytest.approx(erlang_a(*case), rel=TOLERANCE)


def test_the_formulas_know_the_textbook_limits() -> None:
    waiting, _, _, _ = erlang_a(5, 240.0, 60.0, 1e9)
    assert waiting == pytest.approx(0.5541, abs=5e-4)  # Erlang C of 4 erlangs on 5 agents
    blocked, lost, _, _ = erlang_a(5, 240.0, 60.0, 1e-6)
    assert blocked == pytest.approx(0.1991, abs=5e-4)  # Erlang B: nobody waits
    assert lost == pytest.approx(blocked, rel=1e-3)
