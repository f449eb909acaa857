"""What can be read from afar, what fits a wall, and its pages."""

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tests.sample import row
from tests.unit.model_env import PLAIN, World
from wallboard.host.message_file import message
from wallboard.model.view.row import Row
from wallboard.model.view.wall_fit import CELLS, DIGITS, TILE_WIDTH, WallFit, layout, readable
from wallboard.model.view.wall_pages import page_at, pages, shift, ticker
from wallboard.ui.widgets.text.fonts import big, width


def angle(height_mm: float, metres: float) -> float:
    """Minutes of arc under which something is seen: the independent way round."""
    return math.degrees(2 * math.atan(height_mm / 2_000 / metres)) * 60


# Reading from afar.


def test_a_55_inch_screen_from_10_metres() -> None:
    sizes = readable(55, 10, 45)
    # 55 inches of 16:9 are 685 mm high, a cell 15.2 mm, so text 9.9 mm; 46.5 mm are needed.
    assert sizes.by_rows[1].height == pytest.approx(9.9, abs=0.05)
    assert {rows: size.readable for rows, size in sizes.by_rows.items()} == {
        1: False, 3: False, 5: True, 7: True,
    }  # fmt: skip
    assert sizes.most_rows == 9


@given(st.floats(10, 120), st.floats(0.5, 40), st.integers(5, 120))
def test_readable_is_16_minutes_of_arc(tv: float, metres: float, rows: int) -> None:
    sizes = readable(tv, metres, rows)
    for size in sizes.by_rows.values():
        seen = angle(size.height, metres)
        assert size.readable is (seen >= 16) or seen == pytest.approx(16, rel=1e-4)
        assert angle(size.height, size.farthest) == pytest.approx(16, rel=1e-4)
    if sizes.most_rows:
        assert readable(tv, metres, sizes.most_rows).reads(1)
    assert not readable(tv, metres, sizes.most_rows + 1).reads(1)


def test_larger_digits_are_read_from_farther_away() -> None:
    farthest = [readable(55, 10, 40).by_rows[rows].farthest for rows in DIGITS]
    assert farthest == sorted(farthest, reverse=True)


@pytest.mark.parametrize("wrong", [(0, 10, 45), (55, 0, 45), (55, 10, 0), (-1, 10, 45)])
def test_what_cannot_be_is_refused(wrong: tuple[float, float, int]) -> None:
    with pytest.raises(ValueError, match="above 0"):
        readable(*wrong)


# What fits.


def rows_of(made: WallFit, tiles: int) -> int:
    """Rows that a layout takes: tiles, worst queue, list, and title, headings, status."""
    block = made.down * (made.digits + 2 if made.digits > 1 else 1) if tiles else 0
    return block + (made.worst + 1 if made.worst else 0) + made.queues * made.row_height + 3


sizes = st.one_of(st.none(), st.tuples(st.floats(20, 100), st.floats(1, 30)))


@given(st.integers(16, 300), st.integers(9, 100), st.integers(0, 8), st.integers(0, 300), sizes)
def test_a_layout_fits_its_terminal(
    columns: int, rows: int, tiles: int, queues: int, seen: tuple[float, float] | None
) -> None:
    made = layout(columns, rows, tiles, queues, readable(*seen, rows) if seen else None)
    assert rows_of(made, tiles) <= rows
    assert made.tiles <= min(tiles, 6)
    assert made.across * TILE_WIDTH[made.digits] <= max(columns, TILE_WIDTH[1])
    assert made.tiles <= made.across * made.down
    assert made.queues >= 1
    assert bool(made.words) is (seen is not None)


@pytest.mark.parametrize(
    ("columns", "rows", "digits", "tiles", "worst"),
    [
        (160, 45, 7, 5, 5),
        (60, 17, 3, 3, 3),
        (80, 24, 3, 5, 3),
        (200, 60, 7, 5, 5),
        (20, 6, 1, 1, 0),
    ],
)
def test_the_largest_is_chosen_by_the_space(
    columns: int, rows: int, digits: int, tiles: int, worst: int
) -> None:
    made = layout(columns, rows, 5, 30)
    assert (made.digits, made.tiles, made.worst) == (digits, tiles, worst)


