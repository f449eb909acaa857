"""Which of two endpoints a PBX's live state is asked of.

The vendor retires the realtime endpoint, and nobody knows how it will end; an account may find
only its successor. The choice is made for each PBX, kept for the run, and reconsidered once a day.
"""

import logging
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Literal

from wallboard.errors import (
    EndpointGone,
    FeedError,
    InvalidResponse,
    RateLimited,
    SignInRefused,
    Unreachable,
)
from wallboard.host.clock import Clock
from wallboard.model.data.reading import Endpoint, Reading

TRY_BACK = 86_400.0
"""Seconds until realtime is tried again: its end may have been a mistake."""

DOUBTS = 2
"""Polls in a row that must bring no live numbers before the other endpoint is tried."""

PAUSES = (0.0, 60.0, 120.0, 240.0, 480.0, 900.0)
"""Seconds after each try of the other endpoint before the next one; the last one for ever."""

CALM = 3_600.0
"""Seconds without a try after which the pauses begin anew."""

FREE_MOVES = 4
"""Moves in an hour from an endpoint that is gone before these pauses hold for that as well."""

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
        self._tried_back_at = 0.0
        self._doubts = 0
        self._successor_lives: bool | None = None
        self._signed_in = self._refused = False
        self._tried_at = 0.0
        self._tries = 0
        self._moves: deque[float] = deque(maxlen=FREE_MOVES)

    def note_today(self, lives: bool) -> None:
        """Take note of whether the successor's answer for today has live numbers."""
        self._successor_lives = lives
        self._signed_in = lives

    async def ask_best(self, ask: Ask) -> Reading:
        """Ask the endpoint in use, and the other one where that is gone or tells nothing.

        Gone (404, 410, or a refusal of the endpoint): the other one is asked at once. Any other
        failure, or an answer without live numbers: at the second in a row. A limit, the network
        and a refused sign-in (unless the successor takes it) do not count. Who has live numbers
        is kept. Raises what the one in use raised; where that is gone, the other one's error, or
        an ``EndpointGone`` that names both.
        """
        if self._forced:
            return await ask(self.current)
        if self.current is not Endpoint.REALTIME and (found := await self._try_back(ask)):
            return found
        try:
            reading = await ask(self.current)
        except EndpointGone as error:
            return await self._instead_of_gone(ask, error)
        except (RateLimited, Unreachable):  # say nothing of this endpoint
            raise
        except FeedError as error:
            self._doubts += 1
            if isinstance(error, SignInRefused):
                self._doubts = DOUBTS if self._only_here() else 0
            found = await self._better(ask, error.words)
            if found is None:
                raise
            return found
        self._refused = False
        if _tells(reading):
            self._doubts = 0
            return reading
        self._doubts += 1
        if self.current is Endpoint.REALTIME and self._successor_lives is False:
            return reading  # it has no live numbers either: there are none
        return await self._better(ask, "It answers without live numbers") or reading

    def _only_here(self) -> bool:
        """Whether a sign-in that is refused again was good for the successor in between."""
        only_here = self._refused and self._signed_in
        self._refused, self._signed_in = True, False
        return only_here

    async def _try_back(self, ask: Ask) -> Reading | None:
        now = self._clock.elapsed()
        if now - self._tried_back_at < TRY_BACK:
            return None
        self._tried_back_at = now
        try:
            found = await ask(Endpoint.REALTIME)
        except (RateLimited, SignInRefused):  # would hold for the successor just as well
            raise
        except FeedError:
            return None
        if not _tells(found):  # it is there, and has no numbers
            return None
        self._move("the first has live numbers again")
        return found

    async def _better(self, ask: Ask, why: str) -> Reading | None:
        """Return the other endpoint's answer if it may be tried now and has live numbers."""
        if self._doubts < DOUBTS or not self._may_try():
            return None
        try:
            found = await ask(self._other)
        except (RateLimited, SignInRefused):  # hold for the whole account
            raise
        except Unreachable:
            self._tries -= 1  # says nothing of it: no try
            return None
        except FeedError:
            return None
        if not _tells(found):
            return None
        self._move(why)
        return found

    async def _instead_of_gone(self, ask: Ask, gone: EndpointGone) -> Reading:
        now = self._clock.elapsed()
        restless = len(self._moves) == FREE_MOVES and now - self._moves[0] < CALM
        if restless and not self._may_try():
            raise gone
        try:
            found = await ask(self._other)
        except EndpointGone:
            found = None
        if found is None:
            raise EndpointGone(
                "The address is not there, neither real-time nor call-queue-metrics",
                "The PBX may be gone; check base_url in [api]",
            )
        if found.queues and not _tells(found):
            raise InvalidResponse(
                f"{_NAMES[self.current]} is gone, and {_NAMES[self._other]} answers without "
                "live numbers",
                "It is asked again; if it lasts, the account has another API",
            )
        self._move("It is not there")
        return found

    @property
    def _other(self) -> Endpoint:
        realtime = self.current is Endpoint.REALTIME
        return Endpoint.QUEUE_METRICS if realtime else Endpoint.REALTIME

    def _may_try(self) -> bool:
        """Whether the other endpoint may be tried now; it counts as tried."""
        now = self._clock.elapsed()
        if self._tries and now - self._tried_at >= CALM:
            self._tries = 0
        if self._tries and now - self._tried_at < PAUSES[min(self._tries, len(PAUSES)) - 1]:
            return False
        self._tries += 1
        self._tried_at = now
        return True

    def _move(self, why: str) -> None:
        to = self._other
        _LOG.warning(
            "%s: from now on its live state is asked of %s, no more of %s: %s",
            self._pbx_name,
            _NAMES[to],
            _NAMES[self.current],
            why,
        )
        self.current = to
        self._doubts = 0
        self._tried_back_at = self._clock.elapsed()
        self._moves.append(self._tried_back_at)


def _tells(reading: Reading) -> bool:
    """Whether an answer has live numbers, of any queue."""
    return any(queue.values for queue in reading.queues)
