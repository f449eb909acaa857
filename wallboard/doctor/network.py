"""The way to the API below HTTP: which host, its addresses, a connection, its certificate."""

import asyncio
import ipaddress
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from wallboard.clock import Clock
from wallboard.errors import Unreachable

_NETWORK = "Check the network, the firewall and, if one is needed, the proxy"
_PROXIES = ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")
_DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class Target:
    """Where the first connection goes. ``tls``: how it is secured, ``None`` if it is not.

    ``proxy``: the variable of the environment that sends it through a proxy: then host and port
    are the proxy's, and ``tls`` is left to the request that goes through it.
    """

    host: str
    port: int
    tls: ssl.SSLContext | None = None
    proxy: str = ""


@dataclass(frozen=True, slots=True)
class Connected:
    """What a connection showed. ``tls``: its version, ``""`` if there is none.

    ``days``: until the server's certificate ends, ``None`` if there is none.
    """

    tls: str = ""
    days: float | None = None


def target_of(base_url: str, environ: Mapping[str, str], tls: ssl.SSLContext | None) -> Target:
    """Return where a request to ``base_url`` first goes; loopback is never sent to a proxy.

    ``tls``: how connections to the API are secured.
    """
    parts = urlsplit(base_url)
    secure = parts.scheme == "https"
    host, port = parts.hostname or "", parts.port or (443 if secure else 80)
    straight = Target(host, port, tls if secure else None)
    return straight if not secure or _loopback(host) else _through_proxy(straight, environ)


def _loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _through_proxy(straight: Target, environ: Mapping[str, str]) -> Target:
    variable = next((name for name in _PROXIES if environ.get(name)), "")
    exempt = environ.get("no_proxy") or environ.get("NO_PROXY") or ""
    if not variable or _exempt(straight.host, exempt):
        return straight
    written = environ[variable]
    try:
        proxy = urlsplit(written if "//" in written else f"//{written}")
        usual = 443 if proxy.scheme == "https" else 1080 if "socks" in proxy.scheme else 80
        return Target(proxy.hostname or "", proxy.port or usual, None, variable)
    except ValueError:
        # What is no address is told by the room that would use it.
        return straight


def _exempt(host: str, written: str) -> bool:
    """Whether ``NO_PROXY`` names the host or a domain that it is in."""
    names = [name.strip().lower() for name in written.split(",")]
    return any(
        name == "*" or host == name.lstrip(".") or host.endswith(f".{name.lstrip('.')}")
        for name in names
        if name
    )


class SystemNetwork:
    """The machine's own network. ``timeout``: seconds for each question."""

    def __init__(self, timeout: float, clock: Clock) -> None:
        self._timeout = timeout
        self._clock = clock

    async def resolve(self, target: Target) -> tuple[str, ...]:
        """Return the host's addresses. Raises ``Unreachable``."""
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(self._timeout):
                found = await loop.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
        except TimeoutError:
            why = f"No answer to the question for the host's addresses within {self._timeout:g} s"
        except (OSError, UnicodeError):
            why = "The host's name could not be resolved"
        else:
            return tuple(dict.fromkeys(str(address[4][0]) for address in found))
        raise Unreachable(why, f"{_NETWORK}, and base_url in [api]")

    async def connect(self, target: Target) -> Connected:
        """Connect, look at the certificate, and hang up. Raises ``Unreachable``."""
        try:
            async with asyncio.timeout(self._timeout):
                _, writer = await asyncio.open_connection(target.host, target.port, ssl=target.tls)
        except ssl.SSLCertVerificationError as error:
            raise Unreachable(
                f"The server's certificate could not be verified ({_reason(error)})",
                "Behind a proxy that opens TLS, name its certificate in ca_bundle of [api]; else "
                "check base_url and the machine's clock",
            ) from None
        except ssl.SSLError:
            raise Unreachable(
                "No secure connection (TLS) could be made",
                "Check base_url, ca_bundle, client_cert and client_key in [api], and the proxy",
            ) from None
        except TimeoutError:
            raise Unreachable(f"No connection within {self._timeout:g} s", _NETWORK) from None
        except ConnectionRefusedError:
            raise Unreachable("The connection was refused", f"{_NETWORK}, and base_url") from None
        except OSError:
            raise Unreachable("No connection could be made", _NETWORK) from None
        try:
            return _connected(writer.get_extra_info("ssl_object"), self._clock.now().timestamp())
        finally:
            writer.transport.abort()


def _connected(tls: ssl.SSLObject | None, now: float) -> Connected:
    if tls is None:
        return Connected()
    ends = (tls.getpeercert() or {}).get("notAfter")
    days = None
    if isinstance(ends, str):
        days = (ssl.cert_time_to_seconds(ends) - now) / _DAY
    return Connected(tls.version() or "TLS", days)


_REASONS = {
    9: "it is not valid yet",
    10: "it has expired",
    18: "it was signed by itself",
    19: "it was signed by nobody that this machine trusts",
    20: "it was signed by nobody that this machine trusts",
    21: "it was signed by nobody that this machine trusts",
    62: "it is another host's",
    64: "it is another host's",
}
"""OpenSSL's numbers, in words of our own: its texts may repeat names from the certificate."""


def _reason(error: ssl.SSLCertVerificationError) -> str:
    return _REASONS.get(error.verify_code, f"OpenSSL's reason {error.verify_code}")
