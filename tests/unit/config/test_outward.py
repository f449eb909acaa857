"""``[[notify]]`` and ``[heartbeat]``: who is told, and that no address is ever shown."""

import importlib.util
import os
from pathlib import Path

import pytest

from wallboard.errors import ConfigurationError
from wallboard.model.data.opening_hours import NEVER, parse_hours
from wallboard.model.judge.messages import Recipient
from wallboard.model.judge.rules import Level
from wallboard.settings import LoadedSettings, load

SECRET = "canary0123456789"


def loaded(place: Path, toml: str, **environ: str) -> LoadedSettings:
    file = place / "wallboard.toml"
    file.write_text(toml, encoding="utf-8")
    file.chmod(0o600)
    return load({}, environ, place, candidates=[file])


def mistakes(place: Path, toml: str, **environ: str) -> list[str]:
    with pytest.raises(ConfigurationError) as caught:
        loaded(place, toml, **environ)
    assert SECRET not in str(caught.value)
    return list(caught.value.mistakes)


def test_who_is_told_of_what(tmp_path: Path) -> None:
    toml = f"""
    [[notify]]
    to = "json://127.0.0.1/{SECRET}"
    [[notify]]
    to = "https://hooks.example/{SECRET}"
    levels = "warning, critical"
    queues = ["VIP*"]
    sites = "Paris"
    groups = ["Sales"]
    quiet_hours = "22:00-07:00"
    [groups.Sales]
    queues = ["Sales*"]
    """
    first, second = (table.recipient() for table in loaded(tmp_path, toml).settings.notify)
    assert first == Recipient(levels=frozenset({Level.CRITICAL}), quiet=NEVER)
    assert second == Recipient(
        levels=frozenset({Level.WARNING, Level.CRITICAL}),
        queues=("VIP*",),
        sites=("Paris",),
        groups=("Sales",),
        quiet=parse_hours("22:00-07:00"),
    )


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (f'to = "{SECRET}"', "not an address"),
        (f'to = "http://h/{SECRET}"', "write https://, or json://"),
        (f'to = "json:///{SECRET}"', "write json://host/path"),
        (f'to = "jsons://h:99999/{SECRET}"', "write jsons://host/path"),
        (f'to = "json://h/{SECRET} x"', "no blanks"),
        (f'to = "json://h/{SECRET}é"', "not an address"),
        ("to = 5", "write it as text"),
        (f'to = "json://h/{SECRET}"\nlevels = "fatal"', "'warning' or 'critical'"),
        (f'to = "json://h/{SECRET}"\nlevls = "critical"', "no such key; nearest: levels"),
        (f'to = "json://h/{SECRET}"\nquiet_hours = "x"', "hours"),
        (f'totally = "{SECRET}"', "to is not set"),
    ],
)
def test_a_mistake_is_told_without_the_address(tmp_path: Path, line: str, words: str) -> None:
    told = mistakes(tmp_path, f"[[notify]]\n{line}\n")
    assert any(words in one for one in told), told
    assert all(one.startswith("wallboard.toml:") for one in told)


def test_a_group_that_is_not_there_is_told(tmp_path: Path) -> None:
    toml = f"""
[[notify]]
to = "json://h/{SECRET}"
groups = ["Sal*", "Service"]
[groups.Sales]
queues = ["Sales*"]
"""
    (told,) = mistakes(tmp_path, toml)
    assert told == "wallboard.toml:4: notify[1].groups: no group fits: write [groups.NAME]"


def test_a_table_that_is_no_list_is_told(tmp_path: Path) -> None:
    (told,) = mistakes(tmp_path, f'[notify]\nto = "json://h/{SECRET}"\n')
    assert "write [[notify]] above each table" in told


@pytest.mark.parametrize("url", [SECRET, f"slack://{SECRET}", f"https:///{SECRET}"])
def test_a_heartbeat_takes_an_address_of_the_web(tmp_path: Path, url: str) -> None:
    (told,) = mistakes(tmp_path, f'[heartbeat]\nurl = "{url}"\n')
    assert told == "wallboard.toml:2: heartbeat.url: not an address: write https://host/path"


