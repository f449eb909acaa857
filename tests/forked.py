"""The program as a process of its own without the second that it takes to load: a fork.

What such a process does is what one does that was started, with everything loaded that these
tests have loaded. That it starts and ends when it is started is for ``tests/unit/test_packaging``
and ``tests/ui/terminal/test_environment``; what it loads for ``tests/unit/test_late_imports``,
where Python is started (``printed_by``).
"""

import asyncio
import atexit
import contextlib
import contextvars
import faulthandler
import gc
import logging
import os
import pty
import random
import runpy
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, NoReturn, TextIO, cast

PATIENCE = 60.0
"""Seconds that a process may take."""

Done = subprocess.CompletedProcess[str]

_LOOK = 0.005
_HANDLED = (signal.SIGHUP, signal.SIGINT, signal.SIGTERM, signal.SIGTSTP)


def free_port() -> int:
    """A port for a program that is to be told one.

    Not of those that the system gives to connections: one of them could have it by then. And of
    each process that runs tests its own, so that no other of them chooses it meanwhile.
    """
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % 20
    while True:
        with socket.socket() as one, contextlib.suppress(OSError):
            one.bind(("127.0.0.1", 10_000 + 1_000 * worker + random.randrange(1_000)))
            return int(one.getsockname()[1])


def hear_signals() -> None:
    """Hear the signals that whoever started the tests may have had ignored (nohup, a CI).

    For a child between fork and exec: what is ignored there is ignored by its program too.
    """
    for number in _HANDLED:
        signal.signal(number, signal.SIG_DFL)


def on_terminal(
    command: Sequence[str], environ: Mapping[str, str], folder: Path, *, starts: bool = False
) -> tuple[int, int]:
    """Run ``command`` on a terminal of its own, as its session's leader; its id, and its screen.

    ``python -m`` is a fork unless it ``starts``; anything else is started.
    """
    pid, screen = _forked(pty.fork)
    if pid == 0:
        _become(command, environ, folder, starts=starts)
    return pid, screen


def run(
    command: Sequence[str], environ: Mapping[str, str], folder: Path
) -> subprocess.CompletedProcess[str]:
    """Run ``command`` to its end, without a terminal; its status, its output and its errors."""
    with _started(command, environ, folder) as ended:
        while not (done := ended()):
            time.sleep(_LOOK)
    return done


async def run_beside(
    command: Sequence[str], environ: Mapping[str, str], folder: Path
) -> subprocess.CompletedProcess[str]:
    """The same while other tasks go on, such as the server that it asks."""
    with _started(command, environ, folder) as ended:
        while not (done := ended()):  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(_LOOK)
    return done


def printed_by(program: str, *arguments: str) -> str:
    """What a Python that is started for it prints when it runs a program, which has to end well."""
    command = [sys.executable, "-c", program, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


class Process:
    """A process beside the tests, without a terminal. ``starts``: as for ``on_terminal``."""

    def __init__(
        self,
        command: Sequence[str],
        environ: Mapping[str, str],
        folder: Path,
        *,
        starts: bool = False,
    ) -> None:
        self._command = command
        self._status: int | None = None
        self._out, self._err = tempfile.TemporaryFile(), tempfile.TemporaryFile()  # noqa: SIM115
        self.pid: int = _forked(os.fork)
        if self.pid == 0:
            nothing = os.open(os.devnull, os.O_RDONLY)
            for number, file in enumerate((nothing, self._out.fileno(), self._err.fileno())):
                os.dup2(file, number)
            _become(command, environ, folder, starts=starts)

    @property
    def errors(self) -> str:
        """What it has said on its standard error until now."""
        return _read(self._err)

    def ended(self) -> Done | None:
        """Its status, its output and its errors; nothing while it runs."""
        if self._status is None:
            same, found = os.waitpid(self.pid, os.WNOHANG)
            if not same:
                return None
            self._status = os.waitstatus_to_exitcode(found)
        return Done(self._command, self._status, _read(self._out), self.errors)

    def close(self) -> None:
        """End it, if it runs, and forget what it has said."""
        if self._status is None and self.ended() is None:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        for file in (self._out, self._err):
            file.close()


def _read(file: IO[bytes]) -> str:
    # The place in the file is shared with the process, which writes there.
    return os.pread(file.fileno(), os.fstat(file.fileno()).st_size, 0).decode(errors="replace")


@contextmanager
def _started(
    command: Sequence[str], environ: Mapping[str, str], folder: Path
) -> Iterator[Callable[[], Done | None]]:
    """Start a process; what is given says whether it has ended. In the end it is killed."""
    until = time.monotonic() + PATIENCE
    with contextlib.closing(Process(command, environ, folder)) as process:

        def ended() -> Done | None:
            assert time.monotonic() < until, f"does not end: {command}"
            return process.ended()

        yield ended


def _forked(how: Callable[[], Any]) -> Any:
    with warnings.catch_warnings():  # newer Pythons warn of threads, which a child here has not
        warnings.simplefilter("ignore", DeprecationWarning)
        return how()


def _become(
    command: Sequence[str], environ: Mapping[str, str], folder: Path, *, starts: bool = False
) -> NoReturn:
    hear_signals()
    os.chdir(folder)
    if starts or list(command[:2]) != [sys.executable, "-m"]:
        os.execvpe(command[0], list(command), dict(environ))
    code = 1
    try:
        _forget()
        os.environ.clear()
        os.environ.update(environ)
        time.tzset()
        code = contextvars.Context().run(_module, command[2], list(command[2:]))
    finally:
        os._exit(code)


def _forget() -> None:
    """Have nothing of the tests: files, signals, handlers, hooks, what is done at the end."""
    gc.freeze()  # to go through all of it would take longer than the program does
    faulthandler.disable()
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for number in filter(_is_ours, range(3, 4_096)):
        os.close(number)
    atexit._clear()
    asyncio._set_running_loop(None)
    warnings.resetwarnings()
    warnings.simplefilter("ignore")
    for logger in (logging.root, *map(logging.getLogger, logging.root.manager.loggerDict)):
        logger.handlers.clear()
    sys.excepthook, sys.unraisablehook = sys.__excepthook__, sys.__unraisablehook__
    threading.excepthook = threading.__excepthook__


def _is_ours(number: int) -> bool:
    """Whether a descriptor is open, and no program that is started would have it."""
    try:
        return not os.get_inheritable(number)
    except OSError:
        return False


def _module(name: str, arguments: list[str]) -> int:
    """Run a module as ``python -m`` does; the status that it ends with."""
    encoding = os.environ.get("PYTHONIOENCODING", "utf-8")
    streams = [_stream(number, encoding) for number in range(3)]
    sys.stdin, sys.stdout, sys.stderr = sys.__stdin__, sys.__stdout__, sys.__stderr__ = streams  # type: ignore[assignment, misc]
    sys.argv = arguments
    code = 0
    try:
        runpy.run_module(name, run_name="__main__", alter_sys=True)
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
        if isinstance(end.code, str):
            print(end.code, file=sys.stderr)  # noqa: T201
    except BaseException:  # noqa: BLE001 - as Python itself does
        sys.excepthook(*sys.exc_info())
        code = 1
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()
    return code


def _stream(number: int, encoding: str) -> TextIO | None:
    """Standard input, output or error; nothing where it is closed, as Python has it."""
    try:
        os.fstat(number)
    except OSError:
        return None
    # Line by line on a terminal, as Python writes.
    return cast(TextIO, open(number, "w" if number else "r", encoding=encoding, closefd=False))
