"""What the command line hands to the screens: what is shown, and what they can call."""

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from dataclasses import KW_ONLY, dataclass, field, replace
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any, Protocol

from wallboard.model.data.day import Day, DayRule
from wallboard.model.data.opening_hours import IsOpen
from wallboard.model.data.options import AlertOptions, KioskOptions
from wallboard.model.data.privacy import Privacy
from wallboard.model.data.reading import FeedId, QueueKey
from wallboard.model.data.view_options import COLUMNS, ViewOptions
from wallboard.model.events import Remembered
from wallboard.model.judge.hours import PastSpan
from wallboard.model.judge.rules import Rules
from wallboard.model.judge.time_in_target import Targets
from wallboard.model.judge.usual import Usual, UsualDay
from wallboard.model.replay import Replayed, Seek, TroubleLine
from wallboard.model.select.rule_place import RulePlace
from wallboard.model.select.selection import Selection
from wallboard.model.silences import SilenceStore
from wallboard.model.state import Event, State
from wallboard.model.view.agent_tile import AgentOptions
from wallboard.ui.keys import Keys
from wallboard.ui.services.outward import AlertRunner, Messages, SignOfLife
from wallboard.ui.theme import Themes


def _nothing() -> str:
    """There is no message."""
    return ""


def _nowhere(_name: str, _text: str) -> Path:
    """There is no place for files."""
    msg = "no place to write to"
    raise OSError(0, msg)


class PreferenceStore(Protocol):
    """What the reader has chosen, for the next start."""

    def columns(self) -> tuple[str, ...] | None:
        """Return the columns kept last, as names of metrics; ``None``: none were."""
        ...

    def keep_columns(self, columns: tuple[str, ...] | None) -> str:
        """Keep columns (``None``: the configuration's); returns why not, if so. Never raises."""
        ...

    def pinned(self) -> frozenset[tuple[Any, ...]]:
        """Return who the queues are that were kept at the top."""
        ...

    def keep_pinned(self, queues: Iterable[QueueKey]) -> str:
        """Keep who the queues at the top are; returns why not, if so. Never raises."""
        ...

    def views(self) -> Mapping[int, str]:
        """Return the filters kept by number."""
        ...

    def keep_view(self, number: int, text: str) -> str:
        """Keep a filter under a number; returns why not, if so. Never raises."""
        ...


class History(Protocol):
    """Remembers what the board hears."""

    @property
    def trouble(self) -> str:
        """Why nothing is kept now, in words; ``""`` while all is well."""
        ...

    def notes(self) -> tuple[str, ...]:
        """Return what is to be said once, and has not been."""
        ...

    def remember(self, event: Event, state: State) -> None:
        """Have an event kept, and what the board knows after it; never blocks, never raises."""
        ...

    async def recalled(self) -> Remembered | None:
        """Begin; returns what is known of the time before, if anything is."""
        ...

    async def usual(self, now: datetime, zone: tzinfo, feeds: Collection[FeedId]) -> Usual | None:
        """Return what is usual now of the queues of these feeds; ``None``: it cannot be read."""
        ...

    async def usual_day(
        self, key: QueueKey, day: Day, now: datetime, zone: tzinfo
    ) -> UsualDay | None:
        """Return what is usual of a queue through the day; ``None``: it cannot be read."""
        ...

    async def hours(self, days: tuple[Day, ...], now: datetime) -> tuple[PastSpan, ...] | None:
        """Return what is known of the hours of some days; ``None``: it cannot be read."""
        ...

    def close(self) -> None:
        """Write what waits to be written, and end; takes a few seconds at most."""
        ...


class MetricsOutput(Protocol):
    """Tells other programs what the board hears, as numbers."""

    @property
    def trouble(self) -> str:
        """Why nothing is told now, in words with what to do; ``""`` while all is well."""
        ...

    def remember(self, event: Event, state: State) -> None:
        """Take note of an event, and what the board knows after it; never waits."""
        ...

    async def run(self) -> None:
        """Tell whoever asks; ends only by cancellation."""
        ...


class PastBoards(Protocol):
    """Shows what was remembered again. Each raises ``model.replay.NotKept``."""

    async def at(self, base: State, wanted: datetime, to: Seek) -> Replayed | None:
        """Return the board as it was; ``None``: there is no poll that way."""
        ...

    async def day(self, day: Day) -> TroubleLine:
        """Return the line of a day."""
        ...

    def close(self) -> None:
        """Give the file back; waits for nothing."""
        ...


