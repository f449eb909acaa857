"""Sending messages about alerts: fed with what the board knows, by whoever holds that.

Nothing here waits while it is fed, and nothing that is slow, refuses or is not there holds up
anything else: each recipient has its own line. What cannot be sent is tried again a few times,
then told, once.
"""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import KW_ONLY, field
from typing import Protocol

from wallboard.errors import SendingFailed
from wallboard.host.clock import Clock
from wallboard.model.data.reading import Moment
from wallboard.model.data.view_options import ViewOptions
from wallboard.model.judge.messages import Look, Recipient, Told, already_told, news
from wallboard.model.state import Event, State
from wallboard.notify.outbox import Outbox
from wallboard.notify.text import Message, message, trial
from wallboard.records import dataclass

WAITS = (5.0, 30.0, 120.0)
"""Seconds before each further try."""

MOST_WAIT = 900.0
"""Seconds: nobody makes a message wait longer than this."""

MOST_NOTES = 5
"""What waits to be said on a screen, where there is one."""

_LOG = logging.getLogger(__name__)


class Sender(Protocol):
    """Brings messages to one address."""

    async def send(self, message: Message) -> None:
        """Send a message within its own deadline. Raises ``SendingFailed`` and no other."""
        ...


@dataclass()
class RecipientLine:
    """One recipient: who it is, how it is reached, what it knows, and what waits for it.

    ``name``: what stands for its address, which is a secret, in words.
    """

    name: str
    recipient: Recipient
    sender: Sender
    _: KW_ONLY
    told: Told = field(default_factory=dict)
    outbox: Outbox = field(default_factory=Outbox)
    more: asyncio.Event = field(default_factory=asyncio.Event)
    trouble: str = ""


class Messenger:
    """Tells each recipient what it wants to hear of. Knows no screen."""

    def __init__(self, lines: Sequence[RecipientLine], clock: Clock) -> None:
        self._lines = tuple(lines)
        self._clock = clock
        self._options = ViewOptions()
        self._known: State | None = None
        self._notes: list[str] = []

    @property
    def trouble(self) -> str:
        """Why messages are not sent now, in words without an address; ``""`` while all is well."""
        return next((line.trouble for line in self._lines if line.trouble), "")

    def notes(self) -> tuple[str, ...]:
        """Return what is to be said once, and has not been."""
        notes, self._notes = tuple(self._notes), []
        return notes

    def remember(self, event: Event, state: State) -> None:
        """Take note of what is known after an event; never blocks, never raises."""
        del event
        previous, self._known = self._known, state
        if (
            previous is not None
            and state.episodes is previous.episodes
            and state.snapshot is previous.snapshot
        ):
            return
        self._options = state.options
        look = Look(state, Moment(self._clock.now(), self._clock.elapsed()))
        for line in self._lines:
            if previous is None or not state.snapshot.readings:
                # What is known before anything was asked was told by whoever ran before.
                line.told = already_told(look, line.recipient)
                continue
            line.told, notes = news(look, line.recipient, line.told)
            if notes:
                line.outbox = line.outbox.with_notes(notes)
                line.more.set()

    async def run(self) -> None:
        """Send what there is to be sent, as it comes; ends only by cancellation."""
        try:
            async with asyncio.TaskGroup() as group:
                for line in self._lines:
                    group.create_task(self._serve(line))
        finally:
            left = sum(len(line.outbox.waiting) for line in self._lines)
            if left:
                _LOG.warning("it ends: %d messages were not sent", left)

    async def _serve(self, line: RecipientLine) -> None:
        while True:
            now = self._clock.elapsed()
            opens = line.outbox.opens_at(now)
            if opens is None:
                line.more.clear()
                await line.more.wait()
            elif opens > now:
                await self._clock.sleep_until(opens)
            else:
                line.outbox, batch = line.outbox.without_next(now)
                moment = Moment(self._clock.now(), now)
                await self._deliver(line, message(batch, self._options, moment))

    async def _deliver(self, line: RecipientLine, wanted: Message) -> None:
        """Send one message, some times if need be."""
        for wait in (*WAITS, None):
            try:
                await line.sender.send(wanted)
            except SendingFailed as error:
                if wait is None or not error.again:
                    self._tell(line, error)
                    return
                pause = min(error.retry_after or 0.0, MOST_WAIT)
                await self._clock.sleep_until(self._clock.elapsed() + max(wait, pause))
            else:
                if line.trouble:
                    _LOG.info("message %s: messages are taken again", line.name)
                line.trouble = ""
                return

    def _tell(self, line: RecipientLine, error: SendingFailed) -> None:
        """Say that a message is lost, and why; the same is not said twice."""
        _LOG.warning("message %s was not sent: %s", line.name, error.words)
        why = f"not sent ({line.name}): {error.words}"
        words = f"message {why}"
        if line.trouble != words:
            self._notes = [*self._notes[1 - MOST_NOTES :], f"A message was {why}. {error.remedy}"]
        line.trouble = words


async def send_trial(
    line: RecipientLine, options: ViewOptions, now: Moment
) -> SendingFailed | None:
    """Send a message that says that messages arrive; returns why it was not taken, if so."""
    try:
        await line.sender.send(trial(options, now))
    except SendingFailed as error:
        return error
    return None
