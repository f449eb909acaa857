"""Why a request got no answer, in words; nothing of the transport's own text is kept."""

import errno
import re
import socket
import ssl
from collections.abc import Iterator, Mapping
from typing import Any

import httpx

from wallboard.api.http.environment import PROXIES
from wallboard.errors import FeedError, InvalidResponse, Unreachable

_NETWORK = "Check the network, the firewall and, if one is needed, the proxy"


class Trace:
    """What the transport did for one request: whether its connection was new, and answered."""

    def __init__(self) -> None:
        self._connecting = False
        self._fresh = False
        self._answered = False
        self._stream: Any = None

    async def __call__(self, event: str, info: Mapping[str, Any]) -> None:
        """Take one event of the transport (the ``trace`` extension of httpx)."""
        if event == "connection.connect_tcp.started":
            self._connecting = True
        elif event == "connection.connect_tcp.complete":
            self._stream = info.get("return_value")
        elif event.endswith(".send_request_headers.started"):
            self._fresh, self._connecting, self._answered = self._connecting, False, False
        elif event.endswith(".receive_response_headers.complete"):
            self._answered = True

    @property
    def stale(self) -> bool:
        """Whether the failed request met an idle connection that was closed under it."""
        return not (self._fresh or self._connecting or self._answered)

    async def abandon(self) -> None:
        """Close the connection that was made for a request which is then cancelled.

        During a TLS handshake nobody else knows of it: each deadline would cost a descriptor.
        """
        if self._stream is not None:
            await self._stream.aclose()


def broke_off(error: Exception) -> bool:
    """Return whether the connection ended, rather than could not be made."""
    if isinstance(error, httpx.RemoteProtocolError):
        return "disconnected" in str(error) or "closed" in str(error)
    return isinstance(error, httpx.ReadError | httpx.WriteError | httpx.CloseError)


def deadline_error(seconds: float) -> Unreachable:
    """Return the error of an exchange that its deadline ended."""
    return Unreachable(
        f"No complete answer within {seconds:g} s",
        f"{_NETWORK}; if answers are only slow, raise timeout in [api]",
    )


def trouble(error: Exception) -> FeedError:
    """Return why there was no answer, in words; nothing of the error's own text is kept."""
    causes = tuple(_causes(error))
    if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes):
        return Unreachable(
            "The server's certificate could not be verified",
            "Behind a proxy that opens TLS, name its certificate in ca_bundle of [api]; else "
            "check base_url and the machine's clock",
        )
    if any(isinstance(cause, ssl.SSLError) for cause in causes):
        return Unreachable(
            "No secure connection (TLS) could be made",
            "Check base_url, ca_bundle, client_cert and client_key in [api], and the proxy",
        )
    if isinstance(error, httpx.ProxyError):
        return _proxy_trouble(error)
    if any(isinstance(cause, socket.gaierror) for cause in causes):
        return Unreachable("The host's name could not be resolved", f"{_NETWORK}, and base_url")
    if any(isinstance(cause, ConnectionRefusedError) for cause in causes):
        return Unreachable("The connection was refused", f"{_NETWORK}, and base_url")
    if any(_no_way(cause) for cause in causes):
        return Unreachable("There is no way to the host from this network", _NETWORK)
    if broke_off(error):
        return Unreachable("The connection broke off before the answer was complete", _NETWORK)
    if isinstance(error, httpx.ProtocolError):
        return InvalidResponse(
            "What answered does not speak HTTP",
            "Check base_url in [api], and the proxy if there is one",
        )
    return Unreachable("No connection could be made", _NETWORK)


def _proxy_trouble(error: httpx.ProxyError) -> Unreachable:
    """Return what a proxy meant: of its own text only the status is kept."""
    found = re.match(r"[1-5][0-9]{2}\b", str(error))
    status = f" (HTTP {found[0]})" if found else ""
    if status.endswith("407)"):
        return Unreachable(
            "The proxy refuses its user and password",
            f"Write http://user:password@host:port into the proxy's variable ({PROXIES[1]}), "
            "letters other than a-z and digits as %xx",
        )
    return Unreachable(
        f"The proxy did not let the connection through{status}",
        f"{_NETWORK}; its variable is one of {', '.join(PROXIES)}",
    )


def _no_way(cause: BaseException) -> bool:
    codes = (errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN)
    return isinstance(cause, OSError) and cause.errno in codes


def _causes(error: BaseException | None, depth: int = 8) -> Iterator[BaseException]:
    if error is None or depth == 0:
        return
    yield error
    if isinstance(error, BaseExceptionGroup):
        for inner in error.exceptions:
            yield from _causes(inner, depth - 1)
    yield from _causes(error.__cause__ or error.__context__, depth - 1)
