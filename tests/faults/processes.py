"""The program itself: a simulator as a child, and boards over it on a terminal of their own."""

import os
import re
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.ui.pseudo_terminal import PATIENCE, Terminal
from wallboard.simulator.child import simulation
from wallboard.simulator.server.app import BASE_PATH, FAULTS_PATH

BOARD = [sys.executable, "-m", "wallboard"]
ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Child:
    """A simulator that runs as a process. ``environ``: what a board over it needs to be told."""

    base_url: str
    environ: Mapping[str, str]

    def faults(self, *faults: str) -> None:
        """Have these faults from now on, and no others."""
        url = self.base_url.removesuffix(BASE_PATH) + FAULTS_PATH
        for method, body in (("DELETE", None), ("POST", "\n".join(faults).encode())):
            request = urllib.request.Request(url, body, method=method)  # noqa: S310 - loopback
            urllib.request.urlopen(request).close()  # noqa: S310


@contextmanager
def child() -> Iterator[Child]:
    """Run a simulator of the demo."""
    with simulation(sys.executable, seed=1, speed=1.0) as (base_url, who):
        environ = {f"WALLBOARD_API__{name.upper()}": value for name, value in who.items()}
        yield Child(base_url, {**environ, "WALLBOARD_API__BASE_URL": base_url})


def own_environ(folder: Path, environ: Mapping[str, str]) -> dict[str, str]:
    """Return an environment whose files are all in ``folder``, and nobody's else."""
    not_ours = ("WALLBOARD", "COLUMNS", "LINES")
    plain = {
        name: text for name, text in os.environ.items() if not any(one in name for one in not_ours)
    }
    homes = {f"XDG_{one}_HOME": str(folder / one.lower()) for one in ("CONFIG", "STATE", "CACHE")}
    return {**plain, **homes, "XDG_CONFIG_DIRS": str(folder), "HOME": str(folder), **environ}


@contextmanager
def board(folder: Path, environ: Mapping[str, str], *arguments: str) -> Iterator[Terminal]:
    """Run a board on a terminal of its own, with its files in ``folder``."""
    told = own_environ(folder, {"WALLBOARD_POLL__INTERVAL": "2", **environ})
    python = {"PYTHONPATH": str(ROOT)}
    terminal = Terminal(
        [*BOARD, *arguments], cwd=folder, columns=100, rows=30, environ={**told, **python}
    )
    try:
        yield terminal
    finally:
        terminal.kill()


_SEQUENCE = re.compile(
    "\x1b\\[(?P<private>[<=>?]*)[0-9;:]*(?P<between>[ -/]*)(?P<final>[@-~])"
    "|\x1b\\](?P<osc>[0-9]*)[^\x07\x1b]*(?:\x07|\x1b\\\\)"
    "|\x1b(?P<kind>[PX^_])[^\x1b]*\x1b\\\\"
    "|\x1b(?P<short>[ -/]*[0-~])"
)


def controls(output: bytes) -> set[str]:
    """Return every kind of control in what was written to a terminal, each once.

    Sequences by what they do and not by their numbers, such as ``CSI H``; then every character
    that is not printable.
    """
    text = output.decode("utf-8", "replace")
    kinds = set()
    for found in _SEQUENCE.finditer(text):
        if found["osc"] is not None:
            kinds.add(f"OSC {found['osc']}")
        elif found["final"]:
            kinds.add(f"CSI {found['private']}{found['between']}{found['final']}")
        else:
            kinds.add(f"ESC {found['kind'] or found['short']}")
    rest = _SEQUENCE.sub("", text)
    kinds |= {f"U+{ord(letter):04X}" for letter in rest if not letter.isprintable()}
    return kinds


def state(pid: int) -> str:
    """The system's letter for what a process does: T, it stands; Z, it has ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return "Z"


def alive(pid: int) -> bool:
    """Whether a process runs; one that has ended and is not yet missed does not."""
    return state(pid) != "Z"


def until(true: Callable[[], bool], what: str) -> None:
    """Wait for something to become true."""
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, f"never: {what}"
        time.sleep(0.05)
