"""The calls waiting and in progress, as data: who waits longest comes first.

The order is as it was measured; a call tells its own times each second, so that a tick changes
digits only. Follows "Active calls" of the vendor's guide.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, replace
from types import MappingProxyType

from wallboard.errors import Reason
from wallboard.model.data.calls import NONE_LEFT_OUT, ActiveCall, CallsReading, LeftOut
from wallboard.model.data.metric import Number
from wallboard.model.data.metric_names import fold
from wallboard.model.data.privacy import PICTURED, Privacy, shown_caller, shown_name
from wallboard.model.data.reading import Moment, QueueKey, QueueMetrics
from wallboard.model.feeds.feed_status import FeedReport, feed_reports
from wallboard.model.feeds.freshness import Freshness
from wallboard.model.state import State
from wallboard.model.view.format import NOTHING, duration, plural
from wallboard.model.view.row import Cell, Tone, estimate

_WAITING = "WAITING"
_WORDS: Mapping[str, str] = MappingProxyType(
    {
        _WAITING: "Waiting",
        "ALERTING": "Ringing",
        "TALKING": "Talking",
        "ONHOLD": "On hold",
        "ON_HOLD": "On hold",
        "HOLD": "On hold",
        "IN_VOICEMAIL": "Voicemail",
        "TRANSFERRED": "Transfer",
        "DISCONNECTED": "Hung up",
    }
)
"""The labels of the API that read otherwise in the words of the field."""

_INTERNAL = "internal"

NO_LIST = "This account has no list of calls"


@dataclass(frozen=True, slots=True)
class CallLine:
    """One call as shown. ``waits``: whether nobody has it yet. Times as they were measured, in ms.

    ``state``: of the data. ``measured``: elapsed seconds. ``confirmed``: whether the unit of the
    times is known to be right.
    """

    id: str
    word: str
    waits: bool
    state: Freshness
    measured: float
    waiting: Number | None
    _: KW_ONLY
    total: Number | None
    caller: str
    queue: str
    agent: str
    direction: str
    confirmed: bool = True

    @property
    def old(self) -> bool:
        """Whether it was not just measured."""
        return self.state >= Freshness.STALE

    @property
    def tone(self) -> Tone:
        """The tone of the whole line."""
        return Tone.OLD if self.old else Tone.NORMAL

    def waited(self, now: float) -> Cell:
        """Return how long it has waited at ``now``, elapsed seconds: it counts on while it does."""
        return self._time(self.waiting, now, grows=self.waits)

    def lasted(self, now: float) -> Cell:
        """Return how long it has been there in all at ``now``, elapsed seconds."""
        return self._time(self.total, now, grows=True)

    def _time(self, time: Number | None, now: float, *, grows: bool) -> Cell:
        # No time at all is none in any unit.
        mark = "?" if time and not self.confirmed else ""
        if time is None or not grows or self.state is not Freshness.LIVE:
            return Cell(duration(time), self.tone, mark)
        return estimate(time, self.measured, now, self.tone, mark)


@dataclass(frozen=True, slots=True)
class CallsView:
    """The page. ``waiting``: how many wait. ``more``: how many there are that were not sent.

    ``known``: whether anything that was measured is not too old to be shown. ``at_least``: whether
    there are more calls than are told. ``unsure``: whether times are shown whose unit is not known
    to be right. ``left_out``: what is not among the lines.
    """

    lines: tuple[CallLine, ...]
    waiting: int
    more: int
    known: bool = True
    at_least: bool = False
    unsure: bool = False
    _: KW_ONLY
    left_out: LeftOut = NONE_LEFT_OUT

    @property
    def beside(self) -> str:
        """What is not listed, in words: ``2 calls tell no queue``; nothing if nothing is."""
        out = self.left_out
        ways = ((out.outbound, "outbound"), (out.internal, "internal"))
        told = [", ".join(f"{number} {word}" for number, word in ways if number)]
        if out.untold:
            told.insert(0, plural(out.untold, "call tells no queue", "calls tell no queue"))
        return " · ".join(filter(None, told))


Known = Mapping[tuple[str, str], str]
"""PBX id and extension → the name of the only queue that has it."""


def project_calls(
    feeds: Sequence[FeedReport[CallsReading]], privacy: Privacy, queues: Iterable[QueueMetrics] = ()
) -> CallsView:
    """Return what is to be drawn; ``privacy``: settled, as it holds on this screen.

    ``queues``: those that are known; a call whose reference is the extension of one is its.
    Calls that were measured too long ago are not shown: none of them lasts that long.
    """
    known = {
        (one.key.pbx, one.extension): one.title
        for one in queues
        if one.key == QueueKey(one.key.pbx, one.extension)
    }
    pbxes = {pbx for pbx, _ in known}
    shown = [
        (one.reading, one.state)
        for one in feeds
        if one.reading is not None and one.state is not Freshness.NO_DATA
    ]
    lines = []
    left_out = NONE_LEFT_OUT
    for reading, state in shown:
        left_out += reading.left_out
        for call in reading.calls:
            queue = _queue(call, reading.feed.pbx, known, pbxes)
            if queue is None:
                left_out += LeftOut(internal=1)
            else:
                lines.append(_line(call, queue, reading, state, privacy))
    lines.sort(key=_order)
    return CallsView(
        tuple(lines),
        sum(one.waits for one in lines),
        sum(reading.more for reading, _ in shown),
        bool(shown),
        any(reading.at_least for reading, _ in shown),
        any(not one.confirmed and (one.waiting or one.total) for one in lines),
        left_out=left_out,
    )


def _queue(call: ActiveCall, pbx: str, known: Known, pbxes: Collection[str]) -> str | None:
    """Return how the queue of a call is called, ``–`` for none that is known.

    ``None``: the call is no queue's, an internal one that refers to something else. As long as no
    queue of its PBX is known, what it refers to is shown.
    """
    name = known.get((pbx, call.queue_extension or call.reference), "")
    if call.queue or call.queue_extension:
        return call.queue or name or call.queue_extension
    if name or pbx not in pbxes:
        return name or call.reference or NOTHING
    return None if call.direction.lower() == _INTERNAL else NOTHING


def _label_words(label: str) -> str:
    """Return a label of the API as it reads: ``Ringing``; ``PARKED_BY`` as ``Parked by``."""
    text = label.strip()
    return _WORDS.get(text.upper()) or text.replace("_", " ").strip().capitalize() or NOTHING


def _line(
    call: ActiveCall, queue: str, reading: CallsReading, state: Freshness, privacy: Privacy
) -> CallLine:
    return CallLine(
        call.id,
        _label_words(call.label),
        call.label.strip().upper() == _WAITING,
        state,
        reading.measured.elapsed,
        call.waiting,
        total=call.total,
        caller=shown_caller(privacy, False, call.caller, call.address),
        queue=queue,
        agent=shown_name(privacy, False, call.agent) if call.agent.strip() else "",
        direction=call.direction.strip().replace("_", " ").lower(),
        confirmed=reading.confirmed,
    )


def _order(line: CallLine) -> tuple[bool, float, str, str]:
    longest = line.waiting if line.waits else line.total
    return not line.waits, -(-1.0 if longest is None else longest), fold(line.queue), line.id


def veiled(view: CallsView) -> CallsView:
    """Return a view without anything personal: for pictures."""
    return replace(
        view,
        lines=tuple(
            replace(
                one,
                caller=shown_caller(PICTURED, True, one.caller, ""),
                agent=shown_name(PICTURED, True, one.agent) if one.agent else "",
            )
            for one in view.lines
        ),
    )


def no_list(state: State, now: Moment) -> bool:
    """Whether every PBX has just said that it has no list of calls, at ``now``.

    Just: until it may be asked again. What was said once does not hold for ever.
    """
    feeds = feed_reports(state, CallsReading, now)
    return bool(feeds) and all(
        feed.trouble is not None
        and feed.trouble.reason is Reason.GONE
        and feed.retry is not None
        and now.elapsed < feed.retry.elapsed
        for feed in feeds
    )
