"""``wallboard serve`` as a process: the demo's board over a socket, and an end in order."""

import asyncio
import re
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from tests.ui.boards import FakeHistory
from tests.ui.browser.served import Served, page
from tests.unit.model_env import PLAIN
from wallboard.compose.visitors import VisitorHistory, VisitorSilences
from wallboard.host.shared_rows import SharedRows
from wallboard.model.data.view_options import ViewOptions
from wallboard.model.events import Remembered
from wallboard.model.state import start


@asynccontextmanager
async def demo(*flags: str) -> AsyncIterator[tuple[Served, asyncio.subprocess.Process]]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "wallboard", "serve", "--demo", "--listen", "127.0.0.1:0", *flags,
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        assert process.stdout
        line = (await asyncio.wait_for(process.stdout.readline(), 90)).decode()
        found = re.search(r"http://127\.0\.0\.1:(\d+)/", line)
        assert found, line
        server = SimpleNamespace(port=int(found[1]), origin=f"http://127.0.0.1:{found[1]}")
        yield cast(Served, server), process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
async def test_visitors_see_the_demo_until_a_signal_ends_it(number: int, code: int) -> None:
    async with demo() as (server, process), page(server, (120, 40)) as one:
        await one.sees("Delivery Claims")
        async with page(server, (120, 40)) as other:
            await other.sees("Delivery Claims")
            # On a slow machine the first one's own first picture may have trouble in it.
            shared = "since before" not in other.text or "since before" in one.text
            assert shared, "it knows what the first one saw"
            process.send_signal(number)
            _, said = await asyncio.wait_for(process.communicate(), 90)
            assert (process.returncode, said) == (code, b"")
            await one.closed()
            await other.closed()


async def test_a_wall_begins_as_a_wall() -> None:
    async with demo("--kiosk") as (server, _), page(server, (200, 60)) as wall:
        await wall.sees("page 1")
        assert "Filter" not in wall.text


def test_a_visitor_sees_what_the_servers_boards_silence_and_changes_none_of_it(
    tmp_path: Path,
) -> None:
    path = tmp_path / "silences.json"
    boards, visitors = SharedRows(path), VisitorSilences(SharedRows(path))
    row = {"key": ["p", "1"], "until": None}
    boards.change([row], ())
    assert visitors.news() == [row]
    assert visitors.news() is None
    assert visitors.change([{"key": ["p", "2"]}], [row]) == ""
    assert SharedRows(path).news() == [row]
    path.write_text("no JSON")
    assert visitors.news() == ()
    assert visitors.warning == "", "where the file is does not concern a visitor"


async def test_a_visitor_reads_what_is_kept_and_keeps_nothing() -> None:
    class Keeper(FakeHistory):
        def remember(self, *_: object) -> None:
            raise AssertionError("a visitor keeps nothing")

    state = start(PLAIN, ViewOptions())
    known = Remembered(state.trends, state.levels, state.episodes, state.in_target)
    history = VisitorHistory(cast(Any, Keeper("the disk is full")), lambda: known)
    assert history.trouble == "the disk is full"
    assert await history.recall() is known
    now = datetime.now(UTC)
    assert await history.hours((), now) == ()
    history.remember(cast(Any, None), state)
    assert history.notes() == ()
    without = VisitorHistory(None, lambda: known)
    assert without.trouble == ""
    assert await without.hours((), now) is None
    assert await without.usual(now, UTC, ()) is None
