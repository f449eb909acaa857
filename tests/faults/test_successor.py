"""The successor's endpoint alone: whatever goes wrong there looks as it does with realtime."""

import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, tzinfo
from itertools import pairwise
from typing import NamedTuple

import pytest
import pytest_asyncio

from tests.faults.fault_env import BACKOFF, Rig, rig
from tests.faults.test_http import ANSWERS, NEITHER
from tests.faults.test_payload import BROKEN
from tests.ui.end_to_end import INTERVAL
from tests.ui.pilot import pressed
from wallboard.api.endpoints import TRY_BACK as DAY
from wallboard.api.pbx_session import WantedUnit
from wallboard.model.data.reading import Endpoint
from wallboard.model.data.view_options import ViewOptions
from wallboard.model.events import Acknowledge
from wallboard.model.feeds.freshness import Freshness
from wallboard.model.judge.rules import Bounds, Rules
from wallboard.model.judge.trends import STEP
from wallboard.simulator.centre.generated import plan_of
from wallboard.simulator.centre.plan import AgentPlan, PbxPlan, Plan, QueuePlan, Rush, SitePlan

UNIT = "? unit not confirmed"
MOVED = "The realtime endpoint has no numbers any more; its successor is asked instead"
BACK = "The realtime endpoint has numbers again, and is asked"
LONGEST = "longestWaitingTime"

NEVER = 1e8
"""Seconds that no test lasts."""


def rush(*calls: float) -> Rush:
    """Callers who come at these seconds, once."""
    return Rush(calls, NEVER, 2 * NEVER, 3.0, 9 * NEVER)


STANDSTILL = Plan(
    (
        PbxPlan(
            "main",
            (SitePlan("Rome"), SitePlan("Oslo")),
            (
                # Nobody answers, and nobody gives up: whoever comes first waits for good.
                QueuePlan("Claims", "100", 0, 0, patience=NEVER, rush=rush(1, 5, 400)),
                QueuePlan("Night desk", "102", 1, 0),
                QueuePlan("Sales", "101", 1, 0, handling=NEVER, ring=2, hold_share=0, rush=rush(2)),
            ),
            (
                AgentPlan("Ada", "Lovelace", "900", 1, (2,), breaks=False),
                AgentPlan("Alan", "Turing", "901", 1, (1, 2), breaks=False),
            ),
        ),
    ),
    warm_up=0,
)
"""A contact centre in which nothing is left to chance."""

WAITS = Rules({"longestWaitingTime": Bounds(30_000, 300_000)})
SHOWN = ViewOptions(
    columns=("waitingCalls", "longestWaitingTime", "avgWaitingTime", "availableAgents",
             "handlingCalls", "longestHandlingTime"),
    tiles=("waitingCalls", "longestWaitingTime", "avgWaitingTime", "handlingCalls"),
    timezone=UTC,
)  # fmt: skip


_TREND = re.compile("[·▁▂▃▄▅▆▇█]{3,}")
"""A tile's trend: in which part of the half hour a value falls is a matter of milliseconds."""


class Look(NamedTuple):
    """What there is to be seen of a board."""

    title: str
    tiles: list[str]
    rows: list[str]
    status: str

    @classmethod
    def at(cls, run: Rig) -> "Look":
        # When each has last polled is a matter of seconds.
        rows = [_untimed(row) for row in run.rows if row]
        tiles = [_TREND.sub("", tile) for tile in run.tiles]
        return cls(run.title, tiles, rows, _untimed(run.status))


def _untimed(text: str) -> str:
    return re.sub(r"since \d\d:\d\d:\d\d", "since", text)


@asynccontextmanager
async def two_boards() -> AsyncIterator[tuple[Rig, Rig]]:
    """Two boards over the same contact centre: one of realtime, one of its successor."""
    async with AsyncExitStack() as stack:
        made = [
            await stack.enter_async_context(
                rig(plan=STANDSTILL, rules=WAITS, options=SHOWN, endpoint=endpoint)
            )
            for endpoint in ("realtime", "queue-metrics")
        ]
        for run in made:
            await run.go(4 * INTERVAL)
        assert Look.at(made[0]) == Look.at(made[1])
        yield made[0], made[1]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def both() -> AsyncIterator[tuple[Rig, Rig]]:
    async with two_boards() as made:
        yield made


async def together(both: tuple[Rig, Rig], seconds: float, step: float = INTERVAL) -> Look:
    """Let time pass for both; they look the same, and so."""
    for run in both:
        await run.go(seconds, step)
    looks = [Look.at(run) for run in both]
    assert looks[1]._asdict() == looks[0]._asdict()
    return looks[0]


def add(both: tuple[Rig, Rig], what: str) -> None:
    for run, endpoint in zip(both, ("realtime", "queue-metrics"), strict=True):
        run.simulator.faults.add(f"{endpoint}:{what}")


async def over(both: tuple[Rig, Rig]) -> None:
    """End all faults: both are as if nothing had been."""
    for run in both:
        run.simulator.faults.clear()
        run.app.action_poll()
    await together(both, INTERVAL + BACKOFF, 20)
    if both[0].app.state.missing:
        await together(both, 3_700, 1_850)  # trouble that is gone is told for an hour
    assert both[0].state is Freshness.LIVE
    assert "next try" not in both[0].status


