"""How large a file, a function and a room may be, that no name is given twice, and where a name
may be imported from: read from the source."""

import ast
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2] / "wallboard"
FILES = sorted(ROOT.rglob("*.py"))
FOLDERS = sorted({path.parent for path in FILES})

MOST_MODULES = 15


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT.parent))


def public_classes(path: Path) -> list[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    ]


@pytest.mark.parametrize("folder", FOLDERS, ids=name_of)
def test_a_room_can_be_looked_over(folder: Path) -> None:
    modules = [path.name for path in folder.glob("*.py") if path.name != "__init__.py"]
    assert len(modules) <= MOST_MODULES, f"{name_of(folder)}: give it rooms of its own"


def test_no_public_class_has_the_name_of_another() -> None:
    times = Counter(name for path in FILES for name in public_classes(path))
    assert [name for name, count in times.items() if count > 1] == []


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_a_name_is_imported_from_where_it_is_made(path: Path) -> None:
    again = [
        f"line {node.lineno}: {one.name}"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for one in node.names
        if one.asname == one.name
    ]
    assert again == []
