"""One queue's page: every metric, why, and the last hour."""

from dataclasses import replace
from datetime import timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from tests.sample import row
from tests.ui.people import seat
from tests.unit.model_env import PLAIN, World, moment
from wallboard.model.data.agents import AgentsReading
from wallboard.model.data.catalogue import CATALOGUE, METRICS, TIME_IN_TARGET
from wallboard.model.data.metric import Group, Kind
from wallboard.model.data.privacy import Privacy
from wallboard.model.data.reading import FeedId, NamedQueue, QueueKey, Reading, identify
from wallboard.model.data.view_options import ViewOptions
from wallboard.model.events import Acknowledge, Discovered, FeedInfo, Fresh, Pause
from wallboard.model.feeds.freshness import Freshness
from wallboard.model.judge.rules import Bounds, Level, Rules
from wallboard.model.view.agent_tile import DERIVED, AgentOptions
from wallboard.model.view.queue_page import (
    QueueAgents,
    QueueView,
    episode_words,
    neighbour,
    next_in_trouble,
    project_queue,
    project_queue_agents,
)
from wallboard.model.view.row import Tone

N, W, C, U = Level.NORMAL, Level.WARNING, Level.CRITICAL, Level.UNKNOWN
KEY = row("Sales").key


def page(world: World, after: float = 0.0, slots: int = 60) -> QueueView:
    view = project_queue(world.state, KEY, moment(world.now + after), slots)
    assert view is not None
    return view


def test_every_metric_stands_in_its_group_once() -> None:
    world = World()
    world.waits(6)
    groups = page(world).groups
    assert [group for group, _ in groups] == list(Group)
    listed = [one.metric.name for _, rows in groups for one in rows]
    # Of the day only what the board measures itself: no feed of it is polled.
    assert sorted(listed) == sorted([*CATALOGUE, TIME_IN_TARGET])
    day = FeedId("p", Kind.TODAY)
    live = FeedInfo(FeedId("p"), "P")
    world.step(Discovered((live, FeedInfo(day, "P", 60.0)), 10.0))
    listed = [one.metric.name for _, rows in page(world).groups for one in rows]
    assert sorted(listed) == sorted(METRICS)


def test_what_was_not_asked_of_the_day_says_so() -> None:
    world = World()
    day, at = FeedId("p", Kind.TODAY), moment(world.now)
    world.step(Discovered((FeedInfo(FeedId("p"), "P"), FeedInfo(day, "P", 60.0)), 10.0))
    world.waits(6)

    def notes() -> dict[str, str]:
        return {one.metric.name: one.note for _, rows in page(world).groups for one in rows}

    assert notes()["missedCalls"] == ""
    sent = (row("Sales", enteredCalls=40),)
    reading = Reading(day, at, sent, frozenset(["enteredCalls"]), day=world.state.day(at.wall))
    world.step(Fresh(day, reading, at))
    assert (notes()["missedCalls"], notes()["enteredCalls"]) == ("not polled", "")
    assert (notes()["waitingCalls"], notes()[TIME_IN_TARGET]) == ("", "")
    cells = {one.metric.name: one.cell for _, rows in page(world).groups for one in rows}
    assert cells["enteredCalls"].text == "40"


def agents_of(world: World, *, pictured: bool = False) -> QueueAgents | None:
    privacy, options, now = Privacy("names", "shown"), AgentOptions(), moment(world.now)
    return project_queue_agents(world.state, KEY, options, privacy, now, pictured=pictured)


def test_the_agents_of_a_queue() -> None:
    world = World()
    assert agents_of(world) is None
    feed = FeedId("p", Kind.AGENTS)
    world.step(Discovered((FeedInfo(FeedId("p"), "P"), FeedInfo(feed, "P", 5.0)), 10.0))
    found = agents_of(world)
    assert found is not None
    assert (found.seats.tiles, found.words) == ((), ("Asking for the agents…",))
    here, there = ("1", "Sales", "Rome"), ("2", "Other", "Rome")
    seats = (
        seat("1", "Ada Lovelace", "WRAP_UP", 200, here, overflow=True, pbx="p"),
        seat("2", "Bob", "HANDLING", 60, here, caller="Eve Martin", pbx="p"),
        seat("3", "Cid", "PAUSE", 60, there, pbx="p"),
    )
    at = moment(world.now)
    world.step(Fresh(feed, AgentsReading(feed, at, seats, "P"), at))
    found = agents_of(world)
    assert found is not None
    assert [(one.name, one.call) for one in found.seats.tiles] == [
        ("Bob", "Eve Martin"),
        ("Ada Lovelace", ""),
    ]
    assert [(status.word, number) for status, number in found.seats.counts] == [
        ("Handling", 1),
        ("Wrap-up", 1),
    ]
    assert found.words == ()
    assert "Eve" not in repr(agents_of(world, pictured=True))
    world.now += 61
    found = agents_of(world)
    assert found is not None
    assert found.words == ("The agents are STALE, 1m 01s old",)


