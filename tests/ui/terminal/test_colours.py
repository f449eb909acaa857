"""The bytes of each theme: on the Linux console, with 256 colours, in true colour, with none."""

import re
import sys
from pathlib import Path

import pytest

from tests.ui.large_type import size_of
from tests.ui.pseudo_terminal import Terminal
from tests.ui.terminal.test_console import FONTS
from wallboard.ui.terminal.console import SIGNS

ROOT = Path(__file__).parents[3]
THEMES = ("ansi-16", "control-room", "daylight", "deuteranopia", "high-contrast")
SGR = re.compile(rb"\x1b\[([\d;]*)m")


def shown(theme: str, **environ: str) -> Terminal:
    """Start a board with trouble on it, and return its terminal once it stands."""
    terminal = Terminal(
        [sys.executable, "-m", "tests.ui.child"],
        cwd=ROOT,
        columns=100,
        rows=30,
        environ={"THEME": theme, "TERM": "xterm-256color", "COLORTERM": "", **environ},
        starts=True,  # of a fork's styles those that a test drew keep its number of colours
    )
    try:
        terminal.wait_for("LIVE")
        terminal.wait_for("order:" if "KIOSK" in environ else "Night desk")
        terminal.read(0.2)
    finally:
        terminal.kill()
    return terminal


def colours(terminal: Terminal) -> set[tuple[str, str]]:
    """Every pair of text colour and background that a letter stands in."""
    cells = (cell for line in terminal.screen.buffer.values() for cell in line.values())
    return {(cell.fg, cell.bg) for cell in cells if cell.data.strip()}


def codes(terminal: Terminal) -> set[bytes]:
    """Every change of style that was written."""
    return {code for found in SGR.findall(terminal.output) for code in found.split(b";")}


@pytest.mark.parametrize("theme", THEMES)
def test_without_colours_there_are_none_and_marks_and_words_remain(theme: str) -> None:
    terminal = shown(theme, NO_COLOR="1")
    assert colours(terminal) == {("default", "default")}
    assert codes(terminal) <= {b"", b"0", b"1", b"2", b"3", b"4", b"7", b"22", b"39", b"49"}
    assert "!! " in terminal.text


@pytest.mark.parametrize("theme", THEMES)
def test_the_linux_console_gets_its_sixteen_colours_and_its_glyphs(theme: str) -> None:
    terminal = shown(theme, TERM="linux")
    assert not codes(terminal) & {b"38", b"48"}
    pairs = colours(terminal)
    assert all(front != back for front, back in pairs)
    # Trouble stands out from what is calm.
    assert len(pairs) >= 4
    assert set(terminal.text.translate(SIGNS)) - {"\n"} <= FONTS


@pytest.mark.parametrize(("many", "code"), [("", b"5"), ("truecolor", b"2")])
def test_a_terminal_gets_as_many_colours_as_it_has(many: str, code: bytes) -> None:
    terminal = shown("control-room", COLORTERM=many)
    kinds = set(re.findall(rb"[34]8;([25]);", terminal.output))
    assert kinds == {code}
    assert all(front != back for front, back in colours(terminal))


def test_a_wall_on_the_linux_console() -> None:
    terminal = shown("ansi-16", TERM="linux", KIOSK="1")
    assert not codes(terminal) & {b"38", b"48"}
    assert set(terminal.text.translate(SIGNS)) - {"\n"} <= FONTS
    assert all(front != back for front, back in colours(terminal))
    assert size_of(terminal.text.splitlines(), "Support") == 3
