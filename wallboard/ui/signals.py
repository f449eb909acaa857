"""Ends that come from outside: signals, and a terminal that went away.

Each ends the board as a shell expects it, with 128 + the signal's number and the terminal
restored; a terminal that takes no more output cannot hold the process back.
"""

import asyncio
import atexit
import contextlib
import os
import select
import signal
import sys
from collections.abc import Callable
from types import FrameType
from typing import TextIO

HUNG_UP = 128 + 1
"""Exit code of a program whose terminal is gone."""

INTERRUPTED = 128 + 2
"""Exit code of a program that Ctrl-C ended."""

GRACE = 4
"""Seconds that restoring the terminal may take before the process ends without it."""


def until_it_listens() -> None:
    """Let a signal end the process in order, as long as no event loop takes it.

    While a terminal is being taken over, a process that simply ends leaves it as it is.
    """

    def end(number: int, frame: FrameType | None) -> None:
        del frame
        raise SystemExit(128 + number)

    for number in _numbers():
        # Under nohup a hang-up means nothing yet.
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, end)
    if sys.platform != "win32":
        # Whoever has just begun has just read everything.
        signal.signal(signal.SIGUSR1, signal.SIG_IGN)


def listen(leave: Callable[[int], object], read: Callable[[], None]) -> None:
    """Call ``leave`` with an exit code when a signal asks the process to end.

    Call ``read`` when one (SIGUSR1) asks it to read its configuration again. For the event loop
    that runs; where a system has no such signals, nothing happens.
    """
    if sys.platform == "win32":
        return
    loop = asyncio.get_running_loop()
    for number in _numbers():
        loop.add_signal_handler(number, leave, 128 + number)
    loop.add_signal_handler(signal.SIGUSR1, read)


def _numbers() -> tuple[signal.Signals, ...]:
    if sys.platform == "win32":
        return ()
    return (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def suspend() -> bool:
    """Stop the process and those that a shell started with it; whether there is such a shell.

    Without one, nothing would bring a stopped board back. Returns when it is brought back.
    """
    if sys.platform == "win32" or os.getpgrp() == os.getsid(0):
        return False
    os.killpg(0, signal.SIGTSTP)
    return True


def end_for_sure(code: int) -> None:
    """See to it that the process is over in ``GRACE`` seconds, whatever the terminal does.

    Restoring a terminal means writing to it, and that can block for ever. One that is gone is
    not waited for: there is nothing to restore.
    """
    if sys.platform == "win32":
        return
    signal.signal(signal.SIGALRM, lambda _number, _frame: os._exit(code))
    signal.alarm(1 if code == HUNG_UP else GRACE)
    atexit.register(_no_alarm)


def _no_alarm() -> None:
    """Take the alarm back once all is written.

    When Python has ended its part, the alarm would end the process with a code of its own.
    """
    with contextlib.suppress(OSError, ValueError):
        sys.stdout.flush()
        sys.stderr.flush()
    signal.alarm(0)


def hung_up(*terminals: TextIO | None) -> bool:
    """Return whether one of the terminals that the board reads and writes is gone.

    Reading from it would return at once for ever, and keep a processor busy with that; a board
    that reads nothing would go on for nobody.
    """
    if sys.platform == "win32":
        return False
    poll = select.poll()
    for terminal in terminals:
        if terminal is not None and not terminal.closed:
            poll.register(terminal.fileno(), 0)
    gone = select.POLLHUP | select.POLLERR | select.POLLNVAL
    return any(event & gone for _, event in poll.poll(0))
