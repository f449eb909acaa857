"""A profile lies over the configuration file, and says so."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests import forked
from wallboard.errors import ConfigurationError
from wallboard.settings import LoadedSettings, load

BASE = """[board]
title = "Contact centre"
sort = "name"

[api]
sites = ["Paris", "Lyon"]

[thresholds]
waitingCalls = { warning = 3, critical = 6 }
"""
LOBBY = """[board]
title = "Lobby"
[api]
sites = ["Lyon"]
[thresholds]
waitingCalls = { critical = 9 }
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "wallboard.toml").write_text(BASE, encoding="utf-8")
    (tmp_path / "wallboard.lobby.toml").write_text(LOBBY, encoding="utf-8")
    (tmp_path / "wallboard.lobby.toml").chmod(0o600)
    return tmp_path


def read(place: Path, profile: str = "", **environ: str) -> LoadedSettings:
    file = place / "wallboard.toml"
    return load({}, environ, place, profile=profile, candidates=[place / "no.toml", file])


def test_a_profile_lies_over_the_file_key_by_key_and_a_list_replaces_a_list(place: Path) -> None:
    loaded = read(place, "lobby")
    settings = loaded.settings
    assert (settings.board.title, settings.board.sort) == ("Lobby", "name")
    assert settings.api.sites == ("Lyon",)
    bounds = settings.thresholds.rules.base["waitingCalls"]
    assert (bounds.warning, bounds.critical) == (3, 9)
    assert loaded.files == (place / "wallboard.toml", place / "wallboard.lobby.toml")


def test_each_origin_names_its_own_file_and_line(place: Path) -> None:
    loaded = read(place, "lobby")
    assert loaded.origins["board.title"] == "wallboard.lobby.toml:2: board.title"
    assert loaded.origins["board.sort"] == "wallboard.toml:3: board.sort"
    told = {line.key: line.origin for line in loaded.describe()}
    assert told["thresholds.waitingCalls"] == "wallboard.lobby.toml:6, wallboard.toml:9"


def test_the_environment_names_one_and_a_flag_another(place: Path) -> None:
    assert read(place, WALLBOARD_PROFILE="lobby").settings.board.title == "Lobby"
    (place / "wallboard.floor.toml").write_text('[board]\ntitle = "Floor"', encoding="utf-8")
    assert read(place, "floor", WALLBOARD_PROFILE="lobby").settings.board.title == "Floor"
    assert read(place, WALLBOARD_PROFILE="").settings.board.title == "Contact centre"


def test_what_is_stronger_than_the_file_is_stronger_than_its_profile(place: Path) -> None:
    assert read(place, "lobby", WALLBOARD_BOARD__TITLE="Ours").settings.board.title == "Ours"


def test_the_profile_of_a_file_of_another_name_bears_that_name(place: Path) -> None:
    (place / "eu.toml").write_text(BASE, encoding="utf-8")
    (place / "eu.lobby.toml").write_text('[board]\ntitle = "EU"', encoding="utf-8")
    loaded = load({}, {}, place, config=place / "eu.toml", profile="lobby")
    assert loaded.settings.board.title == "EU"


def test_a_profile_needs_no_file_below_it(place: Path) -> None:
    (place / "wallboard.toml").unlink()
    assert read(place, "lobby").files == (place / "wallboard.lobby.toml",)


def mistake(place: Path, profile: str) -> ConfigurationError:
    with pytest.raises(ConfigurationError) as told:
        read(place, profile)
    return told.value


@pytest.mark.parametrize("config", ["wallboard.toml", None])
def test_one_that_is_not_there_is_told_with_its_path_and_those_that_are(
    place: Path, config: str | None
) -> None:
    (place / "wallboard.floor.toml").touch()
    if config is None:
        (place / "wallboard.toml").unlink()
    words = mistake(place, "loby").words
    assert words.startswith("wallboard.loby.toml" if config else "no.loby.toml")
    assert words.endswith("no such profile; nearest: lobby; there are: floor, lobby")
    assert mistake(place, "loby").exit_code == 2
    for file in place.glob("wallboard.*.toml"):
        file.unlink()
    assert mistake(place, "wall").words.endswith("no such profile; there are none")


@pytest.mark.parametrize("name", ["../lobby", "/etc/passwd", "a\x1b[31m"])
def test_a_profile_is_a_name_and_leads_nowhere_else(place: Path, name: str) -> None:
    words = mistake(place, name).words
    assert "no such profile" in words
    assert "\x1b" not in words


def test_mistakes_of_both_files_are_told_file_by_file(place: Path) -> None:
    (place / "wallboard.toml").write_text('[board]\ntitel = "x"\n', encoding="utf-8")
    (place / "wallboard.lobby.toml").write_text("\n\n[board]\nsort = 5\n[x]", encoding="utf-8")
    with pytest.raises(ConfigurationError) as told:
        read(place, "lobby")
    places = [words.partition(": ")[0] for words in told.value.mistakes]
    assert places == ["wallboard.lobby.toml:4", "wallboard.lobby.toml:5", "wallboard.toml:2"]


def test_a_profile_that_others_may_write_is_refused_unless_the_file_was_named(place: Path) -> None:
    (place / "wallboard.lobby.toml").chmod(0o666)
    assert mistake(place, "lobby").words.startswith("wallboard.lobby.toml: not obeyed: others may")
    named = load({}, {}, place, config=place / "wallboard.toml", profile="lobby")
    assert named.settings.board.title == "Lobby"


@pytest.mark.parametrize(
    "command",
    [
        ("config", "--profile", "lobby"),
        ("--profile", "lobby", "config"),
        ("--profile", "none", "config", "--profile", "lobby"),
        ("check", "--settings", "--profile", "lobby"),
    ],
)
def test_commands_take_it_before_and_behind_their_name(
    place: Path, command: tuple[str, ...]
) -> None:
    done = wallboard(place, *command)
    assert "wallboard.lobby.toml:2" in done.stdout


@pytest.mark.parametrize("command", ["once", "report", "history", "replay", "incident", "check"])
def test_every_command_that_reads_settings_knows_profiles(place: Path, command: str) -> None:
    done = wallboard(place, command, "--profile", "none")
    assert "wallboard.none.toml: no such profile; there are: lobby" in done.stdout + done.stderr
    assert done.returncode == 2


def test_a_command_without_settings_has_no_profile(place: Path) -> None:
    done = wallboard(place, "--profile", "lobby", "simulate")
    assert done.returncode == 2
    assert "--profile is no flag of simulate" in done.stderr


def wallboard(place: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    homes = {name: str(place / "home") for name in ("HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME")}
    command = [sys.executable, "-m", "wallboard", *arguments]
    return forked.run(command, {"PATH": "/usr/bin:/bin", **homes}, place)
