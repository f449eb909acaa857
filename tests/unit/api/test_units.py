"""The unit of times: confirmed by what waiting does, and by nothing else."""

import random
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wallboard.api.units import (
    CONTRADICTED,
    LEAST_APART,
    Finding,
    Growth,
    UnitWatch,
    find_unit,
    growth,
)
from wallboard.api.wire.successor_names import SCALE, TimeUnit

OTHER: dict[TimeUnit, TimeUnit] = {"s": "ms", "ms": "s"}
units = st.sampled_from(["s", "ms"])
seeds = st.integers(0, 2**32)


def sent(seconds: float, unit: TimeUnit) -> float:
    """A wait as an API sends it that counts in ``unit``."""
    return round(seconds, 3) if unit == "s" else round(seconds * 1000)


def own(unit: TimeUnit) -> UnitWatch:
    """A watch that believes in ``unit`` and may find out otherwise."""
    watch = UnitWatch()
    watch.unit = unit
    return watch


def polls(dice: random.Random, count: int, jitter: float) -> Iterator[tuple[float, float]]:
    """Yield when each answer was asked for, and when it was made."""
    interval, at = dice.uniform(2, 300), 1000.0
    for _ in range(count):
        yield at, at + dice.uniform(0, jitter)
        at += interval


# -- one growth -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "seconds", "found"),
    [
        (75.3, 85.3, 10, Growth.SECONDS),
        (75.3, 87.2, 10, Growth.SECONDS),
        (75.3, 87.4, 10, Growth.NO_SECONDS),
        (75.3, 83.4, 10, Growth.SECONDS),
        (75.3, 83.2, 10, Growth.NONE),
        (75, 75, 10, Growth.NONE),
        (75, 12, 10, Growth.NONE),
        (75_300, 85_300, 10, Growth.MILLISECONDS),
        (75_300, 87_200, 10, Growth.MILLISECONDS),
        (75_300, 83_400, 10, Growth.MILLISECONDS),
        (75_300, 83_200, 10, Growth.NO_SECONDS),
        (0.5, 60.5, 60, Growth.SECONDS),
        (0.5, 72.6, 60, Growth.NO_SECONDS),
        (1, 2.1, 2, Growth.SECONDS),
        (1, 1.9, 2, Growth.NONE),
    ],
)
def test_growth_is_told_by_its_rate(old: float, new: float, seconds: float, found: Growth) -> None:
    assert growth({"q": old}, {"q": new}, seconds) is found


def test_only_the_growth_of_the_same_one_counts() -> None:
    assert growth({"a": 10}, {"b": 20}, 10) is Growth.NONE
    assert growth({}, {"b": 10}, 10) is Growth.NONE


def test_milliseconds_win_and_impossible_growth_bars_seconds() -> None:
    before = {"a": 10, "b": 10, "c": 10}
    assert growth(before, {"a": 20, "b": 10_010}, 10) is Growth.MILLISECONDS
    assert growth(before, {"a": 20, "c": 4_000}, 10) is Growth.NO_SECONDS
    assert growth(before, {"c": 4_000, "a": 20}, 10) is Growth.NO_SECONDS


# -- a watch ----------------------------------------------------------------------------------


def test_the_first_growth_confirms_and_it_stays_so() -> None:
    watch = UnitWatch()
    assert watch.see(0, {"q": 5}) is Finding.NOTHING
    assert not watch.confirmed
    assert watch.see(10, {"q": 15.2}) is Finding.CONFIRMED
    for at in range(20, 100, 10):
        assert watch.see(at, {"q": 1000 * at}) is Finding.NOTHING
        assert (watch.unit, watch.confirmed) == ("s", True)


def test_without_anybody_waiting_nothing_is_known() -> None:
    watch = UnitWatch()
    for at in range(0, 1000, 10):
        assert watch.see(at, {}) is Finding.NOTHING
    assert not watch.confirmed


def test_the_other_unit_must_be_seen_three_times() -> None:
    watch = UnitWatch()
    found = [watch.see(at, {"q": 1000 * at + 1}) for at in range(0, 40, 10)]
    assert found == [Finding.NOTHING] * CONTRADICTED + [Finding.SWITCHED]
    assert (watch.unit, watch.confirmed) == ("ms", True)


