"""What is packed comes out as it was."""

import json
import random
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.sample import AT, row
from wallboard.history.judgements import level_numbers, levels_from, levels_text, not_calm
from wallboard.history.notes import PollNote, note_of, reading_from
from wallboard.history.packing import (
    columns_of,
    pack,
    roster_from,
    roster_of,
    roster_text,
    unpack,
    wall,
)
from wallboard.model.data.catalogue import CATALOGUE, TODAY
from wallboard.model.data.day import Day
from wallboard.model.data.metric import Adds, Kind
from wallboard.model.data.reading import (
    Endpoint,
    FeedId,
    Moment,
    NamedQueue,
    QueueMetrics,
    Reading,
    identify,
)
from wallboard.model.judge.levels import CALM, CLOSED, UNJUDGED, QueueLevels, Track
from wallboard.model.judge.rules import Level

NAMED = [NamedQueue(str(at), "Rome", f"Q{at}") for at in range(4)]


def moment(at: datetime) -> Moment:
    return Moment(at, AT.elapsed + (at - AT.wall).total_seconds())


def reading(*queues: QueueMetrics, kind: Kind = Kind.LIVE) -> Reading:
    return Reading(FeedId("p", kind), AT, queues, frozenset(CATALOGUE), pbx_name="P")


ODD = reading(
    row("Sales", "1", waitingCalls=3, longestWaitingTime=85_276, avgWaitingTime=28_425.5),
    row("[/b] 日本", "", "", waitingCalls=0),
    replace(
        row("Old", "3", longestWaitingTime=3_000_000_000), suspect=frozenset(["longestWaitingTime"])
    ),
    row("None", "4"),
)
DAY = Day(datetime(2026, 3, 2, tzinfo=UTC), datetime(2026, 3, 3, tzinfo=UTC))
TODAYS = replace(
    reading(
        row("Sales", "1", enteredCalls=12, abandonedInWaitingCallsPercentage=8.3), kind=Kind.TODAY
    ),
    metrics=frozenset(TODAY),
    day=DAY,
    endpoint=Endpoint.QUEUE_METRICS,
    confirmed=False,
    unit="s",
    served=datetime(2026, 3, 2, 9, 30, 1, tzinfo=UTC),
    cache_age=2.5,
    named=(NamedQueue("1", "Rome", "Sales"),),
)
TWINS = reading(
    *(
        replace(row("Twin", "7"), key=key)
        for key in identify("p", [NamedQueue("7", "Rome", "Twin")] * 2)
    )
)


@pytest.mark.parametrize(
    "one", [ODD, TODAYS, TWINS, reading()], ids=["odd", "today", "twins", "none"]
)
def test_a_reading_comes_out_as_it_was(one: Reading) -> None:
    roster = roster_of(one)
    again = roster_from(one.feed, roster_text(roster))
    assert again == roster
    note = PollNote(**json.loads(note_of(one, AT, 10.0).text))
    (columns,) = unpack(pack([columns_of(one, roster.metrics)], 1), again, 1)
    assert reading_from(again, columns, note, moment) == one


@pytest.mark.parametrize("order", ["alone", "behind others", "before others", "mixed"])
def test_levels_come_out_as_they_were_in_whatever_order_they_are_known(order: str) -> None:
    mine, other = identify("p", NAMED), identify("q", NAMED)
    track = Track(Level.WARNING, AT.elapsed - 5.0)
    warning = QueueLevels(Level.WARNING, {"waitingCalls": Level.WARNING}, {"waitingCalls": track})
    own = dict(zip(mine, [CALM, warning, CALM, CLOSED], strict=True))
    others = dict.fromkeys(other, QueueLevels(Level.CRITICAL, {"waitingCalls": Level.CRITICAL}))
    levels = {
        "alone": own,
        "behind others": {**others, **own},
        "before others": {**own, **others},
        "mixed": dict(reversed({**own, **others}.items())),
    }[order]
    found = not_calm(levels, mine)
    assert level_numbers(found, 4).tolist() == [0, 1, 0, -1]
    text = levels_text(found, mine, {mine[1]: 7}, AT)
    again, worst = levels_from(text, mine, lambda at: moment(wall(at)).elapsed)
    assert again == own
    assert worst == {mine[1]: 7}


