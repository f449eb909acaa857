"""What every part of the board stands on: one frozen State, stepped on every event, shown."""

import asyncio
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from textual.app import App
from textual.reactive import var

from wallboard.feed.source import Feeds
from wallboard.host.clock import Clock
from wallboard.host.output import crash_words
from wallboard.model.data.reading import Moment, QueueKey
from wallboard.model.events import Selected
from wallboard.model.feeds.row_freshness import Ages
from wallboard.model.judge.rules import Rules
from wallboard.model.replay import Replayed, replay_words
from wallboard.model.select.page_filter import KnownQueues
from wallboard.model.select.selection import Selection
from wallboard.model.state import Event, State, start, step
from wallboard.model.view.board import Arrangement, BoardView, arrange, picture
from wallboard.ui import signals as ending
from wallboard.ui.screens.board import BoardScreen
from wallboard.ui.screens.dialog import Window
from wallboard.ui.screens.page import Page
from wallboard.ui.setup import BoardSetup, Services
from wallboard.ui.terminal.console import SIGNS
from wallboard.ui.terminal.driver import SparingDriver, sparing_driver
from wallboard.ui.theme import FALLBACK

if TYPE_CHECKING:
    from wallboard.ui.screens.kiosk import KioskScreen

Answer = TypeVar("Answer")

NO_QUEUE = "There is no queue here"
"""What is said where a key wants a queue and there is none."""


