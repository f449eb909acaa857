"""Rows that boards share: nobody's are lost, and a broken file is a warning."""

import json
import os
from pathlib import Path

import pytest

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
    assert ben.news() is None, "what it has written itself is no news"
    assert anna.change((), [["p", "2"]]) == ""
    assert ben.news() == [ONE]
    assert ben.change([{**ONE, "who": "ben"}], ()) == ""
    assert anna.news() == [{**ONE, "who": "ben"}]


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
