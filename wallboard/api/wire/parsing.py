"""Bodies → what they say. One bad value costs one value: the rest of the answer is read.

Bytes that are no UTF-8, escapes and control characters that JSON has not, and numbers that are
none occur in single values of real answers. They are mended: a letter becomes U+FFFD, a number NaN,
which is no number to anybody who reads it. What is broken otherwise is no answer.
"""

import asyncio
import codecs
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import NamedTuple, TypeVar

from pydantic_core import from_json

from wallboard.errors import InvalidResponse
from wallboard.host.collector import collect_more_seldom, give_back_what_is_free

Item = TypeVar("Item")

Sent = Mapping[str, object]
"""An object of an answer."""

CHUNK = 1_000
"""Queues translated in one go: some milliseconds, then the event loop has its turn."""

AGAIN = "It is asked again; if it lasts, check base_url in [api], and whether the API has changed"
"""The remedy of an answer of the API that makes no sense: nobody stands in between."""

_BETWEEN = "It is asked again; a proxy, a sign-in page or maintenance may stand in between"

MOST_ROWS = 20_000
"""Queues of one answer, unless the configuration says otherwise."""

MENDED = "what is no text or no number in it is marked: \ufffd in a name, ? in a cell"
"""The note of an answer that had to be mended."""

_MOST_MENDED = 20_000
"""Values: an answer with more bad ones than that is none."""

_MOST_LETTERS = 2_000
"""Bytes of a text that is mended; a longer one becomes a single mark."""

_PIECE = 1_000_000
"""Bytes that are looked at in one go: some milliseconds, then the event loop has its turn."""

_BOM = b"\xef\xbb\xbf"
_MARK = "\ufffd"

_FINE = re.compile(
    rb"""(?:
        [\s{}\[\],:]++
      | "(?: [^"\\\x00-\x1f]++
           | \\["\\/bfnrt]
           | \\u(?![dD][89a-fA-F])[0-9a-fA-F]{4}
           | \\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2} )*+"
        (?=[\s,:\]}]|\Z)
      | (?: -?(?:0|[1-9][0-9]{0,299})(?:\.[0-9]{1,300})?+(?:[eE][+-]?[0-9]{1,300})?+
          | true | false | null | NaN | -?Infinity )
        (?=[\s,\]}]|\Z)
    ){0,20000}+""",
    re.VERBOSE,
)
"""Whatever JSON has, 20,000 words of it in one go."""

_TEXT = re.compile(rb'"((?:[^"\\]++|\\.)*+)"', re.DOTALL)
_BARE = re.compile(rb'[^\s{}\[\],:"]++')
_ODD = re.compile(
    r'\\(?:["\\/bfnrt]|u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}'
    r"|u[0-9a-fA-F]{4}|.)|[\x00-\x1f]",
    re.DOTALL,
)
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]..")


def too_many(most: int) -> InvalidResponse:
    """Return the error of an answer that has more in it than ``most`` queues, calls or names."""
    return InvalidResponse(
        f"The answer has more rows than {most}",
        "Poll fewer queues ([api] sites, queues), or raise max_queues in [api]",
    )


def objects_of(listed: Sequence[object], most: int, what: str) -> list[Mapping[str, object]]:
    """Return what of a list are objects. Raises ``InvalidResponse`` where none is.

    So it does for more than ``most``: they are not built then.
    """
    if len(listed) > most:
        raise too_many(most)
    rows: list[Mapping[str, object]] = [row for row in listed if isinstance(row, dict)]
    if listed and not rows:
        raise InvalidResponse(f"The answer lists things that are no {what}", AGAIN)
    return rows


def inner(outer: Sent, key: str) -> Sent:
    """Return an object of an answer, an empty one if there is none."""
    found = outer.get(key)
    return found if isinstance(found, dict) else {}


class ParsedBody(NamedTuple):
    """What a body says, and what was odd about it, in words for the log."""

    answer: object
    notes: tuple[str, ...] = ()


async def parse_body(body: bytes) -> ParsedBody:
    """Return what a body of JSON says. Raises ``InvalidResponse`` that tells what it is instead."""
    body = body.removeprefix(_BOM)
    if len(body) > _PIECE:
        give_back_what_is_free()
        collect_more_seldom()
    try:
        return ParsedBody(from_json(body))
    except ValueError as error:
        problem = str(error)
    if not problem.startswith(("EOF", "recursion")) and body.lstrip()[:1] in (b"{", b"["):
        mended = await _mend(await _in_utf8(body))
        try:
            return ParsedBody(from_json(mended), (MENDED,))
        except ValueError:
            pass
    page = body[:200].lstrip().startswith(b"<")
    raise InvalidResponse(_not_json(body, problem), _BETWEEN if page else AGAIN)


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
    if "unicode" in problem or start[0] >= 0x80:
        return "The answer is not text in UTF-8"
    return "The answer is not JSON"


async def _in_utf8(body: bytes) -> bytes:
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    pieces = []
    for at in range(0, len(body), _PIECE):
        pieces.append(decoder.decode(body[at : at + _PIECE]).encode())
        await asyncio.sleep(0)
    return b"".join((*pieces, decoder.decode(b"", final=True).encode()))


async def _mend(body: bytes) -> bytes:
    """Return a body with its bad values replaced; nothing where there are too many of them."""
    done: list[bytes] = []
    at = letters = 0
    while at < len(body):
        fine = _FINE.match(body, at)
        end = fine.end() if fine else at
        done.append(body[at:end])
        if end == at:
            bad = _TEXT.match(body, at) or _BARE.match(body, at)
            if bad is None or len(done) > 2 * _MOST_MENDED or letters > _PIECE:
                return b""
            letters += len(bad[0])
            done.append(_text(bad[1]) if bad.lastindex else b"NaN")
            end = bad.end()
        else:
            await asyncio.sleep(0)
        at = end
    return b"".join(done)


def _text(inner: bytes) -> bytes:
    if len(inner) > _MOST_LETTERS:
        inner = _MARK.encode()
    return f'"{_ODD.sub(_letter, inner.decode())}"'.encode()


def _letter(found: re.Match[str]) -> str:
    """Return an escape or a control character as JSON has it; what is no letter is marked."""
    sent = found[0]
    if len(sent) == 1:
        return f"\\u{ord(sent):04x}"
    if len(sent) == 2:
        return sent if sent[1] in '"\\/bfnrt' else _MARK + sent[1:]
    return _MARK if len(sent) == 6 and _SURROGATE.match(sent) else sent


async def in_pieces(rows: Sequence[Item]) -> AsyncIterator[Sequence[Item]]:
    """Yield the rows, ``CHUNK`` of them at a time; between two the event loop has its turn."""
    for first in range(0, len(rows), CHUNK):
        if first:
            await asyncio.sleep(0)
        yield rows[first : first + CHUNK]


async def with_turns(rows: Sequence[Item]) -> AsyncIterator[Item]:
    """Yield the rows one by one; between pieces of them the event loop has its turn."""
    async for piece in in_pieces(rows):
        for row in piece:
            yield row
