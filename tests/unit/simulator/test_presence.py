"""Who is doing what: statuses, times and calls agree with the counts of the same moment."""

from collections import Counter
from itertools import chain

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.simulator.test_call_log import SPRING, ids, plan
from wallboard.simulator.centre.centre import Centre
from wallboard.simulator.centre.entities import Stage
from wallboard.simulator.centre.presence import STATUSES, Presence


def centres(seed: int, seconds: float) -> Centre:
    centre = Centre(plan(120), seed, SPRING)
    centre.advance_to(seconds)
    return centre


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10_000), seconds=st.floats(0, 6000))
def test_statuses_agree_with_the_counts(seed: int, seconds: float) -> None:
    centre = centres(seed, seconds)
    for one in ids(centre):
        row, seats = centre.measure(one), centre.seats(one)
        queue = Counter(seat.status for seat in seats)
        user = Counter(seat.user_status for seat in seats)
        out = queue["DND"] + queue["LOGGED_OUT"] + queue["OFFLINE"]
        assert row["availableAgents"] == user["AVAILABLE"]
        assert row["wrappingUpAgents"] == queue["WRAP_UP"]
        assert row["loggedOutAndDndAgents"] == out
        assert row["eligibleAgents"] == len(seats) - queue["WRAP_UP"] - out
        assert row["overflowAgents"] == sum(seat.overflow for seat in seats)
        assert row["handlingCalls"] == queue["HANDLING"]


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10_000), seconds=st.floats(0, 6000))
def test_what_agents_handle_is_what_their_queues_handle(seed: int, seconds: float) -> None:
    centre = centres(seed, seconds)
    for one in ids(centre):
        row, seats = centre.measure(one), [seat.ongoing for seat in centre.seats(one)]
        assert row["handlingCalls"] == sum(now.handling for now in seats)
        assert row["totalHandlingTime"] == sum(now.handled for now in seats)
        assert row["talkingCalls"] == sum(now.talking for now in seats)
        assert row["talkingTime"] == sum(now.talked for now in seats)
        assert row["onHoldCalls"] == sum(now.on_hold for now in seats)
        assert row["onHoldTime"] == sum(now.held for now in seats)


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10_000), seconds=st.floats(0, 6000))
def test_calls_in_progress_are_those_that_are_counted(seed: int, seconds: float) -> None:
    centre = centres(seed, seconds)
    (pbx,) = centre.directory.pbxes
    calls = centre.in_progress(pbx.id)
    assert len({call.number for call in calls}) == len(calls)
    for one in ids(centre):
        row = centre.measure(one)
        mine = [call for call in calls if call.queue.id == one]
        waiting = [call for call in mine if call.answered is None]
        assert row["waitingCalls"] == len(waiting)
        assert row["waitingTime"] == sum(call.waited for call in waiting)
        assert row["totalCalls"] == len(mine)
        assert row["talkingCalls"] == sum(call.stage is Stage.TALKING for call in mine)
    seats = [seat for one in ids(centre) for seat in centre.seats(one)]
    with_agent = [call for call in calls if call.agent is not None]
    assert Counter(call.number for call in with_agent) == Counter(
        seat.caller for seat in seats if seat.caller
    )


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), seconds=st.floats(0, 6000))
def test_one_person_is_one_in_many_queues(seed: int, seconds: float) -> None:
    centre = centres(seed, seconds)
    (pbx,) = centre.directory.pbxes
    people = {one.entry.id: one for one in centre.people(pbx.id)}
    seats = [seat for one in ids(centre) for seat in centre.seats(one)]
    assert len(people) == 5
    assert Counter(seat.entry.id for seat in seats) == dict.fromkeys(people, 2)
    assert set(people) == {one.id for one in centre.directory.agents[pbx.id]}
    for seat in seats:
        person = people[seat.entry.id]
        assert (seat.user_status, seat.user_time) == (person.user_status, person.user_time)
        assert seat.status in (person.status, "BUSY_OTHER")
        assert seat.status_time == person.status_time
        if person.caller and not seat.caller:
            assert seat.status == "BUSY_OTHER"


def test_every_status_is_seen_and_grows_until_it_changes() -> None:
    centre = Centre(plan(120), 2, SPRING)
    seen: set[str] = set()
    before: dict[tuple[str, str], Presence] = {}
    for second in range(0, 20_000, 5):
        centre.advance_to(second)
        for one in ids(centre):
            for seat in centre.seats(one):
                last = before.get((one, seat.entry.id))
                seen |= {seat.status, seat.user_status}
                assert seat.status_time >= 0
                if last is not None and seat.status_time > 5000:
                    assert seat.status == last.status
                    assert seat.status_time - last.status_time in (4999, 5000, 5001)
                before[one, seat.entry.id] = seat
    assert seen == {
        *chain(*STATUSES.values()), "HANDLING", "ALERTING", "ON_CALL",
    }  # fmt: skip