FAULTS = (
    *(what for what, *_ in (*ANSWERS, *BROKEN)),
    *("nan", "strings", "nulls", "null-fields", "long-wait", "no-name", "no-site", "no-extension"),
    *("no-metrics", "no-summary", "no-queues", "unknown-metrics", "unknown-fields"),
    *("extension-number", "vanish", "move", "rename", "hostile-names"),
)


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("what", FAULTS)
async def test_a_fault_of_the_successor_looks_as_the_same_of_realtime(
    both: tuple[Rig, Rig], what: str
) -> None:
    add(both, what)
    await together(both, INTERVAL)
    for run, endpoint in zip(both, ("realtime", "queue-metrics"), strict=True):
        assert run.simulator.log[-1].endpoint == endpoint
    await together(both, 61, 20)
    await together(both, 250, 125)
    await over(both)


@pytest.mark.parametrize("what", ["negative", "twins"])
async def test_numbers_that_differ_only_in_their_unit_are_marked_alike(what: str) -> None:
    # Boards of their own: what other faults left as missing stays a row for the whole day.
    async with two_boards() as both:
        # What the fault makes of a number is another one in seconds than in milliseconds.
        add(both, what)
        for run in both:
            await run.go(INTERVAL)
        ours, theirs = ([re.sub(r"-?\d", "0", row).split() for row in run.rows] for run in both)
        assert theirs == ours
        assert sum(row[:1] == ["?"] for row in ours) == (3 if what == "negative" else 2)
        assert both[0].title == both[1].title
        assert both[0].status == both[1].status
        await over(both)


# A unit that is not the endpoint's own.


def claims(run: Rig) -> list[str]:
    """The longest and the average wait of the queue in which somebody waits for good."""
    return run.line("Claims")[-5:-3]


async def test_seconds_that_are_milliseconds_are_marked_until_they_are_found_out() -> None:
    fault = "queue-metrics:ms-units"
    async with rig(
        plan=STANDSTILL, rules=WAITS, options=SHOWN, endpoint="queue-metrics", faults=[fault]
    ) as run:
        for _ in range(3):
            await run.go(INTERVAL)
            assert all("?" in cell for cell in claims(run)), "never a time without its doubt"
            assert UNIT in run.status
            assert "unit?" in run.tiles[1]
        await run.go(INTERVAL)
        assert claims(run) == ["!00:40", "00:38"]
        assert UNIT not in run.status
        assert "unit?" not in run.tiles[1]
        assert "! 1 warning" in run.title
        assert not run.told, "the endpoint is the one that was wanted"
        before = run.rows
        run.simulator.faults.clear()
        run.simulator.faults.add(fault)
        run.app.action_poll()
        await run.go(0)
        assert run.rows == before, "what was found out stays"


