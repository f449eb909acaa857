"""``wallboard hub``: what it needs, and what it says where that is missing."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.forked import free_port
from wallboard.cli import wallboard
from wallboard.errors import ConfigurationError, Unreachable, WallboardError

ACCOUNT = {f"WALLBOARD_API__{key}": "any" for key in ("KEY", "USERNAME", "PASSWORD")}


def error_of(place: Path, *flags: str, **environ: str) -> WallboardError:
    """What the command ends with."""
    result = CliRunner().invoke(
        wallboard,
        ["hub", *flags],
        env={"XDG_STATE_HOME": str(place), "WALLBOARD_CONFIG": None, **environ},
        standalone_mode=False,
    )
    assert isinstance(result.exception, WallboardError)
    return result.exception


def test_it_needs_an_account_and_a_broker(tmp_path: Path) -> None:
    assert "api.key" in error_of(tmp_path).words
    error = error_of(tmp_path, **ACCOUNT)
    assert isinstance(error, ConfigurationError)
    assert "hub.broker: not set" in error.words


def test_one_round_without_a_broker_ends_with_words(tmp_path: Path) -> None:
    address = f"mqtt://127.0.0.1:{free_port()}"
    api = f"http://127.0.0.1:{free_port()}"
    error = error_of(
        tmp_path, "--once", "--broker", address, **ACCOUNT, WALLBOARD_API__BASE_URL=api
    )
    assert isinstance(error, Unreachable)


def test_certificates_that_are_none_end_it_at_once(tmp_path: Path) -> None:
    pem = tmp_path / "ca.pem"
    pem.write_text("no certificate")
    pytest.importorskip("aiomqtt", reason="needs the extra hub")
    error = error_of(
        tmp_path, "--broker", "mqtts://127.0.0.1", **ACCOUNT, WALLBOARD_HUB__CA_BUNDLE=str(pem)
    )
    assert isinstance(error, ConfigurationError)
    assert "hub.ca_bundle" in error.words
