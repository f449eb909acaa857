"""What the configuration says to the wall and to the alerts, as plain data."""

from collections.abc import Mapping
from dataclasses import KW_ONLY, field
from pathlib import Path
from typing import Literal

from wallboard.model.data.catalogue import WALL_TILES
from wallboard.model.data.name_pattern import NamePattern
from wallboard.model.data.opening_hours import NEVER, Hours
from wallboard.records import dataclass

WallPages = Literal["page", "site", "group"]
"""What a page of the wall is: as much as there is room for, one site, or one group of queues."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KioskOptions:
    """How a wall behaves.

    ``page_seconds``: how long a page stands; ``by``: a page is full, is one site, or one group.
    ``locked``: no key ends the board. ``shift``: the picture moves by a cell every few minutes.
    ``dim``: when it is dimmed, local wall time. ``message``: the ticker; ``message_file``: a text
    file that is watched for it, need not exist. ``tv``: the screen's diagonal in inches,
    ``distance``: of its readers in metres; both 0 if not given, never one alone. ``short_names``:
    name of a queue, folded, → a shorter one. ``tiles``: metrics by name; none: those of the board.
    """

    page_seconds: float = 12.0
    by: WallPages = "page"
    locked: bool = False
    shift: bool = False
    dim: Hours = NEVER
    message: str = ""
    _: KW_ONLY
    message_file: Path | None = None
    tv: float = 0.0
    distance: float = 0.0
    short_names: Mapping[str, str] = field(default_factory=dict)
    tiles: tuple[str, ...] = WALL_TILES


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryOptions:
    """What is remembered: answers and minutes for so many seconds, in at most so many bytes."""

    readings: float = 7 * 86_400.0
    minutes: float = 400 * 86_400.0
    max_size: int = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Reminder:
    """How often some queues remind: metric → seconds, 0 is never."""

    where: NamePattern
    every: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Reminders:
    """How often a level that lasts is told again. ``base``: metric → seconds, for every queue.

    ``overrides``: one for each override of the thresholds, in the same order. ``groups``: the same
    as ``base`` for what a group comes to, by its name.
    """

    base: Mapping[str, float] = field(default_factory=dict)
    overrides: tuple[Reminder, ...] = ()
    groups: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    def every(self, metric: str, queue: str, site: str, group: str = "") -> float:
        """Return the seconds between reminders for a rule of one queue or ``group``; 0: none.

        The narrowest place that says something of this metric wins, of equals the later.
        """
        if group:
            return self.groups.get(group, {}).get(metric, 0.0)
        fitting = [
            override
            for override in self.overrides
            if metric in override.every and override.where.matches(queue, site)
        ]
        if not fitting:
            return self.base.get(metric, 0.0)
        return sorted(fitting, key=lambda override: override.where.narrowness)[-1].every[metric]


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertOptions:
    """Which senses an alert uses, beside the colour and the mark that are always there.

    ``command``: program and arguments, run without a shell with the alert as JSON on its
    standard input, ended after ``command_timeout`` seconds; empty: none. ``quiet``: when neither
    bell nor command is used, local wall time. ``initials``: who acknowledges.
    """

    blink: bool = True
    bell: bool = False
    command: tuple[str, ...] = ()
    command_timeout: float = 10.0
    quiet: Hours = NEVER
    initials: str = ""
    remind: Reminders = Reminders()


EXPORTED = (
    "waitingCalls", "longestWaitingTime", "waitingTime", "avgWaitingTime",
    "availableAgents", "eligibleAgents", "wrappingUpAgents", "loggedOutAndDndAgents",
    "handlingCalls", "onHoldCalls", "avgHandlingTime",
    "enteredCalls", "acceptedCalls", "abandonedInWaitingCalls",
    "abandonedInWaitingCallsPercentage", "divertedCalls",
)  # fmt: skip
"""What Prometheus is told of each queue beside its level, where the user has chosen nothing."""


@dataclass(frozen=True, slots=True)
class MetricsOptions:
    """What is told to Prometheus, and where it asks. ``names``: metrics, in the order given."""

    host: str = "127.0.0.1"
    port: int = 9464
    names: tuple[str, ...] = EXPORTED
