"""Who does what: a sibling's answer → a reading. What it says is personal.

Follows "Queue agent activity" of the vendor's documentation. Notes tell how many of something there
are, never who.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from wallboard.api.wire.parsing import (
    AGAIN,
    Sent,
    inner,
    objects_of,
    parse_body,
    too_many,
    with_turns,
)
from wallboard.api.wire.realtime import NO_NAME, NOT_SENT, RawAnswer
from wallboard.api.wire.successor_names import SCALE, TimeUnit
from wallboard.errors import InvalidResponse
from wallboard.model.data.agent_status import ROLES, STATUSES, UNTOLD, Ongoing, derive_status
from wallboard.model.data.agents import AgentsReading, PersonKey, Seat
from wallboard.model.data.metric import Number
from wallboard.model.data.reading import NamedQueue, QueueKey, identify
from wallboard.model.data.sanitize import number_of, text_of

MOST_STATUS_TIME = 100 * 24 * 3_600_000
"""Milliseconds (100 days): nobody is in a status, and no call lasts, so long."""

_SEATS = 4
"""Seats of a queue, so many on the average, are built at most."""

_COUNTED = tuple(f"ongoing{of}Interactions" for of in ("Handling", "Talking", "OnHold", "WrapUp"))
_TIME_OF: Mapping[str, str] = MappingProxyType(
    {
        "HANDLING": "ongoingTalkingInteractionsTime",
        "WRAP_UP": "ongoingWrapUpInteractionsTime",
        "ALERTING": "",
    }
)
"""Derived status → what tells how long it has lasted; of others it is the user status's time."""

_TIMES = ("queueStatusTime", "userStatusTime", *_TIME_OF.values())
_SECOND = ROLES - {"PRIMARY"}


async def agents(raw: RawAnswer, *, unit: TimeUnit) -> AgentsReading:
    """Translate an answer of "Queue agent activity" whose times are ``unit``.

    Raises ``InvalidResponse`` if it is none, or has more than ``raw.most`` queues or four times as
    many seats. Somebody whom nothing names is left out, and counted in a note; so is one whom a
    queue has twice.
    """
    answer, mended = await parse_body(raw.body)
    entries = _entries(answer, raw)
    seats: dict[tuple[PersonKey, QueueKey], Seat] = {}
    odd = 0
    async for agent, queue, key in with_turns(entries):
        seat, strange = _seat(agent, queue, key, SCALE[unit])
        odd += strange
        if seat.person.user:
            seats.setdefault((seat.person, key), seat)
    return AgentsReading(
        raw.feed,
        raw.measured,
        tuple(seats.values()),
        raw.pbx_name,
        confirmed=False,
        notes=(
            *mended,
            *notes(odd, {"agents that nothing tells apart": len(entries) - len(seats)}),
        ),
    )


def _entries(answer: object, raw: RawAnswer) -> list[tuple[Sent, NamedQueue, QueueKey]]:
    """Return each agent of each queue that is wanted, as it was sent, with the queue."""
    listed = answer.get("queuesAgentActivity") if isinstance(answer, dict) else None
    if isinstance(answer, dict) and isinstance(answer.get("agentActivity"), list):
        listed = [answer]  # the sibling's answer has no queues around its agents
    if not isinstance(listed, list):
        raise InvalidResponse("The answer has no list of queues and their agents", AGAIN)
    rows = objects_of(listed, raw.most, "queues")
    named = [(row, _queue_named(row)) for row in rows if row.get("deleted") is not True]
    if raw.keep is not None:
        named = [(row, queue) for row, queue in named if raw.keep(queue)]
    keys = identify(raw.feed.pbx, [queue for _, queue in named])
    entries = [
        (agent, queue, key)
        for (row, queue), key in zip(named, keys, strict=True)
        for agent in _agents_of(row)
    ]
    if len(entries) > (most := _SEATS * raw.most):
        raise too_many(most)
    return entries


def _queue_named(row: Sent) -> NamedQueue:
    extension = text_of(row.get("queueExtension")) or text_of(row.get("extension"))
    name = text_of(row.get("queueName")) or text_of(row.get("name"))
    return NamedQueue(extension, text_of(row.get("site")), name)


def _agents_of(row: Sent) -> Iterator[Sent]:
    """Yield a queue's agents; the sibling's example has another name for their list."""
    for name in ("queueAgentActivity", "agentActivity"):
        listed = row.get(name)
        if isinstance(listed, list):
            yield from (entry for entry in listed if isinstance(entry, dict))


def _seat(sent: Sent, queue: NamedQueue, key: QueueKey, scale: int) -> tuple[Seat, int]:
    """Return one agent in one queue, and how many of its times cannot be true."""
    extension, name = text_of(sent.get("agentExtension")), text_of(sent.get("agentName"))
    user = text_of(sent.get("userId")) or extension or name
    metrics, interaction = inner(sent, "metrics"), inner(sent, "interaction")
    times = {name: time_of(metrics.get(name), scale) for name in _TIMES}
    user_status = word(sent.get("userStatus"))
    status = told = word(sent.get("queueStatus")) or word(sent.get("activityStatus"))
    is_derived = told in ROLES or not told or (not sent.get("queueStatus") and told not in STATUSES)
    of = "queueStatusTime"
    if is_derived:
        status = derive_status(_ongoing(metrics, interaction), user_status)
        if status == UNTOLD.id and told not in ROLES:
            status, is_derived = told, False
        else:
            # How long somebody has had a role says nothing of the status.
            of = _TIME_OF.get(status, "userStatusTime")
    seat = Seat(
        PersonKey(key.pbx, user),
        name or extension or NO_NAME,
        extension,
        key,
        queue.name or queue.extension or NO_NAME,
        queue.site,
        status=status,
        user_status=user_status,
        since=times[of][0],
        user_since=times["userStatusTime"][0],
        overflow=sent.get("overflowAgent") is True or told in _SECOND,
        caller=text_of(interaction.get("caller")),
        address=text_of(interaction.get("address")),
        derived=is_derived,
    )
    return seat, sum(odd for _, odd in times.values())


def _ongoing(metrics: Sent, interaction: Sent) -> Ongoing:
    """Return what an agent has now, of one queue."""
    handling, talking, on_hold, wrap_up = (number_of(metrics.get(name)) for name in _COUNTED)
    calls = any(text_of(interaction.get(name)) for name in ("caller", "address"))
    return Ongoing(handling, talking, on_hold, wrap_up, calls)


def word(value: object) -> str:
    """Return one of the API's own words, in capitals."""
    return text_of(value).upper()


def time_of(sent: object, scale: int) -> tuple[Number | None, int]:
    """Return whole milliseconds if they were sent and can be, and 1 if they cannot.

    What is merely large is kept: it may be true, and is marked as long as its unit is in doubt.
    """
    number = number_of(sent)
    if number is None:
        return None, int(sent not in NOT_SENT)
    time = round(number * scale)
    return (time, 0) if 0 <= time <= MOST_STATUS_TIME else (None, 1)


def notes(odd: int, counted: Mapping[str, int]) -> Iterator[str]:
    """Yield what was odd, in words without names."""
    if odd:
        yield f"times that cannot be true: {odd}"
    yield from (f"{what}: {many}" for what, many in counted.items() if many)
