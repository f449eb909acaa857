"""What the pages are made of: who may be shown, and what is told of one queue.

The latter is told on its page, in the pane and below the table.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

from textual import work

from wallboard.model.data.privacy import Privacy
from wallboard.model.data.reading import Moment, QueueKey
from wallboard.model.judge.usual import quarter_of
from wallboard.ui.core import Core
from wallboard.ui.screens.page import Page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wallboard.model.feeds.feed_status import Told
    from wallboard.model.view.calls.queue_calls import QueueCalls
    from wallboard.model.view.day import QueueDay
    from wallboard.model.view.queue_page import QueueAgents, QueueView
    from wallboard.model.view.row import Row
    from wallboard.ui.screens.list_page import Heard
    from wallboard.ui.widgets.panes.queue_pane import QueuePane
    from wallboard.ui.widgets.text.line_widget import Pieces


class PrivacyView(Core):
    """Knows what the pages may tell of people."""

    pictured = False
    """Whether a picture is being taken."""

    def privacy(self) -> Privacy:
        """Return how people are shown on this screen now."""
        return self._setup.privacy.resolve(self._setup.kiosk or self.wall is not None)

    def hear(self, brings: "type[Told]") -> "Heard[Told]":
        """Return what a page of agents or calls is made of. ``brings``: its readings' type."""
        from wallboard.model.feeds.feed_status import feed_reports
        from wallboard.ui.screens.list_page import Heard

        state, now = self.seen, self.moment_seen()
        return Heard(
            feed_reports(state, brings, now),
            bool(state.feeds),
            self.privacy(),
            self.pictured,
            state.paused is not None,
            now,
            state.options.timezone,
        )

    @contextmanager
    def without_people(self) -> Iterator[None]:
        """Draw the pages without anything personal, for as long as this lasts."""
        self.pictured = True
        self._redraw()
        try:
            yield
        finally:
            self.pictured = False
            self._redraw()

    def _redraw(self) -> None:
        for screen in self.screen_stack:
            if isinstance(screen, Page):
                screen.refresh_page()


class QueueViews(PrivacyView):
    """Knows what a queue's page shows. The board is painted before its modules are imported."""

    _reads_day = False
    _day_read: "tuple[QueueKey, datetime] | None" = None

    def tell_pane(self, pane: "QueuePane", line: "Row | None") -> None:
        """Have a pane of the board say what the page of a queue says."""
        now, log = self.moment_seen().elapsed, self.seen.episodes
        told = self._queue_view, self._agents_of, self._calls_of
        pane.show_queue(line, *told, now, log)

    def below_table(self, width: int, rows: int) -> "Sequence[Pieces]":
        """Return what is worth seeing in so many rows that the table leaves."""
        view = self.view
        if view is None or not (view.health.queues or view.empty):
            return ()
        if not view.health.queues and view.health.waiting:
            return ()  # nothing has failed, and nothing is late
        from wallboard.model.view.overview import card, overview
        from wallboard.ui.widgets.panes.below_table import MOST_ALERTS, below_lines, card_lines
        from wallboard.ui.widgets.text.last_hour import slots_of_totals

        if not view.health.queues:
            told = card(self.seen, view)
            return card_lines(told, width, rows) if told else ()
        most, slots = min(rows, MOST_ALERTS), slots_of_totals(width)
        found = overview(self.seen, view, self.moment_seen(), most, slots)
        return below_lines(found, width, rows)

    def _queue_view(self, key: QueueKey, slots: int) -> "QueueView | None":
        from wallboard.model.view.queue_page import project_queue

        return project_queue(self.seen, key, self.moment_seen(), slots)

    def _day_of(self, key: QueueKey) -> "QueueDay | None":
        """Return a queue's day over what is usual; read anew in each quarter of an hour."""
        from wallboard.model.view.day import project_queue_day

        if self.replayed is not None:
            return None  # what is usual is known of now alone
        now = self.moment()
        wanted = (key, quarter_of(now.wall))
        # One is read at a time: whoever walks from page to page keeps no poll from being written.
        if self._services.history is not None and not self._reads_day and wanted != self._day_read:
            self._reads_day, self._day_read = True, wanted
            self._read_day(key, now)
        return project_queue_day(self.state, key, now)

    @work(name="day of a queue")
    async def _read_day(self, key: QueueKey, now: Moment) -> None:
        history = self._services.history
        if history is not None:
            day, zone = self.state.day(now.wall), self.state.options.timezone
            found = await history.usual_day(key, day, now.wall, zone)
            if found is not None:
                self.step(found)
        self._reads_day = False
        if isinstance(self.screen, Page):
            self.screen.refresh_page()

    def _agents_of(self, key: QueueKey) -> "QueueAgents | None":
        from wallboard.model.view.queue_page import project_queue_agents

        options, privacy, now = self._setup.agents, self.privacy(), self.moment_seen()
        return project_queue_agents(self.seen, key, options, privacy, now, pictured=self.pictured)

    def _calls_of(self, key: QueueKey) -> "QueueCalls | None":
        from wallboard.model.view.calls.queue_calls import project_queue_calls

        privacy, now = self.privacy(), self.moment_seen()
        return project_queue_calls(self.seen, key, privacy, now, pictured=self.pictured)
