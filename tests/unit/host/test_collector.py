"""Free memory goes back to the system if it takes it, and garbage is looked for by itself."""

import asyncio
import ctypes
import gc
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from wallboard.api.wire import parsing
from wallboard.host.collector import (
    collect_seldom,
    give_back_what_is_free,
    look_in_a_turn_of_its_own,
)

TRIM_THRESHOLD, SMALL = -1, 128 * 1024


class Library:
    """A C library that notes what it was told."""

    def __init__(self) -> None:
        self.told: list[tuple[int, int]] = []

    def mallopt(self, what: int, number: int) -> int:
        self.told.append((what, number))
        return 1


@pytest.fixture(autouse=True)
def _told_by_nobody() -> None:
    give_back_what_is_free.cache_clear()


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch) -> Library:
    library = Library()
    monkeypatch.setattr(ctypes, "CDLL", lambda _: library)
    return library


@pytest.mark.parametrize(("extra", "told"), [(0, []), (1_000_001, [(TRIM_THRESHOLD, SMALL)])])
def test_with_a_large_answer_the_system_is_told_once_to_take_free_memory_back(
    library: Library, extra: int, told: list[tuple[int, int]]
) -> None:
    body = b'{"callQueues": []}' + b" " * extra
    for _ in range(2):
        assert asyncio.run(parsing.parse_body(body)).answer == {"callQueues": []}
    assert library.told == told


@pytest.mark.parametrize(("extra", "young"), [(0, 5_000), (1_000_001, 20_000)])
def test_with_a_large_answer_garbage_is_looked_for_more_seldom_where_it_is_seldom_already(
    extra: int, young: int
) -> None:
    body, before = b'{"callQueues": []}' + b" " * extra, gc.get_threshold()
    try:
        for told, expected in ((collect_seldom, young), (lambda: gc.set_threshold(777), 777)):
            told()
            asyncio.run(parsing.parse_body(body))
            assert gc.get_threshold()[0] == expected
    finally:
        gc.set_threshold(*before)


def fails_with(error: Exception) -> Callable[[object], Any]:
    def fail(_: object) -> Any:
        raise error

    return fail


@pytest.mark.parametrize(
    "open_library",
    [lambda _: object(), *map(fails_with, (OSError(), TypeError(), MemoryError(), ImportError()))],
)
def test_a_system_where_nothing_can_be_told_is_left_alone(
    monkeypatch: pytest.MonkeyPatch, open_library: Callable[[object], Any]
) -> None:
    tried: list[object] = []

    def tries(name: object) -> Any:
        tried.append(name)
        return open_library(name)

    monkeypatch.setattr(ctypes, "CDLL", tries)
    give_back_what_is_free()
    assert tried == [None], "the program's own C library, and no error"


@pytest.fixture
def _looks_only_if_told() -> Iterator[None]:
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("_looks_only_if_told")
@pytest.mark.parametrize(("young", "expected"), [(4, []), (5, ["turn", "all"])])
async def test_all_that_lives_is_looked_through_in_a_turn_of_its_own_before_it_is_due(
    young: int, expected: list[str]
) -> None:
    """Else it comes in the midst of a poll, which holds the keys up long enough."""
    seen: list[str] = []

    def note(phase: str, info: dict[str, int]) -> None:
        if (phase, info["generation"]) == ("start", 2):
            seen.append("all")

    gc.collect()
    for _ in range(young):
        gc.collect(1)
    gc.callbacks.append(note)
    try:
        look_in_a_turn_of_its_own()
        seen += ["turn"] if expected else []
        await asyncio.sleep(0)
        assert seen == expected
        look_in_a_turn_of_its_own()
        await asyncio.sleep(0)
        assert seen == expected, "it was looked through just now"
    finally:
        gc.callbacks.remove(note)
