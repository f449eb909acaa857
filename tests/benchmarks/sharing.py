"""What a hub costs and how quick it is: ``python -m tests.benchmarks.sharing [CASE …]``.

Needs mosquitto and the extra ``hub``.
"""

import asyncio
import gzip
import json
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from tests.benchmarks.data import Centre
from tests.benchmarks.remembering import report
from tests.engines.brokers import Broker, Hub, broker, until
from wallboard.api.live import RealtimeTranslator
from wallboard.api.wire.realtime import RawAnswer
from wallboard.host.clock import SystemClock
from wallboard.hub import json_payload
from wallboard.hub.broker_feeds import BrokerFeeds
from wallboard.hub.connection import BrokerOptions, OutMessage, connect
from wallboard.hub.reading_payload import (
    EXPIRY,
    ReadingDecoder,
    head_document,
    head_of,
    reading_document,
)
from wallboard.hub.topics import Topics
from wallboard.model.data.catalogue import CATALOGUE
from wallboard.model.data.reading import FeedId, Moment, Reading
from wallboard.model.events import FeedEvent, Fresh

QUEUES, BOARDS = 200, 200
ROUNDS = 40
FEED = FeedId("p")
READING = Topics().reading(FEED)


def _now() -> Moment:
    clock = SystemClock()
    return Moment(clock.now(), clock.elapsed())


async def _translated(bodies: list[bytes]) -> list[Reading]:
    polls = RealtimeTranslator()
    return [
        await polls.reading(RawAnswer(body, FEED, _now(), "acme"), frozenset(CATALOGUE))
        for body in bodies
    ]


def _bodies() -> list[bytes]:
    centre = Centre(QUEUES)
    found = []
    for _ in range(ROUNDS):
        centre.change()
        found.append(centre.body)
    return found


def _message(reading: Reading) -> bytes:
    head = head_document(reading.measured, _now(), _now(), 10.0)
    return json_payload.deflate({**head, **reading_document(reading)})


def data_path() -> None:
    """From bytes to a reading: out of a poll's answer, and out of a message."""
    bodies = _bodies()
    readings = asyncio.run(_translated(bodies))
    messages = [_message(reading) for reading in readings]
    zipped = [gzip.compress(body, 6) for body in bodies]

    def poll() -> None:
        asyncio.run(_translated([gzip.decompress(body) for body in zipped]))

    def take() -> None:
        decoder = ReadingDecoder(FEED)
        for message in messages:
            document, now = json_payload.inflate(message), _now()
            decoder.reading(document, head_of(document, EXPIRY, now), now)

    polled, taken = _processor(poll), _processor(take)
    report(f"data path, {QUEUES} queues, a poll", "", f"{polled / ROUNDS * 1000:.2f} ms")
    report(f"data path, {QUEUES} queues, a message", "", f"{taken / ROUNDS * 1000:.2f} ms")
    report("data path, message against poll", "≤ 0.7 ×", f"{taken / polled:.2f} ×")
    report("a message", "≤ 8 kB", f"{max(map(len, messages)) / 1000:.1f} kB")


def _processor(work: Callable[[], None]) -> float:
    """Return the seconds of processor that work takes, the least of several times."""
    took = []
    for _ in range(7):
        begun = time.process_time()
        work()
        took.append(time.process_time() - begun)
    return min(took)


def fan_out() -> None:
    """From the answer to the last of the subscribers' handlers."""
    asyncio.run(_fan_out())


async def _fan_out() -> None:
    (reading, *_) = await _translated(_bodies()[:1])
    with tempfile.TemporaryDirectory() as folder:
        async with broker(Path(folder)) as one:
            listening = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "tests.benchmarks.sharing", "listen", str(one.port),
                stdout=asyncio.subprocess.PIPE,
            )  # fmt: skip
            assert listening.stdout
            await listening.stdout.readline()
            took = []
            async with connect(_options(one)) as connection:
                for _ in range(ROUNDS):
                    begun = time.monotonic()
                    message = OutMessage(READING, _message(reading), expiry=EXPIRY)
                    await connection.publish([message])
                    took.append(float(await listening.stdout.readline()) - begun)
                    await asyncio.sleep(0.2)
            listening.kill()
            await listening.wait()
    ordered = sorted(took)
    words = f"{statistics.median(took) * 1000:.0f}, {ordered[int(ROUNDS * 0.95)] * 1000:.0f} ms"
    report(f"answer to the last of {BOARDS} handlers, p50 and p95", "p95 ≤ 250 ms", words)


