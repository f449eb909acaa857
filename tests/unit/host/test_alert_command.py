"""The command of an alert: gets JSON, is ended in time, gets no secret, never blocks."""

import asyncio
import contextlib
import errno
import json
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from wallboard.host.alert_command import MOST_LEFT, MOST_WAITING, AlertCommand, without_secrets
from wallboard.model.judge.rules import Level

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
        command.tell({"queue": "Ångström $(rm)", "value": 1}, Level.WARNING)
        command.tell({"queue": "B", "value": None}, Level.CRITICAL)
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
        command.tell({"hang": True}, Level.WARNING)
        command._timeout = 0.3
        await asyncio.sleep(0.35)
        command._timeout = 10
        command.tell({"hang": False}, Level.WARNING)
        assert await until(out) == ["done"]
    assert time.monotonic() - begun < 6


@pytest.mark.parametrize("program", [["/nowhere/at/all"], [sys.executable, "-c", "exit(3)"]])
async def test_one_that_fails_is_no_trouble_for_the_board(
    program: list[str], tmp_path: Path
) -> None:
    command = AlertCommand(program, 5, {})
    task = asyncio.create_task(command.run())
    command.tell({"a": "x" * 200_000}, Level.WARNING)
    await asyncio.sleep(0.25)
    assert not task.done()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


@pytest.mark.parametrize("worst_first", [True, False])
async def test_of_a_burst_every_critical_is_told_then_the_newest_warnings(
    worst_first: bool, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    out = tmp_path / "out"
    burst = [(Level.CRITICAL, number) for number in range(50)]
    burst += [(Level.WARNING, number) for number in range(100)]
    command = AlertCommand(["sh", "-c", f"cat >> {out}; echo >> {out}"], 10, {"PATH": os.defpath})
    for level, number in burst if worst_first else reversed(burst):
        command.tell({"level": level.word, "number": number}, level)
    async with running(command):
        lines = [json.loads(line) for line in await until(out, MOST_WAITING)]
    told = [(one["level"], one["number"]) for one in lines]
    newest = range(50, 100) if worst_first else range(50)
    assert sorted(told) == sorted(
        [("critical", number) for number in range(50)] + [("warning", number) for number in newest]
    )
    assert [one.getMessage() for one in caplog.records] == [
        "too many alerts at once: 50 alerts dropped"
    ]


def test_a_flood_of_one_level_keeps_the_newest_and_never_blocks() -> None:
    command = AlertCommand(["true"], 1, {})
    for number in range(3 * MOST_WAITING):
        command.tell({"number": number}, Level.CRITICAL)
    command.tell({"number": "no more than a warning"}, Level.WARNING)
    assert [one["number"] for _, one in command._waiting] == [
        *range(2 * MOST_WAITING, 3 * MOST_WAITING)
    ]


async def test_what_was_not_told_when_the_board_ends_is_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    command = AlertCommand(["sleep", "30"], 20, {"PATH": os.defpath})
    for _ in range(3):
        command.tell({}, Level.WARNING)
    async with running(command):
        await asyncio.sleep(0.1)
    assert "the board ends: 2 alerts were not told" in caplog.text


@pytest.fixture
async def stubborn(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[list[int]]:
    """Commands that run as somebody else: nothing that the board does ends them."""
    end, started = os.killpg, list[int]()

    def refuse(group: int, _signal: int) -> None:
        started.append(group)
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "killpg", refuse)
    monkeypatch.setattr("wallboard.host.alert_command._TO_END", 0.1)
    yield started
    for group in started:
        with contextlib.suppress(ProcessLookupError):
            end(group, signal.SIGKILL)
    left = asyncio.all_tasks() - {asyncio.current_task()}
    await asyncio.wait(left, timeout=5) if left else None


HANG_OR_COPY = (
    "import sys, time, json\n"
    "one = json.load(sys.stdin)\n"
    "time.sleep(60) if one['hang'] else open(sys.argv[1], 'a').write('done\\n')\n"
)


async def test_one_that_cannot_be_ended_is_told_as_such_and_the_next_runs(
    stubborn: list[int], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    out = tmp_path / "out"
    command = AlertCommand([sys.executable, "-S", "-c", HANG_OR_COPY, str(out)], 1, {})
    async with running(command):
        command.tell({"hang": True}, Level.CRITICAL)
        command.tell({"hang": False}, Level.WARNING)
        assert await until(out) == ["done"]
    assert f"the alert command could not be ended and still runs as {stubborn[0]}" in caplog.text
    assert "was ended" not in caplog.text


async def test_so_many_are_left_running_and_no_more(
    stubborn: list[int], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    out = tmp_path / "out"
    command = AlertCommand([sys.executable, "-S", "-c", HANG_OR_COPY, str(out)], 0.3, {})
    async with running(command):
        for _ in range(MOST_LEFT + 2):
            command.tell({"hang": True}, Level.CRITICAL)
        for _ in range(500):
            if "alerts wait for one to end" in caplog.text:
                break
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.5)
        assert len(stubborn) == MOST_LEFT
        os.kill(stubborn[2], signal.SIGKILL)
        for _ in range(500):
            if len(stubborn) > MOST_LEFT:
                break
            await asyncio.sleep(0.01)
        assert len(stubborn) == MOST_LEFT + 1


def test_nothing_of_the_boards_own_environment_reaches_it() -> None:
    given = {
        "PATH": "/bin",
        "WALLBOARD_API__PASSWORD": "secret",
        "wallboard_api__key": "secret",
        "CREDENTIALS_DIRECTORY": "/run/credentials",
    }
    assert without_secrets(given) == {"PATH": "/bin"}
