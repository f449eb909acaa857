"""The successor of the realtime page: the same truth in seconds, and what became of calls."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest

from tests.sample import ANSWER
from tests.simulated import START, TimedSimulator, calling, make_simulator, pbx_named
from wallboard.model.data.catalogue import CATALOGUE
from wallboard.model.data.metric import Unit
from wallboard.simulator.centre.centre import Centre
from wallboard.simulator.centre.demo import demo_plan
from wallboard.simulator.centre.generated import plan_of
from wallboard.simulator.centre.plan import PbxPlan, Plan, QueuePlan, SitePlan
from wallboard.simulator.server.queue_metrics import METRICS, UNASKED, live_name

MIDNIGHT = START.replace(hour=0, minute=0)
TODAY = {"startDate": "2026-03-02T00:00:00Z", "endDate": "2026-03-02T09:31:00Z"}


@pytest.fixture(scope="module")
def simulator() -> TimedSimulator:
    """The demo, alive since midnight, a minute into its first rush. No test here moves its time."""
    made = TimedSimulator(Centre(demo_plan(), 1, START, MIDNIGHT))
    made.advance(60)
    return made


def pages(simulator: TimedSimulator, name: str = "") -> tuple[str, str]:
    """The realtime page and its successor."""
    directory = simulator.centre.directory
    pbx = pbx_named(directory, name).id if name else directory.pbxes[0].id
    return f"v2/call-queues/real-time/pbxes/{pbx}", f"v2/pbxes/{pbx}/call-queue-metrics"


async def get(simulator: TimedSimulator, **query: str) -> httpx.Response:
    async with calling(simulator) as client:
        return await client.get(pages(simulator)[1], params=query)


async def body(simulator: TimedSimulator, **query: str) -> Any:
    answer = await get(simulator, **query)
    assert answer.status_code == 200, answer.text
    return answer.json(parse_float=Decimal)


async def entered(simulator: TimedSimulator, **query: str) -> int:
    total: int = (await body(simulator, metrics="enteredCalls", **query))["metricsSummary"][
        "enteredCalls"
    ]
    return total


async def test_live_values_are_a_thousandth_of_the_realtime_ones_exactly(
    simulator: TimedSimulator,
) -> None:
    async with calling(simulator) as client:
        old, new = [(await client.get(page)).json(parse_float=Decimal) for page in pages(simulator)]
    rows = [*zip(old["callQueues"], new["callQueues"], strict=True)]
    pairs = [(one["metrics"], other["metrics"]) for one, other in rows]
    pairs.append((old["metricsSummary"], new["metricsSummary"]))
    for before, after in pairs:
        for name, metric in CATALOGUE.items():
            scale = 1000 if metric.unit is Unit.MILLISECONDS else 1
            assert after[live_name(name)] * scale == before[name]
    assert old["metricsSummary"]["waitingTime"] > 0
    for one, other in rows:
        for field in ("pbx", "site", "name", "extension"):
            assert one[field] == other[field]


async def test_entries_have_their_fields_and_all_metrics(simulator: TimedSimulator) -> None:
    answer = await body(simulator)
    ids = {one.id for one in simulator.centre.directory.queues[answer_pbx(simulator)]}
    for queue in answer["callQueues"]:
        assert set(queue) == {"pbx", "site", "id", "name", "extension", "autoLogin", "metrics"}
        assert queue["id"] in ids
        assert isinstance(queue["extension"], str)
        assert set(queue["metrics"]) == {*METRICS, *UNASKED}
    assert set(answer["metricsSummary"]) == {*METRICS, *UNASKED}
    assert "metricsSummary" not in await body(simulator, includeSummary="false")


def answer_pbx(simulator: TimedSimulator) -> str:
    return simulator.centre.directory.pbxes[0].id


async def test_the_day_is_counted_and_adds_up(simulator: TimedSimulator) -> None:
    answer = await body(simulator, **TODAY)
    summary = answer["metricsSummary"]
    rows = [one["metrics"] for one in answer["callQueues"]]
    for name in METRICS:
        if name.endswith("Calls") or name.startswith("total"):
            assert summary[name] == sum(row[name] for row in rows)
        if name.startswith(("longest", "ongoingLongest")):
            assert summary[name] == max(row[name] for row in rows)
    for row in (*rows, summary):
        assert row["enteredCalls"] == row["ongoingWaitingCalls"] + sum(
            row[name]
            for name in (
                "acceptedCalls", "abandonedInWaitingCalls", "diverted", "missedCalls",
                "abandonedInHandlingCalls",
            )
        )  # fmt: skip
        assert row["activeCalls"] == row["ongoingTotalCalls"]
        assert row["completedCalls"] + row["activeCalls"] == row["enteredCalls"]
        assert row["forwardedToVoiceMail"] <= row["diverted"]
        assert row["totalHandlingTime"] == row["totalTalkTime"] + row["totalOnHoldTime"]
        assert row["averageTimeToAnswer"] < 11
        part, whole = row["abandonedInWaitingCalls"], row["enteredCalls"]
        assert row["abandonedInWaitingCallsPercentage"] == round(Decimal(100 * part) / whole, 2)
    assert summary["enteredCalls"] > 2000


async def test_the_sum_holds_for_a_range_in_which_all_calls_have_ended(
    simulator: TimedSimulator,
) -> None:
    early = {"startDate": "2026-03-02T01:00:00Z", "endDate": "2026-03-02T06:00:00Z"}
    for row in (await body(simulator, **early))["callQueues"]:
        values = row["metrics"]
        assert values["enteredCalls"] == sum(
            values[name]
            for name in (
                "acceptedCalls", "abandonedInWaitingCalls", "diverted", "missedCalls",
                "abandonedInHandlingCalls",
            )
        )  # fmt: skip


async def test_with_nothing_entered_percentages_are_0(simulator: TimedSimulator) -> None:
    never = {"startDate": "2026-03-02T05:00:00Z", "endDate": "2026-03-02T05:00:00Z"}
    for row in (await body(simulator, **never))["callQueues"]:
        history = {
            name: value for name, value in row["metrics"].items() if not name.startswith("ongoing")
        }
        assert set(history.values()) == {0}


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2026-03-02T06:00:00Z", "2026-03-02T08:00:00Z"),
        ("2026-03-02T07:00:00+01:00", "2026-03-02T09:00:00+0100"),
        ("2026-03-01T22:00:00-0800", "2026-03-02T08:00:00.000Z"),
    ],
)
async def test_dates_in_every_form_are_the_same_instants(
    simulator: TimedSimulator, start: str, end: str
) -> None:
    expected = await entered(
        simulator, startDate="2026-03-02T06:00:00Z", endDate="2026-03-02T08:00:00Z"
    )
    assert await entered(simulator, startDate=start, endDate=end) == expected > 100


async def test_ranges_add_up_over_the_wire(simulator: TimedSimulator) -> None:
    hours = [f"2026-03-02T0{hour}:00:00Z" for hour in (2, 5, 8)]
    parts = [
        await entered(simulator, startDate=start, endDate=end)
        for start, end in ((hours[0], hours[1]), (hours[1], hours[2]), (hours[0], hours[2]))
    ]
    assert parts[0] + parts[1] == parts[2]


async def test_without_dates_it_is_the_last_24_hours(simulator: TimedSimulator) -> None:
    told = {"startDate": "2026-03-01T09:31:00Z", "endDate": "2026-03-02T09:31:01Z"}
    assert await entered(simulator) == await entered(simulator, **told)
    assert await entered(simulator) > await entered(simulator, **TODAY)  # half an hour before


async def test_intraday_is_a_part_of_each_day(simulator: TimedSimulator) -> None:
    days = {"startDate": "2026-02-28T00:00:00Z", "endDate": "2026-03-02T09:31:00Z"}
    between = await entered(
        simulator, startDate="2026-03-02T06:00:00Z", endDate="2026-03-02T08:30:00Z"
    )
    for begins, ends in (("06:00:00Z", "08:30:00Z"), ("07:00:00+0100", "09:30:00+01:00")):
        part = await entered(simulator, **days, intraDayStart=begins, intraDayEnd=ends)
        assert part == between
    # An end before the start is on the next day: together they are everything.
    rest = await entered(simulator, **days, intraDayStart="08:30:00Z", intraDayEnd="06:00:00Z")
    assert rest + between == await entered(simulator, **days)


@pytest.mark.parametrize(
    "query",
    [
        {"startDate": "2026-03-02T00:00:00Z"},
        {"endDate": "2026-03-02T00:00:00Z"},
        {"startDate": "2026-03-02T01:00:00Z", "endDate": "2026-03-02T00:00:00Z"},
        {"startDate": "2026-03-02", "endDate": "2026-03-03"},
        {"startDate": "2026-03-02T00:00:00", "endDate": "2026-03-02T01:00:00"},
        {"startDate": "2026-03-32T00:00:00Z", "endDate": "2026-04-02T01:00:00Z"},
        {"startDate": "0001-01-01T00:00:00+0200", "endDate": "2026-04-02T01:00:00Z"},
        {"startDate": "yesterday", "endDate": "today"},
        {"intraDayStart": "08:00:00Z", "intraDayEnd": "09:00:00Z"},
        {**TODAY, "intraDayStart": "08:00:00Z"},
        {**TODAY, "intraDayStart": "8:00", "intraDayEnd": "09:00:00Z"},
        {**TODAY, "intraDayStart": "25:00:00Z", "intraDayEnd": "09:00:00Z"},
        {**TODAY, "intraDayStart": "09:00:00Z", "intraDayEnd": "09:00:00Z"},
        {"includeSummary": "perhaps"},
    ],
)
async def test_what_makes_no_sense_is_refused(
    simulator: TimedSimulator, query: dict[str, str]
) -> None:
    answer = await get(simulator, **query)
    assert answer.status_code == 400
    assert set(answer.json()) == {"timestamp", "status", "messages", "path"}


async def test_the_longest_range_there_is_is_answered(simulator: TimedSimulator) -> None:
    ever = {"startDate": "1000-01-01T00:00:00Z", "endDate": "9998-01-01T00:00:00Z"}
    part = {"intraDayStart": "00:00:00Z", "intraDayEnd": "12:00:00Z"}
    assert await entered(simulator, **ever) >= await entered(simulator, **ever, **part) > 2000


async def test_only_documented_metrics_may_be_asked_for(simulator: TimedSimulator) -> None:
    asked = await body(simulator, metrics="enteredCalls, ongoingWaitingCalls,")
    assert all(
        set(one["metrics"]) == {"enteredCalls", "ongoingWaitingCalls"}
        for one in (*asked["callQueues"], {"metrics": asked["metricsSummary"]})
    )
    for name in ("waitingCalls", "divertedCalls", *UNASKED):
        answer = await get(simulator, metrics=f"enteredCalls,{name}")
        assert answer.status_code == 400
        assert answer.json()["messages"] == [f"Invalid Metrics Passed [{name}]."]


async def test_sites_and_queues_by_id_and_no_order(simulator: TimedSimulator) -> None:
    directory = simulator.centre.directory
    pbx = directory.pbxes[0].id
    one = next(queue for queue in directory.queues[pbx] if queue.name == "Billing")
    chosen = (await body(simulator, queueIds=one.id))["callQueues"]
    assert [queue["id"] for queue in chosen] == [one.id]
    at_site = (await body(simulator, siteIds=one.site_id))["callQueues"]
    assert {queue["site"] for queue in at_site} == {one.site}
    plain = [queue["id"] for queue in (await body(simulator))["callQueues"]]
    sorted_not = (await body(simulator, sort="name,desc"))["callQueues"]
    assert [queue["id"] for queue in sorted_not] == plain


async def test_pbxes_without_access_and_unknown_ones() -> None:
    sites, queues = (SitePlan("Rome"),), (QueuePlan("Sales", "1"),)
    plan = Plan((PbxPlan("theirs", sites, queues, accessible=False),), warm_up=0)
    simulator = make_simulator(plan=plan)
    async with calling(simulator) as client:
        for path in (
            "call-queue-metrics",
            "queue-agent-activity",
            "agent-activity",
            "calls/active",
        ):
            theirs = simulator.centre.directory.pbxes[0].id
            refused = await client.get(f"v2/pbxes/{theirs}/{path}")
            unknown = await client.get(f"v2/pbxes/nobody/{path}")
            assert (refused.status_code, unknown.status_code) == (403, 404)
            assert f"does not have access to pbxId {theirs}" in refused.json()["messages"][0]
            assert bool(unknown.content) is (path == "calls/active")


async def test_the_sample_is_the_same_in_seconds() -> None:
    simulator = make_simulator(sample=True)
    async with calling(simulator) as client:
        answer = (await client.get(pages(simulator)[1])).json(parse_float=Decimal)
        pbx = simulator.centre.directory.pbxes[0].id
        seats, people, calls = [
            (await client.get(f"v2/pbxes/{pbx}/{page}")).json()
            for page in ("queue-agent-activity", "agent-activity", "calls/active")
        ]
    queues = ANSWER["callQueues"]
    assert isinstance(queues, list)
    expected = [one["metrics"] for one in queues] + [ANSWER["metricsSummary"]]
    found = [one["metrics"] for one in answer["callQueues"]] + [answer["metricsSummary"]]
    assert [{name: value * 1000 for name, value in row.items()} for row in found] == [
        {live_name(name): value for name, value in row.items()} for row in expected
    ]
    assert all(one["queueAgentActivity"] == [] for one in seats["queuesAgentActivity"])
    assert people["agentActivity"] == []
    assert calls["calls"] == []


async def test_without_the_realtime_page_the_rest_is_there() -> None:
    simulator = make_simulator(plan=plan_of(1, 1, 2, 1))
    simulator.has_realtime = False
    async with calling(simulator) as client:
        old, new = [await client.get(page) for page in pages(simulator)]
    assert (old.status_code, new.status_code) == (404, 200)
    assert set(old.json()) == {"timestamp", "status", "messages", "path"}


async def test_a_faster_centre_is_asked_by_the_real_clock() -> None:
    centre = Centre(demo_plan(), 1, START)
    made = TimedSimulator(centre)
    made._speed = 60.0
    made.advance(60)
    assert centre.seconds == 3600
    now = (START + timedelta(seconds=60)).astimezone(UTC)
    half = now - timedelta(seconds=30)
    form = "%Y-%m-%dT%H:%M:%SZ"

    async def since(at: datetime) -> int:
        return await entered(made, startDate=at.strftime(form), endDate=now.strftime(form))

    pbx = made.centre.directory.pbxes[0].id
    counted = sum(
        centre.past(one.id, [(1800.0, 3600.0)]).entered
        for one in centre.directory.queues[pbx]
        if not one.deleted
    )
    assert await since(half) == counted > 100
