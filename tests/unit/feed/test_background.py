"""A board without a screen tells those that come late what they would know, had they been there."""

import asyncio
from functools import partial
from pathlib import Path

from tests.ui.boards import FakeFeeds, found, fresh, moment, queue
from tests.unit.fakes import settle, stopped
from tests.unit.model_env import PLAIN
from wallboard.feed.background import BackgroundBoard
from wallboard.host.clock import FakeClock
from wallboard.host.shared_rows import SILENCES, SharedRows
from wallboard.model.data.view_options import ViewOptions
from wallboard.model.events import Remembered
from wallboard.model.judge.episodes import lasting
from wallboard.model.silences import Silence, row_of
from wallboard.model.state import Event, State, start, step, with_silences


def begun() -> State:
    return start(PLAIN, ViewOptions())


async def test_a_board_that_comes_late_knows_since_when_and_how_it_was() -> None:
    clock, feeds = FakeClock(), FakeFeeds()
    kept: list[Event] = []
    background = BackgroundBoard(feeds, begun(), lambda event, _: kept.append(event))
    running = asyncio.create_task(background.run())
    await settle()
    feeds.say(found())
    for waiting in (0, 6, 7, 6):
        feeds.say(newest := fresh(clock, [queue("Sales", "1", "Here", waitingCalls=waiting)]))
        await clock.advance(60)
    there = background.state
    late = begun()
    for event in (background.remembered(), found(), newest):
        late = step(late, event)
    assert lasting(late.episodes) == lasting(there.episodes)
    (episode,) = lasting(late.episodes).values()
    assert episode.worst == 7
    assert late.history.samples == there.history.samples
    assert len(kept) == 5
    await stopped(running)


async def test_it_begins_with_what_was_known_before() -> None:
    known = begun().in_target
    before = Remembered(begun().history, {}, (), known)
    background = BackgroundBoard(FakeFeeds(), begun())
    running = asyncio.create_task(background.run(before))
    await settle()
    assert background.remembered() == before
    await stopped(running)


async def test_it_takes_over_what_boards_of_the_folder_silence_and_changes_nothing_there(
    tmp_path: Path,
) -> None:
    clock, feeds = FakeClock(), FakeFeeds()
    path = tmp_path / SILENCES
    shared = partial(with_silences, store=SharedRows(path), now=moment(clock))
    background = BackgroundBoard(feeds, begun(), shared=shared)
    running = asyncio.create_task(background.run())
    await settle()
    sales = queue("Sales", "1", "Here", waitingCalls=6)
    feeds.say(found(), fresh(clock, [sales]))
    assert not background.state.silences
    (key,) = background.state.levels
    now = clock.now()
    quiet = Silence(key=key, name="Sales", site="Here", who="anna", why="", since=now, until=None)
    SharedRows(path).change([row_of(quiet)], ())
    before = path.read_bytes()
    feeds.say(fresh(clock, [sales]))
    assert set(background.state.silences) == {key}
    feeds.say(fresh(clock, [queue("Sales", "1", "Here", waitingCalls=0)]))
    assert not background.state.silences
    assert path.read_bytes() == before
    await stopped(running)
