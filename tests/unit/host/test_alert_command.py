"""The command of an alert: gets JSON, is ended in time, gets no secret, never blocks."""

import asyncio
import contextlib
import errno
import json
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from wallboard.host.alert_command import MOST_LEFT, MOST_WAITING, AlertCommand, without_secrets
from wallboard.model.judge.rules import Level

COPY = "cat >> {out}; echo >> {out}"
HANG_OR_COPY = 'read -r text; case "$text" in *true*) exec sleep 60;; *) echo done >> {out};; esac'
"""A command that hangs where the alert says so, and else leaves a line."""


def shell(script: str, out: Path, timeout: float = 30.0) -> AlertCommand:
    """A command that is there at once: a Python would need a while to start."""
    text = script.format(out=out)
    return AlertCommand(["sh", "-c", text], timeout, {"PATH": os.defpath})


@asynccontextmanager
async def running(command: AlertCommand) -> AsyncIterator[None]:
    task = asyncio.create_task(command.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def happens(true: Callable[[], object]) -> None:
    """Wait for it, however slow the machine is."""
    async with asyncio.timeout(60):
        while not true():  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.005)


async def until(what: Path, lines: int = 1) -> list[str]:
    """Wait until the command has left so many lines."""
    await happens(lambda: what.exists() and what.read_text(encoding="utf-8").count("\n") >= lines)
    return what.read_text(encoding="utf-8").splitlines()


async def test_each_alert_is_json_on_the_input(tmp_path: Path) -> None:
    out = tmp_path / "out"
    command = shell(COPY, out)
    async with running(command):
        command.tell({"queue": "Ångström $(rm)", "value": 1}, Level.WARNING)
        command.tell({"queue": "B", "value": None}, Level.CRITICAL)
        lines = await until(out, 2)
    assert [json.loads(line)["queue"] for line in lines] == ["Ångström $(rm)", "B"]


async def test_one_that_hangs_is_ended_and_the_next_runs(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    command = shell(HANG_OR_COPY, out := tmp_path / "out", timeout=0.1)
    async with running(command):
        command.tell({"hang": True}, Level.WARNING)
        await happens(lambda: "took too long and was ended" in caplog.text)
        command._timeout = 30
        command.tell({"hang": False}, Level.WARNING)
        assert await until(out) == ["done"]


@pytest.mark.parametrize(
    ("program", "told"),
    [(["/nowhere/at/all"], "cannot be run"), (["sh", "-c", "exit 3"], "ended with status 3")],
)
async def test_one_that_fails_is_no_trouble_for_the_board(
    program: list[str], told: str, caplog: pytest.LogCaptureFixture
) -> None:
    command = AlertCommand(program, 30, {"PATH": os.defpath})
    async with running(command):
        for number in range(1, 3):
            command.tell({"a": "x" * 200_000}, Level.WARNING)
            await happens(lambda number=number: caplog.text.count(told) == number)  # type: ignore[misc]


@pytest.mark.parametrize("worst_first", [True, False])
async def test_of_a_burst_every_critical_is_told_then_the_newest_warnings(
    worst_first: bool, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    out = tmp_path / "out"
    burst = [(Level.CRITICAL, number) for number in range(50)]
    burst += [(Level.WARNING, number) for number in range(100)]
    command = shell(COPY, out)
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
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    command = shell("echo begun > {out}; exec sleep 60", out := tmp_path / "out")
    for _ in range(3):
        command.tell({}, Level.WARNING)
    async with running(command):
        await until(out)
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
    await asyncio.wait(left, timeout=60) if left else None


async def test_one_that_cannot_be_ended_is_told_as_such_and_the_next_runs(
    stubborn: list[int], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    command = shell(HANG_OR_COPY, out := tmp_path / "out", timeout=1)
    async with running(command):
        command.tell({"hang": True}, Level.CRITICAL)
        command.tell({"hang": False}, Level.WARNING)
        assert await until(out) == ["done"]
    assert f"the alert command could not be ended and still runs as {stubborn[0]}" in caplog.text
    assert "was ended" not in caplog.text


async def test_so_many_are_left_running_and_no_more(
    stubborn: list[int], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    command = shell(HANG_OR_COPY, tmp_path / "out", timeout=0.1)
    async with running(command):
        for _ in range(MOST_LEFT + 2):
            command.tell({"hang": True}, Level.CRITICAL)
        await happens(lambda: "alerts wait for one to end" in caplog.text)
        await asyncio.sleep(0.3)  # if it were not so, two more would have begun by now
        assert len(stubborn) == MOST_LEFT
        os.kill(stubborn[2], signal.SIGKILL)
        await happens(lambda: len(stubborn) > MOST_LEFT)


def test_nothing_of_the_boards_own_environment_reaches_it() -> None:
    given = {
        "PATH": "/bin",
        "WALLBOARD_API__PASSWORD": "secret",
        "wallboard_api__key": "secret",
        "CREDENTIALS_DIRECTORY": "/run/credentials",
    }
    assert without_secrets(given) == {"PATH": "/bin"}
