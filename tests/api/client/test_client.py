"""The endpoints: what is asked, and what each answer means."""

import asyncio
from collections.abc import Mapping
from typing import Any

import httpx
import pytest

from tests.api.clients import Api, answering, failure, over_simulator
from tests.fake_clock import FakeClock
from tests.simulated import TimedSimulator, make_simulator
from wallboard.api.client import DROPPED_FOR, Client
from wallboard.errors import (
    AccessRefused,
    EndpointGone,
    FeedError,
    InvalidResponse,
    RateLimited,
    ServerError,
    SignInRefused,
)
from wallboard.model.data.catalogue import CATALOGUE

SOME = ("waitingCalls", "wrappingUpAgents", "longestWaitingTime")


def sample() -> tuple[TimedSimulator, Client, str]:
    sim = make_simulator(sample=True)
    return sim, over_simulator(sim, FakeClock()), sim.centre.directory.pbxes[0].id


def last_query(sim: TimedSimulator) -> Mapping[str, str]:
    return sim.log[-1].query


# -- realtime ---------------------------------------------------------------------------------


async def test_every_parameter_of_the_realtime_endpoint_is_sent() -> None:
    api = Api()
    await api.client(FakeClock()).realtime(
        "p/b x",
        site_ids=["s1", "s2"],
        queue_ids=("q1", "q2"),
        metrics=SOME,
        include_summary=False,
    )
    request = api.requests[-1]
    assert request.method == "GET"
    assert request.url.raw_path.startswith(
        b"/analytics/work/v2/call-queues/real-time/pbxes/p%2Fb%20x?"
    )
    assert dict(request.url.params) == {
        "siteIds": "s1,s2",
        "queueIds": "q1,q2",
        "metrics": ",".join(SOME),
        "includeSummary": "false",
        "sort": "name,asc",
    }
    assert request.headers["8x8-apikey"]
    assert request.headers["authorization"].startswith("Bearer ")


@pytest.mark.parametrize("metrics", [(), tuple(CATALOGUE)])
async def test_nothing_is_sent_for_everything(metrics: tuple[str, ...]) -> None:
    api = Api()
    await api.client(FakeClock()).realtime("p", metrics=metrics)
    assert dict(api.requests[-1].url.params) == {"includeSummary": "true", "sort": "name,asc"}


async def test_an_unknown_metric_is_left_out_remembered_and_the_rest_goes_on() -> None:
    sim, client, pbx = sample()
    sim.faults.add("realtime:400-metric:metric=wrappingUpAgents")
    assert b"Narbo" in (await client.realtime(pbx, metrics=SOME)).content
    assert client.dropped == {"wrappingUpAgents"}
    assert last_query(sim)["metrics"] == "waitingCalls,longestWaitingTime"
    asked = sim.request_count("realtime")
    await client.realtime(pbx, metrics=SOME)
    assert sim.request_count("realtime") == asked + 1


async def test_an_unknown_metric_among_all_is_left_out_by_naming_the_others() -> None:
    sim, client, pbx = sample()
    sim.faults.add("realtime:400-metric:metric=onHoldCalls")
    await client.realtime(pbx)
    assert set(last_query(sim)["metrics"].split(",")) == set(CATALOGUE) - {"onHoldCalls"}


@pytest.mark.parametrize(
    "message",
    [
        "Invalid Metrics Passed [waitingCalls, WRAPPINGUPAGENTS].",
        'Invalid Metrics Passed ["waitingCalls","wrappingUpAgents"]',
        "invalid metrics passed: [waitingCalls], invalid metrics passed: [wrappingUpAgents]",
    ],
)
async def test_several_unknown_metrics_are_left_out_at_once(message: str) -> None:
    api = Api()

    async def picky(request: httpx.Request) -> httpx.Response:
        if "waitingCalls" in request.url.params["metrics"]:
            return httpx.Response(400, json={"status": 400, "messages": [message]})
        return await api.queues(request)

    api.data = picky
    client = api.client(FakeClock())
    await client.realtime("p", metrics=SOME)
    assert client.dropped == {"waitingCalls", "wrappingUpAgents"}
    assert api.asked["data"] == 2


