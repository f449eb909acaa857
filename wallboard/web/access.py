"""Who is let in: by the address that was asked for, the page that asks, and what it knows."""

import hashlib
import ipaddress
import secrets
from collections.abc import Collection, Mapping

from starlette.requests import HTTPConnection

from wallboard.records import dataclass

COOKIE = "wallboard"

HEADERS: Mapping[str, str] = {
    "content-security-policy": "default-src 'self'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}
"""With every answer: nothing is loaded from elsewhere, nothing else shows the page in itself."""


@dataclass(frozen=True, slots=True)
class PageAccess:
    """Who may see the page.

    ``names``: the hosts (with ports) that browsers reach it by, exactly as they write them; none:
    any address of this machine that is a number. ``token``: what a visitor must know, if anything.
    """

    names: Collection[str]
    port: int
    token: str = ""

    def refusal(self, asked: HTTPConnection) -> str:
        """Return why somebody is sent away, in words; nothing where he may come in."""
        hosts = asked.headers.getlist("host")
        if not self._are_ours(hosts):
            return "This address is not one of the board's: --name says which others are"
        origins = asked.headers.getlist("origin")
        if origins and origins not in ([f"http://{hosts[0]}"], [f"https://{hosts[0]}"]):
            return "Another page asked for the board"
        if asked.scope["type"] == "websocket" and not origins:
            return "Only the board's own page is answered here"
        if self.token and not _same(asked.cookies.get(COOKIE, ""), self.cookie):
            return "The board is shown to whoever has its whole address: ask for it"
        return ""

    def is_ours(self, host: str) -> bool:
        """Return whether the board is reached by this host; others may lead here, too."""
        if self.names:
            return host.lower() in self.names
        name, _, port = host.rpartition(":")
        try:
            ipaddress.ip_address(name.strip("[]"))
        except ValueError:
            return False
        return port == str(self.port)

    def lets_in(self, asked: HTTPConnection, told: str) -> bool:
        """Return whether somebody who is no guest yet tells what must be known, at our address."""
        hosts = asked.headers.getlist("host")
        return bool(self.token and told) and _same(told, self.token) and self._are_ours(hosts)

    def _are_ours(self, hosts: list[str]) -> bool:
        return len(hosts) == 1 and self.is_ours(hosts[0])

    @property
    def cookie(self) -> str:
        """What a browser keeps that was let in: the token cannot be had from it."""
        return hashlib.sha256(f"wallboard:{self.token}".encode()).hexdigest()


def page_access(host: str, port: int, names: Collection[str], token: str = "") -> PageAccess:
    """Return the access of a page that listens on an address.

    ``names``: others by which browsers reach it, as behind a proxy.
    """
    address = ipaddress.ip_address(host) if host != "localhost" else ipaddress.ip_address("::1")
    listed = [name.lower() for name in names]
    here: tuple[str, ...] = () if address.is_unspecified else (host,)
    if address.is_loopback:
        here = (host, "127.0.0.1", "localhost", "::1")
    elif address.is_unspecified and not listed:
        return PageAccess((), port, token)
    plain = [f"[{name}]" if ":" in name else name for name in here]
    own = [*(f"{name}:{port}" for name in plain), *(plain if port == 80 else ())]
    return PageAccess(frozenset([*own, *listed]), port, token)


def new_token() -> str:
    """Return what nobody guesses."""
    return secrets.token_urlsafe(24)


def _same(text: str, other: str) -> bool:
    return secrets.compare_digest(text.encode(), other.encode())
