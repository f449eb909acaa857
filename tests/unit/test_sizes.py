"""How large a file, a function and a room may be, that no name is given twice, and where a name
may be imported from: read from the source."""

import ast
from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import takewhile
from pathlib import Path

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


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def classes_of(path: Path) -> list[ast.ClassDef]:
    return [node for node in ast.walk(tree_of(path)) if isinstance(node, ast.ClassDef)]


def test_a_room_can_be_looked_over() -> None:
    modules = {
        name_of(folder): [path.name for path in folder.glob("*.py") if path.name != "__init__.py"]
        for folder in FOLDERS
    }
    full = [name for name, found in modules.items() if len(found) > MOST_MODULES]
    assert full == [], "give them rooms of their own"


def test_files_functions_and_what_they_take_are_of_a_size_to_be_read() -> None:
    assert {name_of(path): found for path in FILES if (found := list(too_large(path)))} == {}


def too_large(path: Path) -> Iterator[str]:
    """What of a file is too large to be read: the file, functions, what they take, records."""
    if len(path.read_text(encoding="utf-8").splitlines()) > MOST_LINES:
        yield "the file"
    for node in ast.walk(tree_of(path)):
        if isinstance(node, FUNCTIONS):
            if length_of(node) > MOST_FUNCTION_LINES:
                yield f"{node.name}: lines"
            if positional_of(node) > MOST_POSITIONAL:
                yield f"{node.name}: what it takes"
        elif isinstance(node, ast.ClassDef) and fields_of(node) > MOST_POSITIONAL:
            yield f"{node.name}: fields"


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
    names = (node.name for path in FILES for node in classes_of(path))
    times = Counter(name for name in names if not name.startswith("_"))
    assert [name for name, count in times.items() if count > 1] == []


def test_a_name_is_imported_from_where_it_is_made() -> None:
    again = [
        f"{name_of(path)}:{node.lineno}: {one.name}"
        for path in FILES
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for one in node.names
        if one.asname == one.name
    ]
    assert again == []