IncidentWriter = Callable[[datetime, str], Awaitable[tuple[str, bool]]]
"""Writes the incident of a moment and a queue; what came of it in words, and whether it did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayStart:
    """A replay without a board behind it: what it begins with, how fast it goes on, its end."""

    first: Replayed
    speed: float
    end: datetime


@dataclass(frozen=True, slots=True)
class BoardSetup:
    """What the configuration says of screens and keys: what is shown, and how.

    ``warnings``: told at the start. ``files``: what the help says of files, as (what, where).
    ``kiosk``: whether the board starts as a wall. ``is_open``: opening hours, if there are any.
    ``views``: saved filters by number. ``rule_words``: the rules, as (name, text, where it was
    set). ``targets`` and ``day_rule``: for the time in target. ``privacy`` and ``agents``: what is
    shown of people, and when their status is a level. ``tells_endpoint``: whether the reader hears
    of another endpoint: not where one was chosen. ``console``: whether the terminal is the Linux
    console. ``rules_of_hub``: whether a hub's thresholds judge, once they are known.
    """

    options: ViewOptions
    themes: Themes
    theme: str
    keys: Keys
    _: KW_ONLY
    selection: Selection = field(default_factory=Selection)
    warnings: tuple[str, ...] = ()
    files: tuple[tuple[str, str], ...] = ()
    kiosk: bool = False
    wall: KioskOptions = field(default_factory=KioskOptions)
    alerts: AlertOptions = field(default_factory=AlertOptions)
    is_open: IsOpen | None = None
    views: Mapping[int, str] = field(default_factory=dict)
    rule_words: tuple[tuple[str, str, str], ...] = ()
    targets: Targets = field(default_factory=Targets)
    day_rule: DayRule | None = None
    privacy: Privacy = field(default_factory=Privacy)
    agents: AgentOptions = field(default_factory=AgentOptions)
    tells_endpoint: bool = True
    console: bool = False
    rules_of_hub: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigurationNews:
    """What came of reading the configuration again.

    ``mistake``: why it cannot be used, as one line; ``""``: it is right. ``words``: what is told of
    it. ``setup``, ``rules``: what the board shows from now on, if that is another.
    """

    mistake: str = ""
    words: tuple[str, ...] = ()
    setup: BoardSetup | None = None
    rules: Rules | None = None


class Reload(Protocol):
    """Reads the configuration again when it has changed."""

    def start(self, tell: Callable[[ConfigurationNews], None]) -> None:
        """Begin; ``tell`` is called from another thread."""
        ...

    def read_now(self) -> None:
        """Read everything now; never waits."""
        ...

    def close(self) -> None:
        """End; waits for nothing."""
        ...


class ThresholdDoor(Protocol):
    """Changes thresholds at the board. Texts: what was typed, by field."""

    def tried(self, place: RulePlace, texts: Mapping[str, str]) -> Rules | str:
        """Return the rules as they would be, or what is wrong with the texts, in words."""
        ...

    def keep(self, place: RulePlace, texts: Mapping[str, str], at: datetime) -> str:
        """Put texts in force and keep them; returns why they are not kept, if so. Never raises."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """What the screens can call: the doors to files, commands and memory.

    ``message``: gives the wall's message now. ``put``: writes a file (name, text) for the reader
    and returns its path, or raises ``OSError``. ``tell``: runs the alerts' command, if there is
    one. ``messages``, ``heartbeat``: what people elsewhere are told, if anything. ``kept``: what is
    found again at the next start, if anything is. ``history``: what remembers, if anything does.
    ``past``: what shows it again. ``replay``: the board has no now: where it begins.
    ``incident``: writes an incident into a folder, if anything is kept. ``metrics``: what tells
    other programs, if one is to be told. ``reload``: reads the configuration again, if there is
    one. ``silences``: where they are kept, if they are. ``user``: whoever the machine says works
    on it. ``thresholds``: changes them, if they can be.
    """

    message: Callable[[], str] = _nothing
    put: Callable[[str, str], Path] = _nowhere
    tell: AlertRunner | None = None
    messages: Messages | None = None
    heartbeat: SignOfLife | None = None
    kept: PreferenceStore | None = None
    history: History | None = None
    past: PastBoards | None = None
    replay: ReplayStart | None = None
    incident: IncidentWriter | None = None
    metrics: MetricsOutput | None = None
    reload: Reload | None = None
    silences: SilenceStore | None = None
    user: str = ""
    thresholds: ThresholdDoor | None = None

    @property
    def trouble(self) -> str:
        """What of these does not work now, in words; ``""`` while all is well."""
        parts = (self.history, self.messages, self.metrics)
        return " · ".join(one.trouble for one in parts if one is not None and one.trouble)

    def close(self) -> None:
        """End what goes on behind the screens; takes a few seconds at most."""
        for service in (self.reload, self.history, self.past):
            if service is not None:
                service.close()

    def start_selection(self, selection: Selection) -> Selection:
        """Return what is looked at at the start: with the queues that were kept at the top."""
        kept = self.kept.pinned() if self.kept else ()
        return replace(selection, pinned=frozenset(QueueKey(*item) for item in kept))

    def start_options(self, options: ViewOptions) -> ViewOptions:
        """Return what the picture is made of at the start: with the columns kept last in place."""
        kept = self.kept.columns() if self.kept else None
        columns = tuple(name for name in kept or () if name in COLUMNS)
        return replace(options, columns=columns) if columns else options
