"""``wallboard init`` and the bare ``wallboard`` on a terminal, over real HTTP to the simulator."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import forked
from tests.api.test_commands import CLEAN
from tests.ui.pseudo_terminal import PATIENCE, Terminal
from wallboard.settings import load
from wallboard.simulator.child import simulation

ROOT = str(Path(__file__).parents[2])


class Person:
    """Somebody at a fresh machine: a home folder, and an account at the simulator's address."""

    def __init__(self, home: Path, base_url: str, secrets: dict[str, str]) -> None:
        self.home = home
        self.secrets = secrets
        self.file = home / ".config" / "wallboard" / "wallboard.toml"
        self.environ = {
            **CLEAN,
            "HOME": str(home),
            "XDG_CONFIG_HOME": str(home / ".config"),
            "XDG_STATE_HOME": str(home / "state"),
            "PYTHONPATH": ROOT,
            "WALLBOARD_API__BASE_URL": base_url,
        }

    def runs(self, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "wallboard", *arguments]
        return forked.run(command, {**self.environ, **environ}, self.home)

    @property
    def given(self) -> dict[str, str]:
        return {f"WALLBOARD_API__{name.upper()}": text for name, text in self.secrets.items()}

    def made(self) -> list[str]:
        return sorted(path.name for path in self.home.rglob("*") if path.is_file())

    def on_terminal(self, *arguments: str) -> Terminal:
        command = [sys.executable, "-m", "wallboard", *arguments]
        return Terminal(command, cwd=self.home, environ=self.environ, rows=100)


@pytest.fixture(scope="module")
def account() -> Iterator[tuple[str, dict[str, str]]]:
    with simulation(sys.executable, seed=1, speed=1.0, zone="UTC", no_realtime=False) as served:
        base_url, credentials = served
        yield base_url, dict(credentials)


@pytest.fixture
def person(account: tuple[str, dict[str, str]], tmp_path: Path) -> Person:
    return Person(tmp_path, *account)


def answers(terminal: Terminal, *pairs: tuple[str, str]) -> None:
    """Wait until the terminal asks each question, after whatever else it says, and answer it."""
    for question, answer in pairs:
        until = time.monotonic() + PATIENCE
        while question not in question_of(terminal):
            assert time.monotonic() < until, f"never asked {question!r}:\n{terminal.text}"
            terminal.read()
        terminal.send(f"{answer}\r")


def question_of(terminal: Terminal) -> str:
    """The line with the cursor behind a colon, and the one before it; else nothing."""
    cursor, lines = terminal.screen.cursor, terminal.screen.display
    line = lines[cursor.y][: cursor.x]
    return f"{lines[cursor.y - 1]} {line}" if line.endswith(": ") else ""


def test_from_nothing_to_a_board_of_one_site_without_an_editor(person: Person) -> None:
    terminal = person.on_terminal()
    try:
        answers(
            terminal,
            ("What now", ""),
            ("API key (not shown)", person.secrets["key"]),
            ("User name", person.secrets["username"]),
            ("Password (not shown)", "wr0ng-canary"),
            ("enter: as before", ""),
            (f"User name [{person.secrets['username']}]", ""),
        )
        refused = " ".join(terminal.text.split())
        assert "The user name or the password was refused." in refused
        assert "must have opened Work Analytics in a browser once" in refused
        answers(
            terminal,
            ("Password (not shown)", person.secrets["password"]),
            ("Which PBXes", "aurora-europe"),
            ("Which sites", "lyoon"),
            ("nearest: Lyon", "Lyon"),
            ("Which queues", ""),
            ("Screen", "supervisor"),
            ("Title above", 'Hall "é"'),
            ("A caller waits: a warning from", "0:45"),
            ("A caller waits: critical from", "0:30"),
            ("cannot be before the warning", ""),
            ("Calls wait in one queue: a warning from", ""),
            ("Calls wait in one queue: critical from", ""),
            ("Where to", ""),
        )
        terminal.wait_for("Next: wallboard\n")
        assert terminal.wait() == 0
    finally:
        terminal.kill()
    shown = terminal.output.decode()
    assert not [one for one in ("wr0ng-canary", *_hidden(person)) if one in shown]
    settings = load({}, {}, person.home, config=person.file).settings
    assert (settings.api.pbx, settings.api.sites) == (("aurora-europe",), ("Lyon",))
    assert settings.board.title == 'Hall "é"'
    assert settings.thresholds.rules.base["longestWaitingTime"].warning == 45_000
    assert settings.thresholds.rules.base["longestWaitingTime"].critical == 120_000
    for name in ("api_key", "api_username", "api_password", "wallboard.toml"):
        assert (person.file.parent / name).stat().st_mode & 0o777 == 0o600
    polled = json.loads(person.runs("once", "--format", "json").stdout)
    assert {queue["site"] for queue in polled["queues"]} == {"Lyon"}


