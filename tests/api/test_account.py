"""The account: names become ids, PBXes become sources, and each source answers for itself."""

import logging
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.api.clients import Api, answering, failure, over_simulator
from tests.simulated import TimedSimulator, make_simulator
from wallboard.api import directory
from wallboard.api.account import WorkAnalytics
from wallboard.api.directory import Wanted
from wallboard.clock import FakeClock
from wallboard.errors import (
    AccessRefused,
    EndpointGone,
    FeedError,
    Nonsense,
    RateLimited,
    ServerTrouble,
    SignInRefused,
    UnknownName,
)
from wallboard.feed.once import poll_once
from wallboard.model.metrics import CATALOGUE, with_parts
from wallboard.model.snapshot import FeedId, Kind
from wallboard.model.summary import differences
from wallboard.simulator.plan import PbxPlan, Plan, QueuePlan, SitePlan

PLAN = Plan(
    (
        PbxPlan(
            "north",
            (SitePlan("Rome"), SitePlan("Paris"), SitePlan("Gone", deleted=True)),
            (
                QueuePlan("Sales", "100", 0),
                QueuePlan("Support", "101", 1),
                QueuePlan("Élan Vital", "102", 1),
                QueuePlan("Old Sales", "103", 0, deleted=True),
            ),
        ),
        PbxPlan(
            "south",
            (SitePlan("Paris"), SitePlan("Oslo")),
            (QueuePlan("Sales", "200", 0), QueuePlan("Billing", "201", 1)),
        ),
    ),
    warm_up=0,
)


class Desk:
    """A simulator, a clock, and the account over both."""

    def __init__(self, wanted: Wanted, plan: Plan = PLAN, **options: Any) -> None:
        self.sim: TimedSimulator = make_simulator(plan=plan, **options)
        self.clock = FakeClock()
        self.account = self.again(wanted)

    def again(
        self, wanted: Wanted, metrics: frozenset[str] = frozenset(CATALOGUE)
    ) -> WorkAnalytics:
        return WorkAnalytics(over_simulator(self.sim, self.clock), wanted, metrics, self.clock)

    async def shown(self) -> dict[str, list[str]]:
        """Poll everything once: the queues' names by PBX."""
        sources = await self.account.open()
        return {
            source.pbx_name: sorted(queue.name for queue in (await source.fetch()).queues)
            for source in sources
        }

    def queries(self) -> list[dict[str, str]]:
        return [one.query for one in self.sim.log if one.endpoint == "realtime"]


async def mistakes(wanted: Wanted, **options: Any) -> tuple[str, ...]:
    error = await failure(Desk(wanted, **options).account.open())
    assert isinstance(error, UnknownName)
    assert error.remedy
    return error.mistakes


# -- names ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wanted", "shown"),
    [
        (Wanted(), {"north": ["Sales", "Support", "Élan Vital"], "south": ["Billing", "Sales"]}),
        (Wanted(pbxes=["south"]), {"south": ["Billing", "Sales"]}),
        (Wanted(pbxes=[" SOUTH "]), {"south": ["Billing", "Sales"]}),
        (Wanted(sites=["rome"]), {"north": ["Sales"]}),
        (Wanted(sites=["Paris"]), {"north": ["Support", "Élan Vital"], "south": ["Sales"]}),
        (Wanted(sites=["Rome", "Oslo"]), {"north": ["Sales"], "south": ["Billing"]}),
        (Wanted(queues=["sales"]), {"north": ["Sales"], "south": ["Sales"]}),
        (Wanted(queues=["201", "100"]), {"north": ["Sales"], "south": ["Billing"]}),
        (Wanted(queues=["e\u0301lan vital"]), {"north": ["Élan Vital"]}),
        (Wanted(sites=["Paris"], queues=["Sales"]), {"south": ["Sales"]}),
        (Wanted(["north"], ["Paris"], ["101"]), {"north": ["Support"]}),
    ],
)
async def test_names_are_found_and_a_pbx_without_them_is_not_polled(
    wanted: Wanted, shown: dict[str, list[str]]
) -> None:
    desk = Desk(wanted)
    assert await desk.shown() == shown
    for query in desk.queries():
        assert ("siteIds" in query) == bool(wanted.sites)
        assert ("queueIds" in query) == bool(wanted.queues)
        assert "" not in query.values()


