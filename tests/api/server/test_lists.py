"""The simulator's customer data: five lists, their pages, orders and links."""

from typing import Any

import httpx
import pytest

from tests.simulated import TimedSimulator, calling, make_simulator, pbx_named
from wallboard.simulator.centre.generated import plan_of
from wallboard.simulator.centre.plan import PbxPlan, Plan, SitePlan

KEYS = {
    "pbxList": {"id", "name", "deleted"},
    "siteList": {"id", "pbxId", "name", "deleted"},
    "queueList": {"id", "pbxId", "siteId", "name", "extension", "deleted"},
    "agentList": {"id", "pbxId", "siteId", "firstName", "lastName", "extension", "deleted"},
}


@pytest.fixture
def simulator() -> TimedSimulator:
    return make_simulator()


def paths(simulator: TimedSimulator) -> dict[str, str]:
    directory = simulator.centre.directory
    pbx = pbx_named(directory, "aurora-europe").id
    return {
        "v2/pbxes/": "pbxList",
        "v2/pbxes": "pbxList",
        f"v2/pbxes/{pbx}/sites": "siteList",
        f"v2/pbxes/{pbx}/queues": "queueList",
        f"v2/pbxes/{pbx}/sites/{directory.sites[pbx][0].id}/queues": "queueList",
        f"v2/pbxes/{pbx}/agents": "agentList",
    }


def queue_path(simulator: TimedSimulator) -> str:
    return f"v2/pbxes/{pbx_named(simulator.centre.directory, 'aurora-europe').id}/queues"


async def test_all_lists_have_their_shape(simulator: TimedSimulator) -> None:
    async with calling(simulator) as client:
        for path, name in paths(simulator).items():
            answer = await client.get(path)
            assert answer.status_code == 200
            body = answer.json()
            assert set(body) == {"_embedded", "_links", "page"}
            assert set(body["page"]) == {"size", "totalElements", "totalPages", "number"}
            assert list(body["_embedded"]) == [name]
            for entry in body["_embedded"][name]:
                assert set(entry) == KEYS[name]
                assert type(entry["deleted"]) is bool


async def test_deleted_ones_are_listed_as_deleted(simulator: TimedSimulator) -> None:
    async with calling(simulator) as client:
        entries = (await client.get(queue_path(simulator))).json()["_embedded"]["queueList"]
    assert [one["name"] for one in entries if one["deleted"]] == ["Christmas Hotline 2024"]


async def test_a_sites_queues_are_its_own(simulator: TimedSimulator) -> None:
    directory = simulator.centre.directory
    pbx = pbx_named(directory, "aurora-europe").id
    found = []
    async with calling(simulator) as client:
        for site in directory.sites[pbx]:
            body = (await client.get(f"v2/pbxes/{pbx}/sites/{site.id}/queues")).json()
            entries = body.get("_embedded", {}).get("queueList", [])
            assert {one["siteId"] for one in entries} <= {site.id}
            found += [one["id"] for one in entries]
    assert sorted(found) == sorted(one.id for one in directory.queues[pbx])


async def walk(client: httpx.AsyncClient, path: str, size: int) -> list[dict[str, Any]]:
    """Follow the links from page to page, as a browser would."""
    pages = [(await client.get(path, params={"size": str(size)})).json()]
    while "next" in pages[-1]["_links"]:
        pages.append((await client.get(pages[-1]["_links"]["next"]["href"])).json())
    return pages


