"""What a hub hears is judged with what the boards of its machine have said: who is to be quiet."""

from datetime import timedelta
from pathlib import Path

from tests.ui.boards import FakeFeeds, found, fresh, queue
from tests.unit.model_env import PLAIN
from wallboard.compose.hub import shared_silences
from wallboard.host.clock import FakeClock
from wallboard.host.paths import state_folder
from wallboard.host.shared_rows import SILENCES, SharedRows
from wallboard.hub.connection import BrokerOptions
from wallboard.hub.outbox import Hub, HubOutbox
from wallboard.hub.service import HubDoors, HubService
from wallboard.hub.topics import Topics
from wallboard.model.data.view_options import ViewOptions
from wallboard.model.judge.alerts import document, due
from wallboard.model.silences import Silence, row_of
from wallboard.model.state import start


def test_nothing_is_published_of_a_queue_that_boards_of_the_machine_silence(
    tmp_path: Path,
) -> None:
    clock, environ = FakeClock(), {"XDG_STATE_HOME": str(tmp_path)}
    path = state_folder(environ) / SILENCES
    told: list[object] = []

    def fires(*step: object) -> list[dict[str, object]]:
        documents = [document(alert) for alert in due(*step)]  # type: ignore[arg-type]
        told.extend(item["queue"] for item in documents)
        return documents

    service = HubService(
        BrokerOptions(host="127.0.0.1", port=1),
        HubOutbox(Topics(), Hub("hub", clock.now())),
        FakeFeeds,
        start(PLAIN, ViewOptions()),
        clock,
        lambda: 0.0,
        doors=HubDoors(
            fires=fires, shared=shared_silences(SharedRows(state_folder(environ) / SILENCES), clock)
        ),
    )

    def hear(waiting: int) -> None:
        both = [queue(name, name[0], "Here", waitingCalls=waiting) for name in ("Sales", "Orders")]
        service.hear(fresh(clock, both))

    service.hear(found())
    hear(0)
    key = next(key for key in service.state.levels if key.extension == "S")
    now = clock.now()
    quiet = Silence(
        key=key, name="Sales", site="", who="", why="", since=now, until=now + timedelta(hours=1)
    )
    SharedRows(path).change([row_of(quiet)], ())
    hear(9)
    assert told == ["Orders"]
    assert set(service.state.silences) == {key}
