"""What a centre remembers of its calls: held against a recount, call by call."""

from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import pairwise
from math import inf
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wallboard.model.data.day import day_of
from wallboard.simulator.centre.call_log import KEPT, CallLog, CallOutcome, CallRow, Destination
from wallboard.simulator.centre.centre import Centre
from wallboard.simulator.centre.plan import (
    ALWAYS,
    AgentPlan,
    Fates,
    PbxPlan,
    Plan,
    QueuePlan,
    SitePlan,
)
from wallboard.simulator.centre.totals import CallTotals

BERLIN = ZoneInfo("Europe/Berlin")
EVERYTHING = Fates(
    diverted=0.3, divert_after=20, missed=0.03, hung_up=0.3, to_queue=0.05, to_ring_group=0.05,
    to_external=0.05,
)  # fmt: skip
SPRING, AUTUMN = datetime(2026, 3, 29, tzinfo=BERLIN), datetime(2026, 10, 25, tzinfo=BERLIN)


def plan(per_hour: float = 60.0) -> Plan:
    """A plan in which everything becomes of some call: two queues that help each other."""
    queues = tuple(
        QueuePlan(
            name, str(100 + place), per_hour=per_hour, handling=120, patience=90,
            fates=EVERYTHING, hold_share=0.3,
        )
        for place, name in enumerate(("Sales", "Support"))
    )  # fmt: skip
    agents = tuple(
        AgentPlan("Ada", str(n), str(200 + n), primary=(n % 2,), overflow=(1 - n % 2,))
        for n in range(5)
    )
    return Plan((PbxPlan("pbx", (SitePlan("Rome"),), queues, agents),), warm_up=0)


def ids(centre: Centre) -> list[str]:
    return [one.id for listed in centre.directory.queues.values() for one in listed]


@cache
def lived(hours: float = 8.0, start: datetime = SPRING) -> Centre:
    centre = Centre(plan(), 4, start)
    centre.advance_to(hours * 3600)
    return centre


def recounted(rows: list[CallRow], end: float) -> dict[str, int]:
    """The same as a ``CallTotals``, one call after the other."""
    answered = (CallOutcome.ACCEPTED, CallOutcome.ABANDONED_IN_HANDLING)
    over = [one for one in rows if one.outcome in answered and one.ended < inf]
    waited = [one for one in rows if one.outcome is not CallOutcome.OPEN]
    return {
        "entered": len(rows),
        "accepted": sum(one.outcome is CallOutcome.ACCEPTED for one in rows),
        "abandoned": sum(one.outcome is CallOutcome.ABANDONED for one in rows),
        "abandoned_in_handling": sum(
            one.outcome is CallOutcome.ABANDONED_IN_HANDLING for one in rows
        ),
        "diverted": sum(one.outcome is CallOutcome.DIVERTED for one in rows),
        "missed": sum(one.outcome is CallOutcome.MISSED for one in rows),
        "active": sum(one.ended > end for one in rows),
        "voicemail": sum(one.sent is Destination.VOICEMAIL for one in rows),
        "to_queue": sum(one.sent is Destination.QUEUE for one in rows),
        "to_ring_group": sum(one.sent is Destination.RING_GROUP for one in rows),
        "to_external": sum(one.sent is Destination.EXTERNAL for one in rows),
        "waits": len(waited),
        "wait": sum(one.wait for one in waited),
        "longest_wait": max((one.wait for one in waited), default=0),
        "answered": sum(one.outcome in answered for one in rows),
        "ring": sum(one.ring for one in rows if one.outcome in answered),
        "handlings": len(over),
        "handled": sum(one.handled for one in over),
        "longest_handled": max((one.handled for one in over), default=0),
        "longest_talk": max((one.handled - one.held for one in over), default=0),
        "holds": sum(one.held > 0 for one in over),
        "held": sum(one.held for one in over),
        "longest_held": max((one.held for one in over), default=0),
    }


def counted(past: CallTotals) -> dict[str, int]:
    return {name: getattr(past, name) for name in CallTotals.__dataclass_fields__}


