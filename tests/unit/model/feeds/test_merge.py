"""Readings side by side as one board, and what stays the same object in it."""

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
    QueueMetrics,
    Reading,
    Snapshot,
    identify,
)
from wallboard.model.feeds.merge import merge, tell_apart


def reading(pbx: str, kind: Kind, *queues: object, at: Moment = AT) -> Reading:
    return Reading(FeedId(pbx, kind), at, tuple(queues), frozenset())  # type: ignore[arg-type]


def test_readings_of_several_pbxes_stand_side_by_side() -> None:
    one, other = row("A", site="Rome", pbx="p"), row("B", site="Oslo", pbx="q")
    later = Moment(AT.wall, AT.elapsed + 5)
    snapshot = merge([reading("p", Kind.LIVE, one), reading("q", Kind.LIVE, other, at=later)])
    assert snapshot.queues == (one, other)
    assert snapshot.moment_of(one.key) == AT
    assert snapshot.moment_of(other.key) == later
    assert snapshot.moment_of(one.key, Kind.TODAY) is None


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
    rows = tell_apart(
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
    assert all(one is other for one, other in zip(tell_apart(rows), rows, strict=True))


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
    shown = [(queue.title, queue.site_title) for queue in tell_apart(rows)]
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


# -- what did not change ----------------------------------------------------------------------


def test_a_row_that_did_not_change_is_the_same_object_with_its_day_and_its_place() -> None:
    """Two PBXes that share a site, and one of them with a day: every row is made in the merge."""
    calls, talks = row("A", "1", pbx="p", waitingCalls=1), row("B", "2", pbx="p", waitingCalls=2)
    day = reading("p", Kind.TODAY, row("A", "1", pbx="p", enteredCalls=9))
    other = reading("q", Kind.LIVE, row("C", "3", pbx="q"))
    before = merge([reading("p", Kind.LIVE, calls, talks), day, other])
    changed = row("B", "2", pbx="p", waitingCalls=3)
    after = merge([reading("p", Kind.LIVE, calls, changed), day, other], before)
    assert after == merge([reading("p", Kind.LIVE, calls, changed), day, other])
    kept = [new is old for new, old in zip(after.queues, before.queues, strict=True)]
    assert kept == [True, False, True]


def test_answers_with_the_same_queues_change_no_row_but_are_newer() -> None:
    live, day = reading("p", Kind.LIVE, row("A", pbx="p")), reading("p", Kind.TODAY, row("A"))
    before = merge([live, day])
    later = Moment(AT.wall, AT.elapsed + 5)
    after = merge([replace(live, measured=later), day], before)
    assert after.queues is before.queues
    assert after.moment_of(before.queues[0].key) == later


_ROWS = [
    row(name, extension, site, pbx=pbx, **values)
    for pbx in "pq"
    for name, extension, site in [("A", "1", "Rome"), ("A", "2", "Rome"), ("B", "3", "Oslo")]
    for values in ({}, {"waitingCalls": 1}, {"longestWaitingTime": 5_000})
]
_READINGS = st.builds(
    lambda feed, queues, confirmed, suspect: replace(
        reading(
            feed.pbx,
            feed.kind,
            *[
                replace(item, suspect=frozenset(["waitingCalls"])) if suspect else item
                for item in {item.key: item for item in queues if item.key.pbx == feed.pbx}.values()
            ],
        ),
        confirmed=confirmed,
    ),
    st.builds(FeedId, st.sampled_from("pq"), st.sampled_from([Kind.LIVE, Kind.TODAY])),
    st.lists(st.sampled_from(_ROWS), max_size=4),
    st.booleans(),
    st.booleans(),
)


@given(st.lists(_READINGS, max_size=8))
def test_what_was_before_changes_nothing_in_what_is_merged(heard: list[Reading]) -> None:
    newest: dict[FeedId, Reading] = {}
    snapshot = Snapshot()
    for item in heard:
        newest[item.feed] = item
        snapshot = merge(newest.values(), snapshot)
        assert snapshot == merge(newest.values())
    again: tuple[QueueMetrics, ...] = merge(newest.values(), snapshot).queues
    assert all(new is old for new, old in zip(again, snapshot.queues, strict=True))
