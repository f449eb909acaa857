"""How a command's program is put together: settings on one side, the rooms on the other.

Used by the command line alone. Heavy rooms are imported inside, by the commands that need them.
"""

import os
import random
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from wallboard.errors import ConfigurationError
from wallboard.host.clock import SystemClock

if TYPE_CHECKING:
    from wallboard.api.account import WorkAnalytics
    from wallboard.api.client import Client, ClientOptions
    from wallboard.api.http.environment import Way
    from wallboard.doctor.needs import Asked
    from wallboard.doctor.network import Target
    from wallboard.doctor.report import CheckReport, SeenPbx, Setting, Step
    from wallboard.host.alert_command import AlertCommand
    from wallboard.host.clock import Clock
    from wallboard.host.logs import LogFile
    from wallboard.settings import Loaded, Settings
    from wallboard.ui.setup import Look


def log(settings: "Settings", environ: Mapping[str, str]) -> "LogFile":
    """Begin the log file; whoever calls this also calls ``logs.stop_logging`` at the end."""
    from wallboard.host.logs import start_logging

    return start_logging(settings.log_folder(environ), settings.log.level, settings.secrets())


def client_options(settings: "Settings", environ: Mapping[str, str]) -> "ClientOptions":
    """Return how the API is reached."""
    from wallboard.api.client import ClientOptions

    api = settings.api
    return ClientOptions(
        base_url=api.base_url,
        timeout=api.timeout,
        ca_bundle=api.ca_bundle,
        client_cert=api.client_cert,
        client_key=api.client_key,
        max_body=api.max_body,
        max_queues=api.max_queues,
        environ=environ,
    )


def account(
    settings: "Settings", clock: "Clock", *, people: bool = False
) -> tuple["Client", "WorkAnalytics"]:
    """Return the account over HTTP and the client under it; httpx is imported here.

    ``people``: with sources of agents and calls. Raises ``ConfigurationError`` for what cannot
    be used: address, certificates, proxy.
    """
    from wallboard.api.account import WorkAnalytics
    from wallboard.api.client import Client
    from wallboard.api.directory import Wanted
    from wallboard.api.token.token import Credentials
    from wallboard.model.data.catalogue import CATALOGUE, with_parts

    api = settings.api
    credentials = Credentials(key=api.key, username=api.username, password=api.password)
    client = Client(client_options(settings, os.environ), credentials, clock, random.random)
    metrics = frozenset(with_parts(api.metrics) or CATALOGUE)
    wanted = Wanted(api.pbx, api.sites, api.queues)
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
    loaded: "Loaded",
    environ: Mapping[str, str],
    log_file: "LogFile",
    *,
    kiosk: bool = False,
    demo: bool = False,
) -> int:
    """Run the board until it ends; its exit code. ``kiosk``: it starts as a wall."""
    from wallboard.ui.terminal.environment import left_out

    doubts = left_out(os.environ) + _doubts(loaded.settings, environ)

    from wallboard.feed.feeds import Pace, PolledFeeds
    from wallboard.feed.lazy_account import LazyAccount
    from wallboard.host.systemd import Watchdog
    from wallboard.ui import signals as ending
    from wallboard.ui.app import WallboardApp

    _require_screen(environ)
    settings = loaded.settings
    clock = SystemClock()
    # The board is painted first: HTTP is imported with the first sign-in.
    feeds = PolledFeeds(
        LazyAccount(lambda: account(settings, clock, people=True)[1]),
        clock,
        random.random,
        Pace(settings.poll.interval, settings.day_interval, settings.agents.enabled),
    )
    app = WallboardApp(
        feeds,
        settings.rules(),
        look(loaded, environ, log_file, clock, kiosk=kiosk, demo=demo, doubts=doubts),
        clock,
        no_color=bool(environ.get("NO_COLOR")),
        drawn=Watchdog(environ).drawn,
    )
    ending.until_it_listens()
    code = app.run()
    return app.return_code or code or 0


def _require_screen(environ: Mapping[str, str]) -> None:
    """Raise ``ConfigurationError`` where there is no screen: a file would get the board."""
    # Textual draws on standard error, unless another driver (to a browser) was chosen.
    screen = sys.__stderr__
    if "TEXTUAL_DRIVER" not in environ and (screen is None or not screen.isatty()):
        raise ConfigurationError(
            ["standard error: no terminal, and that is where the board is drawn"],
            "Run it in a terminal, without 2>; `wallboard once` prints into files and pipes",
        )


