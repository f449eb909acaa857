"""Ends that come from outside: signals, and a terminal that went away.

Each ends the board as a shell expects it, with 128 + the signal's number and the terminal
restored; a terminal that takes no more output cannot hold the process back.
"""

import asyncio
import os
import select
import signal
import sys
from collections.abc import Callable
from typing import TextIO

HUNG_UP = 128 + 1
"""Exit code of a program whose terminal is gone."""

INTERRUPTED = 128 + 2
"""Exit code of a program that Ctrl-C ended."""

GRACE = 4
"""Seconds that restoring the terminal may take before the process ends without it."""


def hold() -> None:
    """Let the signals that end a process wait until ``listen`` or ``ended``.

    While a terminal is being taken over nobody could put it back.
    """
    if sys.platform != "win32":
        signal.pthread_sigmask(signal.SIG_BLOCK, _numbers())


def listen(leave: Callable[[int], None]) -> None:
    """Call ``leave`` with an exit code when a signal asks the process to end.

    For the event loop that runs; where a system has no such signals, nothing happens.
    """
    if sys.platform == "win32":
        return
    loop = asyncio.get_running_loop()
    for number in _numbers():
        loop.add_signal_handler(number, leave, 128 + number)
    _release()


def _numbers() -> tuple[signal.Signals, ...]:
    if sys.platform == "win32":
        return ()
    return (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def _release() -> None:
    if sys.platform != "win32":
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _numbers())


def end_for_sure(code: int) -> None:
    """See to it that the process is over in ``GRACE`` seconds, whatever the terminal does.

    Restoring a terminal means writing to it, and that can block for ever.
    """
    if sys.platform == "win32":
        return
    signal.signal(signal.SIGALRM, lambda _number, _frame: os._exit(code))
    signal.alarm(GRACE)


def ended() -> None:
    """Take ``end_for_sure`` and ``hold`` back: the terminal is restored."""
    if sys.platform != "win32":
        signal.alarm(0)
    _release()


def hung_up(terminal: TextIO | None) -> bool:
    """Return whether the terminal that keys come from is gone.

    Reading from it would return at once for ever, and keep a processor busy with that.
    """
    if sys.platform == "win32" or terminal is None or terminal.closed:
        return False
    poll = select.poll()
    poll.register(terminal.fileno(), 0)
    gone = select.POLLHUP | select.POLLERR | select.POLLNVAL
    return any(event & gone for _, event in poll.poll(0))
