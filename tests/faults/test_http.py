"""Answers of HTTP that are none: what the board says, and how its numbers age meanwhile."""

from datetime import timedelta

import pytest

from tests.faults.fault_env import (
    BACKOFF,
    NARBO,
    TOUCHY,
    Rig,
    ages,
    heals,
    older,
    rig,
    run,
    running,
    says,
)
from tests.ui.end_to_end import INTERVAL
from tests.ui.large_type import size_of
from wallboard.model.data.view_options import ViewOptions
from wallboard.model.feeds.freshness import Freshness
from wallboard.simulator.centre.generated import plan_of
from wallboard.ui.widgets.wall import Wall

__all__ = ["run", "running"]  # fixtures

SERVER = "look at the vendor's status page"
BASE_URL = "Check base_url in [api]"
BETWEEN = "a proxy, a sign-in page or maintenance may stand in between"

NEITHER = "neither real-time nor call-queue-metrics"

ANSWERS = [
    ("400", "The API did not accept the request (HTTP 400)", BASE_URL),
    ("403", "without access to this PBX (HTTP 403)", "or leave it out of [api] pbx"),
    ("404", NEITHER, ""),
    ("410", NEITHER, ""),
    ("500", "The API has trouble of its own (HTTP 500)", SERVER),
    ("502-html", "The API has trouble of its own (HTTP 502)", SERVER),
    ("503-html", "The API has trouble of its own (HTTP 503)", SERVER),
    ("200-html", "The answer is a web page, not data", BETWEEN),
    *(
        (code, "a redirect, which is not followed", BASE_URL)
        for code in ("301", "302", "307", "308")
    ),
]


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(("what", "words", "remedy"), ANSWERS)
async def test_a_poll_is_answered_with(run: Rig, what: str, words: str, remedy: str) -> None:
    # Its successor is gone as well, or the board would ask that one.
    for endpoint in ("realtime", "queue-metrics"):
        run.simulator.faults.add(f"{endpoint}:{what}")
    await says(run, words, remedy)
    await ages(run)
    assert words in run.status, "the reason stays beside the age"
    await heals(run)


@pytest.mark.parametrize(
    ("fault", "words", "remedy"),
    [
        ("token:404", "The address of the sign-in is not there (HTTP 404)", BASE_URL),
        ("token:503-html", "The API has trouble of its own (HTTP 503)", SERVER),
        ("token:200-html", "The sign-in was answered without a token", BASE_URL),
        ("token:307", "a redirect, which is not followed", BASE_URL),
        ("pbxes:410", "The address is not there (HTTP 410)", "check base_url"),
        ("pbxes:500", "The API has trouble of its own (HTTP 500)", SERVER),
        ("pbxes:200-html", "The answer is a web page, not data", BETWEEN),
        ("pbxes:302", "a redirect, which is not followed", BASE_URL),
        ("pbxes:429:retry=30", "The API limits how often it may be asked", "a longer interval"),
        ("all:truncated", "", ""),
        ("pbxes:deep", "nested deeper than any answer of this API", "check base_url in [api]"),
        ("pbxes:empty", "no PBX that this user may see", "Give the user access to a PBX"),
        ("pbxes:endless", "The list of names has no end", BASE_URL),
    ],
)
async def test_the_start_is_answered_with(fault: str, words: str, remedy: str) -> None:
    async with rig(faults=[fault]) as run:
        assert run.state is Freshness.NO_DATA
        assert words in run.status
        assert remedy in run.status
        assert words in "\n".join(run.rows), "where the queues would be"
        await run.go(INTERVAL + BACKOFF, step=20)
        assert words in run.status
        await heals(run)


async def test_a_metric_that_the_api_does_not_know_is_a_dash_and_the_rest_goes_on() -> None:
    async with rig() as run:
        run.simulator.faults.add("realtime:400-metric:metric=avgHandlingTime")
        await run.go(2 * INTERVAL)
        assert run.state is Freshness.LIVE
        assert run.values_at("Narbo") == ["00:14", "00:14", "–"]
        refused = sum(one.status == 400 for one in run.simulator.log)
        assert refused == 1, "it is not asked for again"
        await run.pilot.press("enter")
        await run.rest()
        assert "not polled" in run.page
        assert "not polled: Average handling" in run.status
        run.app.pop_screen()
        run.simulator.faults.clear()
        await run.go(3700, step=50)
        assert run.values_at("Narbo") == NARBO, "after an hour it is asked for again"


