"""``wallboard history``: what it says, writes and takes away."""

import csv
import os
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner

from tests.sample import AT, row
from tests.unit.history.stores import Desk
from wallboard.cli import wallboard
from wallboard.errors import ConfigurationError, OutputFailed
from wallboard.history.file import NAME, open_to_read
from wallboard.history.look_back import HistoryFile
from wallboard.history.minutes import hour_from
from wallboard.model.data.options import HistoryOptions
from wallboard.model.data.reading import FeedId
from wallboard.model.events import Fresh
from wallboard.publish.as_csv import safe


def history(folder: Path, zone: str = "UTC") -> HistoryFile:
    return HistoryFile(folder=folder, options=HistoryOptions(), zone=ZoneInfo(zone))


def make_history(folder: Path, *, days: int = 1) -> Desk:
    """A history that begins at 09:30:10: 40 answers, twice so many minutes later 40 more."""
    desk = Desk(folder)
    desk.begin()
    for day in range(days):
        desk.clock.seconds += 86_400 if day else 0
        desk.world.now = desk.clock.seconds
        for at in range(40):
            desk.poll(row("=Sales", "1", waitingCalls=at), row("Other", "2", avgWaitingTime=1.5))
    desk.wait_until_written()
    desk.keeper.close()
    return desk


def test_it_says_where_how_large_from_when_to_when_and_its_gaps(tmp_path: Path) -> None:
    make_history(tmp_path, days=2)
    told = history(tmp_path).run(safe)
    assert str(tmp_path / "history.sqlite") in told
    assert "kB of at most 1.0 GB" in told
    assert "2026-03-02 09:30:10 to 2026-03-03 09:43:20 · 80\n" in told
    assert "Minutes  2026-03-02 09:30:00 to 2026-03-03 09:43:59\n" in told
    assert "Gaps     1\n" in told
    assert "2026-03-02 09:38:00 to 2026-03-03 09:36:00 · 23h 58m" in told


def test_a_gap_of_all_pbxes_is_one_and_that_of_one_has_its_name(tmp_path: Path) -> None:
    desk = Desk(tmp_path, pbxes=("p", "q"))
    desk.begin()
    for after, pbxes in ((0, "pq"), (600, "pq"), (120, "p"), (120, "pq"), (60, "pq")):
        desk.clock.seconds += after
        desk.world.now = desk.clock.seconds
        for pbx in pbxes:
            state = desk.world.poll(row("Sales", pbx=pbx), pbx=pbx)
            feed = state.feeds[FeedId(pbx)]
            assert feed.queues is not None
            assert feed.next_poll is not None
            desk.keeper.remember(Fresh(feed.info.feed, feed.queues, feed.next_poll), state)
    desk.wait_until_written()
    desk.keeper.close()
    told = history(tmp_path).run(safe)
    assert "Gaps     2\n" in told
    assert "2026-03-02 09:31:00 to 09:40:00 · 9m 00s\n" in told
    assert "2026-03-02 09:41:00 to 09:44:00 · 3m 00s · Q\n" in told


def test_where_there_is_none_it_says_so_and_makes_none(tmp_path: Path) -> None:
    assert (
        history(tmp_path).run(safe, vacuum=True)
        == f"No history yet: {tmp_path / 'history.sqlite'}\n"
    )
    assert list(tmp_path.iterdir()) == []


def test_every_answer_is_a_line_a_queue_and_no_formula(tmp_path: Path) -> None:
    desk = make_history(tmp_path)
    target = tmp_path / "all.csv"
    assert history(tmp_path).run(safe, export=target) == f"80 lines in {target}\n"
    with target.open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    assert len(lines) == 2 * int(str(desk.polls))
    assert [one["waitingCalls"] for one in lines[::2]] == [str(at) for at in range(40)]
    assert {one["queue"] for one in lines} == {"'=Sales", "Other"}
    assert {one["avgWaitingTime"] for one in lines} == {"", "1.5"}
    assert lines[0]["measured"] == "2026-03-02T09:30:10.000+00:00"
    assert target.stat().st_mode & 0o777 == 0o600
    with pytest.raises(OutputFailed, match="is there already"):
        history(tmp_path).run(safe, export=target)


