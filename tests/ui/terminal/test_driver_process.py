"""The driver in a real process on a real pseudo-terminal."""

import contextlib
import os
import re
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.ui.pseudo_terminal import Terminal
from wallboard.ui.terminal.keyboard import SILENCE

CHILD = [sys.executable, "-m", "tests.ui.child"]
ROOT = Path(__file__).parents[3]
JUNK = "\x1b[1;35;46m" + "x" * 100


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    started = Terminal(CHILD, cwd=ROOT, columns=100, rows=30)
    started.wait_for("Support")
    yield started
    started.kill()


def spoil(terminal: Terminal) -> None:
    """Write over all that stands there."""
    for row in range(terminal.screen.lines):
        terminal._stream.feed(f"\x1b[{row + 1};1H{JUNK}".encode())


def junk(terminal: Terminal) -> int:
    """Return how many cells are still as ``spoil`` left them."""
    screen = terminal.screen
    return sum(
        screen.buffer[y][x].bg == "cyan" for y in range(screen.lines) for x in range(screen.columns)
    )


def wait_until_clean(terminal: Terminal, words: str = "Support") -> None:
    terminal.until(lambda: not junk(terminal) and words in terminal.text, "each cell written")


def clock(terminal: Terminal) -> str:
    """Return the time that the board shows."""
    return "".join(re.findall(r"\d\d:\d\d:\d\d", terminal.text)[:1])


def a_second_later(terminal: Terminal) -> None:
    """Read on until the board shows another time: what it wrote before that is read then."""
    before = clock(terminal)
    terminal.until(lambda: clock(terminal) not in ("", before), "another time")


def test_r_writes_the_whole_screen(terminal: Terminal) -> None:
    spoil(terminal)
    terminal.send("r")
    wait_until_clean(terminal)


def test_a_resize_writes_the_whole_screen(terminal: Terminal) -> None:
    terminal.resize(90, 26)
    spoil(terminal)
    wait_until_clean(terminal)
    spoil(terminal)
    os.kill(terminal.pid, signal.SIGWINCH)  # of the same size: the terminal has lost it anyway
    wait_until_clean(terminal)


def test_coming_back_from_a_stop_writes_the_whole_screen(terminal: Terminal) -> None:
    os.kill(terminal.pid, signal.SIGTSTP)
    _, status = os.waitpid(terminal.pid, os.WUNTRACED)
    assert os.WIFSTOPPED(status)
    terminal.until(lambda: b"\x1b[?1049l" in terminal.output, "the terminal given back")
    spoil(terminal)
    os.kill(terminal.pid, signal.SIGCONT)
    wait_until_clean(terminal)


def test_a_second_costs_a_few_bytes(terminal: Terminal) -> None:
    for _ in range(2):
        a_second_later(terminal)
    before = len(terminal.output)
    a_second_later(terminal)
    assert 0 < len(terminal.output) - before < 1_500


def test_a_terminal_that_takes_nothing_holds_nothing_up_and_then_gets_the_newest() -> None:
    reader, writer = os.pipe()
    os.set_inheritable(writer, True)
    terminal = Terminal(
        [sys.executable, "-m", "tests.ui.flood", str(writer)], cwd=ROOT, columns=120, rows=40
    )
    try:
        os.close(writer)
        terminal.wait_for("number")
        seen = b""
        while b"+" in seen[-20:] or len(seen) < 20:  # until the terminal is full
            seen += os.read(reader, 4_096)
        terminal.until(lambda: number(terminal) >= len(seen), "a number for each")
        terminal.until(lambda: b"+" in os.read(reader, 4_096), "what takes again")
        terminal.send("q")
        assert terminal.wait() == 0
    finally:
        terminal.kill()
        os.close(reader)


def number(terminal: Terminal) -> int:
    """Return the number that the whole screen shows; 0 while only a part of a frame is there."""
    (found, *others) = {*terminal.text.splitlines()}
    known = re.fullmatch(r"number (\d+) [a-z]+", found)
    return int(known[1]) if known and not others else 0


def test_keys_that_come_all_at_once(terminal: Terminal) -> None:
    terminal.send("/paris\r")
    terminal.wait_for("filter: paris")
    terminal.send("t")
    terminal.wait_for(" Theme ")
    terminal.send("\r\r")
    terminal.until(lambda: " Theme " not in terminal.text, "the window closed")
    # The second key may have opened a page, which q would close.
    terminal.send("\x03")
    assert terminal.wait() == 130