async def _listen(port: int) -> None:
    """Print when the last of many subscribers has got each message."""
    came = 0
    ready = asyncio.Event()
    open_now = 0

    async def one() -> None:
        nonlocal came, open_now
        async with connect(BrokerOptions(host="127.0.0.1", port=port)) as connection:
            await connection.subscribe(READING)
            open_now += 1
            if open_now == BOARDS:
                ready.set()
            async for message in connection.messages():
                if message.kept:
                    continue
                came += 1
                if came % BOARDS == 0:
                    _say(str(time.monotonic()))

    async with asyncio.TaskGroup() as group:
        for _ in range(BOARDS):
            group.create_task(one())
        await ready.wait()
        _say("ready")


def _say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def _options(one: Broker) -> BrokerOptions:
    return BrokerOptions(host="127.0.0.1", port=one.port)


@asynccontextmanager
async def _running(folder: Path, interval: str) -> AsyncIterator[tuple[Broker, Hub]]:
    """A simulated API of one PBX, a broker and a hub."""
    api = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "wallboard", "simulate", "--machine", "--port", "0",
        "--pbxes", "1", "--queues", str(QUEUES),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert api.stdout
    said = json.loads(await api.stdout.readline())
    async with broker(folder) as one:
        environ = {f"WALLBOARD_API__{key.upper()}": said[key] for key in _ACCOUNT}
        environ |= {
            "PATH": os.environ["PATH"],
            "XDG_STATE_HOME": str(folder),
            "WALLBOARD_POLL__INTERVAL": interval,
        }
        hub = Hub(environ, "--broker", one.url)
        hub.starts = True
        await hub.start()
        try:
            yield one, hub
        finally:
            await hub.kill()
            api.kill()
            await api.wait()


_ACCOUNT = ("base_url", "key", "username", "password")


def of_the_hub() -> None:
    """The hub's processor and memory, each poll 10 s after the other."""
    asyncio.run(_of_the_hub(120.0))


async def _of_the_hub(seconds: float) -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with _running(Path(folder), "10") as (_, hub):
            await asyncio.sleep(20)
            before = _used(hub.pid)
            await asyncio.sleep(seconds)
            share = (_used(hub.pid) - before) / seconds
            size = _resident(hub.pid)
    report(f"hub, {QUEUES} queues, a poll each 10 s", "≤ 0.5 %, ≤ 60 MB",
           f"{share * 100:.2f} %, {size:.0f} MB")  # fmt: skip


def _used(pid: int) -> float:
    """Return the seconds of processor that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _resident(pid: int) -> float:
    """Return the megabytes that a process holds."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


def herd() -> None:
    """All boards come back after the broker was away for a minute."""
    asyncio.run(_herd(60.0))


async def _herd(away: float) -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with _running(Path(folder), "10") as (one, _):
            fresh: list[float] = [0.0] * BOARDS
            boards = [_board(one, fresh, number) for number in range(BOARDS)]
            tasks = [asyncio.create_task(item.run(post)) for item, post in boards]
            await until(lambda: all(fresh), 120.0)
            await one.stop()
            await asyncio.sleep(away)
            fresh[:] = [0.0] * BOARDS
            await one.start()
            begun = time.monotonic()
            await until(lambda: all(fresh), 120.0)
            last = max(fresh) - begun
            size = _resident(one.pid)
            await asyncio.sleep(30)
            later = _resident(one.pid)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
    report(f"{BOARDS} boards after a minute without broker, the last", "≤ 30 s", f"{last:.1f} s")
    report("the broker's memory then and 30 s later", "flat", f"{size:.1f}, {later:.1f} MB")


def _board(
    one: Broker, fresh: list[float], number: int
) -> tuple[BrokerFeeds, Callable[[FeedEvent], None]]:
    def post(event: FeedEvent) -> None:
        if isinstance(event, Fresh):
            fresh[number] = fresh[number] or time.monotonic()

    return BrokerFeeds(_options(one), SystemClock(), random.random), post


CASES = {"data": data_path, "fan-out": fan_out, "hub": of_the_hub, "herd": herd}


if __name__ == "__main__":
    if sys.argv[1:2] == ["listen"]:
        asyncio.run(_listen(int(sys.argv[2])))
    else:
        for case in sys.argv[1:] or CASES:
            CASES[case]()
