"""Endurance of all that is polled: faults at random on every endpoint, pages opened and closed."""

import asyncio
from datetime import UTC
from random import Random
from zoneinfo import ZoneInfo

from tests.faults.fault_env import BACKOFF, TOUCHY, Rig, rig
from tests.faults.test_soak import Soak, calm, check, count, fill, left_behind
from wallboard.model.data.view_options import ViewOptions
from wallboard.model.feeds.freshness import Freshness
from wallboard.model.view.status_line import today_words
from wallboard.simulator.centre.generated import plan_of
from wallboard.simulator.faults.fault_list import CALLS, QUEUE_AGENTS, QUEUE_METRICS, REALTIME, WHAT
from wallboard.ui.screens.board import BoardScreen

INTERVAL = 60.0
WHERE = (REALTIME, QUEUE_METRICS, QUEUE_AGENTS, CALLS)
NOT_OVER_ASGI = {"huge", "bomb", "hang", "drip", "slow"}
LONG = {"401", "wrong-key"}
"""What locks the account out for longer than this lasts."""


def fault(random: Random) -> str:
    """A fault that an answer can have, for a while."""
    where = random.choice(WHERE)
    found = [
        what
        for what, (places, _) in WHAT.items()
        if where in places and what not in NOT_OVER_ASGI | LONG
    ]
    return f"{where}:{random.choice(found)}:times={random.randint(1, 4)}"


async def hand(run: Rig, random: Random) -> None:
    """Do what somebody at the keyboard might."""
    app = run.app
    match random.randrange(6):
        case 0:
            app.action_agents()
        case 1:
            app.action_calls()
        case 2:
            app.action_open()
        case 3:
            app.action_pause()
        case _ if not isinstance(app.screen, BoardScreen):
            app.screen.dismiss()
        case _:
            app.action_poll()
    await run.rest()


async def soak(polls: int, warm: int) -> Soak:
    result, random = Soak(), Random(6)
    before = asyncio.all_tasks()
    async with rig(
        plan=plan_of(2, 2, 4, seed=1), interval=INTERVAL, rules=TOUCHY, people=True,
        options=ViewOptions(timezone=UTC), day=ZoneInfo("Europe/Paris"),
    ) as run:  # fmt: skip
        for number in range(1, polls + 1):
            if number % 3 == 0:
                run.simulator.faults.add(fault(random))
            if number % 2 == 0:
                await hand(run, random)
            await run.go(INTERVAL, step=INTERVAL / 2, drawn=True)
            result.seen += 1
            result.live += run.app.view is not None and run.app.view.health.state < Freshness.STALE
            if number in (warm, polls):
                await rested(run)
                fill()
                if number == warm:
                    result.warm = count()
        result.end = count()
    result.left = await left_behind(before)
    return result


async def rested(run: Rig) -> None:
    """No fault, no page, no pause: everything is LIVE."""
    while not isinstance(run.app.screen, BoardScreen):
        run.app.screen.dismiss()
        await run.rest()
    if run.app.state.paused:
        run.app.action_pause()
    await calm(run, INTERVAL)
    await run.go(6 * INTERVAL + BACKOFF, step=INTERVAL)
    assert run.state is Freshness.LIVE
    assert "next try" not in run.status
    assert not today_words(run.app.state, run.app.moment())


async def test_hours_of_faults_on_every_endpoint_leave_nothing_behind() -> None:
    result = await soak(160, 80)
    check(result, 0.03)
