"""The wall: the board for people who stand ten metres away and touch nothing.

``wall_lines`` is a function of what it is given, so that a wall can be judged without a screen;
the widget draws what it returns, and only the lines that have changed.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import KW_ONLY, field
from functools import partial

from wallboard.model.data.options import KioskOptions
from wallboard.model.data.reading import QueueKey
from wallboard.model.feeds.freshness import Freshness
from wallboard.model.view.board import BoardView
from wallboard.model.view.row import Row, Tone
from wallboard.model.view.tile import Tile, tile_cell, tile_share
from wallboard.model.view.wall import words as said
from wallboard.model.view.wall.fit import (
    CONSOLE_TYPES,
    TYPES,
    USUAL,
    Sizes,
    WallFit,
    blank_rows,
    help_words,
    layout,
    line_start,
    readable_sizes,
    reading_words,
)
from wallboard.model.view.wall.pages import WallPage, page_at, pages
from wallboard.records import dataclass
from wallboard.ui.widgets.columns import fit
from wallboard.ui.widgets.status_bar import state_style, status_line
from wallboard.ui.widgets.text import fonts
from wallboard.ui.widgets.text.line_widget import LineWidget, Pieces
from wallboard.ui.widgets.text.typeset import Type, paragraph, side_by_side
from wallboard.ui.widgets.wall_parts import queue_columns, queue_lines, tile_lines

SAID_FOR = 36.0
"""Seconds for which a new wall says what can be read of it from afar, and what would help."""

_PAGE_BAR = 6
"""Columns of the mark that shows how far a page is through."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What a wall shows at one moment.

    ``now``, ``since``: elapsed seconds, now and when the wall began; ``calm``: from when on all was
    seen calm; ``clock``: local time as text. ``lit``: queues that nobody has seen in critical yet →
    whether their gutter is drawn in reverse now. ``names``: what queues are called.
    ``night``: whether all is dimmed. ``console``: whether it is drawn on the Linux console.
    """

    view: BoardView
    options: KioskOptions
    now: float
    since: float = 0.0
    _: KW_ONLY
    calm: float | None = None
    clock: str = ""
    message: str = ""
    lit: Mapping[QueueKey, bool] = field(default_factory=dict)
    sizes: Sizes | None = None
    names: Mapping[QueueKey, str] = field(default_factory=dict)
    night: bool = False
    console: bool = False

    def words(self, plan: WallFit) -> Type:
        """Return the type of a plan's words."""
        return Type(plan.type, self.console)

    @property
    def told(self) -> bool:
        """Whether the wall is so new that it says what can be read of it."""
        return self.sizes is not None and self.now - self.since < SAID_FOR

    def part_of_text(self, text: str, words: Type, columns: int) -> str:
        """Return the part of a text that stands now, where it has no room as a whole."""
        parts = words.pieces(text, columns)
        at, _ = page_at(self.now - self.since, self.options.page_seconds, len(parts))
        return parts[at] if parts else ""


def wall_lines(scene: Scene, columns: int, rows: int) -> list[Pieces]:
    """Return a wall of so many columns and rows, line by line from the top."""
    if columns < 1 or rows < 1:
        return []
    view, options = scene.view, scene.options
    sizes = scene.sizes or readable_sizes(*USUAL, rows)
    types = CONSOLE_TYPES if scene.console else TYPES
    plan = layout(columns, rows, len(view.tiles), len(view.lines), sizes, types)
    shown = plan.queues - (options.by != "page")
    made = pages(view.lines, shown, options.by, view.book, view.empty_groups)
    at, through = page_at(scene.now - scene.since, options.page_seconds, len(made))
    instead = (help_words(sizes, plan) if scene.told else "") or said.empty_words(view)
    calm = scene.calm is not None and options.by == "page"
    # Where there is no list, no page of it is turned.
    page = WallPage(made[at].lines, 0, 1, 1) if instead or calm else made[at]
    lines = _tiles(scene, page, plan, columns)
    foot = plan.type + plan.details
    high = rows - len(lines) - foot
    if instead:
        lines += paragraph(instead, scene.words(plan), columns - 2, high, "words")
    elif calm:
        lines += _calm(scene, scene.words(plan), columns, high)
    else:
        lines += _queues(scene, page, plan, columns)
    lines = lines[: rows - foot] + [()] * (rows - foot - len(lines))
    more = ("", None) if plan.more else said.more_words(view, page.lines, brief=True)
    lines += _state(scene, plan, more, columns)
    if plan.details:
        lines.append(_details(scene, plan, sizes, page, through, columns))
    return _dim(lines[:rows]) if scene.night else lines[:rows]


