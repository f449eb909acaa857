"""A page of one list with a cursor; and one of agents or calls, with a filter and an order.

The latter is over feeds that are asked while it is open.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace
from datetime import tzinfo
from typing import ClassVar, Generic, NamedTuple

from rich.cells import cell_len
from textual import events
from textual.widget import Widget

from wallboard.model.data.catalogue import NO_LABELS, Labels
from wallboard.model.data.privacy import Privacy
from wallboard.model.data.reading import Moment
from wallboard.model.feeds.feed_status import FeedReport, Told, age_words, troubles, why_nothing
from wallboard.model.select.filter import Term
from wallboard.model.select.page_filter import NO_CHOICE, KnownQueues, PageChoice
from wallboard.model.select.selection import order_by, order_words
from wallboard.ui.keys import bindings
from wallboard.ui.messages import ActionWanted, HeaderActivated, RowClicked
from wallboard.ui.screens.page import EVERY, HANDS_OFF, Around, Ordering, Page
from wallboard.ui.widgets.block_panel import AgentPanel, Block, BlockPanel
from wallboard.ui.widgets.columns import fit
from wallboard.ui.widgets.filter_bar import FilterBar
from wallboard.ui.widgets.text.line_widget import Pieces, spread, under_cursor, width_of
from wallboard.ui.widgets.text.text_panel import wrap

SIDE = (" ", "")
"""Stands before every line but those of tiles, whose first column is mostly blank."""

UNSURE = "? unit not confirmed"
"""What the mark of a time means whose unit is not known to be right."""

_TALL = 30
_MOST_TROUBLES = 3
"""Lines that say what is wrong, at most."""


class Heard(NamedTuple, Generic[Told]):
    """What a page is made of. ``known``: whether the board's feeds are known.

    ``privacy``: settled, as it holds here. ``pictured``: a picture is being taken: nothing
    personal may be drawn. ``paused``: whether the board is.
    """

    feeds: tuple[FeedReport[Told], ...]
    known: bool
    privacy: Privacy
    pictured: bool
    paused: bool
    now: Moment
    zone: tzinfo


class _Under(AgentPanel):
    """What stands under the title, with headings in its last line if the list has any.

    ``order_at``: by what the heading at a column orders.
    """

    def __init__(self, order_at: Callable[[int], str]) -> None:
        super().__init__(id="under")
        self._order_at = order_at

    def on_click(self, event: events.Click) -> None:
        """Order by the heading that was clicked."""
        if event.y == len(self.painted) - 1 and (by := self._order_at(event.x)):
            self.post_message(HeaderActivated(by))


class ListPage(Page):
    """A page of one list, whose cursor goes when nobody has been at the keyboard for a while."""

    def __init__(self, around: Around) -> None:
        super().__init__(around)
        self._touched = around.behind().now

    @property
    def list(self) -> BlockPanel:
        """The list."""
        return self.query_one(BlockPanel)

    @property
    def page(self) -> int:
        """The rows in view that can be under the cursor."""
        return self.list.page

    def show_blocks(self, blocks: Sequence[Block]) -> None:
        """Draw the blocks in view."""
        if self._around.behind().now - self._touched >= HANDS_OFF:
            self.list.rest()
        self.list.show_blocks(blocks)

    def _touch(self) -> None:
        self._touched = self._around.behind().now

    def move(self, rows: int, beside: int = 0) -> None:
        """Move the cursor."""
        self._touch()
        if rows == -EVERY:
            self.list.move_to(0)
        elif rows == EVERY:
            self.list.to_end()
        else:
            self.list.move(rows, beside)
        self.refresh_page()

    def on_row_clicked(self, message: RowClicked) -> None:
        """Open what a second click is on."""
        self._touch()
        self.refresh_page()
        if message.again:
            self.post_message(ActionWanted("open"))


class FeedListPage(ListPage, Generic[Told]):
    """Shows ``blocks()`` under a title. ``hear`` gives what is known now, ``known`` the queues.

    ``known`` is told whether anything depends on their numbers.
    """

    BINDINGS = bindings(
        "filter", "order", "order_left", "order_right", "turn", "reset", "open",
    )  # fmt: skip
    NO_QUEUE = "No queue that is on the board belongs to what is under the cursor"
    WHAT: ClassVar[str] = ""
    """Of what this is the list, as in "asking for the agents"."""
    EXAMPLE: ClassVar[str] = ""
    """What can be typed into the filter."""
    BY: ClassVar[tuple[str, ...]] = ()
    """By what the list can be ordered, beside the worst first."""

    def __init__(
        self,
        around: Around,
        hear: Callable[[], Heard[Told]],
        known: Callable[[bool], KnownQueues],
    ) -> None:
        super().__init__(around)
        self._hear: Callable[[], Heard[Told]] = hear
        self._known = known
        self._choice = NO_CHOICE

    def body(self) -> Sequence[Widget]:
        """Return what stays under the title, the filter field, and the list."""
        return (
            _Under(self.order_at),
            FilterBar(self._take_filter, self._parse_filter, self.EXAMPLE),
            BlockPanel(self.refresh_page),
        )

    def refresh_page(self) -> None:
        """Draw what has changed."""
        super().refresh_page()
        if self.is_mounted and self.made:
            self.query_one(_Under).show(self._under())

    @property
    def room(self) -> int:
        """The columns that a line of the page has."""
        return max(1, self.size.width - 2 * len(SIDE[0]))

    def headlines(self) -> Sequence[Pieces]:
        """Return what stands on the left of the first line, the longest first."""
        raise NotImplementedError

    def under(self) -> Sequence[Pieces]:
        """Return what stands under the first line and stays."""
        raise NotImplementedError

    def blocks(self, heard: Heard[Told]) -> Sequence[Block]:
        """Return what the page says; not asked while nothing was heard."""
        raise NotImplementedError

    def head(self) -> Sequence[Pieces]:
        """Return the title, and on its right how old the data is."""
        heard = self._hear()
        age = age_words(heard.feeds, heard.now.elapsed)
        words = " · ".join(filter(None, (*self.aside(), age)))
        room = self.room - cell_len(words) - 1
        made = self.headlines()
        left = next((item for item in made if width_of(item) <= room), made[-1])
        return [(SIDE, *spread(left, ((words, "label"),), self.room))]

    def order_at(self, x: int) -> str:
        """Return by what the heading orders that stands at a column; nothing where none does."""
        del x
        return ""

    def _under(self) -> Sequence[Pieces]:
        heard = self._hear()
        if self._words(heard):
            return []
        wrong = troubles(heard.feeds, self.WHAT, heard.now.elapsed, heard.zone)
        told = [text for item in wrong for text in wrap(item, self.room)][:_MOST_TROUBLES]
        lines: list[Pieces] = [((fit(item, self.room), "warning"),) for item in told]
        return [(SIDE, *line) for line in (*lines, *self.blank[: len(lines)], *self.under())]

    @property
    def blank(self) -> list[Pieces]:
        """A blank line, where there is room for one."""
        return [()] if self.size.height >= _TALL else []

    def aside(self) -> Sequence[str]:
        """Return what else is said on the right of the first line."""
        shown = order_words(self._choice.order)
        paused = "not paused" if self._hear().paused else ""
        return (self.list.part, shown, paused)

    def draw_body(self) -> None:
        """Draw what was heard, or why nothing was."""
        heard = self._hear()
        if words := self._words(heard):
            told = [text for word in words for text in wrap(word, self.room)]
            self.show_blocks([note(""), *map(note, told)])
        else:
            self.show_blocks(self.blocks(heard))

    def _words(self, heard: Heard[Told]) -> list[str]:
        return why_nothing(heard.feeds, heard.known, self.WHAT, heard.now.elapsed, heard.zone)

    # What the reader chooses.

    @staticmethod
    def parse(text: str, labels: Labels) -> tuple[Term, ...]:
        """Read a filter as typed; raises ``FilterMistake``."""
        raise NotImplementedError

    def known_queues(self) -> KnownQueues:
        """Return the queues of the board; with their newest numbers where the filter compares."""
        return self._known(self._choice.asks_of_queues)

    def _parse_filter(self, text: str) -> tuple[Term, ...]:
        view = self._around.behind().view
        return self.parse(text, view.labels if view else NO_LABELS)

    def _take_filter(self, text: str, terms: tuple[Term, ...]) -> None:
        self.choose(replace(self._choice, text=text, terms=terms))

    def choose(self, choice: PageChoice) -> None:
        """Show what the reader wants to see."""
        self._touch()
        self._choice = choice
        self.refresh_page()

    @property
    def told_filter(self) -> str:
        """The filter in force, in words; while the field is open, it says so itself."""
        return "" if self.query_one(FilterBar).opened else self._choice.filter

    @property
    def ordering(self) -> Ordering:
        """How the list is ordered."""
        choices = [order_by(name) for name in ("worst", *self.BY)]
        return Ordering(
            self._choice.order,
            ("worst", *self.BY),
            choices,
            lambda order: self.choose(replace(self._choice, order=order)),
        )

    def reset(self) -> bool:
        """Show all, the worst first."""
        self.choose(NO_CHOICE)
        return True

    def action_filter(self) -> None:
        """Open the filter field."""
        self._touch()
        self.query_one(FilterBar).open(self._choice.text)

    def action_back(self) -> None:
        """Close the field, else clear the filter, else leave."""
        field = self.query_one(FilterBar)
        opened = field.opened
        if opened:
            field.close()
        if self._choice.terms:
            self.choose(self._choice.without_filter())
        elif not opened:
            super().action_back()


def line_block(made: Callable[[], Pieces], who: Hashable, width: int) -> Block:
    """Return a line of a list as a block of ``width`` columns, which can be under the cursor."""

    def lines(cursor: int) -> Sequence[Pieces]:
        return [(SIDE, *made()) if cursor < 0 else under_cursor(made(), width)]

    return Block(1, lines, (who,))


def note(words: str, style: str = "normal") -> Block:
    """Return one line of words as a block."""
    return Block(1, lambda _: [(SIDE, (words, style))])
