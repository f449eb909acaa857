"""Sources and accounts that answer what a test tells them to."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from tests.fake_clock import FakeClock
from wallboard.feed.source import Source
from wallboard.model.data.metric import Kind
from wallboard.model.data.reading import FeedId, Moment, Reading

Answer = BaseException | float | None
"""``None``: a reading at once; a number: after so many seconds; an error: raised."""


class FakeSource:
    """Gives its answers in order, the last one for ever; notes when it was asked."""

    def __init__(
        self, clock: FakeClock, *answers: Answer, pbx: str = "pbx-1", kind: Kind = Kind.LIVE
    ) -> None:
        self._clock = clock
        self._answers = list(answers) or [None]
        self.feed = FeedId(pbx, kind)
        self.pbx_name = pbx
        self.asked: list[float] = []
        self.under_way = 0
        self.most_under_way = 0

    async def fetch(self) -> Reading:
        self.asked.append(self._clock.elapsed())
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        try:
            return await self._answer()
        finally:
            self.under_way -= 1

    async def _answer(self) -> Reading:
        at = Moment(self._clock.now(), self._clock.elapsed())
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(answer, BaseException):
            raise answer
        if answer is not None:
            await self._clock.sleep_until(self._clock.elapsed() + answer)
        return Reading(self.feed, at, (), frozenset())


class FakeAccount:
    """Opens with its answers in order, the last one for ever."""

    def __init__(self, *answers: BaseException | Sequence[Source]) -> None:
        self._answers = list(answers)
        self.lacking = False
        self.opened = 0
        self.asked_now = 0
        self.closed = 0

    async def open(self) -> tuple[Source, ...]:
        self.opened += 1
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(answer, BaseException):
            raise answer
        return tuple(answer)

    def ask_now(self) -> None:
        self.asked_now += 1

    async def aclose(self) -> None:
        self.closed += 1


async def started(
    coroutine: Callable[[], Coroutine[Any, Any, None]],
) -> "asyncio.Task[None]":
    """Start something that runs for ever, and let it get going."""
    task = asyncio.create_task(coroutine())
    await settle()
    return task


async def settle(turns: int = 30) -> None:
    for _ in range(turns):
        await asyncio.sleep(0)


async def stopped(task: "asyncio.Task[None]") -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


class Turns:
    """Counts the turns of the event loop that others get within it."""

    def __init__(self) -> None:
        self.count = 0

    async def __aenter__(self) -> "Turns":
        self._task = asyncio.create_task(self._take())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()

    async def _take(self) -> None:
        while True:
            self.count += 1
            await asyncio.sleep(0)
