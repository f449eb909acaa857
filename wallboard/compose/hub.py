"""How a hub is put together, and what a board takes from a broker: settings on one side."""

import asyncio
import logging
import os
import random
import secrets
import socket
from collections.abc import Coroutine, Mapping
from typing import TYPE_CHECKING, Literal

from wallboard import compose
from wallboard.compose import outward
from wallboard.host.clock import SystemClock
from wallboard.host.collector import collect_seldom

if TYPE_CHECKING:
    from wallboard.feed.source import Account
    from wallboard.host.clock import Clock
    from wallboard.hub.broker_feeds import BrokerFeeds
    from wallboard.hub.connection import BrokerOptions
    from wallboard.hub.outbox import HubOutbox
    from wallboard.settings import LoadedSettings, Settings

_LOG = logging.getLogger(__name__)


def broker_options(settings: "Settings", name: Literal["source", "hub"]) -> "BrokerOptions":
    """Return how the broker of a section is reached."""
    from wallboard.hub.connection import BrokerOptions

    section = settings.hub if name == "hub" else settings.source
    address = section.address
    return section.into(
        BrokerOptions,
        host=address.host,
        port=address.port,
        tls=address.tls,
        username=address.username,
        password=section.password.get_secret_value(),
        section=name,
    )


def broker_feeds(
    settings: "Settings", clock: "Clock", live: "compose.AccountLife | None" = None
) -> "BrokerFeeds":
    """Return the feeds of a board that takes from a broker; MQTT is imported when it connects."""
    from wallboard.hub.broker_feeds import BrokerFeeds

    return BrokerFeeds(
        broker_options(settings, "source"),
        clock,
        random.random,
        rules=settings.source.rules == "hub",
        renewed=lambda: broker_options(live.settings() if live else settings, "source"),
    )


def broker_account(settings: "Settings", clock: "Clock") -> "Account":
    """Return what a broker has just now, for commands that ask once."""
    from wallboard.hub.account import BrokerAccount

    return BrokerAccount(broker_options(settings, "source"), clock)


async def run_hub(loaded: "LoadedSettings", environ: Mapping[str, str], *, standby: bool) -> int:
    """Run the hub until a signal ends it; its exit code. Raises ``ConfigurationError``."""
    from wallboard.compose.reload import LiveConfiguration
    from wallboard.feed.background import BackgroundBoard
    from wallboard.host.systemd import Watchdog
    from wallboard.hub.service import HubService
    from wallboard.ui import signals

    settings, clock = loaded.settings, SystemClock()
    setup = outward.judge_setup(settings, environ)
    listeners = outward.listeners(settings, environ, clock)
    reload = LiveConfiguration(
        loaded, setup, lambda read: outward.judge_setup(read.settings, environ)
    )
    life = compose.AccountLife.of(reload, listeners)
    outbox = _outbox(settings, clock, standby=standby)
    board = BackgroundBoard(setup, settings.rules, clock, listeners, outbox.alert)
    service = HubService(
        broker_options(settings, "hub"),
        outbox,
        lambda: compose.polled_feeds(settings, clock, life),
        board,
        clock,
        random.random,
        alive=Watchdog(os.environ).note_frame,
        renewed=lambda: broker_options(life.settings(), "hub"),
    )
    collect_seldom()
    running = asyncio.ensure_future(service.run())
    signals.listen(lambda _: running.cancel(), reload.read_now)
    reload.start_here(service.take)
    try:
        await _run_beside(listeners.run(lambda: board.state), running)
    except asyncio.CancelledError:
        _LOG.info("stopped")
    finally:
        reload.close()
        listeners.close()
    return 0


async def _run_beside(
    work: Coroutine[object, object, None], running: "asyncio.Future[None]"
) -> None:
    """Do ``work`` while another thing runs; ends with that, and ends it where the work fails."""
    task = asyncio.create_task(work)
    task.add_done_callback(
        lambda ended: ended.cancelled() or (ended.exception() and running.cancel())
    )
    try:
        await running
    finally:
        task.cancel()
        (failed,) = await asyncio.gather(task, return_exceptions=True)
        if isinstance(failed, Exception):
            raise failed


async def publish_once(settings: "Settings", environ: Mapping[str, str]) -> int:
    """Poll once, publish what came, and end; the exit code of ``once``. Raises ``FeedError``."""
    from wallboard.feed.once import poll_once
    from wallboard.hub.once import publish_round
    from wallboard.publish.once import exit_code

    clock = SystemClock()
    account = compose.account(settings, clock, people=settings.hub.people)[1]
    polled = await poll_once(account, clock)
    outbox = _outbox(settings, clock, standby=False)
    state = outward.judge_setup(settings, environ).start(settings.rules)
    await publish_round(broker_options(settings, "hub"), outbox, state, polled, clock)
    return exit_code(polled)


def _outbox(settings: "Settings", clock: "Clock", *, standby: bool) -> "HubOutbox":
    from wallboard.hub.outbox import HubIdentity, HubOutbox
    from wallboard.hub.people_payload import PeopleEncoder
    from wallboard.hub.topics import Topics
    from wallboard.model.data.sanitize import clean

    privacy = settings.privacy.options()
    people = PeopleEncoder(privacy, secrets.token_bytes(16)) if settings.hub.people else None
    name = clean(settings.hub.name or socket.gethostname())
    hub = HubIdentity(name, clock.now(), standby=standby, people=people)
    return HubOutbox(Topics(settings.hub.prefix), hub)
