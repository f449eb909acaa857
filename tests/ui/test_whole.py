"""From the API to the wall: what the simulator serves is what stands on the screen."""

import re

from tests.ui.end_to_end import INTERVAL, whole
from wallboard.api.directory import NameLists
from wallboard.model.data.view_options import ViewOptions
from wallboard.simulator.centre.plan import PbxPlan, Plan, SitePlan
from wallboard.ui.widgets.text.line_widget import LineWidget


async def test_the_sample_of_the_api_stands_on_the_screen() -> None:
    options = ViewOptions(columns=("avgWaitingTime", "waitingTime", "avgHandlingTime"))
    async with whole(sample=True, options=options) as run:
        await run.wait(1)
        alerie = next(line for line in run.rows if "Alerie Hightower" in line)
        narbo = next(line for line in run.rows if "Narbo" in line)
        assert alerie.split()[-3:] == ["00:28", "01:25", "–"]
        assert narbo.split()[-3:] == ["00:14", "00:14", "00:12"]
        assert "LIVE" in run.status


async def test_the_demo_stands_on_the_screen_with_every_queue_but_the_deleted_ones() -> None:
    async with whole(size=(200, 60)) as run:
        await run.wait(1)
        assert run.app.view is not None
        assert len(run.app.view.lines) == 23
        assert {line.queue.pbx for line in run.app.view.lines} == {
            "aurora-europe",
            "aurora-americas",
        }


async def test_the_network_goes_and_comes_back() -> None:
    async with whole() as run:
        await run.wait(1)
        run.simulator.faults.add("all:503-html")
        await run.wait(27)
        assert run.status.startswith(" LATE")
        assert "The API has trouble of its own (HTTP 503)" in run.status
        await run.wait(35)
        assert run.status.startswith(" STALE")
        assert "--" in run.rows[1]
        await run.wait(240, step=4)
        assert run.status.startswith(" NO DATA")
        assert "–" in run.rows[1]
        assert not re.search(r"\d:\d\d", run.rows[1])
        run.simulator.faults.clear()
        await run.wait(32)
        assert run.status.startswith(" LIVE")
        assert run.rows[1].split()[-1] != "–"


async def test_a_wrong_password_is_told_with_what_to_check_and_never_hammered() -> None:
    async with whole(credentials={"password": "wrong"}) as run:
        await run.wait(3)
        assert "The user name or the password was refused" in run.status
        assert "opened Work Analytics in a browser once" in " ".join(run.status.split())
        await run.wait(50, step=5)
        assert run.simulator.request_count("token") == 1
        await run.pilot.press("r")
        await run.wait(2)
        assert run.simulator.request_count("token") == 2


async def test_one_pbx_without_access_leaves_the_other_alone() -> None:
    shut = ("realtime:403:pbx=aurora-americas", "queue-metrics:403:pbx=aurora-americas")
    async with whole(faults=shut) as run:
        await run.wait(2)
        assert run.app.view is not None
        assert {line.queue.pbx for line in run.app.view.lines} == {"aurora-europe"}
        assert "without access to this PBX" in run.status
        assert "aurora-americas" in run.status
        # Half of the calls may be missing in every total, and the tiles say so.
        known = [tile for tile in run.app.view.tiles if tile.cell.text != "–"]
        assert {tile.note for tile in known} == {"partial"}


async def test_trouble_of_one_pbx_is_counted_while_another_is_silent() -> None:
    async with whole(faults=("realtime:403:pbx=aurora-americas",)) as run:
        await run.wait(66)
        title = run.app.screen.query_one("TitleBar", LineWidget)
        assert "▌!! 1" in "".join(text for text, _ in title.painted[0])


async def test_a_metric_that_the_api_does_not_know_is_told() -> None:
    async with whole(
        faults=("realtime:400-metric:metric=wrappingUpAgents",), size=(160, 40)
    ) as run:
        await run.wait(2)
        assert run.status.startswith(" LIVE")
        assert "not polled: Wrap-up" in run.status


async def test_a_name_that_nobody_has_is_told_with_the_nearest() -> None:
    async with whole(wanted=NameLists(queues=("Bilingual",))) as run:
        await run.wait(2)
        assert "nearest: Billing" in run.status


async def test_only_what_is_wanted_is_asked_for() -> None:
    async with whole(wanted=NameLists(sites=("Lyon",))) as run:
        await run.wait(INTERVAL + 1)
        assert run.app.view is not None
        assert {line.queue.site for line in run.app.view.lines} == {"Lyon"}
        asked = [one for one in run.simulator.log if one.endpoint == "realtime"]
        assert len({one.path for one in asked}) == 1
        assert all(one.query["siteIds"] and one.query["includeSummary"] == "true" for one in asked)


async def test_a_centre_without_queues_is_an_empty_board_with_words() -> None:
    plan = Plan((PbxPlan("empty", (SitePlan("Nowhere"),), (), ()),))
    async with whole(plan=plan) as run:
        await run.wait(2)
        assert "LIVE" in run.status
        assert "No queues" in "\n".join(run.rows)


async def test_twins_are_shown_and_not_judged() -> None:
    async with whole(faults=("realtime:twins",)) as run:
        await run.wait(2)
        assert run.app.view is not None
        names = [line.queue.name for line in run.app.view.lines]
        assert len(names) > len(set(names))


async def test_what_is_wrong_with_one_of_several_names_it_while_all_are_live_still() -> None:
    async with whole(size=(160, 40)) as run:
        await run.wait(2)
        run.simulator.faults.add("realtime:503-html:pbx=aurora-americas")
        await run.wait(10)
        assert run.status.startswith(" LIVE · ")
        assert "aurora-americas: The API has trouble of its own (HTTP 503)" in run.status
