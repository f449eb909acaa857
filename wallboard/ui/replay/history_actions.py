"""What the board learns from the history: what is usual, the day by hours."""

from collections.abc import Collection
from typing import TYPE_CHECKING

from textual import work

from wallboard.feed.listeners import History
from wallboard.model.data.metric import Kind
from wallboard.model.data.reading import QueueKey
from wallboard.model.judge.hours import PastHeard, PastSpan, hours_of
from wallboard.model.judge.usual import quarter_of
from wallboard.ui.page_actions import PageActions

if TYPE_CHECKING:
    from wallboard.model.view.day import HoursView

LEARN_EVERY = 10.0
"""Seconds between two looks at whether another quarter of an hour has begun."""

READ_EVERY = 60.0
"""Seconds between two looks into the history for what was polled meanwhile."""


class HistoryActions(PageActions):
    """The page of the day by hours, and what is usual."""

    _hours: "tuple[tuple[object, ...], HoursView] | None" = None

    @work(name="usual")
    async def learn_usual(self, history: History) -> None:
        """Learn once in each quarter of an hour what is usual in it, beside the polls."""
        while True:
            now, known = self.moment(), self.state.usual
            feeds = [feed for feed in self.state.feeds if feed.kind is Kind.LIVE]
            if feeds and (known is None or known.begin != quarter_of(now.wall)):
                found = await history.usual(now.wall, self.state.options.timezone, feeds)
                if found is not None:
                    self.step(found)
            await self._clock.sleep_until(now.elapsed + LEARN_EVERY)

    # The day by hours.

    def action_hours(self) -> None:
        """Show the day by hours, of the queues on the board, beside the same day last week."""
        from wallboard.ui.screens.hours import HoursScreen

        if self.replayed is not None:
            self._reply("The day by hours is of now: go back to live first")
        elif not self._back_to(HoursScreen):
            self._over(HoursScreen(self._around(), self._hours_view))
            self._learn_hours()

    def _hours_view(self) -> "HoursView":
        """Return the page; made anew only when something was heard, chosen, or a minute is over."""
        from wallboard.model.view.day import project_hours

        now, keys = self.moment(), self._hours_keys()
        made = (self.state.hours, self.state.feeds.keys(), keys, int(now.wall.timestamp() // 60))
        if self._hours is None or made != self._hours[0]:
            self._hours = made, project_hours(self.state, keys, now)
        return self._hours[1]

    def _hours_keys(self) -> Collection[QueueKey] | None:
        """Return the queues that the day is told of: those on the board, if not all are."""
        view = self.view
        if view is None or not self.selection.filtered:
            return None
        return frozenset(line.key for line in view.lines)

    @work(name="hours", exclusive=True, group="hours")
    async def _learn_hours(self) -> None:
        """Have the API asked and the history read as long as such a page is open."""
        from wallboard.model.view.day import days_compared
        from wallboard.ui.screens.hours import HoursScreen

        history = self._services.history
        try:
            while any(isinstance(item, HoursScreen) for item in self.screen_stack):
                now = self.moment()
                days = days_compared(self.state, now.wall)
                kept: tuple[PastSpan, ...] = ()
                if history is not None:
                    kept = await history.hours(days, now.wall) or ()
                self.step(PastHeard(kept, fresh=False))
                self._feeds.want_past([span for day in days for span in hours_of(day)], kept)
                await self._clock.sleep_until(now.elapsed + READ_EVERY)
        finally:
            self._feeds.want_past(())
