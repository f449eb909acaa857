"""An incident can be handed on: in words, in numbers, as a recording that plays."""

import csv
import shlex
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest

from tests.sample import AT, row
from tests.unit.history.stores import Desk, until
from tests.unit.model_env import World, moment
from wallboard.history.file import open_to_read
from wallboard.history.packing import stamp
from wallboard.history.replay.incident import IncidentHeading, WantedIncident
from wallboard.history.replay.past_board import PastBoard
from wallboard.history.replay.past_file import PastFile
from wallboard.model.data.catalogue import CATALOGUE
from wallboard.model.data.name_pattern import QueueGroup
from wallboard.model.data.reading import QueueMetrics
from wallboard.model.events import Acknowledge
from wallboard.model.judge.rules import Bounds, Rules
from wallboard.model.replay import NotKept, Seek
from wallboard.model.view.board import project

RULES = Rules({"waitingCalls": Bounds(3, 5)})
WHEN = AT.wall + timedelta(seconds=10 * 151)
"""When the calls began to wait."""


def polls(at: int) -> list[QueueMetrics]:
    """Two queues that become critical for some minutes, and one that is calm."""
    waits = 150 <= at < 180
    return [
        row("Sales |", "1", longestWaitingTime=0, waitingCalls=5 + (at == 160) * 7 if waits else 0),
        row("=Support", "2", waitingCalls=6 if 155 <= at < 165 else 0),
        row("Calm", "3", waitingCalls=1),
    ]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """An hour; after half of it something happened."""
    desk = Desk(tmp_path, rules=RULES)
    desk.begin()
    for at in range(360):
        if at == 156:
            key = row("Sales", "1").key
            desk.step(Acknowledge(frozenset([key]), "A*B", moment(desk.world.now)))
        desk.poll(*polls(at))
    until(lambda: desk.rows("SELECT count(*) > 10 FROM block") == [(1,)])
    desk.keeper.close()
    return desk


def incident_files(desk: Desk, wanted: WantedIncident) -> dict[str, object]:
    folder = desk.path.parent / "incident"
    folder.mkdir()

    def put(name: str, text: str) -> Path:
        (folder / name).write_text(text)
        return folder / name

    file = PastFile(desk.path, AT)
    how = IncidentHeading("Hall", AT.wall.tzinfo)  # type: ignore[arg-type]
    moments = file.write_incident(desk.world.state, wanted, how, put)
    file.close()
    return {**moments, "folder": folder}


def same(text: str) -> str:
    return text


def test_the_words_say_when_which_queues_how_bad_and_who_saw_it(desk: Desk) -> None:
    found = incident_files(desk, WantedIncident(WHEN, ("sales |",), same))
    words = (desk.path.parent / "incident" / "incident.md").read_text()
    assert words.startswith("# Sales \\| \\(Rome\\): critical on 2026-03-02 at 09:55:10\n")
    assert "until 10:00:10 (5m 00s)" in words
    assert "Waiting ≥ 5: 5 at first, 12 at worst; at its worst at 09:56:50" in words
    assert "Seen by A\\*B at 09:56:00" in words
    assert "| \\=Support |" in words or "| =Support |" in words
    assert "Calm" not in words
    times = [found[name] for name in ("begin", "worst", "end")]
    assert times == [AT.wall + timedelta(seconds=10 * at) for at in (151, 161, 181)]


def test_every_number_of_these_queues_is_there_from_15_minutes_before_to_15_after(
    desk: Desk,
) -> None:
    incident_files(desk, WantedIncident(None, (), lambda name: name.replace("=", "'=")))
    text = (desk.path.parent / "incident" / "metrics.csv").read_text()
    rows = list(csv.DictReader(StringIO(text)))
    assert {one["queue"] for one in rows} == {"Sales |", "'=Support"}
    assert set(CATALOGUE) <= rows[0].keys()
    sales = [one for one in rows if one["queue"] == "Sales |"]
    assert [one["waitingCalls"] for one in sales] == [
        str(polls(at)[0].values["waitingCalls"]) for at in range(65, 255 + 1)
    ]
    assert [one["level"] for one in sales].count("critical") == 30
    # Nobody waited until it began: of the day so far all was in target.
    assert {one["timeInTarget"] for one in sales[:60]} == {"100.0"}


