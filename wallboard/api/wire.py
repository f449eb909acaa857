"""The payloads' shapes, and their translation into the model.

Follows "Real-time call-queue metrics" of the vendor's documentation: ``callQueues[]`` of ``name
extension pbx site metrics{}``, and ``metricsSummary{}``. Whatever is not as it should be is
missing, never guessed: the one exception is a number written as text. Every string is cleaned
here, once.
"""

import asyncio
import json
import re
import unicodedata
from collections.abc import (
    AsyncIterator,
    Callable,
    Collection,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from types import MappingProxyType
from typing import TypeVar

from pydantic_core import from_json

from wallboard.errors import Nonsense
from wallboard.model.metrics import CATALOGUE, Number, Unit
from wallboard.model.snapshot import (
    FeedId,
    Moment,
    Named,
    QueueKey,
    QueueMetrics,
    Reading,
    Values,
    identify,
)

Item = TypeVar("Item")

MOST_MARKS = 4
"""Combining marks on one letter: more than any script writes."""

MOST_TEXT = 200
"""Letters of a name: what is longer is cut, with an ellipsis."""

MOST_NUMBER = 10**15
"""Beyond it, either way, a number is taken for missing: no float holds it exactly."""

MOST_TIME = 100 * 3_600_000
"""Milliseconds (100 hours): a call cannot wait or last so long."""

MOST_COUNT = 1_000_000
"""No queue has as many calls or agents."""

NO_NAME = "(no name)"

CHUNK = 1_000
"""Queues translated in one go: some milliseconds, then the event loop has its turn."""

_MOST_RAW = 2_000
"""Letters looked at: an escape sequence is removed whole, but no megabyte is searched for one."""

_SEQUENCE = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"  # CSI: colours, cursor
    r"|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)"  # OSC, DCS, …
    r"|\x1b[ -/]*[0-~]"  # the short ones
)
_INVISIBLE = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
"""Letters and marks without width or ink; the rest of their kind is "not printable"."""

_NUMERIC = re.compile(r"-?[0-9]{1,16}(\.[0-9]{1,9})?")
_BOM = b"\xef\xbb\xbf"
_MOST: Mapping[str, int] = MappingProxyType(
    {
        name: MOST_COUNT if metric.unit is Unit.COUNT else MOST_TIME
        for name, metric in CATALOGUE.items()
    }
)
_LIMITS = dict(_MOST)
"""The same for the one loop that asks a hundred thousand times: a plain dict answers sooner."""

_CALLS: Mapping[str, str] = MappingProxyType(
    {
        "waitingTime": "waitingCalls",
        "talkingTime": "talkingCalls",
        "onHoldTime": "onHoldCalls",
        "totalHandlingTime": "handlingCalls",
    }
)
"""Total time → the calls it is the time of."""

_NONE: frozenset[str] = frozenset()
_AGAIN = "It is asked again; a proxy, a sign-in page or maintenance may stand in between"


def parsed(body: bytes) -> object:
    """Return what a body of JSON says. Raises ``Nonsense`` that tells what it is instead."""
    body = body.removeprefix(_BOM)
    try:
        return from_json(body)
    except ValueError as error:
        problem = str(error)
    # A lone surrogate or a raw control character in one name must not cost all the others.
    if "hex escape" in problem or "control character" in problem:
        try:
            return json.loads(body, strict=False)
        except (ValueError, RecursionError):
            pass
    raise Nonsense(_not_json(body, problem), _AGAIN)


def _not_json(body: bytes, problem: str) -> str:
    start = body[:200].lstrip()
    if not start:
        return "The answer is empty"
    if start.startswith(b"<"):
        return "The answer is a web page, not data"
    if "EOF" in problem:
        return "The answer was cut off"
    if "recursion" in problem:
        return "The answer is nested deeper than any answer of this API"
    if "unicode" in problem:
        return "The answer is not text in UTF-8"
    return "The answer is not JSON"


def clean(text: str) -> str:
    """Return ``text`` fit for one line of a terminal, at most ``MOST_TEXT`` letters.

    Escape sequences, control and bidi characters, surrogates and all that has neither width nor
    ink are removed; every kind of blank becomes a space, several become one.
    """
    if not text.isprintable() or (not text.isascii() and _INVISIBLE.search(text)):
        text = "".join(map(_plain, _SEQUENCE.sub("", text[:_MOST_RAW])))
    text = " ".join(text.split()) if "  " in text else text.strip()
    if not text.isascii():
        text = _few_marks(text)
    return text if len(text) <= MOST_TEXT else text[: MOST_TEXT - 1].rstrip() + "…"


def _few_marks(text: str) -> str:
    """Return ``text`` without piles of combining marks, which are drawn over the rows around.

    None is left at the beginning: it would be drawn onto what stands before the name.
    """
    kept: list[str] = []
    pile = MOST_MARKS
    for letter in text:
        if unicodedata.category(letter)[0] == "M":
            pile += 1
        elif kept or not letter.isspace():
            pile = 0
        if pile <= MOST_MARKS:
            kept.append(letter)
    return "".join(kept).rstrip()


