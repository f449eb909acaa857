"""Today: the day so far, asked for with its dates, through the nights when clocks change."""

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.api.account_env import Desk
from tests.api.clients import Api, answering, failure
from tests.fake_clock import FakeClock
from wallboard.api.account import WorkAnalytics
from wallboard.api.directory import NameLists
from wallboard.api.sources import TodaySource
from wallboard.errors import AccessRefused, EndpointGone, FeedError, InvalidResponse, RateLimited
from wallboard.model.data.catalogue import CATALOGUE, TODAY
from wallboard.model.data.day import Day, DayRule, day_of
from wallboard.model.data.metric import Kind
from wallboard.model.data.reading import Endpoint, FeedId
from wallboard.model.feeds.merge import merge

PARIS = ZoneInfo("Europe/Paris")
RULE: DayRule = partial(day_of, zone=PARIS)
LISTED = {"_embedded": {"pbxList": [{"id": "p", "name": "P"}]}}


async def todays(desk: Desk, wanted: NameLists | None = None, **options: Any) -> TodaySource:
    """The first source of today of an account that polls it."""
    made = desk.again(wanted or NameLists(pbxes=["south"]), day=RULE, **options)
    return next(one for one in await made.open() if isinstance(one, TodaySource))


def query(desk: Desk) -> dict[str, str]:
    return next(one.query for one in reversed(desk.sim.log) if one.endpoint == "queue-metrics")


async def asked_at(now: datetime) -> dict[str, str]:
    """Return what is asked when the clock shows ``now``."""
    api, clock = Api(), FakeClock(start=now)
    api.data = answering(200, json=LISTED)
    account = WorkAnalytics(api.client(clock), NameLists(), frozenset(CATALOGUE), clock, day=RULE)
    _, source = await account.open()
    api.data = answering(200, json={"callQueues": []})
    reading = await source.fetch()
    assert reading.day == RULE(now)  # type: ignore[union-attr]
    return dict(api.requests[-1].url.params)


@pytest.mark.parametrize(
    ("now", "start", "end"),
    [
        ("2026-03-02T10:30:00+01:00", "2026-03-01T23:00:00Z", "2026-03-02T09:30:00Z"),
        ("2026-07-14T10:30:00+02:00", "2026-07-13T22:00:00Z", "2026-07-14T08:30:00Z"),
        # Clocks go forward in the night of the 29th of March, and back in that of the 25th.
        ("2026-03-29T23:59:59+02:00", "2026-03-28T23:00:00Z", "2026-03-29T21:59:59Z"),
        ("2026-10-25T02:30:00+02:00", "2026-10-24T22:00:00Z", "2026-10-25T00:30:00Z"),
        ("2026-10-25T23:59:59+01:00", "2026-10-24T22:00:00Z", "2026-10-25T22:59:59Z"),
        # A day that has just begun.
        ("2026-03-02T00:00:00+01:00", "2026-03-01T23:00:00Z", "2026-03-01T23:00:01Z"),
        ("2026-03-02T00:00:00.9+01:00", "2026-03-01T23:00:00Z", "2026-03-01T23:00:01Z"),
        ("2026-03-02T00:00:01.9+01:00", "2026-03-01T23:00:00Z", "2026-03-01T23:00:01Z"),
    ],
)
async def test_the_day_so_far_is_asked_for_in_utc(now: str, start: str, end: str) -> None:
    assert await asked_at(datetime.fromisoformat(now)) == {
        "startDate": start,
        "endDate": end,
        "includeSummary": "false",
    }


async def test_everything_that_the_day_knows_is_read() -> None:
    desk = Desk(NameLists())
    desk.sim.advance(3600)
    await desk.clock.advance(3600)
    source = await todays(desk)
    reading = await source.fetch()
    assert source.feed == reading.feed == FeedId(reading.queues[0].key.pbx, Kind.TODAY)
    assert (reading.pbx_name, reading.endpoint) == ("south", Endpoint.QUEUE_METRICS)
    assert reading.metrics == frozenset(TODAY)
    assert reading.day == Day(
        datetime(2026, 3, 1, 23, tzinfo=UTC), datetime(2026, 3, 2, 23, tzinfo=UTC)
    )
    assert "metrics" not in query(desk)
    assert any(queue.values["enteredCalls"] > 0 for queue in reading.queues)
    for queue in reading.queues:
        gone = {name for name in TODAY if name not in queue.values}
        assert all(name.startswith("average") or "Percentage" in name for name in gone)
        assert not queue.suspect


