"""The clockwork of the simulation: events in the order of their time, and seeded chance."""

import heapq
import random
from collections.abc import Callable
from typing import Any

_Event = tuple[float, int, Callable[[Any], None], Any]


class Engine:
    """Events and chance. ``begins``: the first second, before which nothing is."""

    def __init__(self, seed: int, begins: float) -> None:
        self._random = random.Random(seed)  # noqa: S311 - a simulation, not a secret
        # What only some plans have draws from a stream of its own: it changes nobody else's day.
        self._fate = random.Random(f"{seed} fate")  # noqa: S311 - as above
        self._now = begins
        self._events: list[_Event] = []
        self._count = 0

    @property
    def seconds(self) -> float:
        """Simulated seconds since the start."""
        return self._now

    def advance_to(self, seconds: float) -> None:
        """Let everything happen up to ``seconds`` since the start; the past is left alone."""
        events = self._events
        while events and events[0][0] <= seconds:
            self._now, _, happen, subject = heapq.heappop(events)
            happen(subject)
        self._now = max(self._now, seconds)

    def _at(self, delay: float, happen: Callable[[Any], None], subject: object) -> None:
        self._count += 1
        heapq.heappush(self._events, (self._now + delay, self._count, happen, subject))
