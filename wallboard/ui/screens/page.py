"""A page over the board, which goes on behind it: the base of them all; and the keys that move."""

import contextlib
from collections.abc import Callable, Sequence
from typing import ClassVar, NamedTuple

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.widget import Widget

from wallboard.model.data.metric import Kind
from wallboard.model.data.reading import QueueKey
from wallboard.model.select.selection import Order
from wallboard.model.view.board import BoardView
from wallboard.ui.keys import Keys, bindings, items_of
from wallboard.ui.screens.dialog import Dialog
from wallboard.ui.widgets.footer import KeyFooter
from wallboard.ui.widgets.status_bar import StatusBar
from wallboard.ui.widgets.text.line_widget import Pieces
from wallboard.ui.widgets.text.text_panel import TextPanel

HANDS_OFF = 60.0
"""Seconds after the last key until the cursor goes and the view returns to the top."""

SIDES = 4
"""Columns of a page that are kept blank at its two sides, together."""


_OF_NOW = frozenset(("acknowledge",))
"""The actions of pages that do nothing while what is over is shown."""


class Behind(NamedTuple):
    """The board behind a page: what it shows, and now in elapsed seconds."""

    view: BoardView | None
    now: float


class Around(NamedTuple):
    """What a page knows of the board: the keys, and what goes on behind it."""

    keys: Keys
    behind: Callable[[], Behind]


class Ordering(NamedTuple):
    """How a list is ordered. ``by``: what it can be ordered by, as its headings stand.

    ``choices``: what else is offered; ``choose`` puts an order in force.
    """

    now: Order
    by: Sequence[str]
    choices: Sequence[Order]
    choose: Callable[[Order], None]


class PageKeys(KeyFooter):
    """The line of a page's own keys."""

    def __init__(self, items: tuple[tuple[str, str, str], ...]) -> None:
        super().__init__({})
        self._every = self._items = items

    def show_now(self, *, replay: bool) -> None:
        """Name the keys; during a replay without those that do nothing then."""
        self.show_items(tuple(item for item in self._every if not (replay and item[0] in _OF_NOW)))


EVERY = 1_000_000
"""Rows by which whoever goes to the first or the last moves."""


