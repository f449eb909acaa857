"""What the command line hands to the screens: what is shown, and what they can call."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import KW_ONLY, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from wallboard.feed.background import ConfigurationNews, JudgeSetup
from wallboard.feed.listeners import Listeners
from wallboard.model.data.day import Day
from wallboard.model.data.options import KioskOptions
from wallboard.model.data.reading import QueueKey
from wallboard.model.data.view_options import COLUMNS, ViewOptions
from wallboard.model.judge.rules import Rules
from wallboard.model.replay import Replayed, Seek, TroubleLine
from wallboard.model.select.rule_place import RulePlace
from wallboard.model.select.selection import Selection
from wallboard.model.state import State
from wallboard.model.view.agent_tile import AgentOptions
from wallboard.records import dataclass
from wallboard.ui.keys import Keys
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

    def pinned_queues(self) -> frozenset[tuple[Any, ...]]:
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


IncidentWriter = Callable[[datetime, str, bool], Awaitable[tuple[str, bool]]]
"""Writes the incident of a moment and a queue, or of a group of that name where that is true; what
came of it in words, and whether it did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayStart:
    """A replay without a board behind it: what it begins with, how fast it goes on, its end."""

    first: Replayed
    speed: float
    end: datetime


@dataclass(frozen=True, slots=True)
class BoardSetup(JudgeSetup):
    """What the configuration says of screens and keys: what is shown, and how.

    ``warnings``: told at the start. ``files``: what the help says of files, as (what, where).
    ``kiosk``: whether the board starts as a wall. ``views``: saved filters by number.
    ``rule_words``: the rules, as (name, text, where it was set). ``agents``: when the status of
    people is a level. ``tells_endpoint``: whether the reader hears of another endpoint: not where
    one was chosen. ``console``: whether the terminal is the Linux console.
    """

    themes: Themes
    theme: str
    keys: Keys
    _: KW_ONLY
    selection: Selection = field(default_factory=Selection)
    warnings: tuple[str, ...] = ()
    files: tuple[tuple[str, str], ...] = ()
    kiosk: bool = False
    wall: KioskOptions = field(default_factory=KioskOptions)
    views: Mapping[int, str] = field(default_factory=dict)
    rule_words: tuple[tuple[str, str, str], ...] = ()
    agents: AgentOptions = field(default_factory=AgentOptions)
    tells_endpoint: bool = True
    console: bool = False


class Reload(Protocol):
    """Reads the configuration again when it has changed."""

    def start(self, tell: Callable[[ConfigurationNews[BoardSetup]], None]) -> None:
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

    def rules_with(self, place: RulePlace, texts: Mapping[str, str]) -> Rules | str:
        """Return the rules as they would be, or what is wrong with the texts, in words."""
        ...

    def keep(self, place: RulePlace, texts: Mapping[str, str], at: datetime) -> str:
        """Put texts in force and keep them; returns why they are not kept, if so. Never raises."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Services(Listeners):
    """What the screens can call: the doors to files and memory, and who hears of what they hear.

    ``message``: gives the wall's message now. ``put``: writes a file (name, text) for the reader
    and returns its path, or raises ``OSError``. ``kept``: what is found again at the next start,
    if anything is. ``past``: what shows the history again. ``replay``: the board has no now: where
    it begins. ``incident``: writes an incident into a folder, if anything is kept. ``reload``:
    reads the configuration again, if there is one. ``user``: whoever the machine says works on it.
    ``thresholds``: changes them, if they can be.
    """

    message: Callable[[], str] = _nothing
    put: Callable[[str, str], Path] = _nowhere
    kept: PreferenceStore | None = None
    past: PastBoards | None = None
    replay: ReplayStart | None = None
    incident: IncidentWriter | None = None
    reload: Reload | None = None
    user: str = ""
    thresholds: ThresholdDoor | None = None

    def close(self) -> None:
        """End what goes on behind the screens; takes a few seconds at most."""
        Listeners.close(self)
        for service in (self.reload, self.past):
            if service is not None:
                service.close()

    def start_selection(self, selection: Selection) -> Selection:
        """Return what is looked at at the start: with the queues that were kept at the top."""
        kept = self.kept.pinned_queues() if self.kept else ()
        return replace(selection, pinned=frozenset(QueueKey(*item) for item in kept))

    def start_options(self, options: ViewOptions) -> ViewOptions:
        """Return what the picture is made of at the start: with the columns kept last in place."""
        kept = self.kept.columns() if self.kept else None
        columns = tuple(name for name in kept or () if name in COLUMNS)
        return replace(options, columns=columns) if columns else options
