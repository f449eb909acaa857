"""The live source: the state of one PBX's queues, whichever endpoint tells it."""

from collections.abc import Iterator
from dataclasses import replace

from wallboard.api.client import Client
from wallboard.api.directory import Scope
from wallboard.api.pbx_session import LogOnce, PbxSession
from wallboard.api.wire import queue_metrics as wire_queue_metrics
from wallboard.api.wire import realtime as wire
from wallboard.api.wire.successor_names import ONGOING
from wallboard.host.clock import Clock
from wallboard.model.data.catalogue import CATALOGUE
from wallboard.model.data.metric import Kind
from wallboard.model.data.reading import Endpoint, FeedId, Moment, Reading
from wallboard.model.select.totals import differences

SUMMARY_EVERY = 300.0
"""Seconds between two comparisons of our totals with the API's own."""


class LiveSource:
    """Implements ``feed.source.Source``: the live state of one PBX's queues."""

    def __init__(
        self,
        client: Client,
        pbx: PbxSession,
        metrics: frozenset[str],
        clock: Clock,
        *,
        include_summary: bool = True,
    ) -> None:
        self._client = client
        self._include_summary = include_summary
        self._pbx = pbx
        self._metrics = tuple(name for name in CATALOGUE if name in metrics)
        self._clock = clock
        self._told = LogOnce(pbx.name)
        self._compared = 0.0
        self.feed = FeedId(pbx.id, Kind.LIVE)

    @property
    def pbx_name(self) -> str:
        """What people call its PBX now."""
        return self._pbx.name

    async def fetch(self) -> Reading:
        """Ask once. ``measured`` is when the exchange began: its data is no older than it looks.

        What lay in a cache is older by that time.

        Raises ``FeedError`` and no other.
        """
        scope = await self._pbx.looked_into()
        if scope.nothing:  # it can be looked into by now, and has nothing that is wanted
            endpoint = self._pbx.choice.current
            asked = self._asked(endpoint)
            return Reading(
                self.feed, self._now(), (), asked, pbx_name=self.pbx_name, endpoint=endpoint
            )

        async def ask(endpoint: Endpoint) -> Reading:
            if endpoint is Endpoint.REALTIME:
                return await self._of_realtime(scope)
            return await self._of_successor(scope)

        reading = await self._pbx.choice.reading(ask)
        self._pbx.lacks = scope.lacks(reading.queues)
        left_out = tuple(self._left_out(reading.endpoint))
        reading = replace(reading, notes=(*reading.notes, *left_out), named=scope.named)
        self._tell(reading)
        return replace(reading, notes=(*reading.notes, *self._pbx.doubts))

    async def _of_realtime(self, scope: Scope) -> Reading:
        sent = self._now()
        body = await self._client.realtime(
            self._pbx.id,
            site_ids=scope.site_ids,
            queue_ids=scope.queue_ids,
            metrics=self._metrics,
            include_summary=self._include_summary,
        )
        asked = self._asked(Endpoint.REALTIME)
        measured = body.measured(sent)
        reading = await wire.reading(
            body.content,
            self.feed,
            measured,
            asked,
            self.pbx_name,
            scope.keep,
            most=self._client.max_queues,
            others=self._pbx.others,
        )
        return replace(reading, served=body.served, cache_age=body.cache_age)

    async def _of_successor(self, scope: Scope) -> Reading:
        sent = self._now()
        body = await self._client.call_queue_metrics(
            self._pbx.id,
            site_ids=scope.site_ids,
            queue_ids=scope.queue_ids,
            metrics=[ONGOING[name] for name in self._metrics],
            include_summary=self._include_summary,
        )
        asked = self._asked(Endpoint.QUEUE_METRICS)
        measured = body.measured(sent)
        made = await self._pbx.queues.applied(
            lambda unit: wire_queue_metrics.live(
                body.content,
                self.feed,
                measured,
                asked,
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
        unit = self._pbx.queues
        return replace(
            made.reading,
            confirmed=unit.confirmed,
            unit=unit.now,
            served=body.served,
            cache_age=body.cache_age,
        )

    def _now(self) -> Moment:
        return Moment(self._clock.now(), self._clock.elapsed())

    def _unknown(self, endpoint: Endpoint) -> frozenset[str]:
        """Return the metrics that the endpoint does not know."""
        dropped = self._client.dropped
        if endpoint is Endpoint.REALTIME:
            return dropped.intersection(self._metrics)
        return frozenset(name for name in self._metrics if ONGOING[name] in dropped)

    def _asked(self, endpoint: Endpoint) -> frozenset[str]:
        return frozenset(self._metrics) - self._unknown(endpoint)

    def _left_out(self, endpoint: Endpoint) -> Iterator[str]:
        if unknown := sorted(self._unknown(endpoint)):
            yield f"metrics that the API does not know are left out: {', '.join(unknown)}"

    def _tell(self, reading: Reading) -> None:
        """Log what is odd about an answer, each oddity once."""
        self._told.tell(reading.notes)
        now = self._clock.elapsed()
        if not self._compared or now - self._compared >= SUMMARY_EVERY:
            self._compared = now
            if differs := sorted(differences(reading)):
                words = ", ".join(differs)
                self._told.tell([f"totals differ from the API's own summary: {words}"])