def test_a_match_for_the_unit_in_use_is_made_up_for_by_one_more_against_it() -> None:
    watch = own("ms")
    # Two answers in seconds, one jump that looks like milliseconds, then seconds again.
    for at, wait in ((0, 1), (10, 11), (20, 21), (30, 10_021), (40, 5), (50, 15)):
        watch.see(at, {"q": wait})
    assert (watch.unit, watch.confirmed) == ("ms", False)
    assert watch.see(60, {"q": 25}) is Finding.SWITCHED


def test_what_the_user_said_is_known_from_the_start() -> None:
    for unit in SCALE:
        watch = UnitWatch(unit)
        assert (watch.unit, watch.confirmed, watch.settled) == (unit, True, False)
        for at in range(0, 100, 10):
            assert watch.see(at, {"q": sent(at + 1, unit)}) is Finding.NOTHING
            assert watch.confirmed
    assert not UnitWatch().confirmed


def test_what_the_user_said_stays_and_is_told_to_be_wrong_once() -> None:
    watch = UnitWatch("s")
    found = [watch.see(at, {"q": 1000 * at + 1}) for at in range(0, 30, 10)]
    assert watch.confirmed, "twice may be an accident"
    found += [watch.see(at, {"q": 1000 * at + 1}) for at in range(30, 500, 10)]
    assert found[CONTRADICTED] is Finding.CONTRADICTED
    assert found.count(Finding.CONTRADICTED) == 1
    assert set(found) == {Finding.NOTHING, Finding.CONTRADICTED}
    assert (watch.unit, watch.confirmed, watch.settled) == ("s", False, False)


def test_what_the_user_said_is_trusted_again_when_as_much_was_seen_for_it() -> None:
    watch, found = UnitWatch("s"), []

    def go(at: int, unit: TimeUnit) -> None:
        # The caller is another one, so that only the same unit is compared.
        found.append(watch.see(at, {f"{unit}{at // 1000}": sent(at % 1000 + 1, unit)}))

    for at in range(0, 100, 10):
        go(at, "ms")
    assert not watch.confirmed
    for at in range(1000, 1000 + 10 * CONTRADICTED, 10):
        go(at, "s")
        assert watch.confirmed is False
    go(1000 + 10 * CONTRADICTED, "s")
    assert (watch.confirmed, found[-1]) == (True, Finding.CONFIRMED)
    for at in range(2000, 2100, 10):
        go(at, "ms")
    assert not watch.confirmed
    assert found.count(Finding.CONTRADICTED) == 1, "told once, whatever comes"


# -- ages -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("waits", "ages", "unit"),
    [
        ({"a": 43.4}, {"a": 43}, "s"),
        ({"a": 43_400}, {"a": 43}, "ms"),
        ({"a": 43.4}, {"a": 45.5}, None),
        ({"a": 43.4}, {"a": -3557}, None),
        ({"a": 9.9}, {"a": 9.9}, None),
        ({"a": 43.4, "b": 50, "c": 9}, {"a": 43, "b": 3000}, None),
        ({"a": 43.4, "b": 50, "c": 99}, {"a": 43, "b": 3000, "c": 99}, "s"),
        ({"a": 43.4}, {"b": 43.4}, None),
        ({"a": 0}, {"a": 10}, None),
        ({}, {}, None),
    ],
)
def test_an_age_tells_the_unit_where_most_fit(
    waits: dict[str, float], ages: dict[str, float], unit: TimeUnit | None
) -> None:
    assert find_unit(waits, ages) == unit


def test_one_answer_with_ages_confirms_and_a_wrong_unit_is_found_out_sooner() -> None:
    assert UnitWatch().see(0, {"q": 43}, ages={"q": 43.5}) is Finding.CONFIRMED
    watch = UnitWatch()
    assert watch.see(0, {"q": 43_000}, ages={"q": 43.5}) is Finding.NOTHING
    assert watch.see(10, {"q": 53_000}, ages={"q": 53.5}) is Finding.SWITCHED
    assert (watch.unit, watch.confirmed) == ("ms", True)
    forced = UnitWatch("s")
    found = [forced.see(at, {"q": 43_000}, ages={"q": 43}) for at in range(0, 50, 10)]
    assert found.count(Finding.CONTRADICTED) == 1
    assert not forced.confirmed


# -- more of a watch --------------------------------------------------------------------------


