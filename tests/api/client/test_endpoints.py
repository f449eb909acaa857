"""Two endpoints, one board: the same numbers through both, and which one is asked."""

import logging
from typing import Any

import pytest

from tests.api.account_env import Desk, ask
from tests.api.clients import failure
from tests.simulated import make_simulator
from wallboard.api import endpoints
from wallboard.api.account import AnySource
from wallboard.api.directory import NameLists
from wallboard.errors import (
    AccessRefused,
    EndpointGone,
    FeedError,
    InvalidResponse,
    RateLimited,
    ServerError,
    SignInRefused,
)
from wallboard.model.data.catalogue import CATALOGUE, with_parts
from wallboard.model.data.reading import Endpoint, Reading
from wallboard.model.select.totals import differences, totals

DAY = endpoints.TRY_BACK


def live_desk(*faults: str, pbx: str = "", **options: Any) -> Desk:
    """A desk; its account asks one PBX, or all."""
    wanted = NameLists(pbxes=[pbx] if pbx else [])
    made = Desk(wanted, faults=faults)
    made.account = made.again(wanted, **options)
    return made


async def one(desk: Desk) -> AnySource:
    (source,) = await desk.account.open()
    return source


def asked(desk: Desk) -> tuple[int, int]:
    """How often realtime and its successor were asked."""
    return desk.sim.request_count("realtime"), desk.sim.request_count("queue-metrics")


# -- the same numbers -------------------------------------------------------------------------


def as_data(reading: Reading) -> list[Any]:
    return [
        (queue.key, queue.name, queue.extension, queue.site, queue.pbx, queue.suspect,
         sorted((name, repr(value)) for name, value in queue.values.items()))
        for queue in sorted(reading.queues, key=lambda queue: queue.key)
    ]  # fmt: skip


@pytest.mark.parametrize("sample", [True, False])
async def test_both_endpoints_give_the_same_queue_by_queue_and_in_all(sample: bool) -> None:
    desk = Desk(NameLists())
    desk.sim = make_simulator(sample=sample)
    readings: dict[str, list[Reading]] = {"realtime": [], "queue-metrics": []}
    for _ in range(1 if sample else 5):
        desk.sim.advance(61)
        for endpoint, made in readings.items():
            for source in await desk.again(NameLists(), endpoint=endpoint).open():
                made.append(await ask(source))
    for ours, theirs in zip(*readings.values(), strict=True):
        assert (ours.endpoint, theirs.endpoint) == (Endpoint.REALTIME, Endpoint.QUEUE_METRICS)
        # To the last digit and to the kind of number: the JSON of both is the same.
        assert as_data(theirs) == as_data(ours)
        assert theirs.metrics == ours.metrics
        assert theirs.notes == ours.notes == ()
        assert totals(theirs.queues, CATALOGUE) == totals(ours.queues, CATALOGUE)
        assert theirs.summary == ours.summary
        assert theirs.summary
        assert differences(theirs) == ()
    rows = [queue for reading in readings["realtime"] for queue in reading.queues]
    assert any(queue.values["waitingTime"] for queue in rows)


async def test_the_totals_of_the_apis_own_example_hold_through_the_successor() -> None:
    desk = Desk(NameLists())
    desk.sim = make_simulator(sample=True)
    (source,) = await desk.again(NameLists(), endpoint="queue-metrics").open()
    ours = totals((await ask(source)).queues, CATALOGUE)
    expected = {
        "totalHandlingTime": 24069, "avgHandlingTime": 12034.0, "avgTalkingTime": 14069.0,
        "waitingTime": 99345, "talkingTime": 14069, "avgWaitingTime": 24836.0,
    }  # fmt: skip
    assert {name: ours[name].value for name in expected} == expected


async def test_a_filter_is_the_same_for_both() -> None:
    for wanted in (
        NameLists(sites=["Paris"]),
        NameLists(queues=["Sales"]),
        NameLists((), ["Rome"], ["100"]),
    ):
        desk = Desk(wanted)
        keys = [
            {queue.key for source in await desk.again(wanted, endpoint=endpoint).open()
             for queue in (await ask(source)).queues}
            for endpoint in ("realtime", "queue-metrics")
        ]  # fmt: skip
        assert keys[0] == keys[1]
        assert keys[0]


