"""How a command's program is put together: settings on one side, the rooms on the other.

Used by the command line alone. Heavy rooms are imported inside, by the commands that need them.
"""

import os
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from wallboard.host.clock import SystemClock

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from wallboard.api.account import WorkAnalytics
    from wallboard.api.client import Client, ClientOptions
    from wallboard.api.http.environment import Way
    from wallboard.doctor.needs import ListNeeds
    from wallboard.doctor.network import Target
    from wallboard.doctor.report import CheckReport, ListedName, SeenPbx, Step
    from wallboard.feed.feeds import PolledFeeds
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
    from wallboard.api.client import ClientOptions

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
    from wallboard.api.token.token import Credentials
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

    doubts = left_out(os.environ) + _doubts(loaded.settings, environ)
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


def feeds(
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


async def run_check(
    load: "Callable[[], LoadedSettings]",
    environ: Mapping[str, str],
    tell: "Callable[[Step], None]",
) -> "CheckReport":
    """Examine everything from the configuration to one poll.

    ``tell`` hears of each step when it has ended.
    """
    from wallboard.api.account import AccountSurvey
    from wallboard.doctor.examine import examine, untried_steps
    from wallboard.doctor.network import SystemNetwork
    from wallboard.doctor.report import CheckReport, Setting, StepFailed

    steps: list[Step] = []
    settings: list[Setting] = []
    clock = SystemClock()

    def took(step: "Step") -> None:
        steps.append(step)
        tell(step)

    def loads() -> "LoadedSettings":
        loaded = load()
        settings.extend(Setting(*line) for line in loaded.describe())
        return loaded

    try:
        used, target, client, owner = _prepare(loads, environ, clock, took)
    except StepFailed as error:
        for step in (error.step, *untried_steps()):
            took(step)
        return CheckReport(tuple(settings), tuple(steps))
    network = SystemNetwork(used.api.timeout, clock)
    asked = _asked_queues(used.api.sites, used.api.queues)
    survey = AccountSurvey(client)
    _, pbxes = await examine(target, network, survey, owner, clock, took, asked=asked)
    return CheckReport(tuple(settings), tuple(steps), pbxes)


def _prepare(
    load: "Callable[[], LoadedSettings]",
    environ: Mapping[str, str],
    clock: "Clock",
    took: "Callable[[Step], None]",
) -> tuple["Settings", "Target", "Client", "WorkAnalytics"]:
    """Return the settings, what is connected to, and the account. Raises ``StepFailed``."""
    from wallboard.api.http import connection
    from wallboard.doctor.report import configuration_step, environment_step, failing_as, log_step
    from wallboard.ui.terminal.environment import unusable

    with failing_as("configuration"):
        loaded = load()
        settings = loaded.settings
        took(configuration_step(" + ".join(map(str, loaded.files)), loaded.warnings))
        log_file = log(settings, environ)
        took(log_step(str(log_file.path or ""), log_file.warning))
    with failing_as("environment"):
        options = client_options(settings, environ)
        way = connection.way(options)
        left = tuple(words for _, words in unusable(environ))
        took(environment_step(way.words, left + _doubts(settings, environ)))
    with failing_as("credentials"):
        settings.require_credentials()
    with failing_as("certificates"):
        target = _target(options, way)
    with failing_as("credentials"):
        return settings, target, *account(settings, clock, people=True)


def _target(options: "ClientOptions", way: "Way") -> "Target":
    """Return what is connected to: the API's host, or the proxy in front of it."""
    from wallboard.api.http import connection
    from wallboard.doctor.network import Target, target_of

    tls = connection.tls(options, connection.check(options), way)
    if (proxy := way.proxy) is None:
        return target_of(options.base_url, tls)
    return Target(proxy.host, proxy.port, tls if proxy.kind == "https" else None, proxy.variable)


def _asked_queues(sites: Sequence[str], queues: Sequence[str]) -> "ListNeeds":
    """Return which of the listed queues are asked for where these names are in ``[api]``."""
    from wallboard.api.names import matches
    from wallboard.doctor.needs import ListNeeds

    def of(pbx: "SeenPbx") -> "tuple[ListedName, ...]":
        places = {site.id for site in matches(pbx.sites or (), sites)}
        listed = pbx.queues or ()
        wanted = matches(listed, queues) if queues else listed
        return tuple(queue for queue in wanted if not sites or queue.site_id in places)

    return ListNeeds(bool(sites), bool(queues), of)


def _doubts(settings: "Settings", environ: Mapping[str, str]) -> tuple[str, ...]:
    """Return what of the environment is not used, in words."""
    from wallboard.api.http.environment import key_log

    return tuple(filter(None, (key_log(environ)[1], settings.zone_doubt(environ))))
