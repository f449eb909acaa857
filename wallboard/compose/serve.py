"""Boards in browsers: one poller, one memory and one process behind all of them."""

import asyncio
import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from wallboard.compose.visitors import VisitorReload, visitors_services
from wallboard.host.clock import SystemClock
from wallboard.host.collector import Leavings, pass_over_all_there_is
from wallboard.host.output import standard_output
from wallboard.host.shared_rows import SharedRows
from wallboard.records import dataclass

if TYPE_CHECKING:
    import socket

    from wallboard.compose.reload import LiveConfiguration
    from wallboard.feed.background import ConfigurationNews
    from wallboard.feed.shared import SharedFeeds
    from wallboard.host.clock import Clock
    from wallboard.host.logs import LogFile
    from wallboard.model.judge.rules import Rules
    from wallboard.settings import LoadedSettings
    from wallboard.ui.browser.visit import Visit
    from wallboard.ui.setup import BoardSetup, Services
    from wallboard.web.access import PageAccess


@dataclass(frozen=True, slots=True, kw_only=True)
class ServeOptions:
    """What is served: on a ``listener``, to those whom ``access`` lets in.

    ``kiosk``: each board begins as a wall. ``demo``: it is the demo's.
    """

    listener: "socket.socket"
    access: "PageAccess"
    kiosk: bool = False
    demo: bool = False


def prepare() -> tuple[str, ...]:
    """Have Textual draw for browsers, before it is imported; returns what is not used, in words."""
    from wallboard.ui.terminal.environment import remove_unusable

    doubts = remove_unusable(os.environ)
    # Every page's terminal has all colours, whatever the server's own terminal has.
    os.environ["TEXTUAL_COLOR_SYSTEM"] = "truecolor"
    for name in ("COLUMNS", "LINES", "ROWS", "TEXTUAL_DRIVER"):
        os.environ.pop(name, None)
    return doubts


def serve_boards(
    loaded: "LoadedSettings", environ: Mapping[str, str], log_file: "LogFile", options: ServeOptions
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
    boards, reload = _shared_boards(loaded, environ, log_file, options, doubts)
    signals.listen(lambda code: None if ended.done() else ended.set_result(code), reload.read_now)
    reload.start_here(boards.take)
    site = BoardSite(options.access, boards.visit)
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
) -> "tuple[SharedBoards, LiveConfiguration[BoardSetup]]":
    """Return what all boards have in common, and what reads the settings again.

    What is wrong is told to who runs the server.
    """
    from wallboard.compose import AccountLife, feeds
    from wallboard.compose.screens import screens
    from wallboard.feed.shared import SharedFeeds

    clock = SystemClock()
    # The server's own terminal is none of the visitors' business.
    far = {name: text for name, text in environ.items() if name != "TERM"}
    setup, services, reload = screens(
        loaded, far, log_file, clock, kiosk=options.kiosk, demo=options.demo, doubts=doubts
    )
    for words in setup.warnings:
        standard_output().write(f"{words}\n")
    no_color = bool(environ.get("NO_COLOR"))
    settings = loaded.settings
    polled = feeds(settings, clock, AccountLife.of(reload, services))
    shared = SharedFeeds(polled, clock.elapsed)
    boards = SharedBoards(shared, settings.rules, setup, services, clock, no_color=no_color)
    return boards, reload


async def _each_second(*doing: Callable[[], None]) -> None:
    while True:
        for do in doing:
            do()
        await asyncio.sleep(1)


class SharedBoards:
    """What the boards of all visitors have in common, and what makes one more."""

    def __init__(
        self,
        feeds: "SharedFeeds",
        rules: "Rules",
        setup: "BoardSetup",
        services: "Services",
        clock: "Clock",
        *,
        no_color: bool,
    ) -> None:
        from wallboard.feed.background import BackgroundBoard
        from wallboard.ui.browser.visit import Visit, VisitorApp

        self._visit, self._board = Visit, VisitorApp
        self._feeds, self._clock, self._leavings = feeds, clock, Leavings()
        self._background = BackgroundBoard(setup, rules, clock, services)
        self._rules, self._setup = rules, _public(setup)
        self._no_color = no_color
        self._services = services
        self._visitors: set[VisitorReload] = set()

    def visit(self, size: tuple[int, int]) -> "Visit":
        """Return one more board, of a size in cells."""
        silences = self._services.silences
        reload = VisitorReload()
        services = visitors_services(
            self._services,
            SharedRows(silences.path) if isinstance(silences, SharedRows) else None,
            self._background.memories,
            reload,
        )
        self._visitors.add(reload)

        def over() -> None:
            self._visitors.discard(reload)
            self._leavings.note_end(self._clock.elapsed())

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
            over,
        )

    def take(self, news: "ConfigurationNews[BoardSetup]") -> None:
        """Show all visitors what the configuration says now; mistakes are for the log."""
        if news.setup is not None and news.rules is not None:
            self._background.configure(news.setup, news.rules)
            self._rules, self._setup = news.rules, _public(news.setup)
            for visitor in tuple(self._visitors):
                visitor.tell(replace(news, words=(), setup=self._setup, sign_in=False))
        if news.sign_in:
            self._feeds.poll_now()

    async def run(self) -> None:
        """Poll, and keep what is heard; ends only by cancellation."""
        await self._background.begin()
        async with asyncio.TaskGroup() as group:
            group.create_task(self._feeds.feeds().run(self._background.hear))
            group.create_task(self._feeds.run())
            group.create_task(self._services.run(lambda: self._background.state))

    def each_second(self) -> None:
        """Do what a board does each second that nobody looks at."""
        self._leavings.look(self._clock.elapsed())
        self._background.each_second()

    def close(self) -> None:
        """Give the files back."""
        self._services.close()


def _public(setup: "BoardSetup") -> "BoardSetup":
    """Return a setup for visitors: where things are, what is wrong is for who runs the server."""
    rule_words = tuple((name, words, "") for name, words, _ in setup.rule_words)
    return replace(setup, warnings=(), files=(), rule_words=rule_words)
