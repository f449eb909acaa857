"""How the board tells others of what it knows: a command, people elsewhere, a monitor."""

from collections.abc import Callable, Mapping
from typing import Protocol

from wallboard.model.state import Event, State


class AlertRunner(Protocol):
    """Runs the command of alerts."""

    def tell(self, document: Mapping[str, object], level: int) -> None:
        """Have it run for an alert of ``level``, soon; never blocks."""
        ...

    async def run(self) -> None:
        """Run it for each alert as it comes; ends only by cancellation."""
        ...


class Messages(Protocol):
    """Sends messages about alerts to people elsewhere."""

    @property
    def trouble(self) -> str:
        """Why none are sent now, in words; ``""`` while all is well."""
        ...

    def notes(self) -> tuple[str, ...]:
        """Return what is to be said once, and has not been."""
        ...

    def remember(self, event: Event, state: State) -> None:
        """Take note of what is known after an event; never blocks, never raises."""
        ...

    async def run(self) -> None:
        """Send them; ends only by cancellation."""
        ...


class SignOfLife(Protocol):
    """Tells a monitor elsewhere that the board lives."""

    def note_drawn(self) -> None:
        """What is known was drawn, and has reached whoever reads it."""
        ...

    def notes(self) -> tuple[str, ...]:
        """Return what is to be said once, and has not been."""
        ...

    async def run(self, state: Callable[[], State]) -> None:
        """Give the signs; ends only by cancellation. ``state``: what is known now."""
        ...
