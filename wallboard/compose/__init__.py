"""How a command's program is put together: settings on one side, the rooms on the other.

Used by the command line alone. Heavy rooms are imported inside, by the commands that need them.
"""

import os
import random
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from wallboard.host.clock import SystemClock

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from wallboard.api.account import WorkAnalytics
    from wallboard.api.client import Client
    from wallboard.api.http.connection import ClientOptions
    from wallboard.feed.feeds import PolledFeeds
    from wallboard.feed.source import Account, Feeds
    from wallboard.host.clock import Clock
    from wallboard.host.logs import LogFile
    from wallboard.hub.metrics.server import MetricsServer
    from wallboard.settings import LoadedSettings, Settings


def log(settings: "Settings", environ: Mapping[str, str]) -> "LogFile":
    """Begin the log file; whoever calls this also calls ``logs.stop_logging`` at the end."""
    from wallboard.host.logs import start_logging

    return start_logging(settings.log_folder(environ), settings.log.level, settings.secrets())


def client_options(settings: "Settings", environ: Mapping[str, str]) -> "ClientOptions":
    """Return how the API is reached."""
    from wallboard.api.http.connection import ClientOptions

    return settings.api.into(ClientOptions, environ=environ)


def account(
    settings: "Settings",
    clock: "Clock",
    *,
    people: bool = False,
    signed_in: Callable[[], None] = lambda: None,
) -> tuple["Client", "WorkAnalytics"]:
    """Return the account over HTTP and the client under it; httpx is imported here.

    ``people``: with sources of agents and calls. ``signed_in`` hears of each sign-in. Raises
    ``ConfigurationError`` for what cannot be used: address, certificates, proxy.
    """
    from wallboard.api.account import WorkAnalytics
    from wallboard.api.client import Client
    from wallboard.api.directory import NameLists
    from wallboard.api.token.sign_in import Credentials
    from wallboard.model.data.catalogue import CATALOGUE, with_parts

    api = settings.api
    credentials = Credentials(key=api.key, username=api.username, password=api.password)
    options = client_options(settings, os.environ)
    client = Client(options, credentials, clock, random.random, signed_in=signed_in)
    metrics = frozenset(with_parts(api.metrics) or CATALOGUE)
    wanted = NameLists(api.pbx, api.sites, api.queues)
    return client, WorkAnalytics(
        client,
        wanted,
        metrics,
        clock,
        endpoint=api.endpoint,
        time_unit=api.time_unit,
        day=settings.day_rule() if settings.today.enabled else None,
        people=people,
        include_summary=api.include_summary,
    )


def board(
    loaded: "LoadedSettings",
    environ: Mapping[str, str],
    log_file: "LogFile",
    *,
    kiosk: bool = False,
    demo: bool = False,
) -> int:
    """Run the board until it ends; its exit code. ``kiosk``: it starts as a wall."""
    from wallboard.ui.terminal.environment import left_out, require_screen

    doubts = left_out(os.environ) + environment_doubts(loaded.settings, environ)
    require_screen(environ)

    from wallboard.compose.screens import screens
    from wallboard.host.systemd import Watchdog
    from wallboard.ui import signals
    from wallboard.ui.app import WallboardApp

    settings, clock = loaded.settings, SystemClock()
    setup, services = screens(
        loaded, environ, log_file, clock, kiosk=kiosk, demo=demo, doubts=doubts
    )
    told = metrics(settings, clock)
    app = WallboardApp(
        feeds(settings, clock, told.signed_in if told else lambda: None),
        settings.rules,
        setup,
        clock,
        services=replace(services, metrics=told),
        no_color=bool(environ.get("NO_COLOR")),
        drawn=Watchdog(environ).note_frame,
    )
    signals.until_it_listens()
    code = app.run()
    services.close()
    return app.return_code or code or 0


def replay(
    loaded: "LoadedSettings",
    environ: Mapping[str, str],
    log_file: "LogFile",
    path: "Path",
    wanted: "datetime | None",
    *,
    speed: float,
) -> int:
    """Show the board as it was until it ends; its exit code. ``wanted``: where it begins.

    Raises ``ConfigurationError`` for a file that cannot be replayed.
    """
    from wallboard.ui.terminal.environment import require_screen

    require_screen(environ)

    from wallboard.compose.screens import replayed_screens
    from wallboard.history.replay.reader import NothingPolled
    from wallboard.ui import signals
    from wallboard.ui.app import WallboardApp

    clock = SystemClock()
    setup, services = replayed_screens(loaded, environ, log_file, clock, path, wanted, speed=speed)
    app = WallboardApp(
        NothingPolled(),
        loaded.settings.rules,
        setup,
        clock,
        services=services,
        no_color=bool(environ.get("NO_COLOR")),
    )
    signals.until_it_listens()
    code = app.run()
    services.close()
    return app.return_code or code or 0


def metrics(settings: "Settings", clock: "Clock") -> "MetricsServer | None":
    """Return what Prometheus asks, if it is to be told; its library is imported here."""
    options = settings.metrics.options()
    if options is None:
        return None
    from wallboard.hub.metrics.server import MetricsServer

    return MetricsServer(options, clock)


def asked_once(settings: "Settings", clock: "Clock") -> "Account":
    """Return what is asked once: the account, or the broker that is configured instead."""
    if settings.source.broker:
        from wallboard.compose.hub import broker_account

        return broker_account(settings, clock)
    return account(settings, clock)[1]


def feeds(
    settings: "Settings", clock: "Clock", signed_in: Callable[[], None] = lambda: None
) -> "Feeds":
    """Return the feeds of a board: those of the account, or of the broker that is configured.

    ``signed_in`` hears of each sign-in.
    """
    if settings.source.broker:
        from wallboard.compose.hub import broker_feeds

        return broker_feeds(settings, clock)
    return polled_feeds(settings, clock, signed_in)


def polled_feeds(
    settings: "Settings", clock: "Clock", signed_in: Callable[[], None] = lambda: None
) -> "PolledFeeds":
    """Return the feeds of the account; HTTP is imported with the first sign-in, after painting.

    ``signed_in`` hears of each sign-in.
    """
    from wallboard.feed.feeds import LazyAccount, Pace, PolledFeeds

    return PolledFeeds(
        LazyAccount(lambda: account(settings, clock, people=True, signed_in=signed_in)[1]),
        clock,
        random.random,
        Pace(settings.poll.interval, settings.day_interval, settings.agents.enabled),
    )


def environment_doubts(settings: "Settings", environ: Mapping[str, str]) -> tuple[str, ...]:
    """Return what of the environment is not used, in words."""
    from wallboard.api.http.environment import key_log

    return tuple(filter(None, (key_log(environ)[1], settings.zone_doubt(environ))))
