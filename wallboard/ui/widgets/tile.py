"""Tiles: one total each, in big digits where there is room, else in a word on one line."""

from itertools import accumulate
from typing import ClassVar

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.reactive import var

from wallboard.model.data.metric import Unit, Worse
from wallboard.model.view.board import BoardView
from wallboard.model.view.row import Cell, Tone
from wallboard.model.view.tile import Tile, tick_tile
from wallboard.ui.widgets.columns import fit
from wallboard.ui.widgets.text.digits import big
from wallboard.ui.widgets.text.line_widget import LineWidget, Pieces

LEAST_WIDTH = 19
"""Columns below which a tile of big digits is left out rather than cut."""


class TileWidget(LineWidget):
    """One total; ``index``: its place among the view's tiles."""

    PREFIX = "summary-tile"
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "summary-tile--label",
        *(f"summary-tile--{tone}" for tone in Tone),
    }

    view: var[BoardView | None] = var(None, init=False)

    def __init__(self, index: int) -> None:
        super().__init__()
        self._index = index
        self._tone = ""
        self._share = 0
        self._drawn: Tile | None = None

    @property
    def tile(self) -> Tile | None:
        """What is shown."""
        tiles = self.view.tiles if self.view else ()
        return tiles[self._index] if self._index < len(tiles) else None

    def watch_view(self) -> None:
        """Draw the new total, if it is another one or grows."""
        tile = self.tile
        if self.view is not None and tile is not None and (tile.waits or tile != self._drawn):
            self._draw(self.view.now)

    def tick(self, now: float) -> None:
        """Draw the total as of ``now``, elapsed seconds, if it grows by itself."""
        if self.tile is not None and self.tile.waits:
            self._draw(now)

    def _draw(self, now: float) -> None:
        tile = self._drawn = self.tile
        if tile is None or self.view is None:
            return
        cell = tick_tile(tile, now) if self.view.tick else tile.cell
        if cell.tone != self._tone:
            self.remove_class(f"-{self._tone}")
            self._tone = cell.tone
            self.add_class(f"-{self._tone}")
        tall = self.size.height > 1
        # On one line a tile is as wide as its words; big ones are alike.
        share = 1 if tall else _need(tile)
        if share != self._share:
            self._share = share
            self.styles.width = f"{share}fr"
        self.paint((_tall if tall else _short)(tile, cell, self.size.width))

    def on_resize(self) -> None:
        """Choose between big digits and one line anew."""
        if self.view is not None:
            self._draw(self.view.now)


def _need(tile: Tile) -> int:
    """Return the columns of a tile on one line: label, mark, usual value, estimate."""
    metric = tile.metric
    value = 5 if metric.unit is Unit.MILLISECONDS else 3
    marks = 0 if metric.worse is Worse.NEITHER else 2
    return len(f" {metric.short} ") + marks + value + metric.ticks


def _short(tile: Tile, cell: Cell, width: int) -> tuple[Pieces, ...]:
    tilde = "~" if cell.estimated else ""
    star = "*" if tile.note else ""
    value = f"{cell.mark}{cell.text}{tilde}{star}"
    label = fit(tile.metric.short, max(0, min(len(tile.metric.short), width - len(value) - 2)))
    return (((f" {label} ", "label"), (value, cell.tone)),)


def _tall(tile: Tile, cell: Cell, width: int) -> tuple[Pieces, ...]:
    mark = f" {cell.mark}" if cell.mark else ""
    label = f"  {tile.metric.label}"
    if cell_len(label + mark) > width:
        label = f"  {tile.metric.short}"
    head: Pieces = ((label, "label"), (mark, cell.tone))
    tilde = "~" if cell.estimated else ""
    rows = tuple(((f"  {row}", cell.tone),) for row in big(f"{cell.text}{tilde}"))
    words = " · ".join(word for word in (tile.word, tile.note) if word)
    return (head, *rows, ((f"  {words}", "label"),))


class TileRow(Horizontal, can_focus=False):
    """The row of tiles; those that do not fit are left out from the end, never cut."""

    view: var[BoardView | None] = var(None, init=False)

    def __init__(self, count: int) -> None:
        super().__init__()
        self._tiles = [TileWidget(index) for index in range(count)]

    def compose(self) -> ComposeResult:
        """Bind the tiles to the view of this row."""
        for tile in self._tiles:
            yield tile.data_bind(TileRow.view)

    def on_resize(self) -> None:
        """Show as many tiles as there is room for."""
        self._fit()

    def watch_view(self) -> None:
        """On one line it is the words that decide how many there is room for."""
        self._fit()

    def _fit(self) -> None:
        view, width = self.view, self.size.width
        room = max(1, width // LEAST_WIDTH)
        if view is not None and self.size.height == 1:
            ends = accumulate(_need(tile) for tile in view.tiles)
            room = max(1, sum(end <= width for end in ends))
        for index, tile in enumerate(self._tiles):
            tile.display = index < room

    def tick(self, now: float) -> None:
        """Let the waiting time grow."""
        for tile in self._tiles:
            tile.tick(now)
