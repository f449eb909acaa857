"""What screen and writer hand to each other."""

import queue
from collections.abc import Callable
from dataclasses import field
from typing import TYPE_CHECKING

from wallboard.model.state import Event, State
from wallboard.records import dataclass

if TYPE_CHECKING:
    import sqlite3

Question = Callable[["sqlite3.Connection | None"], None]
"""Called with the open file, or ``None`` where there is none; answers whoever asked it."""

Work = tuple[Event, State] | Question
"""What happened, and what the board knew after it; or what somebody wants to know."""


@dataclass(slots=True, kw_only=True)
class WriterReport:
    """What the writer has to say. ``why`` nothing is kept now; ``notes``: said once."""

    why: str = ""
    notes: "queue.SimpleQueue[str]" = field(default_factory=queue.SimpleQueue)
