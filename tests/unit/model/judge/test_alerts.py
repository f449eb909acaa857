"""What fires, what blinks, and the log as it is read."""

import json
from dataclasses import replace
from datetime import timedelta, timezone
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sample import row
from tests.unit.model_env import PLAIN, World, moment
from wallboard.model.data.catalogue import CATALOGUE
from wallboard.model.data.reading import FeedId, QueueMetrics, Reading
from wallboard.model.data.view_options import ViewOptions
from wallboard.model.events import Acknowledge, Fresh, Pause, Remembered, Selected
from wallboard.model.judge.alert_log import MOST_LISTED, alerts, banner, values_words
from wallboard.model.judge.alerts import (
    BLINKS_FOR,
    Alert,
    Cause,
    attention,
    document,
    due,
    is_blinking,
    is_lit,
    rule_words,
)
from wallboard.model.judge.episodes import Episode
from wallboard.model.judge.rules import Bounds, Level, Rules
from wallboard.model.select.selection import Selection

SALES = row("Sales")
TOKYO = timezone(timedelta(hours=9))


def every_minute(*_: str) -> float:
    return 60.0


class Ringing(World):
    """A world that hears what each step makes fire."""

    def __init__(self, *args: object, every: object = None, **more: object) -> None:
        super().__init__(*args, **more)  # type: ignore[arg-type]
        self.every = every
        self.heard: list[Alert] = []

    def step(self, event: object) -> object:  # type: ignore[override]
        before = self.state
        after = super().step(event)  # type: ignore[arg-type]
        asked = {"every": self.every} if getattr(self, "every", None) else {}
        if hasattr(self, "heard"):
            self.heard += due(before, after, moment(self.now), **asked)  # type: ignore[arg-type]
        return after

    def new(self) -> list[str]:
        """What was heard since the last time, in short."""
        heard = [f"{one.episode.name} {one.episode.level.word} {one.cause}" for one in self.heard]
        self.heard.clear()
        return heard

    def seen(self, queue: QueueMetrics = SALES, who: str = "RB") -> None:
        self.step(Acknowledge(frozenset([queue.key]), who, moment(self.now)))


def test_a_level_fires_when_it_is_entered_and_once() -> None:
    world = Ringing()
    told = []
    for calls in (0, 3, 4, 6, 7, 6):
        world.waits(calls, after=10)
        told.append(world.new())
    assert told == [[], ["Sales warning entered"], [], ["Sales critical entered"], [], []]


def test_getting_better_rings_no_bell() -> None:
    world = Ringing()
    world.waits(6)
    world.new()
    world.waits(4, after=10)
    world.waits(0, after=10)
    assert world.new() == []
    world.waits(6, after=10)
    assert world.new() == ["Sales critical entered"]


def test_the_worst_fires_first() -> None:
    world = Ringing()
    world.poll(row("A", "1", waitingCalls=3), row("B", "2", waitingCalls=6))
    assert world.new() == ["B critical entered", "A warning entered"]


def test_a_hold_and_a_recovery_keep_it_quiet() -> None:
    world = Ringing(Rules({"waitingCalls": Bounds(3, 5, hold=20, recover_warning=1)}))
    for calls in (4, 0, 4, 0, 4, 4):
        world.waits(calls, after=10)
    assert world.new() == []
    world.waits(4, after=10)
    assert world.new() == ["Sales warning entered"]
    for calls in (2, 3, 2, 4, 2):
        world.waits(calls, after=10)
    assert world.new() == []


def test_while_a_feed_is_silent_nothing_fires_and_nothing_ends() -> None:
    world = Ringing(every=every_minute)
    world.waits(6)
    world.new()
    for _ in range(60):
        world.fail(after=10)
    assert world.new() == []
    assert [one.until for one in world.state.episodes] == [None]
    # Back, and still so: not a new alert, but ten reminders are due as one.
    world.waits(6, after=10)
    assert world.new() == ["Sales critical reminder"]


