"""Whatever happens to the history's file or its disk, the board goes on, and says so."""

import random
import resource
import shutil
import sqlite3
import subprocess
import sys
import time
from array import array
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.faults.processes import board, child
from tests.sample import row
from tests.ui.boards import FakeHistory
from tests.ui.pilot import running
from tests.unit.history.stores import Desk, until
from wallboard.history import writer
from wallboard.history.file import NAME, CannotKeep, OpenFile, open_to_read, open_to_write
from wallboard.history.minutes import HOUR, Hour, MinuteColumns, hour_from, no_columns
from wallboard.history.packing import stamp
from wallboard.history.upkeep import purge_some
from wallboard.model.data.options import HistoryOptions
from wallboard.model.data.reading import FeedId, QueueMetrics
from wallboard.ui.widgets.status_bar import StatusBar

ROOT = Path(__file__).parents[2]


def sales(calls: int = 1) -> QueueMetrics:
    return row("Sales", "1", waitingCalls=calls)


def kept(folder: Path, polls: int = 40) -> Path:
    """A history of some polls, closed."""
    desk = Desk(folder)
    desk.begin()
    for at in range(polls):
        desk.poll(sales(at % 5))
    desk.keeper.close()
    return desk.path


def goes_on(desk: Desk) -> bool:
    """Whether a poll is kept now."""
    desk.poll(sales(2))
    desk.wait_until_written()
    return desk.keeper.trouble == ""


