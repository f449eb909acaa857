"""The sections of the configuration with a fixed set of keys, and what each value may be."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, SecretStr, model_validator

from wallboard.config import fields, values
from wallboard.config.sections.base import Section
from wallboard.config.sections.broker import HubSection, SourceSection
from wallboard.config.sections.outward import HeartbeatSection, MetricsSection
from wallboard.config.sections.times import HoursSection, TargetsSection, Today
from wallboard.host import paths
from wallboard.model.data.catalogue import DEFAULT_COLUMNS, DEFAULT_TILES
from wallboard.model.data.opening_hours import NEVER
from wallboard.model.data.options import (
    AlertOptions,
    HistoryOptions,
    KioskOptions,
    Reminders,
    WallPages,
)
from wallboard.model.data.privacy import Privacy, ShownAgents, ShownCallers
from wallboard.model.view.agent_tile import AgentOptions


class Api(Section):
    """``[api]``: the account and what is asked of it. ``timeout``: seconds; ``max_body``: bytes.

    ``max_queues``: rows of one answer. ``include_summary``: whether the API's own totals come too.

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
    metrics: fields.LiveMetrics = ()
    endpoint: Annotated[Literal["auto", "realtime", "queue-metrics"], fields.AnyCase] = "auto"
    time_unit: Annotated[Literal["auto", "ms", "s"], fields.AnyCase] = "auto"
    timeout: Annotated[float, fields.within(1, fields.MAX_TIMEOUT)] = 10.0
    ca_bundle: fields.Line = ""
    client_cert: fields.Line = ""
    client_key: fields.Line = ""
    max_body: int = Field(default=16_000_000, ge=100_000, le=1_000_000_000)
    max_queues: int = Field(default=20_000, ge=1, le=1_000_000)
    include_summary: bool = True

    @property
    def missing(self) -> list[str]:
        """The secrets that are not set, by key."""
        secrets = ("key", "username", "password")
        return [key for key in secrets if not getattr(self, key).get_secret_value()]


class Poll(Section):
    """``[poll]``: ``interval`` in seconds; ``None``: as many PBXes allow, see the design."""

    interval: fields.Interval = None


class Board(Section):
    """``[board]``: the picture; metrics as the API names them."""

    title: fields.Line = "Contact centre"
    timezone: fields.Zone = ""
    columns: fields.Columns = DEFAULT_COLUMNS
    tiles: fields.Tiles = DEFAULT_TILES
    sort: fields.Order = "worst"
    theme: fields.Line = "control-room"
    tick: bool = True


class Agents(Section):
    """``[agents]``: who is doing what. Levels are seconds in a status; 0 is never."""

    enabled: bool = False
    wrap_up_warning: Annotated[float, fields.within(0, 86_400)] = 60.0
    wrap_up_critical: Annotated[float, fields.within(0, 86_400)] = 180.0
    pause_warning: Annotated[float, fields.within(0, 86_400)] = 900.0
    pause_critical: Annotated[float, fields.within(0, 86_400)] = 1800.0
    alerting_warning: Annotated[float, fields.within(0, 86_400)] = 20.0
    alerting_critical: Annotated[float, fields.within(0, 86_400)] = 0.0

    def options(self) -> AgentOptions:
        """Return how long an agent may be in a status."""
        seconds = {
            "WRAP_UP": (self.wrap_up_warning, self.wrap_up_critical),
            "PAUSE": (self.pause_warning, self.pause_critical),
            "ALERTING": (self.alerting_warning, self.alerting_critical),
        }
        return AgentOptions(
            {
                status: (
                    fields.milliseconds(warning) or None,
                    fields.milliseconds(critical) or None,
                )
                for status, (warning, critical) in seconds.items()
            }
        )

    @model_validator(mode="after")
    def _in_order(self) -> "Agents":
        for status in ("wrap_up", "pause", "alerting"):
            warning, critical = (
                getattr(self, f"{status}_{level}") for level in ("warning", "critical")
            )
            if critical and warning > critical:
                raise ValueError(f"{status}_warning is longer than {status}_critical")
        return self


