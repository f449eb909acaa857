"""A board's knowledge, driven poll by poll at moments that a test chooses."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from tests.sample import AT, row
from wallboard.errors import Reason
from wallboard.model.data.catalogue import CATALOGUE
from wallboard.model.data.metric import Number
from wallboard.model.data.opening_hours import IsOpen
from wallboard.model.data.reading import FeedId, Moment, QueueKey, QueueMetrics, Reading
from wallboard.model.data.view_options import ViewOptions
from wallboard.model.events import Discovered, Failed, FeedInfo, Fresh, Silenced, Trouble
from wallboard.model.judge.levels import QueueLevels
from wallboard.model.judge.rules import Bounds, Level, Rules
from wallboard.model.silences import Silence
from wallboard.model.state import Event, State, start, step
from wallboard.model.view.board import BoardView, project
from wallboard.model.view.row import Cell, cell

PLAIN = Rules({"waitingCalls": Bounds(3, 5)})
"""One rule: 3 calls waiting are a warning, 5 are critical."""


def moment(elapsed: float) -> Moment:
    return Moment(AT.wall + timedelta(seconds=elapsed - AT.elapsed), elapsed)


def calm(name: str = "Sales", extension: str = "1", **values: Number) -> QueueMetrics:
    """A queue of which everything that is judged by default is known, and well."""
    well: dict[str, Any] = {
        "waitingCalls": 0, "longestWaitingTime": 0, "avgWaitingTime": 0.0, "waitingTime": 0,
        "availableAgents": 4, "eligibleAgents": 6,
    }  # fmt: skip
    return row(name, extension, **{**well, **values})


class World:
    """Holds the state and steps it; ``now`` is in elapsed seconds.

    Whatever a test polls is seen to begin, unless the board has ``just_started``: then the first
    answer of a PBX tells what was so before.
    """

    def __init__(
        self,
        rules: Rules = PLAIN,
        options: ViewOptions | None = None,
        *,
        interval: float = 10.0,
        pbxes: Iterable[str] = ("p",),
        is_open: IsOpen | None = None,
        just_started: bool = False,
    ) -> None:
        self.just_started = just_started
        self.now = AT.elapsed
        self.interval = interval
        self.state: State = start(rules, options or ViewOptions(), is_open=is_open)
        infos = tuple(FeedInfo(FeedId(pbx), pbx.upper()) for pbx in pbxes)
        self.step(Discovered(infos, interval))

    def step(self, event: Event) -> State:
        """Let something happen, now."""
        self.state = step(self.state, event)
        return self.state

    def poll(self, *queues: QueueMetrics, pbx: str = "p", after: float = 0.0) -> State:
        """Get a fresh answer, ``after`` seconds from now."""
        self.now += after
        feed, at = FeedId(pbx), moment(self.now)
        if not self.just_started and feed not in self.state.snapshot.readings:
            nobody = Reading(feed, at, (), frozenset(CATALOGUE), None, pbx.upper())
            self.step(Fresh(feed, nobody, at))
        reading = Reading(feed, at, queues, frozenset(CATALOGUE), None, pbx.upper())
        return self.step(Fresh(feed, reading, moment(self.now + self.interval)))

    def waits(self, calls: Number | None, *, after: float = 0.0) -> Level:
        """Poll one queue with so many calls waiting; its level."""
        one = row("Sales") if calls is None else row("Sales", waitingCalls=calls)
        self.poll(one, after=after)
        return self.level(one)

    def fail(self, pbx: str | None = "p", *, after: float = 0.0) -> State:
        """Let a poll fail, ``after`` seconds from now."""
        self.now += after
        feed = None if pbx is None else FeedId(pbx)
        trouble = Trouble(Reason.UNREACHABLE, "Cannot reach the API")
        return self.step(Failed(feed, trouble, moment(self.now), moment(self.now + 5)))

    def silence(self, *keys: QueueKey) -> State:
        """Silence these queues for a day, and no others."""
        now = moment(self.now).wall
        end = now + timedelta(days=1)
        return self.step(
            Silenced(
                {
                    key: Silence(key=key, name="", site="", who="", why="", since=now, until=end)
                    for key in keys
                }
            )
        )

    def levels(self, queue: QueueMetrics) -> QueueLevels:
        """What is known of the levels of a queue."""
        return self.state.levels[queue.key]

    def level(self, queue: QueueMetrics) -> Level:
        """The level of a queue."""
        return self.levels(queue).level

    def view(self, after: float = 0.0) -> BoardView:
        """The board, ``after`` seconds from now; the time does not move."""
        return project(self.state, moment(self.now + after))


def tick(view: BoardView, visible: Iterable[int], now: float) -> Mapping[int, Cell]:
    """Return the cells of the ticking column that move, by index of line, for visible lines."""
    metric = next((one for one in view.columns if one.ticks), None)
    if not view.tick or metric is None:
        return {}
    lines = view.lines
    return {
        index: cell(lines[index], metric, now, tick=True)
        for index in visible
        if index < len(lines) and lines[index].ticks
    }
