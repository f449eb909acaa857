"""Tiles: one total each, in big digits where there is room, else in a word on one line."""

from collections.abc import Sequence
from itertools import accumulate

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.reactive import var

from wallboard.model.data.metric import Unit, Worse
from wallboard.model.judge.trends import narrow
from wallboard.model.view.board import BoardView
from wallboard.model.view.row import TONES, Cell, Tone
from wallboard.model.view.tile import Tile, tile_cell
from wallboard.ui.messages import TileClicked
from wallboard.ui.widgets.columns import fit
from wallboard.ui.widgets.text import fonts
from wallboard.ui.widgets.text.line_widget import LineWidget, Pieces, spread, width_of
from wallboard.ui.widgets.text.text_panel import sparkline

LEAST_WIDTH = 19
"""Columns below which a tile of big digits is left out rather than cut."""

_WELL = 24
"""Columns that a tile of big digits has if there are more than a few."""

LEAST_NAME = 8
"""Columns below which a queue is not named: nobody would know it by so few letters."""

_AND = " · "
_MARK_ALONE = 3
"""Columns of a level's mark without the name of whose it is."""

_APART, _LEAST_TREND, _SHORT_TREND = 3, 4, 8
"""Columns between a number and its trend; of the shortest trend; of one on a single line."""
_MOST_NAME = 20
_KEPT = 4
"""Tiles that are shown however long a queue's name is."""


class TileWidget(LineWidget):
    """One total; ``index``: its place among the view's tiles."""

    PREFIX = "summary-tile"

    view: var[BoardView | None] = var(None, init=False)

    def __init__(self, index: int, *, console: bool = False) -> None:
        super().__init__()
        self._index = index
        self._lines_only = console
        self._share = 0
        self._drawn: Tile | None = None
        self._now = 0.0

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
        self._now = now
        if tile is None or self.view is None:
            return
        cell = tile_cell(tile, now, grows=self.view.tick)
        # Of no other tone has the tile a colour of its own, and each class is all its styles anew.
        loud = cell.tone in (Tone.WARNING, Tone.CRITICAL)
        self.set_classes(f"-{cell.tone}" if loud else "")
        width = self.size.width
        tall = self.size.height > 1
        self.paint(
            _tall(tile, cell, width, self._lines_only) if tall else (_short(tile, cell, width),)
        )

    def take(self, share: int) -> None:
        """Take a share of the row's columns; 0: there is no room for this one."""
        self.display = share > 0
        if share and share != self._share:
            self._share = share
            self.styles.width = f"{share}fr"

    def on_click(self) -> None:
        """Lead to the queue that it is about."""
        self.post_message(TileClicked(self._index))

    def on_resize(self) -> None:
        """Choose between big digits and one line anew; what has grown since the view stays so."""
        if self.view is not None:
            self._draw(max(self.view.now, self._now))


def _value_width(tile: Tile) -> int:
    """Return the columns of a tile on one line: label, mark, usual value, estimate."""
    metric = tile.metric
    value = 5 if metric.unit is Unit.MILLISECONDS else 3
    marks = 0 if metric.worse is Worse.NEITHER else 2
    return len(f" {metric.short} ") + marks + value + metric.ticks


def _name_width(tile: Tile) -> int:
    """Return the columns that naming a tile's worst queue takes beside its value."""
    worst = tile.worst
    if worst is None:
        return 0
    mark = len(f"▌{worst.level.mark} ") if worst.queues else 0
    return 1 + mark + min(cell_len(worst.named), _MOST_NAME)


def one_line(tiles: Sequence[Tile], width: int) -> list[int]:
    """Return the columns of each tile side by side on one line; 0: it is left out.

    A queue in trouble is named before the last tiles are shown, any other where room is left.
    """
    needs = [_value_width(tile) for tile in tiles]
    troubled = [bool(tile.worst and tile.worst.queues) for tile in tiles]
    names = [_name_width(tile) for tile in tiles]
    shown = max(1, sum(end <= width for end in accumulate(needs)))

    def total() -> int:
        return sum(needs[:shown]) + sum(
            name for name, bad in zip(names[:shown], troubled, strict=False) if bad
        )

    while shown > _KEPT and total() > width:
        shown -= 1
    left = width - sum(needs[:shown])
    order = sorted(range(shown), key=lambda at: (not troubled[at], at))
    for at in order:
        # Whom no room is left to name has room for a trend, perhaps.
        given, least = min(names[at], left), LEAST_NAME
        if given <= least and troubled[at]:
            given, least = min(_MARK_ALONE + 1, left), _MARK_ALONE
        elif given <= least and tiles[at].trend:
            given, least = min(_SHORT_TREND + 1, left), _LEAST_TREND
        if given > least:
            needs[at] += given
            left -= given
    return [need if at < shown else 0 for at, need in enumerate(needs)]


