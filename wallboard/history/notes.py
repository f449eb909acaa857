"""What is kept of a poll beside its values, and the reading that comes of both."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from wallboard.history.packing import Columns, Roster, ToMoment, numbers, rows_of, stamp, wall
from wallboard.model.data.day import Day
from wallboard.model.data.metric import Number
from wallboard.model.data.reading import Endpoint, Moment, QueueMetrics, Reading
from wallboard.records import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class PollNote:
    """What is kept of a poll beside its values. ``suspect``: place of a queue → metrics.

    ``at``, ``next_poll`` and ``stands``: milliseconds of wall time since 1970, UTC. ``levels``: of
    its queues after it, as ``judgements`` writes them; ``None``: they were not kept. ``stands``:
    since when the answers do not move; 0 while they do.
    """

    at: int
    next_poll: int
    interval: float
    endpoint: str
    unit: str
    confirmed: bool
    day: tuple[str, str] | None = None
    suspect: Mapping[str, Sequence[str]]
    served: str = ""
    cache_age: float = 0.0
    levels: str | None = None
    stands: int = 0

    @property
    def text(self) -> str:
        """The note as it is kept."""
        return json.dumps({name: getattr(self, name) for name in self.__slots__})


def note_of(
    reading: Reading,
    next_poll: Moment,
    interval: float,
    *,
    levels: str | None = None,
    stands: Moment | None = None,
) -> PollNote:
    """Return the note of a poll. ``interval``: seconds between two of its feed."""
    day = reading.day
    return PollNote(
        at=stamp(reading.measured.wall),
        next_poll=stamp(next_poll.wall),
        interval=interval,
        endpoint=reading.endpoint.value,
        unit=reading.unit,
        confirmed=reading.confirmed,
        day=(day.start.isoformat(), day.end.isoformat()) if day else None,
        suspect={
            str(place): sorted(queue.suspect)
            for place, queue in enumerate(reading.queues)
            if queue.suspect
        },
        served=reading.served.isoformat() if reading.served else "",
        cache_age=reading.cache_age,
        levels=levels,
        stands=stamp(stands.wall) if stands else 0,
    )


def reading_from(roster: Roster, columns: Columns, note: PollNote, moment: ToMoment) -> Reading:
    """Return the reading that was kept; the API's own totals and its notes were not."""
    queues = [
        QueueMetrics(*who, row)
        for who, row in zip(roster.queues, values_of(roster, columns), strict=True)
    ]
    for place, names in note.suspect.items():
        queues[int(place)] = replace(queues[int(place)], suspect=frozenset(names))
    return Reading(
        roster.feed,
        moment(wall(note.at)),
        tuple(queues),
        frozenset(roster.asked),
        pbx_name=roster.pbx_name,
        endpoint=Endpoint(note.endpoint),
        confirmed=note.confirmed,
        day=Day(*map(datetime.fromisoformat, note.day)) if note.day else None,
        unit=note.unit,
        served=datetime.fromisoformat(note.served) if note.served else None,
        cache_age=note.cache_age,
        named=roster.named,
    )


def values_of(roster: Roster, columns: Columns) -> list[dict[str, Number]]:
    """Return the values of one poll, queue by queue."""
    count = len(roster.queues)
    held = [at for at, column in enumerate(columns) if column is not None]
    names = [roster.metrics[at] for at in held]
    found: list[Sequence[Number | None]] = []
    whole = True
    for at in held:
        column = columns[at]
        known = column if column is not None and column.typecode == "b" else numbers(column, count)
        whole = whole and (known is column or None not in known)
        found.append(known)
    return rows_of(names, found, count, whole=whole)


def without_suspects(
    note: PollNote, column: Iterable[Number | None], name: str
) -> list[Number | None]:
    """Return a column with what cannot be true left out."""
    doubted = {int(place) for place, names in note.suspect.items() if name in names}
    return [None if place in doubted else item for place, item in enumerate(column)]
