"""Asking once, so that nothing that goes wrong can end the asking; and when to ask again."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from wallboard.errors import FeedError, RateLimited, WallboardError
from wallboard.records import dataclass

Answer = TypeVar("Answer")

_log = logging.getLogger(__name__)


async def supervise(ask: Callable[[], Awaitable[Answer]]) -> Answer | WallboardError:
    """Return the answer, or what kept it away as an error of ours; cancellation passes."""
    try:
        return await ask()
    except WallboardError as error:
        _log.info("no answer: %s", error.reason)
        return error
    except asyncio.CancelledError as error:
        task = asyncio.current_task()
        if task is None or task.cancelling():
            raise
        # Nobody cancels this task: it leaked out of something that was broken off inside, and
        # would end the asking in silence.
        return _fault(error)
    # The one broad except: a fault in our own code must show on the board as a failure of this
    # feed, with its age growing, and not end the worker that would otherwise recover.
    except Exception as error:  # noqa: BLE001
        return _fault(error)


def _fault(error: BaseException) -> WallboardError:
    name = type(error).__name__
    _log.error("a fault in the board itself: %s", name)
    return WallboardError(
        f"A fault in the board itself ({name})", "It goes on trying; please report it"
    )


def backoff(failures: int, random: Callable[[], float]) -> float:
    """Return the seconds to wait after the ``failures``-th failure in a row: 2 + jitter to 28."""
    return 2.0 + random() * min(28.0, 2.0 ** min(failures, 10))


MOST_WAIT = 900.0
"""The longest that a ``Retry-After`` is obeyed, seconds."""


@dataclass()
class RateLimit:
    """Shared by the pollers of one account, all on one event loop.

    Each writes in one go, with no ``await`` between reading and writing, and only ever to a
    later moment: so there is no order in which two of them can spoil it.

    A refused sign-in is not learned here: the account's one token is shared already, and a PBX
    that refuses every token must not keep the others from being asked.
    """

    limited_until: float = 0.0

    def learn(self, error: FeedError, now: float) -> None:
        """Remember what an error says of everybody. ``now``: elapsed seconds."""
        if isinstance(error, RateLimited) and error.retry_after is not None:
            self.limited_until = max(
                self.limited_until, now + min(max(error.retry_after, 0.0), MOST_WAIT)
            )

    def opens(self, now: float) -> float:
        """Return when one may ask, whoever wants it: never before a limit ends."""
        return max(now, self.limited_until)
