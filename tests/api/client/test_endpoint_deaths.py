"""However one of the two endpoints dies, the one that lives is found, and neither is hammered."""

import asyncio
import logging
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.api.account_env import ask
from tests.api.client.test_endpoints import as_data, asked, live_desk, one
from tests.api.clients import failure
from tests.sample import row
from wallboard.api import endpoints
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
from wallboard.model.data.day import day_of
from wallboard.model.data.reading import Endpoint, FeedId, Moment, Reading

MOST_MOVES = 14
"""No PBX goes from one endpoint to the other more often in an hour, whatever they answer."""

DEATHS = [
    "400", "401-gateway", "403", "403-empty", "403-gateway", "405-empty", "500",
    "501-gateway", "502-html", "503-html", "200-html", "301", "not-json", "wrong-shape",
    "no-queues", "no-metrics", "nulls",
]  # fmt: skip


@pytest.mark.parametrize("fault", DEATHS)
async def test_however_realtime_dies_its_successor_is_found(
    fault: str, caplog: pytest.LogCaptureFixture
) -> None:
    desk = live_desk(pbx="south", day=partial(day_of, zone=UTC))
    live, today = await desk.account.open()
    before = await ask(live)
    desk.sim.faults.add(f"realtime:{fault}")
    for _ in range(2):  # the second poll finds it
        await desk.clock.advance(60)
        await today.fetch()
        with suppress(FeedError):
            reading = await ask(live)
    assert as_data(reading) == as_data(before)
    assert reading.endpoint is Endpoint.QUEUE_METRICS
    realtime, _ = asked(desk)
    for _ in range(5):
        assert (await ask(live)).endpoint is Endpoint.QUEUE_METRICS
    assert asked(desk)[0] == realtime, "it is not asked any more"
    (told,) = [one for one in caplog.records if "call-queue-metrics" in one.getMessage()]
    assert told.levelno == logging.WARNING


@pytest.mark.parametrize("fault", DEATHS)
@pytest.mark.parametrize("wanted", ["realtime", "queue-metrics"])
async def test_an_endpoint_that_was_chosen_is_asked_however_it_dies(
    wanted: str, fault: str
) -> None:
    desk = live_desk(f"{wanted}:{fault}", pbx="south", endpoint=wanted)
    source = await one(desk)
    for _ in range(4):
        await desk.clock.advance(60)
        with suppress(FeedError):
            assert (await ask(source)).endpoint == wanted
    assert 0 in asked(desk)


@pytest.mark.parametrize(
    ("fault", "kind"), [("403", AccessRefused), ("500", ServerError), ("400", InvalidResponse)]
)
async def test_what_both_say_is_told_as_it_is_and_the_other_is_tried_ever_more_seldom(
    fault: str, kind: type[FeedError]
) -> None:
    desk = live_desk(f"realtime:{fault}", f"queue-metrics:{fault}", pbx="south")
    source = await one(desk)
    for _ in range(360):
        assert type(await failure(source.fetch())) is kind
        await desk.clock.advance(10)
    assert 3 <= asked(desk)[1] <= MOST_MOVES
    desk.sim.faults.clear()
    assert (await ask(source)).endpoint is Endpoint.REALTIME


async def test_a_pbx_without_queues_is_empty_and_its_successor_asked_seldom() -> None:
    desk = live_desk("realtime:no-queues", "queue-metrics:no-queues", pbx="south")
    source = await one(desk)
    for _ in range(360):
        reading = await ask(source)
        assert (reading.queues, reading.endpoint) == ((), Endpoint.REALTIME)
        await desk.clock.advance(10)
    assert 3 <= asked(desk)[1] <= MOST_MOVES


async def test_where_today_has_no_live_numbers_either_an_empty_answer_moves_nothing() -> None:
    desk = live_desk("realtime:no-queues", "queue-metrics:no-queues", pbx="south",
                     day=partial(day_of, zone=UTC))  # fmt: skip
    live, today = await desk.account.open()
    await today.fetch()
    for _ in range(5):
        await live.fetch()
    assert asked(desk) == (5, 1)
    desk.sim.faults.clear()
    desk.sim.faults.add("realtime:no-queues")
    await today.fetch()
    assert (await ask(live)).endpoint is Endpoint.QUEUE_METRICS


@pytest.mark.parametrize("fault", ["429", "401", "400-metric"])
async def test_limits_sign_ins_and_unknown_metrics_move_nothing_ever(fault: str) -> None:
    desk = live_desk(f"realtime:{fault}", pbx="south")
    source = await one(desk)
    for _ in range(10):
        with suppress(FeedError):
            await source.fetch()
        await desk.clock.advance(60)
    assert asked(desk)[1] == 0


async def test_a_successor_that_dies_otherwise_gives_way_to_realtime() -> None:
    desk = live_desk("realtime:500:times=2", "queue-metrics:500:after=1", pbx="south")
    source = await one(desk)
    readings = []
    for _ in range(8):
        with suppress(FeedError):
            readings.append((await ask(source)).endpoint)
        await desk.clock.advance(30)
    assert readings[:1] == [Endpoint.QUEUE_METRICS]
    assert set(readings[1:]) == {Endpoint.REALTIME}