def _plain(letter: str) -> str:
    if letter.isspace():
        return " "
    return letter if letter.isprintable() and not _INVISIBLE.match(letter) else ""


def text_of(value: object) -> str:
    """Return a string or a whole number as clean text, everything else as none."""
    if isinstance(value, str):
        return clean(value)
    whole = number_of(value)
    return str(int(whole)) if whole is not None and whole == int(whole) else ""


def number_of(value: object) -> Number | None:
    """Return a number, or one written as text, if it is finite and not beyond belief."""
    if isinstance(value, str):
        value = value.strip()
        if not _NUMERIC.fullmatch(value):
            return None
        value = float(value) if "." in value else int(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if -MOST_NUMBER <= value <= MOST_NUMBER else None


def values_of(sent: object) -> tuple[Values, frozenset[str]]:
    """Return the known metrics of one ``metrics`` object, and which of them cannot be true.

    Nulls, booleans, text that is no number and names not in the catalogue are left out.
    """
    values: dict[str, Number] = {}
    odd: list[str] = []
    if not isinstance(sent, dict):
        return values, _NONE
    known = _LIMITS.get
    for name, value in sent.items():
        most = known(name)
        if most is None:
            continue
        kind = type(value)
        if (kind is int or (kind is float and most is MOST_TIME)) and 0 <= value < most:
            values[name] = value
            continue
        read = number_of(value)
        if most is MOST_COUNT and read is not None:
            read = int(read) if read == int(read) else None
        if read is not None:
            values[name] = read
            odd.append(name)
    if not odd:
        # Nothing had to be left out or read otherwise, as a rule: no need to hold it twice.
        return (sent if len(values) == len(sent) else values), _NONE
    return values, frozenset(name for name in odd if _impossible(name, values))


def _impossible(name: str, values: Values) -> bool:
    """Return whether a value is negative or too high; a total time may be of many calls."""
    calls = values.get(_CALLS.get(name, ""), 1)
    return not 0 <= values[name] < _MOST[name] * max(calls, 1)


async def reading(
    body: bytes,
    feed: FeedId,
    measured: Moment,
    asked: Collection[str],
    pbx_name: str = "",
    keep: Callable[[Named], bool] | None = None,
) -> Reading:
    """Translate an answer of the realtime endpoint. Raises ``Nonsense`` if it is none.

    ``keep``: a filter of the queues; the API's summary, which is over all, is then left out.
    A long answer is translated in pieces, between which the event loop has its turn.
    """
    answer = parsed(body)
    listed = answer.get("callQueues") if isinstance(answer, dict) else None
    if not isinstance(answer, dict) or not isinstance(listed, list):
        raise Nonsense("The answer has no list of queues", _AGAIN)
    rows = [row for row in listed if isinstance(row, dict)]
    if listed and not rows:
        raise Nonsense("The answer lists things that are no queues", _AGAIN)
    skipped = len(listed) - len(rows)
    named = [_named(row) async for row in _with_turns(rows)]
    if keep is not None:
        kept = [(row, one) for row, one in zip(rows, named, strict=True) if keep(one)]
        rows, named = [row for row, _ in kept], [one for _, one in kept]
    whole = list(zip(rows, named, identify(feed.pbx, named), strict=True))
    queues = [_queue(row, one, key, pbx_name) async for row, one, key in _with_turns(whole)]
    summary = answer.get("metricsSummary")
    return Reading(
        feed,
        measured,
        tuple(queues),
        frozenset(asked),
        values_of(summary)[0] if isinstance(summary, dict) and keep is None else None,
        pbx_name,
        tuple(_notes(queues, skipped)),
    )


async def _with_turns(rows: Sequence[Item]) -> AsyncIterator[Item]:
    for number, row in enumerate(rows):
        if number % CHUNK == CHUNK - 1:
            await asyncio.sleep(0)
        yield row


def _named(row: Mapping[str, object]) -> Named:
    return Named(text_of(row.get("extension")), text_of(row.get("site")), text_of(row.get("name")))


def _queue(row: Mapping[str, object], named: Named, key: QueueKey, pbx_name: str) -> QueueMetrics:
    values, suspect = values_of(row.get("metrics"))
    return QueueMetrics(
        key,
        named.name or named.extension or NO_NAME,
        named.extension,
        named.site,
        text_of(row.get("pbx")) or pbx_name,
        values,
        suspect,
    )


def _notes(queues: Iterable[QueueMetrics], skipped: int) -> Iterator[str]:
    """Yield what was odd, in words without names or values of the answer."""
    twins = sum(not queue.judged for queue in queues)
    if twins:
        yield f"{twins} queues that nothing tells apart are shown and not judged"
    if odd := sorted({name for queue in queues for name in queue.suspect}):
        yield f"values that cannot be true: {', '.join(odd)}"
    if skipped:
        yield f"entries that are no queues: {skipped}"
