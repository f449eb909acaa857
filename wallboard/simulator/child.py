"""The simulator as a child process: it ends when its standard input closes."""

import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from wallboard.errors import WallboardError

_PATIENCE = 5.0
"""Seconds the child gets to end by itself."""


@contextmanager
def simulated(
    python: str, *, seed: int, speed: float, no_realtime: bool = False
) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Run a simulated contact centre; yields its base URL and its credentials.

    ``python``: the interpreter to run it with; ``no_realtime``: the API has no realtime page.
    Raises ``WallboardError`` if it does not start.
    """
    command = [python, "-m", "wallboard", "simulate", "--machine", "--port", "0"]
    command += ["--seed", str(seed), "--speed", str(speed)]
    child = _start([*command, "--no-realtime"] if no_realtime else command)
    try:
        yield _introduction(child)
    finally:
        _end(child)


def _start(command: list[str]) -> "subprocess.Popen[bytes]":
    try:
        return subprocess.Popen(  # noqa: S603 - our own interpreter and program
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            # The user's account is none of the child's business.
            env={name: text for name, text in os.environ.items() if "WALLBOARD" not in name},
            # A key that interrupts the board must not reach the child before the board has ended.
            start_new_session=True,
        )
    except OSError:
        raise _not_started() from None


def _introduction(child: "subprocess.Popen[bytes]") -> tuple[str, Mapping[str, str]]:
    line = child.stdout.readline() if child.stdout else b""
    try:
        said = json.loads(line)
        return str(said["base_url"]), {
            name: str(said[name]) for name in ("key", "username", "password")
        }
    except (ValueError, KeyError, TypeError):
        raise _not_started() from None


def _not_started() -> WallboardError:
    return WallboardError("The simulator did not start", "Run `wallboard simulate` to see why")


def _end(child: "subprocess.Popen[bytes]") -> None:
    for pipe in (child.stdin, child.stdout):
        if pipe is not None:
            pipe.close()
    try:
        child.wait(_PATIENCE)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
