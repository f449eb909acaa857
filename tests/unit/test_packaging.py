"""What is installed: the locked versions are those that the package asks for, and no others."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

import wallboard

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