def test_a_value_or_a_queue_that_is_missing_for_a_while_fires_nothing_new() -> None:
    world = Ringing()
    world.waits(6)
    world.new()
    world.waits(None, after=10)
    world.waits(6, after=10)
    world.poll(after=10)
    world.waits(6, after=10)
    assert world.new() == []


def test_reminders_come_each_so_often_while_it_lasts() -> None:
    world = Ringing(every=every_minute)
    world.waits(6)
    world.new()
    told = []
    for _ in range(15):
        world.waits(6, after=10)
        told.append(len(world.new()))
    assert told == [0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0]
    world.waits(0, after=10)
    for _ in range(9):
        world.waits(0, after=10)
    assert world.new() == []


def test_nobody_is_reminded_of_what_was_acknowledged_nor_of_what_is_not_measured() -> None:
    world = Ringing(every=every_minute)
    world.waits(6)
    for _ in range(9):
        world.waits(None, after=10)
    assert world.new() == ["Sales critical entered"]
    world.waits(6, after=10)
    world.new()
    world.seen()
    for _ in range(9):
        world.waits(6, after=10)
    assert world.new() == []


def test_acknowledging_ends_the_reminders_of_that_episode_only() -> None:
    world = Ringing(every=every_minute)
    world.waits(4)
    world.seen()
    world.waits(6, after=10)
    for _ in range(6):
        world.waits(6, after=10)
    assert world.new() == [
        "Sales warning entered", "Sales critical entered", "Sales critical reminder",
    ]  # fmt: skip


def test_each_rule_reminds_in_its_own_time() -> None:
    asked = []

    def every(metric: str, queue: str, site: str, group: str) -> float:
        assert not group
        asked.append((metric, queue, site))
        return 30 if queue == "VIP" else 0

    world = Ringing(every=every)
    for _ in range(7):
        world.poll(row("VIP", "1", waitingCalls=6), row("Sales", "2", waitingCalls=6), after=10)
    assert world.new()[2:] == ["VIP critical reminder"] * 2
    assert ("waitingCalls", "Sales", "Rome") in asked


def test_what_is_no_news_fires_nothing() -> None:
    world = Ringing(every=every_minute)
    world.waits(6)
    world.new()
    world.step(Selected(Selection()))
    world.step(Pause(moment(world.now)))
    world.fail(after=90)
    assert world.new() == []


def test_behind_a_paused_board_alerts_go_on() -> None:
    world = Ringing()
    world.waits(0)
    world.step(Pause(moment(world.now)))
    world.waits(6, after=10)
    assert world.new() == ["Sales critical entered"]


@given(st.lists(st.one_of(st.none(), st.integers(0, 8), st.just(-1)), max_size=30))
def test_every_rise_is_told_exactly_once(story: list[int | None]) -> None:
    world = Ringing()
    for calls in story:
        if calls == -1:
            world.fail(after=10)
        else:
            world.waits(calls, after=10)
    rises = [one for one in world.state.episodes if one.rises]
    assert [one.episode.since for one in world.heard] == [one.since for one in rises]


def test_an_alert_for_a_program_is_json() -> None:
    world = Ringing()
    world.poll(row("Sales", "12", waitingCalls=6))
    (one,) = world.heard
    assert json.loads(json.dumps(document(one))) == {
        "alert": "entered",
        "level": "critical",
        "queue": "Sales",
        "group": "",
        "extension": "12",
        "site": "Rome",
        "pbx": "p",
        "metric": "waitingCalls",
        "value": 6,
        "entered": 6,
        "worst": 6,
        "bound": 5,
        "words": "Waiting ≥ 5",
        "since": "2026-03-02T09:30:00+00:00",
        "since_before": False,
        "at": "2026-03-02T09:30:00+00:00",
    }
    assert one.cause is Cause.ENTERED