SENT = (
    b"\x1b[M \xa0\x25", b"\x1b[48;40;120;0;0t", b"\x1b[<35;40;12M", b"\x1b[97;1:3u",
    b"\x1b[55296;1u", b"\x1b[99999999;1u", b"\x1b]11;rgb:1111/2222/3333\x07", b"\x1b[?62;22;52c",
    b"\x1b[12;40R", b"\x1b]11;rgb:11", b"11/2222/3333\x1b\\", b"\x1b[?62;", b"22;52c", b"\xff\xfe",
)  # fmt: skip
"""What terminals send that is no key."""


def test_what_terminals_send_neither_ends_nor_deafens_nor_steers_the_board(
    terminal: Terminal,
) -> None:
    for sent in SENT:
        terminal.send(sent)
        terminal.read(0.1)
    terminal.send("p")
    terminal.wait_for("PAUSED")
    rows = [line for line in terminal.text.splitlines() if "Support" in line and "London" in line]
    assert len([row for row in rows if "· why" not in row]) == 1
    terminal.send(b"\xe9x")  # a letter of Latin-1 costs itself alone
    terminal.wait_for("Seen by")
    terminal.send(b"\x1b[97:65;2u\x1b[98;1;1114112u")
    terminal.wait_for(" A ")
    terminal.send(b"\x1b")
    terminal.read(0.5)
    terminal.send(b"\x1b[200~/par")
    heard(terminal, b"/par\r", lambda: "filter: par" in terminal.text)
    terminal.send(b"\x1b[200~abc")
    heard(terminal, b"\x03", lambda: b"\x1b[?1049l" in terminal.output)
    assert terminal.wait() == 130


def heard(terminal: Terminal, keys: bytes, done: Callable[[], bool]) -> None:
    """Type after a silence: what never ended is over. A busy board may not have had one yet."""
    for _ in range(9):
        terminal.read(SILENCE + 0.5)
        terminal.send(keys)
        with contextlib.suppress(AssertionError):
            terminal.until(done, "what was typed", 10)
            return
    raise AssertionError(terminal.text)


def test_nothing_that_a_terminal_sends_ends_a_wall_that_is_locked() -> None:
    terminal = Terminal(
        CHILD, cwd=ROOT, columns=100, rows=30, environ={"KIOSK": "1", "LOCKED": "1"}
    )
    try:
        terminal.wait_for("LIVE")
        terminal.wait_for("order:")
        terminal.read(1.2)
        before = terminal.text.splitlines()[:20]  # below them time passes
        for sent in (
            *SENT,
            b"\xe9x",
            b"\x1b[97:65;2u\x1b[97;1;1114112u",
            b"qq\x03\x1aKtp\x1b[200~",
        ):
            terminal.send(sent)
            terminal.read(0.1)
        terminal.read(SILENCE + 0.5)
        terminal.send(b"q\x03")
        terminal.read(1.2)
        assert terminal.text.splitlines()[:20] == before
        os.kill(terminal.pid, signal.SIGTERM)
        assert terminal.wait() == 143
    finally:
        terminal.kill()


def test_ctrl_z_gives_the_terminal_back_and_fg_brings_the_board_back() -> None:
    terminal = Terminal(["sh", "-i"], cwd=ROOT, columns=100, rows=30, environ={"PS1": "ready> "})
    try:
        terminal.wait_for("ready>")
        terminal.send(f"{' '.join(CHILD)}\r")
        terminal.wait_for("Support")
        terminal.send(b"/par\r\x1a")
        terminal.wait_for("topped")  # "Stopped", or "Suspended" of other shells' kinds
        given_back = terminal.output[terminal.output.rindex(b"\x1b[?1049l") :]
        assert b"\x1b[?25h" in given_back
        assert b"\x1b[?1003l" in terminal.output
        terminal.send("stty -a\r")
        terminal.wait_for(" icanon")
        assert "-icanon" not in terminal.text
        terminal.resize(90, 26)
        spoil(terminal)
        terminal.send("fg\r")
        # The first frame may be of the size before.
        terminal.until(lambda: terminal.text.splitlines()[-1].startswith(" / Filter"), "its keys")
        wait_until_clean(terminal, "· par")
        terminal.send("q")
        terminal.wait_for("ready>")
        terminal.send("exit\r")
        assert terminal.wait() == 0
    finally:
        terminal.kill()


def test_ctrl_z_stops_no_board_that_nobody_would_bring_back(terminal: Terminal) -> None:
    terminal.send(b"\x1a")
    terminal.wait_for("No shell waits")
    terminal.send("q")
    assert terminal.wait() == 0
