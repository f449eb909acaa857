"""The account: PBXes become sources, and each source answers for itself."""

import logging
import tracemalloc
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from tests.api.account_env import PLAN, Desk, ask
from tests.api.clients import Api, answering, failure, over_simulator
from tests.fake_clock import FakeClock
from tests.simulated import make_simulator, pbx_named
from wallboard.api.account import AccountSurvey, WorkAnalytics
from wallboard.api.directory import NameLists
from wallboard.errors import AccessRefused, InvalidResponse
from wallboard.feed.once import poll_once
from wallboard.model.data.catalogue import CATALOGUE, with_parts
from wallboard.model.data.day import day_of
from wallboard.model.data.metric import Kind
from wallboard.model.data.reading import FeedId, Moment, Reading
from wallboard.model.select.totals import differences


async def test_a_source_says_who_it_is_and_when_it_measured() -> None:
    desk = Desk(NameLists(pbxes=["south"]))
    (source,) = await desk.account.open()
    there = pbx_named(desk.sim.centre.directory, "south")
    assert there is not None
    assert source.feed == FeedId(there.id, Kind.LIVE)
    assert source.pbx_name == "south"
    await desk.clock.advance(42)
    reading = await ask(source)
    assert (reading.feed, reading.pbx_name) == (source.feed, "south")
    assert reading.measured.elapsed == 1042
    assert reading.measured.wall == desk.clock.start + timedelta(seconds=42)
    assert reading.metrics == frozenset(CATALOGUE)
    assert set(reading.queues[0].values) == set(CATALOGUE)


async def test_the_age_counts_from_before_a_sign_in() -> None:
    api, clock = Api(), FakeClock()
    listed = {"_embedded": {"pbxList": [{"id": "p", "name": "P"}]}}
    api.data = answering(200, json=listed)
    account = WorkAnalytics(api.client(clock), NameLists(), frozenset(CATALOGUE), clock)
    (source,) = await account.open()
    api.data = api.queues
    await clock.advance(2000)
    before = clock.elapsed()

    async def slow(request: Any) -> Any:
        await clock.advance(4)
        return await api.grant(request)

    api.token = slow
    assert (await ask(source)).measured.elapsed == before


@pytest.mark.parametrize("answers", ["realtime", "queue-metrics"])
async def test_the_time_that_an_answer_lay_in_a_cache_makes_it_older(answers: Any) -> None:
    api, clock = Api(), FakeClock()
    listed = {"_embedded": {"pbxList": [{"id": "p", "name": "P"}]}}
    api.data = answering(200, json=listed)
    account = WorkAnalytics(
        api.client(clock), NameLists(), frozenset(CATALOGUE), clock,
        endpoint=answers, day=partial(day_of, zone=UTC), people=True,
    )  # fmt: skip
    sources = await account.open()
    assert [source.feed.kind for source in sources] == list(Kind)
    api.data = answering(
        200,
        headers={"Age": "90", "Date": "Mon, 02 Mar 2026 08:00:00 GMT"},
        json={"callQueues": [], "queuesAgentActivity": [], "calls": []},
    )
    for source in sources:
        reading = await source.fetch()
        assert reading.measured == Moment(clock.now() - timedelta(seconds=90), 910.0)
        if isinstance(reading, Reading):
            served = datetime(2026, 3, 2, 8, tzinfo=UTC)
            assert (reading.served, reading.cache_age) == (served, 90)
    assert {request.headers["cache-control"] for request in api.requests} == {"no-cache"}


@pytest.mark.parametrize("wanted", [True, False])
async def test_the_apis_own_totals_are_asked_for_unless_they_are_not_wanted(wanted: bool) -> None:
    for endpoint in ("realtime", "queue-metrics"):
        desk = Desk(NameLists(pbxes=["south"]))
        account = desk.again(NameLists(pbxes=["south"]), endpoint=endpoint, include_summary=wanted)
        (source,) = await account.open()
        assert ((await ask(source)).summary is not None) == wanted
        assert desk.sim.log[-1].query["includeSummary"] == str(wanted).lower()


