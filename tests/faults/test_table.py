"""The table of faults in the documentation: it names tests that there are, and every one here."""

import ast
import re
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
TABLE = (HERE.parents[1] / "docs" / "faults.md").read_text(encoding="utf-8")
NAMED = set(re.findall(r"`((?:\.\./[\w/]+/)?test_\w+\.py)::(test_\w+)`", TABLE))


@cache
def names_in(file: Path) -> set[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    return {
        one.name for one in tree.body if isinstance(one, functions) and one.name.startswith("test_")
    }


def test_every_test_that_the_table_names_is_there() -> None:
    assert NAMED
    missing = [f"{file}::{name}" for file, name in NAMED if name not in names_in(HERE / file)]
    assert not missing


def test_every_test_of_a_fault_is_in_the_table() -> None:
    here = {
        (file.name, name)
        for file in HERE.glob("test_*.py")
        for name in names_in(file)
        if file != Path(__file__)
    }
    assert not here - NAMED
