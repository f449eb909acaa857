"""The command line: each command composes the rooms it needs and calls one.

Nothing heavy is imported before a command needs it: ``--version`` and ``--help`` import
neither textual, httpx nor pydantic.
"""

import os
import random
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, NoReturn

import click

from wallboard import __version__
from wallboard.errors import WallboardError

if TYPE_CHECKING:
    from wallboard.clock import Clock
    from wallboard.feed.source import Account
    from wallboard.settings import Settings

_NAMES: dict[str, Any] = {"multiple": True, "metavar": "NAME"}
_config = click.option("--config", type=click.Path(path_type=Path), help="The configuration file.")
_pbx = click.option("--pbx", **_NAMES, help="Only this PBX: name or id. May be repeated.")
_site = click.option("--site", **_NAMES, help="Only this site: name or id. May be repeated.")
_queue = click.option(
    "--queue", **_NAMES, help="Only this queue: name, extension or id. May be repeated."
)


@click.group(invoke_without_command=True)
@click.version_option(__version__, prog_name="wallboard")
@_config
@_pbx
@_site
@_queue
@click.option("--interval", metavar="SECONDS", help="Seconds between polls, 2 to 300.")
@click.option("--theme", metavar="NAME", help="The colours.")
@click.pass_context
def wallboard(
    context: click.Context,
    config: Path | None,
    pbx: tuple[str, ...],
    site: tuple[str, ...],
    queue: tuple[str, ...],
    interval: str | None,
    theme: str | None,
) -> None:
    """A live wallboard for 8x8 call queues. Without a command: the board.

    Try it without an account: wallboard demo
    """
    if context.invoked_subcommand is not None:
        return
    flags = {**_flags(pbx, site, queue), "poll.interval": interval, "board.theme": theme}
    context.exit(_board(_settings(flags, config)))


@wallboard.command()
@click.option("--seed", default=1, show_default=True, help="Another seed, another day.")
@click.option("--speed", default=1.0, show_default=True, help="Times faster than real time.")
@click.option("--interval", default="5", show_default=True, help="Seconds between polls.")
@click.option("--theme", metavar="NAME", help="The colours.")
@click.pass_context
def demo(context: click.Context, seed: int, speed: float, interval: str, theme: str | None) -> None:
    """Show the board over a simulated contact centre: no account, no configuration."""
    from wallboard.settings import load
    from wallboard.simulator.child import simulated

    with simulated(sys.executable, seed=seed, speed=speed) as (base_url, credentials):
        flags = {
            "api.base_url": base_url,
            "poll.interval": interval,
            "board.theme": theme,
            "board.title": "Demo contact centre",
        }
        # Neither the user's file nor the user's account has a part in the demo.
        environ = {f"WALLBOARD_API__{name.upper()}": value for name, value in credentials.items()}
        code = _board(load(flags, environ, Path.cwd(), candidates=()).settings)
    context.exit(code)


@wallboard.command()
@click.option("--port", default=8088, show_default=True, help="Port on loopback; 0 is any.")
@click.option("--seed", default=1, show_default=True, help="Another seed, another day.")
@click.option("--speed", default=1.0, show_default=True, help="Times faster than real time.")
@click.option("--pbxes", default=0, help="Number of PBXes; 0 is the demo's contact centre.")
@click.option("--sites", default=3, show_default=True, help="Sites of each PBX, with --pbxes.")
@click.option("--queues", default=20, show_default=True, help="Queues of each PBX, with --pbxes.")
@click.option("--token-life", default=1800, show_default=True, help="Seconds a token lives.")
@click.option(
    "--fault",
    "faults",
    multiple=True,
    metavar="WHERE:WHAT[:HOW]",
    help="A fault to begin with, as realtime:503-html:seconds=20. May be repeated.",
)
@click.option("--sample", is_flag=True, help="Serve the two queues of the API's own example.")
@click.option("--machine", is_flag=True, hidden=True)
@click.pass_context
def simulate(context: click.Context, /, **options: Any) -> None:
    """Serve a simulated contact centre over the API, and print its address and credentials."""
    from wallboard.simulator.serve import SimulatorOptions, run_simulator

    context.exit(run_simulator(SimulatorOptions(**options), sys.stdout))


