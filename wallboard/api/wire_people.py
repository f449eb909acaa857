"""Who does what and who calls: the siblings' answers → readings. What they say is personal.

Follows "Queue agent activity" of the vendor's documentation, and "Active calls" of its guide.
Notes tell how many of something there are, never who.
"""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from wallboard.api.cleaning import number_of, text_of
from wallboard.api.successor import SCALE, TimeUnit
from wallboard.api.wire import AGAIN, NO_NAME, Keep, Sent, parsed, with_turns
from wallboard.errors import Nonsense
from wallboard.model.calls import ActiveCall, CallsReading
from wallboard.model.metrics import Number
from wallboard.model.people import AgentsReading, PersonKey, Seat
from wallboard.model.snapshot import FeedId, Moment, Named, QueueKey, identify

MOST_STATUS_TIME = 100 * 24 * 3_600_000
"""Milliseconds (100 days): nobody is in a status, and no call lasts, so long."""

_NOTHING: Sent = MappingProxyType({})
_OVER = frozenset({"FINISHED", "COMPLETED", "ENDED", "DISCONNECTED", "ABANDONED", "TERMINATED"})
"""What the API calls calls that are none any more."""

_WAITING = "WAITING"
_TOTALS = ("totalElements", "total", "totalCount", "count")

Wanted = Callable[[str, str], bool]
"""Whether a call of a queue (its id and extension, either may be empty) is wanted."""


async def agents(
    body: bytes,
    feed: FeedId,
    measured: Moment,
    pbx_name: str = "",
    keep: Keep | None = None,
    *,
    unit: TimeUnit,
) -> AgentsReading:
    """Translate an answer of "Queue agent activity" whose times are ``unit``.

    Raises ``Nonsense`` if it is none. Somebody whom nothing names is left out, and counted in a
    note; so is one whom a queue has twice.
    """
    answer = parsed(body)
    listed = answer.get("queuesAgentActivity") if isinstance(answer, dict) else None
    if not isinstance(listed, list):
        raise Nonsense("The answer has no list of queues and their agents", AGAIN)
    rows = [one for one in listed if isinstance(one, dict) and one.get("deleted") is not True]
    if listed and not any(isinstance(one, dict) for one in listed):
        raise Nonsense("The answer lists things that are no queues", AGAIN)
    named = [(row, _queue_named(row)) for row in rows]
    if keep is not None:
        named = [(row, one) for row, one in named if keep(one)]
    keys = identify(feed.pbx, [one for _, one in named])
    entries = [
        (agent, one, key)
        for (row, one), key in zip(named, keys, strict=True)
        for agent in _agents_of(row)
    ]
    seats: dict[tuple[PersonKey, QueueKey], Seat] = {}
    odd = 0
    async for agent, one, key in with_turns(entries):
        seat, strange = _seat(agent, one, key, SCALE[unit])
        odd += strange
        if seat.person.user:
            seats.setdefault((seat.person, key), seat)
    return AgentsReading(
        feed,
        measured,
        tuple(seats.values()),
        pbx_name,
        False,
        tuple(_notes(odd, {"agents that nothing tells apart": len(entries) - len(seats)})),
    )


def _queue_named(row: Sent) -> Named:
    extension = text_of(row.get("queueExtension")) or text_of(row.get("extension"))
    name = text_of(row.get("queueName")) or text_of(row.get("name"))
    return Named(extension, text_of(row.get("site")), name)


def _agents_of(row: Sent) -> Iterator[Sent]:
    """Yield a queue's agents; the sibling's example has another name for their list."""
    for name in ("queueAgentActivity", "agentActivity"):
        listed = row.get(name)
        if isinstance(listed, list):
            yield from (one for one in listed if isinstance(one, dict))


def _seat(sent: Sent, queue: Named, key: QueueKey, scale: int) -> tuple[Seat, int]:
    """Return one agent in one queue, and how many of its times cannot be true."""
    extension, name = text_of(sent.get("agentExtension")), text_of(sent.get("agentName"))
    user = text_of(sent.get("userId")) or extension or name
    metrics, interaction = _inner(sent, "metrics"), _inner(sent, "interaction")
    since, odd = _time(metrics.get("queueStatusTime"), scale)
    user_since, also_odd = _time(metrics.get("userStatusTime"), scale)
    seat = Seat(
        PersonKey(key.pbx, user),
        name or extension or NO_NAME,
        extension,
        key,
        queue.name or queue.extension or NO_NAME,
        queue.site,
        _word(sent.get("queueStatus")),
        _word(sent.get("userStatus")),
        since,
        user_since,
        sent.get("overflowAgent") is True,
        text_of(interaction.get("caller")),
        text_of(interaction.get("address")),
    )
    return seat, odd + also_odd