async def test_ids_are_names_too() -> None:
    there = make_simulator(plan=PLAN).centre.directory
    north = there.pbx_named("north")
    assert north is not None
    site, queue = there.sites[north.id][1], there.queues[north.id][1]
    for wanted in (
        Wanted(pbxes=[north.id], queues=["Support"]),
        Wanted(sites=[site.id], queues=[queue.id]),
        Wanted(queues=[queue.id]),
    ):
        assert await Desk(wanted).shown() == {"north": ["Support"]}


async def test_only_the_list_of_pbxes_is_read_when_nothing_else_is_named() -> None:
    desk = Desk(Wanted(pbxes=["north"]))
    await desk.account.open()
    assert [one.endpoint for one in desk.sim.log] == ["token", "pbxes"]


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        (Wanted(pbxes=["nort"]), ["api.pbx[1]: no PBX has this name or id; nearest: north"]),
        (
            Wanted(sites=["Rome", "Pariss"]),
            ["api.sites[2]: no site has this name or id; nearest: Paris"],
        ),
        (
            Wanted(queues=["Suport"]),
            ["api.queues[1]: no queue has this name, extension or id; nearest: Support"],
        ),
        (
            Wanted(sites=["xyzzy"]),
            ["api.sites[1]: no site has this name or id; there are: Oslo, Paris, Rome"],
        ),
        (
            Wanted(["nort", "south"], ["Osl"], ["Bill", "Salles"]),
            [
                "api.pbx[1]: no PBX has this name or id; nearest: north",
                "api.sites[1]: no site has this name or id; nearest: Oslo",
                "api.queues[1]: no queue has this name, extension or id; nearest: Billing",
                "api.queues[2]: no queue has this name, extension or id; nearest: Sales",
            ],
        ),
        (
            Wanted(sites=["Rome"], queues=["Billing"]),
            ["api.queues: none of these queues is in one of the sites of api.sites"],
        ),
        (
            Wanted(pbxes=["north"], queues=["Billing"]),
            [
                "api.queues[1]: no queue has this name, extension or id; "
                "there are: Sales, Support, Élan Vital"
            ],
        ),
    ],
)
async def test_all_unknown_names_are_told_with_the_nearest_that_there_are(
    wanted: Wanted, told: list[str]
) -> None:
    assert list(await mistakes(wanted)) == told


@pytest.mark.parametrize("wanted", [Wanted(sites=["Gone"]), Wanted(queues=["Old Sales"])])
async def test_what_is_deleted_is_unknown(wanted: Wanted) -> None:
    (line,) = await mistakes(wanted)
    assert "Gone" not in line
    assert "Old Sales" not in line


async def test_a_name_that_is_a_secret_by_mistake_is_not_repeated() -> None:
    for line in await mistakes(Wanted(["canary-one"], ["canary-two"], ["canary-three"])):
        assert "canary" not in line


async def test_names_from_the_network_are_clean_in_what_is_told() -> None:
    (line,) = await mistakes(Wanted(queues=["zzzz"]), faults=["queues:hostile-names"])
    assert line.isprintable()


async def test_an_account_without_a_pbx_says_so() -> None:
    for desk in (Desk(Wanted(), Plan((), warm_up=0)), Desk(Wanted(), faults=["pbxes:empty"])):
        error = await failure(desk.account.open())
        assert isinstance(error, AccessRefused)
        assert "no PBX" in error.words
        assert error.remedy


# -- lists that fail --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ("pbxes:500", ServerTrouble),
        ("pbxes:403", AccessRefused),
        ("sites:503-html", ServerTrouble),
        ("queues:429", RateLimited),
        ("queues:200-html", Nonsense),
        ("queues:truncated", Nonsense),
        ("sites:wrong-shape", Nonsense),
        ("sites:401", SignInRefused),
        ("queues:403", AccessRefused),
        ("token:wrong-key", SignInRefused),
    ],
)
async def test_while_names_cannot_be_looked_up_nothing_is_polled(
    fault: str, kind: type[FeedError]
) -> None:
    desk = Desk(Wanted(sites=["Paris"], queues=["Sales"]), faults=[fault])
    assert type(await failure(desk.account.open())) is kind
    assert desk.sim.asked("realtime") == 0
    desk.sim.faults.clear()
    await desk.clock.advance(60)
    assert await desk.shown() == {"south": ["Sales"]}


