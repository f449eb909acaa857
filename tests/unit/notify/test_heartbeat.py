"""The sign of life: only from a board whose numbers are LIVE and that was drawn since."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.fake_clock import FakeClock
from tests.unit.fakes import settle
from tests.unit.model_env import World, calm, moment
from wallboard.errors import Reason, SendingFailed
from wallboard.model.data.reading import FeedId
from wallboard.model.events import Failed, Trouble
from wallboard.notify.heartbeat import PERIOD, Heartbeat


class Wall:
    """A board, and what its monitor hears. ``error``: what the next signs meet."""

    def __init__(self, *pbxes: str) -> None:
        self.pbxes = pbxes or ("p",)
        self.world = World(pbxes=self.pbxes)
        self.clock = FakeClock(seconds=self.world.now)
        self.heard: list[str] = []
        self.error: SendingFailed | None = None
        self.heartbeat = Heartbeat(self, self.clock)

    async def ask(self, suffix: str) -> None:
        self.heard.append(suffix)
        if self.error is not None:
            raise self.error

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Wall"]:
        task = asyncio.create_task(self.heartbeat.run(lambda: self.world.state))
        await settle()
        yield self
        assert not task.done(), "it never ends by itself"
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    async def minute(self, *answering: str, drawn: bool = True) -> list[str]:
        """What is heard within a minute in which some PBXes answer, as all do without any."""
        self.heard.clear()
        for _ in range(6):
            await self.clock.advance(PERIOD / 6)
            self.world.now = self.clock.elapsed()
            for pbx in answering or self.pbxes:
                if pbx in self.pbxes:
                    self.world.poll(calm(), pbx=pbx)
            if drawn:
                self.heartbeat.note_drawn()
        await settle()
        return list(self.heard)

    def refuse(self, pbx: str | None) -> None:
        trouble = Trouble(Reason.SIGN_IN, "Sign-in refused")
        feed = FeedId(pbx) if pbx else None
        self.world.step(Failed(feed, trouble, moment(self.world.now), moment(self.world.now + 60)))


async def test_a_board_that_is_live_and_drawn_gives_a_sign_each_minute() -> None:
    async with Wall().running() as wall:
        await wall.minute()
        for _ in range(3):
            assert await wall.minute() == [""]


async def test_a_board_that_is_not_drawn_gives_none() -> None:
    async with Wall().running() as wall:
        await wall.minute()
        await wall.minute(drawn=False)
        assert await wall.minute(drawn=False) == []
        assert await wall.minute() in ([], [""])
        assert await wall.minute() == [""]


async def test_a_board_whose_numbers_are_old_gives_none() -> None:
    async with Wall().running() as wall:
        await wall.minute()
        await wall.minute("nobody")
        assert await wall.minute("nobody") == []


async def test_one_pbx_of_two_that_is_silent_is_no_board_that_lives() -> None:
    async with Wall("p", "q").running() as wall:
        await wall.minute()
        assert await wall.minute() == [""]
        await wall.minute("p")
        assert await wall.minute("p") == []


async def test_a_board_that_knows_nothing_yet_gives_none() -> None:
    async with Wall().running() as wall:
        assert wall.heard == []
        assert await wall.minute("nobody") == []


async def test_a_refused_sign_in_is_told_as_a_failure_drawn_or_not() -> None:
    for pbx in (None, "p"):
        async with Wall().running() as wall:
            await wall.minute()
            await wall.minute("nobody")
            wall.refuse(pbx)
            assert await wall.minute("nobody", drawn=False) == ["/fail"]


async def test_what_fails_is_told_once_and_tried_again_a_minute_later() -> None:
    wall = Wall()
    wall.error = SendingFailed("The connection was refused", "Check the network")
    async with wall.running():
        await wall.minute()
        assert await wall.minute() == [""]
        told = "The heartbeat was not taken: The connection was refused. Check the network"
        assert wall.heartbeat.notes() == (told,)
        assert await wall.minute() == [""]
        assert wall.heartbeat.notes() == ()
        wall.error = None
        await wall.minute()
        wall.error = SendingFailed("The connection was refused", "Check the network")
        await wall.minute()
        assert wall.heartbeat.notes() == (told,)
