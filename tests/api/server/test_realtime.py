"""The simulator's realtime page: every parameter, every refusal, and the API's own example."""

import gzip
import json
from typing import Any

import httpx
import pytest

from tests.sample import ANSWER
from tests.simulated import TimedSimulator, calling, make_simulator, pbx_named
from wallboard.model.data.catalogue import CATALOGUE
from wallboard.simulator.centre.demo import demo_plan
from wallboard.simulator.centre.generated import plan_of
from wallboard.simulator.centre.plan import PbxPlan, Plan, QueuePlan, SitePlan


@pytest.fixture
def simulator() -> TimedSimulator:
    made = make_simulator()
    made.advance(60)  # the rush is on, so that there is something to sum
    return made


def live(simulator: TimedSimulator, pbx: str = "aurora-europe") -> str:
    return f"v2/call-queues/real-time/pbxes/{pbx_named(simulator.centre.directory, pbx).id}"


async def get(simulator: TimedSimulator, **query: str) -> httpx.Response:
    async with calling(simulator) as client:
        return await client.get(live(simulator), params=query)


async def queues(simulator: TimedSimulator, **query: str) -> list[dict[str, Any]]:
    answer = await get(simulator, **query)
    assert answer.status_code == 200
    listed: list[dict[str, Any]] = answer.json()["callQueues"]
    return listed


async def test_without_parameters_it_is_every_queue_with_28_metrics(
    simulator: TimedSimulator,
) -> None:
    answer = (await get(simulator)).json()
    assert set(answer) == {"callQueues", "metricsSummary"}
    pbx = pbx_named(simulator.centre.directory, "aurora-europe")
    known = [one for one in simulator.centre.directory.queues[pbx.id] if not one.deleted]
    assert [one["name"] for one in answer["callQueues"]] == [one.name for one in known]
    for queue in answer["callQueues"]:
        assert set(queue) == {"name", "extension", "pbx", "site", "metrics"}
        assert isinstance(queue["extension"], str)
        assert queue["pbx"] == "aurora-europe"
        assert set(queue["metrics"]) == set(CATALOGUE)
    assert set(answer["metricsSummary"]) == set(CATALOGUE)


async def test_averages_are_floats_and_all_else_is_whole(simulator: TimedSimulator) -> None:
    for queue in await queues(simulator):
        for name, value in queue["metrics"].items():
            assert type(value) is (float if name.startswith("avg") else int)


