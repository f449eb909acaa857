"""``wallboard history``: the file, from when to when, and its gaps; export and forgetting."""

import csv
import json
import os
import sqlite3
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta, tzinfo
from itertools import pairwise
from pathlib import Path
from typing import TextIO, TypeVar

from wallboard.errors import ConfigurationError, OutputFailed
from wallboard.history.file import NAME, CannotKeep, OpenFile, open_to_read, open_to_write
from wallboard.history.minutes import MINUTE
from wallboard.history.packing import Columns, Roster, numbers, stamp, unpack, wall
from wallboard.history.upkeep import (
    feeds_of,
    forget,
    give_back_pages,
    polls_since,
    roster_in,
    size_of,
)
from wallboard.model.data.catalogue import METRICS
from wallboard.model.data.metric import QUEUE_KINDS, Kind
from wallboard.model.data.options import HistoryOptions
from wallboard.model.view.format import age, plural
from wallboard.records import dataclass

_MOST_GAPS = 10
_LEAST_GAP = 2
"""Minutes without any LIVE second that are a gap: a single slow answer is none."""

_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL

_File = TypeVar("_File", bound=OpenFile | None)

Poll = tuple[Roster, str, Columns]
"""Roster, note as text, values."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryFile:
    """The file as a command uses it. ``zone``: in which days and times are written and read."""

    folder: Path
    options: HistoryOptions
    zone: tzinfo

    @property
    def path(self) -> Path:
        """Where it is."""
        return self.folder / NAME

    def run(
        self,
        safe: Callable[[str], str],
        *,
        vacuum: bool = False,
        export: Path | None = None,
        forget: str | None = None,
    ) -> str:
        """Do what is asked, or tell about the file; what came of it, in lines.

        ``safe``: makes names harmless to spreadsheets. Raises ``ConfigurationError`` for a file
        that cannot be used, and ``OutputFailed``.
        """
        if not self.path.exists():
            return f"No history yet: {self.path}\n"
        text = self.forget(forget) if forget else ""
        text += self.vacuum() if vacuum else ""
        text += self.export(export, safe) if export else ""
        return text or self.describe()

    def describe(self) -> str:
        """Return what is known of the file, in lines. Raises ``ConfigurationError``."""
        with self._open(open_to_read) as file:
            if file is None:
                return f"Nothing is in it yet: {self.path}\n"
            db = file.connection
            size = f"{_bytes(size_of(db))} of at most {_bytes(self.options.max_size)}"
            lines = [("File", str(self.path)), ("Size", size)]
            first, last, count = db.execute(
                "SELECT min(first), max(last), sum(polls) FROM"
                " (SELECT first, last, polls FROM block UNION ALL SELECT at, at, 1 FROM poll)"
            ).fetchone()
            lines.append(("Answers", f"{self._span(first, last)} · {count or 0:,}"))
            live = _live_minutes(db)
            known = [at for minutes in live.values() for at in minutes]
            ends = (
                (min(known) * MINUTE, max(known) * MINUTE + MINUTE - 1) if known else (None, None)
            )
            lines.append(("Minutes", self._span(*ends)))
            (alerts,) = db.execute("SELECT count(*) FROM episode").fetchone()
            lines.append(("Alerts", f"{alerts:,}"))
            gaps: dict[tuple[int, int], list[str]] = {}
            for pbx, minutes_live in live.items():
                for gap in _gaps(minutes_live):
                    gaps.setdefault(gap, []).append(pbx)
            lines.append(("Gaps", f"{len(gaps):,}"))
            for (begin, end), of in sorted(gaps.items())[-_MOST_GAPS:]:
                who = "" if len(of) == len(live) else f" · {', '.join(of)}"
                lines.append(("", f"{self._span(begin, end)} · {age((end - begin) / 1000)}{who}"))
        return "".join(f"{name:<9}{text}\n" for name, text in lines)

    def vacuum(self) -> str:
        """Write the file anew without what is free in it; what was done, in words."""
        with self._open(open_to_write) as file:
            before = self.path.stat().st_size
            file.connection.execute("VACUUM")
            file.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            after = self.path.stat().st_size
        return f"{_bytes(before)} became {_bytes(after)}\n"

    def export(self, target: Path, safe: Callable[[str], str]) -> str:
        """Write every answer as CSV into a new file, a line a queue; what was done, in words.

        Raises ``OutputFailed``.
        """
        try:
            with (  # of a history that cannot be opened no empty file is left
                self._open(open_to_read) as file,
                os.fdopen(os.open(target, _NEW, 0o600), "w", newline="", encoding="utf-8") as out,
            ):
                lines = _export(file.connection, out, safe) if file else 0
        except FileExistsError:
            raise OutputFailed(f"{target} is there already", "Name another file") from None
        except OSError as error:
            raise OutputFailed(f"{target}: {(error.strerror or 'not written').lower()}") from None
        return f"{plural(lines, 'line')} in {target}\n"

    def forget(self, days: str) -> str:
        """Take everything of some days out of the file; what was done, in words.

        ``days``: ``2026-11-01..2026-11-07``, or one day, in the board's time zone.
        """
        begin, end = _instants(days, self.zone)
        with self._open(open_to_write) as file:
            db = file.connection
            db.execute("PRAGMA secure_delete=ON")
            before = db.total_changes
            db.execute("BEGIN IMMEDIATE")
            count = forget(db, begin, end)
            db.execute("COMMIT")
            changes = db.total_changes - before
            give_back_pages(db)
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        if not changes:
            return "Nothing was kept of these days\n"
        if not count:
            return (
                "The minutes and alerts of these days are forgotten; no answers were kept of them\n"
            )
        return f"{plural(count, 'answer')} forgotten, with the minutes and alerts of these days\n"

    def _span(self, first: int | None, last: int | None) -> str:
        if first is None or last is None:
            return "none"
        begin, end = (wall(item).astimezone(self.zone) for item in (first, last))
        same = begin.date() == end.date()
        return f"{begin:%Y-%m-%d %H:%M:%S} to {end:{'%H:%M:%S' if same else '%Y-%m-%d %H:%M:%S'}}"

    @contextmanager
    def _open(self, opens: Callable[[Path], _File]) -> Iterator[_File]:
        """Open the file; what is wrong with it is told as a mistake of the user's files."""
        file = None
        try:
            file = opens(self.path)
            yield file
        except CannotKeep as error:
            raise ConfigurationError([error.words], _remedy(error)) from None
        except (sqlite3.Error, zlib.error, ValueError):
            raise ConfigurationError(["the history is damaged"], _remedy(None)) from None
        finally:
            if file is not None:
                file.close()