async def calls(
    body: bytes,
    feed: FeedId,
    measured: Moment,
    pbx_name: str = "",
    wanted: Wanted | None = None,
    *,
    unit: TimeUnit,
) -> CallsReading:
    """Translate an answer of "Active calls" whose durations are ``unit``.

    Calls that have ended are left out, and those of queues that are not ``wanted``; a call that
    tells no queue is kept. Raises ``Nonsense`` if it is no such answer.
    """
    answer = parsed(body)
    listed = _listed(answer)
    entries = [one for one in listed if isinstance(one, dict)]
    if listed and not entries:
        raise Nonsense("The answer lists things that are no calls", AGAIN)
    found: dict[str, ActiveCall] = {}
    odd = 0
    async for sent in with_turns(entries):
        group = _inner(sent, "workGroup")
        queue = text_of(group.get("id")), text_of(group.get("extension"))
        if _is_over(sent) or (wanted is not None and any(queue) and not wanted(*queue)):
            continue
        call, strange = _call(sent, SCALE[unit], f"#{len(found)}")
        odd += strange
        found.setdefault(call.id, call)
    more = max(0, _total(answer) - len(listed))
    skipped = {"entries that are no calls": len(listed) - len(entries)}
    return CallsReading(
        feed, measured, tuple(found.values()), pbx_name, more, tuple(_notes(odd, skipped))
    )


def _listed(answer: object) -> list[object]:
    """Return the list of an answer: itself, its ``calls``, or the only list that it has."""
    if isinstance(answer, list):
        return answer
    if isinstance(answer, dict):
        if isinstance(answer.get("calls"), list):
            return list(answer["calls"])
        lists = [one for one in answer.values() if isinstance(one, list)]
        # What an error says comes as a list, too.
        if len(lists) == 1 and "messages" not in answer:
            return lists[0]
    raise Nonsense("The answer has no list of calls", AGAIN)


def _call(sent: Sent, scale: int, otherwise: str) -> tuple[ActiveCall, int]:
    caller, callee = _inner(sent, "caller"), _inner(sent, "latestCallee")
    group = _inner(sent, "workGroup")
    label = _label(sent)
    times = [_time(sent.get(f"{name}Duration"), scale) for name in _DURATIONS]
    waiting, talking, on_hold, total = (time for time, _ in times)
    agent = text_of(callee.get("name")) or text_of(callee.get("address"))
    call = ActiveCall(
        text_of(sent.get("callId")) or otherwise,
        label,
        _word(sent.get("direction")),
        text_of(caller.get("name")),
        text_of(caller.get("address")),
        text_of(group.get("name")),
        text_of(group.get("extension")),
        "" if label == _WAITING else agent,  # whose phone rang before has it no more
        waiting,
        talking,
        on_hold,
        total,
    )
    return call, sum(odd for _, odd in times)


_DURATIONS = ("waiting", "talking", "onHold", "total")


def _label(sent: Sent) -> str:
    """Return the newest label: told as such, or the last of all."""
    labels = sent.get("labels")
    last = labels[-1] if isinstance(labels, list) and labels else None
    return _word(sent.get("latestLabel")) or _word(last)


def _is_over(sent: Sent) -> bool:
    words = (_label(sent), _word(sent.get("outcome")), _word(sent.get("status")))
    return (number_of(sent.get("stopTime")) or 0) > 0 or not _OVER.isdisjoint(words)


def _total(answer: object) -> int:
    """Return how many calls there are, if the answer says so, else 0."""
    if isinstance(answer, dict):
        for place in (answer, _inner(answer, "page"), _inner(answer, "paging")):
            for name in _TOTALS:
                if (number := number_of(place.get(name))) is not None:
                    return int(number)
    return 0


def _word(value: object) -> str:
    """Return one of the API's own words, in capitals."""
    return text_of(value).upper()


def _inner(outer: Mapping[str, object], key: str) -> Sent:
    inner = outer.get(key)
    return inner if isinstance(inner, dict) else _NOTHING


def _time(sent: object, scale: int) -> tuple[Number | None, int]:
    """Return whole milliseconds if they were sent and can be, and 1 if they cannot."""
    number = number_of(sent)
    if number is None:
        return None, 0
    time = round(number * scale)
    return (time, 0) if 0 <= time <= MOST_STATUS_TIME else (None, 1)


def _notes(odd: int, counted: Mapping[str, int]) -> Iterator[str]:
    """Yield what was odd, in words without names."""
    if odd:
        yield f"times that cannot be true: {odd}"
    yield from (f"{what}: {many}" for what, many in counted.items() if many)
