"""The account: signed in, names looked up, one source for each PBX.

The live source asks the realtime endpoint. Another endpoint comes in as another ``fetch`` with
its own translation in ``wire``, chosen where ``WorkAnalytics`` makes its sources.
"""

import logging
from collections.abc import Iterator
from dataclasses import replace

from wallboard.api import wire
from wallboard.api.client import Client
from wallboard.api.customer import Entry
from wallboard.api.directory import Directory, Scope, Wanted
from wallboard.clock import Clock
from wallboard.model.metrics import CATALOGUE
from wallboard.model.snapshot import FeedId, Kind, Moment, Reading
from wallboard.model.summary import differences

SUMMARY_EVERY = 300.0
"""Seconds between two comparisons of our totals with the API's own."""

_MOST_TOLD = 200
"""Different oddities of one source that are logged; then it is silent."""

_LOG = logging.getLogger(__name__)


class WorkAnalytics:
    """Implements ``feed.source.Account`` over HTTP. ``metrics``: what is asked for."""

    def __init__(
        self, client: Client, wanted: Wanted, metrics: frozenset[str], clock: Clock
    ) -> None:
        self._client = client
        self._directory = Directory(client, wanted)
        self._metrics = metrics
        self._clock = clock

    async def open(self) -> "tuple[RealtimeSource, ...]":
        """Sign in and look the names up; a live source for each PBX that is to be polled.

        Raises ``FeedError`` when that cannot be done now, ``UnknownName`` for names that no PBX
        has. May be called again.
        """
        found = await self._directory.look_up()
        return tuple(
            RealtimeSource(
                self._client, self._directory, one.pbx, one.scope, self._metrics, self._clock
            )
            for one in found
        )

    def ask_now(self) -> None:
        """Let a refused sign-in be tried at once; has an effect at most once a minute."""
        self._client.ask_now()

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()


class RealtimeSource:
    """Implements ``feed.source.Source``: the live state of one PBX's queues.

    ``scope``: ``None`` if the PBX could not be looked into; each question then tries it anew.
    """

    def __init__(
        self,
        client: Client,
        directory: Directory,
        pbx: Entry,
        scope: Scope | None,
        metrics: frozenset[str],
        clock: Clock,
    ) -> None:
        self._client = client
        self._directory = directory
        self._pbx = pbx
        self._scope = scope
        self._metrics = tuple(name for name in CATALOGUE if name in metrics)
        self._clock = clock
        self._told: set[str] = set()
        self._compared = 0.0
        self.feed = FeedId(pbx.id, Kind.LIVE)
        self.pbx_name = pbx.name or pbx.id

    async def fetch(self) -> Reading:
        """Ask once. ``measured`` is when the exchange began: its data is no older than it looks.

        Raises ``FeedError`` and no other.
        """
        measured = Moment(self._clock.now(), self._clock.elapsed())
        if self._scope is None:
            self._scope = await self._directory.scope(self._pbx)
        if self._scope.nothing:  # it can be looked into by now, and has nothing that is wanted
            return Reading(self.feed, measured, (), self._asked, pbx_name=self.pbx_name)
        body = await self._client.realtime(
            self._pbx.id,
            site_ids=self._scope.site_ids,
            queue_ids=self._scope.queue_ids,
            metrics=self._metrics,
        )
        reading = await wire.reading(
            body, self.feed, measured, self._asked, self.pbx_name, self._scope.keep
        )
        reading = replace(reading, notes=(*reading.notes, *self._left_out()))
        self._tell(reading)
        return reading

    @property
    def _asked(self) -> frozenset[str]:
        return frozenset(self._metrics) - self._client.dropped

    def _left_out(self) -> Iterator[str]:
        if dropped := sorted(self._client.dropped.intersection(self._metrics)):
            yield f"metrics that the API does not know are left out: {', '.join(dropped)}"

    def _tell(self, reading: Reading) -> None:
        """Log what is odd about an answer, each oddity once."""
        notes = list(reading.notes)
        now = self._clock.elapsed()
        if not self._compared or now - self._compared >= SUMMARY_EVERY:
            self._compared = now
            if differs := sorted(differences(reading)):
                notes.append(f"totals differ from the API's own summary: {', '.join(differs)}")
        for note in notes:
            if note not in self._told and len(self._told) < _MOST_TOLD:
                self._told.add(note)
                _LOG.warning("%s: %s", self.pbx_name, note)
