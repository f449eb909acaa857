"""The sources that only the successor and its siblings can feed: today, the agents, the calls."""

from dataclasses import replace
from datetime import timedelta

from wallboard.api.client import MOST_CALLS, Client
from wallboard.api.pbx_session import LogOnce, PbxSession
from wallboard.api.units import Waits
from wallboard.api.wire import agents as wire_people
from wallboard.api.wire import calls as wire_calls
from wallboard.api.wire import queue_metrics as wire_queue_metrics
from wallboard.api.wire.successor_names import SCALE, TimeUnit
from wallboard.host.clock import Clock
from wallboard.model.data.agents import AgentsReading
from wallboard.model.data.calls import CallsReading
from wallboard.model.data.catalogue import TODAY
from wallboard.model.data.day import DayRule
from wallboard.model.data.metric import Kind
from wallboard.model.data.reading import Endpoint, FeedId, Moment, Reading

_LEAST_DAY = timedelta(seconds=1)
"""What is asked for when the day has just begun: an end must lie after its start."""


class TodaySource:
    """Implements ``feed.source.Source``: what happened in one PBX since the day began.

    ``day``: the day that a moment is in.
    """

    def __init__(self, client: Client, pbx: PbxSession, day: DayRule, clock: Clock) -> None:
        self._client = client
        self._pbx = pbx
        self._day = day
        self._clock = clock
        self._told = LogOnce(pbx.name)
        self.feed = FeedId(pbx.id, Kind.TODAY)

    @property
    def pbx_name(self) -> str:
        """What people call its PBX now."""
        return self._pbx.name

    async def fetch(self) -> Reading:
        """Ask once, for the time from the day's beginning to now. Raises ``FeedError`` only."""
        scope = await self._pbx.looked_into()
        sent = _now(self._clock)
        day = self._day(sent.wall)
        if scope.nothing:
            nothing = frozenset(TODAY)
            return Reading(
                self.feed,
                sent,
                (),
                nothing,
                pbx_name=self.pbx_name,
                endpoint=Endpoint.QUEUE_METRICS,
                day=day,
            )
        body = await self._client.call_queue_metrics(
            self._pbx.id,
            site_ids=scope.site_ids,
            queue_ids=scope.queue_ids,
            start=day.start,
            end=max(sent.wall, day.start + _LEAST_DAY),
            include_summary=False,
        )
        measured = body.measured(sent)
        made = await self._pbx.queues.applied(
            lambda unit: wire_queue_metrics.today(
                body.content,
                self.feed,
                measured,
                day,
                self.pbx_name,
                scope.keep,
                unit=unit,
                most=self._client.max_queues,
                others=self._pbx.others,
            ),
            lambda made, _: made.waits,
            measured.elapsed,
            self.feed.kind,
        )
        self._pbx.choice.heard(made.lives)
        self._told.tell(made.reading.notes)
        unit = self._pbx.queues
        return replace(
            made.reading,
            confirmed=unit.confirmed,
            unit=unit.now,
            served=body.served,
            cache_age=body.cache_age,
        )


class AgentsSource:
    """Implements ``feed.source.Source``: who does what in one PBX's queues."""

    def __init__(self, client: Client, pbx: PbxSession, clock: Clock) -> None:
        self._client = client
        self._pbx = pbx
        self._clock = clock
        self._told = LogOnce(pbx.name)
        self.feed = FeedId(pbx.id, Kind.AGENTS)

    @property
    def pbx_name(self) -> str:
        """What people call its PBX now."""
        return self._pbx.name

    async def fetch(self) -> AgentsReading:
        """Ask once. Raises ``FeedError`` only: where there is no such endpoint, as elsewhere."""
        scope = await self._pbx.looked_into()
        sent = _now(self._clock)
        if scope.nothing:
            return AgentsReading(self.feed, sent, (), self.pbx_name)
        body = await self._client.queue_agent_activity(
            self._pbx.id, site_ids=scope.site_ids, queue_ids=scope.queue_ids
        )
        measured = body.measured(sent)
        reading = await self._pbx.agents.applied(
            lambda unit: wire_people.agents(
                body.content,
                self.feed,
                measured,
                self.pbx_name,
                scope.keep,
                unit=unit,
                most=self._client.max_queues,
            ),
            _times,
            measured.elapsed,
        )
        self._told.tell(reading.notes)
        return replace(reading, confirmed=self._pbx.agents.confirmed)


class CallsSource:
    """Implements ``feed.source.Source``: the calls that go on in one PBX.

    The endpoint takes no sites and no queues. Where some were named, calls of others are left
    out here, and so are those that tell no queue: they may be anybody's.
    """

    def __init__(self, client: Client, pbx: PbxSession, clock: Clock) -> None:
        self._client = client
        self._pbx = pbx
        self._clock = clock
        self._told = LogOnce(pbx.name)
        self.feed = FeedId(pbx.id, Kind.CALLS)

    @property
    def pbx_name(self) -> str:
        """What people call its PBX now."""
        return self._pbx.name

    async def fetch(self) -> CallsReading:
        """Ask once. Raises ``FeedError`` only: ``EndpointGone`` where there is no such endpoint."""
        scope = await self._pbx.looked_into()
        if scope.nothing:
            return CallsReading(self.feed, _now(self._clock), (), self.pbx_name)
        wanted = await self._pbx.has_queue()
        sent = _now(self._clock)
        body = await self._client.active_calls(self._pbx.id)
        measured = body.measured(sent)
        made = await self._pbx.calls.applied(
            lambda unit: wire_calls.calls(
                body.content,
                self.feed,
                measured,
                self.pbx_name,
                wanted,
                unit=unit,
                page=MOST_CALLS,
                most=self._client.max_queues,
            ),
            lambda made, _: made.lasted,
            measured.elapsed,
            ages_of=lambda made: made.ages,
        )
        self._told.tell(made.reading.notes)
        return replace(made.reading, confirmed=self._pbx.calls.confirmed)


def _times(reading: AgentsReading, unit: TimeUnit) -> Waits:
    """Return how long each agent has been in a status, as it was sent."""
    scale = SCALE[unit]
    return {
        (seat.person, seat.queue, seat.status): seat.since / scale
        for seat in reading.seats
        if seat.since
    }


def _now(clock: Clock) -> Moment:
    return Moment(clock.now(), clock.elapsed())
