"""What is installed: the versions, and what is in the files that are released."""

import os
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import click
import pytest
from packaging.requirements import Requirement

import wallboard
from wallboard import cli
from wallboard.commands.man_page import man_page

TOP = Path(__file__).parents[2]
LOCK = (TOP / "requirements-lock.txt").read_text(encoding="utf-8")
PROJECT = tomllib.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))["project"]
ASKED = [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["test"]]
LOCKED = dict(re.findall(r"^([a-z0-9-]+)==([^\s;]+)", LOCK, re.MULTILINE))


@pytest.mark.parametrize("asked", ASKED)
def test_what_is_asked_for_is_locked_at_a_version_that_fits(asked: str) -> None:
    wanted = Requirement(asked)
    assert wanted.specifier.contains(LOCKED[wanted.name])


def test_every_locked_version_has_a_hash_and_none_names_where_it_came_from() -> None:
    pieces = re.split(r"^(?=[a-z0-9-]+==)", LOCK, flags=re.MULTILINE)[1:]
    assert len(pieces) == len(LOCKED)
    assert all("--hash=sha256:" in piece for piece in pieces)
    assert not re.search(r"://|^-(?!-hash)|^\s*--(?!hash)", LOCK, re.MULTILINE)


def test_the_version_stands_in_one_place() -> None:
    assert "version" not in PROJECT
    assert re.fullmatch(r"\d+\.\d+\.\d+", wallboard.__version__)
    done = subprocess.run(
        [sys.executable, "-m", "wallboard", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout.split()[-1] == wallboard.__version__
    assert f"wallboard {wallboard.__version__}" in man_page(cli.wallboard, wallboard.__version__)


def test_the_manual_page_has_every_command_and_every_flag() -> None:
    page = man_page(cli.wallboard, "1.2.3")
    for name, command in cli.wallboard.commands.items():
        assert f'.SS "{name}' in page
        flags = [one for one in command.params if isinstance(one, click.Option)]
        for flag in [one.opts[0] for one in flags if not one.hidden]:
            assert flag.replace("-", "\\-") in page
    # A line that begins with a dot is an order to man: only those that are meant are.
    orders = {line.split()[0] for line in page.splitlines() if line.startswith((".", "'"))}
    assert orders <= {".TH", ".SH", ".SS", ".PP", ".TP", ".B"}


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The wheel, built from the source archive as a release is, and that archive."""
    for needed in ("build", "hatchling"):
        pytest.importorskip(needed, reason="what is released is built by it")
    place = tmp_path_factory.mktemp("dist")
    done = subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(place), str(TOP)],
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    (wheel,), (source,) = place.glob("*.whl"), place.glob("*.tar.gz")
    return wheel, source


def test_the_wheel_has_all_that_the_program_uses_and_nothing_else(
    released: tuple[Path, Path],
) -> None:
    with zipfile.ZipFile(released[0]) as wheel:
        names = wheel.namelist()
    ours = {str(path.relative_to(TOP)) for path in (TOP / "wallboard").rglob("*.py")}
    assert ours == {name for name in names if name.endswith(".py")}
    themes = {f"wallboard/themes/{path.name}" for path in (TOP / "themes").glob("*.toml")}
    assert themes | {"wallboard/config.example.toml", "wallboard/py.typed"} <= set(names)
    assert any(name.endswith("/share/man/man1/wallboard.1") for name in names)
    assert not [name for name in names if "tests/" in name or name.endswith((".pyc", ".svg"))]


def test_the_source_archive_has_what_tests_and_documentation_need(
    released: tuple[Path, Path],
) -> None:
    with tarfile.open(released[1]) as source:
        names = {name.partition("/")[2] for name in source.getnames()}
    wanted = ("tests/conftest.py", "docs/configuration.md", "deploy/wallboard@.service", "LICENSE")
    assert not {*wanted, "deploy/hatch_build.py", "config.example.toml", "CHANGELOG.md"} - names


def test_the_wheel_runs_where_there_is_no_checkout(
    released: tuple[Path, Path], tmp_path: Path
) -> None:
    with zipfile.ZipFile(released[0]) as wheel:
        wheel.extractall(tmp_path / "site")  # noqa: S202 - our own
    environ = {"PATH": os.environ["PATH"], "PYTHONPATH": str(tmp_path / "site"), "HOME": "/nowhere"}
    said = [
        subprocess.run(
            [sys.executable, "-m", "wallboard", *arguments], cwd=tmp_path, env=environ,
            capture_output=True, text=True, timeout=60, check=True,
        ).stdout
        for arguments in (("--version",), ("list", "themes"), ("list", "settings"))
    ]  # fmt: skip
    assert said[0].split()[-1] == wallboard.__version__
    assert said[1].count("shipped") == len(list((TOP / "themes").glob("*.toml")))
    assert "Address of the API" in said[2]