@pytest.mark.parametrize(("unit", "fault"), [("ms", "no-summary"), ("s", "ms-units")])
async def test_a_unit_that_was_said_and_is_wrong_is_doubted_for_good(
    unit: WantedUnit, fault: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with rig(
        plan=STANDSTILL, rules=WAITS, options=SHOWN, endpoint="queue-metrics", time_unit=unit,
        faults=[f"queue-metrics:{fault}"], day=UTC,
    ) as run:  # fmt: skip
        await run.go(3 * INTERVAL)
        for _ in range(20):
            await run.go(INTERVAL)
            assert all("?" in cell for cell in claims(run))
            assert UNIT in run.status
            assert "unit?" in run.tiles[1]
        assert caplog.text.count("time_unit") == 1


@pytest.mark.parametrize("day", [None, UTC])
async def test_a_unit_that_was_said_and_is_right_is_not_doubted(day: tzinfo | None) -> None:
    async with rig(
        plan=STANDSTILL, rules=WAITS, options=SHOWN, endpoint="queue-metrics", time_unit="ms",
        faults=["queue-metrics:ms-units"], day=day,
    ) as run:  # fmt: skip
        for shown in (["00:10", "00:08"], ["00:20", "00:18"], ["!00:30", "00:28"]):
            await run.go(INTERVAL)
            assert claims(run) == shown
            assert UNIT not in run.status


# From one endpoint to the other, in mid-run.


@pytest.mark.parametrize("what", ["404", "404-empty", "410", "403-endpoint"])
async def test_a_switch_in_mid_run_is_told_once_and_nothing_else_changes(what: str) -> None:
    async with rig(plan=STANDSTILL, rules=WAITS, options=SHOWN, day=UTC) as run:
        await run.go(6 * INTERVAL)
        await pressed(run.app, "j", "j")
        current = run.app.board.table.current
        assert current is not None
        run.app.step(Acknowledge(frozenset(run.app.state.levels), "Ada", run.app.moment()))
        before = run.app.state
        run.simulator.faults.add(f"realtime:{what}")
        for _ in range(4):
            await run.go(INTERVAL)
            assert run.state is Freshness.LIVE
            assert "next try" not in run.status
            assert run.told == [MOVED]
        assert run.app.board.table.current is not None
        assert run.app.board.table.current.key == current.key, "the cursor stays on its queue"
        since = {key: one.since for key, one in before.levels.items()}
        assert {key: one.since for key, one in run.app.state.levels.items()} == since
        assert any(since.values())
        acknowledged = [episode.acknowledged for episode in run.app.state.episodes]
        assert acknowledged == [episode.acknowledged for episode in before.episodes], "seen is seen"
        assert run.app.state.episodes[0].acknowledged is not None
        await run.go(300)
        (samples,) = run.app.state.trends.samples.values()
        starts = [one.start for one in samples]
        steps = [later - at for at, later in pairwise(starts)]
        assert max(steps) <= STEP + INTERVAL
        assert len({one.keys for one in samples}) == 1
        trend = run.app.state.trends.trend(samples[0].keys[0], next(iter(before.feeds)), LONGEST)
        assert len(trend) == len(samples), "no hole"
        assert run.simulator.request_count("realtime") < 10, "it is not asked again"
        (episode, *_) = run.app.state.episodes
        assert episode.since == before.episodes[0].since
        assert run.told == [MOVED]


@pytest.mark.parametrize("what", ["403-empty", "405-empty", "501-gateway", "503-html", "no-queues"])
async def test_however_realtime_dies_the_board_is_live_again_and_says_what_happened(
    what: str,
) -> None:
    async with rig(plan=STANDSTILL, rules=WAITS, options=SHOWN, day=UTC) as run:
        await run.go(2 * INTERVAL)
        run.simulator.faults.add(f"realtime:{what}")
        await run.go(2 * INTERVAL + BACKOFF)
        for _ in range(3):
            await run.go(INTERVAL)
            assert run.state is Freshness.LIVE
            assert "next try" not in run.status
            assert claims(run)[0].startswith("!"), "who waits is seen"
        assert run.told == [MOVED]
        asked = run.simulator.request_count("realtime")
        await run.go(300)
        assert run.simulator.request_count("realtime") == asked


async def test_a_pbx_that_both_refuse_is_told_as_refused() -> None:
    async with rig(plan=STANDSTILL, rules=WAITS, options=SHOWN, day=UTC) as run:
        for endpoint in ("realtime", "queue-metrics"):
            run.simulator.faults.add(f"{endpoint}:403")
        await run.go(2 * INTERVAL + 2 * BACKOFF)
        assert "without access to this PBX" in run.status
        assert run.told == []


async def test_realtime_is_gone_back_to_after_a_day_and_that_is_told_once() -> None:
    async with rig(plan=STANDSTILL, rules=WAITS, options=SHOWN, faults=["realtime:404"]) as run:
        await run.go(6 * INTERVAL)
        seen = run.app.state.episodes
        run.simulator.faults.clear()
        await run.go(DAY - 7 * INTERVAL, step=7_200)
        assert run.told == [MOVED]
        # It is back, and has nothing to say: what has the numbers goes on being asked.
        for what in ("no-queues", "no-metrics", "nulls"):
            run.simulator.faults.clear()
            run.simulator.faults.add(f"realtime:{what}")
            await run.go(10 * INTERVAL, step=INTERVAL)
            assert claims(run)[0].startswith("!!"), what
            assert run.told == [MOVED], what
            run.simulator.faults.clear()
            await run.go(DAY - 10 * INTERVAL, step=7_200)
        await run.go(2 * INTERVAL)
        assert run.told == [MOVED, BACK]
        asked = run.simulator.request_count("queue-metrics")
        await run.go(5 * INTERVAL)
        assert run.simulator.request_count("queue-metrics") == asked
        assert run.told == [MOVED, BACK]
        assert run.app.state.episodes[: len(seen) - 1] == seen[:-1]
        assert run.state is Freshness.LIVE


async def test_a_pbx_that_is_gone_ages_and_the_other_one_does_not_notice() -> None:
    options = ViewOptions(columns=SHOWN.columns, tiles=SHOWN.tiles, timezone=UTC)
    async with rig(plan=plan_of(2, 1, 2, seed=1), options=options, size=(180, 30)) as run:
        await run.go(2 * INTERVAL)
        for endpoint in ("realtime", "queue-metrics"):
            run.simulator.faults.add(f"{endpoint}:404:pbx=pbx-2")
        for seconds, state in ((26, "LATE"), (35, "STALE"), (240, "NO DATA")):
            await run.go(seconds)
            assert f"{state} (pbx-2)" in run.status
            assert NEITHER in run.status
            assert "The PBX may be gone" in run.status
            assert run.app.view is not None
            states = {line.queue.pbx: str(line.state) for line in run.app.view.lines}
            assert states == {"pbx-1": "LIVE", "pbx-2": state}
        assert run.told == [], "nothing was moved to"
        live = [one for one in run.app.state.snapshot.readings.values() if one.pbx_name == "pbx-1"]
        assert {one.endpoint for one in live} == {Endpoint.REALTIME}
        run.simulator.faults.clear()
        await run.go(INTERVAL + BACKOFF)
        assert run.state is Freshness.LIVE
        assert run.told == []
