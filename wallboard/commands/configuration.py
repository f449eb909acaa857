"""The commands about what is configured: ``config``, and ``notify``: who gets messages."""

import asyncio
import os
from pathlib import Path
from typing import Any

import click

from wallboard.commands.options import (
    account_options,
    config_options,
    format_option,
    load_settings,
    log_option,
    threshold_store,
)
from wallboard.commands.setup import print_listing
from wallboard.errors import ConfigurationError, OutputFailed
from wallboard.host import output
from wallboard.host.clock import SystemClock


@click.command()
@account_options
@log_option
@click.option("--all", "every", is_flag=True, help="Keys that have their defaults too.")
@click.option("--diff", is_flag=True, help="Only what was changed at the board, as TOML lines.")
@click.option("--reset", is_flag=True, help="Forget what was changed at the board.")
@format_option
@click.pass_context
def config(
    context: click.Context,
    /,
    *,
    config: Path | None,
    every: bool,
    diff: bool,
    reset: bool,
    layout: str,
    **flags: Any,
) -> None:
    """Print every setting in force, and where it was set.

    --diff prints the thresholds that were changed at the board (key E) as lines for the file,
    --reset forgets them.
    """
    from wallboard.config.live.threshold_changes import as_toml
    from wallboard.publish.listing import config_listing

    out = output.standard_output()
    if reset:
        out.write(f"{_forget()}\n")
        return
    loaded = load_settings(flags, config)
    for words in loaded.warnings:
        click.echo(f"wallboard: {words}", err=True)
    if diff:
        changes, _ = threshold_store().read()
        out.data(as_toml(changes, loaded.written))
        return
    print_listing(config_listing(loaded.describe(), every=every or layout != "table"), layout)
    context.exit(0)


def _forget() -> str:
    """Forget what was changed at the board; returns what there was. Raises ``OutputFailed``."""
    store = threshold_store()
    try:
        known = store.forget()
    except OSError as error:
        why = (error.strerror or "cannot be removed").lower()
        raise OutputFailed(f"{store.path}: {why}") from None
    if known:
        return "The thresholds are those of the configuration"
    return "Nothing was changed at the board"


@click.command()
@config_options
@click.option("--test", "tries", is_flag=True, help="Send each of them a message now.")
@click.pass_context
def notify(context: click.Context, *, config: Path | None, tries: bool) -> None:
    """Say who is told of alerts. With --test: whether messages arrive there.

    Each is named by its number and the kind of its address: addresses are secrets.
    """
    from wallboard.compose import outward
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
    for line, table in zip(
        outward.recipient_lines(settings, os.environ), settings.notify, strict=True
    ):
        if not tries:
            out.write(f"{line.name}: {', '.join(table.levels)}\n")
            continue
        now = Moment(clock.now(), clock.elapsed())
        error = asyncio.run(send_trial(line, options, now))
        out.write(f"{line.name}: {f'not sent. {error}' if error else 'sent'}\n")
        failures += [error] if error else []
    context.exit(failures[0].exit_code if failures else 0)
