"""Which of two endpoints a PBX's live state is asked of.

The vendor retires the realtime endpoint; an account may find only its successor. The choice is
made for each PBX, kept for the run, and reconsidered once a day.
"""

import logging
from collections.abc import Awaitable, Callable
from typing import Literal

from wallboard.clock import Clock
from wallboard.errors import EndpointGone, FeedError, Nonsense, RateLimited, SignInRefused
from wallboard.model.snapshot import Endpoint, Reading

TRY_BACK = 86_400.0
"""Seconds until realtime is tried again: its end may have been a mistake."""

Ask = Callable[[Endpoint], Awaitable[Reading]]
"""Asks one of them once. Raises ``FeedError`` and no other."""

_NAMES = {Endpoint.REALTIME: "real-time", Endpoint.QUEUE_METRICS: "call-queue-metrics"}
_LOG = logging.getLogger(__name__)


class Choice:
    """The endpoint of one PBX. ``wanted``: ``auto``, or the one that is used in any case."""

    def __init__(
        self,
        clock: Clock,
        pbx_name: str,
        wanted: Literal["auto", "realtime", "queue-metrics"] = "auto",
    ) -> None:
        self.current = Endpoint.REALTIME if wanted == "auto" else Endpoint(wanted)
        self._forced = wanted != "auto"
        self._clock = clock
        self._pbx_name = pbx_name
        self._tried = 0.0

    async def reading(self, ask: Ask) -> Reading:
        """Ask the endpoint in use, and the other one where that is gone; who answers is kept.

        Raises what ``ask`` does: the other one's error if that is not gone as well, else an
        ``EndpointGone`` that names both. A PBX that is gone therefore changes nothing.
        """
        if self._forced:
            return await ask(self.current)
        if self.current is not Endpoint.REALTIME and (found := await self._tried_back(ask)):
            return found
        try:
            return await ask(self.current)
        except EndpointGone:
            pass
        return await self._instead(ask)

    async def _tried_back(self, ask: Ask) -> Reading | None:
        now = self._clock.elapsed()
        if now - self._tried < TRY_BACK:
            return None
        self._tried = now
        try:
            found = await ask(Endpoint.REALTIME)
        except (RateLimited, SignInRefused):  # would hold for the successor just as well
            raise
        except FeedError:
            return None
        if not any(queue.values for queue in found.queues):  # it is there, and tells nothing
            return None
        self._move(Endpoint.REALTIME)
        return found

    async def _instead(self, ask: Ask) -> Reading:
        realtime = self.current is Endpoint.REALTIME
        other = Endpoint.QUEUE_METRICS if realtime else Endpoint.REALTIME
        try:
            found = await ask(other)
        except EndpointGone:
            found = None
        if found is None:
            raise EndpointGone(
                "The address is not there, neither real-time nor call-queue-metrics",
                "The PBX may be gone; check base_url in [api]",
            )
        if found.queues and not any(queue.values for queue in found.queues):
            raise Nonsense(
                f"{_NAMES[self.current]} is gone, and {_NAMES[other]} answers without live numbers",
                "It is asked again; if it lasts, the account has another API",
            )
        self._move(other)
        return found

    def _move(self, to: Endpoint) -> None:
        _LOG.warning(
            "%s: from now on its live state is asked of %s, no more of %s",
            self._pbx_name,
            _NAMES[to],
            _NAMES[self.current],
        )
        self.current = to
        self._tried = self._clock.elapsed()
