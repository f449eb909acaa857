"""Whether bounds lie in order, each override taken together with what it inherits."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from typing import NamedTuple

from wallboard.model.data.catalogue import METRICS
from wallboard.model.data.metric import Number, Worse
from wallboard.model.judge.rules import Bounds, Override

NOTHING_SET = "neither warning nor critical is set: write one, or both"

_PAIRS = (
    ("warning", "critical", "warning is worse than critical"),
    ("recover_warning", "warning", "recover is worse than warning"),
    ("recover_critical", "critical", "recover is worse than critical"),
)
"""The pairs of bounds of which the first must not be worse than the second."""

_DIRECTION = "worse"
_STRANGER = "\ue000"
"""A letter that no pattern of a user names."""


class Conflict(NamedTuple):
    """Two bounds out of order, or none at all: by which override (its number), of what."""

    override: int
    metric: str
    words: str


def out_of_order(name: str, bounds: Bounds) -> Iterator[tuple[str, str, str]]:
    """Return the names of each two bounds that are out of order, and the words for it."""
    up = (bounds.worse or METRICS[name].worse) is not Worse.DOWN
    for better, worse, words in _PAIRS:
        bound: Number | None = getattr(bounds, better)
        other: Number | None = getattr(bounds, worse)
        if bound is None or other is None or (bound <= other if up else bound >= other):
            continue
        yield better, worse, f"{words} ({'higher' if up else 'lower'} is worse here"


def conflicts(overrides: Sequence[Override], base: Mapping[str, Bounds]) -> tuple[Conflict, ...]:
    """Return what is wrong with overrides as they will act, each told of the one that wrote it.

    Judged for a queue that the override speaks of and no narrower one does, with all that this
    queue inherits: overrides may complete each other, and are no mistake then. Where one for
    queues and one for sites merely cross, nothing is said: there may be no such queue.
    """
    found: dict[Conflict, None] = {}
    for number, override in enumerate(overrides):
        if not override.queue and not override.site:
            continue  # a mistake by itself: nobody can tell what was meant
        queue, site = _example(override.queue), _example(override.site)
        fitting = [
            at
            for at, other in enumerate(overrides)
            if (other.queue or other.site) and (at == number or other.where.matches(queue, site))
        ]
        chain = sorted(fitting, key=lambda at: overrides[at].where.narrowness)
        for name in override.bounds:
            found.update(dict.fromkeys(_conflicts_of(name, chain, overrides, base.get(name))))
    return tuple(found)


def _conflicts_of(
    name: str, chain: Iterable[int], overrides: Sequence[Override], base: Bounds | None
) -> Iterator[Conflict]:
    bounds = base
    writers: dict[str, int] = {}
    last = -1
    for at in chain:
        own = overrides[at].bounds.get(name)
        if own is None:
            continue
        bounds, last = own.fill_from(bounds), at
        writers.update(
            {field.name: at for field in fields(own) if getattr(own, field.name) is not None}
        )
    if bounds is None or bounds.off or last < 0:
        return
    if bounds.warning is None and bounds.critical is None:
        yield Conflict(last, name, NOTHING_SET)
    for better, worse, words in out_of_order(name, bounds):
        writer = max(
            (writers[bound] for bound in (better, worse, _DIRECTION) if bound in writers),
            key=list(chain).index,
            default=-1,
        )
        if writer >= 0:
            yield Conflict(writer, name, f"{words}; a bound that is not written is inherited)")


def _example(pattern: str) -> str:
    """Return a name that ``pattern`` fits and that hardly anything narrower does."""
    literal = re.sub(r"\[(?!!)(.)[^\]]*\]", r"\1", pattern)
    return re.sub(r"[*?]|\[![^\]]+\]", _STRANGER, literal) or _STRANGER
