"""How a level is entered and left, and which rule applies to whom."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sample import row
from tests.unit.model_env import World, calm
from wallboard.model.data.metric import Number, Worse
from wallboard.model.data.reading import QueueMetrics
from wallboard.model.judge.levels import CALM, UNJUDGED, RuleBook, judge
from wallboard.model.judge.rules import Bounds, Level, Override, Rule, Rules, worst

N, W, C, U = Level.NORMAL, Level.WARNING, Level.CRITICAL, Level.UNKNOWN


def once(queue: QueueMetrics, rules: Rules | None = None) -> Level:
    book = RuleBook(rules or Rules())
    return judge([queue], book, {}, 0.0, at_once=True)[queue.key].level


def rules(**bounds: Bounds) -> Rules:
    return Rules(bounds)


# Bounds and direction.


@pytest.mark.parametrize(
    ("values", "level"),
    [
        ({"longestWaitingTime": 59_999}, N),
        ({"longestWaitingTime": 60_000}, W),
        ({"longestWaitingTime": 119_999}, W),
        ({"longestWaitingTime": 120_000}, C),
        ({"waitingCalls": 2}, N),
        ({"waitingCalls": 3}, W),
        ({"waitingCalls": 5}, C),
        ({"avgWaitingTime": 34_999.0}, N),
        ({"avgWaitingTime": 35_000.0}, W),
        ({"avgWaitingTime": 60_000.0}, C),
        ({"availableAgents": 2, "waitingCalls": 1}, N),
        ({"availableAgents": 1, "waitingCalls": 1}, W),
        ({"availableAgents": 0, "waitingCalls": 1}, C),
    ],
)
def test_the_defaults_and_a_bound_that_is_reached_counts(
    values: dict[str, Any], level: Level
) -> None:
    assert once(calm(**values)) is level


def test_agents_are_judged_only_while_calls_wait() -> None:
    assert once(calm(availableAgents=0, waitingCalls=0)) is N
    assert once(calm(availableAgents=0, waitingCalls=1)) is C


@pytest.mark.parametrize(
    ("available", "eligible", "level"),
    [(1, 1, N), (1, 2, N), (1, 3, W), (0, 2, C), (0, 1, C), (2, 2, N)],
)
def test_one_free_of_two_agents_is_no_warning(available: int, eligible: int, level: Level) -> None:
    one = calm(waitingCalls=1, availableAgents=available, eligibleAgents=eligible)
    assert once(one) is level


def test_one_free_of_an_unknown_number_is_a_warning() -> None:
    odd = replace(
        calm(waitingCalls=1, availableAgents=1, eligibleAgents=1),
        suspect=frozenset(["eligibleAgents"]),
    )
    assert once(odd) is W


def test_what_comes_and_goes_with_single_calls_is_held_by_default() -> None:
    world = World(Rules())
    gone = calm(waitingCalls=1, availableAgents=0, avgWaitingTime=61_000.0)
    levels = []
    for _ in range(3):
        world.poll(gone, after=10)
        levels.append(world.level(gone))
    assert levels == [N, N, C]


def test_agents_are_unknown_while_nobody_knows_whether_calls_wait() -> None:
    unclear = row("Sales", availableAgents=0)
    known = judge([unclear], RuleBook(Rules()), {}, 0.0)[unclear.key]
    assert known.level is U
    assert known.by_metric["availableAgents"] is U
    # Enough of them are enough, whether or not calls wait.
    enough = row("Sales", availableAgents=9)
    assert judge([enough], RuleBook(Rules()), {}, 0.0)[enough.key].level is N


def test_a_number_of_waiting_calls_that_cannot_be_true_does_not_alarm_for_agents() -> None:
    odd = replace(calm(availableAgents=0, waitingCalls=10**9), suspect=frozenset(["waitingCalls"]))
    known = judge([odd], RuleBook(Rules()), {}, 0.0)[odd.key]
    assert known.by_metric == {"waitingCalls": U, "availableAgents": U}


def test_agents_stop_being_judged_when_the_last_call_is_taken() -> None:
    world = World(Rules({"availableAgents": Bounds(1, 0)}))
    busy = calm(availableAgents=0, waitingCalls=1)
    world.poll(busy)
    assert world.level(busy) is C
    world.poll(calm(availableAgents=0, waitingCalls=0), after=10)
    assert world.level(busy) is N


def test_the_direction_can_be_turned() -> None:
    turned = rules(waitingCalls=Bounds(3, 1, worse=Worse.DOWN))
    assert once(row("a", waitingCalls=4), turned) is N
    assert once(row("a", waitingCalls=3), turned) is W
    assert once(row("a", waitingCalls=1), turned) is C


def test_too_many_agents_can_be_a_warning_though_no_call_waits() -> None:
    idle = rules(availableAgents=Bounds(10, None, worse=Worse.UP))
    assert once(row("a", availableAgents=12, waitingCalls=0), idle) is W


def test_a_metric_that_is_neither_good_nor_bad_is_worse_when_higher() -> None:
    assert once(row("a", handlingCalls=9), rules(handlingCalls=Bounds(5, 9))) is C
    assert once(row("a", handlingCalls=4), rules(handlingCalls=Bounds(5, 9))) is N


def test_one_bound_is_enough() -> None:
    assert once(row("a", waitingCalls=9), rules(waitingCalls=Bounds(3))) is W
    assert once(row("a", waitingCalls=9), rules(waitingCalls=Bounds(None, 5))) is C
    assert once(row("a", waitingCalls=9), rules(waitingCalls=Bounds())) is U


# What is not known.


def test_a_missing_value_is_unknown_and_the_row_has_the_worst_of_the_known_ones() -> None:
    part = row("a", waitingCalls=3)
    known = judge([part], RuleBook(Rules()), {}, 0.0)[part.key]
    assert known.level is W
    assert known.by_metric["longestWaitingTime"] is U


def test_a_row_is_unknown_only_if_nothing_is_known() -> None:
    assert once(row("a")) is U
    assert once(row("a", waitingCalls=0)) is N


def test_a_value_that_cannot_be_true_is_not_judged() -> None:
    odd = replace(calm(longestWaitingTime=2_520_000_000), suspect=frozenset(["longestWaitingTime"]))
    known = judge([odd], RuleBook(Rules()), {}, 0.0)[odd.key]
    assert known.level is N
    assert known.by_metric == {"longestWaitingTime": U}


def test_twins_are_not_judged() -> None:
    twin = calm(waitingCalls=99)
    twin = replace(twin, key=twin.key._replace(twin=1))
    assert judge([twin], RuleBook(Rules()), {}, 0.0)[twin.key] == UNJUDGED


def test_a_queue_that_is_well_keeps_no_memory() -> None:
    one = calm()
    assert judge([one], RuleBook(Rules()), {}, 0.0)[one.key] is CALM


def test_the_worst_of_levels_is_unknown_only_if_there_is_no_other() -> None:
    assert worst([]) is U
    assert worst([U, N]) is N
    assert worst([W, C, U]) is C


# Holding.

HOLD = rules(waitingCalls=Bounds(3, 5, hold=20))


def test_a_level_is_entered_after_it_held_over_consecutive_polls() -> None:
    world = World(HOLD)
    assert [world.waits(4), world.waits(4, after=10), world.waits(4, after=10)] == [N, N, W]


def test_one_calm_poll_begins_the_hold_anew() -> None:
    world = World(HOLD)
    levels = [world.waits(calls, after=10) for calls in (4, 4, 2, 4, 4, 4)]
    assert levels == [N, N, N, N, N, W]


def test_a_failed_poll_begins_the_hold_anew() -> None:
    world = World(HOLD)
    world.waits(4)
    world.waits(4, after=10)
    world.fail(after=10)
    assert [world.waits(4, after=10) for _ in range(3)] == [N, N, W]


def test_the_failed_poll_of_another_feed_does_not() -> None:
    world = World(HOLD, pbxes=("p", "q"))
    world.waits(4)
    world.waits(4, after=10)
    world.fail("q", after=5)
    assert world.waits(4, after=5) is W


def test_a_failed_poll_takes_no_level_away() -> None:
    world = World(HOLD)
    for _ in range(3):
        world.waits(6, after=10)
    world.fail(after=10)
    assert world.waits(6, after=10) is C
    # Not even while it is inside the band: the hold is for entering only.
    assert world.waits(4, after=10) is W


def test_a_missing_value_freezes_the_hold_and_it_goes_on() -> None:
    world = World(HOLD)
    world.waits(4)
    world.waits(4, after=10)
    assert [world.waits(None, after=10) for _ in range(30)] == [U] * 30
    # 10 s had passed before the gap; the gap itself does not count.
    assert world.waits(4, after=10) is N
    assert world.waits(4, after=10) is W


def test_critical_has_a_hold_of_its_own() -> None:
    world = World(HOLD)
    levels = [world.waits(calls, after=10) for calls in (4, 4, 6, 6, 6)]
    assert levels == [N, N, W, W, C]


def test_a_single_poll_ignores_the_hold() -> None:
    one = row("a", waitingCalls=9)
    assert judge([one], RuleBook(HOLD), {}, 0.0, at_once=True)[one.key].level is C
    assert judge([one], RuleBook(HOLD), {}, 0.0)[one.key].level is N


# Recovering.

BAND = rules(waitingCalls=Bounds(10, 20, recover_warning=5))


def test_a_warning_is_left_past_its_recovery_and_critical_falls_at_its_own_bound() -> None:
    world = World(BAND)
    path = [(9, N), (10, W), (9, W), (6, W), (5, N), (9, N), (20, C), (19, W), (6, W), (5, N)]
    assert [world.waits(calls, after=10) for calls, _ in path] == [level for _, level in path]


def test_critical_can_have_a_recovery_of_its_own() -> None:
    world = World(rules(waitingCalls=Bounds(10, 20, recover_warning=5, recover_critical=15)))
    path = [(20, C), (16, C), (15, W), (16, W), (6, W), (20, C), (15, W), (5, N)]
    assert [world.waits(calls, after=10) for calls, _ in path] == [level for _, level in path]


def test_without_a_recovery_the_bound_itself_is_it() -> None:
    world = World(rules(waitingCalls=Bounds(10, 20)))
    path = [(10, W), (9, N), (25, C), (19, W), (9, N), (25, C), (3, N)]
    assert [world.waits(calls, after=10) for calls, _ in path] == [level for _, level in path]


def test_recovery_is_at_once_whatever_the_hold() -> None:
    world = World(rules(waitingCalls=Bounds(10, 20, hold=10, recover_warning=5)))
    assert [world.waits(calls, after=10) for calls in (12, 12, 5)] == [N, W, N]


def test_downwards_the_band_lies_above() -> None:
    world = World(rules(waitingCalls=Bounds(3, 1, recover_warning=6, worse=Worse.DOWN)))
    path = [(3, W), (5, W), (6, N), (1, C), (2, W), (5, W), (7, N)]
    assert [world.waits(calls, after=10) for calls, _ in path] == [level for _, level in path]


def test_a_level_that_froze_is_still_there_after_the_gap_and_inside_the_band() -> None:
    world = World(BAND)
    assert world.waits(12) is W
    assert world.waits(None, after=10) is U
    assert world.waits(7, after=10) is W
    assert world.waits(4, after=10) is N


@st.composite
def banded(draw: st.DrawFn) -> tuple[Bounds, bool]:
    """Bounds in order, upwards or downwards, with bands."""
    numbers = sorted(draw(st.sets(st.integers(1, 100), min_size=4, max_size=4)))
    down = draw(st.booleans())
    if down:
        numbers.reverse()
    recover, warning, recover_critical, critical = numbers
    worse = Worse.DOWN if down else Worse.UP
    hold = draw(st.sampled_from([0.0, 15.0]))
    return Bounds(warning, critical, hold, recover, recover_critical, worse), down


@given(banded(), st.lists(st.integers(0, 101), max_size=40))
def test_inside_the_band_a_level_never_changes(
    made: tuple[Bounds, bool], values: list[int]
) -> None:
    bounds, down = made
    rule = Rules({"waitingCalls": bounds}).for_queue("", "")[0]
    world = World(Rules({"waitingCalls": bounds}))

    def beyond(number: int, bound: Number | None) -> bool:
        assert bound is not None
        return number <= bound if down else number >= bound

    before = N
    for number in values:
        level = world.waits(number, after=10)
        if level > before:
            # Up only past the bound of the new level.
            assert beyond(number, rule.critical if level is C else rule.warning)
        if level < before:
            # Down only past the recovery of the old one.
            recover = rule.recover_critical if before is C else rule.recover_warning
            assert not beyond(number, recover) or number == recover
        if before is W and not beyond(number, rule.critical):
            inside = beyond(number, rule.recover_warning) and number != rule.recover_warning
            assert not inside or level is W
        before = level


@given(st.lists(st.integers(0, 8), max_size=20), st.booleans())
def test_a_normal_level_and_a_value_that_reaches_no_bound_leave_nothing_to_remember(
    values: list[int], just_started: bool
) -> None:
    world = World(rules(waitingCalls=Bounds(3, 5, hold=15.0)), just_started=just_started)
    before = N
    for number in values:
        level = world.waits(number, after=10)
        if before is N and number < 3:
            assert world.levels(row("Sales")) == CALM
        before = level


@given(st.lists(st.tuples(*[st.one_of(st.none(), st.integers(0, 6))] * 3), max_size=12))
def test_several_rules_judge_a_queue_as_each_does_alone(
    polls: list[tuple[int | None, int | None, int | None]],
) -> None:
    names = ("waitingCalls", "availableAgents", "handlingCalls")
    bounds = {name: Bounds(3, 5, hold=15.0) for name in names}
    bounds["availableAgents"] = Bounds(2, 1)
    together, alone = World(Rules(bounds)), [World(Rules({n: bounds[n]})) for n in names]
    for poll in polls:
        sent = zip(names, poll, strict=True)
        values: dict[str, Any] = {name: number for name, number in sent if number is not None}
        queue = row("Sales", **values)
        for world in (together, *alone):
            world.poll(queue, after=10)
        parts = [world.levels(queue) for world in alone]
        known = together.levels(queue)
        assert known.level is max(part.level for part in parts)
        assert known.by_metric == {n: v for part in parts for n, v in part.by_metric.items()}
        assert known.tracks == {n: v for part in parts for n, v in part.tracks.items()}


@given(st.lists(st.one_of(st.none(), st.integers(0, 30)), max_size=30))
def test_gaps_change_no_later_level(values: list[int | None]) -> None:
    """A world with gaps comes to the same levels as one in which the gaps never were."""
    gappy, plain = World(BAND), World(BAND)
    for number in values:
        level = gappy.waits(number, after=10)
        if number is None:
            assert level is U
        else:
            assert level is plain.waits(number, after=10)


# Which rule applies.


def bounds_of(rules: Rules, queue: str, site: str) -> tuple[Number | None, Number | None]:
    found = {rule.metric: rule for rule in rules.for_queue(queue, site)}
    rule = found.get("waitingCalls")
    return (rule.warning, rule.critical) if rule else (None, None)


def over(warning: int, queue: str = "", site: str = "") -> Override:
    return Override({"waitingCalls": Bounds(warning)}, queue, site)


def test_queue_and_site_beat_queue_and_queue_beats_site() -> None:
    base = {"waitingCalls": Bounds(3, 99)}
    both, queue, site = over(30, "VIP*", "Rome"), over(20, "VIP*"), over(10, site="Rome")
    for order in ((both, queue, site), (site, queue, both), (queue, both, site)):
        assert bounds_of(Rules(base, order), "VIP 1", "Rome") == (30, 99)
        assert bounds_of(Rules(base, order), "VIP 1", "Paris") == (20, 99)
        assert bounds_of(Rules(base, order), "Sales", "Rome") == (10, 99)
        assert bounds_of(Rules(base, order), "Sales", "Paris") == (3, 99)


def test_then_the_longer_literal_wins_then_the_later() -> None:
    base = {"waitingCalls": Bounds(3, 99)}
    longer = Rules(base, (over(20, "VIP gold*"), over(10, "VIP*")))
    assert bounds_of(longer, "VIP gold 1", "") == (20, 99)
    later = Rules(base, (over(10, "VIP*"), over(20, "*VIP")))
    assert bounds_of(later, "VIP", "") == (20, 99)


def test_a_whole_pattern_is_not_narrower_for_its_stars() -> None:
    base = {"waitingCalls": Bounds(3, 99)}
    assert bounds_of(Rules(base, (over(20, "V*"), over(10, "****"))), "V", "") == (20, 99)


def test_patterns_match_whatever_the_case() -> None:
    rules = Rules({"waitingCalls": Bounds(3, 99)}, (over(20, "straße*"),))
    assert bounds_of(rules, "STRASSE 1", "") == (20, 99)


def test_fields_merge_from_the_wider_places() -> None:
    rules = Rules(
        {"waitingCalls": Bounds(3, 5, 10, 2)},
        (
            Override({"waitingCalls": Bounds(critical=9)}, site="Rome"),
            Override({"waitingCalls": Bounds(recover_critical=4)}, "VIP"),
        ),
    )
    (rule,) = rules.for_queue("VIP", "Rome")
    assert rule == Rule("waitingCalls", 3, 9, Worse.UP, 10, 2, recover_critical=4)


def test_false_switches_a_rule_off_and_a_narrower_place_on_again() -> None:
    off = Override({"waitingCalls": Bounds(off=True)}, site="Rome")
    on = Override({"waitingCalls": Bounds(7, 8)}, "VIP", "Rome")
    rules = Rules({"waitingCalls": Bounds(3, 5)}, (on, off))
    assert bounds_of(rules, "Sales", "Rome") == (None, None)
    assert bounds_of(rules, "VIP", "Rome") == (7, 8)
    assert bounds_of(rules, "Sales", "Paris") == (3, 5)


def test_an_override_may_judge_what_nobody_else_does() -> None:
    rules = Rules({}, (Override({"handlingCalls": Bounds(1, 2)}, "VIP"),))
    assert once(row("VIP", handlingCalls=2), rules) is C
    assert once(row("Sales", handlingCalls=2), rules) is U
    assert "handlingCalls" in rules.metrics


def test_a_rule_needs_the_metric_that_says_when_it_applies() -> None:
    assert Rules({"availableAgents": Bounds(1, 0)}).metrics == {
        "availableAgents", "waitingCalls", "eligibleAgents",
    }  # fmt: skip


def test_a_book_gives_each_queue_its_own_rules_again_and_again() -> None:
    book = RuleBook(Rules({"waitingCalls": Bounds(3, 5)}, (over(1, "VIP"),)))
    vip, plain = row("VIP", "1", waitingCalls=1), row("Sales", "2", waitingCalls=1)
    for _ in range(2):
        levels = judge([vip, plain], book, {}, 0.0)
        assert levels[vip.key].level is W
        assert levels[plain.key].level is N


def test_the_metric_that_makes_a_level_is_the_one_in_it_for_longest() -> None:
    world = World(Rules({"waitingCalls": Bounds(3, 5), "handlingCalls": Bounds(3, 5)}))
    one = row("a", waitingCalls=1, handlingCalls=6)
    world.poll(one)
    world.poll(row("a", waitingCalls=6, handlingCalls=6), after=10)
    assert world.levels(one).worst_metric == "handlingCalls"
    assert world.levels(one).since == 1000
    world.poll(row("a", waitingCalls=6, handlingCalls=0), after=10)
    assert world.levels(one).worst_metric == "waitingCalls"
    assert world.levels(one).since == 1010


def test_a_missing_value_makes_no_level() -> None:
    world = World(Rules({"waitingCalls": Bounds(3, 5), "handlingCalls": Bounds(3, 5)}))
    one = row("a", waitingCalls=6, handlingCalls=4)
    world.poll(one)
    world.poll(row("a", handlingCalls=4), after=10)
    assert world.level(one) is W
    assert world.levels(one).worst_metric == "handlingCalls"
    assert world.levels(one).frozen is C


# Opening hours.


def test_a_closed_queue_is_not_judged_and_an_open_one_is_judged_though_no_call_waits() -> None:
    lonely = calm(availableAgents=0)
    busy = calm("Other", "2", waitingCalls=9)
    book = RuleBook(Rules())
    shut = judge([lonely, busy], book, {}, 0.0, opening=lambda _: False)
    assert [shut[one.key].closed for one in (lonely, busy)] == [True, True]
    assert {known.level for known in shut.values()} == {U}
    opened = judge([lonely, busy], book, {}, 0.0, opening=lambda _: True, at_once=True)
    assert opened[lonely.key].level is C
    unknown = judge([lonely, busy], book, {}, 0.0, opening=lambda _: None)
    assert unknown[lonely.key].level is N
    assert unknown[busy.key].level is C


def test_in_its_hours_agents_are_judged_even_where_nobody_knows_of_calls() -> None:
    one = row("a", availableAgents=0)
    rules = Rules({"availableAgents": Bounds(1, 0)})
    assert judge([one], RuleBook(rules), {}, 0.0, opening=lambda _: True)[one.key].level is C


def test_a_direction_is_merged_from_the_wider_place_too() -> None:
    rules = Rules(
        {"handlingCalls": Bounds(5, 3, worse=Worse.DOWN)},
        (Override({"handlingCalls": Bounds(critical=2)}, "VIP"),),
    )
    (rule,) = rules.for_queue("VIP", "")
    assert rule.worse is Worse.DOWN
    assert rule.only_while == ""
    (turned,) = Rules(
        {"handlingCalls": Bounds(5, 3, worse=Worse.DOWN)},
        (Override({"handlingCalls": Bounds(3, 5, worse=Worse.UP)}, "VIP"),),
    ).for_queue("VIP", "")
    assert turned.worse is Worse.UP


def test_of_several_at_once_the_longest_wait_makes_the_level() -> None:
    world = World(Rules())
    one = calm(waitingCalls=6, longestWaitingTime=150_000, avgWaitingTime=70_000.0,
               availableAgents=0)  # fmt: skip
    world.poll(one)
    assert world.levels(one).worst_metric == "longestWaitingTime"
    fewer = calm(waitingCalls=6, longestWaitingTime=0, availableAgents=0)
    world = World(Rules())
    world.poll(fewer)
    assert world.levels(fewer).worst_metric == "waitingCalls"
