"""The payloads' shapes, and their translation into the model.

Here is what all answers share, and "Real-time call-queue metrics" of the vendor's documentation:
``callQueues[]`` of ``name extension pbx site metrics{}``, and ``metricsSummary{}``. Whatever is
not as it should be is missing, never guessed. Every string is cleaned here, once.
"""

from collections.abc import (
    Callable,
    Collection,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from dataclasses import KW_ONLY
from itertools import chain, repeat
from types import MappingProxyType
from typing import Any

from wallboard.api.wire.live_values import live_values
from wallboard.api.wire.parsing import AGAIN, MOST_ROWS, Sent, in_pieces, objects_of, parse_body
from wallboard.api.wire.queue_names import QueueNames
from wallboard.errors import InvalidResponse
from wallboard.model.data.catalogue import CATALOGUE
from wallboard.model.data.metric import Unit
from wallboard.model.data.reading import (
    FeedId,
    Moment,
    NamedQueue,
    QueueKey,
    QueueMetrics,
    Reading,
    Values,
)
from wallboard.model.data.sanitize import number_of, text_of
from wallboard.model.select.totals import is_of_nothing
from wallboard.records import dataclass

Keep = Callable[[NamedQueue], bool]
"""Whether a queue is wanted, where the API could not be asked for it alone."""

MOST_TIME = 100 * 3_600_000
"""Milliseconds (100 hours): a call cannot wait or last so long."""

MOST_COUNT = 1_000_000
"""No queue has as many calls or agents."""

NO_NAME = "(no name)"
OTHERS = "queues of another PBX are left out"

_MOST: Mapping[str, int] = MappingProxyType(
    {
        name: MOST_COUNT if metric.unit is Unit.COUNT else MOST_TIME
        for name, metric in CATALOGUE.items()
    }
)
_LIMITS = dict(_MOST)
"""The same for the one loop that asks a hundred thousand times: a plain dict answers sooner."""

_CALLS: Mapping[str, str] = MappingProxyType(
    {
        "waitingTime": "waitingCalls",
        "talkingTime": "talkingCalls",
        "onHoldTime": "onHoldCalls",
        "totalHandlingTime": "handlingCalls",
    }
)
"""Total time → the calls it is the time of."""

NONE: frozenset[str] = frozenset()
_EVERYTHING = frozenset(CATALOGUE)
NOT_SENT = (None, "")
"""What stands for no value; anything else that is no number is odd."""


def values_of(sent: object) -> tuple[Values, frozenset[str]]:
    """Return the known metrics of one ``metrics`` object, and which of them cannot be true.

    Nulls and names not in the catalogue are left out. So is what is no number, but it is told.
    """
    if not isinstance(sent, dict):
        return {}, NONE if sent in NOT_SENT else _EVERYTHING
    if (fine := _all_fine(sent)) is not None:
        return fine, NONE
    values = live_values()
    odd: list[str] = []
    for name, value in sent.items():
        most = _LIMITS.get(name)
        if most is None:
            continue
        read = number_of(value)
        if most is MOST_COUNT and read is not None:
            read = int(read) if read == int(read) else None
        if read is not None:
            values[name] = read
        if value not in NOT_SENT and not _is_fine(value, most):
            odd.append(name)
    return values, impossible(odd, values)


def _is_fine(value: object, most: int) -> bool:
    kind = type(value)
    return (kind is int or (kind is float and most is MOST_TIME)) and 0 <= value < most  # type: ignore[operator]


def _all_fine(sent: Mapping[str, Any]) -> Values | None:
    """Return the values if each is of a known metric and as ``_is_fine`` has it: as a rule."""
    limits, most_time, values = _LIMITS, MOST_TIME, live_values()
    try:
        for name, value in sent.items():
            most, kind = limits[name], value.__class__
            if not ((kind is int or (kind is float and most is most_time)) and 0 <= value < most):
                return None
            values[name] = value
    except KeyError:
        return None
    return values


def impossible(names: Iterable[str], values: Values) -> frozenset[str]:
    """Return which live values are negative, too high or no numbers.

    A total time may be of many calls; an average of none is nothing, whatever was sent for it.
    """
    return frozenset(name for name in names if not _possible(name, values))


def _possible(name: str, values: Values) -> bool:
    value = values.get(name)
    if value is None:
        return is_of_nothing(values, CATALOGUE[name])
    return 0 <= value < _MOST[name] * max(values.get(_CALLS.get(name, ""), 1), 1)


@dataclass(frozen=True, slots=True)
class RawAnswer:
    """An answer as it came, and what is needed to translate it.

    ``keep``: a filter of the queues. ``most``: queues that it may have. ``others``: ids and names
    of the account's other PBXes, whose queues are left out.
    """

    body: bytes
    feed: FeedId
    measured: Moment
    pbx_name: str = ""
    keep: Keep | None = None
    _: KW_ONLY
    most: int = MOST_ROWS
    others: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class QueueEntries:
    """The queues of an answer with who they are, in its order, and how many entries were none.

    ``notes``: what else was odd.
    """

    rows: Sequence[tuple[Sent, NamedQueue, QueueKey]]
    skipped: int
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class QueueList:
    """The translated queues of an answer, and the ``metrics`` of each as they were sent.

    ``summary``: the API's own totals as they were sent; ``None`` where they are over other queues.
    ``notes``: what was odd.
    """

    queues: tuple[QueueMetrics, ...]
    sent: Sequence[object]
    summary: object
    notes: tuple[str, ...]


async def reading(
    raw: RawAnswer, asked: Collection[str], names: QueueNames | None = None
) -> Reading:
    """Translate an answer of the realtime endpoint; raises what ``queue_list`` raises."""
    found = await queue_list(raw, values_of, names)
    summary = None if found.summary is None else values_of(found.summary)[0]
    return reading_of(raw, found, asked, summary)


def reading_of(
    raw: RawAnswer, found: QueueList, asked: Collection[str], summary: Values | None
) -> Reading:
    """Return the reading of an answer; ``summary``: the API's own totals, translated."""
    return Reading(
        feed=raw.feed,
        measured=raw.measured,
        queues=found.queues,
        metrics=frozenset(asked),
        summary=summary,
        pbx_name=raw.pbx_name,
        notes=found.notes,
    )


async def queue_list(
    raw: RawAnswer,
    read: Callable[[object], tuple[Values, frozenset[str]]],
    names: QueueNames | None = None,
) -> QueueList:
    """Return the queues of an answer; ``read`` translates the ``metrics`` of one.

    ``names``: the queues of the feed's last answer.

    Raises ``InvalidResponse`` if it has no list of queues, more of them than ``raw.most``, or
    none but those of other PBXes. A long answer is translated in pieces, between which the event
    loop has its turn.
    """
    answer, odd = await parse_body(raw.body)
    names = names or QueueNames()
    listed = await _list_queues(answer, raw, names)
    queues: list[QueueMetrics] = []
    before = chain(names.queues, repeat(None))
    pbx, told = raw.pbx_name, None
    async for piece in in_pieces(listed.rows):
        for (row, named, key), old in zip(piece, before, strict=False):
            values, suspect = read(row.get("metrics"))
            if (sent := row.get("pbx")) is not told:  # most often all are of one and the same
                pbx, told = raw.pbx_name or text_of(sent), sent
            if old is not None and _is_same(old, key, pbx, values, suspect):
                queues.append(old)
            else:
                queues.append(_queue(named, key, pbx, values, suspect))
    names.queues = tuple(queues)
    return QueueList(
        names.queues,
        [row.get("metrics") for row, _, _ in listed.rows],
        _summary(answer, raw.keep),
        (*odd, *listed.notes, *_notes(queues, listed.skipped)),
    )


async def _list_queues(answer: object, raw: RawAnswer, names: QueueNames) -> QueueEntries:
    """Return the entries of an answer that are queues of this PBX.

    Deleted ones and those that are not to be kept are left out before the others are told apart.
    """
    listed = answer.get("callQueues") if isinstance(answer, dict) else None
    if not isinstance(listed, list):
        raise InvalidResponse("The answer has no list of queues", AGAIN)
    rows = objects_of(listed, raw.most, "queues")
    skipped = len(listed) - len(rows)
    rows = [row for row in rows if row.get("deleted") is not True]
    own = rows
    if raw.others:
        own = [row for row in rows if not _names_one(row.get("pbx"), raw.others)]
    if rows and not own:
        raise InvalidResponse("The answer is about another PBX than was asked", AGAIN)
    told = (OTHERS,) if len(own) < len(rows) else ()
    rows = own
    named = await names.of(rows)
    if raw.keep is not None:
        kept = [(row, name) for row, name in zip(rows, named, strict=True) if raw.keep(name)]
        rows, named = [row for row, _ in kept], [name for _, name in kept]
    keys = names.keys(raw.feed.pbx, named)
    return QueueEntries(list(zip(rows, named, keys, strict=True)), skipped, told)


def _names_one(sent: object, others: Collection[str]) -> bool:
    return isinstance(sent, str) and sent in others


def _summary(answer: object, keep: Keep | None) -> object:
    summary = answer.get("metricsSummary") if isinstance(answer, dict) else None
    return summary if isinstance(summary, dict) and keep is None else None


def _is_same(
    old: QueueMetrics, key: QueueKey, pbx: str, values: Values, suspect: frozenset[str]
) -> bool:
    """Whether a queue is as it was: who has its very key has its names, as ``QueueNames`` holds."""
    return old.key is key and old.values == values and old.suspect == suspect and old.pbx == pbx


def _queue(
    named: NamedQueue, key: QueueKey, pbx: str, values: Values, suspect: frozenset[str]
) -> QueueMetrics:
    """Return one queue with its translated values."""
    name = named.name or named.extension or NO_NAME
    return QueueMetrics(key, name, named.extension, named.site, pbx, values, suspect=suspect)


def _notes(queues: Iterable[QueueMetrics], skipped: int) -> Iterator[str]:
    """Yield what was odd, in words without names or values of the answer."""
    twins = sum(1 for queue in queues if queue.key.twin)
    if twins:
        yield f"{twins} queues that nothing tells apart are shown and not judged"
    if odd := sorted({name for queue in queues for name in queue.suspect}):
        yield f"values that cannot be true: {', '.join(odd)}"
    if skipped:
        yield f"entries that are no queues: {skipped}"
