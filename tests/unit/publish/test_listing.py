"""Lists as tables that fit, JSON and CSV."""

import csv
import io
import json

import pytest

from wallboard.publish.listing import Listing, config_listing, listing_text, settings_listing

VALUE = ", ".join(f"metric{number}" for number in range(20))
LISTED = Listing(("name", "value"), (("board.columns", VALUE), ("a", "")))


@pytest.mark.parametrize("width", [40, 60, 90, None])
def test_a_table_fits_its_width_and_loses_nothing(width: int | None) -> None:
    text = listing_text(LISTED, "table", width)
    head, rule, *lines = text.splitlines()
    assert head.split() == ["Name", "Value"]
    assert set(rule) == {"-"}
    assert max(map(len, (head, rule, *lines))) <= (width or 1000)
    assert " ".join(" ".join(lines).split()) == f"board.columns {VALUE} a"
    beside = [line for line in lines[1:-1] if line]
    assert all(line.startswith(" " * 15) for line in beside)


def test_a_word_that_has_no_room_is_left_whole() -> None:
    address = "https://" + "x" * 60
    lines = listing_text(Listing(("a", "b"), ((address, "c d"),)), "table", 30).splitlines()
    assert any(address in line for line in lines)


def test_nothing_listed_can_control_a_terminal_or_a_spreadsheet() -> None:
    evil = "=1+1\x1b]52;c;x\x07\n\u202eb\x9b2J"
    listing = Listing(("name",), ((evil,),))
    assert all(line.isprintable() for line in listing_text(listing, "table", 80).splitlines())
    assert listing_text(listing, "csv").splitlines()[1].lstrip('"').startswith("'=")


def test_programs_get_entries_by_head() -> None:
    assert json.loads(listing_text(LISTED, "json"))[1] == {"name": "a", "value": ""}
    assert list(csv.reader(io.StringIO(listing_text(LISTED, "csv")))) == [
        ["name", "value"],
        ["board.columns", VALUE],
        ["a", ""],
    ]
    assert listing_text(Listing(("name",), ()), "json") == "[]\n"
    assert listing_text(Listing(("name",), ()), "table") == "None.\n"


EXAMPLE = """\
# What the file is.

# The account.
[api]
# API key; better
# in a file.
key = ""
plain = [
  "a",
]

# Other bounds.
# [[api.override]]
# queue = "VIP*"
"""


def test_settings_have_the_words_of_the_example_file() -> None:
    found = settings_listing([("api.key", "(not set)"), ("new.one", "3")], EXAMPLE)
    assert found.rows == (
        ("[api]", "", "The account."),
        ("api.key", "(not set)", "API key; better in a file."),
        ("api.plain", "", ""),
        ("[api.override]", "", "Other bounds."),
        ("new.one", "3", ""),
    )


def test_keys_that_have_their_defaults_are_left_out_unless_asked_for() -> None:
    lines = [("keys.quit", "q", "default"), ("keys.help", "f1", "wallboard.toml:3")]
    assert config_listing(lines, every=False).rows == (("keys.help", "f1", "wallboard.toml:3"),)
    assert len(config_listing(lines, every=True).rows) == 2