def _hidden(person: Person) -> tuple[str, str]:
    return person.secrets["key"], person.secrets["password"]


def test_ctrl_c_at_any_question_leaves_nothing(person: Person) -> None:
    terminal = person.on_terminal("init")
    try:
        answers(
            terminal,
            ("API key", person.secrets["key"]),
            ("User name", person.secrets["username"]),
            ("Password", person.secrets["password"]),
        )
        terminal.wait_for("Which PBXes")
        terminal.send("\x03")
        assert terminal.wait() == 130
    finally:
        terminal.kill()
    assert [name for name in person.made() if not name.startswith("wallboard.log")] == []


def test_three_refusals_are_enough(person: Person) -> None:
    terminal = person.on_terminal("init")
    try:
        answers(terminal, ("API key", "other-key"), ("User name", "x"), ("Password", "x"))
        for count in (1, 2):
            answers(terminal, ("enter: as before", ""))
            assert terminal.text.count("API key was refused") == count
            answers(terminal, ("User name [x]", ""), ("Password", "x"))
        assert terminal.wait() == 3
    finally:
        terminal.kill()


FLAGS = (
    "--no-input", "--pbx", "aurora-europe", "--site", "lyon", "--screen", "wall", "--tv", "55",
    "--distance", "8", "--title", "Hall", "--longest-wait", "0:30", "1:00",
)  # fmt: skip


def test_every_answer_is_a_flag_or_environment_for_scripts(person: Person) -> None:
    done = person.runs("init", *FLAGS, **person.given, WALLBOARD_API__QUEUES="billing")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("Next: wallboard --kiosk\n")
    settings = load({}, {}, person.home, config=person.file).settings
    assert (settings.api.sites, settings.api.queues) == (("Lyon",), ("Billing",))
    assert (settings.kiosk.tv, settings.kiosk.distance, settings.board.title) == (55, 8, "Hall")
    assert settings.thresholds.rules.base["longestWaitingTime"].critical == 60_000
    assert {*settings.secrets(), *settings.user_names()} == set(person.secrets.values())
    assert not [secret for secret in _hidden(person) if secret in done.stdout]


def test_what_is_there_is_never_replaced_without_being_asked_to(person: Person) -> None:
    person.file.parent.mkdir(parents=True)
    (person.file.parent / "api_key").write_text("mine")
    done = person.runs("init", *FLAGS, **person.given)
    assert done.returncode == 2
    assert "api_key: there already" in done.stderr
    assert (person.file.parent / "api_key").read_text() == "mine"
    assert not person.file.exists()
    assert person.runs("init", *FLAGS, "--force", **person.given).returncode == 0
    assert (person.file.parent / "api_key").read_text() != "mine"


def test_check_only_signs_in_and_writes_nothing(person: Person) -> None:
    done = person.runs("init", "--no-input", "--check-only", **person.given)
    assert (done.returncode, done.stdout) == (0, "Signed in: 2 PBXes, 6 sites, 23 queues.\n")
    assert not person.file.exists()


@pytest.mark.parametrize(
    ("arguments", "environ", "code", "words"),
    [
        ((), {}, 2, "there is no terminal for the answers"),
        (("--no-input",), {"WALLBOARD_API__KEY": ""}, 2, "api.key: not set"),
        (("--no-input",), {"WALLBOARD_API__PASSWORD": "x"}, 3, "opened Work Analytics"),
        (("--no-input", "--queue", "Biling"), {}, 2, 'called "Biling"; nearest: Billing'),
        (("--no-input", "--longest-wait", "2:00", "1:00"), {}, 2, "warning is worse"),
        (("--no-input", "--config", "/proc/none/w.toml"), {}, 2, "Nothing was written"),
    ],
)
def test_what_cannot_be_done_is_explained_and_nothing_is_written(
    person: Person, arguments: tuple[str, ...], environ: dict[str, str], code: int, words: str
) -> None:
    done = person.runs("init", *arguments, **{**person.given, **environ})
    assert (done.returncode, words in done.stderr) == (code, True), done.stderr
    assert [name for name in person.made() if not name.startswith("wallboard.log")] == []


def test_without_an_account_a_terminal_is_offered_help_and_a_pipe_is_told(person: Person) -> None:
    terminal = person.on_terminal()
    try:
        answers(terminal, ("What now", "help"))
        terminal.wait_for("Without a command: the board")
        assert terminal.wait() == 0
    finally:
        terminal.kill()
    done = person.runs()
    assert (done.returncode, "api.key: not set" in done.stderr) == (2, True)
    part = person.runs(WALLBOARD_API__KEY="x")
    assert "api.password: not set" in part.stderr


def test_a_wall_without_an_account_is_told_and_asked_nothing(person: Person) -> None:
    terminal = person.on_terminal("--kiosk")
    try:
        terminal.wait_for("api.key: not set")
        assert terminal.wait() == 2
    finally:
        terminal.kill()
