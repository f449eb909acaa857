"""Who a queue is, and readings side by side."""

from collections import defaultdict
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from tests.sample import AT, row
from wallboard.model.data.metric import Group, Kind
from wallboard.model.data.reading import (
    FeedId,
    Moment,
    NamedQueue,
    QueueKey,
    Reading,
    identify,
    merge,
    told_apart,
)


def test_an_extension_of_its_own_is_enough() -> None:
    assert identify("p", [NamedQueue("1", "Rome", "Sales"), NamedQueue("2", "Rome", "Sales")]) == (
        QueueKey("p", "1"),
        QueueKey("p", "2"),
    )


def test_a_queue_keeps_its_key_when_it_or_its_site_is_renamed() -> None:
    before = identify("p", [NamedQueue("1", "Rome", "Sales")])
    assert identify("p", [NamedQueue("1", "Milan", "Vendite")]) == before


def test_site_and_name_break_ties_and_stand_in_for_a_missing_extension() -> None:
    keys = identify(
        "p",
        [NamedQueue("1", "Rome", "A"), NamedQueue("1", "Paris", "A"), NamedQueue("", "Rome", "B")],
    )
    assert keys == (
        QueueKey("p", "1", "Rome", "A"),
        QueueKey("p", "1", "Paris", "A"),
        QueueKey("p", "", "Rome", "B"),
    )


def test_twins_that_nothing_tells_apart_are_numbered_and_not_judged() -> None:
    keys = identify("p", [NamedQueue("", "Rome", "A"), NamedQueue("", "Rome", "A")])
    assert [key.twin for key in keys] == [1, 2]
    assert len(set(keys)) == 2
    assert not replace(row("A"), key=keys[0]).judged


def reading(pbx: str, kind: Kind, *queues: object, at: Moment = AT) -> Reading:
    return Reading(FeedId(pbx, kind), at, tuple(queues), frozenset())  # type: ignore[arg-type]


def test_readings_of_several_pbxes_stand_side_by_side() -> None:
    one, other = row("A", site="Rome", pbx="p"), row("B", site="Oslo", pbx="q")
    later = Moment(AT.wall, AT.elapsed + 5)
    snapshot = merge([reading("p", Kind.LIVE, one), reading("q", Kind.LIVE, other, at=later)])
    assert snapshot.queues == (one, other)
    assert snapshot.measured(one.key) == AT
    assert snapshot.measured(other.key) == later
    assert snapshot.measured(one.key, Kind.TODAY) is None


def test_a_newer_reading_replaces_its_feeds_older_one() -> None:
    old, new = row("A", waitingCalls=1), row("A", waitingCalls=2)
    snapshot = merge([reading("p", Kind.LIVE, old), reading("p", Kind.LIVE, new)])
    assert [queue.values for queue in snapshot.queues] == [{"waitingCalls": 2}]


def test_live_and_today_of_one_queue_become_one_row() -> None:
    live, today = row("A", waitingCalls=1), row("A", enteredCalls=9)
    snapshot = merge([reading("p", Kind.TODAY, today), reading("p", Kind.LIVE, live)])
    (queue,) = snapshot.queues
    assert (queue.values, queue.day) == ({"waitingCalls": 1}, {"enteredCalls": 9})
    assert queue.of(Group.TODAY) is queue.day
    assert queue.of(Group.CALLS) is queue.values


def test_a_row_that_only_today_knows_stands_until_the_live_answer_says_what_queues_there_are() -> (
    None
):
    gone = reading("p", Kind.TODAY, row("Gone", enteredCalls=9))
    alone = merge([gone])
    assert [(one.values, one.day) for one in alone.queues] == [({}, {"enteredCalls": 9})]
    both = merge([gone, reading("p", Kind.LIVE, row("A", waitingCalls=1))])
    assert [one.name for one in both.queues] == ["A"]


def test_queues_of_one_name_and_site_say_their_pbx_and_within_one_their_extension() -> None:
    alone = row("Vendite", "9", "Rome", pbx="p")
    rows = told_apart(
        [
            row("Sales", "1", "Rome", pbx="p"),
            row("Sales", "2", "Rome", pbx="p"),
            row("Sales", "1", "Rome", pbx="q"),
            row("Sales", "3", "Oslo", pbx="q"),
            alone,
        ]
    )
    titles = [f"{queue.title} @ {queue.site_title}" for queue in rows]
    assert titles == [
        "Sales (p, 1) @ Rome (p)",
        "Sales (p, 2) @ Rome (p)",
        "Sales (q) @ Rome (q)",
        "Sales @ Oslo",
        "Vendite @ Rome (p)",
    ]


def test_where_nothing_is_ambiguous_nothing_is_added_and_nothing_made_anew() -> None:
    rows = (row("A", "1", "Rome", pbx="p"), row("A", "2", "Oslo", pbx="q"))
    assert all(one is other for one, other in zip(told_apart(rows), rows, strict=True))


_NAMED = st.tuples(st.sampled_from("AB"), st.sampled_from(["Rome", "Oslo", ""]))


@given(st.lists(st.tuples(st.sampled_from("pq"), st.sampled_from("123"), _NAMED), max_size=12))
def test_no_two_queues_ever_look_the_same(listed: list[tuple[str, str, tuple[str, str]]]) -> None:
    by_pbx = defaultdict(list)
    for pbx, extension, (name, site) in listed:
        by_pbx[pbx].append(NamedQueue(extension, site, name))
    rows = []
    for pbx, named in by_pbx.items():
        for key, one in zip(identify(pbx, named), named, strict=True):
            made = row(one.name, one.extension, one.site, pbx=pbx)
            rows.append(replace(made, key=key))
    shown = [(queue.title, queue.site_title) for queue in told_apart(rows)]
    assert len(set(shown)) == len(shown)


def test_a_merged_row_names_the_times_whose_unit_is_not_known_and_what_cannot_be_true() -> None:
    odd = row("A", pbx="p", longestWaitingTime=5, waitingTime=0, waitingCalls=-3)
    odd = replace(odd, suspect=frozenset(["waitingCalls"]))
    live = replace(reading("p", Kind.LIVE, odd), confirmed=False, unit="s")
    (mine,) = merge([live]).queues
    assert mine.unconfirmed == {"longestWaitingTime"}
    assert mine.doubtful == {"longestWaitingTime", "waitingCalls"}
    # What was asked before a wait was seen to grow was right all the same.
    later = Moment(AT.wall, AT.elapsed + 5)
    day = replace(reading("p", Kind.TODAY, at=later), unit="s")
    snapshot = merge([live, day])
    assert snapshot.queues[0].doubtful == {"waitingCalls"}
    assert all(one.confirmed for one in snapshot.readings.values())
    # One in another unit, or of another PBX, tells nothing of it.
    for other in (replace(day, unit="ms"), replace(day, feed=FeedId("q", Kind.TODAY))):
        assert merge([live, other]).queues[0].unconfirmed == {"longestWaitingTime"}
