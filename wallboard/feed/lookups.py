"""When the names of an account are looked up again: how long ago, how often in vain, who asks."""

from wallboard.feed.poller import InterruptibleSleep
from wallboard.host.clock import Clock

REGULARLY = 3_600.0
"""Seconds from one look-up to the next where nothing calls for one."""

LEAST = 60.0
"""Seconds from one look-up to the next, whoever calls for it."""

CALM = 900.0
"""Seconds without a want after which the waits begin anew."""


class LookUps:
    """When the next look-up is due. Wants that look-ups do not end are met ever more seldom."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._wake = InterruptibleSleep(clock)
        self._done = clock.elapsed()
        self._pause = LEAST
        self._wanted_at = -CALM
        self._wanted = self._asked = self._in_vain = False

    def ask(self) -> None:
        """A person asks for it."""
        self._asked = True
        self._wake.now()

    def want(self, wanted: bool) -> None:
        """Something that was named is missing, or a look-up failed; or it is no more."""
        if wanted:
            now = self._clock.elapsed()
            if now - self._wanted_at >= CALM:
                self._pause = LEAST
            self._wanted_at = now
        if wanted and not self._wanted:
            self._wake.now()
        self._wanted = wanted

    def note_end(self) -> None:
        """A look-up ended, whatever came of it."""
        self._done = self._clock.elapsed()
        if self._wanted and self._in_vain:
            self._pause = min(2 * self._pause, REGULARLY)
        self._asked = False

    async def wait(self) -> None:
        """Return when the next one is due."""
        while (due := self._due()) > self._clock.elapsed():
            await self._wake.sleep_until(due)
        self._in_vain = self._wanted  # as long as what is wanted then is wanted still

    def _due(self) -> float:
        if self._asked:
            return self._done + LEAST
        return self._done + (self._pause if self._wanted else REGULARLY)
