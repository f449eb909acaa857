"""A wall's tile and a wall's queue, as lines: what they are told, as large as there is room."""

from collections.abc import Iterable, Sequence

from rich.cells import cell_len

from wallboard.model.silences import MARK
from wallboard.model.view.row import NOBODY, Cell, Row, Tone
from wallboard.model.view.tile import Tile
from wallboard.model.view.wall.fit import WallFit
from wallboard.records import dataclass
from wallboard.ui.widgets.columns import fit
from wallboard.ui.widgets.text import fonts
from wallboard.ui.widgets.text.line_widget import Pieces
from wallboard.ui.widgets.text.typeset import Type

_FULL, _EMPTY = "▇", "░"
_LEAST_BAR, _MOST_BAR = 5, 12


def tile_lines(
    tile: Tile,
    shown: Cell,
    labels: Sequence[str],
    plan: WallFit,
    width: int,
    words: Type,
    *,
    share: float | None,
    turn: int = 0,
) -> list[Pieces]:
    """Return label and number side by side, and under the label how much of its target is used.

    ``labels``: what it is called, the longest words first; ``share``: of the target, if any;
    ``turn``: 1 where it has grown, -1 where it has become less: an arrow beside the label.
    """
    high = plan.tile_rows
    text, room, digits = _fit_label(labels, shown, plan, width, words)
    # The mark of an estimate stands in the margin behind the number.
    value = fonts.value(
        shown.text, room + 1, digits, estimated=shown.estimated, console=words.console
    )
    value = fonts.in_middle(value[:high], high)
    right = fonts.width(shown.text, digits) if digits > 1 else cell_len(shown.text)
    left = max(0, width - right - 2)
    named = _with_arrow(words.lines(text, 0, left - 1), turn, left - 1)
    head = [*named, _target_bar(tile, share, left - 2), *[""] * high][:high]
    tone = f"tile-{shown.tone}"
    label = f"{tone} label {tone}-label"
    return [
        ((fit(f" {item}", left), label), (f" {fit(number, right + 1)}", tone))
        for item, number in zip(head, value, strict=True)
    ]


def _fit_label(
    labels: Sequence[str], shown: Cell, plan: WallFit, width: int, words: Type
) -> tuple[str, int, int]:
    """Return the label that leaves its number room, with the mark; the room, and the digits."""
    mark = f" {shown.mark}" if shown.mark else ""
    text, room, digits = "", 0, 1
    sizes = (2, *fonts.BLOCKS)[words.console :]
    for label in labels:
        text = f"{label[:1].upper()}{label[1:]}{mark}"
        room = width - words.width(text) - 3
        digits = fonts.largest_font(shown.text, room, plan.digits, sizes)
        if digits >= min(plan.digits, words.rows + 1):
            break
    return text, room, digits


_MOST_ARROW = 3


def _with_arrow(label: Sequence[str], turn: int, width: int) -> list[str]:
    """Return a label with an arrow behind it, as high as it is, where there is room for one."""
    rows = min(len(label), _MOST_ARROW)
    arrow = ["█" * (2 * at + 1) for at in range(rows)] if rows > 1 else ["▲" if turn > 0 else "▼"]
    arrow = arrow[:: turn if rows > 1 else 1] if turn else []
    wide = max(map(cell_len, label)) + 2
    if not arrow or wide + 2 * rows - 1 > width:
        return list(label)
    arrow = [*arrow, *[""] * (len(label) - rows)]
    return [
        f"{fit(line, wide)}{part.center(2 * rows - 1)}"
        for line, part in zip(label, arrow, strict=True)
    ]


def _target_bar(tile: Tile, share: float | None, width: int) -> str:
    """Return ``of 1:00 ▇▇▇░░``, or what else is to be known of a total; whole or not at all."""
    of = f"of {tile.target.lstrip('<>')} "
    if tile.note:
        return tile.note if len(tile.note) <= width else ""
    if share is None or len(of) > width:
        return ""
    room = min(_MOST_BAR, width - len(of))
    if room < _LEAST_BAR:
        return of
    full = min(room, round(share * room))
    return f"{of}{_FULL * full}{_EMPTY * (room - full)}"


@dataclass(frozen=True, slots=True)
class QueueColumns:
    """Where a queue's parts stand: the columns of its gutter, name, and numbers.

    ``most``: of the name where the second number gives way to it.
    """

    gutter: int
    name: int
    most: int
    numbers: tuple[int, int]


def queue_columns(
    names: Iterable[str],
    numbers: Sequence[Sequence[Cell]],
    words: Type,
    columns: int,
    *,
    quiet: bool = False,
) -> QueueColumns:
    """Return the columns in which all names and numbers have room, as far as they can.

    ``quiet``: whether any queue is silenced, whose mark is longer.
    """
    first, second = (
        max((words.width(cells[at].text) for cells in numbers if len(cells) > at), default=0)
        for at in (0, 1)
    )
    gutter = max(map(words.width, (f"{MARK}!!" if quiet else "!!", "--", "||"))) + 3
    most = columns - gutter - first - 3
    room = most - (second + 3 if second else 0)
    widest = max(map(words.width, names), default=0)
    return QueueColumns(gutter, max(1, min(room, widest + 2)), max(1, most), (first, second))


def queue_lines(
    row: Row,
    name: str,
    numbers: Sequence[Cell],
    columns: QueueColumns,
    words: Type,
    drop: int,
    *,
    lit: bool,
) -> list[Pieces]:
    """Return a queue: its gutter, its whole name, and its numbers where the name leaves room.

    ``lit``: whether its gutter is in reverse; ``drop`` 1: it stands half a row lower.
    """
    # The name comes before the second number, and before what says that nobody waits.
    shown = [cell for cell in numbers if cell.text != NOBODY]
    wide = words.width(name) if words.can_draw(name) else 0
    all_of_it = columns.most + sum(columns.numbers[:1]) + 3
    most = columns.most if shown else all_of_it
    alone = columns.name < wide <= most or not shown
    room = most if alone else columns.name
    tone = Tone.OLD if row.tone is Tone.OLD else Tone.NORMAL
    parts = [(words.lines(name, drop, room), str(tone), room)]
    for at, width in enumerate(columns.numbers):
        if width and shown and not (alone and at):
            cell = shown[at] if at < len(shown) else Cell("")
            parts.append((words.lines(cell.text, drop), str(cell.tone), width))
    style = f"{row.tone}{' lit' if lit else ''}"
    mark = row.mark or row.age_mark
    marks = words.lines(f"{MARK if row.silenced else ''}{mark}", drop)
    drawn: list[Pieces] = []
    for at, drawn_mark in enumerate(marks):
        line = [(fit(f" {drawn_mark}", columns.gutter - 1), style), (" ", "")]
        for number, (lines, style_of, width) in enumerate(parts):
            text = fit(lines[at], width, right=number > 0)
            line += [(f" {text} ", style_of), (" ", "")] if number else [(text, style_of)]
        drawn.append(tuple(line))
    return drawn
