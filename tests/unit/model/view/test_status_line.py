"""The status line as data: the worst feed speaks, and nothing is hidden in silence."""

from datetime import timedelta, timezone

import pytest

from tests.sample import row
from tests.unit.model_env import World, moment
from wallboard.errors import Reason
from wallboard.model.data.reading import FeedId
from wallboard.model.events import Failed, Pause, Trouble
from wallboard.model.feeds.freshness import Freshness
from wallboard.model.select.filter import parse_filter
from wallboard.model.select.selection import Selection
from wallboard.model.view.format import when_text
from wallboard.model.view.status_line import Hidden, StatusLine, selection_words


def health(world: World, after: float = 0.0) -> StatusLine:
    return world.view(after).health


def test_before_the_first_answer_it_waits() -> None:
    world = World(pbxes=())
    assert health(world).waiting
    assert health(world).state is Freshness.NO_DATA
    assert health(world).age(world.now) == ""


def test_an_account_that_cannot_be_opened_says_why_and_when_it_tries_again() -> None:
    world = World(pbxes=())
    trouble = Trouble(Reason.SIGN_IN, "Sign-in refused", "Check the password")
    world.step(Failed(None, trouble, moment(1000), moment(1060)))
    told = health(world)
    assert (told.trouble, told.remedy, told.retry) == (
        "Sign-in refused", "Check the password", "09:31:00",
    )  # fmt: skip
    assert told.next_poll == 1060
    assert not told.waiting


def test_one_live_feed_says_how_old_its_data_is_and_when_the_next_poll_is() -> None:
    world = World()
    world.waits(0)
    told = health(world, 4)
    assert (told.state, told.where, told.trouble) == (Freshness.LIVE, "", "")
    assert told.age(world.now + 4) == "4s"
    assert told.next_poll == world.now + 10


def test_the_worst_feed_speaks_and_is_named() -> None:
    world = World(pbxes=("p", "q"))
    world.poll(row("a", waitingCalls=0))
    world.poll(row("b", pbx="q", waitingCalls=0), pbx="q", after=30)
    told = health(world)
    assert (told.state, told.where) == (Freshness.LATE, "P")
    world.poll(row("a", waitingCalls=0))
    world.fail("q", after=1)
    told = health(world)
    assert (told.state, told.where, told.trouble) == (Freshness.LIVE, "Q", "Cannot reach the API")
    assert told.retry == "09:30:36"


def test_several_that_are_as_bad_are_counted_and_all_are_not_named() -> None:
    world = World(pbxes=("p", "q", "r"))
    for pbx in ("p", "q", "r"):
        world.poll(row("a", pbx=pbx, waitingCalls=0), pbx=pbx, after=1)
    for pbx, where in (("p", "P"), ("q", "P +1"), ("r", "")):
        world.fail(pbx, after=1)
        told = health(world)
        assert (told.where, told.trouble) == (where, "Cannot reach the API"), pbx


def test_a_feed_that_has_never_answered_is_worse_than_any() -> None:
    world = World(pbxes=("p", "q"))
    world.poll(row("a", waitingCalls=0))
    assert (health(world).state, health(world).where) == (Freshness.NO_DATA, "Q")


def test_trouble_is_counted_where_it_is_known() -> None:
    world = World(pbxes=("p", "q"))
    world.poll(row("a", "1", waitingCalls=6), row("b", "2", waitingCalls=3))
    world.poll(row("c", pbx="q", waitingCalls=6), pbx="q", after=61)
    told = health(world)
    assert (told.critical, told.warning, told.queues) == (1, 0, 3)


def test_behind_a_pause_the_newly_critical_are_counted() -> None:
    world = World()
    world.poll(*(row(name, name, waitingCalls=calls) for name, calls in (("a", 6), ("b", 4))))
    world.step(Pause(moment(world.now)))
    assert health(world).newly_critical == 0
    world.poll(
        *(row(name, name, waitingCalls=calls) for name, calls in (("a", 6), ("b", 6), ("c", 6))),
        after=10,
    )
    assert health(world).newly_critical == 2
    assert health(world, 130).paused_at == 1000
    # What an answer has left out is not counted among what is critical now.
    world.poll(row("a", "a", waitingCalls=6), after=10)
    assert health(world).newly_critical == 0
    assert health(World()).newly_critical == 0


def test_the_state_follows_the_newest_data_while_paused() -> None:
    world = World()
    world.waits(0)
    world.step(Pause(moment(world.now)))
    assert health(world, 26).state is Freshness.LATE
    world.waits(0, after=100)
    assert health(world).state is Freshness.LIVE


@pytest.mark.parametrize(
    ("hidden", "words"),
    [
        (Hidden(), ""),
        (Hidden(9), ""),
        (Hidden(9, 1, 2), "hidden: 2 !! 1 !"),
        (Hidden(9, 0, 2), "hidden: 2 !!"),
        (Hidden(9, 3), "hidden: 3 !"),
    ],
)
def test_hidden_trouble_in_words(hidden: Hidden, words: str) -> None:
    assert hidden.words == words


def test_the_filter_in_force_in_words() -> None:
    assert selection_words(Selection()) == ""
    whole = Selection(
        " waiting>3 ",
        parse_filter("waiting>3"),
        frozenset(["Rome", "Oslo"]),
        frozenset([row("a").key]),
        only_trouble=True,
    )
    assert selection_words(whole) == "waiting>3 · sites: Oslo, Rome · 1 chosen queue · only trouble"
    assert selection_words(Selection(sites=frozenset(["Rome"]))) == "site: Rome"
    many = Selection(sites=frozenset(["Rome", "Oslo", "Lyon", "Bern", "Cork"]))
    assert selection_words(many) == "sites: Bern, Cork, Lyon +2"
    # What says nothing yet is no filter in force.
    assert selection_words(Selection("waiting>", parse_filter("waiting>"))) == ""


@pytest.mark.parametrize(
    ("ago", "text"),
    [
        (timedelta(), "18:30:00"),
        (timedelta(hours=18), "00:30:00"),
        (timedelta(hours=19), "Sun 23:30:00"),
        (timedelta(days=6), "Tue 18:30:00"),
        (timedelta(days=7), "2026-02-23 18:30:00"),
        (timedelta(days=-1), "2026-03-03 18:30:00"),
    ],
)
def test_what_was_not_today_says_its_day(ago: timedelta, text: str) -> None:
    now = moment(1000).wall
    assert when_text(now - ago, now, timezone(timedelta(hours=9))) == text


def test_a_failure_of_an_unknown_feed_says_nothing() -> None:
    world = World()
    world.waits(0)
    world.fail("x")
    assert world.state.feeds.keys() == {FeedId("p")}


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        (Selection(), ""),
        (Selection(sites=frozenset({"Rome"})), "site: Rome"),
        (Selection(sites=frozenset({"Rome", "Oslo"})), "sites: Oslo, Rome"),
        (Selection(pbxes=frozenset({"p"})), "1 PBX"),
        (Selection(pbxes=frozenset({"p", "q"}), only_trouble=True), "2 PBXes · only trouble"),
        (Selection(queues=frozenset({row("a").key})), "1 chosen queue"),
        (Selection(" vip ", parse_filter("vip"), only_trouble=True), "vip · only trouble"),
    ],
)
def test_whatever_hides_a_queue_stands_in_the_words_of_the_filter(
    chosen: Selection, words: str
) -> None:
    assert selection_words(chosen) == words
    assert bool(words) == chosen.filtered
