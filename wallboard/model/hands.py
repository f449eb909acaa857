"""What a reader's hand does to the board, as frozen data."""

from wallboard.model.data.reading import Moment, QueueKey
from wallboard.model.select.selection import Selection
from wallboard.model.silences import Silences
from wallboard.records import dataclass


@dataclass(frozen=True, slots=True)
class Selected:
    """The reader chose what to see."""

    selection: Selection


@dataclass(frozen=True, slots=True)
class ColumnsChosen:
    """The reader chose the table's columns: metrics by name, most wanted first."""

    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pause:
    """The reader froze the rows."""

    at: Moment


@dataclass(frozen=True, slots=True)
class Resume:
    """The reader let the rows go on."""


@dataclass(frozen=True, slots=True)
class Acknowledge:
    """Somebody (a name or initials) has seen the trouble that these queues are in now."""

    keys: frozenset[QueueKey]
    who: str
    at: Moment


@dataclass(frozen=True, slots=True)
class Silenced:
    """Which queues are to be quiet from now on, all of them: by a key, or by another board."""

    silences: Silences
