"""The endpoints: what is asked, and one body or one error for it."""

import logging
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from urllib.parse import quote

import httpx

from wallboard.api.customer import PAGE_SIZE, CustomerList, pbx_path
from wallboard.api.http import status_errors as statuses
from wallboard.api.http.body_limits import Body, body_of
from wallboard.api.http.connection import HEADERS, ClientOptions
from wallboard.api.http.http_client import HttpClient
from wallboard.api.token.sign_in import Credentials
from wallboard.api.token.token import TokenAuth
from wallboard.api.wire.parsing import parse_body
from wallboard.api.wire.successor_names import AGENT_METRICS, MAY_BE_ASKED, instant
from wallboard.errors import InvalidResponse
from wallboard.host.clock import Clock
from wallboard.model.data.catalogue import CATALOGUE
from wallboard.model.data.reading import AccountEntry

MOST_PAGES = 300
"""Pages of one list: what has more is not this API."""

DROPPED_FOR = 3_600.0
"""Seconds until a metric that the API did not know is asked for again: it may have been a fault."""

MOST_CALLS = 100
"""Calls of one PBX that are asked for."""

_PAGES_OF_CALLS: Sequence[Mapping[str, str]] = (
    {"paging": f"0,{MOST_CALLS}", "sorting": "startTime,asc"},
    {"limit": str(MOST_CALLS), "sortingField": "startTime", "sortingDirection": "ASC"},
)
"""How a page of calls is asked for, in the guide and in the reference."""

_LOG = logging.getLogger(__name__)

_UNKNOWN_METRICS = re.compile(rb"invalid metrics passed\W*\[([^\]]*)\]", re.IGNORECASE)


