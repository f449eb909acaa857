"""A whole reading of queues as a message, and back: what boards take from a broker.

Values lie metric by metric, as in the history: deflate finds what is alike only near by. What
comes in is as little trusted as an answer of the network.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from wallboard.errors import InvalidResponse
from wallboard.history.packing import MISSING, rows_of, side_by_side
from wallboard.hub.json_payload import REMEDY, Document
from wallboard.hub.topics import VERSION
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
from wallboard.model.data.sanitize import MOST_NUMBER, text_of
from wallboard.model.view.format import iso

EXPIRY = 3_600
"""Seconds that a broker keeps a reading: it counts them down, and so tells its age."""

MOST_QUEUES = 20_000
"""Rows of one reading: more is not believed."""

NEWER = "Install the wallboard of the hub's version here too"

SKEWED = 60.0
"""Seconds by which two clocks may differ before anybody is told."""

_MOST_SECONDS = 10**8

_NAMES = {kind: [name for name, m in METRICS.items() if m.kind is kind] for kind in Kind}
_NUMBERS = frozenset((int, float, type(None)))


class MessageHead(NamedTuple):
    """What a message says beside its reading. ``age``: seconds since it was asked for, on receipt.

    ``next_poll``: in so many seconds. ``skew``: by how much the hub's clock is ahead of ours.
    """

    age: float
    next_poll: float
    interval: float
    skew: timedelta

    def moment(self, now: Moment) -> Moment:
        """Return when it was asked for, by this machine's clocks."""
        return Moment(now.wall - timedelta(seconds=self.age), now.elapsed - self.age)


def head_document(measured: Moment, now: Moment, next_poll: Moment, interval: float) -> Document:
    """Return what every message to boards begins with: how old it is, and what comes next."""
    return {
        "version": VERSION,
        "asked": iso(measured.wall),
        "age": round(now.elapsed - measured.elapsed, 3),
        "expiry": EXPIRY,
        "next": round(max(0.0, next_poll.elapsed - now.elapsed), 3),
        "interval": interval,
    }


def head_of(document: Document, left: int | None, now: Moment) -> MessageHead:
    """Return what a message begins with. ``left``: the seconds of its expiry that are left.

    No clock of another machine is trusted: the age is what the hub measured, and what the broker
    has counted since. Raises ``InvalidResponse``.
    """
    if document.get("version") != VERSION:
        raise InvalidResponse("The hub publishes another version than this board reads", NEWER)
    expiry = _number(document, "expiry")
    lain = 0.0 if left is None else max(0.0, expiry - left)
    age = _number(document, "age") + lain
    since = time_of(document.get("asked"))
    skew = since - (now.wall - timedelta(seconds=age)) if since else timedelta()
    passed = _number(document, "next") - lain
    return MessageHead(age, passed, _number(document, "interval"), skew)


def reading_document(reading: Reading) -> Document:
    """Return a reading of queues as JSON, without its head."""
    queues = reading.queues
    rows = [queue.values for queue in queues]
    columns = side_by_side(rows, _NAMES[reading.feed.kind])
    document: dict[str, Any] = {
        "pbx": reading.pbx_name or (queues[0].pbx if queues else ""),
        "endpoint": reading.endpoint.value,
        "unit": reading.unit,
        "confirmed": reading.confirmed,
        "asked_for": [name for name in METRICS if name in reading.metrics],
        "queues": [_who(queue) for queue in queues],
        "values": {name: _without_missing(column) for name, column in columns.items()},
    }
    suspect = {str(at): sorted(q.suspect) for at, q in enumerate(queues) if q.suspect}
    more = {
        "suspect": suspect,
        "summary": None if reading.summary is None else dict(reading.summary),
        "day": [iso(reading.day.start), iso(reading.day.end)] if reading.day else None,
        "named": [list(item) for item in reading.named],
    }
    return document | {name: item for name, item in more.items() if item}


def _who(queue: QueueMetrics) -> list[str | int]:
    """Return extension, name, site, and what else its key has where the extension is not enough."""
    key = queue.key
    plain = key == (key.pbx, queue.extension, "", "", 0)
    return [queue.extension, queue.name, queue.site, *(() if plain else key[2:])]


def _without_missing(column: Sequence[Number]) -> list[Number | None]:
    if MISSING not in column:
        return list(column)
    return [None if number == MISSING else number for number in column]