async def test_what_was_read_before_a_failure_is_not_read_again() -> None:
    desk = Desk(Wanted(queues=["Sales"]), faults=["queues:429:after=1,times=1"])
    assert isinstance(await failure(desk.account.open()), RateLimited)
    await desk.account.open()
    assert (desk.sim.asked("pbxes"), desk.sim.asked("queues")) == (1, 3)
    await desk.account.open()  # a new look-up begins anew
    assert (desk.sim.asked("pbxes"), desk.sim.asked("queues")) == (2, 5)


@pytest.mark.parametrize("fault", ["403", "404"])
async def test_a_pbx_that_cannot_be_looked_into_does_not_keep_the_others(fault: str) -> None:
    desk = Desk(Wanted(queues=["Sales"]), faults=[f"queues:{fault}:pbx=south"])
    north, south = await desk.account.open()
    assert [queue.extension for queue in (await north.fetch()).queues] == ["100"]
    error = await failure(south.fetch())
    assert isinstance(error, AccessRefused | EndpointGone)
    assert all("queueIds" in query for query in desk.queries())
    desk.sim.faults.clear()
    assert [queue.extension for queue in (await south.fetch()).queues] == ["200"]
    asked = desk.sim.asked("queues")
    await south.fetch()
    assert desk.sim.asked("queues") == asked


async def test_a_pbx_that_turns_out_to_have_nothing_wanted_is_empty_and_not_polled() -> None:
    desk = Desk(Wanted(queues=["Support"]), faults=["queues:403:pbx=south"])
    _, south = await desk.account.open()
    assert isinstance(await failure(south.fetch()), AccessRefused)
    desk.sim.faults.clear()
    for _ in range(2):
        assert (await south.fetch()).queues == ()
    assert desk.queries() == []


async def test_a_name_may_be_where_nobody_could_look_and_the_remedy_says_so() -> None:
    desk = Desk(Wanted(queues=["Billing"]), faults=["queues:403:pbx=south"])
    error = await failure(desk.account.open())
    assert isinstance(error, UnknownName)
    assert "1 PBX could not be searched" in error.remedy


