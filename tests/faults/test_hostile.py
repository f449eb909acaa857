"""Names that attack, through every way out of the program: the bytes themselves are read."""

import csv
import io
import json
import os
import signal
import time
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.faults.processes import Child, board, child, controls, own_environ
from tests.ui.pseudo_terminal import PATIENCE, Terminal
from wallboard.model.data.sanitize import clean
from wallboard.simulator.centre.names import HOSTILE_NAMES

HOSTILE = ("realtime:hostile-names", "pbxes:hostile-names")
OUR_OWN = {
    *("CSI H", "CSI C", "CSI m"),  # a picture: places, steps, colours
    *(
        "CSI ?h",
        "CSI ?l",
        "CSI >u",
        "CSI <u",
        "CSI ?$p",
    ),  # how the terminal is taken and given back
    "OSC 22",  # the shape of the mouse's pointer
    "OSC 52",  # what the reader copies
}
"""All that a board writes to a terminal beside letters."""

PAYLOAD = "aG9zdGlsZQ=="
"""What would be put into the clipboard: to be seen nowhere, not even as text."""

ATTACKS = ("[red]x[/]", "Sales [/b]", "[@click=app.quit]x[/]", "=cmd|'/c calc'!A0")
"""Names that are harmless as they stand, and are to be seen so."""

ROOM = 18
"""Letters of a name that there is room for."""


@pytest.fixture(scope="module")
def simulator() -> Iterator[Child]:
    with child() as one:
        yield one


PAGES = (
    ("?", "esc Back"),
    ("a", "esc Back"),
    ("\r", "esc Back"),
    ("s", "space mark"),
    ("c", "space mark"),
    ("o", "enter choose"),
    (":", "enter do it"),
)
"""What a key opens, and words that stand nowhere but there."""


def tour(terminal: Terminal, pages: Sequence[tuple[str, str]], names: Sequence[str]) -> None:
    """Open what shows names, copy and write them, see the wall.

    In the end ``names`` are there to be seen, on a screen that has room for all.
    """
    for key, words in pages:
        terminal.send(key)
        terminal.wait_for(words)
        terminal.send("\x1b")
        gone(terminal, words)
    for keys in ("y", "w", "K", "K"):
        terminal.send(keys)
        terminal.read(0.08)
    terminal.send("/x")
    terminal.wait_for("filter: x")
    while "filter: x" in terminal.text:
        terminal.send("\x1b")
        terminal.read(0.3)  # an escape key and what comes soon after it are one key
    terminal.resize(110, 80)
    for name in names:
        terminal.wait_for(name)
    terminal.wait_for("LIVE")


def gone(terminal: Terminal, words: str) -> None:
    """Read until ``words`` stand no longer on the screen."""
    until = time.monotonic() + PATIENCE
    while words in terminal.text:
        assert time.monotonic() < until, f"still {words!r} on:\n{terminal.text}"
        terminal.read()


def test_no_name_does_anything_to_the_terminal(simulator: Child, tmp_path: Path) -> None:
    simulator.faults(*HOSTILE)
    # One PBX: both have these names, and would say behind each what tells them apart.
    with board(tmp_path, simulator.environ, "--pbx", "cleared") as terminal:
        terminal.wait_for("LIVE")
        tour(terminal, PAGES, [one[:ROOM] for one in ATTACKS])
        terminal.send("q")
        assert terminal.wait() == 0
    assert controls(terminal.output) == OUR_OWN
    assert PAYLOAD.encode() not in terminal.output
    log = "".join(one.read_text() for one in tmp_path.rglob("wallboard.log*"))
    assert log
    assert all(letter.isprintable() or letter == "\n" for letter in log)
    written = [*tmp_path.rglob("*.csv"), *tmp_path.rglob("*.json")]
    assert written
    for one in written:
        assert_plain(one.read_text(encoding="utf-8"))


def test_calm_names_bring_the_same_controls(simulator: Child, tmp_path: Path) -> None:
    simulator.faults()
    with board(tmp_path, simulator.environ) as terminal:
        terminal.wait_for("LIVE")
        terminal.send("y")
        terminal.wait_for("Copied")
        terminal.send("q")
        assert terminal.wait() == 0
    assert controls(terminal.output) == OUR_OWN


@pytest.mark.parametrize("layout", ["table", "csv", "json"])
def test_once_prints_names_that_do_nothing(
    simulator: Child,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfdbinary: pytest.CaptureFixture[bytes],
    layout: str,
) -> None:
    simulator.faults(*HOSTILE)
    for name in [one for one in os.environ if "WALLBOARD" in one]:
        monkeypatch.delenv(name)
    for name, text in own_environ(tmp_path, simulator.environ).items():
        monkeypatch.setenv(name, text)
    monkeypatch.chdir(tmp_path)
    from wallboard.cli import wallboard

    assert wallboard.main(["once", "--format", layout], standalone_mode=False) == 0
    text = capfdbinary.readouterr().out.decode("utf-8")
    assert_plain(text)
    if layout == "csv":
        rows = list(csv.reader(io.StringIO(text)))
        assert len(rows) > len(HOSTILE_NAMES)
        assert len({len(row) for row in rows}) == 1
        for cell in (cell for row in rows[1:] for cell in row[:4]):
            assert not cell.lstrip().startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠")), cell
    elif layout == "json":
        names = {one["name"] for one in json.loads(text)["queues"]}
        assert set(ATTACKS) < names
        assert {clean(one) for one in HOSTILE_NAMES if clean(one)} <= names


def assert_plain(text: str) -> None:
    """Nothing that a terminal obeys, that has no width, or that turns the writing round."""
    letters = set(text) - set("\r\n")
    assert not [hex(ord(one)) for one in letters if unicodedata.category(one)[0] == "C"]


def test_a_title_or_a_message_with_controls_is_a_mistake_that_is_not_repeated(
    simulator: Child, tmp_path: Path
) -> None:
    environ = {
        **simulator.environ,
        "WALLBOARD_BOARD__TITLE": "\x1b]0;title taken\x07",
        "WALLBOARD_KIOSK__MESSAGE": "\x1b]52;c;aG9zdGlsZQ==\x07",
    }
    with board(tmp_path, environ) as terminal:
        assert terminal.wait() == 2
        assert "WALLBOARD_BOARD__TITLE" in terminal.text
        assert "WALLBOARD_KIOSK__MESSAGE" in terminal.text
        assert controls(terminal.output) <= {"U+000D", "U+000A"}
        assert PAYLOAD.encode() not in terminal.output


def test_a_title_and_a_message_like_markup_are_shown_as_they_are(
    simulator: Child, tmp_path: Path
) -> None:
    simulator.faults()
    message = tmp_path / "message.txt"
    message.write_bytes("\n".join(HOSTILE_NAMES[:12]).encode() + b"\n[red]x[/] \xff\xfe\x9b31m\n")
    environ = {
        **simulator.environ,
        "WALLBOARD_BOARD__TITLE": "[@click=app.quit]x[/]",
        "WALLBOARD_KIOSK__MESSAGE_FILE": str(message),
    }
    with board(tmp_path, environ, "--kiosk") as terminal:
        terminal.wait_for("[@click=app.quit]x[/]")
        terminal.wait_for("LIVE")
        terminal.wait_for("▀▀")
        os.kill(terminal.pid, signal.SIGTERM)  # what is read of one that runs may end anywhere
        terminal.wait()
    assert controls(terminal.output) <= OUR_OWN