@pytest.mark.parametrize("times", [12, pytest.param(100, marks=pytest.mark.slow)])
def test_kill_in_the_middle_of_a_write_loses_nothing_that_was_written(
    tmp_path: Path, times: int
) -> None:
    chance = random.Random(7)
    written = 0
    for _ in range(times):
        before = Desk(tmp_path).polls if (tmp_path / NAME).exists() else 0
        with subprocess.Popen(
            [sys.executable, "-m", "tests.faults.keeping", str(tmp_path)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
        ) as child:
            assert child.stdout is not None
            child.stdout.readline()
            time.sleep(chance.random() * 0.4)
            child.kill()
            told = child.stdout.read().split()
        written = int(told[-1]) if told else 1
        desk = Desk(tmp_path)
        assert written <= int(str(desk.polls)) - int(str(before)) <= written + 1
        assert desk.rows("PRAGMA integrity_check") == [("ok",)]
    desk = Desk(tmp_path)
    desk.clock.seconds += written * 10
    desk.begin()
    assert desk.keeper.trouble == ""
    assert desk.world.state.trends.samples
    desk.keeper.close()


def limited(pragma: str) -> Callable[[Path], OpenFile]:
    """Open files as a disk would have it that allows no more."""

    def opened(path: Path) -> OpenFile:
        file = open_to_write(path)
        file.connection.execute(f"PRAGMA {pragma}")
        return file

    return opened


@pytest.mark.parametrize(
    ("pragma", "words"),
    [
        ("max_page_count=1", "history is not kept: disk full"),
        ("query_only=ON", f"history is not kept: {NAME} cannot be written"),
    ],
)
def test_a_disk_that_takes_nothing_is_told_and_goes_on_when_it_does(
    tmp_path: Path, pragma: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(tmp_path)
    monkeypatch.setattr(writer, "open_to_write", limited(pragma))
    desk.begin()
    for at in range(40):
        desk.poll(sales(at))
    until(lambda: desk.keeper.trouble == words)
    monkeypatch.setattr(writer, "open_to_write", open_to_write)
    desk.poll(sales())
    until(lambda: goes_on(desk))
    assert int(str(desk.polls)) >= 1
    desk.keeper.close()


def takes_nothing(db: sqlite3.Connection | None) -> None:
    if db is not None:
        db.execute("PRAGMA query_only=ON")


def test_the_minute_in_which_a_disk_was_full_is_made_of_the_polls_that_were_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(tmp_path)
    desk.begin()
    for calls in (0, 7, 2):
        desk.poll(sales(calls))
    desk.wait_until_written()
    # From now on the disk takes nothing, of the open file either.
    monkeypatch.setattr(writer, "open_to_write", limited("query_only=ON"))
    desk.keeper._work.put(takes_nothing)
    for calls in (9, 9):
        desk.poll(sales(calls))
    until(lambda: desk.keeper.trouble)
    monkeypatch.setattr(writer, "open_to_write", open_to_write)
    for _ in range(12):
        desk.poll(sales(1))
    desk.wait_until_written()
    assert desk.keeper.trouble == ""
    desk.keeper.close()
    ((live, data),) = desk.rows("SELECT live, data FROM minute")
    assert isinstance(live, bytes)
    assert isinstance(data, bytes)
    hour = hour_from(0, 1, live, data)
    known = [(hour.columns.calls[at], live[at]) for at in range(60) if live[at]]
    assert max(calls for calls, _ in known) == 7, "what was lost is in no minute"
    assert known[0][0] == 7 or known[1][0] == 7
    assert known[-1][0] == 1
    # Three polls were kept, and twelve: what lies between stands for no longer than it was LIVE.
    assert 130 <= sum(seconds for _, seconds in known) <= 175


def busy(chance: random.Random) -> list[QueueMetrics]:
    """Fifty queues of which nothing is as it was."""
    return [row(f"Q{at}", str(at), waitingCalls=chance.randrange(2**30)) for at in range(50)]


Limit = Callable[[Path], AbstractContextManager[Callable[[], object]]]
"""Lets a folder take little; what it gives ends that."""


@contextmanager
def small_disk(folder: Path) -> Iterator[Callable[[], object]]:
    """Have a disk of 400 kB in a folder; what is given makes it larger."""
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", folder], check=False)
    if made.returncode:
        pytest.skip("nothing may be mounted here: the disk that is full is a small one of memory")
    try:
        yield lambda: subprocess.run(["mount", "-o", "remount,size=9m", folder], check=True)
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


@contextmanager
def small_files(folder: Path) -> Iterator[Callable[[], None]]:
    """Let this process write no file of more than 500 kB; what is given lets it again."""
    del folder
    before = resource.getrlimit(resource.RLIMIT_FSIZE)

    def again() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)

    resource.setrlimit(resource.RLIMIT_FSIZE, (500_000, before[1]))
    try:
        yield again
    finally:
        again()


@pytest.mark.parametrize(
    ("limit", "words"), [(small_disk, "disk full"), (small_files, "the disk cannot be written")]
)
def test_a_disk_that_is_full_in_truth_loses_nothing_that_was_written(
    tmp_path: Path,
    limit: Callable[[Path], AbstractContextManager[Callable[[], object]]],
    words: str,
) -> None:
    folder = tmp_path / "disk"
    folder.mkdir()
    chance = random.Random(1)
    with limit(folder) as more:
        desk = Desk(folder)
        desk.begin()
        for number in range(4_000):
            desk.poll(*busy(chance))
            if number < 5:
                desk.wait_until_written()  # all at once may be more than there is room for
            if desk.keeper.trouble:
                break
        assert desk.keeper.trouble == f"history is not kept: {words}"
        before = int(str(desk.polls))
        assert before > 3
        more()
        until(lambda: goes_on(desk))
        assert int(str(desk.polls)) > before
        assert desk.rows("PRAGMA integrity_check") == [("ok",)]
        desk.keeper.close()


def four_hundred_days(path: Path, now: int) -> None:
    """Put the minutes of 23 queues, and alerts, of 400 days into a file."""
    chance = random.Random(4)
    hour = Hour(hour=0, queues=23, columns=no_columns(60 * 23))
    waits = array("i", [chance.randrange(90) for _ in range(23)])
    levels = array("b", [chance.randrange(3) for _ in range(23)])
    for minute in range(60):
        hour.add(minute, MinuteColumns(waits=waits, calls=waits, agents=waits, levels=levels), 60.0)
    live, data = hour.row(closed=True)
    with closing(open_to_write(path)) as file:
        db = file.connection
        db.execute("BEGIN")
        (number, roster) = db.execute("SELECT feed, max(id) FROM roster").fetchone()
        last = now // HOUR
        db.executemany(
            "INSERT OR IGNORE INTO minute (feed, hour, roster, live, data) VALUES (?, ?, ?, ?, ?)",
            ((number, last - back, roster, live, data) for back in range(1, 400 * 24)),
        )
        (text,) = db.execute("SELECT data FROM episode LIMIT 1").fetchone()
        since = ((f"q{at}", now - at * 700_000, now - at * 700_000, text) for at in range(49_000))
        db.executemany("INSERT INTO episode (who, since, until, data) VALUES (?, ?, ?, ?)", since)
        db.execute("COMMIT")


def test_a_store_of_400_days_starts_as_one_of_today_and_goes_in_small_steps(
    tmp_path: Path,
) -> None:
    one = Desk(tmp_path)
    one.begin()
    for at in range(40):
        one.poll(*(row(f"Q{n}", str(n), waitingCalls=at % 9) for n in range(23)))
    one.keeper.close()
    now = stamp(one.clock.now())
    four_hundred_days(one.path, now)
    desk = Desk(tmp_path)
    begun = time.process_time()
    assert desk.begin(after=500) is not None
    assert time.process_time() - begun < 1
    desk.keeper.close()
    limits = HistoryOptions(minutes=200 * 86_400.0)
    steps = []
    with closing(open_to_write(one.path)) as file:
        before = one.path.stat().st_size
        more = True
        while more:
            begun = time.thread_time()
            more = purge_some(file.connection, limits, now)
            steps.append(time.thread_time() - begun)
        (left,) = file.connection.execute("SELECT count(*) FROM minute").fetchone()
    assert 200 * 24 - 1 <= left <= 200 * 24 + 2
    # Of the rows in twenties, and of the disk's pages in hundreds, not one by one.
    assert 200 < len(steps) < 2_000
    assert sorted(steps)[-3] < 0.2, "but for a pause of Python's own"
    assert one.path.stat().st_size < before * 0.7


def test_a_folder_that_goes_while_the_board_runs_is_made_anew(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "state")
    desk.begin()
    desk.poll(sales())
    desk.wait_until_written()
    shutil.rmtree(tmp_path / "state")
    until(lambda: goes_on(desk) and desk.path.exists())
    assert int(str(desk.polls)) >= 1
    desk.keeper.close()


def test_a_folder_that_cannot_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    desk = Desk(tmp_path / "file" / "state")
    assert desk.begin() is None
    assert desk.keeper.trouble.startswith("history is not kept: ")
    assert not goes_on(desk)
    desk.keeper.close()


def test_a_folder_in_the_files_place_is_told_and_left(tmp_path: Path) -> None:
    (tmp_path / NAME).mkdir()
    desk = Desk(tmp_path)
    desk.begin()
    assert desk.keeper.trouble == f"history is not kept: {tmp_path / NAME} is a folder"
    desk.keeper.close()
    assert (tmp_path / NAME).is_dir()


def cut(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 3])