def test_of_what_began_with_the_newest_poll_there_is_one_picture(tmp_path: Path) -> None:
    desk = Desk(tmp_path, rules=RULES)
    desk.begin()
    for at in range(151):
        desk.poll(*polls(at))
    desk.wait_until_written()
    moments = incident_files(desk, WantedIncident(None, (), same))
    desk.keeper.close()
    assert {name: at for name, at in moments.items() if name != "folder"} == {"begin": WHEN}
    words = (tmp_path / "incident" / "incident.md").read_text()
    assert "`begin.svg`: the board" in words
    assert "end.svg" not in words


def test_the_recording_plays_the_whole_board_and_needs_nothing_beside_it(desk: Desk) -> None:
    incident_files(desk, WantedIncident(WHEN, (), same))
    folder = desk.path.parent / "incident"
    assert sorted(one.name for one in folder.iterdir()) == [
        "incident.md",
        "metrics.csv",
        "recording.sqlite",
    ]
    at = stamp(AT.wall + timedelta(seconds=1_600))
    views = []
    for path in (desk.path, folder / "recording.sqlite"):
        file = open_to_read(path)
        assert file is not None
        with closing(file):
            found = PastBoard(file.connection, AT).seek(desk.world.state, at, Seek.AT)
            assert found is not None
            views.append(project(found.state, found.at))
    assert views[0] == views[1]
    assert {line.queue.name for line in views[1].lines} == {"Sales |", "=Support", "Calm"}
    assert any(tile.trend for tile in views[1].tiles)


def nearest(desk: Desk, at: datetime, *queues: str) -> tuple[str, ...]:
    """What is said of a moment that was calm."""
    file, how = PastFile(desk.path, AT), IncidentHeading("", AT.wall.tzinfo)  # type: ignore[arg-type]
    with pytest.raises(NotKept, match="no queue was in trouble then") as caught:
        file.write_incident(desk.world.state, WantedIncident(at, queues, same), how, _nowhere)
    file.close()
    return caught.value.nearest


def test_of_a_calm_moment_the_nearest_alerts_are_named_with_their_command(desk: Desk) -> None:
    alert = (
        "Sales |, critical from 2026-03-02 09:55:10 until 2026-03-02 10:00:10: "
        "wallboard incident --at '2026-03-02 09:55:10' --queue 'Sales |'"
    )
    (after,) = nearest(desk, AT.wall, "sales |")
    assert after == f"the nearest after: {alert}"
    (before,) = nearest(desk, AT.wall + timedelta(minutes=55), "sales |")
    assert before == f"the nearest before: {alert}"
    assert nearest(desk, WHEN, "Calm") == (), "of no other queue than what was asked for"
    # What it says to write shows it.
    words = shlex.split(before.rpartition(": ")[2])
    at = datetime.fromisoformat(words[words.index("--at") + 1]).replace(tzinfo=AT.wall.tzinfo)
    incident_files(desk, WantedIncident(at, (words[-1],), same))
    told = (desk.path.parent / "incident" / "incident.md").read_text()
    assert told.startswith("# Sales \\| \\(Rome\\): critical on 2026-03-02 at 09:55:10\n")


def test_of_an_alert_that_nobody_saw_begin_it_is_said_so(tmp_path: Path) -> None:
    desk = Desk(tmp_path, just_started=True)
    desk.begin()
    for at in range(20):
        desk.poll(row("Sales", "1", waitingCalls=9 if at < 10 else 0))
    desk.keeper.close()
    (before,) = nearest(desk, AT.wall + timedelta(minutes=3))
    assert ", critical from before 2026-03-02 09:30:10 until 2026-03-02 09:31:50: " in before
    assert "--at '2026-03-02 09:30:10' --queue Sales" in before


