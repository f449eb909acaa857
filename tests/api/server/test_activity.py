"""The simulator's pages about agents and about calls in progress."""

from collections import Counter
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import httpx
import pytest

from tests.simulated import START, TimedSimulator, calling
from wallboard.simulator.centre.centre import Centre
from wallboard.simulator.centre.demo import demo_plan
from wallboard.simulator.server.activity import (
    PEOPLE_METRICS,
    QUEUE_STATUSES,
    SEAT_METRICS,
    UNASKED,
    USER_STATUSES,
)

TODAY = {"startDate": "2026-03-02T00:00:00Z", "endDate": "2026-03-02T09:32:00Z"}


@pytest.fixture(scope="module")
def simulator() -> TimedSimulator:
    """The demo, alive since midnight, 90 s into its first rush. No test here moves its time."""
    made = TimedSimulator(Centre(demo_plan(), 1, START, START.replace(hour=0, minute=0)))
    made.advance(90)
    return made


async def ask(simulator: TimedSimulator, page: str, **query: str) -> httpx.Response:
    pbx = simulator.centre.directory.pbxes[0].id
    async with calling(simulator) as client:
        return await client.get(f"v2/pbxes/{pbx}/{page}", params=query)


async def body(simulator: TimedSimulator, page: str, **query: str) -> Any:
    answer = await ask(simulator, page, **query)
    assert answer.status_code == 200, answer.text
    return answer.json(parse_float=Decimal)


async def queues(simulator: TimedSimulator, **query: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await body(simulator, "queue-agent-activity", **query))[
        "queuesAgentActivity"
    ]
    return found


async def seats(simulator: TimedSimulator, **query: str) -> list[dict[str, Any]]:
    return [
        one for queue in await queues(simulator, **query) for one in queue["queueAgentActivity"]
    ]


async def people(simulator: TimedSimulator, **query: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await body(simulator, "agent-activity", **query))[
        "agentActivity"
    ]
    return found


async def calls(simulator: TimedSimulator, **query: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await body(simulator, "calls/active", **query))["calls"]
    return found


async def test_each_queue_has_its_agents_with_all_that_is_told_of_them(
    simulator: TimedSimulator,
) -> None:
    directory = simulator.centre.directory
    pbx = directory.pbxes[0]
    agents = {one.id: one for one in directory.agents[pbx.id]}
    live = {one.id: one for one in directory.queues[pbx.id] if not one.deleted}
    listed = await queues(simulator)
    assert [one["queueId"] for one in listed] == list(live)
    for queue in listed:
        entry = live[queue["queueId"]]
        assert (queue["pbx"], queue["site"], queue["queueName"], queue["queueExtension"]) == (
            pbx.name, entry.site, entry.name, entry.extension,
        )  # fmt: skip
        assert set(queue["metricsSummary"]) == {*SEAT_METRICS, *UNASKED} - {
            "queueStatusTime", "userStatusTime",
        }  # fmt: skip
        for seat in queue["queueAgentActivity"]:
            agent = agents[seat["userId"]]
            assert seat["agentName"] == f"{agent.first_name} {agent.last_name}"
            assert seat["agentExtension"] == agent.extension
            assert set(seat["metrics"]) == {*SEAT_METRICS, *UNASKED}


async def test_statuses_agree_with_the_queues_metrics_of_the_same_moment(
    simulator: TimedSimulator,
) -> None:
    metrics = (await body(simulator, "call-queue-metrics"))["callQueues"]
    for queue, row in zip(await queues(simulator), metrics, strict=True):
        values, summary = row["metrics"], queue["metricsSummary"]
        agents = queue["queueAgentActivity"]
        status = Counter(one["queueStatus"] for one in agents)
        users = Counter(one["userStatus"] for one in agents)
        assert values["ongoingTotalAgents"] == len(agents)
        assert values["ongoingAvailableAgents"] == users["AVAILABLE"]
        assert values["ongoingWrappingUpAgents"] == status["WRAP_UP"]
        assert values["ongoingLoggedOutAndDndAgents"] == (
            status["DND"] + status["LOGGED_OUT"] + status["OFFLINE"]
        )
        assert values["ongoingOverflowAgents"] == sum(one["overflowAgent"] for one in agents)
        assert values["ongoingHandlingCalls"] == status["HANDLING"]
        assert values["ongoingHandlingCalls"] == summary["ongoingHandlingInteractions"]
        assert values["ongoingTalkingTime"] == summary["ongoingTalkingInteractionsTime"]
        assert (
            values["ongoingTotalHandlingTime"] == (summary["ongoingTotalHandlingInteractionsTime"])
        )
        assert values["ongoingAvgTalkingTime"] == summary["ongoingAvgTalkingInteractionsTime"]