# -- long lists -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "wanted",
    [
        Wanted(sites=["Paris"]),
        Wanted(queues=["Support", "Élan Vital"]),
        Wanted((), ["Paris"], ["101", "102"]),
    ],
)
async def test_a_list_too_long_to_be_sent_is_filtered_here(
    wanted: Wanted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(directory, "MOST_IDS", 20)
    desk = Desk(replace(wanted, pbxes=["north"]))
    (source,) = await desk.account.open()
    reading = await source.fetch()
    assert [queue.name for queue in reading.queues] == ["Support", "Élan Vital"]
    assert reading.summary is None
    assert not {"siteIds", "queueIds"} & set(desk.queries()[-1])


async def test_up_to_4_kilobytes_of_ids_are_sent() -> None:
    queues = tuple(QueuePlan(f"Sales {n}", str(n)) for n in range(400))
    plan = Plan((PbxPlan("p", (SitePlan("s"),), queues),), warm_up=0)
    for many, sent in ((170, True), (400, False)):
        desk = Desk(Wanted(queues=[str(n) for n in range(many)]), plan)
        (source,) = await desk.account.open()
        assert len((await source.fetch()).queues) == many
        ids = desk.queries()[-1].get("queueIds", "")
        assert bool(ids) == sent
        assert len(ids) <= 4096


# -- a source ---------------------------------------------------------------------------------


async def test_a_source_says_who_it_is_and_when_it_measured() -> None:
    desk = Desk(Wanted(pbxes=["south"]))
    (source,) = await desk.account.open()
    there = desk.sim.centre.directory.pbx_named("south")
    assert there is not None
    assert source.feed == FeedId(there.id, Kind.LIVE)
    assert source.pbx_name == "south"
    await desk.clock.advance(42)
    reading = await source.fetch()
    assert (reading.feed, reading.pbx_name) == (source.feed, "south")
    assert reading.measured.elapsed == 1042
    assert reading.measured.wall == desk.clock.start + timedelta(seconds=42)
    assert reading.metrics == frozenset(CATALOGUE)
    assert set(reading.queues[0].values) == set(CATALOGUE)


async def test_the_age_counts_from_before_a_sign_in() -> None:
    api, clock = Api(), FakeClock()
    listed = {"_embedded": {"pbxList": [{"id": "p", "name": "P"}]}}
    api.data = answering(200, json=listed)
    account = WorkAnalytics(api.client(clock), Wanted(), frozenset(CATALOGUE), clock)
    (source,) = await account.open()
    api.data = api.queues
    await clock.advance(2000)
    before = clock.elapsed()

    async def slow(request: Any) -> Any:
        await clock.advance(4)
        return await api.grant(request)

    api.token = slow
    assert (await source.fetch()).measured.elapsed == before


async def test_only_the_metrics_that_were_asked_for_are_asked_for() -> None:
    desk = Desk(Wanted(pbxes=["south"]))
    (source,) = await desk.again(
        Wanted(pbxes=["south"]), frozenset(with_parts(["avgWaitingTime"]))
    ).open()
    reading = await source.fetch()
    assert reading.metrics == {"avgWaitingTime", "waitingTime", "waitingCalls"}
    assert set(desk.queries()[-1]["metrics"].split(",")) == reading.metrics
    assert set(reading.queues[0].values) == reading.metrics


async def test_a_metric_that_the_api_does_not_know_reads_not_polled_and_is_said(
    caplog: pytest.LogCaptureFixture,
) -> None:
    desk = Desk(Wanted(pbxes=["south"]), faults=["realtime:400-metric:metric=onHoldCalls"])
    (source,) = await desk.account.open()
    for _ in range(2):
        reading = await source.fetch()
        assert reading.metrics == frozenset(CATALOGUE) - {"onHoldCalls"}
        assert reading.notes == ("metrics that the API does not know are left out: onHoldCalls",)
    assert caplog.text.count("onHoldCalls") == 1


async def test_with_no_filter_our_totals_equal_the_simulators_summary_all_day() -> None:
    sim = make_simulator()
    clock = FakeClock()
    account = WorkAnalytics(over_simulator(sim, clock), Wanted(), frozenset(CATALOGUE), clock)
    sources = await account.open()
    for _ in range(6):
        sim.advance(37)
        for source in sources:
            reading = await source.fetch()
            assert reading.summary
            assert differences(reading) == ()


async def test_oddities_are_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    desk = Desk(Wanted(pbxes=["north"]), faults=["realtime:twins"])
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
    account = WorkAnalytics(api.client(clock), Wanted(), frozenset(CATALOGUE), clock)
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
    asked = await poll_once(Desk(Wanted(), plan).account)
    assert [reading.pbx_name for reading in asked.readings] == ["north"]
    ((info, error),) = asked.failures
    assert info.pbx_name == "south"
    assert isinstance(error, AccessRefused)


async def test_ask_now_reaches_the_sign_in() -> None:
    desk = Desk(Wanted(), faults=["token:wrong-user"])
    for _ in range(2):
        await failure(desk.account.open())
    assert desk.sim.asked("token") == 1
    desk.account.ask_now()
    await failure(desk.account.open())
    assert desk.sim.asked("token") == 2


@pytest.mark.parametrize(
    "fault",
    [
        "nan", "strings", "nulls", "null-fields", "negative", "long-wait", "no-name", "no-site",
        "no-extension", "no-metrics", "no-summary", "no-queues", "unknown-metrics",
        "unknown-fields", "extension-number", "twins", "vanish", "move", "rename", "hostile-names",
    ],
)  # fmt: skip
async def test_every_odd_payload_of_the_simulator_gives_a_reading(fault: str) -> None:
    desk = Desk(Wanted(pbxes=["north"]), faults=[f"realtime:{fault}"])
    (source,) = await desk.account.open()
    reading = await source.fetch()
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


@pytest.mark.parametrize(
    "fault", ["truncated", "not-utf8", "not-json", "wrong-shape", "deep", "200-html"]
)
async def test_every_broken_payload_of_the_simulator_is_nonsense(fault: str) -> None:
    desk = Desk(Wanted(pbxes=["north"]), faults=[f"realtime:{fault}"])
    (source,) = await desk.account.open()
    error = await failure(source.fetch())
    assert type(error) is Nonsense
    assert error.remedy
