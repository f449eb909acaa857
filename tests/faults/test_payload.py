"""Answers that are JSON, or nearly, and not as they should be: shown as they are, or as a dash."""

from dataclasses import replace

import pytest

from tests.faults.fault_env import (
    ALERIE,
    BACKOFF,
    NARBO,
    Rig,
    ages,
    heals,
    is_dash,
    rig,
    run,
    running,
    says,
)
from tests.ui.end_to_end import INTERVAL
from wallboard.api.directory import NameLists
from wallboard.api.pbx_session import WantedEndpoint
from wallboard.model.data.view_options import ViewOptions
from wallboard.model.feeds.freshness import Freshness
from wallboard.simulator.centre.generated import plan_of

ENDPOINT: WantedEndpoint = "realtime"
"""Odd answers are looked at, and no other endpoint asked for better ones."""

__all__ = ["run", "running"]  # fixtures

AGAIN = "check base_url in [api], and whether the API has changed"
NOTHING = ["–"] * 3

BROKEN = [
    ("truncated", "The answer was cut off"),
    ("not-json", "The answer is not JSON"),
    ("wrong-shape", "The answer has no list of queues"),
    ("deep", "The answer is nested deeper than any answer of this API"),
]


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(("what", "words"), BROKEN)
async def test_a_broken_answer_is_told_ages_and_heals(run: Rig, what: str, words: str) -> None:
    run.simulator.faults.add(f"realtime:{what}")
    await says(run, words, AGAIN)
    await ages(run)
    await heals(run)


@pytest.mark.asyncio(loop_scope="module")
async def test_an_answer_with_too_many_rows_is_told_ages_and_heals(run: Rig) -> None:
    run.simulator.faults.add("realtime:many-rows")
    await says(run, "The answer has more rows than 20000", "raise max_queues in [api]")
    await ages(run)
    await heals(run)


@pytest.mark.asyncio(loop_scope="module")
async def test_an_answer_out_of_a_cache_is_as_old_as_it_says(run: Rig) -> None:
    run.simulator.faults.add("realtime:cached")
    await ages(run)
    run.simulator.faults.clear()
    run.simulator.faults.add("realtime:cached:delay=70")
    await run.go(INTERVAL)
    assert run.state is Freshness.STALE, "newer than what was there, and still old"
    assert "critical" not in run.title
    await heals(run)


async def odd(run: Rig, what: str) -> None:
    """Poll once under a fault of the payload: an answer it is, and fresh."""
    run.simulator.faults.add(f"realtime:{what}")
    await run.go(INTERVAL)
    assert run.state is Freshness.LIVE
    assert "next try" not in run.status


@pytest.mark.asyncio(loop_scope="module")
async def test_numbers_that_are_none_are_dashes_and_never_judged_normal(run: Rig) -> None:
    for what in ("nan", "nulls", "no-metrics"):
        await odd(run, what)
        sent = [f"?{dash}" for dash in NOTHING] if what == "nan" else NOTHING
        assert run.values_at("Alerie") == run.values_at("Narbo") == sent
        assert run.line("Alerie")[0] == "?"
        assert is_dash(run.tiles[0])
        assert "critical" not in run.title
        await heals(run)


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("what", ["bad-letter", "surrogate"])
async def test_a_letter_that_is_none_is_a_mark_in_one_name(
    run: Rig, what: str, caplog: pytest.LogCaptureFixture
) -> None:
    await odd(run, what)
    assert "Alerie Hightower\ufffd" in " ".join(run.line("Alerie"))
    assert (run.values_at("Alerie"), run.values_at("Narbo")) == (ALERIE, NARBO)
    assert caplog.text.count("is marked") <= 1, "told once"
    await heals(run)


@pytest.mark.asyncio(loop_scope="module")
async def test_a_number_of_5000_digits_is_one_mark(run: Rig) -> None:
    await odd(run, "long-number")
    assert (run.values_at("Alerie"), run.values_at("Narbo")) == (["00:28", "?–", "–"], NARBO)
    await heals(run)


@pytest.mark.asyncio(loop_scope="module")
async def test_what_can_be_understood_is_shown_as_ever(run: Rig) -> None:
    for what in (
        *("strings", "unknown-metrics", "unknown-fields", "extension-number"),
        *("no-summary", "no-site"),
    ):
        await odd(run, what)
        assert (run.values_at("Alerie"), run.values_at("Narbo")) == (ALERIE, NARBO), what
        assert run.app.view is not None
        assert len(run.app.view.lines) == 2
        await heals(run)


@pytest.mark.asyncio(loop_scope="module")
async def test_negative_numbers_are_shown_marked_and_not_judged(run: Rig) -> None:
    await odd(run, "negative")
    assert run.values_at("Alerie") == ["?-00:28", "?-01:25", "?00:00"]
    assert run.line("Alerie")[0] == "?"
    assert is_dash(run.tiles[0])
    await heals(run)


@pytest.mark.asyncio(loop_scope="module")
async def test_a_wait_of_700_hours_is_shown_marked_and_in_no_total(run: Rig) -> None:
    await odd(run, "long-wait")
    first, other = run.values_at("Alerie"), run.values_at("Narbo")
    assert "?99h+" in first
    assert "!!" not in "".join(first)
    assert other == NARBO
    assert "partial" in run.tiles[0]
    await heals(run)


