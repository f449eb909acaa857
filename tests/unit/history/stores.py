"""Stores of a test: a keeper over a folder, and events of a board whose time the test moves."""

import asyncio
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

from tests.fake_clock import FakeClock
from tests.sample import AT
from tests.unit.model_env import World, moment
from wallboard.history import keeper
from wallboard.history.file import NAME
from wallboard.history.keeper import Keeper
from wallboard.model.data.options import HistoryOptions
from wallboard.model.data.reading import FeedId, QueueMetrics
from wallboard.model.events import Failed, Fresh, Remembered
from wallboard.model.state import Event, State

PATIENCE = 60.0
"""Seconds that a test waits for the thread, however busy the machine is."""


class PatientKeeper(Keeper):
    """A keeper that gives a machine which is busy the time that no board has."""

    async def recall(self) -> Remembered | None:
        with patch.object(keeper, "_MOST_START", PATIENCE):
            return await super().recall()

    def close(self, timeout: float = PATIENCE) -> None:
        super().close(timeout)


class Desk:
    """A board's model with a keeper beside it, as the screen has them."""

    def __init__(self, folder: Path, options: HistoryOptions | None = None, **world: Any) -> None:
        self.path = folder / NAME
        self.clock = FakeClock(AT.wall, AT.elapsed)
        self.keeper = PatientKeeper(folder, self.clock, options, again=0.0)
        self.world = World(**world)
        self.before: Remembered | None = None

    def begin(self, after: float = 0.0) -> Remembered | None:
        """Start ``after`` seconds from now, as another process whose clock began anew."""
        self.clock.seconds += after
        self.world.now = self.clock.seconds
        self.before = asyncio.run(self.keeper.recall())
        if self.before is not None:
            self.world.step(self.before)
        return self.before

    def step(self, event: Event) -> None:
        """Let something happen, and have it kept."""
        self.world.step(event)
        self.keeper.remember(event, self.world.state)

    def fail(self) -> None:
        """Let a poll fail, and have that kept."""
        self.clock.seconds += 1.0
        before = self.world.now
        self.world.fail(after=1.0)
        feed = self.world.state.feeds[FeedId("p")]
        assert feed.trouble is not None
        at, again = moment(before + 1.0), moment(before + 6.0)
        self.keeper.remember(Failed(feed.info.feed, feed.trouble, at, again), self.world.state)

    def event(self, *queues: QueueMetrics, after: float = 10.0) -> tuple[Event, State]:
        """Get a fresh answer, ``after`` seconds from now; what there is to be kept of it."""
        self.clock.seconds += after
        self.world.poll(*queues, after=after)
        feed = self.world.state.feeds[FeedId("p")]
        assert feed.queues is not None
        assert feed.next_poll is not None
        return Fresh(feed.info.feed, feed.queues, feed.next_poll), self.world.state

    def poll(self, *queues: QueueMetrics, after: float = 10.0) -> None:
        """Get a fresh answer, ``after`` seconds from now, and have it kept."""
        until(lambda: self.keeper._work.qsize() < 32)  # it comes faster than any board's
        self.keeper.remember(*self.event(*queues, after=after))

    def wait_until_written(self) -> None:
        """Wait until all is written."""
        until(lambda: not self.keeper._work.unfinished_tasks)

    @property
    def polls(self) -> object:
        """How many polls are in the file, packed or not."""
        both = "SELECT (SELECT count(*) FROM poll) + (SELECT ifnull(sum(polls), 0) FROM block)"
        return self.rows(both)[0][0]

    def rows(self, query: str) -> list[tuple[object, ...]]:
        """What a statement finds in the file."""
        with closing(sqlite3.connect(self.path)) as db, db:
            return db.execute(query).fetchall()


def until(true: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Wait for the thread."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "did not come"
        time.sleep(0.01)


def shift_clock(desk: Desk, seconds: float) -> None:
    """Put the wall clock on or back."""
    desk.clock.start += timedelta(seconds=seconds)
