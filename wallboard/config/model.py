"""The sections of the configuration with a fixed set of keys, and what each value may be."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator

from wallboard.config import fields
from wallboard.model.metrics import DEFAULT_COLUMNS, DEFAULT_TILES


class Section(BaseModel):
    """One table of the file: no key that it does not know, and no value in its errors."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Api(Section):
    """``[api]``: the account and what is asked of it. ``timeout``: seconds; ``max_body``: bytes.

    Empty ``pbx``, ``sites``, ``queues`` and ``metrics`` mean all.
    """

    base_url: fields.Url = "https://api.8x8.com/analytics/work"
    key: fields.Key = SecretStr("")
    username: fields.Secret = SecretStr("")
    password: fields.Secret = SecretStr("")
    secrets_dir: fields.Line = ""
    pbx: fields.Names = ()
    sites: fields.Names = ()
    queues: fields.Names = ()
    metrics: fields.Metrics = ()
    endpoint: Annotated[Literal["auto", "realtime"], fields.Endpoint] = "auto"
    timeout: Annotated[float, fields.within(1, fields.MAX_TIMEOUT)] = 10.0
    ca_bundle: fields.Line = ""
    client_cert: fields.Line = ""
    client_key: fields.Line = ""
    max_body: int = Field(default=16_000_000, ge=100_000, le=1_000_000_000)


class Poll(Section):
    """``[poll]``: ``interval`` in seconds; ``None``: as many PBXes allow, see the design."""

    interval: fields.Interval = None


class Board(Section):
    """``[board]``: the picture; metrics as the API names them."""

    title: fields.Line = "Contact centre"
    timezone: fields.Zone = ""
    columns: fields.Metrics = DEFAULT_COLUMNS
    tiles: fields.Metrics = DEFAULT_TILES
    sort: fields.Order = "worst"
    theme: fields.Line = "control-room"
    tick: bool = True


class Log(Section):
    """``[log]``: how much is written down, and into which folder (``""``: the state folder)."""

    level: Annotated[Literal["debug", "info", "warning", "error"], fields.AnyCase] = "info"
    folder: fields.Line = ""


class Kiosk(Section):
    """``[kiosk]``: the wall. ``page_seconds``: seconds; ``tv``: inches; ``distance``: metres."""

    page_seconds: Annotated[float, fields.within(3, 600)] = 12.0
    by: Annotated[Literal["page", "site"], fields.AnyCase] = "page"
    locked: bool = False
    shift: bool = False
    dim: fields.HoursText = ""
    message: Annotated[fields.Line, fields.at_most(fields.MAX_MESSAGE)] = ""
    message_file: fields.Line = ""
    tv: Annotated[float, fields.measure(5, 300, "inches")] = 0.0
    distance: Annotated[float, fields.measure(0.3, 100, "metres")] = 0.0


class Alerts(Section):
    """``[alerts]``: what an alert does beside its colour. ``command_timeout``: seconds."""

    blink: bool = True
    bell: bool = False
    command: fields.Command = ()
    command_timeout: Annotated[float, fields.within(1, fields.MAX_TIMEOUT)] = 10.0
    quiet: fields.HoursText = ""
    initials: Annotated[fields.Line, fields.at_most(fields.MAX_INITIALS)] = ""


class HoursOverride(Section):
    """``[[hours.override]]``: the hours of some queues."""

    queue: fields.Pattern = ""
    site: fields.Pattern = ""
    open: fields.HoursText

    @model_validator(mode="after")
    def _names_something(self) -> "HoursOverride":
        if not self.queue and not self.site:
            msg = "an override names a queue or a site, or both, by pattern"
            raise ValueError(msg)
        if not self.open:
            msg = 'open is empty: write hours, "always" or "never"'
            raise ValueError(msg)
        return self


class Hours(Section):
    """``[hours]``: when queues are open; ``open`` empty: not known."""

    open: fields.HoursText = ""
    override: tuple[HoursOverride, ...] = ()


SECTIONS: Mapping[str, type[Section]] = MappingProxyType(
    {
        "api": Api,
        "poll": Poll,
        "board": Board,
        "log": Log,
        "kiosk": Kiosk,
        "alerts": Alerts,
        "hours": Hours,
    }
)
"""The sections by name."""
