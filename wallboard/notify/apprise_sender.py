"""Sending through Apprise, in a process of its own that ends after each message.

Apprise waits as it likes, and keeps much in memory: so it never runs within the board, and a
receiver that does not come to an end is ended with the process. The address is on the process's
standard input, never among its arguments.
"""

import asyncio
import json
import sys
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Mapping

from pydantic import SecretStr

from wallboard.errors import SendingFailed
from wallboard.host.alert_command import kill, without_secrets
from wallboard.notify import apprise_process
from wallboard.notify.text import Message

INSTALL = "pip install 'wallboard[notify]'"
"""What brings Apprise along."""

_WORDS: Mapping[int, tuple[str, str, bool]] = {
    apprise_process.NOT_INSTALLED: ("Apprise is not installed", INSTALL, False),
    apprise_process.NOT_UNDERSTOOD: (
        "Apprise does not understand the address",
        "Write it as Apprise's documentation has it for this service",
        False,
    ),
}


class AppriseSender:
    """Sends to one address of Apprise's, within ``timeout`` seconds."""

    def __init__(
        self, address: SecretStr, environ: Mapping[str, str], *, timeout: float = 30.0
    ) -> None:
        self._address = address
        self._environ = without_secrets(environ)
        self._timeout = timeout

    async def send(self, message: Message) -> None:
        """Send a message. Raises ``SendingFailed`` and no other."""
        document = {
            "to": self._address.get_secret_value(),
            "title": message.title,
            "text": message.text,
            "kind": message.kind,
        }
        code = await self._run(json.dumps(document).encode())
        if code:
            words, remedy, again = _WORDS.get(
                code, ("The service did not take it", "Check address and network", True)
            )
            raise SendingFailed(words, remedy, again=again)

    async def _run(self, text: bytes) -> int:
        """Return how the process ended. Raises ``SendingFailed`` where it cannot, or is late."""
        try:
            process = await asyncio.create_subprocess_exec(
                # -P: nothing of the folder that the board was started in is run.
                sys.executable, "-P", "-m", apprise_process.__name__,
                stdin=PIPE, stdout=DEVNULL, stderr=DEVNULL,
                env=self._environ, start_new_session=True,
            )  # fmt: skip
        except OSError:
            raise SendingFailed("Apprise cannot be run", "Start the board again") from None
        try:
            async with asyncio.timeout(self._timeout):
                await process.communicate(text)
        except TimeoutError:
            words = f"No answer within {self._timeout:g} s"
            raise SendingFailed(words, "Check address and network") from None
        except (BrokenPipeError, ConnectionResetError):
            await process.wait()
        finally:
            if process.returncode is None:
                kill(process)
                await process.wait()
        return process.returncode or 0
