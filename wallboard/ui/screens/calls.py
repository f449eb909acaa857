"""The calls waiting and in progress, the longest wait first."""

from collections.abc import Hashable, Sequence
from functools import partial
from typing import ClassVar

from wallboard.model.data.calls import CallsReading
from wallboard.model.data.metric import Kind
from wallboard.model.data.reading import QueueKey
from wallboard.model.select.page_filter import parse_calls_filter
from wallboard.model.select.selection import WORST_FIRST, Order
from wallboard.model.view.calls.call_line import CallLine
from wallboard.model.view.calls.calls_page import ORDERS, CallsView, hide_people, project_calls
from wallboard.model.view.calls.queue_calls import QueueCalls
from wallboard.model.view.format import plural
from wallboard.model.view.row import Cell
from wallboard.ui.keys import bindings
from wallboard.ui.screens.list_page import SIDE, UNSURE, FeedListPage, Heard, line_block, note
from wallboard.ui.widgets.block_panel import Block
from wallboard.ui.widgets.columns import GAP, fit, in_columns
from wallboard.ui.widgets.text.line_widget import Pieces
from wallboard.ui.widgets.text.text_panel import wrap

_STATE, _TIME, _DIRECTION = 10, 9, 10
_NAME_LEAST, _NAME_MOST, _CALLER_MOST = 8, 30, 40
_RIGHT = (1, 2)
"""The places of those that are right-aligned."""

_WITH_DIRECTION = 100
"""Columns from which the direction is told."""

_LEAST = "at least "

_MOST_OF_QUEUE = 10
"""Calls that a queue's page lists at most."""


class CallsScreen(FeedListPage[CallsReading]):
    """One line a call."""

    BINDINGS = bindings("agents")
    FOOTER = ("back", "open", "filter", "order", "agents", "palette", "help")
    NAME = "the calls"
    ABOUT = (
        "The calls that wait and those in progress, the longest wait first. They are asked "
        "for while somebody looks at them. A filter may compare: waited>1:00, total>5:00, and "
        "the numbers of their queues, waiting>3."
    )
    KINDS = frozenset((Kind.CALLS,))
    WHAT: ClassVar[str] = "calls"
    EXAMPLE: ClassVar[str] = "0174 · status:waiting · queue:sales · waited>1:00 · waiting>3"
    BY: ClassVar[tuple[str, ...]] = ORDERS

    _made: tuple[object, ...] = ()
    _view: CallsView | None = None

    parse = staticmethod(parse_calls_filter)

    def _project(self, heard: Heard[CallsReading]) -> CallsView:
        """Return the page; made anew only when something was heard, chosen, or got old."""
        known, choice = self.known_queues(), self._choice
        made = (heard.feeds, heard.privacy, heard.pictured, known, choice)
        if self._view is None or made != self._made:
            view = project_calls(heard.feeds, heard.privacy, known, choice)
            self._view = hide_people(view) if heard.pictured else view
            self._made = made
        return self._view

    def blocks(self, heard: Heard[CallsReading]) -> Sequence[Block]:
        """Return a line for each call."""
        view = self._project(heard)
        rest = [note(words, "label") for words in (_more(view), view.beside) if words]
        if not view.lines and view.every:
            none = f"No call matches the filter. Press {self.back_key} to clear it."
            return [note(""), note(none), *rest]
        if not view.lines:
            nothing = rest or [note("No calls.", "label")]
            return [note(""), *nothing] if view.known else []
        now, columns = heard.now.elapsed, self._columns
        width = self.list.size.width
        blocks = [
            line_block(partial(_call_pieces, line, columns, now), _id(line), width)
            for line in view.lines
        ]
        return [*blocks, *rest]

    @property
    def current(self) -> QueueKey | None:
        """The queue of the call under the cursor, if it is known."""
        who, lines = self.list.under, self._view.lines if self._view else ()
        return next((line.key for line in lines if _id(line) == who), None)

    def headlines(self) -> Sequence[Pieces]:
        """Return how many calls there are, and how many of them wait."""
        view = self._view
        if view is None or not view.known:
            return [(("Calls", "title"),)]
        number = f"{_LEAST * view.at_least}{plural(view.every + view.more, 'call')}"
        waiting = f"{view.every_waiting} waiting" if view.every_waiting else ""
        if view.filter:
            number = f"{len(view.lines)} of {number}"
            waiting = f"{view.waiting} of {waiting}" if waiting else ""
        told = "   " + ", ".join(filter(None, (number, waiting)))
        beside = f" · {view.beside}" if view.beside else ""
        return [(("Calls", "title"), (words, "label")) for words in (told + beside, told)]

    def aside(self) -> Sequence[str]:
        """Return what marks mean, and what part of the list is in view."""
        unsure = self._view is not None and self._view.unsure
        return (UNSURE if unsure else "", *super().aside())

    def under(self) -> Sequence[Pieces]:
        """Return the filter in force, and the headings."""
        view = self._view
        if view is None:
            return []
        lines: list[Pieces] = []
        if view.filter and self.told_filter:
            lines.append(((fit(f"filter: {view.filter}", self.room), "normal"),))
        if not view.lines:
            return lines
        headings = _headings(self._columns, self._choice.order)
        return [*lines, *self.blank, headings]

    @property
    def _columns(self) -> tuple[int, ...]:
        return widths(self.room, unsure=self._view is not None and self._view.unsure)

    def order_at(self, x: int) -> str:
        """Return by what the heading at a column orders; nothing between two, or without any."""
        if self._view is None or not self._view.lines:
            return ""
        start = len(SIDE[0])
        for by, wide in zip(ORDERS, self._columns, strict=True):
            if wide and start <= x < start + wide:
                return by
            start += wide + GAP if wide else 0
        return ""