@pytest.mark.parametrize("kind", list(Kind))
async def test_an_answer_with_more_rows_than_allowed_is_refused_before_they_are_built(
    kind: Kind,
) -> None:
    desk = Desk(NameLists(pbxes=["south"]), faults=["all:many-rows"])
    options: dict[str, Any] = {"day": partial(day_of, zone=UTC), "people": True}
    sources = await desk.again(NameLists(pbxes=["south"]), **options).open()
    source = next(one for one in sources if one.feed.kind is kind)
    tracemalloc.start()
    try:
        error = await failure(source.fetch())
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert error.words == "The answer has more rows than 20000"
    assert "max_queues" in error.remedy
    assert peak < 12_000_000, "the answer itself is one megabyte, and the simulator is here too"


async def test_only_the_metrics_that_were_asked_for_are_asked_for() -> None:
    desk = Desk(NameLists(pbxes=["south"]))
    (source,) = await desk.again(
        NameLists(pbxes=["south"]), frozenset(with_parts(["avgWaitingTime"]))
    ).open()
    reading = await ask(source)
    assert reading.metrics == {"avgWaitingTime", "waitingTime", "waitingCalls"}
    assert set(desk.queries()[-1]["metrics"].split(",")) == reading.metrics
    assert set(reading.queues[0].values) == reading.metrics


async def test_a_metric_that_the_api_does_not_know_reads_not_polled_and_is_said(
    caplog: pytest.LogCaptureFixture,
) -> None:
    desk = Desk(NameLists(pbxes=["south"]), faults=["realtime:400-metric:metric=onHoldCalls"])
    (source,) = await desk.account.open()
    for _ in range(2):
        reading = await ask(source)
        assert reading.metrics == frozenset(CATALOGUE) - {"onHoldCalls"}
        assert reading.notes == ("metrics that the API does not know are left out: onHoldCalls",)
    assert caplog.text.count("onHoldCalls") == 1


async def test_with_no_filter_our_totals_equal_the_simulators_summary_all_day() -> None:
    sim = make_simulator()
    clock = FakeClock()
    account = WorkAnalytics(over_simulator(sim, clock), NameLists(), frozenset(CATALOGUE), clock)
    sources = await account.open()
    for _ in range(6):
        sim.advance(37)
        for source in sources:
            reading = await ask(source)
            assert reading.summary
            assert differences(reading) == ()


async def test_oddities_are_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    desk = Desk(NameLists(pbxes=["north"]), faults=["realtime:twins"])
    (source,) = await desk.account.open()
    for _ in range(5):
        await source.fetch()
        await desk.clock.advance(400)
    assert caplog.text.count("nothing tells apart") == 1


async def test_a_summary_that_differs_is_logged_once_for_a_set_of_metrics(
    caplog: pytest.LogCaptureFixture,
) -> None:
    api, clock = Api(), FakeClock()
    listed = {"_embedded": {"pbxList": [{"id": "p", "name": "P"}]}}
    api.data = answering(200, json=listed)
    account = WorkAnalytics(api.client(clock), NameLists(), frozenset(CATALOGUE), clock)
    (source,) = await account.open()
    row = {"name": "Sales", "extension": "1", "metrics": {"waitingCalls": 3, "talkingCalls": 1}}
    for summary in (
        {"waitingCalls": 4},
        {"waitingCalls": 5},
        {"waitingCalls": 5, "talkingCalls": 9},
    ):
        answer = {"callQueues": [row], "metricsSummary": {"talkingCalls": 1, **summary}}
        api.data = answering(200, json=answer)
        await source.fetch()
        await clock.advance(301)
    told = [one for one in caplog.messages if "summary" in one]
    assert [one.partition("summary: ")[2] for one in told] == [
        "waitingCalls",
        "talkingCalls, waitingCalls",
    ]


