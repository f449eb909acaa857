"""What can be configured, from where, and how it fails.

``load`` reads flags, environment, secret files and the TOML file, the first strongest, and
either returns ``Settings`` or raises one ``ConfigurationError`` with every mistake in it. The
settings turn themselves into the model's types: ``view_options``, ``wall_options`` and so on.
Importing this is what makes a start slow (pydantic), so commands import it when they run.
"""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import KW_ONLY, field, replace
from datetime import time, tzinfo
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from wallboard.config import layers, values
from wallboard.config import mistakes as words
from wallboard.config.cross_checks import check_together
from wallboard.config.describe import SettingLine, describe_settings
from wallboard.config.fields import ReadByHand
from wallboard.config.live.threshold_changes import ThresholdStore, unfit
from wallboard.config.load import ConfigurationReader
from wallboard.config.model import (
    SECTIONS,
    Agents,
    Alerts,
    Api,
    Board,
    Files,
    Folders,
    HistorySection,
    Kiosk,
    Log,
    Poll,
    PrivacySection,
)
from wallboard.config.rules import Thresholds
from wallboard.config.sections.broker import HubSection, SourceSection
from wallboard.config.sections.groups import GroupTables
from wallboard.config.sections.outward import HeartbeatSection, MetricsSection, NotifySection
from wallboard.config.sections.times import HoursSection, TargetsSection, Today
from wallboard.config.tables import QUEUES, READERS, Keymap, read_open
from wallboard.errors import ConfigurationError
from wallboard.host.watch import Looks
from wallboard.model.data.catalogue import METRICS, TODAY
from wallboard.model.data.day import DayRule, day_of
from wallboard.model.data.options import AlertOptions, HistoryOptions, KioskOptions
from wallboard.model.data.view_options import ViewOptions
from wallboard.model.judge.rules import Rules
from wallboard.model.select.selection import Selection, parse_order
from wallboard.records import dataclass


