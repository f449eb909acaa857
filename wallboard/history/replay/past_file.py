"""A file of the past, opened when it is first read, and again when another one stands there."""

import sqlite3
import zlib
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from wallboard.history.file import NAME, CannotKeep, OpenFile, open_to_read
from wallboard.history.packing import stamp, wall
from wallboard.history.replay.incident import (
    IncidentHeading,
    WantedIncident,
    find_incident,
    in_words,
)
from wallboard.history.replay.past_board import PastBoard
from wallboard.history.replay.recording import record
from wallboard.model.data.day import Day
from wallboard.model.data.reading import Moment
from wallboard.model.replay import NotKept, Replayed, Seek, TroubleLine
from wallboard.model.state import State

_T = TypeVar("_T")


class PastFile:
    """Used by one thread. Everything raises ``NotKept`` for what cannot be read.

    ``path``: the file, or the folder of a history. ``anchor``: a moment from which all others are
    reckoned.
    """

    def __init__(self, path: Path, anchor: Moment) -> None:
        self._path = path / NAME if path.is_dir() else path
        self._anchor = anchor
        self._file: OpenFile | None = None
        self._past: PastBoard | None = None

    def seek(self, base: State, wanted: datetime, to: Seek) -> Replayed | None:
        """Return the board as it was; ``None``: there is no poll that way."""
        return self.read(lambda past: past.seek(base, stamp(wanted), to))

    def day(self, day: Day) -> TroubleLine:
        """Return the line of a day."""
        minutes = self.read(lambda past: past.day(stamp(day.start), stamp(day.end)))
        return TroubleLine(begin=day.start, minutes=minutes)

    def span(self) -> tuple[datetime, datetime]:
        """Return when the first and the last poll were."""
        found = self.read(PastBoard.span)
        if found is None:
            raise NotKept(f"nothing is kept in {self._path} yet")
        return wall(found[0]), wall(found[1])

    def write_incident(
        self,
        base: State,
        wanted: WantedIncident,
        how: IncidentHeading,
        put: Callable[[str, str], Path],
    ) -> Mapping[str, datetime]:
        """Write an incident's words, CSV and recording; what pictures are to be made of.

        ``put``: writes a file, as (name, text), and returns its path.
        """

        def write(past: PastBoard) -> Mapping[str, datetime]:
            incident = find_incident(past, base, wanted)
            words = put("incident.md", in_words(past, incident, how))
            put("metrics.csv", incident.csv)
            record(past.db, words.with_name("recording.sqlite"), incident.begin, incident.end)
            return incident.moments

        return self.read(write)

    def read(self, work: Callable[[PastBoard], _T]) -> _T:
        """Let something read the file."""
        if self._file is not None and not self._file.is_there:
            self.close()
        try:
            if self._past is None:
                self._file = open_to_read(self._path)
                if self._file is None:
                    raise NotKept(f"nothing is kept in {self._path} yet")
                self._past = PastBoard(self._file.connection, self._anchor)
            return work(self._past)
        except CannotKeep as error:
            raise NotKept(error.words) from None
        except (sqlite3.Error, zlib.error, ValueError, KeyError, TypeError, OSError) as error:
            self.close()
            raise NotKept(f"{self._path.name} cannot be read") from error

    def close(self) -> None:
        """Give the file back."""
        if self._file is not None:
            self._file.close()
        self._file = self._past = None
