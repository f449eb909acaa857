"""An answer that is byte for byte the one before is not translated again, and says no less."""

import json
from dataclasses import replace
from datetime import UTC, datetime

from tests.ui.boards import FEED
from wallboard.api.live import RealtimeTranslator
from wallboard.api.wire.realtime import RawAnswer
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
