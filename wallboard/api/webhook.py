"""Requests to addresses of the user's own: the JSON of a message, and the sign of life.

The address is a secret: no word of what failed has anything of it. Nothing of the account goes
there: each request has a client of its own, without its key, token or client certificate.
Redirects are not followed, and of an answer only the status is read.
"""

import asyncio
import json
import os
import ssl
from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import urlsplit, urlunsplit

import httpx
from pydantic import SecretStr

from wallboard.api.http import connection
from wallboard.api.http.connection import ClientOptions
from wallboard.api.http.network_errors import Trace, trouble
from wallboard.api.http.status_errors import retry_after
from wallboard.errors import ConfigurationError, SendingFailed

_SCHEMES = {"json": "http", "jsons": "https"}
"""How Apprise writes them."""

_ADDRESS = "Check the address in the configuration"
_NETWORK = "Check the address, the network and, if one is needed, the proxy"


class WebAddress:
    """An address that is asked, or to which JSON is sent, within ``timeout`` seconds.

    ``ca_bundle``: as in ``[api]``. ``environ``: for proxies and certificates.
    """

    def __init__(
        self,
        address: SecretStr,
        *,
        timeout: float = 10.0,
        ca_bundle: str = "",
        environ: Mapping[str, str] = os.environ,
    ) -> None:
        self._address = address
        self._timeout = timeout
        self._ca_bundle = ca_bundle
        self._environ = environ
        self._tls: ssl.SSLContext | None = None

    def __repr__(self) -> str:
        return f"{type(self).__name__}(**********)"

    async def post(self, document: Mapping[str, object]) -> None:
        """Send JSON. Raises ``SendingFailed`` and no other."""
        content = json.dumps(document, ensure_ascii=False).encode("utf-8", "replace")
        await self._carry("POST", "", content)

    async def ask(self, suffix: str) -> None:
        """Ask the address, with something behind its path. Raises ``SendingFailed``, no other."""
        await self._carry("GET", suffix, None)

    async def _carry(self, method: str, suffix: str, content: bytes | None) -> None:
        status, headers = await self._status(method, suffix, content)
        if not 200 <= status < 300:
            raise _refusal(status, headers)

    async def _status(
        self, method: str, suffix: str, content: bytes | None
    ) -> tuple[int, Mapping[str, str]]:
        """Return the status of the answer and its headers."""
        trace = Trace()
        headers = {**connection.HEADERS, "Content-Type": "application/json"}
        error: Exception
        try:
            async with (
                asyncio.timeout(self._timeout),
                self._client() as client,
                client.stream(
                    method,
                    _address(self._address, suffix),
                    content=content,
                    headers=headers if content is not None else connection.HEADERS,
                    extensions={"trace": trace},
                ) as answer,
            ):
                return answer.status_code, answer.headers
        except TimeoutError:
            await trace.abandon()
            raise _failure(f"No answer within {self._timeout:g} s", _NETWORK) from None
        except ConfigurationError as wrong:
            raise SendingFailed(wrong.words, wrong.remedy or _ADDRESS, again=False) from None
        except (httpx.InvalidURL, UnicodeError):
            raise _failure("What is written is no address", _ADDRESS, again=False) from None
        except (httpx.HTTPError, httpx.StreamError, OSError) as failed:
            error = failed
        # Outside of the handler: what httpx says of it has the address in it.
        raise _failure(trouble(error).words, _NETWORK)

    def _client(self) -> httpx.AsyncClient:
        """Return a new client: idle connections are not kept for months."""
        # Made anew each time: it shows the address to whoever prints it.
        options = ClientOptions(
            base_url=_address(self._address), ca_bundle=self._ca_bundle, environ=self._environ
        )
        reached = connection.way(options)
        if self._tls is None:
            self._tls = connection.tls(options, httpx.URL(options.base_url), reached)
        client = connection.build(options, self._tls, reached, None)
        client.event_hooks = {}  # what is asked of answers of the API
        return client


def _address(address: SecretStr, suffix: str = "") -> str:
    """Return the address as HTTP has it; ``suffix`` goes behind its path."""
    parts = urlsplit(address.get_secret_value())
    scheme = _SCHEMES.get(parts.scheme, parts.scheme)
    path = f"{parts.path.rstrip('/')}{suffix}" if suffix else parts.path
    return urlunsplit((scheme, parts.netloc, path, parts.query, ""))


def _failure(words: str, remedy: str, *, again: bool = True) -> SendingFailed:
    return SendingFailed(words, remedy, again=again)


def _refusal(status: int, headers: Mapping[str, str]) -> SendingFailed:
    """Return what a status other than "taken" means."""
    if 300 <= status < 400:
        words = "It answered with a redirect, which is not followed"
        return _failure(words, "Write the address that it leads to", again=False)
    if status in (401, 403, 404, 410):
        return _failure(f"It is refused (HTTP {status})", _ADDRESS, again=False)
    if status == 429:
        wait = retry_after(headers, datetime.now(UTC))
        words, remedy = "Too many messages (HTTP 429)", "Send fewer: levels, queues, quiet_hours"
        return SendingFailed(words, remedy, retry_after=wait)
    if status >= 500:
        return _failure(f"The receiver has a problem of its own (HTTP {status})", "Wait, or ask it")
    return _failure(f"It was not taken (HTTP {status})", _ADDRESS, again=False)