async def test_today_and_live_meet_in_one_row() -> None:
    desk = Desk(NameLists())
    desk.sim.advance(600)
    made = desk.again(NameLists(), day=RULE)
    sources = await made.open()
    assert [source.feed.kind for source in sources] == [Kind.LIVE] * 2 + [Kind.TODAY] * 2
    readings = [await source.fetch() for source in sources]
    rows = merge(readings).queues  # type: ignore[arg-type]
    assert len(rows) == 5
    assert all("waitingCalls" in row.values and "enteredCalls" in row.day for row in rows)


@pytest.mark.parametrize(
    "wanted", [NameLists(sites=["Paris"]), NameLists(queues=["Support", "102"])]
)
async def test_a_filter_holds_for_today_too(wanted: NameLists) -> None:
    desk = Desk(wanted)
    source = await todays(desk, wanted)
    names = [queue.name for queue in (await source.fetch()).queues]
    assert names == ["Support", "Élan Vital"]
    assert {"siteIds", "queueIds"} & set(query(desk))


async def test_a_list_too_long_to_be_sent_is_filtered_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wallboard.api.directory.MOST_IDS", 5)
    wanted = NameLists(queues=["Support", "102"])
    desk = Desk(wanted)
    source = await todays(desk, wanted)
    assert [queue.name for queue in (await source.fetch()).queues] == ["Support", "Élan Vital"]
    assert not {"siteIds", "queueIds"} & set(query(desk))


async def test_sources_share_what_was_looked_up() -> None:
    desk = Desk(NameLists(), faults=["queues:403:pbx=south"])
    made = desk.again(NameLists(queues=["Sales"]), day=RULE, people=True)
    sources = [one for one in await made.open() if one.pbx_name == "south"]
    assert [one.feed.kind for one in sources] == [*Kind]
    for source in sources:
        assert isinstance(await failure(source.fetch()), AccessRefused)
    desk.sim.faults.clear()
    before = desk.sim.request_count("queues")
    for source in sources:
        await source.fetch()
    assert desk.sim.request_count("queues") == before + 1


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ("404-empty", EndpointGone),
        ("403", AccessRefused),
        ("429", RateLimited),
        ("200-html", InvalidResponse),
        ("wrong-shape", InvalidResponse),
    ],
)
async def test_trouble_of_today_is_an_error_and_leaves_live_alone(
    fault: str, kind: type[FeedError]
) -> None:
    desk = Desk(NameLists(), faults=[f"queue-metrics:{fault}"])
    made = desk.again(NameLists(pbxes=["south"]), day=RULE)
    live, today = await made.open()
    assert type(await failure(today.fetch())) is kind
    assert (await live.fetch()).endpoint is Endpoint.REALTIME  # type: ignore[union-attr]


async def test_both_spellings_of_diverted_come_through() -> None:
    desk = Desk(NameLists())
    desk.sim.advance(600)
    source = await todays(desk)
    before = await source.fetch()
    desk.sim.faults.add("queue-metrics:diverted-calls")
    assert [queue.values for queue in (await source.fetch()).queues] == [
        queue.values for queue in before.queues
    ]
    assert all("divertedCalls" in queue.values for queue in before.queues)


async def test_at_midnight_the_counters_begin_anew() -> None:
    desk = Desk(NameLists())
    source = await todays(desk)
    hours = timedelta(hours=14)  # from 10:30 in Paris to 00:30
    desk.sim.advance(hours.total_seconds())
    await desk.clock.advance(hours.total_seconds())
    reading = await source.fetch()
    assert reading.day == Day(
        datetime(2026, 3, 2, 23, tzinfo=UTC), datetime(2026, 3, 3, 23, tzinfo=UTC)
    )
    assert query(desk)["startDate"] == "2026-03-02T23:00:00Z"
    assert sum(queue.values["enteredCalls"] for queue in reading.queues) < 10
