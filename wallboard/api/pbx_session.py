"""One PBX as its sources share it: what is asked of it, by which endpoint, in which unit."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import suppress
from typing import Literal, TypeVar

from wallboard.api.directory import Directory, HasQueue, PolledPbx, Scope
from wallboard.api.endpoints import Choice
from wallboard.api.units import NO_AGES, Ages, Finding, UnitWatch, Waits
from wallboard.api.wire.successor_names import TimeUnit
from wallboard.errors import FeedError
from wallboard.host.clock import Clock
from wallboard.model.data.reading import AccountEntry

Made = TypeVar("Made")

WantedUnit = Literal["auto", "ms", "s"]
WantedEndpoint = Literal["auto", "realtime", "queue-metrics"]

LISTED_FOR = 3_600.0
"""Seconds until it is read again which queues are in the sites that were named."""

_MOST_TOLD = 200
"""Different oddities of one source that are logged; then it is silent."""

_LOG = logging.getLogger(__name__)

_FOUND: Mapping[Finding, str] = {
    Finding.SWITCHED: "%s: the times of %s are not in the unit that was believed: from now on "
    "they are read as %s",
    Finding.CONTRADICTED: "%s: the times of %s grow as if time_unit in [api] were wrong: they are "
    "still read as %s, and marked",
}


class PbxSession:
    """What is known of one PBX for the run.

    ``lacks``: whether a queue that was named is not in its newest live answer. ``doubts``: what
    the newest look-up of the account's names could not find, or was not given whole.
    """

    def __init__(
        self,
        pbx: AccountEntry,
        directory: Directory,
        clock: Clock,
        endpoint: WantedEndpoint,
        time_unit: WantedUnit,
    ) -> None:
        self.id = pbx.id
        self.name = pbx.name or pbx.id
        self.choice = Choice(clock, self.name, endpoint)
        self.queues = UnitTracker(self.name, "call-queue-metrics", time_unit)
        self.agents = UnitTracker(self.name, "queue-agent-activity", time_unit)
        self.calls = UnitTracker(self.name, "calls/active", time_unit)
        self.others: frozenset[str] = frozenset()
        """What the other PBXes are called, by id and by name."""
        self._pbx = pbx
        self._directory = directory
        self._clock = clock
        self._scope: Scope | None = None
        self._in_sites: HasQueue | None = None
        self._listed = 0.0
        self.lacks = False
        self.doubts: tuple[str, ...] = ()
        self._lock = asyncio.Lock()

    def take(self, found: PolledPbx, *, named_alone: bool = True) -> None:
        """Take what a new look-up says: its name, and what to ask, if it could be looked into.

        ``named_alone``: whether no other PBX of the account has its name; else its id is told too.
        """
        pbx = self._pbx = found.pbx
        self.name = pbx.name if pbx.name and named_alone else f"{pbx.name} {pbx.id}".strip()
        if found.scope is None:  # it could not be looked into: what is known of it stays
            return
        if self._scope is not None and self._scope.sites != found.scope.sites:
            self._in_sites = None
        self._scope = found.scope

    async def scope(self) -> Scope:
        """Return what to ask, looking it up if that could not be done. Raises ``FeedError``."""
        async with self._lock:  # by one source only: a list is read page by page
            if self._scope is None:
                self._scope = await self._directory.scope(self._pbx)
            return self._scope

    async def has_queue(self, scope: Scope) -> HasQueue | None:
        """Return which queues are wanted, for an endpoint that takes no ids; ``None``: all are.

        Where sites alone were named, the list of queues is read for it, and again each hour: a
        site may get new ones. Raises ``FeedError`` as long as that could not be done once.
        """
        if not scope.sites:
            return scope.has_queue
        async with self._lock:
            now = self._clock.elapsed()
            if self._in_sites is None:
                self._in_sites = await self._directory.in_sites(self._pbx, scope.sites)
                self._listed = now
            elif now - self._listed >= LISTED_FOR:
                self._listed = now
                with suppress(FeedError):  # what was read an hour ago is better than nothing
                    self._in_sites = await self._directory.in_sites(self._pbx, scope.sites)
            return self._in_sites


class UnitTracker:
    """The unit of one endpoint's times in one PBX, and how it is found out."""

    def __init__(self, pbx_name: str, endpoint: str, wanted: WantedUnit) -> None:
        self._watch = UnitWatch(wanted)
        self._where = pbx_name, endpoint

    @property
    def confirmed(self) -> bool:
        """Whether the unit is known to be right: it was said, or seen, and not contradicted."""
        return self._watch.confirmed

    @property
    def now(self) -> TimeUnit:
        """The unit that is used now."""
        return self._watch.unit

    async def translate(
        self,
        in_unit: Callable[[TimeUnit], Awaitable[Made]],
        waits_of: Callable[[Made, TimeUnit], Waits],
        at: float,
        line: str = "",
        ages_of: Callable[[Made], Ages] = lambda _: NO_AGES,
    ) -> Made:
        """Translate an answer in the unit that holds after it was seen.

        ``at``: elapsed seconds when it was asked for; ``line``: whose answers it is one of;
        ``ages_of``: how long what it tells of has been there, where it says since when.
        """
        unit = self._watch.unit
        made = await in_unit(unit)
        if not self._watch.settled:
            finding = self._watch.see(at, waits_of(made, unit), line, ages_of(made))
            if words := _FOUND.get(finding):
                _LOG.warning(words, *self._where, self._watch.unit)
        if self._watch.unit != unit:
            made = await in_unit(self._watch.unit)
        return made


class LogOnce:
    """What one source has logged: each oddity once."""

    def __init__(self, pbx_name: str) -> None:
        self._pbx_name = pbx_name
        self._told: set[str] = set()

    def tell(self, notes: Iterable[str]) -> None:
        """Log what was not logged yet."""
        for note in notes:
            if note not in self._told and len(self._told) < _MOST_TOLD:
                self._told.add(note)
                _LOG.warning("%s: %s", self._pbx_name, note)
