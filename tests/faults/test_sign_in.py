"""Sign-ins that fail, at the start and while the board runs; tokens that end too soon or late."""

import pytest

from tests.faults.fault_env import ALERIE, BACKOFF, Rig, ages, heals, older, rig
from tests.ui.end_to_end import INTERVAL
from wallboard.model.data.view_options import ViewOptions
from wallboard.model.feeds.freshness import Freshness
from wallboard.simulator.centre.generated import plan_of

OPENED_ONCE = "must have opened Work Analytics in a browser once"
USER = "The user name or the password was refused"
KEY = "The API key was refused"
FIRST_WAIT = 60.0
"""Seconds from a first refused sign-in to the next."""


@pytest.mark.parametrize(
    ("credentials", "words"),
    [({"key": "wrong"}, KEY), ({"username": "who"}, USER), ({"password": "wrong"}, USER)],
)
async def test_wrong_credentials_are_told_and_tried_ever_more_seldom(
    credentials: dict[str, str], words: str
) -> None:
    async with rig(credentials=credentials) as run:
        assert run.state is Freshness.NO_DATA
        assert words in run.status
        assert OPENED_ONCE in run.status
        tried = []
        for _ in range(66):
            await run.go(60, step=60)
            tried.append(run.simulator.request_count("token"))
        changes = [at + 1 for at in range(1, 66) if tried[at] != tried[at - 1]]
        assert tried[0] == 2, "after a minute"
        assert changes == [6, 21, 51], "then after 5, 15 and 30 more"
        assert run.simulator.request_count("realtime") == 0


@pytest.mark.parametrize("what", ["wrong-key", "wrong-user", "never-opened"])
async def test_a_refused_sign_in_that_was_put_right_is_over_at_the_next_try(what: str) -> None:
    async with rig(faults=[f"token:{what}"]) as run:
        assert (KEY if what == "wrong-key" else USER) in run.status
        assert OPENED_ONCE in run.status
        assert "next try 09:31:00" in run.status
        await heals(run, within=FIRST_WAIT)


async def test_a_hand_tries_a_refused_sign_in_at_once_but_once_a_minute() -> None:
    async with rig(faults=["token:wrong-user"]) as run:
        for _ in range(5):
            run.app.action_poll()
            await run.go(2)
        assert run.simulator.request_count("token") == 2
        run.simulator.faults.clear()
        await run.go(FIRST_WAIT - 8)
        run.app.action_poll()
        await run.rest()
        assert run.state is Freshness.LIVE


async def test_a_token_that_is_revoked_or_expires_costs_nothing() -> None:
    async with rig(interval=30.0) as run:
        run.simulator.sign_in.revoke()
        await always_live(run, 30)
        assert run.simulator.request_count("token") == 2
        run.simulator.faults.add("realtime:401-expired:times=1")
        await always_live(run, 30)
        assert run.simulator.request_count("token") == 3
        await always_live(run, 1900)
        assert run.simulator.request_count("token") <= 5, (
            "a token of half an hour is renewed in time"
        )


async def test_401_for_ever_is_told_ages_and_heals() -> None:
    async with rig() as run:
        run.simulator.faults.add("realtime:401")
        await run.go(INTERVAL)
        assert "Signed in, but the API does not accept its own token" in run.status
        assert OPENED_ONCE in run.status
        await ages(run)
        assert run.simulator.request_count("token") <= 6, "it is not hammered"
        run.app.action_poll()
        await heals(run, within=900)


async def test_one_pbx_that_rejects_every_token_leaves_the_others_alone() -> None:
    plan = plan_of(2, 1, 1, seed=1)
    faults = ["realtime:401:pbx=pbx-2"]
    async with rig(plan=plan, options=ViewOptions(), faults=faults, size=(160, 30)) as run:
        for _ in range(40):
            await run.go(30)
            assert run.app.view is not None
            assert [(one.queue.pbx, one.state) for one in run.app.view.lines] == [
                ("pbx-1", Freshness.LIVE)
            ]
        assert "NO DATA (pbx-2)" in run.status
        assert "does not accept its own token" in run.status
        await run.go(1)
        run.simulator.faults.clear()
        await run.go(FIRST_WAIT + BACKOFF)
        assert run.state is Freshness.LIVE


async def test_a_password_that_is_changed_while_the_board_runs() -> None:
    async with rig() as run:
        run.simulator.faults.add("token:wrong-user")
        run.simulator.sign_in.revoke()
        await run.go(INTERVAL)
        assert USER in run.status
        assert run.values_at("Alerie") == ALERIE
        await ages(run)
        assert run.simulator.request_count("token") <= 4
        run.app.action_poll()
        await heals(run, within=900)


@pytest.mark.parametrize("what", ["500", "429:retry=60", "302"])
async def test_a_broken_token_endpoint_costs_nothing_while_the_token_lives(what: str) -> None:
    async with rig(interval=30.0) as run:
        run.simulator.faults.add(f"token:{what}")
        await always_live(run, 1770)
        await run.go(90)
        assert "next try" in run.status, "the token has died"
        await older(run, 6 * 30 + 1)
        assert run.state is Freshness.STALE
        await heals(run, within=60 + 30 + BACKOFF)


@pytest.mark.parametrize(
    ("what", "most"),
    [("0", 65), ("negative", 65), ("missing", 9), ("string", 3), ("day", 2)],
)
async def test_whatever_the_life_of_a_token_is_said_to_be(what: str, most: int) -> None:
    async with rig(faults=[f"token:expires-{what}"], interval=30.0) as run:
        await always_live(run, 1900)
        assert 2 <= run.simulator.request_count("token") <= most


async def test_a_storm_of_401s_is_one_sign_in() -> None:
    async with rig(plan=plan_of(8, 1, 1, seed=1), options=ViewOptions()) as run:
        run.simulator.sign_in.revoke()
        await always_live(run, INTERVAL)
        assert run.simulator.request_count("token") == 2
        refused = sum(one.status == 401 for one in run.simulator.log)
        assert 1 <= refused <= 8


async def always_live(run: Rig, seconds: float) -> None:
    """Let time pass; at no moment is there anything to be told."""
    until = run.clock.elapsed() + seconds
    while run.clock.elapsed() < until:
        await run.go(min(30.0, until - run.clock.elapsed()), step=30.0)
        assert run.state is Freshness.LIVE
        assert "next try" not in run.status