class ReadingDecoder:
    """Makes readings of one feed; who its queues are is cleaned once, while they are the same."""

    def __init__(self, feed: FeedId) -> None:
        self._feed = feed
        self._sent: tuple[object, object] = (None, None)
        self._queues: list[tuple[QueueKey, str, str, str, str]] = []

    def reading(self, document: Document, head: MessageHead, now: Moment) -> Reading:
        """Return the reading of a message. Raises ``InvalidResponse``."""
        try:
            return self._reading(document, head.moment(now), head.skew)
        except (TypeError, ValueError, LookupError, AttributeError):
            raise InvalidResponse("A reading from the broker makes no sense", REMEDY) from None

    def _reading(self, document: Document, measured: Moment, skew: timedelta) -> Reading:
        pbx = text_of(document["pbx"])
        self._learn(document["queues"], pbx)
        values = _values(document["values"], len(self._queues), self._feed.kind)
        suspect = document.get("suspect", {})
        queues = [QueueMetrics(*who, row) for who, row in zip(self._queues, values, strict=True)]
        for place, names in suspect.items():
            at = int(place)
            doubted = frozenset(METRICS).intersection(names)
            queues[at] = QueueMetrics(*self._queues[at], values[at], suspect=doubted)
        return Reading(
            self._feed,
            measured,
            tuple(queues),
            frozenset(METRICS).intersection(document["asked_for"]),
            _summary(document.get("summary")),
            pbx,
            endpoint=Endpoint(document["endpoint"]),
            confirmed=document["confirmed"] is True,
            day=_day(document.get("day"), skew),
            unit=text_of(document["unit"]),
            served=measured.wall + skew,
            named=tuple(
                NamedQueue(*map(text_of, named))
                for named in document.get("named", ())[:MOST_QUEUES]
            ),
        )

    def _learn(self, sent: Any, pbx: str) -> None:
        """Take note of who the queues are."""
        if self._sent == (sent, pbx):
            return
        if len(sent) > MOST_QUEUES:
            raise InvalidResponse("A reading from the broker has too many queues", REMEDY)
        self._queues = [_who_of(self._feed.pbx, who, pbx) for who in sent]
        self._sent = sent, pbx


def key_from(pbx: str, sent: Sequence[object]) -> QueueKey:
    """Return a queue's key that was sent whole, but for its PBX."""
    extension, site, name, twin = sent
    return QueueKey(pbx, text_of(extension), text_of(site), text_of(name), int(str(twin)))


def _who_of(pbx: str, who: Sequence[object], name: str) -> tuple[QueueKey, str, str, str, str]:
    extension, title, site, *more = who
    key = key_from(pbx, (extension, *more)) if more else QueueKey(pbx, text_of(extension))
    return key, text_of(title), text_of(extension), text_of(site), name


def _values(sent: Mapping[str, Any], count: int, kind: Kind) -> list[dict[str, Number]]:
    """Return the values queue by queue; metrics that nobody knows are left out."""
    sent = {**sent}
    names = [name for name in _NAMES[kind] if name in sent]
    columns = [sent[name] for name in names]
    whole = True
    for column in columns:
        if len(column) != count or not _NUMBERS.issuperset(map(type, column)):
            raise ValueError("no column of numbers")
        known = column
        if None in column:
            whole, known = False, [number for number in column if number is not None]
        if known and (max(known) > MOST_NUMBER or min(known) < -MOST_NUMBER):
            raise ValueError("a number beyond belief")
    return rows_of(names, columns, count, whole=whole)


def _summary(sent: Mapping[str, Any] | None) -> dict[str, Number] | None:
    if sent is None:
        return None
    return {
        name: number
        for name, number in sent.items()
        if name in METRICS and type(number) in (int, float) and abs(number) <= MOST_NUMBER
    }


def _day(sent: Sequence[object] | None, skew: timedelta) -> Day | None:
    """Return the day as this machine's clock has it: its own and the hub's may differ."""
    if sent is None:
        return None
    start, end = (time_of(text) for text in sent)
    if start is None or end is None:
        raise ValueError("no day")
    difference = skew if abs(skew.total_seconds()) > SKEWED else timedelta()
    return Day(start - difference, end - difference)


def _number(document: Document, name: str) -> float:
    number = document.get(name)
    if isinstance(number, int | float) and 0 <= number <= _MOST_SECONDS:
        return float(number)
    raise InvalidResponse("A message from the broker does not say how old it is", REMEDY)


def time_of(text: object) -> datetime | None:
    """Return an instant, if a text is one."""
    try:
        at = datetime.fromisoformat(text) if isinstance(text, str) else None
        return at.astimezone(UTC) if at else None
    except (ValueError, OverflowError):
        return None
