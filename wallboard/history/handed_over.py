"""What screen and writer hand to each other."""

import queue
from dataclasses import dataclass, field

from wallboard.model.state import Event, State

Work = tuple[Event, State]
"""What happened, and what the board knew after it."""


@dataclass(slots=True, kw_only=True)
class Told:
    """What the writer has to say. ``why`` nothing is kept now; ``notes``: said once."""

    why: str = ""
    notes: "queue.SimpleQueue[str]" = field(default_factory=queue.SimpleQueue)