@settings(max_examples=60, deadline=None)
@given(st.floats(-1000, 30_000), st.floats(0, 30_000))
def test_any_range_is_counted_as_call_by_call(start: float, length: float) -> None:
    centre = lived()
    end = start + length
    for one in ids(centre):
        rows = [row for row in centre.calls(one) if start <= row.arrived < end]
        assert counted(centre.past(one, [(start, end)])) == recounted(
            rows, min(end, centre.seconds)
        )


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(-1000, 30_000), min_size=3, max_size=6))
def test_ranges_add_up(moments: list[float]) -> None:
    centre = lived()
    moments.sort()
    for one in ids(centre):
        together, whole = CallTotals(), centre.past(one, [(moments[0], moments[-1])])
        for span in pairwise(moments):
            together += centre.past(one, [span])
        assert counted(centre.past(one, list(pairwise(moments)))) == counted(together)
        # What is active is so at the end of a range, which each part has one of.
        together.active = whole.active
        assert counted(together) == counted(whole)


def test_what_entered_is_what_became_of_it_and_what_still_waits() -> None:
    centre = lived()
    for one in ids(centre):
        past = centre.past(one, [(-inf, inf)])
        became = (
            past.accepted + past.abandoned + past.abandoned_in_handling + past.diverted
            + past.missed
        )  # fmt: skip
        live = centre.measure(one)
        assert past.entered == became + live["waitingCalls"]
        assert past.active == live["totalCalls"]
        # A range in which all calls have ended: the vendor's own sum.
        early = centre.past(one, [(0.0, 3600.0)])
        assert early.entered == (
            early.accepted + early.abandoned + early.abandoned_in_handling + early.diverted
            + early.missed
        )  # fmt: skip
        assert early.entered > 0


def test_everything_there_is_becomes_of_some_call() -> None:
    centre = lived()
    rows = [row for one in ids(centre) for row in centre.calls(one)]
    assert {row.outcome for row in rows} | {CallOutcome.OPEN} == set(CallOutcome)
    assert {row.sent for row in rows} == set(Destination)
    assert {row.outcome for row in rows if row.sent is Destination.VOICEMAIL} == {
        CallOutcome.DIVERTED
    }
    assert all(row.held <= row.handled for row in rows)
    assert all(row.ring <= row.wait for row in rows)
    assert all(row.ended >= row.arrived for row in rows)
    missed = [row for row in rows if row.outcome is CallOutcome.MISSED]
    assert min(row.wait for row in missed) >= 20_000


def test_a_call_that_is_transferred_to_a_queue_enters_it_at_that_moment() -> None:
    centre = lived()
    first, second = (centre.calls(one) for one in ids(centre))
    arrivals = {row.arrived for row in second}
    moved = [row for row in first if row.sent is Destination.QUEUE]
    assert moved
    assert all(row.ended in arrivals for row in moved)


@pytest.mark.parametrize(
    ("day", "hours"), [(SPRING, 23), (AUTUMN, 25), (datetime(2026, 3, 2, tzinfo=BERLIN), 24)]
)
def test_a_day_crosses_midnight_and_a_change_of_the_clocks(day: datetime, hours: int) -> None:
    """From the noon before to the noon after, polled each half hour: the day's own calls count."""
    start = (day - timedelta(hours=12)).astimezone(UTC)
    centre = Centre(plan(), 9, start)
    days = set()
    for minutes in range(0, 48 * 60, 30):
        centre.advance_to(minutes * 60.0)
        now = start + timedelta(minutes=minutes)
        today = day_of(now, BERLIN)
        days.add(today)
        begin = (today.start - start).total_seconds()
        for one in ids(centre):
            rows = [row for row in centre.calls(one) if row.arrived >= begin]
            past = centre.past(one, [(begin, centre.seconds)])
            assert counted(past) == recounted(rows, centre.seconds)
    assert hours * 3600 in {(one.end - one.start).total_seconds() for one in days}
    assert len(days) == 3
    whole = [one for one in days if one.start == day.astimezone(UTC)]
    (today,) = whole
    begin, end = ((at - start).total_seconds() for at in (today.start, today.end))
    before, during, after = (
        sum(centre.past(one, [span]).entered for one in ids(centre))
        for span in ((-inf, begin), (begin, end), (end, inf))
    )
    assert before + during + after == sum(len(centre.calls(one)) for one in ids(centre))
    assert min(before, during, after) > 100