def test_an_alert_has_the_value_on_entry_the_worst_and_the_present_one() -> None:
    world = Ringing()
    for calls in (6, 9, 7):
        world.waits(calls, after=10)
    (one,) = world.state.episodes
    assert (one.value, one.worst) == (6, 9)
    (line,) = alerts(world.state, moment(world.now)).rows
    assert (line.value, line.worst, line.present) == ("6", "9", "7")
    assert values_words(one, CATALOGUE["waitingCalls"]) == "6, worst 9"
    world.waits(0, after=10)
    (line,) = alerts(world.state, moment(world.now)).rows
    assert (line.value, line.worst, line.present) == ("6", "9", "")


def test_of_agents_the_worst_is_the_fewest_and_a_doubtful_value_is_none() -> None:
    world = World(Rules({"availableAgents": Bounds(2, 1)}))
    for free in (2, 3, 2):
        world.poll(row("Sales", waitingCalls=1, availableAgents=free), after=10)
    assert world.state.episodes[-1].worst == 2
    odd = row("Sales", waitingCalls=1, availableAgents=-9)
    world.poll(replace(odd, suspect=frozenset(["availableAgents"])), after=10)
    assert world.state.episodes[-1].worst == 2


# What was so before the board began.


def test_what_the_first_answer_finds_is_shown_and_not_told() -> None:
    world = Ringing(just_started=True)
    world.poll(row("A", "1", waitingCalls=6), row("B", "2", waitingCalls=3))
    assert world.new() == []
    view = alerts(world.state, moment(world.now + 5))
    assert [(one.queue, one.when, one.lasted) for one in view.rows] == [
        ("A", "before 09:30:00", "5s+"), ("B", "before 09:30:00", "5s+"),
    ]  # fmt: skip
    assert view.unseen == 1
    # Worse than it was: that was seen to begin.
    world.poll(row("A", "1", waitingCalls=6), row("B", "2", waitingCalls=6), after=10)
    assert world.new() == ["B critical entered"]
    assert alerts(world.state, moment(world.now)).rows[0].when == "09:30:10"


def test_what_got_well_and_is_in_trouble_again_is_told() -> None:
    world = Ringing(just_started=True)
    for calls in (6, 0, 6):
        world.waits(calls, after=10)
    assert world.new() == ["Sales critical entered"]


@pytest.mark.parametrize("break_between", [False, True])
def test_a_hold_does_not_turn_what_was_before_into_news(break_between: bool) -> None:
    world = Ringing(Rules({"waitingCalls": Bounds(3, 5, hold=20)}), just_started=True)
    for turn in range(5):
        if break_between and turn == 1:
            world.fail(after=10)
        world.waits(6, after=10)
    assert world.new() == []
    assert [one.since_before for one in world.state.episodes] == [True]


def test_a_value_that_comes_later_than_the_first_answer_was_not_seen_to_begin() -> None:
    world = Ringing(just_started=True)
    for calls in (None, None, 6):
        world.waits(calls, after=10)
    assert world.new() == []
    assert alerts(world.state, moment(world.now)).rows[0].when == "before 09:30:30"


def test_a_fall_to_a_level_that_held_since_before_was_seen() -> None:
    world = Ringing(just_started=True)
    for calls in (4, 6, 4):
        world.waits(calls, after=10)
    rows = alerts(world.state, moment(world.now)).rows
    assert [(one.when, one.level.word) for one in rows] == [
        ("09:30:30", "warning"),
        ("09:30:20", "critical"),
        ("before 09:30:10", "warning"),
    ]


def test_a_value_that_was_well_once_makes_news_after_a_gap() -> None:
    world = Ringing(just_started=True)
    for calls in (0, None, 6):
        world.waits(calls, after=10)
    assert world.new() == ["Sales critical entered"]


def test_a_wait_whose_unit_is_confirmed_later_was_not_seen_to_begin() -> None:
    world = Ringing(Rules({"longestWaitingTime": Bounds(60_000, 120_000)}), just_started=True)
    for confirmed in (False, True):
        reading = Reading(
            FeedId("p"),
            moment(world.now),
            (row("Sales", longestWaitingTime=150_000),),
            frozenset(CATALOGUE),
            confirmed=confirmed,
        )
        world.step(Fresh(FeedId("p"), reading, moment(world.now + 10)))
        world.now += 10
    assert world.new() == []
    assert [one.since_before for one in world.state.episodes] == [True]


