"""The account: signed in, names looked up, its sources for each PBX."""

import logging
from collections import Counter

from wallboard.api.client import Client
from wallboard.api.customer import PBXES, CustomerList, pbx_path
from wallboard.api.directory import Directory, NameLists
from wallboard.api.live import LiveSource
from wallboard.api.pbx_session import PbxSession, WantedEndpoint, WantedUnit
from wallboard.api.sources import AgentsSource, CallsSource, TodaySource
from wallboard.host.clock import Clock
from wallboard.model.data.day import DayRule
from wallboard.model.data.reading import AccountEntry

_LOG = logging.getLogger(__name__)

AnySource = LiveSource | TodaySource | AgentsSource | CallsSource


class WorkAnalytics:
    """Implements ``feed.source.Account`` over HTTP. ``metrics``: what is asked for, live.

    ``endpoint``: what the live state is asked of; ``auto``: realtime, or its successor where that
    is gone. ``time_unit``: of the successor and its siblings; ``auto``: their own, confirmed by
    growth. ``day``: the day that a moment is in, if today is polled. ``people``: whether agents
    and calls are. ``include_summary``: whether the API's own totals are asked for. What was found
    out of a PBX is kept as long as the account lives.
    """

    def __init__(
        self,
        client: Client,
        wanted: NameLists,
        metrics: frozenset[str],
        clock: Clock,
        *,
        endpoint: WantedEndpoint = "auto",
        time_unit: WantedUnit = "auto",
        day: DayRule | None = None,
        people: bool = False,
        include_summary: bool = True,
    ) -> None:
        self._client = client
        self._directory = Directory(client, wanted)
        self._metrics = metrics
        self._clock = clock
        self._endpoint = endpoint
        self._time_unit = time_unit
        self._day = day
        self._people = people
        self._include_summary = include_summary
        self._known: dict[str, PbxSession] = {}
        self._polled: tuple[PbxSession, ...] = ()
        self._doubted: tuple[str, ...] = ()

    async def open(self) -> tuple[AnySource, ...]:
        """Sign in and look the names up; the sources of each PBX that is to be polled.

        All live ones come first, then today's, the agents', the calls'. Raises ``FeedError`` when
        that cannot be done now, ``UnknownName`` for names that no PBX has. May be called again:
        then a failure takes nothing away of what is known.
        """
        pbxes = await self._look_up()
        client, clock = self._client, self._clock
        sources: list[AnySource] = [
            LiveSource(client, pbx, self._metrics, clock, include_summary=self._include_summary)
            for pbx in pbxes
        ]
        if self._day is not None:
            sources += [TodaySource(client, pbx, clock, self._day) for pbx in pbxes]
        if self._people:
            sources += [AgentsSource(client, pbx, clock) for pbx in pbxes]
            sources += [CallsSource(client, pbx, clock) for pbx in pbxes]
        return tuple(sources)

    async def _look_up(self) -> tuple[PbxSession, ...]:
        """Look the names up and return the PBXes to poll, each told what was found of it."""
        directory = self._directory
        pbxes = []
        looked_up = await directory.look_up([pbx.id for pbx in self._polled])
        names = Counter(found.pbx.name for found in looked_up)
        for found in looked_up:
            known = self._known.get(found.pbx.id) or PbxSession(
                found.pbx, self._directory, self._clock, self._endpoint, self._time_unit
            )
            known.take(found, named_alone=names[found.pbx.name] == 1)
            self._known[found.pbx.id] = known
            pbxes.append(known)
        if not directory.whole:  # whoever is not in a part of a list may be in the rest
            pbxes += [pbx for pbx in self._polled if pbx not in pbxes]
        called = {pbx.id: {pbx.id, pbx.name} for pbx in pbxes}
        for pbx in pbxes:
            others = (names for id_, names in called.items() if id_ != pbx.id)
            pbx.others = frozenset[str]().union(*others) - called[pbx.id]
            pbx.doubts = directory.doubts
        self._polled = tuple(pbxes)
        if directory.doubts != self._doubted:
            self._doubted = directory.doubts
            for line in self._doubted:
                _LOG.warning("names are looked up again soon: %s", line)
        return self._polled

    @property
    def lacking(self) -> bool:
        """Whether something that was named is not in an answer, or a list was not complete."""
        return bool(self._doubted) or any(pbx.lacks for pbx in self._polled)

    def ask_now(self) -> None:
        """Let a refused sign-in be tried at once; has an effect at most once a minute."""
        self._client.ask_now()

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()


class AccountSurvey:
    """What the account can see: implements ``doctor.account_lists.Survey``.

    Follows "Work Analytics Customer Data" of the vendor's documentation.
    """

    def __init__(self, client: Client) -> None:
        self._client = client

    async def sign_in(self) -> None:
        """Sign in, unless that was done. Raises ``FeedError``."""
        await self._client.sign_in()

    async def pbxes(self) -> tuple[AccountEntry, ...]:
        """Return every PBX. Raises ``FeedError``."""
        return await self._client.entries(PBXES, CustomerList())

    async def entries(self, pbx_id: str, what: str) -> tuple[AccountEntry, ...]:
        """Return all ``sites``, ``queues`` or ``agents`` of a PBX. Raises ``FeedError``."""
        return await self._client.entries(f"{pbx_path(pbx_id)}/{what}", CustomerList())
