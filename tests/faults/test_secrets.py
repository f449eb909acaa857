"""Nothing secret anywhere, whatever fails: screen, log, output, crash, repr, command line."""

import gc
import os
import signal
import sys
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest

from tests import forked
from tests.faults.fault_env import Rig, rig
from tests.faults.processes import BOARD, ROOT, alive, board, own_environ, until
from tests.ui.pseudo_terminal import Terminal
from wallboard.host.logs import start_logging, stop_logging
from wallboard.simulator.faults.fault_list import WHAT
from wallboard.simulator.server.sign_in import DEMO_CREDENTIALS

KEY, USERNAME = "KEYcanary0123456789", "USERcanary@example.invalid"
PASSWORD = "PASScanary ^&=%+ é"
CANARIES = ("canary",)
"""What none of them is without, however it was quoted."""

SIMULATED = (
    DEMO_CREDENTIALS.key,
    DEMO_CREDENTIALS.username,
    quote(DEMO_CREDENTIALS.username),
    DEMO_CREDENTIALS.password,
    quote(DEMO_CREDENTIALS.password),
    quote_plus(DEMO_CREDENTIALS.password),
    "sesame",
    "eyJhbGci",
)
"""What the simulator accepts, in all forms in which it travels, and how its tokens begin."""

ENVIRON = {
    "WALLBOARD_API__KEY": KEY,
    "WALLBOARD_API__USERNAME": USERNAME,
    "WALLBOARD_API__PASSWORD": PASSWORD,
    "WALLBOARD_API__BASE_URL": "http://127.0.0.1:9/analytics/work",
    "WALLBOARD_LOG__LEVEL": "debug",
}
NOT_OVER_ASGI = {"huge", "bomb", "hang", "drip", "slow"}


def none_of(secrets: tuple[str, ...], text: str, where: str) -> None:
    found = [one for one in secrets if one in text]
    assert not found, f"{len(found)} secrets in {where}"


async def test_no_fault_brings_a_secret_onto_the_screen_or_into_the_log(tmp_path: Path) -> None:
    # The log is told of no secrets, so that nothing is masked: there has to be nothing.
    log = start_logging(tmp_path, "debug", ())
    try:
        async with rig() as run:
            for what, (places, _) in WHAT.items():
                if what in NOT_OVER_ASGI:
                    continue
                run.simulator.sign_in.revoke()
                for place in {"token", "realtime"} & set(places):
                    run.simulator.faults.add(f"{place}:{what}")
                    run.app.action_poll()
                    await run.go(61, step=20)
                    look(run, f"{place}:{what}")
                    run.simulator.faults.clear()
            await run.go(1800, step=100)
            objects(run)
    finally:
        stop_logging()
    assert log.path is not None
    written = log.path.read_text()
    assert "sign-in failed" in written
    none_of(SIMULATED, written, "the log")


def look(run: Rig, where: str) -> None:
    texts = [run.status, run.title, *run.rows, *run.tiles, repr(run.app.state)]
    none_of(SIMULATED, "\n".join(texts), where)


def objects(run: Rig) -> None:
    """Look at the ``repr`` of everything of ours that lives while a board runs."""
    ours = [
        one
        for one in gc.get_objects()
        if type(one).__module__.startswith("wallboard.")
        and not type(one).__module__.startswith("wallboard.simulator")
    ]
    names = {type(one).__name__ for one in ours}
    assert {"Client", "TokenAuth", "SignIn", "HttpClient", "WorkAnalytics", "_Token"} <= names
    for one in ours:
        none_of(SIMULATED, f"{one!r}{one}", type(one).__name__)


@pytest.mark.parametrize("place", ["worker", "composition"])
def test_a_crash_tells_its_kind_and_nothing_else(place: str, tmp_path: Path) -> None:
    terminal = Terminal(
        [sys.executable, "-m", "tests.faults.crashing", place],
        cwd=tmp_path,
        environ={**own_environ(tmp_path, ENVIRON), "PYTHONPATH": str(ROOT)},
    )
    try:
        assert terminal.wait() == 1
    finally:
        terminal.kill()
    text = terminal.output.decode(errors="replace")
    none_of(CANARIES, text, "the output")
    assert "a fault in the program itself" in text
    assert "Traceback" not in text
    assert text.count("\x1b[?1049h") == text.count("\x1b[?1049l"), "the terminal is restored"
    none_of(CANARIES, logged(tmp_path), "the log")


def test_a_fault_in_making_the_account_is_told_on_the_board(tmp_path: Path) -> None:
    terminal = Terminal(
        [sys.executable, "-m", "tests.faults.crashing", "account"],
        cwd=tmp_path,
        environ={**own_environ(tmp_path, ENVIRON), "PYTHONPATH": str(ROOT)},
    )
    try:
        terminal.wait_for("A fault in the board itself (RuntimeError)")
        terminal.send("q")
        assert terminal.wait() == 0
    finally:
        terminal.kill()
    none_of(CANARIES, terminal.output.decode(errors="replace"), "the output")
    assert "a fault in the board itself" in logged(tmp_path)
    none_of(CANARIES, logged(tmp_path), "the log")


@pytest.mark.parametrize(("command", "place", "code"), [("once", "", 4), ("check", "account", 1)])
def test_commands_that_fail_or_crash_tell_nothing(
    command: str, place: str, code: int, tmp_path: Path
) -> None:
    program = [sys.executable, "-m", "tests.faults.crashing", place] if place else BOARD
    ended = forked.run([*program, command], own_environ(tmp_path, ENVIRON), tmp_path)
    assert ended.returncode == code
    none_of(CANARIES, ended.stdout + ended.stderr, "the output")
    assert "Traceback" not in ended.stderr
    none_of(CANARIES, logged(tmp_path), "the log")


def test_a_running_board_has_nothing_secret_in_its_output_log_or_command_line(
    tmp_path: Path,
) -> None:
    with board(tmp_path, ENVIRON) as terminal:
        terminal.wait_for("The connection was refused")
        command = Path(f"/proc/{terminal.pid}/cmdline").read_bytes()
        os.kill(terminal.pid, signal.SIGTERM)
        assert terminal.wait() == 143
    none_of(CANARIES, command.decode(), "the command line")
    none_of(CANARIES, terminal.output.decode(errors="replace"), "the output")
    assert "unreachable" in logged(tmp_path)
    none_of(CANARIES, logged(tmp_path), "the log")


def test_the_demos_child_knows_nothing_of_the_user_and_ends_with_the_board(
    tmp_path: Path,
) -> None:
    with board(tmp_path, ENVIRON, "demo") as terminal:
        terminal.wait_for("LIVE")
        children = Path(f"/proc/{terminal.pid}/task/{terminal.pid}/children").read_text().split()
        assert children
        for pid in children:
            for name in ("cmdline", "environ"):
                none_of(CANARIES, Path(f"/proc/{pid}/{name}").read_bytes().decode(), name)
        terminal.hang_up()
        assert terminal.wait() == 129
        until(lambda: not any(alive(int(one)) for one in children), "the simulator ended")


def logged(folder: Path) -> str:
    return "".join(one.read_text() for one in folder.rglob("wallboard.log*"))