@pytest.mark.parametrize("size", [1, 7, 100])
async def test_the_pages_together_are_the_list(size: int) -> None:
    simulator = make_simulator(plan=plan_of(1, 3, 250, 1))
    pbx = simulator.centre.directory.pbxes[0].id
    async with calling(simulator) as client:
        pages = await walk(client, f"v2/pbxes/{pbx}/queues", size)
    ids = [one["id"] for page in pages for one in page["_embedded"]["queueList"]]
    assert ids == [one.id for one in simulator.centre.directory.queues[pbx]]
    assert len(pages) == -(-250 // size)
    for number, page in enumerate(pages):
        assert page["page"] == {
            "size": size, "totalElements": 250, "totalPages": len(pages), "number": number,
        }  # fmt: skip
        links = set(page["_links"])
        assert {"self", "first", "last"} <= links
        assert ("prev" in links) == (number > 0)


async def test_a_list_of_one_page_links_to_itself_only(simulator: TimedSimulator) -> None:
    async with calling(simulator) as client:
        body = (await client.get("v2/pbxes/")).json()
    assert body["_links"] == {"self": {"href": f"{simulator.base_url}/v2/pbxes/?page=0&size=50"}}


@pytest.mark.parametrize(("query", "total"), [({"page": "9"}, 15), ({"page": "1"}, 15)])
async def test_a_page_beyond_the_last_is_empty(
    simulator: TimedSimulator, query: dict[str, str], total: int
) -> None:
    async with calling(simulator) as client:
        body = (await client.get(queue_path(simulator), params=query)).json()
    assert "_embedded" not in body
    assert body["page"]["totalElements"] == total
    assert "next" not in body["_links"]


async def test_an_empty_list_has_no_embedded() -> None:
    plan = Plan((PbxPlan("empty", (SitePlan("Rome"),)),), warm_up=0)
    simulator = make_simulator(plan=plan)
    pbx = simulator.centre.directory.pbxes[0].id
    async with calling(simulator) as client:
        body = (await client.get(f"v2/pbxes/{pbx}/agents")).json()
    assert set(body) == {"_links", "page"}
    assert body["page"] == {"size": 50, "totalElements": 0, "totalPages": 0, "number": 0}


@pytest.mark.parametrize(
    "query",
    [
        {"page": "-1"},
        {"page": "one"},
        {"page": ""},
        {"page": "1.0"},
        {"page": "²"},
        {"size": "0"},
        {"size": "101"},
        {"size": "-5"},
        {"size": "all"},
        {"sort": "colour,ASC"},
        {"sort": "name,sideways"},
    ],
)
async def test_wrong_parameters_are_refused(
    simulator: TimedSimulator, query: dict[str, str]
) -> None:
    async with calling(simulator) as client:
        answer = await client.get(queue_path(simulator), params=query)
    assert answer.status_code == 400
    assert answer.json()["status"] == 400


@pytest.mark.parametrize("direction", ["ASC", "asc", "DESC", "desc", ""])
async def test_sorted_by_name_and_queues_by_extension_too(
    simulator: TimedSimulator, direction: str
) -> None:
    tail = f",{direction}" if direction else ""
    backwards = direction.lower() == "desc"
    async with calling(simulator) as client:
        for path, name in paths(simulator).items():
            body = (await client.get(path, params={"sort": f"name{tail}"})).json()
            names = [
                one["name"] if "name" in one else f"{one['firstName']} {one['lastName']}"
                for one in body["_embedded"][name]
            ]
            assert names == sorted(names, key=str.casefold, reverse=backwards)
        answer = await client.get(queue_path(simulator), params={"sort": f"extension{tail}"})
        extensions = [one["extension"] for one in answer.json()["_embedded"]["queueList"]]
        refused = await client.get("v2/pbxes/", params={"sort": f"extension{tail}"})
    assert extensions == sorted(extensions, reverse=backwards)
    assert refused.status_code == 400


async def test_the_order_survives_the_links(simulator: TimedSimulator) -> None:
    async with calling(simulator) as client:
        first = await client.get(queue_path(simulator), params={"sort": "name,DESC", "size": "10"})
        second = await client.get(first.json()["_links"]["next"]["href"])
    names = [
        one["name"] for page in (first, second) for one in page.json()["_embedded"]["queueList"]
    ]
    assert names == sorted(names, key=str.casefold, reverse=True)
    assert len(names) == 15


async def test_lists_of_what_is_not_there_are_404(simulator: TimedSimulator) -> None:
    pbx = simulator.centre.directory.pbxes[0].id
    wrong = ["v2/pbxes/nobody/sites", "v2/pbxes/nobody/queues", "v2/pbxes/nobody/agents"]
    wrong += ["v2/pbxes/aurora-europe/queues", f"v2/pbxes/{pbx}/sites/nobody/queues"]
    async with calling(simulator) as client:
        assert [(await client.get(path)).status_code for path in wrong] == [404] * 5
