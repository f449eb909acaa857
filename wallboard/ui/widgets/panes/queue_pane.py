"""The queue under the cursor, or the worst, beside the table or below it: what its page says."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from wallboard.model.data.metric import Group
from wallboard.model.data.reading import QueueKey
from wallboard.model.judge.episodes import Episode
from wallboard.model.judge.rules import Level
from wallboard.model.view.row import Row
from wallboard.ui.widgets.agent_panel import AgentPanel
from wallboard.ui.widgets.text.flow_layout import wide
from wallboard.ui.widgets.text.line_widget import Pieces, spread

if TYPE_CHECKING:
    from wallboard.model.view.queue_page import QueueAgents, QueueView

Project = Callable[[QueueKey, int], "QueueView | None"]
Agents = Callable[[QueueKey], "QueueAgents | None"]

_STRIP = 2
"""Lines of the reasons in the strip."""

_LEAST_PAST = 3
"""Rows of the shortest list of times in trouble, with its heading and the blank before it."""

_MINUTE, _QUARTER, _SOON = 60.0, 15.0, 5.0
"""Seconds after which a pane is drawn anew though nothing is new: of a calm queue, of one in
trouble, whose sentence says for how many minutes, and of one where it is seconds."""


@dataclass(frozen=True, slots=True)
class _Subject:
    """What a pane shows: a queue as it is, in so many columns and rows, at a beat of the clock."""

    line: Row
    columns: int
    rows: int
    log: tuple[Episode, ...]
    beat: int

    def same(self, other: "_Subject | None") -> bool:
        """Whether nothing of it would be drawn otherwise."""
        return (
            other is not None
            and (self.columns, self.rows, self.beat) == (other.columns, other.rows, other.beat)
            and self.log is other.log
            and self.line.looks_like(other.line)
        )


class QueuePane(AgentPanel):
    """``whole``: beside the table, with trends and agents; else a strip of its reasons."""

    def __init__(self, *, whole: bool, id: str) -> None:
        super().__init__(id=id)
        self._whole = whole
        self._slots = 1
        self._subject: _Subject | None = None
        self._agents_shown = False

    def show_queue(
        self,
        line: Row | None,
        project: Project,
        agents: Agents,
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
            self._subject = None
            self.paint([])
            return
        subject = _Subject(line, width, height, log, int(now // self._ages(line, now)))
        if not subject.same(self._subject):
            self._subject = subject
            self.paint(self._lines(line, project, agents, now)[:height])

    def _ages(self, line: Row, now: float) -> float:
        """Return the seconds for which what is said stays true while nothing new is heard."""
        since = line.levels.since
        if self._agents_shown or (since is not None and now - since < _MINUTE):
            return _SOON
        return _QUARTER if line.levels.level >= Level.WARNING else _MINUTE

    def _lines(self, line: Row, project: Project, agents: Agents, now: float) -> Sequence[Pieces]:
        # The board is painted before its pages are imported.
        from wallboard.ui.screens import queue as page
        from wallboard.ui.widgets.text import last_hour

        view = project(line.key, self._slots)
        if view is None:
            return []
        height, room = self.size.height, max(1, self.size.width - 2)
        if not self._whole:
            return self._strip(view, page.reasons(view, room, room))
        blocks = [page.title(view), ((view.place, "label"),), (), *page.reasons(view, room), ()]
        rows = last_hour.chart_rows(view, height - len(blocks) - 1)
        if (count := last_hour.slots(room, view, charts=rows > 1)) != self._slots:
            # It has become wider or narrower; else the hour is divided as it was.
            self._slots = count
            view = project(line.key, count) or view
        blocks += last_hour.hour_in_charts(view, rows) if rows > 1 else last_hour.hour(view)
        blocks += [((f"  {view.before}", "label"),)] if view.before else []
        # Agents are polled while a page shows them: nothing is promised that nobody asks for.
        found = agents(line.key)
        self._agents_shown = found is not None and bool(found.seats.tiles)
        if found is not None and self._agents_shown:
            blocks += [(), *page.agents(found, room, now)]
        if len(blocks) + _LEAST_PAST <= height:
            blocks += [(), *page.past(view)]
        # What grows by the clock stands in the table, and in no pane that is not drawn each second.
        still = tuple(one for one in view.groups if one[0] is not Group.WAITING)
        numbers = page.values(replace(view, groups=still), room)
        if len(blocks) + len(numbers) < height:
            blocks += [(), *numbers]
        return [((" ", ""), *one) for one in blocks]

    def _strip(self, view: "QueueView", reasons: Sequence[Pieces]) -> list[Pieces]:
        """Return head and reasons in three lines; what was before is at the end of the last."""
        head: Pieces = ((f" {view.title} · why", "heading"), (f"   {view.place}", "label"))
        lines = [((" ", ""), *one) for one in (*reasons, ())[:_STRIP]]
        if len(reasons) > _STRIP:
            lines[-1] += ((" …", "label"),)
        before: Pieces = ((f"{view.before} ", "label"),) if view.before else ()
        if before and wide(lines[-1]) + wide(before) < self.size.width:
            lines[-1] = spread(lines[-1], before, self.size.width)
        return [head, *lines]
