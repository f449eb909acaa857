"""What the board tells others, and what it says of that itself: never an address."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from tests.api.receiver import Receiver, receiver
from tests.fake_clock import FakeClock
from tests.ui.boards import DEMO, FakeFeeds, board, found, fresh, queue
from tests.ui.pilot import settled, until
from wallboard.compose import outward
from wallboard.model.state import State
from wallboard.settings import Settings, load
from wallboard.ui.app import WallboardApp

SECRET = "canary0123456789"
CALM = tuple(queue(named.name, named.extension, named.site) for named, _ in DEMO)


class Heart:
    """A heartbeat that only counts."""

    drawn = 0

    def note_drawn(self) -> None:
        self.drawn += 1

    def notes(self) -> tuple[str, ...]:
        return ()

    async def run(self, state: Callable[[], State]) -> None:
        assert isinstance(state(), State)


def settings(folder: Path, port: int) -> Settings:
    to = {"WALLBOARD_NOTIFY__1__TO": f"json://127.0.0.1:{port}/{SECRET}"}
    environ = {**to, "WALLBOARD_API__TIMEOUT": "60"}
    return load({}, environ, folder, candidates=()).settings


def shown(app: WallboardApp) -> str:
    toasts = " ".join(one.message for one in app._notifications)
    return f"{app.export_screenshot()} {toasts} {app.view.health if app.view else ''}"


async def told_by_a_board(
    it: Receiver,
    folder: Path,
    after: Callable[[WallboardApp], Awaitable[None]],
    known: Callable[[str], object] = lambda _trouble: True,
) -> WallboardApp:
    """Run a board on which two queues get into trouble; ``known``: what came of it, it knows."""
    clock, feeds = FakeClock(), FakeFeeds()
    sends = outward.messenger(settings(folder, it.port), {}, clock)
    app = board(clock, feeds, messages=sends)
    assert sends
    async with app.run_test(size=(200, 40)):
        feeds.say(found(), fresh(clock, CALM))
        await settled(app)
        await clock.advance(10)
        feeds.say(fresh(clock))
        await until(lambda: it.taken and known(sends.trouble))
        await clock.advance(1)
        await settled(app)
        await after(app)
    return app


async def test_a_queue_that_becomes_critical_is_told_elsewhere(tmp_path: Path) -> None:
    async def looks(app: WallboardApp) -> None:
        assert SECRET not in shown(app)
        assert "not sent" not in shown(app)

    async with receiver() as it:
        await told_by_a_board(it, tmp_path, looks, lambda _: not it.busy)
        (taken,) = it.taken
        assert '"event": "begun"' in taken.body.decode()
        assert "Support (London) is critical" in taken.body.decode()


async def test_a_receiver_that_refuses_is_told_in_words_without_its_address(
    tmp_path: Path,
) -> None:
    why = "not sent (1, json): It is refused (HTTP 404)"

    async def looks(app: WallboardApp) -> None:
        assert app.view is not None
        assert app.view.health.services == f"message {why}"
        assert any(one.message.startswith(f"A message was {why}.") for one in app._notifications)
        assert SECRET not in shown(app)
        assert "127.0.0.1" not in shown(app)

    async with receiver() as it:
        it.answers(404)
        await told_by_a_board(it, tmp_path, looks, bool)


async def test_a_receiver_that_drips_holds_up_no_poll_and_no_picture(tmp_path: Path) -> None:
    async def looks(app: WallboardApp) -> None:
        clock, feeds = app._clock, app._feeds
        assert isinstance(clock, FakeClock)
        assert isinstance(feeds, FakeFeeds)
        for _ in range(5):
            await clock.advance(10)
            feeds.say(fresh(clock, CALM))
            await settled(app)
        assert app.view is not None
        assert app.view.health.critical == 0
        assert app.view.health.measured == clock.elapsed()

    async with receiver() as it:
        it.drip = 30.0
        await told_by_a_board(it, tmp_path, looks)


async def test_a_sign_of_life_takes_a_picture_that_was_drawn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock, feeds, heart = FakeClock(), FakeFeeds(), Heart()
    app = board(clock, feeds, heartbeat=heart)
    taken = True
    monkeypatch.setattr(WallboardApp, "reaches_terminal", lambda _app: taken)
    async with app.run_test():
        feeds.say(found(), fresh(clock))
        await settled(app)
        for taken, signs in ((True, 3), (False, 0), (True, 3)):  # noqa: B007 - read above
            before = heart.drawn
            for _ in range(3):
                await clock.advance(1)
                await settled(app)
            assert heart.drawn - before == signs
