"""Valid answers of the successor and its siblings, mutated: nothing but errors of ours."""

import asyncio
import copy
import json
import math
import random
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from tests.sample import AT
from tests.unit.api.wire.test_agents import QUEUE, texts
from tests.unit.api.wire.test_calls import CALL
from tests.unit.api.wire.test_realtime_fuzz import JUNK, bent, changed
from wallboard.api.wire import agents as wire_people
from wallboard.api.wire import calls as wire_calls
from wallboard.api.wire import queue_metrics as wire_queue_metrics
from wallboard.api.wire.realtime import RawAnswer
from wallboard.api.wire.successor_names import ONGOING, PAST
from wallboard.errors import FeedError
from wallboard.model.data.agents import AgentsReading
from wallboard.model.data.catalogue import CATALOGUE, METRICS
from wallboard.model.data.day import Day
from wallboard.model.data.metric import Unit
from wallboard.model.data.reading import FeedId
from wallboard.model.select.totals import differences

START = datetime(2026, 3, 2, tzinfo=UTC)
DAY = Day(START, START + timedelta(days=1))
FEED = FeedId("p")
METRICS_SENT = {name: n / 2 for n, name in enumerate((*ONGOING.values(), *PAST))}

QUEUES: dict[str, Any] = {
    "callQueues": [
        {"id": f"q{n}", "name": f"Sales {n}", "extension": n, "pbx": "p", "site": "Rome",
         "autoLogin": False, "deleted": False, "metrics": METRICS_SENT}
        for n in range(3)
    ],
    "metricsSummary": METRICS_SENT,
}  # fmt: skip
AGENTS: dict[str, Any] = {"queuesAgentActivity": [QUEUE, {**QUEUE, "queueExtension": 7}]}
CALLS: dict[str, Any] = {"calls": [CALL, {**CALL, "callId": 2}], "paging": {"total": 9}}

Translate = Callable[[bytes], Coroutine[Any, Any, Any]]


def answer_of(body: bytes) -> RawAnswer:
    return RawAnswer(body, FEED, AT)


KINDS: dict[str, tuple[Any, Translate]] = {
    "live": (
        QUEUES,
        lambda body: wire_queue_metrics.live(answer_of(body), CATALOGUE, unit="s"),
    ),
    "today": (
        QUEUES,
        lambda body: wire_queue_metrics.today(answer_of(body), DAY, unit="s"),
    ),
    "agents": (AGENTS, lambda body: wire_people.agents(answer_of(body), unit="s")),
    "calls": (CALLS, lambda body: wire_calls.calls(answer_of(body), unit="s")),
}


def outcome(kind: str, body: bytes) -> Any:
    try:
        return asyncio.run(KINDS[kind][1](body))
    except FeedError as error:
        words = error.words
    assert words
    return None


def mutated(kind: str, dice: random.Random) -> bytes:
    answer = copy.deepcopy(KINDS[kind][0])
    for _ in range(dice.randint(1, 6)):
        answer = changed(answer, dice)
    return json.dumps(answer).encode()


def check(made: Any) -> None:
    """Whatever is shown is finite, printable, told apart, and marked if it cannot be."""
    if isinstance(made, AgentsReading):
        assert len({(one.person, one.queue) for one in made.seats}) == len(made.seats)
        for seat in made.seats:
            assert all(text.isprintable() for text in texts(seat))
            assert all(time is None or time >= 0 for time in (seat.since, seat.user_since))
        return
    if isinstance(made, wire_calls.TranslatedCalls):
        calls = made.reading.calls
        assert len({one.id for one in calls}) == len(calls)
        assert made.reading.more >= 0
        assert all(time > 0 and math.isfinite(time) for time in made.lasted.values())
        assert all(map(math.isfinite, made.ages.values()))
        for call in calls:
            assert all(text.isprintable() for text in texts(call))
            assert all(time is None or time >= 0 for time in (call.waiting, call.total))
        return
    reading = made.reading
    assert len({queue.key for queue in reading.queues}) == len(reading.queues)
    assert all(wait > 0 and math.isfinite(wait) for wait in made.waits.values())
    for queue in reading.queues:
        for text in (queue.name, queue.site, queue.extension, queue.pbx):
            assert text.isprintable()
        for name, value in queue.values.items():
            assert math.isfinite(value)
            assert value >= 0 or name in queue.suspect
            if METRICS[name].unit is Unit.PERCENT:
                assert value <= 100 or name in queue.suspect
    differences(reading)


@pytest.mark.parametrize("kind", KINDS)
@seed(1)
@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32))
def test_mutated_answers_are_right_or_missing(kind: str, number: int) -> None:
    made = outcome(kind, mutated(kind, random.Random(number)))
    if made is not None:
        check(made)


@pytest.mark.parametrize("kind", KINDS)
@seed(1)
@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32))
def test_bent_bytes_are_right_or_refused(kind: str, number: int) -> None:
    body = bent(json.dumps(KINDS[kind][0]).encode(), random.Random(number))
    made = outcome(kind, body)
    if made is not None:
        check(made)


@pytest.mark.parametrize("kind", KINDS)
def test_junk_in_every_place_of_a_metric_or_a_time_is_right_or_missing(kind: str) -> None:
    for junk in JUNK:
        text = json.dumps(KINDS[kind][0], default=str)
        answer = json.loads(text)
        for entry in _entries(answer):
            for name in entry:
                entry[name] = copy.deepcopy(junk)
        made = outcome(kind, json.dumps(answer).encode())
        assert made is not None
        check(made)


def _entries(answer: Any) -> list[dict[str, Any]]:
    found = []
    for listed in answer.values():
        for entry in listed if isinstance(listed, list) else ():
            inner = entry.get("queueAgentActivity", [entry])
            found += [one.get("metrics", one) for one in inner]
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_the_mutations_reach_both_ends(kind: str) -> None:
    outcomes = [outcome(kind, mutated(kind, random.Random(n))) for n in range(100)]
    assert 20 < sum(one is not None for one in outcomes) < 100
