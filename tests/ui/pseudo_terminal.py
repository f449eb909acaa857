"""A process on a pseudo-terminal, and what a person sees on it."""

import fcntl
import os
import select
import signal
import struct
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pyte

from tests import forked

PATIENCE = 90.0
"""Seconds after which waiting fails."""


class Terminal:
    """Runs ``command`` on a terminal of its own, as its session's leader.

    ``starts``: what Python and the libraries read of the environment at their start counts.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        cwd: Path,
        columns: int = 120,
        rows: int = 40,
        environ: Mapping[str, str] | None = None,
        starts: bool = False,
    ) -> None:
        # The size is the terminal's own, whatever the tests' own terminal says of itself.
        own = {name: text for name, text in os.environ.items() if name not in ("COLUMNS", "LINES")}
        env = {**own, "TERM": "xterm-256color", "COLORTERM": "truecolor", **(environ or {})}
        env.pop("NO_COLOR", None) if "NO_COLOR" not in (environ or {}) else None
        self.output = b""
        self.screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self.screen)
        self._status: int | None = None
        self._reading = True
        self.pid, self._fd = forked.on_terminal(command, env, cwd, starts=starts)
        self.resize(columns, rows)

    def resize(self, columns: int, rows: int) -> None:
        """Give the terminal another size."""
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.screen.resize(rows, columns)

    def send(self, keys: str | bytes) -> None:
        """Type."""
        os.write(self._fd, keys.encode() if isinstance(keys, str) else keys)

    def read(self, seconds: float = 0.05) -> None:
        """Take what the process writes within ``seconds``."""
        until = time.monotonic() + seconds
        while self._take(max(0.0, until - time.monotonic())):
            if time.monotonic() >= until:
                return

    def _take(self, seconds: float) -> bool:
        """Take what the process has written, or writes within ``seconds``; whether it did."""
        if not self._reading or not select.select([self._fd], [], [], seconds)[0]:
            return False
        try:
            data = os.read(self._fd, 65_536)
        except OSError:
            self._reading = False
            return False
        self.output += data
        self._stream.feed(data)
        return True

    @property
    def text(self) -> str:
        """What stands on the screen."""
        return "\n".join(line.rstrip() for line in self.screen.display)

    def wait_for(self, words: str, patience: float = PATIENCE) -> None:
        """Read until ``words`` stand on the screen."""
        self.until(lambda: words in self.text, repr(words), patience)

    def until(self, true: Callable[[], object], what: str, patience: float = PATIENCE) -> None:
        """Read until something is ``true``."""
        until = time.monotonic() + patience
        while not true():
            assert time.monotonic() < until, f"never saw {what} on:\n{self.text}"
            self.read()

    def stop_reading(self) -> None:
        """Take no more output, as a stopped client does."""
        self._reading = False

    def hang_up(self) -> None:
        """Take the terminal away."""
        self._reading = False
        os.close(self._fd)
        self._fd = -1

    def wait(self, patience: float = PATIENCE) -> int:
        """Wait for the process to end; its exit status, or 128 + the signal that killed it."""
        until = time.monotonic() + patience
        while self._status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self._status = os.waitstatus_to_exitcode(status)
                break
            assert time.monotonic() < until, f"did not end; its screen:\n{self.text}"
            self.read() if self._reading else time.sleep(0.05)
        while self._take(0.5):
            pass  # all of it, however long it takes to take it
        return self._status if self._status >= 0 else 128 - self._status

    def kill(self) -> None:
        """See to it that nothing is left over."""
        if self._status is None:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
            self._status = -9
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1
