"""What is kept for the next start: found again, and never a trouble."""

import json
import os
from pathlib import Path

import pytest

from wallboard.host.preferences import NAME, Preferences

COLUMNS = ("waitingCalls", "availableAgents")


def test_what_was_kept_is_found_again(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / NAME
    first = Preferences(path)
    assert (first.columns(), first.warning) == (None, "")
    assert first.keep_columns(COLUMNS) == ""
    assert Preferences(path).columns() == COLUMNS
    assert first.keep_columns(("talkingCalls",)) == ""
    assert Preferences(path).columns() == first.columns() == ("talkingCalls",)
    assert [one.name for one in path.parent.iterdir()] == [NAME]


def test_none_is_the_configuration_again(tmp_path: Path) -> None:
    path = tmp_path / NAME
    Preferences(path).keep_columns(COLUMNS)
    assert Preferences(path).keep_columns(None) == ""
    assert Preferences(path).columns() is None


def test_nothing_is_written_before_anything_is_kept(tmp_path: Path) -> None:
    Preferences(tmp_path / "state" / NAME).keep_columns(None)
    assert list(tmp_path.iterdir()) == []


def test_what_another_version_keeps_stays(tmp_path: Path) -> None:
    path = tmp_path / NAME
    path.write_text('{"later": [1], "columns": ["waitingCalls"]}')
    Preferences(path).keep_columns(COLUMNS)
    assert json.loads(path.read_text()) == {"later": [1], "columns": list(COLUMNS)}


@pytest.mark.parametrize(
    "broken",
    [
        b"", b"{", b"[]", b"null", b'{"columns": 3}', b'{"columns": []}', b'{"columns": [1]}',
        b'{"columns": [""]}', b'{"columns": "waitingCalls"}', b"\xff\xfe", b"[" * 60_000,
        b'{"columns": ["' + b"x" * 101 + b'"]}', b'{"columns": [' + b'"a",' * 99 + b'"b","c"]}',
        b" " * 64_000 + b"{}",
    ],
)  # fmt: skip
def test_a_broken_file_is_a_warning_and_is_replaced(tmp_path: Path, broken: bytes) -> None:
    path = tmp_path / NAME
    path.write_bytes(broken)
    kept = Preferences(path)
    assert kept.columns() is None
    assert kept.warning == f"{path} cannot be read: the configuration holds"
    assert kept.keep_columns(COLUMNS) == ""
    assert Preferences(path).columns() == COLUMNS


def test_a_pipe_does_not_hold_the_start_up(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / NAME)
    assert Preferences(tmp_path / NAME).warning


def test_a_folder_that_cannot_be_made_is_words(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    kept = Preferences(tmp_path / "file" / NAME)
    assert kept.keep_columns(COLUMNS).startswith("Not kept for the next start: ")
    assert kept.columns() is None


def test_a_full_disk_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / NAME
    Preferences(path).keep_columns(COLUMNS)
    before = path.read_bytes()

    def full(self: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    words = Preferences(path).keep_columns(("talkingCalls",))
    assert words == "Not kept for the next start: no space left on device"
    assert path.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir()] == [NAME]


def test_a_name_twice_is_one_column(tmp_path: Path) -> None:
    path = tmp_path / NAME
    path.write_text('{"columns": ["a", "b", "a"]}')
    assert Preferences(path).columns() == ("a", "b")