def test_each_pbx_has_a_first_answer_of_its_own_however_late_it_comes() -> None:
    world = Ringing(pbxes=("p", "q"), just_started=True)
    world.poll(row("A", "1", waitingCalls=0))
    for _ in range(60):
        world.fail("q", after=10)
    world.poll(row("C", "1", pbx="q", waitingCalls=6), pbx="q", after=10)
    assert world.new() == []
    world.poll(row("A", "1", waitingCalls=6), after=10)
    assert world.new() == ["A critical entered"]


def test_a_queue_that_is_new_in_a_later_answer_is_told() -> None:
    world = Ringing(just_started=True)
    world.poll(row("A", "1", waitingCalls=0))
    world.poll(row("A", "1", waitingCalls=0), row("B", "2", waitingCalls=6), after=10)
    assert world.new() == ["B critical entered"]


def test_a_queue_that_opens_in_trouble_was_seen_to_open() -> None:
    opens = moment(1030.0).wall
    world = Ringing(is_open=lambda _queue, _site, at: at >= opens, just_started=True)
    for _ in range(3):
        world.waits(6, after=10)
    assert world.new() == ["Sales critical entered"]


def test_what_was_so_before_is_reminded_of_like_any_other() -> None:
    world = Ringing(every=every_minute, just_started=True)
    for _ in range(8):
        world.waits(6, after=10)
    (one,) = world.heard
    assert one.cause is Cause.REMINDER
    assert document(one)["since_before"] is True


# Blinking.


def episode(world: World) -> Episode:
    return world.state.episodes[-1]


def test_it_blinks_for_five_seconds_then_it_stands_until_it_is_seen() -> None:
    world = Ringing()
    world.waits(6)
    one = episode(world)
    seconds = [(is_blinking(one, 1000 + at), is_lit(one, 1000 + at)) for at in range(8)]
    assert seconds == [
        (True, True), (True, False), (True, True), (True, False), (True, True),
        (False, True), (False, True), (False, True),
    ]  # fmt: skip
    assert is_blinking(episode(world), 1004.9)
    assert not is_blinking(episode(world), 1005)
    assert is_lit(one, 99_000)
    world.seen()
    assert not is_lit(episode(world), 1006)
    assert not any(is_blinking(each, 1001) for each in world.state.episodes)


@given(st.floats(0, 20))
def test_it_changes_at_most_once_a_second(at: float) -> None:
    world = World()
    world.waits(6)
    one = episode(world)
    changes = [is_lit(one, 1000 + at + step / 100) for step in range(100)]
    assert sum(a != b for a, b in pairwise(changes)) <= 1
    assert is_blinking(one, 1000 + at) is (at < BLINKS_FOR)


@pytest.mark.parametrize("calls", [(3,), (6, 4), (6, 0)])
def test_only_entering_critical_blinks(calls: tuple[int, ...]) -> None:
    world = World()
    for number in calls:
        world.waits(number)
    assert not any(is_blinking(one, 1001) or is_lit(one, 1001) for one in world.state.episodes)


def test_attention_is_for_what_is_critical_unseen_and_known() -> None:
    world = World(pbxes=("p", "q"))
    world.poll(row("A", "1", waitingCalls=6), row("B", "2", waitingCalls=3))
    world.poll(row("C", "1", pbx="q", waitingCalls=6), pbx="q")
    there = row("C", "1", pbx="q").key
    assert attention(world.state, moment(1000)) == {row("A", "1").key: True, there: True}
    assert attention(world.state, moment(1001)) == {row("A", "1").key: False, there: False}
    world.poll(row("A", "1", waitingCalls=6), after=70)
    assert attention(world.state, moment(1070)) == {row("A", "1").key: True}


# The log.


