"""The Linux console: only signs that its fonts have, and its sixteen colours by itself."""

import re
from pathlib import Path

import pytest

from tests.fake_clock import FakeClock
from tests.ui import people
from tests.ui.boards import FakeFeeds, board, failed, fresh, today
from tests.ui.pilot import pressed, settled
from tests.ui.running import Recorder, running
from wallboard.compose import screens
from wallboard.host.clock import SystemClock
from wallboard.host.logs import LogFile
from wallboard.model.feeds.freshness import Freshness
from wallboard.settings import load
from wallboard.ui.terminal.console import SIGNS, is_console
from wallboard.ui.terminal.driver import sparing_driver
from wallboard.ui.widgets.text.fonts import big_lines, capitals

FONTS = frozenset(
    [
        *map(chr, range(0x20, 0x7F)),
        *map(chr, range(0xA1, 0x100)),
        *map(chr, range(0x2500, 0x2580)),
        *"–—‘’“”•←↑→↓≤≥≠█░▒■",
    ]
)
"""What every font of Debian's ``Lat15-*`` and ``Uni2-*`` has, as far as a board needs it."""

PAGES = (
    (), ("j", "z"), ("slash", *"par>"), ("s", "space"), ("o",), ("t",), ("v",), ("colon",),
    ("enter",), ("a",), ("A", "z"), ("A", "z", "slash"), ("C",), ("question_mark", "pagedown"),
    ("x",), ("9",),
)  # fmt: skip


def missing(text: str) -> set[str]:
    """Return the signs among what was written that the fonts do not have."""
    plain = re.sub(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\].*?(?:\a|\x1b\\)|[\r\n\a]", "", text)
    return set(plain) - FONTS


@pytest.mark.parametrize("size", [(132, 43), (80, 24)])
async def test_every_page_is_written_in_signs_that_the_console_has(size: tuple[int, int]) -> None:
    clock, feeds = FakeClock(), FakeFeeds()
    app = board(clock, feeds, theme="ansi-16", console=True)
    written = ""
    async with running(app, sparing_driver(Recorder, clock.elapsed, signs=SIGNS), size) as driver:
        await settled(app)
        written += driver.take()
        feeds.say(people.known(), fresh(clock), today(clock))
        feeds.say(people.agents(clock), people.calls(clock))
        for _ in range(8):
            await clock.advance(10)
            feeds.say(fresh(clock))
            await settled(app)
        for keys in PAGES:
            await pressed(app, *keys)
            driver.repaint()
            await settled(app)
            written += driver.take()
            for _ in range(4):
                await pressed(app, "escape")
        feeds.say(failed(clock))
        await clock.advance(400)
        await pressed(app, "p")
        written += driver.take()
    assert "Longest wait" in written
    assert "Last hour" in written
    assert set("░▒█") & set(written)
    assert missing(written) == set()


@pytest.mark.parametrize("size", [(132, 43), (100, 25), (80, 24), (60, 17)])
async def test_the_wall_is_written_in_signs_that_the_console_has(size: tuple[int, int]) -> None:
    clock, feeds = FakeClock(), FakeFeeds()
    app = board(clock, feeds, theme="ansi-16", console=True, kiosk=True)
    async with running(app, sparing_driver(Recorder, clock.elapsed, signs=SIGNS), size) as driver:
        feeds.say(people.known(), fresh(clock), today(clock))
        await settled(app)
        feeds.say(failed(clock))
        await clock.advance(100)
        await settled(app)
        written = driver.take()
        assert app.view is not None
        assert app.view.health.state is Freshness.STALE
    assert missing(written) == set()


def test_every_stand_in_is_one_cell_that_the_fonts_have() -> None:
    assert all(len(sign) == 1 for sign in SIGNS.values())
    assert set(SIGNS.values()) <= FONTS
    assert not {chr(code) for code in SIGNS} & FONTS
    bars = "▁▂▃▄▅▆▇█".translate(SIGNS)
    assert list(dict.fromkeys(bars)) == ["_", "░", "▒", "█"]


def test_big_digits_in_lines_are_as_large_as_those_in_blocks_and_no_two_alike() -> None:
    drawn = "0123456789–-+~%:.sh ABCDEFGHIJKLMNOPQRSTUVWXYZ/"
    for rows in (3, 5, 7):  # those of dots are for other terminals
        for character in drawn:
            lines, blocks = big_lines(character, rows, console=True), big_lines(character, rows)
            assert [len(line) for line in lines] == [len(line) for line in blocks]
            assert set("".join(lines)) <= FONTS
        assert len({big_lines(one, rows, console=True) for one in "0123456789"}) == 10
    assert big_lines(capitals("12"), 3, console=True) == ("╺┓  ╺━┓", " ┃  ┏━┛", "╺┻╸ ┗━╸")


@pytest.mark.parametrize(
    ("term", "flags", "theme", "console"),
    [
        ("linux", {}, "ansi-16", True),
        ("linux", {"board.theme": "daylight"}, "daylight", True),
        ("xterm-256color", {}, "control-room", False),
        ("", {}, "control-room", False),
    ],
)
def test_the_console_takes_its_own_theme_unless_one_is_set(
    tmp_path: Path, term: str, flags: dict[str, str], theme: str, console: bool
) -> None:
    environ = {"TERM": term}
    loaded = load(flags, environ, tmp_path, candidates=())
    setup, *_ = screens.screens(
        loaded, environ, LogFile(None), SystemClock(), kiosk=False, demo=True
    )
    assert (setup.theme, setup.console, is_console(environ)) == (theme, console, console)
