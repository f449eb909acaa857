"""Telling systemd that the board is alive, so that one that stands still is started anew.

Follows sd_notify(3): datagrams to the socket that the service manager names. Without one,
nothing is sent.
"""

import contextlib
import socket
from collections.abc import Mapping


class Watchdog:
    """Sends ``READY=1`` once and ``WATCHDOG=1`` as often as it is told that a frame was drawn."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        name = environ.get("NOTIFY_SOCKET", "")
        # "@" stands for the zero byte of a name in the abstract namespace.
        self._address = f"\0{name[1:]}" if name.startswith("@") else name
        self._ready = False

    def note_frame(self) -> None:
        """A frame was drawn: the first one means ready, each one alive. Never blocks or raises."""
        if not self._address:
            return
        message = b"WATCHDOG=1" if self._ready else b"READY=1\nWATCHDOG=1"
        # A service manager that does not listen is no reason for a board to end.
        with (
            contextlib.suppress(OSError),
            socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sender,
        ):
            sender.setblocking(False)
            sender.sendto(message, self._address)
            self._ready = True
