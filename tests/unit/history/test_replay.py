"""The board as it was is the board that it was, at every poll."""

import random
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from tests.sample import AT, row
from tests.unit.history.stores import Desk, until
from tests.unit.model_env import moment
from wallboard.history.file import open_to_read
from wallboard.history.packing import stamp
from wallboard.history.replay.past_board import PastBoard
from wallboard.model.data.reading import FeedId, Moment, QueueMetrics
from wallboard.model.events import Acknowledge
from wallboard.model.judge.alert_log import alerts
from wallboard.model.judge.levels import QueueLevels
from wallboard.model.judge.rules import Bounds, Rules
from wallboard.model.replay import Seek, TroubleLine
from wallboard.model.state import State
from wallboard.model.view.board import BoardView, project
from wallboard.model.view.queue_page import QueueView, project_queue
from wallboard.model.view.row import Cell

RULES = Rules(
    {
        "waitingCalls": Bounds(3, 5, hold=20.0, recover_warning=1),
        "longestWaitingTime": Bounds(60_000, 120_000),
    }
)
SALES = row("Q1", "1").key


@contextmanager
def past(desk: Desk) -> Iterator[PastBoard]:
    file = open_to_read(desk.path)
    assert file is not None
    with closing(file):
        yield PastBoard(file.connection, AT)


def without_hidden(view: BoardView) -> BoardView:
    """A board without what is not drawn of it: how long a bound has been held, and when the next
    picture is due. Trends are those of the minutes.
    """
    tiles = tuple(replace(one, trend=()) for one in view.tiles)
    lines = tuple(replace(one, levels=levels_of(one.levels)) for one in view.lines)
    return replace(view, tiles=tiles, lines=lines, changes_at=None, entries=())


def levels_of(one: QueueLevels) -> QueueLevels:
    tracks = {
        name: replace(one.tracks[name], held=(None, None), seen=None)
        for name in one.by_metric
        if name in one.tracks
    }
    return replace(one, tracks=tracks)


def a_day(desk: Desk, polls: int) -> dict[int, State]:
    """Let queues come and go, wait and not; returns the state after each poll by its stamp."""
    chance = random.Random(3)
    calls = [0] * 8
    known = {}
    for number in range(polls):
        for at, waits in enumerate(calls):
            calls[at] = max(0, waits + chance.choice((-1, -1, 0, 1, 1)))
        rows: list[QueueMetrics] = [
            row(f"Q{at}", str(at), waitingCalls=n, longestWaitingTime=17_345 * n)
            for at, n in enumerate(calls)
            if not (at == 5 and 30 < number < 60)
        ]
        if number % 11 == 7:
            rows[2] = row("Q2", "2")
        if number % 13 == 9:
            desk.fail()
        if number == 50:
            seen = {one.key for one in desk.world.state.episodes if one.lasts}
            desk.step(Acknowledge(frozenset(seen), "AB", moment(desk.world.now + 1)))
        desk.poll(*rows)
        known[stamp(moment(desk.world.now).wall)] = desk.world.state
    return known


def values(page: QueueView) -> list[tuple[str, str, Cell, str]]:
    """What a queue's page says of each metric."""
    return [(group, row.label, row.cell, row.note) for group, rows in page.groups for row in rows]


def test_every_poll_is_seen_again_as_it_was(tmp_path: Path) -> None:
    desk = Desk(tmp_path, rules=RULES)
    desk.begin()
    known = a_day(desk, 100)
    until(lambda: desk.rows("SELECT count(*) > 1 FROM block") == [(1,)])
    desk.keeper.close()
    with past(desk) as reads:
        for at, state in known.items():
            found = reads.seek(state, at, Seek.AT)
            assert found is not None
            then = found.at
            assert without_hidden(project(found.state, then)) == without_hidden(
                project(state, then)
            )
            assert alerts(found.state, then) == alerts(state, then)
            # Trends and the time in target are those of minutes.
            then_so = found.state
            live = replace(state, in_target=then_so.in_target, trends=then_so.trends)
            page, its = (project_queue(one, SALES, then, 40) for one in (found.state, live))
            assert page is not None
            assert its is not None
            # For how long a bound has been reached that makes no level yet, is not kept.
            assert page == replace(its, calm=page.calm, groups=page.groups)
            assert values(page) == values(its)
            assert page.calm.partition(":")[0] == its.calm.partition(":")[0]


