"""What faults do to a whole answer: another one in its place, or bad transport."""

import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime, timedelta
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from wallboard.simulator.faults.switch import Fault
from wallboard.simulator.server.query_params import list_parts
from wallboard.simulator.server.responses import (
    Refusal,
    date,
    invalid_grant,
    invalid_key,
    invalid_token,
    json_response,
)

Sleep = Callable[[float], Awaitable[None]]

_ELSEWHERE = "https://elsewhere.invalid"
_PAGE = (
    "<!DOCTYPE html><html><head><title>{0}</title></head><body><h1>{0}</h1>"
    "<p>Please try again later.</p></body></html>"
)
_GATEWAY = b'{"fault":{"faultstring":"Invalid resource","detail":{"errorcode":"gone"}}}'
_BODIES: dict[str, Callable[[], bytes]] = {
    "not-json": lambda: b"callQueues: none\n",
    "wrong-shape": lambda: b"[1,2,3]",
    "deep": lambda: b"[" * 100_000 + b"]" * 100_000,
}
_SAID = {
    "400": "Bad request.", "404": "No resource at {}.", "410": "Gone.", "429": "Too many requests.",
    "500": "Internal error.",
}  # fmt: skip
_MEGABYTE = 2**20


def refusal(fault: Fault, request: Request) -> Refusal | None:
    """Return how the API says no under ``fault``, if that is what the fault is."""
    path = request.url.path
    token = request.headers.get("authorization", "").partition(" ")[2]
    match fault.what:
        case "401":
            return invalid_token(f"Invalid access token: {token}")
        case "401-expired":
            return invalid_token(f"Access token expired: {token}")
        case "403":
            pbx = request.path_params.get("pbx_id", "")
            words = f"user simulated does not have access to pbxId {pbx} to make this request."
            return Refusal(403, words)
        case "403-endpoint":
            return Refusal(
                403, f"The endpoint {_endpoint(path)} is not available for this account."
            )
        case what if what in _SAID:
            return Refusal(int(what), _SAID[what].format(path))
        case "wrong-key":
            return invalid_key()
        case "wrong-user" | "never-opened":
            return invalid_grant()
        case "no-paging" if "limit" not in request.query_params:
            return Refusal(400, "Unknown parameter paging.")
        case "no-limit" if "limit" in request.query_params:
            return Refusal(400, "Unknown parameter limit.")
        case "400-metric":
            asked = list_parts(request.query_params.get("metrics", ""))
            if fault.metric in asked or not asked:
                return Refusal(400, f"Invalid Metrics Passed [{fault.metric}].")
    return None


def _endpoint(path: str) -> str:
    """Return an endpoint as the documentation names it."""
    before, _, after = path[path.index("/v2/") :].partition("/pbxes/")
    if before != "/v2":
        return before
    pbx, _, rest = after.partition("/")
    return "/v2/pbxes/" + (f"{{pbxId}}/{rest}" if rest else pbx)


def extra_headers(fault: Fault, now: datetime) -> dict[str, str]:
    """Return the headers of a refusal under ``fault``; ``now`` is in UTC."""
    if fault.what != "429" or fault.retry == "none":
        return {}
    if fault.retry == "absurd":
        return {"Retry-After": "99999999999"}
    if fault.retry.startswith("date+"):
        seconds = int(fault.retry.removeprefix("date+"))
        return {"Retry-After": date(now + timedelta(seconds=seconds))}
    return {"Retry-After": fault.retry}


def date_headers(fault: Fault | None, now: datetime) -> dict[str, str]:
    """Return what the headers of any answer say of its age; ``now`` is in UTC."""
    if fault is None or fault.what not in ("cached", "clock-behind"):
        return {"Date": date(now)}
    age = 3600.0 if fault.delay is None else fault.delay
    old = {"Date": date(now - timedelta(seconds=age))}
    return {**old, "Age": f"{age:.0f}"} if fault.what == "cached" else old


def instead(fault: Fault, request: Request, headers: dict[str, str]) -> Response | None:
    """Return the answer that ``fault`` gives in place of the API's, if it gives one."""
    what = fault.what
    if what in ("502-html", "503-html", "200-html"):
        title = {"502": "Bad Gateway", "503": "Service Unavailable", "200": "Sign in"}[what[:3]]
        return HTMLResponse(_PAGE.format(title), int(what[:3]), headers)
    if what in ("301", "302", "307", "308"):
        return Response(b"", int(what), {**headers, "Location": _ELSEWHERE + request.url.path})
    if what.endswith("-empty"):
        return Response(b"", int(what[:3]), headers)
    if what.endswith("-gateway"):
        return json_response(request, int(what[:3]), _GATEWAY, headers)
    if what in _BODIES:
        return json_response(request, 200, _BODIES[what](), headers)
    if what == "many-rows":
        rows = b"{}," * 299_999 + b"{}"
        end = request.url.path.rpartition("/")[2]
        name = {"queue-agent-activity": "queuesAgentActivity", "active": "calls"}.get(end)
        body = b'{"%s":[%s]}' % ((name or "callQueues").encode(), rows)
        return json_response(request, 200, body, headers)
    if what == "hang":
        return _Hang(headers=headers)
    if what == "huge":
        return StreamingResponse(_huge(fault.megabytes), 200, headers, "application/json")
    if what == "bomb":
        packed = {**headers, "Content-Encoding": "gzip"}
        return StreamingResponse(_bomb(fault.megabytes), 200, packed, "application/json")
    return None


class _Hang(Response):
    """Says nothing until the client has gone."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        del scope, send
        while (await receive())["type"] != "http.disconnect":
            pass


async def _huge(megabytes: int) -> AsyncIterator[bytes]:
    piece = b" " * 65_536
    yield b'{"callQueues":['
    for _ in range(megabytes * _MEGABYTE // len(piece)):
        yield piece
    yield b"]}"


async def _bomb(megabytes: int) -> AsyncIterator[bytes]:
    """Yield a gzip of so many megabytes of blanks: after a full flush each block is the same."""
    blanks = b" " * _MEGABYTE
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    block = packer.compress(blanks) + packer.flush(zlib.Z_FULL_FLUSH)
    check = 0
    yield b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff"
    for _ in range(megabytes):
        check = zlib.crc32(blanks, check)
        yield block
    size = megabytes * _MEGABYTE % 2**32
    yield packer.flush() + check.to_bytes(4, "little") + size.to_bytes(4, "little")


def for_first_page(request: Request) -> Request:
    """Return the same request for the first page of a list."""
    query = urlencode({**request.query_params, "page": "0"})
    return Request({**request.scope, "query_string": query.encode()}, request.receive)


async def carry(fault: Fault, response: Response, sleep: Sleep) -> Response:
    """Return ``response`` as bad transport brings it: late, or a byte at a time."""
    if fault.what == "slow":
        await sleep(5.0 if fault.delay is None else fault.delay)
    elif fault.what == "drip":
        content = bytes(response.body)
        pause = 1.0 if fault.delay is None else fault.delay
        headers = {k: v for k, v in response.headers.items() if k != "content-length"}
        return StreamingResponse(_drip(content, pause, sleep), response.status_code, headers)
    return response


async def _drip(content: bytes, pause: float, sleep: Sleep) -> AsyncIterator[bytes]:
    for place in range(len(content)):
        yield content[place : place + 1]
        await sleep(pause)
