"""What others are told: messages about alerts and the sign of life, out of the settings.

HTTP is imported with the first message that is sent, long after the first picture.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydantic import SecretStr

    from wallboard.api.webhook import WebAddress
    from wallboard.host.clock import Clock
    from wallboard.notify.heartbeat import Heartbeat
    from wallboard.notify.messenger import Line, Messenger
    from wallboard.notify.text import Message
    from wallboard.settings import Settings

_HEARTBEAT_TIMEOUT = 5.0
"""Seconds for a sign of life to be taken."""


def messenger(
    settings: "Settings", environ: Mapping[str, str], clock: "Clock"
) -> "Messenger | None":
    """Return what sends messages, if anybody is to get some."""
    if not settings.notify:
        return None
    from wallboard.notify.messenger import Messenger

    return Messenger(lines(settings, environ), clock)


def lines(settings: "Settings", environ: Mapping[str, str]) -> "tuple[Line, ...]":
    """Return who is told, in the order of the configuration, and how each one is reached."""
    from wallboard.notify.apprise_sender import AppriseSender
    from wallboard.notify.messenger import Line

    found = []
    for number, table in enumerate(settings.notify, 1):
        sender = (
            _JsonSender(_later(settings, environ, table.to, settings.api.timeout))
            if table.is_own
            else AppriseSender(table.to, environ)
        )
        found.append(Line(f"{number}, {table.kind}", table.recipient(), sender))
    return tuple(found)


def heartbeat(
    settings: "Settings", environ: Mapping[str, str], clock: "Clock"
) -> "Heartbeat | None":
    """Return what tells a monitor that the board lives, if one is to be told."""
    url = settings.heartbeat.url
    if not url.get_secret_value():
        return None
    from wallboard.notify.heartbeat import Heartbeat

    return Heartbeat(_Monitor(_later(settings, environ, url, _HEARTBEAT_TIMEOUT)), clock)


class _JsonSender:
    """Sends messages as JSON."""

    def __init__(self, address: "Callable[[], WebAddress]") -> None:
        self._address = address

    async def send(self, message: "Message") -> None:
        await self._address().post(message.document())


class _Monitor:
    """Asks an address."""

    def __init__(self, address: "Callable[[], WebAddress]") -> None:
        self._address = address

    async def ask(self, suffix: str) -> None:
        await self._address().ask(suffix)


def _later(
    settings: "Settings", environ: Mapping[str, str], address: "SecretStr", timeout: float
) -> "Callable[[], WebAddress]":
    """Return what gives an address that HTTP can reach: made with the first call."""
    made: list[WebAddress] = []

    def get() -> "WebAddress":
        from wallboard.api.webhook import WebAddress

        if not made:
            bundle = settings.api.ca_bundle
            made.append(WebAddress(address, timeout=timeout, ca_bundle=bundle, environ=environ))
        return made[0]

    return get
