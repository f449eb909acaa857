"""What a command prints to a full disk, a reader that left, an encoding that lacks letters."""

import fcntl
import io
import os
import struct
import subprocess
import sys
import termios
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

import pytest

from tests import forked
from wallboard.errors import OutputFailed, ReaderGone
from wallboard.host.output import StandardOutput

FULL = Path("/dev/full")
CLOSED = "wallboard: standard output cannot be written: it is closed"
NO_SPACE = "wallboard: standard output cannot be written: no space left on device"

has_full = pytest.mark.skipif(not FULL.exists(), reason="the system has no /dev/full")


@contextmanager
def writing_to(descriptor: int) -> Iterator[TextIO]:
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        yield stream


def shell(redirected: str, *arguments: str, **environ: str) -> tuple[int, bytes, str]:
    """Run ``wallboard`` as a shell does; its status, output and what it tells."""
    words = " ".join((sys.executable, "-m", "wallboard", *arguments, redirected))
    done = subprocess.run(
        ["/bin/sh", "-c", words], capture_output=True, env={**os.environ, **environ}, check=False
    )
    return done.returncode, done.stdout, done.stderr.decode()


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "koi8-r"])
def test_text_for_people_is_replaced_and_data_is_not(encoding: str) -> None:
    kept = io.BytesIO()
    out = StandardOutput(io.TextIOWrapper(kept, encoding=encoding))
    assert out.write("Ω\n") == 2
    out.data("Ω\n")
    assert kept.getvalue() == "?\n".encode(encoding) + "Ω\n".encode()


def test_half_a_letter_ends_nothing() -> None:
    kept = io.BytesIO()
    out = StandardOutput(io.TextIOWrapper(kept, encoding="utf-8"))
    out.data("a\udcff")
    assert kept.getvalue() == b"a?"


@has_full
def test_a_failure_is_told_at_each_write_and_leaves_nothing_in_a_buffer() -> None:
    with writing_to(os.open(FULL, os.O_WRONLY)) as stream:
        out = StandardOutput(stream)
        out.write("")  # nothing to write is no failure: libraries try a stream in this way
        for _ in range(2):
            with pytest.raises(OutputFailed, match="no space left") as raised:
                out.data("text")
            assert raised.value.exit_code == 5


def test_a_reader_that_left_is_no_mistake() -> None:
    reads, writes = os.pipe()
    os.close(reads)
    with writing_to(writes) as stream, pytest.raises(ReaderGone) as raised:
        StandardOutput(stream).write("text")
    assert raised.value.exit_code == 141


SIMULATE = ("simulate", "--port", "0")


@pytest.mark.parametrize(
    ("redirected", "told", "arguments"),
    [
        (">&-", CLOSED, ("--version",)),
        (">&-", CLOSED, SIMULATE),
        (">&- 2>&-", "", ("once", "--help")),
        pytest.param(">/dev/full", NO_SPACE, ("once", "--help"), marks=has_full),
        pytest.param(">/dev/full", NO_SPACE, SIMULATE, marks=has_full),
    ],
)
def test_a_command_that_cannot_print_has_an_exit_code_of_its_own(
    redirected: str, told: str, arguments: tuple[str, ...]
) -> None:
    code, out, err = shell(redirected, *arguments)
    assert (code, out) == (5, b"")
    assert err.partition("\n")[0] == told


def test_a_command_that_asks_says_that_its_input_is_closed() -> None:
    code, out, err = shell("<&-", "init")
    assert (code, out) == (2, b"")
    assert "there is no terminal for the answers" in err


def test_a_command_that_cannot_say_why_has_its_exit_code() -> None:
    for redirected in ("2>&-", "2>/dev/full") if FULL.exists() else ("2>&-",):
        assert shell(redirected, "no-such-command")[0] == 2


def test_check_ends_in_words_in_every_locale(tmp_path: Path) -> None:
    (tmp_path / "Ω.toml").write_text('[board]\ntitle = "Ω"\n', encoding="utf-8")
    for encoding in ("ascii", "latin-1", "koi8-r"):
        done = forked.run(
            (sys.executable, "-m", "wallboard", "check", "--settings", "--config", "Ω.toml"),
            {**os.environ, "PYTHONIOENCODING": encoding}, tmp_path,
        )  # fmt: skip
        assert (encoding, done.returncode, done.stderr) == (encoding, 2, "")
        assert "board.title" in done.stdout


@pytest.mark.parametrize(
    ("told", "columns"),
    [("66", 66), ("0080", 80), ("0", 123), ("-3", 123), ("²", 123), ("9" * 5000, 123), ("", 123)],
)
def test_how_wide_a_terminal_is_unless_columns_says_otherwise(told: str, columns: int) -> None:
    leader, follower = os.openpty()
    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 123, 0, 0))
    with open(leader, "rb"), open(follower, "w", encoding="utf-8") as terminal:
        assert StandardOutput(terminal).columns({"COLUMNS": told}) == columns


def test_a_file_has_room_for_all_unless_columns_says_otherwise(tmp_path: Path) -> None:
    with (tmp_path / "file").open("w", encoding="utf-8") as file:
        assert StandardOutput(file).columns({}) is None
        assert StandardOutput(file).columns({"COLUMNS": "66"}) == 66
    assert StandardOutput(None).columns({}) is None
