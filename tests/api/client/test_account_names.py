"""Names of PBXes, sites and queues: found, unknown, too many, or not to be looked up."""

from dataclasses import replace
from datetime import UTC, timedelta
from functools import partial
from typing import Any

import pytest

from tests.api.account_env import PLAN, Desk, ask
from tests.api.clients import Api, answering, failure
from tests.fake_clock import FakeClock
from tests.simulated import make_simulator, pbx_named
from wallboard.api import directory
from wallboard.api.directory import NameLists, PbxContent, scope_of
from wallboard.api.sources import TodaySource
from wallboard.errors import (
    AccessRefused,
    EndpointGone,
    FeedError,
    InvalidResponse,
    RateLimited,
    ServerError,
    SignInRefused,
    UnknownName,
)
from wallboard.model.data.day import day_of
from wallboard.model.data.metric import Kind
from wallboard.model.data.reading import AccountEntry, NamedQueue, Reading
from wallboard.simulator.centre.plan import PbxPlan, Plan, QueuePlan, SitePlan


async def mistakes(wanted: NameLists, **options: Any) -> tuple[str, ...]:
    error = await failure(Desk(wanted, **options).account.open())
    assert isinstance(error, UnknownName)
    assert error.remedy
    return error.mistakes


# -- names ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wanted", "shown"),
    [
        (NameLists(), {"north": ["Sales", "Support", "Élan Vital"], "south": ["Billing", "Sales"]}),
        (NameLists(pbxes=["south"]), {"south": ["Billing", "Sales"]}),
        (NameLists(pbxes=[" SOUTH "]), {"south": ["Billing", "Sales"]}),
        (NameLists(sites=["rome"]), {"north": ["Sales"]}),
        (NameLists(sites=["Paris"]), {"north": ["Support", "Élan Vital"], "south": ["Sales"]}),
        (NameLists(sites=["Rome", "Oslo"]), {"north": ["Sales"], "south": ["Billing"]}),
        (NameLists(queues=["sales"]), {"north": ["Sales"], "south": ["Sales"]}),
        (NameLists(queues=["201", "100"]), {"north": ["Sales"], "south": ["Billing"]}),
        (NameLists(queues=["e\u0301lan vital"]), {"north": ["Élan Vital"]}),
        (NameLists(sites=["Paris"], queues=["Sales"]), {"south": ["Sales"]}),
        (NameLists(["north"], ["Paris"], ["101"]), {"north": ["Support"]}),
    ],
)
async def test_names_are_found_and_a_pbx_without_them_is_not_polled(
    wanted: NameLists, shown: dict[str, list[str]]
) -> None:
    desk = Desk(wanted)
    assert await desk.shown() == shown
    for query in desk.queries():
        assert ("siteIds" in query) == bool(wanted.sites)
        assert ("queueIds" in query) == bool(wanted.queues)
        assert "" not in query.values()


async def test_ids_are_names_too() -> None:
    there = make_simulator(plan=PLAN).centre.directory
    north = pbx_named(there, "north")
    assert north is not None
    site, queue = there.sites[north.id][1], there.queues[north.id][1]
    for wanted in (
        NameLists(pbxes=[north.id], queues=["Support"]),
        NameLists(sites=[site.id], queues=[queue.id]),
        NameLists(queues=[queue.id]),
    ):
        assert await Desk(wanted).shown() == {"north": ["Support"]}


