"""The program itself with a configuration that is changed, broken and taken away under it."""

import asyncio
import os
import re
import signal
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.faults.processes import ROOT, Child, board, child, own_environ
from tests.simulated import serving
from tests.ui.browser.served import page
from tests.ui.pseudo_terminal import Terminal
from wallboard.host.clock import SystemClock
from wallboard.simulator.centre.centre import Centre
from wallboard.simulator.centre.demo import demo_plan
from wallboard.simulator.server.app import Simulator


@pytest.fixture(scope="module")
def simulator() -> Iterator[Child]:
    with child() as running:
        yield running


def rules(warning: int, more: str = "") -> str:
    return f"[thresholds]\nwaitingCalls = {{ warning = {warning}, critical = 900 }}\n{more}"


def write(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8")
    file.chmod(0o600)


def test_a_threshold_changed_in_the_file_is_in_force_soon(simulator: Child, tmp_path: Path) -> None:
    file = tmp_path / "wallboard.toml"
    write(file, rules(800))
    with board(tmp_path, simulator.environ) as terminal:
        terminal.wait_for("LIVE")
        write(file, rules(700))
        # How soon: tests/unit/host/test_watch.py; here it is the machine's time.
        terminal.wait_for("Configuration: thresholds.waitingCalls")


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
    terminal.wait_for(words[:30] if kiosk else words)


def test_a_signal_has_it_read_at_once_and_one_without_a_file_harms_nobody(
    simulator: Child, tmp_path: Path
) -> None:
    write(tmp_path / "wallboard.toml", rules(800))
    with board(tmp_path, simulator.environ) as terminal:
        terminal.wait_for("LIVE")
        os.kill(terminal.pid, signal.SIGUSR1)
        terminal.wait_for("Configuration read again: nothing has changed")
    with board(tmp_path, {}, "demo") as terminal:
        terminal.wait_for("LIVE")
        os.kill(terminal.pid, signal.SIGUSR1)
        terminal.wait_for("Configuration read again: nothing has changed")


async def test_a_password_that_is_changed_there_and_in_its_file_is_used_without_a_restart(
    tmp_path: Path,
) -> None:
    began = time.monotonic()  # its time begins now, not with the machine
    centre = Centre(demo_plan(), 1, SystemClock().now())
    simulator = Simulator(centre, lambda: time.monotonic() - began)
    who, secrets = simulator.credentials, tmp_path / "secrets"
    secrets.mkdir()
    for name in ("key", "username", "password"):
        write(secrets / f"api_{name}", f"{getattr(who, name)}\n")
    new = "c4n4ry-of-the-new-one"

    def sign_ins() -> int:
        return sum(seen.endpoint == "token" for seen in simulator.log)

    async with serving(simulator.app) as url:
        write(tmp_path / "wallboard.toml", f'[api]\nsecrets_dir = "secrets"\nbase_url = "{url}"\n')
        with board(tmp_path, {}) as terminal:
            await asyncio.to_thread(terminal.wait_for, "LIVE")
            simulator.sign_in.credentials = replace(who, password=new)
            simulator.sign_in.revoke()
            await asyncio.to_thread(terminal.wait_for, "refused")
            tried = sign_ins()
            with (secrets / "api_password").open("w") as half:
                half.write(new[:5])
                half.flush()
                await asyncio.sleep(0.7)
                half.write(new[5:])
            await asyncio.to_thread(terminal.wait_for, "Configuration: api.password")
            await asyncio.to_thread(terminal.wait_for, "LIVE", 50)  # a minute is the usual wait
            assert sign_ins() == tried + 1
            assert "canary" not in terminal.output.decode("utf-8", "replace")
    log = (tmp_path / "state" / "wallboard" / "wallboard.log").read_text(encoding="utf-8")
    assert "Configuration: api.password" in log
    assert "c4n4ry" not in log


async def test_pages_in_browsers_follow_the_file_and_hear_nothing_of_its_mistakes(
    simulator: Child, tmp_path: Path
) -> None:
    file = tmp_path / "wallboard.toml"
    write(file, '[board]\ntitle = "First hall"\n')
    environ = own_environ(tmp_path, {**simulator.environ, "PYTHONPATH": str(ROOT)})
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "wallboard", "serve", "--listen", "127.0.0.1:0",
        cwd=tmp_path, env=environ, stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    log = tmp_path / "state" / "wallboard" / "wallboard.log"
    try:
        assert process.stdout
        said = (await asyncio.wait_for(process.stdout.readline(), 60)).decode()
        (port,) = re.findall(r"127\.0\.0\.1:(\d+)/", said)
        server: Any = SimpleNamespace(port=int(port), origin=f"http://127.0.0.1:{port}")
        async with page(server, (120, 30)) as one:
            await one.until(lambda: "First hall" in one.text and "LIVE" in one.text, 60)
            write(file, '[board]\ntitle = "Second hall"\ntitel = 1\n')
            await one.until(lambda: "wallboard.toml:3: board.titel" in log.read_text(), 60)
            assert "titel" not in one.text
            write(file, '[board]\ntitle = "Second hall"\n')
            await one.sees("Second hall")
            async with page(server, (120, 30)) as late:
                await late.sees("Second hall")
            write(file, '[board]\ntitle = "Third hall"\n')
            os.kill(process.pid, signal.SIGUSR1)
            await one.sees("Third hall")
            assert "Configuration" not in one.text
    finally:
        process.kill()
        await process.wait()
