"""Sheets that have colours for what agents do, and one that is scrolled by whole blocks."""

from collections.abc import Callable, Sequence
from typing import ClassVar, NamedTuple

from textual import events
from textual.geometry import clamp

from wallboard.model.data.agent_status import STATUSES, AgentStatus
from wallboard.ui.widgets.text.line_widget import Pieces
from wallboard.ui.widgets.text.text_panel import TextPanel

_WHEEL = 3


def style_of(status: AgentStatus) -> str:
    """Return the name of the style of a status."""
    return status.id.lower().replace("_", "-") if status.known and status.id else "other"


class AgentPanel(TextPanel):
    """A sheet with a style for each status."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        *(f"sheet--{style_of(status)}" for status in STATUSES.values()),
        "sheet--other",
    }


class Block(NamedTuple):
    """Lines that are in view together or not at all; ``lines`` makes them, ``high`` of them."""

    high: int
    lines: Callable[[], Sequence[Pieces]]


class BlockPanel(AgentPanel):
    """As high as there is room. It makes and draws only the blocks in view, each of them whole.

    ``resized`` is called once its size is another one: what it shows may depend on that.
    """

    def __init__(self, resized: Callable[[], None]) -> None:
        super().__init__(classes="rolling")
        self._resized = resized
        self._blocks: Sequence[Block] = ()
        self._top = 0

    def show_blocks(self, blocks: Sequence[Block]) -> None:
        """Show blocks from the one that is on top now."""
        self._blocks = blocks
        self._draw()

    @property
    def seen(self) -> range:
        """The places of the blocks in view."""
        return range(self._top, self._end(self._top))

    @property
    def count(self) -> int:
        """How many blocks there are."""
        return len(self._blocks)

    @property
    def whole(self) -> bool:
        """Whether all blocks are in view."""
        return len(self.seen) == len(self._blocks)

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

    def roll_to(self, top: int) -> None:
        """Put a block on top, as far as it goes."""
        self._top = top
        self._draw()

    def roll(self, blocks: int) -> None:
        """Scroll by so many blocks."""
        self.roll_to(self._top + blocks)

    def page(self, pages: int) -> None:
        """Scroll by pages: what was last in view is then first, or the other way round."""
        self.roll(pages * max(1, len(self.seen) - 1))

    def to_end(self) -> None:
        """Scroll to the last block."""
        self.roll_to(len(self._blocks))

    def _draw(self) -> None:
        self._top = clamp(self._top, 0, min(self._lowest(), max(0, len(self._blocks) - 1)))
        self.paint([line for place in self.seen for line in self._blocks[place].lines()])

    def on_resize(self) -> None:
        """Have it drawn for the new size."""
        self._resized()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll down."""
        event.stop()
        self.roll(_WHEEL)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll up."""
        event.stop()
        self.roll(-_WHEEL)
