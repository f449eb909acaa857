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
from dataclasses import KW_ONLY, dataclass
from types import MappingProxyType

from wallboard.api.wire.parsing import AGAIN, MOST_ROWS, Sent, objects_of, parse_body, with_turns
from wallboard.api.wire.queue_names import QueueNames
from wallboard.errors import InvalidResponse
from wallboard.model.data.catalogue import CATALOGUE
from wallboard.model.data.metric import Number, Unit
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
    values: dict[str, Number] = {}
    odd: list[str] = []
    if not isinstance(sent, dict):
        return values, NONE if sent in NOT_SENT else _EVERYTHING
    known = _LIMITS.get
    for name, value in sent.items():
        most = known(name)
        if most is None:
            continue
        kind = type(value)
        if (kind is int or (kind is float and most is MOST_TIME)) and 0 <= value < most:
            values[name] = value
            continue
        read = number_of(value)
        if most is MOST_COUNT and read is not None:
            read = int(read) if read == int(read) else None
        if read is not None:
            values[name] = read
        if value not in NOT_SENT:
            odd.append(name)
    if not odd:
        # Nothing had to be left out or read otherwise, as a rule: no need to hold it twice.
        return (sent if len(values) == len(sent) else values), NONE
    return values, impossible(odd, values)


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

    ``names``: who the queues of the feed's last answer were.

    Raises ``InvalidResponse`` if it has no list of queues, more of them than ``raw.most``, or
    none but those of other PBXes. A long answer is translated in pieces, between which the event
    loop has its turn.
    """
    answer, odd = await parse_body(raw.body)
    listed = await _list_queues(answer, raw, names or QueueNames())
    queues = [
        _queue(row, named, key, raw.pbx_name, *read(row.get("metrics")))
        async for row, named, key in with_turns(listed.rows)
    ]
    return QueueList(
        tuple(queues),
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
    return bool(others) and isinstance(sent, str) and sent in others


def _summary(answer: object, keep: Keep | None) -> object:
    summary = answer.get("metricsSummary") if isinstance(answer, dict) else None
    return summary if isinstance(summary, dict) and keep is None else None


def _queue(
    row: Sent,
    named: NamedQueue,
    key: QueueKey,
    pbx_name: str,
    values: Values,
    suspect: frozenset[str],
) -> QueueMetrics:
    """Return one queue with its translated values."""
    return QueueMetrics(
        key,
        named.name or named.extension or NO_NAME,
        named.extension,
        named.site,
        pbx_name or text_of(row.get("pbx")),
        values,
        suspect=suspect,
    )


def _notes(queues: Iterable[QueueMetrics], skipped: int) -> Iterator[str]:
    """Yield what was odd, in words without names or values of the answer."""
    twins = sum(not queue.judged for queue in queues)
    if twins:
        yield f"{twins} queues that nothing tells apart are shown and not judged"
    if odd := sorted({name for queue in queues for name in queue.suspect}):
        yield f"values that cannot be true: {', '.join(odd)}"
    if skipped:
        yield f"entries that are no queues: {skipped}"
