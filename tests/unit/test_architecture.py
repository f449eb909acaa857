"""The pages for whoever works on the board: what they name is there, what they draw is so."""

import ast
import re
from pathlib import Path

import pytest

from tests.unit.test_imports import ANYWHERE, FILES, module_of, ours, room_of

TOP = Path(__file__).parents[2]
PAGES = sorted([*(TOP / "docs").glob("*.md"), TOP / "CONTRIBUTING.md", TOP / "README.md"])
ARCHITECTURE = (TOP / "docs" / "architecture.md").read_text(encoding="utf-8")
GLOSSARY = (TOP / "docs" / "glossary.md").read_text(encoding="utf-8")

FOLDERS = "|".join(
    sorted(
        path.name
        for place in (TOP, TOP / "wallboard")
        for path in place.iterdir()
        if path.is_dir() and path.name.isidentifier() and path.name != "__pycache__"
    )
)
PATH = re.compile(rf"(?<![\w./{{*>-])((?:{FOLDERS})/(?:[\w./*@-]|\[[\w.-]+\](?!\())*[\w/])")
OF_THE_READER = {"wallboard/wallboard.toml"}
"""In a configuration folder, not here."""

LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)")
TEST = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")
ROOM = re.compile(r"^\s+(\w+) --> (\w+)$", re.MULTILINE)
WHERE = re.compile(r"(?:`(\w+)`(?:, `\w+`)* in|in|of) `(wallboard/[\w/]+\.py)`")


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def is_there(path: str) -> bool:
    places = (TOP, TOP / "wallboard")
    if "*" in path:
        return any(any(place.glob(path)) for place in places)
    return any((place / path).exists() for place in places)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_path_that_a_page_names_is_there(page: Path) -> None:
    named = set(PATH.findall(text_of(page))) - OF_THE_READER
    assert [path for path in sorted(named) if not is_there(path)] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    links = LINK.findall(text_of(page))
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_every_test_that_holds_a_promise_is_there() -> None:
    named = TEST.findall(ARCHITECTURE)
    assert named
    for path, name in named:
        tree = ast.parse((TOP / path).read_text(encoding="utf-8"))
        assert name in {getattr(node, "name", "") for node in tree.body}, f"{path}::{name}"


@pytest.mark.parametrize("page", [ARCHITECTURE, GLOSSARY], ids=["architecture", "glossary"])
def test_what_is_said_to_be_in_a_file_is_in_it(page: str) -> None:
    said = [(name, path) for name, path in WHERE.findall(page) if name]
    assert said
    for name, path in said:
        assert re.search(rf"\b{name}\b", (TOP / path).read_text(encoding="utf-8")), (name, path)


def test_the_drawing_of_the_rooms_has_their_arrows_and_no_others() -> None:
    left_out = {"", "__main__", *ANYWHERE}
    arrows = {
        (room_of(module_of(path)), room_of(module)) for path in FILES for module in ours(path)
    }
    assert set(ROOM.findall(ARCHITECTURE)) == {
        (one, other)
        for one, other in arrows
        if one != other and one not in left_out and other not in left_out
    }


def test_every_word_of_the_glossary_is_used() -> None:
    code = "\n".join(text_of(path) for path in FILES).casefold()
    rows = re.findall(r"^\| ([^|]+) \|", GLOSSARY, re.MULTILINE)[2:]
    words = [word for row in rows for word in re.sub(r"[(`)]", ",", row).split(",") if word.strip()]
    assert [word for word in words if word.strip().casefold() not in code] == []
