"""The sections about what is handed to other programs."""

from typing import Annotated

from pydantic import BeforeValidator

from wallboard.config import fields
from wallboard.config.sections.base import Section
from wallboard.model.data.options import EXPORTED, MetricsOptions


def _listen(value: object) -> str:
    """Read where to listen; ``""``: nowhere. A number alone is a port of this machine's."""
    text = str(value).strip() if isinstance(value, str | int) else "?"
    text = f"127.0.0.1:{text}" if text.isdecimal() else text
    if text and _parted(text) is None:
        raise ValueError('write a host and a port, as in "127.0.0.1:9464"')
    return text


def _parted(text: str) -> tuple[str, int] | None:
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
        address = _parted(self.listen)
        return None if address is None else MetricsOptions(*address, self.metrics)
