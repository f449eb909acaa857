"""The commands that show what was again: ``replay`` and ``incident``."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from wallboard.commands.options import begin_log, incident_options, load_settings, replay_options
from wallboard.errors import ConfigurationError, OutputFailed
from wallboard.host import output
from wallboard.host.files import new_folder, remove_if_empty


@click.command()
@replay_options
@click.pass_context
def replay(
    context: click.Context,
    /,
    *,
    config: Path | None,
    at: str | None,
    speed: float,
    file: Path | None,
    **flags: Any,
) -> None:
    """Show the board as it was. It is in the history, or in an incident's recording.

    It needs no account and no network, and may run beside a board.
    """
    from wallboard import compose

    loaded = load_settings(flags, config)
    path = file or loaded.settings.history_folder(os.environ)
    wanted = _instant(at, loaded.settings.zone(os.environ)) if at else None
    log_file = begin_log(context, loaded.settings)
    context.exit(compose.replay(loaded, os.environ, log_file, path, wanted, speed=speed))


@click.command()
@incident_options
@click.pass_context
def incident(
    context: click.Context,
    *,
    config: Path | None,
    at: str | None,
    queue: tuple[str, ...],
    group: str,
    to: Path | None,
) -> None:
    """Write an incident into a folder. Words, numbers, pictures and a recording of it.

    Without a moment: the newest critical one.
    """
    import asyncio

    from wallboard.compose import screens
    from wallboard.history.replay.incident import WantedIncident
    from wallboard.host.clock import SystemClock
    from wallboard.model.view.export import file_stem
    from wallboard.publish.as_csv import safe

    loaded = load_settings({}, config)
    settings, zone = loaded.settings, loaded.settings.zone(os.environ)
    log_file = begin_log(context, settings)
    wanted = _instant(at, zone) if at else None
    name = group or " ".join(queue)
    stem = file_stem(f"incident-{name}", wanted or SystemClock().now(), zone)
    which = WantedIncident(wanted, queue, safe, group)
    with _tell_as_mistakes(to):
        folder = new_folder(to or settings.files_folder(os.environ) / stem)
        with remove_if_empty(folder):
            asyncio.run(screens.incident(loaded, os.environ, log_file, which, folder))
    output.standard_output().write(f"{folder}\n")


@contextmanager
def _tell_as_mistakes(to: Path | None) -> Iterator[None]:
    """Turn what cannot be read or written into errors of the program."""
    from wallboard.model.replay import NotKept

    try:
        yield
    except NotKept as error:
        raise ConfigurationError([f"no incident: {error.words}", *error.nearest]) from None
    except OSError as error:
        words = (error.strerror or "cannot be written").lower()
        raise OutputFailed(f"{error.filename or to}: {words}") from None


def _instant(text: str, zone: Any) -> datetime:
    """Return a moment that a user wrote, in a time zone unless it names its own."""
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        words = '--at: write a moment as "2026-11-27 14:00"'
        raise ConfigurationError([words]) from None
    return found if found.tzinfo else found.replace(tzinfo=zone)