async def test_the_day_of_the_agents_is_the_day_of_their_queue(simulator: TimedSimulator) -> None:
    metrics = (await body(simulator, "call-queue-metrics", **TODAY))["callQueues"]
    for queue, row in zip(await queues(simulator, **TODAY), metrics, strict=True):
        values, summary = row["metrics"], queue["metricsSummary"]
        answered = values["acceptedCalls"] + values["abandonedInHandlingCalls"]
        assert summary["acceptedInteractions"] == answered
        assert summary["missedInteractions"] == values["missedCalls"]
        assert summary["agentAverageTimeToAnswer"] == values["averageTimeToAnswer"]
        assert summary["averageTalkingInteractionsTime"] == values["averageTalkTime"]
        assert summary["acceptedInteractions"] == sum(
            one["metrics"]["acceptedInteractions"] for one in queue["queueAgentActivity"]
        )
    idle = [one["metrics"] for one in await seats(simulator, **TODAY)]
    assert {one["agentAverageTimeToAnswer"] for one in idle if not one["acceptedInteractions"]} == {
        None
    }


async def test_whom_an_agent_talks_to_is_told_and_nobody_else(simulator: TimedSimulator) -> None:
    found = await calls(simulator, paging="0,100")
    active = {one["latestCallee"]["address"]: one["caller"] for one in found}
    for seat in await seats(simulator):
        engaged = seat["queueStatus"] in ("HANDLING", "ALERTING")
        assert ("interaction" in seat) is engaged
        if engaged:
            caller = active[seat["agentExtension"]]
            assert seat["interaction"] == {"caller": caller["name"], "address": caller["address"]}


async def test_numbers_of_callers_are_set_aside_for_fiction(simulator: TimedSimulator) -> None:
    for call in await calls(simulator):
        address = call["caller"]["address"]
        assert address.startswith(("+33 1 99 00 ", "+44 20 7946 0", "+1 512 555 01"))


async def test_one_person_is_one_user_in_many_queues(simulator: TimedSimulator) -> None:
    everyone = {one["userId"]: one for one in await people(simulator)}
    places = Counter(seat["userId"] for seat in await seats(simulator))
    assert set(places) == set(everyone)
    assert max(places.values()) >= 2
    for one in everyone.values():
        assert set(one["metrics"]) == {*PEOPLE_METRICS, *UNASKED}
    for seat in await seats(simulator):
        person = everyone[seat["userId"]]
        assert seat["userStatus"] == person["userStatus"]
        assert seat["metrics"]["userStatusTime"] == person["metrics"]["userStatusTime"]
        assert seat["queueStatus"] in (person["activityStatus"], "BUSY_OTHER")
        signed_in = seat["queueStatus"] not in ("OFFLINE", "LOGGED_OUT")
        assert bool(person["loggedInQueues"]) is signed_in
    on_call = sum(one["metrics"]["ongoingHandlingInteractions"] for one in everyone.values())
    assert on_call == sum(one["userStatus"] == "ON_CALL" for one in everyone.values()) > 5


@pytest.mark.parametrize("status", QUEUE_STATUSES)
async def test_filtered_by_queue_status(simulator: TimedSimulator, status: str) -> None:
    every = await seats(simulator)
    found = await seats(simulator, queueStatuses=status)
    assert found == [one for one in every if one["queueStatus"] == status]


@pytest.mark.parametrize("status", USER_STATUSES)
async def test_filtered_by_user_status(simulator: TimedSimulator, status: str) -> None:
    for ask_for, every in ((seats, await seats(simulator)), (people, await people(simulator))):
        found = await ask_for(simulator, userStatuses=f"{status},ON_CALL")
        assert found == [one for one in every if one["userStatus"] in (status, "ON_CALL")]


async def test_filtered_by_user_queue_and_site(simulator: TimedSimulator) -> None:
    every = await seats(simulator)
    some = {every[0]["userId"], every[-1]["userId"]}
    found = await seats(simulator, userIds=",".join(some))
    assert {one["userId"] for one in found} == some
    assert {one["userId"] for one in await people(simulator, userIds=",".join(some))} == some
    first = (await queues(simulator))[0]
    (only,) = await queues(simulator, queueIds=first["queueId"])
    assert only == first
    there = await people(simulator, queueIds=first["queueId"])
    assert {one["userId"] for one in there} == {
        one["userId"] for one in first["queueAgentActivity"]
    }
    directory = simulator.centre.directory
    site = directory.sites[directory.pbxes[0].id][0]
    assert {one["site"] for one in await queues(simulator, siteIds=site.id)} == {site.name}


async def test_only_the_metrics_asked_for_and_a_summary_if_wanted(
    simulator: TimedSimulator,
) -> None:
    asked = {"metrics": "queueStatusTime,acceptedInteractions", "includeSummary": "false"}
    for queue in await queues(simulator, **asked):
        assert "metricsSummary" not in queue
        for seat in queue["queueAgentActivity"]:
            assert set(seat["metrics"]) == {"queueStatusTime", "acceptedInteractions"}
    answer = await body(simulator, "agent-activity", includeSummary="false")
    assert set(answer) == {"agentActivity"}


