"""A sign of life for a monitor elsewhere, so that a wall that is dead is noticed by others.

Each minute an address is asked, but only if the board's numbers are LIVE and it was drawn since:
a monitor that hears nothing raises its own alarm. A refused sign-in is told at once, as a failure.
"""

import logging
from collections.abc import Callable
from enum import StrEnum
from typing import Protocol

from wallboard.errors import Reason, SendingFailed
from wallboard.host.clock import Clock
from wallboard.model.data.reading import Moment
from wallboard.model.feeds.freshness import Freshness
from wallboard.model.state import State

PERIOD = 60.0
"""Seconds between two signs."""

_LOG = logging.getLogger(__name__)


class Monitor(Protocol):
    """Who is told that the board lives."""

    async def ask(self, suffix: str) -> None:
        """Ask the address with something behind its path; raises ``SendingFailed``."""
        ...


class Pulse(StrEnum):
    """How the board is; the value is what stands behind the address."""

    ALIVE = ""
    REFUSED = "/fail"


def pulse(state: State, now: Moment) -> Pulse | None:
    """Return how a board is at ``now``; ``None``: neither refused nor with LIVE numbers of all."""
    feeds = state.live_feeds()
    troubles = [feed.trouble for feed in feeds] + [state.trouble.trouble if state.trouble else None]
    if any(trouble and trouble.reason is Reason.SIGN_IN for trouble in troubles):
        return Pulse.REFUSED
    live = feeds and all(feed.freshness(now) is Freshness.LIVE for feed in feeds)
    return Pulse.ALIVE if live else None


class Heartbeat:
    """Gives the signs. Knows no screen: whoever draws says so with ``note_drawn``."""

    def __init__(self, monitor: Monitor, clock: Clock) -> None:
        self._monitor = monitor
        self._clock = clock
        self._is_drawn = False
        self._trouble = ""
        self._notes: list[str] = []

    def note_drawn(self) -> None:
        """What is known was drawn, and has reached whoever reads it."""
        self._is_drawn = True

    def notes(self) -> tuple[str, ...]:
        """Return what is to be said once, and has not been."""
        notes, self._notes = tuple(self._notes), []
        return notes

    async def run(self, state: Callable[[], State]) -> None:
        """Give a sign each minute; ends only by cancellation. ``state``: what is known now."""
        while True:
            now = Moment(self._clock.now(), self._clock.elapsed())
            await self._beat(state(), now)
            await self._clock.sleep_until(now.elapsed + PERIOD)

    async def _beat(self, state: State, now: Moment) -> None:
        sign = pulse(state, now)
        if sign is None or (sign is Pulse.ALIVE and not self._is_drawn):
            return
        self._is_drawn = False
        try:
            await self._monitor.ask(sign.value)
        except SendingFailed as error:
            words = f"The heartbeat was not taken: {error}"
            if words != self._trouble:
                _LOG.warning("the heartbeat was not taken: %s", error.words)
                self._notes = [words]
            self._trouble = words
        else:
            self._trouble = ""
