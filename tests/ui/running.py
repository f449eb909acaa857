"""A board that draws for real, onto a terminal in memory: ``run_test`` leaves the driver out."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from unittest.mock import patch

from textual import events
from textual.app import App
from textual.driver import Driver
from textual.geometry import Size


class Meter(Driver):
    """A terminal that takes everything at once and counts the bytes."""

    written = 0

    def write(self, data: str) -> None:
        self.written += len(data.encode())

    def start_application_mode(self) -> None:
        assert self._size
        self.resize(*self._size)

    def resize(self, columns: int, rows: int) -> None:
        """Tell the app that the terminal has this size."""
        self._size = columns, rows
        size = Size(columns, rows)
        self.send_message(events.Resize(size, size))

    def press(self, key: str, character: str | None = None) -> None:
        """Press a key."""
        event = events.Key(key, character)
        event.set_sender(self._app)
        self.send_message(event)

    def disable_input(self) -> None:
        pass

    def stop_application_mode(self) -> None:
        pass


class Recorder(Meter):
    """One that keeps what was written since it was last taken."""

    _text = ""

    def write(self, data: str) -> None:
        super().write(data)
        self._text += data

    def take(self) -> str:
        """Return what was written since the last time."""
        text, self._text = self._text, ""
        return text


@asynccontextmanager
async def running(app: App[Any], driver: type[Driver], size: tuple[int, int]) -> AsyncIterator[Any]:
    """Run ``app`` on a terminal of ``driver`` and give that, once something was written to it."""
    app.driver_class = driver
    # The signals and the standard input of whoever runs this are not the board's. No mock stands
    # for them: it would keep each second's call, and that would count as the board's memory.
    with (
        patch("wallboard.ui.signals.listen", lambda *_: None),
        patch("wallboard.ui.signals.hung_up", lambda *_: False),
    ):
        task = asyncio.create_task(app.run_async(size=size, mouse=False))
        try:
            while not getattr(app._driver, "written", False):
                await asyncio.sleep(0.005)
                if task.done():
                    task.result()
            with app._context():
                yield app._driver
        finally:
            app.exit()
            await task