@pytest.mark.parametrize("page", ["queue-agent-activity", "agent-activity"])
@pytest.mark.parametrize(
    "query",
    [
        {"userStatuses": "SLEEPING"},
        {"metrics": "waitingCalls"},
        {"metrics": UNASKED[0]},
        {"includeSummary": "maybe"},
        {"startDate": "2026-03-02T00:00:00Z"},
    ],
)
async def test_what_may_not_be_asked_is_refused(
    simulator: TimedSimulator, page: str, query: dict[str, str]
) -> None:
    assert (await ask(simulator, page, **query)).status_code == 400


@pytest.mark.parametrize("status", ["OFFLINE", "SLEEPING"])
async def test_a_queue_status_that_is_not_documented_is_refused(
    simulator: TimedSimulator, status: str
) -> None:
    answer = await ask(simulator, "queue-agent-activity", queueStatuses=status)
    assert answer.status_code == 400


# -- calls ------------------------------------------------------------------------------------


async def test_calls_in_progress_are_those_that_the_queues_count(
    simulator: TimedSimulator,
) -> None:
    found = await calls(simulator, paging="0,100")
    assert len({one["callId"] for one in found}) == len(found)
    for row in (await body(simulator, "call-queue-metrics"))["callQueues"]:
        mine = [one for one in found if one["reference"] == row["extension"]]
        waiting = [one for one in mine if one["latestLabel"] in ("WAITING", "ALERTING")]
        talking = [one for one in mine if one["latestLabel"] == "TALKING"]
        values = row["metrics"]
        assert values["ongoingTotalCalls"] == len(mine)
        assert values["ongoingWaitingTime"] == sum(one["waitingDuration"] for one in waiting)
        assert values["ongoingTalkingCalls"] == len(talking)
        assert values["ongoingOnHoldCalls"] == len(mine) - len(waiting) - len(talking)
        assert not any("workGroup" in one for one in mine)


async def test_a_call_tells_where_it_is_and_since_when(simulator: TimedSimulator) -> None:
    now = int((START + timedelta(seconds=90)).timestamp() * 1000)
    found = await calls(simulator, paging="0,100")
    labels = Counter(one["latestLabel"] for one in found)
    assert labels["WAITING"] >= 1
    assert labels["ALERTING"] >= 1
    assert labels["TALKING"] >= 5
    for one in found:
        assert one["labels"][-1] == one["latestLabel"]
        assert one["labels"][0] == "WAITING"
        assert abs(now - one["startTime"] - one["totalDuration"] * 1000) <= 1
        if one["latestLabel"] == "WAITING":
            assert one["latestCallee"]["address"] == one["reference"]
        else:
            assert one["latestCallee"]["address"] != one["reference"]
        if one["latestLabel"] in ("WAITING", "ALERTING"):
            assert one["connectedTime"] == one["talkingDuration"] == 0
            assert one["waitingDuration"] == one["totalDuration"]
        else:
            assert abs(now - one["connectedTime"]) <= now - one["startTime"]
            parts = one["waitingDuration"] + one["talkingDuration"] + one["onHoldDuration"]
            assert abs(parts - one["totalDuration"]) < Decimal("0.003")


async def test_pages_and_order_of_calls(simulator: TimedSimulator) -> None:
    whole = await body(simulator, "calls/active", paging="0,100")
    total = whole["paging"]["total"]
    assert whole["paging"] == {"limit": 100, "offset": 0, "total": total}
    assert len(whole["calls"]) == total > 20
    pages = []
    for number in range(-(-total // 7)):
        pages += await calls(simulator, paging=f"{number},7")
    assert pages == whole["calls"]
    last: dict[str, str] = {}
    pages = []
    while found := await calls(simulator, limit="7", sortingDirection="DESC", **last):
        pages += found
        last = {"startingAfter": found[-1]["callId"]}
    assert pages == whole["calls"]
    starts = [one["startTime"] for one in whole["calls"]]
    assert all(later >= earlier for later, earlier in pairwise(starts))
    up = await calls(simulator, paging="0,100", sorting="startTime,asc")
    assert [one["startTime"] for one in up] == starts[::-1]
    fields = await calls(simulator, fields="callId,startTime")
    assert all(set(one) == {"callId", "startTime"} for one in fields)


@pytest.mark.parametrize(
    "query",
    [
        {"paging": "0"}, {"paging": "0,0"}, {"paging": "0,101"}, {"paging": "-1,5"},
        {"sorting": "colour,asc"}, {"sorting": "startTime,up"}, {"limit": "0"}, {"limit": "x"},
        {"limit": "101"}, {"startingAfter": "none"}, {"sortingField": "colour"},
        {"sortingDirection": "up"}, {"limit": "5", "paging": "0,5"},
    ],
)  # fmt: skip
async def test_pages_and_orders_that_are_none_are_refused(
    simulator: TimedSimulator, query: dict[str, str]
) -> None:
    assert (await ask(simulator, "calls/active", **query)).status_code == 400
