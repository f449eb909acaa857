"""A board over fake feeds, as a process of its own: what the tests on a pseudo-terminal run.

``python -m tests.ui.child [worker|handler|drawing SECRET]``: the place where it breaks. Of the
environment THEME, NO_COLOR, KIOSK and LOCKED are heard.
"""

import asyncio
import os
import sys
from collections.abc import Callable
from datetime import UTC

from textual.geometry import Region

from tests.fake_clock import FakeClock
from tests.ui.boards import FakeFeeds, board, found, fresh
from wallboard.host.clock import SystemClock
from wallboard.model.data.options import KioskOptions
from wallboard.model.data.view_options import ViewOptions
from wallboard.model.events import FeedEvent
from wallboard.ui.app import WallboardApp
from wallboard.ui.messages import FeedNews
from wallboard.ui.widgets.queue_table import QueueTable


class LiveFeeds(FakeFeeds):
    """Says what the demo says, once a second."""

    async def run(self, post: Callable[[FeedEvent], None]) -> None:
        clock = SystemClock()
        post(found(interval=60))  # it is live, however seldom a busy machine lets it say so
        while True:
            frozen = FakeClock(clock.now(), clock.elapsed())
            post(fresh(frozen))
            await asyncio.sleep(1)


class DyingFeeds(FakeFeeds):
    """Ends as a bug would end it, with a secret among its locals."""

    async def run(self, post: Callable[[FeedEvent], None]) -> None:
        password = sys.argv[2]
        del post
        raise RuntimeError(password)


def broken_handler(app: WallboardApp, message: FeedNews) -> None:
    """What a bug in a handler would do."""
    del app, message
    raise RuntimeError(sys.argv[2])


def broken_drawing(table: QueueTable, crop: Region) -> None:
    """What a bug in drawing would do."""
    del table, crop
    raise RuntimeError(sys.argv[2])


def main() -> int:
    place = sys.argv[1] if len(sys.argv) > 1 else ""
    feeds = DyingFeeds() if place == "worker" else LiveFeeds()
    if place == "handler":
        WallboardApp.on_feed_news = broken_handler  # type: ignore[assignment]
    elif place == "drawing":
        QueueTable.render_lines = broken_drawing  # type: ignore[assignment]
    locked = bool(os.environ.get("LOCKED"))
    app = board(
        SystemClock(),  # type: ignore[arg-type]
        feeds,
        theme=os.environ.get("THEME", "control-room"),
        options=ViewOptions(timezone=UTC, tick=not locked),  # of a locked one nothing moves
        no_color=bool(os.environ.get("NO_COLOR")),
        kiosk=bool(os.environ.get("KIOSK")),
        wall=KioskOptions(locked=locked),
    )
    code = app.run()
    return app.return_code or code or 0


if __name__ == "__main__":
    sys.exit(main())
