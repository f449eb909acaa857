"""Running a command for each alert, with the alert as JSON on its input, never in the board's way.

Commands run one after the other, each with a time limit; of too many alerts at once the oldest
are dropped, and the log says so.
"""

import asyncio
import contextlib
import json
import logging
import os
import signal
import sys
from collections.abc import Mapping, Sequence

MOST_WAITING = 100
"""Alerts that wait for their turn; more is a flood, and the newest tell more than the oldest."""

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
        self._waiting: asyncio.Queue[Mapping[str, object]] = asyncio.Queue(MOST_WAITING)

    def tell(self, document: Mapping[str, object]) -> None:
        """Have the command run for an alert, soon; never blocks."""
        if self._waiting.full():
            self._waiting.get_nowait()
            _LOG.warning("too many alerts at once: the oldest is dropped")
        self._waiting.put_nowait(document)

    async def run(self) -> None:
        """Run the command for each alert as it comes; ends only by cancellation."""
        while True:
            document = await self._waiting.get()
            await self._once(document)

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
        try:
            async with asyncio.timeout(self._timeout):
                await process.communicate(text)
        except TimeoutError:
            _LOG.warning("the alert command took too long and was ended")
        except (BrokenPipeError, ConnectionResetError):
            _LOG.info("the alert command did not read its input")
        finally:
            await _end(process)
        if process.returncode not in (0, None):
            _LOG.warning("the alert command ended with status %s", process.returncode)


async def _end(process: asyncio.subprocess.Process) -> None:
    """End what is left of the command: itself and whatever it started."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
    await process.wait()


def without_secrets(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the environment without anything of the board's own: passwords may be among it."""
    return {
        name: value
        for name, value in environ.items()
        if not name.upper().startswith("WALLBOARD_") and name != "CREDENTIALS_DIRECTORY"
    }
