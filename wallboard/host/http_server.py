"""An HTTP server in the event loop of whoever needs one: it owns neither signals nor the log.

What it serves with is imported when it is asked for.
"""

import asyncio
import errno
import os
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Any

from wallboard.errors import ConfigurationError

if TYPE_CHECKING:
    import uvicorn
    from starlette.types import ASGIApp


def listening(host: str, port: int, flag: str, remedy: str) -> socket.socket:
    """Return a socket that listens; port 0 is any that is free.

    Raises ``ConfigurationError`` with ``flag`` and why it cannot in words, and with ``remedy``.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    if os.name == "posix":
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen()
    except (OverflowError, OSError) as error:
        listener.close()
        words = "cannot be used"
        if isinstance(error, OverflowError):
            words = "is no port"
        elif error.errno == errno.EADDRINUSE:
            words = "is taken by another program"
        raise ConfigurationError([f"{flag} {words}"], remedy) from None
    return listener


@asynccontextmanager
async def serving(app: "ASGIApp", listener: socket.socket, **options: Any) -> AsyncIterator[None]:
    """Serve ``app`` on a listening socket, in this event loop, until the block is left.

    ``options``: of ``uvicorn.Config``. What is still being answered then is broken off.
    """
    import uvicorn

    class Server(uvicorn.Server):
        """uvicorn, without a hand on the process's signals."""

        @contextmanager
        def capture_signals(self) -> Iterator[None]:
            """Leave them alone."""
            yield

    settings: dict[str, Any] = {
        "log_config": None,
        "log_level": "critical",
        "access_log": False,
        "lifespan": "off",
        "ws": "none",
        "loop": "none",
        "http": "h11",
        "server_header": False,
        "date_header": False,
        "timeout_keep_alive": 600,
        "timeout_graceful_shutdown": 0,
    }
    own: Any = app
    server = Server(uvicorn.Config(own, **{**settings, **options}))
    task = asyncio.create_task(server.serve(sockets=[listener]))
    while not server.started and not task.done():  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.001)
    try:
        yield
    finally:
        server.should_exit = True
        await task
        await _break_off(server)


async def _break_off(server: "uvicorn.Server") -> None:
    for connection in list(server.server_state.connections):
        transport = getattr(connection, "transport", None)
        if transport is not None:
            transport.abort()
    await asyncio.gather(*server.server_state.tasks, return_exceptions=True)
