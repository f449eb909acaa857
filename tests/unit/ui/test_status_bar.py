"""The status line as drawn: what it says of now, and in which colour."""

from dataclasses import replace

import pytest

from wallboard.model.feeds.freshness import Freshness
from wallboard.model.judge.rules import Level
from wallboard.model.select.hidden import OutOfView
from wallboard.model.view.not_calm import NotCalm
from wallboard.model.view.status_line import Hidden, StatusLine
from wallboard.ui.widgets.status_bar import status_line

LIVE = StatusLine(Freshness.LIVE, measured=0.0, next_poll=10.0, queues=5, shown=5)
DOWN = StatusLine(
    Freshness.LATE, measured=0.0, next_poll=40.0, queues=5, trouble="Cannot reach the API",
    retry="09:30:40",
)  # fmt: skip


def words(line: StatusLine, now: float, order: str = "worst first") -> str:
    return "".join(text for text, _ in status_line(line, now, order))


def style(line: StatusLine, start: str) -> str:
    return next(name for text, name in status_line(line, 1.0, "") if text.startswith(start))


def test_a_try_that_hangs_is_no_next_try() -> None:
    assert "next try 09:30:40" in words(DOWN, 39)
    hanging = words(DOWN, 47)
    assert "trying… 7s" in hanging
    assert "next try" not in hanging


def test_a_poll_that_hangs_says_for_how_long() -> None:
    assert [words(LIVE, at).split(" · ")[2] for at in (3, 10, 17)] == [
        "next poll in 7s", "polling", "polling… 7s",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("hidden", "name"), [(Hidden(3, 1), "hidden-warning"), (Hidden(3, 1, 1), "hidden")]
)
def test_hidden_trouble_has_the_colour_of_the_worst_of_it(hidden: Hidden, name: str) -> None:
    line = StatusLine(Freshness.LIVE, measured=0.0, queues=5, hidden=hidden)
    assert style(line, "hidden:") == name
    gone = NotCalm(gone="gone: 1 !", level=Level.WARNING, headline="GONE: 1", absent="1 queue")
    assert style(StatusLine(Freshness.LIVE, queues=5, not_calm=gone), "gone:") == "hidden-warning"


def test_a_board_without_queues_is_not_green() -> None:
    assert style(LIVE, "LIVE") == "live"
    assert style(StatusLine(Freshness.LIVE, measured=0.0), "LIVE") == "late"


def test_an_order_is_told_only_where_it_holds() -> None:
    assert words(LIVE, 1).endswith("order: worst first")
    assert "order" not in words(LIVE, 1, "")


def test_an_order_that_has_no_room_is_left_out_whole_whatever_the_next_poll_does() -> None:
    def told(width: int, now: float) -> str:
        line = replace(LIVE, next_poll=20.0)
        return "".join(text for text, _ in status_line(line, now, "worst first", "", width))

    widest = len(" LIVE · data 13s old · next poll in 299s · order: worst first")
    for now in (13, 20):  # the next poll is in 7 s; it is due
        assert told(widest, now).endswith("order: worst first")
        assert "order" not in told(widest - 1, now)


def test_what_is_out_of_view_stands_before_the_next_poll() -> None:
    pieces = status_line(LIVE, 3.0, "", "4 more below, all calm")
    assert "".join(text for text, _ in pieces) == (
        " LIVE · data 3s old · 4 more below, all calm · next poll in 7s"
    )


@pytest.mark.parametrize(
    ("out", "words"),
    [
        (OutOfView(), ""),
        (OutOfView(0, 4, calm=True), "4 more below, all calm"),
        (OutOfView(0, 4), "4 more below"),
        (OutOfView(3, 0, calm=True), "3 more above, all calm"),
        (OutOfView(3, 4, calm=True), "3 more above, 4 below, all calm"),
        (OutOfView(0, 4, calm=True, closed="2 queues closed"),
         "4 more below, all calm · 2 queues closed"),
        (OutOfView(closed="2 queues closed"), "2 queues closed"),
    ],
)  # fmt: skip
def test_what_is_out_of_view_in_words(out: OutOfView, words: str) -> None:
    assert out.words == words
