"""The wall: the board for people who stand ten metres away and touch nothing.

``wall_lines`` is a function of what it is given, so that a wall can be judged without a screen;
the widget draws what it returns, and only the lines that have changed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from rich.cells import cell_len

from wallboard.model.data.catalogue import labelled
from wallboard.model.data.metric import Made
from wallboard.model.data.options import KioskOptions
from wallboard.model.data.reading import QueueKey
from wallboard.model.feeds.freshness import Freshness
from wallboard.model.view import board as model
from wallboard.model.view.board import BoardView
from wallboard.model.view.row import Row, Tone, cell
from wallboard.model.view.tile import Tile, tick_tile
from wallboard.model.view.wall_fit import Sizes, WallFit, layout
from wallboard.model.view.wall_pages import WallPage, page_at, pages, ticker
from wallboard.ui.widgets.columns import Names, fit, headings
from wallboard.ui.widgets.status_bar import status_line
from wallboard.ui.widgets.table_layout import lay_out
from wallboard.ui.widgets.table_rows import AT, RowPainter
from wallboard.ui.widgets.text import fonts
from wallboard.ui.widgets.text.line_widget import LineWidget, Pieces, spread
from wallboard.ui.widgets.tile import foot

SAID_FOR = 36.0
"""Seconds for which a new wall says what can be read of it from afar, and what cannot."""

AIRY = 36
"""Rows from which there is a blank line between the parts of a wall."""

_BAR = 6
"""Columns of the mark that shows how far a page is through."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What a wall shows at one moment.

    ``now``, ``since``: elapsed seconds, now and when the wall began; ``clock``: local time as
    text. ``lit``: queues that nobody has seen in
    critical yet → whether they are drawn in reverse now. ``night``: whether all is dimmed.
    ``console``: whether it is drawn on the Linux console.
    """

    view: BoardView
    options: KioskOptions
    now: float
    since: float = 0.0
    clock: str = ""
    message: str = ""
    lit: Mapping[QueueKey, bool] = field(default_factory=dict)
    sizes: Sizes | None = None
    night: bool = False
    console: bool = False

    @property
    def words(self) -> str:
        """What stands in the last line: what is to be done about a trouble, and the message."""
        return " · ".join(filter(None, (self.view.health.remedy, self.message)))


def wall_lines(scene: Scene, columns: int, rows: int) -> list[Pieces]:
    """Return a wall of so many columns and rows, line by line from the top."""
    if columns < 1 or rows < 1:
        return []
    view = scene.view
    told = scene.sizes is not None and scene.now - scene.since < SAID_FOR
    air = 1 if rows >= AIRY else 0
    plan = layout(
        columns,
        rows - 3 * air - (1 if scene.words or told else 0),
        len(view.tiles),
        len(view.lines),
        scene.sizes,
    )
    words = " · ".join(plan.words) if told else scene.words
    turned = pages(view.lines, plan.queues, scene.options.by)
    at, through = page_at(scene.now - scene.since, scene.options.page_seconds, len(turned))
    page = turned[at]
    lines = [_title(scene, page, through, columns)]
    lines += _tiles(scene, plan, columns, air)
    if plan.worst:
        lines += [*_worst(scene, plan, columns), *[()] * air]
    lines += _list(scene, page, plan, columns)
    status = rows - (2 if words else 1)
    lines = lines[:status] + [()] * (status - len(lines))
    lines.append(status_line(view.health, scene.now, view.order))
    if words:
        said = ticker(words, columns - 2, scene.now - scene.since, scene.options.page_seconds)
        lines.append(((f" {said}", "message" if scene.message else "words"),))
    return _dimmed(lines[:rows]) if scene.night else lines[:rows]


def _dimmed(lines: list[Pieces]) -> list[Pieces]:
    return [tuple((text, f"{style} night") for text, style in line) for line in lines]


def _title(scene: Scene, page: WallPage, through: float, columns: int) -> Pieces:
    left: list[tuple[str, str]] = [(f" {scene.view.title}", "title")]
    if page.title:
        left.append((f"   {page.title}", "title"))
    right: list[tuple[str, str]] = []
    if page.of > 1:
        done = int(through * _BAR)
        right.append(
            (f"page {page.number}/{page.of} {'█' * done}{'░' * (_BAR - done)}   ", "quiet")
        )
    right.append((f"{scene.clock} ", "clock"))
    return spread(tuple(left), tuple(right), columns)


# Tiles.


def _tiles(scene: Scene, plan: WallFit, columns: int, air: int) -> list[Pieces]:
    tiles = scene.view.tiles[: plan.tiles]
    lines: list[Pieces] = []
    for at in range(0, len(tiles), max(1, plan.across)):
        lines += _tile_row(scene, tiles[at : at + plan.across], plan, columns)
        lines += [()] * air
    return lines


def _tile_row(scene: Scene, tiles: tuple[Tile, ...], plan: WallFit, columns: int) -> list[Pieces]:
    """Return some tiles side by side, a blank column between them."""
    each = columns // plan.across
    made = [_tile(scene, tile, plan.digits, each - 1) for tile in tiles]
    return [
        tuple(piece for one in made for piece in (*one[row], (" ", "")))
        for row in range(len(made[0]))
    ]


def _tile(scene: Scene, tile: Tile, digits: int, width: int) -> list[Pieces]:
    shown = tick_tile(tile, scene.now) if scene.view.tick else tile.cell
    tone = f"tile-{shown.tone}"
    if digits == 1:
        tilde = "~" if shown.estimated else ""
        value = f"{shown.mark}{shown.text}{tilde}"
        label = fit(f" {tile.metric.label}", max(0, width - len(value) - 1))
        return [((label, f"label {tone}-label"), (f"{value} ", tone))]
    mark = f" {shown.mark}" if shown.mark else ""
    head = fit(f" {tile.metric.label}{mark}", width)
    body = fonts.value(
        shown.text, width - 1, digits, estimated=shown.estimated, console=scene.console
    )
    label = f"{tone} label {tone}-label"
    return [
        ((head, label),),
        *(((fit(f" {row}", width), tone),) for row in body),
        _foot(tile, width, label),
    ]


def _foot(tile: Tile, width: int, label: str) -> Pieces:
    """Return the last line of a tile, and its target at the end where there is room."""
    said = foot(tile, width - 2)
    left = width - 1 - sum(cell_len(text) for text, _ in said)
    target = f"{tile.target} ".rjust(left) if len(tile.target) + 2 < left else " " * left
    pieces = ((text, label if style == "label" else style) for text, style in said)
    return ((" ", label), *pieces, (target, label))


# The worst queue.


def _worst(scene: Scene, plan: WallFit, columns: int) -> list[Pieces]:
    condition = scene.view.health
    if condition.state >= Freshness.STALE or condition.paused_at is not None:
        return _unknown(scene, plan, columns)
    line = _worst_line(scene.view)
    untold = condition.not_calm
    if untold.headline and (line is None or untold.level > line.levels.level):
        return _said(scene, plan, columns, untold.headline, untold.why, "stale")
    if line is None:
        calm = " No queue in trouble" if not condition.critical + condition.warning else ""
        if not scene.view.lines and not scene.view.only_trouble:
            # Where there is no queue, nothing is known to be well.
            if scene.view.closed:
                closed = f" {model.closed_words(scene.view.closed)}"
                return [((closed, "quiet"),), *[()] * plan.worst]
            return _said(scene, plan, columns, "NO QUEUES", scene.view.empty, "stale")
        return [((calm, "quiet"),), *[()] * plan.worst]
    metric = labelled(line.levels.worst_metric, scene.view.labels)
    shown = cell(line, metric, scene.now, scene.view.tick) if metric else None
    value = f"{shown.text}{'~' if shown.estimated else ''}" if shown else ""
    style = f"big-{line.tone}{_lit(scene, line)}"
    site = f" · {line.queue.site_title}" if line.queue.site else ""
    what = f" · {metric.word} {value}" if metric else ""
    head = fit(f" {line.mark} {line.word}: {line.queue.title}{site}{what}", columns)
    text, rows = _fitting(line.queue.name, value, columns - 2, plan.worst)
    body = (
        fonts.big_words(text, rows, console=scene.console)
        if rows > 1
        else (fonts.capitals(f"{line.queue.name}  {value}"),)
    )
    filled = (*body, *[""] * (plan.worst - len(body)))
    return [((head, style),), *(((fit(f" {row}", columns), style),) for row in filled)]


def _worst_line(view: BoardView) -> Row | None:
    """Return the first queue in trouble, if it is the board's first of those with numbers."""
    line = next((one for one in view.lines if not one.missing), None)
    return line if line and line.tone in (Tone.WARNING, Tone.CRITICAL) else None