def test_its_values_have_their_levels_and_missing_ones_are_dashes() -> None:
    world = World()
    world.waits(6)
    cells = {one.metric.name: one.cell for _, rows in page(world).groups for one in rows}
    assert (cells["waitingCalls"].text, cells["waitingCalls"].tone) == ("6", Tone.CRITICAL)
    assert (cells["handlingCalls"].text, cells["handlingCalls"].tone) == ("–", Tone.UNKNOWN)


def test_what_was_not_asked_for_says_so() -> None:
    world = World()
    feed, at = FeedId("p"), moment(world.now)
    reading = Reading(feed, at, (row("Sales", waitingCalls=1),), frozenset(["waitingCalls"]))
    world.step(Fresh(feed, reading, at))
    notes = {one.metric.name: one.note for _, rows in page(world).groups for one in rows}
    assert notes["waitingCalls"] == ""
    assert notes["longestWaitingTime"] == "not polled"


def test_the_head_of_the_page() -> None:
    world = World()
    world.poll(row("Sales", "1", "Rome", waitingCalls=3))
    view = page(world)
    assert (view.title, view.place, view.level) == ("Sales", "Rome · p · ext 1", W)
    nameless = row("Sales", "", "", waitingCalls=3)
    world.poll(nameless)
    named_little = project_queue(world.state, nameless.key, moment(world.now))
    assert named_little is not None
    assert named_little.place == "p"


def test_a_queue_that_left_the_answer_has_a_page_that_says_so_and_a_stranger_has_none() -> None:
    world = World()
    world.waits(6)
    world.poll(after=10)
    view = project_queue(world.state, KEY, moment(world.now))
    assert view is not None
    assert view.calm == "Not in the answer since 09:30:10 · was !!: not judged."
    assert view.level is Level.UNKNOWN
    assert {row.cell.text for _, rows in view.groups for row in rows} == {"–"}
    assert project_queue(world.state, QueueKey("p", "2"), moment(world.now)) is None


def test_an_old_page_has_no_level_and_in_the_end_no_values() -> None:
    world = World(Rules())
    world.poll(row("Sales", waitingCalls=6, longestWaitingTime=30_000))
    stale, none = page(world, 61), page(world, 301)
    assert (stale.level, stale.state) == (U, Freshness.STALE)
    tones = {one.cell.tone for _, rows in stale.groups for one in rows}
    assert tones == {Tone.OLD}
    texts = {one.cell.text for _, rows in none.groups for one in rows}
    assert texts == {"–"}


def test_a_paused_page_is_as_the_board_is() -> None:
    world = World()
    world.waits(6)
    world.step(Pause(moment(world.now)))
    world.waits(0, after=10)
    assert page(world).level is C
    (waiting,) = [one for one in page(world).trends if one.metric.name == "waitingCalls"]
    assert (waiting.values, waiting.slots[-1]) == ((6,), 6)
    later = page(world, 9_000)
    cells = {one.metric.name: one.cell for _, rows in later.groups for one in rows}
    assert (cells["waitingCalls"].text, cells["waitingCalls"].tone) == ("6", Tone.OLD)
    assert later.level is U


def test_trends_have_their_range_and_gaps() -> None:
    world = World()
    world.poll(row("Sales", waitingCalls=2, longestWaitingTime=65_000))
    world.poll(row("Sales", waitingCalls=9, longestWaitingTime=5_000), after=600)
    by_name = {one.metric.name: one for one in page(world).trends}
    waiting = by_name["waitingCalls"]
    assert (waiting.values, waiting.span) == ((2, 9), "2 to 9")
    assert by_name["longestWaitingTime"].span == "00:05 to 01:05"
    assert (by_name["availableAgents"].values, by_name["availableAgents"].span) == ((), "–")
    slots = by_name["waitingCalls"].slots
    assert len(slots) == 60
    assert slots[-1] == 9
    assert slots[50] == 2
    assert slots[-5] is None


