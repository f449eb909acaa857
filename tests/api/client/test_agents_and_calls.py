"""Agents and calls of the simulator's contact centre: who is there, and who must not be named."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from tests.api.clients import failure, over_simulator
from tests.fake_clock import FakeClock
from tests.simulated import TimedSimulator, make_simulator, serving
from wallboard.api.account import AnySource, WorkAnalytics
from wallboard.api.client import MOST_CALLS
from wallboard.api.directory import NameLists
from wallboard.api.pbx_session import LISTED_FOR
from wallboard.api.wire.successor_names import AGENT_METRICS
from wallboard.errors import (
    AccessRefused,
    EndpointGone,
    FeedError,
    InvalidResponse,
    RateLimited,
    ServerError,
    SignInRefused,
    Unreachable,
)
from wallboard.host.clock import SystemClock
from wallboard.model.data.agent_status import STATUSES
from wallboard.model.data.agents import AgentsReading
from wallboard.model.data.calls import CallsReading, LeftOut
from wallboard.model.data.catalogue import CATALOGUE
from wallboard.model.data.metric import Kind
from wallboard.model.data.reading import Reading

QUEUE_STATUSES = {
    "AVAILABLE_IDLE", "HANDLING", "ALERTING", "PAUSE", "WRAP_UP", "BUSY_OTHER", "DND",
    "LOGGED_OUT", "OFFLINE",
}  # fmt: skip


def busy(*faults: str, **options: Any) -> TimedSimulator:
    """The demo in its first rush."""
    made = make_simulator(faults=faults, **options)
    made.advance(90)
    return made


async def sources(
    sim: TimedSimulator, kind: Kind, wanted: NameLists | None = None
) -> Sequence[AnySource]:
    clock = FakeClock()
    account = WorkAnalytics(
        over_simulator(sim, clock), wanted or NameLists(), frozenset(CATALOGUE), clock, people=True
    )
    return [one for one in await account.open() if one.feed.kind is kind]


async def agents(sim: TimedSimulator, wanted: NameLists | None = None) -> list[AgentsReading]:
    found = [await one.fetch() for one in await sources(sim, Kind.AGENTS, wanted)]
    assert all(isinstance(one, AgentsReading) for one in found)
    return found  # type: ignore[return-value]


async def calls(sim: TimedSimulator, wanted: NameLists | None = None) -> list[CallsReading]:
    found = [await one.fetch() for one in await sources(sim, Kind.CALLS, wanted)]
    assert all(isinstance(one, CallsReading) for one in found)
    return found  # type: ignore[return-value]


async def live(sim: TimedSimulator) -> list[Reading]:
    return [await one.fetch() for one in await sources(sim, Kind.LIVE)]  # type: ignore[misc]


# -- agents -----------------------------------------------------------------------------------


async def test_agents_sit_in_the_queues_of_the_live_answer() -> None:
    sim = busy()
    for queues, people in zip(await live(sim), await agents(sim), strict=True):
        assert (people.pbx_name, people.feed.pbx) == (queues.pbx_name, queues.feed.pbx)
        by_key = {queue.key: queue for queue in queues.queues}
        assert {seat.queue for seat in people.seats} <= set(by_key)
        for seat in people.seats:
            assert seat.queue_name == by_key[seat.queue].name
            assert seat.status in QUEUE_STATUSES
            assert seat.name
            assert seat.since is not None
        for key, queue in by_key.items():
            there = [seat for seat in people.seats if seat.queue == key]
            assert (
                sum(seat.status == "WRAP_UP" for seat in there)
                == (queue.values["wrappingUpAgents"])
            )
        persons = {seat.person for seat in people.seats}
        assert len(persons) < len(people.seats)


async def test_only_what_is_shown_is_asked_for() -> None:
    sim = busy()
    await agents(sim)
    (query, *_) = [one.query for one in sim.log if one.endpoint == "queue-agent-activity"]
    assert query == {"metrics": ",".join(AGENT_METRICS), "includeSummary": "false"}


async def test_a_filter_holds_for_agents_too(monkeypatch: pytest.MonkeyPatch) -> None:
    sim = busy()
    name = (await live(sim))[0].queues[0].name
    wanted = NameLists(queues=[name])
    asked = [{seat.queue_name for seat in one.seats} for one in await agents(sim, wanted)]
    monkeypatch.setattr("wallboard.api.directory.MOST_IDS", 3)
    kept = [{seat.queue_name for seat in one.seats} for one in await agents(sim, wanted)]
    assert asked == kept
    assert {name} in asked


@pytest.mark.parametrize(
    "fault",
    [
        "nan", "strings", "nulls", "null-fields", "negative", "no-name", "no-metrics", "no-summary",
        "unknown-metrics", "unknown-fields", "summary-name", "nobody", "hostile-names", "ms-units",
    ],
)  # fmt: skip
async def test_every_odd_payload_about_agents_gives_a_reading(fault: str) -> None:
    for reading in await agents(busy(f"queue-agent-activity:{fault}")):
        assert bool(reading.seats) == (fault != "nobody")
        for seat in reading.seats:
            assert seat.name.isprintable()
            assert seat.since is None or seat.since >= 0
            if fault in ("nan", "nulls", "negative", "no-metrics"):
                assert seat.since is None
            if fault == "null-fields":
                assert (seat.caller, seat.address) == ("", "")


async def test_of_roles_the_same_people_are_found_at_work() -> None:
    told, roles = await agents(busy()), await agents(busy("queue-agent-activity:roles"))
    for known, found in zip(told, roles, strict=True):
        assert all(seat.derived for seat in found.seats)
        assert {seat.status for seat in found.seats} <= set(STATUSES)
        for status in ("HANDLING", "ALERTING", "WRAP_UP"):
            # People, not seats: who wraps up has its count in the queue of the call alone.
            told_at_it, found_at_it = (
                {seat.person for seat in reading.seats if seat.status == status}
                for reading in (known, found)
            )
            assert told_at_it == found_at_it, status


# -- calls ------------------------------------------------------------------------------------


async def test_calls_are_those_of_the_live_answer() -> None:
    sim = busy()
    for queues, going_on in zip(await live(sim), await calls(sim), strict=True):
        assert going_on.more == 0
        for queue in queues.queues:
            ours = [one for one in going_on.calls if one.reference == queue.extension]
            assert len(ours) == queue.values["totalCalls"]
            waiting = [one.waiting or 0 for one in ours if one.label in ("WAITING", "ALERTING")]
            assert len(waiting) == queue.values["waitingCalls"]
            assert max(waiting, default=0) == queue.values["longestWaitingTime"]
        for call in going_on.calls:
            assert bool(call.agent) == (call.label != "WAITING")
            assert call.caller
            assert call.address


async def test_as_many_calls_are_asked_for_as_a_page_has_and_the_rest_is_counted() -> None:
    sim = busy()
    source, *_ = await sources(sim, Kind.CALLS)
    assert isinstance(reading := await source.fetch(), CallsReading)
    assert sim.log[-1].query == {"paging": f"0,{MOST_CALLS}", "sorting": "startTime,asc"}
    assert len(reading.calls) > 1
    client = source._client
    real = client._get

    async def few(path: str, query: dict[str, str]) -> Any:
        return await real(path, {**query, "paging": "0,1"})

    client._get = few  # type: ignore[method-assign, assignment]
    assert isinstance(fewer := await source.fetch(), CallsReading)
    assert (len(fewer.calls), fewer.more) == (1, len(reading.calls) - 1)


async def test_calls_of_queues_that_were_not_named_are_not_told() -> None:
    sim = busy()
    everything = [call for one in await calls(sim) for call in one.calls]
    name = everything[0].reference
    some = [call for one in await calls(sim, NameLists(queues=[name])) for call in one.calls]
    assert {call.queue_extension for call in some} == {name}
    assert 0 < len(some) < len(everything)


@pytest.mark.parametrize("fault", ["", "calls-active:work-group"])
async def test_calls_that_tell_no_queue_are_counted_where_queues_were_named(fault: str) -> None:
    sim = busy("calls-active:other-calls", *filter(None, [fault]))
    name = (await live(sim))[0].queues[0].name
    (made, *_) = await calls(sim, NameLists(queues=[name]))
    assert made.left_out == LeftOut(untold=1, outbound=1, internal=1)


@pytest.mark.parametrize("fault", ["calls-active:no-paging", "calls-active:no-limit"])
async def test_calls_come_whichever_way_of_asking_works(fault: str) -> None:
    assert [one.calls for one in await calls(busy(fault))] == [
        one.calls for one in await calls(busy())
    ]


async def test_where_neither_way_of_asking_works_the_next_poll_begins_with_the_same() -> None:
    sim = busy("calls-active:400")
    source, *_ = await sources(sim, Kind.CALLS)
    for _ in range(2):
        assert type(await failure(source.fetch())) is InvalidResponse
    ways = ["limit" in one.query for one in sim.log if one.endpoint == "calls-active"]
    assert ways == [False, True] * 2


async def test_another_choice_of_sites_is_listed_anew_for_calls() -> None:
    sim = busy()
    directory = sim.centre.directory
    pbx = directory.pbxes[0].id
    first, second, *_ = [site.name for site in directory.sites[pbx] if not site.deleted]
    clock = FakeClock()
    client = over_simulator(sim, clock)
    named = [first]
    wanted = NameLists(sites=named)
    account = WorkAnalytics(client, wanted, frozenset(CATALOGUE), clock, people=True)
    source = next(one for one in await account.open() if one.feed.kind is Kind.CALLS)
    await source.fetch()
    listed = sim.request_count("queues")
    await account.open()
    await source.fetch()
    assert sim.request_count("queues") == listed, "the same sites have the queues that they had"
    named[:] = [second]
    await account.open()
    reading = await source.fetch()
    assert isinstance(reading, CallsReading)
    assert sim.request_count("queues") == listed + 1
    of_second = next(site.id for site in directory.sites[pbx] if site.name == second)
    there = {queue.extension for queue in directory.queues[pbx] if queue.site_id == of_second}
    assert {call.queue_extension for call in reading.calls} <= there


def at_work(sim: TimedSimulator) -> list[str]:
    """Paths that were asked for, of lists of queues and of calls."""
    return [one.endpoint for one in sim.log if one.endpoint in ("queues", "calls-active")]


@pytest.mark.parametrize("most_ids", [4096, 3])
async def test_calls_of_sites_that_were_not_named_are_not_told(
    most_ids: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wallboard.api.directory.MOST_IDS", most_ids)
    sim = busy()
    everything = [call for one in await calls(sim) for call in one.calls]
    site_of = {queue.extension: queue.site for one in await live(sim) for queue in one.queues}
    site = site_of[everything[0].reference]
    some = [call for one in await calls(sim, NameLists(sites=[site])) for call in one.calls]
    assert {site_of[call.queue_extension] for call in some} == {site}
    assert [call.id for call in some] == [
        call.id for call in everything if site_of[call.reference] == site
    ]
    assert len(some) < len(everything)


async def test_where_sites_are_named_queues_are_listed_for_calls_alone_and_each_hour() -> None:
    sim, clock = busy(), FakeClock()
    site = (await live(sim))[0].queues[0].site
    sim.log.clear()
    account = WorkAnalytics(over_simulator(sim, clock), NameLists(sites=[site]),
                            frozenset(CATALOGUE), clock, people=True)  # fmt: skip
    made = await account.open()
    for one in made:
        if one.feed.kind is not Kind.CALLS:
            await one.fetch()
    assert at_work(sim) == []
    source = next(one for one in made if one.feed.kind is Kind.CALLS)
    before = await source.fetch()
    await source.fetch()
    assert at_work(sim) == ["queues", "calls-active", "calls-active"]
    await clock.advance(LISTED_FOR)
    sim.log.clear()
    sim.faults.add("queues:500")
    after = await source.fetch()
    assert at_work(sim) == ["queues", "calls-active"], "what was known is kept"
    assert after.calls == before.calls  # type: ignore[union-attr]
    await source.fetch()
    assert at_work(sim) == ["queues", "calls-active", "calls-active"]


async def test_until_it_is_known_which_queues_are_meant_no_call_is_told() -> None:
    sim = busy()
    site = (await live(sim))[0].queues[0].site
    source, *_ = await sources(sim, Kind.CALLS, NameLists(sites=[site]))
    sim.faults.add("queues:503-html")
    sim.log.clear()
    assert isinstance(await failure(source.fetch()), ServerError)
    assert at_work(sim) == ["queues"]
    sim.faults.clear()
    assert isinstance(made := await source.fetch(), CallsReading)
    assert made.calls


@pytest.mark.parametrize(
    "fault",
    [
        "nan", "strings", "nulls", "null-fields", "negative", "unknown-fields", "nobody",
        "hostile-names",
    ],
)  # fmt: skip
async def test_every_odd_payload_about_calls_gives_a_reading(fault: str) -> None:
    readings = await calls(busy(f"calls-active:{fault}"))
    assert any(one.calls for one in readings) == (fault != "nobody")
    for call in (call for one in readings for call in one.calls):
        assert all(text.isprintable() for text in (call.caller, call.address, call.agent))
        assert call.waiting is None or call.waiting >= 0
        if fault in ("nan", "nulls", "negative"):
            assert call.waiting is None


async def test_durations_are_of_the_unit_that_the_user_said() -> None:
    sim = busy("calls-active:ms-units")
    clock = FakeClock()
    account = WorkAnalytics(
        over_simulator(sim, clock), NameLists(), frozenset(CATALOGUE), clock, time_unit="ms",
        people=True,
    )  # fmt: skip
    found = [await one.fetch() for one in await account.open() if one.feed.kind is Kind.CALLS]
    sim.faults.clear()
    assert [one.calls for one in found] == [one.calls for one in await calls(sim)]  # type: ignore[union-attr]


# -- trouble ----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [Kind.AGENTS, Kind.CALLS])
@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("404", EndpointGone),
        ("404-empty", EndpointGone),
        ("410", EndpointGone),
        ("403", AccessRefused),
        ("403-endpoint", AccessRefused),
        ("401", SignInRefused),
        ("429", RateLimited),
        ("500", ServerError),
        ("503-html", ServerError),
        ("200-html", InvalidResponse),
        ("truncated", InvalidResponse),
        ("wrong-shape", InvalidResponse),
        ("deep", InvalidResponse),
        ("301", InvalidResponse),
        ("400", InvalidResponse),
    ],
)
async def test_each_trouble_is_an_error_that_says_what_it_is(
    kind: Kind, fault: str, error: type[FeedError]
) -> None:
    place = "queue-agent-activity" if kind is Kind.AGENTS else "calls-active"
    sim = busy(f"{place}:{fault}")
    source, *_ = await sources(sim, kind)
    found = await failure(source.fetch())
    assert type(found) is error
    assert found.words
    assert found.remedy
    sim.faults.clear()
    if fault not in ("401",):
        await source.fetch()


# -- privacy ----------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", ["", "negative", "strings", "null-fields", "hostile-names"])
async def test_nobody_is_named_in_a_log_or_a_note(
    fault: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    sim = busy()
    people, going_on = await agents(sim), await calls(sim)
    names = {seat.name for one in people for seat in one.seats}
    names |= {
        text for one in going_on for call in one.calls for text in (call.caller, call.address)
    }
    assert len(names) > 20
    for place in ("queue-agent-activity", "calls-active") if fault else ():
        sim.faults.add(f"{place}:{fault}")
    found: list[AgentsReading | CallsReading] = [*await agents(sim), *await calls(sim)]
    said = "\n".join([caplog.text, *(note for one in found for note in one.notes)])
    assert not [name for name in names if name in said]


# -- over a socket ----------------------------------------------------------------------------


async def test_all_feeds_come_over_the_network_and_each_has_its_deadline() -> None:
    sim = make_simulator(real_sleep=True)
    sim.advance(90)
    async with serving(sim.app) as url:
        clock = SystemClock()
        client = over_simulator(sim, clock, url)
        account = WorkAnalytics(client, NameLists(), frozenset(CATALOGUE), clock, people=True,
                                endpoint="queue-metrics")  # fmt: skip
        found = await account.open()
        for source in found:
            await source.fetch()
        for place in ("queue-metrics", "queue-agent-activity", "calls-active"):
            sim.faults.add(f"{place}:hang")
        client._exchanges._options = replace(client._exchanges._options, timeout=0.1)
        for source in {source.feed.kind: source for source in found}.values():
            assert isinstance(await failure(source.fetch()), Unreachable)
        await account.aclose()
