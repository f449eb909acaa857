"""One round of polls, published: for a timer instead of a service."""

import asyncio
from contextlib import suppress

from wallboard.errors import AccessRefused, WallboardError
from wallboard.feed.once import PollResult
from wallboard.host.clock import Clock
from wallboard.hub.broker_feeds import SILENT_FOR
from wallboard.hub.connection import BrokerOptions, Connection, OutMessage, connect
from wallboard.hub.documents import ended_document
from wallboard.hub.json_payload import compact
from wallboard.hub.outbox import HubOutbox
from wallboard.model.data.reading import Moment
from wallboard.model.events import Discovered, Failed, FeedInfo, Fresh, Trouble
from wallboard.model.state import State, step


async def publish_round(
    options: BrokerOptions, outbox: HubOutbox, state: State, asked: PollResult, clock: Clock
) -> None:
    """Publish one round; the status says then that the hub has ended. Raises ``FeedError``."""
    now = Moment(clock.now(), clock.elapsed())
    state = _state_of(state, asked, now)
    topics, hub = outbox.topics, outbox.hub
    async with connect(options) as connection:
        await connection.subscribe(topics.status)
        outbox.note_everything(state)
        await connection.publish(outbox.take(state, now))
        await _own_status(connection, topics.status, options)
        ended = compact(ended_document(hub.name, clock.now()))
        await connection.publish([OutMessage(topics.status, ended)])


def _state_of(state: State, asked: PollResult, now: Moment) -> State:
    failures = {info.feed: error for info, error in asked.failures}
    infos = [FeedInfo(reading.feed, reading.pbx_name) for reading in asked.readings]
    infos += [info for info, _ in asked.failures]
    state = step(state, Discovered(tuple(infos), state.interval))
    for reading in asked.readings:
        state = step(state, Fresh(reading.feed, reading, now))
    for feed, error in failures.items():
        state = step(state, Failed(feed, Trouble.of(error), now, now))
    return state


async def _own_status(connection: Connection, topic: str, options: BrokerOptions) -> None:
    """Return when the own status has come back. Raises ``AccessRefused``."""
    with suppress(TimeoutError):
        async with asyncio.timeout(SILENT_FOR):
            async for message in connection.messages():
                if message.topic == topic and not message.kept:
                    return
    raise not_allowed(options)


def not_allowed(options: BrokerOptions) -> WallboardError:
    """Return what is wrong where a hub does not see its own status: no denial is ever told."""
    return AccessRefused(
        "The broker does not let the hub publish, or read what it publishes",
        f"Give its user the right to read and write {options.prefix}/#",
    )
