"""What is measured on whole processes: memory, the time to the first picture, imports; and cases
in processes of their own."""

import asyncio
import os
import pty
import select
import signal
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Coroutine, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.benchmarks.data import Centre
from wallboard.host.collector import collect_seldom

ROOT = Path(__file__).parents[2]
_FORBIDDEN = ("textual", "rich", "httpx", "pydantic")
_ACCOUNT = dict.fromkeys(("KEY", "USERNAME", "PASSWORD"), "any")
_LONGEST_START = 30.0
_ANSWERS = 6
_NO_BYTECODE = "PYTHONDONTWRITEBYTECODE"


def _environ(**more: str) -> dict[str, str]:
    """Return the environment of a program that keeps its bytecode, as an installed one has it."""
    kept = {name: value for name, value in os.environ.items() if name != _NO_BYTECODE}
    return {**kept, **more}


def alone(case: Callable[..., Coroutine[Any, Any, Any]], *arguments: Any, **options: Any) -> Any:
    """Run a case in a process of its own: what another one left in memory would slow it down."""
    with ProcessPoolExecutor(1, get_context("spawn"), initializer=collect_seldom) as process:
        return process.submit(_run, partial(case, *arguments, **options)).result()


def _run(case: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
    return asyncio.run(case())


def memory(queues: int, polls: int) -> tuple[float, float]:
    """Return resident megabytes of a board after some polls, and the most it ever had."""
    centre = Centre(queues)
    with TemporaryDirectory() as folder:
        files = [Path(folder) / f"{number}.json" for number in range(_ANSWERS)]
        for file in files:
            file.write_bytes(centre.body)
            centre.change()
        for often in (1, polls):  # the first one may have to compile what it imports
            command = [sys.executable, "-m", "tests.benchmarks.resident", str(often)]
            command += map(str, files)
            done = subprocess.run(
                command, cwd=ROOT, capture_output=True, text=True, check=True, env=_environ()
            )
    now, peak = done.stdout.split()
    return float(now), float(peak)


def start(rounds: int) -> tuple[float, float]:
    """Return seconds from the start of the process to the first picture: board, blank app.

    One after the other in turn, and their medians: a machine is not as fast at all times. The
    first of each may have to compile what it imports, and does not count.
    """
    board: list[float] = []
    blank: list[float] = []
    with socket.create_server(("127.0.0.1", 0)) as silent:  # takes a question, never answers
        account = {f"WALLBOARD_API__{name}": value for name, value in _ACCOUNT.items()}
        account["WALLBOARD_API__BASE_URL"] = f"http://127.0.0.1:{silent.getsockname()[1]}"
        for _ in range(1 + rounds):
            board.append(first_picture(["-m", "wallboard"], b"Signing in", account))
            blank.append(first_picture(["-m", "tests.benchmarks.blank"], b"Blank board", {}))
    return statistics.median(board[1:]), statistics.median(blank[1:])


def first_picture(arguments: Sequence[str], words: bytes, environ: Mapping[str, str]) -> float:
    """Return seconds from the start of a process to the first picture with these words."""
    begun = time.perf_counter()
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(ROOT)
        env = _environ(TERM="xterm-256color", COLORTERM="truecolor", COLUMNS="200", LINES="60")
        env |= environ
        os.execvpe(sys.executable, [sys.executable, *arguments], env)
    output = b""
    try:
        while words not in output:
            left = begun + _LONGEST_START - time.perf_counter()
            if left < 0 or not select.select([terminal], [], [], left)[0]:
                raise TimeoutError(output[-500:])
            output += os.read(terminal, 65_536)
        return time.perf_counter() - begun
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os.close(terminal)


def first_request(rounds: int) -> float:
    """Return seconds from the start of ``wallboard once`` to its first request, the median."""
    taken: list[float] = []
    with socket.create_server(("127.0.0.1", 0)) as silent, TemporaryDirectory() as folder:
        env = _environ(**{f"WALLBOARD_API__{name}": any_ for name, any_ in _ACCOUNT.items()})
        env["WALLBOARD_API__BASE_URL"] = f"http://127.0.0.1:{silent.getsockname()[1]}"
        env["PYTHONPATH"] = str(ROOT)
        for _ in range(1 + rounds):
            begun = time.perf_counter()
            command = [sys.executable, "-m", "wallboard", "once"]
            with subprocess.Popen(command, cwd=folder, env=env, stderr=subprocess.DEVNULL) as once:
                silent.settimeout(_LONGEST_START)
                connection, _address = silent.accept()
                connection.recv(1)
                taken.append(time.perf_counter() - begun)
                connection.close()
                once.kill()
    return statistics.median(taken[1:])


def imported(flag: str) -> list[str]:
    """Return which of the heavy packages ``wallboard FLAG`` imports."""
    code = (
        "import sys\n"
        "from wallboard.cli import main\n"
        "try:\n    main([sys.argv[1]])\n"
        "except SystemExit:\n    pass\n"
        f"found = [name for name in {_FORBIDDEN!r} if name in sys.modules]\n"
        "print('\\n' + ' '.join(found))"
    )
    command = [sys.executable, "-c", code, flag]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()[-1].split()
