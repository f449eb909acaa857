"""The queues of one feed's last answer: what is as it was is not cleaned or made anew."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from operator import itemgetter

from wallboard.api.wire.parsing import Sent, in_pieces
from wallboard.model.data.reading import NamedQueue, QueueKey, QueueMetrics, identify
from wallboard.model.data.sanitize import text_of

_Names = tuple[object, object, object]
_names_of = itemgetter("extension", "site", "name")
_UNLIKE: _Names = (object(), object(), object())
"""Is never sent: what is no text is read anew each time, as 1, 1.0 and true are alike."""


class QueueNames:
    """The names and keys of the queues of the last answer, and the ``queues`` themselves.

    Most answers name the same queues in the same order: these need no cleaning, and as they
    keep their very keys and names, ten thousand queues need the memory for these only once.
    A queue of which nothing changed stays the same object, so that nobody need look at it again.
    """

    def __init__(self) -> None:
        self._sent: Sequence[_Names] = ()
        self._named: Sequence[NamedQueue] = ()
        self.queues: Sequence[QueueMetrics] = ()
        self._identified: tuple[str, Sequence[NamedQueue], tuple[QueueKey, ...]] = ("", (), ())

    async def of(self, rows: Sequence[Sent]) -> Sequence[NamedQueue]:
        """Return the clean extension, site and name of each of these queues."""
        with suppress(KeyError):
            if list(map(_names_of, rows)) == self._sent:
                return self._named
        sent: list[_Names] = []
        named: list[NamedQueue] = []
        last = len(self._sent)
        async for piece in in_pieces(rows):
            for row in piece:
                names = (row.get("extension"), row.get("site"), row.get("name"))
                place = len(sent)
                if place < last and names == self._sent[place]:
                    sent.append(self._sent[place])
                    named.append(self._named[place])
                else:
                    sent.append(names if _are_texts(names) else _UNLIKE)
                    named.append(NamedQueue(*map(text_of, names)))
        self._sent, self._named = sent, named
        return named

    def keys(self, pbx: str, named: Sequence[NamedQueue]) -> tuple[QueueKey, ...]:
        """Return the key of each of these queues, which are all of one answer."""
        of, before, keys = self._identified
        if (of, before) != (pbx, named):
            keys = identify(pbx, named)
            self._identified = pbx, named, keys
        return keys


def _are_texts(names: Iterable[object]) -> bool:
    return all(isinstance(name, str | None) for name in names)
