"""The queue under the cursor, or the worst, beside the table or below it: what its page says."""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from textual import events
from textual.geometry import clamp
from textual.message import Message

from wallboard.model.data.metric import Group
from wallboard.model.data.reading import QueueKey
from wallboard.model.judge.episodes import Episode
from wallboard.model.judge.rules import Level
from wallboard.model.view.row import Row
from wallboard.records import dataclass
from wallboard.ui.widgets.block_panel import AgentPanel
from wallboard.ui.widgets.text.line_widget import CURSOR, Pieces, spread, width_of

if TYPE_CHECKING:
    from wallboard.model.view.calls.queue_calls import QueueCalls
    from wallboard.model.view.queue_page import QueueAgents, QueueView

Project = Callable[[QueueKey, int], "QueueView | None"]
Agents = Callable[[QueueKey], "QueueAgents | None"]
Calls = Callable[[QueueKey], "QueueCalls | None"]

_STRIP = 2
"""Lines of the reasons in the strip."""

_LEAST_PAST = 3
"""Rows of the shortest list of times in trouble, with its heading and the blank before it."""

_TITLE = 2
"""Lines that stay while the others are scrolled: the queue's name, and where it is."""

_WHEEL = 3

_MINUTE, _QUARTER, _SOON, _NOW = 60.0, 15.0, 5.0, 1.0
"""Seconds after which a pane is drawn anew though nothing is new: of a calm queue, of one in
trouble, whose sentence says for how many minutes, of one where it is seconds, and while somebody
is in it."""


@dataclass(frozen=True, slots=True)
class _Subject:
    """What a pane shows: a queue as it is, in so many columns and rows, at a beat of the clock."""

    line: Row
    columns: int
    rows: int
    log: tuple[Episode, ...]
    beat: int
    entered: bool

    def same(self, other: "_Subject | None") -> bool:
        """Whether nothing of it would be drawn otherwise."""
        return (
            other is not None
            and (self.columns, self.rows, self.beat) == (other.columns, other.rows, other.beat)
            and self.entered is other.entered
            and self.log is other.log
            and self.line.looks_like(other.line)
        )