def _dim(lines: list[Pieces]) -> list[Pieces]:
    return [tuple((text, f"{style} night") for text, style in line) for line in lines]


# Tiles.


def _tiles(scene: Scene, page: WallPage, plan: WallFit, columns: int) -> list[Pieces]:
    view = scene.view
    own = said.tiles_of_page(view, page.title, scene.options.by) if page.title else ()
    tiles = (own or view.tiles)[: plan.tiles]
    each = columns // plan.across - 1
    lines: list[Pieces] = []
    for at in range(0, len(tiles), plan.across):
        made = [_tile(scene, tile, plan, each) for tile in tiles[at : at + plan.across]]
        lines += [*([()] * blank_rows(plan.digits) if at else ()), *side_by_side(made)]
    return lines


def _tile(scene: Scene, tile: Tile, plan: WallFit, width: int) -> list[Pieces]:
    shown = tile_cell(tile, scene.now, grows=scene.view.tick)
    labels = said.label_words(tile.metric, scene.view.labels, tile.group)
    share = tile_share(tile, scene.now)
    turn = said.direction(tile)
    return tile_lines(tile, shown, labels, plan, width, scene.words(plan), share=share, turn=turn)


# The list of queues.


def _queues(scene: Scene, page: WallPage, plan: WallFit, columns: int) -> list[Pieces]:
    """Return a page of queues, and what is not on it."""
    words = scene.words(plan)
    heading = f"{page.title} {page.number}/{page.of}" if page.title else ""
    if scene.options.by == "group" and page.title in scene.view.empty_groups:
        heading += " finds no queue"
    drawn: list[Callable[[int], list[Pieces]]] = []
    if heading:
        drawn.append(partial(_words, scene, words, heading, "title", columns))
    drawn += _rows(scene, page.lines, words, columns)
    more, tone = said.more_words(scene.view, page.lines)
    if plan.more and more:
        drawn.append(partial(_words, scene, words, more, tone or "quiet", columns))
    lines: list[Pieces] = []
    for at, draw in enumerate(drawn):
        lines += draw(line_start(plan.type, at)[1])
        start, _ = line_start(plan.type, at + 1)
        lines += [()] * (start - len(lines))
    return lines


def _words(
    scene: Scene, words: Type, text: str, style: str, columns: int, drop: int
) -> list[Pieces]:
    """Return one line of words; what has no room is turned over, never cut."""
    shown = scene.part_of_text(text, words, columns - 2)
    return [((f" {line}", style),) for line in words.lines(shown, drop)]


def _rows(
    scene: Scene, rows: Sequence[Row], words: Type, columns: int
) -> list[Callable[[int], list[Pieces]]]:
    known = [said.facts(row, scene.view, scene.now) for row in rows]
    quiet = any(row.silenced for row in rows)
    room = queue_columns(scene.names.values(), known, words, columns, quiet=quiet)
    return [
        partial(
            queue_lines,
            row,
            scene.names[row.key],
            cells,
            room,
            words,
            lit=scene.lit.get(row.key, False),
        )
        for row, cells in zip(rows, known, strict=True)
    ]