def look(
    loaded: "Loaded",
    environ: Mapping[str, str],
    log_file: "LogFile",
    clock: "Clock",
    *,
    kiosk: bool,
    demo: bool,
    doubts: tuple[str, ...] = (),
) -> "Look":
    """Return what the configuration says of screens and keys.

    ``doubts``: what of the environment is not used, in words.
    """
    from wallboard.host.exports import ExportFolder
    from wallboard.host.message_file import MessageFile
    from wallboard.host.paths import state_folder, themes_folders
    from wallboard.host.preferences import NAME, Preferences
    from wallboard.model.data.opening_hours import OpeningHours
    from wallboard.ui.setup import Look
    from wallboard.ui.terminal import console
    from wallboard.ui.theme import load_themes

    settings = loaded.settings
    on_console = console.is_console(environ)
    chosen = "theme" in settings.board.model_fields_set
    wall = settings.kiosk_options()
    hours = settings.opening_hours()
    # The demo has no part in what the user keeps, and a wall has nobody who chooses.
    kept = None if kiosk or demo else Preferences(state_folder(environ) / NAME)
    return Look(
        settings.view_options(environ),
        load_themes(themes_folders(environ)),
        console.THEME if on_console and not chosen else settings.board.theme,
        settings.keymap,
        settings.selection(),
        warnings=tuple(
            filter(None, (*loaded.warnings, log_file.warning, kept.warning if kept else ""))
        )
        + doubts,
        files=(
            ("configuration", str(loaded.path or "none")),
            ("log", str(log_file.path or "none")),
        ),
        kiosk=kiosk,
        wall=wall,
        message=MessageFile(wall.message, wall.message_file, clock.elapsed),
        alerts=settings.alert_options(),
        is_open=None if hours == OpeningHours() else hours.is_open,
        views=settings.views,
        put=ExportFolder(state_folder(environ)).put,
        tell=_command(settings, environ),
        kept=kept,
        rule_words=tuple(one for one in loaded.described() if one.key.startswith("thresholds.")),
        targets=settings.wait_targets(),
        day_rule=settings.day_rule(environ),
        privacy=settings.privacy_options(),
        agents=settings.agent_options(),
        tells_endpoint=settings.api.endpoint == "auto",
        console=on_console,
    )


def _command(settings: "Settings", environ: Mapping[str, str]) -> "AlertCommand | None":
    from wallboard.host.alert_command import AlertCommand

    options = settings.alert_options()
    if not options.command:
        return None
    return AlertCommand(options.command, options.command_timeout, environ)


async def examined(
    load: "Callable[[], Loaded]",
    environ: Mapping[str, str],
    tell: "Callable[[Step], None]",
    show: "Callable[[tuple[Setting, ...]], None]",
) -> "CheckReport":
    """Examine everything from the configuration to one poll.

    ``tell`` hears of each step when it has ended, ``show`` of the settings once they are read.
    """
    from wallboard.api.account_survey import AccountSurvey
    from wallboard.api.http import connection
    from wallboard.doctor.examine import examine, untried
    from wallboard.doctor.network import SystemNetwork
    from wallboard.doctor.report import CheckReport, Setting, configured, failed, logged, surrounded
    from wallboard.ui.terminal.environment import unusable

    steps: list[Step] = []
    settings: tuple[Setting, ...] = ()
    at = "configuration"

    def took(step: "Step") -> None:
        steps.append(step)
        tell(step)

    try:
        loaded = load()
        settings = tuple(Setting(*one) for one in loaded.described())
        show(settings)
        took(configured(str(loaded.path or ""), loaded.warnings))
        log_file = log(loaded.settings, environ)
        took(logged(str(log_file.path or ""), log_file.warning))
        at = "environment"
        options = client_options(loaded.settings, environ)
        way = connection.way(options)
        left = tuple(words for _, words in unusable(environ))
        took(surrounded(way.words, left + _doubts(loaded.settings, environ)))
        at = "credentials"
        loaded.settings.require_credentials()
        at = "certificates"
        target = _target(options, way)
        at = "credentials"
        clock = SystemClock()
        client, owner = account(loaded.settings, clock, people=True)
    except ConfigurationError as error:
        for step in (failed(at, error), *untried()):
            took(step)
        return CheckReport(settings, tuple(steps))
    network = SystemNetwork(loaded.settings.api.timeout, clock)
    asked = _asked(loaded.settings.api.sites, loaded.settings.api.queues)
    _, pbxes = await examine(
        target, network, AccountSurvey(client), owner, clock, took, asked=asked
    )
    return CheckReport(settings, tuple(steps), pbxes)


def _asked(sites: Sequence[str], queues: Sequence[str]) -> "Asked":
    """Return which of the listed queues are asked for where these names are in ``[api]``."""
    from wallboard.api.customer import CustomerEntry
    from wallboard.api.names import matches
    from wallboard.doctor.needs import Asked
    from wallboard.doctor.report import ListedName

    def of(pbx: "SeenPbx") -> tuple[ListedName, ...]:
        listed = [CustomerEntry(*one) for one in pbx.queues or ()]
        places = {
            one.id for one in matches([CustomerEntry(*one) for one in pbx.sites or ()], sites)
        }
        wanted = matches(listed, queues) if queues else listed
        inside = (one for one in wanted if not sites or one.site_id in places)
        return tuple(ListedName(one.id, one.name, one.extension, one.site_id) for one in inside)

    return Asked(bool(sites), bool(queues), of)


def _target(options: "ClientOptions", way: "Way") -> "Target":
    """Return what is connected to: the API's host, or the proxy in front of it."""
    from wallboard.api.http import connection
    from wallboard.doctor.network import Target, target_of

    tls = connection.tls(options, connection.check(options), way)
    if (proxy := way.proxy) is None:
        return target_of(options.base_url, tls)
    return Target(proxy.host, proxy.port, tls if proxy.kind == "https" else None, proxy.variable)


def _doubts(settings: "Settings", environ: Mapping[str, str]) -> tuple[str, ...]:
    """Return what of the environment is not used, in words."""
    from wallboard.api.http.environment import key_log

    return tuple(filter(None, (key_log(environ)[1], settings.zone_doubt(environ))))
