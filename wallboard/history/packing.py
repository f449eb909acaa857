"""Readings as compact arrays: who the queues are once, values metric by metric.

Deflate finds what is alike only near by. So the columns of several polls of one metric lie side
by side, and thirty polls need little more room than one.
"""

import json
import math
import struct
import zlib
from array import array
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import accumulate, starmap
from operator import attrgetter, itemgetter
from typing import Any, NamedTuple

from wallboard.model.data.catalogue import METRICS
from wallboard.model.data.metric import Adds, Kind, Number
from wallboard.model.data.reading import FeedId, Moment, NamedQueue, QueueKey, Reading

MISSING = -(2**31)
"""Stands for no value among whole numbers; among others it is nan."""

Columns = tuple["array[Any] | None", ...]
"""One poll: a column a metric of the roster, ``None`` where no queue had a value."""

_NONE = "-"
_WIDTHS = {_NONE: 0, "b": 1, "i": 4, "q": 8, "d": 8}
_LOW = array("i", [1]).tobytes().index(1)
"""Which of the four bytes of a number holds its units, in this machine's order."""

_HIGH = tuple({0, 1, 2, 3} - {_LOW})
_AVERAGES = frozenset(
    name for name, metric in METRICS.items() if metric.adds in (Adds.AVERAGE, Adds.SHARE)
)
"""What has fractions, or none in some answers."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)

_METRICS = {
    kind: tuple(name for name, metric in METRICS.items() if metric.kind is kind) for kind in Kind
}

ToMoment = Callable[[datetime], Moment]
"""Gives both clocks' reading of a wall time."""


class RosterQueue(NamedTuple):
    """A queue as an answer named it."""

    key: QueueKey
    name: str
    extension: str
    site: str
    pbx: str


_named_as = attrgetter(*RosterQueue._fields)
"""Gives who a queue is as a tuple, quickly."""


class Roster(NamedTuple):
    """What polls of a feed have in common: their queues, in order, and the metrics.

    ``metrics``: those whose values are kept; ``asked``: those that were asked for.
    """

    feed: FeedId
    pbx_name: str
    queues: tuple[RosterQueue, ...]
    metrics: tuple[str, ...]
    asked: tuple[str, ...]
    named: tuple[NamedQueue, ...]


def roster_of(reading: Reading) -> Roster:
    """Return the roster of a reading; alike ones are equal."""
    kind = reading.feed.kind
    return Roster(
        reading.feed,
        reading.pbx_name,
        tuple(map(RosterQueue._make, map(_named_as, reading.queues))),
        _METRICS[kind],
        tuple(sorted(reading.metrics)),
        reading.named,
    )


def is_of(reading: Reading, roster: Roster) -> bool:
    """Whether a reading has this roster: as ``roster_of`` would find, without making one."""
    return (
        reading.pbx_name == roster.pbx_name
        and reading.named == roster.named
        and len(reading.metrics) == len(roster.asked)
        and reading.metrics.issuperset(roster.asked)
        and tuple(map(_named_as, reading.queues)) == roster.queues
    )


def roster_text(roster: Roster) -> bytes:
    """Return a roster as it is kept."""
    queues = [[list(queue.key), *queue[1:]] for queue in roster.queues]
    document = [roster.pbx_name, queues, roster.metrics, roster.asked, roster.named]
    return zlib.compress(json.dumps(document, separators=(",", ":")).encode(), 6)


def roster_from(feed: FeedId, text: bytes) -> Roster:
    """Return the roster that was kept."""
    pbx_name, queues, metrics, asked, named = json.loads(zlib.decompress(text))
    return Roster(
        feed,
        pbx_name,
        tuple([RosterQueue(QueueKey(*queue[0]), *queue[1:]) for queue in queues]),
        tuple(metrics),
        tuple(asked),
        tuple(NamedQueue(*item) for item in named),
    )


def columns_of(reading: Reading, metrics: Sequence[str]) -> Columns:
    """Return the values of a reading, metric by metric."""
    rows = [queue.values for queue in reading.queues]
    found: Mapping[str, array[Any]]
    try:
        found = _whole_columns(rows, metrics)
    except (KeyError, struct.error):
        found = {name: _column(numbers) for name, numbers in side_by_side(rows, metrics).items()}
    return tuple([found.get(name) for name in metrics])


