"""What the documentation of the configuration shows is what the program does."""

import re
from pathlib import Path

import pytest

from wallboard.config.model import SECTIONS
from wallboard.errors import ConfigurationError
from wallboard.settings import LoadedSettings, Settings, load

PAGE = (Path(__file__).parents[3] / "docs" / "configuration.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)


def loaded(place: Path, toml: str) -> LoadedSettings:
    (place / "wallboard.toml").write_text(toml, encoding="utf-8")
    return load({}, {}, place, candidates=[place / "wallboard.toml"])


def test_the_mistakes_that_are_shown_are_those_that_are_told(tmp_path: Path) -> None:
    (told,) = re.findall(r"```text\n(.*?)```", PAGE, re.DOTALL)
    with pytest.raises(ConfigurationError) as caught:
        loaded(tmp_path, BLOCKS[-1])
    assert list(caught.value.mistakes) == told.splitlines()
    with pytest.raises(ConfigurationError) as caught:
        loaded(tmp_path, '[api]\nkey = "x')
    assert f"`{caught.value.mistakes[0]}`" in PAGE


def test_what_is_shown_as_right_is_right(tmp_path: Path) -> None:
    hook = tmp_path / "notify"
    hook.touch(mode=0o700)
    everything = loaded(tmp_path, "\n".join(BLOCKS[:-1])).settings
    assert everything.alerts.command == (str(hook), "--channel", "queues")
    assert everything.hours.override[0].open == "always"
    assert everything.thresholds.rules.base["avgWaitingTime"].off
    assert everything.views[2] == "waiting>3"


def test_every_section_is_described() -> None:
    for name in Settings.model_fields:
        assert re.search(rf"\*\*`\[+{name}\]+`\*\*", PAGE), name
    assert set(SECTIONS) < set(Settings.model_fields)
