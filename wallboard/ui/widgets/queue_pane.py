"""The queue under the cursor, or the worst, beside the table or below it: what its page says."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from wallboard.model.data.reading import QueueKey
from wallboard.model.view.row import Row
from wallboard.ui.widgets.agent_panel import AgentPanel
from wallboard.ui.widgets.text.line_widget import Pieces

if TYPE_CHECKING:
    from wallboard.model.view.queue_page import QueueAgents, QueueView

Project = Callable[[QueueKey, int], "QueueView | None"]
Agents = Callable[[QueueKey], "QueueAgents | None"]

_STRIP = 2
"""Lines of the reasons in the strip."""


class QueuePane(AgentPanel):
    """``whole``: beside the table, with trends and agents; else a strip of its reasons."""

    def __init__(self, *, whole: bool, id: str) -> None:
        super().__init__(id=id)
        self._whole = whole
        self._slots = 1

    def show_queue(self, line: Row | None, project: Project, agents: Agents, now: float) -> None:
        """Say of a queue what its page says, as far as there is room; ``now``: elapsed seconds."""
        if self.display and self.size.width:
            self.paint(self._lines(line, project, agents, now)[: self.size.height])

    def _lines(
        self, line: Row | None, project: Project, agents: Agents, now: float
    ) -> Sequence[Pieces]:
        # The board is painted before its pages are imported.
        from wallboard.ui.screens import queue as page

        view = project(line.key, self._slots) if line else None
        if line is None or view is None:
            return []
        room = max(1, self.size.width - 2)
        reasons = page.reasons(view, room)
        if not self._whole:
            head: Pieces = ((f" {view.title} · why", "heading"), (f"   {view.place}", "label"))
            return [head, *(((" ", ""), *one) for one in reasons[:_STRIP])]
        if (slots := page.slots(room, view)) != self._slots:
            # It has become wider or narrower; else the hour is divided as it was.
            self._slots = slots
            view = project(line.key, slots) or view
        blocks = [page.title(view), ((view.place, "label"),), (), *reasons, (), *page.hour(view)]
        # Agents are polled while a page shows them: nothing is promised that nobody asks for.
        if (found := agents(line.key)) is not None and found.seats.tiles:
            blocks += [(), *page.agents(found, room, now)]
        return [((" ", ""), *one) for one in blocks]
