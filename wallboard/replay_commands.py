"""The commands that show what was again: ``replay`` and ``incident``."""

import os
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from wallboard.command_group import replay_options
from wallboard.errors import ConfigurationError
from wallboard.host import paths


@click.command()
@replay_options
@click.pass_context
def replay(
    context: click.Context,
    *,
    config: Path | None,
    theme: str | None,
    at: str | None,
    speed: float,
    file: Path | None,
) -> None:
    """Show the board as it was, from the history or from an incident's recording.

    It needs no account and no network, and may run beside a board.
    """
    from wallboard import compose
    from wallboard.host.logs import stop_logging
    from wallboard.settings import load

    loaded = load({"board.theme": theme}, os.environ, paths.working_folder(), config=config)
    context.call_on_close(stop_logging)
    path = file or loaded.settings.history_folder(os.environ)
    wanted = _instant(at, loaded.settings.zone(os.environ)) if at else None
    log_file = compose.log(loaded.settings, os.environ)
    context.exit(compose.replay(loaded, os.environ, log_file, path, wanted, speed=speed))


def _instant(text: str, zone: Any) -> datetime:
    """Return a moment that a user wrote, in a time zone unless it names its own."""
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        words = '--at: write a moment as "2026-11-27 14:00"'
        raise ConfigurationError([words]) from None
    return found if found.tzinfo else found.replace(tzinfo=zone)


ALL = (replay,)
"""What is added to the command line."""
