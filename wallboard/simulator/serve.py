"""``wallboard simulate``: a simulated contact centre on a loopback port."""

import asyncio
import contextlib
import json
import os
import signal
import socket
import sys
import threading
import time as clock
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from io import TextIOBase
from zoneinfo import ZoneInfo

from wallboard.errors import ConfigurationError
from wallboard.host.clock import local
from wallboard.host.collector import collect_seldom
from wallboard.host.http_server import listening, serving
from wallboard.records import dataclass
from wallboard.simulator.centre.centre import Centre
from wallboard.simulator.centre.demo import demo_plan
from wallboard.simulator.centre.generated import plan_of
from wallboard.simulator.faults.switch import parse
from wallboard.simulator.server.app import BASE_PATH, FAULTS_PATH, Simulator
from wallboard.simulator.server.vendor_example import SampleCentre

HOST = "127.0.0.1"
"""Loopback and nothing else: whoever else asks is not answered."""

_LEAD = 21.0
"""Seconds of the demo's story that are over when somebody begins to watch it: its rush begins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatorOptions:
    """What ``wallboard simulate`` is told.

    ``pbxes`` 0 is the demo's contact centre; otherwise each PBX has so many ``sites`` and
    ``queues``. ``speed``: times faster than real time; ``token_life``: seconds. ``machine``: one
    line of JSON for a parent process, and an end when standard input closes. ``no_realtime``: the
    realtime page is not there. ``zone``: the centre's time zone by name; empty: the machine's.
    """

    port: int = 8088
    seed: int = 1
    speed: float = 1.0
    pbxes: int = 0
    sites: int = 3
    queues: int = 20
    token_life: int = 1800
    faults: tuple[str, ...] = ()
    sample: bool = False
    machine: bool = False
    no_realtime: bool = False
    zone: str = ""


def run_simulator(options: SimulatorOptions, out: TextIOBase) -> int:
    """Serve until a signal, or with ``machine`` until standard input closes; the exit code.

    Raises ``ConfigurationError`` for options that make no sense and for a port that is taken.
    """
    faults = [parse(text) for text in options.faults]
    lead = _LEAD / options.speed if options.zone and options.speed > 0 else 0.0
    now = datetime.now(UTC) - timedelta(seconds=lead)
    start = now.astimezone(ZoneInfo(options.zone)) if options.zone else local(now)
    centre = _centre(options, start)
    remedy = "Choose another one; --port 0 takes any that is free"
    with listening(HOST, options.port, f"--port: {options.port}", remedy) as listener:
        begin = clock.monotonic()
        simulator = Simulator(
            centre,
            lambda: clock.monotonic() - begin + lead,
            speed=options.speed,
            token_life=options.token_life,
            faults=faults,
            has_realtime=not options.no_realtime,
        )
        base_url = f"http://{HOST}:{listener.getsockname()[1]}{BASE_PATH}"
        print(_introduction(simulator, base_url, options.machine), file=out, flush=True)
        collect_seldom()
        return asyncio.run(_run(simulator, listener, options.machine))


def _centre(options: SimulatorOptions, start: datetime) -> Centre:
    mistakes = []
    if not 0 < options.speed <= 3600:
        mistakes.append("--speed: above 0, at most 3600")
    if options.token_life < 0:
        mistakes.append("--token-life: seconds, 0 or more")
    if options.pbxes < 0:
        mistakes.append("--pbxes: 0 or more")
    if not mistakes and options.sample:
        return SampleCentre(options.seed, start)
    if not mistakes and not options.pbxes:
        midnight = start.replace(hour=0, minute=0, second=0, microsecond=0)
        since = midnight if options.zone else midnight_before(start)
        return Centre(demo_plan(), options.seed, start, since)
    try:
        plan = plan_of(max(options.pbxes, 1), options.sites, options.queues, options.seed)
    except ValueError as error:
        mistakes.append(f"--pbxes, --sites, --queues: {error}")
    if mistakes:
        raise ConfigurationError(mistakes)
    return Centre(plan, options.seed, start)


def midnight_before(at: datetime) -> datetime:
    """Return when the day of ``at`` began, by the machine's own time zone."""
    return local(datetime.combine(local(at).date(), time.min))


def _introduction(simulator: Simulator, base_url: str, machine: bool) -> str:
    who = simulator.credentials
    if machine:
        said = {"base_url": base_url, "key": who.key, "username": who.username}
        return json.dumps({**said, "password": who.password})
    switch = base_url.removesuffix(BASE_PATH) + FAULTS_PATH
    lines = [
        "A simulated contact centre answers at",
        f"  base URL  {base_url}",
        f"  API key   {who.key}",
        f"  username  {who.username}",
        f"  password  {who.password}",
        "",
        "To watch it, in another terminal:",
        f"  export WALLBOARD_API__BASE_URL='{base_url}'",
        f"  export WALLBOARD_API__KEY='{who.key}'",
        f"  export WALLBOARD_API__USERNAME='{who.username}'",
        f"  export WALLBOARD_API__PASSWORD='{who.password}'",
        "  wallboard",
        "",
        f"Faults: curl -d realtime:503-html:seconds=20 {switch}",
        "Ctrl-C ends it.",
    ]
    return "\n".join(lines)


async def _run(simulator: Simulator, listener: socket.socket, machine: bool) -> int:
    loop = asyncio.get_running_loop()
    ended: asyncio.Future[int] = loop.create_future()

    def end(code: int) -> None:
        if not ended.done():
            ended.set_result(code)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        # Under nohup a hang-up means nothing.
        if number is signal.SIGINT or signal.getsignal(number) is not signal.SIG_IGN:
            loop.add_signal_handler(number, end, 128 + number)
    if machine:
        threading.Thread(target=_watch_stdin, args=(loop, end), daemon=True).start()
    async with serving(simulator.app, listener):
        living = asyncio.create_task(_live(simulator))
        code = await ended
        living.cancel()
    return code


async def _live(simulator: Simulator) -> None:
    """Keep the centre alive while nobody asks, so that nothing has to be caught up with."""
    while True:
        simulator.catch_up()
        await asyncio.sleep(1)


def _watch_stdin(loop: asyncio.AbstractEventLoop, end: Callable[[int], None]) -> None:
    # A read of the file descriptor: a thread that waits in sys.stdin would block the exit.
    with contextlib.suppress(OSError, ValueError):
        while os.read(sys.stdin.fileno(), 4096):
            pass
    # The loop may be closed already: then there is nothing left to end.
    with contextlib.suppress(RuntimeError):
        loop.call_soon_threadsafe(end, 0)
