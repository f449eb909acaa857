"""The command line: what it prints, what it imports, and the status it ends with."""

import csv
import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest

from tests import forked
from wallboard import __version__, cli
from wallboard.commands.options import PROFILE
from wallboard.errors import WallboardError
from wallboard.host import output

HEAVY = ("textual", "rich", "httpx", "pydantic", "starlette", "uvicorn")
SECRET = "c4n4ry-pa55word"


def run(*arguments: str, cwd: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("WALLBOARD")}
    home = {"HOME": str(cwd), "XDG_CONFIG_HOME": str(cwd), "XDG_STATE_HOME": str(cwd / "state")}
    command = [sys.executable, "-m", "wallboard", *arguments]
    return forked.run(command, {**clean, **home, **environ}, cwd)


@pytest.mark.parametrize("flag", ["--version", "--help"])
def test_version_and_help_import_nothing_heavy(flag: str) -> None:
    program = (
        "import sys\n"
        "from wallboard.cli import main\n"
        "try:\n    main([sys.argv[1]])\n"
        "except SystemExit as end:\n"
        f"    heavy = [name for name in {HEAVY} if name in sys.modules]\n"
        "    sys.exit(f'{end.code} {heavy}')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, flag], capture_output=True, text=True, check=False
    )
    assert done.stderr.strip() == "0 []"


def test_version(tmp_path: Path) -> None:
    done = run("--version", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, f"wallboard, version {__version__}\n")


def test_help_names_every_command(tmp_path: Path) -> None:
    done = run("--help", cwd=tmp_path)
    for command in ("check", "config", "demo", "list", "once", "report", "simulate"):
        assert command in done.stdout
    # What each does is told whole: the library cuts off what has no room.
    assert "..." not in done.stdout.partition("Commands:")[2]