async def test_the_summary_is_over_the_answer(simulator: TimedSimulator) -> None:
    answer = (await get(simulator)).json()
    rows = [one["metrics"] for one in answer["callQueues"]]
    summary = answer["metricsSummary"]
    assert summary["waitingCalls"] == sum(one["waitingCalls"] for one in rows) >= 9
    assert summary["longestWaitingTime"] == max(one["longestWaitingTime"] for one in rows)
    total = sum(one["waitingTime"] for one in rows)
    assert summary["waitingTime"] == total
    assert summary["avgWaitingTime"] == float(total // summary["waitingCalls"])


async def test_only_the_metrics_asked_for(simulator: TimedSimulator) -> None:
    answer = (await get(simulator, metrics="avgWaitingTime, waitingCalls,")).json()
    wanted = {"avgWaitingTime", "waitingCalls"}
    assert all(set(one["metrics"]) == wanted for one in answer["callQueues"])
    assert set(answer["metricsSummary"]) == wanted
    assert answer["metricsSummary"]["avgWaitingTime"] > 0  # its parts were not asked for


async def test_unknown_metrics_are_refused_by_name(simulator: TimedSimulator) -> None:
    answer = await get(simulator, metrics="waitingCalls,quantumFlux,Waitingcalls")
    assert answer.status_code == 400
    said = answer.json()
    assert said["messages"] == ["Invalid Metrics Passed [quantumFlux, Waitingcalls]."]
    assert said["status"] == 400
    assert said["path"] == f"/analytics/work/{live(simulator)}"
    assert said["timestamp"] == "2026-03-02T09:31:00.000+0000"


async def test_sites_and_queues_by_id(simulator: TimedSimulator) -> None:
    directory = simulator.centre.directory
    pbx = pbx_named(directory, "aurora-europe").id
    lyon = next(one for one in directory.sites[pbx] if one.name == "Lyon").id
    dublin = next(one for one in directory.sites[pbx] if one.name == "Dublin").id
    by_name = {one.name: one for one in directory.queues[pbx]}
    billing, returns = by_name["Billing"].id, by_name["Returns"].id

    def names(listed: list[dict[str, Any]]) -> set[str]:
        return {one["name"] for one in listed}

    assert {one["site"] for one in await queues(simulator, siteIds=lyon)} == {"Lyon"}
    both = await queues(simulator, siteIds=f"{lyon},{dublin}")
    assert {one["site"] for one in both} == {"Lyon", "Dublin"}
    assert names(await queues(simulator, queueIds=billing)) == {"Billing"}
    two = await queues(simulator, queueIds=f"{billing},{returns}")
    assert names(two) == {"Billing", "Returns"}
    assert names(await queues(simulator, siteIds=lyon, queueIds=f"{billing},{returns}")) == {
        "Billing"
    }
    assert await queues(simulator, siteIds="nobody") == []
    assert len(await queues(simulator, siteIds="", queueIds="")) == 14


async def test_a_deleted_queue_is_not_there_even_if_asked_for(simulator: TimedSimulator) -> None:
    directory = simulator.centre.directory
    pbx = pbx_named(directory, "aurora-europe").id
    (gone,) = [one.id for one in directory.queues[pbx] if one.deleted]
    answer = (await get(simulator, queueIds=gone)).json()
    assert answer["callQueues"] == []
    assert set(answer["metricsSummary"].values()) == {0}


@pytest.mark.parametrize("asked", ["true", "True", ""])
async def test_the_summary_comes_unless_it_is_not_wanted(
    simulator: TimedSimulator, asked: str
) -> None:
    wanted = {"includeSummary": asked} if asked else {}
    assert "metricsSummary" in (await get(simulator, **wanted)).json()
    assert "metricsSummary" not in (await get(simulator, includeSummary="false")).json()


@pytest.mark.parametrize("field", ["site", "name", "extension", "extensions"])
async def test_sorted_both_ways(simulator: TimedSimulator, field: str) -> None:
    def keys(listed: list[dict[str, Any]]) -> list[str]:
        return [str(one["extension" if field == "extensions" else field]) for one in listed]

    plain = keys(await queues(simulator, sort=field))
    assert plain == sorted(plain, key=str.casefold)
    assert keys(await queues(simulator, sort=f"{field},asc")) == plain
    assert keys(await queues(simulator, sort=f"{field},desc")) == plain[::-1]
    assert keys(await queues(simulator, sort=f"{field},DESC")) == plain[::-1]


@pytest.mark.parametrize(
    "query", [{"sort": "colour"}, {"sort": "name,up"}, {"includeSummary": "perhaps"}]
)
async def test_parameters_that_mean_nothing_are_refused(
    simulator: TimedSimulator, query: dict[str, str]
) -> None:
    assert (await get(simulator, **query)).status_code == 400


async def test_unknown_deleted_and_forbidden_pbxes() -> None:
    sites, queues = (SitePlan("Rome"),), (QueuePlan("Sales", "1"),)
    plan = Plan(
        (
            PbxPlan("mine", sites, queues),
            PbxPlan("theirs", sites, queues, accessible=False),
            PbxPlan("gone", sites, queues, deleted=True),
        ),
        warm_up=0,
    )
    simulator = make_simulator(plan=plan)
    ids = {one.name: one.id for one in simulator.centre.directory.pbxes}
    async with calling(simulator) as client:
        base = "v2/call-queues/real-time/pbxes"
        assert (await client.get(f"{base}/{ids['mine']}")).status_code == 200
        refused = await client.get(f"{base}/{ids['theirs']}")
        unknown = [await client.get(f"{base}/{one}") for one in (ids["gone"], "mine", "x%2Fy")]
    assert refused.status_code == 403
    (said,) = refused.json()["messages"]
    assert said.endswith(f"does not have access to pbxId {ids['theirs']} to make this request.")
    assert said.startswith("user ")
    assert [one.status_code for one in unknown] == [404] * 3
    assert all(one.json()["status"] == 404 for one in unknown)


async def test_what_is_not_there_and_what_is_not_done_have_the_common_body() -> None:
    simulator = make_simulator(sample=True)
    async with calling(simulator) as client:
        lost = await client.get("v3/anything")
        wrong = await client.post("v2/pbxes/")
        token = await client.get("v1/oauth/token")
    assert (lost.status_code, wrong.status_code, token.status_code) == (404, 405, 405)
    for answer in (lost, wrong, token):
        assert set(answer.json()) == {"timestamp", "status", "messages", "path"}


async def test_time_passes_between_polls(simulator: TimedSimulator) -> None:
    async with calling(simulator) as client:
        before = (await client.get(live(simulator))).json()
        assert (await client.get(live(simulator))).json() == before
        simulator.advance(1)
        after = (await client.get(live(simulator))).json()
    longest = "longestWaitingTime"
    assert after["metricsSummary"][longest] == before["metricsSummary"][longest] + 1000


@pytest.mark.parametrize(
    ("accepted", "packed"),
    [
        ("gzip", True),
        ("gzip, deflate", True),
        ("*", True),
        ("identity", False),
        ("gzip;q=0", False),
    ],
)
async def test_answers_are_gzipped_for_those_who_take_it(
    simulator: TimedSimulator, accepted: str, packed: bool
) -> None:
    async with calling(simulator) as client:
        request = client.build_request(
            "GET", live(simulator), headers={"accept-encoding": accepted}
        )
        answer = await client.send(request, stream=True)
        raw = b"".join([part async for part in answer.aiter_raw()])
    assert (answer.headers.get("content-encoding") == "gzip") is packed
    assert len(json.loads(gzip.decompress(raw) if packed else raw)["callQueues"]) == 14
    assert answer.headers["date"] == "Mon, 02 Mar 2026 09:31:00 GMT"


async def test_the_sample_is_the_example_of_the_api() -> None:
    simulator = make_simulator(sample=True)
    pbx = simulator.centre.directory.pbxes[0].id
    path = f"v2/call-queues/real-time/pbxes/{pbx}"
    async with calling(simulator) as client:
        assert (await client.get(path)).json() == ANSWER
        simulator.advance(600)
        asked = {"metrics": "waitingTime,avgWaitingTime,longestWaitingTime"}
        part = (await client.get(path, params=asked)).json()
        unknown = await client.get(path, params={"metrics": "nonsense"})
    assert part["metricsSummary"] == {"waitingTime": 99345, "avgWaitingTime": 24836.0}
    assert unknown.status_code == 400


async def test_the_log_has_every_request_and_no_secret() -> None:
    simulator = make_simulator(sample=True)
    async with calling(simulator) as client:
        await client.get("v2/pbxes/", params={"page": "0", "size": "7"})
        await client.get("v2/pbxes/", params={"size": "101"})
    assert [(one.endpoint, one.method, one.status) for one in simulator.log] == [
        ("token", "POST", 200), ("pbxes", "GET", 200), ("pbxes", "GET", 400),
    ]  # fmt: skip
    assert simulator.log[1].path == "/analytics/work/v2/pbxes/"
    assert simulator.log[1].query == {"page": "0", "size": "7"}
    assert simulator.request_count("pbxes") == 2
    assert simulator.credentials.password not in repr(simulator.log)


async def test_five_thousand_queues_in_one_answer() -> None:
    simulator = make_simulator(plan=plan_of(1, 20, 5000, 1))
    async with calling(simulator) as client:
        answer = await client.get(live(simulator, "pbx-1"))
    assert len(answer.json()["callQueues"]) == 5000
    assert len(answer.content) > 3_000_000


def test_the_demo_plan_is_what_is_served_unless_another_is_given() -> None:
    names = [one.name for one in make_simulator().centre.directory.pbxes]
    assert names == [one.name for one in demo_plan().pbxes]