def test_two_days_are_remembered_and_memory_is_bounded() -> None:
    log = CallLog()
    for number in range(20_000):
        row = log.note_arrival(number * 60.0)
        log.note_answer(row, 5.0, 2.0)
        log.note_end(row, number * 60.0 + 30, 25.0, 0.0, CallOutcome.ACCEPTED, Destination.NOWHERE)
    now = 20_000 * 60.0
    assert log.past([(-inf, inf)], now).entered == KEPT / 60
    assert len(log) <= KEPT / 60 + 256


def test_a_call_that_outlives_its_row_is_no_mistake() -> None:
    log = CallLog()
    old = log.note_arrival(0.0)
    for number in range(1, 600):
        log.note_arrival(KEPT + number)
    log.note_ring(old, 1)
    log.note_answer(old, 1.0, 1.0)
    log.note_loss(old, KEPT, CallOutcome.ABANDONED, 1.0, Destination.NOWHERE)
    log.note_end(old, KEPT, 1.0, 0.0, CallOutcome.ACCEPTED, Destination.NOWHERE)
    log.note_wrap_up(old, 1.0)
    past = log.past([(-inf, inf)], KEPT + 600)
    assert (past.entered, past.accepted, past.active) == (599, 0, 599)


def test_agents_did_what_their_queues_have() -> None:
    centre = lived()
    for one in ids(centre):
        past = centre.past(one, [(-inf, inf)])
        agents = centre.past_by_agent(one, [(-inf, inf)]).values()
        assert sum(agent.accepted for agent in agents) == past.answered
        assert sum(agent.handlings for agent in agents) == past.handlings
        assert sum(agent.missed for agent in agents) == past.missed
        assert sum(agent.talk for agent in agents) == past.talk
        assert sum(agent.ring for agent in agents) == past.ring
        assert sum(agent.held for agent in agents) == past.held
        # Its phone rang, and somebody hung up first.
        assert sum(agent.entered for agent in agents) > past.answered + past.missed
        for agent in agents:
            assert agent.wraps <= agent.handlings
            assert agent.wrap >= 10_000 * agent.wraps  # at least half of 20 s


def test_shares_of_nothing_change_nothing() -> None:
    made = plan()
    pbx = made.pbxes[0]
    calm = tuple(
        QueuePlan(one.name, one.extension, per_hour=60, handling=120, patience=90, hold_share=0.3)
        for one in pbx.queues
    )
    centre = Centre(Plan((PbxPlan("pbx", pbx.sites, calm, pbx.agents),), warm_up=0), 4, SPRING)
    centre.advance_to(3600)
    for one in ids(centre):
        assert {row.sent for row in centre.calls(one)} == {Destination.NOWHERE}
        assert {row.outcome for row in centre.calls(one)} <= {
            CallOutcome.OPEN, CallOutcome.ACCEPTED, CallOutcome.ABANDONED,
        }  # fmt: skip


def test_without_anybody_signed_in_every_caller_is_diverted_who_does_not_give_up() -> None:
    queue = QueuePlan("Closed", "1", per_hour=600, patience=1e9, fates=Fates(diverted=0.01))
    made = Plan((PbxPlan("pbx", (SitePlan("Rome"),), (queue,)),), ALWAYS, warm_up=0)
    centre = Centre(made, 1, SPRING)
    centre.advance_to(3600)
    past = centre.past(ids(centre)[0], [(-inf, inf)])
    assert past.diverted == past.entered - past.active > 500
    assert past.longest_wait == 45_000