async def test_only_the_list_of_pbxes_is_read_when_nothing_else_is_named() -> None:
    desk = Desk(NameLists(pbxes=["north"]))
    await desk.account.open()
    assert [one.endpoint for one in desk.sim.log] == ["token", "pbxes"]


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        (NameLists(pbxes=["nort"]), ["api.pbx[1]: no PBX has this name or id; nearest: north"]),
        (
            NameLists(sites=["Rome", "Pariss"]),
            ["api.sites[2]: no site has this name or id; nearest: Paris"],
        ),
        (
            NameLists(queues=["Suport"]),
            ["api.queues[1]: no queue has this name, extension or id; nearest: Support"],
        ),
        (
            NameLists(sites=["xyzzy"]),
            ["api.sites[1]: no site has this name or id; there are: Oslo, Paris, Rome"],
        ),
        (
            NameLists(["nort", "south"], ["Osl"], ["Bill", "Salles"]),
            [
                "api.pbx[1]: no PBX has this name or id; nearest: north",
                "api.sites[1]: no site has this name or id; nearest: Oslo",
                "api.queues[1]: no queue has this name, extension or id; nearest: Billing",
                "api.queues[2]: no queue has this name, extension or id; nearest: Sales",
            ],
        ),
        (
            NameLists(sites=["Rome"], queues=["Billing"]),
            ["api.queues: none of these queues is in one of the sites of api.sites"],
        ),
        (
            NameLists(pbxes=["north"], queues=["Billing"]),
            [
                "api.queues[1]: no queue has this name, extension or id; "
                "there are: Sales, Support, Élan Vital"
            ],
        ),
    ],
)
async def test_all_unknown_names_are_told_with_the_nearest_that_there_are(
    wanted: NameLists, told: list[str]
) -> None:
    assert list(await mistakes(wanted)) == told


@pytest.mark.parametrize("wanted", [NameLists(sites=["Gone"]), NameLists(queues=["Old Sales"])])
async def test_what_is_deleted_is_unknown(wanted: NameLists) -> None:
    (line,) = await mistakes(wanted)
    assert "Gone" not in line
    assert "Old Sales" not in line


async def test_a_name_that_is_a_secret_by_mistake_is_not_repeated() -> None:
    for line in await mistakes(NameLists(["canary-one"], ["canary-two"], ["canary-three"])):
        assert "canary" not in line


async def test_names_from_the_network_are_clean_in_what_is_told() -> None:
    (line,) = await mistakes(NameLists(queues=["zzzz"]), faults=["queues:hostile-names"])
    assert line.isprintable()


async def test_an_account_without_a_pbx_says_so() -> None:
    for desk in (Desk(NameLists(), Plan((), warm_up=0)), Desk(NameLists(), faults=["pbxes:empty"])):
        error = await failure(desk.account.open())
        assert isinstance(error, AccessRefused)
        assert "no PBX" in error.words
        assert error.remedy


# -- lists that fail --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ("pbxes:500", ServerError),
        ("pbxes:403", AccessRefused),
        ("sites:503-html", ServerError),
        ("queues:429", RateLimited),
        ("queues:200-html", InvalidResponse),
        ("queues:truncated", InvalidResponse),
        ("sites:wrong-shape", InvalidResponse),
        ("sites:401", SignInRefused),
        ("queues:403", AccessRefused),
        ("token:wrong-key", SignInRefused),
    ],
)
async def test_while_names_cannot_be_looked_up_nothing_is_polled(
    fault: str, kind: type[FeedError]
) -> None:
    desk = Desk(NameLists(sites=["Paris"], queues=["Sales"]), faults=[fault])
    assert type(await failure(desk.account.open())) is kind
    assert desk.sim.request_count("realtime") == 0
    desk.sim.faults.clear()
    await desk.clock.advance(60)
    assert await desk.shown() == {"south": ["Sales"]}


async def test_what_was_read_before_a_failure_is_not_read_again() -> None:
    desk = Desk(NameLists(queues=["Sales"]), faults=["queues:429:after=1,times=1"])
    assert isinstance(await failure(desk.account.open()), RateLimited)
    await desk.account.open()
    assert (desk.sim.request_count("pbxes"), desk.sim.request_count("queues")) == (1, 3)
    await desk.account.open()  # a new look-up begins anew
    assert (desk.sim.request_count("pbxes"), desk.sim.request_count("queues")) == (2, 5)


