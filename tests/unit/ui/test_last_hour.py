"""The last hour in charts: bars over a scale, with the bounds drawn where they are."""

from collections.abc import Sequence

import pytest

from wallboard.model.data.catalogue import METRICS
from wallboard.model.data.metric import Worse
from wallboard.model.judge.rules import Rule
from wallboard.model.view.last_hour import Trend
from wallboard.ui.widgets.text.last_hour import chart

CALLS = Rule("waitingCalls", 3, 5, Worse.UP)


def trend(
    slots: Sequence[float | None], rule: Rule | None = CALLS, metric: str = "waitingCalls"
) -> Trend:
    return Trend(METRICS[metric], (), "", tuple(slots), rule)


def drawn(one: Trend, rows: int) -> list[str]:
    return [scale + "".join(text for text, _ in bars) for scale, bars in chart(one, rows)]


def test_bounds_stand_at_their_place_with_their_word_and_bars_cover_them() -> None:
    assert drawn(trend([0] * 14 + [None, 1, 3, 5, 6]), 6) == [
        "     5┼┄┄┄ critical ┄┄┄┄▁█",
        "      │                 ██",
        "     3┼┄┄┄ warning ┄┄┄┄▁██",
        "      │                ███",
        "      │                ███",
        "     0┤▁▁▁▁▁▁▁▁▁▁▁▁▁▁·████",
    ]


def test_the_highest_is_not_told_a_second_time_where_it_is_a_bound() -> None:
    assert [line[:7] for line in drawn(trend([0, 1, 3]), 6)] == [
        *("     5┼", "      │", "     3┼", "      │", "      │", "     0┤"),
    ]


def test_a_wait_of_seconds_is_a_low_bar_where_no_bound_says_what_is_high() -> None:
    low = drawn(trend([0, 15_000, 30_000], None, "longestWaitingTime"), 4)
    assert [line[-3:] for line in low] == ["   ", "   ", "  █", "▁██"]
    assert drawn(trend([0, 0], None, "longestWaitingTime"), 4)[0] == "  1:00┤  "


def test_what_is_higher_than_all_bounds_is_drawn_whole() -> None:
    lines = drawn(trend([0] * 16 + [10]), 4)
    assert lines[0].startswith("    10┤")
    assert [line[-1] for line in lines] == ["█", "█", "█", "█"]
    assert "     5┼┄┄┄ critical ┄┄┄█"[:13] == lines[1][:13]


@pytest.mark.parametrize("rows", [2, 3, 4, 7])
@pytest.mark.parametrize("high", [1, 3, 4, 5, 6, 17, 400])
def test_a_bar_is_over_a_line_exactly_where_the_bound_is_reached(rows: int, high: int) -> None:
    slots = [float(high * at // 7) for at in range(8)]
    for scale, bars in chart(trend(slots), rows):
        if not scale.endswith("┼"):
            continue
        bound = int(scale[:-1])
        text = "".join(part for part, _ in bars)
        assert [sign not in "┄ " for sign in text] == [number >= bound for number in slots]


def test_bars_in_trouble_have_the_colour_of_their_level() -> None:
    (*_, (_, lowest)) = chart(trend([2, 3, 5, None, 0]), 4)
    assert [style for _, style in lowest] == ["trend", "bar-warning", "bar-critical", "gap", "calm"]


def test_without_a_rule_and_for_agents_no_line_is_drawn() -> None:
    agents = Rule("availableAgents", 1, 0, Worse.DOWN)
    for one in (trend([1, 2, 4], None), trend([4, 1, 0], agents, "availableAgents")):
        lines = drawn(one, 4)
        assert not any("┄" in line or "┼" in line for line in lines)
        assert lines[0].startswith("     4┤")


def test_times_have_a_scale_of_times() -> None:
    rule = Rule("longestWaitingTime", 60_000, 120_000, Worse.UP)
    lines = drawn(trend([0] * 20 + [40_000], rule, "longestWaitingTime"), 5)
    assert [line[:7].strip() for line in lines] == ["2:00┼", "│", "1:00┼", "0:40┤", "0┤"]


def test_at_the_bottom_of_every_scale_stands_0_and_over_it_a_number() -> None:
    rule = Rule("longestWaitingTime", 60_000, 120_000, Worse.UP)
    agents = Rule("availableAgents", 1, 0, Worse.DOWN)
    low = drawn(trend([0] * 20 + [13_000], rule, "longestWaitingTime"), 5)
    assert [line[:7].strip() for line in low] == ["2:00┼", "│", "1:00┼", "│", "0┤"]
    for slots, highest in (([0, 0, 0], "1┤"), ([0, 3, 0], "3┤")):
        none = drawn(trend(slots, agents, "availableAgents"), 4)
        assert [line[:7].strip() for line in none] == [highest, "│", "│", "0┤"]


def test_nothing_measured_is_no_bar_and_no_word_of_trouble() -> None:
    assert drawn(trend([None] * 16), 2) == ["     5┼┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄", "     0┤················"]
