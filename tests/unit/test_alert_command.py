"""The command of an alert: gets JSON, is ended in time, gets no secret, never blocks."""

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from wallboard.alerts.command import MOST_WAITING, AlertCommand, without_secrets

COPY = "import sys, os; open(sys.argv[1], 'a').write(sys.stdin.read() + '\\n')"


@asynccontextmanager
async def running(command: AlertCommand) -> AsyncIterator[None]:
    task = asyncio.create_task(command.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def until(what: Path, lines: int = 1) -> list[str]:
    for _ in range(400):
        if what.exists() and len(found := what.read_text(encoding="utf-8").splitlines()) >= lines:
            return found
        await asyncio.sleep(0.01)
    msg = "the command left nothing"
    raise AssertionError(msg)


async def test_each_alert_is_json_on_the_input(tmp_path: Path) -> None:
    out = tmp_path / "out"
    command = AlertCommand([sys.executable, "-c", COPY, str(out)], 10, {})
    async with running(command):
        command.tell({"queue": "Ångström $(rm)", "value": 1})
        command.tell({"queue": "B", "value": None})
        lines = await until(out, 2)
    assert [json.loads(line)["queue"] for line in lines] == ["Ångström $(rm)", "B"]


async def test_one_that_hangs_is_ended_and_the_next_runs(tmp_path: Path) -> None:
    out = tmp_path / "out"
    script = (
        "import sys, time, json\n"
        "one = json.load(sys.stdin)\n"
        "time.sleep(60) if one['hang'] else open(sys.argv[1], 'w').write('done\\n')\n"
    )
    command = AlertCommand([sys.executable, "-c", script, str(out)], 0.3, {})
    begun = time.monotonic()
    async with running(command):
        command.tell({"hang": True})
        command._timeout = 0.3
        await asyncio.sleep(0.35)
        command._timeout = 10
        command.tell({"hang": False})
        assert await until(out) == ["done"]
    assert time.monotonic() - begun < 6


@pytest.mark.parametrize("program", [["/nowhere/at/all"], [sys.executable, "-c", "exit(3)"]])
async def test_one_that_fails_is_no_trouble_for_the_board(
    program: list[str], tmp_path: Path
) -> None:
    command = AlertCommand(program, 5, {})
    task = asyncio.create_task(command.run())
    command.tell({"a": "x" * 200_000})
    await asyncio.sleep(0.25)
    assert not task.done()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def test_a_flood_keeps_the_newest_and_never_blocks() -> None:
    command = AlertCommand(["true"], 1, {})
    for number in range(3 * MOST_WAITING):
        command.tell({"number": number})
    assert command._waiting.qsize() == MOST_WAITING
    assert command._waiting.get_nowait() == {"number": 2 * MOST_WAITING}


def test_nothing_of_the_boards_own_environment_reaches_it() -> None:
    given = {
        "PATH": "/bin",
        "WALLBOARD_API__PASSWORD": "secret",
        "wallboard_api__key": "secret",
        "CREDENTIALS_DIRECTORY": "/run/credentials",
    }
    assert without_secrets(given) == {"PATH": "/bin"}
