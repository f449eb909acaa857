"""What of the environment would end the terminal's libraries is left out and told."""

import sys
from pathlib import Path

import pytest

from tests.ui.pseudo_terminal import Terminal
from wallboard.ui.terminal.environment import remove_unusable, unusable

ROOT = Path(__file__).parents[3]

NONSENSE = [
    ("COLUMNS", ["nonsense", "0", "-5", "²", "１２", "1e3", "9999", "1" * 5000, "8 0", "canary"]),
    ("LINES", ["x", "0", "-1", "100000000", "canary"]),
    ("ROWS", ["x"]),
    ("TEXTUAL_COLOR_SYSTEM", ["", "truecolour", "canary"]),
    ("TEXTUAL_LOG", ["/nowhere/canary", "log.txt"]),
    ("TEXTUAL_DRIVER", ["", "canary", "canary:X", "textual.canary:X", "textual.app:canary", ":"]),
]  # fmt: skip
FINE = {
    "COLUMNS": "80", "LINES": "024", "ROWS": "", "TEXTUAL_COLOR_SYSTEM": "256",
    "TEXTUAL_DRIVER": "textual.drivers.headless_driver:HeadlessDriver", "TERM": "canary",
}  # fmt: skip


@pytest.mark.parametrize(("name", "values"), NONSENSE)
def test_what_cannot_be_used_is_left_out_and_named_without_its_value(
    name: str, values: list[str]
) -> None:
    for value in values:
        environ = {**FINE, name: value}
        assert [one for one, _ in unusable(environ)] == [name]
        (words,) = remove_unusable(environ)
        assert words.startswith(f"{name}: ")
        assert "canary" not in words
        assert environ == {one: text for one, text in FINE.items() if one != name}


def test_what_can_be_used_stays() -> None:
    environ = dict(FINE)
    assert remove_unusable(environ) == ()
    assert environ == FINE


@pytest.mark.parametrize(
    ("environ", "told"),
    [
        (
            {
                "COLUMNS": "²", "LINES": "100000000",
                "TEXTUAL_DRIVER": "nonsense", "TEXTUAL_LOG": "/nowhere/x",
            },
            ("COLUMNS: no number", "TEXTUAL_DRIVER: no driver"),
        ),
        (
            {
                "TEXTUAL_COLOR_SYSTEM": "x", "TERM": "", "COLORTERM": "x",
                # The demo has a zone of its own, whatever TZ says.
                "TZ": "UTC+24", "LANG": "nonsense", "LC_ALL": "xx_YY.ZZ",
            },
            ("TEXTUAL_COLOR_SYSTEM: ", "Delivery Claims"),
        ),
    ],
)  # fmt: skip
def test_a_board_in_an_environment_of_nonsense_is_live_and_tells_it(
    environ: dict[str, str], told: tuple[str, ...], tmp_path: Path
) -> None:
    folders = {"XDG_STATE_HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)}
    command = [sys.executable, "-m", "wallboard", "demo", "--interval", "2"]
    terminal = Terminal(command, cwd=ROOT, environ={**folders, **environ}, starts=True)
    try:
        for words in told:
            terminal.wait_for(words)
        terminal.wait_for("LIVE")
        terminal.send("q")
        assert terminal.wait() == 0
    finally:
        terminal.kill()
