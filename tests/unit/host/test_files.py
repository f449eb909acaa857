"""Files: read within a bound and never waited for, written whole or not at all."""

import errno
import os
import signal
import subprocess
from pathlib import Path

import pytest

from wallboard.host.files import ExportFolder, read_bounded, replace_all, replace_whole, write_new
from wallboard.host.message_file import MessageFile


def test_a_file_is_read_with_its_status(tmp_path: Path) -> None:
    file = tmp_path / "x"
    file.write_bytes(b"12345")
    data, status = read_bounded(file, 5)
    assert (data, status.st_size) == (b"12345", 5)
    with pytest.raises(OSError, match="larger than 4 bytes"):
        read_bounded(file, 4)


def test_what_is_no_file_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", Path("/dev/zero"), Path("/dev/null")):
        with pytest.raises(OSError, match="not a file"):
            read_bounded(path, 100)
    with pytest.raises(IsADirectoryError):
        read_bounded(tmp_path, 100)


def _full(_descriptor: int) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_new_file_that_cannot_be_written_whole_is_not_left_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", _full)
    with pytest.raises(OSError, match="No space"):
        write_new(tmp_path / "x.csv", "1,2")
    assert list(tmp_path.iterdir()) == []


def test_a_file_stays_as_it_was_when_its_successor_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "kept.json"
    replace_whole(file, "old")
    monkeypatch.setattr(os, "fsync", _full)
    with pytest.raises(OSError, match="No space"):
        replace_whole(file, "new")
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("kept.json", "old")]


def test_a_new_file_is_for_its_owner_alone_and_never_written_over(tmp_path: Path) -> None:
    write_new(tmp_path / "x", "1")
    assert (tmp_path / "x").stat().st_mode & 0o777 == 0o600
    with pytest.raises(FileExistsError):
        write_new(tmp_path / "x", "2")
    assert (tmp_path / "x").read_text() == "1"


def test_half_a_letter_is_written_as_a_sign(tmp_path: Path) -> None:
    assert ExportFolder(tmp_path).put("x.csv", "a\udcff,1").read_bytes() == b"a?,1"


def test_on_a_small_disk_an_export_is_whole_or_not_there(tmp_path: Path) -> None:
    mounting = ["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", str(tmp_path)]
    if os.geteuid() or subprocess.run(mounting, capture_output=True, check=False).returncode:
        pytest.skip("only root can mount a small disk, and not everywhere")
    try:
        with pytest.raises(OSError, match="No space left"):
            ExportFolder(tmp_path).put("a.svg", "x" * 100_000)
        assert list(tmp_path.iterdir()) == []
    finally:
        subprocess.run(["umount", "--lazy", str(tmp_path)], check=True)


@pytest.mark.parametrize("larger", [False, True])
def test_a_message_in_a_pipe_or_of_a_gigabyte_says_nothing(tmp_path: Path, larger: bool) -> None:
    file = tmp_path / "message"
    if larger:
        with file.open("wb") as opened:
            opened.truncate(1_000_000_000)
    else:
        os.mkfifo(file)
    assert MessageFile("said", file)() == "said"


def test_several_files_are_replaced_all_or_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    replace_all({one: "1", other: "2"})
    assert (one.read_text(), other.read_text()) == ("1", "2")
    assert one.stat().st_mode & 0o777 == 0o600
    written: list[int] = []

    def stopped(descriptor: int) -> None:
        written.append(descriptor)
        if len(written) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", stopped)
    with pytest.raises(KeyboardInterrupt):
        replace_all({one: "3", other: "4"})
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {
        "one": "1",
        "other": "2",
    }


def test_ctrl_c_between_two_files_comes_after_both(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace = Path.replace

    def interrupted(self: Path, target: Path) -> Path:
        os.kill(os.getpid(), signal.SIGINT)
        return replace(self, target)

    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    monkeypatch.setattr(Path, "replace", interrupted)
    try:
        with pytest.raises(KeyboardInterrupt):
            replace_all({tmp_path / "one": "1", tmp_path / "other": "2"})
    finally:
        signal.signal(signal.SIGINT, before)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one", "other"]