def test_of_a_calm_moment_there_is_no_incident(desk: Desk) -> None:
    file = PastFile(desk.path, AT)
    how = IncidentHeading("", AT.wall.tzinfo)  # type: ignore[arg-type]
    for wanted in (WantedIncident(AT.wall, (), same), WantedIncident(WHEN, ("Calm",), same)):
        with pytest.raises(NotKept, match="no queue was in trouble then"):
            file.write_incident(desk.world.state, wanted, how, _nowhere)
    file.close()


SALES = QueueGroup("Sales", ("North", "South"))
TOGETHER = Rules(
    {"waitingCalls": Bounds(8, 20)},
    groups=(SALES,),
    group_bounds={"Sales": {"waitingCalls": Bounds(5, 9)}},
)


@pytest.fixture
def together(tmp_path: Path) -> Desk:
    """Ten minutes in which a group is critical; of its queues one is in trouble, for a while."""
    desk = Desk(tmp_path, rules=TOGETHER)
    desk.begin()
    for at in range(120):
        waits = 30 <= at < 90
        desk.poll(
            row("North", "1", waitingCalls=(8 if 40 <= at < 50 else 7) if waits else 0),
            row("South", "2", waitingCalls=(5 if at == 60 else 3) if waits else 0),
            row("East", "3", waitingCalls=1),
        )
    desk.wait_until_written()
    desk.keeper.close()
    return desk


def test_the_incident_of_a_group_is_that_of_all_of_its_queues(together: Desk) -> None:
    found = incident_files(together, WantedIncident(None, (), same, "sales"))
    folder = together.path.parent / "incident"
    words = (folder / "incident.md").read_text()
    assert words.startswith("# Group Sales: critical on 2026-03-02 at 09:35:10\n")
    assert "Waiting ≥ 9: 10 at first, 12 at worst; at its worst at 09:40:10" in words
    assert "- Its queues, as `[groups]` has them now: North, South." in words
    table = [line.split(" | ")[:3] for line in words.splitlines() if line.startswith("| ")][1:]
    assert table == [["| Sales", "group", "critical"], ["| North", "Rome", "warning"]]
    with (folder / "metrics.csv").open(encoding="utf-8") as file:
        assert {line["queue"] for line in csv.DictReader(file)} == {"North", "South"}
    assert found["worst"] == AT.wall + timedelta(seconds=10 * 61)


def test_a_queue_of_the_same_name_is_another_incident(together: Desk) -> None:
    file = PastFile(together.path, AT)
    state, how = together.world.state, IncidentHeading("", AT.wall.tzinfo)  # type: ignore[arg-type]
    when = AT.wall + timedelta(seconds=10 * 45)
    with pytest.raises(NotKept, match="no queue was in trouble then"):
        file.write_incident(state, WantedIncident(when, ("Sales",), same), how, _nowhere)
    file.close()
    incident_files(together, WantedIncident(when, (), same))
    words = (together.path.parent / "incident" / "incident.md").read_text()
    assert words.startswith("# North \\(Rome\\): warning")


@pytest.mark.parametrize(
    ("groups", "group", "said"),
    [
        ((SALES,), "Care", "this group has not been critical"),
        ((QueueGroup("Care", ("*",)),), "Sales", r"this group is not in \[groups\] any more"),
        ((QueueGroup("Sales", ("West",)),), "Sales", "none of the queues of this group"),
    ],
)
def test_why_there_is_no_incident_of_a_group(
    together: Desk, groups: tuple[QueueGroup, ...], group: str, said: str
) -> None:
    file = PastFile(together.path, AT)
    state = World(rules=replace(TOGETHER, groups=groups, group_bounds={})).state
    how = IncidentHeading("", AT.wall.tzinfo)  # type: ignore[arg-type]
    with pytest.raises(NotKept, match=said):
        file.write_incident(state, WantedIncident(None, (), same, group), how, _nowhere)
    file.close()


def _nowhere(name: str, text: str) -> Path:
    raise AssertionError(name, text)
