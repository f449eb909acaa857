"""Memory that is free goes back to the system, where the C library can be told so."""

import asyncio
import ctypes
from collections.abc import Callable
from typing import Any

import pytest

from wallboard.api.wire import parsing
from wallboard.host.collector import give_back_what_is_free

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