@pytest.mark.parametrize(("columns", "rows"), [(160, 45), (60, 17)])
def test_from_10_metres_tiles_and_the_worst_queue_can_be_read(columns: int, rows: int) -> None:
    seen = readable(55, 10, rows)
    made = layout(columns, rows, 5, 30, seen)
    assert seen.reads(made.digits)
    assert seen.reads(made.worst)
    assert made.tiles >= 3
    assert made.words[0].startswith("the tiles' numbers can be read at 10 m from a 55-inch screen")
    assert made.words[1].startswith("the worst queue can be read")
    assert "the list of queues cannot be read" in made.words[2]
    assert made.words[3] == "for a list that can be read from there, the terminal may have 9 rows"


def test_fewer_tiles_are_shown_where_the_worst_queue_could_not_be_read_otherwise() -> None:
    free = layout(160, 34, 5, 30)
    assert (free.tiles, free.worst) == (5, 3)
    seen = readable(55, 12, 34)
    assert not seen.reads(3)
    far = layout(160, 34, 5, 30, seen)
    assert (far.tiles, far.worst) == (3, 5)


def test_what_nobody_can_read_is_said_plainly() -> None:
    made = layout(160, 45, 5, 30, readable(24, 30, 45))
    assert "cannot be read" in made.words[0]
    assert made.words[-1] == "no list can be read from there, whatever the terminal: come closer"
    close = layout(160, 45, 5, 30, readable(55, 1, 45))
    assert not any("cannot" in words for words in close.words)


def test_few_queues_stand_in_rows_of_two() -> None:
    assert layout(160, 45, 5, 5).row_height == 2
    assert layout(160, 45, 5, 300).row_height == 1


def test_a_tile_is_wide_enough_for_its_digits() -> None:
    for rows in (3, 5, 7):
        assert width("00:00", rows) + 2 <= TILE_WIDTH[rows]


def test_a_digit_is_as_high_as_its_blocks() -> None:
    for rows in (3, 5, 7):
        # A line of nothing but upper halves is half a cell high.
        heights = [0.5 if set(line) <= set("▀ ") else 1.0 for line in big("6", rows)]
        assert sum(heights) == CELLS[rows]


def test_a_layout_uses_all_rows() -> None:
    for rows in (17, 24, 40, 45, 60):
        made = layout(160, rows, 5, 300)
        assert made.row_height == 1
        assert rows_of(made, 5) == rows


# Pages.


def lines(*calls: int, sites: str = "") -> list[Row]:
    """Lines of queues ``a``, ``b``, … in the board's order, by calls waiting."""
    world = World(PLAIN)
    names = "abcdefghijklmnopqrstuvwxyz"
    world.poll(
        *(
            row(names[at], names[at], sites[at] if sites else "Rome", waitingCalls=number)
            for at, number in enumerate(calls)
        )
    )
    return list(world.view().lines)


def drawn(listed: list[Row], per_page: int, by: str = "page") -> list[str]:
    return ["".join(one.queue.name for one in page.lines) for page in pages(listed, per_page, by)]  # type: ignore[arg-type]


def test_what_fits_is_one_page() -> None:
    assert drawn(lines(6, 3, 0), 3) == ["abc"]
    assert drawn([], 3) == [""]
    (page,) = pages(lines(6, 3, 0), 3)
    assert (page.top, page.number, page.of) == (0, 1, 1)


def test_queues_in_trouble_are_on_top_of_every_page() -> None:
    listed = lines(6, 3, 0, 0, 0, 0, 0)
    assert drawn(listed, 4) == ["abcd", "abef", "abg"]
    assert [(page.top, page.number, page.of) for page in pages(listed, 4)] == [
        (2, 1, 3), (2, 2, 3), (2, 3, 3),
    ]  # fmt: skip


def test_too_many_in_trouble_leave_room_for_the_others() -> None:
    listed = lines(6, 6, 6, 6, 0, 0)
    assert drawn(listed, 4) == ["abcd", "abef"]
    assert drawn(lines(*(6,) * 6), 3) == ["abc", "ade", "af"]


