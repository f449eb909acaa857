"""What the board imports after its first picture: all of it soon, and nothing when a key asks."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.forked import printed_by
from tests.unit.test_imports import FILES, ROOT, module_of
from wallboard.ui.page_actions import LATER


def loaded_by(*modules: str) -> frozenset[str]:
    """The program's modules that are there once some of them were imported."""
    program = (
        f"import sys\nfrom importlib import import_module\nfor name in {modules!r}:\n"
        "    import_module(name)\nprint(*sys.modules)"
    )
    printed = printed_by(program)
    return frozenset(name for name in printed.split() if name.startswith("wallboard"))


def imported_inside(path: Path) -> Iterator[str]:
    """The program's modules that a file imports in a function."""
    for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            for node in ast.walk(function):
                if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("wallboard"):
                    yield node.module or ""


def test_the_first_picture_waits_for_no_page() -> None:
    assert not loaded_by("wallboard.ui.app") & set(LATER)


def test_who_tells_nobody_imports_nothing_for_it_and_http_waits_for_the_first_message() -> None:
    assert not any(name.startswith("wallboard.notify") for name in loaded_by("wallboard.ui.app"))
    room = ("messenger", "heartbeat", "apprise_sender")
    there = loaded_by("wallboard.compose.outward", *(f"wallboard.notify.{name}" for name in room))
    assert not any(name.startswith(("wallboard.api", "wallboard.ui")) for name in there)


def test_no_key_imports_what_may_have_been_replaced_on_the_disk_since() -> None:
    # The program may run for months, and be installed anew meanwhile.
    there = loaded_by("wallboard.ui.app", *LATER)
    inside = {
        module_of(path): set(imported_inside(path)) - there
        for path in FILES
        if path.is_relative_to(ROOT / "ui")
    }
    assert any(imported_inside(ROOT / "ui" / "page_actions.py")), "the law has something to say"
    assert {name: missing for name, missing in inside.items() if missing} == {}


def test_http_comes_without_a_command_line_of_its_own() -> None:
    program = (
        "import sys\nfrom wallboard.cli import main\n"
        "try:\n    main(['--version'])\nexcept SystemExit:\n    import httpx\n"
        "    print('\\n', httpx.AsyncClient.__name__, *sys.modules)"
    )
    printed = printed_by(program)
    there = printed.split()
    assert "AsyncClient" in there
    assert [name for name in there if name.startswith(("pygments", "rich"))] == []


def test_no_start_looks_for_pydantics_plugins_among_all_that_is_installed() -> None:
    program = (
        "import sys\nfrom wallboard.cli import main\n"
        "try:\n    main(['--version'])\nexcept SystemExit:\n    import wallboard.settings\n"
        "    print('\\n', *sys.modules)\n"
        "    from pydantic.plugin import _loader, _schema_validator\n"
        "    print(*_loader.get_plugins())\n"
        "    print(_loader.PYDANTIC_ENTRY_POINT_GROUP, sys.modules[_loader.__name__] is _loader)"
    )
    printed = printed_by(program)
    *_, there, plugins, other = printed.splitlines()
    assert "wallboard.settings" in there.split()
    assert not {"importlib.metadata", "email"} & set(there.split())
    assert plugins == ""
    assert other == "pydantic False", "what else is wanted of that module comes from the real one"


def test_a_start_looks_for_no_garbage_and_what_has_begun_looks_seldom() -> None:
    """Of a start nothing is garbage: looking for it took a tenth of the time to a picture."""
    program = (
        "import gc, sys\nlooked = []\ngc.callbacks.append(lambda *_: looked.append(1))\n"
        "from wallboard.host import collector\nfrom wallboard.cli import main\n"
        "before = len(looked)\ntry:\n    main(['--version'])\nexcept SystemExit:\n    pass\n"
        "import wallboard.settings, wallboard.ui.app\n"
        "print(len(looked) - before)\ncollector.pass_over_all_there_is()\n"
        "print(gc.get_freeze_count() > 50_000, gc.get_threshold()[0])"
    )
    printed = printed_by(program)
    assert printed.splitlines()[-2:] == ["0", "True 5000"]
