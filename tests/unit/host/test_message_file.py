"""The wall's message comes from the configuration or from a file that is watched."""

import os
from pathlib import Path

from wallboard.host.message_file import AGAIN, MessageFile


class Seconds:
    """Elapsed seconds that a test sets."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_without_a_file_it_is_what_was_configured() -> None:
    assert MessageFile("Fire drill\nat 3", None, Seconds())() == "Fire drill · at 3"


def test_a_file_is_watched_and_wins(tmp_path: Path) -> None:
    seconds, file = Seconds(), tmp_path / "message.txt"
    notice = MessageFile("Welcome", file, seconds)
    assert notice() == "Welcome"
    file.write_text("Fire drill at 3\n", encoding="utf-8")
    assert notice() == "Welcome"
    seconds.now += AGAIN
    assert notice() == "Fire drill at 3"
    file.unlink()
    seconds.now += AGAIN
    assert notice() == "Welcome"


def test_what_the_file_holds_cannot_control_the_terminal(tmp_path: Path) -> None:
    file = tmp_path / "message.txt"
    file.write_bytes(b"\x1b]52;c;x\x07hi \xff\xfe\x00" + b"long " * 10_000)
    said = MessageFile("", file, Seconds())()
    assert said.isprintable()
    assert len(said) <= 1_000


def test_a_pipe_does_not_hold_the_board_up(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert MessageFile("calm", tmp_path / "pipe", Seconds())() == "calm"