def _unknown(scene: Scene, plan: WallFit, columns: int) -> list[Pieces]:
    """Say in big letters that nothing is known now: all may be well, or nothing."""
    condition = scene.view.health
    paused = condition.paused_at is not None
    said = "PAUSED" if paused else str(condition.state)
    why = condition.trouble or ("the rows stand still" if paused else "")
    style = "paused" if paused else "no-data" if condition.state is Freshness.NO_DATA else "stale"
    return _said(scene, plan, columns, said, f"{said} · {why}" if why else said, style)


def _said(
    scene: Scene, plan: WallFit, columns: int, said: str, why: str, style: str
) -> list[Pieces]:
    """Return something in big letters where the worst queue would be, and why, above it."""
    rows = fonts.fitting(said, columns - 2, plan.worst)
    body = fonts.big_words(said, rows, console=scene.console) if rows > 1 else (said,)
    filled = (*body, *[""] * (plan.worst - len(body)))
    return [
        ((f" {why}", "words"),),
        *(((f" {row} ", f"{style} plain"),) if row else () for row in filled),
    ]


def _fitting(name: str, value: str, columns: int, most: int) -> tuple[str, int]:
    """Return the worst queue's words and their height: all of them, or the name's beginning."""
    for rows in (high for high in (5, 3) if high <= most):
        for end in range(len(name), 3, -1):
            text = f"{name[:end].rstrip()}{'.' if end < len(name) else ''} {value}".strip()
            if fonts.width(fonts.capitals(text), rows) <= columns:
                if end < min(len(name), 8) and rows > 3:
                    break
                return text, rows
    return f"{name} {value}", 1


