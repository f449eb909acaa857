"""[source] and [hub]: where a broker is, and what may stand in its address."""

from pathlib import Path

import pytest

from wallboard.compose.hub import broker_options
from wallboard.config.sections.broker import BrokerAddress
from wallboard.errors import ConfigurationError
from wallboard.settings import Settings, load


def read(place: Path, **source: str) -> Settings:
    environ = {f"WALLBOARD_SOURCE__{key.upper()}": value for key, value in source.items()}
    return load({}, environ, place, candidates=()).settings


@pytest.mark.parametrize(
    ("broker", "found"),
    [
        ("mqtt://127.0.0.1", ("127.0.0.1", 1883, False, "")),
        ("mqtts://wall@broker.example", ("broker.example", 8883, True, "wall")),
        ("mqtts://w%40ll@[::1]:18", ("::1", 18, True, "w@ll")),
    ],
)
def test_an_address_says_where_how_and_who(tmp_path: Path, broker: str, found: object) -> None:
    address = read(tmp_path, broker=broker).source.address
    assert address == found
    assert isinstance(address, BrokerAddress)


def test_user_and_password_are_the_settings_own_where_they_are_set(tmp_path: Path) -> None:
    secret = {"username": "other", "password": "open-sesame"}
    settings = read(tmp_path, broker="mqtt://wall@h", prefix="a/b", **secret)
    options = broker_options(settings, "source")
    assert (options.username, options.password, options.prefix) == ("other", "open-sesame", "a/b")
    assert "open-sesame" not in repr(options)
    assert settings.secrets() == ("open-sesame",)
    assert settings.user_names() == ("other",)
    assert read(tmp_path, broker="mqtt://wall@h").user_names() == ("wall",)


@pytest.mark.parametrize(
    "broker",
    ["http://h", "broker.example", "mqtt://", "mqtt://u:geheim@h", "mqtt://h:x", "mqtt://h/topic",
     "mqtt://h?geheim", "mqtt://h:99999", "mqtt://a b" ],
)  # fmt: skip
def test_what_is_no_address_is_refused_without_repeating_it(tmp_path: Path, broker: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        read(tmp_path, broker=broker)
    assert "source" in str(refused.value).lower()
    assert "geheim" not in str(refused.value)


@pytest.mark.parametrize("prefix", ["", "/a", "a/", "a//b", "a+", "#", "$SYS", "a b", "x" * 101])
def test_a_prefix_is_a_topic(tmp_path: Path, prefix: str) -> None:
    with pytest.raises(ConfigurationError):
        read(tmp_path, prefix=prefix)


def test_passwords_of_the_broker_may_be_files_and_files_are_looked_for(tmp_path: Path) -> None:
    file = tmp_path / "hub_password"
    file.write_text("open-sesame\n")
    file.chmod(0o600)
    environ = {"CREDENTIALS_DIRECTORY": str(tmp_path)}
    settings = load({}, environ, tmp_path, candidates=()).settings
    assert settings.hub.password.get_secret_value() == "open-sesame"
    with pytest.raises(ConfigurationError, match="no such file"):
        read(tmp_path, ca_bundle="nowhere.pem")