def test_the_polls_before_and_after_are_found_alone_or_in_a_block(tmp_path: Path) -> None:
    desk = Desk(tmp_path, rules=RULES)
    desk.begin()
    moments = list(a_day(desk, 70))
    until(lambda: desk.rows("SELECT count(*) > 0 FROM block") == [(1,)])
    desk.keeper.close()
    base = desk.world.state
    with past(desk) as reads:
        for at, later in zip(moments, [*moments[1:], None], strict=True):
            found = reads.seek(base, at, Seek.AFTER)
            assert (found and stamp(found.at.wall)) == later
        for at, before in zip(moments, [None, *moments[:-1]], strict=True):
            found = reads.seek(base, at, Seek.BEFORE)
            assert (found and stamp(found.at.wall)) == before
        assert reads.seek(base, moments[0] - 1, Seek.AT) is None


def test_while_the_board_was_off_there_is_no_data(tmp_path: Path) -> None:
    desk = Desk(tmp_path, rules=RULES)
    desk.begin()
    a_day(desk, 40)
    off = moment(desk.world.now + 1_200).wall
    with past(desk) as reads:
        desk.wait_until_written()
        found = reads.seek(desk.world.state, stamp(off), Seek.AT)
        assert found is not None
        assert str(project(found.state, found.at).health.state) == "NO DATA"
    desk.keeper.close()


def test_trends_are_those_of_the_hour_before_and_nothing_of_later(tmp_path: Path) -> None:
    desk = Desk(tmp_path, rules=RULES)
    desk.begin()
    for at in range(100):
        desk.poll(row("Q1", "1", waitingCalls=at // 6))
    desk.keeper.close()
    with past(desk) as reads:
        found = reads.seek(desk.world.state, stamp(moment(AT.elapsed + 610).wall), Seek.AT)
        assert found is not None
        trend = found.state.trends.trend(SALES, FeedId("p"), "waitingCalls")
        assert [value for _, value in trend] == [float(one) for one in range(11)]
        assert all(start <= found.at.elapsed for start, _ in trend)


def test_a_replay_of_long_ago_is_drawn_as_one_of_today(tmp_path: Path) -> None:
    desk = Desk(tmp_path, rules=RULES)
    desk.begin()
    known = a_day(desk, 60)
    desk.keeper.close()
    file = open_to_read(desk.path)
    assert file is not None
    now = Moment(AT.wall + timedelta(days=272, microseconds=123_457), 24_671.173_049)
    with closing(file):
        reads = PastBoard(file.connection, now)
        for at, state in known.items():
            found = reads.seek(state, at, Seek.AT)
            assert found is not None
            view, its = project(found.state, found.at), project(state, moment_of(at))
            assert [row.queue for row in view.lines] == [row.queue for row in its.lines]
            assert any(tile.trend for tile in view.tiles)


def moment_of(at: int) -> Moment:
    return moment(AT.elapsed + (at - stamp(AT.wall)) / 1000)


def test_the_line_of_a_day_has_trouble_and_gaps(tmp_path: Path) -> None:
    desk = Desk(tmp_path, rules=RULES)
    desk.begin()
    for calls in (0, 0, 9, 9, 0, 0):
        for _ in range(30):
            desk.poll(row("Q1", "1", waitingCalls=calls))
    desk.clock.seconds += 600
    desk.world.now += 600
    for _ in range(30):
        desk.poll(row("Q1", "1", waitingCalls=0))
    desk.keeper.close()
    day = desk.world.state.day(AT.wall)
    with past(desk) as reads:
        line = TroubleLine(begin=day.start, minutes=reads.day(stamp(day.start), stamp(day.end)))
    assert len(line.minutes) == 24 * 60
    at = line.place(AT.wall)
    told = [line.minutes[at + minute] for minute in range(45)]
    assert told[2:9] == [0] * 7
    assert told[12:19] == [2] * 7
    assert told[22:29] == [0] * 7
    assert told[32:39] == [None] * 7
    assert told[42] == 0
    assert line.minutes[at - 1] is None
    assert line.narrow(24)[9:11] == (2, None)
    assert line.narrow(24 * 60) == tuple(line.minutes)
