"""Where files are looked for; nothing is created by looking."""

import os
from pathlib import Path

import platformdirs
import pytest

from wallboard.host import paths

ROOT = Path(__file__).parents[3]


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    return {
        "HOME": str(tmp_path / "home"),
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "XDG_CONFIG_DIRS": f"{tmp_path / 'one'}:{tmp_path / 'two'}:relative:",
        "XDG_STATE_HOME": str(tmp_path / "state"),
    }


def test_candidates_in_order(tmp_path: Path, environ: dict[str, str]) -> None:
    assert paths.config_candidates(environ, tmp_path / "here") == (
        tmp_path / "here/wallboard.toml",
        tmp_path / "config/wallboard/wallboard.toml",
        tmp_path / "one/wallboard/wallboard.toml",
        tmp_path / "two/wallboard/wallboard.toml",
    )
    assert paths.state_folder(environ) == tmp_path / "state/wallboard"
    assert paths.user_themes(environ) == tmp_path / "config/wallboard/themes"
    assert list(tmp_path.iterdir()) == []


def test_without_a_word_from_the_environment_the_systems_custom_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("XDG_CONFIG_HOME", "XDG_CONFIG_DIRS", "XDG_STATE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    here, *others = paths.config_candidates({}, tmp_path / "here")
    assert here == tmp_path / "here/wallboard.toml"
    assert all(one.is_absolute() and one.parent.name == "wallboard" for one in others)
    assert others[0].is_relative_to(tmp_path)
    assert paths.state_folder({}).is_relative_to(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_relative_folder_in_the_environment_does_not_count(environ: dict[str, str]) -> None:
    relative = environ | {"XDG_CONFIG_HOME": "config"}
    assert paths.config_folder(relative).is_absolute()


def package(folder: Path) -> Path:
    made = folder / "wallboard"
    made.mkdir(parents=True)
    return made


def test_themes_of_a_wheel_are_in_the_package(tmp_path: Path, environ: dict[str, str]) -> None:
    wheel = package(tmp_path / "site-packages")
    (wheel / "themes").mkdir()
    assert paths.themes_folders(environ, wheel) == (wheel / "themes", paths.user_themes(environ))


def test_themes_of_a_checkout_are_beside_pyproject(tmp_path: Path, environ: dict[str, str]) -> None:
    checkout = package(tmp_path / "checkout")
    (tmp_path / "checkout/themes").mkdir()
    assert paths.themes_folders(environ, checkout) == (paths.user_themes(environ),)
    (tmp_path / "checkout/pyproject.toml").touch()
    assert paths.themes_folders(environ, checkout) == (
        tmp_path / "checkout/themes",
        paths.user_themes(environ),
    )
    (checkout / "themes").mkdir()
    assert paths.shipped_file("themes", checkout) == checkout / "themes"


def test_files_that_were_lost_are_none(tmp_path: Path) -> None:
    assert paths.shipped_file("themes", package(tmp_path)) is None


def test_what_is_shipped_is_found_from_here() -> None:
    for name in ("themes", "config.example.toml"):
        found = paths.shipped_file(name)
        assert found is not None
        assert found.exists()


@pytest.mark.parametrize(
    ("written", "expected"),
    [("~/a/b", "home/a/b"), ("~", "home"), ("a", "base/a"), ("~x", "base/~x"), ("/abs", "/abs")],
)
def test_expanded(tmp_path: Path, environ: dict[str, str], written: str, expected: str) -> None:
    assert paths.expand(written, tmp_path / "base", environ) == tmp_path / expected


def test_files_go_where_the_reader_is_or_to_the_documents(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, documents = tmp_path / "here", tmp_path / "Documents"
    here.mkdir()
    monkeypatch.chdir(here)
    monkeypatch.setattr(platformdirs, "user_documents_path", lambda: documents)
    environ = {"XDG_STATE_HOME": str(tmp_path / "state")}
    assert paths.files_folder(environ) == here
    monkeypatch.setattr(os, "access", lambda path, _mode: path != here)
    assert paths.files_folder(environ) == tmp_path / "state/wallboard"
    documents.mkdir()
    assert paths.files_folder(environ) == documents
