"""What of changed settings takes effect while the board runs."""

from pathlib import Path

import pytest
from pydantic import BaseModel

from wallboard.config.live.takes_effect import AT_ONCE, AT_START, changes, in_force, takes_effect
from wallboard.settings import Settings, load


def read(place: Path, toml: str) -> Settings:
    file = place / "wallboard.toml"
    file.write_text(toml, encoding="utf-8")
    return load({}, {}, place, config=file).settings


def every_setting() -> list[str]:
    """All settings as ``section.key``; a section without fixed keys by its name."""
    found: list[str] = []
    for section in Settings.model_fields:
        value = getattr(Settings(), section)
        keys = type(value).model_fields if isinstance(value, BaseModel) else {}
        found += [f"{section}.{key}" for key in keys] or [section]
    return found


def classified(table: dict[str, str]) -> set[str]:
    return {
        name
        for section, keys in table.items()
        for name in ([f"{section}.{key}" for key in keys.split()] or [section])
    }


def test_every_setting_is_known_to_take_effect_at_once_or_at_the_next_start() -> None:
    at_once, at_start = classified(dict(AT_ONCE)), classified(dict(AT_START))
    assert at_once | at_start == set(every_setting()), (
        "enter the new setting into AT_ONCE (it follows the file while the board runs: through "
        "BoardSetup or model.events.Configured) or into AT_START of takes_effect.py"
    )
    assert not at_once & at_start
    for name in every_setting():
        assert takes_effect(name) == (name in at_once)


OTHERS = """[api]
timeout = 20
[poll]
interval = 20
[board]
title = "Ours"
timezone = "Europe/Paris"
theme = "daylight"
[agents]
enabled = true
pause_warning = "5:00"
[alerts]
bell = true
command_timeout = 5
[thresholds]
waitingCalls = { warning = 2, critical = 3 }
[keys]
quit = "Q"
[views]
1 = "paris"
"""


def test_what_waits_for_a_start_stays_as_it_was_and_the_rest_is_the_new(tmp_path: Path) -> None:
    before, after = read(tmp_path, ""), read(tmp_path, OTHERS)
    found = changes(before, after)
    assert found.at_once == (
        "board.title", "board.theme", "agents.pause_warning", "alerts.bell", "thresholds", "views",
    )  # fmt: skip
    assert found.at_start == (
        "api.timeout", "poll.interval", "board.timezone", "agents.enabled",
        "alerts.command_timeout", "keys",
    )  # fmt: skip
    now = in_force(before, after)
    assert (now.board.title, now.board.timezone) == ("Ours", "")
    assert (now.agents.pause_warning, now.agents.enabled) == (300, False)
    assert (now.alerts.bell, now.alerts.command_timeout) == (True, 10)
    assert now.api == before.api
    assert now.keys == before.keys
    assert now.thresholds == after.thresholds
    assert "theme" in now.board.model_fields_set
    assert changes(now, after) == changes(before, after)._replace(at_once=())


@pytest.mark.parametrize("toml", ["", OTHERS])
def test_what_is_the_same_has_not_changed(tmp_path: Path, toml: str) -> None:
    before, after = read(tmp_path, toml), read(tmp_path, toml)
    assert changes(before, after) == ((), ())
    assert in_force(before, after) == before


def test_back_to_what_it_was_is_what_is_in_force(tmp_path: Path) -> None:
    before, between = read(tmp_path, ""), read(tmp_path, OTHERS)
    now = in_force(before, between)
    assert in_force(now, read(tmp_path, "")) == before


def test_credentials_for_another_address_wait_with_it(tmp_path: Path) -> None:
    first = '[api]\nkey = "one"\npassword = "one"\n'
    before = read(tmp_path, first)
    assert changes(before, read(tmp_path, first.replace("one", "two"))).at_once == (
        "api.key", "api.password",
    )  # fmt: skip
    moved = read(tmp_path, first.replace("one", "two") + 'base_url = "https://else.example/"\n')
    assert changes(before, moved) == ((), ("api.base_url", "api.key", "api.password"))
    now = in_force(before, moved)
    assert now.api == before.api
