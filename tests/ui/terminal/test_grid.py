"""The grid of cells: whatever is painted, the difference makes a terminal show it."""

import copy
import re
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tests.ui.emulator import Emulator, shown
from wallboard.ui.terminal.grid import Grid

WIDTH, HEIGHT = 24, 6
LETTERS = (*"abc 0123:~!", "–", "é", "日", "本", "e\u0301", "✈\ufe0f", "👩\u200d🚀", "ف")
PENS = ("", "1", "4;38;5;9", "31", "1;31", "38;2;1;2;3;48;2;4;5;6", "48;2;9;9;9", "7")


def written(x: int, y: int, *pieces: tuple[str, str]) -> str:
    """Return what Textual writes for (pen, text) pieces from a place on."""
    drawn = (f"\x1b[{pen}m{text}\x1b[0m" if pen else text for pen, text in pieces)
    return f"\x1b[{y + 1};{x + 1}H{''.join(drawn)}"


def blank(width: int = WIDTH, height: int = HEIGHT) -> str:
    return "\n".join(written(0, y, ("", " " * width)) for y in range(height))


def painted(*frames: str) -> Grid:
    grid = Grid(WIDTH, HEIGHT)
    for frame in (blank(), *frames):
        grid.paint(frame)
    return grid


def whole(grid: Grid) -> str:
    """Return what writes all of ``grid``, whatever was there."""
    before = Grid(grid.width, grid.height)
    before.forget()
    return before.become(copy.deepcopy(grid))


places = st.tuples(st.integers(0, WIDTH - 1), st.integers(0, HEIGHT - 1))
texts = st.lists(st.sampled_from(LETTERS), min_size=1, max_size=8).map("".join)
pieces = st.lists(st.tuples(st.sampled_from(PENS), texts), min_size=1, max_size=4)
frames = st.lists(st.tuples(places, pieces), min_size=1, max_size=4).map(
    lambda parts: "".join(written(*place, *some) for place, some in parts)
)


@settings(max_examples=150, deadline=None)
@given(st.lists(frames, min_size=1, max_size=4))
def test_the_differences_show_what_a_full_repaint_shows(some: list[str]) -> None:
    wanted, on_terminal = painted(), Grid(WIDTH, HEIGHT)
    emulator = Emulator(WIDTH, HEIGHT)
    emulator.feed(on_terminal.become(wanted))
    for frame in some:
        wanted.paint(frame)
        emulator.feed(on_terminal.become(wanted))
        assert emulator.cells == shown(whole(wanted), WIDTH, HEIGHT)


@settings(max_examples=50, deadline=None)
@given(frames, frames)
def test_what_is_forgotten_is_written_whole(first: str, second: str) -> None:
    wanted, on_terminal = painted(first), Grid(WIDTH, HEIGHT)
    on_terminal.become(wanted)
    emulator = Emulator(WIDTH, HEIGHT)
    emulator.spoil()
    on_terminal.forget()
    wanted.paint(second)
    emulator.feed(on_terminal.become(wanted))
    assert emulator.cells == shown(whole(wanted), WIDTH, HEIGHT)


@settings(max_examples=50, deadline=None)
@given(frames)
def test_what_is_there_already_costs_nothing(frame: str) -> None:
    wanted, on_terminal = painted(frame), Grid(WIDTH, HEIGHT)
    on_terminal.become(wanted)
    wanted.paint(frame)
    assert on_terminal.become(wanted) == ""


def test_plain_and_wide_text_shows_as_textual_writes_it() -> None:
    frame = blank() + written(1, 2, ("1;31", "ab日本c"), ("", " é"), ("48;2;9;9;9", "e\u0301 x"))
    assert shown(whole(painted(frame)), WIDTH, HEIGHT) == shown(frame, WIDTH, HEIGHT)


def change(before: str, after: str) -> str:
    """Return what is written to turn one frame into another."""
    on_terminal = Grid(WIDTH, HEIGHT)
    on_terminal.become(painted(before))
    return on_terminal.become(painted(before, after))


def test_only_digits_that_changed_are_written() -> None:
    before = written(4, 1, ("31", "00:19"))
    assert change(before, written(4, 1, ("31", "00:20"))) == "\x1b[2;8H\x1b[31m20\x1b[m\x1b[2;10H"


def test_a_small_gap_is_written_over_and_a_big_one_stepped_over() -> None:
    before = written(0, 0, ("31", "a..b......c"))
    after = change(before, written(0, 0, ("31", "A..B......C")))
    assert after == "\x1b[1;1H\x1b[31mA..B\x1b[6CC\x1b[m\x1b[1;12H"


def test_of_a_colour_only_what_differs_is_written() -> None:
    one, other = "38;2;1;2;3;48;2;4;5;6", "1;38;2;1;2;3;48;2;7;8;9"
    after = change("", written(0, 0, (one, "a"), (other, "b"), (one, "c"), ("", "d")))
    assert after == (f"\x1b[1;1H\x1b[{one}ma\x1b[1;48;2;7;8;9mb\x1b[0;{one}mc\x1b[md\x1b[1;5H")


