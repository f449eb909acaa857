"""WallboardApp: starts what goes on by itself, and hands messages and keys to its parts."""

import asyncio
import math
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.binding import Binding, BindingType
from textual.types import CSSPathType

from wallboard.model.data.reading import Moment
from wallboard.model.events import FeedEvent, Pause, Resume
from wallboard.model.judge.trends import reach
from wallboard.model.select.groups import BY, toggle_fold
from wallboard.ui import signals as ending
from wallboard.ui.alert_effects import AlertEffects, SilenceActions
from wallboard.ui.export_actions import ExportActions
from wallboard.ui.keys import command, key_of, textual_keymap
from wallboard.ui.messages import ActionWanted, FeedNews, FoldWanted, SelectionChosen
from wallboard.ui.picker_actions import PickerActions
from wallboard.ui.reload.threshold_actions import ThresholdActions
from wallboard.ui.replay.actions import ReplayActions
from wallboard.ui.replay.history_actions import HistoryActions
from wallboard.ui.screens.board import BoardScreen
from wallboard.ui.screens.dialog import Dialog
from wallboard.ui.screens.page import Page

if TYPE_CHECKING:
    from wallboard.model.view.wall.fit import Sizes
    from wallboard.ui.widgets.wall import Scene


ASKED_TWICE = 5.0
"""Seconds within which ``quit`` must be pressed again to leave."""

WORTH_A_QUESTION = 600.0
"""Seconds of trends, where nothing keeps them, that are not thrown away by one key."""


