"""The command line: each command composes the rooms it needs and calls one.

Nothing heavy is imported before a command needs it: ``--version`` and ``--help`` import
neither textual, httpx nor pydantic.
"""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from wallboard import __version__
from wallboard.commands import configuration, history, hub, serve, setup
from wallboard.commands.options import (
    CommandGroup,
    account_options,
    begin_log,
    board_options,
    broker_option,
    demo_options,
    format_option,
    groups_of,
    load_settings,
    log_option,
    require_account,
)
from wallboard.errors import WallboardError
from wallboard.host import collector, output

if TYPE_CHECKING:
    from wallboard.feed.once import PollResult
    from wallboard.model.data.reading import Moment
    from wallboard.publish.as_table import By
    from wallboard.settings import LoadedSettings, Settings


@click.group(cls=CommandGroup, invoke_without_command=True)
@click.version_option(__version__, prog_name="wallboard")
@account_options
@click.option("--interval", metavar="SECONDS", help="Seconds between polls, 2 to 300.")
@log_option
@broker_option
@board_options
@click.pass_context
def wallboard(context: click.Context, /, *, config: Path | None, kiosk: bool, **flags: Any) -> None:
    """A live wallboard for 8x8 call queues. Without a command: the board.

    Try it without an account: wallboard demo
    """
    if context.invoked_subcommand is not None:
        return
    loaded = load_settings(flags, config)
    settings = loaded.settings
    asks = not kiosk and sys.stdin.isatty() and output.standard_output().isatty()
    if asks and not (settings.source.broker or settings.secrets() or settings.user_names()):
        context.exit(_offer(context))
    require_account(settings)
    context.exit(_board(context, loaded, kiosk=kiosk))


@wallboard.command()
@demo_options
@board_options
@click.pass_context
def demo(
    context: click.Context,
    /,
    *,
    seed: int,
    speed: float,
    hour: int,
    kiosk: bool,
    no_realtime: bool,
    **flags: Any,
) -> None:
    """Show the board over a simulated contact centre. Neither account nor file is needed."""
    with serve.demo_settings(
        flags, seed=seed, speed=speed, hour=hour, no_realtime=no_realtime
    ) as loaded:
        code = _board(context, loaded, kiosk=kiosk, demo=True)
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
@click.option("--no-realtime", is_flag=True, help="Without the API's older, realtime endpoint.")
@click.option("--machine", is_flag=True, hidden=True)
@click.option("--zone", default="", hidden=True)
@click.pass_context
def simulate(context: click.Context, /, **options: Any) -> None:
    """Serve a simulated contact centre over the API. Its address and credentials are printed."""
    from wallboard.simulator.serve import SimulatorOptions, run_simulator

    context.exit(run_simulator(SimulatorOptions(**options), output.standard_output()))


@wallboard.command()
@account_options
@format_option
@click.option(
    "--by",
    type=click.Choice(["queue", "group"]),
    default="queue",
    show_default=True,
    help="What a line is: a queue, or a group of [groups].",
)
@click.option("--wide", is_flag=True, help="All columns of the table, whatever room there is.")
@log_option
@broker_option
@click.pass_context
def once(
    context: click.Context,
    /,
    *,
    config: Path | None,
    layout: str,
    by: "By",
    wide: bool,
    **flags: Any,
) -> None:
    """Poll once and print."""
    import asyncio

    from wallboard import compose
    from wallboard.feed.once import poll_once
    from wallboard.host.clock import SystemClock
    from wallboard.model.data.reading import Moment
    from wallboard.publish.once import exit_code

    settings = load_settings(flags, config).settings
    require_account(settings)
    if by == "group":
        groups_of(settings)
    begin_log(context, settings)
    clock = SystemClock()
    asked = asyncio.run(poll_once(compose.account_or_broker(settings, clock), clock))
    at = Moment(clock.now(), clock.elapsed())
    _publish(asked, settings, layout, by, at, wide=wide)
    context.exit(exit_code(asked))


def _publish(
    asked: "PollResult", settings: "Settings", layout: str, by: "By", at: "Moment", *, wide: bool
) -> None:
    """Print what was polled."""
    from wallboard.publish.once import publish

    options, out = settings.view_options(os.environ), output.standard_output()
    text = publish(
        asked,
        layout,
        settings.rules,
        settings.selection(),
        options.metrics(options.columns),
        at,
        width=None if wide else out.columns(os.environ),
        by=by,
    )
    out.write(text) if layout == "table" else out.data(text)


for _command in (
    setup.check, setup.completion, setup.init, setup.list_, configuration.config, history.history,
    history.report, hub.hub, configuration.notify, history.replay, history.incident, serve.serve,
):  # fmt: skip
    wallboard.add_command(_command)


def _offer(context: click.Context) -> int:
    """Ask what somebody without an account wants, and do it; the exit code."""
    click.echo(
        "No account is set up yet.\n\n"
        "  init  set one up: asks, signs in, writes the configuration\n"
        "  demo  see the board over a simulated contact centre\n"
        "  help  what else there is\n"
    )
    wanted = click.prompt("What now", type=click.Choice(["init", "demo", "help"]), default="init")
    if wanted == "help":
        click.echo(context.get_help())
        return 0
    return int(wallboard.main([wanted], prog_name="wallboard", standalone_mode=False) or 0)


def _board(
    context: click.Context, loaded: "LoadedSettings", *, kiosk: bool, demo: bool = False
) -> int:
    """Run the board; its exit code."""
    from wallboard import compose

    log_file = begin_log(context, loaded.settings)
    return compose.board(loaded, os.environ, log_file, kiosk=kiosk, demo=demo)


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the program and end the process with one of the exit codes of docs/configuration.md."""
    collector.begin_without_looking()
    collector.leave_out_what_nobody_calls()
    output.take_over()
    try:
        code = wallboard.main(arguments, prog_name="wallboard", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    except WallboardError as error:
        output.tell(error)
        sys.exit(error.exit_code)
    sys.exit(code or 0)
