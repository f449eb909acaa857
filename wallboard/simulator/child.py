"""The simulator as a child process: it ends when its standard input closes."""

import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime

from wallboard.errors import WallboardError

_PATIENCE = 5.0
"""Seconds the child gets to end by itself."""


@contextmanager
def simulation(
    python: str, *, seed: int, speed: float, zone: str = "", no_realtime: bool = False
) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Run a simulated contact centre; yields its base URL and its credentials.

    ``python``: the interpreter to run it with; ``zone``: the time zone that the centre is in, by
    name, empty for the machine's; ``no_realtime``: the API has no realtime page.
    Raises ``WallboardError`` if it does not start.
    """
    command = [python, "-m", "wallboard", "simulate", "--machine", "--port", "0"]
    command += ["--seed", str(seed), "--speed", str(speed), "--zone", zone]
    child = _start([*command, "--no-realtime"] if no_realtime else command)
    try:
        yield _introduction(child)
    finally:
        _end(child)


def zone_at(hour: int, now: datetime | None = None) -> str:
    """Return the name of a time zone in which it is ``hour`` (0 to 23) o'clock now.

    A place where it is that hour: so no clock has to be wrong for it, and ages stay true.
    """
    east = (hour - (now or datetime.now(UTC)).astimezone(UTC).hour + 12) % 24 - 12
    # These names have the sign the other way round.
    return f"Etc/GMT{-east:+d}" if east else "Etc/GMT"


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
