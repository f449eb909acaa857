"""Each fault does what its line in the catalogue says, on the wire."""

import asyncio
import gzip
import json
import math
import re
import time
from datetime import timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.simulated import START, TimedSimulator, calling, make_simulator, serving, sign_in
from wallboard.errors import ConfigurationError
from wallboard.model.data.catalogue import CATALOGUE
from wallboard.simulator.centre.generated import plan_of
from wallboard.simulator.centre.names import HOSTILE_NAMES
from wallboard.simulator.faults.fault_list import ENDPOINTS, REALTIME, SUCCESSORS, WHAT

ORIGIN = "http://127.0.0.1:8088"
SMALL = plan_of(1, 2, 3, 1)


def make(fault: str = "") -> TimedSimulator:
    return make_simulator(plan=SMALL, faults=[fault] if fault else [])


def live(simulator: TimedSimulator) -> str:
    return f"v2/call-queues/real-time/pbxes/{simulator.centre.directory.pbxes[0].id}"


async def poll(fault: str, **query: str) -> httpx.Response:
    simulator = make()
    async with calling(simulator) as client:
        simulator.faults.add(fault)
        return await client.get(live(simulator), params=query)


async def entries(fault: str) -> list[dict[str, Any]]:
    answer = await poll(fault)
    assert answer.status_code == 200
    listed: list[dict[str, Any]] = answer.json()["callQueues"]
    return listed


async def answer_of(endpoint: str, fault: str) -> httpx.Response:
    """The answer of any endpoint under a fault."""
    simulator = make()
    pbx = simulator.centre.directory.pbxes[0].id
    async with calling(simulator) as client:
        simulator.faults.add(fault)
        if endpoint == "token":
            who = simulator.credentials
            form = {"username": who.username, "password": who.password}
            return await client.post("v1/oauth/token", data=form)
        paths = {
            "realtime": live(simulator),
            "pbxes": "v2/pbxes/",
            "queue-metrics": f"v2/pbxes/{pbx}/call-queue-metrics",
            "calls-active": f"v2/pbxes/{pbx}/calls/active",
        }
        return await client.get(paths.get(endpoint, f"v2/pbxes/{pbx}/{endpoint}"))


STATUSES = {
    "400": 400, "401": 401, "401-expired": 401, "403": 403, "404": 404, "410": 410, "429": 429,
    "500": 500, "502-html": 502, "503-html": 503, "200-html": 200, "301": 301, "302": 302,
    "307": 307, "308": 308, "wrong-key": 400,
}  # fmt: skip


@pytest.mark.parametrize("endpoint", ENDPOINTS)
async def test_statuses_at_every_endpoint(endpoint: str) -> None:
    for what, status in STATUSES.items():
        answer = await answer_of(endpoint, f"{endpoint}:{what}")
        assert answer.status_code == status, what
        kind = "text/html" if "html" in what else "application/json"
        if what.isdecimal() and what.startswith("30"):
            assert answer.headers["location"].startswith("https://elsewhere.invalid/"), what
        else:
            assert answer.headers["content-type"].startswith(kind), what


async def test_a_401_repeats_the_token_as_the_api_does() -> None:
    answer = await poll("realtime:401-expired")
    token = answer.request.headers["authorization"].removeprefix("Bearer ")
    assert answer.json() == {
        "error": "invalid_token", "error_description": f"Access token expired: {token}",
    }  # fmt: skip


async def test_a_403_names_user_and_pbx() -> None:
    words = (await poll("realtime:403")).json()["messages"][0]
    assert re.fullmatch(
        r"user \S+ does not have access to pbxId \S{22} to make this request.", words
    )


@pytest.mark.parametrize("what", ["wrong-user", "never-opened"])
async def test_a_refused_user(what: str) -> None:
    answer = await answer_of("token", f"token:{what}")
    assert answer.status_code == 400
    assert answer.json()["error"] == "invalid_grant"


