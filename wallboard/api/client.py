"""The endpoints: what is asked, and one body or one error for it."""

import re
from collections.abc import Callable, Iterable, Mapping
from urllib.parse import quote

import httpx

from wallboard.api import statuses
from wallboard.api.auth import Credentials, TokenAuth
from wallboard.api.connection import HEADERS, ClientOptions
from wallboard.api.customer import PAGE_SIZE, Entry, Listing
from wallboard.api.exchange import Exchanges
from wallboard.clock import Clock
from wallboard.errors import Nonsense
from wallboard.model.metrics import CATALOGUE

__all__ = ["Client", "ClientOptions"]

MOST_PAGES = 300
"""Pages of one list: what has more is not this API."""

DROPPED_FOR = 3_600.0
"""Seconds until a metric that the API did not know is asked for again: it may have been a fault."""

_UNKNOWN_METRICS = re.compile(rb"invalid metrics passed\W*\[([^\]]*)\]", re.IGNORECASE)


class Client:
    """The API of one account: one token and one set of connections for all feeds.

    Every method raises errors of ``errors.FeedError`` only, and ends by the deadline of each
    exchange. Raises ``ConfigurationError`` at once for options that cannot be used.
    ``random`` gives numbers in [0, 1); ``transport`` replaces the network in tests.
    """

    def __init__(
        self,
        options: ClientOptions,
        credentials: Credentials,
        clock: Clock,
        random: Callable[[], float],
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._clock = clock
        self._exchanges = Exchanges(options, transport)
        self._base = str(self._exchanges.url)
        self._auth = TokenAuth(
            credentials, f"{self._base}/v1/oauth/token", self._sign_in, clock, random
        )
        self._dropped: frozenset[str] = frozenset()
        self._dropped_at = 0.0

    def __repr__(self) -> str:
        return "Client()"

    @property
    def dropped(self) -> frozenset[str]:
        """Metrics that the API does not know; not asked for again within the hour."""
        return self._dropped

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
        sort: str = "name,asc",
    ) -> bytes:
        """Return the body of "Real-time call-queue metrics" for one PBX; times are milliseconds.

        Empty ``site_ids``, ``queue_ids`` and ``metrics`` mean all. A metric that the API does
        not know is left out, and remembered in ``dropped``; the deadline is over all of it.
        """
        path = f"/v2/call-queues/real-time/pbxes/{quote(pbx_id, safe='')}"
        query = {
            "siteIds": ",".join(site_ids),
            "queueIds": ",".join(queue_ids),
            "includeSummary": "true" if include_summary else "false",
            "sort": sort,
        }
        wanted = tuple(metrics) or tuple(CATALOGUE)
        if self._clock.elapsed() - self._dropped_at >= DROPPED_FOR:
            self._dropped = frozenset()
        async with self._exchanges.deadline():
            while True:
                asked = [name for name in wanted if name not in self._dropped]
                if not asked:
                    raise Nonsense(
                        "The API knows none of the metrics that it is asked for",
                        "Check metrics in [api]: the account may have another endpoint",
                    )
                everything = len(asked) == len(CATALOGUE)
                names = "" if everything else ",".join(asked)
                response = await self._asked(path, {**query, "metrics": names})
                unknown = _unknown_metrics(response, asked)
                if not unknown:
                    return self._body(response)
                self._dropped |= unknown
                self._dropped_at = self._clock.elapsed()

    async def entries(self, path: str, listing: Listing) -> tuple[Entry, ...]:
        """Return a whole list of the customer data; ``listing`` keeps what a failure left.

        Asked by page number: links in an answer are never followed. Each page has a deadline.
        """
        while not listing.complete:
            if listing.page >= MOST_PAGES:
                listing.restart()
                raise Nonsense("The list of names has no end", "Check base_url in [api]")
            query = {"page": str(listing.page), "size": str(PAGE_SIZE), "sort": "name,ASC"}
            async with self._exchanges.deadline():
                response = await self._asked(path, query)
            listing.take(self._body(response))
        return listing.entries

    async def aclose(self) -> None:
        """Close the connections; what is in flight ends on its own."""
        await self._exchanges.aclose()

    async def _asked(self, path: str, query: Mapping[str, str]) -> httpx.Response:
        params = {name: value for name, value in query.items() if value}
        request = httpx.Request("GET", self._base + path, params=params, headers=HEADERS)
        return await self._exchanges.carry(request, self._auth)

    async def _sign_in(self, request: httpx.Request, *, share: float) -> httpx.Response:
        async with self._exchanges.deadline(share):
            return await self._exchanges.carry(request, None)

    def _body(self, response: httpx.Response) -> bytes:
        if response.status_code != 200:
            raise statuses.failure(response.status_code, response.headers, self._clock.now())
        return response.content


def _unknown_metrics(response: httpx.Response, asked: Iterable[str]) -> frozenset[str]:
    """Return the metrics that a 400 complains of, as we write them."""
    if response.status_code != 400:
        return frozenset()
    found = b",".join(_UNKNOWN_METRICS.findall(response.content)).decode(errors="replace")
    named = {name.strip(" \"'\\").casefold() for name in found.split(",")}
    return frozenset(name for name in asked if name.casefold() in named)
