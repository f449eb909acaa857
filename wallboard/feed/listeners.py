"""Who hears of each event beside the screen: the same for a board, a hub and pages in browsers."""

import asyncio
from collections.abc import Callable, Collection, Mapping
from datetime import datetime, tzinfo
from typing import Protocol

from wallboard.model.data.day import Day
from wallboard.model.data.reading import FeedId, QueueKey
from wallboard.model.events import Remembered
from wallboard.model.judge.hours import PastSpan
from wallboard.model.judge.usual import Usual, UsualDay
from wallboard.model.silences import SilenceStore
from wallboard.model.state import Event, State
from wallboard.records import dataclass


class Listener(Protocol):
    """Hears of each event."""

    @property
    def trouble(self) -> str:
        """Why it does not work now, in words with what to do; ``""`` while all is well."""
        ...

    def remember(self, event: Event, state: State) -> None:
        """Take note of an event and of what is known after it; never blocks, never raises."""
        ...


class Speaker(Protocol):
    """Has something to say now and then."""

    def notes(self) -> tuple[str, ...]:
        """Return what is to be said once, and has not been."""
        ...


class History(Listener, Speaker, Protocol):
    """Remembers what the board hears."""

    async def recall(self) -> Remembered | None:
        """Begin; returns what is known of the time before, if anything is."""
        ...

    async def usual(self, now: datetime, zone: tzinfo, feeds: Collection[FeedId]) -> Usual | None:
        """Return what is usual now of the queues of these feeds; ``None``: it cannot be read."""
        ...

    async def usual_day(
        self, key: QueueKey, day: Day, now: datetime, zone: tzinfo
    ) -> UsualDay | None:
        """Return what is usual of a queue through the day; ``None``: it cannot be read."""
        ...

    async def hours(self, days: tuple[Day, ...], now: datetime) -> tuple[PastSpan, ...] | None:
        """Return what is known of the hours of some days; ``None``: it cannot be read."""
        ...

    def close(self) -> None:
        """Write what waits to be written, and end; takes a few seconds at most."""
        ...


class MetricsOutput(Listener, Protocol):
    """Tells other programs what the board hears, as numbers."""

    def note_sign_in(self) -> None:
        """Take note that a sign-in was accepted."""
        ...

    async def run(self) -> None:
        """Tell whoever asks; ends only by cancellation."""
        ...


class Messages(Listener, Speaker, Protocol):
    """Sends messages about alerts to people elsewhere."""

    async def run(self) -> None:
        """Send them; ends only by cancellation."""
        ...


class SignOfLife(Speaker, Protocol):
    """Tells a monitor elsewhere that the board lives."""

    def note_drawn(self) -> None:
        """What is known was drawn, and has reached whoever reads it."""
        ...

    async def run(self, state: Callable[[], State]) -> None:
        """Give the signs; ends only by cancellation. ``state``: what is known now."""
        ...


class AlertRunner(Protocol):
    """Runs the command of alerts."""

    def tell(self, document: Mapping[str, object], level: int) -> None:
        """Have it run for an alert of ``level``, soon; never blocks."""
        ...

    async def run(self) -> None:
        """Run it for each alert as it comes; ends only by cancellation."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Listeners:
    """Those that there are. ``history``: what remembers; ``metrics``: what tells other programs.

    ``messages``, ``heartbeat``: what people elsewhere are told. ``tell``: runs the alerts'
    command. ``silences``: where they are kept.
    """

    history: History | None = None
    metrics: MetricsOutput | None = None
    messages: Messages | None = None
    heartbeat: SignOfLife | None = None
    tell: AlertRunner | None = None
    silences: SilenceStore | None = None

    @property
    def trouble(self) -> str:
        """What of these does not work now, in words; ``""`` while all is well."""
        parts = (self.history, self.messages, self.metrics)
        return " · ".join(part.trouble for part in parts if part is not None and part.trouble)

    def notes(self) -> tuple[str, ...]:
        """Return what they have to say once, and have not said."""
        speakers = (self.history, self.messages, self.heartbeat)
        return tuple(
            words for speaker in speakers if speaker is not None for words in speaker.notes()
        )

    def remember(self, event: Event, state: State) -> None:
        """Let all hear of an event, and of what is known after it."""
        for listener in (self.history, self.metrics, self.messages):
            if listener is not None:
                listener.remember(event, state)

    async def run(self, state: Callable[[], State]) -> None:
        """Do what goes on by itself; ends only by cancellation. ``state``: what is known now."""
        async with asyncio.TaskGroup() as group:
            for part in (self.metrics, self.messages, self.tell):
                if part is not None:
                    group.create_task(part.run())
            if self.heartbeat is not None:
                group.create_task(self.heartbeat.run(state))

    def close(self) -> None:
        """Give the files back; takes a few seconds at most."""
        if self.history is not None:
            self.history.close()
