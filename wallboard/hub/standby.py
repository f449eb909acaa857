"""Standing by: knowing what another hub publishes, and when it does so no more."""

import asyncio
from collections.abc import Callable

from wallboard.host.clock import Clock
from wallboard.hub.broker_feeds import SILENT_FOR
from wallboard.hub.connection import BrokerOptions, Connection, connect
from wallboard.hub.inbox import Inbox
from wallboard.hub.topics import Topics
from wallboard.model.events import FeedEvent

_LOOK = 1.0
"""Seconds between two looks, and at most by chance before one that stands by begins."""


async def wait_until_gone(
    options: BrokerOptions,
    topics: Topics,
    clock: Clock,
    random: Callable[[], float],
    follow: Callable[[FeedEvent], None],
) -> None:
    """Return when no other hub publishes; ``follow`` hears of what it does, as a board would.

    Raises ``FeedError``: where the broker is away, nobody knows whether another one polls.
    """
    inbox = Inbox(topics, clock)
    inbox.post = follow
    async with connect(options) as connection:
        for item in topics.for_boards:
            await connection.subscribe(item)
        following = asyncio.create_task(_take(connection, inbox))
        try:
            await _wait(clock, SILENT_FOR, following)
            while True:
                while inbox.publishes:
                    await _wait(clock, _LOOK, following)
                # Of several that stand by, the first to begin is seen by the others.
                await _wait(clock, random() * _LOOK, following)
                if not inbox.publishes:
                    return
        finally:
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)


async def _take(connection: Connection, inbox: Inbox) -> None:
    async for message in connection.messages():
        inbox.take(message)


async def _wait(clock: Clock, seconds: float, following: "asyncio.Task[None]") -> None:
    """Wait; raises at once what ends the following."""
    waiting = asyncio.ensure_future(clock.sleep_until(clock.elapsed() + seconds))
    try:
        await asyncio.wait({waiting, following}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
    if following.done():
        following.result()
