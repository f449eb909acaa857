"""The program itself with a configuration that is changed, broken and taken away under it."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.processes import Child, board, child
from tests.ui.pseudo_terminal import Terminal


@pytest.fixture(scope="module")
def simulator() -> Iterator[Child]:
    with child() as running:
        yield running


def rules(warning: int, more: str = "") -> str:
    return f"[thresholds]\nwaitingCalls = {{ warning = {warning}, critical = 900 }}\n{more}"


def write(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8")
    file.chmod(0o600)


def test_a_threshold_changed_in_the_file_is_in_force_two_seconds_later(
    simulator: Child, tmp_path: Path
) -> None:
    file = tmp_path / "wallboard.toml"
    write(file, rules(800))
    with board(tmp_path, simulator.environ) as terminal:
        terminal.wait_for("LIVE")
        write(file, rules(700))
        begun = time.monotonic()
        terminal.wait_for("Configuration: thresholds.waitingCalls")
        # Two looks a second apart, and the time that a busy machine takes to draw.
        assert time.monotonic() - begun < 6


@pytest.mark.parametrize("kiosk", [False, True])
def test_a_mistake_in_the_file_never_stops_a_running_board(
    simulator: Child, tmp_path: Path, *, kiosk: bool
) -> None:
    data, link = tmp_path / "..1", tmp_path / "..data"
    data.mkdir()
    write(data / "wallboard.toml", rules(800))
    link.symlink_to(data)
    file = tmp_path / "wallboard.toml"
    file.symlink_to(link / "wallboard.toml")
    flags = ["--kiosk"] if kiosk else []
    with board(tmp_path, simulator.environ, *flags) as terminal:
        terminal.wait_for("LIVE")
        write(data / "wallboard.toml", "[thresholds]\nwaitingCalls = 5")
        told(terminal, "wallboard.toml:2: thresholds.waitingCalls", kiosk=kiosk)
        # As Kubernetes does: the folder behind the link is another one, all at once.
        (tmp_path / "..2").mkdir()
        write(tmp_path / "..2" / "wallboard.toml", rules(700))
        (tmp_path / "new").symlink_to(tmp_path / "..2")
        os.replace(tmp_path / "new", link)
        told(terminal, "Configuration: thresholds.waitingCalls", kiosk=kiosk)
        file.unlink()
        told(terminal, "wallboard.toml: it is not there", kiosk=kiosk)
        write(file, rules(600, "[api]\ntimeout = 20\n"))
        told(terminal, "With the next start: api.timeout", kiosk=kiosk)


def told(terminal: Terminal, words: str, *, kiosk: bool) -> None:
    """Wait until the board says something; on a wall small words are turned over in pages."""
    terminal.wait_for(words[:30] if kiosk else words, 30)


def test_a_signal_has_it_read_at_once_and_one_without_a_file_harms_nobody(
    simulator: Child, tmp_path: Path
) -> None:
    write(tmp_path / "wallboard.toml", rules(800))
    with board(tmp_path, simulator.environ) as terminal:
        terminal.wait_for("LIVE")
        os.kill(terminal.pid, signal.SIGUSR1)
        terminal.wait_for("Configuration read again: nothing has changed")
    with board(tmp_path, {}, "demo") as terminal:
        terminal.wait_for("LIVE", 30)
        os.kill(terminal.pid, signal.SIGUSR1)
        terminal.wait_for("Configuration read again: nothing has changed")
