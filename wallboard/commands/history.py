"""The commands about what was: ``history``, ``report``, ``replay`` and ``incident``."""

import asyncio
import os
import sqlite3
import sys
import zlib
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from wallboard.commands.options import (
    account_options,
    begin_log,
    format_option,
    groups_of,
    history_options,
    incident_options,
    load_settings,
    log_option,
    replay_options,
)
from wallboard.errors import ConfigurationError, OutputFailed
from wallboard.host import output
from wallboard.host.files import new_folder, remove_if_empty

if TYPE_CHECKING:
    from wallboard.host.clock import Clock
    from wallboard.model.data.day import Day
    from wallboard.model.judge.hours import PastSpan
    from wallboard.publish.past_report import By, PastFound, PastReport
    from wallboard.settings import Settings


@click.command()
@history_options
def history(*, config: Path | None, **options: Any) -> None:
    """Say what is remembered, from when to when, and its gaps."""
    from wallboard.history.look_back import HistoryFile
    from wallboard.publish.as_csv import safe

    settings = load_settings({}, config).settings
    folder, zone = settings.history_folder(os.environ), settings.zone(os.environ)
    kept = HistoryFile(folder=folder, options=settings.history.options(), zone=zone)
    output.standard_output().write(kept.run(safe, **options))


@click.command()
@account_options
@click.option("--day", metavar="DAY", help="yesterday (as without), today, or a date.")
@click.option("--week", metavar="WEEK", help="last, this, or a date in it.")
@click.option(
    "--by",
    type=click.Choice(["hour", "queue", "site", "group"]),
    default="queue",
    show_default=True,
    help="What a line is.",
)
@click.option("--group", metavar="NAME", help="Only the queues of this group of [groups].")
@format_option
@log_option
@click.pass_context
def report(
    context: click.Context,
    /,
    *,
    config: Path | None,
    day: str | None,
    week: str | None,
    by: "By",
    group: str | None,
    layout: str,
    **flags: Any,
) -> None:
    """Tell of a day or a week. Calls, waits, time in target, minutes in trouble."""
    from wallboard.host.clock import SystemClock
    from wallboard.publish.past_report import past_exit_code, past_report
    from wallboard.publish.past_text import days_named

    settings = load_settings(flags, config).settings
    settings.require_credentials()
    begin_log(context, settings)
    if by == "hour" and week:
        raise click.UsageError("--by hour is of one day: give --day", context)
    clock, zone = SystemClock(), settings.zone(os.environ)
    days, title = days_named(day, week, settings.day_rule(os.environ), zone, clock.now())
    found = asyncio.run(past_found(settings, days, by, clock, group or ""))
    _print(past_report(found, by, title), layout)
    context.exit(past_exit_code(found))


def _print(made: "PastReport", layout: str) -> None:
    from wallboard.publish.past_text import past_text

    out, text = output.standard_output(), past_text(made, layout)
    out.write(text) if layout == "table" else out.data(text)
    for note in made.notes if layout == "csv" else ():
        click.echo(note, err=True)  # a sheet has no place for words


def _tell_wait(questions: int) -> None:
    """Say at a terminal how long the questions take; a mail has no use for it."""
    from wallboard.feed.past import wait_words

    if (words := wait_words(questions)) and sys.stderr.isatty():
        click.echo(words, err=True)


async def past_found(
    settings: "Settings", days: "Sequence[Day]", by: "By", clock: "Clock", group: str
) -> "PastFound":
    """Return what API and store say of some days; closed spans are asked for once, and kept."""
    from wallboard import compose
    from wallboard.errors import FeedError
    from wallboard.feed.past import MOST, ask_past
    from wallboard.model.data.metric import Kind
    from wallboard.model.data.reading import FeedId
    from wallboard.model.events import FeedInfo
    from wallboard.model.judge.group_book import NO_GROUPS
    from wallboard.model.judge.hours import hours_of
    from wallboard.publish.past_text import span_of

    groups = groups_of(settings, group) if group or by == "group" else NO_GROUPS
    named = groups.by_name(group) if group else None
    spans = hours_of(days[0]) if by == "hour" else (span_of(days),)

    def stored() -> "tuple[PastFound, tuple[PastSpan, ...]]":
        found, kept = _read_store(settings, days, spans, clock.now())
        return replace(found, groups=groups, group=named.name if named else ""), kept

    found, kept = stored()
    known = {(item.reading.feed, item.span): item for item in kept}
    try:
        account = compose.account(settings, clock)[1]
        asked = await ask_past(account, spans, known, clock, _tell_wait)
    except FeedError as error:
        nobody = FeedInfo(FeedId("", Kind.TODAY), "The account")
        mine = tuple(item for item in kept if found.wanted.has_pbx(item.reading))
        return replace(found, exact=mine, failures=((nobody, error),), now=clock.now())
    if settings.history.enabled:
        _keep(settings, asked.asked)
    if len(asked.asked) > MOST:
        found, _ = stored()  # minutes have gone by, and a board has seen more
    return replace(found, exact=asked.found, failures=asked.failures, now=clock.now())


def _read_store(
    settings: "Settings", days: "Sequence[Day]", spans: "Sequence[Day]", now: datetime
) -> tuple["PastFound", tuple["PastSpan", ...]]:
    """Return what the store has of all but exact counts, and these; nothing if it has none."""
    from wallboard.history.file import NAME, CannotKeep, open_to_read
    from wallboard.history.past import kept_past, polled_past, read_seen
    from wallboard.model.judge.hours import scope_of
    from wallboard.publish.past_report import PastFound, ReportFilter

    api, zone = settings.api, settings.zone(os.environ)
    found = PastFound(
        spans=tuple(spans), now=now, zone=zone, exact=(),
        wanted=ReportFilter(api.pbx, api.sites, api.queues),
    )  # fmt: skip
    hours = settings.hours.opening()
    try:
        file = open_to_read(settings.history_folder(os.environ) / NAME)
        if file is None:
            return found, ()
        with closing(file):
            db = file.connection
            kept = kept_past(db, spans, scope_of(settings.api.sites, settings.api.queues))
            parts = spans if len(spans) > 1 else days
            polled = [
                item
                for day in days
                for item in polled_past(db, day, _parts_within(parts, day), now)
            ]
            seen = read_seen(db, spans, settings.targets.waits(), hours.is_open, zone)
    except (CannotKeep, sqlite3.Error, zlib.error, ValueError):
        return found, ()
    return replace(found, polled=tuple(polled), seen=seen), kept


def _parts_within(parts: "Sequence[Day]", day: "Day") -> "tuple[Day, ...]":
    return tuple(part for part in parts if day.start <= part.start < day.end)


def _keep(settings: "Settings", asked: "Sequence[PastSpan]") -> None:
    """Keep what is closed, unless a board writes the store: it will ask for itself."""
    from wallboard.history.file import NAME, CannotKeep, open_to_write
    from wallboard.history.past import keep_past
    from wallboard.model.judge.hours import scope_of

    closed = [item for item in asked if item.is_closed]
    if not closed:
        return
    path = settings.history_folder(os.environ) / NAME
    with suppress(CannotKeep, sqlite3.Error), closing(open_to_write(path)) as file:
        file.connection.execute("BEGIN IMMEDIATE")
        for item in closed:
            keep_past(file.connection, item, scope_of(settings.api.sites, settings.api.queues))
        file.connection.execute("COMMIT")


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