def test_addresses_may_stand_in_the_environment(tmp_path: Path) -> None:
    toml = '[[notify]]\nto = "json://one/x"\n[[notify]]\nlevels = "warning"\n'
    settings = loaded(
        tmp_path,
        toml,
        WALLBOARD_NOTIFY__2__TO="json://two/x",
        WALLBOARD_NOTIFY__3__TO="json://three/x",
        WALLBOARD_HEARTBEAT__URL="https://h/x",
    )
    found = [(one.to.get_secret_value(), one.levels) for one in settings.settings.notify]
    assert found == [
        ("json://one/x", ("critical",)),
        ("json://two/x", ("warning",)),
        ("json://three/x", ("critical",)),
    ]
    assert settings.settings.heartbeat.url.get_secret_value() == "https://h/x"
    origins = {line.key: line.origin for line in settings.describe()}
    assert origins["notify[1].to"] == "wallboard.toml:2"
    assert origins["notify[2].to"] == "environment: WALLBOARD_NOTIFY__2__TO"
    assert origins["notify[2].levels"] == "wallboard.toml:4"
    assert origins["notify[3].levels"] == "default"


def test_the_environment_is_stronger_than_a_secret_file_and_that_than_the_file(
    tmp_path: Path,
) -> None:
    for number, text in enumerate(("json://file1/x", "json://file2/x"), 1):
        secret = tmp_path / f"notify_{number}"
        secret.write_text(f"{text}\n")
        secret.chmod(0o600)
    (tmp_path / "heartbeat_url").write_text("https://h/y\n")
    (tmp_path / "heartbeat_url").chmod(0o600)
    toml = '[api]\nsecrets_dir = "."\n[[notify]]\nto = "json://toml1/x"\n[[notify]]\n'
    settings = loaded(tmp_path, toml, WALLBOARD_NOTIFY__1__TO="json://env1/x").settings
    found = [one.to.get_secret_value() for one in settings.notify]
    assert found == ["json://env1/x", "json://file2/x"]
    assert settings.heartbeat.url.get_secret_value() == "https://h/y"


def test_an_empty_variable_hides_nothing(tmp_path: Path) -> None:
    toml = '[heartbeat]\nurl = "https://h/x"\n[[notify]]\nto = "json://one/x"\n'
    settings = loaded(
        tmp_path, toml, WALLBOARD_NOTIFY__1__TO="", WALLBOARD_HEARTBEAT__URL=""
    ).settings
    assert settings.notify[0].to.get_secret_value() == "json://one/x"
    assert settings.heartbeat.url.get_secret_value() == "https://h/x"


def test_an_address_without_a_table_before_it_is_a_mistake(tmp_path: Path) -> None:
    told = mistakes(tmp_path, "", WALLBOARD_NOTIFY__2__TO=f"json://{SECRET}/x")
    words = "there is no table 1 of [[notify]] before it"
    assert told == [f"environment: WALLBOARD_NOTIFY__2__TO: {words}"]
    told = mistakes(tmp_path, "", WALLBOARD_NOTIFY__1__TO=SECRET)
    assert told[0].startswith("environment: WALLBOARD_NOTIFY__1__TO: not an address")


def test_what_takes_apprise_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    toml = f'[[notify]]\nto = "json://h/x"\n[[notify]]\nto = "slack://{SECRET}"\n'
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: object())
    assert len(loaded(tmp_path, toml).settings.notify) == 2
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    words = "slack:// takes Apprise: pip install 'wallboard[notify]'"
    assert mistakes(tmp_path, toml) == [f"wallboard.toml:4: notify[2].to: {words}"]


def test_no_address_is_shown(tmp_path: Path) -> None:
    toml = f'[heartbeat]\nurl = "https://h/{SECRET}"\n[[notify]]\nto = "json://h/{SECRET}"\n'
    found = loaded(tmp_path, toml)
    shown = "\n".join(map(str, found.describe()))
    assert SECRET not in shown + repr(found) + str(found.settings) + repr(found.settings.notify)
    lines = {line.key: line.text for line in found.describe()}
    assert (lines["notify[1].to"], lines["heartbeat.url"]) == ("(set)", "(set)")
    assert set(found.settings.secrets()) == {f"https://h/{SECRET}", f"json://h/{SECRET}"}


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="the system has no rights of this kind")
def test_a_file_with_an_address_that_others_may_read_is_told(tmp_path: Path) -> None:
    file = tmp_path / "wallboard.toml"
    file.write_text('[heartbeat]\nurl = "https://h/x"\n[[notify]]\nto = "json://h/x"\n')
    file.chmod(0o644)
    (warning,) = load({}, {}, tmp_path, candidates=[file]).warnings
    assert "it holds heartbeat.url, notify[1].to; chmod 600" in warning
