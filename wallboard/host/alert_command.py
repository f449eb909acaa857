"""Running a command for each alert, with the alert as JSON on its input, never in the board's way.

Commands run one after the other, each with a time limit; of too many alerts at once the least
and oldest are dropped, and the log says how many. A command that cannot be ended (it runs as
somebody else) is left to itself, and the next one runs.
"""

import asyncio
import contextlib
import json
import logging
import os
import signal
import sys
from asyncio.subprocess import Process
from collections.abc import Mapping, Sequence

MOST_WAITING = 100
"""Alerts that wait for their turn; more is a flood, and the worst and newest of it tell most."""

MOST_LEFT = 5
"""Commands that could not be ended and still run; beyond that none is started until one ends."""

_TO_END = 2.0
"""Seconds for a command to be gone after it was killed."""

_LOG = logging.getLogger(__name__)


class AlertCommand:
    """``arguments``: program and arguments, no shell; ``timeout``: seconds it may take.

    ``environ``: what the program gets of the environment, without the board's own secrets.
    """

    def __init__(
        self, arguments: Sequence[str], timeout: float, environ: Mapping[str, str]
    ) -> None:
        self._arguments = tuple(arguments)
        self._timeout = timeout
        self._environ = without_secrets(environ)
        self._waiting: list[tuple[int, Mapping[str, object]]] = []
        self._wanted = asyncio.Event()
        self._dropped = 0
        self._left: set[asyncio.Task[int]] = set()

    def tell(self, document: Mapping[str, object], level: int) -> None:
        """Have the command run for an alert, soon; never blocks. ``level``: higher is worse."""
        self._waiting.append((level, document))
        if len(self._waiting) > MOST_WAITING:
            # Of the least the first, which is the oldest.
            least = min(range(len(self._waiting)), key=lambda place: self._waiting[place][0])
            del self._waiting[least]
            self._dropped += 1
        self._wanted.set()

    async def run(self) -> None:
        """Run the command for each alert as it comes; ends only by cancellation."""
        try:
            while True:
                await self._wanted.wait()
                self._tell_dropped()
                await self._until_few_are_left()
                _, document = self._waiting.pop(0)
                if not self._waiting:
                    self._wanted.clear()
                await self._once(document)
        finally:
            self._tell_dropped()
            if self._waiting:
                _LOG.warning("the board ends: %d alerts were not told", len(self._waiting))

    def _tell_dropped(self) -> None:
        """Say how many alerts a burst has cost: once, not for each."""
        if self._dropped:
            _LOG.warning("too many alerts at once: %d alerts dropped", self._dropped)
            self._dropped = 0

    async def _until_few_are_left(self) -> None:
        self._left = {task for task in self._left if not task.done()}
        if len(self._left) < MOST_LEFT:
            return
        _LOG.warning(
            "%d alert commands could not be ended and still run: alerts wait for one to end",
            len(self._left),
        )
        await asyncio.wait(self._left, return_when=asyncio.FIRST_COMPLETED)

    async def _once(self, document: Mapping[str, object]) -> None:
        try:
            process = await asyncio.create_subprocess_exec(
                *self._arguments,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.DEVNULL,
                env=self._environ,
                # A group of its own: what it starts itself ends with it, and no key reaches it.
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            _LOG.warning("the alert command cannot be run: %s", type(error).__name__)
            return
        text = json.dumps(document, ensure_ascii=False).encode()
        late = False
        try:
            async with asyncio.timeout(self._timeout):
                await process.communicate(text)
        except TimeoutError:
            late = True
        except (BrokenPipeError, ConnectionResetError):
            _LOG.info("the alert command did not read its input")
        finally:
            ended = await self._end(process)
        if late and ended:
            _LOG.warning("the alert command took too long and was ended")
        elif process.returncode not in (0, None):
            _LOG.warning("the alert command ended with status %s", process.returncode)

    async def _end(self, process: Process) -> bool:
        """End what is left of the command: itself and whatever it started; whether it is gone."""
        kill(process)
        ending = asyncio.ensure_future(process.wait())
        await asyncio.wait([ending], timeout=_TO_END)
        if ending.done():
            return True
        _LOG.warning("the alert command could not be ended and still runs as %d", process.pid)
        self._left.add(ending)
        return False


def kill(process: Process) -> None:
    """Kill a process that has a group of its own, and whatever it started."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)


def without_secrets(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the environment without anything of the board's own: passwords may be among it."""
    return {
        name: value
        for name, value in environ.items()
        if not name.upper().startswith("WALLBOARD_") and name != "CREDENTIALS_DIRECTORY"
    }
