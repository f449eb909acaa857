"""The sources that only the successor and its siblings can feed: today, the agents, the calls."""

from dataclasses import replace
from datetime import timedelta

from wallboard.api.client import MOST_CALLS, Client
from wallboard.api.directory import Scope
from wallboard.api.pbx_session import PbxSession
from wallboard.api.source import PbxSource
from wallboard.api.units import Waits
from wallboard.api.wire import agents as wire_people
from wallboard.api.wire import calls as wire_calls
from wallboard.api.wire import queue_metrics as wire_queue_metrics
from wallboard.api.wire.queue_names import QueueNames
from wallboard.api.wire.successor_names import SCALE, TimeUnit
from wallboard.host.clock import Clock
from wallboard.model.data.agents import AgentsReading
from wallboard.model.data.calls import CallsReading
from wallboard.model.data.catalogue import TODAY
from wallboard.model.data.day import Day, DayRule
from wallboard.model.data.metric import Kind
from wallboard.model.data.reading import Endpoint, Reading

_LEAST_DAY = timedelta(seconds=1)
"""What is asked for when the day has just begun: an end must lie after its start."""


class TodaySource(PbxSource[Reading]):
    """What happened in one PBX since the day began. ``day``: the day that a moment is in."""

    kind = Kind.TODAY

    def __init__(self, client: Client, pbx: PbxSession, clock: Clock, day: DayRule) -> None:
        super().__init__(client, pbx, clock)
        self._day = day
        self._names = QueueNames()

    def _empty(self) -> Reading:
        now = self._now()
        return Reading(
            self.feed,
            now,
            (),
            frozenset(TODAY),
            pbx_name=self.pbx_name,
            endpoint=Endpoint.QUEUE_METRICS,
            day=self._day(now.wall),
        )

    async def past(self, span: Day) -> Reading:
        """Ask once for what happened in a span of time; else as ``fetch``."""
        scope = await self._pbx.scope()
        return replace(self._empty(), day=span) if scope.nothing else await self._read(scope, span)

    async def _ask(self, scope: Scope) -> Reading:
        return await self._read(scope, self._day(self._clock.now()), self._names)

    async def _read(self, scope: Scope, day: Day, names: QueueNames | None = None) -> Reading:
        sent = self._now()
        body = await self._client.call_queue_metrics(
            self._pbx.id,
            site_ids=scope.site_ids,
            queue_ids=scope.queue_ids,
            start=day.start,
            end=max(min(sent.wall, day.end), day.start + _LEAST_DAY),
            include_summary=False,
        )
        raw = self._raw(body, sent, scope)
        made = await self._read_queue_metrics(
            body,
            raw.measured.elapsed,
            lambda unit: wire_queue_metrics.today(raw, day, unit=unit, names=names),
        )
        self._pbx.choice.note_today(made.lives)
        self._told.tell(made.reading.notes)
        return made.reading


class AgentsSource(PbxSource[AgentsReading]):
    """Who does what in one PBX's queues."""

    kind = Kind.AGENTS

    def _empty(self) -> AgentsReading:
        return AgentsReading(self.feed, self._now(), (), self.pbx_name)

    async def _ask(self, scope: Scope) -> AgentsReading:
        sent = self._now()
        body = await self._client.queue_agent_activity(
            self._pbx.id, site_ids=scope.site_ids, queue_ids=scope.queue_ids
        )
        raw = self._raw(body, sent, scope)
        reading = await self._pbx.agents.translate(
            lambda unit: wire_people.agents(raw, unit=unit), _times, raw.measured.elapsed
        )
        self._told.tell(reading.notes)
        return replace(reading, confirmed=self._pbx.agents.confirmed)


class CallsSource(PbxSource[CallsReading]):
    """The calls that go on in one PBX.

    The endpoint takes no sites and no queues. Where some were named, calls of others are left
    out here, and so are those that tell no queue: they may be anybody's.
    """

    kind = Kind.CALLS

    def _empty(self) -> CallsReading:
        return CallsReading(self.feed, self._now(), (), self.pbx_name)

    async def _ask(self, scope: Scope) -> CallsReading:
        wanted = await self._pbx.has_queue(scope)
        sent = self._now()
        body = await self._client.active_calls(self._pbx.id)
        raw = self._raw(body, sent, scope)
        made = await self._pbx.calls.translate(
            lambda unit: wire_calls.calls(raw, wanted, unit=unit, page=MOST_CALLS),
            lambda made, _: made.lasted,
            raw.measured.elapsed,
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