class PrivacySection(Section):
    """``[privacy]``: what of people is shown; ``auto``: everything, but little on a wall."""

    agents: Annotated[ShownAgents, fields.AnyCase] = "auto"
    callers: Annotated[ShownCallers, fields.AnyCase] = "auto"

    def options(self) -> Privacy:
        """Return what is shown of people."""
        return self.into(Privacy)


class Log(Section):
    """``[log]``: how much is written down, and into which folder (``""``: the state folder)."""

    level: Annotated[Literal["debug", "info", "warning", "error"], fields.AnyCase] = "info"
    folder: fields.Line = ""


class HistorySection(Section):
    """``[history]``: what is kept, and where (``""``: the state folder). Times and size as text."""

    enabled: bool = True
    folder: fields.Line = ""
    readings: Annotated[str, fields.retention(0.1, 400)] = "7d"
    minutes: Annotated[str, fields.retention(1, 4000)] = "400d"
    max_size: fields.SizeText = "1GB"

    def options(self) -> HistoryOptions:
        """Return how much is kept."""
        times = {"readings": values.span(self.readings), "minutes": values.span(self.minutes)}
        return HistoryOptions(**times, max_size=values.size(self.max_size))


class Files(Section):
    """``[files]``: where ``w`` and ``P`` write; ``""``: see ``paths.files_folder``."""

    folder: fields.Line = ""


class Kiosk(Section):
    """``[kiosk]``: the wall. ``page_seconds``: seconds; ``tv``: inches; ``distance``: metres."""

    page_seconds: Annotated[float, fields.within(3, 600)] = 12.0
    by: Annotated[WallPages, fields.AnyCase] = "page"
    locked: bool = False
    shift: bool = False
    dim: fields.HoursText = ""
    message: Annotated[fields.Line, fields.at_most(fields.MAX_MESSAGE)] = ""
    message_file: fields.Line = ""
    tv: Annotated[float, fields.measure(5, 300, "inches")] = 0.0
    distance: Annotated[float, fields.measure(0.3, 100, "metres")] = 0.0

    def options(self) -> KioskOptions:
        """Return how a wall behaves."""
        file = Path(self.message_file) if self.message_file else None
        return self.into(KioskOptions, dim=fields.hours(self.dim) or NEVER, message_file=file)


class Alerts(Section):
    """``[alerts]``: what an alert does beside its colour. ``command_timeout``: seconds."""

    blink: bool = True
    bell: bool = False
    command: fields.Command = ()
    command_timeout: Annotated[float, fields.within(1, fields.MAX_TIMEOUT)] = 10.0
    quiet: fields.HoursText = ""
    initials: Annotated[fields.Line, fields.at_most(fields.MAX_INITIALS)] = ""

    def options(self, remind: Reminders) -> AlertOptions:
        """Return what an alert does; ``remind``: how often it is told again."""
        return self.into(AlertOptions, quiet=fields.hours(self.quiet) or NEVER, remind=remind)


SECTIONS: Mapping[str, type[Section]] = MappingProxyType(
    {
        "api": Api,
        "poll": Poll,
        "board": Board,
        "today": Today,
        "targets": TargetsSection,
        "agents": Agents,
        "privacy": PrivacySection,
        "history": HistorySection,
        "log": Log,
        "files": Files,
        "kiosk": Kiosk,
        "alerts": Alerts,
        "heartbeat": HeartbeatSection,
        "hours": HoursSection,
        "metrics": MetricsSection,
        "source": SourceSection,
        "hub": HubSection,
    }
)
"""The sections by name."""


class Folders:
    """What the sections of files say together; each folder need not exist."""

    if TYPE_CHECKING:  # pydantic would take them for its own, and for the first of all
        log: Log
        history: HistorySection
        files: Files

    def log_folder(self, environ: Mapping[str, str]) -> Path:
        """Return the folder of the log."""
        return self._folder(self.log.folder, environ)

    def history_folder(self, environ: Mapping[str, str]) -> Path:
        """Return the folder of the history."""
        return self._folder(self.history.folder, environ)

    def _folder(self, chosen: str, environ: Mapping[str, str]) -> Path:
        return Path(chosen) if chosen else paths.state_folder(environ)

    def files_folder(self, environ: Mapping[str, str]) -> Path:
        """Return the folder of what the reader takes along."""
        return Path(self.files.folder) if self.files.folder else paths.files_folder(environ)
