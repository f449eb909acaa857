"""What a board costs as a process of its own: over HTTP, its clock running, a poll every 2 s."""

import gzip
import os
import pty
import select
import signal
import statistics
import sys
import termios
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmarks.data import Centre
from tests.benchmarks.processes import ROOT

SIZE = (200, 60)
INTERVAL = 2
_WARM = 4
"""Polls before the first one that is counted: the board starts, and its trends begin."""

_TOKEN = b'{"access_token": "benchmark", "expires_in": 3600}'
_PBXES = b'{"_embedded": {"pbxes": [{"id": "acme", "name": "acme"}]}, "page": {"totalPages": 1}}'


class Account(ThreadingHTTPServer):
    """An account of one PBX; ``share`` of what it tells is another at each answer."""

    daemon_threads = True
    answers = 0

    def __init__(self, queues: int, share: float) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        centre = Centre(queues)
        self._bodies = []
        for _ in range(6):
            self._bodies.append(gzip.compress(centre.body))
            if share:
                centre.change(share)

    def live(self) -> bytes:
        """Return the next answer, as it is sent."""
        self.answers += 1
        return self._bodies[self.answers % len(self._bodies)]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Account

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", "0")))
        self._answer(gzip.compress(_TOKEN))

    def do_GET(self) -> None:
        live = "/real-time/" in self.path
        self._answer(self.server.live() if live else gzip.compress(_PBXES))

    def log_message(self, *_: object) -> None:
        """Nothing is told of a request."""

    def _answer(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def poll_cost(queues: int, share: float, polls: int) -> tuple[float, float]:
    """Return milliseconds of processor a poll, the mean, and resident megabytes at the end."""
    account = Account(queues, share)
    threading.Thread(target=account.serve_forever, daemon=True).start()
    try:
        with _board(account.server_address[1]) as (pid, drain):
            _until(account, _WARM, drain)
            spent = []
            for number in range(polls):
                before = _seconds_of(pid)
                _until(account, _WARM + number + 1, drain)
                spent.append(1_000 * (_seconds_of(pid) - before))
            return statistics.mean(spent), _megabytes_of(pid)
    finally:
        account.shutdown()
        account.server_close()


@contextmanager
def _board(port: int) -> Iterator[tuple[int, int]]:
    """Give a board's process id, and the terminal that is to be read."""
    columns, lines = SIZE
    with TemporaryDirectory() as home:
        env = {name: value for name, value in os.environ.items() if "PROXY" not in name.upper()}
        env |= {"TERM": "xterm-256color", "COLORTERM": "truecolor", "HOME": home}
        env |= {f"XDG_{name}_HOME": home for name in ("CONFIG", "STATE", "DATA", "CACHE")}
        env |= {f"WALLBOARD_API__{name}": "any" for name in ("KEY", "USERNAME", "PASSWORD")}
        env |= {
            "WALLBOARD_API__BASE_URL": f"http://127.0.0.1:{port}",
            "WALLBOARD_API__ENDPOINT": "realtime",
            "WALLBOARD_TODAY__ENABLED": "false",
            "WALLBOARD_POLL__INTERVAL": str(INTERVAL),
        }
        pid, terminal = pty.fork()
        if pid == 0:
            os.chdir(ROOT)
            os.execvpe(sys.executable, [sys.executable, "-m", "wallboard"], env)
        termios.tcsetwinsize(terminal, (lines, columns))
        try:
            yield pid, terminal
        finally:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            os.close(terminal)


def _until(account: Account, answers: int, terminal: int) -> None:
    """Read what the board writes until it was answered so often, and has had time to draw."""
    deadline = time.monotonic() + 60
    drawn = None
    while drawn is None or time.monotonic() < drawn:
        if time.monotonic() > deadline:
            raise TimeoutError(f"{account.answers} answers of {answers}")
        if select.select([terminal], [], [], 0.05)[0]:
            os.read(terminal, 65_536)
        if drawn is None and account.answers >= answers:
            drawn = time.monotonic() + INTERVAL / 2


def _seconds_of(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _megabytes_of(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024
