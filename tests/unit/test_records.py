"""Our dataclasses do what the standard library's do; only later."""

import copy
import dataclasses
import pickle
import sys
from collections.abc import Callable
from dataclasses import KW_ONLY, FrozenInstanceError, field
from typing import Any

import pytest

from tests.forked import printed_by
from wallboard.records import dataclass, record

Maker = Callable[..., Any]
HOW = [
    {"frozen": frozen, "slots": slots, "eq": eq, "kw_only": kw_only}
    for frozen in (True, False)
    for slots in (True, False)
    for eq in (True, False)
    for kw_only in (True, False)
]


def made(make: Maker, how: dict[str, bool]) -> Any:
    """A class with all that ours use, made by the library's decorator or by our own."""

    @make(**how)
    class Thing:
        """A thing."""

        a: int
        b: str = "b"
        hidden: str = field(default="secret", repr=False, compare=False)
        _: KW_ONLY
        many: list[int] = field(default_factory=list)
        later: int = field(init=False, compare=False)
        set_later: list[int] = field(default_factory=list, init=False)
        constant: int = field(default=7, init=False)

        def __post_init__(self) -> None:
            object.__setattr__(self, "later", self.a + 1)

    return Thing


def outcome(does: Callable[[], Any]) -> Any:
    """What comes of it, or the kind and the words of what it raises."""
    try:
        return does()
    except (TypeError, AttributeError) as error:
        return type(error), str(error)


@pytest.mark.parametrize("how", HOW, ids=str)
def test_a_record_is_what_the_library_would_have_made(how: dict[str, bool]) -> None:
    ours, theirs = made(record, how), made(dataclasses.dataclass, how)
    for cls in (ours, theirs):
        cls.__qualname__ = "Thing"

    def both(does: Callable[[Any], Any]) -> None:
        # Twice: the first time compiles, the second is what stays.
        expected = outcome(lambda: does(theirs))
        assert [outcome(lambda: does(ours)) for _ in range(2)] == [expected, expected]

    both(lambda cls: dataclasses.asdict(cls(a=1)))
    both(lambda cls: dataclasses.asdict(cls(a=1, b="x", hidden="y", many=[3])))
    both(lambda cls: repr(cls(a=1, many=[2])))
    both(lambda cls: cls(a=1) == cls(a=1, hidden="other"))
    both(lambda cls: cls(a=1) == cls(a=2))
    both(lambda cls: cls(a=1) == 1)
    both(lambda cls: cls.__eq__(cls(a=1), 1) if how["eq"] else None)
    both(lambda cls: dataclasses.replace(cls(a=1), a=5).later)
    both(lambda cls: copy.deepcopy(cls(a=1, many=[1])).many)
    both(lambda cls: cls.__match_args__)
    both(lambda cls: cls(a=1).many is cls(a=1).many)
    both(lambda cls: setattr(cls(a=1), "a", 2))
    both(lambda cls: delattr(cls(a=1), "a"))
    both(lambda cls: cls.__hash__ is None)
    both(lambda cls: hasattr(cls(a=1), "__dict__"))
    both(lambda cls: type(outcome(cls)))
    both(lambda cls: outcome(lambda: cls(a=1, nothing=2))[0])


@dataclass(frozen=True, slots=True)
class Point:
    """A place."""

    x: int
    y: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Further(Point):
    """A place with more to it."""

    z: int = 0


def test_equal_records_have_one_hash_and_those_of_another_kind_are_other() -> None:
    assert len({Point(1, (2,)), Point(1, (2,)), Point(2)}) == 2
    assert hash(Point(1)) == hash(Point(1))
    assert Further(1) != Point(1)
    assert Further(1, (2,), 3) == Further(z=3, x=1, y=(2,))


def test_a_frozen_record_comes_back_from_a_pickle() -> None:
    assert pickle.loads(pickle.dumps(Further(1, (2,), 3))) == Further(1, (2,), 3)  # noqa: S301 - ours


def test_a_missing_argument_is_told_by_the_name_of_the_class() -> None:
    with pytest.raises(TypeError, match=r"Point\.__init__\(\) missing 1 required .* 'x'"):
        Point()  # type: ignore[call-arg]


def test_what_is_frozen_stays() -> None:
    point = Further(1)
    for name in ("x", "z", "other"):
        with pytest.raises(FrozenInstanceError):
            setattr(point, name, 2)
    assert point == Further(1)


def test_methods_of_its_own_are_kept() -> None:
    @dataclass(frozen=True, slots=True)
    class Own:
        """One that says what it is."""

        a: int

        def __repr__(self) -> str:
            return "own"

        def __eq__(self, other: object) -> bool:
            return other == self.a

        def __hash__(self) -> int:
            return 3

    assert (repr(Own(1)), Own(1) == 1, hash(Own(1))) == ("own", True, 3)


def test_a_record_that_holds_itself_is_shown() -> None:
    @dataclass(slots=True)
    class Ring:
        """One that may hold itself."""

        to: Any = None

    ring = Ring()
    ring.to = ring
    assert repr(ring).endswith("Ring(to=...)")


def test_nothing_is_compiled_before_it_is_called() -> None:
    # A start would pay for it: four million instructions a class, a hundred and sixty classes.
    program = (
        "import sys\n"
        "from wallboard.records import dataclass\n"
        "seen = []\n"
        "sys.addaudithook(lambda event, _: seen.append(event) if event == 'compile' else None)\n"
        "@dataclass(frozen=True, slots=True)\n"
        "class One:\n"
        "    'One.'\n"
        "    a: int\n"
        "at_import = len(seen)\n"
        "One(1)\n"
        "print(at_import, len(seen))\n"
    )
    printed = printed_by(program)
    # The library of 3.13 compiles once for each class, if only that there is nothing to compile.
    by_library = int(sys.version_info >= (3, 13))
    assert printed == f"{by_library} {by_library + 1}\n"


def test_a_record_may_be_set_only_while_it_is_made() -> None:
    class Named(Point):
        """A place of a kind that says nothing more: no record itself."""

        __slots__ = ()

    @dataclass(frozen=True, slots=True)
    class Held:
        """One whose fields are called as what its making is about."""

        frozen: int
        kind: int = 2

    assert (Held(1).frozen, Held(1).kind) == (1, 2)
    for made_one in (Point(1), Further(1), Named(1), dataclasses.replace(Named(1), x=2)):
        assert type(made_one) in (Point, Further, Named)
        with pytest.raises(FrozenInstanceError):
            made_one.x = 3  # type: ignore[misc]
    assert type(Named(1)) is Named
