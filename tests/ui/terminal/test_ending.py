"""How the board ends, in a real process on a real pseudo-terminal."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ui.pseudo_terminal import Terminal

CHILD = [sys.executable, "-m", "tests.ui.child"]
ROOT = Path(__file__).parents[3]
SECRET = "pass-word-that-nobody-may-see"


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    started = Terminal(CHILD, cwd=ROOT, columns=100, rows=30)
    yield started
    started.kill()


def test_q_ends_with_0_and_restores_the_terminal(terminal: Terminal) -> None:
    terminal.wait_for("LIVE")
    terminal.send("q")
    assert terminal.wait() == 0
    assert b"\x1b[?1049l" in terminal.output
    assert b"\x1b[?25h" in terminal.output


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130), (signal.SIGHUP, 129)]
)
def test_a_signal_ends_with_its_status_and_the_terminal_restored(
    terminal: Terminal, number: signal.Signals, code: int
) -> None:
    terminal.wait_for("LIVE")
    os.kill(terminal.pid, number)
    assert terminal.wait() == code
    assert b"\x1b[?1049l" in terminal.output


def test_ctrl_c_ends_with_130(terminal: Terminal) -> None:
    terminal.wait_for("LIVE")
    terminal.send("\x03")
    assert terminal.wait() == 130


def test_a_terminal_that_goes_away_ends_the_process(terminal: Terminal) -> None:
    terminal.wait_for("LIVE")
    terminal.hang_up()
    assert terminal.wait() == 129


def test_a_terminal_that_takes_no_output_does_not_hold_the_process(terminal: Terminal) -> None:
    terminal.wait_for("LIVE")
    terminal.stop_reading()
    for _ in range(40):
        terminal.send("t\x1b")
    os.kill(terminal.pid, signal.SIGTERM)
    assert terminal.wait() == 143


@pytest.mark.parametrize("place", ["worker", "handler", "drawing"])
def test_a_crash_says_one_plain_line_and_ends_with_1(place: str) -> None:
    terminal = Terminal([*CHILD, place, SECRET], cwd=ROOT, columns=100, rows=30)
    try:
        assert terminal.wait() == 1
        text = terminal.output.decode(errors="replace")
        assert "wallboard: a fault in the program itself" in text
        assert SECRET not in text
        assert "Traceback" not in text
        assert "\x1b[?1049l" in text
    finally:
        terminal.kill()


def test_no_alarm_is_left_when_python_ends_its_part() -> None:
    # What is registered first is called last: by then nobody would hear the alarm any more.
    code = (
        "import atexit, signal\n"
        "atexit.register(lambda: print(signal.getitimer(signal.ITIMER_REAL)[0]))\n"
        "from wallboard.ui.signals import end_for_sure\n"
        "end_for_sure(129)\n"
        "raise SystemExit(129)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert (done.returncode, done.stdout) == (129, "0.0\n")