class Settings(Folders, BaseModel):
    """All that was configured, checked."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
        arbitrary_types_allowed=True,
        validate_default=True,
    )

    api: Api = Api()
    poll: Poll = Poll()
    board: Board = Board()
    today: Today = Today()
    targets: TargetsSection = TargetsSection()
    agents: Agents = Agents()
    privacy: PrivacySection = PrivacySection()
    history: HistorySection = HistorySection()
    log: Log = Log()
    files: Files = Files()
    kiosk: Kiosk = Kiosk()
    alerts: Alerts = Alerts()
    heartbeat: HeartbeatSection = HeartbeatSection()
    notify: tuple[NotifySection, ...] = ()
    hours: HoursSection = HoursSection()
    metrics: MetricsSection = MetricsSection()
    source: SourceSection = SourceSection()
    hub: HubSection = HubSection()
    thresholds: Annotated[Thresholds, ReadByHand("thresholds")] = Thresholds()
    keys: Annotated[Keymap, ReadByHand("keys")] = Field(default_factory=dict)
    """Each action's keys, as Textual names them."""
    views: Annotated[Mapping[int, str], ReadByHand("views")] = Field(default_factory=dict)
    """The filters that the keys 1 to 9 call up."""
    labels: Annotated[Mapping[str, str], ReadByHand("labels")] = Field(default_factory=dict)
    """The metrics' labels of the user's own, and the short names of queues."""
    groups: Annotated[GroupTables, ReadByHand("groups")] = GroupTables()

    def view_options(self, environ: Mapping[str, str] | None = None) -> ViewOptions:
        """Return what the picture is made of; the system's time zone is looked up here."""
        return self.board.into(
            ViewOptions,
            columns=self._shown_metrics("columns"),
            tiles=self._shown_metrics("tiles"),
            timezone=self.zone(environ),
            labels={name: label for name, label in self.labels.items() if name in METRICS},
        )

    def wall_options(self) -> KioskOptions:
        """Return how a wall behaves, with the short names of ``[labels.queues]``."""
        shorts = {
            name.removeprefix(QUEUES).casefold(): short
            for name, short in self.labels.items()
            if name.startswith(QUEUES)
        }
        return replace(self.kiosk.options(), short_names=shorts)

    def _shown_metrics(self, key: Literal["columns", "tiles"]) -> tuple[str, ...]:
        """Return columns or tiles; the usual ones without what is not asked for at all."""
        names: tuple[str, ...] = getattr(self.board, key)
        if self.today.enabled or key in self.board.model_fields_set:
            return names
        return tuple(name for name in names if name not in TODAY)

    def zone(self, environ: Mapping[str, str] | None = None) -> tzinfo:
        """Return the time zone of clock and all hours."""
        return values.zone(self.board.timezone, os.environ if environ is None else environ)

    def zone_doubt(self, environ: Mapping[str, str]) -> str:
        """Return why the environment's time zone is not used, in words; ``""`` if it is."""
        return "" if self.board.timezone else values.zone_doubt(environ)

    def day_rule(self, environ: Mapping[str, str] | None = None) -> DayRule:
        """Return what a day is: when it begins, and in which time zone."""
        zone = values.zone(
            self.today.timezone or self.board.timezone, os.environ if environ is None else environ
        )
        return partial(day_of, zone=zone, begins=time.fromisoformat(self.today.start))

    @property
    def day_interval(self) -> float | None:
        """The seconds between two questions about the day, if they were set."""
        return self.today.interval if "interval" in self.today.model_fields_set else None

    def selection(self) -> Selection:
        """Return what the board shows at first: everything, in the order asked for."""
        return Selection(order=parse_order(self.board.sort))

    @property
    def rules(self) -> Rules:
        """The rules of queues, of totals and of groups."""
        own = self.groups
        return replace(self.thresholds.rules, groups=own.groups, group_bounds=own.bounds)

    def alert_options(self) -> AlertOptions:
        """Return what an alert does, and how often it is told again."""
        return self.alerts.options(replace(self.thresholds.remind, groups=self.groups.remind))

    def history_options(self) -> HistoryOptions | None:
        """Return how much is to be kept; ``None``: nothing is."""
        return self.history.options() if self.history.enabled else None

    def secrets(self) -> tuple[str, ...]:
        """Return every key, password and address that is set, for the log to mask."""
        held = [self.api.key, self.api.password, self.source.password, self.hub.password]
        held += [self.heartbeat.url, *(table.to for table in self.notify)]
        return tuple(text for secret in held if (text := secret.get_secret_value()))

    def user_names(self) -> tuple[str, ...]:
        """Return every user name that is set, of the API and of brokers."""
        brokers = [at.address.username for at in (self.source, self.hub) if at.broker]
        return tuple(filter(None, [self.api.username.get_secret_value(), *brokers]))

    def require_credentials(self) -> None:
        """Raise ``ConfigurationError`` that says which credentials are missing, and where to."""
        if missing := list(map(words.not_set, self.api.missing)):
            raise ConfigurationError(
                missing,
                "`wallboard init` asks for them; `wallboard demo` needs no account",
            )