def test_the_cursor_alone_may_move() -> None:
    assert change("", "\x1b[3;4H") == "\x1b[3;4H"
    assert change("\x1b[3;4H", "\x1b[3;4H") == ""


def test_half_of_a_wide_character_that_is_left_over_is_blank() -> None:
    assert row(painted(written(2, 0, ("", "日本")), written(3, 0, ("", "x")))) == "   x本"
    assert row(painted(written(2, 0, ("", "日本")), written(4, 0, ("", "x")))) == "  日x"


def row(grid: Grid) -> str:
    emulator = Emulator(WIDTH, HEIGHT)
    emulator.feed(whole(grid))
    return emulator.text.splitlines()[0]


def test_a_wide_character_is_not_cut_by_the_edge() -> None:
    assert row(painted(written(WIDTH - 3, 0, ("", "x日本")))) == " " * (WIDTH - 3) + "x日"
    assert row(painted(written(WIDTH - 2, 0, ("", "x日")))) == " " * (WIDTH - 2) + "x"


def test_text_outside_is_left_out() -> None:
    grid = painted(written(0, HEIGHT, ("", "below")), written(WIDTH, 0, ("", "beside")))
    grid.lay(0, HEIGHT, strip(("", "below")), pen_of)
    grid.lay(WIDTH, 0, strip(("", "beside")), pen_of)
    assert shown(whole(grid), WIDTH, HEIGHT) == shown(blank(), WIDTH, HEIGHT)


def test_what_stands_right_of_a_combined_character_is_written_with_it() -> None:
    # A terminal that draws it wider than it is has spoilt its neighbours.
    before = written(0, 0, ("", "ab 12"))
    after = change(before, written(0, 0, ("", "👩\u200d🚀 12")))
    assert re.sub(r"\x1b\[[\d;]*[A-Za-z]", "", after).endswith(" 12" + " " * (WIDTH - 5))


@pytest.mark.parametrize("seed", [1, 2])
def test_a_long_run_stays_true(seed: int) -> None:
    random = Random(seed)
    wanted, on_terminal = painted(), Grid(WIDTH, HEIGHT)
    emulator = Emulator(WIDTH, HEIGHT)
    emulator.feed(on_terminal.become(wanted))
    for _ in range(300):
        some = [
            (random.choice(PENS), "".join(random.choices(LETTERS, k=random.randint(1, 6))))
            for _ in range(random.randint(1, 4))
        ]
        wanted.paint(written(random.randrange(WIDTH), random.randrange(HEIGHT), *some))
        emulator.feed(on_terminal.become(wanted))
    assert emulator.cells == shown(whole(wanted), WIDTH, HEIGHT)


STYLES = {
    pen: Style(bold=number % 2 == 0, color=f"color({number})") for number, pen in enumerate(PENS)
}


def strip(*pieces: tuple[str, str]) -> Strip:
    return Strip([Segment(text, STYLES[pen]) for pen, text in pieces])


def pen_of(style: Style | None) -> str:
    return next(pen for pen, its in STYLES.items() if its == style)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(places, pieces, st.booleans()), min_size=1, max_size=12))
def test_pieces_that_are_laid_stand_where_a_frame_paints_them(
    some: list[tuple[tuple[int, int], list[tuple[str, str]], bool]],
) -> None:
    laid, wanted = painted(), painted()
    # All of it twice: what is known of a row must not be what stood there before something else.
    for (x, _), parts, by_frame in (*some, *some):
        frame = written(x, 0, *parts)
        wanted.paint(frame)
        if by_frame:
            laid.paint(frame)
        else:
            laid.lay(x, 0, strip(*parts), pen_of)
    assert (laid._texts, laid._pens) == (wanted._texts, wanted._pens)


def test_pieces_that_stand_there_already_are_not_laid_again() -> None:
    grid, asked = painted(), []

    def pen(style: Style | None) -> str:
        asked.append(style)
        return pen_of(style)

    grid.lay(0, 0, strip(("1", "ab"), ("31", "日 12"), ("7", "z")), pen)
    asked.clear()
    grid.lay(0, 0, strip(("1", "ab"), ("31", "日 13"), ("7", "z")), pen)
    assert asked == [STYLES["31"]]
    assert row(grid) == "ab日 13z"
    grid.lay(0, 0, strip(("1", "a"), ("31", "日 13"), ("7", "zz")), pen)
    assert row(grid) == "a日 13zz"


def test_nothing_that_is_laid_steers_the_terminal() -> None:
    grid = painted()
    grid.lay(0, 0, strip(("1", "a\x1b[31mb"), ("", "c\nd")), pen_of)
    assert "\x1b[31m" not in whole(grid)
    assert row(grid).startswith("a")