# -- which one is asked -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wanted", "expected"), [("realtime", (2, 0)), ("queue-metrics", (0, 2)), ("auto", (2, 0))]
)
async def test_each_can_be_forced_and_auto_begins_with_realtime(
    wanted: str, expected: tuple[int, int]
) -> None:
    desk = live_desk(pbx="south", endpoint=wanted)
    source = await one(desk)
    for _ in range(2):
        await source.fetch()
    assert asked(desk) == expected


@pytest.mark.parametrize("wanted", ["realtime", "queue-metrics"])
async def test_a_forced_endpoint_that_is_gone_stays_gone(wanted: str) -> None:
    desk = live_desk(f"{wanted}:404", pbx="south", endpoint=wanted)
    source = await one(desk)
    assert type(await failure(source.fetch())) is EndpointGone
    assert 0 in asked(desk)


@pytest.mark.parametrize("fault", ["404", "404-empty", "410", "403-endpoint"])
async def test_where_realtime_is_gone_its_successor_is_asked_from_then_on(
    fault: str, caplog: pytest.LogCaptureFixture
) -> None:
    desk = live_desk(pbx="south")
    source = await one(desk)
    before = await ask(source)
    desk.sim.faults.add(f"realtime:{fault}")
    readings = [await ask(source) for _ in range(5)]
    assert asked(desk) == (2, 5)
    assert {reading.endpoint for reading in readings} == {Endpoint.QUEUE_METRICS}
    assert as_data(readings[0]) == as_data(before)
    assert as_data(readings[-1]) == as_data(before)
    told = [record for record in caplog.records if record.name.startswith("wallboard")]
    assert [record.levelno for record in told] == [logging.WARNING]
    assert "call-queue-metrics" in told[0].getMessage()


async def test_a_new_sign_in_does_not_forget_the_choice() -> None:
    desk = live_desk("realtime:404", pbx="south")
    for _ in range(3):
        await (await one(desk)).fetch()
    assert asked(desk) == (1, 3)


async def test_the_choice_is_each_pbxs_own() -> None:
    desk = live_desk("realtime:404:pbx=south")
    north, south = await desk.account.open()
    for _ in range(3):
        assert (await ask(north)).endpoint is Endpoint.REALTIME
        assert (await ask(south)).endpoint is Endpoint.QUEUE_METRICS


async def test_a_pbx_that_is_gone_changes_nothing() -> None:
    desk = live_desk("realtime:404", "queue-metrics:404-empty", pbx="south")
    source = await one(desk)
    for _ in range(2):
        error = await failure(source.fetch())
        assert type(error) is EndpointGone
        assert "real-time" in error.words
        assert "call-queue-metrics" in error.words
    desk.sim.faults.clear()
    assert (await ask(source)).endpoint is Endpoint.REALTIME


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ("403", AccessRefused),
        ("429", RateLimited),
        ("500", ServerError),
        ("200-html", InvalidResponse),
        ("wrong-shape", InvalidResponse),
        ("truncated", InvalidResponse),
        ("no-metrics", InvalidResponse),
        ("nulls", InvalidResponse),
    ],
)
async def test_a_successor_with_other_trouble_is_not_moved_to(
    fault: str, kind: type[FeedError]
) -> None:
    desk = live_desk("realtime:404", f"queue-metrics:{fault}", pbx="south")
    source = await one(desk)
    assert type(await failure(source.fetch())) is kind
    desk.sim.faults.clear()
    assert (await ask(source)).endpoint is Endpoint.REALTIME


@pytest.mark.parametrize("fault", ["403", "429", "500", "401", "200-html", "wrong-shape"])
async def test_any_other_trouble_of_realtime_moves_nothing_at_first(fault: str) -> None:
    desk = live_desk(f"realtime:{fault}", pbx="south")
    source = await one(desk)
    await failure(source.fetch())
    assert asked(desk)[1] == 0


async def test_realtime_is_tried_again_once_a_day(caplog: pytest.LogCaptureFixture) -> None:
    desk = live_desk("realtime:404", pbx="south")
    source = await one(desk)
    await source.fetch()
    await desk.clock.advance(DAY - 1)
    await source.fetch()
    assert asked(desk) == (1, 2)
    await desk.clock.advance(1)
    for _ in range(3):
        assert (await ask(source)).endpoint is Endpoint.QUEUE_METRICS
    assert asked(desk) == (2, 5)
    desk.sim.faults.clear()
    await desk.clock.advance(DAY)
    for _ in range(3):
        assert (await ask(source)).endpoint is Endpoint.REALTIME
    assert asked(desk) == (5, 5)
    assert len(caplog.records) == 2


