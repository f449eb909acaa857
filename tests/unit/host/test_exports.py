"""Files for people: never written over, for their owner alone."""

from pathlib import Path

import pytest

from wallboard.host.files import ExportFolder


def test_a_file_is_never_written_over(tmp_path: Path) -> None:
    shelf = ExportFolder(tmp_path / "a" / "b")
    first, second = shelf.put("x.csv", "1"), shelf.put("x.csv", "2")
    assert (first.name, second.name) == ("x.csv", "x-2.csv")
    assert (first.read_text(), second.read_text()) == ("1", "2")
    assert first.stat().st_mode & 0o777 == 0o600
    assert first.parent.stat().st_mode & 0o077 == 0


def test_line_ends_stay_as_they_are(tmp_path: Path) -> None:
    assert ExportFolder(tmp_path).put("x.csv", "a\r\nb\n").read_bytes() == b"a\r\nb\n"


def test_a_folder_that_cannot_be_made_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(OSError, match="file"):
        ExportFolder(tmp_path / "file").put("x", "")
