"""The 8x8 API over a contact centre that does not exist, as an ASGI app; faults on request."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from wallboard.errors import ConfigurationError
from wallboard.records import dataclass
from wallboard.simulator.centre.call_log import Span
from wallboard.simulator.centre.centre import Centre
from wallboard.simulator.centre.directory import Pbx
from wallboard.simulator.faults import payload_faults, response_faults
from wallboard.simulator.faults.fault_list import (
    AGENTS,
    CALLS,
    QUEUE_AGENTS,
    QUEUE_METRICS,
    REALTIME,
    TOKEN,
)
from wallboard.simulator.faults.switch import Fault, FaultSwitch
from wallboard.simulator.server import activity
from wallboard.simulator.server.active_calls import active_calls
from wallboard.simulator.server.lists import list_page
from wallboard.simulator.server.query_params import Query, spans_of
from wallboard.simulator.server.queue_metrics import queue_metrics
from wallboard.simulator.server.realtime import realtime
from wallboard.simulator.server.responses import Json, Refusal, date, encode, json_response
from wallboard.simulator.server.sign_in import DEMO_CREDENTIALS, TokenServer

BASE_PATH = "/analytics/work"
"""Where the API is on its host."""

FAULTS_PATH = "/_simulator/faults"
"""Where faults are switched: POST their text, GET them, DELETE them."""

_REMEMBERED = 1_000
"""Requests that the log holds."""

Handler = Callable[[Request], Awaitable[Json]]

_Report = Callable[[Centre, Pbx, Query, Sequence[Span]], Json]


@dataclass(slots=True)
class LoggedRequest:
    """A request that came. ``status`` is 0 until it was answered."""

    endpoint: str
    method: str
    path: str
    query: dict[str, str]
    status: int = 0


class Simulator:
    """A contact centre and the API over it.

    ``elapsed``: seconds since the start, by which tokens and faults are timed; the centre's own
    time passes ``speed`` times as fast. ``token_life``: seconds. ``has_realtime``: whether the
    realtime page is there. ``app``: the ASGI app.
    """

    def __init__(
        self,
        centre: Centre,
        elapsed: Callable[[], float],
        *,
        speed: float = 1.0,
        token_life: float = 1800.0,
        faults: Iterable[Fault | str] = (),
        sleep: response_faults.Sleep = asyncio.sleep,
        has_realtime: bool = True,
    ) -> None:
        self.centre = centre
        self.credentials = DEMO_CREDENTIALS
        self.sign_in = TokenServer(self.credentials, token_life, elapsed)
        self.faults = FaultSwitch(elapsed, faults)
        self.log: deque[LoggedRequest] = deque(maxlen=_REMEMBERED)
        self._frozen: dict[tuple[str, ...], Json] = {}
        self._elapsed = elapsed
        self._speed = speed
        self._sleep = sleep
        self.has_realtime = has_realtime
        self.app = Starlette(routes=self._routes(), exception_handlers={HTTPException: self._lose})
        # The vendor's own links come with and without the last slash; neither is a redirect.
        self.app.router.redirect_slashes = False

    def catch_up(self) -> None:
        """Let the centre live up to now."""
        self.centre.advance_to(self._elapsed() * self._speed)

    def _routes(self) -> list[Route]:
        base, one_pbx = f"{BASE_PATH}/v2/pbxes", f"{BASE_PATH}/v2/pbxes/{{pbx_id}}"
        live = f"{BASE_PATH}/v2/call-queues/real-time/pbxes/{{pbx_id}}"
        token = self._endpoint(TOKEN, self._token)
        pbxes = self._endpoint("pbxes", self._pbxes)
        queues = self._endpoint("queues", self._queues)
        return [
            Route(f"{BASE_PATH}/v1/oauth/token", token, methods=["POST"]),
            Route(live, self._endpoint(REALTIME, self._realtime)),
            Route(base, pbxes),
            Route(f"{base}/", pbxes),
            Route(f"{one_pbx}/sites", self._endpoint("sites", self._sites)),
            Route(f"{one_pbx}/sites/{{site_id}}/queues", queues),
            Route(f"{one_pbx}/queues", queues),
            Route(f"{one_pbx}/agents", self._endpoint("agents", self._agents)),
            self._report(QUEUE_METRICS, "call-queue-metrics", queue_metrics),
            self._report(QUEUE_AGENTS, "queue-agent-activity", activity.queue_agent_activity),
            self._report(AGENTS, "agent-activity", activity.agent_activity),
            Route(f"{one_pbx}/calls/active", self._endpoint(CALLS, self._calls)),
            Route(FAULTS_PATH, self._switch, methods=["GET", "POST", "DELETE"]),
        ]

    # -- one exchange -------------------------------------------------------------------------

    def _endpoint(
        self, endpoint: str, handler: Handler
    ) -> Callable[[Request], Awaitable[Response]]:
        async def serve(request: Request) -> Response:
            url, query = request.url, dict(request.query_params)
            seen = LoggedRequest(endpoint, request.method, url.path, query)
            self.log.append(seen)
            self.catch_up()
            pbx = self.centre.directory.pbx(request.path_params.get("pbx_id", ""))
            fault = self.faults.take(endpoint, pbx.name if pbx else "")
            response = await self._answer(request, handler, fault)
            if fault is not None:
                response = await response_faults.carry(fault, response, self._sleep)
            if fault is None or fault.what != "hang":
                seen.status = response.status_code
            return response

        return serve

    async def _answer(self, request: Request, handler: Handler, fault: Fault | None) -> Response:
        now = self._now()
        headers = response_faults.date_headers(fault, now)
        if fault and (other := response_faults.instead(fault, request, headers)):
            return other
        status, body = 200, {}
        try:
            if fault and (refusal := response_faults.refusal(fault, request)):
                headers |= response_faults.extra_headers(fault, now)
                raise refusal
            endless = fault is not None and fault.what == "endless"
            body = await handler(response_faults.for_first_page(request) if endless else request)
        except Refusal as refusal:
            if refusal.bare:
                return Response(b"", refusal.status, headers)
            status, body = refusal.status, refusal.common_body(request.url.path, now)
        question = request.url.path, *sorted(request.query_params)
        if fault is not None and fault.what == "frozen":
            body = self._frozen.setdefault(question, body)
        else:
            self._frozen.pop(question, None)
        if fault is None or status != 200:
            return json_response(request, status, encode(body), headers)
        body = payload_faults.change(fault, body, request.query_params.get("page", "0"))
        content = payload_faults.spoil(fault, encode(body))
        return json_response(request, status, content, headers)

    def _now(self) -> datetime:
        return self.centre.start.astimezone(UTC) + timedelta(seconds=self._elapsed())

    async def _lose(self, request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        refusal = Refusal(status, "Method not allowed." if status == 405 else "Error.")
        if status == 404:
            refusal = _not_there(request)
        body = refusal.common_body(request.url.path, self._now())
        return json_response(request, status, encode(body), {"Date": date(self._now())})

    # -- the endpoints ------------------------------------------------------------------------

    async def _token(self, request: Request) -> Json:
        self.sign_in.check_key(request.headers.get("8x8-apikey"))
        return self.sign_in.issue(request.headers.get("content-type", ""), await request.body())

    def _admit(self, request: Request) -> None:
        self.sign_in.check_key(request.headers.get("8x8-apikey"))
        self.sign_in.check_token(request.headers.get("authorization"))

    def _admit_to_list(self, request: Request) -> None:
        try:
            self._admit(request)
        except Refusal as refusal:
            # The customer data words a 401 as all other errors.
            if refusal.status != 401:
                raise
            raise Refusal(401, "Unauthorized.") from None

    def _known_pbx(self, request: Request, *, bare: bool = False) -> Pbx:
        pbx_id = request.path_params["pbx_id"]
        pbx = self.centre.directory.pbx(pbx_id)
        if pbx is None:
            raise Refusal(404, f"No pbx with id {pbx_id}.", bare=bare)
        return pbx

    def _accessible_pbx(self, request: Request, *, bare: bool = False) -> Pbx:
        """Return the PBX that is asked about; ``bare``: an unknown one is a 404 without a body."""
        self._admit(request)
        pbx = self._known_pbx(request, bare=bare)
        if not pbx.accessible:
            user = self.credentials.username
            raise Refusal(
                403, f"user {user} does not have access to pbxId {pbx.id} to make this request."
            )
        return pbx

    async def _realtime(self, request: Request) -> Json:
        if not self.has_realtime:
            raise _not_there(request)
        return realtime(self.centre, self._accessible_pbx(request), request.query_params)

    def _report(self, endpoint: str, path: str, report: _Report) -> Route:
        """Return the route of a page about a PBX and a span of time."""

        async def answer(request: Request) -> Json:
            pbx = self._accessible_pbx(request, bare=True)
            query = request.query_params
            spans = spans_of(query, self._now(), self._to_seconds)
            return report(self.centre, pbx, query, spans)

        return Route(f"{BASE_PATH}/v2/pbxes/{{pbx_id}}/{path}", self._endpoint(endpoint, answer))

    async def _calls(self, request: Request) -> Json:
        pbx = self._accessible_pbx(request)
        return active_calls(self.centre, pbx, request.query_params, self._to_instant)

    def _to_seconds(self, at: datetime) -> float:
        """Return an instant in simulated seconds: the API's clock is real, the centre faster."""
        seconds = (at - self.centre.start).total_seconds()
        return seconds * self._speed if seconds > 0 else seconds

    def _to_instant(self, seconds: float) -> datetime:
        if seconds > 0:
            seconds /= self._speed
        return self.centre.start.astimezone(UTC) + timedelta(seconds=seconds)

    async def _pbxes(self, request: Request) -> Json:
        self._admit_to_list(request)
        return list_page(request, "pbxList", self.centre.directory.pbxes)

    async def _sites(self, request: Request) -> Json:
        self._admit_to_list(request)
        sites = self.centre.directory.sites[self._known_pbx(request).id]
        return list_page(request, "siteList", sites)

    async def _queues(self, request: Request) -> Json:
        self._admit_to_list(request)
        pbx = self._known_pbx(request)
        queues = self.centre.directory.queues[pbx.id]
        site_id = request.path_params.get("site_id")
        if site_id is not None:
            if all(site.id != site_id for site in self.centre.directory.sites[pbx.id]):
                raise Refusal(404, f"No site with id {site_id}.")
            queues = tuple(queue for queue in queues if queue.site_id == site_id)
        return list_page(request, "queueList", queues)

    async def _agents(self, request: Request) -> Json:
        self._admit_to_list(request)
        agents = self.centre.directory.agents[self._known_pbx(request).id]
        return list_page(request, "agentList", agents)

    # -- the switch ---------------------------------------------------------------------------

    async def _switch(self, request: Request) -> Response:
        if request.method == "DELETE":
            self.faults.clear()
        elif request.method == "POST":
            text = (await request.body()).decode(errors="replace")
            try:
                for line in filter(None, map(str.strip, text.splitlines())):
                    self.faults.add(line)
            except ConfigurationError as error:
                return JSONResponse({"mistake": error.words, "help": error.remedy}, 400)
        return JSONResponse({"faults": [str(fault) for fault in self.faults.active()]})


def _not_there(request: Request) -> Refusal:
    return Refusal(404, f"No resource at {request.url.path}.")