class QueuePane(AgentPanel):
    """``whole``: beside the table, with trends and agents; else a strip of its reasons.

    ``entered``: whether the reader is in it: then it tells all, and the keys scroll it.
    """

    class Resized(Message):
        """The pane has another size, or one at all: what is in it is of the last one."""

    def on_resize(self) -> None:
        """Ask for what is to be said in the room that there is now."""
        self.post_message(self.Resized())

    class Clicked(Message):
        """The reader clicked into the pane beside the table."""

    entered = False

    def __init__(self, leave: str = "", *, whole: bool, id: str) -> None:
        """``leave``: the key that leads out of it."""
        super().__init__(id=id)
        self._leave = leave
        self._whole = whole
        self._slots = 1
        self._subject: _Subject | None = None
        self._agents_shown = False
        self._every: Sequence[Pieces] = ()
        self._top = 0

    def show_queue(
        self,
        line: Row | None,
        project: Project,
        agents: Agents,
        calls: Calls,
        now: float,
        log: tuple[Episode, ...] = (),
    ) -> None:
        """Say of a queue what its page says, as far as there is room, if it is not said already.

        ``now``: elapsed seconds; ``log``: the levels so far: of another one, more may be said.
        """
        width, height = self.size
        if not (self.display and width):
            return
        if line is None:
            self._subject, self._every = None, ()
            self._draw()
            return
        beat = int(now // self._ages(line, now))
        before, subject = self._subject, _Subject(line, width, height, log, beat, self.entered)
        if not subject.same(before):
            left = before is not None and before.entered and not self.entered
            if before is None or before.line.key != line.key or left:
                self._top = 0
            self._subject = subject
            self._every = self._lines(line, project, agents, calls, now)
            self._draw()

    # What is in view.

    @property
    def page(self) -> int:
        """How many lines are in view under the title."""
        return max(1, self.size.height - _TITLE)

    def roll(self, lines: int) -> None:
        """Scroll by so many lines, as far as there are any."""
        self._top += lines
        self._draw()

    def _draw(self) -> None:
        """Paint what is in view under the title, with a rule on the left while it is entered."""
        title, body = self._every[:_TITLE], self._every[_TITLE:]
        self._top = clamp(self._top, 0, max(0, len(body) - self.page))
        shown = body[self._top : self._top + self.page]
        lines = [*title, *shown][: self.size.height]
        if not (self.entered and lines):
            self.paint([((" ", ""), *line) for line in lines] if self._whole else lines)
            return
        out = len(body) > len(shown)
        part = f"{self._top + 1}–{self._top + len(shown)} of {len(body)} · " if out else ""
        lines[0] = spread(lines[0], ((f"{part}{self._leave} back ", "key"),), self.size.width - 1)
        sides = (CURSOR, *("│" for _ in range(self.size.height - 1)))
        blank = [()] * (self.size.height - len(lines))
        self.paint(
            [((side, "key"), *line) for side, line in zip(sides, [*lines, *blank], strict=True)]
        )

    def on_click(self) -> None:
        """Have the keys go to the pane that was clicked."""
        if self._whole:
            self.post_message(self.Clicked())

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll down."""
        event.stop()
        self.roll(_WHEEL)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll up."""
        event.stop()
        self.roll(-_WHEEL)

    # What is said.

    def _ages(self, line: Row, now: float) -> float:
        """Return the seconds for which what is said stays true while nothing new is heard."""
        since = line.levels.since
        if self.entered:
            return _NOW
        if self._agents_shown or (since is not None and now - since < _MINUTE):
            return _SOON
        return _QUARTER if line.levels.level >= Level.WARNING else _MINUTE

    def _lines(
        self, line: Row, project: Project, agents: Agents, calls: Calls, now: float
    ) -> Sequence[Pieces]:
        # The board is painted before its pages are imported.
        from wallboard.ui.screens import queue as page
        from wallboard.ui.screens.calls import queue_calls
        from wallboard.ui.widgets.text import last_hour

        view = project(line.key, self._slots if self._whole else 0)
        if view is None:
            return []
        height, room = self.size.height, max(1, self.size.width - 2)
        if not self._whole:
            return self._strip(view, page.reason_lines(view, room, room))
        blocks = [page.title_pieces(view), ((view.place, "label"),), ()]
        blocks += [*page.reason_lines(view, room), ()]
        rows = last_hour.chart_rows(view, height - len(blocks) - 1)
        if (count := last_hour.slot_count(room, view, charts=rows > 1)) != self._slots:
            # It has become wider or narrower; else the hour is divided as it was.
            self._slots = count
            view = project(line.key, count) or view
        blocks += last_hour.hour_in_charts(view, rows) if rows > 1 else last_hour.hour_lines(view)
        blocks += [((f"  {view.before}", "label"),)] if view.before else []
        # They are polled while a page shows them, or somebody is in the pane: nothing is promised
        # that nobody asks for.
        found, called = agents(line.key), calls(line.key)
        self._agents_shown = found is not None and bool(found.seats.tiles)
        if found is not None and (self.entered or self._agents_shown):
            blocks += [(), *page.seat_lines(found, room, now)]
        if called is not None and (self.entered or any(not item.old for item in called.lines)):
            blocks += [(), *queue_calls(called, room, now)]
        if self.entered or len(blocks) + _LEAST_PAST <= height:
            blocks += [(), *page.past_lines(view)]
        # What grows by the clock stands in the table, and in no pane that is not drawn each second.
        still = tuple(group for group in view.groups if group[0] is not Group.WAITING)
        most = math.inf if self.entered else height - len(blocks) - 1
        for count in range(len(still), 0, -1):
            if numbers := page.metric_lines(replace(view, groups=still[:count]), room, most):
                return [*blocks, (), *numbers]
        return blocks

    def _strip(self, view: "QueueView", reasons: Sequence[Pieces]) -> list[Pieces]:
        """Return head and reasons in three lines; what was before is at the end of the last."""
        said = f"   {view.seen}" if view.seen else ""
        head: Pieces = ((f" {view.title} · why", "heading"), (f"   {view.place}{said}", "label"))
        lines = [((" ", ""), *reason) for reason in (*reasons, ())[:_STRIP]]
        if len(reasons) > _STRIP:
            lines[-1] += ((" …", "label"),)
        before: Pieces = ((f"{view.before} ", "label"),) if view.before else ()
        if before and width_of(lines[-1]) + width_of(before) < self.size.width:
            lines[-1] = spread(lines[-1], before, self.size.width)
        return [head, *lines]
