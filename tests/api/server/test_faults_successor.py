"""The faults of the successor of the realtime page and its siblings, on the wire."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.simulated import TimedSimulator, calling, make_simulator
from wallboard.simulator.centre.names import HOSTILE_NAMES
from wallboard.simulator.faults.fault_list import SUCCESSORS, WHAT

PATHS = {
    "queue-metrics": "v2/pbxes/{0}/call-queue-metrics",
    "queue-agent-activity": "v2/pbxes/{0}/queue-agent-activity",
    "agent-activity": "v2/pbxes/{0}/agent-activity",
    "calls-active": "v2/pbxes/{0}/calls/active",
    "realtime": "v2/call-queues/real-time/pbxes/{0}",
    "pbxes": "v2/pbxes/",
    "sites": "v2/pbxes/{0}/sites",
}
OVER_SOCKETS = {"hang", "huge", "bomb"}


@pytest.fixture(scope="module")
def simulator() -> TimedSimulator:
    made = make_simulator()
    made.advance(80)
    return made


async def ask(simulator: TimedSimulator, endpoint: str, what: str = "") -> httpx.Response:
    pbx = simulator.centre.directory.pbxes[0].id
    async with calling(simulator) as client:
        if what:
            simulator.faults.add(f"{endpoint}:{what}")
        answer = await client.get(PATHS[endpoint].format(pbx))
        simulator.faults.clear()
    return answer


async def body(simulator: TimedSimulator, endpoint: str, what: str = "") -> Any:
    answer = await ask(simulator, endpoint, what)
    assert answer.status_code == 200
    return answer.json()


def numbers(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """Every value of every object of metrics, and every duration."""
    if isinstance(value, dict):
        for key, one in value.items():
            within = name or ("metrics" if key in ("metrics", "metricsSummary") else "")
            if (within and not isinstance(one, dict)) or key.endswith("Duration"):
                yield key, one
            else:
                yield from numbers(one, within)
    elif isinstance(value, list):
        for one in value:
            yield from numbers(one, name)


@pytest.mark.parametrize("endpoint", SUCCESSORS)
async def test_every_fault_there_is_can_be_had(simulator: TimedSimulator, endpoint: str) -> None:
    plain = (await ask(simulator, endpoint)).content
    for what, (places, _) in WHAT.items():
        if endpoint not in places or what in OVER_SOCKETS:
            continue
        answer = await ask(simulator, endpoint, f"{what}:megabytes=1")
        transport = what in ("slow", "drip", "no-limit", "cached", "clock-behind", "frozen")
        assert (answer.content != plain or answer.status_code != 200) is not transport, what


async def test_an_endpoint_that_the_account_may_not_use_is_named(
    simulator: TimedSimulator,
) -> None:
    for endpoint, named in (
        ("realtime", "/v2/call-queues/real-time"),
        ("queue-metrics", "/v2/pbxes/{pbxId}/call-queue-metrics"),
        ("calls-active", "/v2/pbxes/{pbxId}/calls/active"),
        ("pbxes", "/v2/pbxes/"),
    ):
        answer = await ask(simulator, endpoint, "403-endpoint")
        assert answer.status_code == 403
        assert answer.json()["messages"] == [
            f"The endpoint {named} is not available for this account."
        ]


@pytest.mark.parametrize("endpoint", [*SUCCESSORS, "realtime", "sites"])
async def test_a_404_may_have_no_body(simulator: TimedSimulator, endpoint: str) -> None:
    answer = await ask(simulator, endpoint, "404-empty")
    assert (answer.status_code, answer.content) == (404, b"")


@pytest.mark.parametrize("endpoint", SUCCESSORS)
async def test_the_other_unit(simulator: TimedSimulator, endpoint: str) -> None:
    plain = list(numbers(await body(simulator, endpoint)))
    other = list(numbers(await body(simulator, endpoint, "ms-units")))
    assert [name for name, _ in plain] == [name for name, _ in other]
    for (name, value), (_, changed) in zip(plain, other, strict=True):
        is_time = "Time" in name or name.endswith("Duration")
        expected = round(value * 1000) if is_time and value is not None else value
        assert changed == expected
        assert not is_time or value is None or isinstance(changed, int)
    assert any(one != two for one, two in zip(plain, other, strict=True))


@pytest.mark.parametrize("endpoint", SUCCESSORS)
async def test_numbers_that_are_none(simulator: TimedSimulator, endpoint: str) -> None:
    def every(answer: Any) -> list[Any]:
        return [value for _, value in numbers(answer)]

    assert {type(one) for one in every(await body(simulator, endpoint, "strings"))} == {str}
    assert set(every(await body(simulator, endpoint, "nulls"))) == {None}
    assert max(every(await body(simulator, endpoint, "negative"))) < 0
    assert b"NaN" in (await ask(simulator, endpoint, "nan")).content


async def test_extensions_as_numbers_and_the_other_spelling(simulator: TimedSimulator) -> None:
    for queue in (await body(simulator, "queue-metrics", "extension-number"))["callQueues"]:
        assert type(queue["extension"]) is int
    for queue in (await body(simulator, "queue-metrics", "diverted-calls"))["callQueues"]:
        assert "diverted" not in queue["metrics"]
        assert queue["metrics"]["divertedCalls"] >= 0


async def test_a_wait_of_700_hours_in_seconds(simulator: TimedSimulator) -> None:
    plain = (await body(simulator, "queue-metrics"))["callQueues"]
    first, *rest = (await body(simulator, "queue-metrics", "long-wait"))["callQueues"]
    assert first["metrics"]["ongoingLongestWaitingTime"] == 2_520_000
    assert first["metrics"]["ongoingWaitingCalls"] == 1
    assert first["metrics"]["longestWaitingTime"] == plain[0]["metrics"]["longestWaitingTime"]
    assert rest == plain[1:]


async def test_shapes_that_the_vendor_shows_elsewhere(simulator: TimedSimulator) -> None:
    plain = await body(simulator, "agent-activity")
    wrapped = await body(simulator, "agent-activity", "wrapped-agents")
    assert set(wrapped) == {"queuesAgentActivity"}
    (only,) = wrapped["queuesAgentActivity"]
    assert only["agentActivity"] == plain["agentActivity"]
    renamed = await body(simulator, "agent-activity", "summary-name")
    assert renamed["summary"] == plain["metricsSummary"]
    for queue in (await body(simulator, "queue-agent-activity", "summary-name"))[
        "queuesAgentActivity"
    ]:
        assert "summary" in queue
        assert "metricsSummary" not in queue


async def test_nobody_is_there(simulator: TimedSimulator) -> None:
    queues = (await body(simulator, "queue-agent-activity", "nobody"))["queuesAgentActivity"]
    assert queues
    assert all(one["queueAgentActivity"] == [] for one in queues)
    assert (await body(simulator, "agent-activity", "nobody"))["agentActivity"] == []
    assert (await body(simulator, "calls-active", "nobody"))["calls"] == []


async def test_roles_in_place_of_statuses(simulator: TimedSimulator) -> None:
    queues = (await body(simulator, "queue-agent-activity", "roles"))["queuesAgentActivity"]
    agents = [one for queue in queues for one in queue["queueAgentActivity"]]
    told = {(one["overflowAgent"], one["queueStatus"]) for one in agents}
    assert told == {(False, "PRIMARY"), (True, "SECONDARY")}


async def test_calls_of_older_answers_and_of_no_queue(simulator: TimedSimulator) -> None:
    plain = (await body(simulator, "calls-active"))["calls"]
    older = (await body(simulator, "calls-active", "work-group"))["calls"]
    assert [one["workGroup"]["extension"] for one in older] == [one["reference"] for one in plain]
    others = (await body(simulator, "calls-active", "other-calls"))["calls"][len(plain) :]
    assert [one["direction"] for one in others] == ["OUTBOUND", "INTERNAL", "INBOUND"]
    assert not any(one["reference"] for one in others)


async def test_hostile_names_of_agents_callers_and_queues(simulator: TimedSimulator) -> None:
    queues = (await body(simulator, "queue-agent-activity", "hostile-names"))["queuesAgentActivity"]
    agents = [one for queue in queues for one in queue["queueAgentActivity"]]
    assert {one["agentName"] for one in agents} == set(HOSTILE_NAMES)
    assert {one["queueName"] for one in queues} <= set(HOSTILE_NAMES)
    spoken = [one["interaction"] for one in agents if "interaction" in one]
    assert spoken
    assert all(set(one.values()) <= set(HOSTILE_NAMES) for one in spoken)
    for call in (await body(simulator, "calls-active", "hostile-names"))["calls"]:
        for field in ("caller", "latestCallee"):
            assert call[field]["name"] in HOSTILE_NAMES
    listed = (await body(simulator, "queue-metrics", "hostile-names"))["callQueues"]
    assert {one["name"] for one in listed} == set(HOSTILE_NAMES)
    assert len({one["id"] for one in listed}) == len(listed)
