"""What every source of a PBX has in common: its name, its log, and when nothing is asked."""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import ClassVar, Generic, TypeVar

from wallboard.api.client import Client
from wallboard.api.directory import Scope
from wallboard.api.http.body_limits import Body
from wallboard.api.pbx_session import LogOnce, PbxSession
from wallboard.api.wire.queue_metrics import TranslatedQueues
from wallboard.api.wire.realtime import RawAnswer
from wallboard.api.wire.successor_names import TimeUnit
from wallboard.host.clock import Clock
from wallboard.model.data.metric import Kind
from wallboard.model.data.reading import FeedId, Moment
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
            body.measured_at(sent),
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