def overwritten(path: Path) -> None:
    path.write_bytes(b"Dear diary, " * 1000)


def holed(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[4096 : len(data)] = bytes(len(data) - 4096)
    path.write_bytes(data)


@pytest.mark.parametrize("damage", [cut, overwritten, holed])
def test_a_damaged_file_is_set_aside_its_name_is_told_and_a_new_one_begins(
    tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    path = kept(tmp_path)
    damage(path)
    broken = path.read_bytes()
    desk = Desk(tmp_path)
    desk.begin()
    assert goes_on(desk)
    (aside,) = tmp_path.glob(f"{NAME}.damaged-*[0-9]")
    assert aside.read_bytes() == broken
    (note,) = desk.keeper.notes()
    assert str(aside) in note
    assert desk.keeper.notes() == ()
    assert desk.polls == 1
    desk.keeper.close()


@pytest.mark.parametrize(
    ("pragma", "words"),
    [
        ("user_version=3", f"{NAME} is of a newer wallboard (version 3, not 2)"),
        ("application_id=1", f"{NAME} is of another program"),
    ],
)
def test_a_file_that_is_not_ours_is_refused_in_words_and_not_touched(
    tmp_path: Path, pragma: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = kept(tmp_path)
    with sqlite3.connect(path) as db:
        db.execute(f"PRAGMA {pragma}")
    db.close()
    before = path.read_bytes()
    desk = Desk(tmp_path)
    assert desk.begin() is None
    assert not goes_on(desk)
    assert desk.keeper.trouble == f"history is not kept: {words}"
    desk.keeper.close()
    assert path.read_bytes() == before


def test_a_file_of_an_older_version_is_read_on_by_who_writes_and_refused_by_who_reads(
    tmp_path: Path,
) -> None:
    path = kept(tmp_path)
    with sqlite3.connect(path) as db:
        db.executescript(
            "DROP INDEX happening_feed; DROP TABLE tally; DROP TABLE past; DROP TABLE newest;"
            " CREATE TABLE newest"
            " (feed INTEGER PRIMARY KEY, at INTEGER, roster INTEGER, levels TEXT, tally BLOB);"
            " PRAGMA user_version=1"
        )
    db.close()
    with pytest.raises(CannotKeep, match="older wallboard"):
        open_to_read(path)
    before = Desk(tmp_path).polls
    desk = Desk(tmp_path)
    desk.begin(after=400)
    assert goes_on(desk)
    assert int(str(desk.polls)) == int(str(before)) + 1
    desk.keeper.close()
    again = Desk(tmp_path)
    again.begin(after=500)
    assert again.world.state.trends.samples[FeedId("p")]
    again.keeper.close()


def test_of_two_boards_one_writes_the_other_reads_says_so_and_takes_over(tmp_path: Path) -> None:
    kept(tmp_path)
    one, other = Desk(tmp_path), Desk(tmp_path)
    one.begin(after=400)
    other.begin(after=400)
    assert other.keeper.trouble == f"history is not kept: another wallboard writes {NAME}"
    assert other.world.state.trends.samples[FeedId("p")]
    assert not goes_on(other)
    assert goes_on(one)
    one.keeper.close()
    until(lambda: goes_on(other))
    other.keeper.close()


@pytest.mark.parametrize("damage", [cut, overwritten, holed])
def test_only_who_writes_a_file_sets_it_aside(
    tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    writes = open_to_write(kept(tmp_path))
    damage(writes.path)
    reads = Desk(tmp_path)
    assert reads.begin() is None
    assert reads.keeper.trouble.startswith("history is not kept: ")
    reads.keeper.close()
    assert not list(tmp_path.glob("*damaged*"))
    writes.close()


def test_a_disk_that_stands_holds_nothing_up_and_is_told(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.begin()
    lock = sqlite3.connect(desk.path, isolation_level=None)
    lock.execute("BEGIN IMMEDIATE")
    begun = time.monotonic()
    for _ in range(80):
        desk.keeper.remember(*desk.event(sales()))
    assert time.monotonic() - begun < 60, "to wait for the disk would take two minutes"
    assert desk.keeper.trouble == "history is not kept: the disk is too slow"
    lock.execute("ROLLBACK")
    lock.close()
    desk.wait_until_written()
    assert goes_on(desk)
    desk.keeper.close()


def test_a_board_that_was_killed_and_started_again_has_its_last_hour(tmp_path: Path) -> None:
    with child() as simulator:
        with board(tmp_path, simulator.environ) as terminal:
            terminal.wait_for("LIVE")
            file = tmp_path / "state" / "wallboard" / NAME
            until(lambda: file.exists() and answers(file) >= 2, 60)
            terminal.kill()  # as kill -9 does
        with board(tmp_path, simulator.environ) as terminal:
            terminal.wait_for("LIVE")
            before = answers(file)
            until(lambda: answers(file) > before, 60)
            terminal.send("qq")
            assert terminal.wait() == 0
    last = Desk(file.parent)
    last.clock.start = datetime.now(UTC)
    remembered = last.begin()
    last.keeper.close()
    assert remembered is not None
    assert remembered.trends.samples
    assert remembered.in_target.tallies


def answers(file: Path) -> int:
    with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as db:
        try:
            return int(db.execute("SELECT count(*) FROM poll").fetchone()[0])
        except sqlite3.OperationalError:  # it is being made
            return 0


class Broken(FakeHistory):
    """A history that cannot be kept, until it can."""

    def __init__(self) -> None:
        super().__init__("history is not kept: disk full")
        self.told: tuple[str, ...] = ("The history was damaged",)

    def notes(self) -> tuple[str, ...]:
        told, self.told = self.told, ()
        return told


@pytest.mark.asyncio
async def test_the_status_line_says_why_nothing_is_kept_for_as_long_as_it_lasts() -> None:
    history = Broken()
    async with running(size=(160, 30), history=history) as run:
        await run.wait(2)
        assert "history is not kept: disk full" in run.text(StatusBar)
        assert run.told.count("The history was damaged") == 1
        history.trouble = ""
        await run.wait(2)
        assert "history" not in run.text(StatusBar)
