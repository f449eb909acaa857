"""A real mosquitto on a free port of loopback, a hub as a process, and boards without a screen."""

import asyncio
import getpass
import importlib.util
import os
import shutil
import socket
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.forked import Process, free_port
from tests.simulated import Served, serving
from wallboard.host.clock import SystemClock
from wallboard.hub.broker_feeds import BrokerFeeds
from wallboard.hub.connection import BrokerOptions
from wallboard.model.data.reading import Moment
from wallboard.model.data.view_options import ViewOptions
from wallboard.model.events import Failed, FeedEvent, Fresh
from wallboard.model.judge.rules import Rules
from wallboard.model.state import State, start, step
from wallboard.model.view.board import project
from wallboard.model.view.status_line import StatusLine
from wallboard.simulator.centre.centre import Centre
from wallboard.simulator.centre.demo import demo_plan
from wallboard.simulator.server.app import Simulator

MOSQUITTO = shutil.which("mosquitto", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
needs_broker = pytest.mark.skipif(
    MOSQUITTO is None or importlib.util.find_spec("aiomqtt") is None,
    reason="needs mosquitto (a package of Debian) and the extra hub",
)
PATIENCE = 60.0
"""Seconds after which waiting fails, on the slowest machine."""

CALM = "listener {port} 127.0.0.1\nallow_anonymous true\n"


class Broker:
    """Mosquitto with a configuration of its own; it keeps nothing when it ends."""

    def __init__(self, folder: Path, configuration: str = CALM) -> None:
        self.port = free_port()
        self.file = folder / f"mosquitto-{self.port}.conf"
        # Else it becomes another user, where it is root that runs it, and cannot read its files.
        text = f"user {getpass.getuser()}\n{configuration}"
        self.file.write_text(text.format(port=self.port, folder=folder))
        self._process: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        return f"mqtt://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    async def start(self) -> None:
        assert MOSQUITTO
        self._process = await asyncio.create_subprocess_exec(
            MOSQUITTO, "-c", str(self.file),
            stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        await until(self._listens)

    def _listens(self) -> bool:
        with socket.socket() as one:
            return one.connect_ex(("127.0.0.1", self.port)) == 0

    async def stop(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            await process.wait()


@asynccontextmanager
async def broker(folder: Path, configuration: str = CALM) -> AsyncIterator[Broker]:
    one = Broker(folder, configuration)
    await one.start()
    try:
        yield one
    finally:
        await one.stop()


class Hub:
    """``wallboard hub`` as a process. ``starts``: by Python, and not only by a fork."""

    starts = False

    def __init__(self, environ: Mapping[str, str], *flags: str) -> None:
        self._environ, self._flags = environ, flags
        self._process: Process | None = None

    @property
    def _running(self) -> Process:
        assert self._process is not None
        return self._process

    async def start(self) -> None:
        await self.kill()
        command = [sys.executable, "-m", "wallboard", "hub", *self._flags]
        self._process = Process(command, self._environ, Path("/"), starts=self.starts)

    @property
    def pid(self) -> int:
        return self._running.pid

    def signal(self, number: int) -> None:
        os.kill(self.pid, number)

    async def says(self, words: str) -> None:
        """Wait until it has logged something."""
        process = self._running
        await until(lambda: words in process.errors or process.ended() is not None)
        assert words in process.errors, f"never: {words}\n{process.errors}"

    async def ended(self) -> tuple[int, str]:
        """Its exit code, and what it has logged."""
        process = self._running
        await until(lambda: process.ended() is not None)
        done = process.ended()
        assert done is not None
        await self.kill()
        return done.returncode, done.stderr

    async def kill(self) -> None:
        if self._process is not None:
            self._process.close()
            self._process = None


class SleepyClock(SystemClock):
    """A clock of a machine that may have slept for some seconds."""

    slept = 0.0

    def elapsed(self) -> float:
        return super().elapsed() + self.slept


class Board:
    """A board's model over a broker; ``line`` is what its status line says now."""

    def __init__(self, one: Broker, *, rules: bool = False, **options: object) -> None:
        self.clock = SleepyClock()
        self.state: State = start(Rules(), ViewOptions())
        self.heard: list[FeedEvent] = []
        self.came: list[float] = []
        given = {"host": "127.0.0.1", "port": one.port, **options}
        taken = BrokerOptions(**given)  # type: ignore[arg-type]
        self.feeds = BrokerFeeds(taken, self.clock, lambda: 0.0, rules=rules)
        self.task: asyncio.Task[None] | None = None

    def post(self, event: FeedEvent) -> None:
        self.heard.append(event)
        self.came.append(time.monotonic())
        self.state = step(self.state, event)

    def answers(self, since: int) -> int:
        """How many fresh answers have come after so many events."""
        return sum(isinstance(event, Fresh) for event in self.heard[since:])

    def failures(self, since: int) -> list[FeedEvent]:
        """What has been told to be wrong after so many events."""
        return [event for event in self.heard[since:] if isinstance(event, Failed)]

    @property
    def line(self) -> StatusLine:
        now = Moment(self.clock.now(), self.clock.elapsed())
        return project(self.state, now).health

    def says(self, words: str) -> Callable[[], bool]:
        return lambda: words in self.line.trouble

    @property
    def is_live(self) -> bool:
        """Whether every live feed has fresh numbers, and nothing is wrong."""
        return str(self.line.state) == "LIVE" and not self.line.trouble and self.line.queues > 0


@asynccontextmanager
async def board(one: Broker, **options: Any) -> AsyncIterator[Board]:
    made = Board(one, **options)
    made.task = asyncio.create_task(made.feeds.run(made.post))
    try:
        yield made
    finally:
        made.task.cancel()
        await asyncio.gather(made.task, return_exceptions=True)


async def until(holds: Callable[[], bool], within: float = PATIENCE) -> float:
    """Wait until something holds; return the seconds it took, fail if it takes too long."""
    began = time.monotonic()
    while not holds():
        assert time.monotonic() - began < within, "it takes too long"
        await asyncio.sleep(0.02)
    return time.monotonic() - began


class Counted(Served):
    """An API that counts its requests for data, and who asks: each that signs in has a token.

    ``began``: when its time begins. That is now, and not with the machine: so its story is the
    same in each run.
    """

    def __init__(self) -> None:
        super().__init__()
        self.began = time.monotonic()
        self.asked = 0
        self.askers: Counter[bytes] = Counter()

    def elapsed(self) -> float:
        return time.monotonic() - self.began

    async def __call__(self, scope: object, receive: object, send: object) -> None:
        if "token" not in str(scope.get("path", "token")):  # type: ignore[attr-defined]
            self.asked += 1
            self.askers[dict(scope["headers"])[b"authorization"]] += 1  # type: ignore[index]
        await super().__call__(scope, receive, send)  # type: ignore[arg-type]


class Site:
    """A simulated API, a broker, and whatever runs over both."""

    def __init__(self, folder: Path, broker: Broker, api: Counted, environ: dict[str, str]) -> None:
        self.folder, self.broker, self.api, self.environ = folder, broker, api, environ

    def hub(self, *flags: str, **environ: str) -> Hub:
        return Hub({**self.environ, **environ}, "--broker", self.broker.url, *flags)


@asynccontextmanager
async def site(folder: Path, configuration: str = CALM) -> AsyncIterator[Site]:
    centre = Centre(demo_plan(), 1, SystemClock().now())
    api = Counted()
    simulator = Simulator(centre, api.elapsed)
    api.app = simulator.app
    who = simulator.credentials
    async with serving(api) as url, broker(folder, configuration) as one:
        environ = {
            "PATH": os.environ.get("PATH", ""),
            "XDG_STATE_HOME": str(folder / "state"),
            "WALLBOARD_API__BASE_URL": url,
            "WALLBOARD_API__KEY": who.key,
            "WALLBOARD_API__USERNAME": who.username,
            "WALLBOARD_API__PASSWORD": who.password,
            "WALLBOARD_POLL__INTERVAL": "2",
        }
        yield Site(folder, one, api, environ)
