"""Names of Textual that are not documented: all are known, all are there, the board can do without
those of the driver."""

import ast
import dis
import importlib
import inspect
import pkgutil
import textwrap
from collections.abc import Iterator
from functools import cache
from operator import attrgetter
from typing import Any

import pytest
from textual._compositor import Compositor
from textual.drivers.linux_driver import LinuxDriver
from textual.screen import Screen

import wallboard.ui
from tests.ui.running import running
from tests.ui.terminal.test_driver import SIZE, Slow, Words, drawn, no_time
from wallboard.ui.terminal import private_names
from wallboard.ui.terminal.driver import sparing_driver

USED = [(owner, name) for owner, names in private_names.OTHERS.items() for name in names]

_ATTRIBUTES = {"LOAD_ATTR", "LOAD_METHOD", "STORE_ATTR"}


def loaded(path: str) -> Any:
    module, _, name = path.partition(":")
    return getattr(importlib.import_module(module), name)


@cache
def own_names(kind: type) -> set[str]:
    """What a class itself has, and what its methods give to or take from an object."""
    codes = [getattr(one, "__code__", None) for one in vars(kind).values()]
    steps = (step for code in codes if code for step in dis.get_instructions(code))
    return set(vars(kind)) | {str(step.argval) for step in steps if step.opname in _ATTRIBUTES}


def is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")


def names_of(kind: type) -> set[str]:
    """The private names that stand in the source of a class."""
    nodes = list(ast.walk(ast.parse(textwrap.dedent(inspect.getsource(kind)))))
    read = {node.attr for node in nodes if isinstance(node, ast.Attribute)}
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    return {
        name
        for name in read | {node.name for node in nodes if isinstance(node, functions)}
        if is_private(name)
    }


def classes_on_textual() -> Iterator[tuple[type, list[type]]]:
    """Each class of the room, and the library's classes that it stands on."""
    for found in pkgutil.walk_packages(wallboard.ui.__path__, "wallboard.ui."):
        for kind in vars(importlib.import_module(found.name)).values():
            if inspect.isclass(kind) and kind.__module__ == found.name:
                yield kind, [one for one in kind.__mro__ if one.__module__.startswith("textual")]


@pytest.mark.parametrize(("owner", "name"), USED)
def test_textual_still_has(owner: str, name: str) -> None:
    assert name in own_names(loaded(owner))


def test_textual_still_has_its_parser_of_keys() -> None:
    assert callable(loaded(private_names.PARSER).feed)


@pytest.mark.parametrize("name", private_names.TERMINAL)
def test_the_driver_for_terminals_still_has(name: str) -> None:
    assert name in own_names(LinuxDriver)


@pytest.mark.parametrize("name", private_names.COMPOSITOR)
def test_what_makes_the_frames_still_has(name: str) -> None:
    own = getattr(Screen[None](), private_names.SCREEN)
    assert isinstance(own, Compositor)
    assert hasattr(own, name)


@pytest.mark.parametrize("place", private_names.CACHES)
def test_textual_still_has_what_keeps_boards_that_are_over(place: str) -> None:
    module, _, name = place.partition(":")
    assert callable(attrgetter(f"{name}.cache_clear")(importlib.import_module(module)))


def test_no_other_private_name_is_used() -> None:
    known = {name for _, name in USED} | {*private_names.TERMINAL, *private_names.COMPOSITOR}
    used = {
        name
        for kind, bases in classes_on_textual()
        for name in names_of(kind)
        if any(name in own_names(base) for base in bases)
    }
    assert used <= known
    assert {name for _, name in USED} <= used


@pytest.mark.parametrize("name", private_names.TERMINAL)
async def test_without_a_name_that_it_needs_the_driver_writes_as_textuals_does(name: str) -> None:
    class Other(Slow):
        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **options)
            delattr(self, name)

    app = Words()
    async with running(app, sparing_driver(Other, no_time), SIZE) as driver:
        driver.take()
        for words in ("once", "twice"):
            app.say(words)
            await drawn()
            # Nobody says that the terminal is done with it, so nothing waits for that.
            assert words[:2] in driver.take()
