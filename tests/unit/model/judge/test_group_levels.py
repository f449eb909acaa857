"""A group's own rules: when its alert begins and ends, and what nobody knows does neither."""

from collections.abc import Iterable
from dataclasses import replace

import pytest

from tests.sample import row
from tests.unit.model.judge.test_alerts import Ringing
from tests.unit.model_env import World, moment
from wallboard.model.data.name_pattern import QueueGroup, group_key
from wallboard.model.data.options import Reminders
from wallboard.model.data.reading import QueueMetrics
from wallboard.model.events import Configured, Selected
from wallboard.model.judge.alert_log import AlertRow, alerts
from wallboard.model.judge.alerts import document
from wallboard.model.judge.levels import UNJUDGED
from wallboard.model.judge.rules import Bounds, Level, Rules
from wallboard.model.select.groups import Heading
from wallboard.model.select.selection import Selection
from wallboard.model.view.wall.words import is_calm, more_words

SALES = QueueGroup("Sales", ("Sales*",))
KEY = group_key("Sales")


def world(
    every: object = None,
    *,
    pbxes: Iterable[str] = ("p",),
    just_started: bool = False,
    **bounds: Bounds,
) -> Ringing:
    own = bounds or {"waitingCalls": Bounds(8, 12)}
    rules = Rules({}, groups=(SALES,), group_bounds={"Sales": own})
    return Ringing(rules, pbxes=pbxes, just_started=just_started, every=every)


def two(one: int | None, other: int | None, pbx: str = "p") -> tuple[QueueMetrics, ...]:
    counts = (one, other)
    queues = [row(f"Sales {at}", str(at), pbx=pbx) for at in range(2)]
    return tuple(
        queue if calls is None else replace(queue, values={"waitingCalls": calls})
        for queue, calls in zip(queues, counts, strict=True)
    )


def level(made: World) -> Level:
    return made.state.levels.get(KEY, UNJUDGED).level


def listed(made: World) -> tuple[AlertRow, ...]:
    return alerts(made.state, moment(made.now)).rows


def test_a_group_that_breaks_its_own_rule_is_told_once_and_its_end_is_known() -> None:
    made = world()
    made.poll(*two(4, 3))
    assert level(made) is Level.NORMAL
    made.poll(*two(6, 7), row("Support", "9", waitingCalls=90), after=10)
    assert (level(made), len(made.heard)) == (Level.CRITICAL, 1)
    told = document(made.heard[0])
    assert (told["group"], told["queue"], told["value"]) == ("Sales", "", 13)
    assert told["words"] == "Waiting ≥ 12"
    made.poll(*two(8, 8), after=10)
    (one,) = listed(made)
    assert (one.queue, one.site, one.rule, one.open) == ("Sales", "group", "Waiting ≥ 12", True)
    assert (one.value, one.worst, one.present, one.lasted) == ("13", "16", "16", "10s")
    made.poll(*two(1, 1), after=10)
    (one,) = listed(made)
    assert (one.open, one.lasted, len(made.heard)) == (False, "20s", 1)


