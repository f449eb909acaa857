"""What the history costs: ``python -m tests.benchmarks.remembering``. Ratios are of one run."""

import asyncio
import os
import random
import socket
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmarks.data import Centre
from tests.benchmarks.processes import first_picture
from tests.benchmarks.whole_process import poll_cost
from tests.sample import AT, AT_ONCE
from wallboard.api.wire.realtime import RawAnswer, reading
from wallboard.history.file import NAME, open_to_read, open_to_write
from wallboard.history.packing import stamp
from wallboard.history.recall import recall_from
from wallboard.history.replay.past_board import PastBoard
from wallboard.history.store import Store
from wallboard.history.upkeep import pack_one
from wallboard.model.data.catalogue import CATALOGUE, METRICS, TODAY
from wallboard.model.data.day import day_of
from wallboard.model.data.metric import Adds, Kind, Number
from wallboard.model.data.reading import FeedId, Moment, Reading
from wallboard.model.data.view_options import ViewOptions
from wallboard.model.events import Discovered, FeedInfo, Fresh
from wallboard.model.replay import Seek
from wallboard.model.state import State, start, step
from wallboard.model.view.board import project

PBX = "acme"
LIVE, DAY = FeedId(PBX), FeedId(PBX, Kind.TODAY)
DAY_POLLS = 8_640
_FRACTIONS = frozenset(name for name in TODAY if METRICS[name].adds in (Adds.AVERAGE, Adds.SHARE))


def moment(seconds: float) -> Moment:
    return Moment(AT.wall + timedelta(seconds=seconds), AT.elapsed + seconds)


def answers(queues: int, share: float, waiting: int, polls: int) -> Iterator[Reading]:
    """Live answers each 10 s; ``share`` of what they tell is another at each."""
    centre = Centre(queues, waiting)
    for number in range(polls):
        raw = RawAnswer(centre.body, LIVE, moment(10 * number), PBX)
        yield asyncio.run(reading(raw, CATALOGUE))
        if share:
            centre.change(share)


def of_the_day(
    live: Reading, chance: random.Random, known: dict[str, list[Number]], share: float
) -> Reading:
    """The day so far, after a minute in which calls came to so great a share of the queues."""
    rows = []
    for queue in live.queues:
        counts = known.setdefault(queue.name, [0] * len(TODAY))
        if chance.random() < share:
            # Shares and averages have fractions, as those of the API have.
            counts[:] = [
                round(one + chance.random() * 4, 3)
                if name in _FRACTIONS
                else one + chance.randrange(4)
                for name, one in zip(TODAY, counts, strict=True)
            ]
        rows.append(replace(queue, values=dict(zip(TODAY, counts, strict=True))))
    at = live.measured
    return replace(
        live, feed=DAY, queues=tuple(rows), metrics=frozenset(TODAY),
        day=day_of(at.wall, AT.wall.tzinfo),  # type: ignore[arg-type]
    )  # fmt: skip


def keep(path: Path, readings: Iterator[Reading], called: float = 0.3) -> State:
    """Keep answers as a board does, the day's each minute, packed as they come.

    ``called``: in how great a share of the queues a call came within a minute.
    """
    chance, known = random.Random(1), dict[str, list[Number]]()
    state = start(AT_ONCE, ViewOptions())
    state = step(state, Discovered((FeedInfo(LIVE, PBX), FeedInfo(DAY, PBX, 60.0)), 10.0))
    with closing(open_to_write(path)) as file:
        store = Store(file.connection, lambda: AT.wall)
        for number, live in enumerate(readings):
            both = [live, of_the_day(live, chance, known, called)] if number % 6 == 0 else [live]
            for one in both:
                event = Fresh(one.feed, one, moment(10 * number + 10))
                state = step(state, event)
                store.keep(event, state)
            if number % 30 == 0:
                while pack_one(file.connection):
                    pass
        store.end(moment(10 * number + 10))
        while pack_one(file.connection):
            pass
        file.connection.execute("VACUUM")
    return state


def megabytes_a_day(queues: int, share: float, waiting: int, polls: int = DAY_POLLS) -> float:
    """Return how large the file of a day is; measured over ``polls``."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / NAME
        keep(path, answers(queues, share, waiting, polls), max(1.5 * share, 0.03))
        with closing(open_to_read(path)) as file:  # type: ignore[type-var]
            assert file is not None
            # What is not packed yet is there once, not as often as the part is of a day.
            (alone,) = file.connection.execute("SELECT sum(length(data)) FROM poll").fetchone()
        packed = path.stat().st_size - alone
        return float(packed * DAY_POLLS / polls + alone) / 1e6


def minutes_of_400_days(polls: int = DAY_POLLS) -> float:
    """Return megabytes of the minutes of 400 days of 23 queues."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / NAME
        keep(path, answers(23, 0.2, 6, polls))
        with closing(open_to_read(path)) as file:  # type: ignore[type-var]
            assert file is not None
            (count, size) = file.connection.execute(
                "SELECT count(*), sum(length(live) + length(data)) FROM minute"
            ).fetchone()
        return float(400 * 24 * size / count / 1e6)


