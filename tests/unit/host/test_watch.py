"""Files that are looked at: taken once, when they are whole."""

import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wallboard.host.watch import AGAIN, FileWatch, WatchedFiles, is_settled, look


class Reader:
    """Notes what is read."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.read: list[str] = []
        self.is_right = True
        self.meanwhile: Callable[[], object] = lambda: None

    def __call__(self, still: Callable[[], bool], forced: bool) -> bool:
        text = self.path.read_text() if self.path.is_file() else "-"
        self.meanwhile()
        if still():
            self.read.append(f"{text}{'!' if forced else ''}")
        return self.is_right


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a.toml"
    path.write_text("1")
    return path


def watched(reader: Reader) -> WatchedFiles:
    paths = (reader.path,)
    return WatchedFiles(lambda: paths, reader, {reader.path: look(reader.path)})


def test_a_change_is_read_once_at_the_second_look_that_sees_it(file: Path) -> None:
    reader = Reader(file)
    item = watched(reader)
    for _ in range(3):
        item.look()
    assert reader.read == []
    file.write_text("22")
    item.look()
    assert reader.read == []
    for _ in range(3):
        item.look()
    assert reader.read == ["22"]


def test_what_is_written_all_the_time_is_read_when_the_writer_rests(file: Path) -> None:
    reader = Reader(file)
    item = watched(reader)
    for size in range(2, 9):
        file.write_text("x" * size)
        item.look()
    assert reader.read == []
    item.look()
    assert reader.read == ["xxxxxxxx"]


def test_what_changes_while_it_is_read_is_not_taken(file: Path) -> None:
    reader = Reader(file)
    item = watched(reader)
    file.write_text("22")
    reader.meanwhile = lambda: file.write_text("333")
    item.look()
    item.look()
    assert reader.read == []
    reader.meanwhile = lambda: None
    item.look()
    item.look()
    assert reader.read == ["333"]


@pytest.mark.parametrize("how", ["removed", "replaced", "swapped", "mode", "folder"])
def test_every_way_to_change_a_file_is_seen(tmp_path: Path, how: str) -> None:
    one, two, link = tmp_path / "one", tmp_path / "two", tmp_path / "data"
    for folder in (one, two):
        folder.mkdir()
        (folder / "a.toml").write_text("1")
        os.utime(folder / "a.toml", (1, 1))
    link.symlink_to(one)
    reader = Reader(link / "a.toml")
    item = watched(reader)
    match how:
        case "removed":
            (one / "a.toml").unlink()
        case "replaced":
            os.replace(two / "a.toml", one / "a.toml")
        case "swapped":  # as Kubernetes does
            (tmp_path / "new").symlink_to(two)
            os.replace(tmp_path / "new", link)
        case "mode":
            (one / "a.toml").chmod(0o600)
        case "folder":
            (one / "a.toml").unlink()
            (one / "a.toml").mkdir()
    item.look()
    item.look()
    assert len(reader.read) == 1


def test_a_theme_that_comes_changes_or_goes_changes_its_folder(tmp_path: Path) -> None:
    seen = [look(tmp_path)]
    (tmp_path / "own.toml").write_text("a")
    seen.append(look(tmp_path))
    (tmp_path / "own.toml").write_text("bb")
    seen.append(look(tmp_path))
    assert len(set(seen)) == 3
    (tmp_path / "own.toml").unlink()
    assert look(tmp_path) == seen[0]


def test_what_cannot_be_looked_at_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    assert look(tmp_path / "loop") is None
    assert look(tmp_path / "none") is None
    assert look(Path("a\0b")) is None


def test_now_means_now_whatever_it_looks_like(file: Path) -> None:
    reader = Reader(file)
    item = watched(reader)
    item.look(forced=True)
    assert reader.read == ["1!"]


def test_what_was_wrong_is_read_again_after_a_while(file: Path) -> None:
    reader = Reader(file)
    item = watched(reader)
    reader.is_right = False
    file.write_text("22")
    for _ in range(2 + AGAIN):
        item.look()
    assert reader.read == ["22", "22"]
    reader.is_right = True
    for _ in range(3 * AGAIN):
        item.look()
    assert reader.read == ["22"] * 3


def test_a_look_that_hangs_holds_nobody_up() -> None:
    hangs, held = threading.Event(), threading.Event()
    before = set(threading.enumerate())  # another test's may not have ended yet

    def never() -> tuple[Path, ...]:
        hangs.set()
        held.wait()
        return ()

    item = WatchedFiles(never, lambda *_: True, {})
    watch = FileWatch([item])
    watch.start()
    watch.look_now()
    assert hangs.wait(60)
    (thread,) = set(threading.enumerate()) - before
    assert thread.name == "files"
    watch.look_now()
    watch.close()
    assert thread.is_alive()
    assert thread.daemon
    held.set()
    thread.join(60)
    assert not thread.is_alive()


LOOKS = st.dictionaries(st.just(Path("a")), st.none() | st.tuples(st.integers(0, 2)))


@given(LOOKS, LOOKS, LOOKS)
def test_only_what_stood_still_and_is_another_is_taken(
    taken: dict[Path, tuple[int, ...] | None],
    last: dict[Path, tuple[int, ...] | None],
    now: dict[Path, tuple[int, ...] | None],
) -> None:
    assert not is_settled(now, last, now)
    if is_settled(taken, last, now):
        assert (last, is_settled(now, now, now)) == (now, False)
    assert not is_settled(taken, last, {**last, Path("b"): None})


def test_the_thread_looks_when_it_is_woken_and_outlives_what_cannot_be_read(file: Path) -> None:
    read = threading.Event()

    def broken(_still: Callable[[], bool], _forced: bool) -> bool:
        raise OSError

    def reads(_still: Callable[[], bool], forced: bool) -> bool:
        read.set()
        return forced

    watch = FileWatch([WatchedFiles(lambda: (), one, {}) for one in (broken, reads)])
    watch.start()
    for _ in range(2):
        read.clear()
        watch.look_now()
        assert read.wait(60)
    watch.close()
