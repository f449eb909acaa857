"""Boards in browsers: one poller, one memory and one process behind all of them."""

import asyncio
import logging
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from wallboard.compose.visitors import visitors_services
from wallboard.host.clock import SystemClock
from wallboard.host.collector import Leavings, pass_over_all_there_is
from wallboard.host.output import standard_output
from wallboard.host.shared_rows import SharedRows

if TYPE_CHECKING:
    import socket

    from wallboard.host.clock import Clock
    from wallboard.host.logs import LogFile
    from wallboard.model.state import Event, State
    from wallboard.settings import LoadedSettings, Settings
    from wallboard.ui.browser.visit import Visit
    from wallboard.ui.setup import BoardSetup, Services
    from wallboard.web.door import Door


_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServeOptions:
    """What is served where, to whom: on a ``listener``, through a ``door``.

    ``kiosk``: each board begins as a wall. ``demo``: it is the demo's.
    """

    listener: "socket.socket"
    door: "Door"
    kiosk: bool = False
    demo: bool = False


def prepare() -> tuple[str, ...]:
    """Have Textual draw for browsers, before it is imported; returns what is not used, in words."""
    from wallboard.ui.terminal.environment import left_out

    doubts = left_out(os.environ)
    # Every page's terminal has all colours, whatever the server's own terminal has.
    os.environ["TEXTUAL_COLOR_SYSTEM"] = "truecolor"
    for name in ("COLUMNS", "LINES", "ROWS", "TEXTUAL_DRIVER"):
        os.environ.pop(name, None)
    return doubts


def serve_boards(
    loaded: "LoadedSettings",
    environ: Mapping[str, str],
    log_file: "LogFile",
    options: ServeOptions,
) -> int:
    """Serve boards on a listening socket until a signal ends it; its exit code.

    Raises ``ConfigurationError`` where the page's scripts are not installed.
    """
    doubts = prepare()
    return asyncio.run(_serve_until_a_signal(loaded, environ, log_file, options, doubts))


async def _serve_until_a_signal(
    loaded: "LoadedSettings",
    environ: Mapping[str, str],
    log_file: "LogFile",
    options: ServeOptions,
    doubts: tuple[str, ...],
) -> int:
    from wallboard.host.http_server import serving
    from wallboard.host.systemd import Watchdog
    from wallboard.ui import signals
    from wallboard.web.site import MOST_SENT, BoardSite

    ended: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    signals.listen(
        lambda code: None if ended.done() else ended.set_result(code),
        lambda: None,  # the configuration is read at the start
    )
    boards = _shared_boards(loaded, environ, log_file, options, doubts)
    site = BoardSite(options.door, boards.visit)
    pass_over_all_there_is()
    background = asyncio.create_task(boards.run())
    beating = asyncio.create_task(_each_second(Watchdog(environ).note_frame, boards.each_second))
    try:
        async with serving(
            site.app,
            options.listener,
            ws="websockets-sansio",
            ws_max_size=MOST_SENT,
            ws_per_message_deflate=False,
            limit_concurrency=200,
            timeout_keep_alive=5,
        ):
            waited: list[asyncio.Future[Any]] = [ended, background]
            await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (background, beating):
            task.cancel()
        await asyncio.gather(background, beating, return_exceptions=True)
        boards.close()
    return ended.result() if ended.done() else 1


def _shared_boards(
    loaded: "LoadedSettings",
    environ: Mapping[str, str],
    log_file: "LogFile",
    options: ServeOptions,
    doubts: tuple[str, ...],
) -> "SharedBoards":
    """Return what all boards have in common; what is wrong is told to who runs the server."""
    from wallboard.compose.screens import screens

    clock = SystemClock()
    # The server's own terminal is none of the visitors' business.
    far = {name: text for name, text in environ.items() if name != "TERM"}
    setup, services = screens(
        loaded, far, log_file, clock, kiosk=options.kiosk, demo=options.demo, doubts=doubts
    )
    for words in setup.warnings:
        standard_output().write(f"{words}\n")
    no_color = bool(environ.get("NO_COLOR"))
    return SharedBoards(loaded.settings, setup, services, clock, no_color=no_color)


async def _each_second(*doing: Callable[[], None]) -> None:
    while True:
        for do in doing:
            do()
        await asyncio.sleep(1)


class SharedBoards:
    """What the boards of all visitors have in common, and what makes one more."""

    def __init__(
        self,
        settings: "Settings",
        setup: "BoardSetup",
        services: "Services",
        clock: "Clock",
        *,
        no_color: bool,
    ) -> None:
        from wallboard.compose import feeds, metrics
        from wallboard.compose.hub import shared_silences
        from wallboard.feed.background import BackgroundBoard
        from wallboard.feed.shared import SharedFeeds
        from wallboard.model.state import start
        from wallboard.ui.browser.visit import Visit, VisitorApp

        self._visit, self._board = Visit, VisitorApp
        self._keeper, self._past = services.history, services.past
        self._metrics, self._messages = metrics(settings, clock), services.messages
        self._heartbeat = services.heartbeat
        signed_in = self._metrics.signed_in if self._metrics else lambda: None
        self._feeds = SharedFeeds(feeds(settings, clock, signed_in), clock.elapsed)
        rules = settings.rules
        state = start(
            rules,
            setup.options,
            is_open=setup.is_open,
            targets=setup.targets,
            day_rule=setup.day_rule,
        )
        store = services.silences
        shared = shared_silences(store, clock) if store else lambda state: state
        self._background = BackgroundBoard(self._feeds.feeds(), state, self._keep, shared)
        self._clock, self._rules, self._leavings = clock, rules, Leavings()
        self._no_color = no_color
        # Where things are on the server, and what is wrong there, is for who runs it.
        told = tuple((name, words, "") for name, words, _ in setup.rule_words)
        self._setup = replace(setup, warnings=(), files=(), rule_words=told)
        self._services = services

    def visit(self, size: tuple[int, int]) -> "Visit":
        """Return one more board, of a size in cells."""
        silences = self._services.silences
        services = visitors_services(
            self._services,
            SharedRows(silences.path) if isinstance(silences, SharedRows) else None,
            self._background.remembered,
        )
        return self._visit(
            lambda line: self._board(
                line,
                self._feeds.feeds(),
                self._rules,
                self._setup,
                self._clock,
                services=services,
                no_color=self._no_color,
            ),
            size,
            lambda: self._leavings.left(self._clock.elapsed()),
        )

    async def run(self) -> None:
        """Poll, and keep what is heard; ends only by cancellation."""
        before = await self._keeper.recalled() if self._keeper else None
        async with asyncio.TaskGroup() as group:
            group.create_task(self._background.run(before))
            group.create_task(self._feeds.run())
            for told in (self._metrics, self._messages):
                if told is not None:
                    group.create_task(told.run())
            if self._heartbeat:
                group.create_task(self._heartbeat.run(lambda: self._background.state))

    def each_second(self) -> None:
        """Log what the history has to say: no visitor can do anything about it."""
        self._leavings.look(self._clock.elapsed())
        if self._heartbeat:
            self._heartbeat.note_drawn()  # whoever draws is somewhere else
        for words in self._keeper.notes() if self._keeper else ():
            _LOG.warning("%s", words)

    def close(self) -> None:
        """Give the files back."""
        if self._keeper:
            self._keeper.close()
        if self._past:
            self._past.close()

    def _keep(self, event: "Event", state: "State") -> None:
        for listener in (self._keeper, self._metrics, self._messages):
            if listener is not None:
                listener.remember(event, state)
