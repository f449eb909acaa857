"""How a command's program is put together: settings on one side, the rooms on the other.

Used by the command line alone. Heavy rooms are imported inside, by the commands that need them.
"""

import os
import random
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from wallboard.host.clock import SystemClock

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from wallboard.api.account import WorkAnalytics
    from wallboard.api.client import Client
    from wallboard.api.http.connection import ClientOptions
    from wallboard.compose.reload import LiveConfiguration
    from wallboard.feed.feeds import PolledFeeds
    from wallboard.feed.listeners import Listeners
    from wallboard.feed.source import Account, Feeds
    from wallboard.host.clock import Clock
    from wallboard.host.logs import LogFile
    from wallboard.settings import LoadedSettings, Settings
    from wallboard.ui.app import WallboardApp
    from wallboard.ui.setup import Services


def log(settings: "Settings", environ: Mapping[str, str]) -> "LogFile":
    """Begin the log file; whoever calls this also calls ``logs.stop_logging`` at the end."""
    from wallboard.host.logs import start_logging

    return start_logging(
        settings.log_folder(environ), settings.log.level, settings.secrets(), settings.user_names()
    )


def client_options(settings: "Settings", environ: Mapping[str, str]) -> "ClientOptions":
    """Return how the API is reached."""
    from wallboard.api.http.connection import ClientOptions

    return settings.api.into(ClientOptions, environ=environ)


def account(
    settings: "Settings", clock: "Clock", *, people: bool = False, live: "AccountLife | None" = None
) -> tuple["Client", "WorkAnalytics"]:
    """Return the account over HTTP and the client under it; httpx is imported here.

    ``people``: with sources of agents and calls. ``live``: of whoever runs for long. Raises
    ``ConfigurationError`` for what cannot be used: address, certificates, proxy.
    """
    from wallboard.api.account import WorkAnalytics
    from wallboard.api.client import Client
    from wallboard.api.directory import NameLists
    from wallboard.api.token.sign_in import Credentials
    from wallboard.model.data.catalogue import CATALOGUE, with_parts

    def credentials() -> Credentials:
        api = (live.settings() if live else settings).api
        return Credentials(key=api.key, username=api.username, password=api.password)

    api = settings.api
    options = client_options(settings, os.environ)
    signed_in = live.signed_in if live else lambda: None
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
    from wallboard.ui.terminal.environment import remove_unusable, require_screen

    doubts = remove_unusable(os.environ) + environment_doubts(loaded.settings, environ)
    require_screen(environ)

    from wallboard.compose.screens import screens
    from wallboard.ui.app import WallboardApp

    settings, clock = loaded.settings, SystemClock()
    setup, services, reload = screens(
        loaded, environ, log_file, clock, kiosk=kiosk, demo=demo, doubts=doubts
    )
    app = WallboardApp(
        feeds(settings, clock, AccountLife.of(reload, services)),
        settings.rules,
        setup,
        clock,
        services=services,
        no_color=bool(environ.get("NO_COLOR")),
        drawn=_frame_listener(environ),
    )
    return _run(app, services)


def _frame_listener(environ: Mapping[str, str]) -> Callable[[], None]:
    """Return what is told each second that it was drawn; with the first one the start is over."""
    from wallboard.host.collector import look_in_a_turn_of_its_own, pass_over_all_there_is
    from wallboard.host.systemd import Watchdog

    alive, is_starting = Watchdog(environ).note_frame, True

    def note_second() -> None:
        nonlocal is_starting
        if is_starting:
            is_starting = False
            pass_over_all_there_is()
        look_in_a_turn_of_its_own()
        alive()

    return note_second


def _run(app: "WallboardApp", services: "Services") -> int:
    """Show the app until it ends; its exit code."""
    from wallboard.ui import signals

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

    from wallboard.compose.screens import replay_screens
    from wallboard.history.replay.reader import NothingPolled
    from wallboard.ui.app import WallboardApp

    clock = SystemClock()
    setup, services = replay_screens(loaded, environ, log_file, clock, path, wanted, speed=speed)
    app = WallboardApp(
        NothingPolled(),
        loaded.settings.rules,
        setup,
        clock,
        services=services,
        no_color=bool(environ.get("NO_COLOR")),
        drawn=_frame_listener({}),
    )
    return _run(app, services)


class AccountLife(NamedTuple):
    """What of an account goes on: the ``settings`` that are in force; who hears of a sign-in."""

    settings: "Callable[[], Settings]"
    signed_in: Callable[[], None]

    @classmethod
    def of(cls, reload: "LiveConfiguration[Any]", listeners: "Listeners") -> "AccountLife":
        """Return it of whoever reads the configuration again, and has ``listeners``."""
        metrics = listeners.metrics
        return cls(reload.settings, metrics.note_sign_in if metrics is not None else lambda: None)


def account_or_broker(settings: "Settings", clock: "Clock") -> "Account":
    """Return what is asked once: the account, or the broker that is configured instead."""
    if settings.source.broker:
        from wallboard.compose.hub import broker_account

        return broker_account(settings, clock)
    return account(settings, clock)[1]


def feeds(settings: "Settings", clock: "Clock", live: "AccountLife | None" = None) -> "Feeds":
    """Return the feeds of a board: those of the account, or of the broker that is configured."""
    if settings.source.broker:
        from wallboard.compose.hub import broker_feeds

        return broker_feeds(settings, clock, live)
    return polled_feeds(settings, clock, live)


def polled_feeds(
    settings: "Settings", clock: "Clock", live: "AccountLife | None" = None
) -> "PolledFeeds":
    """Return the feeds of the account; HTTP is imported with the first sign-in, after painting."""
    from wallboard.feed.feeds import LazyAccount, Pace, PolledFeeds

    return PolledFeeds(
        LazyAccount(lambda: account(settings, clock, people=True, live=live)[1]),
        clock,
        random.random,
        Pace(settings.poll.interval, settings.day_interval, settings.agents.enabled),
    )


def environment_doubts(settings: "Settings", environ: Mapping[str, str]) -> tuple[str, ...]:
    """Return what of the environment is not used, in words."""
    from wallboard.api.http.environment import key_log

    return tuple(filter(None, (key_log(environ)[1], settings.zone_doubt(environ))))