@pytest.mark.parametrize("arguments", [("--nope",), ("nope",), ("once", "--format", "xml")])
def test_usage_mistakes_end_with_2(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    done = run(*arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert done.stdout == ""
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", [(), ("once",)])
def test_missing_credentials_are_told_with_the_way_out(
    tmp_path: Path, command: tuple[str, ...]
) -> None:
    done = run(*command, cwd=tmp_path)
    assert done.returncode == 2
    assert "WALLBOARD_API__KEY" in done.stderr
    assert "wallboard demo" in done.stderr


def test_mistakes_of_the_file_are_told_all_at_once_and_repeat_no_secret(tmp_path: Path) -> None:
    (tmp_path / "wallboard.toml").write_text(
        f'[api]\npasword = "{SECRET}"\n[board]\nthem = "x"\n', encoding="utf-8"
    )
    done = run("once", cwd=tmp_path, WALLBOARD_POL__INTERVAL="5")
    assert done.returncode == 2
    assert "wallboard.toml:2: api.pasword: no such key; nearest: api.password" in done.stderr
    assert "wallboard.toml:4: board.them: no such key; nearest: board.theme" in done.stderr
    assert "WALLBOARD_POL__INTERVAL" in done.stderr
    assert SECRET not in done.stdout + done.stderr


def test_a_board_without_a_screen_is_told_where_to_run_it(tmp_path: Path) -> None:
    account = {f"WALLBOARD_API__{name}": "x" for name in ("KEY", "USERNAME", "PASSWORD")}
    done = run(cwd=tmp_path, **account)
    assert done.returncode == 2
    assert "no terminal" in done.stderr
    assert "wallboard once" in done.stderr
    assert done.stdout == ""


def test_no_secret_can_be_a_flag(tmp_path: Path) -> None:
    for words in (run("--help", cwd=tmp_path).stdout, run("once", "--help", cwd=tmp_path).stdout):
        for secret in ("--key", "--password", "--username"):
            assert secret not in words


def test_a_bug_is_one_line_without_what_it_held(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        raise RuntimeError(SECRET)
    except RuntimeError as error:
        output._tell_crash(type(error), error, error.__traceback__)
    printed = capsys.readouterr().err
    assert printed.startswith(
        "wallboard: a fault in the program itself (RuntimeError at test_cli.py:"
    )
    assert SECRET not in printed


@pytest.mark.parametrize("kind", [ModuleNotFoundError, ImportError, SyntaxError])
def test_what_is_missing_on_the_disk_is_no_fault_of_the_program(
    kind: type[Exception], capsys: pytest.CaptureFixture[str]
) -> None:
    output._tell_crash(kind, kind(SECRET), None)
    printed = capsys.readouterr().err
    assert f"could not be read from the disk ({kind.__name__})" in printed
    assert "replaced while it ran" in printed
    assert "fault in the program" not in printed
    assert SECRET not in printed


def test_an_error_of_ours_is_its_words_its_remedy_and_its_status(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise WallboardError("It broke", "Mend it")

    for taken in ("excepthook", "stdout", "stderr"):
        monkeypatch.setattr(sys, taken, getattr(sys, taken))
    monkeypatch.setattr(cli.wallboard, "main", fails)
    monkeypatch.setattr("wallboard.host.collector.begin_without_looking", lambda: None)
    with pytest.raises(SystemExit) as end:
        cli.main([])
    assert end.value.code == 1
    assert capsys.readouterr().err == "wallboard: It broke\nMend it\n"


@pytest.mark.parametrize("kind", ["pipe", "device", "folder", "huge"])
def test_what_is_no_configuration_file_is_told_and_never_waited_for(
    tmp_path: Path, kind: str
) -> None:
    path = tmp_path / "odd"
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    elif kind == "huge":
        with path.open("wb") as file:
            file.truncate(1 << 30)
    else:
        path = Path("/dev/zero")
    done = run("once", "--config", str(path), cwd=tmp_path)
    assert done.returncode == 2
    words = {"folder": "is a directory", "huge": "larger than 1,000,000 bytes"}
    assert words.get(kind, "not a file") in done.stderr


def test_a_folder_that_is_gone_is_told(tmp_path: Path) -> None:
    line = f"mkdir gone && cd gone && rmdir ../gone && '{sys.executable}' -m wallboard once"
    root = str(Path(__file__).parents[2])
    done = subprocess.run(
        ["bash", "-c", line], cwd=tmp_path, env={**_clean(tmp_path), "PYTHONPATH": root},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert "was started is not there any more" in done.stderr


def test_a_user_without_a_home_folder_is_no_fault(tmp_path: Path) -> None:
    program = (
        "import os, pwd\n"
        "def none(*_): raise KeyError('uid not found')\n"
        "pwd.getpwuid = none\n"
        "os.environ.pop('HOME', None)\n"
        "from wallboard.cli import main\n"
        "main(['check'])\n"
    )
    environ = {"PATH": os.environ["PATH"], "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, env=environ, capture_output=True, text=True,
        timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert "Failed: credentials." in done.stdout
    assert "fault in the program" not in done.stdout + done.stderr
    assert not (tmp_path / "~").exists()


def _clean(home: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("WALLBOARD")}
    root = str(Path(__file__).parents[2])
    return {**kept, "HOME": str(home), "XDG_STATE_HOME": str(home / "state"), "PYTHONPATH": root}


ALL_KINDS = {
    "metrics": "longestWaitingTime",
    "themes": "high-contrast",
    "keys": "page_down",
    "settings": "kiosk.page_seconds",
}


@pytest.mark.parametrize("what", ALL_KINDS)
def test_what_takes_no_account_is_listed_without_one_and_whatever_the_file_says(
    tmp_path: Path, what: str
) -> None:
    (tmp_path / "wallboard.toml").write_text("nonsense = 1\n", encoding="utf-8")
    done = run("list", what, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert ALL_KINDS[what] in done.stdout.split()
    for_programs = json.loads(run("list", what, "--format", "json", cwd=tmp_path).stdout)
    assert any(ALL_KINDS[what] in entry.values() for entry in for_programs)
    csv_lines = run("list", what, "--format", "csv", cwd=tmp_path).stdout.splitlines()
    assert any(line.startswith(f"{ALL_KINDS[what]},") for line in csv_lines)


def test_every_setting_is_listed_with_what_it_is(tmp_path: Path) -> None:
    listed = json.loads(run("list", "settings", "--format", "json", cwd=tmp_path).stdout)
    assert [one["setting"] for one in listed if not one["what it is"]] == [
        f"[{name}]" for name in ("api", "poll", "board", "log", "files", "kiosk", "alerts", "keys")
    ]
    names = {one["setting"] for one in listed}
    assert {"thresholds.waitingCalls", "[hours.override]", "[labels.queues]", "keys.quit"} < names
    assert not any(name.startswith("[thresholds.override]]") for name in names)


def test_config_prints_each_setting_its_value_and_where_it_was_set(tmp_path: Path) -> None:
    (tmp_path / "wallboard.toml").write_text(
        "[api]\nsecrets_dir = '.'\n[board]\ntitle = 'Hall'\n[keys]\nquit = 'Z'\n", encoding="utf-8"
    )
    (tmp_path / "api_key").write_text(SECRET)
    (tmp_path / "api_key").chmod(0o600)
    arguments = ("config", "--site", "Lyon", "--format", "csv")
    done = run(*arguments, cwd=tmp_path, WALLBOARD_API__PASSWORD=SECRET)
    assert (done.returncode, done.stderr) == (0, "")
    rows = {name: rest for name, *rest in csv.reader(io.StringIO(done.stdout))}
    assert rows["api.key"] == ["(set)", str(tmp_path / "api_key")]
    assert rows["api.password"] == ["(set)", "environment: WALLBOARD_API__PASSWORD"]
    assert rows["api.username"] == ["(not set)", "default"]
    assert rows["api.sites"] == ["Lyon", "command line"]
    assert rows["board.title"] == ["Hall", "wallboard.toml:4"]
    assert rows["keys.quit"] == ["Z", "wallboard.toml:6"]
    assert rows["poll.interval"] == ["auto", "default"]
    assert SECRET not in done.stdout
    for_people = run("config", cwd=tmp_path, COLUMNS="80").stdout
    assert "keys.quit" in for_people
    assert "keys.help" not in for_people
    assert "keys.help" in run("config", "--all", cwd=tmp_path).stdout


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_a_script_that_asks_the_program_itself(tmp_path: Path, shell: str) -> None:
    done = run("completion", shell, cwd=tmp_path)
    assert done.returncode == 0
    assert f"_WALLBOARD_COMPLETE={shell}_complete" in done.stdout
    assert "wallboard" in done.stdout


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")
@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("wallboard che", "check"),
        ("wallboard list qu", "queues"),
        ("wallboard once --format c", "csv"),
        ("wallboard once --wi", "--wide"),
    ],
)
def test_bash_completes_commands_and_flags(tmp_path: Path, typed: str, offered: str) -> None:
    program = tmp_path / "bin" / "wallboard"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m wallboard "$@"\n')
    program.chmod(0o700)
    path = f"{program.parent}:{os.environ['PATH']}"
    line = (
        'eval "$(wallboard completion bash)"\n'
        f"COMP_WORDS=({typed}); COMP_CWORD={len(typed.split()) - 1}\n"
        '_wallboard_completion wallboard; echo "${COMPREPLY[@]}"\n'
    )
    done = subprocess.run(
        ["bash", "-c", line], cwd=tmp_path, env={**_clean(tmp_path), "PATH": path},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.stdout.split() == [offered], done.stderr


VALUES = {"log_level": "debug", "config": "/nowhere.toml", "interval": "5", "tv": "55"}
ARGUMENTS = {"completion": ["bash"], "list": ["keys"]}
COMMANDS = sorted(cli.wallboard.commands)
FLAGS = [one for one in cli.wallboard.params if one.name != "version"]


@pytest.mark.parametrize("flag", FLAGS, ids=lambda flag: str(flag.name))
def test_a_flag_before_a_command_counts_for_it_or_is_a_mistake(
    flag: click.Parameter, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in COMMANDS:
        counts_or_is_a_mistake(flag, name, monkeypatch)


def counts_or_is_a_mistake(
    flag: click.Parameter, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = cli.wallboard.commands[name]
    got: dict[str, object] = {}

    def callback(*_: object, **given: object) -> None:
        profile = click.get_current_context().meta.get(PROFILE)
        got.update(given, profile=profile)

    monkeypatch.setattr(command, "callback", callback)
    switch = isinstance(flag, click.Option) and flag.is_flag
    value = VALUES.get(str(flag.name), "abc")
    rest = ARGUMENTS.get(name, [])
    given = [flag.opts[0]] if switch else [flag.opts[0], value]
    if flag.name not in {one.name for one in command.params}:
        with pytest.raises(click.UsageError, match=f"{flag.opts[0]} is no flag of {name}"):
            cli.wallboard.main([*given, name, *rest], standalone_mode=False)
        assert not got, name
        return
    cli.wallboard.main([*given, name, *rest], standalone_mode=False)
    wanted = True if switch else (value,) if flag.multiple else value
    assert (name, str(got[str(flag.name)])) == (name, str(wanted))


def test_flags_on_both_sides_of_a_command_are_read_as_one_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    got: dict[str, object] = {}
    monkeypatch.setattr(cli.once, "callback", lambda *_, **given: got.update(given))
    line = ["--queue", "a", "--log-level", "debug", "once", "--queue=-b", "--log-level", "info"]
    cli.wallboard.main(line, standalone_mode=False)
    assert (got["queue"], got["log_level"]) == (("a", "-b"), "info")


def test_a_flag_that_a_command_has_not_ends_with_2(tmp_path: Path) -> None:
    done = run("--interval", "5", "once", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "--interval is no flag of once" in done.stderr
