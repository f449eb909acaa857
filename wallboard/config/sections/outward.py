"""The sections about who is told: ``[[notify]]``, ``[heartbeat]`` and ``[metrics]``."""

import re
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, SecretStr

from wallboard.config import fields, values
from wallboard.config.sections.base import Section
from wallboard.model.data.opening_hours import NEVER
from wallboard.model.data.options import EXPORTED, MetricsOptions
from wallboard.model.judge.messages import Recipient
from wallboard.model.judge.rules import Level

OWN_SCHEMES = ("json", "jsons", "https")
"""What the board sends to by itself; everything else takes Apprise."""

_ADDRESS = re.compile(r"([a-z][a-z0-9+.-]*)://[!-~]{1,2000}")


def scheme(address: object) -> str:
    """Return the scheme of an address as it was written; ``""`` for what is none."""
    text = address.get_secret_value() if isinstance(address, SecretStr) else address
    found = _ADDRESS.fullmatch(text) if isinstance(text, str) else None
    return found[1] if found else ""


def _address(secret: SecretStr) -> SecretStr:
    kind = scheme(secret)
    if not kind:
        msg = "not an address: write json://host/path, slack://…, mailto://… and so on, no blanks"
        raise ValueError(msg)
    if kind == "http":
        raise ValueError("write https://, or json:// for a server without TLS")
    if kind in OWN_SCHEMES and not _has_host(secret):
        raise ValueError(f"not an address: write {kind}://host/path")
    return secret


def _url(secret: SecretStr) -> SecretStr:
    if secret.get_secret_value() and not (
        scheme(secret) in ("http", "https") and _has_host(secret)
    ):
        raise ValueError("not an address: write https://host/path")
    return secret


def _has_host(secret: SecretStr) -> bool:
    try:
        parts = urlsplit(secret.get_secret_value())
        return bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


Address = Annotated[fields.Secret, AfterValidator(_address)]
WebUrl = Annotated[fields.Secret, AfterValidator(_url)]
Levels = Annotated[
    tuple[Annotated[Literal["warning", "critical"], fields.AnyCase], ...],
    BeforeValidator(values.read_list),
]
Patterns = Annotated[tuple[fields.Pattern, ...], BeforeValidator(values.read_list)]


class NotifySection(Section):
    """``[[notify]]``: who is told of alerts, of which, and when not. Empty patterns mean all."""

    to: Address
    levels: Levels = ("critical",)
    queues: Patterns = ()
    sites: Patterns = ()
    groups: Patterns = ()
    quiet_hours: fields.HoursText = ""

    @property
    def kind(self) -> str:
        """The address's scheme: all that may be said of it."""
        return scheme(self.to)

    @property
    def is_own(self) -> bool:
        """Whether the board sends to it by itself."""
        return self.kind in OWN_SCHEMES

    def recipient(self) -> Recipient:
        """Return who is told of what."""
        levels = frozenset(Level[level.upper()] for level in self.levels)
        return self.into(Recipient, levels=levels, quiet=fields.hours(self.quiet_hours) or NEVER)


class HeartbeatSection(Section):
    """``[heartbeat]``: what is asked each minute while the board lives."""

    url: WebUrl = SecretStr("")


def _listen(value: object) -> str:
    """Read where to listen; ``""``: nowhere. A number alone is a port of this machine's."""
    text = str(value).strip() if isinstance(value, str | int) else "?"
    text = f"127.0.0.1:{text}" if text.isdecimal() else text
    if text and _split_address(text) is None:
        raise ValueError('write a host and a port, as in "127.0.0.1:9464"')
    return text


def _split_address(text: str) -> tuple[str, int] | None:
    """Return host and port, if these are in it."""
    host, _, port = text.rpartition(":")
    bare = host.removeprefix("[").removesuffix("]")
    is_host = bool(bare) and bare.isascii() and bare.isprintable() and not set(" /@#?") & set(bare)
    if not is_host or (":" in bare) != (host != bare) or not port.isascii() or not port.isdecimal():
        return None
    return (bare, int(port)) if 1 <= int(port) <= 65_535 else None


class MetricsSection(Section):
    """``[metrics]``: what Prometheus is told, and where it asks (``listen``: ``""``: nowhere)."""

    listen: Annotated[str, BeforeValidator(_listen)] = ""
    metrics: fields.Metrics = EXPORTED

    def options(self) -> MetricsOptions | None:
        """Return what is told, and where; ``None``: nothing is."""
        address = _split_address(self.listen)
        return None if address is None else MetricsOptions(*address, self.metrics)
