"""What is left out of what is seen: by the filter, or by a folded group. Never in silence."""

from collections.abc import Sequence

from wallboard.model.data.reading import Moment, QueueMetrics
from wallboard.model.feeds.freshness import Freshness
from wallboard.model.feeds.row_freshness import Ages
from wallboard.model.judge.levels import UNJUDGED, Levels
from wallboard.model.judge.rules import Level
from wallboard.model.select.groups import Heading, TableEntry
from wallboard.model.silences import is_silenced
from wallboard.model.state import State
from wallboard.model.view.row import Row, Tone
from wallboard.model.view.status_line import Hidden
from wallboard.records import dataclass


@dataclass(frozen=True, slots=True)
class OutOfView:
    """How many queues are above and below what the height shows, and what trouble is among them.

    ``calm``: whether each of them was just measured and is normal. ``closed``: which queues are
    closed, in words, where the line that says so is out of view too.
    """

    above: int = 0
    below: int = 0
    calm: bool = False
    hidden: Hidden = Hidden()
    closed: str = ""

    @property
    def words(self) -> str:
        """``4 more below, all calm``; nothing where all are in view."""
        if self.above and self.below:
            more = f"{self.above} more above, {self.below} below"
        elif self.above or self.below:
            more = f"{self.above or self.below} more {'above' if self.above else 'below'}"
        else:
            return self.closed
        calm = ", all calm" if self.calm else ""
        return f"{more}{calm} · {self.closed}" if self.closed else more + calm


def hidden_by_selection(
    state: State,
    queues: tuple[QueueMetrics, ...],
    levels: Levels,
    lines: tuple[Row, ...],
    ages: Ages,
    now: Moment,
) -> Hidden:
    """Count the queues that the selection leaves out, and those in trouble among them."""
    if len(lines) == len(queues):
        return Hidden()
    shown = {line.key for line in lines}
    rest = [queue.key for queue in queues if queue.key not in shown]
    told = {
        key: levels.get(key, UNJUDGED).level
        for key in rest
        if ages.of(key.pbx).live < Freshness.STALE
    }
    found = list(told.values())
    silenced = sum(
        told.get(key, Level.NORMAL) >= Level.WARNING
        for key in state.silences
        if is_silenced(state.silences, key, now)
    )
    return Hidden(len(rest), found.count(Level.WARNING), found.count(Level.CRITICAL), silenced)


def hidden_by_folds(entries: Sequence[TableEntry], lines: Sequence[Row]) -> Hidden:
    """Count the trouble that folded groups hide.

    Each queue once; one that stands in another group, not folded, is not hidden.
    """
    folds = [entry for entry in entries if isinstance(entry, Heading) and entry.folded]
    if not folds:
        return Hidden()
    hidden = {index for fold in folds for index in fold.lines}
    told = [
        line
        for index in hidden.difference(entry for entry in entries if isinstance(entry, int))
        if (line := lines[index]).tone in (Tone.WARNING, Tone.CRITICAL)
    ]
    levels = [line.levels.level for line in told]
    silenced = sum(line.silenced for line in told)
    return Hidden(0, levels.count(Level.WARNING), levels.count(Level.CRITICAL), silenced)
