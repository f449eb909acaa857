"""One question to every feed, for the command that prints and ends.

A second one where the unit of live times is not known to be right: how they grow in between shows
it, as it does on the board.
"""

import asyncio

from wallboard.errors import WallboardError
from wallboard.feed.retry import supervise
from wallboard.feed.source import Account
from wallboard.host.clock import Clock
from wallboard.model.data.metric import QUEUE_KINDS, TICKING, Kind
from wallboard.model.data.reading import Reading
from wallboard.model.events import FeedInfo
from wallboard.records import dataclass


@dataclass(frozen=True, slots=True)
class PollResult:
    """What one round brought: readings, and the feeds that failed with their errors.

    Only queues are asked for, live and of today: not who is doing what.
    """

    readings: tuple[Reading, ...]
    failures: tuple[tuple[FeedInfo, WallboardError], ...]


AGAIN = 4.0
"""Seconds between two questions to one feed: long enough to see times grow."""

_GROWING = (TICKING, "longestHandlingTime")


async def poll_once(account: Account, clock: Clock) -> PollResult:
    """Open the account, ask every feed once side by side, and close it.

    Live feeds whose times are in a unit that nothing has shown yet are asked once more after
    ``AGAIN`` seconds, if anybody waits or talks there. What that brings is taken, a failure of it
    is none: then the first answer stands. Raises ``errors.WallboardError`` when the account cannot
    be opened at all.
    """
    try:
        opened = await account.open()
        sources = [source for source in opened if source.feed.kind in QUEUE_KINDS]
        answers = await asyncio.gather(*(supervise(source.fetch) for source in sources))
        unsure = [at for at, answer in enumerate(answers) if _wants_growth(answer)]
        if unsure:
            await clock.sleep_until(clock.elapsed() + AGAIN)
            again = await asyncio.gather(*(supervise(sources[at].fetch) for at in unsure))
            for at, answer in zip(unsure, again, strict=True):
                if isinstance(answer, Reading):
                    answers[at] = answer
    finally:
        await account.aclose()
    readings = tuple(answer for answer in answers if isinstance(answer, Reading))
    failures = tuple(
        (FeedInfo(source.feed, source.pbx_name), answer)
        for source, answer in zip(sources, answers, strict=True)
        if isinstance(answer, WallboardError)
    )
    return PollResult(readings, failures)


def _wants_growth(answer: object) -> bool:
    """Whether a second answer can show the unit of this one's times."""
    return (
        isinstance(answer, Reading)
        and answer.feed.kind is Kind.LIVE
        and not answer.confirmed
        and any(queue.values.get(name) for queue in answer.queues for name in _GROWING)
    )