def _lit(scene: Scene, line: Row) -> str:
    return " lit" if scene.lit.get(line.key) else ""


# The list of queues.


def _list(scene: Scene, page: WallPage, plan: WallFit, columns: int) -> list[Pieces]:
    view = scene.view
    queues = [line.queue for line in view.lines]
    names = Names().with_all((one.title, one.site_title, one.pbx) for one in queues)
    table = lay_out(
        columns,
        [one for one in view.columns if one.made is not Made.TREND],
        names,
        sites=len({one.site_title for one in queues}) > 1,
        pbxes=len({one.key.pbx for one in queues}) > 1,
        order=view.sort,
    )
    lines: list[Pieces] = [((headings(table), "header"),)]
    if not page.lines:
        return [*lines, ((f"  {view.empty}", "quiet"),)]
    painter, tick = RowPainter(table), scene.view.tick
    for line in page.lines:
        lit = bool(scene.lit.get(line.key))
        drawn = painter.queue(line, None, scene.now, estimates=tick, cursor=False, lit=lit)
        lines.append(tuple((text, _PLAIN.get(style, style)) for text, style in drawn.pieces()))
        lines += [()] * (plan.row_height - 1)
    if closed := model.closed_words(view.closed):
        lines.append(((f"  {closed}", "quiet"),))
    return lines


_PLAIN = {"": Tone.NORMAL, AT: Tone.NORMAL}
"""Styles of the table's rows that are the wall's own."""


class Wall(LineWidget):
    """Draws a scene as large as it is itself, moved by ``margin`` (columns, rows)."""

    PREFIX = "wall"
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        *(f"wall--{name}" for name in ("title", "clock", "quiet", "words", "message", "header")),
        *(f"wall--{name}" for name in ("live", "late", "stale", "no-data", "paused", "hidden")),
        "wall--hidden-warning",
        *("wall--label", "wall--lit", "wall--night", "wall--plain"),
        *(f"wall--{tone}" for tone in Tone),
        *(f"wall--name-{tone}" for tone in Tone),
        *(f"wall--tile-{tone}" for tone in Tone),
        *(f"wall--tile-{tone}-label" for tone in Tone),
        *(f"wall--big-{tone}" for tone in (Tone.WARNING, Tone.CRITICAL)),
    }

    def show(self, scene: Scene, margin: tuple[int, int] = (0, 0)) -> None:
        """Draw ``scene``."""
        right, down = margin
        width, height = self.size
        if scene.options.shift:
            # The same room wherever the picture is moved to: nothing is laid out anew.
            width, height = width - 1, height - 1
        lines = wall_lines(scene, width, height)
        self.paint([()] * down + [((" " * right, ""), *line) if right else line for line in lines])