@pytest.mark.parametrize(
    ("what", "life"),
    [
        ("expires-0", 0),
        ("expires-negative", -60),
        ("expires-missing", None),
        ("expires-string", "1800"),
        ("expires-day", 86_400),
    ],
)
async def test_lives_of_tokens(what: str, life: object) -> None:
    answer = await answer_of("token", f"token:{what}")
    assert answer.status_code == 200
    assert answer.json().get("expires_in") == life
    assert answer.json()["access_token"]


async def test_an_unknown_metric_is_refused_only_while_it_is_asked_for() -> None:
    fault = "realtime:400-metric:metric=onHoldTime"
    for query in ({}, {"metrics": "waitingCalls,onHoldTime"}):
        answer = await poll(fault, **query)
        assert answer.status_code == 400
        assert answer.json()["messages"] == ["Invalid Metrics Passed [onHoldTime]."]
    assert (await poll(fault, metrics="waitingCalls")).status_code == 200


async def test_retry_after_in_every_form() -> None:
    assert (await poll("realtime:429:retry=7")).headers["retry-after"] == "7"
    assert "retry-after" not in (await poll("realtime:429:retry=none")).headers
    assert int((await poll("realtime:429:retry=absurd")).headers["retry-after"]) > 10**9
    answer = await poll("realtime:429:retry=date+90")
    later = parsedate_to_datetime(answer.headers["retry-after"])
    assert (later - START).total_seconds() == 90
    assert parsedate_to_datetime(answer.headers["date"]) == START


@pytest.mark.parametrize("endpoint", ENDPOINTS)
async def test_bodies_that_are_no_json(endpoint: str) -> None:
    whole = (await answer_of(endpoint, "pbxes:500:after=99")).content
    cut = (await answer_of(endpoint, f"{endpoint}:truncated")).content
    assert 0 < len(cut) < len(whole)
    for what in ("truncated", "not-json"):
        answer = await answer_of(endpoint, f"{endpoint}:{what}")
        with pytest.raises(json.JSONDecodeError):
            answer.json()
        assert answer.status_code == 200
    strange = (await answer_of(endpoint, f"{endpoint}:not-utf8")).content
    with pytest.raises(UnicodeDecodeError):
        strange.decode()
    deep = (await answer_of(endpoint, f"{endpoint}:deep")).content
    with pytest.raises(RecursionError):
        json.loads(deep)
    assert (await answer_of(endpoint, f"{endpoint}:wrong-shape")).json() == [1, 2, 3]


async def test_answers_that_are_old_say_so() -> None:
    for what, age in (("cached", "3600"), ("clock-behind", None)):
        for how, seconds in (("", 3600), (":delay=90", 90)):
            answer = await poll(f"realtime:{what}{how}")
            assert parsedate_to_datetime(answer.headers["date"]) == START - timedelta(
                seconds=seconds
            )
            assert answer.headers.get("age") == (age and str(seconds))


@pytest.mark.parametrize("endpoint", [REALTIME, *SUCCESSORS])
async def test_rows_without_number(endpoint: str) -> None:
    answer = (await answer_of(endpoint, f"{endpoint}:many-rows")).json()
    assert [len(rows) for rows in answer.values()] == [300_000]


async def test_one_value_that_is_bad() -> None:
    whole = (await poll("pbxes:500")).content
    for what, bad in (
        ("bad-letter", b"\xe9"), ("surrogate", rb"\ud83d"), ("long-number", b"9" * 5_000),
    ):  # fmt: skip
        content = (await poll(f"realtime:{what}")).content
        assert content.count(bad) == 1
        if what != "long-number":
            assert content.replace(bad, b"") == whole


async def test_numbers_that_are_none() -> None:
    answer = await poll("realtime:nan")
    assert b"NaN" in answer.content
    assert b"1e999" in answer.content
    assert not any(math.isfinite(one) for one in answer.json()["metricsSummary"].values())
    for queue in await entries("realtime:strings"):
        assert all(isinstance(one, str) for one in queue["metrics"].values())
    for queue in await entries("realtime:nulls"):
        assert set(queue["metrics"].values()) == {None}
    for queue in await entries("realtime:negative"):
        assert all(one < 0 for one in queue["metrics"].values())


