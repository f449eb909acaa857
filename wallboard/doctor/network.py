"""The way to the API below HTTP: which host, its addresses, a connection, its certificate."""

import asyncio
import socket
import ssl
from collections.abc import Sequence
from typing import Protocol
from urllib.parse import urlsplit

from wallboard.errors import Unreachable
from wallboard.host.clock import Clock
from wallboard.records import dataclass

_NETWORK = "Check the network, the firewall and, if one is needed, the proxy"
_DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class Target:
    """Where the first connection goes. ``tls``: how it is secured, ``None`` if it is not.

    ``proxy``: the variable of the environment that sends it through a proxy: then host and port
    are the proxy's, ``tls`` is how that is reached, and the API's own is left to the request.
    """

    host: str
    port: int
    tls: ssl.SSLContext | None = None
    proxy: str = ""


@dataclass(frozen=True, slots=True)
class ConnectionFacts:
    """What a connection showed. ``tls``: its version, ``""`` if there is none.

    ``days``: until the server's certificate ends, ``None`` if there is none.
    """

    tls: str = ""
    days: float | None = None


class Network(Protocol):
    """The way to the API below HTTP. Both raise ``errors.Unreachable`` and end by a deadline."""

    async def resolve(self, target: Target) -> Sequence[str]:
        """Return the addresses of the target's host."""
        ...

    async def connect(self, target: Target) -> ConnectionFacts:
        """Connect and hang up."""
        ...


def target_of(base_url: str, tls: ssl.SSLContext | None) -> Target:
    """Return where a request to ``base_url`` goes; ``tls``: how it is secured, if it is."""
    parts = urlsplit(base_url)
    secure = parts.scheme == "https"
    return Target(
        parts.hostname or "", parts.port or (443 if secure else 80), tls if secure else None
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

    async def connect(self, target: Target) -> ConnectionFacts:
        """Connect, look at the certificate, and hang up. Raises ``Unreachable``."""
        try:
            async with asyncio.timeout(self._timeout):
                _, writer = await asyncio.open_connection(target.host, target.port, ssl=target.tls)
        except ssl.SSLCertVerificationError as error:
            reason = _REASONS.get(error.verify_code, f"OpenSSL's reason {error.verify_code}")
            raise Unreachable(
                f"The server's certificate could not be verified ({reason})",
                "Behind a proxy that opens TLS, name its certificate in ca_bundle of [api]; else "
                "check base_url and the machine's clock",
            ) from None
        except ssl.SSLError:
            remedy = "Check base_url, ca_bundle, client_cert and client_key in [api], and the proxy"
            if target.proxy:
                remedy = f"If the proxy itself speaks no TLS, write http:// in {target.proxy}"
            raise Unreachable("No secure connection (TLS) could be made", remedy) from None
        except TimeoutError:
            raise Unreachable(f"No connection within {self._timeout:g} s", _NETWORK) from None
        except ConnectionRefusedError:
            raise Unreachable("The connection was refused", f"{_NETWORK}, and base_url") from None
        except OSError:
            raise Unreachable("No connection could be made", _NETWORK) from None
        try:
            return _inspect(writer.get_extra_info("ssl_object"), self._clock.now().timestamp())
        finally:
            writer.transport.abort()


def _inspect(tls: ssl.SSLObject | None, now: float) -> ConnectionFacts:
    if tls is None:
        return ConnectionFacts()
    ends = (tls.getpeercert() or {}).get("notAfter")
    days = None
    if isinstance(ends, str):
        days = (ssl.cert_time_to_seconds(ends) - now) / _DAY
    return ConnectionFacts(tls.version() or "TLS", days)


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
