"""The connections: where they may lead, how they are secured, and the HTTP client over them."""

import os
import ssl
from collections.abc import Mapping
from dataclasses import field
from http.cookiejar import CookieJar, DefaultCookiePolicy
from types import MappingProxyType

import httpx

from wallboard import __version__
from wallboard.api.http import socks
from wallboard.api.http.body_limits import guard
from wallboard.api.http.environment import Proxy, Way, loopback, way_to
from wallboard.api.wire.parsing import MOST_ROWS
from wallboard.errors import ConfigurationError
from wallboard.host.tls import client_context, verifying
from wallboard.records import dataclass

KEEP_ALIVE = 330.0
"""Seconds an idle connection is kept: longer than the longest interval between polls."""

MOST_CONNECTIONS = 32
"""At the same time; more requests wait."""

HEADERS: Mapping[str, str] = MappingProxyType(
    {
        "Accept": "application/json",
        "Accept-Encoding": "gzip",
        "Cache-Control": "no-cache",
        "User-Agent": f"wallboard/{__version__}",
    }
)
"""Sent with every request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientOptions:
    """How the API is reached.

    ``timeout``: seconds for a whole exchange, sign-in and replay included. ``ca_bundle``: a file
    or folder of certificates used instead of the public ones; ``client_cert``, ``client_key``:
    files. ``max_body``: bytes of a decoded answer; ``max_queues``: rows of one. ``environ``: for
    proxies and certificates.
    """

    base_url: str = "https://api.8x8.com/analytics/work"
    timeout: float = 10.0
    ca_bundle: str = ""
    client_cert: str = ""
    client_key: str = ""
    max_body: int = 16_000_000
    max_queues: int = MOST_ROWS
    environ: Mapping[str, str] = field(
        default_factory=lambda: os.environ, repr=False, compare=False
    )


def check(options: ClientOptions) -> httpx.URL:
    """Return the base URL without a slash at its end.

    Raises ``ConfigurationError`` for what is no URL, holds a user or a query, or would send
    secrets in the clear: ``http://`` is for loopback only.
    """
    try:
        url = httpx.URL(options.base_url.rstrip("/"))
        fine = url.scheme in ("https", "http") and bool(url.host)
    except (httpx.InvalidURL, ValueError):  # its host too may be no name: "xn--a"
        fine = False
    if not fine:
        raise ConfigurationError(["api.base_url: write https://host/path"])
    if url.userinfo or url.query or url.fragment:
        raise ConfigurationError(["api.base_url: no user, password, query or fragment in it"])
    if url.scheme == "http" and not loopback(url.host):
        raise ConfigurationError(
            ["api.base_url: http:// sends secrets in the clear, so it is for loopback only"],
            "Write https://",
        )
    return url


def way(options: ClientOptions) -> Way:
    """Return how the environment has the API reached; see ``environment.way_to``."""
    return way_to(options.base_url, options.environ, ca_bundle=bool(options.ca_bundle))


def tls(options: ClientOptions, url: httpx.URL, reached: Way) -> ssl.SSLContext:
    """Return the TLS settings: 1.2 or newer, certificate and name always verified.

    Raises ``ConfigurationError`` for files that cannot be used.
    """
    if url.scheme == "http":
        return verifying()  # trusts nobody; never used
    context = client_context(
        options.ca_bundle,
        options.client_cert,
        options.client_key,
        section="api",
        file=reached.certificates,
        folders=reached.folders,
    )
    if reached.key_log:
        context.keylog_filename = reached.key_log
    return context


def build(
    options: ClientOptions,
    context: ssl.SSLContext,
    reached: Way,
    transport: httpx.AsyncBaseTransport | None,
) -> httpx.AsyncClient:
    """Return a new HTTP client. It has no timeouts of its own: the exchange's deadline rules.

    No cookie is kept: a server could let them grow for months. What httpx itself would read of
    the environment is not trusted: it raises on lists of exempt hosts that others accept.
    """
    no_cookies = CookieJar(DefaultCookiePolicy(allowed_domains=[]))
    limits = httpx.Limits(
        max_connections=MOST_CONNECTIONS,
        max_keepalive_connections=MOST_CONNECTIONS,
        keepalive_expiry=KEEP_ALIVE,
    )
    proxy = reached.proxy if transport is None else None
    if proxy and proxy.kind.startswith("socks"):
        transport, proxy = socks.transport(proxy, context, limits), None
    return httpx.AsyncClient(
        verify=context,
        transport=transport,
        proxy=_http_proxy(proxy, context) if proxy else None,
        timeout=None,  # noqa: S113 - each whole exchange has one deadline
        limits=limits,
        follow_redirects=False,
        trust_env=False,
        cookies=no_cookies,
        event_hooks={"response": [guard(options.max_body, options.max_queues)]},
    )


def _http_proxy(proxy: Proxy, context: ssl.SSLContext) -> httpx.Proxy:
    url = httpx.URL(scheme=proxy.kind, host=proxy.host, port=proxy.port)
    who = (proxy.user, proxy.password) if proxy.user or proxy.password else None
    return httpx.Proxy(url, auth=who, ssl_context=context if proxy.kind == "https" else None)
