"""The calls waiting and in progress, as data: who waits longest comes first.

The order is as it was measured. Follows "Active calls" of the vendor's guide.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import KW_ONLY, replace
from functools import cached_property

from wallboard.errors import Reason
from wallboard.model.data.calls import NONE_LEFT_OUT, ActiveCall, CallsReading, LeftOut
from wallboard.model.data.metric import LASTED, WAITED
from wallboard.model.data.metric_names import fold
from wallboard.model.data.privacy import HIDDEN, PICTURED, Privacy, shown_caller, shown_name
from wallboard.model.data.reading import Moment, QueueKey, QueueMetrics
from wallboard.model.feeds.feed_status import FeedReport, feed_reports
from wallboard.model.feeds.freshness import Freshness
from wallboard.model.select.page_filter import (
    NO_CHOICE,
    NO_QUEUES,
    KnownQueues,
    PageChoice,
    Shown,
    matches,
)
from wallboard.model.select.selection import Order, sort_by
from wallboard.model.state import State
from wallboard.model.view.calls.call_line import WAITING, CallLine, label_words
from wallboard.model.view.format import NOTHING, plural
from wallboard.records import dataclass

_INTERNAL = "internal"

NO_LIST = "This account has no list of calls"


@dataclass(frozen=True, slots=True)
class CallsView:
    """The page. ``waiting``: how many wait. ``more``: how many there are that were not sent.

    ``known``: whether anything that was measured is not too old to be shown. ``at_least``: whether
    there are more calls than are told. ``unsure``: whether times are shown whose unit is not known
    to be right. ``left_out``: what is not among the lines. ``every``, ``every_waiting``: how many
    there are whatever the ``filter``, which is the one in force, in words.
    """

    lines: tuple[CallLine, ...]
    waiting: int
    more: int
    known: bool = True
    at_least: bool = False
    unsure: bool = False
    _: KW_ONLY
    left_out: LeftOut = NONE_LEFT_OUT
    every: int = 0
    every_waiting: int = 0
    filter: str = ""

    @property
    def beside(self) -> str:
        """What is not listed, in words: ``2 calls tell no queue``; nothing if nothing is."""
        out = self.left_out
        ways = ((out.outbound, "outbound"), (out.internal, "internal"))
        told = ", ".join(f"{number} {word}" for number, word in ways if number)
        return " · ".join(filter(None, (untold_words(out), told)))


def untold_words(left_out: LeftOut) -> str:
    """Return how many calls tell no queue; nothing if none."""
    number = left_out.untold
    return plural(number, "call tells no queue", "calls tell no queue") if number else ""


class _Queues:
    """The queues that a call can be told to be in: looked through once a call asks for it."""

    def __init__(self, queues: Iterable[QueueMetrics]) -> None:
        self._every = queues

    @cached_property
    def _by_extension(self) -> Mapping[tuple[str, str], QueueMetrics]:
        return {
            (queue.key.pbx, queue.extension): queue for queue in self._every if _is_alone(queue)
        }

    @cached_property
    def pbxes(self) -> frozenset[str]:
        return frozenset(pbx for pbx, _ in self._by_extension)

    @cached_property
    def _by_name(self) -> Mapping[tuple[str, str], QueueMetrics]:
        named = [((queue.key.pbx, fold(queue.name)), queue) for queue in self._every]
        names = Counter(name for name, _ in named)
        return {name: queue for name, queue in named if names[name] == 1}

    def of(self, call: ActiveCall, pbx: str) -> QueueMetrics | None:
        """Return the queue whose extension, or else whose name, a call tells."""
        extension = call.queue_extension or (call.reference if not call.queue else "")
        found = self._by_extension.get((pbx, extension))
        if found or call.queue_extension or not call.queue:
            return found
        return self._by_name.get((pbx, fold(call.queue)))


def _is_alone(queue: QueueMetrics) -> bool:
    """Whether a queue is the only one that has its extension."""
    return queue.key == QueueKey(queue.key.pbx, queue.extension)


def project_calls(
    feeds: Sequence[FeedReport[CallsReading]],
    privacy: Privacy,
    known: KnownQueues = NO_QUEUES,
    choice: PageChoice = NO_CHOICE,
) -> CallsView:
    """Return what is to be drawn; ``privacy``: settled, as it holds on this screen.

    ``known``: the queues of the board; a call whose reference is the extension of one is its.
    Calls that were measured too long ago are not shown: none of them lasts that long.
    """
    queues = _Queues(known.queues)
    shown = [feed for feed in feeds if feed.reading and feed.state is not Freshness.NO_DATA]
    every: list[tuple[CallLine, Shown]] = []
    left_out = NONE_LEFT_OUT
    for feed in shown:
        left_out += feed.reading.left_out if feed.reading else NONE_LEFT_OUT
        for call in feed.reading.calls if feed.reading else ():
            queue = queues.of(call, feed.feed.pbx)
            name = _queue_name(call, queue, known=feed.feed.pbx in queues.pbxes)
            if name is None:
                left_out += LeftOut(internal=1)
            else:
                line = _line(call, name, queue, feed, privacy)
                every.append((line, _filter_fields(line, queue, feed.name, known)))
    found = [line for line, seen in every if matches(choice.terms, seen, known.groups)]
    lines = _order(found, choice.order)
    readings = [feed.reading for feed in shown if feed.reading]
    return CallsView(
        lines,
        sum(line.waits for line in lines),
        sum(reading.more for reading in readings),
        bool(shown),
        any(reading.at_least for reading in readings),
        any(not line.confirmed and (line.waiting or line.total) for line in lines),
        left_out=left_out,
        every=len(every),
        every_waiting=sum(line.waits for line, _ in every),
        filter=choice.filter,
    )


def _queue_name(call: ActiveCall, queue: QueueMetrics | None, *, known: bool) -> str | None:
    """Return how the queue of a call is called, ``–`` for none that is known.

    ``None``: the call is no queue's, an internal one that refers to something else. As long as no
    queue of its PBX is ``known``, what it refers to is shown.
    """
    name = queue.title if queue else ""
    if call.queue or call.queue_extension:
        return call.queue or name or call.queue_extension
    if name or not known:
        return name or call.reference or NOTHING
    return None if call.direction.lower() == _INTERNAL else NOTHING


def _filter_fields(
    line: CallLine, queue: QueueMetrics | None, pbx: str, known: KnownQueues
) -> Shown:
    """Return what a filter sees of a call, and of the queue that it is in."""
    times = ((WAITED.name, line.waiting), (LASTED.name, line.total))
    texts = {
        "status": (line.word,),
        "caller": (line.caller,),
        "agent": (line.agent,),
        "queue": (line.queue,),
        "direction": (line.direction,),
        "site": (queue.site_title,) if queue else (),
        "pbx": (pbx,),
    }
    numbers = {name: time for name, time in times if time is not None}
    queues = (queue,) if queue else ()
    return Shown(texts, known.level(line.key), numbers=numbers, queues=queues)


def _line(
    call: ActiveCall,
    name: str,
    queue: QueueMetrics | None,
    feed: FeedReport[CallsReading],
    privacy: Privacy,
) -> CallLine:
    reading = feed.reading
    return CallLine(
        call.id,
        label_words(call.label),
        call.label.strip().upper() == WAITING,
        feed.state,
        reading.measured.elapsed if reading else 0.0,
        call.waiting,
        total=call.total,
        caller=shown_caller(privacy, False, call.caller, call.address),
        queue=name,
        agent=shown_name(privacy, False, call.agent) if call.agent.strip() else "",
        direction=call.direction.strip().replace("_", " ").lower(),
        confirmed=reading is None or reading.confirmed,
        key=queue.key if queue else None,
    )


ORDERS = ("status", WAITED.name, LASTED.name, "caller", "queue", "agent", "direction")
"""By what calls are ordered, beside who waits longest: their columns from the left."""


def _order(lines: Iterable[CallLine], order: Order) -> tuple[CallLine, ...]:
    """Return who waits first, the longest first, then the longest call; or in ``order``.

    All of this is as it was measured: so the order changes with a poll, never with a tick.
    """

    def key(line: CallLine) -> tuple[bool, float, str, str]:
        longest = line.waiting if line.waits else line.total
        return not line.waits, -(-1.0 if longest is None else longest), fold(line.queue), line.id

    found = sorted(lines, key=key)
    if order.by == "worst":
        return tuple(reversed(found) if order.descending else found)
    if order.by in (WAITED.name, LASTED.name):
        name = "waiting" if order.by == WAITED.name else "total"
        return sort_by(found, lambda line: getattr(line, name), order.descending)
    name = "word" if order.by == "status" else order.by
    return sort_by(found, lambda line: _text(getattr(line, name)), order.descending)


def _text(shown: str) -> str | None:
    """Return a text as it is ordered; a dash is none."""
    return fold(shown) if shown and shown != NOTHING else None


def hide_people(view: CallsView) -> CallsView:
    """Return a view without anything personal: for pictures."""
    return replace(
        view,
        filter=HIDDEN if view.filter else "",
        lines=tuple(
            replace(
                line,
                caller=shown_caller(PICTURED, True, line.caller, ""),
                agent=shown_name(PICTURED, True, line.agent) if line.agent else "",
            )
            for line in view.lines
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
