"""Who hears of what is known, out of the settings: the memory, other programs, people elsewhere.

HTTP is imported with the first message that is sent, long after the first picture.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydantic import SecretStr

    from wallboard.api.webhook import WebAddress
    from wallboard.feed.background import JudgeSetup
    from wallboard.feed.listeners import Listeners
    from wallboard.host.clock import Clock
    from wallboard.hub.metrics.server import MetricsServer
    from wallboard.notify.heartbeat import Heartbeat
    from wallboard.notify.messenger import Messenger, RecipientLine
    from wallboard.notify.text import Message
    from wallboard.settings import Settings

_HEARTBEAT_TIMEOUT = 5.0
"""Seconds for a sign of life to be taken."""


def judge_setup(settings: "Settings", environ: Mapping[str, str]) -> "JudgeSetup":
    """Return how is judged and told."""
    from wallboard.feed.background import JudgeSetup
    from wallboard.model.data.opening_hours import OpeningHours

    hours = settings.hours.opening()
    return JudgeSetup(
        settings.view_options(environ),
        alerts=settings.alert_options(),
        is_open=None if hours == OpeningHours() else hours.is_open,
        targets=settings.targets.waits(),
        day_rule=settings.day_rule(environ),
        privacy=settings.privacy.options(),
        rules_of_hub=bool(settings.source.broker) and settings.source.rules == "hub",
    )


def listeners(settings: "Settings", environ: Mapping[str, str], clock: "Clock") -> "Listeners":
    """Return who hears of each event: the same for a board, a hub and pages in browsers."""
    from wallboard.feed.listeners import Listeners
    from wallboard.history.keeper import Keeper
    from wallboard.host.alert_command import AlertCommand
    from wallboard.host.paths import state_folder
    from wallboard.host.shared_rows import SILENCES, SharedRows
    from wallboard.model.judge.hours import scope_of

    command, timeout = settings.alerts.command, settings.alerts.command_timeout
    folder, kept = settings.history_folder(environ), settings.history_options()
    scope = scope_of(settings.api.sites, settings.api.queues)
    return Listeners(
        history=Keeper(folder, clock, kept, scope=scope) if kept is not None else None,
        metrics=metrics(settings, clock),
        messages=messenger(settings, environ, clock),
        heartbeat=heartbeat(settings, environ, clock),
        tell=AlertCommand(command, timeout, environ) if command else None,
        silences=SharedRows(state_folder(environ) / SILENCES),
    )


def metrics(settings: "Settings", clock: "Clock") -> "MetricsServer | None":
    """Return what Prometheus asks, if it is to be told; its library is imported here."""
    options = settings.metrics.options()
    if options is None:
        return None
    from wallboard.hub.metrics.server import MetricsServer

    return MetricsServer(options, clock)


def messenger(
    settings: "Settings", environ: Mapping[str, str], clock: "Clock"
) -> "Messenger | None":
    """Return what sends messages, if anybody is to get some."""
    if not settings.notify:
        return None
    from wallboard.notify.messenger import Messenger

    return Messenger(recipient_lines(settings, environ), clock)


def recipient_lines(
    settings: "Settings", environ: Mapping[str, str]
) -> "tuple[RecipientLine, ...]":
    """Return who is told, in the order of the configuration, and how each one is reached."""
    from wallboard.notify.apprise_sender import AppriseSender
    from wallboard.notify.messenger import RecipientLine

    found = []
    for number, table in enumerate(settings.notify, 1):
        sender = (
            _WebAddress(settings, environ, table.to, settings.api.timeout)
            if table.is_own
            else AppriseSender(table.to, environ)
        )
        found.append(RecipientLine(f"{number}, {table.kind}", table.recipient(), sender))
    return tuple(found)


def heartbeat(
    settings: "Settings", environ: Mapping[str, str], clock: "Clock"
) -> "Heartbeat | None":
    """Return what tells a monitor that the board lives, if one is to be told."""
    url = settings.heartbeat.url
    if not url.get_secret_value():
        return None
    from wallboard.notify.heartbeat import Heartbeat

    return Heartbeat(_WebAddress(settings, environ, url, _HEARTBEAT_TIMEOUT), clock)


class _WebAddress:
    """Implements ``Sender`` and ``Monitor`` over HTTP, which the first call imports."""

    def __init__(
        self, settings: "Settings", environ: Mapping[str, str], address: "SecretStr", timeout: float
    ) -> None:
        self._bundle = settings.api.ca_bundle
        self._environ = environ
        self._address = address
        self._timeout = timeout
        self._made: WebAddress | None = None

    async def send(self, message: "Message") -> None:
        await self._web_address().post(message.document())

    async def ask(self, suffix: str) -> None:
        await self._web_address().ask(suffix)

    def _web_address(self) -> "WebAddress":
        if self._made is None:
            from wallboard.api.webhook import WebAddress

            self._made = WebAddress(
                self._address, timeout=self._timeout, ca_bundle=self._bundle, environ=self._environ
            )
        return self._made
