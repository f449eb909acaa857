"""Text with colours for what agents do; and a list of it: blocks of lines, with a cursor."""

from collections.abc import Callable, Hashable, Sequence
from typing import NamedTuple

from textual import events
from textual.geometry import clamp

from wallboard.model.data.agent_status import AgentStatus
from wallboard.ui.messages import RowClicked
from wallboard.ui.widgets.text.line_widget import Pieces
from wallboard.ui.widgets.text.text_panel import TextPanel

_WHEEL = 3


def style_of(status: AgentStatus) -> str:
    """Return the name of the style of a status."""
    return status.id.lower().replace("_", "-") if status.known and status.id else "other"


class AgentPanel(TextPanel):
    """A sheet with a style for each status."""


class Block(NamedTuple):
    """Lines that are in view together or not at all; ``lines`` makes them, ``high`` of them.

    ``ids``: who stands in it side by side, each in ``wide`` columns (0: in all of them). ``lines``
    takes the place among these that the cursor is at, -1 where it is at none.
    """

    high: int
    lines: Callable[[int], Sequence[Pieces]]
    ids: tuple[Hashable, ...] = ()
    wide: int = 0


class BlockPanel(AgentPanel):
    """As high as there is room. It makes and draws only the blocks in view, each of them whole.

    The cursor is at somebody, not at a place, and goes with them; who comes to their place once
    they are gone has it then. ``always``: it is there from the start, at the first. ``resized`` is
    called once its size is another one: what it shows may depend on that.
    """

    def __init__(self, resized: Callable[[], None], *, always: bool = False) -> None:
        super().__init__()
        self._resized = resized
        self._always = always
        self._blocks: Sequence[Block] = ()
        self._top = 0
        self._places: list[tuple[int, int]] = []
        self._cursor: Hashable | None = None
        self._at = 0

    def show_blocks(self, blocks: Sequence[Block]) -> None:
        """Show blocks from the one that is on top now."""
        self._blocks = blocks
        self._places = [
            (at, place) for at, block in enumerate(blocks) for place in range(len(block.ids))
        ]
        self._follow()
        self._draw()

    @property
    def seen(self) -> range:
        """The places of the blocks in view."""
        return range(self._top, self._end(self._top))

    @property
    def part(self) -> str:
        """Which of all that the cursor goes to are in view: ``1–60 of 201``; else nothing."""
        seen = self.seen
        before = sum(block < seen.start for block, _ in self._places)
        within = sum(block in seen for block, _ in self._places)
        every = len(self._places)
        return "" if within == every else f"{before + 1}–{before + within} of {every}"

    def _end(self, top: int) -> int:
        """Return the place after the last block that is in view under ``top``."""
        room = self.size.height
        for place in range(top, len(self._blocks)):
            room -= self._blocks[place].high
            if room < 0:
                return place
        return len(self._blocks)

    def _lowest(self) -> int:
        """Return the place of the block on top when the last one is in view."""
        room, top = self.size.height, len(self._blocks)
        while top and (room := room - self._blocks[top - 1].high) >= 0:
            top -= 1
        return top

    def _roll_to(self, top: int) -> None:
        self._top = top
        self._draw()

    # The cursor.

    @property
    def under(self) -> Hashable | None:
        """Who is under the cursor; without one the first of all, if there is anybody."""
        if self._cursor is not None:
            return self._cursor if self._places else None
        return self._who(0) if self._places else None

    def _who(self, at: int) -> Hashable:
        block, place = self._places[at]
        return self._blocks[block].ids[place]

    def _follow(self) -> None:
        """Go where they are now that the cursor is at; a reader who scrolled away is let be."""
        if self._cursor is None or not self._places:
            if self._always:
                self._place(0)
            return
        before = self._at if self._at < len(self._places) else -1
        places = range(len(self._places))
        if before < 0 or self._who(before) != self._cursor:
            self._at = next((at for at in places if self._who(at) == self._cursor), self._at)
            self._place(self._at)

    def _place(self, at: int) -> None:
        """Put the cursor at one of those shown, as far as there are any, and have it in view."""
        self._at = clamp(at, 0, max(0, len(self._places) - 1))
        if not self._places:
            return
        self._cursor = self._who(self._at)
        block, _ = self._places[self._at]
        # What heads those below it is seen with the first of them.
        first = block - 1 if block and not self._blocks[block - 1].ids else block
        self._top = min(self._top, first)
        while self._end(self._top) <= block and self._top < block:
            self._top += 1

    def move(self, rows: int, beside: int = 0) -> None:
        """Move the cursor by ``rows`` and to the one ``beside``; the first move only shows it."""
        if self._cursor is None:
            top = self._top
            self._place(next((at for at, (item, _) in enumerate(self._places) if item >= top), 0))
        elif self._places:
            block, place = self._places[self._at]
            blocks = list(dict.fromkeys(item for item, _ in self._places))
            target = blocks[clamp(blocks.index(block) + rows, 0, len(blocks) - 1)]
            place = min(place, len(self._blocks[target].ids) - 1)
            self._place(self._places.index((target, place)) + beside)
        self._draw()

    def move_to(self, at: int) -> None:
        """Put the cursor at the first, the second, … of those shown."""
        self._place(at)
        self._draw()

    def to_end(self) -> None:
        """Put the cursor at the last of those shown, and what stands below them in view."""
        self._place(len(self._places) - 1)
        self._roll_to(len(self._blocks))

    def rest(self) -> None:
        """Take the cursor away and go back to the top, with what is shown next."""
        if self._cursor is not None:
            self._cursor, self._top = None, 0

    @property
    def page(self) -> int:
        """How many rows of those that can be under the cursor are in view."""
        return max(1, sum(bool(self._blocks[place].ids) for place in self.seen))

    def _draw(self) -> None:
        self._top = clamp(self._top, 0, min(self._lowest(), max(0, len(self._blocks) - 1)))
        shown = self._places[self._at] if self._cursor is not None and self._places else (-1, -1)
        self.paint(
            [
                line
                for at in self.seen
                for line in self._blocks[at].lines(shown[1] if at == shown[0] else -1)
            ]
        )

    def on_resize(self) -> None:
        """Have it drawn for the new size."""
        self._resized()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll down; the cursor stays in view."""
        event.stop()
        self._scroll(_WHEEL)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll up; the cursor stays in view."""
        event.stop()
        self._scroll(-_WHEEL)

    def _scroll(self, blocks: int) -> None:
        self._roll_to(self._top + blocks)
        seen = self.seen
        within = [at for at, (block, _) in enumerate(self._places) if block in seen]
        if self._cursor is not None and within:
            self._at = clamp(self._at, within[0], within[-1])
            self._cursor = self._who(self._at)
            self._draw()

    def on_click(self, event: events.Click) -> None:
        """Put the cursor at whom the mouse is on; a second click opens."""
        y = event.y
        for block in self.seen:
            shown = self._blocks[block]
            if 0 <= y < shown.high and shown.ids:
                place = min(event.x // shown.wide, len(shown.ids) - 1) if shown.wide else 0
                at = self._places.index((block, place))
                again = self._cursor == self._who(at)
                self.move_to(at)
                self.post_message(RowClicked(at, again=again))
            y -= shown.high
