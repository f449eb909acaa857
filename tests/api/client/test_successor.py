"""The successor of the realtime endpoint and its siblings: what is asked, and what a 403 means."""

from datetime import datetime, timedelta, timezone

import httpx
import pytest

from tests.api.clients import Api, answering, failure
from tests.fake_clock import FakeClock
from wallboard.api.client import DROPPED_FOR, MOST_CALLS
from wallboard.api.wire.successor_names import AGENT_METRICS
from wallboard.errors import AccessRefused, EndpointGone, FeedError

BEGUN = datetime(2026, 3, 2, 1, 0, 0, 999_999, tzinfo=timezone(timedelta(hours=1)))


async def test_every_parameter_of_the_successor_is_sent() -> None:
    api = Api()
    client = api.client(FakeClock())
    await client.call_queue_metrics(
        "p/b x",
        site_ids=["s1", "s2"],
        queue_ids=("q1", "q2"),
        metrics=["ongoingWaitingCalls", "enteredCalls"],
        start=BEGUN,
        end=BEGUN + timedelta(hours=9),
        include_summary=False,
    )
    request = api.requests[-1]
    assert request.url.raw_path.startswith(
        b"/analytics/work/v2/pbxes/p%2Fb%20x/call-queue-metrics?"
    )
    assert dict(request.url.params) == {
        "siteIds": "s1,s2",
        "queueIds": "q1,q2",
        "metrics": "ongoingWaitingCalls,enteredCalls",
        "startDate": "2026-03-02T00:00:00Z",
        "endDate": "2026-03-02T09:00:00Z",
        "includeSummary": "false",
    }
    assert request.headers["authorization"].startswith("Bearer ")
    await client.call_queue_metrics("p")
    assert dict(api.requests[-1].url.params) == {"includeSummary": "true"}


async def test_agents_and_calls_are_asked_for() -> None:
    api = Api()
    client = api.client(FakeClock())
    await client.queue_agent_activity("p", site_ids=["s1"], queue_ids=["q1", "q2"])
    assert api.requests[-1].url.path.endswith("/v2/pbxes/p/queue-agent-activity")
    assert dict(api.requests[-1].url.params) == {
        "siteIds": "s1",
        "queueIds": "q1,q2",
        "metrics": ",".join(AGENT_METRICS),
        "includeSummary": "false",
    }
    await client.active_calls("p")
    assert api.requests[-1].url.path.endswith("/v2/pbxes/p/calls/active")
    assert dict(api.requests[-1].url.params) == {
        "paging": f"0,{MOST_CALLS}",
        "sorting": "startTime,asc",
    }


OTHER_WAY = {
    "limit": str(MOST_CALLS),
    "sortingField": "startTime",
    "sortingDirection": "ASC",
}


async def test_calls_are_asked_for_in_the_other_way_after_a_400_and_that_is_remembered() -> None:
    api = Api()
    client = api.client(FakeClock())

    async def picky(request: httpx.Request) -> httpx.Response:
        status = 400 if "paging" in request.url.params else 200
        return httpx.Response(status, json={"calls": [], "messages": ["Unknown parameter."]})

    api.data = picky
    await client.active_calls("p")
    assert [dict(one.url.params) for one in api.requests[-2:]][1] == OTHER_WAY
    asked = len(api.requests)
    await client.active_calls("p")
    assert len(api.requests) == asked + 1
    assert dict(api.requests[-1].url.params) == OTHER_WAY


@pytest.mark.parametrize(
    ("words", "asked"),
    [("Bad request.", 2), ("user(u) does not have access to api category(CDR) for pbxId([p]).", 1)],
)
async def test_a_400_that_is_not_for_the_way_of_asking_changes_nothing(
    words: str, asked: int
) -> None:
    api = Api()
    client = api.client(FakeClock())

    async def no(_: httpx.Request) -> httpx.Response:
        return httpx.Response(400, json={"message": words})

    await client.sign_in()
    usual, api.data = api.data, no
    before = len(api.requests)
    with pytest.raises(FeedError):
        await client.active_calls("p")
    assert len(api.requests) == before + asked
    api.data = usual
    await client.active_calls("p")
    assert "paging" in api.requests[-1].url.params