class MoveActions:
    """What the keys that move do, on the board as on the pages over it."""

    @property
    def page(self) -> int:
        """How many rows are in view at once."""
        raise NotImplementedError

    def move(self, rows: int) -> None:
        """Go so many rows down, or up if it is below 0, as far as there are any."""
        raise NotImplementedError

    def action_up(self) -> None:
        """Go one row up."""
        self.move(-1)

    def action_down(self) -> None:
        """Go one row down."""
        self.move(1)

    def action_page_up(self) -> None:
        """Go one page up."""
        self.move(-self.page)

    def action_page_down(self) -> None:
        """Go one page down."""
        self.move(self.page)

    def action_half_up(self) -> None:
        """Go half a page up."""
        self.move(-(self.page // 2 or 1))

    def action_half_down(self) -> None:
        """Go half a page down."""
        self.move(self.page // 2 or 1)

    def action_top(self) -> None:
        """Go to the first row."""
        self.move(-EVERY)

    def action_bottom(self) -> None:
        """Go to the last row."""
        self.move(EVERY)


class Page(MoveActions, Dialog[None]):
    """Shows ``head()``, which stays, over ``lines()``, which the arrows scroll; ``back`` leaves it.

    Under them stands the board's status line: old numbers are known to be old on every page.
    """

    BINDINGS = bindings(
        "back", "up", "down", "page_up", "page_down", "half_up", "half_down", "top", "bottom",
        "alerts", "pause", "poll", "earlier", "later", "much_earlier", "much_later", "live",
        "theme", "picture", "palette", "help", "quit",
    )  # fmt: skip
    VERTICAL_BREAKPOINTS = [(0, "-short"), (30, "-tall")]  # noqa: RUF012 - Textual's own way
    AUTO_FOCUS = ""
    FOOTER: ClassVar[tuple[str, ...]] = ("back", "palette")
    """The actions that the last line names."""
    NAME: ClassVar[str] = ""
    """What its help calls the page."""
    ABOUT: ClassVar[str] = ""
    """What the page shows and what can be done there, for its help."""
    NO_QUEUE: ClassVar[str] = ""
    """What is said where a key wants a queue and the cursor is at none."""
    KINDS: ClassVar[frozenset[Kind]] = frozenset()
    """The feeds that are polled only while such a page is open."""

    def __init__(self, around: Around) -> None:
        super().__init__()
        self._around = around

    def compose(self) -> ComposeResult:
        """Make the head, the body, the status line and the line of keys."""
        with Vertical(classes="page"):
            yield TextPanel(id="head")
            yield from self.body()
        yield StatusBar(ordered=False)
        yield PageKeys(items_of(self._around.keys, self.FOOTER))

    @property
    def current(self) -> QueueKey | None:
        """The queue that the page, or its cursor, is about, if it is about one."""
        return None

    @property
    def keys(self) -> frozenset[str]:
        """The actions that keys do here."""
        return frozenset(binding.binding.id or "" for binding in self.active_bindings.values())

    @property
    def queues(self) -> tuple[QueueKey, ...]:
        """The queues that the page, or what its cursor is at, leads to."""
        return () if self.current is None else (self.current,)

    @property
    def subject(self) -> str:
        """Whose these queues are, where they are several."""
        return ""

    @property
    def ordering(self) -> Ordering | None:
        """How the page's list is ordered, if it has one that can be ordered otherwise."""
        return None

    def reset(self) -> bool:
        """Put filter and order back to what they were at first; returns whether it has any."""
        return False

    def regroup(self) -> bool:
        """Group the page's lines in the next way; returns whether it has any."""
        return False

    def body(self) -> Sequence[Widget]:
        """Return what stands between the head and the status line."""
        return (VerticalScroll(TextPanel(id="body"), can_focus=False),)

    @property
    def room(self) -> int:
        """The columns that a line of the page has."""
        return max(1, self.size.width - SIDES - 1)

    def head(self) -> Sequence[Pieces]:
        """Return what stays at the top."""
        raise NotImplementedError

    def lines(self) -> Sequence[Pieces]:
        """Return what the page says."""
        raise NotImplementedError

    def refresh_page(self) -> None:
        """Draw what has changed."""
        if not self.is_mounted or not self.made:
            return
        self.draw_body()
        self.query_one("#head", TextPanel).show(self.head())
        bar = self.query_one(StatusBar)
        view, now = self._around.behind()
        self.query_one(PageKeys).show_now(replay=bool(view and view.health.replay))
        if bar.view is not view:
            bar.view = view
        bar.tick(now)

    def draw_body(self) -> None:
        """Draw what has changed under the head."""
        self.query_one("#body", TextPanel).show(self.lines())

    def on_mount(self) -> None:
        """Draw for the first time."""
        self.refresh_page()

    def on_unmount(self) -> None:
        """Have the library forget the page: it keeps what a thousand widgets looked like."""
        with contextlib.suppress(AttributeError):  # it is the library's own business
            self._styles_cache.get_inner_outer.cache_clear()

    def on_resize(self) -> None:
        """Draw for the new width."""
        self.refresh_page()

    @property
    def _scroll(self) -> VerticalScroll:
        return self.query_one(VerticalScroll)

    def action_back(self) -> None:
        """Leave the page."""
        self.dismiss()

    @property
    def page(self) -> int:
        """The lines in view at once."""
        return self._scroll.size.height

    def move(self, rows: int) -> None:
        """Scroll by so many lines, as far as there are any."""
        self._scroll.scroll_to(y=self._scroll.scroll_target_y + rows, animate=False)
