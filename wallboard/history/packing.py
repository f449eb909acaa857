"""Readings as compact arrays: who the queues are once, values metric by metric.

Deflate finds what is alike only near by. So the columns of several polls of one metric lie side
by side, and thirty polls need little more room than one.
"""

import json
import math
import zlib
from array import array
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from operator import itemgetter
from typing import Any, NamedTuple

from wallboard.model.data.catalogue import METRICS
from wallboard.model.data.day import Day
from wallboard.model.data.metric import Kind, Number
from wallboard.model.data.reading import (
    Endpoint,
    FeedId,
    Moment,
    NamedQueue,
    QueueKey,
    QueueMetrics,
    Reading,
)

MISSING = -(2**31)
"""Stands for no value among whole numbers; among others it is nan."""

Columns = tuple["array[Any] | None", ...]
"""One poll: a column a metric of the roster, ``None`` where no queue had a value."""

_NONE = "-"
_WIDTHS = {"i": 4, "q": 8, "d": 8}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)

_METRICS = {
    kind: tuple(name for name, metric in METRICS.items() if metric.kind is kind) for kind in Kind
}

ToMoment = Callable[[datetime], Moment]
"""Gives both clocks' reading of a wall time."""


class Who(NamedTuple):
    """A queue as an answer named it."""

    key: QueueKey
    name: str
    extension: str
    site: str
    pbx: str


class Roster(NamedTuple):
    """What polls of a feed have in common: their queues, in order, and the metrics.

    ``metrics``: those whose values are kept; ``asked``: those that were asked for.
    """

    feed: FeedId
    pbx_name: str
    queues: tuple[Who, ...]
    metrics: tuple[str, ...]
    asked: tuple[str, ...]
    named: tuple[NamedQueue, ...]


def roster_of(reading: Reading) -> Roster:
    """Return the roster of a reading; alike ones are equal."""
    kind = reading.feed.kind
    return Roster(
        reading.feed,
        reading.pbx_name,
        tuple([Who(one.key, one.name, one.extension, one.site, one.pbx) for one in reading.queues]),
        _METRICS[kind],
        tuple(sorted(reading.metrics)),
        reading.named,
    )


def roster_text(roster: Roster) -> bytes:
    """Return a roster as it is kept."""
    queues = [[list(one.key), *one[1:]] for one in roster.queues]
    document = [roster.pbx_name, queues, roster.metrics, roster.asked, roster.named]
    return zlib.compress(json.dumps(document, separators=(",", ":")).encode(), 6)


def roster_from(feed: FeedId, text: bytes) -> Roster:
    """Return the roster that was kept."""
    pbx_name, queues, metrics, asked, named = json.loads(zlib.decompress(text))
    return Roster(
        feed,
        pbx_name,
        tuple([Who(QueueKey(*one[0]), *one[1:]) for one in queues]),
        tuple(metrics),
        tuple(asked),
        tuple(NamedQueue(*one) for one in named),
    )


def columns_of(reading: Reading, metrics: Sequence[str]) -> Columns:
    """Return the values of a reading, metric by metric."""
    rows = [queue.values for queue in reading.queues]
    held = set().union(*rows)
    names = [name for name in metrics if name in held]
    if not names:
        return (None,) * len(metrics)
    found = dict(zip(names, _side_by_side(rows, names), strict=True))
    return tuple([_column(found[name]) if name in found else None for name in metrics])


def _side_by_side(
    rows: Sequence[Mapping[str, Number]], names: Sequence[str]
) -> list[tuple[Number, ...]]:
    """Return the values of each name; most often every row has all of them, which is quicker."""
    if len(names) > 1 and all(len(row) >= len(names) for row in rows):
        try:
            return list(zip(*map(itemgetter(*names), rows), strict=True))
        except KeyError:
            pass
    return [tuple([row.get(name, MISSING) for row in rows]) for name in names]


def _column(numbers: Sequence[Number]) -> "array[Any]":
    try:
        return array("i", numbers)
    except TypeError:
        return array("d", [math.nan if one == MISSING else one for one in numbers])
    except OverflowError:
        try:
            return array("q", numbers)
        except TypeError:
            return array("d", [math.nan if one == MISSING else one for one in numbers])


def packed(polls: Sequence[Columns], level: int) -> bytes:
    """Return polls of one roster as one deflated block. ``level``: zlib's, 1 to 9."""
    kinds = []
    data = []
    for columns in zip(*polls, strict=True):
        for column in columns:
            kinds.append(_NONE if column is None else column.typecode)
            data.append(b"" if column is None else column.tobytes())
    return zlib.compress("".join(kinds).encode() + b"".join(data), level)


def unpacked(
    block: bytes, roster: Roster, polls: int, wanted: Collection[str] | None = None
) -> list[Columns]:
    """Return the polls of a block; of ``wanted`` metrics only, others are ``None``.

    Raises ``zlib.error`` and ``ValueError`` for what is no such block.
    """
    raw = zlib.decompress(block)
    count, queues = len(roster.metrics), len(roster.queues)
    kinds = raw[: count * polls].decode()
    at = count * polls
    found: list[list[array[Any] | None]] = [[] for _ in range(polls)]
    for index, kind in enumerate(kinds):
        name, poll = roster.metrics[index // polls], found[index % polls]
        if kind == _NONE:
            poll.append(None)
            continue
        size = _WIDTHS[kind] * queues
        taken = wanted is None or name in wanted
        poll.append(array(kind, raw[at : at + size]) if taken else None)
        at += size
    return [tuple(one) for one in found]


def numbers(column: "array[Any] | None", count: int) -> list[Number | None]:
    """Return the values of a column of ``count`` queues, ``None`` where there is none."""
    if column is None:
        return [None] * count
    if column.typecode == "d":
        return [None if math.isnan(one) else one for one in column]
    return [None if one == MISSING else one for one in column]


@dataclass(frozen=True, slots=True, kw_only=True)
class PollNote:
    """What is kept of a poll beside its values. ``suspect``: place of a queue → metrics.

    ``at`` and ``next_poll``: milliseconds of wall time since 1970, UTC.
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

    @property
    def text(self) -> str:
        """The note as it is kept."""
        return json.dumps({name: getattr(self, name) for name in self.__slots__})


def note_of(reading: Reading, next_poll: Moment, interval: float) -> PollNote:
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
    )


def reading_from(roster: Roster, columns: Columns, note: PollNote, moment: ToMoment) -> Reading:
    """Return the reading that was kept; the API's own totals and its notes were not."""
    count = len(roster.queues)
    values: list[dict[str, Number]] = [{} for _ in range(count)]
    for name, column in zip(roster.metrics, columns, strict=True):
        for row, number in zip(values, numbers(column, count), strict=True):
            if number is not None:
                row[name] = number
    queues = [
        QueueMetrics(*who, row, suspect=frozenset(note.suspect.get(str(place), ())))
        for place, (who, row) in enumerate(zip(roster.queues, values, strict=True))
    ]
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


def stamp(at: datetime) -> int:
    """Return an instant as milliseconds since 1970, UTC."""
    return (at - _EPOCH) // _MILLISECOND


def wall(milliseconds: int) -> datetime:
    """Return the instant of a stamp."""
    return _EPOCH + milliseconds * _MILLISECOND


def without(note: PollNote, column: Iterable[Number | None], name: str) -> list[Number | None]:
    """Return a column with what cannot be true left out."""
    doubted = {int(place) for place, names in note.suspect.items() if name in names}
    return [None if place in doubted else one for place, one in enumerate(column)]
