"""The keys through time: one poll, five minutes, back to live; and a replay that goes on by itself.

The live state is stepped on behind it, polls and alerts with it: what is replayed is only drawn.
"""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta

from textual import work

from wallboard.model.data.name_pattern import is_group
from wallboard.model.judge.alert_log import AlertRow
from wallboard.model.replay import NotKept, Replayed, Seek
from wallboard.ui.core import Core
from wallboard.ui.export_actions import plain_picture
from wallboard.ui.screens.page import Page
from wallboard.ui.setup import IncidentWriter
from wallboard.ui.widgets.footer import KeyFooter

FAR = timedelta(minutes=5)
"""What a long step goes back or forward."""

_SECOND = timedelta(seconds=1)

_PICTURE = (140, 44)
"""Columns and lines of a picture of the board as it was."""


class ReplayActions(Core):
    """Each key asks for the board of another moment, one after the other."""

    def begin_replay(self) -> None:
        """Show where a replay without a board behind it begins."""
        self._one_at_a_time = asyncio.Lock()
        if (replay := self._services.replay) is not None:
            self.playing, self.replayed = replay.speed, replay.first
            self.call_after_refresh(self._show_first, replay.first)

    @work(name="replay")
    async def _show_first(self, first: Replayed) -> None:
        async with self._one_at_a_time:
            # Somebody may have gone on before the first picture was whole.
            if self.replayed is first:
                self._show_replayed(first)
                await self._show_day(first)

    async def show_moment(self, at: datetime) -> None:
        """Show a moment, and stand there. Raises ``NotKept``."""
        past = self._services.past
        found = await past.at(self.state, at, Seek.AT) if past else None
        if found is not None:
            self._show_replayed(found)
            await self._show_day(found)

    def action_incident(self) -> None:
        """Have the incident of the alert under the cursor written into a folder."""
        from wallboard.ui.screens.alerts import AlertsScreen

        write = self._services.incident
        row = self.screen.chosen if isinstance(self.screen, AlertsScreen) else None
        if write is None:
            self.notify("There is no history here to write an incident from", markup=False)
        elif row is None or row.began is None:
            self.notify("There is no alert here to write an incident of", markup=False)
        else:
            self.notify(f"Writing the incident of {row.queue}…", markup=False)
            self._write_incident(write, row.began, row)

    @work(name="incident")
    async def _write_incident(self, write: IncidentWriter, at: datetime, row: AlertRow) -> None:
        words, done = await write(at, row.name, is_group(row.key))
        self.notify(words, severity="information" if done else "warning", markup=False, timeout=20)

    def action_earlier(self) -> None:
        """Go one poll back."""
        self._go(Seek.BEFORE)

    def action_later(self) -> None:
        """Go one poll forward."""
        self._go(Seek.AFTER)

    def action_much_earlier(self) -> None:
        """Go five minutes back."""
        self._go(Seek.AT, -FAR)

    def action_much_later(self) -> None:
        """Go five minutes forward."""
        self._go(Seek.AT, FAR)

    def action_live(self) -> None:
        """Go back to what is now."""
        if self._services.replay is not None:
            self.notify("There is no live board behind this replay", markup=False)
        elif self.replayed is not None:
            self._go_live()
        else:
            self.notify("This is live", markup=False)

    def play_or_stand(self) -> None:
        """Let a replay go on by itself, or stand."""
        replay = self._services.replay
        self.playing = 0.0 if self.playing else (replay.speed if replay else 1.0) or 1.0
        self.show()

    def play_on(self) -> None:
        """Go on by what a second is worth."""
        if self.replayed is not None and self.playing and not self._one_at_a_time.locked():
            self._seek(Seek.AT, self.playing * _SECOND)

    def replay_words_are_old(self) -> bool:
        """Whether what the status line says of the replay is not what it should."""
        return self.view is not None and self.view.health.replay != self.replay_words()

    def _go(self, to: Seek, by: timedelta = timedelta()) -> None:
        if self._services.past is None:
            self.notify("No history is kept: there is nothing to go back to", markup=False)
        elif self.replayed is None and (to is Seek.AFTER or by > timedelta()):
            self.notify("This is live: nothing is known of later", markup=False)
        elif self.wall is None:
            self._seek(to, by)

    @work(name="replay")
    async def _seek(self, to: Seek, by: timedelta) -> None:
        async with self._one_at_a_time:
            past, replay = self._services.past, self._services.replay
            if past is None:
                return
            now = self._clock.now()
            wanted = (now if self.replayed is None else self.replayed.at.wall) + by
            is_over = wanted >= (now if replay is None else replay.end)
            if is_over and by > timedelta():
                self._reach_end()
                return
            try:
                found = await past.at(self.state, wanted, to)
                if found is not None:
                    self._show_replayed(found)
                    await self._show_day(found)
                elif to is Seek.AFTER:
                    self._reach_end()
                else:
                    self.notify("Nothing is kept from before that", markup=False)
            except NotKept as error:
                self.notify(f"No replay: {error.words}", severity="warning", markup=False)

    def _reach_end(self) -> None:
        """After the newest poll comes what is now, if there is a board behind."""
        self.playing = 0.0
        if self._services.replay is None:
            self._go_live()
        else:
            self.notify("The recording ends here", markup=False)
            self.show()

    def _go_live(self) -> None:
        self.replayed, self.playing = None, 0.0
        self.board.remove_class("-replay")
        self._draw_now()

    def _show_replayed(self, found: Replayed) -> None:
        self.replayed = found
        self.board.add_class("-replay")
        self._draw_now()

    def _draw_now(self) -> None:
        """Show the other moment: rows, clock and the page on top."""
        self.show()
        now = self.moment_seen()
        # However far the moments lie apart, whoever was at the keyboard still is.
        self.board.touch()
        if self.board.is_mounted:
            alone = self._services.replay is not None
            self.board.query_one(KeyFooter).show_replay(on=self.replayed is not None, alone=alone)
            self.board.tick(now.elapsed, now.wall.astimezone(self.state.options.timezone))
        if isinstance(self.screen, Page) and self.screen.is_mounted:
            self.screen.refresh_page()

    async def _show_day(self, found: Replayed) -> None:
        past, at = self._services.past, found.at.wall
        if past is not None:
            day = self.state.day(at)
            line = await past.day(day)
            self.board.day_line.show_line(line, at.astimezone(self.state.options.timezone))


async def pictures(app: ReplayActions, moments: Mapping[str, datetime]) -> dict[str, str]:
    """Return the board of some moments as SVG, each under its name, drawn without a terminal."""
    found = {}
    async with app.run_test(size=_PICTURE) as pilot:
        await pilot.pause()
        for name, at in moments.items():
            await app.show_moment(at)
            await pilot.pause()
            found[name] = plain_picture(app.export_screenshot(title=app.state.options.title))
    return found
