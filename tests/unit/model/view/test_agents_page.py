"""Who is doing what: people of seats, levels of times, the order, the filter."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ui.people import AGENTS, QUEUES, seat
from tests.unit.model_env import moment
from wallboard.model.data.agent_status import STATUSES, UNTOLD, status_of
from wallboard.model.data.agents import AgentsReading, PersonKey, Seat
from wallboard.model.data.name_pattern import QueueGroup
from wallboard.model.data.privacy import PICTURED, Privacy
from wallboard.model.data.reading import QueueKey, QueueMetrics
from wallboard.model.feeds.feed_status import FeedReport
from wallboard.model.feeds.freshness import Freshness
from wallboard.model.judge.group_book import GroupBook
from wallboard.model.judge.rules import Level, Rules
from wallboard.model.select.filter import FilterMistake, Term
from wallboard.model.select.page_filter import KnownQueues, PageChoice, parse_agents_filter
from wallboard.model.select.selection import Order
from wallboard.model.view.agent_tile import AgentOptions, AgentTile
from wallboard.model.view.agents_page import AgentsView, hide_people, project_agents
from wallboard.model.view.row import Cell, Tone
from wallboard.model.view.status_line import Hidden

SHOWN = Privacy("names", "shown")
MASKED = Privacy("initials", "masked")
AT = moment(1_000.0)
SALES, SUPPORT, PARIS = QUEUES[0], QUEUES[1], QUEUES[2]


def heard(
    *seats: Seat, state: Freshness = Freshness.LIVE, confirmed: bool = True
) -> FeedReport[AgentsReading]:
    reading = AgentsReading(AGENTS, AT, seats, "acme", confirmed)
    return FeedReport(AGENTS, "acme", state, reading)


def page(
    *seats: Seat,
    text: str = "",
    by_queue: bool = False,
    privacy: Privacy = SHOWN,
    options: AgentOptions = AgentOptions(),  # noqa: B008 - frozen
    state: Freshness = Freshness.LIVE,
    confirmed: bool = True,
) -> AgentsView:
    feeds = [heard(*seats, state=state, confirmed=confirmed)]
    choice = PageChoice(text, parse_agents_filter(text), by_queue=by_queue)
    return project_agents(feeds, choice, options, privacy)


def tiles(view: AgentsView) -> list[AgentTile]:
    return [one for group in view.groups for one in group.tiles]


def names(view: AgentsView) -> list[str]:
    return [one.name for one in tiles(view)]


# People.


def test_one_person_in_many_queues_is_one_person() -> None:
    view = page(
        seat("1", "Ada", "AVAILABLE_IDLE", 5, SALES),
        seat("1", "Ada", "HANDLING", 90, SUPPORT, overflow=True, caller="Eve"),
        seat("1", "Ada", "BUSY_OTHER", 90, PARIS),
        seat("2", "Bob"),
    )
    assert (view.people, view.every) == (2, 2)
    ada = tiles(view)[0]
    assert (ada.word, ada.since, ada.queues, ada.overflow) == (
        "Handling", 90_000, ("Support",), True,
    )  # fmt: skip
    assert ada.call == "Eve"
    assert [(status.word, number) for status, number in view.counts] == [
        ("Handling", 1),
        ("Available", 1),
    ]


@given(st.permutations(list(STATUSES)))
def test_the_most_telling_status_is_the_persons(order: list[str]) -> None:
    view = page(*(seat("1", "Ada", one, 10, ("9", one, "")) for one in order))
    (ada,) = tiles(view)
    assert ada.status.id == "HANDLING"
    without = [one for one in order if one != "HANDLING"]
    (ada,) = tiles(page(*(seat("1", "Ada", one, 10) for one in without)))
    assert ada.status.id == "ALERTING"


def test_of_one_status_in_several_queues_the_longest_time_counts() -> None:
    (ada,) = tiles(
        page(
            seat("1", "Ada", "PAUSE", 30, SALES),
            seat("1", "Ada", "PAUSE", 1_000, SUPPORT, overflow=True),
            seat("1", "Ada", "LOGGED_OUT", 9_000, PARIS),
        )
    )
    assert (ada.since, ada.level, ada.overflow) == (1_000_000, Level.WARNING, False)
    assert ada.queues == ("Sales UK", "Support")


def test_the_same_user_of_two_pbxes_is_two_people() -> None:
    view = page(seat("1", "Ada"), seat("1", "Ada", pbx="other"))
    assert view.people == 2


DOING = st.sampled_from([*STATUSES, UNTOLD.id, "ON_BREAK", ""])


@given(st.lists(st.tuples(st.integers(1, 6), DOING, st.booleans()), max_size=30))
def test_the_numbers_of_all_statuses_are_the_number_of_people(
    told: list[tuple[int, str, bool]],
) -> None:
    seats = [
        replace(seat(str(who), f"N{who}", status, 10, ("1", f"Q{at}", "")), derived=derived)
        for at, (who, status, derived) in enumerate(told)
    ]
    view = page(*seats)
    assert sum(number for _, number in view.counts) == view.people == len({who for who, *_ in told})
    assert len({status.id for status, _ in view.counts}) == len(view.counts)


def test_a_status_that_was_derived_is_marked_as_long_as_it_is_shown() -> None:
    one = replace(seat("1", "Ada", UNTOLD.id, None), derived=True)
    view = page(one, seat("2", "Bob"))
    assert [(tile.word, tile.derived) for tile in tiles(view)] == [
        ("Available", False), ("Not told", True),
    ]  # fmt: skip
    assert [status.word for status, _ in view.counts] == ["Available", "Not told"]
    assert view.derived
    assert not page(one, state=Freshness.NO_DATA).derived
    assert not page(seat("2", "Bob")).derived


def test_a_status_that_is_not_known_is_its_own_text() -> None:
    view = page(seat("1", "Ada", "ON_BREAK"), seat("2", "Bob", "", user_status="AWAY"))
    assert [one.word for one in tiles(view)] == ["ON_BREAK", "AWAY"]
    assert [(status.word, number) for status, number in view.counts] == [("other", 2)]
    (none,) = tiles(page(seat("1", "Ada", "", None)))
    assert (none.word, none.time(1_000).text) == ("–", "–")
    assert status_of("handling").word == "Handling"


# Levels and order.


def test_a_time_in_a_unit_that_is_not_confirmed_has_no_level() -> None:
    week = seat("1", "Ada", "PAUSE", 7 * 86_400)
    (ada,) = tiles(page(week, confirmed=False))
    assert (ada.level, ada.told, ada.tone) == (Level.NORMAL, Level.NORMAL, Tone.NORMAL)
    assert ada.time(1_000) == Cell("99h+", Tone.NORMAL, "?")
    assert page(week, confirmed=False).critical == 0
    (ada,) = tiles(page(week))
    assert ada.level is Level.CRITICAL
    (ada,) = tiles(page(seat("1", "Ada", "PAUSE", 99 * 3_600), confirmed=False))
    assert ada.level is Level.NORMAL
    (ada,) = tiles(page(seat("1", "Ada", "PAUSE", -5_000)))
    assert ada.level is Level.NORMAL


@pytest.mark.parametrize(
    ("status", "seconds", "level"),
    [
        ("WRAP_UP", 59, Level.NORMAL),
        ("WRAP_UP", 60, Level.WARNING),
        ("WRAP_UP", 180, Level.CRITICAL),
        ("PAUSE", 899, Level.NORMAL),
        ("PAUSE", 900, Level.WARNING),
        ("PAUSE", 1_800, Level.CRITICAL),
        ("ALERTING", 20, Level.WARNING),
        ("ALERTING", 9_000, Level.WARNING),
        ("HANDLING", 90_000, Level.NORMAL),
        ("WRAP_UP", None, Level.NORMAL),
    ],
)
def test_times_that_are_too_long(status: str, seconds: int | None, level: Level) -> None:
    (one,) = tiles(page(seat("1", "Ada", status, seconds)))
    assert one.level is level


def test_bounds_of_the_users_own() -> None:
    options = AgentOptions({"HANDLING": (None, 600_000)})
    view = page(
        seat("1", "Ada", "HANDLING", 600), seat("2", "Bob", "WRAP_UP", 999), options=options
    )
    assert [one.level for one in tiles(view)] == [Level.CRITICAL, Level.NORMAL]
    assert (view.warning, view.critical) == (0, 1)


def test_a_tick_moves_digits_and_nothing_else() -> None:
    view = page(seat("1", "Ada", "WRAP_UP", 59), seat("2", "Bob", "HANDLING", 5))
    bob, ada = tiles(view)
    assert ada.time(1_000) == Cell("00:59", Tone.NORMAL)
    assert ada.time(1_001) == Cell("01:00", Tone.NORMAL, estimated=True)
    assert ada.time(1_300).tone is Tone.NORMAL
    assert (bob.name, bob.time(1_010).text) == ("Bob", "00:15")


def test_on_leaving_live_the_measured_time_returns() -> None:
    (late,) = tiles(page(seat("1", "Ada", "PAUSE", 900), state=Freshness.LATE))
    assert late.time(1_030) == Cell("15:00", Tone.WARNING)
    (stale,) = tiles(page(seat("1", "Ada", "PAUSE", 900), state=Freshness.STALE))
    assert stale.time(1_090) == Cell("15:00", Tone.OLD)
    assert (stale.told, stale.tone) == (Level.UNKNOWN, Tone.OLD)
    view = page(seat("1", "Ada", "PAUSE", 900), state=Freshness.NO_DATA)
    (none,) = tiles(view)
    assert (none.word, none.time(2_000), view.counts) == ("–", Cell("–", Tone.OLD), ())


def test_times_of_a_unit_that_is_not_sure_are_marked() -> None:
    (one,) = tiles(page(seat("1", "Ada", "HANDLING", 61), confirmed=False))
    assert one.time(1_000) == Cell("01:01", Tone.NORMAL, "?")


def test_the_order() -> None:
    seats = (
        seat("1", "Zoe", "AVAILABLE_IDLE", 10),
        seat("2", "Bob", "HANDLING", 10),
        seat("3", "Ann", "HANDLING", 10),
        seat("4", "Cid", "HANDLING", 99),
        seat("5", "Dan", "PAUSE", 1_000),
        seat("6", "Eve", "WRAP_UP", 500),
        seat("7", "Fay", "ALERTING", 25),
        seat("8", "Gil", "LOGGED_OUT", 9_999),
        seat("9", "Hal", "DND", None),
    )
    order = ["Eve", "Fay", "Dan", "Cid", "Ann", "Bob", "Zoe", "Hal", "Gil"]
    assert names(page(*seats)) == order
    assert names(page(*reversed(seats))) == order
    # Getting old changes colours, not places.
    assert names(page(*seats, state=Freshness.STALE)) == order


@pytest.mark.parametrize(
    ("order", "found"),
    [
        (Order("worst", True), ["Gil", "Zoe", "Bob", "Ann", "Dan"]),
        (Order("name"), ["Ann", "Bob", "Dan", "Gil", "Zoe"]),
        (Order("name", True), ["Zoe", "Gil", "Dan", "Bob", "Ann"]),
        (Order("status"), ["Ann", "Bob", "Zoe", "Dan", "Gil"]),
        (Order("time", True), ["Dan", "Ann", "Bob", "Zoe", "Gil"]),
        (Order("time"), ["Zoe", "Ann", "Bob", "Dan", "Gil"]),
        (Order("queue"), ["Dan", "Ann", "Bob", "Zoe", "Gil"]),
    ],
)
def test_other_orders_and_no_value_last(order: Order, found: list[str]) -> None:
    seats = (
        seat("1", "Zoe", "AVAILABLE_IDLE", 8, SUPPORT),
        seat("2", "Bob", "HANDLING", 10, SALES),
        seat("3", "Ann", "HANDLING", 10, SALES),
        seat("5", "Dan", "PAUSE", 1_000, PARIS),
        seat("8", "Gil", "LOGGED_OUT", None, SUPPORT),
    )
    made = project_agents([heard(*seats)], PageChoice(order=order), AgentOptions(), SHOWN)
    assert names(made) == found


def test_by_queue_the_queues_go_round_with_their_order() -> None:
    seats = (seat("1", "Ada", "PAUSE", 1_900, SUPPORT), seat("2", "Bob", queue=SALES))

    def titles(order: Order) -> list[str]:
        choice = PageChoice(order=order, by_queue=True)
        view = project_agents([heard(*seats)], choice, AgentOptions(), SHOWN)
        return [group.title for group in view.groups]

    assert titles(Order()) == ["Support", "Sales UK"]
    assert titles(Order("worst", True)) == ["Sales UK", "Support"]
    assert titles(Order("name")) == ["Sales UK", "Support"]
    assert titles(Order("queue", True)) == ["Support", "Sales UK"]


# By queue.


def test_by_queue_each_seat_stands_under_its_queue_primary_first() -> None:
    view = page(
        seat("1", "Ada", "WRAP_UP", 500, SALES, overflow=True),
        seat("1", "Ada", "AVAILABLE_IDLE", 5, PARIS),
        seat("2", "Bob", "AVAILABLE_IDLE", 5, SALES),
        seat("3", "Cid", "DND", 5, SUPPORT),
        by_queue=True,
    )
    made = [(one.title, one.place, [tile.name for tile in one.tiles]) for one in view.groups]
    assert made == [
        ("Sales UK", "London", ["Bob", "Ada"]),
        ("Facturation", "Paris", ["Ada"]),
        ("Support", "London", ["Cid"]),
    ]
    assert view.people == 3
    assert [number for _, number in view.groups[0].counts] == [1, 1]


# The filter.

ADA = seat("1", "Ada Lovelace", "PAUSE", 1_000, SALES)
BOB = seat("2", "Bob Émile", "HANDLING", 60, SUPPORT)
CID = seat("3", "Cid", "WRAP_UP", 500, PARIS)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", ["Cid", "Ada Lovelace", "Bob Émile"]),
        ("status:pause", ["Ada Lovelace"]),
        ("status:wrap_up", ["Cid"]),
        ("queue:sales", ["Ada Lovelace"]),
        ('queue:"sales uk"', ["Ada Lovelace"]),
        ('"sales uk" ada', ["Ada Lovelace"]),
        ("ada bob", []),
        ("emile", ["Bob Émile"]),
        ("site:london", ["Ada Lovelace", "Bob Émile"]),
        ("london pause", ["Ada Lovelace"]),
        ("level:c", ["Cid"]),
        ("name:cid", ["Cid"]),
        ("status:", ["Cid", "Ada Lovelace", "Bob Émile"]),
        ("ada:lovelace", []),
        ('"', ["Cid", "Ada Lovelace", "Bob Émile"]),
    ],
)
def test_the_filter(text: str, found: list[str]) -> None:
    assert names(page(ADA, BOB, CID, text=text)) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("time>5:00", ["Cid", "Ada Lovelace"]),
        ("time<=1:00", ["Bob Émile"]),
        ("queues>1", []),
        ("queues=1 time>999", ["Ada Lovelace"]),
        ("waiting>3", ["Ada Lovelace"]),
        ("waitingCalls>=2", ["Ada Lovelace", "Bob Émile"]),
        ("ringers=1", ["Cid"]),
        # A queue that is not known, or without the value, passes no comparison.
        ("available<99", []),
    ],
)
def test_a_comparison_is_of_the_person_or_of_any_of_their_queues(
    text: str, found: list[str]
) -> None:
    labels = {"handlingCalls": "Ringers"}
    numbers = ({"waitingCalls": 4}, {"waitingCalls": 2}, {"handlingCalls": 1})
    queues = [
        QueueMetrics(QueueKey(AGENTS.pbx, where[0]), where[1], where[0], where[2], "acme", values)
        for where, values in zip((SALES, SUPPORT, PARIS), numbers, strict=True)
    ]
    choice = PageChoice(text, parse_agents_filter(text, labels))
    known = KnownQueues(tuple(queues))
    view = project_agents([heard(ADA, BOB, CID)], choice, AgentOptions(), SHOWN, known)
    assert names(view) == found


def test_a_group_is_that_of_any_of_the_queues_of_a_person() -> None:
    queues = [
        QueueMetrics(QueueKey(AGENTS.pbx, where[0]), where[1], where[0], where[2], "acme", {})
        for where in (SALES, SUPPORT, PARIS)
    ]
    french = QueueGroup("French desk", sites=(PARIS[2],))
    known = KnownQueues(tuple(queues), groups=GroupBook(Rules(groups=(french,))))

    def found(text: str) -> list[str]:
        choice = PageChoice(text, parse_agents_filter(text))
        return names(project_agents([heard(ADA, BOB, CID)], choice, AgentOptions(), SHOWN, known))

    assert found("group:french") == ["Cid"]
    assert found("-group:french") == found("group:no")
    assert "Cid" not in found("-group:french")
    assert len(found("-group:french")) == 2
    assert found("french") == []  # it is not shown


def test_no_time_passes_no_comparison() -> None:
    assert names(page(seat("1", "Ada", "DND", None), text="time<9:00")) == []
    assert names(page(ADA, text="time>0", state=Freshness.NO_DATA)) == []


def test_what_a_filter_hides_is_counted_when_it_is_in_trouble() -> None:
    view = page(ADA, BOB, CID, text="bob")
    assert view.hidden == Hidden(2, 1, 1)
    assert (view.people, view.every, view.filter) == (1, 3, "bob")
    assert (view.warning, view.critical) == (0, 0)
    assert page(ADA, BOB, CID, text="bob", by_queue=True).hidden == Hidden(2, 1, 1)


def test_a_person_is_found_by_any_of_his_queues_a_seat_by_its_own() -> None:
    seats = (seat("1", "Ada", queue=SALES), seat("1", "Ada", "HANDLING", queue=PARIS))
    assert names(page(*seats, text="queue:sales")) == ["Ada"]
    view = page(*seats, text="queue:sales", by_queue=True)
    assert [group.title for group in view.groups] == ["Sales UK"]


def test_a_name_that_is_not_shown_is_not_found() -> None:
    assert names(page(ADA, BOB, text="lovelace", privacy=MASKED)) == []
    assert names(page(ADA, BOB, text="name:a.", privacy=MASKED)) == ["A. L."]


@pytest.mark.parametrize("text", ["level:purple", "agents:x", "state:pause", "sites:x"])
def test_a_filter_that_cannot_be_read(text: str) -> None:
    with pytest.raises(FilterMistake) as caught:
        parse_agents_filter(text)
    assert "purple" not in str(caught.value)


@given(st.text(max_size=30))
def test_a_filter_is_read_or_refused(text: str) -> None:
    try:
        found = parse_agents_filter(text)
    except FilterMistake:
        return
    assert all(isinstance(one, Term) for one in found)
    page(ADA, BOB, CID, text=text)


# Privacy.


def test_initials_and_masked_callers() -> None:
    talks = replace(BOB, caller="Eve Martin", address="+441632960311")
    (one,) = tiles(page(talks, privacy=MASKED))
    assert (one.name, one.call) == ("B. É.", "E. M. …0311")
    (one,) = tiles(page(talks))
    assert (one.name, one.call) == ("Bob Émile", "Eve Martin")
    (one,) = tiles(page(replace(talks, caller="")))
    assert one.call == "+441632960311"


def test_a_veiled_page_has_the_same_tiles_and_nobody_in_them() -> None:
    talks = replace(BOB, caller="Eve Martin", address="+441632960311")
    for by_queue in (False, True):
        view = page(talks, ADA, CID, text="o", by_queue=by_queue)
        hidden = hide_people(view)
        assert view.people == 3
        for name in ("Bob", "Émile", "Ada", "Lovelace", "Cid", "Eve", "960311", "filter='o'"):
            assert name not in repr(hidden)
        assert [one.person for one in tiles(hidden)] == [one.person for one in tiles(view)]


def test_a_picture_may_have_nothing_personal_whatever_is_configured() -> None:
    (one,) = tiles(page(replace(BOB, caller="Eve"), privacy=PICTURED))
    assert (one.name, one.call) == ("B. É.", "hidden")
    assert one.person == PersonKey("pbx-1", "2")
