"""WallboardApp: holds one frozen State, steps it on every event, and shows its projection."""

import math
import sys
from dataclasses import dataclass, field, replace
from typing import ClassVar

from textual import work
from textual.app import App
from textual.binding import Binding, BindingType
from textual.reactive import reactive
from textual.types import CSSPathType

from wallboard.clock import Clock
from wallboard.feed.source import Feeds
from wallboard.model.board import BoardView, order_words, project
from wallboard.model.events import FeedEvent
from wallboard.model.metrics import CATALOGUE, Worse
from wallboard.model.queue_page import QueueView, project_queue
from wallboard.model.selection import Order, Selection, fold, sites_of
from wallboard.model.snapshot import Moment, QueueKey
from wallboard.model.state import Event, Pause, Resume, Selected, State, ViewOptions, start, step
from wallboard.model.thresholds import Rules
from wallboard.ui import ending
from wallboard.ui.keys import Keys, command, textual_keymap
from wallboard.ui.messages import ActionWanted, FeedNews, LineActivated, SelectionChosen
from wallboard.ui.screens.alerts import AlertsScreen
from wallboard.ui.screens.board import BoardScreen
from wallboard.ui.screens.help import HelpScreen
from wallboard.ui.screens.page import Page
from wallboard.ui.screens.pickers import Item, PickOne, PickSome
from wallboard.ui.screens.queue import QueueScreen
from wallboard.ui.theme import FALLBACK, Themes


@dataclass(frozen=True, slots=True)
class Look:
    """How the board looks and listens: options, theme's name, the themes there are, keys."""

    options: ViewOptions
    themes: Themes
    theme: str
    keys: Keys
    selection: Selection = field(default_factory=Selection)


