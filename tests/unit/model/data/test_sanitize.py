"""Text from the network: fit for one line of a terminal, and harmless."""

import asyncio
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sample import AT
from wallboard.api.wire import realtime as wire
from wallboard.model.data.catalogue import CATALOGUE
from wallboard.model.data.reading import FeedId, QueueMetrics
from wallboard.model.data.sanitize import MOST_MARKS, MOST_TEXT, clean


def one(**fields: object) -> QueueMetrics:
    """Read one queue of these fields."""
    body = json.dumps({"callQueues": [fields]}).encode()
    return asyncio.run(wire.reading(wire.RawAnswer(body, FeedId("p"), AT), CATALOGUE)).queues[0]


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("Sales", "Sales"),
        ("  Sales \n", "Sales"),
        ("Sales\tand\r\nSupport", "Sales and Support"),
        ("Sales  West", "Sales West"),
        ("Sales\u2028West\u2029\x85.", "Sales West ."),
        ("Sales\xa0West", "Sales West"),
        ("\x1b[31mSales\x1b[0m", "Sales"),
        ("\x9b31mSales", "Sales"),
        ("\x1b]52;c;cm0gLXJm\x07Sales", "Sales"),
        ("\x1b]8;;https://evil.example\x1b\\Sales\x1b]8;;\x1b\\", "Sales"),
        ("\x9d0;title\x9cSales", "Sales"),
        ("\x1bP1$r0m\x1b\\Sales", "Sales"),
        ("\x1bcSales", "Sales"),
        ("\x1b(0Sales", "Sales"),
        ("\x1b]0;never ended", "0;never ended"),
        ("Sa\x00l\x07e\x08s\x7f", "Sales"),
        ("Sa\u202eles\u202c \u2066West\u2069", "Sales West"),
        ("Sa\u200bl\u200ce\u200ds\ufeff\u2060", "Sales"),
        ("Sa\u00adles\u034f", "Sales"),
        ("\u0301Sales", "Sales"),
        ("Caf\u0065\u0301", "Caf\u0065\u0301"),
        ("Z\u00fcrich \u6771\u4eac \U0001f600", "Z\u00fcrich \u6771\u4eac \U0001f600"),
        ("Sales\ud800", "Sales"),
        ("\ue000\ufffe\U000e0001Sales", "Sales"),
        ("\u3164\u115f", ""),
        ("[red]x[/]", "[red]x[/]"),
        ("=cmd|' /C calc'!A0", "=cmd|' /C calc'!A0"),
        ("", ""),
    ],
)
def test_text_is_cleaned(sent: str, shown: str) -> None:
    assert clean(sent) == shown


def test_long_text_is_cut_with_an_ellipsis() -> None:
    assert clean("x" * 200) == "x" * 200
    assert clean("x" * 201) == "x" * 199 + "…"
    assert clean("\x1b[1m" + "é" * 5_000_000) == "é" * 199 + "…"


@given(st.text(st.characters(codec=None)) | st.text("\x1b[]();\\\x07\x9b\x9c 0mABC\u202e\u0301"))
def test_clean_text_is_one_line_without_anything_hidden_and_stays_as_it_is(text: str) -> None:
    shown = clean(text)
    assert shown.isprintable()
    assert len(shown) <= MOST_TEXT
    assert shown == shown.strip()
    assert "  " not in shown
    assert clean(shown) == shown


@pytest.mark.parametrize("field", ["name", "site", "extension", "pbx"])
def test_every_text_of_a_queue_is_cleaned(field: str) -> None:
    assert getattr(one(**{field: "A\x1b]52;c;eA==\x07\u202eB\nC"}), field) == "AB C"


def test_a_pile_of_combining_marks_is_cut_to_what_scripts_write() -> None:
    pile = "\u0301"
    assert clean("zalgo" + pile * 160) == "zalgo" + pile * MOST_MARKS
    assert clean("Việt") == "Việt"
    assert clean(pile * 3 + "name") == "name"
