"""What is told of people: names or initials, callers or the end of their number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wallboard.model.data.privacy import (
    HIDDEN,
    PICTURED,
    UNNAMED,
    Privacy,
    initials,
    mask_number,
    shown_caller,
    shown_name,
)

SHOWN = Privacy("names", "shown")
MASKED = Privacy("initials", "masked")


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Ada Lovelace", "A. L."),
        ("ada", "A."),
        ("Juan Carlos de la Cruz", "J. C."),
        ("(Temp) Bob", "T. B."),
        ("ada.lovelace@example.com", "A. L."),
        ("ada_king@example.com", "A. K."),
        ("李小龙", "李"),
        ("山田 太郎", "山 太"),
        ("e\u0301milie zola", "É. Z."),
        ("ßeta", "ß."),
        ("A. L.", "A. L."),
        ("☎ 7", "7."),
        ("☎", UNNAMED),
    ],
)
def test_initials(name: str, short: str) -> None:
    assert initials(name) == short


@given(st.text(max_size=40))
def test_the_initials_of_initials_are_the_same_and_say_no_more(name: str) -> None:
    short = initials(name)
    assert initials(short) == short
    assert sum(letter.isalnum() for letter in short) <= 2


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("+44 1632 960311", "…0311"),
        ("0123456", "…456"),
        ("4711", "…11"),
        ("1", "…"),
        ("anonymous", "…"),
        ("sip:ada@example.com", "…"),
        ("", ""),
    ],
)
def test_a_number_is_masked(number: str, shown: str) -> None:
    assert mask_number(number) == shown


@given(st.text("0123456789+ ()-", max_size=20))
def test_never_more_than_half_of_a_number_is_shown(number: str) -> None:
    digits = sum(map(str.isdigit, number))
    assert sum(map(str.isdigit, mask_number(number))) <= min(4, digits / 2)


def test_callers() -> None:
    name, number = "Eve Martin", "+441632960311"
    assert shown_caller(SHOWN, True, name, number) == "Eve Martin +441632960311"
    assert shown_caller(MASKED, False, name, number) == "E. M. …0311"
    assert shown_caller(PICTURED, False, name, number) == HIDDEN
    assert shown_caller(MASKED, False, "", number) == "…0311"
    # A name that is the number again is no name.
    assert shown_caller(MASKED, False, number, number) == "…0311"
    assert shown_caller(MASKED, False, "01632 960311", "") == "…0311"
    for privacy in (SHOWN, MASKED, PICTURED):
        assert shown_caller(privacy, False, "", " ") == ""


def test_agents() -> None:
    assert shown_name(SHOWN, True, "Ada Lovelace") == "Ada Lovelace"
    assert shown_name(MASKED, False, "Ada Lovelace") == "A. L."
    assert shown_name(SHOWN, False, "  ") == UNNAMED


def test_auto_shows_to_the_supervisor_and_masks_on_the_wall() -> None:
    assert Privacy().resolve(kiosk=False) == SHOWN
    assert Privacy().resolve(kiosk=True) == MASKED
    for kiosk in (True, False):
        assert SHOWN.resolve(kiosk) == SHOWN
        assert PICTURED.resolve(kiosk) == PICTURED