async def test_unknown_metrics_told_one_by_one_are_all_remembered() -> None:
    sim, client, pbx = sample()
    sim.faults.add("realtime:400-metric:metric=wrappingUpAgents")
    await client.realtime(pbx, metrics=SOME)
    sim.faults.clear()
    sim.faults.add("realtime:400-metric:metric=waitingCalls")
    await client.realtime(pbx, metrics=SOME)
    assert client.dropped == {"wrappingUpAgents", "waitingCalls"}
    assert last_query(sim)["metrics"] == "longestWaitingTime"


async def test_an_api_that_knows_no_metric_is_nonsense_and_not_asked_for_ever() -> None:
    api = Api()

    async def knows_none(request: httpx.Request) -> httpx.Response:
        names = request.url.params["metrics"]
        return httpx.Response(400, json={"messages": [f"Invalid Metrics Passed [{names}]."]})

    api.data = knows_none
    assert isinstance(
        await failure(api.client(FakeClock()).realtime("p", metrics=SOME)), InvalidResponse
    )
    assert api.asked["data"] == 1


@pytest.mark.parametrize(
    "content",
    [
        {"json": {"messages": ["Invalid Metrics Passed [somethingElse]."]}},
        {"json": {"messages": ["Invalid Metrics Passed []."]}},
        {"json": {"messages": None}},
        {"text": "<html>"},
        {"content": b"\xff[Invalid Metrics Passed [\xff]"},
        {"content": b""},
    ],
)
async def test_any_other_400_is_nonsense_at_once(content: Any) -> None:
    api = Api()
    api.data = answering(400, **content)
    client = api.client(FakeClock())
    error = await failure(client.realtime("p", metrics=SOME))
    assert type(error) is InvalidResponse
    assert "400" in error.words
    assert client.dropped == frozenset()
    assert api.asked["data"] == 1


# -- what an answer means ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "kind", "words"),
    [
        (403, AccessRefused, "access to this PBX"),
        (404, EndpointGone, "404"),
        (410, EndpointGone, "410"),
        (429, RateLimited, "limits"),
        (408, ServerError, "408"),
        (500, ServerError, "500"),
        (502, ServerError, "502"),
        (503, ServerError, "503"),
        (301, InvalidResponse, "redirect"),
        (302, InvalidResponse, "redirect"),
        (304, InvalidResponse, "redirect"),
        (308, InvalidResponse, "redirect"),
        (204, InvalidResponse, "204"),
        (206, InvalidResponse, "206"),
        (418, InvalidResponse, "418"),
        (599, ServerError, "599"),
    ],
)
async def test_a_status_is_judged_whatever_the_body(
    status: int, kind: type[FeedError], words: str
) -> None:
    bodies: list[dict[str, Any]] = [{}, {"text": "<html>"}, {"json": {"callQueues": []}}]
    for content in bodies:
        api = Api()
        headers = {"Location": "https://elsewhere.example/"}
        api.data = answering(status, headers=headers, **content)
        error = await failure(api.client(FakeClock()).realtime("p"))
        assert type(error) is kind
        assert words in error.words
        assert error.remedy
        assert api.asked["data"] == 1
        assert {request.url.host for request in api.requests} == {"127.0.0.1"}


