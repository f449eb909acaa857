"""The calls waiting and in progress, the longest wait first."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import ClassVar

from wallboard.model.data.calls import CallsReading
from wallboard.model.data.metric import Kind
from wallboard.model.data.reading import QueueMetrics
from wallboard.model.view.calls_page import CallLine, CallsView, project_calls, veiled
from wallboard.model.view.format import plural
from wallboard.model.view.row import Cell
from wallboard.ui.keys import bindings
from wallboard.ui.screens.block_scroll import SIDE, UNSURE, BlockScrollPage, Heard, said
from wallboard.ui.screens.page import Around
from wallboard.ui.widgets.agent_panel import Block
from wallboard.ui.widgets.columns import fit
from wallboard.ui.widgets.text.line_widget import Pieces

_GAP = "  "
_STATE, _TIME, _DIRECTION = 10, 9, 10
_NAME_LEAST, _NAME_MOST, _CALLER_MOST = 8, 30, 40
_WITH_DIRECTION = 100
"""Columns from which the direction is told."""

_LEAST = "at least "


class CallsScreen(BlockScrollPage[CallsReading]):
    """One line a call."""

    BINDINGS = bindings("agents")
    FOOTER = ("back", "agents", "palette", "help")
    NAME = "the calls"
    ABOUT = (
        "The calls that wait and those in progress, the longest wait first. They are asked "
        "for only while this page is open."
    )
    KINDS = frozenset((Kind.CALLS,))
    WHAT: ClassVar[str] = "calls"

    def __init__(
        self,
        around: Around,
        hear: Callable[[], Heard[CallsReading]],
        queues: Callable[[], Sequence[QueueMetrics]],
    ) -> None:
        """``queues``: those that are known now."""
        super().__init__(around, hear)
        self._queues = queues
        self._made: tuple[object, ...] = ()
        self._view: CallsView | None = None

    def _project(self, heard: Heard[CallsReading]) -> CallsView:
        """Return the page; made anew only when something was heard or got old."""
        queues = self._queues()
        made = (heard.feeds, heard.privacy, heard.pictured, queues)
        if self._view is None or made != self._made:
            view = project_calls(heard.feeds, heard.privacy, queues)
            self._view = veiled(view) if heard.pictured else view
            self._made = made
        return self._view

    def blocks(self, heard: Heard[CallsReading]) -> Sequence[Block]:
        """Return a line for each call."""
        view = self._project(heard)
        rest = [said(words, "label") for words in (_more(view), view.beside) if words]
        if not view.lines:
            nothing = rest or [said("No calls.", "label")]
            return [said(""), *nothing] if view.known else []
        now, columns = heard.now.elapsed, widths(self.room, unsure=view.unsure)
        blocks = [Block(1, partial(_drawn, one, columns, now)) for one in view.lines]
        return [*blocks, *rest]

    def headlines(self) -> Sequence[Pieces]:
        """Return how many calls there are, and how many of them wait."""
        view = self._view
        if view is None or not view.known:
            return [(("Calls", "title"),)]
        waiting = f", {view.waiting} waiting" if view.waiting else ""
        every = f"{_LEAST * view.at_least}{plural(len(view.lines) + view.more, 'call')}"
        told = f"   {every}{waiting}"
        beside = f" · {view.beside}" if view.beside else ""
        return [(("Calls", "title"), (words, "label")) for words in (told + beside, told)]

    def aside(self) -> Sequence[str]:
        """Return what part of the list is in view."""
        seen, rolling = self.rolling.seen, self.rolling
        part = "" if rolling.whole else f"{seen.start + 1}–{seen.stop} of {rolling.count}"
        unsure = self._view is not None and self._view.unsure
        return (part, UNSURE if unsure else "", *super().aside())

    def under(self) -> Sequence[Pieces]:
        """Return the headings."""
        view = self._view
        if view is None or not view.lines:
            return []
        columns = widths(self.room, unsure=view.unsure)
        return [*self.blank, ((_headings(columns), "columns"),)]


def _more(view: CallsView) -> str:
    """Return how many calls were not sent, in words; nothing if none."""
    if not view.lines and (view.more or view.at_least):
        return "There are more calls than were sent."
    if view.more:
        return f"and {_LEAST * view.at_least}{plural(view.more, 'more call')}"
    return "and more calls" if view.at_least else ""


def widths(room: int, *, unsure: bool = False) -> tuple[int, ...]:
    """Return the columns' widths: state, waited, total, caller, queue, agent, direction.

    A width of 0 leaves a column out. ``unsure``: whether times have a mark.
    """
    direction = _DIRECTION if room >= _WITH_DIRECTION else 0
    time = _TIME + unsure
    fixed = [_STATE, time, time, *filter(None, [direction])]
    left = room - sum(fixed) - len(_GAP) * (len(fixed) + 2)
    name = max(_NAME_LEAST, min(_NAME_MOST, left * 3 // 10))
    caller = max(_NAME_LEAST, min(_CALLER_MOST, left - 2 * name))
    return _STATE, time, time, caller, name, name, direction


def _headings(columns: tuple[int, ...]) -> str:
    names = ("State", "Waited ", "Total ", "Caller", "Queue", "Agent", "Direction")
    return _GAP.join(
        fit(name, wide, right=place in (1, 2))
        for place, (name, wide) in enumerate(zip(names, columns, strict=True))
        if wide
    )


def _drawn(call: CallLine, columns: tuple[int, ...], now: float) -> Sequence[Pieces]:
    """Return a call as a line; who waits stands out."""
    plain = str(call.tone)
    quiet = plain if call.old else "label"
    waits = "title" if call.waits and not call.old else plain
    texts = (
        (call.word, waits),
        (_time(call.waited(now)), waits if call.waits else quiet),
        (_time(call.lasted(now)), quiet if call.waits else plain),
        (call.caller, plain),
        (call.queue, plain),
        (call.agent, quiet),
        (call.direction, quiet),
    )
    pieces: list[tuple[str, str]] = []
    for place, ((text, style), wide) in enumerate(zip(texts, columns, strict=True)):
        if wide:
            pieces += [(_GAP, ""), (fit(text, wide, right=place in (1, 2)), style)]
    return [(SIDE, *pieces[1:])]


def _time(cell: Cell) -> str:
    """Return a time with its mark; the place of the ``~`` of an estimate is kept."""
    return f"{cell.mark}{cell.text}{'~' if cell.estimated else ' '}"
