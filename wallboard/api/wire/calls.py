"""Who calls: an answer → a reading. What it says is personal.

Follows "Active calls" of the vendor's guide. Notes tell how many of something there are, never
who.
"""

from collections.abc import Callable
from dataclasses import field, replace
from typing import NamedTuple

from wallboard.api.units import Ages, Waits
from wallboard.api.wire.agents import notes, time_of, word
from wallboard.api.wire.parsing import AGAIN, Sent, inner, objects_of, parse_body, with_turns
from wallboard.api.wire.realtime import RawAnswer
from wallboard.api.wire.successor_names import SCALE, TimeUnit
from wallboard.errors import InvalidResponse
from wallboard.model.data.calls import NONE_LEFT_OUT, ActiveCall, CallsReading, LeftOut
from wallboard.model.data.metric import Number
from wallboard.model.data.reading import Moment
from wallboard.model.data.sanitize import number_of, text_of
from wallboard.records import dataclass

_OVER = frozenset({"FINISHED", "COMPLETED", "ENDED", "DISCONNECTED", "ABANDONED", "TERMINATED"})
"""What the API calls calls that are none any more."""

_NOBODYS = frozenset({"WAITING", "MISSED"})
_OUTBOUND, _INTERNAL = "OUT", "INTERNAL"
"""How the words begin for the directions of calls that are no queue's."""

_DURATIONS = ("waiting", "talking", "onHold", "total")
_TOTALS = ("totalElements", "total", "totalCount", "count")
_SIZES = ("limit", "size")

Wanted = Callable[[str, str], bool | None]
"""Whether a call of a queue (its id and extension, one may be empty) is wanted.

``None``: no queue that is known.
"""


class TranslatedCalls(NamedTuple):
    """A reading, and what its unit of time can be confirmed by.

    ``lasted``: how long each call has been there, as it was sent; ``ages``: the same in seconds,
    by the clock, where it was sent when it began.
    """

    reading: CallsReading
    lasted: Waits
    ages: Ages


@dataclass(slots=True)
class _Found:
    """What the entries of an answer have told so far; ``odd``: times that cannot be true."""

    calls: dict[str, ActiveCall] = field(default_factory=dict)
    lasted: dict[str, Number] = field(default_factory=dict)
    ages: dict[str, float] = field(default_factory=dict)
    odd: int = 0
    left_out: LeftOut = NONE_LEFT_OUT

    def add(self, sent: Sent, measured: Moment, wanted: Wanted | None, scale: int) -> None:
        """Add one entry: among the calls, or as what it is left out."""
        if _is_over(sent):
            return
        _measure(sent, measured, self.lasted, self.ages)  # the unit is everybody's
        takes = _place(sent, wanted)
        if isinstance(takes, LeftOut):
            self.left_out += takes
        if takes is not True:
            return
        call, strange = _call(sent, scale, f"#{len(self.calls)}")
        self.odd += strange
        if wanted is not None and call.reference:  # it is known to be a queue's
            call = replace(call, queue_extension=call.reference, reference="")
        self.calls.setdefault(call.id, call)


async def calls(
    raw: RawAnswer, wanted: Wanted | None = None, *, unit: TimeUnit, page: int = 0
) -> TranslatedCalls:
    """Translate an answer of "Active calls" whose durations are ``unit``.

    ``page``: how many calls were asked for, if it is known. Calls that have ended are left out,
    and so are, where only some are ``wanted``, those of other queues. Those that tell no queue
    then, and in any case outbound and internal ones, which are no queue's, are left out and
    counted. Raises ``InvalidResponse`` if it is no such answer, or has more calls than
    ``raw.most``.
    """
    answer, mended = await parse_body(raw.body)
    listed = _list_in(answer)
    entries = objects_of(listed, raw.most, "calls")
    found = _Found()
    async for sent in with_turns(entries):
        found.add(sent, raw.measured, wanted, SCALE[unit])
    more, at_least = _beyond(answer, len(listed), page)
    if wanted is not None:  # nobody knows how many of those are wanted
        more, at_least = 0, at_least or more > 0
    odd = notes(found.odd, {"entries that are no calls": len(listed) - len(entries)})
    # Without their number, which is another each time.
    untold = ("calls that tell no queue are left out",) if found.left_out.untold else ()
    reading = CallsReading(
        feed=raw.feed,
        measured=raw.measured,
        calls=tuple(found.calls.values()),
        pbx_name=raw.pbx_name,
        more=more,
        notes=(*mended, *odd, *untold),
        confirmed=False,
        at_least=at_least,
        left_out=found.left_out,
    )
    return TranslatedCalls(reading, found.lasted, found.ages)


