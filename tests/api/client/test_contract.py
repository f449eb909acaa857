"""The client's requests against the vendor's OpenAPI documents, where they are at hand.

Active calls are known from the vendor's guide alone and are not among them.
"""

import re
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from tests.api import contract
from tests.api.account_env import Desk
from tests.api.clients import Api
from tests.fake_clock import FakeClock
from wallboard.api.directory import NameLists
from wallboard.api.wire.successor_names import AGENT_METRICS, MAY_BE_ASKED
from wallboard.model.data.catalogue import CATALOGUE
from wallboard.model.data.day import day_of
from wallboard.simulator.server.app import BASE_PATH

if contract.folder() is None:
    pytest.skip(contract.MISSING, allow_module_level=True)

QUEUES = "/v2/pbxes/{pbxId}/call-queue-metrics"
SEATS = "/v2/pbxes/{pbxId}/queue-agent-activity"
CALLS = "/v2/pbxes/{pbxId}/calls/active"
REALTIME = "/v2/call-queues/real-time/pbxes/{pbxId}"
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


async def requests(wanted: NameLists, metrics: frozenset[str]) -> dict[str, list[dict[str, str]]]:
    """Poll everything once, and return the queries by path as the documents write it."""
    desk = Desk(wanted)
    account = desk.again(
        wanted, metrics, endpoint="queue-metrics", day=partial(day_of, zone=UTC), people=True
    )
    for source in await account.open():
        await source.fetch()
    asked: dict[str, list[dict[str, str]]] = {}
    for one in desk.sim.log:
        if one.method == "GET":
            path = re.sub(r"(?<=/pbxes/)[^/]+", "{pbxId}", one.path.removeprefix(BASE_PATH))
            asked.setdefault(path, []).append(one.query)
    return asked


@pytest.mark.parametrize(
    "wanted",
    [
        NameLists(),
        NameLists(sites=["Paris"]),
        NameLists(queues=["Sales"]),
        NameLists((), ["Rome"], ["100"]),
    ],
)
@pytest.mark.parametrize("metrics", [frozenset(CATALOGUE), frozenset(["waitingCalls"])])
async def test_nothing_is_asked_that_is_not_documented(
    wanted: NameLists, metrics: frozenset[str]
) -> None:
    asked = await requests(wanted, metrics)
    assert {QUEUES, SEATS, CALLS, "/v2/pbxes/"} <= set(asked)
    for path in set(asked) - {CALLS}:
        allowed = contract.documented(path)
        for query in asked[path]:
            assert set(query) <= allowed.parameters, path
            names = set(query.get("metrics", "").split(",")) - {""}
            assert names <= allowed.metrics, path
            assert ("startDate" in query) == ("endDate" in query)
            for date in ("startDate", "endDate"):
                assert date not in query or INSTANT.fullmatch(query[date])
            assert query.get("includeSummary", "true") in ("true", "false")
    assert len(asked[QUEUES]) == 2 * len(asked[SEATS])


def test_what_may_be_asked_for_is_what_is_documented() -> None:
    assert contract.documented(QUEUES).metrics == MAY_BE_ASKED
    assert set(AGENT_METRICS) <= contract.documented(SEATS).metrics


async def test_names_that_are_not_documented_are_not_asked_for() -> None:
    api = Api()
    client = api.client(FakeClock())
    begun = datetime(2026, 3, 2, tzinfo=UTC)
    odd = ["missedCalls", "abandonedInHandlingCalls", "ongoingAvgOnHoldTime", "divertedCalls"]
    options: dict[str, Any] = {"start": begun, "end": begun + timedelta(hours=1)}
    await client.call_queue_metrics("p", metrics=["enteredCalls", *odd, "diverted"], **options)
    assert api.requests[-1].url.params["metrics"] == "enteredCalls,diverted"


def test_the_realtime_page_is_in_the_documents_no_more() -> None:
    with pytest.raises(KeyError):
        contract.documented(REALTIME)