def test_a_page_a_site_with_the_trouble_of_all_on_top() -> None:
    listed = lines(0, 6, 0, 0, 0, sites="RORRP")
    assert drawn(listed, 9, "site") == ["b", "be", "bacd"]
    assert [page.title for page in pages(listed, 9, "site")] == ["O", "P", "R"]
    # More than a page of one site goes on; order and titles stay.
    assert drawn(listed, 3, "site") == ["b", "be", "bac", "bd"]


@given(
    st.lists(st.integers(0, 8), max_size=26), st.integers(2, 9), st.sampled_from(["page", "site"])
)
def test_every_queue_is_on_some_page_and_no_page_overflows(
    calls: list[int], per_page: int, by: str
) -> None:
    listed = lines(*calls)
    made = pages(listed, per_page, by)  # type: ignore[arg-type]
    assert {line.key for page in made for line in page.lines} == {line.key for line in listed}
    assert all(len(page.lines) <= per_page for page in made)
    assert [page.number for page in made] == list(range(1, len(made) + 1))
    assert {page.of for page in made} == {len(made)}
    for page in made:
        assert len({line.key for line in page.lines}) == len(page.lines)
        assert page.lines[: page.top] == made[0].lines[: page.top]


def test_old_lines_are_no_trouble_that_is_known() -> None:
    world = World(PLAIN)
    world.poll(*(row(name, name, waitingCalls=6) for name in "abcde"))
    assert [page.top for page in pages(world.view(61).lines, 4)] == [0, 0]


def test_pages_turn_with_the_time() -> None:
    assert [page_at(at, 12, 3)[0] for at in (0, 11.9, 12, 24, 36)] == [0, 0, 1, 2, 0]
    assert page_at(18, 12, 3) == (1, 0.5)
    assert page_at(99, 12, 1) == (0, 0.0)
    assert page_at(99, 0, 3) == (0, 0.0)


def test_the_picture_moves_by_a_cell_every_few_minutes() -> None:
    places = [shift(minute * 60.0) for minute in range(20)]
    assert len(set(places)) == 4
    moves = [(a, b) for a, b in pairwise(places) if a != b]
    assert len(moves) == 4
    assert all(abs(a[0] - b[0]) + abs(a[1] - b[1]) == 1 for a, b in moves)


# The message.


def test_a_message_is_one_clean_line() -> None:
    assert message("Fire drill at 3\n\n  Bring\ta coat \n") == "Fire drill at 3 · Bring a coat"
    assert message("a\x1b[31mb\x07\x9bc\u202ed\u200be\x00") == "a[31mbcde"
    assert message(" \n\t ") == ""
    assert len(message("x" * 5_000)) == 1_000


@given(st.text(max_size=60))
def test_nothing_of_a_message_reaches_the_terminal_as_a_control(text: str) -> None:
    assert message(text).isprintable()


def test_a_message_that_fits_stands_still_and_a_longer_one_turns_over() -> None:
    assert {ticker("Fire drill at 3", 20, at, 12) for at in range(60)} == {"Fire drill at 3"}
    told = [ticker("Fire drill at 3 o'clock", 12, at, 12) for at in (0, 11, 12, 24)]
    assert told == ["Fire drill", "Fire drill", "at 3 o'clock", "Fire drill"]
    assert ticker("", 20, 0, 12) == ""


@given(st.text(max_size=80).map(message), st.integers(4, 30))
def test_all_of_a_message_is_shown_in_its_width(text: str, columns: int) -> None:
    seen: list[str] = []
    for at in range(200):
        part = ticker(text, columns, at, 1)
        assert cell_len(part) <= columns
        if part in seen and at > len(seen):
            break
        seen.append(part)
    whole = "".join(seen).replace(" ", "")
    assert all(word in whole for word in text.split())


def test_a_word_wider_than_the_line_is_cut_where_it_must_be() -> None:
    assert [ticker("abcdefg hi", 3, at, 1) for at in range(5)] == ["abc", "def", "g", "hi", "abc"]
    # Wide letters take two columns.
    assert [ticker("火災訓練 at 3", 5, at, 1) for at in range(4)] == [
        "火災",
        "訓練",
        "at 3",
        "火災",
    ]
    assert ticker("abc", 1, 0, 1) == ""