def test_a_queue_of_which_no_level_is_known_is_not_calm() -> None:
    keys = identify("p", NAMED)
    assert not_calm({keys[0]: CALM}, keys) == dict.fromkeys((1, 2, 3), UNJUDGED)
    assert not_calm({keys[0]: CLOSED}, ()) == {}


def test_many_polls_in_one_block_come_out_in_their_order() -> None:
    polls = [
        reading(row("A", waitingCalls=at, waitingTime=at * 2**30, avgWaitingTime=at / 3))
        for at in range(30)
    ]
    roster = roster_of(polls[0])
    block = pack([columns_of(one, roster.metrics) for one in polls], 6)
    assert unpack(block, roster, 30) == [columns_of(one, roster.metrics) for one in polls]


@pytest.mark.parametrize(
    ("numbers", "kind"),
    [
        ([0, 127, 5], "b"),
        ([0, 128, 5], "i"),
        ([0, 256, 5], "i"),
        ([-1, 65_536, 5], "i"),
        ([0, 2**31 - 1, 5], "i"),
        ([0, 2**31, 5], "q"),
        ([-1, 2**40, 5], "q"),
        ([0, 0.5, 5], "d"),
    ],
)
def test_numbers_of_any_size_are_kept_as_they_are_in_as_little_room_as_they_need(
    numbers: list[float], kind: str
) -> None:
    one = reading(
        *(row(f"Q{at}", str(at), waitingCalls=it, talkingCalls=at) for at, it in enumerate(numbers))
    )
    small, none, column = columns_of(one, ("talkingCalls", "freeAgents", "waitingCalls"))
    assert small is not None
    assert column is not None
    assert (small.typecode, none, column.typecode) == ("b", None, kind)
    assert (small.tolist(), column.tolist()) == ([0, 1, 2], numbers)


@pytest.mark.parametrize("count", [1, 2, 3])
@pytest.mark.parametrize(
    ("averages", "kind"), [([0, 2, 5], "b"), ([0, 2.5, 300], "d"), ([0.0, 2, 5], "d")]
)
def test_averages_stand_beside_whole_numbers_however_many_there_are(
    count: int, averages: list[float], kind: str
) -> None:
    whole = [name for name, metric in CATALOGUE.items() if metric.adds is Adds.SUM][:count]
    rows = [
        replace(
            row(f"Q{at}", str(at)), values={"avgWaitingTime": it, **dict.fromkeys(whole, 7 * at)}
        )
        for at, it in enumerate(averages)
    ]
    column, *others = columns_of(reading(*rows), ("avgWaitingTime", *whole))
    assert column is not None
    assert (column.typecode, column.tolist()) == (kind, averages)
    assert [other and other.tolist() for other in others] == [[0, 7, 14]] * count


def test_only_what_is_wanted_is_taken_out() -> None:
    roster = roster_of(ODD)
    block = pack([columns_of(ODD, roster.metrics)], 1)
    (columns,) = unpack(block, roster, 1, {"waitingCalls"})
    taken = [
        name for name, column in zip(roster.metrics, columns, strict=True) if column is not None
    ]
    assert taken == ["waitingCalls"]


def test_polls_packed_together_need_less_than_half_of_the_room() -> None:
    chance = random.Random(1)
    values: list[dict[str, Any]] = [
        {name: chance.randrange(90_000) for name in CATALOGUE} for _ in range(200)
    ]
    polls = []
    for _ in range(30):
        for _ in range(60):
            chance.choice(values)[chance.choice(tuple(CATALOGUE))] = chance.randrange(90_000)
        polls.append(reading(*(row(f"Q{n}", str(n), **one) for n, one in enumerate(values))))
    roster = roster_of(polls[0])
    every = [columns_of(one, roster.metrics) for one in polls]
    assert len(pack(every, 6)) < sum(len(pack([one], 6)) for one in every) / 2
