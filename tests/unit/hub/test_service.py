"""What a hub hears is judged with what the boards of its machine have said: who is to be quiet;
and with what the configuration says now."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.fake_clock import FakeClock
from tests.ui.boards import FakeFeeds, found, fresh, moment, queue
from tests.unit.model_env import PLAIN
from wallboard.feed.background import BackgroundBoard, ConfigurationNews, JudgeSetup
from wallboard.feed.listeners import Listeners
from wallboard.host.shared_rows import SILENCES, SharedRows
from wallboard.hub.connection import BrokerOptions
from wallboard.hub.outbox import HubIdentity, HubOutbox
from wallboard.hub.service import HubService
from wallboard.hub.topics import Topics
from wallboard.model.data.view_options import ViewOptions
from wallboard.model.judge.rules import Bounds, Rules
from wallboard.model.silences import Silence, row_of


class HubRun:
    """A hub without a broker: ``published`` is what it would send now, by topic."""

    def __init__(self, **listeners: Any) -> None:
        self.clock, self.outbox = (
            FakeClock(),
            HubOutbox(Topics(), HubIdentity("hub", FakeClock().now())),
        )
        self.setup = JudgeSetup(ViewOptions())
        self.board = BackgroundBoard(
            self.setup, PLAIN, self.clock, Listeners(**listeners), self.outbox.alert
        )
        self.service = HubService(
            BrokerOptions(host="127.0.0.1", port=1),
            self.outbox,
            FakeFeeds,
            self.board,
            self.clock,
            lambda: 0.0,
        )
        self.service.hear(found())
        self.hear(0)

    def hear(self, waiting: int) -> None:
        both = [queue(name, name[0], "Here", waitingCalls=waiting) for name in ("Sales", "Orders")]
        self.service.hear(fresh(self.clock, both))

    def publications(self, ending: str) -> list[Any]:
        messages = self.outbox.take(self.board.state, moment(self.clock))
        return [json.loads(one.payload) for one in messages if one.topic.endswith(ending)]


def test_nothing_is_published_of_a_queue_that_boards_of_the_machine_silence(
    tmp_path: Path,
) -> None:
    path = tmp_path / SILENCES
    run = HubRun(silences=SharedRows(path))
    key = next(key for key in run.board.state.levels if key.extension == "S")
    now = run.clock.now()
    quiet = Silence(
        key=key, name="Sales", site="", who="", why="", since=now, until=now + timedelta(hours=1)
    )
    SharedRows(path).change([row_of(quiet)], ())
    run.board.each_second()
    run.hear(9)
    assert [alert["queue"] for alert in run.publications("/alert")] == ["Orders"]
    assert set(run.board.state.silences) == {key}


def test_other_rules_are_published_with_what_they_make_of_each_queue() -> None:
    run = HubRun()
    run.hear(2)
    assert {one["level"] for one in run.publications("/S")} == {"normal"}
    rules = Rules({"waitingCalls": Bounds(1, 2)})
    run.service.take(ConfigurationNews(setup=run.setup, rules=rules))
    messages = run.outbox.take(run.board.state, moment(run.clock))
    said = {one.topic.rpartition("/")[2]: one.payload for one in messages}
    assert json.loads(said["S"])["level"] == json.loads(said["O"])["level"] == "critical"
    assert b'"critical":2' in said["rules"].replace(b" ", b"")
    assert "alert" not in said  # nobody saw it begin