@pytest.mark.parametrize(
    ("sent", "wait"),
    [
        ("7", 7.0),
        (" 7.5 ", 7.5),
        ("0", 0.0),
        ("-5", 0.0),
        ("99999999999", 900.0),
        ("1e999", None),
        ("nan", None),
        ("Mon, 02 Mar 2026 09:30:20 GMT", 20.0),
        ("Mon, 02 Mar 2026 09:00:00 GMT", 0.0),
        ("Mon, 02 Mar 2099 09:00:00 GMT", 900.0),
        ("Mon, 99 Mar 99999 99:00:00 GMT", None),
        ("soon", None),
        ("", None),
    ],
)
@pytest.mark.parametrize("status", [429, 503])
async def test_retry_after_is_read_in_both_forms_and_bounded(
    status: int, sent: str, wait: float | None
) -> None:
    api = Api()
    api.data = answering(status, headers={"Retry-After": sent})
    error = await failure(api.client(FakeClock()).realtime("p"))
    assert isinstance(error, FeedError)
    assert error.retry_after == wait


async def test_a_date_of_retry_after_is_reckoned_by_the_servers_own_clock() -> None:
    api = Api()
    headers = {
        "Retry-After": "Tue, 03 Mar 2026 12:00:30 GMT",
        "Date": "Tue, 03 Mar 2026 12:00:00 GMT",
    }
    api.data = answering(429, headers=headers)
    error = await failure(api.client(FakeClock()).realtime("p"))
    assert isinstance(error, FeedError)
    assert error.retry_after == 30


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ("realtime:401", SignInRefused),
        ("realtime:401-expired", SignInRefused),
        ("realtime:403", AccessRefused),
        ("realtime:404", EndpointGone),
        ("realtime:410", EndpointGone),
        ("realtime:429:retry=date+7", RateLimited),
        ("realtime:500", ServerError),
        ("realtime:502-html", ServerError),
        ("realtime:301", InvalidResponse),
        ("realtime:307", InvalidResponse),
        ("all:503-html", ServerError),
        ("token:never-opened", SignInRefused),
    ],
)
async def test_after_a_fault_of_the_simulator_the_next_poll_is_fine(
    fault: str, kind: type[FeedError]
) -> None:
    sim, clock = make_simulator(sample=True), FakeClock()
    client = over_simulator(sim, clock)
    pbx = sim.centre.directory.pbxes[0].id
    sim.faults.add(fault)
    assert type(await failure(client.realtime(pbx))) is kind
    sim.faults.clear()
    await clock.advance(60)
    assert b"Narbo" in (await client.realtime(pbx)).content


# -- side by side -----------------------------------------------------------------------------


async def test_many_requests_go_side_by_side() -> None:
    api = Api()
    at_once = most = 0

    async def slow(request: httpx.Request) -> httpx.Response:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        await asyncio.sleep(0.01)
        at_once -= 1
        return await api.queues(request)

    api.data = slow
    client = api.client(FakeClock())
    await asyncio.gather(*(client.realtime(f"p{n}") for n in range(10)))
    assert most == 10


async def test_no_cookie_is_kept_or_sent() -> None:
    api = Api()
    api.data = answering(200, json={}, headers={"Set-Cookie": "a=b; Max-Age=1000"})
    client = api.client(FakeClock())
    await client.realtime("p")
    await client.realtime("p")
    assert not any("cookie" in request.headers for request in api.requests)
    assert not list(client._exchanges._line.http.cookies.jar)


async def test_a_closed_client_may_be_closed_again() -> None:
    client = Api().client(FakeClock())
    await client.realtime("p")
    await client.aclose()
    await client.aclose()
    assert client._exchanges._line.http.is_closed


async def test_a_metric_that_was_unknown_is_asked_for_again_after_an_hour() -> None:
    sim, client, pbx = sample()
    sim.faults.add("realtime:400-metric:metric=wrappingUpAgents")
    await client.realtime(pbx, metrics=SOME)
    sim.faults.clear()
    clock = client._clock
    assert isinstance(clock, FakeClock)
    await clock.advance(DROPPED_FOR - 1)
    await client.realtime(pbx, metrics=SOME)
    assert client.dropped == {"wrappingUpAgents"}
    await clock.advance(1)
    await client.realtime(pbx, metrics=SOME)
    assert client.dropped == frozenset()
    assert "wrappingUpAgents" in last_query(sim)["metrics"]