def test_the_log_says_when_who_by_what_and_for_how_long_newest_first() -> None:
    world = World(PLAIN, ViewOptions(timezone=TOKYO))
    for calls in (3, 6, 0):
        world.waits(calls, after=10)
    world.waits(3, after=60)
    view = alerts(world.state, moment(world.now + 5))
    rows = [
        (one.when, one.level.word, one.queue, one.rule, one.value, one.lasted) for one in view.rows
    ]
    assert rows == [
        ("18:31:30", "warning", "Sales", "Waiting ≥ 3", "3", "5s"),
        ("18:30:20", "critical", "Sales", "Waiting ≥ 5", "6", "10s"),
        ("18:30:10", "warning", "Sales", "Waiting ≥ 3", "3", "10s"),
    ]
    assert [one.open for one in view.rows] == [True, False, False]
    assert (view.critical, view.warning, view.unseen) == (0, 1, 0)
    assert view.banner == ""


def test_who_has_seen_it_stands_in_the_log() -> None:
    world = Ringing()
    world.waits(6)
    assert alerts(world.state, moment(1000)).unseen == 1
    world.now += 65
    world.seen(who="R. Brown")
    view = alerts(world.state, moment(world.now))
    assert view.rows[0].seen == "seen by R. Brown 09:31:05"
    assert not view.rows[0].wants
    assert view.unseen == 0


def test_a_silent_feed_stops_the_count_and_one_banner_says_so() -> None:
    world = World()
    world.poll(row("A", "1", waitingCalls=6), row("B", "2", waitingCalls=6))
    world.poll(row("A", "1", waitingCalls=6), row("B", "2", waitingCalls=6), after=10)
    world.fail(after=30)
    late = alerts(world.state, moment(world.now))
    assert late.banner.startswith("LATE since 09:30:10")
    assert [(one.note, one.present, one.lasted) for one in late.rows] == [("", "6", "10s")] * 2
    view = alerts(world.state, moment(world.now + 600))
    assert [one.lasted for one in view.rows] == ["10s", "10s"]
    assert {one.note for one in view.rows} == {"no data since 09:30:10"}
    assert view.banner == "NO DATA since 09:30:10 · Cannot reach the API · alerts stand still"


def test_what_is_not_known_has_no_length() -> None:
    world = World(Rules({"waitingCalls": Bounds(3, 5), "handlingCalls": Bounds(3, 5)}))
    world.poll(row("A", "1", waitingCalls=6, handlingCalls=0), row("B", "2", waitingCalls=6))
    world.poll(row("A", "1", handlingCalls=0), after=10)
    view = alerts(world.state, moment(world.now))
    told = {one.queue: (one.lasted, one.note, one.open) for one in view.rows}
    gone = "not in the answer since 09:30:10"
    assert told == {"A": ("–", "no value now", True), "B": ("–", gone, True)}


def test_while_answers_do_not_move_no_alert_grows_longer() -> None:
    world = World()
    for _ in range(9):
        world.poll(row("A", "1", waitingCalls=6, longestWaitingTime=5_000), after=10)
    (told,) = alerts(world.state, moment(world.now + 5)).rows
    stands = world.state.feeds[FeedId("p")].stands_since
    assert stands is not None
    assert (told.note, told.open) == ("not moving since 09:30:10", True)
    assert told.lasted == "0s", "what stands was measured when it began to stand"
    world.poll(row("A", "1", waitingCalls=6, longestWaitingTime=9_000), after=10)
    (told,) = alerts(world.state, moment(world.now)).rows
    assert (told.note, told.lasted) == ("", "1m 30s")


def test_what_was_trouble_when_the_board_ended_has_no_length_until_it_is_measured() -> None:
    before, world = World(), World()
    before.poll(row("A", "1", waitingCalls=6))
    known = before.state
    world.step(Remembered(known.trends, known.levels, known.episodes, known.in_target))
    (told,) = alerts(world.state, moment(world.now + 30)).rows
    assert (told.note, told.lasted, told.present) == ("not in the last answer", "–", "")
    assert (told.queue, told.open) == ("A", True)


