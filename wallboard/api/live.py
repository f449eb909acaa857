"""The live source: the state of one PBX's queues, whichever endpoint tells it."""

from collections.abc import Collection, Iterator
from dataclasses import replace
from hashlib import sha1

from wallboard.api.client import Client
from wallboard.api.directory import Scope
from wallboard.api.pbx_session import PbxSession
from wallboard.api.sources import PbxSource
from wallboard.api.wire import queue_metrics as wire_queue_metrics
from wallboard.api.wire import realtime as wire
from wallboard.api.wire.queue_names import QueueNames
from wallboard.api.wire.successor_names import ONGOING
from wallboard.host.clock import Clock
from wallboard.model.data.catalogue import CATALOGUE
from wallboard.model.data.metric import Kind
from wallboard.model.data.reading import Endpoint, Reading
from wallboard.model.select.totals import differences

SUMMARY_EVERY = 300.0
"""Seconds between two comparisons of our totals with the API's own."""


class RealtimeTranslator:
    """Translates the answers of one feed; one that is byte for byte the last one is not read again.

    At night nothing moves for hours, and translating is the most of what such a poll costs.
    """

    def __init__(self) -> None:
        self._last: tuple[object, Reading] | None = None
        self._names = QueueNames()

    async def reading(self, raw: wire.RawAnswer, asked: Collection[str]) -> Reading:
        """Return an answer translated; raises what ``wire.reading`` raises."""
        # The bytes themselves are megabytes in a large centre, and would be kept until the next. Of
        # what the library has SHA-1 is the quickest: processors do it by themselves.
        body = sha1(raw.body, usedforsecurity=False).digest()
        about = (body, raw.feed, raw.pbx_name, raw.keep, raw.most, raw.others, frozenset(asked))
        if self._last is None or self._last[0] != about:
            self._last = about, await wire.reading(raw, asked, self._names)
        return replace(self._last[1], measured=raw.measured)


class LiveSource(PbxSource[Reading]):
    """The live state of one PBX's queues."""

    kind = Kind.LIVE

    def __init__(
        self,
        client: Client,
        pbx: PbxSession,
        metrics: frozenset[str],
        clock: Clock,
        *,
        include_summary: bool = True,
    ) -> None:
        super().__init__(client, pbx, clock)
        self._include_summary = include_summary
        self._metrics = tuple(name for name in CATALOGUE if name in metrics)
        self._compared = 0.0
        self._realtime = RealtimeTranslator()
        self._names = QueueNames()

    def _empty(self) -> Reading:
        endpoint = self._pbx.choice.current
        asked = self._known_metrics(endpoint)
        return Reading(self.feed, self._now(), (), asked, pbx_name=self.pbx_name, endpoint=endpoint)

    async def _ask(self, scope: Scope) -> Reading:
        async def ask(endpoint: Endpoint) -> Reading:
            if endpoint is Endpoint.REALTIME:
                return await self._ask_realtime(scope)
            return await self._ask_queue_metrics(scope)

        reading = await self._pbx.choice.ask_best(ask)
        self._pbx.lacks = scope.lacks(reading.queues)
        left_out = tuple(self._unknown_words(reading.endpoint))
        reading = replace(reading, notes=(*reading.notes, *left_out), named=scope.named)
        self._tell(reading)
        return replace(reading, notes=(*reading.notes, *self._pbx.doubts))

    async def _ask_realtime(self, scope: Scope) -> Reading:
        sent = self._now()
        body = await self._client.realtime(
            self._pbx.id,
            site_ids=scope.site_ids,
            queue_ids=scope.queue_ids,
            metrics=self._metrics,
            include_summary=self._include_summary,
        )
        asked = self._known_metrics(Endpoint.REALTIME)
        reading = await self._realtime.reading(self._raw(body, sent, scope), asked)
        return replace(reading, served=body.served, cache_age=body.cache_age)

    async def _ask_queue_metrics(self, scope: Scope) -> Reading:
        sent = self._now()
        body = await self._client.call_queue_metrics(
            self._pbx.id,
            site_ids=scope.site_ids,
            queue_ids=scope.queue_ids,
            metrics=[ONGOING[name] for name in self._metrics],
            include_summary=self._include_summary,
        )
        asked = self._known_metrics(Endpoint.QUEUE_METRICS)
        raw = self._raw(body, sent, scope)
        made = await self._read_queue_metrics(
            body,
            raw.measured.elapsed,
            lambda unit: wire_queue_metrics.live(raw, asked, unit=unit, names=self._names),
        )
        return made.reading

    def _unknown(self, endpoint: Endpoint) -> frozenset[str]:
        """Return the metrics that the endpoint does not know."""
        dropped = self._client.dropped
        if endpoint is Endpoint.REALTIME:
            return dropped.intersection(self._metrics)
        return frozenset(name for name in self._metrics if ONGOING[name] in dropped)

    def _known_metrics(self, endpoint: Endpoint) -> frozenset[str]:
        return frozenset(self._metrics) - self._unknown(endpoint)

    def _unknown_words(self, endpoint: Endpoint) -> Iterator[str]:
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