def _whole_columns(
    rows: Sequence[Mapping[str, Number]], metrics: Sequence[str]
) -> dict[str, "array[Any]"]:
    """Return columns of rows that have all the same metrics, each of them of one kind of number.

    Most often they do: packed row by row, and taken apart as bytes, no number is looked at twice.
    Raises ``KeyError`` and ``struct.error`` for others.
    """
    names = [name for name in metrics if rows and name in rows[0]]
    if len(names) < 2 or set(map(len, rows)) != {len(names)}:
        raise KeyError
    broken = [
        name
        for name in names
        if isinstance(rows[0][name], float)
        or (name in _AVERAGES and float in map(type, map(itemgetter(name), rows)))
    ]
    whole = [name for name in names if name not in broken]
    # Behind the whole numbers there is room up to the next eight bytes, with "0d" too.
    row = struct.Struct(f"{len(whole)}i{len(broken)}d")
    packed_rows = b"".join(starmap(row.pack, map(itemgetter(*whole, *broken), rows)))
    fours, eights = array("i", packed_rows), array("d", packed_rows)
    first = row.size // 8 - len(broken)
    found: dict[str, array[Any]]
    found = {name: eights[at :: row.size // 8] for at, name in enumerate(broken, first)}
    zeros = bytes(len(rows))
    for at, name in enumerate(whole):
        column = fours[at :: row.size // 4]
        raw = column.tobytes()
        small = raw[_LOW::4]
        if small.isascii() and all(raw[other::4] == zeros for other in _HIGH):
            column = array("b", small)
        found[name] = column
    return found


def side_by_side(
    rows: Sequence[Mapping[str, Number]], metrics: Sequence[str]
) -> dict[str, Sequence[Number]]:
    """Return the values of each metric that any row has, ``MISSING`` where one has none.

    Most often every row has the same.
    """
    if rows and set(map(len, rows)) == {len(rows[0])}:
        names = [name for name in metrics if name in rows[0]]
        if len(names) == len(rows[0]) > 1:
            try:
                columns = zip(*map(itemgetter(*names), rows), strict=True)
                return dict(zip(names, columns, strict=True))
            except KeyError:
                pass
    held = set().union(*rows)
    return {name: [row.get(name, MISSING) for row in rows] for name in metrics if name in held}


def _column(numbers: Sequence[Number]) -> "array[Any]":
    """Return values in as little room as they need."""
    for kind in "biq":
        try:
            return array(kind, numbers)
        except OverflowError:
            continue
        except TypeError:
            break
    return array("d", [math.nan if number == MISSING else number for number in numbers])


def pack(polls: Sequence[Columns], level: int) -> bytes:
    """Return polls of one roster as one deflated block. ``level``: zlib's, 0 to 9."""
    kinds = []
    data = []
    for columns in zip(*polls, strict=True):
        for column in columns:
            kinds.append(_NONE if column is None else column.typecode)
            data.append(b"" if column is None else column.tobytes())
    return zlib.compress("".join(kinds).encode() + b"".join(data), level)


def unpack(
    block: bytes, roster: Roster, polls: int, wanted: Collection[str] | None = None
) -> list[Columns]:
    """Return the polls of a block; of ``wanted`` metrics only, others are ``None``.

    Raises ``zlib.error`` and ``ValueError`` for what is no such block.
    """
    return split_block(zlib.decompress(block), roster, polls, wanted)


def split_block(
    raw: bytes,
    roster: Roster,
    polls: int,
    wanted: Collection[str] | None = None,
    only: int | None = None,
) -> list[Columns]:
    """Return the polls of a block that was inflated; ``only`` one of them, or all."""
    begin, queues = len(roster.metrics) * polls, len(roster.queues)
    kinds = raw[:begin].decode()
    places = list(accumulate(map(_WIDTHS.__getitem__, kinds), initial=0))

    def column(which: int, name: str, poll: int) -> "array[Any] | None":
        at = which * polls + poll
        if kinds[at] == _NONE or (wanted is not None and name not in wanted):
            return None
        first, last = places[at : at + 2]
        return array(kinds[at], raw[begin + first * queues : begin + last * queues])

    return [
        tuple([column(which, name, poll) for which, name in enumerate(roster.metrics)])
        for poll in (range(polls) if only is None else (only,))
    ]


def numbers(column: "array[Any] | None", count: int) -> list[Number | None]:
    """Return the values of a column of ``count`` queues, ``None`` where there is none."""
    if column is None:
        return [None] * count
    # Most often every queue has a value: to see that is quicker than to look at each.
    if column.typecode == "d":
        if not math.isnan(sum(column)):
            return column.tolist()
        return [None if math.isnan(item) else item for item in column]
    if MISSING not in column:
        return column.tolist()
    return [None if item == MISSING else item for item in column]


def rows_of(
    names: Sequence[str], columns: Sequence[Sequence[Number | None]], count: int, *, whole: bool
) -> list[dict[str, Number]]:
    """Return the values of ``count`` queues, queue by queue. ``whole``: every one has a value."""
    if not columns:
        return [{} for _ in range(count)]
    rows = zip(*columns, strict=True)
    if whole:
        return [dict(zip(names, row)) for row in rows]  # noqa: B905
    return [
        {name: item for name, item in zip(names, row, strict=True) if item is not None}
        for row in rows
    ]


def stamp(at: datetime) -> int:
    """Return an instant as milliseconds since 1970, UTC."""
    return (at - _EPOCH) // _MILLISECOND


def wall(milliseconds: int) -> datetime:
    """Return the instant of a stamp."""
    return _EPOCH + milliseconds * _MILLISECOND
