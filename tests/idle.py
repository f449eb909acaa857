"""Until nothing more is to be done: turns of the event loop, not milliseconds."""

import asyncio
from typing import Any

_MOST = 20_000
_SURE = 3
"""Turns in a row in which nobody else had anything to do: in between, sockets were looked at."""


async def idle() -> None:
    """Return once each task waits for time, a socket, a thread or a process to go on.

    As sure on a busy machine as on an idle one, and in whatever order the tasks have their turns.
    """
    loop: Any = asyncio.get_running_loop()
    alone = 0
    for _ in range(_MOST):
        await asyncio.sleep(0)
        alone = 0 if loop._ready else alone + 1
        if alone == _SURE:
            return
    raise AssertionError("some task goes on for ever without waiting for anything")