def _remedy(error: CannotKeep | None) -> str:
    if error is None or error.damaged:
        return "A board that starts sets a damaged file aside and begins a new one"
    if error.words.startswith("another wallboard"):
        return "End the board that writes it first"
    return "It is left as it is; [history] folder may name another place"


def _bytes(count: int) -> str:
    for unit, size in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= size:
            return f"{count / size:.1f} {unit}"
    return f"{count} bytes"


def _live_minutes(db: sqlite3.Connection) -> dict[str, list[int]]:
    """Return of each PBX, by its name, the minutes since 1970 in which any of it was LIVE."""
    found = {}
    for number, feed in feeds_of(db).items():
        if feed.kind is not Kind.LIVE:
            continue
        rows = db.execute(
            "SELECT hour, live, roster FROM minute WHERE feed = ? ORDER BY hour", (number,)
        ).fetchall()
        name = roster_in(db, feed, rows[-1][2]).pbx_name if rows else feed.pbx
        minutes = {
            hour * 60 + at for hour, live, _ in rows for at, seconds in enumerate(live) if seconds
        }
        found[name or feed.pbx] = sorted(minutes)
    return found


def _gaps(minutes: list[int]) -> Iterator[tuple[int, int]]:
    """Give the times, as stamps, that lie between minutes that were LIVE."""
    for minute, other in pairwise(minutes):
        if other - minute > _LEAST_GAP:
            yield (minute + 1) * MINUTE, other * MINUTE


def _polls(db: sqlite3.Connection) -> Iterator[Poll]:
    """Give every poll, feed by feed, in the order in which it was written."""
    for number, feed in feeds_of(db).items():
        for roster_id, texts, data in polls_since(db, number):
            roster = roster_in(db, feed, roster_id)
            for text, columns in zip(texts, unpack(data, roster, len(texts)), strict=True):
                yield roster, text, columns


def _export(db: sqlite3.Connection, out: TextIO, safe: Callable[[str], str]) -> int:
    """Write every poll; how many lines."""
    writer = csv.writer(out)
    about = ("measured", "kind", "pbx", "site", "queue", "extension", "unit confirmed", "doubtful")
    names = [name for name, metric in METRICS.items() if metric.kind in QUEUE_KINDS]
    writer.writerow([*about, *names])
    lines = 0
    for roster, text, columns in _polls(db):
        note = json.loads(text)
        at = wall(note["at"]).isoformat(timespec="milliseconds")
        count = len(roster.queues)
        known = dict(
            zip(roster.metrics, (numbers(column, count) for column in columns), strict=True)
        )
        none: list[None] = [None] * count
        values = zip(*(known.get(name, none) for name in names), strict=True)
        for place, (who, row) in enumerate(zip(roster.queues, values, strict=True)):
            texts = map(safe, (who.pbx, who.site, who.name, who.extension))
            sure = "yes" if note["confirmed"] else "no"
            doubtful = " ".join(note["suspect"].get(str(place), ()))
            writer.writerow([at, roster.feed.kind.value, *texts, sure, doubtful, *row])
            lines += 1
    return lines


def _instants(days: str, zone: tzinfo) -> tuple[int, int]:
    """Return from when to when some days are, as stamps. Raises ``ConfigurationError``."""
    first, _, last = days.partition("..")
    try:
        begin, end = date.fromisoformat(first.strip()), date.fromisoformat((last or first).strip())
        if begin > end:
            raise ValueError
        after = end + timedelta(days=1)
    except (ValueError, OverflowError):
        words = "--forget: write two days as 2026-11-01..2026-11-07, or one"
        raise ConfigurationError([words]) from None
    midnights = (datetime.combine(day, time(), zone) for day in (begin, after))
    return tuple(map(stamp, midnights))  # type: ignore[return-value]
