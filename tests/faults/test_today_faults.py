"""The day's numbers: their own age, their own trouble, and their own midnight."""

from collections.abc import Callable
from datetime import UTC, datetime
from math import inf
from zoneinfo import ZoneInfo

import pytest

from tests.faults.fault_env import BACKOFF, Rig, is_dash, rig
from tests.faults.test_successor import LONGEST
from tests.ui.end_to_end import INTERVAL
from wallboard.api.pbx_session import WantedEndpoint
from wallboard.model.data.view_options import ViewOptions
from wallboard.model.feeds.freshness import Freshness
from wallboard.model.view.row import NOBODY
from wallboard.simulator.centre.call_log import CallOutcome, CallRow
from wallboard.simulator.centre.centre import Centre
from wallboard.simulator.centre.plan import ALWAYS, USUAL_FATES, AgentPlan, PbxPlan, Plan, QueuePlan
from wallboard.simulator.centre.plan import SitePlan as Site

PARIS = ZoneInfo("Europe/Paris")
EVERY = 60.0
"""Seconds between two polls of the day."""

COUNTERS = ("enteredCalls", "acceptedCalls", "abandonedInWaitingCalls", "completedCalls")
OPTIONS = ViewOptions(
    columns=("waitingCalls", LONGEST, *COUNTERS),
    tiles=("waitingCalls", "enteredCalls", "abandonedInWaitingCallsPercentage"),
    timezone=PARIS,
)
NAMES = ("Bookings", "Dispatch", "Returns")
NIGHT_AND_DAY = Plan(
    (
        PbxPlan(
            "main",
            (Site("Paris"),),
            tuple(
                QueuePlan(name, f"10{at}", 0, 40.0 - 15 * at, fates=USUAL_FATES)
                for at, name in enumerate(NAMES)
            ),
            tuple(
                AgentPlan("Agent", f"No {at}", f"9{at:02}", 0, (at % 3,), ((at + 1) % 3,))
                for at in range(7)
            ),
        ),
    ),
    ALWAYS,
)


def cells(run: Rig) -> list[str]:
    """The last cells of the first queue's line: waiting, longest wait, and the day's."""
    told = [cell for cell in run.line(NAMES[0]) if cell != "│"]
    return told[-2 - len(COUNTERS) :]


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("503-html", "The API has trouble of its own (HTTP 503)"),
        ("404-empty", "The address is not there (HTTP 404)"),
        ("403", "without access to this PBX (HTTP 403)"),
        ("truncated", "The answer was cut off"),
        ("307", "a redirect, which is not followed"),
    ],
)
async def test_trouble_of_today_ages_todays_numbers_and_nothing_else(what: str, words: str) -> None:
    async with rig(plan=NIGHT_AND_DAY, options=OPTIONS, day=PARIS, size=(160, 30)) as run:
        await run.go(EVERY, step=20)
        assert all(cell.isdecimal() for cell in cells(run)[2:])
        assert "today" not in run.status
        run.simulator.faults.add(f"queue-metrics:{what}")
        heard = run.clock.elapsed()
        measured = max(one.measured.elapsed for one in run.app.state.snapshot.readings.values())
        assert heard - measured < INTERVAL
        day = cells(run)[2:]
        for age, state in ((126, "LATE"), (361, "STALE"), (601, "NO DATA")):
            await run.go(heard + age - run.clock.elapsed(), step=20)
            assert run.state is Freshness.LIVE, "what is live is live"
            assert f"today {state}" in run.status
            assert words in run.status
            assert "next try" not in run.status, "the live feed has none"
            live, today = cells(run)[:2], cells(run)[2:]
            assert "–" not in live
            assert today == (["–"] * len(COUNTERS) if state == "NO DATA" else day)
            if state == "STALE":
                assert "old" in run.tiles[1]
            assert ("late" in run.tiles[1]) == (state == "LATE")
            assert not {"late", "old", "partial"} & set(run.tiles[0].split())
        assert is_dash(run.tiles[1])
        assert is_dash(run.tiles[2])
        assert not is_dash(run.tiles[0])
        run.simulator.faults.clear()
        await run.go(EVERY + BACKOFF, step=20)
        assert "today" not in run.status
        assert cells(run)[2:] != ["–"] * len(COUNTERS)


