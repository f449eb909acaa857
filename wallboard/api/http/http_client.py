"""Exchanges: requests carried by one HTTP client under a deadline, and the client's renewal.

A deadline over an answer that drips ends by cancellation alone, and a cancelled request may keep
its place in the client's pool for ever. So after a deadline, as after any failed connection, the
client is retired and the next exchange gets a new one.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import httpx

from wallboard.api.http import connection
from wallboard.api.http import network_errors as troubles
from wallboard.api.http.connection import ClientOptions


class _Line:
    """One HTTP client and how many exchanges are on it: a retired one closes after its last."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self.http = http
        self.retired = False
        self.users = 0

    async def close_if_idle(self) -> None:
        if self.retired and self.users == 0 and not self.http.is_closed:
            await self.http.aclose()


class HttpClient:
    """All requests of one account go through here. ``transport`` replaces the network in tests.

    Raises ``ConfigurationError`` at once for options that cannot be used.
    """

    def __init__(
        self, options: ClientOptions, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self.url = connection.check(options)
        self._options = options
        self._way = connection.way(options)
        self._tls = connection.tls(options, self.url, self._way)
        self._transport = transport
        self._line = self._new_line()

    @contextlib.asynccontextmanager
    async def deadline(self, share: float = 1.0) -> AsyncIterator[None]:
        """Bound all that is done within to ``share`` of the timeout, else ``Unreachable``."""
        seconds = self._options.timeout * share
        try:
            async with asyncio.timeout(seconds):
                yield
            return
        except TimeoutError:
            pass
        raise troubles.deadline_error(seconds)

    async def carry(self, request: httpx.Request, auth: httpx.Auth | None) -> httpx.Response:
        """Return the whole answer, whatever its status. Raises ``FeedError`` and no other.

        A GET that met an idle connection which the other side had closed is sent again, once,
        at once.
        """
        trace = troubles.Trace()
        request.extensions["trace"] = trace
        answer = await self._try(request, auth, trace)
        if isinstance(answer, Exception):
            stale = trace.stale and troubles.broke_off(answer)
            if request.method == "GET" and stale:
                answer = await self._try(request, auth, trace)
        if isinstance(answer, Exception):
            raise troubles.trouble(answer)
        return answer

    async def aclose(self) -> None:
        """Close the connections; what is in flight ends on its own, and closes its own."""
        self._line.retired = True
        await self._line.close_if_idle()

    async def _try(
        self, request: httpx.Request, auth: httpx.Auth | None, trace: troubles.Trace
    ) -> httpx.Response | Exception:
        """Send once: the answer, or what the transport failed of."""
        line = self._current()
        line.users += 1
        try:
            return await line.http.send(request, auth=auth)
        # OSError: a TLS alert while reading passes httpx unchanged.
        except (httpx.HTTPError, httpx.StreamError, OSError) as error:
            line.retired = True
            return error
        except asyncio.CancelledError:
            line.retired = True
            await trace.abandon()
            raise
        finally:
            line.users -= 1
            await line.close_if_idle()

    def _current(self) -> _Line:
        if self._line.retired:
            self._line = self._new_line()
        return self._line

    def _new_line(self) -> _Line:
        return _Line(connection.build(self._options, self._tls, self._way, self._transport))