def test_of_a_history_that_cannot_be_opened_no_empty_export_is_left(tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(b"no SQLite" * 1_000)
    target = tmp_path / "all.csv"
    for _ in range(2):
        with pytest.raises(ConfigurationError, match="damaged"):
            history(tmp_path).run(safe, export=target)
    assert not target.exists()


def test_a_day_that_is_forgotten_is_nowhere_and_the_others_are_whole(tmp_path: Path) -> None:
    desk = make_history(tmp_path, days=3)
    told = history(tmp_path).run(safe, forget="2026-03-03")
    assert told == "40 answers forgotten, with the minutes and alerts of these days\n"
    assert desk.polls == 80
    days = desk.rows("SELECT DISTINCT hour / 24 FROM minute ORDER BY 1")
    assert len(days) == 2
    (alerts,) = desk.rows("SELECT count(*) FROM episode WHERE since / 86400000 = 20515")
    assert alerts == (0,)
    again = history(tmp_path).run(safe, forget="2026-03-03")
    assert again == "Nothing was kept of these days\n"


def test_minutes_outlive_their_answers_and_are_forgotten_too(tmp_path: Path) -> None:
    desk = make_history(tmp_path, days=2)
    with closing(sqlite3.connect(tmp_path / NAME)) as db, db:
        db.execute("DELETE FROM block")
        db.execute("DELETE FROM poll")
    told = history(tmp_path).run(safe, forget="2026-03-03")
    assert told.startswith("The minutes and alerts of these days are forgotten; no answers")
    assert len(desk.rows("SELECT DISTINCT hour / 24 FROM minute")) == 1


def test_a_day_may_begin_in_the_middle_of_an_hour_and_of_a_block(tmp_path: Path) -> None:
    zone = "Asia/Kathmandu"  # 05:45 before UTC
    desk = Desk(tmp_path)
    desk.clock.seconds += 8 * 3_600 + 42 * 60  # 18:12 UTC: three minutes before midnight there
    desk.world.now = desk.clock.seconds
    desk.begin()
    for at in range(40):
        desk.poll(row("Sales", "1", waitingCalls=at))
    desk.wait_until_written()
    desk.keeper.close()
    history(tmp_path, zone).run(safe, forget="2026-03-03..2026-03-03")
    assert desk.polls == 17
    ((live, data),) = desk.rows("SELECT live, data FROM minute")
    assert isinstance(live, bytes)
    assert isinstance(data, bytes)
    assert [at for at, seconds in enumerate(live) if seconds] == [12, 13, 14]
    assert max(hour_from(0, 1, live, data).columns.calls) == 16


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25)])
def test_a_day_on_which_clocks_change_is_forgotten_whole(
    tmp_path: Path, day: str, hours: int
) -> None:
    desk = Desk(tmp_path)
    begins = datetime.fromisoformat(f"{day}T00:00").replace(tzinfo=ZoneInfo("Europe/Paris"))
    desk.clock.seconds += (begins - AT.wall).total_seconds() - 3_600
    desk.world.now = desk.clock.seconds
    desk.begin()
    for _ in range(hours + 2):  # one before, one after
        desk.poll(row("Sales"), after=3_600 - 1e-3)
    desk.wait_until_written()
    desk.keeper.close()
    told = history(tmp_path, "Europe/Paris").run(safe, forget=day)
    assert told.startswith(f"{hours} answers forgotten")
    assert desk.polls == 2


def test_while_a_board_writes_nothing_is_taken_away(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.begin()
    desk.poll(row("Sales"))
    desk.wait_until_written()
    for vacuum, days in ((True, None), (False, "2026-03-02")):
        with pytest.raises(ConfigurationError, match="another wallboard writes") as caught:
            history(tmp_path).run(safe, vacuum=vacuum, forget=days)
        assert caught.value.remedy == "End the board that writes it first"
    assert "· 1\n" in history(tmp_path).run(safe)
    desk.keeper.close()


@pytest.mark.parametrize("days", ["yesterday", "2026-03-05..2026-03-02", "9999-12-31"])
def test_what_is_no_day_is_a_mistake_and_nothing_is_forgotten(tmp_path: Path, days: str) -> None:
    desk = make_history(tmp_path)
    with pytest.raises(ConfigurationError, match="--forget: write two days"):
        history(tmp_path).run(safe, forget=days)
    assert desk.polls == 40


def test_a_damaged_file_is_told_and_left(tmp_path: Path) -> None:
    desk = make_history(tmp_path)
    desk.path.write_bytes(b"no file of ours" * 500)
    with pytest.raises(ConfigurationError, match=r"history\.sqlite is damaged"):
        history(tmp_path).run(safe)
    assert desk.path.read_bytes() == b"no file of ours" * 500


def test_what_is_not_damaged_is_not_promised_to_be_set_aside(tmp_path: Path) -> None:
    make_history(tmp_path)
    with closing(sqlite3.connect(tmp_path / "history.sqlite")) as db, db:
        db.execute("PRAGMA user_version=99")
    with pytest.raises(ConfigurationError, match="of a newer wallboard") as found:
        history(tmp_path).run(safe)
    assert "It is left as it is" in found.value.remedy


def test_where_nothing_can_be_written_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_history(tmp_path)
    monkeypatch.setattr("os.access", lambda *_: False)  # whoever is root may write everywhere
    before = sorted(tmp_path.iterdir())
    opened = open_to_read(tmp_path / "history.sqlite")
    assert opened is not None
    with closing(opened):
        assert opened.connection.execute("SELECT count(*) FROM roster").fetchone() == (1,)
        assert sorted(tmp_path.iterdir()) == before


def test_the_command_reads_the_configuration_and_needs_no_account(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in os.environ if name.startswith("WALLBOARD")]:
        monkeypatch.delenv(name)
    make_history(tmp_path / "kept")
    file = tmp_path / "wallboard.toml"
    file.write_text('[history]\nfolder = "kept"\nmax_size = "20MB"\n[board]\ntimezone = "UTC"\n')
    done = CliRunner().invoke(wallboard, ["history", "--config", str(file)])
    assert done.exit_code == 0
    assert "of at most 20.0 MB" in done.output