class WallboardApp(
    PickerActions,
    SilenceActions,
    HistoryActions,
    ExportActions,
    ReplayActions,
    ThresholdActions,
    AlertEffects,
    inherit_bindings=False,
):
    """The board. Nothing is left of a crash but its name."""

    CSS_PATH: ClassVar[CSSPathType | None] = "app.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+c", "interrupt", show=False, priority=True, system=True),
        Binding("ctrl+z", "suspend", show=False, priority=True, system=True),
    ]

    _wall_since = 0.0
    _quit_asked = -math.inf

    # Life.

    def get_default_screen(self) -> BoardScreen:
        """Return the board as the first screen."""
        screen = BoardScreen(
            self._setup.keys, len(self._setup.options.tiles), console=self._setup.console
        )
        screen.tell, screen.fill = self.tell_pane, self.below_table
        return screen.data_bind(WallboardApp.view, WallboardApp.selection)

    def on_mount(self) -> None:
        """Put keys in place, say what there is to say, and start to poll."""
        _, warning = self._setup.themes.find(self._setup.theme)
        self.set_keymap(textual_keymap(self._setup.keys))
        for words in (
            *self._setup.warnings,
            *self._setup.themes.warnings,
            *filter(None, [warning]),
        ):
            self.notify(words, severity="warning", markup=False)
        self.selection = self.state.selection
        self.begin_replay()
        self.take_silences()
        self.show()
        if self._setup.kiosk:
            self.action_kiosk()
        # The board is painted before HTTP is imported, which takes a while.
        self.call_after_refresh(self._poll)
        self.call_after_refresh(self.load_pages)
        self.run_worker(self._services.run(lambda: self.state), name="listeners")
        self.begin_reload()
        self._count_seconds()

    @work(name="feeds")
    async def _poll(self) -> None:
        def post(event: FeedEvent) -> None:
            self.post_message(FeedNews(event))

        if self._services.history is not None:
            before = await self._services.history.recall()
            if before is not None:
                self.step(before)
            self.learn_usual(self._services.history)
        await self._feeds.run(post)

    @work(name="seconds")
    async def _count_seconds(self) -> None:
        """Judge the age of the data each second, whatever the feeds do: a dead worker shows."""
        while True:
            self._second()
            await self._clock.sleep_until(math.floor(self._clock.elapsed()) + 1)

    def _second(self) -> None:
        if self.terminal_gone():
            self.leave(ending.HUNG_UP)
            return
        if not self.is_running:
            return  # it ends: its screens go one by one
        self.note_picture()
        self.play_on()
        now = self.moment_seen()
        if self._has_aged(now) or self._tell_of_services() or self.replay_words_are_old():
            self.show()
        if (wall := self.wall) is not None:
            wall.refresh_wall()
        elif self.board.is_mounted:
            self.mark_unseen()
            self.board.tick(now.elapsed, now.wall.astimezone(self._setup.options.timezone))
        if isinstance(self.screen, Page) and self.screen.is_mounted:
            self.screen.refresh_page()
        self.call_after_refresh(self.note_drawn)

    def _tell_of_services(self) -> bool:
        """Say what the services have to say once; whether other trouble is shown of them."""
        if self.view is None:
            return False
        for words in self._services.notes():
            self.notify(words, severity="warning", markup=False, timeout=20)
        return self.view.health.services != self._services.trouble

    def _has_aged(self, now: Moment) -> bool:
        """Whether a feed's state, or what pausing has dimmed, is other than on the screen."""
        if self.view is None:
            return True
        return self.view.changes_at is not None and now.elapsed >= self.view.changes_at

    # Messages.

    async def on_feed_news(self, message: FeedNews) -> None:
        """Take what a feed has to say."""
        self.step(message.event)
        # Of several that wait the event loop has its turn after each: ten thousand take a while.
        await asyncio.sleep(0)

    def on_selection_chosen(self, message: SelectionChosen) -> None:
        """Show what the reader wants to see."""
        self.choose(message.selection)

    async def on_action_wanted(self, message: ActionWanted) -> None:
        """Do what a clicked word of the footer says."""
        await self.screen.run_action(command(message.action))

    def on_resize(self) -> None:
        """A terminal that was resized shows who knows what, of the same size again or not."""
        self.repaint()

    # Actions.

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Let no key do anything on a wall that is locked."""
        del action, parameters
        return not (self._setup.wall.locked and self.screen is self.wall)

    def action_pause(self) -> None:
        """Freeze the rows, or let them go on; polling and levels go on behind them."""
        if self.replayed is not None:
            self.play_or_stand()
            return
        self.step(Resume() if self.state.paused else Pause(self.moment()))

    def action_poll(self) -> None:
        """Ask the API now, and write the whole screen anew."""
        self._feeds.poll_now()
        self.repaint()

    def action_group(self) -> None:
        """Group the table by site, PBX, groups of queues, or not; the agents by queue, or not."""
        if isinstance(self.screen, Page) and self.screen.regroup():
            return
        possible = {
            "pbx": len({feed.pbx for feed in self.seen.feeds}) > 1,
            "group": bool(self.seen.book.groups),
        }
        at = BY.index(self.selection.by)
        by = next(by for by in (*BY[at + 1 :], "") if possible.get(by, True))
        self.choose(replace(self.selection, by=by, folded=frozenset()))

    def action_fold(self) -> None:
        """Fold the group that the cursor is in, or unfold it."""
        group = self.board.table.group
        if group is not None:
            self._fold(group)
        else:
            key = key_of(self._setup.keys, "group")
            self.notify(f"The table is not in groups: {key} makes some", markup=False)

    def on_fold_wanted(self, message: FoldWanted) -> None:
        """Fold or unfold a group whose heading was clicked."""
        self._fold(message.group)

    def _fold(self, group: str) -> None:
        self.choose(replace(self.selection, folded=toggle_fold(self.selection.folded, group)))

    def action_kiosk(self) -> None:
        """Go to the wall's view, or back."""
        from wallboard.ui.screens.kiosk import KioskScreen

        if isinstance(self.screen, KioskScreen):
            self.pop_screen()
            self.show()
        elif self.replayed is not None:
            self.notify("The wall shows what is now: go back to live first", markup=False)
        else:
            self._wall_since = self._clock.elapsed()
            self._wall = KioskScreen(self._scene, lambda: self._setup.wall)
            self.push_screen(self._wall)
            self.show()

    def _scene(self, sizes: "Sizes | None") -> "Scene | None":
        from wallboard.ui.widgets.wall import Scene

        if self.view is None:
            return None
        now = self.moment()
        local = now.wall.astimezone(self._setup.options.timezone)
        return Scene(
            self.view,
            self._setup.wall,
            now.elapsed,
            self._wall_since,
            clock=local.strftime("%H:%M"),
            message=self._services.message(),
            lit=self.lit(),
            sizes=sizes,
            night=self._setup.wall.dim.is_open(local),
            console=self._setup.console,
        )

    def action_quit(self) -> None:  # type: ignore[override]
        """Close what is open; on the board leave, after a question where something is lost."""
        if isinstance(self.screen, Dialog) and self.screen is not self.wall:
            self.screen.close()
            return
        now = self._clock.elapsed()
        question = self._before_leaving(now)
        if question and now - self._quit_asked > ASKED_TWICE:
            self._quit_asked = now
            self.notify(question, timeout=ASKED_TWICE, markup=False)
            return
        self.leave(0)

    def _before_leaving(self, now: float) -> str:
        """Return what is asked before the board ends; nothing where there is nothing to lose."""
        if self.wall is not None:
            return "Press the key again to leave"
        history = self._services.history
        lost = reach(self.state.trends, now)
        if lost <= WORTH_A_QUESTION or (history is not None and not history.trouble):
            return ""
        return f"The trends of the last {lost // 60:.0f} min are lost. Press the key again to leave"

    def action_suspend(self) -> None:
        """Give the terminal back until the shell brings the board back; a wall stays."""
        if self.wall is None and not self.is_headless and not ending.suspend():
            self.notify("No shell waits that could bring the board back", markup=False)

    def action_interrupt(self) -> None:
        """Leave as a program does that was interrupted."""
        self.leave(ending.INTERRUPTED)