@pytest.mark.parametrize("field", ["name", "site", "extension", "metrics"])
async def test_fields_that_are_not_there(field: str) -> None:
    for queue in await entries(f"realtime:no-{field}"):
        assert field not in queue
        assert "pbx" in queue


async def test_odd_fields() -> None:
    assert "metricsSummary" not in (await poll("realtime:no-summary")).json()
    for queue in await entries("realtime:null-fields"):
        assert queue["name"] is queue["site"] is queue["extension"] is None
    for queue in await entries("realtime:extension-number"):
        assert type(queue["extension"]) is int
    for queue in await entries("realtime:unknown-metrics"):
        assert set(queue["metrics"]) > set(CATALOGUE)
    for queue in await entries("realtime:unknown-fields"):
        assert "colour" in queue


async def test_queues_that_come_and_go() -> None:
    plain = await entries("pbxes:500")
    assert await entries("realtime:no-queues") == []
    assert await entries("realtime:vanish") == plain[1:]
    assert await entries("realtime:one-left") == plain[-1:]
    twins = await entries("realtime:twins")
    first, last = twins[0], twins[-1]
    assert len(twins) == len(plain) + 1
    assert [first[one] for one in ("name", "extension", "site")] == [
        last[one] for one in ("name", "extension", "site")
    ]
    assert first["metrics"] != last["metrics"]
    for what, field in (("move", "site"), ("rename", "name")):
        changed = await entries(f"realtime:{what}")
        assert changed[0][field] != plain[0][field]
        assert changed[0]["extension"] == plain[0]["extension"]
        assert changed[1:] == plain[1:]


async def test_a_wait_of_700_hours() -> None:
    first, *rest = await entries("realtime:long-wait")
    assert first["metrics"]["longestWaitingTime"] == 2_520_000_000
    assert first["metrics"]["waitingCalls"] == 1
    assert all(one["metrics"]["longestWaitingTime"] < 86_400_000 for one in rest)


async def test_every_hostile_name_comes_through() -> None:
    queues = await entries("realtime:hostile-names")
    assert {one["name"] for one in queues} == set(HOSTILE_NAMES)
    assert {one["site"] for one in queues} <= set(HOSTILE_NAMES)
    assert len({one["extension"] for one in queues}) == len(queues)


async def test_hostile_names_in_the_lists() -> None:
    for endpoint, name in (("pbxes", "pbxList"), ("sites", "siteList"), ("queues", "queueList")):
        answer = await answer_of(endpoint, f"{endpoint}:hostile-names")
        for entry in answer.json()["_embedded"][name]:
            assert entry["name"] in HOSTILE_NAMES
    answer = await answer_of("agents", "agents:hostile-names")
    for entry in answer.json()["_embedded"]["agentList"]:
        assert {entry["firstName"], entry["lastName"]} <= set(HOSTILE_NAMES)


def test_the_hostile_names_hold_every_kind_of_attack() -> None:
    everything = "\n".join(HOSTILE_NAMES)
    for needle in (
        "\x1b[", "\x1b]52;", "\x1b]8;", "\x1b]0;", "\x1bP", "\x9b", "\x9d", "\x07", "\x00", "\x08",
        "\x7f", "\u202e", "\u2066", "\u200b", "\u0301", "\t", "\n", "\r", "\u2028", "[red]x[/]",
        "[@click=app.quit]x[/]", "=cmd|",
    ):  # fmt: skip
        assert needle in everything
    assert max(map(len, HOSTILE_NAMES)) == 300
    assert len(set(HOSTILE_NAMES)) == len(HOSTILE_NAMES)


