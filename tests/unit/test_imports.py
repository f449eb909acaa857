"""The arrows between the rooms, read from the source: who may import whom."""

import ast
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2] / "wallboard"
FILES = sorted(ROOT.rglob("*.py"))

# Each room and the rooms it may use beside itself; errors, records and host may be used anywhere.
ARROWS: dict[str, set[str]] = {
    "errors": set(),
    "records": set(),
    "host": set(),
    "actions": set(),
    "model": set(),
    "api": {"model"},
    "feed": {"model"},
    "history": {"model", "feed"},
    "hub": {"model", "feed", "history"},
    "notify": {"model"},
    "publish": {"model", "feed"},
    "doctor": {"model", "feed"},
    "web": set(),
    "first_run": {"model", "doctor"},
    "simulator": {"model"},
    "ui": {"model", "feed", "actions", "publish"},
    "config": {"model", "actions"},
    "settings": {"config", "model", "actions"},
}
ANYWHERE = {"errors", "host", "records"}
OUTSIDE = {
    "textual": "ui",
    "rich": "ui",
    "httpx": "api",
    "aiomqtt": "hub",
    "paho": "hub",
    "prometheus_client": "hub",
}


def module_of(path: Path) -> str:
    parts = path.relative_to(ROOT.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def room_of(module: str) -> str:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else ""


@cache
def imports(path: Path) -> tuple[str, ...]:
    return tuple(imports_in(path))


def imports_in(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def ours(path: Path) -> Iterator[str]:
    """The modules of the program that a file imports."""
    for name in imports(path):
        if name.split(".")[0] == "wallboard":
            yield name if name in modules() else name.rpartition(".")[0]


@cache
def modules() -> frozenset[str]:
    return frozenset(module_of(one) for one in FILES)


def test_arrows_point_one_way() -> None:
    wrong = [
        f"{module_of(path)} imports {module}"
        for path in FILES
        if (room := room_of(module_of(path))) not in ("cli", "commands", "compose", "__main__", "")
        for module in ours(path)
        if room_of(module) not in allowed(room)
    ]
    assert wrong == []


def allowed(room: str) -> set[str]:
    """The rooms whose modules a room may import."""
    arrows = ARROWS[room]
    return {room, "errors", "records"} if room in ANYWHERE else arrows | ANYWHERE | {room, ""}


def test_libraries_stay_in_their_rooms() -> None:
    wrong = [
        f"{module_of(path)} imports {name}"
        for path in FILES
        for name in imports(path)
        if OUTSIDE.get(name.split(".")[0], room_of(module_of(path))) != room_of(module_of(path))
    ]
    assert wrong == []


def test_the_model_needs_the_standard_library_only() -> None:
    model = [path for path in FILES if room_of(module_of(path)) == "model"]
    assert len(model) > 50
    wrong = [
        f"{module_of(path)} imports {name}"
        for path in model
        for name in imports(path)
        if name.split(".")[0] not in {*sys.stdlib_module_names, "wallboard"}
    ]
    assert wrong == []


def test_dataclasses_are_those_that_are_cheap_to_import() -> None:
    makers = {module_of(path) for path in FILES if "dataclasses.dataclass" in imports(path)}
    assert makers == {"wallboard.records"}, "others import dataclass from wallboard.records"


def test_only_the_command_line_reads_settings() -> None:
    readers = {module_of(path) for path in FILES if "wallboard.settings" in set(ours(path))}
    # compose is the command line's other half: it gets the settings that cli has read.
    assert {room_of(reader) for reader in readers} <= {"cli", "commands", "compose"}


def test_the_simulator_makes_its_own_sums() -> None:
    for path in FILES:
        if room_of(module_of(path)) == "simulator":
            assert "wallboard.model.select.totals" not in set(ours(path))


def test_no_circle_of_imports() -> None:
    graph = {module_of(path): set(ours(path)) - {module_of(path)} for path in FILES}
    done: set[str] = set()

    def visit(module: str, trail: tuple[str, ...]) -> None:
        assert module not in trail, " → ".join((*trail, module))
        if module not in done:
            for other in graph.get(module, ()):
                if not module.startswith(f"{other}."):
                    visit(other, (*trail, module))
            done.add(module)

    for module in graph:
        visit(module, ())
