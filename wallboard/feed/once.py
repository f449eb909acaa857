"""One question to every feed, for the command that prints and ends."""

import asyncio
from dataclasses import dataclass

from wallboard.errors import WallboardError
from wallboard.feed.source import Account
from wallboard.feed.supervisor import supervised
from wallboard.model.events import FeedInfo
from wallboard.model.snapshot import Kind, Reading


@dataclass(frozen=True, slots=True)
class Once:
    """What one round brought: readings, and the feeds that failed with their errors.

    Only queues are asked for, live and of today: not who is doing what.
    """

    readings: tuple[Reading, ...]
    failures: tuple[tuple[FeedInfo, WallboardError], ...]


async def poll_once(account: Account) -> Once:
    """Open the account, ask every feed once side by side, and close it.

    Raises ``errors.WallboardError`` when the account cannot be opened at all.
    """
    try:
        opened = await account.open()
        sources = [one for one in opened if one.feed.kind in (Kind.LIVE, Kind.TODAY)]
        answers = await asyncio.gather(*(supervised(source.fetch) for source in sources))
    finally:
        await account.aclose()
    readings = tuple(one for one in answers if isinstance(one, Reading))
    failures = tuple(
        (FeedInfo(source.feed, source.pbx_name), answer)
        for source, answer in zip(sources, answers, strict=True)
        if isinstance(answer, WallboardError)
    )
    return Once(readings, failures)
