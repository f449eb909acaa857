"""Clocks that jump, and a machine that sleeps or stands still: an age is always the true one."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.faults.fault_env import ALERIE, SAMPLE_COLUMNS, Rig, heals, is_dash, rig
from tests.ui.end_to_end import INTERVAL
from wallboard.model.data.view_options import ViewOptions
from wallboard.model.feeds.freshness import Freshness

BERLIN = ViewOptions(
    columns=SAMPLE_COLUMNS, tiles=("waitingTime",), timezone=ZoneInfo("Europe/Berlin")
)


@pytest.mark.parametrize("hours", [-30, -1, 1, 24 * 400])
async def test_a_wall_clock_that_is_set_changes_nothing_but_the_clock(hours: float) -> None:
    async with rig(endpoint="realtime") as run:
        await run.go(INTERVAL)
        run.clock.start += timedelta(hours=hours)
        for _ in range(12):
            await run.go(INTERVAL, step=INTERVAL / 2)
            assert run.state is Freshness.LIVE
            assert run.values_at("Alerie") == ALERIE
            assert run.clock.now().strftime("%H:%M:%S") in run.title
        run.simulator.faults.add("realtime:503-html")
        await run.go(20)
        next_try = (run.clock.now() + timedelta(seconds=0)).strftime("next try %H:")
        assert next_try in run.status
        await run.go(50)
        assert run.state is Freshness.STALE
        assert "data 1m" in run.status
        await heals(run)


async def test_a_wall_clock_set_back_does_not_prolong_a_limit_that_is_a_date() -> None:
    async with rig() as run:
        run.clock.start -= timedelta(days=3)
        run.simulator.faults.add("realtime:429:retry=date+60,times=1")
        await run.go(INTERVAL)
        assert "limits how often" in run.status
        asked = run.simulator.request_count("realtime")
        await run.go(55)
        assert run.simulator.request_count("realtime") == asked
        await run.go(10)
        assert run.state is Freshness.LIVE
        assert run.simulator.request_count("realtime") == asked + 1


@pytest.mark.parametrize(
    ("at", "before", "after"),
    [
        (datetime(2026, 3, 29, 0, 59, 50, tzinfo=UTC), "01:59:", "03:00:"),
        (datetime(2026, 10, 25, 0, 59, 50, tzinfo=UTC), "02:59:", "02:00:"),
    ],
)
async def test_summer_time_begins_and_ends_and_no_age_jumps(
    at: datetime, before: str, after: str
) -> None:
    async with rig(options=BERLIN) as run:
        run.clock.start = at - timedelta(seconds=1)
        await run.go(2, step=1)
        assert before in run.title
        for _ in range(12):
            await run.go(1, step=1)
            assert run.state is Freshness.LIVE
            assert "data 1" not in run.status.replace("data 1s", "").replace("data 10s", "")
        assert after in run.title
        assert run.app.state.episodes[-1].until is None


async def test_after_a_sleep_old_numbers_are_gone_before_anything_else_happens() -> None:
    async with rig() as run:
        run.network.held.clear()
        run.simulator.advance(3600)
        await leap(run, 3600)
        assert run.state is Freshness.NO_DATA
        assert run.values_at("Alerie") == ["–"] * 3
        assert is_dash(run.tiles[0])
        assert "data 1h 00m old" in run.status
        run.network.held.set()
        await run.rest()
        # It asks as soon as it wakes; the token is renewed.
        assert run.read_state() is Freshness.LIVE
        assert run.values_at("Alerie") == ALERIE


async def test_an_answer_that_slept_on_its_way_is_as_old_as_its_question() -> None:
    async with rig() as run:
        run.network.held.clear()
        await run.go(INTERVAL)
        assert run.network.under_way == 1
        run.simulator.advance(3600)
        await leap(run, 3600)
        run.network.held.set()
        seen = []
        for _ in range(400):
            await settle_one()
            seen.append((run.state, run.values_at("Alerie")))
        assert all(
            values == ALERIE if state is Freshness.LIVE else values == ["–"] * 3
            for state, values in seen
        )
        await run.go(INTERVAL)
        assert run.state is Freshness.LIVE
        measured = max(one.measured.elapsed for one in run.app.state.snapshot.readings.values())
        assert run.clock.elapsed() - measured <= INTERVAL


async def test_a_board_that_stood_still_shows_the_age_at_once_and_asks_once() -> None:
    async with rig() as run:
        for stood in (30, 90, 400):
            asked = run.simulator.request_count("realtime")
            run.simulator.advance(stood)
            await leap(run, stood)
            await run.rest()
            assert run.simulator.request_count("realtime") == asked + 1, "no poll is made up for"
            assert run.state is Freshness.LIVE
            await run.go(INTERVAL)


async def test_a_paused_board_that_slept_does_not_turn_live_again() -> None:
    async with rig() as run:
        run.app.action_pause()
        await leap(run, 3600)
        await run.rest()
        assert "PAUSED 1h00m" in run.status
        assert "feed LIVE" in run.status
        assert run.line("Alerie")[0] == "||"
        assert run.values_at("Alerie") == [one.lstrip("!") for one in ALERIE]


async def leap(run: Rig, seconds: float) -> None:
    """Let the clock jump: nothing happened meanwhile, and one second of the screen has begun."""
    run.clock.seconds += seconds
    await run.clock.advance(0, settle=2)
    await run.rest()


async def settle_one() -> None:
    import asyncio

    await asyncio.sleep(0)