@dataclass(frozen=True, slots=True)
class LoadedSettings:
    """Settings, the file that was read (if any), and where each value that was set came from.

    ``origins``: ``api.key`` → ``environment: WALLBOARD_API__KEY``, ``wallboard.toml:3: api.key``;
    a setting that is not in it has its default. ``warnings``: what works and still is not good.
    ``profile``: what lies over the file, by name, and its own file. ``looks``: of the files that
    were read, or would have been. ``again``: reads them once more; what is gone, or empty, is a
    mistake then. ``changed``: what was changed at the board; ``written``: all else that was set.
    """

    settings: Settings
    path: Path | None
    origins: Mapping[str, str]
    warnings: tuple[str, ...] = ()
    _: KW_ONLY
    profile: tuple[str, Path] | None = None
    looks: Looks = field(default_factory=dict, compare=False, repr=False)
    written: layers.Tree = field(default_factory=dict, compare=False, repr=False)
    changed: ThresholdStore | None = field(default=None, compare=False, repr=False)
    again: "Callable[[], LoadedSettings] | None" = field(default=None, compare=False, repr=False)

    @property
    def files(self) -> tuple[Path, ...]:
        """The files that were read: the configuration and the profile over it, as there are."""
        over = self.profile[1] if self.profile else None
        return tuple(file for file in (self.path, over) if file is not None)

    def describe(self) -> tuple[SettingLine, ...]:
        """Return every setting as text with its origin; secrets as "(set)" or "(not set)"."""
        settings = self.settings
        return describe_settings(
            {name: getattr(settings, name) for name in SECTIONS}
            | {
                f"notify[{number}]": recipient
                for number, recipient in enumerate(settings.notify, 1)
            },
            settings.thresholds,
            settings.groups,
            {"keys": settings.keys, "views": settings.views, "labels": settings.labels},
            self.origins,
        )


def load(
    flags: Mapping[str, object],
    environ: Mapping[str, str],
    cwd: Path,
    *,
    config: Path | None = None,
    profile: str = "",
    candidates: Sequence[Path] | None = None,
    again: bool = False,
    changed: ThresholdStore | None = None,
) -> LoadedSettings:
    """Read all places and return the settings.

    ``flags``: ``section.key`` → value, ``None`` where a flag was not given; never a secret.
    ``config``: the file named by ``--config``. ``profile``: which one lies over it, by name; as
    the environment says if ``""``. ``candidates``: where else the file may be, the usual folders
    if ``None``. ``again``: they were read before. Raises ``ConfigurationError`` with every mistake.
    """
    gathered = ConfigurationReader(environ, cwd, again=again, changed=changed)
    gathered.find(config, profile, candidates)
    gathered.read(flags)
    settings = _validate(gathered)
    for path, why in check_together(gathered.tree, environ):
        gathered.mistake(path, why)
    places = partial(load, flags, environ, cwd, config=config, profile=profile)
    found = (gathered.path,) if gathered.path and config is None else ()
    once_more = partial(places, candidates=found, again=True, changed=changed)
    if settings is not None and not gathered.problems:
        return _make_loaded(gathered, settings, changed, once_more)
    if not gathered.changes:
        raise ConfigurationError(gathered.mistakes(), "config.example.toml shows every setting")
    # What was typed at the board does not fit what is written now: that holds.
    rest = places(candidates=candidates, again=again)
    told = (*rest.warnings, unfit(gathered.mistakes()))
    looks = gathered.looks
    return replace(rest, warnings=told, looks=looks, changed=changed, again=once_more)


def _make_loaded(
    gathered: ConfigurationReader,
    settings: Settings,
    changed: ThresholdStore | None,
    again: Callable[[], LoadedSettings],
) -> LoadedSettings:
    return LoadedSettings(
        settings,
        gathered.path,
        gathered.origins(),
        tuple(gathered.warnings),
        profile=gathered.profile,
        looks=gathered.looks,
        written=gathered.written,
        changed=changed,
        again=again,
    )


def _validate(gathered: ConfigurationReader) -> Settings | None:
    """Return the settings, or ``None`` with the mistakes noted."""
    tree, names = gathered.tree, tuple(Settings.model_fields)
    known = {name: tree[name] for name in names if name in tree}
    for name in tree.keys() - known.keys():
        gathered.mistake((name,), words.unknown((name,), names))
    found, mistakes = read_open(known)
    for path, why in mistakes:
        gathered.mistake(path, why)
    settings = None
    errors: list[Any] = []
    try:
        settings = Settings(**{name: known[name] for name in known if name not in READERS}, **found)
    except ValidationError as raised:
        errors = list(raised.errors(include_url=False, include_input=False))
    for error in errors:
        gathered.mistake(error["loc"], words.wrong(error, names))
    return settings