@pytest.mark.parametrize("fault", ["403", "404"])
async def test_a_pbx_that_cannot_be_looked_into_does_not_keep_the_others(fault: str) -> None:
    desk = Desk(NameLists(queues=["Sales"]), faults=[f"queues:{fault}:pbx=south"])
    north, south = await desk.account.open()
    assert [queue.extension for queue in (await ask(north)).queues] == ["100"]
    error = await failure(south.fetch())
    assert isinstance(error, AccessRefused | EndpointGone)
    assert all("queueIds" in query for query in desk.queries())
    desk.sim.faults.clear()
    assert [queue.extension for queue in (await ask(south)).queues] == ["200"]
    asked = desk.sim.request_count("queues")
    await south.fetch()
    assert desk.sim.request_count("queues") == asked


async def test_a_pbx_that_turns_out_to_have_nothing_wanted_is_empty_and_not_polled() -> None:
    wanted, rule = NameLists(queues=["Support"]), partial(day_of, zone=UTC)
    desk = Desk(wanted, faults=["queues:403:pbx=south"])
    account = desk.again(wanted, day=rule, people=True)
    sources = [one for one in await account.open() if one.pbx_name == "south"]
    assert [one.feed.kind for one in sources] == [*Kind]
    for source in sources:
        assert isinstance(await failure(source.fetch()), AccessRefused)
    desk.sim.faults.clear()
    asked = len(desk.sim.log)
    for source in sources * 2:  # it is looked into once, and nothing is asked of it
        reading = await source.fetch()
        assert (reading.feed, reading.pbx_name, reading.notes) == (source.feed, "south", ())
        assert not getattr(reading, _ROWS[source.feed.kind])
        if isinstance(source, TodaySource):
            assert isinstance(reading, Reading)
            assert reading.day == rule(desk.clock.now())
            span = rule(desk.clock.now() - timedelta(days=7))
            assert replace(await source.past(span), measured=reading.measured) == replace(
                reading, day=span
            )
    assert [one.endpoint for one in [*desk.sim.log][asked:]] == ["queues"]


_ROWS = {Kind.LIVE: "queues", Kind.TODAY: "queues", Kind.AGENTS: "seats", Kind.CALLS: "calls"}


async def test_a_name_may_be_where_nobody_could_look_and_the_remedy_says_so() -> None:
    desk = Desk(NameLists(queues=["Billing"]), faults=["queues:403:pbx=south"])
    error = await failure(desk.account.open())
    assert isinstance(error, UnknownName)
    assert "1 PBX could not be searched" in error.remedy