def test_the_levels_of_the_hour() -> None:
    world = World()
    for calls in (0, 0, 3, 3, 6, 0):
        world.waits(calls, after=60)
    world.fail(after=60)
    world.now += 180
    strip = page(world).strip
    assert len(strip) == 60
    assert strip == (*(U,) * 51, N, N, W, W, C, N, U, U, U)
    assert page(world, slots=6).strip == (U, U, U, U, U, C)


def test_nobody_knows_the_levels_of_what_is_not_judged() -> None:
    world = World(Rules({}))
    world.waits(6)
    assert set(page(world).strip) == {U}
    world = World(PLAIN, is_open=lambda *_: False)
    world.waits(6)
    assert set(page(world).strip) == {U}


def test_its_times_in_trouble_newest_first_in_the_boards_time_zone() -> None:
    world = World(PLAIN, ViewOptions(timezone=timezone(timedelta(hours=9))))
    world.waits(3)
    world.waits(6, after=65)
    other = replace(row("Other", "2", waitingCalls=6))
    world.poll(row("Sales", waitingCalls=6), other, after=10)
    assert page(world).past == (
        "18:31:05  !! critical  waiting 6  still",
        "18:30:00  !  warning   waiting 3  for 1m 05s",
    )
    assert episode_words(world.state.episodes[0], world.state) == page(world).past[1]


def test_what_was_so_before_the_first_answer_has_no_known_length() -> None:
    world = World(just_started=True)
    for calls in (6, 6, 0):
        world.waits(calls, after=10)
    assert page(world).past == ("before 09:30:10  !! critical  waiting 6  for at least 20s",)


def test_the_next_queue_is_the_next_on_the_board() -> None:
    world = World()
    queues = [row(name, name, waitingCalls=calls) for name, calls in (("a", 0), ("b", 6), ("c", 3))]
    world.poll(*queues)
    view = world.view()
    a, b, c = (one.key for one in queues)
    assert [neighbour(view, key, 1) for key in (b, c, a)] == [c, a, b]
    assert neighbour(view, b, -1) == a
    assert neighbour(view, KEY._replace(extension="9"), 1) == b
    assert neighbour(World().view(), a, 1) is None


def test_the_wait_on_the_page_ticks_and_a_paused_one_does_not() -> None:
    def wait(world: World) -> str:
        cells = {one.metric.name: one.cell for _, rows in page(world, 5).groups for one in rows}
        return cells["longestWaitingTime"].text

    world = World()
    world.poll(row("Sales", waitingCalls=1, longestWaitingTime=30_000))
    assert wait(world) == "00:35"
    world.step(Pause(moment(world.now)))
    assert wait(world) == "00:30"
    world = World(PLAIN, ViewOptions(tick=False))
    world.poll(row("Sales", waitingCalls=1, longestWaitingTime=30_000))
    assert wait(world) == "00:30"


def test_the_hours_before_it_opened_have_no_level() -> None:
    world = World(PLAIN, is_open=lambda _queue, _site, at: at >= moment(1600).wall)
    for _ in range(21):
        world.waits(6, after=60)
    strip = page(world).strip
    assert strip[-12:] == (*(U,) * 1, *(C,) * 11)
    assert set(strip[:-12]) == {U}


def test_what_is_said_where_there_is_no_reason() -> None:
    world = World()
    world.waits(0)
    assert page(world).calm == "Nothing is past its bounds."
    assert page(world, 61).calm == "The data is STALE: levels are not told."
    assert page(world, 400).calm == "The data is NO DATA: levels are not told."
    world.step(Pause(moment(world.now)))
    assert page(world, 61).calm == "Paused for long: levels are not told."
    for rules, calls, words in (
        (PLAIN, None, "No value that could be judged."),
        (Rules({}), 6, "No rule speaks of this queue: not judged."),
    ):
        world = World(rules)
        world.waits(calls)
        assert page(world).calm == words
    world = World(PLAIN, is_open=lambda *_: False)
    world.waits(6)
    assert page(world).calm == "Closed at this hour: not judged."
    twins = identify("p", [NamedQueue("1", "Rome", "Sales"), NamedQueue("1", "Rome", "Sales")])
    world = World()
    world.poll(*(replace(row("Sales", waitingCalls=6), key=key) for key in twins))
    view = project_queue(world.state, twins[0], moment(world.now))
    assert view is not None
    assert view.calm == "Cannot be told apart from another queue: not judged."