async def test_one_pbx_without_access_leaves_the_others_alone() -> None:
    north, south = PLAN.pbxes
    plan = replace(PLAN, pbxes=(north, replace(south, accessible=False)))
    desk = Desk(NameLists(), plan)
    asked = await poll_once(desk.account, FakeClock())
    assert [reading.pbx_name for reading in asked.readings] == ["north"]
    ((info, error),) = asked.failures
    assert info.pbx_name == "south"
    assert isinstance(error, AccessRefused)


async def test_ask_now_reaches_the_sign_in() -> None:
    desk = Desk(NameLists(), faults=["token:wrong-user"])
    for _ in range(2):
        await failure(desk.account.open())
    assert desk.sim.request_count("token") == 1
    desk.account.ask_now()
    await failure(desk.account.open())
    assert desk.sim.request_count("token") == 2


@pytest.mark.parametrize(
    "fault",
    [
        "not-utf8", "bad-letter", "surrogate", "long-number",
        "nan", "strings", "nulls", "null-fields", "negative", "long-wait", "no-name", "no-site",
        "no-extension", "no-metrics", "no-summary", "no-queues", "unknown-metrics",
        "unknown-fields", "extension-number", "twins", "vanish", "move", "rename", "hostile-names",
    ],
)  # fmt: skip
async def test_every_odd_payload_of_the_simulator_gives_a_reading(fault: str) -> None:
    desk = Desk(NameLists(pbxes=["north"]), faults=[f"realtime:{fault}"])
    (source,) = await desk.account.open()
    reading = await ask(source)
    assert len(reading.queues) == {
        "no-queues": 0,
        "twins": 4,
        "vanish": 2,
        "hostile-names": 32,
    }.get(fault, 3)
    assert len({queue.key for queue in reading.queues}) == len(reading.queues)
    for queue in reading.queues:
        assert all(text.isprintable() for text in (queue.name, queue.site, queue.extension))
        assert queue.name
        assert all(value >= 0 or name in queue.suspect for name, value in queue.values.items())
    if fault == "long-wait":
        assert "longestWaitingTime" in reading.queues[0].suspect


@pytest.mark.parametrize("fault", ["truncated", "not-json", "wrong-shape", "deep", "200-html"])
async def test_every_broken_payload_of_the_simulator_is_nonsense(fault: str) -> None:
    desk = Desk(NameLists(pbxes=["north"]), faults=[f"realtime:{fault}"])
    (source,) = await desk.account.open()
    error = await failure(source.fetch())
    assert type(error) is InvalidResponse
    assert error.remedy


async def test_each_pbx_knows_what_the_others_are_called() -> None:
    desk = Desk(NameLists())
    for source in await desk.account.open():
        ids = {one.name: one.id for one in desk.sim.centre.directory.pbxes}
        other = "north" if source.pbx_name == "south" else "south"
        assert source._pbx.others == {other, ids[other]}


async def test_two_pbxes_of_one_name_say_their_ids() -> None:
    api, clock = Api(), FakeClock()
    entries = [{"id": "p1", "name": "acme"}, {"id": "p2", "name": "acme"}, {"id": "x", "name": "y"}]
    api.data = answering(200, json={"_embedded": {"pbxList": entries}})
    account = WorkAnalytics(api.client(clock), NameLists(), frozenset(CATALOGUE), clock)
    assert [one.pbx_name for one in await account.open()] == ["acme p1", "acme p2", "y"]


async def test_a_survey_lists_what_the_account_can_see_after_one_sign_in() -> None:
    desk = Desk(NameLists())
    survey = AccountSurvey(over_simulator(desk.sim, desk.clock))
    await survey.sign_in()
    assert desk.sim.request_count("token") == 1
    found = await survey.pbxes()
    assert [pbx.name for pbx in found] == ["north", "south"]
    names = {
        what: [entry.name for entry in await survey.entries(found[1].id, what)]
        for what in ("sites", "queues")
    }
    assert names == {"sites": ["Oslo", "Paris"], "queues": ["Billing", "Sales"]}
    people = await survey.entries(found[1].id, "agents")
    assert {agent.id for agent in people} == {
        agent.id for agent in desk.sim.centre.directory.agents[found[1].id]
    }
    assert desk.sim.request_count("token") == 1