def seeks(path: Path, state: State, polls: int, rounds: int) -> tuple[float, float]:
    """Return milliseconds of the store's part of a jump, and of it with the picture as data."""
    chance = random.Random(2)
    with closing(open_to_read(path)) as file:  # type: ignore[type-var]
        assert file is not None
        past = PastBoard(file.connection, moment(10 * polls))
        found, drawn = [], []
        for _ in range(rounds):
            at = stamp(moment(10 * chance.randrange(polls)).wall)
            begun = time.thread_time()
            board = past.seek(state, at, Seek.AT)
            found.append(1_000 * (time.thread_time() - begun))
            assert board is not None
            project(board.state, board.at)
            drawn.append(1_000 * (time.thread_time() - begun))
    return statistics.median(found), statistics.median(drawn)


def recall(queues: int) -> float:
    """Return seconds until the last hour of so many queues is known again."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / NAME
        keep(path, answers(queues, 0.2, queues * 3 // 20, 360))
        with closing(open_to_read(path)) as file:  # type: ignore[type-var]
            assert file is not None
            begun = time.thread_time()
            recall_from(file.connection, moment(3_610))
            return time.thread_time() - begun


def added(queues: int, polls: int) -> float:
    """Return milliseconds of processor that remembering adds to a poll of the whole process."""
    spent: dict[str, list[float]] = {}
    for turn in range(2):
        for enabled in ("true", "false") if turn else ("false", "true"):
            os.environ["WALLBOARD_HISTORY__ENABLED"] = enabled
            spent.setdefault(enabled, []).append(poll_cost(queues, 0.2, polls)[0])
    os.environ.pop("WALLBOARD_HISTORY__ENABLED")
    return statistics.mean(spent["true"]) - statistics.mean(spent["false"])


def report(what: str, bound: str, measured: str) -> None:
    print(f"| {what} | {bound} | {measured} |", flush=True)  # noqa: T201


def jumps() -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / NAME
        polls = DAY_POLLS // 4
        state = keep(path, answers(200, 0.2, 30, polls))
        store, whole = seeks(path, state, polls, 60)
    report("a jump, 200 queues: the store's part", "≤ 5 ms", f"{store:.1f} ms")
    report("… with the picture as data", "", f"{whole:.1f} ms")


def days() -> None:
    for name, most, how in (
        ("the demo's 23", 7, (23, 0.1, 6)),
        ("200 calm", 12, (200, 0.01, 2)),
        ("200 busy", 50, (200, 0.2, 30)),
    ):
        report(f"a day of {name}", f"≤ {most} MB", f"{megabytes_a_day(*how, 1_440):.1f} MB")


def minutes() -> None:
    size = minutes_of_400_days(1_440)
    report("the minutes of 400 days of 23 queues", "≤ 60 MB", f"{size:.1f} MB")


def hour() -> None:
    report("the last hour of 2,000 queues at a start", "≤ 3 s", f"{recall(2_000):.1f} s")


def polls() -> None:
    for queues, most in ((200, 2), (2_000, 8)):
        spent = added(queues, 15)
        report(f"added to a poll, {queues:,} queues", f"≤ {most} ms", f"{spent:.1f} ms")


def a_week(path: Path) -> None:
    """Make a file of seven days of 200 queues: a part of a day, again and again before it."""
    keep(path, answers(200, 0.2, 30, 360))
    hour = 3_600_000
    with closing(open_to_write(path)) as file:
        db = file.connection
        db.execute("BEGIN")
        for back in range(1, 7 * 24):
            db.execute(
                "INSERT INTO block (feed, roster, first, last, polls, notes, data)"
                " SELECT feed, roster, first - ?, last - ?, polls, notes, data FROM block"
                " WHERE first > ?",
                (back * hour, back * hour, stamp(AT.wall) - 1),
            )
        db.execute("COMMIT")


def starts(rounds: int = 7) -> None:
    """Start with a full store and without one, in turn."""
    with TemporaryDirectory() as folder, socket.create_server(("127.0.0.1", 0)) as silent:
        environ = {f"WALLBOARD_API__{name}": "any" for name in ("KEY", "USERNAME", "PASSWORD")}
        environ["WALLBOARD_API__BASE_URL"] = f"http://127.0.0.1:{silent.getsockname()[1]}"
        full, none = Path(folder) / "full", Path(folder) / "none"
        (full / "wallboard").mkdir(parents=True)
        a_week(full / "wallboard" / NAME)
        taken: dict[Path, list[float]] = {full: [], none: []}
        for _ in range(rounds):
            for state, found in taken.items():
                own = {**environ, "XDG_STATE_HOME": str(state)}
                found.append(first_picture(["-m", "wallboard"], b"Signing in", own))
        size = (full / "wallboard" / NAME).stat().st_size / 1e6
    ratio = statistics.median(taken[full]) / statistics.median(taken[none])
    report(f"start with a store of {size:.0f} MB against none", "≤ 1.15 ×", f"{ratio:.2f} ×")


CASES = {
    "start": starts,
    "day": days,
    "minutes": minutes,
    "jump": jumps,
    "hour": hour,
    "poll": polls,
}


if __name__ == "__main__":
    for case in sys.argv[1:] or CASES:
        CASES[case]()
