"""How large a file, a function and a room may be, that no name is given twice, and where a name
may be imported from: read from the source."""

import ast
from collections import Counter
from itertools import takewhile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2] / "wallboard"
FILES = sorted(ROOT.rglob("*.py"))
FOLDERS = sorted({path.parent for path in FILES})

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)

MOST_MODULES = 15
MOST_LINES = 300
MOST_FUNCTION_LINES = 40
MOST_POSITIONAL = 6


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


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_a_file_its_functions_and_what_they_take_are_of_a_size_to_be_read(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= MOST_LINES
    tree = ast.parse(text)
    functions = [node for node in ast.walk(tree) if isinstance(node, FUNCTIONS)]
    assert [node.name for node in functions if length_of(node) > MOST_FUNCTION_LINES] == []
    assert [node.name for node in functions if positional_of(node) > MOST_POSITIONAL] == []
    classes = [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    assert [node.name for node in classes if fields_of(node) > MOST_POSITIONAL] == []


def length_of(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def positional_of(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """How many arguments can be given without their name, but for the object itself."""
    names = [given.arg for given in (*node.args.posonlyargs, *node.args.args)]
    return len(names) - (names[:1] in (["self"], ["cls"]))


def fields_of(node: ast.ClassDef) -> int:
    """How many fields of a record can be given without their name."""
    made_by = [ast.unparse(decorator) for decorator in node.decorator_list]
    if not any("dataclass" in text and "kw_only" not in text for text in made_by):
        return 0
    fields = [entry for entry in node.body if isinstance(entry, ast.AnnAssign)]
    return len(list(takewhile(lambda field: ast.unparse(field.annotation) != "KW_ONLY", fields)))


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
