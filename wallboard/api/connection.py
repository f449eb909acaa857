"""The connections: where they may lead, how they are secured, and the HTTP client over them."""

import contextlib
import ipaddress
import os
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookiejar import CookieJar, DefaultCookiePolicy
from types import MappingProxyType

import httpx

from wallboard import __version__
from wallboard.api.bodies import guard
from wallboard.errors import ConfigurationError

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


@dataclass(frozen=True, slots=True)
class ClientOptions:
    """How the API is reached.

    ``timeout``: seconds for a whole exchange, sign-in and replay included. ``ca_bundle``: a file
    or folder of certificates used instead of the public ones; ``client_cert``, ``client_key``:
    files. ``max_body``: bytes of a decoded answer.
    """

    base_url: str = "https://api.8x8.com/analytics/work"
    timeout: float = 10.0
    ca_bundle: str = ""
    client_cert: str = ""
    client_key: str = ""
    max_body: int = 16_000_000


def check(options: ClientOptions) -> httpx.URL:
    """Return the base URL without a slash at its end.

    Raises ``ConfigurationError`` for what is no URL, holds a user or a query, or would send
    secrets in the clear: ``http://`` is for loopback only.
    """
    try:
        url = httpx.URL(options.base_url.rstrip("/"))
    except (httpx.InvalidURL, ValueError):
        url = httpx.URL("")
    if url.scheme not in ("https", "http") or not url.host:
        raise ConfigurationError(["api.base_url: write https://host/path"])
    if url.userinfo or url.query or url.fragment:
        raise ConfigurationError(["api.base_url: no user, password, query or fragment in it"])
    if url.scheme == "http" and not loopback(url.host):
        raise ConfigurationError(
            ["api.base_url: http:// sends secrets in the clear, so it is for loopback only"],
            "Write https://",
        )
    return url


def loopback(host: str) -> bool:
    """Return whether ``host`` is this machine."""
    if host.lower().rstrip(".") == "localhost":
        return True
    with contextlib.suppress(ValueError):
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    return False


def tls(options: ClientOptions, url: httpx.URL) -> ssl.SSLContext:
    """Return the TLS settings: 1.2 or newer, certificate and name always verified.

    Raises ``ConfigurationError`` for files that cannot be used.
    """
    if url.scheme == "http":
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # trusts nobody; never used
    context = _trusting(options.ca_bundle, url)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if options.client_cert:
        try:
            # Without the empty passphrase OpenSSL would ask for one on the terminal.
            context.load_cert_chain(options.client_cert, options.client_key or None, lambda: "")
            loaded = True
        except (OSError, ValueError):
            loaded = False
        if not loaded:
            raise ConfigurationError(
                ["api.client_cert, api.client_key: not a readable certificate and plain key"]
            )
    return context


def _trusting(bundle: str, url: httpx.URL) -> ssl.SSLContext:
    folder = os.path.isdir(bundle)
    try:
        if not bundle:
            return httpx.create_ssl_context(trust_env=not loopback(url.host))
        return ssl.create_default_context(
            cafile=None if folder else bundle, capath=bundle if folder else None
        )
    except (OSError, ValueError):
        named = "api.ca_bundle" if bundle else "the environment's SSL_CERT_FILE or SSL_CERT_DIR"
    raise ConfigurationError([f"{named}: not a readable file or folder of certificates"])


def build(
    options: ClientOptions,
    url: httpx.URL,
    context: ssl.SSLContext,
    transport: httpx.AsyncBaseTransport | None,
) -> httpx.AsyncClient:
    """Return a new HTTP client. It has no timeouts of its own: the exchange's deadline rules.

    Loopback is never sent through a proxy of the environment. No cookie is kept: a server could
    let them grow for months. Raises ``ConfigurationError`` for a proxy that cannot be used.
    """
    no_cookies = CookieJar(DefaultCookiePolicy(allowed_domains=[]))
    with contextlib.suppress(ValueError, ImportError, httpx.InvalidURL):
        return httpx.AsyncClient(
            verify=context,
            transport=transport,
            timeout=None,  # noqa: S113 - each whole exchange has one deadline
            limits=httpx.Limits(
                max_connections=MOST_CONNECTIONS,
                max_keepalive_connections=MOST_CONNECTIONS,
                keepalive_expiry=KEEP_ALIVE,
            ),
            follow_redirects=False,
            trust_env=not loopback(url.host),
            cookies=no_cookies,
            event_hooks={"response": [guard(options.max_body)]},
        )
    # Out here, for the error itself may hold a proxy's password.
    raise ConfigurationError(["the environment's proxy settings cannot be used"])
