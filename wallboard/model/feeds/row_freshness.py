"""How old the numbers on the board are, PBX by PBX, and what of them may be shown."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import NamedTuple

from wallboard.model.data.catalogue import CATALOGUE, TODAY
from wallboard.model.data.metric import QUEUE_KINDS, Made, Metric
from wallboard.model.data.reading import NOTHING, FeedId, Moment, QueueMetrics
from wallboard.model.feeds.freshness import Freshness
from wallboard.model.judge.levels import UNJUDGED, Levels
from wallboard.model.judge.usual import Usual
from wallboard.model.state import State
from wallboard.model.view.row import Row

PAUSED_COLOURS = 60.0
"""Seconds after which paused rows lose their level colours."""


class Age(NamedTuple):
    """How old a PBX's numbers are: the live ones and the day's.

    ``measured``: when the live ones were, in elapsed seconds. ``stands``: the live answers do not
    move.
    """

    live: Freshness
    measured: float | None
    today: Freshness
    stands: bool = False


def without_lost(queue: QueueMetrics, age: Age) -> QueueMetrics:
    """Return a queue without the numbers that there is no data of any more."""
    if age.live is Freshness.NO_DATA and queue.values:
        queue = _without(replace(queue, values=NOTHING), CATALOGUE.keys())
    if age.today is Freshness.NO_DATA and not TODAY.keys().isdisjoint(queue.day):
        measured = {name: number for name, number in queue.day.items() if name not in TODAY}
        queue = _without(replace(queue, day=measured), TODAY.keys())
    return queue


def _without(queue: QueueMetrics, names: Collection[str]) -> QueueMetrics:
    """Return a queue of which values of these names are not doubted: they are not there."""
    if not queue.doubtful:
        return queue
    suspect, times = queue.suspect.difference(names), queue.unconfirmed.difference(names)
    return replace(queue, suspect=suspect, unconfirmed=times)


class Ages:
    """The state of each feed's rows at one moment: reckoned once, not once a row."""

    def __init__(self, state: State, now: Moment) -> None:
        self._shown = state.shown()
        # A paused row keeps the state that it was paused in: old numbers do not turn live again.
        self._now = state.paused.at if state.paused else now
        self._old = now.elapsed - self._now.elapsed >= PAUSED_COLOURS
        self._known: dict[str, Age] = {}

    def of(self, pbx: str) -> Age:
        """Return how old the numbers of a PBX are."""
        known = self._known.get(pbx)
        if known is None:
            shown, now = self._shown, self._now
            live = shown.feeds.get(FeedId(pbx))
            measured = live.reading.measured.elapsed if live and live.reading else None
            stands = live is not None and live.stands_since is not None
            states = [shown.freshness(pbx, now, kind) for kind in QUEUE_KINDS]
            known = Age(states[0], measured, states[1], stands)
            self._known[pbx] = known
        return known

    def with_target(self, queues: Iterable[QueueMetrics]) -> tuple[QueueMetrics, ...]:
        """Return the queues with their time in target."""
        return tuple(self._shown.in_target.with_shares(queues, self._now.wall))

    @property
    def usual(self) -> Usual | None:
        """What is usual at this moment, if that is known."""
        usual = self._shown.usual
        return usual if usual is not None and usual.holds(self._now.wall) else None

    def with_usual(self, lines: tuple[Row, ...], columns: Iterable[Metric]) -> tuple[Row, ...]:
        """Return lines that know what is usual, if any column says it."""
        usual = self.usual
        if usual is None or not any(column.made is Made.USUAL for column in columns):
            return lines
        return tuple(replace(row, usual=usual) for row in lines)

    def hide_lost(self, queues: tuple[QueueMetrics, ...]) -> tuple[QueueMetrics, ...]:
        """Return the queues with what may be shown of them: no filter finds what is a dash."""
        lost = Freshness.NO_DATA
        ages = {pbx: self.of(pbx) for pbx in {queue.key.pbx for queue in queues}}
        silent = {pbx: age for pbx, age in ages.items() if lost in (age.live, age.today)}
        if not silent:
            return queues
        return tuple(
            without_lost(queue, age) if (age := silent.get(queue.key.pbx)) else queue
            for queue in queues
        )

    def lines(self, queues: Iterable[QueueMetrics], levels: Levels) -> tuple[Row, ...]:
        """Return the queues as lines of the board, in the order given."""
        of, old, known, day = self.of, self._old, levels.get, self._shown.day_levels.get
        made = []
        for queue in queues:
            key = queue.key
            state, measured, today, stands = of(key.pbx)
            made.append(
                Row(
                    queue,
                    known(key, UNJUDGED),
                    state,
                    measured,
                    old,
                    day(key, UNJUDGED),
                    day_state=today,
                    stands=stands,
                )
            )
        return tuple(made)