def _place(sent: Sent, wanted: Wanted | None) -> LeftOut | bool:
    """Return whether a call is listed, or as what it is left out and counted.

    An internal call that refers to something may have been transferred to a queue.
    """
    group = inner(sent, "workGroup")
    direction = word(sent.get("direction"))
    queue = text_of(group.get("id")), text_of(group.get("extension"))
    if not any(queue):
        if direction.startswith(_OUTBOUND):
            return LeftOut(outbound=1)
        queue = "", text_of(sent.get("reference"))
    internal = direction.startswith(_INTERNAL)
    if wanted is None:
        return LeftOut(internal=1) if internal and not any(queue) else True
    takes = wanted(*queue) if any(queue) else None
    if takes is None:
        return LeftOut(internal=1) if internal else LeftOut(untold=1)
    return takes


def _measure(
    sent: Sent, measured: Moment, lasted: dict[str, Number], ages: dict[str, float]
) -> None:
    """Add what a call tells of the unit: how long it has been there, and since when."""
    name = text_of(sent.get("callId"))
    total = number_of(sent.get("totalDuration"))
    time = number_of(sent.get("waitingDuration")) if total is None else total
    if not name or name in lasted or time is None or time <= 0:
        return
    lasted[name] = time
    start = number_of(sent.get("startTime"))
    if total is not None and start is not None and start > 0:
        ages[name] = measured.wall.timestamp() - start / 1_000


def _list_in(answer: object) -> list[object]:
    """Return the list of an answer: itself, its ``calls``, or the only list that it has."""
    if isinstance(answer, list):
        return answer
    if isinstance(answer, dict):
        if isinstance(answer.get("calls"), list):
            return list(answer["calls"])
        lists = [value for value in answer.values() if isinstance(value, list)]
        # What an error says comes as a list, too.
        if len(lists) == 1 and "messages" not in answer:
            return lists[0]
    raise InvalidResponse("The answer has no list of calls", AGAIN)


def _call(sent: Sent, scale: int, otherwise: str) -> tuple[ActiveCall, int]:
    caller, callee = inner(sent, "caller"), inner(sent, "latestCallee")
    group = inner(sent, "workGroup")
    label = _label(sent)
    times = [time_of(sent.get(f"{name}Duration"), scale) for name in _DURATIONS]
    waiting, talking, on_hold, total = (time for time, _ in times)
    agent = text_of(callee.get("name")) or text_of(callee.get("address"))
    call = ActiveCall(
        text_of(sent.get("callId")) or otherwise,
        label,
        word(sent.get("direction")),
        text_of(caller.get("name")),
        text_of(caller.get("address")),
        text_of(group.get("name")),
        queue_extension=text_of(group.get("extension")),
        agent="" if label in _NOBODYS else agent,  # whose phone rang before has it no more
        waiting=waiting,
        talking=talking,
        on_hold=on_hold,
        total=total,
        reference="" if group else text_of(sent.get("reference")),
    )
    return call, sum(odd for _, odd in times)


def _label(sent: Sent) -> str:
    """Return the newest label: told as such, or the last of all."""
    labels = sent.get("labels")
    last = labels[-1] if isinstance(labels, list) and labels else None
    return word(sent.get("latestLabel")) or word(last)


def _is_over(sent: Sent) -> bool:
    words = (_label(sent), word(sent.get("outcome")), word(sent.get("status")))
    return (number_of(sent.get("stopTime")) or 0) > 0 or not _OVER.isdisjoint(words)


def _beyond(answer: object, listed: int, page: int) -> tuple[int, bool]:
    """Return how many calls there are that were not sent, or whether there may well be some.

    A page may be smaller than the one that was asked for. ``count`` is by its name as well that
    of the page, and a total that is less than what was sent is none.
    """
    for place in _places(answer):
        for name in _TOTALS:
            total = number_of(place.get(name))
            if total is not None and total >= listed + (name == "count"):
                return int(total) - listed, False
    sizes = [page] + [
        int(size)
        for place in _places(answer)[1:]
        for name in _SIZES
        if (size := number_of(place.get(name))) is not None
    ]
    limit = min((size for size in sizes if size > 0), default=0)
    return 0, 0 < limit <= listed


def _places(answer: object) -> tuple[Sent, ...]:
    """Return where an answer may speak of its pages."""
    return (
        (answer, inner(answer, "page"), inner(answer, "paging")) if isinstance(answer, dict) else ()
    )
