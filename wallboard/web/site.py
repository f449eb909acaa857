"""The page, its scripts and fonts, and the socket over which a board comes to it."""

import asyncio
import contextlib
import importlib.util
import json
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Protocol
from urllib.parse import urlencode

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import (
    FileResponse,
    HTMLResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
)
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from wallboard.errors import ConfigurationError
from wallboard.web.access import COOKIE, HEADERS, PageAccess

_LOG = logging.getLogger(__name__)

MOST_VISITORS = 20

MOST_COLUMNS, MOST_LINES = 400, 150
"""Cells of the largest board: a page may ask for any size."""

MOST_SENT = 65_536
"""Bytes of what a page sends in one piece."""

LEFT, FULL, FAULT, NOT_OURS = 4001, 4002, 4003, 4004
"""Why a socket was closed, for the page: ``page/board.js`` has the words."""

_KEPT = {"cache-control": "private, max-age=600"}
_YEAR = 365 * 24 * 3600
_PAGE = Path(__file__).with_name("page")
_OWN = ("board.js", "board.css")
_THEIRS = {
    "textual.js": "js/textual.js",
    "xterm.css": "css/xterm.css",
    "RobotoMono.ttf": "fonts/RobotoMono-VariableFont_wght.ttf",
    "RobotoMono-Italic.ttf": "fonts/RobotoMono-Italic-VariableFont_wght.ttf",
}


class PageBoard(Protocol):
    """One visitor's board."""

    async def run(self) -> bool:
        """Run until it is left; ``False``: it ended by a fault of its own."""
        ...

    async def end(self) -> None:
        """End it, and return when it has ended."""
        ...

    async def next_frame(self) -> bytes:
        """Return what is to be drawn next, as soon as there is anything."""
        ...

    def note_shown(self) -> None:
        """The page has drawn what was sent last."""
        ...

    async def take_input(self, text: str) -> None:
        """Take what the page's terminal sends."""
        ...

    def resize(self, size: tuple[int, int]) -> None:
        """The page's terminal has another size, in cells."""
        ...


class UnknownFrame(Exception):
    """What no page of ours sends."""


class BoardSite:
    """``open_board`` makes a board of a size (in cells) for one more visitor."""

    def __init__(
        self, access: PageAccess, open_board: Callable[[tuple[int, int]], PageBoard]
    ) -> None:
        self._access = access
        self._open = open_board
        self.visitors = 0
        files = {name: _PAGE / name for name in _OWN} | scripts()
        routes = [
            Route("/", self._page),
            WebSocketRoute("/ws", self._socket),
            *(Route(f"/static/{name}", _file(self, path)) for name, path in files.items()),
        ]
        self.app = Starlette(routes=routes)

    # The page.

    def answer(self, request: Request, path: Path, *, keep: bool = False) -> Response:
        """Return a file, or the words with which somebody is sent away. ``keep``: for a while."""
        refusal = self._access.refusal(request)
        if refusal:
            return PlainTextResponse(f"{refusal}\n", 403, HEADERS)
        return FileResponse(path, headers={**HEADERS, **(_KEPT if keep else {})})

    async def _page(self, request: Request) -> Response:
        query = dict(request.query_params)
        if self._access.lets_in(request, query.pop("token", "")):
            # The token leaves the address, lest somebody reads it over a shoulder.
            response: Response = RedirectResponse(f"/?{urlencode(query)}", 303, HEADERS)
            response.set_cookie(
                COOKIE, self._access.cookie, max_age=_YEAR, httponly=True, samesite="strict"
            )
            return response
        response = self.answer(request, _PAGE / "board.html")
        if response.status_code == 403 and request.headers.get("sec-fetch-site") == "cross-site":
            # Behind a link on another page a browser keeps the cookie back: once more from here.
            return HTMLResponse('<meta http-equiv="refresh" content="0">', 403, HEADERS)
        return response

    # The board.

    async def _socket(self, socket: WebSocket) -> None:
        if self._access.refusal(socket):
            await socket.close()  # before it is accepted: the answer is 403
            return
        await socket.accept()
        if self.visitors >= MOST_VISITORS:
            await socket.close(FULL)
            return
        self.visitors += 1
        try:
            code = await self._visit(socket)
        finally:
            self.visitors -= 1
        if socket.client_state is WebSocketState.CONNECTED:
            with contextlib.suppress(RuntimeError):  # it went meanwhile
                await socket.close(code)

    async def _visit(self, socket: WebSocket) -> int:
        """Carry between a page and its board until one of them ends; why it did."""
        query = socket.query_params
        board = self._open(size_of(query.get("width"), query.get("height")))
        running = asyncio.create_task(board.run())
        carrying = [
            asyncio.create_task(_to_page(socket, board)),
            asyncio.create_task(_to_board(socket, board)),
        ]
        try:
            await asyncio.wait([running, *carrying], return_when=asyncio.FIRST_COMPLETED)
            if running.done():
                return LEFT if running.result() else FAULT
            failures = filter(None, (task.exception() for task in carrying if task.done()))
            return next(map(_close_code, failures), LEFT)
        finally:
            for task in carrying:
                task.cancel()
            await board.end()
            running.cancel()
            await asyncio.gather(running, *carrying, return_exceptions=True)