@wallboard.command()
@_config
@_pbx
@_site
@_queue
@click.option(
    "--format",
    "layout",
    type=click.Choice(["table", "json", "csv"]),
    default="table",
    show_default=True,
    help="For people, for programs, for spreadsheets.",
)
@click.pass_context
def once(
    context: click.Context,
    config: Path | None,
    pbx: tuple[str, ...],
    site: tuple[str, ...],
    queue: tuple[str, ...],
    layout: str,
) -> None:
    """Poll once and print."""
    import asyncio

    from wallboard.clock import SystemClock
    from wallboard.feed.once import poll_once
    from wallboard.model.snapshot import Moment
    from wallboard.publish.once import exit_code, published

    settings = _settings(_flags(pbx, site, queue), config)
    clock = SystemClock()
    asked = asyncio.run(poll_once(_account(settings, clock)))
    text = published(
        asked,
        layout,
        settings.rules(),
        settings.selection(),
        settings.board.columns,
        Moment(clock.now(), clock.elapsed()),
    )
    click.echo(text, nl=False)
    context.exit(exit_code(asked))


def _flags(
    pbx: tuple[str, ...], site: tuple[str, ...], queue: tuple[str, ...]
) -> dict[str, object]:
    return {"api.pbx": pbx or None, "api.sites": site or None, "api.queues": queue or None}


def _settings(flags: Mapping[str, object], config: Path | None) -> "Settings":
    """Return the settings of a command that needs an account."""
    from wallboard.settings import load

    settings = load(flags, os.environ, Path.cwd(), config=config).settings
    settings.require_credentials()
    return settings


def _board(settings: "Settings") -> int:
    """Run the board; its exit code."""
    from wallboard.clock import SystemClock
    from wallboard.feed.feeds import PolledFeeds
    from wallboard.feed.later import Later
    from wallboard.paths import themes_folders
    from wallboard.ui.app import Look, WallboardApp
    from wallboard.ui.theme import load_themes

    clock = SystemClock()
    account = Later(lambda: _account(settings, clock))
    look = Look(
        settings.view_options(),
        load_themes(themes_folders(os.environ)),
        settings.board.theme,
        settings.keymap,
        settings.selection(),
    )
    feeds = PolledFeeds(account, clock, random.random, settings.poll.interval)
    app = WallboardApp(
        feeds, settings.rules(), look, clock, no_color=bool(os.environ.get("NO_COLOR"))
    )
    code = app.run()
    return app.return_code or code or 0


def _account(settings: "Settings", clock: "Clock") -> "Account":
    """Return the account over HTTP; httpx is imported here and not before."""
    from wallboard.api.account import WorkAnalytics
    from wallboard.api.auth import Credentials
    from wallboard.api.client import Client, ClientOptions
    from wallboard.api.directory import Wanted
    from wallboard.model.metrics import CATALOGUE, with_parts

    api = settings.api
    options = ClientOptions(
        base_url=api.base_url,
        timeout=api.timeout,
        ca_bundle=_path(api.ca_bundle),
        client_cert=_path(api.client_cert),
        client_key=_path(api.client_key),
        max_body=api.max_body,
    )
    credentials = Credentials(key=api.key, username=api.username, password=api.password)
    client = Client(options, credentials, clock, random.random)
    metrics = frozenset(with_parts(api.metrics) or CATALOGUE)
    return WorkAnalytics(client, Wanted(api.pbx, api.sites, api.queues), metrics, clock)


def _path(text: str) -> Path | None:
    return Path(text) if text else None


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the program and end the process with the exit code of DESIGN's section 5."""
    sys.excepthook = _crashed
    try:
        code = wallboard.main(arguments, prog_name="wallboard", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    except WallboardError as error:
        _tell(error)
        sys.exit(error.exit_code)
    sys.exit(code or 0)


def _tell(error: WallboardError) -> None:
    for line in error.words.splitlines():
        click.echo(f"wallboard: {line}", err=True)
    if error.remedy:
        click.echo(error.remedy, err=True)


def _crashed(
    kind: type[BaseException], error: BaseException, traceback: TracebackType | None
) -> None:
    """Tell a crash in one line: its message and locals may hold what nobody should read."""
    del error
    while traceback is not None and traceback.tb_next is not None:
        traceback = traceback.tb_next
    where = ""
    if traceback is not None:
        code = traceback.tb_frame.f_code
        where = f" at {Path(code.co_filename).name}:{traceback.tb_lineno}"
    click.echo(f"wallboard: a fault in the program itself ({kind.__name__}{where})", err=True)
