"""A messenger fed by a board that a test drives, and senders that only remember."""

import asyncio
from collections.abc import Callable
from typing import Any

from tests.fake_clock import FakeClock
from tests.unit.fakes import settle
from tests.unit.model_env import World, calm, moment
from wallboard.errors import SendingFailed
from wallboard.model.data.reading import QueueKey
from wallboard.model.judge.episodes import Episode
from wallboard.model.judge.messages import News, Note, Recipient
from wallboard.model.judge.rules import Level
from wallboard.model.state import Event, State
from wallboard.notify.messenger import Messenger, RecipientLine
from wallboard.notify.text import Message

EVERYBODY = Recipient()
FAILED = SendingFailed("The connection was refused", "Check the network")
REFUSED = SendingFailed("It is refused (HTTP 404)", "Check the address", again=False)


def note(name: str = "Sales", news: News = News.BEGUN) -> Note:
    at = moment(1000)
    episode = Episode(QueueKey("p", name), name, "", Level.CRITICAL, "waitingCalls", 5, since=at)
    return Note(news, episode, at, Level.CRITICAL, at)


class Remembers:
    """A sender; ``answers`` are what the next messages meet, ``None`` is success."""

    def __init__(self, *answers: SendingFailed | None) -> None:
        self.answers = list(answers)
        self.sent: list[Message] = []
        self.tries = 0

    async def send(self, message: Message) -> None:
        self.tries += 1
        answer = self.answers.pop(0) if self.answers else None
        if answer is not None:
            raise answer
        self.sent.append(message)

    @property
    def titles(self) -> list[str]:
        return [message.title.replace(" (Rome)", "") for message in self.sent]


class Post:
    """A messenger of one line beside a board of queues called ``1``, ``2``, …"""

    def __init__(
        self,
        sender: Any,
        recipient: Recipient = EVERYBODY,
        world: World | None = None,
    ) -> None:
        self.world = world or World()
        self.clock = FakeClock(seconds=self.world.now)
        self.sender = sender
        self.line = RecipientLine("1, json", recipient, sender)
        self.messenger = Messenger([self.line], self.clock)
        self.task: asyncio.Task[None] | None = None
        self._step = self.world.step
        self.world.step = self._hear  # type: ignore[method-assign]

    def _hear(self, event: Event) -> State:
        state = self._step(event)
        self.messenger.remember(event, state)
        return state

    async def poll(self, *critical: str, of: int = 9, after: float = 10.0) -> None:
        """Get an answer in which these queues are critical."""
        await self.clock.advance(after)
        self.world.now = self.clock.elapsed()
        names = [str(number) for number in range(1, of + 1)]
        self.world.poll(*(calm(n, n, waitingCalls=5 if n in critical else 0) for n in names))
        await settle()

    async def __aenter__(self) -> "Post":
        self.task = asyncio.create_task(self.messenger.run())
        await self.poll()
        return self

    async def __aexit__(self, *_error: object) -> None:
        assert self.task is not None
        assert not self.task.done(), "it never ends by itself"
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)


async def until(true: Callable[[], bool]) -> None:
    for _ in range(200):
        if true():
            return
        await asyncio.sleep(0)
    assert true()
