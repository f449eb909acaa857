"""The wall's message comes from the configuration or from a file that is watched."""

import os
from pathlib import Path

from wallboard.host.message_file import MessageFile


def test_without_a_file_it_is_what_was_configured() -> None:
    assert MessageFile("Fire drill\nat 3", None)() == "Fire drill · at 3"


def test_a_file_is_watched_and_wins(tmp_path: Path) -> None:
    file = tmp_path / "message.txt"
    notice = MessageFile("Welcome", file)
    assert notice() == "Welcome"
    file.write_text("Fire drill at 3\n", encoding="utf-8")
    assert notice() == "Welcome"
    assert notice.read_again(lambda: True, False)
    assert notice() == "Fire drill at 3"
    file.unlink()
    assert notice.read_again(lambda: True, False)
    assert notice() == "Welcome"


def test_what_is_written_while_it_is_read_is_not_taken(tmp_path: Path) -> None:
    file = tmp_path / "message.txt"
    notice = MessageFile("Welcome", file)
    file.write_text("half a mess", encoding="utf-8")
    notice.read_again(lambda: False, False)
    assert notice() == "Welcome"


def test_another_message_and_another_file(tmp_path: Path) -> None:
    file = tmp_path / "message.txt"
    file.write_text("from the file", encoding="utf-8")
    notice = MessageFile("Welcome", None)
    notice.change("Hello", None)
    assert (notice(), notice.paths()) == ("Hello", ())
    notice.change("Hello", file)
    assert (notice(), notice.paths()) == ("from the file", (file,))
    notice.change("Hello", None)
    assert notice() == "Hello"


def test_what_the_file_holds_cannot_control_the_terminal(tmp_path: Path) -> None:
    file = tmp_path / "message.txt"
    file.write_bytes(b"\x1b]52;c;x\x07hi \xff\xfe\x00" + b"long " * 10_000)
    said = MessageFile("", file)()
    assert said.isprintable()
    assert len(said) <= 1_000


def test_a_pipe_does_not_hold_the_board_up(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert MessageFile("calm", tmp_path / "pipe")() == "calm"
