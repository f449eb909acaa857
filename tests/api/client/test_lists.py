"""Lists of the customer data: all pages, both shapes, and an end."""

import httpx
import pytest

from tests.api.clients import BASE, Api, answering, failure, over_simulator
from tests.fake_clock import FakeClock
from tests.simulated import make_simulator
from wallboard.api.client import MOST_PAGES, Client
from wallboard.api.customer import CustomerList
from wallboard.errors import InvalidResponse, RateLimited
from wallboard.simulator.centre.generated import plan_of


async def listed(client: Client, path: str) -> list[str]:
    return [entry.name for entry in await client.entries(path, CustomerList())]


async def test_a_list_is_read_over_all_its_pages() -> None:
    sim = make_simulator(plan=plan_of(1, 2, 230, seed=3))
    client = over_simulator(sim, FakeClock())
    pbx = sim.centre.directory.pbxes[0].id
    names = await listed(client, f"/v2/pbxes/{pbx}/queues")
    there = [one.name for one in sim.centre.directory.queues[pbx] if not one.deleted]
    assert sorted(names) == sorted(there)
    assert len(names) > 200
    pages = [one.query for one in sim.log if one.endpoint == "queues"]
    assert [page["page"] for page in pages] == ["0", "1", "2"]
    assert {page["size"] for page in pages} == {"100"}


@pytest.mark.parametrize("fault", ["nested-page", "extensionNumber"])
async def test_both_shapes_of_a_list_say_the_same(fault: str) -> None:
    sim = make_simulator(plan=plan_of(1, 2, 130, seed=3))
    client = over_simulator(sim, FakeClock())
    path = f"/v2/pbxes/{sim.centre.directory.pbxes[0].id}/queues"
    plain = await client.entries(path, CustomerList())
    sim.faults.add(f"queues:{fault}")
    assert await client.entries(path, CustomerList()) == plain
    assert all(entry.extension for entry in plain)


async def test_an_empty_list_is_empty() -> None:
    sim = make_simulator(faults=["pbxes:empty"])
    assert await listed(over_simulator(sim, FakeClock()), "/v2/pbxes/") == []


async def test_a_list_whose_pages_are_all_new_is_nonsense_in_the_end() -> None:
    api = Api()

    async def another(request: httpx.Request) -> httpx.Response:
        entry = {"id": request.url.params["page"]}
        links = {"next": {"href": f"{BASE}/else"}}
        return httpx.Response(200, json={"_embedded": {"pbxList": [entry]}, "_links": links})

    api.data = another
    error = await failure(api.client(FakeClock()).entries("/v2/pbxes/", CustomerList()))
    assert type(error) is InvalidResponse
    assert api.asked["data"] == MOST_PAGES
    assert error.retry_after == 900
    assert {request.url.path for request in api.requests[1:]} == {"/analytics/work/v2/pbxes/"}


@pytest.mark.parametrize("entries", [{"totalElements": 10**9}, {"entries": 201}])
async def test_a_list_that_is_longer_than_any_is_nonsense_at_once(entries: dict[str, int]) -> None:
    api = Api()
    rows = [{"id": f"q{n}"} for n in range(entries.get("entries", 1))]
    page = {"_embedded": {"queueList": rows}, "page": {**entries, "totalPages": 99}}
    api.data = answering(200, json=page)
    client = api.client(FakeClock(), max_queues=200)
    error = await failure(client.entries("/v2/pbxes/p/queues", CustomerList()))
    assert (type(error), error.words) == (InvalidResponse, "The list of names has no end")
    assert api.asked["data"] == 1


async def test_entries_that_cannot_be_asked_for_are_told_in_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    api = Api()
    rows = [{"id": "..", "name": "Up"}, {"id": "", "name": "None"}, {"id": "p", "name": "P"}]
    api.data = answering(200, json={"_embedded": {"pbxList": rows}, "page": {}})
    assert await listed(api.client(FakeClock()), "/v2/pbxes/") == ["P"]
    assert caplog.messages[-1] == "/v2/pbxes/: entries without a usable id: 2"


async def test_after_a_failure_a_list_is_gone_on_with() -> None:
    sim = make_simulator(plan=plan_of(1, 2, 230, seed=3))
    client = over_simulator(sim, FakeClock())
    path, listing = f"/v2/pbxes/{sim.centre.directory.pbxes[0].id}/queues", CustomerList()
    sim.faults.add("queues:429:after=2,times=1")
    assert isinstance(await failure(client.entries(path, listing)), RateLimited)
    assert len(await client.entries(path, listing)) == len(
        await client.entries(path, CustomerList())
    )
    pages = [one.query["page"] for one in sim.log if one.endpoint == "queues"]
    assert pages == ["0", "1", "2", "2", "0", "1", "2"]
