"""The simulator's answers against the vendor's OpenAPI documents, where they are at hand."""

from typing import Any

import httpx
import pytest

from tests.api import contract
from tests.simulated import TimedSimulator, calling, make_simulator
from wallboard.simulator.server.activity import (
    PEOPLE_METRICS,
    QUEUE_STATUSES,
    SEAT_METRICS,
    USER_STATUSES,
)
from wallboard.simulator.server.queue_metrics import METRICS, UNASKED

if contract.folder() is None:
    pytest.skip(contract.MISSING, allow_module_level=True)

QUEUES = "/v2/pbxes/{pbxId}/call-queue-metrics"
SEATS = "/v2/pbxes/{pbxId}/queue-agent-activity"
PEOPLE = "/v2/pbxes/{pbxId}/agent-activity"
LISTS = (
    "/v2/pbxes/",
    "/v2/pbxes/{pbxId}/sites",
    "/v2/pbxes/{pbxId}/queues",
    "/v2/pbxes/{pbxId}/sites/{siteId}/queues",
    "/v2/pbxes/{pbxId}/agents",
)


def simulator(*faults: str) -> TimedSimulator:
    made = make_simulator(faults=faults)
    made.advance(600)  # a rush is behind us, so that everything has been asked for
    return made


async def get(sim: TimedSimulator, path: str, **query: str) -> httpx.Response:
    pbx = sim.centre.directory.pbxes[0].id
    site = sim.centre.directory.sites[pbx][0].id
    async with calling(sim) as client:
        return await client.get(path.removeprefix("/").format(pbxId=pbx, siteId=site), params=query)


@pytest.mark.parametrize("path", [QUEUES, SEATS, PEOPLE, *LISTS])
async def test_answers_are_as_documented(path: str) -> None:
    answer = await get(simulator(), path)
    assert answer.status_code == 200
    assert contract.mistakes(path, answer.json()) == []


@pytest.mark.parametrize("path", [QUEUES, SEATS, PEOPLE])
async def test_every_documented_field_is_sent(path: str) -> None:
    body = (await get(simulator(), path)).json()
    example = contract.example_of(path)
    if path == PEOPLE:
        (example,) = example["queuesAgentActivity"]  # the example's wrapper, not the schema's
    assert fields(example) - fields(body) <= NOT_OURS


# In the examples, but not sent: the names of the wrapper around the agents, which the schema
# does not have.
NOT_OURS = {"pbx", "site", "queueExtension", "queueName", "autoLogin"}


def fields(value: Any) -> set[str]:
    if isinstance(value, dict):
        return set(value).union(*map(fields, value.values())) if value else set()
    return set().union(*map(fields, value)) if isinstance(value, list) and value else set()


def test_the_documents_agree_with_their_own_examples_once_patched() -> None:
    for path in (QUEUES, SEATS, PEOPLE):
        assert contract.mistakes(path, contract.example_of(path)) == []


async def test_the_token_is_as_documented() -> None:
    sim = simulator()
    who = sim.credentials
    async with calling(sim) as client:
        form = {"username": who.username, "password": who.password}
        granted = await client.post("v1/oauth/token", data=form)
        refused = await client.post("v1/oauth/token", data={**form, "password": "other"})
    assert (granted.status_code, refused.status_code) == (200, 400)
    assert contract.mistakes("/v1/oauth/token", granted.json(), method="post") == []
    assert contract.mistakes("/v1/oauth/token", refused.json(), 400, "post") == []


@pytest.mark.parametrize(
    ("path", "fault", "status"),
    [
        (SEATS, "queue-agent-activity:401-expired", 401),
        (SEATS, "queue-agent-activity:403", 403),
        (PEOPLE, "agent-activity:500", 500),
        (QUEUES, "queue-metrics:401-expired", 401),
        (QUEUES, "queue-metrics:403-endpoint", 403),
    ],
)
async def test_refusals_are_as_documented(path: str, fault: str, status: int) -> None:
    answer = await get(simulator(fault), path)
    assert answer.status_code == status
    assert contract.mistakes(path, answer.json(), status) == []


async def test_an_unknown_metric_is_refused_as_documented() -> None:
    answer = await get(simulator(), SEATS, metrics="random,notSupported")
    assert answer.json()["messages"] == ["Invalid Metrics Passed [random,notSupported]."]
    assert contract.mistakes(SEATS, answer.json(), answer.status_code) == []


async def test_an_unknown_pbx_is_a_404_without_a_body_where_none_is_documented() -> None:
    sim = simulator()
    async with calling(sim) as client:
        for page in ("call-queue-metrics", "queue-agent-activity", "agent-activity"):
            answer = await client.get(f"v2/pbxes/nobody/{page}")
            assert (answer.status_code, answer.content) == (404, b"")


def test_what_may_be_asked_for_is_what_is_documented() -> None:
    assert set(METRICS) == contract.documented(QUEUES).metrics
    assert set(SEAT_METRICS) == contract.documented(SEATS).metrics
    assert set(PEOPLE_METRICS) == contract.documented(PEOPLE).metrics
    assert not set(UNASKED) & contract.documented(QUEUES).metrics
    values = contract.documented(SEATS).values
    assert set(USER_STATUSES) == values["userStatuses"]
    assert set(QUEUE_STATUSES) == values["queueStatuses"]
    assert contract.documented(QUEUES).parameters == {
        "siteIds", "queueIds", "startDate", "endDate", "intraDayStart", "intraDayEnd", "metrics",
        "includeSummary",
    }  # fmt: skip


@pytest.mark.parametrize("path", [QUEUES, SEATS, PEOPLE])
async def test_every_documented_metric_is_answered(path: str) -> None:
    asked = ",".join(sorted(contract.documented(path).metrics))
    answer = await get(simulator(), path, metrics=asked)
    assert answer.status_code == 200
    body = answer.json()
    rows = body.get("callQueues") or body.get("agentActivity")
    if rows is None:
        rows = [one for queue in body["queuesAgentActivity"] for one in queue["queueAgentActivity"]]
    assert rows
    assert all(set(row["metrics"]) == contract.documented(path).metrics for row in rows)


def test_a_field_or_a_type_that_is_not_documented_would_be_seen() -> None:
    queue = {"pbx": "p", "id": "1", "name": "n", "site": "s", "extension": "1", "metrics": {}}
    assert contract.mistakes(QUEUES, {"callQueues": [queue]}) == []
    assert contract.mistakes(QUEUES, {"callQueues": [{**queue, "colour": "blue"}]})
    assert contract.mistakes(QUEUES, {"callQueues": [{**queue, "autoLogin": "no"}]})
    assert contract.mistakes(QUEUES, {"callQueues": [{**queue, "metrics": {"one": "1"}}]})