async def test_trouble_of_live_leaves_today_alone() -> None:
    async with rig(
        plan=NIGHT_AND_DAY, options=OPTIONS, day=PARIS, size=(160, 30), endpoint="realtime"
    ) as run:
        await run.go(EVERY, step=20)
        run.simulator.faults.add("realtime:503-html")
        for seconds, state in ((26, Freshness.LATE), (41, Freshness.STALE), (260, "NO DATA")):
            await run.go(seconds, step=10)
            assert str(run.state) == str(state)
            assert "HTTP 503" in run.status
            assert "today" not in run.status
            assert all(cell.isdecimal() for cell in cells(run)[2:])
            assert not {"late", "old", "partial"} & set(run.tiles[1].split())
        assert cells(run)[:2] == ["–", "–"]
        assert is_dash(run.tiles[0])
        assert not is_dash(run.tiles[1])
        run.app.action_poll()
        await run.rest()
        assert_right(run)
        run.simulator.faults.clear()
        await run.go(INTERVAL + BACKOFF)
        assert run.state is Freshness.LIVE


async def test_an_account_without_todays_numbers_is_told_so_and_shows_dashes() -> None:
    fault = "queue-metrics:404-empty"
    async with rig(
        plan=NIGHT_AND_DAY, options=OPTIONS, day=PARIS, size=(160, 30), faults=[fault]
    ) as run:
        await run.go(600, step=20)
        assert run.state is Freshness.LIVE
        assert "no numbers of today on this account ([today] enabled = false)" in run.status
        assert cells(run)[2:] == ["–"] * len(COUNTERS)
        assert run.simulator.request_count("queue-metrics") <= 600 / EVERY + 1


# Midnight, and the nights when clocks change: against the calls that the simulator had.


def assert_right(run: Rig) -> None:
    """The counters on the screen are those of the day's calls, as the simulator remembers them."""
    (reading,) = [one for one in run.app.state.snapshot.readings.values() if one.day]
    assert reading.day is not None
    centre = run.simulator.centre
    assert isinstance(centre, Centre)
    seconds = [
        (at - centre.start).total_seconds() for at in (reading.day.start, reading.measured.wall)
    ]
    counted: list[Callable[[CallRow], bool]] = [
        lambda _: True,
        lambda row: row.outcome is CallOutcome.ACCEPTED,
        lambda row: row.outcome is CallOutcome.ABANDONED,
        lambda row: row.ended != inf,
    ]
    listed = centre.directory.queues[centre.directory.pbxes[0].id]
    every = 0
    for queue in listed:
        rows = [one for one in centre.calls(queue.id) if seconds[0] <= one.arrived < seconds[1]]
        every += len(rows)
        expected = [str(sum(map(one, rows)) or NOBODY) for one in counted]
        assert run.line(queue.name)[-len(COUNTERS) :] == expected, queue.name
    (tile,) = [one for one in (run.app.view.tiles if run.app.view else ()) if
               one.metric.name == "enteredCalls"]  # fmt: skip
    assert tile.cell.text == str(every)


def last_question(run: Rig) -> dict[str, str]:
    """What was asked of the day last."""
    queries = (one.query for one in reversed(run.simulator.log))
    return next(one for one in queries if "startDate" in one)


async def until(run: Rig, local: str, step: float = 60.0) -> None:
    """Let time pass until the board's clock shows a moment; the day is asked for once more."""
    at = datetime.fromisoformat(local)
    await run.go((at - run.clock.now()).total_seconds(), step)
    run.app.action_poll()
    await run.go(0)
    assert run.clock.now() == at