def _close_code(failure: BaseException) -> int:
    """Return why a socket is closed whose page could not be heard or told."""
    if isinstance(failure, UnknownFrame):
        return NOT_OURS
    _LOG.error("A fault in the program itself (%s)", type(failure).__name__)
    return FAULT


async def _to_page(socket: WebSocket, board: PageBoard) -> None:
    with contextlib.suppress(WebSocketDisconnect):
        while True:
            await socket.send_bytes(await board.next_frame())


async def _to_board(socket: WebSocket, board: PageBoard) -> None:
    with contextlib.suppress(WebSocketDisconnect):
        while True:
            message = await socket.receive()
            if message["type"] == "websocket.disconnect":
                return
            await _take(socket, board, message.get("text"))


async def _take(socket: WebSocket, board: PageBoard, text: str | None) -> None:
    """Do what a page sends; raises ``UnknownFrame`` for what it does not send."""
    try:
        match json.loads(text or ""):
            case ["stdin", str(typed)]:
                await board.take_input(typed)
            case ["resize", {"width": int(width), "height": int(height)}]:
                board.resize(size_of(width, height))
            case ["shown"]:
                board.note_shown()
            case ["ping", str(sent)]:
                await socket.send_text(json.dumps(["pong", sent[:64]]))
            case ["focus" | "blur"]:
                pass  # a board looks the same whether the page is in front or not
            case _:
                raise UnknownFrame
    except (ValueError, RecursionError):
        raise UnknownFrame from None


def size_of(width: str | int | None, height: str | int | None) -> tuple[int, int]:
    """Return a size in cells within bounds, whatever was asked for."""
    return _within(width, 80, MOST_COLUMNS), _within(height, 24, MOST_LINES)


def _within(asked: str | int | None, default: int, most: int) -> int:
    text = str(asked)[:9]
    number = int(text) if text.isascii() and text.isdigit() else default
    return min(max(number, 1), most)


def _file(site: BoardSite, path: Path) -> Callable[[Request], Response]:
    return lambda request: site.answer(request, path, keep=True)


def scripts() -> dict[str, Path]:
    """Return the files of textual-serve that the page needs, by the names they are served under.

    Raises ``ConfigurationError`` where it is not installed. Nothing of it is imported.
    """
    found = importlib.util.find_spec("textual_serve")
    places = [Path(place) for place in (found.submodule_search_locations or ())] if found else []
    for place in places:
        files = {name: place / "static" / path for name, path in _THEIRS.items()}
        if all(file.is_file() for file in files.values()):
            return files
    raise ConfigurationError(
        ["the page's scripts are not here: textual-serve is not installed"],
        "Install the extra: pip install 'wallboard[web]'",
    )