class Client:
    """The API of one account: one token and one set of connections for all feeds.

    Every method raises errors of ``errors.FeedError`` only, and ends by the deadline of each
    exchange. Raises ``ConfigurationError`` at once for options that cannot be used.
    ``credentials`` gives those of now; ``random`` gives numbers in [0, 1); ``transport`` replaces
    the network in tests; ``signed_in`` hears of each sign-in. ``max_queues``: the most rows of one
    answer.
    """

    def __init__(
        self,
        options: ClientOptions,
        credentials: Callable[[], Credentials],
        clock: Clock,
        random: Callable[[], float],
        transport: httpx.AsyncBaseTransport | None = None,
        *,
        signed_in: Callable[[], None] = lambda: None,
    ) -> None:
        self._clock = clock
        self.max_queues = options.max_queues
        self._exchanges = HttpClient(options, transport)
        self._base = str(self._exchanges.url)
        self._auth = TokenAuth(
            credentials,
            f"{self._base}/v1/oauth/token",
            self._sign_in,
            clock,
            random,
            signed_in=signed_in,
        )
        self._live, self._successor, self._agents = (_Dropped(clock) for _ in range(3))
        self._pages = 0

    def __repr__(self) -> str:
        return "Client()"

    @property
    def dropped(self) -> frozenset[str]:
        """Metrics that the API does not know; not asked for again within the hour.

        By each endpoint's own names: ``waitingCalls``, ``ongoingWaitingCalls``.
        """
        return self._live.names | self._successor.names

    def ask_now(self) -> None:
        """Let a refused sign-in be tried at once; has an effect at most once a minute."""
        self._auth.ask_now()

    async def sign_in(self) -> None:
        """Sign in, unless there is a token that lives. Raises errors of ``FeedError`` only."""
        await self._auth.sign_in()

    async def realtime(
        self,
        pbx_id: str,
        *,
        site_ids: Iterable[str] = (),
        queue_ids: Iterable[str] = (),
        metrics: Iterable[str] = (),
        include_summary: bool = True,
    ) -> Body:
        """Return the body of "Real-time call-queue metrics" for one PBX; times are milliseconds.

        Empty ``site_ids``, ``queue_ids`` and ``metrics`` mean all. A metric that the API does
        not know is left out, and remembered in ``dropped``; the deadline is over all of it.
        """
        query = {**_queue_query(site_ids, queue_ids, include_summary), "sort": "name,asc"}
        wanted = tuple(metrics) or tuple(CATALOGUE)
        path = f"/v2/call-queues/real-time/pbxes/{quote(pbx_id, safe='')}"
        response = await self._with_metrics(path, query, wanted, self._live, CATALOGUE)
        if response.status_code == 403 and statuses.names_endpoint(response.content, pbx_id):
            raise statuses.retired_error()
        return self._body(response)

    async def call_queue_metrics(
        self,
        pbx_id: str,
        *,
        site_ids: Iterable[str] = (),
        queue_ids: Iterable[str] = (),
        metrics: Iterable[str] = (),
        start: datetime | None = None,
        end: datetime | None = None,
        include_summary: bool = True,
    ) -> Body:
        """Return the body of "Call queue metrics" for one PBX; its times are in a unit of its own.

        ``metrics``: by the API's own names; those that it does not document are read if sent,
        and not asked for; none: everything. ``start`` and ``end``, both or neither, say which
        past is told; live metrics are of now in any case. Else as ``realtime``.
        """
        query = _queue_query(site_ids, queue_ids, include_summary)
        if start is not None and end is not None:
            query |= {"startDate": instant(start), "endDate": instant(end)}
        wanted = [name for name in metrics if name in MAY_BE_ASKED]
        path = f"{pbx_path(pbx_id)}/call-queue-metrics"
        return self._body(await self._with_metrics(path, query, wanted, self._successor))

    async def queue_agent_activity(
        self, pbx_id: str, *, site_ids: Iterable[str] = (), queue_ids: Iterable[str] = ()
    ) -> Body:
        """Return the body of "Queue agent activity" for one PBX, with the times in each status."""
        query = _queue_query(site_ids, queue_ids, False)
        path = f"{pbx_path(pbx_id)}/queue-agent-activity"
        return self._body(await self._with_metrics(path, query, AGENT_METRICS, self._agents))

    async def active_calls(self, pbx_id: str) -> Body:
        """Return the body of "Active calls" for one PBX: those that go on for longest.

        Known from the vendor's guide and its reference, which ask for a page in two ways: the
        other one is tried after a 400, and kept if it works. ``EndpointGone`` where there is no
        such endpoint.
        """
        path = f"{pbx_path(pbx_id)}/calls/active"
        async with self._exchanges.deadline():
            response = await self._get(path, _PAGES_OF_CALLS[self._pages])
            if response.status_code == 400 and not statuses.refuses(response.content):
                other = 1 - self._pages
                again = await self._get(path, _PAGES_OF_CALLS[other])
                if again.status_code != 400:  # else it was not for how a page is asked for
                    self._pages, response = other, again
        return self._body(response)

    async def _with_metrics(
        self,
        path: str,
        query: Mapping[str, str],
        wanted: Collection[str],
        dropped: "_Dropped",
        everything: Collection[str] = (),
    ) -> httpx.Response:
        """Ask without the metrics that the API does not know; the deadline is over all of it.

        ``everything``: what it sends unasked, so that all of this need not be named.
        """
        dropped.expire()
        async with self._exchanges.deadline():
            while True:
                asked = [name for name in wanted if name not in dropped.names]
                if wanted and not asked:
                    raise InvalidResponse(
                        "The API knows none of the metrics that it is asked for",
                        "Check metrics in [api]: the account may have another endpoint",
                    )
                names = "" if len(asked) == len(everything) else ",".join(asked)
                response = await self._get(path, {**query, "metrics": names})
                unknown = _unknown_metrics(response, asked)
                if not unknown:
                    return response
                dropped.add(unknown)

    async def entries(self, path: str, listing: CustomerList) -> tuple[AccountEntry, ...]:
        """Return a whole list of the customer data; ``listing`` keeps what a failure left.

        Asked by page number: links in an answer are never followed. Each page has a deadline.
        """
        while not listing.complete:
            if listing.page >= MOST_PAGES:
                # So many requests are not made again at once.
                raise _endless_list(listing, statuses.MOST_WAIT)
            query = {"page": str(listing.page), "size": str(PAGE_SIZE), "sort": "name,ASC"}
            async with self._exchanges.deadline():
                response = await self._get(path, query)
            answer, notes = await parse_body(self._body(response).content)
            for note in notes:
                _LOG.info("%s: %s", path, note)
            listing.take(answer)
            if listing.unusable:
                _LOG.warning("%s: entries without a usable id: %d", path, listing.unusable)
            if listing.length > self.max_queues:
                raise _endless_list(listing)
        return listing.entries

    async def aclose(self) -> None:
        """Close the connections; what is in flight ends on its own."""
        await self._exchanges.aclose()

    async def _get(self, path: str, query: Mapping[str, str]) -> httpx.Response:
        params = {name: value for name, value in query.items() if value}
        request = httpx.Request("GET", self._base + path, params=params, headers=HEADERS)
        return await self._exchanges.carry(request, self._auth)

    async def _sign_in(self, request: httpx.Request, *, share: float) -> httpx.Response:
        async with self._exchanges.deadline(share):
            return await self._exchanges.carry(request, None)

    def _body(self, response: httpx.Response) -> Body:
        if response.status_code != 200:
            status, now = response.status_code, self._clock.now()
            raise statuses.failure(status, response.headers, now, response.content)
        return body_of(response.content, response.headers)


def _queue_query(
    site_ids: Iterable[str], queue_ids: Iterable[str], include_summary: bool
) -> dict[str, str]:
    """Return the part of a query that says which queues are told, and whether totals are."""
    return {
        "siteIds": ",".join(site_ids),
        "queueIds": ",".join(queue_ids),
        "includeSummary": "true" if include_summary else "false",
    }


def _endless_list(listing: CustomerList, wait: float | None = None) -> InvalidResponse:
    """Return the error of a list that is far too long. ``wait``: seconds until it is read again."""
    listing.restart()
    return InvalidResponse(
        "The list of names has no end",
        "Check base_url in [api], or raise max_queues in [api]",
        retry_after=wait,
    )


class _Dropped:
    """The metrics that one endpoint does not know, for as long as that is believed."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._at = 0.0
        self.names: frozenset[str] = frozenset()

    def add(self, names: frozenset[str]) -> None:
        self.names |= names
        self._at = self._clock.elapsed()

    def expire(self) -> None:
        if self._clock.elapsed() - self._at >= DROPPED_FOR:
            self.names = frozenset()


def _unknown_metrics(response: httpx.Response, asked: Iterable[str]) -> frozenset[str]:
    """Return the metrics that a 400 complains of, as we write them."""
    if response.status_code != 400:
        return frozenset()
    found = b",".join(_UNKNOWN_METRICS.findall(response.content)).decode(errors="replace")
    named = {name.strip(" \"'\\").casefold() for name in found.split(",")}
    return frozenset(name for name in asked if name.casefold() in named)