@pytest.mark.parametrize("endpoint", ["realtime", "queue-metrics"])
async def test_at_midnight_yesterdays_counts_are_gone_until_there_are_todays(
    endpoint: WantedEndpoint,
) -> None:
    start = datetime(2026, 3, 2, 22, 40, tzinfo=UTC)
    async with rig(
        plan=NIGHT_AND_DAY, options=OPTIONS, day=PARIS, size=(160, 30), start=start,
        endpoint=endpoint,
    ) as run:  # fmt: skip
        await until(run, "2026-03-02T23:59:30+01:00")
        assert_right(run)
        assert last_question(run)["startDate"] == "2026-03-01T23:00:00Z"
        run.simulator.faults.add("queue-metrics:503-html")
        if endpoint == "realtime":
            await run.go(29)
            assert cells(run)[2] != "–"
            await run.go(1)
            assert "00:00:00" in run.title
            assert run.state is Freshness.LIVE
            for _ in range(3):
                assert cells(run)[2:] == ["–"] * len(COUNTERS), "of another day"
                assert "–" not in cells(run)[:1]
                assert is_dash(run.tiles[1])
                assert "today NO DATA" in run.status
                await run.go(40, step=20)
        run.simulator.faults.clear()
        await until(run, "2026-03-03T00:05:00+01:00")
        assert "today" not in run.status
        assert last_question(run)["startDate"] == "2026-03-02T23:00:00Z"
        assert_right(run)
        entered = int(cells(run)[2])
        assert entered < 30
        await until(run, "2026-03-03T01:05:00+01:00", 600)
        assert_right(run)
        assert int(cells(run)[2]) > entered


@pytest.mark.parametrize(
    ("start", "moments", "day", "end"),
    [
        (
            "2026-03-28T22:50:00+00:00",
            ("00:05:00+01:00", "01:59:00+01:00", "03:01:00+02:00", "23:59:00+02:00"),
            "2026-03-29",
            "2026-03-29T22:00:00+00:00",
        ),
        (
            "2026-10-24T21:50:00+00:00",
            ("00:05:00+02:00", "02:30:00+02:00", "02:30:00+01:00", "23:59:00+01:00"),
            "2026-10-25",
            "2026-10-25T23:00:00+00:00",
        ),
    ],
)
async def test_a_day_in_which_clocks_change_is_counted_from_its_midnight_to_the_next(
    start: str, moments: tuple[str, ...], day: str, end: str
) -> None:
    began = datetime.fromisoformat(f"{day}T{moments[0]}").astimezone(UTC)
    midnight = began.replace(minute=0).strftime("%Y-%m-%dT%H:%M:%SZ")
    over = datetime.fromisoformat(end)
    async with rig(
        plan=NIGHT_AND_DAY, options=OPTIONS, day=PARIS, size=(160, 30),
        start=datetime.fromisoformat(start),
    ) as run:  # fmt: skip
        for moment in moments:
            await until(run, f"{day}T{moment}", 3_600)
            asked = last_question(run)
            assert asked["startDate"] == midnight
            assert asked["endDate"] == run.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")
            assert moment[:5] in run.title
            assert run.state is Freshness.LIVE
            assert "today" not in run.status
            assert_right(run)
        assert int(cells(run)[2]) > 400
        await run.go((over - run.clock.now()).total_seconds() - 1, 30)
        assert cells(run)[2] != "–"
        run.simulator.faults.add("queue-metrics:500")
        await run.go(1)
        assert cells(run)[2:] == ["–"] * len(COUNTERS)
        run.simulator.faults.clear()
        await until(run, (over.replace(minute=10)).isoformat())
        assert last_question(run)["startDate"] == end.replace("+00:00", "Z")
        assert_right(run)
        assert int(cells(run)[2]) < 30


async def test_a_board_that_is_paused_over_midnight_shows_what_it_was_paused_with() -> None:
    start = datetime(2026, 3, 2, 22, 50, tzinfo=UTC)
    async with rig(
        plan=NIGHT_AND_DAY, options=OPTIONS, day=PARIS, size=(160, 30), start=start
    ) as run:
        await until(run, "2026-03-02T23:58:00+01:00")
        run.app.action_pause()
        await run.go(1)
        before = cells(run)
        await run.go(400, step=20)
        assert run.status.startswith(" PAUSED 06:4")
        assert [cell.lstrip("!") for cell in cells(run)] == [
            cell.lstrip("!").rstrip("~") for cell in before
        ]
        run.app.action_pause()
        await until(run, "2026-03-03T00:06:00+01:00")
        assert_right(run)
