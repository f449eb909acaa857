"""A page of blocks that the arrows scroll, over feeds that are asked while it is open."""

from collections.abc import Callable, Sequence
from datetime import tzinfo
from typing import ClassVar, Generic, NamedTuple

from rich.cells import cell_len
from textual.widget import Widget

from wallboard.model.data.privacy import Privacy
from wallboard.model.data.reading import Moment
from wallboard.model.feeds.feed_status import FeedReport, Told, age_words, nothing_yet, troubles
from wallboard.ui.screens.page import Around, Page
from wallboard.ui.widgets.agent_panel import AgentPanel, Block, BlockPanel
from wallboard.ui.widgets.columns import fit
from wallboard.ui.widgets.text.flow_layout import wide
from wallboard.ui.widgets.text.line_widget import Pieces, spread
from wallboard.ui.widgets.text.text_panel import wrapped

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


class BlockScrollPage(Page, Generic[Told]):
    """Shows ``blocks()`` under a title. ``hear`` gives what is known now."""

    WHAT: ClassVar[str] = ""
    """Of what this is the list, as in "asking for the agents"."""

    def __init__(self, around: Around, hear: Callable[[], Heard[Told]]) -> None:
        super().__init__(around)
        self._hear: Callable[[], Heard[Told]] = hear

    def body(self) -> Sequence[Widget]:
        """Return what stays under the title, and the list."""
        return (AgentPanel(id="under"), BlockPanel(self.refresh_page))

    def refresh_page(self) -> None:
        """Draw what has changed."""
        super().refresh_page()
        if self.is_mounted and self.made:
            self.query_one("#under", AgentPanel).show(self._under())

    @property
    def rolling(self) -> BlockPanel:
        """The list."""
        return self.query_one(BlockPanel)

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
        left = next((one for one in made if wide(one) <= room), made[-1])
        return [(SIDE, *spread(left, ((words, "label"),), self.room))]

    def _under(self) -> Sequence[Pieces]:
        heard = self._hear()
        if self._words(heard):
            return []
        wrong = troubles(heard.feeds, self.WHAT, heard.now.elapsed, heard.zone)
        told = [text for one in wrong for text in wrapped(one, self.room)][:_MOST_TROUBLES]
        lines: list[Pieces] = [((fit(one, self.room), "warning"),) for one in told]
        return [(SIDE, *one) for one in (*lines, *self.blank[: len(lines)], *self.under())]

    @property
    def blank(self) -> list[Pieces]:
        """A blank line, where there is room for one."""
        return [()] if self.size.height >= _TALL else []

    def aside(self) -> Sequence[str]:
        """Return what else is said on the right of the first line."""
        return ("not paused",) if self._hear().paused else ()

    def draw_body(self) -> None:
        """Draw the blocks in view."""
        heard = self._hear()
        if words := self._words(heard):
            told = [text for one in words for text in wrapped(one, self.room)]
            self.rolling.show_blocks([said(""), *map(said, told)])
        else:
            self.rolling.show_blocks(self.blocks(heard))

    def _words(self, heard: Heard[Told]) -> list[str]:
        return nothing_yet(heard.feeds, heard.known, self.WHAT, heard.now.elapsed, heard.zone)

    # Keys.

    def _rolled(self, move: Callable[[], None]) -> None:
        move()
        self.refresh_page()

    def action_up(self) -> None:
        """Scroll up."""
        self._rolled(lambda: self.rolling.roll(-1))

    def action_down(self) -> None:
        """Scroll down."""
        self._rolled(lambda: self.rolling.roll(1))

    def action_page_up(self) -> None:
        """Scroll one page up."""
        self._rolled(lambda: self.rolling.page(-1))

    def action_page_down(self) -> None:
        """Scroll one page down."""
        self._rolled(lambda: self.rolling.page(1))

    def half(self, step: int) -> None:
        """Scroll half a page."""
        self._rolled(lambda: self.rolling.roll(step * (self.rolling.size.height // 2 or 1)))

    def action_top(self) -> None:
        """Scroll to the top."""
        self._rolled(lambda: self.rolling.roll_to(0))

    def action_bottom(self) -> None:
        """Scroll to the end."""
        self._rolled(self.rolling.to_end)


def said(words: str, style: str = "normal") -> Block:
    """Return one line of words as a block."""
    return Block(1, lambda: [(SIDE, (words, style))])
