"""Which queues are looked at, and which comes first."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sample import row
from wallboard.model.data.catalogue import CATALOGUE
from wallboard.model.data.reading import QueueMetrics
from wallboard.model.feeds.merge import tell_apart
from wallboard.model.judge.levels import UNJUDGED, Levels, QueueLevels
from wallboard.model.judge.rules import Level
from wallboard.model.select.filter import parse_filter
from wallboard.model.select.selection import (
    Order,
    Selection,
    filter_text,
    matches,
    order_by,
    order_queues,
    parse_order,
    select,
    sites_of,
)

N, W, C, U = Level.NORMAL, Level.WARNING, Level.CRITICAL, Level.UNKNOWN


def queue(
    name: str, level: Level, wait: int | None, extension: str = ""
) -> tuple[QueueMetrics, Level]:
    values: dict[str, Any] = {} if wait is None else {"longestWaitingTime": wait}
    return row(name, extension or name, **values), level


def names(listed: list[tuple[QueueMetrics, Level]], order: Order) -> str:
    levels = {one.key: QueueLevels(level) for one, level in listed}
    return "".join(one.name for one in order_queues([one for one, _ in listed], levels, order))


WORST = [
    queue("a", N, 0),
    queue("b", U, 900),
    queue("c", C, 10),
    queue("d", W, 80),
    queue("e", C, None),
    queue("f", W, 90),
    queue("g", C, 20),
    queue("h", U, None),
    queue("i", N, None),
]


def test_worst_goes_by_level_then_longest_wait_and_no_value_last() -> None:
    assert names(WORST, Order()) == "gcefdaibh"


def test_turned_round_what_has_no_value_is_last_all_the_same() -> None:
    assert names(WORST, Order(descending=True)) == "aidfcgebh"


def test_equals_go_by_name_whatever_its_case_and_accents_then_by_key() -> None:
    equal = [queue(name, C, 5) for name in ("Zoo", "élan", "Eel", "abc")]
    assert names(equal, Order()) == "abcEelélanZoo"
    twins = [row("same", extension) for extension in ("3", "1", "2")]
    assert [one.extension for one in order_queues(twins, {}, Order())] == ["1", "2", "3"]


@given(
    st.permutations(range(12)), st.sampled_from(["worst", "site", "waitingCalls"]), st.booleans()
)
def test_ties_are_stable_whatever_order_the_answer_has(
    places: list[int], by: str, descending: bool
) -> None:
    queues = [row(f"n{at % 3}", str(at), waitingCalls=at % 2) for at in range(12)]
    levels: Levels = {one.key: QueueLevels(Level(at % 3)) for at, one in enumerate(queues)}
    order = Order(by, descending)
    mixed = [queues[at] for at in places]
    assert order_queues(mixed, levels, order) == order_queues(queues, levels, order)


def test_a_wait_that_cannot_be_true_puts_nobody_on_top() -> None:
    odd = replace(
        row("z", longestWaitingTime=2_520_000_000), suspect=frozenset(["longestWaitingTime"])
    )
    listed = [(odd, N), queue("a", N, 5)]
    assert names(listed, Order()) == "az"


def test_by_a_metric_no_value_is_last_whichever_way() -> None:
    listed = [queue("a", N, None), queue("b", N, 5), queue("c", N, 9), queue("d", N, None)]
    assert names(listed, Order("longestWaitingTime")) == "bcad"
    assert names(listed, Order("longestWaitingTime", descending=True)) == "cbad"


def test_an_average_over_no_calls_has_no_value_to_order_by() -> None:
    none = row("a", avgWaitingTime=0.0, waitingTime=0, waitingCalls=0)
    some = row("b", avgWaitingTime=0.0, waitingTime=0, waitingCalls=1)
    order = Order("avgWaitingTime")
    assert [one.name for one in order_queues([none, some], {}, order)] == ["b", "a"]


def test_names_sites_and_extensions() -> None:
    listed = [
        row("b", "10", "Rome"),
        row("A", "9", "paris"),
        row("ç", "x1", "Rome"),
        row("c", "100", "Paris"),
    ]

    def order(by: str, descending: bool = False) -> str:
        return "".join(one.name for one in order_queues(listed, {}, Order(by, descending)))

    assert order("name") == "Abcç"
    assert order("name", True) == "çcbA"
    assert order("site") == "Acbç"
    assert order("extension") == "Abcç"


def test_a_queue_that_was_never_judged_is_unknown() -> None:
    assert [one.name for one in order_queues([row("a"), row("b")], {}, Order())] == ["a", "b"]


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("worst", Order()),
        (" -worst ", Order(descending=True)),
        ("Name", Order("name")),
        ("longestwaitingtime", Order("longestWaitingTime")),
        ("-waitingCalls", Order("waitingCalls", descending=True)),
    ],
)
def test_an_order_is_read_as_written(text: str, order: Order) -> None:
    assert parse_order(text) == order
    assert parse_order(str(order)) == order


def test_an_order_that_is_none_names_the_nearest() -> None:
    with pytest.raises(ValueError, match="nearest: longestWaitingTime"):
        parse_order("longestwatingtime")
    with pytest.raises(ValueError, match="write worst, unusual, name, site, extension or a metric"):
        parse_order("")


def test_every_metric_can_order() -> None:
    for name in CATALOGUE:
        assert parse_order(name).by == name


# Selecting.


def test_every_part_of_a_selection_must_let_a_queue_through() -> None:
    one = row("Sales", "1", "Rome", waitingCalls=4)
    levels = QueueLevels(W)
    whole = Selection(
        "sales", parse_filter("sales"), frozenset(["Rome"]), frozenset([one.key]), only_trouble=True
    )
    assert matches(one, levels, whole)
    assert not matches(one, levels, replace(whole, terms=parse_filter("support")))
    assert not matches(one, levels, replace(whole, sites=frozenset(["Paris"])))
    assert not matches(one, levels, replace(whole, queues=frozenset([row("x", "2").key])))
    assert not matches(one, QueueLevels(N), whole)


@pytest.mark.parametrize(("level", "shown"), [(U, False), (N, False), (W, True), (C, True)])
def test_only_trouble_is_warning_and_critical(level: Level, shown: bool) -> None:
    assert matches(row("a"), QueueLevels(level), Selection(only_trouble=True)) is shown


def test_nothing_chosen_is_all() -> None:
    queues = [row("a", "1"), row("b", "2")]
    assert not Selection().filtered
    assert not Selection(order=Order("name")).filtered
    assert select(queues, {}, Selection()) == tuple(queues)


def test_a_queue_that_no_poll_judged_is_no_trouble() -> None:
    assert select([row("a")], {}, Selection(only_trouble=True)) == ()
    assert matches(row("a"), UNJUDGED, Selection("", parse_filter("level:unknown")))


def test_a_filter_and_an_order_together() -> None:
    queues = [row("a", "1", waitingCalls=1), row("b", "2", waitingCalls=9), row("c", "3", "Oslo")]
    chosen = Selection(
        "rome", parse_filter("site:rome"), order=Order("waitingCalls", descending=True)
    )
    assert [one.name for one in select(queues, {}, chosen)] == ["b", "a"]


def test_sites_are_counted_and_in_order() -> None:
    queues = [
        row("a", "1", "rome"),
        row("b", "2", ""),
        row("c", "3", "Oslo"),
        row("d", "4", "rome"),
    ]
    assert list(sites_of(queues).items()) == [("", 1), ("Oslo", 1), ("rome", 2)]


def test_sites_of_one_name_in_two_pbxes_are_chosen_apart_and_together_by_the_bare_name() -> None:
    rows = tell_apart([row("a", "1", "Rome", pbx="p"), row("b", "2", "Rome", pbx="q")])
    assert dict(sites_of(rows)) == {"Rome (p)": 1, "Rome (q)": 1}
    one = Selection(sites=frozenset({"Rome (q)"}))
    assert [queue.name for queue in select(rows, {}, one)] == ["b"]
    both = Selection(sites=frozenset({"Rome"}))
    assert [queue.name for queue in select(rows, {}, both)] == ["a", "b"]


def test_an_order_is_turned_round_and_back() -> None:
    for by in ("worst", "name", "waitingCalls"):
        order = Order(by)
        assert order.turned == Order(by, descending=True)
        assert order.turned.turned == order


@pytest.mark.parametrize(
    ("by", "order"),
    [
        ("waitingCalls", "-waitingCalls"), ("longestWaitingTime", "-longestWaitingTime"),
        ("availableAgents", "availableAgents"), ("worst", "worst"), ("name", "name"),
    ],
)  # fmt: skip
def test_an_order_by_a_metric_begins_with_what_matters(by: str, order: str) -> None:
    assert str(order_by(by)) == order


NAMES = st.text(st.sampled_from('abAB ",:é*'), min_size=1, max_size=4).filter(
    lambda name: name == name.strip()
)


@given(
    st.lists(
        st.tuples(NAMES, NAMES, st.sampled_from("pq"), st.sampled_from([N, W, C])), max_size=6
    ),
    st.frozensets(NAMES, max_size=2),
    st.frozensets(st.sampled_from("pq"), max_size=1),
    st.booleans(),
    st.sampled_from(["", "a", " b "]),
)
def test_a_filter_that_is_kept_as_text_lets_through_whatever_the_selection_does(
    rows: list[tuple[str, str, str, Level]],
    sites: frozenset[str],
    pbxes: frozenset[str],
    only_trouble: bool,
    text: str,
) -> None:
    queues = [row(name, f"{at}", site, pbx) for at, (name, site, pbx, _) in enumerate(rows)]
    levels = {
        queue.key: QueueLevels(level) for queue, (*_, level) in zip(queues, rows, strict=True)
    }
    sites |= {site for _, site, _, _ in rows[:1]} if sites else frozenset()
    chosen = Selection(
        text, parse_filter(text), sites, frozenset(), pbxes, only_trouble, order=Order("name")
    )
    typed = parse_filter(filter_text(chosen, {"p": "p", "q": "q"}))
    through = {queue.key for queue in select(queues, levels, chosen)}
    found = {queue.key for queue in select(queues, levels, Selection(terms=typed))}
    assert through <= found
    assert chosen.without_filter() == Selection(order=Order("name"))