def _id(call: CallLine) -> Hashable:
    """Return which call it is."""
    return call.key, call.id


def _more(view: CallsView) -> str:
    """Return how many calls were not sent, in words; nothing if none."""
    if not view.lines and (view.more or view.at_least):
        return "There are more calls than were sent."
    if view.more:
        return f"and {_LEAST * view.at_least}{plural(view.more, 'more call')}"
    return "and more calls" if view.at_least else ""


def widths(room: int, *, unsure: bool = False, queue: bool = True) -> tuple[int, ...]:
    """Return the columns' widths: state, waited, total, caller, queue, agent, direction.

    A width of 0 leaves a column out. ``unsure``: whether times have a mark; ``queue``: whether
    the queue is told.
    """
    direction = _DIRECTION if room >= _WITH_DIRECTION else 0
    time = _TIME + unsure
    fixed = [_STATE, time, time, *filter(None, [direction])]
    left = room - sum(fixed) - GAP * (len(fixed) + 2)
    name = max(_NAME_LEAST, min(_NAME_MOST, left * 3 // 10))
    caller = max(_NAME_LEAST, min(_CALLER_MOST, left - 2 * name))
    return _STATE, time, time, caller, name if queue else 0, name, direction


def queue_calls(found: QueueCalls, room: int, now: float) -> list[Pieces]:
    """Return the calls of a queue after what is wrong, in lines of ``room`` columns."""
    waiting = sum(line.waits for line in found.lines)
    number = f"   {plural(len(found.lines), 'call')}" if found.lines else ""
    told = f"{number}, {waiting} waiting" if waiting else number
    lines: list[Pieces] = [(("Calls", "heading"), (told, "label"))]
    lines += [((f"  {text}", "label"),) for word in found.words for text in wrap(word, room - 2)]
    if not found.lines:
        return lines
    unsure = any(not line.confirmed for line in found.lines)
    columns = widths(room - 2, unsure=unsure, queue=False)
    lines.append((("  ", ""), *_headings(columns, WORST_FIRST)))
    shown = found.lines[:_MOST_OF_QUEUE]
    lines += [(("  ", ""), *_call_pieces(item, columns, now)) for item in shown]
    if more := len(found.lines) - len(shown):
        lines.append(((f"  and {more} more", "label"),))
    return lines


def _headings(columns: tuple[int, ...], order: Order) -> Pieces:
    names = ("State", "Waited ", "Total ", "Caller", "Queue", "Agent", "Direction")
    arrow = "▼" if order.descending else "▲"
    titles = (
        (f"{name.rstrip()}{arrow}" if by == order.by else name, "columns")
        for name, by in zip(names, ORDERS, strict=True)
    )
    return in_columns(titles, columns, _RIGHT, "columns")


def _call_pieces(call: CallLine, columns: tuple[int, ...], now: float) -> Pieces:
    """Return what is told of a call, in columns of these widths; who waits stands out."""
    plain = str(call.tone)
    quiet = plain if call.old else "label"
    waits = "title" if call.waits and not call.old else plain
    texts = (
        (call.word, waits),
        (_time(call.wait_cell(now)), waits if call.waits else quiet),
        (_time(call.duration_cell(now)), quiet if call.waits else plain),
        (call.caller, plain),
        (call.queue, plain),
        (call.agent, quiet),
        (call.direction, quiet),
    )
    return in_columns(texts, columns, _RIGHT)


def _time(cell: Cell) -> str:
    """Return a time with its mark; the place of the ``~`` of an estimate is kept."""
    return f"{cell.mark}{cell.text}{'~' if cell.estimated else ' '}"
