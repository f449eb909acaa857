"""What a machine does to a process: signals at any moment, terminals that go, no terminal at all.

How a board that runs ends is in ``tests.ui.terminal.test_ending``, what a terminal that takes no
output costs in ``tests.ui.terminal.test_driver_process``.
"""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.faults.processes import BOARD, ROOT, alive, board, own_environ, state, until
from tests.ui.pseudo_terminal import PATIENCE, Terminal

ENVIRON = {
    "WALLBOARD_API__KEY": "key",
    "WALLBOARD_API__USERNAME": "user",
    "WALLBOARD_API__PASSWORD": "password",
    "WALLBOARD_API__BASE_URL": "http://127.0.0.1:9/analytics/work",
}
BUSY = 0.3
"""A processor's share that a board which has nothing to do is below."""


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGINT])
def test_a_signal_while_the_board_starts_leaves_the_terminal_as_it_was(
    number: signal.Signals, tmp_path: Path
) -> None:
    terminal = Terminal(
        [sys.executable, "-m", "tests.faults.crashing", f"signal-{number.value}"],
        cwd=tmp_path,
        environ={**own_environ(tmp_path, ENVIRON), "PYTHONPATH": str(ROOT)},
    )
    try:
        assert terminal.wait() == 128 + number
    finally:
        terminal.kill()
    text = terminal.output.decode(errors="replace")
    assert text.count("\x1b[?1049h") == text.count("\x1b[?1049l") == 1
    assert "\x1b[?25h" in text, "the cursor is there again"
    assert text.count("\x1b[?1003h") <= text.count("\x1b[?1003l"), "and the mouse is the shell's"
    assert "Traceback" not in text


@pytest.mark.parametrize("keyboard", ["</dev/null", "<&-"])
def test_without_a_keyboard_the_board_rests_and_ends_with_its_terminal(
    tmp_path: Path, keyboard: str
) -> None:
    command = " ".join([*BOARD, keyboard, "&", "echo $! >pid", ";", "wait"])
    terminal = Terminal(
        ["sh", "-c", command],
        cwd=tmp_path,
        environ={**own_environ(tmp_path, ENVIRON), "PYTHONPATH": str(ROOT)},
    )
    try:
        terminal.wait_for("The connection was refused")
        pid = int((tmp_path / "pid").read_text())
        least = 1.0
        for _ in range(4):  # one that is busy is so at any time
            before = used(pid)
            terminal.read(0.1)
            time.sleep(0.1)
            least = min(least, used(pid) - before)
        assert least < 0.2 * BUSY
    finally:
        terminal.kill()  # the shell only: nobody tells the board
    until(lambda: not alive(pid), "the board ended")


def test_the_service_manager_hears_that_the_board_is_ready_and_alive(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.settimeout(PATIENCE)
        with board(tmp_path, {**ENVIRON, "NOTIFY_SOCKET": str(tmp_path / "notify")}) as terminal:
            terminal.wait_for("The connection was refused")
            assert manager.recv(100) == b"READY=1\nWATCHDOG=1"
            assert manager.recv(100) == b"WATCHDOG=1"
            # Stopped, it draws nothing, and says nothing.
            os.kill(terminal.pid, signal.SIGSTOP)
            until(lambda: state(terminal.pid) == "T", "it stands")
            manager.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                while True:
                    manager.recv(100)
            time.sleep(1.5)
            with pytest.raises(BlockingIOError):
                manager.recv(100)


def test_a_board_that_was_stopped_goes_on_and_ends(tmp_path: Path) -> None:
    with board(tmp_path, ENVIRON) as terminal:
        terminal.wait_for("The connection was refused")
        threads = those_that_stay(terminal)
        os.kill(terminal.pid, signal.SIGSTOP)
        until(lambda: state(terminal.pid) == "T", "it stands")
        os.kill(terminal.pid, signal.SIGCONT)
        terminal.read(0.3)
        until(lambda: those_that_stay(terminal) == threads, "as many threads as before")
        terminal.send("q")
        assert terminal.wait() == 0


def test_without_an_output_that_is_a_terminal_the_board_says_so(tmp_path: Path) -> None:
    ended = subprocess.run(
        BOARD,
        cwd=tmp_path,
        env={**own_environ(tmp_path, ENVIRON), "PYTHONPATH": str(ROOT)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        text=True,
        timeout=PATIENCE,
    )
    assert ended.returncode == 2
    assert "terminal" in ended.stderr
    assert "\x1b" not in ended.stderr + ended.stdout


def those_that_stay(terminal: Terminal) -> int:
    """How many threads a board has once that is the same for a while."""
    counts = [0] * 10
    while len(set(counts)) > 1 or not counts[0]:
        terminal.read(0.1)
        counts = [*counts[1:], len(os.listdir(f"/proc/{terminal.pid}/task"))]
    return counts[0]


def used(pid: int) -> float:
    """Seconds of a processor that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
