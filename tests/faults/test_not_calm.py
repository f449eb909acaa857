"""Answers that do not move, and what is not in them: a board that knows less is not calm."""

from dataclasses import replace

import pytest

from tests.faults.fault_env import TOUCHY, Rig, painted, rig
from tests.ui.end_to_end import INTERVAL
from tests.ui.large_type import size_of
from wallboard.model.judge.rules import Level
from wallboard.simulator.centre.generated import plan_of
from wallboard.ui.widgets.wall import Wall

BUSY = replace(plan_of(1, 3, 20, seed=1), warm_up=1800.0)


def wall_of(run: Rig) -> str:
    wall = run.app.screen.query_one(Wall)
    return "\n".join("".join(text for text, _ in line) for line in wall.painted)


async def frozen_while_somebody_waits(run: Rig) -> None:
    for _ in range(60):
        run.simulator.faults.add("realtime:frozen")
        await run.go(INTERVAL)
        if any(one.values["waitingCalls"] for one in run.app.state.snapshot.queues):
            return
        run.simulator.faults.clear()
        await run.go(INTERVAL)
    raise AssertionError("nobody ever waits here")


async def test_answers_that_do_not_move_are_told_marked_and_age() -> None:
    async with rig(plan=BUSY, rules=TOUCHY) as run:
        await frozen_while_somebody_waits(run)
        await run.go(100)
        assert run.status.startswith(" = not moving since ")
        assert "LIVE" not in run.status
        assert "data 1m " in run.status
        assert "not moving" in run.tiles[0]
        assert any("=00:" in row for row in run.rows)
        assert not any("~" in row for row in run.rows), "nothing ticks"
        run.simulator.faults.clear()
        await run.go(INTERVAL)
        assert run.status.startswith(" LIVE")
        assert "not moving" not in run.status


async def test_trouble_that_leaves_an_answer_is_told_on_board_and_wall_until_it_is_back() -> None:
    async with rig(plan=BUSY, rules=TOUCHY, size=(120, 40)) as run:
        for _ in range(60):
            await run.go(INTERVAL)
            last = run.app.state.snapshot.queues[-1]
            levels = run.app.state.levels
            if levels[last.key].level is Level.NORMAL and any(
                one.level is Level.CRITICAL for one in levels.values()
            ):
                break
        run.simulator.faults.add("realtime:one-left")
        await run.go(INTERVAL)
        assert "19 of 20 queues are not in the answer" in run.status
        assert "gone: " in run.status
        assert "!!" in run.status
        run.app.action_kiosk()
        await run.go(INTERVAL)
        assert not size_of(wall_of(run).splitlines(), "all calm")
        assert "gone: " in wall_of(run)
        run.app.action_kiosk()
        run.simulator.faults.clear()
        await run.go(2 * INTERVAL)
        assert "gone" not in run.status
        assert "not in the answer" not in run.status
        assert "missing" not in painted(run.app, "TitleBar")


async def test_a_wall_without_any_queues_is_no_calm(caplog: pytest.LogCaptureFixture) -> None:
    async with rig(faults=["realtime:no-queues"], size=(120, 40), endpoint="realtime") as run:
        run.app.action_kiosk()
        await run.go(2 * INTERVAL)
        assert not size_of(wall_of(run).splitlines(), "all calm")
        wall = wall_of(run).splitlines()
        assert size_of(wall, "the API")
        assert size_of(wall, "configuration")
        assert size_of(wall, "NO QUEUES")
        told = [one for one in caplog.messages if one.startswith("the API knows none for this")]
        assert len(told) == 1, "logged once"
