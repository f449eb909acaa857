"""How a picture is made: a board of the size, a story told to it, what it looks like then."""

from collections.abc import Callable
from typing import Protocol

import pytest
from textual.pilot import Pilot

from tests.fake_clock import FakeClock
from tests.ui.boards import FakeFeeds, board
from tests.ui.pilot import settled
from tests.ui.scenes import Scene, Story


class Picture(Protocol):
    """Whether a board of ``columns`` × ``rows`` looks as it did when somebody looked at it."""

    def __call__(self, story: Story, columns: int, rows: int, **look: object) -> bool: ...


@pytest.fixture
def picture(snap_compare: Callable[..., bool]) -> Picture:
    def compare(story: Story, columns: int, rows: int, **look: object) -> bool:
        clock, feeds = FakeClock(), FakeFeeds()
        app = board(clock, feeds, **look)  # type: ignore[arg-type]

        async def before(pilot: Pilot[int]) -> None:
            await settled(pilot.app)
            await story(Scene(clock, feeds, pilot))
            await settled(pilot.app)

        return snap_compare(app, terminal_size=(columns, rows), run_before=before)

    return compare
