"""The command about messages: who gets them, and whether they arrive."""

import asyncio
import os
from pathlib import Path

import click

from wallboard.commands.options import config_options, load_settings
from wallboard.host import output
from wallboard.host.clock import SystemClock


@click.command()
@config_options
@click.option("--test", "tries", is_flag=True, help="Send each of them a message now.")
@click.pass_context
def notify(context: click.Context, *, config: Path | None, tries: bool) -> None:
    """Say who is told of alerts. With --test: whether messages arrive there.

    Each is named by its number and the kind of its address: addresses are secrets.
    """
    from wallboard.compose import outward
    from wallboard.errors import ConfigurationError
    from wallboard.model.data.reading import Moment
    from wallboard.notify.messenger import send_trial

    settings = load_settings({}, config).settings
    if not settings.notify:
        raise ConfigurationError(
            ["notify: nobody is to be told of alerts"], "Write [[notify]] with an address as `to`"
        )
    out, clock = output.standard_output(), SystemClock()
    options = settings.view_options(os.environ)
    failures = []
    for line, table in zip(outward.lines(settings, os.environ), settings.notify, strict=True):
        if not tries:
            out.write(f"{line.name}: {', '.join(table.levels)}\n")
            continue
        now = Moment(clock.now(), clock.elapsed())
        error = asyncio.run(send_trial(line, options, now))
        out.write(f"{line.name}: {f'not sent. {error}' if error else 'sent'}\n")
        failures += [error] if error else []
    context.exit(failures[0].exit_code if failures else 0)
