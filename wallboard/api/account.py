"""The account: signed in, names looked up, its sources for each PBX."""

from wallboard.api.client import Client
from wallboard.api.directory import Directory, Wanted
from wallboard.api.live import LiveSource
from wallboard.api.polled import PolledPbx, WantedEndpoint, WantedUnit
from wallboard.api.sources import AgentsSource, CallsSource, TodaySource
from wallboard.clock import Clock
from wallboard.model.day import DayRule

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
        wanted: Wanted,
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
        self._known: dict[str, PolledPbx] = {}

    async def open(self) -> tuple[AnySource, ...]:
        """Sign in and look the names up; the sources of each PBX that is to be polled.

        All live ones come first, then today's, the agents', the calls'. Raises ``FeedError`` when
        that cannot be done now, ``UnknownName`` for names that no PBX has. May be called again.
        """
        pbxes = []
        for found in await self._directory.look_up():
            known = self._known.get(found.pbx.id) or PolledPbx(
                found.pbx, self._directory, self._clock, self._endpoint, self._time_unit
            )
            known.found(found)
            self._known[found.pbx.id] = known
            pbxes.append(known)
        called = {one.id: {one.id, one.name} for one in pbxes}
        for one in pbxes:
            others = (names for id_, names in called.items() if id_ != one.id)
            one.others = frozenset[str]().union(*others) - called[one.id]
        client, clock = self._client, self._clock
        sources: list[AnySource] = [
            LiveSource(client, one, self._metrics, clock, include_summary=self._include_summary)
            for one in pbxes
        ]
        if self._day is not None:
            sources += [TodaySource(client, one, self._day, clock) for one in pbxes]
        if self._people:
            sources += [AgentsSource(client, one, clock) for one in pbxes]
            sources += [CallsSource(client, one, clock) for one in pbxes]
        return tuple(sources)

    def ask_now(self) -> None:
        """Let a refused sign-in be tried at once; has an effect at most once a minute."""
        self._client.ask_now()

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()
