"""Rows that boards share: nobody's are lost, and a broken file is a warning."""

import fcntl
import json
import os
import threading
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wallboard.host.shared_rows import SharedRows

ONE, TWO = {"key": ["p", "1"], "who": "anna"}, {"key": ["p", "2"], "who": "ben"}


def test_each_board_adds_and_ends_its_own_and_sees_the_others(tmp_path: Path) -> None:
    path = tmp_path / "state" / "silences.json"
    anna, ben = SharedRows(path), SharedRows(path)
    assert anna.news() is None, "there is no file, and there was none"
    assert anna.change([ONE], ()) == ""
    assert ben.change([TWO], ()) == ""
    assert json.loads(path.read_text()) == [ONE, TWO]
    assert anna.news() == [ONE, TWO]
    assert anna.news() is None
    assert ben.news() == [ONE, TWO], "what another had written before is news"
    assert ben.change([TWO], ()) == ""
    assert ben.news() is None, "what it has written itself is none"
    assert anna.change((), [TWO]) == ""
    assert ben.news() == [ONE]
    assert ben.change([{**ONE, "who": "ben"}], ()) == ""
    assert anna.news() == [{**ONE, "who": "ben"}]


def names(rows: object) -> set[str]:
    assert isinstance(rows, list | tuple)
    return {row["key"][1] for row in rows}


OPS = st.lists(st.tuples(st.integers(0, 2), st.sampled_from("abcd"), st.booleans()), max_size=15)


@settings(max_examples=40, deadline=None)
@given(OPS)
def test_whatever_boards_do_they_end_up_with_the_same_and_the_last_word_holds(
    ops: list[tuple[int, str, bool]],
) -> None:
    with TemporaryDirectory() as folder:
        boards = [SharedRows(Path(folder) / "silences.json") for _ in range(3)]
        has: list[set[str]] = [set(), set(), set()]
        wanted: set[str] = set()
        for at, name, begins in ops:
            row = {"key": ["p", name], "since": "now"}
            assert boards[at].change([row] if begins else (), () if begins else [row]) == ""
            for one in (wanted, has[at]):
                if begins:
                    one.add(name)
                else:
                    one.discard(name)
        for at, board in enumerate(boards):
            news = board.news()
            assert (has[at] if news is None else names(news)) == wanted


def test_what_was_begun_anew_meanwhile_is_not_ended(tmp_path: Path) -> None:
    path = tmp_path / "silences.json"
    anna, ben = SharedRows(path), SharedRows(path)
    old, new = {**ONE, "since": "14:00"}, {**ONE, "since": "14:10"}
    anna.change([old], ())
    ben.change([new], ())
    assert anna.change((), [old]) == ""
    assert anna.news() == [new]


def test_many_boards_at_once_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "silences.json"

    def write(who: int) -> None:
        board = SharedRows(path)
        for at in range(5):
            while board.change([{"key": ["p", f"{who}-{at}"]}], ()):
                pass

    threads = [threading.Thread(target=write, args=(who,)) for who in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    expected = {f"{who}-{at}" for who in range(4) for at in range(5)}
    assert names(SharedRows(path).news()) == expected


def test_a_board_that_does_not_let_go_is_not_waited_for(tmp_path: Path) -> None:
    board = SharedRows(tmp_path / "silences.json")
    lock = os.open(tmp_path / ".silences.json.lock", os.O_RDWR | os.O_CREAT)
    fcntl.flock(lock, fcntl.LOCK_EX)
    assert board.change([ONE], ()) == "Not kept for the next start: another board is writing"
    os.close(lock)
    assert board.change([ONE], ()) == ""


def test_a_whole_contact_centre_can_be_kept(tmp_path: Path) -> None:
    path = tmp_path / "silences.json"
    rows = [{"key": ["p", f"{at}"], "why": "w" * 100} for at in range(10_000)]
    assert SharedRows(path).change(rows, ()) == ""
    board = SharedRows(path)
    assert board.news() == rows
    assert board.warning == ""


def test_a_file_that_is_taken_away_is_news(tmp_path: Path) -> None:
    path = tmp_path / "silences.json"
    rows = SharedRows(path)
    rows.change([ONE], ())
    path.unlink()
    assert rows.news() == ()
    assert rows.news() is None


@pytest.mark.parametrize(
    "broken",
    [b"", b"{", b"{}", b"[1]", b'[{"key": 1}]', b'[{"key": [[]]}]', b"\xff", b" " * 300_000,
     b"[" * 100_000],
)  # fmt: skip
def test_a_broken_file_is_a_warning_and_the_next_change_mends_it(
    tmp_path: Path, broken: bytes
) -> None:
    path = tmp_path / "silences.json"
    path.write_bytes(broken)
    rows = SharedRows(path)
    assert rows.news() == ()
    assert rows.warning == f"{path} cannot be read: what was in it is not in force"
    assert rows.change([ONE], ()) == ""
    assert SharedRows(path).news() == [ONE]


def test_where_it_cannot_be_written_that_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    rows = SharedRows(tmp_path / "file" / "silences.json")
    assert rows.change([ONE], ()).startswith("Not kept for the next start: ")


def test_a_pipe_in_its_place_holds_nobody_up(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "silences.json")
    rows = SharedRows(tmp_path / "silences.json")
    assert rows.news() == ()
    assert rows.warning