async def test_what_one_endpoint_does_not_know_is_still_asked_of_the_others() -> None:
    api = Api()

    async def picky(request: httpx.Request) -> httpx.Response:
        asked = request.url.params["metrics"].split(",")
        odd = {"call-queue-metrics": "ongoingOnHoldCalls", "queue-agent-activity": "userStatusTime"}
        name = odd.get(request.url.path.rpartition("/")[2], "onHoldCalls")
        if name in asked:
            return httpx.Response(400, json={"messages": [f"Invalid Metrics Passed [{name}]."]})
        return await api.queues(request)

    api.data = picky
    clock = FakeClock()
    client = api.client(clock)
    await client.realtime("p", metrics=["onHoldCalls", "waitingCalls"])
    await client.call_queue_metrics("p", metrics=["ongoingOnHoldCalls", "ongoingOnHoldTime"])
    await client.queue_agent_activity("p")
    assert client.dropped == {"onHoldCalls", "ongoingOnHoldCalls"}
    assert [one.url.params["metrics"] for one in api.requests[2::2]] == [
        "waitingCalls", "ongoingOnHoldTime",
        ",".join(one for one in AGENT_METRICS if one != "userStatusTime"),
    ]  # fmt: skip
    # Each for an hour of its own.
    await clock.advance(DROPPED_FOR - 1)
    api.data = api.queues
    await client.realtime("p", metrics=["onHoldCalls", "waitingCalls"])
    assert client.dropped == {"onHoldCalls", "ongoingOnHoldCalls"}
    await clock.advance(1)
    await client.call_queue_metrics("p", metrics=["ongoingOnHoldCalls"])
    assert client.dropped == {"onHoldCalls"}


@pytest.mark.parametrize(
    ("messages", "kind"),
    [
        (["The endpoint /v2/call-queues/real-time is not available."], EndpointGone),
        (["This real-time page is deprecated."], EndpointGone),
        (["No.", "Deprecated"], EndpointGone),
        ("The endpoint is gone", EndpointGone),
        (["user x does not have access to pbxId p-1 to make this request."], AccessRefused),
        (["user x has no access to the endpoint of p-1"], AccessRefused),
        (["The endpoint is not for this pbxId."], AccessRefused),
        (["Forbidden"], AccessRefused),
        ([], AccessRefused),
        ([7, None], AccessRefused),
        (None, AccessRefused),
    ],
)
async def test_a_403_is_the_pbxs_unless_its_messages_speak_of_the_endpoint(
    messages: object, kind: type[FeedError]
) -> None:
    api = Api()
    path = "/analytics/work/v2/call-queues/real-time/pbxes/p-1"
    api.data = answering(403, json={"status": 403, "messages": messages, "path": path})
    client = api.client(FakeClock())
    error = await failure(client.realtime("p-1"))
    assert type(error) is kind
    assert "403" in error.words
    assert type(await failure(client.call_queue_metrics("p-1"))) is AccessRefused
    assert type(await failure(client.queue_agent_activity("p-1"))) is AccessRefused
    assert type(await failure(client.active_calls("p-1"))) is AccessRefused


@pytest.mark.parametrize(
    ("pbx", "sent"), [("a/b", b"a%2Fb"), ("%2e%2e", b"%252e%252e"), ("a?b#c", b"a%3Fb%23c"),
     ("ä", b"%C3%A4")]
)  # fmt: skip
async def test_an_id_is_one_part_of_the_address_whatever_is_in_it(pbx: str, sent: bytes) -> None:
    api = Api()
    client = api.client(FakeClock())
    await client.realtime(pbx)
    await client.active_calls(pbx)
    paths = [request.url.raw_path.partition(b"?")[0] for request in api.requests[1:]]
    assert paths == [
        b"/analytics/work/v2/call-queues/real-time/pbxes/" + sent,
        b"/analytics/work/v2/pbxes/" + sent + b"/calls/active",
    ]