async def test_lists_of_odd_shapes() -> None:
    empty = (await answer_of("sites", "sites:empty")).json()
    assert "_embedded" not in empty
    assert empty["page"]["totalElements"] == 0
    nested = (await answer_of("pbxes", "pbxes:nested-page")).json()
    assert set(nested) == {"_embedded"}
    assert set(nested["_embedded"]) == {"pbxList", "_links", "page"}
    renamed = (await answer_of("queues", "queues:extensionNumber")).json()
    for entry in renamed["_embedded"]["queueList"]:
        assert "extensionNumber" in entry
        assert "extension" not in entry


async def test_an_endless_list_brings_something_new_on_every_page() -> None:
    simulator = make()
    pbx = simulator.centre.directory.pbxes[0].id
    seen: set[str] = set()
    async with calling(simulator) as client:
        simulator.faults.add("queues:endless")
        for number in (0, 1, 999):
            page = (await client.get(f"v2/pbxes/{pbx}/queues", params={"page": number})).json()
            ids = {one["id"] for one in page["_embedded"]["queueList"]}
            assert len(ids - seen) == 3
            seen |= ids
            assert page["page"]["number"] == number
            assert "next" in page["_links"]


async def test_slow_and_drip_take_their_time() -> None:
    simulator = make()
    async with calling(simulator) as client:
        simulator.faults.add("pbxes:slow:delay=3,times=1")
        assert (await client.get("v2/pbxes/")).status_code == 200
        assert simulator.slept == [3.0]
        simulator.faults.add("pbxes:drip:times=1")
        answer = await client.get("v2/pbxes/", headers={"accept-encoding": "identity"})
    assert answer.json()["page"]["number"] == 0
    assert simulator.slept[1:] == [1.0] * len(answer.content)


async def test_a_bomb_is_a_sound_gzip_that_is_a_thousand_times_as_large() -> None:
    simulator = make("realtime:bomb:megabytes=8")
    async with calling(simulator) as client:
        request = client.build_request("GET", live(simulator))
        answer = await client.send(request, stream=True)
        raw = b"".join([part async for part in answer.aiter_raw()])
    assert answer.headers["content-encoding"] == "gzip"
    assert len(raw) < 8 * 1100
    assert len(gzip.decompress(raw)) == 8 * 2**20


async def test_a_huge_body_is_as_large_as_it_says() -> None:
    answer = await poll("realtime:huge:megabytes=2")
    assert len(answer.content) == pytest.approx(2 * 2**20, abs=100)
    assert "content-encoding" not in answer.headers


async def test_a_fault_ends_and_the_truth_is_back() -> None:
    simulator = make()
    async with calling(simulator) as client:
        simulator.faults.add("realtime:503-html:seconds=20")
        statuses = []
        for _ in range(4):
            statuses.append((await client.get(live(simulator))).status_code)
            simulator.advance(10)
    assert statuses == [503, 503, 200, 200]
    assert [one.status for one in simulator.log][1:] == statuses


async def test_one_pbx_fails_while_the_other_goes_on() -> None:
    simulator = make_simulator(plan=plan_of(2, 1, 2, 1), faults=["realtime:403:pbx=pbx-2"])
    async with calling(simulator) as client:
        statuses = [
            (await client.get(f"v2/call-queues/real-time/pbxes/{pbx.id}")).status_code
            for pbx in simulator.centre.directory.pbxes
        ]
    assert statuses == [200, 403]


async def test_faults_are_switched_over_http() -> None:
    simulator = make()
    switch = f"{ORIGIN}/_simulator/faults"
    async with calling(simulator) as client:
        answer = await client.post(switch, content="realtime:500:times=1\n\ntoken:wrong-user\n")
        assert answer.json() == {"faults": ["realtime:500:times=1", "token:wrong-user"]}
        assert (await client.get(live(simulator))).status_code == 500
        assert (await client.get(switch)).json() == {"faults": ["token:wrong-user"]}
        wrong = await client.post(switch, content="realtime:nonsense")
        assert wrong.status_code == 400
        assert "'nonsense' is no fault" in wrong.json()["mistake"]
        assert (await client.delete(switch)).json() == {"faults": []}
    assert simulator.request_count("realtime") == 1  # the switch itself is not in the log
    assert len(simulator.log) == 2


