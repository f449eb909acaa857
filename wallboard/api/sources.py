"""The sources of one PBX: what all have in common, and today, the agents and the calls."""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import ClassVar, Generic, TypeVar

from wallboard.api.client import MOST_CALLS, Client
from wallboard.api.directory import Scope
from wallboard.api.http.body_limits import Body
from wallboard.api.pbx_session import LogOnce, PbxSession
from wallboard.api.units import Waits
from wallboard.api.wire import agents as wire_people
from wallboard.api.wire import calls as wire_calls
from wallboard.api.wire import queue_metrics as wire_queue_metrics
from wallboard.api.wire.queue_metrics import TranslatedQueues
from wallboard.api.wire.queue_names import QueueNames
from wallboard.api.wire.realtime import RawAnswer
from wallboard.api.wire.successor_names import SCALE, TimeUnit
from wallboard.host.clock import Clock
from wallboard.model.data.agents import AgentsReading
from wallboard.model.data.calls import CallsReading
from wallboard.model.data.catalogue import TODAY
from wallboard.model.data.day import Day, DayRule
from wallboard.model.data.metric import Kind
from wallboard.model.data.reading import Endpoint, FeedId, Moment, Reading
from wallboard.model.events import Answer

AnyReading = TypeVar("AnyReading", bound=Answer)


class PbxSource(ABC, Generic[AnyReading]):
    """Implements ``feed.source.Source`` for one PBX; a kind says what is asked and how read."""

    kind: ClassVar[Kind]

    def __init__(self, client: Client, pbx: PbxSession, clock: Clock) -> None:
        self._client = client
        self._pbx = pbx
        self._clock = clock
        self._told = LogOnce(pbx.name)
        self.feed = FeedId(pbx.id, self.kind)

    @property
    def pbx_name(self) -> str:
        """What people call its PBX now."""
        return self._pbx.name

    async def fetch(self) -> AnyReading:
        """Ask once. ``measured`` is when the exchange began: its data is no older than it looks.

        What lay in a cache is older by that time. Raises ``FeedError`` and no other:
        ``EndpointGone`` where there is no such endpoint.
        """
        scope = await self._pbx.scope()
        return self._empty() if scope.nothing else await self._ask(scope)

    @abstractmethod
    def _empty(self) -> AnyReading:
        """Return the reading of a PBX that can be looked into and has nothing that is wanted."""

    @abstractmethod
    async def _ask(self, scope: Scope) -> AnyReading:
        """Ask for what is in the scope and return it translated."""

    def _now(self) -> Moment:
        return Moment(self._clock.now(), self._clock.elapsed())

    def _raw(self, body: Body, sent: Moment, scope: Scope) -> RawAnswer:
        """Return an answer to what was asked at ``sent``, ready to be translated."""
        return RawAnswer(
            body.content,
            self.feed,
            body.data_moment(sent),
            self.pbx_name,
            scope.keep,
            most=self._client.max_queues,
            others=self._pbx.others,
        )

    async def _read_queue_metrics(
        self,
        body: Body,
        at: float,
        in_unit: Callable[[TimeUnit], Awaitable[TranslatedQueues]],
    ) -> TranslatedQueues:
        """Translate an answer of call-queue-metrics in the unit that holds; ``at``: when asked."""
        unit = self._pbx.queues
        made = await unit.translate(in_unit, lambda made, _: made.waits, at, self.kind)
        reading = replace(
            made.reading,
            confirmed=unit.confirmed,
            unit=unit.now,
            served=body.served,
            cache_age=body.cache_age,
        )
        return replace(made, reading=reading)


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