def test_a_bound_that_is_reached_for_a_short_time_is_not_called_calm() -> None:
    slow = Rules({"waitingCalls": Bounds(3, 5, hold=20), "longestWaitingTime": Bounds(60_000)})
    world = World(slow)
    for calls, words in (
        (1, "Nothing is past its bounds."),
        (4, "Not in trouble yet: waiting 4 > 3 for 0s of 20s."),
        (5, "Not in trouble yet: waiting 5 ≥ 5 for 0s of 20s."),
    ):
        world.poll(row("Sales", waitingCalls=calls, longestWaitingTime=1_000), after=10)
        assert page(world).calm == words
    world.poll(row("Sales", waitingCalls=4, longestWaitingTime=1_000), after=10)
    assert page(world).why
    world.poll(row("Sales", waitingCalls=0))
    assert page(world).calm == "Nothing that is known is past its bounds; not all of it is known."


def test_what_lasted_when_it_was_last_measured_is_not_said_to_last() -> None:
    world = World()
    world.waits(6)
    assert page(world).past[0].endswith("still")
    assert page(world, 61).past[0].endswith("when last measured")


def test_who_has_seen_it() -> None:
    world = World()
    world.waits(6)
    assert page(world).seen == ""
    world.step(Acknowledge(frozenset([KEY]), "AB", moment(world.now + 5)))
    assert page(world).seen == "seen by AB 09:30:05"
    world.waits(0, after=10)
    assert page(world).seen == ""


def test_what_was_an_hour_ago_and_the_most_of_the_day_are_told_as_far_as_they_are_known() -> None:
    world = World()
    world.waits(4)
    world.waits(1, after=300)
    assert page(world).before == ""
    world.waits(2, after=300)
    assert page(world).before == "max 4 since 09:30"
    for _ in range(54):
        world.waits(0, after=60)
    assert page(world).before == "1 h ago: 1 waiting · max 4 since 09:30"
    # Another day: what was yesterday is no part of it.
    for _ in range(24):
        world.waits(3, after=3_600)
    world.waits(5, after=60)
    assert "max 4" not in page(world).before
    assert "max 5" in page(world).before


def test_a_board_that_has_seen_the_day_begin_says_today() -> None:
    world = World()
    world.waits(0)
    for _ in range(16 * 60):
        world.waits(1, after=60)
    assert page(world).before == "1 h ago: 1 waiting · today max 1"


def test_a_page_without_numbers_gives_the_same_reasons() -> None:
    world = World()
    for waiting in (0, 9, 9, 9):
        world.poll(row("Sales", waitingCalls=waiting, longestWaitingTime=200_000), after=60)
    short, whole = page(world, slots=0), page(world)
    assert short.why
    assert not short.groups
    more = replace(short, groups=whole.groups, trends=whole.trends)
    assert replace(more, past=whole.past, strip=whole.strip) == whole


@given(st.lists(st.sampled_from([0, 3, 6]), min_size=1, max_size=7), st.sampled_from([1, -1]))
def test_from_any_queue_the_next_in_trouble_is_found_and_all_of_them_in_one_round(
    calls: list[int], step: int
) -> None:
    world = World()
    world.poll(*(row(f"Q{at}", f"{at}", waitingCalls=number) for at, number in enumerate(calls)))
    view = world.view()
    trouble = {line.key for line in view.lines if line.tone in (Tone.WARNING, Tone.CRITICAL)}
    for line in view.lines:
        at, seen = line.key, set()
        while (found := next_in_trouble(view, at, step)) is not None and found not in seen:
            seen.add(found)
            at = found
        assert seen == trouble - {line.key} or seen == trouble
        assert line.key not in seen or len(trouble) > 1
    old = world.view(120)
    assert next_in_trouble(old, view.lines[0].key, step) is None, "nobody knows it any more"


def test_statuses_that_were_derived_say_so_under_the_agents() -> None:
    world, feed = World(), FeedId("p", Kind.AGENTS)
    world.step(Discovered((FeedInfo(FeedId("p"), "P"), FeedInfo(feed, "P")), 10.0))
    world.waits(0)
    for derived in (False, True):
        one = replace(seat("1", "Ada", queue=("1", "Sales", "Rome"), pbx="p"), derived=derived)
        world.now += 10
        at = moment(world.now)
        world.step(Fresh(feed, AgentsReading(feed, at, (one,), "P"), at))
        found = agents_of(world)
        assert found is not None
        assert [words for words in found.words if "derived from" in words] == [DERIVED] * derived