@pytest.mark.parametrize(("fault", "kind"), [("429", RateLimited), ("401", SignInRefused)])
async def test_what_holds_for_the_whole_account_is_said_when_trying_back(
    fault: str, kind: type[FeedError]
) -> None:
    desk = live_desk("realtime:404", pbx="south")
    source = await one(desk)
    await source.fetch()
    desk.sim.faults.clear()
    desk.sim.faults.add(f"realtime:{fault}")
    await desk.clock.advance(DAY)
    assert type(await failure(source.fetch())) is kind
    assert asked(desk)[1] == 1
    assert (await ask(source)).endpoint is Endpoint.QUEUE_METRICS


async def test_a_successor_that_goes_while_it_is_in_use_gives_way_to_realtime_at_once() -> None:
    desk = live_desk("realtime:404", pbx="south")
    source = await one(desk)
    await source.fetch()
    desk.sim.faults.clear()
    desk.sim.faults.add("queue-metrics:404")
    for _ in range(3):
        assert (await ask(source)).endpoint is Endpoint.REALTIME
    assert asked(desk) == (4, 2)


async def test_the_age_counts_from_the_request_that_was_answered() -> None:
    desk = live_desk("realtime:404", pbx="south")
    source = await one(desk)
    real = desk.account._client.realtime

    async def slow(*args: Any, **options: Any) -> Any:
        await desk.clock.advance(4)
        return await real(*args, **options)

    desk.account._client.realtime = slow  # type: ignore[method-assign]
    assert (await ask(source)).measured.elapsed == 1004


# -- metrics ----------------------------------------------------------------------------------


async def test_only_the_metrics_that_are_wanted_are_asked_of_the_successor() -> None:
    desk = live_desk(pbx="south")
    wanted = frozenset(with_parts(["avgWaitingTime"]))
    (source,) = await desk.again(
        NameLists(pbxes=["south"]), wanted, endpoint="queue-metrics"
    ).open()
    reading = await ask(source)
    assert set(desk.sim.log[-1].query["metrics"].split(",")) == {
        "ongoingAvgWaitingTime", "ongoingWaitingTime", "ongoingWaitingCalls",
    }  # fmt: skip
    assert reading.metrics == wanted
    assert set(reading.queues[0].values) == wanted


async def test_a_metric_that_one_endpoint_does_not_know_is_asked_of_the_other() -> None:
    desk = live_desk("realtime:400-metric:metric=onHoldCalls", pbx="south")
    source = await one(desk)
    assert (await ask(source)).metrics == frozenset(CATALOGUE) - {"onHoldCalls"}
    desk.sim.faults.clear()
    desk.sim.faults.add("queue-metrics:400-metric:metric=ongoingTotalCalls")
    desk.sim.faults.add("realtime:404")
    reading = await ask(source)
    assert reading.metrics == frozenset(CATALOGUE) - {"totalCalls"}
    assert reading.notes == ("metrics that the API does not know are left out: totalCalls",)


# -- odd payloads -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fault",
    [
        "nan", "strings", "nulls", "null-fields", "negative", "long-wait", "no-name", "no-site",
        "no-extension", "no-metrics", "no-summary", "no-queues", "unknown-metrics",
        "unknown-fields", "extension-number", "twins", "vanish", "move", "rename", "hostile-names",
    ],
)  # fmt: skip
async def test_odd_payloads_are_read_through_both_alike(fault: str) -> None:
    desk = live_desk()
    readings = []
    for endpoint in ("realtime", "queue-metrics"):
        desk.sim.faults.clear()
        desk.sim.faults.add(f"{endpoint}:{fault}")
        (source,) = await desk.again(NameLists(pbxes=["north"]), endpoint=endpoint).open()
        readings.append(await ask(source))
    ours, theirs = readings
    assert [queue.key for queue in theirs.queues] == [queue.key for queue in ours.queues]
    assert [queue.name for queue in theirs.queues] == [queue.name for queue in ours.queues]
    for mine, other in zip(ours.queues, theirs.queues, strict=True):
        assert set(other.values) == set(mine.values) or fault == "nan"
        assert other.suspect == mine.suspect or fault == "negative"
        if fault == "negative":
            assert other.suspect == set(other.values)
