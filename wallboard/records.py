"""Dataclasses that are cheap to import.

The standard library writes and compiles six methods for each frozen class at its import, which
was a fifth of a start. Here a method is compiled when it is called for the first time: what it
does then is the same. Import ``dataclass`` from here; ``field``, ``replace`` and so on stay what
they are. Python 3.13 compiles all of them in one go: once it is the oldest that is supported, this
file can go.
"""

import dataclasses
from collections.abc import Callable, Iterable
from dataclasses import MISSING, Field, FrozenInstanceError, fields
from reprlib import recursive_repr
from typing import TYPE_CHECKING, Any

__all__ = ["dataclass", "record"]

_NOTHING = object()
"""What a parameter is that was not given, of a field with a factory."""


def record(
    *, frozen: bool = False, slots: bool = False, kw_only: bool = False, eq: bool = True
) -> Callable[[type], Any]:
    """Return the decorator that makes a dataclass; arguments as of ``dataclasses.dataclass``."""

    def decorate(cls: type) -> Any:
        own = set(cls.__dict__)
        made: Any = dataclasses.dataclass(
            init=False, repr=False, eq=False, slots=slots, kw_only=kw_only
        )(cls)
        writers = {"__init__": _init, "__repr__": _repr}
        if eq:
            writers |= {"__eq__": _eq, "__hash__": _hash} if frozen else {"__eq__": _eq}
            if not frozen and "__hash__" not in own:
                made.__hash__ = None
        for name, write in writers.items():
            if name not in own:
                setattr(made, name, _later(made, name, write, frozen=frozen))
        if frozen:
            _freeze(made)
            if slots:
                made.__getstate__ = _state
                made.__setstate__ = _restore
        return made

    return decorate


if TYPE_CHECKING:
    from dataclasses import dataclass
else:
    dataclass = record

_Written = tuple[str, dict[str, Any]]
"""A method's parameters and body, and the names that it uses."""


def _later(cls: type, name: str, write: Callable[..., _Written], *, frozen: bool) -> Any:
    """Return the method that compiles the true one, puts it in its own place and calls it."""

    def first(self: Any, *args: Any, **named: Any) -> Any:
        text, names = write(cls, frozen=frozen)
        exec(f"def {name}{text}", names)  # noqa: S102 - our own text, as dataclasses do
        method = names[name]
        method.__qualname__ = f"{cls.__qualname__}.{name}"
        if name == "__repr__":
            method = recursive_repr()(method)
        setattr(cls, name, method)
        return method(self, *args, **named)

    return first


def _init(cls: type, *, frozen: bool) -> _Written:
    names: dict[str, Any] = {"_set": object.__setattr__, "_NOTHING": _NOTHING}
    lines: list[str] = []
    opens = frozen and "__slots__" in cls.__dict__ and cls.__bases__ == (object,)
    if opens:
        names["_open"] = _twin(cls)
        lines += ["_kind = self.__class__", "_set(self, '__class__', _open)"]
    plain: list[str] = []
    named: list[str] = []
    for field in fields(cls):
        default = f"_default_{field.name}"
        has_factory = field.default_factory is not MISSING
        names[default] = field.default_factory if has_factory else field.default
        if field.init:
            value = f"{default}() if {field.name} is _NOTHING else {field.name}"
            value = value if has_factory else field.name
            given = "=_NOTHING" if has_factory else f"={default}"
            (named if field.kw_only else plain).append(
                field.name if names[default] is MISSING else f"{field.name}{given}"
            )
        elif has_factory:
            value = f"{default}()"
        elif field.default is not MISSING and "__slots__" in cls.__dict__:
            value = default
        else:
            continue
        by_name = frozen and not opens
        place = (
            f"_set(self, {field.name!r}, {value})" if by_name else f"self.{field.name} = {value}"
        )
        lines.append(place)
    if opens:
        lines.append("self.__class__ = _kind")
    if hasattr(cls, "__post_init__"):
        lines.append("self.__post_init__()")
    parameters = ", ".join(["self", *plain, *(["*", *named] if named else ())])
    return f"({parameters}):\n  " + "\n  ".join(lines or ["pass"]), names


def _twin(cls: type) -> type:
    """Return a class of the same room whose fields may be set: what a record is while it is made.

    A poll makes thousands of records. Field by field past ``__setattr__`` takes three times as long
    as to change the class of the object, to set the fields, and to change it back.
    """
    return type(cls.__name__, (), {"__slots__": cls.__dict__["__slots__"]})


def _repr(cls: type, *, frozen: bool) -> _Written:
    del frozen
    shown = ", ".join(
        f"{field.name}={{self.{field.name}!r}}" for field in fields(cls) if field.repr
    )
    return f'(self):\n  return self.__class__.__qualname__ + f"({shown})"', {}


def _eq(cls: type, *, frozen: bool) -> _Written:
    del frozen
    compared = [field for field in fields(cls) if field.compare]
    both = f"{_tuple('self', compared)} == {_tuple('other', compared)}"
    same = f"  if other.__class__ is self.__class__:\n    return {both}\n"
    return f"(self, other):\n{same}  return NotImplemented", {}


def _hash(cls: type, *, frozen: bool) -> _Written:
    del frozen
    hashed = [
        field for field in fields(cls) if (field.compare if field.hash is None else field.hash)
    ]
    return f"(self):\n  return hash({_tuple('self', hashed)})", {}


def _tuple(of: str, these: Iterable[Field[Any]]) -> str:
    return f"({''.join(f'{of}.{field.name}, ' for field in these)})"


def _freeze(cls: Any) -> None:
    """Let nobody set or delete a field."""
    names = {field.name for field in fields(cls)}

    def refuse_set(self: Any, name: str, value: object) -> None:
        if type(self) is cls or name in names:
            msg = f"cannot assign to field {name!r}"
            raise FrozenInstanceError(msg)
        super(cls, self).__setattr__(name, value)

    def refuse_delete(self: Any, name: str) -> None:
        if type(self) is cls or name in names:
            msg = f"cannot delete field {name!r}"
            raise FrozenInstanceError(msg)
        super(cls, self).__delattr__(name)

    cls.__setattr__ = refuse_set
    cls.__delattr__ = refuse_delete


def _state(self: Any) -> list[Any]:
    return [getattr(self, field.name) for field in fields(self)]


def _restore(self: Any, state: list[Any]) -> None:
    for field, value in zip(fields(self), state, strict=True):
        object.__setattr__(self, field.name, value)