@pytest.mark.asyncio(loop_scope="module")
async def test_queues_without_names_are_told_apart_by_their_extensions(run: Rig) -> None:
    await odd(run, "no-name")
    assert run.values_at("189751") == ALERIE
    assert run.values_at("153964") == NARBO
    await heals(run)


@pytest.mark.asyncio(loop_scope="module")
async def test_queues_without_extensions_are_told_apart_by_their_names(run: Rig) -> None:
    await odd(run, "no-extension")
    assert (run.values_at("Alerie"), run.values_at("Narbo")) == (ALERIE, NARBO)
    await heals(run)


@pytest.mark.asyncio(loop_scope="module")
async def test_queues_that_nothing_tells_apart_are_shown_and_not_judged(run: Rig) -> None:
    await odd(run, "null-fields")
    rows = [row.split() for row in run.rows if "(no name)" in row]
    assert [row[-3:] for row in rows] == [["00:28", "01:25", "–"], NARBO]
    assert {row[0] for row in rows} == {"?"}
    await heals(run)


@pytest.mark.asyncio(loop_scope="module")
async def test_a_queue_that_is_there_twice_is_shown_twice_and_not_judged(run: Rig) -> None:
    await odd(run, "twins")
    rows = [row.split() for row in run.rows if "Alerie" in row]
    assert [row[-3:-1] for row in rows] == [["00:28", "01:25"]] * 2
    assert {row[0] for row in rows} == {"?"}
    assert run.values_at("Narbo") == NARBO
    await heals(run)


@pytest.mark.asyncio(loop_scope="module")
async def test_an_answer_without_queues_is_no_calm_and_no_zero(run: Rig) -> None:
    await odd(run, "no-queues")
    assert "2 of 2 queues are not in the answer" in run.status
    assert "gone: 1 !! Alerie" in run.status
    assert "not in the answer since" in " ".join(run.line("Alerie"))
    assert is_dash(run.tiles[0])
    await heals(run)
    assert "gone" not in run.status


async def test_a_queue_that_vanishes_is_gone_and_comes_back_with_its_history() -> None:
    async with rig(endpoint=ENDPOINT) as run:
        await run.go(3 * INTERVAL)
        await run.pilot.press("enter")
        run.simulator.faults.add("realtime:vanish")
        await run.go(INTERVAL + 1)
        assert "Not in the answer since" in run.page
        run.app.pop_screen()
        assert " ".join(run.line("Alerie")).endswith("was !!")
        assert "gone: 1 !! Alerie" in run.status
        assert "critical" not in run.title
        since = run.app.state.episodes[-1].since
        await heals(run)
        assert [one.since for one in run.app.state.episodes] == [since], (
            "its time in trouble went on"
        )
        samples = next(iter(run.app.state.trends.samples.values()))
        assert samples[0].start < since.elapsed + INTERVAL


@pytest.mark.parametrize(("what", "words"), [("move", "Another site"), ("rename", "Another name")])
async def test_a_queue_that_moves_or_is_renamed_stays_the_same_queue(what: str, words: str) -> None:
    async with rig(endpoint=ENDPOINT) as run:
        await run.go(3 * INTERVAL)
        since = run.app.state.episodes[-1].since
        await odd(run, what)
        assert words in "\n".join(run.rows)
        assert "!! 1" in run.title
        assert len(run.app.state.episodes) == 1
        assert run.app.state.episodes[-1].since == since
        await heals(run)


async def test_five_thousand_queues_are_a_board() -> None:
    plan = replace(plan_of(1, 40, 5_000, seed=1), warm_up=0.0)
    async with rig(plan=plan, options=ViewOptions(), endpoint=ENDPOINT) as run:
        await run.go(INTERVAL)
        assert run.state is Freshness.LIVE
        assert "5000 queues" in run.title
        assert len(run.rows) > 10
        run.simulator.faults.add("realtime:truncated")
        await run.go(61, step=20)
        assert run.read_state() is Freshness.STALE
        run.simulator.faults.clear()
        await run.go(INTERVAL + BACKOFF, step=40)
        assert run.state is Freshness.LIVE


@pytest.mark.parametrize("what", ["nested-page", "extensionNumber"])
async def test_lists_of_the_other_shape_are_read(what: str) -> None:
    where = "queues" if what == "extensionNumber" else "all"
    async with rig(faults=[f"{where}:{what}"], wanted=NameLists(queues=("189751",))) as run:
        assert run.values_at("Alerie") == ALERIE
        assert not any("Narbo" in row for row in run.rows)


async def test_while_names_cannot_be_looked_up_nothing_is_polled() -> None:
    async with rig(faults=["queues:503-html"], wanted=NameLists(queues=("Narbo",))) as run:
        await run.go(60, step=20)
        assert "HTTP 503" in run.status
        assert run.simulator.request_count("realtime") == 0
        run.simulator.faults.clear()
        await run.go(INTERVAL + BACKOFF)
        assert run.values_at("Narbo") == NARBO