# -- long lists -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "wanted",
    [
        NameLists(sites=["Paris"]),
        NameLists(queues=["Support", "Élan Vital"]),
        NameLists((), ["Paris"], ["101", "102"]),
    ],
)
async def test_a_list_too_long_to_be_sent_is_filtered_here(
    wanted: NameLists, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(directory, "MOST_IDS", 20)
    desk = Desk(replace(wanted, pbxes=["north"]))
    (source,) = await desk.account.open()
    reading = await ask(source)
    assert [queue.name for queue in reading.queues] == ["Support", "Élan Vital"]
    assert reading.summary is None
    assert not {"siteIds", "queueIds"} & set(desk.queries()[-1])


def test_filtered_here_a_queue_that_tells_no_extension_is_known_by_its_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(directory, "MOST_IDS", 1)
    there = (AccountEntry("q1", "Élan  Vital", "102"), AccountEntry("q2", "Sales", "100"))
    keep = scope_of(NameLists(queues=["102"]), PbxContent(queues=there)).keep
    assert keep is not None
    assert keep(NamedQueue("102", "", "Renamed"))
    assert keep(NamedQueue("", "", "ÉLAN VITAL"))
    assert not keep(NamedQueue("", "", "Sales"))
    assert not keep(NamedQueue("100", "", "Élan Vital"))


async def test_up_to_4_kilobytes_of_ids_are_sent() -> None:
    queues = tuple(QueuePlan(f"Sales {n}", str(n)) for n in range(400))
    plan = Plan((PbxPlan("p", (SitePlan("s"),), queues),), warm_up=0)
    for many, sent in ((170, True), (400, False)):
        desk = Desk(NameLists(queues=[str(n) for n in range(many)]), plan)
        (source,) = await desk.account.open()
        assert len((await ask(source)).queues) == many
        ids = desk.queries()[-1].get("queueIds", "")
        assert bool(ids) == sent
        assert len(ids) <= 4096


# -- queues by id and extension ---------------------------------------------------------------


def queue(id_: str, extension: str, site: str = "") -> AccountEntry:
    return AccountEntry(id_, id_, extension, site)


QUEUES = (queue("a", "1", "rome"), queue("b", "2", "oslo"), queue("c", "2", "rome"))


@pytest.mark.parametrize(
    ("id_", "extension", "wanted"),
    [
        ("a", "", True),
        ("a", "2", True),
        ("", "1", True),
        ("x", "1", True),
        ("b", "1", False),  # the id is another queue's
        ("c", "2", True),
        ("", "2", None),  # of either queue
        ("x", "3", None),
        ("", "", None),
    ],
)
def test_a_queue_is_one_that_was_named_by_its_id_or_an_extension_of_its_own(
    id_: str, extension: str, wanted: bool | None
) -> None:
    made = directory.scope_of(NameLists(queues=["a", "c"]), PbxContent((), QUEUES))
    assert made.has_queue is not None
    assert made.has_queue(id_, extension) == wanted
    assert made.sites == frozenset()


async def test_the_queues_of_a_site_are_those_that_the_list_puts_there() -> None:
    api, listed = Api(), [
        {"id": "a", "extension": "1", "siteId": "rome"}, {"id": "b", "extension": "2"},
    ]  # fmt: skip
    names = directory.Directory(api.client(FakeClock()), NameLists(sites=["rome"]))
    api.data = answering(200, json={"_embedded": {"queues": listed}})
    has_queue = await names.in_sites(AccountEntry("p", "P"), frozenset(["rome"]))
    assert [has_queue(one, "") for one in "abx"] == [True, False, None]
    nowhere = await names.in_sites(AccountEntry("p", "P"), frozenset(["oslo"]))
    assert not nowhere("a", "1")


async def test_a_list_that_tells_no_sites_is_no_answer() -> None:
    api = Api()
    names = directory.Directory(api.client(FakeClock()), NameLists(sites=["rome"]))
    api.data = answering(200, json={"_embedded": {"queues": [{"id": "a", "extension": "1"}]}})
    error = await failure(names.in_sites(AccountEntry("p", "P"), frozenset(["rome"])))
    assert isinstance(error, InvalidResponse)
    assert "sites" in error.words


def test_an_id_with_a_comma_is_not_sent() -> None:
    """To the API it would be two ids, perhaps of others."""
    queues = (AccountEntry("a,b", "Sales", "100"), AccountEntry("c", "Support", "101"))
    made = directory.scope_of(NameLists(queues=["Sales"]), PbxContent((), queues))
    assert (made.site_ids, made.queue_ids) == ((), ())
    assert made.keep is not None
    assert made.keep(NamedQueue("100", "", "Sales"))
    assert not made.keep(NamedQueue("101", "", "Support"))


async def test_a_list_of_pbxes_that_is_cut_off_takes_none_away_and_is_looked_up_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    desk = Desk(NameLists())
    first = [source.pbx_name for source in await desk.account.open()]
    lacking = [desk.account.lacking]
    desk.sim.faults.add("pbxes:short")
    for _ in range(2):
        again = [source.pbx_name for source in await desk.account.open()]
        assert sorted(again) == sorted(first)
        lacking.append(desk.account.lacking)
    desk.sim.faults.clear()
    assert [source.pbx_name for source in await desk.account.open()] == first
    assert [*lacking, desk.account.lacking] == [False, True, True, False]
    told = [line for line in caplog.messages if "list of PBXes is not complete" in line]
    assert len(told) == 1
