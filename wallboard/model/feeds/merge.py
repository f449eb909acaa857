"""The newest readings of all feeds side by side, as one board.

What is doubtful of a row is decided here, and by which words it is told apart from others. What
did not change stays the same object: later steps compare with ``is`` before they look closer.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import chain, repeat

from wallboard.model.data.catalogue import TIMES
from wallboard.model.data.metric import Kind
from wallboard.model.data.reading import (
    NO_SITE,
    NOTHING,
    FeedId,
    QueueMetrics,
    Reading,
    Snapshot,
)

NO_SNAPSHOT = Snapshot()


def merge(readings: Iterable[Reading], before: Snapshot = NO_SNAPSHOT) -> Snapshot:
    """Put the readings of several feeds side by side; a later one replaces an earlier of its feed.

    A queue that both a live and a today feed know becomes one row with the values of both. What
    only today knows is a row of its own as long as nothing live of its PBX was heard: after that
    the live answer says which queues there are. A row that is as it is in ``before`` is the same
    object, so that nobody need look at it again.
    """
    heard = {reading.feed: reading for reading in readings}
    newest = {feed: _settle_units(reading, heard.values()) for feed, reading in heard.items()}
    if _parts(newest) == _parts(before.readings):
        return Snapshot(newest, before.queues)
    rows: list[QueueMetrics] = []
    for feed, reading in newest.items():
        if feed.kind is Kind.LIVE:
            today = newest.get(FeedId(feed.pbx, Kind.TODAY))
            rows += _join_day(reading, today) if today else reading.queues
        elif FeedId(feed.pbx, Kind.LIVE) not in newest:
            rows += [_of_day(queue) for queue in reading.queues]
    told = tell_apart({row.key: row for row in rows}.values())
    return Snapshot(newest, tuple(map(_reuse, told, chain(before.queues, repeat(None)))))


def _parts(readings: Mapping[FeedId, Reading]) -> list[tuple[FeedId, int]]:
    """Return which tuples of queues a board is made of, in its order."""
    return [(feed, id(reading.queues)) for feed, reading in readings.items()]


def _reuse(row: QueueMetrics, old: QueueMetrics | None) -> QueueMetrics:
    """Return the old row where it is as the new one: of values that stayed the same objects."""
    if old is None or old.values is not row.values or old.day is not row.day:
        return row
    return old if old == row else row


def tell_apart(queues: Iterable[QueueMetrics]) -> tuple[QueueMetrics, ...]:
    """Return the queues; those that share name and site get a qualifier, shared sites a place.

    The PBX tells them apart; within one PBX the extension does, and of twins their number.
    """
    rows = tuple(queues)
    alike = Counter((row.name, row.site) for row in rows)
    shared = _shared_sites(rows)
    if len(alike) == len(rows) and not shared:
        return rows
    within = Counter((row.name, row.site, row.key.pbx) for row in rows)
    qualified = []
    for row in rows:
        parts = []
        named = alike[row.name, row.site]
        inside = within[row.name, row.site, row.key.pbx]
        if named > inside:
            parts.append(row.pbx or row.key.pbx)
        if inside > 1:
            twin = f" #{row.key.twin}" if row.key.twin else ""
            parts.append((row.extension or "no extension") + twin)
        place = f"{row.site or NO_SITE} ({row.pbx or row.key.pbx})" if row.site in shared else ""
        qualifier = ", ".join(parts)
        same = (qualifier, place) == (row.qualifier, row.place)
        qualified.append(row if same else replace(row, qualifier=qualifier, place=place))
    return tuple(qualified)


def _shared_sites(rows: Iterable[QueueMetrics]) -> frozenset[str]:
    """Return the names of sites that more than one PBX has."""
    pbx_of: dict[str, str] = {}
    return frozenset(
        row.site for row in rows if pbx_of.setdefault(row.site, row.key.pbx) != row.key.pbx
    )


def _join_day(live: Reading, today: Reading) -> Iterable[QueueMetrics]:
    """Yield the queues of a live answer with what is known of their day."""
    known = {queue.key: queue for queue in today.queues}.get
    for queue in live.queues:
        other = known(queue.key)
        if other is None:
            yield queue
            continue
        times = queue.unconfirmed
        yield QueueMetrics(
            queue.key,
            queue.name,
            queue.extension,
            queue.site,
            queue.pbx,
            queue.values,
            suspect=queue.suspect | other.suspect if other.suspect else queue.suspect,
            unconfirmed=times | other.unconfirmed if other.unconfirmed else times,
            day=other.values,
        )


def _of_day(queue: QueueMetrics) -> QueueMetrics:
    return replace(queue, values=NOTHING, day=queue.values)


def _settle_units(reading: Reading, readings: Iterable[Reading]) -> Reading:
    """Return a reading whose times are all confirmed, or marked in each row.

    Times whose unit is not known to be right make no alarm, neither of hours nor of none: whoever
    waits for long enough to be one is there at the next answer, and confirms the unit.
    """
    if _is_confirmed(reading, readings):
        return reading if reading.confirmed else replace(reading, confirmed=True)
    queues = tuple(map(_mark_unconfirmed, reading.queues))
    return replace(reading, confirmed=False, queues=queues)


def _is_confirmed(reading: Reading, readings: Iterable[Reading]) -> bool:
    """Whether the unit of a reading's times is known: the newest of its PBX in that unit tells.

    What was asked before a wait was seen to grow was right all the same, or it was not.
    """
    if not reading.unit:
        return reading.confirmed
    kin = (reading.feed.pbx, reading.unit)
    alike = [other for other in readings if (other.feed.pbx, other.unit) == kin]
    return max(alike, key=lambda other: other.measured.elapsed, default=reading).confirmed


def _mark_unconfirmed(queue: QueueMetrics) -> QueueMetrics:
    """Return a queue with its times named; no time at all is none in any unit."""
    times = [name for name, number in queue.values.items() if number and name in TIMES]
    return replace(queue, unconfirmed=frozenset(times)) if times else queue