class Core(App[int], inherit_bindings=False):
    """State, view and end of the board; ``run`` returns the exit code."""

    ENABLE_COMMAND_PALETTE = False

    _wall: "KioskScreen | None" = None
    _to_be_shown = False
    _projection: Arrangement | BoardView | None = None
    """What is not drawn yet."""
    replayed: Replayed | None = None
    """What is on the board instead of now."""
    mistake = ""
    """What is wrong with the configuration as it was read last, in words."""
    playing = 0.0
    """How many times faster than it was a replay goes on by itself; 0: it stands."""

    TITLE = "wallboard"

    view: var[BoardView | None] = var(None, init=False)
    selection: var[Selection] = var(Selection(), init=False)

    def __init__(
        self,
        feeds: Feeds,
        rules: Rules,
        setup: BoardSetup,
        clock: Clock,
        *,
        services: Services | None = None,
        no_color: bool = False,
        drawn: Callable[[], None] = lambda: None,
    ) -> None:
        """``drawn`` is called each second, after what that second changed was drawn."""
        # Under NO_COLOR the theme's own colours must not be turned into greys: black on black.
        super().__init__(
            driver_class=sparing_driver(
                self.get_driver_class(),
                clock.elapsed,
                self._begins,
                SIGNS if setup.console else None,
            ),
            ansi_color=True if no_color else None,
        )
        self._take_theme(setup)
        self._feeds = feeds
        self._setup = setup
        self._services = services or Services()
        self._clock = clock
        self._drawn = drawn
        kept = self._services.kept
        self.views = {**setup.views, **(kept.views() if kept else {})}
        self.state: State = start(
            rules,
            self._services.start_options(setup.options),
            self._services.start_selection(setup.selection),
            setup.is_open,
            setup.targets,
            setup.day_rule,
        )

    def _take_theme(self, setup: BoardSetup) -> None:
        """Set the theme before anything is drawn: later, all style sheets would be read again."""
        for theme in setup.themes.by_name.values():
            self.register_theme(theme)
        self.theme, _ = setup.themes.find(setup.theme)
        self._styled_with = self.get_css_variables()
        self.stylesheet.set_variables(self._styled_with)

    def refresh_css(self, animate: bool = True) -> None:
        """Read the style sheets anew; those of the start have its theme's colours already."""
        variables = self.get_css_variables()
        if variables != self._styled_with:
            self._styled_with = variables
            super().refresh_css(animate)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Return the board's own colours for themes that do not have them."""
        return dict(FALLBACK)

    @property
    def board(self) -> BoardScreen:
        """The board, under whatever lies over it."""
        board = self.screen_stack[0]
        assert isinstance(board, BoardScreen)  # noqa: S101 - for the type checker
        return board

    @property
    def wall(self) -> "KioskScreen | None":
        """The wall, if the board is one now."""
        return self._wall if self._wall in self.screen_stack else None

    def current_queue(self) -> QueueKey | None:
        """Return the queue that the page is about; on the board the one under the cursor.

        Without a cursor the first one.
        """
        if isinstance(self.screen, Page):
            return self.screen.current
        line = self.board.table.current
        return line.key if line else None

    def known_queues(self, compared: bool = False) -> KnownQueues:
        """Return the queues that are known; ``compared``: with just what may be told of them."""
        queues, levels = self.seen.snapshot.queues, self.seen.levels
        if compared:
            # Pages go on behind a pause of the board.
            ages = Ages(replace(self.seen, paused=None), self.moment_seen())
            queues = ages.hide_lost(ages.with_target(queues))
        return KnownQueues(queues, levels, self.seen.book.groups)

    # State and view.

    def moment(self) -> Moment:
        """Return now, on both clocks."""
        return Moment(self._clock.now(), self._clock.elapsed())

    @property
    def seen(self) -> State:
        """The state that is on the board: of now, or of then with what the reader chooses now."""
        if self.replayed is None:
            return self.state
        live, then = self.state, self.replayed.state
        return replace(then, selection=live.selection, options=live.options)

    def moment_seen(self) -> Moment:
        """Return the moment that is on the board, on the clocks of its state."""
        return self.moment() if self.replayed is None else self.replayed.at

    def replay_words(self) -> str:
        """Return that what is shown is not of now; nothing where it is."""
        if self.replayed is None:
            return ""
        zone = self.state.options.timezone
        words = replay_words(self.replayed.at.wall, self._clock.now(), zone)
        return f"{words} · {self.playing:g} ×" if self.playing else words

    def step(self, event: Event) -> None:
        """Let ``event`` happen, and show what has become of it."""
        previous, self.state = self.state, step(self.state, event)
        self._services.remember(event, self.state)
        self.after_step(previous)
        if not self._to_be_shown:
            self._to_be_shown = True
            self.call_later(self._show_newest)

    async def _show_newest(self) -> None:
        """Show what is known after all that waits already: of several polls only the last."""
        # The event loop has its turn in between: with ten thousand queues each step takes a while.
        await asyncio.sleep(0)
        if not self._to_be_shown:
            return  # A key was pressed meanwhile, and has shown it.
        half = self._arrange()
        await asyncio.sleep(0)
        if not self._is_newest(half):
            return
        view = self._picture(half)
        await asyncio.sleep(0)
        if self._is_newest(view):
            self._draw(view)

    def _is_newest(self, projection: Arrangement | BoardView) -> bool:
        """Whether nobody has shown what is newer meanwhile, and the board goes on."""
        return self.is_running and projection is self._projection

    def after_step(self, previous: State) -> None:
        """Take note that the state is another one."""

    def _is_behind(self) -> bool:
        """Whether the board has not drawn yet what is known."""
        return self._to_be_shown or self._projection is not None

    def show(self) -> None:
        """Project the state and show it."""
        self._draw(self._picture(self._arrange()))

    def _arrange(self) -> Arrangement:
        """Return the first half of the newest picture."""
        self._to_be_shown = False
        state = self.seen
        if self.wall is not None and (tiles := self._setup.wall.tiles):
            state = replace(state, options=replace(state.options, tiles=tiles))
        self._projection = half = arrange(state, self.moment_seen())
        return half

    def _picture(self, half: Arrangement) -> BoardView:
        """Return the whole picture."""
        services = self._services.trouble
        view = picture(half, services=services, replay=self.replay_words())
        self._projection = view = view.with_mistake(self.mistake)
        return view

    def _draw(self, view: BoardView) -> None:
        self.view, self._projection = view, None
        self.board.show_panes()
        self.mark_unseen()
        if (wall := self.wall) is not None:
            wall.refresh_wall()

    def mark_unseen(self) -> None:
        """Show which queues nobody has seen in critical yet."""

    def ask(self, window: Window[Answer | None], then: Callable[[Answer], object]) -> None:
        """Open a window; ``then`` is told its answer, unless the reader gave none."""

        def hand_on(answer: Answer | None) -> None:
            if answer is not None:
                then(answer)

        self.push_screen(window, hand_on)

    def choose(self, selection: Selection) -> None:
        """Show what the reader wants to see."""
        self.selection = selection
        self.step(Selected(selection))

    def repaint(self) -> None:
        """Write the whole screen anew: a terminal may have lost what it showed."""
        if isinstance(self._driver, SparingDriver):
            self._driver.repaint()

    def reaches_terminal(self) -> bool:
        """Whether the terminal takes what is drawn, as far as is known since this was asked."""
        return not isinstance(self._driver, SparingDriver) or self._driver.has_taken()

    # The end.

    def terminal_gone(self) -> bool:
        """Return whether nobody can see the board any more."""
        return not self.is_headless and ending.hung_up(sys.__stdin__, sys.__stderr__)

    def _begins(self) -> None:
        """Hear of signals before the terminal is taken over: whoever ends then puts it back."""
        ending.listen(self.leave, self.read_configuration)

    def read_configuration(self) -> None:
        """Read the configuration again."""

    def leave(self, code: int) -> None:
        """End with ``code``, whatever the terminal does."""
        if not self.is_headless:
            ending.end_for_sure(code)
        self.exit(code, return_code=code)

    def panic(self, *renderables: object) -> None:
        """End with one plain line: what Textual would print holds locals, passwords too."""
        del renderables
        self._return_code = 1
        if not self._exit_renderables:
            where = "" if self._exception else " in the terminal's driver"
            kind = type(self._exception) if self._exception else Exception
            self._exit_renderables.append(f"{crash_words(kind, where)}. It ended; start it again.")
        self._close_messages_no_wait()

    def _fatal_error(self) -> None:
        self.panic()
