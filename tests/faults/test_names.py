"""Names, queues and PBXes that change while the board runs: found again, and nothing is lost."""

from dataclasses import replace

import pytest

from tests.api.account_env import PLAN
from tests.faults.fault_env import Rig, rig
from tests.ui.end_to_end import INTERVAL
from wallboard.api.directory import NameLists
from wallboard.feed.lookups import LEAST, REGULARLY
from wallboard.model.data.view_options import ViewOptions
from wallboard.model.feeds.freshness import Freshness
from wallboard.simulator.centre.plan import Plan

NORTH, SOUTH = PLAN.pbxes
LISTS = ("pbxes", "sites", "queues")


def shown(run: Rig) -> dict[str, list[str]]:
    """The queues in the answers by PBX, with no number of a feed that is not fresh."""
    assert run.app.view is not None
    found: dict[str, list[str]] = {}
    for line in run.app.view.lines:
        if line.missing:  # its numbers are dashes
            continue
        assert line.state is Freshness.LIVE
        found.setdefault(line.queue.pbx, []).append(line.queue.name)
    return {pbx: sorted(queues) for pbx, queues in found.items()}


def listed(run: Rig, *names: str) -> None:
    """Let the account have these PBXes only."""
    directory = run.simulator.centre.directory
    pbxes = tuple(replace(one, deleted=one.name not in names) for one in directory.pbxes)
    run.simulator.centre.directory = replace(directory, pbxes=pbxes)


def made_anew(run: Rig, name: str, id_: str) -> None:
    """Delete a queue of the first PBX and make it again: the same name under another id."""
    centre = run.simulator.centre
    pbx = centre.directory.pbxes[0].id
    queues = []
    for one in centre.directory.queues[pbx]:
        if one.name == name:
            measured = centre._queues.pop(one.id)
            centre._queues[id_] = measured
            one = replace(one, id=id_)
        queues.append(one)
    all_ = {**centre.directory.queues, pbx: tuple(queues)}
    centre.directory = replace(centre.directory, queues=all_)


def lists(run: Rig) -> int:
    return sum(run.simulator.request_count(one) for one in LISTS)


@pytest.mark.parametrize("hand", [False, True])
async def test_a_pbx_that_is_added_appears_within_the_hour_or_with_a_key(hand: bool) -> None:
    async with rig(plan=PLAN, options=ViewOptions()) as run:
        listed(run, "north")
        run.app.action_poll()
        await run.go(2 * LEAST)
        assert set(shown(run)) == {"north"}
        listed(run, "north", "south")
        await run.go(LEAST)
        assert set(shown(run)) == {"north"}
        if hand:
            run.app.action_poll()
        await run.go(INTERVAL if hand else REGULARLY, step=LEAST)
        assert shown(run)["south"] == ["Billing", "Sales"]
        told = [one for one in run.told if one.startswith("south: a PBX that is new")]
        assert told or not hand


async def test_a_pbx_that_is_gone_from_the_account_is_asked_for_no_more() -> None:
    async with rig(plan=PLAN, options=ViewOptions()) as run:
        await run.go(2 * INTERVAL)
        assert set(shown(run)) == {"north", "south"}
        listed(run, "north")
        await run.go(LEAST + INTERVAL)  # its address is not there any more: that is looked into
        assert set(shown(run)) == {"north"}
        assert len(run.app.state.feeds) == 1
        asked = len(run.simulator.log)
        await run.go(60, step=INTERVAL)
        assert len(run.simulator.log) - asked == 60 / INTERVAL, "nobody asks for it"


async def test_a_queue_made_anew_under_its_name_is_found_within_a_minute() -> None:
    async with rig(
        plan=PLAN, options=ViewOptions(), wanted=NameLists(queues=["Support", "Billing"])
    ) as run:
        await run.go(2 * LEAST)
        there = {"north": ["Support"], "south": ["Billing"]}
        assert shown(run) == there
        before = lists(run)
        made_anew(run, "Support", "another-id")
        await run.go(2 * INTERVAL)
        assert shown(run) == there
        await run.go(600)
        assert lists(run) == before + 3, "looked up once: all PBXes, the queues of each"


FAILING = (
    "pbxes:503-html", "pbxes:empty", "pbxes:short", "pbxes:200-html", "pbxes:endless",
    "queues:503-html", "queues:403", "queues:404", "queues:empty", "queues:short", "pbxes:429",
)  # fmt: skip


async def test_a_look_up_that_fails_takes_nothing_away() -> None:
    wanted = NameLists(queues=["Support", "Billing", "Sales"])
    async with rig(plan=PLAN, options=ViewOptions(), wanted=wanted) as run:
        await run.go(2 * LEAST)
        there = shown(run)
        assert there == {"north": ["Sales", "Support"], "south": ["Billing", "Sales"]}
        for fault in FAILING:
            place = fault.partition(":")[0]
            requests = run.simulator.request_count(place)
            run.simulator.faults.add(fault)
            run.app.action_poll()
            await run.go(3 * LEAST, step=LEAST / 2)
            assert run.simulator.request_count(place) > requests, f"{fault}: not met"
            if not fault.endswith("429"):
                assert (fault, shown(run)) == (fault, there)
            run.simulator.faults.clear()
            await run.go(REGULARLY, step=REGULARLY / 12)
            run.app.action_poll()
            await run.go(LEAST, step=LEAST / 2)
            assert (fault, shown(run)) == (fault, there)


async def test_a_list_that_is_not_complete_is_told_and_asked_for_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with rig(plan=PLAN, options=ViewOptions(), faults=["pbxes:short"]) as run:
        await run.go(INTERVAL)
        assert set(shown(run)) == {"north"}
        assert caplog.text.count("list of PBXes is not complete: 1 of 2") == 1
        (reading,) = run.app.state.snapshot.readings.values()
        assert reading.notes == ("the account's list of PBXes is not complete: 1 of 2",)
        run.simulator.faults.clear()
        await run.go(LEAST)
        assert set(shown(run)) == {"north", "south"}


async def test_whatever_is_missing_for_ever_is_asked_for_ever_more_seldom() -> None:
    plan = Plan((NORTH, replace(SOUTH, accessible=False)), warm_up=0)
    wanted = NameLists(queues=["Support", "Sales"])
    async with rig(plan=plan, options=ViewOptions(), wanted=wanted) as run:
        await run.go(LEAST)
        before = run.simulator.request_count("pbxes")
        run.simulator.faults.add("realtime:vanish")
        run.simulator.faults.add("pbxes:short")
        await run.go(REGULARLY, step=3 * INTERVAL)
        assert 3 <= run.simulator.request_count("pbxes") - before <= 8