def test_one_banner_for_several_silent_feeds() -> None:
    world = World(pbxes=("p", "q", "r"))
    for pbx in ("p", "q", "r"):
        world.poll(row("A", pbx=pbx, waitingCalls=0), pbx=pbx)
    world.poll(row("A", pbx="q", waitingCalls=0), pbx="q", after=70)
    world.fail("p")
    two = banner(world.state, moment(world.now))
    assert two == (
        "2 of 3 PBXes without fresh data; P: STALE since 09:30:00 · Cannot reach the API"
        " · alerts stand still"
    )
    three = banner(world.state, moment(world.now + 400))
    assert three.startswith("no PBX has fresh data; P: NO DATA since 09:30:00")
    world.poll(row("A", pbx="p", waitingCalls=0), pbx="p")
    one = banner(world.state, moment(world.now))
    assert one == "R: STALE since 09:30:00 · alerts stand still"


def test_before_the_first_answer_there_is_nothing_to_stand_still() -> None:
    assert banner(World().state, moment(1000)) == ""
    world = World()
    world.fail()
    assert banner(world.state, moment(1000)).startswith("NO DATA · Cannot reach the API")


def test_a_rule_in_words() -> None:
    (down,) = Rules({"availableAgents": Bounds(1, 0)}).for_queue("", "")
    (wait,) = Rules({"longestWaitingTime": Bounds(None, 120_000)}).for_queue("", "")
    assert rule_words(down, Level.CRITICAL) == "Available ≤ 0"
    assert rule_words(wait, Level.CRITICAL) == "Longest wait ≥ 02:00"
    assert rule_words(wait, Level.WARNING) == ""
    assert rule_words(None, Level.CRITICAL) == ""


def test_the_light_is_counted_from_when_it_was_entered() -> None:
    world = World()
    world.now = 1000.5
    world.waits(6)
    one = episode(world)
    assert [is_lit(one, 1000.5 + at) for at in (0, 0.9, 1.0, 1.9, 2.0)] == [
        True, True, False, False, True,
    ]  # fmt: skip


def test_the_log_of_days_says_the_day() -> None:
    world = World()
    world.waits(6)
    world.waits(0, after=10)
    view = alerts(world.state, moment(world.now + 86_400))
    assert view.rows[0].when == "Mon 09:30:00"


def test_of_one_moment_the_worst_comes_first() -> None:
    world = World()
    world.poll(row("A", "1", waitingCalls=3), row("B", "2", waitingCalls=6))
    world.poll(row("A", "1", waitingCalls=3), row("B", "2", waitingCalls=6), after=10)
    view = alerts(world.state, moment(world.now))
    assert [one.queue for one in view.rows] == ["B", "A"]


def test_a_log_without_end_is_listed_so_far_and_counted_whole() -> None:
    world = World()
    world.poll(*(row(f"Q{n}", f"{n}", waitingCalls=6) for n in range(MOST_LISTED + 7)))
    view = alerts(world.state, moment(world.now))
    assert (len(view.rows), view.more) == (MOST_LISTED, 7)
    assert (view.critical, view.unseen) == (MOST_LISTED + 7,) * 2


def test_a_value_that_cannot_be_true_or_is_missing_is_never_the_worst() -> None:
    world = World()
    world.poll(row("A", "1", waitingCalls=6))
    odd = replace(row("A", "1", waitingCalls=90), suspect=frozenset({"waitingCalls"}))
    for one in (odd, row("A", "1"), row("A", "1", waitingCalls=5)):
        world.poll(one, after=10)
        assert [episode.worst for episode in world.state.episodes] == [6]
    world.poll(row("A", "1", waitingCalls=7), after=10)
    assert [episode.worst for episode in world.state.episodes] == [7]


def test_over_a_restart_nobody_is_reminded_by_the_first_answer() -> None:
    before = World()
    before.poll(row("A", "1", waitingCalls=6))
    known, world = before.state, Ringing(every=every_minute, just_started=True)
    world.step(Remembered(known.trends, known.levels, known.episodes, known.in_target))
    world.waits(6, after=300)
    assert world.heard == [], "when it was measured last is not known"
    for _ in range(6):
        world.waits(6, after=10)
    assert [one.cause for one in world.heard] == [Cause.REMINDER]
