"""How agents are drawn: as many tiles side by side as fit, of one line or of two."""

from collections.abc import Sequence
from typing import NamedTuple

from rich.cells import cell_len

from wallboard.model.judge.rules import Level
from wallboard.model.view.agent_tile import DERIVED_MARK, AgentTile, Counts
from wallboard.model.view.row import TONES, Tone
from wallboard.ui.widgets.block_panel import style_of
from wallboard.ui.widgets.columns import fit
from wallboard.ui.widgets.text.line_widget import Pieces, under_cursor, width_of

GAP = 1
"""Blank columns between two tiles, beside the level's mark, which is mostly blank."""

OVERFLOW = "↑"
"""Marks a seat that is taken only when the queue flows over."""

_LEAST, _WELL, _MOST = 25, 34, 48
_MARKS = 4
_LONG, _SHORT = 10, 5
_TIME = 6
_CALLED = 34
_BEFORE_CALL = "  "
_AWAY = ("LOGGED_OUT", "OFFLINE")


class TileGrid(NamedTuple):
    """``across`` tiles side by side, each ``width`` columns wide and ``high`` lines high.

    ``blank``: whether a blank line parts those below each other. ``called``: whether a tile of
    one line tells at its end whom the agent talks to.
    """

    across: int
    width: int
    high: int = 1
    blank: bool = False
    called: bool = False

    def lines(self, tiles: int) -> int:
        """Return how many lines so many tiles make."""
        rows = -(-tiles // self.across)
        return rows * self.high + (rows - 1) * self.blank if rows else 0


def _across(columns: int, least: int = _LEAST) -> TileGrid:
    """Return a grid of tiles of one line, at least ``least`` columns wide."""
    number = max(1, (columns + GAP) // (least + GAP))
    return TileGrid(number, min(_MOST, (columns + GAP) // number - GAP))


def grid(columns: int, rows: int, tiles: int) -> TileGrid:
    """Return the roomiest grid in which so many tiles are all seen at once.

    Where they do not fit at all: the one that shows most.
    """
    for high, blank in ((2, True), (2, False), (1, False)):
        for least in (_MOST - 3, _WELL, _LEAST):
            made = _across(columns, least)._replace(high=high, blank=blank)
            filled = made.across * (made.width + GAP) >= columns * 3 // 4
            if made.lines(tiles) <= rows and (filled or least == _LEAST):
                return made
    return _across(columns)


def seat_grid(columns: int) -> TileGrid:
    """Return a grid for the seats of a queue: one line each, with the call where there is room."""
    made = _across(columns, _CALLED)
    return made._replace(called=True) if made.width >= _CALLED else _across(columns)


def row_lines(
    tiles: Sequence[AgentTile], made: TileGrid, now: float, cursor: int = -1
) -> list[Pieces]:
    """Return one row of tiles, at ``now`` in elapsed seconds.

    Before each of them is a blank, or the sign of the cursor where that is at it.
    """
    drawn = [tile_lines(tile, made, now) for tile in tiles]
    lines: list[Pieces] = []
    for parts in zip(*drawn, strict=True):
        pieces: list[tuple[str, str]] = []
        for place, part in enumerate(parts):
            pieces += under_cursor(part) if place == cursor else ((" " * GAP, ""), *part)
        lines.append(tuple(pieces))
    return lines


def tile_lines(tile: AgentTile, made: TileGrid, now: float) -> list[Pieces]:
    """Return the lines of one tile, each exactly as wide as the grid says."""
    plain = "label" if tile.tone is Tone.NORMAL else str(tile.tone)
    if made.called:
        width = made.width * 3 // 4
        room = made.width - width - len(_BEFORE_CALL)
        call = _BEFORE_CALL + fit(short_call(tile.call, room), room)
        return [(*_first(tile, width, now), (call, plain))]
    first = _first(tile, made.width, now)
    if made.high == 1:
        return [first]
    more = f" +{len(tile.queues) - 1}" if len(tile.queues) > 1 else ""
    where = "".join(tile.queues[:1]) + more
    text = " · ".join(part for part in (tile.call, where) if part)
    return [first, ((fit(" " * _MARKS + text, made.width), plain),)]


def _first(tile: AgentTile, width: int, now: float) -> Pieces:
    """Return marks, name, status and time in exactly ``width`` columns."""
    cell = tile.time(now)
    time = f"{cell.mark}{cell.text}{'~' if cell.estimated else ' '}"
    room = _LONG if width >= _WELL - 2 else _SHORT
    word = tile.word if tile.gone or cell_len(tile.word) <= room else tile.status.short
    word = fit(word, min(room, cell_len(word)))
    mark = DERIVED_MARK if tile.derived and not tile.gone else " "
    right = f"{word}{mark}{time}"
    blank = max(0, room + 1 + _TIME - cell_len(right))
    name = width - _MARKS - 1 - cell_len(right) - blank
    trouble = tile.tone in (Tone.WARNING, Tone.CRITICAL)
    style = str(tile.tone) if trouble or tile.old else ""
    away = "label" if tile.status.id in _AWAY else "normal"
    return (
        (fit(tile.told.mark, 2), style),
        (" " if tile.gone else tile.status.mark, style or style_of(tile.status)),
        (OVERFLOW if tile.overflow else " ", style or "label"),
        (fit(short_name(tile.name, name), max(0, name)) + " ", style or away),
        (word + mark + " " * blank, style or away),
        (time, style or away),
    )


def short_name(name: str, room: int) -> str:
    """Return a name that is too long as ``Ada L.``, of a number its end; else as it is."""
    if cell_len(name) <= room:
        return name
    first, *others = name.split() or [""]
    if not any(letter.isalpha() for letter in name):
        return f"…{name[len(name) - room + 1 :]}" if room > 1 else name
    short = f"{first} {others[-1][:1]}." if others and others[-1][:1].isalpha() else name
    return short if cell_len(short) <= room else name


def short_call(call: str, room: int) -> str:
    """Return a caller that is too long without what stands before the end of the number.

    ``Y. D. …0311`` loses its letters: the digits tell one caller from another.
    """
    before, _, number = call.rpartition(" ")
    if cell_len(call) <= room or not number.startswith("…"):
        return short_name(call, room)
    first = f"{before.split()[0]} {number}" if before.strip() else number
    return first if cell_len(first) <= room else number


def counts(found: Counts, room: int, *, old: bool = False) -> Pieces:
    """Return how many are in each status, shorter where ``room`` columns are not enough."""
    for words, gap in ((True, "   "), (False, "   "), (False, "  "), (False, " ")):
        pieces: list[tuple[str, str]] = []
        for status, number in found:
            pieces += [(gap, "")] if pieces else []
            number_text = f" {number} " if len(gap) > 1 else f"{number} "
            pieces.append((status.mark, Tone.OLD if old else style_of(status)))
            pieces.append((number_text, Tone.OLD if old else "normal"))
            pieces.append((status.word if words else status.short, Tone.OLD if old else "label"))
        if width_of(tuple(pieces)) <= room:
            break
    return tuple(pieces)


def levels(warning: int, critical: int, *, words: bool) -> Pieces:
    """Return how many are in trouble, with the level's word or its mark alone."""
    pieces: list[tuple[str, str]] = []
    for level, number in ((Level.CRITICAL, critical), (Level.WARNING, warning)):
        if number:
            word = f" {level.word}" if words else ""
            pieces += [
                ("   " if words else " ", ""),
                (f" {level.mark} {number}{word} ", TONES[level]),
            ]
    return tuple(pieces)