def test_a_group_is_reminded_of_in_its_own_time_with_what_it_comes_to_now() -> None:
    remind = Reminders({"waitingCalls": 30.0}, groups={"Sales": {"waitingCalls": 60.0}})
    made = world(remind.every)
    made.poll(*two(0, 0))
    told = []
    for second in range(10, 170, 10):
        made.poll(*two(7, 6 + second // 10), after=10)
        told += [(second, one.cause.value, one.value) for one in made.heard]
        made.heard.clear()
    assert told == [(10, "entered", 14), (70, "reminder", 20), (130, "reminder", 26)]
    silent = world(Reminders({"waitingCalls": 30.0}).every)
    for calls in (0, 9, 9, 9, 9, 9, 9):
        silent.poll(*two(calls, calls), after=10)
    assert len(silent.heard) == 1  # the queues' own reminders are not a group's


def test_what_held_in_the_first_answers_is_told_by_nobody() -> None:
    made = world(pbxes=("p", "q"), just_started=True)
    made.poll(*two(9, 9))
    assert level(made) is Level.CRITICAL  # whatever the other PBX adds
    made.poll(*two(9, 9, "q"), pbx="q")
    assert (made.heard, listed(made)[0].when[:6]) == ([], "before")


def test_for_and_recover_hold_the_alert() -> None:
    made = world(waitingCalls=Bounds(8, 99, 20.0, 4))
    for calls, wanted in ((5, 0), (5, 0), (5, 1)):
        made.poll(*two(calls, calls), after=10)
        assert level(made) is Level(wanted)
    made.poll(*two(3, 3), after=10)
    assert level(made) is Level.WARNING
    made.poll(*two(2, 2), after=10)
    assert level(made) is Level.NORMAL


def test_a_failed_poll_starts_it_anew() -> None:
    made = world(waitingCalls=Bounds(8, 99, 20.0))
    made.poll(*two(5, 5), after=10)
    made.fail(after=10)
    made.poll(*two(5, 5), after=10)
    made.poll(*two(5, 5), after=10)
    assert level(made) is Level.NORMAL
    made.poll(*two(5, 5), after=10)
    assert level(made) is Level.WARNING


@pytest.mark.parametrize("part", [two(9, None), two(None, 2)])
def test_a_part_that_is_not_known_ends_nothing_and_begins_nothing(
    part: tuple[QueueMetrics, ...],
) -> None:
    made = world()
    made.poll(*two(0, 0))
    made.poll(*two(5, 5), after=10)
    assert level(made) is Level.WARNING
    made.poll(*part, after=10)
    assert (level(made), len(made.heard)) == (Level.UNKNOWN, 1)
    assert listed(made)[0].note == "no value now"
    made.poll(*two(5, 5), after=10)
    assert (level(made), len(made.heard), listed(made)[0].lasted) == (Level.WARNING, 1, "20s")


def test_what_is_critical_without_the_rest_is_critical() -> None:
    made = world()
    made.poll(*two(5, 5))
    made.poll(*two(12, None), after=10)
    assert level(made) is Level.CRITICAL


def test_numbers_of_a_dead_pbx_keep_a_group_from_being_calm() -> None:
    made = world(pbxes=("p", "q"))
    made.poll(*two(5, 5))
    made.poll(*two(0, 0, "q"), pbx="q")
    assert level(made) is Level.WARNING
    for _ in range(9):
        made.poll(*two(0, 0, "q"), pbx="q", after=10)
    assert level(made) is Level.UNKNOWN
    (one,) = listed(made)
    assert (one.open, one.note) == (True, "no value now")
    made.poll(*two(0, 0))
    assert (level(made), listed(made)[0].open) == (Level.NORMAL, False)


def test_a_queue_that_is_gone_keeps_it_until_it_is_over() -> None:
    made = world()
    made.poll(*two(5, 5), row("Night", "7", waitingCalls=0))
    made.poll(row("Night", "7", waitingCalls=0), after=10)
    assert (level(made), listed(made)[0].open) == (Level.UNKNOWN, True)
    made.poll(row("Night", "7", waitingCalls=0), after=90_000)
    assert listed(made)[0].note == "gone or closed"


def test_closed_queues_count_for_nothing_and_a_closed_group_has_no_level() -> None:
    shut: set[str] = set()
    made = world()
    made.state = replace(made.state, is_open=lambda name, _site, _at: name not in shut)
    made.poll(*two(5, 5))
    assert level(made) is Level.WARNING
    shut.add("Sales 1")
    made.poll(*two(5, 5), after=10)
    assert level(made) is Level.NORMAL
    shut.add("Sales 0")
    made.poll(*two(9, 9), after=10)
    assert made.state.levels[KEY].closed
    assert not listed(made)[0].open


def test_agents_of_a_group_are_judged_only_while_calls_wait() -> None:
    made = world(availableAgents=Bounds(1, 0))
    made.poll(*(replace(one, values={**one.values, "availableAgents": 0}) for one in two(0, 0)))
    assert level(made) is Level.NORMAL
    made.poll(*(replace(one, values={**one.values, "availableAgents": 0}) for one in two(0, 1)))
    assert level(made) is Level.CRITICAL


def test_groups_without_rules_of_their_own_make_no_level_and_no_work() -> None:
    made = Ringing(Rules({}, groups=(SALES,), total={"waitingCalls": Bounds(1, 2)}))
    made.poll(*two(5, 5))
    assert KEY not in made.state.levels
    assert made.heard == []


def test_a_group_that_becomes_another_while_the_board_runs_begins_anew_and_rings_for_nobody() -> (
    None
):
    made = world()
    made.poll(*two(0, 0))
    made.poll(*two(5, 5), after=10)
    assert (level(made), len(made.heard)) == (Level.WARNING, 1)

    def configured(*groups: QueueGroup, warning: int) -> None:
        bounds = {group.name: {"waitingCalls": Bounds(warning, 99)} for group in groups}
        rules = Rules({}, groups=groups, group_bounds=bounds)
        made.step(Configured(rules, made.state.options, None, made.state.targets))

    configured(SALES, warning=3)
    assert not listed(made)[0].open
    made.poll(*two(5, 5), after=10)
    assert (level(made), listed(made)[0].open, len(made.heard)) == (Level.WARNING, True, 1)
    since = listed(made)[0].when
    configured(SALES, warning=3)
    made.poll(*two(5, 5), after=10)
    assert (listed(made)[0].when, len(listed(made))) == (since, 2)
    configured(warning=3)
    assert not any(one.open for one in listed(made))
    assert KEY not in made.state.levels


def test_a_broken_rule_of_a_group_is_told_on_the_status_line_and_is_no_calm_on_a_wall() -> None:
    made = world()
    made.poll(*two(0, 0))
    assert (made.view().health.groups, is_calm(made.view())) == ("", False)
    made.poll(*two(6, 6), after=10)
    view = made.view()
    assert (view.health.groups, view.health.groups_level) == ("groups: Sales !!", Level.CRITICAL)
    assert more_words(view, view.lines)[0] == "groups: Sales !!"
    # What is old says nothing of now.
    assert made.view(after=120).health.groups == ""


def test_a_wall_is_calm_only_while_no_group_breaks_its_rule() -> None:
    rules = Rules(
        {"waitingCalls": Bounds(50, 60)},
        groups=(SALES,),
        group_bounds={"Sales": {"waitingCalls": Bounds(8, 12)}},
    )
    made = World(rules)
    made.poll(*two(1, 1))
    assert is_calm(made.view())
    made.poll(*two(4, 4), after=10)
    assert not is_calm(made.view())
    made.step(Selected(Selection(by="group")))
    heading = next(one for one in made.view().entries if isinstance(one, Heading))
    assert (heading.level, heading.mark, heading.warning) == (Level.WARNING, "!", 0)


def test_a_groups_alert_has_no_length_while_a_pbx_of_it_is_silent() -> None:
    made = world(pbxes=("p", "q"))
    for _ in range(2):
        made.poll(*two(7, 3, "q"), pbx="q", after=5)
        made.poll(*two(5, 4), after=5)
    (told,) = listed(made)
    assert (told.note, told.lasted != "–") == ("", True)
    made.now += 80  # and no answer comes
    (told,) = listed(made)
    assert (told.note, told.lasted, told.open) == ("not known of every PBX now", "–", True)


def test_an_answer_out_of_a_cache_judges_no_group() -> None:
    made = world()
    made.poll(*two(4, 3))
    made.poll(*two(4, 3), after=20)
    made.now -= 10  # older than what is on the board
    made.poll(*two(9, 9))
    assert level(made) is Level.NORMAL
    assert not listed(made)