def _short(tile: Tile, cell: Cell, width: int) -> Pieces:
    """Return label and value, and after them as much of the worst queue as there is room for."""
    tilde = "~" if cell.estimated else ""
    star = "*" if tile.note else ""
    value = f"{cell.mark}{cell.text}{tilde}{star}"
    label = fit(tile.metric.short, max(0, min(len(tile.metric.short), width - len(value) - 2)))
    room = width - cell_len(label) - len(value) - 3
    worst = worst_pieces(tile, room, brief=True) if room >= LEAST_NAME else ()
    if not worst and tile.worst and tile.worst.queues and room >= _MARK_ALONE:
        # No room for a name is no calm.
        level = tile.worst.level
        worst = ((f"▌{level.mark}", TONES[level]),)
    if not worst and room >= _LEAST_TREND:
        trend = sparkline(narrow(tile.trend, min(room, _SHORT_TREND), tile.metric))
        return ((f" {label} ", "label"), (value, cell.tone), (" ", ""), *trend)
    return ((f" {label} ", "label"), (value, cell.tone), *((" ", ""), *worst)[: 2 * bool(worst)])


def _tall(tile: Tile, cell: Cell, width: int, console: bool) -> tuple[Pieces, ...]:
    mark = f" {cell.mark}" if cell.mark else ""
    right = f"{tile.target} " if tile.target else ""
    label = f"  {tile.metric.label}"
    if cell_len(label + mark) + len(right) + bool(right) > width:
        label = f"  {tile.metric.short}"
    head: Pieces = ((label, "label"), (mark, cell.tone))
    if cell_len(label + mark) + len(right) < width:
        head = spread(head, ((right, "label"),), width)
    drawn = fonts.value(cell.text, width - 3, 3, estimated=cell.estimated, console=console)
    rows: list[Pieces] = [((f"  {row}", cell.tone),) for row in drawn]
    room = width - 2 - max(map(cell_len, drawn), default=0) - _APART
    if rows and room >= _LEAST_TREND:
        trend = sparkline(narrow(tile.trend, room, tile.metric))
        rows[-1] = spread(rows[-1], (*trend, (" ", "")), width) if trend else rows[-1]
    return (head, *rows, (("  ", ""), *foot(tile, width - 3)))


def foot(tile: Tile, width: int) -> Pieces:
    """Return the last line of a tile: which queue makes it bad, and what else is to be known."""
    note = tile.note if tile.worst else " · ".join(filter(None, (tile.word, tile.note)))
    room = width - (cell_len(note) + len(_AND) if note else 0)
    worst = worst_pieces(tile, room) if room >= LEAST_NAME else ()
    left = room - width_of(worst)
    usually = tile.usually if len(_AND + tile.usually) <= left else ""
    rest = [item for item in (note, usually) if item]
    return (*worst, (_AND * bool(worst) + _AND.join(rest), "label")) if rest else worst


def worst_pieces(tile: Tile, width: int, *, brief: bool = False) -> Pieces:
    """Return the queue that makes a tile bad, in the colour of its level; ``brief``: its name.

    Of how many there are, which bound and which value as much is told as there is room for.
    """
    worst = tile.worst
    if worst is None:
        return ()
    if not worst.queues:
        return ((fit(worst.name, min(width, cell_len(worst.name))), "label"),)
    mark = f"▌{worst.level.mark} "
    more = f" +{worst.queues - 1}" if worst.queues > 1 else ""
    forms = [worst.words, f"{worst.named}{more}", worst.named][brief:]
    text = next((form for form in forms if cell_len(mark + form) <= width), "")
    if not text:
        value = f" {worst.value}" if worst.value else ""
        room = width - len(mark) - len(value)
        text = (
            fit(worst.name, room) + value
            if room >= LEAST_NAME
            else fit(worst.name, room + len(value))
        )
    return ((f"{mark}{text}", TONES[worst.level]),)


class TileRow(Horizontal, can_focus=False):
    """The row of tiles; those that do not fit are left out from the end, never cut."""

    view: var[BoardView | None] = var(None, init=False)

    def __init__(self, count: int, *, console: bool = False) -> None:
        """``console``: whether the terminal is the Linux console."""
        super().__init__()
        self._lines_only = console
        self._tiles = [TileWidget(index, console=console) for index in range(count)]

    def compose(self) -> ComposeResult:
        """Make the tiles that there are at the start."""
        yield from self._tiles

    def watch_view(self) -> None:
        """On one line it is the words that decide how many there is room for."""
        view = self.view
        for index in range(len(self._tiles), len(view.tiles) if view and self.is_mounted else 0):
            self._tiles.append(TileWidget(index, console=self._lines_only))
            self.mount(self._tiles[-1])
        for tile in self._tiles:
            tile.view = view
        self._fit()

    def _fit(self) -> None:
        view, width = self.view, self.size.width
        # Big ones are alike; on one line a tile is as wide as its words.
        room = max(1, width // _WELL, min(_KEPT, width // LEAST_WIDTH))
        there = len(self._tiles) if view is None else len(view.tiles)
        shares = [int(at < min(room, there)) for at in range(len(self._tiles))]
        if view is not None and self.size.height == 1:
            shares = [*one_line(view.tiles, width), *[0] * len(self._tiles)]
        for tile, share in zip(self._tiles, shares, strict=False):
            tile.take(share)

    on_resize = _fit

    def tick(self, now: float) -> None:
        """Let the waiting time grow."""
        for tile in self._tiles:
            tile.tick(now)