class WallboardApp(App[int], inherit_bindings=False):
    """The board. ``run`` returns the exit code; nothing in it is left of a crash but its name."""

    CSS_PATH: ClassVar[CSSPathType | None] = "app.tcss"
    ENABLE_COMMAND_PALETTE = False
    TITLE = "wallboard"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+c", "interrupt", show=False, priority=True, system=True)
    ]

    view: reactive[BoardView | None] = reactive(None, init=False)
    selection: reactive[Selection] = reactive(Selection(), init=False)

    def __init__(
        self,
        feeds: Feeds,
        rules: Rules,
        look: Look,
        clock: Clock,
        *,
        no_color: bool = False,
    ) -> None:
        # Under NO_COLOR the theme's own colours must not be turned into greys: black on black.
        super().__init__(ansi_color=True if no_color else None)
        self._feeds = feeds
        self._look = look
        self._clock = clock
        self.state: State = start(rules, look.options, look.selection)

    # Life.

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Return the board's own colours for themes that do not have them."""
        return dict(FALLBACK)

    def get_default_screen(self) -> BoardScreen:
        """Return the board as the first screen."""
        screen = BoardScreen(self._look.keys, len(self._look.options.tiles))
        return screen.data_bind(WallboardApp.view, WallboardApp.selection)

    def on_mount(self) -> None:
        """Put colours and keys in place and start to poll."""
        for theme in self._look.themes.by_name.values():
            self.register_theme(theme)
        name, warning = self._look.themes.named(self._look.theme)
        self.theme = name
        self.set_keymap(textual_keymap(self._look.keys))
        for words in (*self._look.themes.warnings, *filter(None, [warning])):
            self.notify(words, severity="warning", markup=False)
        self.selection = self.state.selection
        if not self.is_headless:
            ending.listen(self._leave)
        self._show()
        self._poll()
        self._count_seconds()

    @work(name="feeds")
    async def _poll(self) -> None:
        def post(event: FeedEvent) -> None:
            self.post_message(FeedNews(event))

        await self._feeds.run(post)

    @work(name="seconds")
    async def _count_seconds(self) -> None:
        """Judge the age of the data each second, whatever the feeds do: a dead worker shows."""
        while True:
            self._second()
            await self._clock.sleep_until(math.floor(self._clock.elapsed()) + 1)

    def _second(self) -> None:
        if not self.is_headless and ending.hung_up(sys.__stdin__):
            self._leave(ending.HUNG_UP)
            return
        now = self._moment()
        if self._aged(now):
            self._show()
        board = self._board
        if board.is_mounted:
            board.tick(now.elapsed, now.wall.astimezone(self._look.options.timezone))
        if isinstance(self.screen, Page) and self.screen.is_mounted:
            self.screen.refresh_page()

    def _aged(self, now: Moment) -> bool:
        """Whether a feed's state, or what pausing has dimmed, is other than on the screen."""
        if self.view is None:
            return True
        return self.view.changes_at is not None and now.elapsed >= self.view.changes_at

    # State and view.

    def _moment(self) -> Moment:
        return Moment(self._clock.now(), self._clock.elapsed())

    def _step(self, event: Event) -> None:
        self.state = step(self.state, event)
        self._show()

    def _show(self) -> None:
        self.view = project(self.state, self._moment())

    @property
    def _board(self) -> BoardScreen:
        board = self.screen_stack[0]
        assert isinstance(board, BoardScreen)  # noqa: S101 - for the type checker
        return board

    def on_feed_news(self, message: FeedNews) -> None:
        """Take what a feed has to say."""
        event: FeedEvent = message.event
        self._step(event)

    def on_selection_chosen(self, message: SelectionChosen) -> None:
        """Show what the reader wants to see."""
        self.selection = message.selection
        self._step(Selected(message.selection))

    def on_line_activated(self, message: LineActivated) -> None:
        """Open the page of a clicked line."""
        if self.view and message.index < len(self.view.lines):
            self._open_queue(self.view.lines[message.index].key)

    async def on_action_wanted(self, message: ActionWanted) -> None:
        """Do what a clicked word of the footer says."""
        await self.screen.run_action(command(message.action))

    # Actions.

    def action_open(self) -> None:
        """Open the page of the queue under the cursor, or of the first one."""
        line = self._board.table.current
        if line is not None:
            self._open_queue(line.key)

    def _open_queue(self, key: QueueKey) -> None:
        def view() -> QueueView | None:
            return project_queue(self.state, key, self._moment())

        self.push_screen(QueueScreen(view))

    def action_alerts(self) -> None:
        """List the changes of level since the start."""
        self.push_screen(AlertsScreen(lambda: self.state))

    def action_help(self) -> None:
        """Show the keys."""
        self.push_screen(HelpScreen(self._look.keys))

    def action_sites(self) -> None:
        """Choose the sites to show."""
        counted = sites_of(self.state.snapshot.queues)
        items = [Item(site, site or "(no site)", f"{n}") for site, n in counted.items()]

        def chosen(sites: frozenset[str] | None) -> None:
            if sites is not None:
                self.on_selection_chosen(SelectionChosen(replace(self.selection, sites=sites)))

        self.push_screen(PickSome("Sites", items, self.selection.sites), chosen)

    def action_queues(self) -> None:
        """Choose the queues to show."""
        queues = sorted(self.state.snapshot.queues, key=lambda one: (fold(one.name), one.key))
        items = [Item(one.key, one.name, f"{one.site} {one.extension}") for one in queues]

        def chosen(keys: frozenset[QueueKey] | None) -> None:
            if keys is not None:
                self.on_selection_chosen(SelectionChosen(replace(self.selection, queues=keys)))

        self.push_screen(PickSome("Queues", items, self.selection.queues), chosen)

    def action_order(self) -> None:
        """Choose what the table is sorted by."""
        orders = [Order(), Order("name"), Order("site"), Order("extension")]
        for name in self._look.options.columns:
            metric = CATALOGUE.get(name)
            if metric:
                orders.append(Order(name, descending=metric.worse is not Worse.DOWN))
        items = [Item(order, order_words(order)) for order in orders]

        def chosen(order: Order | None) -> None:
            if order is not None:
                self.on_selection_chosen(SelectionChosen(replace(self.selection, order=order)))

        self.push_screen(PickOne("Order", items, self.selection.order), chosen)

    def action_theme(self) -> None:
        """Choose the colours."""
        items = [Item(name, name) for name in self._look.themes.by_name]

        def chosen(name: str | None) -> None:
            if name is not None:
                self.theme = name

        self.push_screen(PickOne("Theme", items, self.theme), chosen)

    def action_pause(self) -> None:
        """Freeze the rows, or let them go on; polling and levels go on behind them."""
        self._step(Resume() if self.state.paused else Pause(self._moment()))

    def action_poll(self) -> None:
        """Ask the API now, and paint the whole screen anew."""
        self._feeds.poll_now()
        self.refresh(layout=True)

    def action_quit(self) -> None:  # type: ignore[override]
        """Leave the board."""
        self._leave(0)

    def action_interrupt(self) -> None:
        """Leave as a program does that was interrupted."""
        self._leave(ending.INTERRUPTED)

    def _leave(self, code: int) -> None:
        if not self.is_headless:
            ending.end_for_sure(code)
        self.exit(code, return_code=code)

    def panic(self, *renderables: object) -> None:
        """End with one plain line: what Textual would print holds locals, passwords too."""
        del renderables
        kind = type(self._exception).__name__ if self._exception else "in the terminal's driver"
        self._return_code = 1
        if not self._exit_renderables:
            self._exit_renderables.append(
                f"wallboard: a fault in the program itself ({kind}). It ended; start it again."
            )
        self._close_messages_no_wait()

    def _fatal_error(self) -> None:
        self.panic()
