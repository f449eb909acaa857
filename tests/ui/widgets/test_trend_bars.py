"""The trend column: the worst of each few minutes, one scale for all queues."""

import pytest

from tests.unit.model_env import World, calm
from wallboard.model.data.view_options import COLUMNS
from wallboard.model.judge.rules import Bounds, Rules
from wallboard.model.judge.trends import Trends
from wallboard.ui.widgets.text.trend_bars import TrendBars, minutes_back

TREND = COLUMNS["waitingCallsTrend"]
RULES = Rules({"waitingCalls": Bounds(3, 5)})


def bars(
    world: World, made: TrendBars, width: int = 6, *, after: float = 0
) -> tuple[str, list[str]]:
    view = world.view(after)
    made.take(view.past.trends, view.past.rules, view.past.interval, view.now)
    pieces = made.pieces(view.lines[0], TREND, width)
    return "".join(text for text, _ in pieces), [style for _, style in pieces]


def test_a_bar_is_the_worst_of_its_part_and_warning_begins_at_half_the_height() -> None:
    world, made = World(RULES), TrendBars()
    seen = []
    for waiting in (0, 1, 3, 5, 6, 2):
        for number in (waiting, 0):
            world.poll(calm(waitingCalls=number), after=150)
            seen.append(bars(world, made))
    text, styles = seen[-1]
    assert text == "▂▅▇█▃▁"
    assert [one for one in styles if one.startswith("trend")] == [
        *("trend", "trend-warning", "trend-critical", "trend"),
    ]


def test_what_was_kept_is_what_is_reckoned_anew() -> None:
    world, kept = World(RULES), TrendBars()
    for number in range(90):
        world.poll(calm(waitingCalls=number * 7 % 9), after=31)
        assert bars(world, kept, 10) == bars(world, TrendBars(), 10)


@pytest.mark.parametrize("known", [0, 1, 2, 5])
def test_what_a_store_tells_later_is_drawn_at_once(known: int) -> None:
    world = World(RULES)
    for number in range(20):
        world.poll(calm(waitingCalls=1 + number % 7), after=60)
    view = world.view()
    whole = view.past.trends
    own = Trends({feed: samples[20 - known :] for feed, samples in whole.samples.items()})
    kept, anew = TrendBars(), TrendBars()
    drawn = []
    for made, history in ((kept, own), (kept, whole), (anew, whole)):
        made.take(history, view.past.rules, view.past.interval, view.now)
        drawn.append(made.pieces(view.lines[0], TREND, 10))
    assert drawn[0] != drawn[1] == drawn[2]


def test_bars_that_were_kept_are_judged_by_the_rules_of_now_and_as_wide_as_wanted() -> None:
    world, kept = World(RULES), TrendBars()
    for number in range(20):
        world.poll(calm(waitingCalls=number % 5), after=60)
    bars(world, kept)
    view = world.view()
    for critical, width in ((2, 6), (9, 6), (9, 10)):
        rules = Rules({"waitingCalls": Bounds(1, critical)}).for_queue("", "")
        anew = TrendBars()
        for made in (kept, anew):
            by_name = {rule.metric: rule for rule in rules}
            made.take(view.past.trends, by_name, view.past.interval, view.now)
        line = view.lines[0]
        assert kept.pieces(line, TREND, width) == anew.pieces(line, TREND, width)


def test_nothing_measured_is_no_bar_and_is_not_zero() -> None:
    world, made = World(RULES), TrendBars()
    world.poll(calm(waitingCalls=0))
    assert bars(world, made)[0] == "     ▁"


def test_what_was_measured_stands_in_its_own_part_and_in_the_newest_while_it_is_the_newest() -> (
    None
):
    world, made = World(RULES), TrendBars()
    world.poll(calm(waitingCalls=4), after=300 - world.now % 300 - 10)
    assert bars(world, made)[0] == "     ▆"
    assert bars(world, made, after=20)[0] == "    ▆▆"
    assert bars(world, made, after=90)[0] == "    ▆ ", "nobody answers any more"


@pytest.mark.parametrize(("width", "back"), [(6, 30), (10, 30), (20, 60)])
def test_a_wide_column_goes_back_an_hour(width: int, back: int) -> None:
    assert minutes_back(width) == back
