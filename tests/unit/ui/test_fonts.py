"""Big type: of one height, digits of one width, no two alike, of signs that terminals have."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wallboard.ui.widgets.text.fonts import (
    BLOCKS,
    ROWS,
    big_lines,
    can_draw,
    capitals,
    largest_font,
    value,
    width,
)

NEEDED = "0123456789:–-%~.shm+ "


@pytest.mark.parametrize("rows", ROWS)
def test_every_glyph_has_its_height_and_one_width(rows: int) -> None:
    for character in NEEDED:
        lines = big_lines(character, rows)
        assert len(lines) == rows
        assert len({len(line) for line in lines}) == 1


@pytest.mark.parametrize("rows", ROWS)
def test_digits_are_of_one_width(rows: int) -> None:
    assert len({width(character, rows) for character in "0123456789–"}) == 1


@pytest.mark.parametrize("rows", ROWS)
@given(st.text("0123456789", min_size=4, max_size=4))
def test_nothing_moves_when_digits_change(rows: int, digits: str) -> None:
    text = f"{digits[:2]}:{digits[2:]}"
    assert {len(line) for line in big_lines(text, rows)} == {width("00:00", rows)}


@pytest.mark.parametrize("rows", ROWS)
def test_no_two_characters_look_alike(rows: int) -> None:
    for one, other in combinations(NEEDED, 2):
        assert big_lines(one, rows) != big_lines(other, rows)


@pytest.mark.parametrize("rows", ROWS)
def test_digits_use_their_whole_height(rows: int) -> None:
    for digit in "0123456789":
        lines = big_lines(digit, rows)
        assert lines[0].strip()
        assert lines[-1].strip()


@pytest.mark.parametrize("rows", BLOCKS)
def test_only_blocks_and_ascii_are_drawn(rows: int) -> None:
    drawn = {
        letter for character in NEEDED for line in big_lines(character, rows) for letter in line
    }
    assert drawn <= set("█▀▄ shm")
    # The console's own code page has the blocks.
    assert all("█▀▄ sh".encode("cp437"))


@pytest.mark.parametrize("rows", BLOCKS)
def test_what_has_no_glyph_stays_small_or_blank(rows: int) -> None:
    assert sum(line.count("k") for line in big_lines("k", rows)) == 1
    for odd in ("\x1b", "漢", "é"):
        assert "".join(big_lines(odd, rows)).strip() == ""


def test_two_fives_and_a_six_are_far_apart() -> None:
    """Seen from afar a stroke more or less must be a whole stroke, not a dot."""
    for one, other in combinations("0123456789", 2):
        pairs = zip("".join(big_lines(one, 7)), "".join(big_lines(other, 7)), strict=True)
        assert sum(a != b for a, b in pairs) >= 2


@pytest.mark.parametrize(
    ("columns", "most", "rows"),
    [(60, 7, 7), (width("12:34", 7), 7, 7), (width("12:34", 7) - 1, 7, 5), (60, 5, 5), (60, 3, 3),
     (17, 7, 3), (16, 7, 1), (60, 1, 1)],
)  # fmt: skip
def test_the_largest_font_that_fits(columns: int, most: int, rows: int) -> None:
    assert largest_font("12:34", columns, most) == rows


def test_nothing_is_nothing() -> None:
    assert big_lines("", 5) == ("",) * 5


LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ/"
QUARTERS = " ▘▝▀▖▌▞▛▗▚▐▜▄▙▟█"
"""U+2580 to U+259F: what terminals draw themselves or every common font has."""


@pytest.mark.parametrize("rows", [2, 3, 4, 5])
def test_letters_are_as_high_as_digits_and_no_two_alike(rows: int) -> None:
    for letter in LETTERS:
        lines = big_lines(letter, rows)
        assert len(lines) == rows
        assert len({len(line) for line in lines}) == 1
        assert set("".join(lines)) <= set("█▀▄ " if rows in BLOCKS else QUARTERS)
    for one, other in combinations(LETTERS, 2):
        assert big_lines(one, rows) != big_lines(other, rows)


@pytest.mark.parametrize(("rows", "columns"), [(2, 40), (4, 46)])
def test_type_of_dots_is_narrow(rows: int, columns: int) -> None:
    assert width("DELIVERY CLAIMS", rows) <= columns
    assert len(big_lines("DELIVERY CLAIMS", rows)[0]) == width("DELIVERY CLAIMS", rows)


@pytest.mark.parametrize("rows", [2, 4])
def test_type_of_dots_can_stand_half_a_row_lower(rows: int) -> None:
    def dots(lines: tuple[str, ...]) -> list[str]:
        halves = []
        for line in lines:
            cells = [QUARTERS.index(one) for one in line]
            halves += ["".join(".#"[one >> bit & 1] for one in cells for bit in pair)
                       for pair in ((0, 1), (2, 3))]  # fmt: skip
        return halves

    plain, lower = dots(big_lines("A9", rows)), dots(big_lines("A9", rows, drop=1))
    assert lower[0].strip(".") == ""
    assert lower[1 : 1 + len(plain)] == plain
    assert len(lower) == 2 * rows + 2


def test_what_cannot_be_drawn_is_known() -> None:
    assert can_draw("Été & Fils", 2)
    assert not can_draw("東京", 2)
    assert not can_draw("東京", 5)


def test_a_value_is_as_large_as_there_is_room_and_its_mark_stays_small() -> None:
    assert value("12", 20, 3, estimated=True)[1] == big_lines("12", 3)[1] + "~"
    assert value("99999+", 12, 3) == ("", "99999+", "")
    assert [len(value("12", room, 7)) for room in (5, 40)] == [7, 7]


@pytest.mark.parametrize("rows", [3, 5])
def test_a_name_is_drawn_in_capitals_without_accents(rows: int) -> None:
    assert big_lines(capitals("Été"), rows) == big_lines("ETE", rows)
    assert big_lines(capitals("Straße"), rows) == big_lines("STRASSE", rows)
    assert "".join(big_lines(capitals("東京"), rows)).strip() == ""