async def test_a_pbx_without_access_is_named_and_the_others_go_on() -> None:
    plan = plan_of(2, 1, 2, seed=1)
    async with rig(plan=plan, options=ViewOptions(), size=(160, 30), endpoint="realtime") as run:
        both = len(run.app.view.lines) if run.app.view else 0
        run.simulator.faults.add("realtime:403:pbx=pbx-2")
        await run.go(70)
        assert "STALE (pbx-2)" in run.status
        assert "without access to this PBX" in run.status
        assert run.app.view is not None
        states = {line.queue.pbx: line.state for line in run.app.view.lines}
        assert states == {"pbx-1": Freshness.LIVE, "pbx-2": Freshness.STALE}
        assert len(run.app.view.lines) == both
        assert "old" in run.tiles[0], "a total over rows that are old says so"
        run.simulator.faults.clear()
        await run.go(INTERVAL + BACKOFF)
        assert run.state is Freshness.LIVE


async def test_a_pbx_that_never_answered_is_missed_in_the_totals() -> None:
    fault = "realtime:403:pbx=aurora-americas"
    async with rig(
        sample=False, options=ViewOptions(), faults=[fault], rules=TOUCHY, endpoint="realtime"
    ) as run:
        await run.go(120, step=10)
        assert "NO DATA (aurora-americas)" in run.status
        assert "partial" in run.tiles[0]
        assert run.app.view is not None
        assert run.app.view.lines[0].word in run.title, "the other PBX's levels are told"
        run.simulator.faults.clear()
        await run.go(INTERVAL + BACKOFF)
        assert "partial" not in run.tiles[0]


@pytest.mark.parametrize(
    ("retry", "least", "most"),
    [("7", 7, 8), ("50", 50, 51), ("date+50", 50, 51), ("absurd", 900, 901), ("none", 3, 4)],
)
async def test_too_many_requests(retry: str, least: float, most: float) -> None:
    async with rig() as run:
        await run.go(INTERVAL - 2)
        asked = run.simulator.request_count("realtime")
        run.simulator.faults.add(f"realtime:429:retry={retry},times=1")
        await run.go(1)  # to the next poll, which is refused
        assert "The API limits how often it may be asked" in run.status
        assert "a longer interval help" in run.status
        told = run.status.partition("next try ")[2][:8]
        assert told in {
            (run.clock.now() + timedelta(seconds=wait)).strftime("%H:%M:%S")
            for wait in (least, most)
        }
        await run.go(least - 0.5, step=10)
        assert run.simulator.request_count("realtime") == asked + 1, "nothing is asked before"
        await run.go(most - least + 1)
        assert run.simulator.request_count("realtime") > asked + 1
        assert run.state is Freshness.LIVE


async def test_a_limit_is_the_whole_accounts() -> None:
    async with rig(plan=plan_of(2, 1, 1, seed=1), options=ViewOptions()) as run:
        run.simulator.faults.add("realtime:429:retry=60,times=1,pbx=pbx-1")
        await run.go(INTERVAL)
        asked = run.simulator.request_count("realtime")
        await run.go(45)
        assert run.simulator.request_count("realtime") == asked
        await run.go(25)
        assert run.state is Freshness.LIVE


async def test_a_key_does_not_pierce_a_limit() -> None:
    async with rig() as run:
        run.simulator.faults.add("realtime:429:retry=60,times=1")
        await run.go(INTERVAL)
        asked = run.simulator.request_count("realtime")
        run.app.action_poll()
        await run.go(30)
        assert run.simulator.request_count("realtime") == asked


def large(run: Rig, text: str) -> int:
    return size_of(run.page.splitlines(), text)


def tones(run: Rig) -> set[str]:
    painted = run.app.screen.query_one(Wall).painted
    return {name for line in painted for _, style in line for name in style.split()}


async def test_a_wall_looks_as_old_as_its_numbers_too() -> None:
    async with rig(endpoint="realtime") as run:
        await run.app.run_action("kiosk")
        await run.go(1)
        assert large(run, "LIVE 2s")
        assert "critical" in tones(run)
        run.simulator.faults.add("realtime:503-html")
        await older(run, 61)
        await run.go(1)
        assert large(run, "STALE 1m")
        assert any(large(run, word) for word in ("The", "API", "has", "trouble", "own"))
        assert "critical" not in tones(run)
        await older(run, 302)
        assert large(run, "NO DATA")
        run.simulator.faults.clear()
        await run.go(INTERVAL + BACKOFF)
        assert "critical" in tones(run)