def _calm(scene: Scene, words: Type, columns: int, rows: int) -> list[Pieces]:
    """Return a screen of what is good to know: how long it is calm, who waits, today."""
    calm = said.calm_words(scene.view, scene.calm or scene.now, scene.now)
    larger = [item for item in (3, 4, 5) if item > words.rows and item <= rows // 3]
    head = max(
        (
            item
            for item in larger
            if fonts.width(fonts.capitals(calm.headline), item) <= columns - 2
        ),
        default=words.rows,
    )
    style = "calm" if scene.view.health.state is Freshness.LIVE else "words"
    lines = [((f" {line}", style),) for line in Type(head, words.console).lines(calm.headline)]
    parts = _rows(scene, calm.waits, words, columns)
    parts += [] if calm.waits else [partial(_words, scene, words, "nobody waits", "quiet", columns)]
    parts += [partial(_words, scene, words, calm.today, "words", columns)] if calm.today else []
    spare = rows - len(lines) - len(parts) * words.rows
    air = max(0, min(words.rows, spare // len(parts)))
    return [*lines, *(item for part in parts for item in [*[()] * air, *part(0)])][:rows]


# State.


def _state(
    scene: Scene, plan: WallFit, more: tuple[str, Tone | None], columns: int
) -> list[Pieces]:
    """Return the line at the bottom: the state, the time, and the message."""
    health, words = scene.view.health, scene.words(plan)
    state = words.lines(said.state_words(scene.view, scene.now))
    clock = words.lines(scene.clock)
    left, tone = words.lines(more[0]), more[1]
    taken = len(state[0]) + len(clock[0]) + 8 + (len(left[0]) + 2 if more[0] else 0)
    message = words.lines(
        scene.part_of_text(_notices(scene, plan, columns), words, columns - taken)
    )
    style = "paused" if health.paused_at is not None else state_style(health)
    if style == "live" and said.is_empty(scene.view):
        style = "late"
    rows: list[Pieces] = []
    for at in range(plan.type):
        beside = ((f" {left[at]} ", tone or "quiet"),) if more[0] else ()
        rows.append(
            (
                (f" {state[at]} ", style),
                (f"  {clock[at]}  ", "clock"),
                *beside,
                (f" {message[at]}", "message"),
            )
        )
    return rows


def _notices(scene: Scene, plan: WallFit, columns: int) -> str:
    """Return the message, and before it what else must be read and has no line of its own."""
    health, words = scene.view.health, scene.words(plan)
    stale = health.state is Freshness.STALE and not plan.more
    small = scene.told and any(
        words.width(name) > columns * 2 // 3 for name in scene.names.values()
    )
    short = "long names: [labels.queues]" if small else ""
    return " · ".join(filter(None, (health.trouble if stale else "", short, scene.message)))


def _details(
    scene: Scene, plan: WallFit, sizes: Sizes, page: WallPage, through: float, columns: int
) -> Pieces:
    """Return a row of small text for whoever comes near; longer than it is, it is turned over."""
    view = scene.view
    bar = ""
    if page.of > 1:
        done = int(through * _PAGE_BAR)
        bar = f" page {page.number}/{page.of} {'█' * done}{'░' * (_PAGE_BAR - done)}"
    status = "".join(text for text, _ in status_line(view.health, scene.now, view.order)).strip()
    reading = reading_words(sizes, plan) if scene.told and sizes.reads(plan.type) else ""
    help_ = help_words(sizes, plan) if scene.told else ""
    text = " · ".join(filter(None, (help_ or reading, view.health.remedy, view.title, status)))
    room = columns - len(bar) - 2
    return ((f" {fit(scene.part_of_text(text, Type(1), room), room)}", "quiet"), (bar, "quiet"))


class Wall(LineWidget):
    """Draws a scene as large as it is itself, moved by ``margin`` (columns, rows)."""

    PREFIX = "wall"

    def show(self, scene: Scene, margin: tuple[int, int] = (0, 0)) -> None:
        """Draw ``scene``."""
        right, down = margin
        width, height = self.size
        if scene.options.shift:
            # The same room wherever the picture is moved to: nothing is laid out anew.
            width, height = width - 1, height - 1
        lines = wall_lines(scene, width, height)
        self.paint([()] * down + [((" " * right, ""), *line) if right else line for line in lines])
