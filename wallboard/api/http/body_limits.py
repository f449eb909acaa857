"""Bodies of answers, decoded piece by piece and bounded while that is done; and how old they are.

A gzip of a few kilobytes can hold gigabytes, and a megabyte of ``{},{},`` a gigabyte of objects: so
nothing is decoded further than the bounds, and nothing is read of what holds too many things.
"""

import asyncio
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from datetime import datetime, timedelta

import httpx

from wallboard.api.http import status_errors as statuses
from wallboard.api.wire.parsing import MOST_ROWS, too_many
from wallboard.errors import InvalidResponse
from wallboard.model.data.reading import Moment
from wallboard.records import dataclass

ERROR_BODY = 65_536
"""Bytes: as much as is read of an answer that is an error anyway, or may be of a sign-in."""

OBJECTS_OF_ROW = 8
VALUES_OF_ROW = 40
"""An answer has so many objects and values for each of its rows, on the average, at most."""

MOST_AGE = 30 * 86_400.0
"""Seconds (30 days): an answer out of a cache is not called older than that."""

_AGAIN = "It is asked again; a proxy in between may be at fault"
_PIECE = 65_536
_TURN = 1_000_000
"""Bytes after which the event loop has its turn: some milliseconds."""

_ZLIB_OR_GZIP = zlib.MAX_WBITS | 32


@dataclass(frozen=True, slots=True)
class Body:
    """The body of an answer, and what its headers say of its age.

    ``served``: the server's clock (``Date``) in UTC, ``None`` if it is not told; ``cache_age``:
    the seconds that it has lain in caches (``Age``), 0 to ``MOST_AGE``.
    """

    content: bytes
    served: datetime | None = None
    cache_age: float = 0.0

    def data_moment(self, sent: Moment) -> Moment:
        """Return from when its data is that was asked for at ``sent``."""
        if not self.cache_age:
            return sent
        wall = sent.wall - timedelta(seconds=self.cache_age)
        return Moment(wall, sent.elapsed - self.cache_age)


def body_of(content: bytes, headers: Mapping[str, str]) -> Body:
    """Return a body with its age; headers that make no sense say nothing.

    Of several ages the highest counts: an answer must not look fresher than it is.
    """
    ages = (_seconds(text) for text in headers.get("age", "").split(","))
    return Body(content, statuses.http_date(headers.get("date", "")), max(ages))


def _seconds(text: str) -> float:
    text = text.strip()
    return min(float(text), MOST_AGE) if text.isascii() and text.isdecimal() else 0.0


class BoundedBody(httpx.AsyncByteStream):
    """A body that gives its decoded bytes, at most ``most`` of them, of ``rows`` rows at most.

    Beyond it: ``InvalidResponse``, or with ``cut`` simply the end.
    """

    def __init__(
        self,
        inner: httpx.AsyncByteStream,
        most: int,
        *,
        packed: bool,
        cut: bool,
        rows: int = MOST_ROWS,
    ) -> None:
        self._inner = inner
        self._left = most
        self._packed = packed
        self._cut = cut
        self._rows = rows
        self._objects = self._values = 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        unpack = _Unpacker() if self._packed else None
        given = 0
        async for raw in self._inner:
            for piece in unpack.pieces(raw) if unpack else (raw,):
                self._left -= len(piece)
                if self._left >= 0:
                    self._count(piece)
                    yield piece
                    given += len(piece)
                    if given >= _TURN:  # a packet of few bytes may hold them all
                        given = 0
                        await asyncio.sleep(0)
                elif self._cut:
                    return
                else:
                    raise InvalidResponse(
                        "The answer is larger than any answer of this API",
                        "Poll fewer queues ([api] sites, queues), or raise max_body in [api]",
                    )
        if unpack and not unpack.complete and not self._cut:
            raise InvalidResponse("The answer was cut off", _AGAIN)

    def _count(self, piece: bytes) -> None:
        """Raise ``InvalidResponse`` for more objects than rows can have: none is built."""
        self._objects += piece.count(b"{") + piece.count(b"[")
        self._values += piece.count(b",")
        objects, values = self._rows * OBJECTS_OF_ROW, self._rows * VALUES_OF_ROW
        if not self._cut and (self._objects > objects or self._values > values):
            raise too_many(self._rows)

    async def aclose(self) -> None:
        """Give the connection back."""
        await self._inner.aclose()


class _Unpacker:
    """gzip or deflate, in pieces of a bounded size; several members one after the other too."""

    def __init__(self) -> None:
        self._decoder = zlib.decompressobj(_ZLIB_OR_GZIP)
        self._begun = False

    @property
    def complete(self) -> bool:
        return self._decoder.eof or not self._begun

    def pieces(self, raw: bytes) -> Iterator[bytes]:
        while raw:
            piece, raw = self._step(raw)
            yield piece

    def _step(self, raw: bytes) -> tuple[bytes, bytes]:
        """Return the next piece and what of ``raw`` is still to be decoded."""
        if self._decoder.eof:
            self._decoder = zlib.decompressobj(_ZLIB_OR_GZIP)
        self._begun = True
        try:
            piece = self._decoder.decompress(raw, _PIECE)
        except zlib.error:
            piece = None
        if piece is None:
            raise InvalidResponse("The answer's compression is damaged", _AGAIN)
        return piece, self._decoder.unconsumed_tail or self._decoder.unused_data


def guard(most: int, rows: int) -> Callable[[httpx.Response], Awaitable[None]]:
    """Return a response hook that refuses redirects and bounds the body: ``most`` bytes, ``rows``.

    As a hook it stands before everything that reads: the client, the sign-in and the replay.
    """

    async def check(response: httpx.Response) -> None:
        if 300 <= response.status_code < 400:
            raise statuses.redirect_error()
        if response.is_stream_consumed or not isinstance(response.stream, httpx.AsyncByteStream):
            return
        coding = response.headers.pop("content-encoding", "").strip().lower()
        if coding not in ("", "identity", "gzip", "x-gzip", "deflate"):
            raise InvalidResponse(
                "The answer is compressed in a way that was not asked for", _AGAIN
            )
        fine = response.status_code == 200
        response.stream = BoundedBody(
            response.stream,
            most if fine and response.request.method == "GET" else min(most, ERROR_BODY),
            packed=coding not in ("", "identity"),
            cut=not fine,
            rows=rows,
        )

    return check