# -- the law ----------------------------------------------------------------------------------

SAYS: dict[str, FeedError | int] = {
    "numbers": 1, "no numbers": 2, "empty": 0,
    "gone": EndpointGone("gone"), "refused": AccessRefused("no"), "trouble": ServerError("500"),
    "nonsense": InvalidResponse("?"), "limit": RateLimited("429"), "sign-in": SignInRefused("401"),
    "network": Unreachable("down"),
}  # fmt: skip
DEAD = sorted({*SAYS} - {"numbers", "limit", "sign-in", "network"})
EVERY = 10.0


class Pair:
    """Two endpoints that answer as they are told, polled every ten seconds."""

    def __init__(self) -> None:
        self.now = 1_000.0
        self.choice = endpoints.Choice(self, "PBX")  # type: ignore[arg-type]
        self.says = {Endpoint.REALTIME: "numbers", Endpoint.QUEUE_METRICS: "numbers"}
        self.asked: list[tuple[float, Endpoint]] = []
        self.moves: list[float] = []

    def elapsed(self) -> float:
        return self.now

    async def ask(self, endpoint: Endpoint) -> Reading:
        self.asked.append((self.now, endpoint))
        says = SAYS[self.says[endpoint]]
        if isinstance(says, FeedError):
            raise type(says)(says.words)
        values: dict[str, Any] = {"waitingCalls": 1} if says == 1 else {}
        queues = (row("Sales", **values),) if says else ()
        moment = Moment(datetime(2026, 3, 2, tzinfo=UTC), self.now)
        return Reading(FeedId("p"), moment, queues, frozenset(), endpoint=endpoint)

    async def poll(self, realtime: str, successor: str) -> str:
        """Poll once; what the one that answered said."""
        self.says = {Endpoint.REALTIME: realtime, Endpoint.QUEUE_METRICS: successor}
        self.choice.note_today(successor == "numbers")
        before = self.choice.current
        try:
            said = self.says[(await self.choice.ask_best(self.ask)).endpoint]
        except FeedError:
            said = ""
        if self.choice.current is not before:
            self.moves.append(self.now)
        self.now += EVERY
        return said


SPELL = st.tuples(st.sampled_from(sorted(SAYS)), st.sampled_from(sorted(SAYS)), st.integers(1, 400))


@given(st.lists(SPELL, max_size=12), st.booleans(), st.sampled_from(DEAD))
@settings(max_examples=150, deadline=None)
def test_whatever_they_answer_moves_are_few_and_the_one_that_has_numbers_is_found(
    spells: list[tuple[str, str, int]], realtime_lives: bool, dead: str
) -> None:
    async def run() -> None:
        pair = Pair()
        for realtime, successor, polls in spells:
            for _ in range(polls):
                await pair.poll(realtime, successor)
        last = ("numbers", dead) if realtime_lives else (dead, "numbers")
        polls = int(endpoints.PAUSES[-1] / EVERY) + endpoints.DOUBTS
        for _ in range(polls):
            await pair.poll(*last)
        for _ in range(5):
            assert await pair.poll(*last) == "numbers"
        for at in pair.moves:
            assert sum(at <= one < at + 3_600 for one in pair.moves) <= MOST_MOVES

    asyncio.run(run())


@pytest.mark.parametrize("says", DEAD)
async def test_realtime_that_is_back_without_numbers_is_left_for_another_day(says: str) -> None:
    pair = Pair()
    assert await pair.poll("gone", "numbers") == "numbers"
    pair.now += endpoints.TRY_BACK
    asked_before = len(pair.asked)
    for _ in range(3):
        assert await pair.poll(says, "numbers") == "numbers"
    tried = [endpoint for _, endpoint in pair.asked[asked_before:]]
    assert tried == [Endpoint.REALTIME, *[Endpoint.QUEUE_METRICS] * 3]
    pair.now += endpoints.TRY_BACK
    assert await pair.poll("numbers", "numbers") == "numbers"
    assert pair.choice.current is Endpoint.REALTIME


async def test_of_two_that_are_gone_in_turns_neither_is_hammered() -> None:
    """Whichever is in use is gone and the other has numbers: a gateway that cannot decide."""
    pair = Pair()
    said = []
    for _ in range(int(endpoints.CALM / EVERY)):
        first = pair.choice.current is Endpoint.REALTIME
        said.append(await pair.poll(*(("gone", "numbers") if first else ("numbers", "gone"))))
    assert said[: endpoints.FREE_MOVES] == ["numbers"] * endpoints.FREE_MOVES
    assert endpoints.FREE_MOVES < len(pair.moves) <= MOST_MOVES
    assert len(pair.asked) == len(said) + len(pair.moves)  # each move took one more request