def test_a_mistake_in_the_first_faults_is_told_at_once() -> None:
    with pytest.raises(ConfigurationError):
        make("realtime:nonsense")


def test_every_fault_is_tried_here() -> None:
    """The catalogue has no line that these tests leave out."""
    files = Path(__file__).parent.glob("test_faults*.py")
    tried = "\n".join(one.read_text(encoding="utf-8") for one in files)
    left_out = [what for what in WHAT if what not in tried and not what.startswith("no-")]
    assert left_out == []


async def test_a_frozen_answer_is_the_same_while_the_fault_lasts_and_the_truth_after_it() -> None:
    simulator = make()
    async with calling(simulator) as client:

        async def ask() -> Any:
            simulator.advance(300)
            return (await client.get(live(simulator))).json()

        simulator.faults.add("realtime:frozen")
        first = await ask()
        assert await ask() == first
        simulator.faults.clear()
        assert await ask() != first
        simulator.faults.add("realtime:frozen")
        assert await ask() != first


async def test_a_hanging_request_says_nothing_until_the_client_gives_up() -> None:
    simulator = make_simulator(plan=SMALL, real_sleep=True)
    async with (
        serving(simulator.app) as base_url,
        httpx.AsyncClient(base_url=f"{base_url}/", trust_env=False, timeout=60) as client,
    ):
        await sign_in(client, simulator)
        simulator.faults.add("realtime:hang:times=1")
        with pytest.raises(httpx.ReadTimeout):
            await client.get(live(simulator), timeout=0.05)
        assert simulator.log[-1].status == 0
        assert (await client.get(live(simulator))).status_code == 200


async def test_what_still_hangs_does_not_hold_up_the_end() -> None:
    simulator = make_simulator(plan=SMALL, real_sleep=True)
    async with httpx.AsyncClient(trust_env=False, timeout=60) as client:
        async with serving(simulator.app) as base_url:
            simulator.faults.add("all:hang")
            waiting = asyncio.create_task(client.get(f"{base_url}/v2/pbxes/"))
            while not simulator.log:  # noqa: ASYNC110 - it has come when it is in the log
                await asyncio.sleep(0.005)
            begun = time.monotonic()
        assert time.monotonic() - begun < 30, "it would hang for ever"
        (outcome,) = await asyncio.gather(waiting, return_exceptions=True)
    # Either the connection breaks off, or the server says so at the last moment.
    status = outcome.status_code if isinstance(outcome, httpx.Response) else 500
    assert status == 500


async def test_a_drip_over_a_socket_comes_byte_by_byte() -> None:
    simulator = make_simulator(plan=SMALL, real_sleep=True)
    async with (
        serving(simulator.app) as base_url,
        httpx.AsyncClient(base_url=f"{base_url}/", trust_env=False, timeout=60) as client,
    ):
        await sign_in(client, simulator)
        simulator.faults.add("pbxes:drip:delay=0.01,times=1")
        async with client.stream("GET", "v2/pbxes/") as answer:
            pieces = answer.aiter_raw()
            assert len(await anext(pieces)) == 1
        assert (await client.get("v2/pbxes/")).status_code == 200


@pytest.mark.parametrize(
    ("what", "status", "empty"),
    [
        ("401-gateway", 401, False),
        ("403-gateway", 403, False),
        ("501-gateway", 501, False),
        ("403-empty", 403, True),
        ("405-empty", 405, True),
    ],
)
async def test_a_gateway_answers_with_a_fault_of_its_own_or_with_nothing(
    what: str, status: int, empty: bool
) -> None:
    answer = await poll(f"realtime:{what}")
    assert answer.status_code == status
    assert (answer.content == b"") is empty
    assert empty or "faultstring" in answer.json()["fault"]


async def test_a_short_list_says_that_it_has_more() -> None:
    answer = (await answer_of("queues", "queues:short")).json()
    assert len(answer["_embedded"]["queueList"]) == 1
    assert answer["page"]["totalElements"] > 1
