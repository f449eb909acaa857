"""What an answer says as the one before is not translated or made anew, and says no less."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.ui.boards import FEED
from wallboard.api.live import RealtimeTranslator
from wallboard.api.wire import queue_metrics
from wallboard.api.wire import realtime as wire
from wallboard.api.wire.queue_names import QueueNames
from wallboard.api.wire.realtime import RawAnswer
from wallboard.model.data.catalogue import CATALOGUE
from wallboard.model.data.day import day_of
from wallboard.model.data.reading import Moment

NIGHT = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)


def answer(waiting: int, elapsed: float) -> RawAnswer:
    metrics = {"waitingCalls": waiting}
    queue = {"name": "Sales", "extension": "100", "site": "Lyon", "metrics": metrics}
    return RawAnswer(json.dumps({"callQueues": [queue]}).encode(), FEED, Moment(NIGHT, elapsed))


async def test_the_same_bytes_are_read_once_and_measured_anew() -> None:
    translator = RealtimeTranslator()
    first = await translator.reading(answer(3, 10.0), ["waitingCalls"])
    again = await translator.reading(answer(3, 20.0), ["waitingCalls"])
    assert again.queues is first.queues
    assert again == replace(first, measured=Moment(NIGHT, 20.0))


async def test_other_bytes_are_read() -> None:
    translator = RealtimeTranslator()
    await translator.reading(answer(3, 10.0), ["waitingCalls"])
    other = await translator.reading(answer(4, 20.0), ["waitingCalls"])
    assert other.queues[0].values["waitingCalls"] == 4


async def test_what_is_asked_or_kept_otherwise_is_read_again() -> None:
    translator = RealtimeTranslator()
    await translator.reading(answer(3, 10.0), ["waitingCalls"])
    more = await translator.reading(answer(3, 20.0), ["waitingCalls", "talkingCalls"])
    assert more.metrics == {"waitingCalls", "talkingCalls"}
    none = replace(answer(3, 30.0), keep=lambda queue: queue.name != "Sales")
    assert (await translator.reading(none, ["waitingCalls"])).queues == ()


# -- one queue as it was ---------------------------------------------------------------------

# What is alike to Python and not to a reader, what is read otherwise, and what cannot be true.
_VALUES = st.sampled_from([0, 1, True, 1.0, "1", 2, -1, None, 5.5, "many", 10**9])
_METRICS = st.fixed_dictionaries(
    {},
    optional=dict.fromkeys(
        ("waitingCalls", "waitingTime", "avgWaitingTime", "ongoingWaitingCalls", "more"), _VALUES
    ),
)
_QUEUES = st.fixed_dictionaries(
    {"name": st.sampled_from(["Sales", "Sails"]), "metrics": _METRICS | st.none()},
    optional={
        "extension": st.sampled_from(["100", "101"]),
        "pbx": st.sampled_from(["acme", " acme", "north"]),
        "deleted": st.just(True),
    },
)
_ANSWERS = st.lists(st.lists(_QUEUES, max_size=4), max_size=4)


@given(_ANSWERS, st.sampled_from(["", "acme"]), st.booleans())
async def test_each_answer_says_what_it_says_alone(
    answers: list[list[dict[str, Any]]], pbx_name: str, picky: bool
) -> None:
    live, successor, today = QueueNames(), QueueNames(), QueueNames()
    keep = (lambda queue: queue.name == "Sales") if picky else None
    day = day_of(NIGHT, UTC)
    for number, queues in enumerate(answers):
        body = json.dumps({"callQueues": queues}).encode()
        raw = RawAnswer(body, FEED, Moment(NIGHT, number), pbx_name, keep)
        alone = await wire.reading(raw, CATALOGUE)
        assert await wire.reading(raw, CATALOGUE, live) == alone
        alone_too = await queue_metrics.live(raw, CATALOGUE, unit="s")
        kept = await queue_metrics.live(raw, CATALOGUE, unit="s", names=successor)
        assert kept == alone_too
        of_day = await queue_metrics.today(raw, day, unit="s")
        assert await queue_metrics.today(raw, day, unit="s", names=today) == of_day


async def test_a_queue_of_which_nothing_changed_stays_the_same_object() -> None:
    def body(*waiting: int) -> bytes:
        return json.dumps(
            {
                "callQueues": [
                    {"name": f"Q{n}", "extension": str(n), "metrics": {"waitingCalls": calls}}
                    for n, calls in enumerate(waiting)
                ]
            }
        ).encode()

    translator = RealtimeTranslator()
    raw = RawAnswer(body(1, 2, 3), FEED, Moment(NIGHT, 10.0), "acme")
    first = (await translator.reading(raw, CATALOGUE)).queues
    other = replace(raw, body=body(1, 5, 3))
    second = (await translator.reading(other, CATALOGUE)).queues
    assert [new is old for new, old in zip(second, first, strict=True)] == [True, False, True]
    moved = await translator.reading(replace(other, pbx_name="north"), CATALOGUE)
    assert {queue.pbx for queue in moved.queues} == {"north"}
