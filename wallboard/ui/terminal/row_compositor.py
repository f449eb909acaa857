"""What has changed on a screen, row by row, past the text that Textual would make of a frame.

Textual asks every widget for all of its lines, cuts each line where any widget ends, makes one
text of them, and the driver would read that text again. Here those widgets are asked that show
something of what has changed, and their strips go into the driver's grid as they are.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from rich.color import ColorSystem
from rich.console import Console
from rich.style import Style
from textual.geometry import Region, Size
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

from wallboard.ui.terminal.driver import SparingDriver
from wallboard.ui.terminal.private_names import COMPOSITOR, SCREEN

try:
    # See private_names.SCREEN: without it Textual makes the frames.
    from textual._compositor import Compositor, CompositorUpdate
except ImportError:  # another release of Textual

    class Compositor:  # type: ignore[no-redef]
        """No screen has one."""

    class CompositorUpdate:  # type: ignore[no-redef]
        """Nothing is one."""


Placed = tuple[int, int, Strip]
"""A column, a row, and what stands there from this column on."""

Layer = tuple[Widget, Region, Region]
"""A widget, what is seen of it where nothing is in front of it, and all of it.

In a list those in front come first.
"""


def hand_over_rows(screen: Screen[Any]) -> None:
    """Have a screen hand rows to the driver; it stays as it is where Textual lacks a name."""
    own = getattr(screen, SCREEN, None)
    if isinstance(own, Compositor) and all(hasattr(own, name) for name in COMPOSITOR):
        setattr(screen, SCREEN, RowCompositor())


def wait_for_sizes(screen: Screen[Any]) -> None:
    """Have a new screen draw nothing before its widgets have heard how large they are.

    For its ``ScreenResume``: Textual lays it out then, draws it, and only after that do its widgets
    hear of their sizes, by which they lay themselves out and are drawn again.
    """
    own = getattr(screen, SCREEN, None)
    if isinstance(own, RowCompositor) and not own.size:
        own.waits = True

        def go_on() -> None:
            own.waits = False
            screen.refresh()  # whoever came meanwhile found nothing drawn

        # The sizes are told next; what is called later than now and later again is behind them.
        screen.call_later(screen.call_later, go_on)


class RowCompositor(Compositor):
    """Hands rows to the board's driver; to any other one a frame, as Textual does."""

    def __init__(self) -> None:
        super().__init__()
        self.waits = False
        self._drawn_map: dict[Widget, Any] = {}
        self._visible: dict[Widget, tuple[Region, Region]] = {}
        self._by_row: list[list[Layer]] = []

    def reflow(self, parent: Widget, size: Size) -> Any:
        """Lay the screen out anew; what differs from the layout before is to be drawn.

        After a scroll Textual reckons the places once more when it is asked for one, and takes
        for drawn what has come or gone by then: what was told in passing stayed for ever.
        """
        before, reckoned = self._drawn_map, self._full_map
        found = super().reflow(parent, size)
        if reckoned is not before:
            changes = self._full_map.items() ^ before.items()
            regions = (place.clip.intersection(place.region) for _, place in changes)
            self._dirty_regions.update(filter(None, regions))
        self._drawn_map = self._full_map
        return found

    def render_update(self, *how: Any, **more: Any) -> Any:
        """Return what has changed, or all of it; nothing while it waits."""
        return None if self.waits else super().render_update(*how, **more)

    def render_partial_update(self) -> CompositorUpdate | None:  # type: ignore[override]
        """Return what has changed since it was last asked for, if anything has."""
        driver = self.root.app._driver if self.root is not None else None
        if not isinstance(driver, SparingDriver):
            return super().render_partial_update()
        regions = self._dirty_regions.copy()
        self._dirty_regions.clear()
        return _Rows(driver, list(self._place(regions))) if regions else None

    def _place(self, regions: Iterable[Region]) -> Iterator[Placed]:
        """Yield what is to be seen in some regions of the screen."""
        (width, height), layers = self.size, self._layers_by_row()
        parts: dict[Widget, list[tuple[int, int, int, Region, Region]]] = {}
        for y, left, right in self._regions_to_spans(regions):
            if 0 <= y < height:
                for widget, seen, whole, start, end in _visible_parts(
                    layers[y], max(0, left), min(right, width)
                ):
                    parts.setdefault(widget, []).append((y, start, end, seen, whole))
        for widget, found in parts.items():
            top, (_, _, _, seen, whole) = found[0][0], found[0]
            lines = Region(seen.x - whole.x, top - whole.y, seen.width, found[-1][0] - top + 1)
            strips = widget.render_lines(lines)
            for y, start, end, _, _ in found:
                # Some widgets have fewer lines for a moment, while sizes change.
                if y - top < len(strips):
                    yield start, y, strips[y - top].crop(start - seen.x, end - seen.x)

    def _layers_by_row(self) -> list[list[Layer]]:
        """Return the widgets of each row; reckoned anew when any has moved."""
        visible = self.visible_widgets
        if visible is not self._visible:
            self._visible, self._by_row = visible, [[] for _ in range(self.size.height)]
            for widget, (whole, clip) in visible.items():
                seen = whole.intersection(clip).intersection(self.size.region)
                for y in seen.line_range:
                    self._by_row[y].append((widget, seen, whole))
        return self._by_row


def _visible_parts(
    layers: Iterable[Layer], start: int, end: int
) -> Iterator[tuple[Widget, Region, Region, int, int]]:
    """Yield which widgets are seen between two columns of a row, and between which of them."""
    free = [(start, end)]
    for widget, seen, whole in layers:
        left, right = seen.x, seen.right
        rest: list[tuple[int, int]] = []
        for first, last in free:
            if left < last and right > first:
                yield widget, seen, whole, max(left, first), min(right, last)
                if first < left:
                    rest.append((first, left))
                if right < last:
                    rest.append((right, last))
            else:
                rest.append((first, last))
        free = rest
        if not free:
            return


class _Rows(CompositorUpdate):
    """A frame that is painted when Textual would make a text of it."""

    def __init__(self, driver: SparingDriver, rows: list[Placed]) -> None:
        self._driver = driver
        self._rows = rows

    def render_segments(self, console: Console) -> str:
        """Paint the rows; what is left to be written is where the cursor goes."""
        system = console._color_system or ColorSystem.TRUECOLOR

        def pen(style: Style | None) -> str:
            if style is None:
                return ""
            # A style keeps what it was made into first; frames are made of that, too.
            return Strip.render_ansi(style, system) if style._ansi is None else style._ansi

        self._driver.lay(self._rows, pen)
        return ""