def test_answers_too_close_to_each_other_are_not_compared() -> None:
    watch = UnitWatch()
    watch.see(0, {"q": 5})
    assert watch.see(LEAST_APART - 0.1, {"q": 6.9}) is Finding.NOTHING
    assert watch.see(-5, {"q": 0.1}) is Finding.NOTHING
    assert watch.see(LEAST_APART, {"q": 7}) is Finding.CONFIRMED


def test_two_kinds_of_answers_are_not_compared_with_each_other() -> None:
    watch = UnitWatch()
    # One kind stands still at nothing; the other grows, seen in between.
    for at in range(0, 60, 10):
        assert watch.see(at, {"q": 0.001}, "today") is Finding.NOTHING
    watch.see(61, {"q": 5}, "live")
    watch.see(66, {"q": 0.001}, "today")
    assert watch.see(71, {"q": 15}, "live") is Finding.CONFIRMED


def test_an_api_that_renews_its_numbers_seldom_is_found_out_over_a_minute() -> None:
    for unit in ("s", "ms"):
        watch = own("s")
        for at in range(0, 400, 10):
            watch.see(at, {"q": sent(at // 25 * 25 + 3, "s" if unit == "s" else "ms")})
        assert (watch.unit, watch.confirmed) == (unit, True)


# -- laws -------------------------------------------------------------------------------------


@given(units, seeds)
def test_growth_with_jitter_confirms_the_unit_in_use(unit: TimeUnit, number: int) -> None:
    dice = random.Random(number)
    watch = own(unit)
    came = 1000 - dice.uniform(0, 600)
    jitter = dice.uniform(0, 1)
    for at, made in polls(dice, 3, jitter):
        watch.see(at, {"q": sent(made - came, unit)})
    assert (watch.unit, watch.confirmed) == (unit, True)


@given(units, seeds)
def test_the_wrong_unit_is_contradicted_and_given_up(unit: TimeUnit, number: int) -> None:
    dice = random.Random(number)
    watch, forced = own(OTHER[unit]), UnitWatch(OTHER[unit])
    came = 1000 - dice.uniform(0, 600)
    jitter = dice.uniform(0, 1)
    for at, made in polls(dice, 8, jitter):
        for one in (watch, forced):
            one.see(at, {"q": sent(made - came, unit)})
    assert (watch.unit, watch.confirmed) == (unit, True)
    assert (forced.unit, forced.confirmed) == (OTHER[unit], False)


@given(units, seeds)
@settings(max_examples=200)
def test_callers_who_follow_each_other_never_confirm_the_wrong_unit(
    unit: TimeUnit, number: int
) -> None:
    """Queues whose callers come and go as they like; at least one caller is still there."""
    dice = random.Random(number)
    watch = own(OTHER[unit])
    forced = UnitWatch(OTHER[unit])
    queues = {f"q{n}": 1000 - dice.uniform(0, 300) for n in range(dice.randint(1, 6))}
    for _, made in polls(dice, 30, 1):
        # Whoever is longest there may leave; the next came later, at any time until now.
        for name in dice.sample(sorted(queues), dice.randrange(len(queues))):
            queues[name] = dice.uniform(min(queues[name], made), made)
        waits = {name: sent(made - came, unit) for name, came in queues.items()}
        watch.see(made, waits)
        assert watch.unit == unit or not watch.confirmed
        doubted = not forced.confirmed
        assert forced.see(made, waits) is not Finding.CONFIRMED
        assert not (doubted and forced.confirmed)


@given(seeds)
@settings(max_examples=200)
def test_seconds_are_never_taken_for_milliseconds_whoever_calls(number: int) -> None:
    """The silent mistake: 85 s as a green 00:00. No wait can grow a thousand times too fast."""
    dice = random.Random(number)
    watch, forced = own("ms"), UnitWatch("s")
    for at, made in polls(dice, 30, 1):
        waits = {f"q{n}": sent(dice.uniform(0, made - 700), "s") for n in range(3)}
        watch.see(at, waits)
        assert watch.unit == "s" or not watch.confirmed
        forced.see(at, waits)
        assert forced.confirmed, "what is right is never doubted"


@given(
    st.lists(st.tuples(st.floats(0, 1e6), st.dictionaries(st.integers(0, 3), st.floats(0, 1e9))))
)
def test_whatever_comes_the_scale_is_one_of_two(
    answers: list[tuple[float, dict[int, float]]],
) -> None:
    watch = UnitWatch()
    for at, waits in answers:
        watch.see(at, waits)
        assert watch.unit in SCALE
