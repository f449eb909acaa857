"""How a hub is put together, and what a board takes from a broker: settings on one side."""

import asyncio
import logging
import os
import random
import secrets
import signal
import socket
import sys
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Literal

from wallboard.host.clock import SystemClock

if TYPE_CHECKING:
    from wallboard.feed.source import Account
    from wallboard.host.clock import Clock
    from wallboard.hub.broker_feeds import BrokerFeeds
    from wallboard.hub.connection import BrokerOptions
    from wallboard.hub.outbox import HubOutbox
    from wallboard.hub.service import HubDoors, Listener
    from wallboard.model.data.reading import Moment
    from wallboard.model.silences import SilenceStore
    from wallboard.model.state import State
    from wallboard.settings import Settings

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


def broker_feeds(settings: "Settings", clock: "Clock") -> "BrokerFeeds":
    """Return the feeds of a board that takes from a broker; MQTT is imported when it connects."""
    from wallboard.hub.broker_feeds import BrokerFeeds

    rules = settings.source.rules == "hub"
    return BrokerFeeds(broker_options(settings, "source"), clock, random.random, rules=rules)


def broker_account(settings: "Settings", clock: "Clock") -> "Account":
    """Return what a broker has just now, for commands that ask once."""
    from wallboard.hub.account import BrokerAccount

    return BrokerAccount(broker_options(settings, "source"), clock)


def run_hub(settings: "Settings", environ: Mapping[str, str], *, standby: bool) -> int:
    """Run the hub until a signal ends it; its exit code. Raises ``ConfigurationError``."""
    # httpx has a command line of its own, which brings what draws on terminals: 4 MB for nothing.
    sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]
    return asyncio.run(_run(settings, environ, standby=standby))


async def _run(settings: "Settings", environ: Mapping[str, str], *, standby: bool) -> int:
    from wallboard import compose
    from wallboard.compose import outward
    from wallboard.hub.service import HubService

    clock = SystemClock()
    metrics = compose.metrics(settings, clock)
    messages = outward.messenger(settings, environ, clock)
    heartbeat = outward.heartbeat(settings, environ, clock)
    listeners = tuple(one for one in (metrics, messages) if one is not None)
    lives = heartbeat.note_drawn if heartbeat else _nothing
    doors, close = _doors(settings, environ, clock, listeners, lives)
    told = metrics.signed_in if metrics else _nothing
    service = HubService(
        broker_options(settings, "hub"),
        _outbox(settings, clock, standby=standby),
        lambda: compose.polled_feeds(settings, clock, told),
        _start(settings, environ),
        clock,
        random.random,
        doors=doors,
    )
    running = asyncio.ensure_future(service.run())
    beside = [asyncio.create_task(one.run()) for one in (metrics, messages) if one is not None]
    if heartbeat:
        beside.append(asyncio.create_task(heartbeat.run(lambda: service.state)))
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        loop.add_signal_handler(number, running.cancel)
    try:
        await running
    except asyncio.CancelledError:
        _LOG.info("stopped")
    finally:
        close()
        for task in beside:
            task.cancel()
        await asyncio.gather(*beside, return_exceptions=True)
    return 0


async def publish_once(settings: "Settings", environ: Mapping[str, str]) -> int:
    """Poll once, publish what came, and end; the exit code of ``once``. Raises ``FeedError``."""
    from wallboard import compose
    from wallboard.feed.once import poll_once
    from wallboard.hub.once import publish_round
    from wallboard.publish.once import exit_code

    clock = SystemClock()
    account = compose.account(settings, clock, people=settings.hub.people)[1]
    asked = await poll_once(account, clock)
    outbox, state = _outbox(settings, clock, standby=False), _start(settings, environ)
    await publish_round(broker_options(settings, "hub"), outbox, state, asked, clock)
    return exit_code(asked)


def _outbox(settings: "Settings", clock: "Clock", *, standby: bool) -> "HubOutbox":
    from wallboard.hub.outbox import Hub, HubOutbox
    from wallboard.hub.people_payload import People
    from wallboard.hub.topics import Topics
    from wallboard.model.data.sanitize import clean

    privacy = settings.privacy.options()
    people = People(privacy, secrets.token_bytes(16)) if settings.hub.people else None
    name = clean(settings.hub.name or socket.gethostname())
    hub: Hub = Hub(name, clock.now(), standby=standby, people=people)
    return HubOutbox(Topics(settings.hub.prefix), hub)


def _start(settings: "Settings", environ: Mapping[str, str]) -> "State":
    """Return the state of a hub that has heard nothing: it judges as a board does."""
    from wallboard.model.data.opening_hours import OpeningHours
    from wallboard.model.state import start

    hours = settings.hours.opening()
    return start(
        settings.rules,
        settings.view_options(environ),
        is_open=None if hours == OpeningHours() else hours.is_open,
        targets=settings.targets.waits(),
        day_rule=settings.day_rule(environ),
    )


def _doors(
    settings: "Settings",
    environ: Mapping[str, str],
    clock: "Clock",
    others: "tuple[Listener, ...]",
    lives: Callable[[], None],
) -> "tuple[HubDoors, Callable[[], None]]":
    """Return what a hub can call, and what gives it back at the end.

    ``others``: what hears of each event; ``lives``: is told each second that the hub does.
    """
    from wallboard.history.keeper import keeper
    from wallboard.host.paths import state_folder
    from wallboard.host.shared_rows import SILENCES, SharedRows
    from wallboard.host.systemd import Watchdog
    from wallboard.hub.service import HubDoors
    from wallboard.model.judge.hours import scope_of

    watchdog = Watchdog(os.environ)

    def alive() -> None:
        watchdog.note_frame()
        lives()

    scope = scope_of(settings.api.sites, settings.api.queues)
    memory = keeper(settings.history_folder(environ), clock, settings.history_options(), scope)
    doors = HubDoors(
        memory=memory,
        listeners=(*filter(None, (memory,)), *others),
        fires=_fires(settings, environ),
        alive=alive,
        shared=shared_silences(SharedRows(state_folder(environ) / SILENCES), clock),
    )
    return doors, memory.close if memory else _nothing


def _fires(
    settings: "Settings", environ: Mapping[str, str]
) -> "Callable[[State, State, Moment], Iterable[Mapping[str, object]]]":
    """Return what gives the alerts of a step as documents; none in quiet hours."""
    from wallboard.model.judge.alerts import document, due

    options, zone = settings.alert_options(), settings.zone(environ)

    def fires(before: "State", after: "State", now: "Moment") -> Iterable[Mapping[str, object]]:
        fired = due(before, after, now, options.remind.every)
        if not fired or options.quiet.is_open(now.wall.astimezone(zone)):
            return ()
        return [document(alert) for alert in fired]

    return fires


def shared_silences(store: "SilenceStore", clock: "Clock") -> "Callable[[State], State]":
    """Return what gives a state the silences that the boards of this machine have set."""
    from wallboard.model.data.reading import Moment
    from wallboard.model.state import with_silences

    return lambda state: with_silences(state, store, Moment(clock.now(), clock.elapsed()))


def _nothing() -> None:
    """There is nothing to give back."""
