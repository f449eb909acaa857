"""``python -m tests.benchmarks.visitors``: what a visitor of ``wallboard serve`` costs.

The demo's 23 queues, polled every 10 s, in pages of 120 × 40 that another process shows.
"""

import asyncio
import os
import re
import subprocess
import sys
import time
from pathlib import Path

from websockets.asyncio.client import connect

from tests.benchmarks.processes import ROOT

MOST = 20
_SETTLE, _MEASURED = 20.0, 40.0
"""Seconds until all have come, and seconds that are measured."""

_ADDRESS = re.compile(r"http://127\.0\.0\.1:(\d+)/")


class Server:
    def __init__(self) -> None:
        command = ["serve", "--demo", "--interval", "10", "--listen", "127.0.0.1:0"]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "wallboard", *command],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout
        found = _ADDRESS.search(self._process.stdout.readline())
        assert found
        self.port = int(found[1])

    @property
    def memory(self) -> float:
        """What it holds alone, MB."""
        text = Path(f"/proc/{self._process.pid}/smaps_rollup").read_text()
        found = re.search(r"Pss:\s+(\d+)", text)
        assert found
        return int(found[1]) / 1024

    @property
    def seconds(self) -> float:
        """Processor time that it took."""
        text = Path(f"/proc/{self._process.pid}/stat").read_text()
        fields = text.rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def end(self) -> None:
        self._process.terminate()
        self._process.wait()


async def page(port: int) -> None:
    """Show what comes, and say so, for ever."""
    address = f"ws://127.0.0.1:{port}/ws?width=120&height=40"
    async with connect(address, origin=f"http://127.0.0.1:{port}", proxy=None) as socket:  # type: ignore[arg-type]
        async for data in socket:
            if isinstance(data, bytes):
                await socket.send('["shown"]')


async def busy(server: Server) -> float:
    """Return which share of a core the server takes, in percent."""
    begun, seconds = time.monotonic(), server.seconds
    await asyncio.sleep(_MEASURED)
    return 100 * (server.seconds - seconds) / (time.monotonic() - begun)


async def main() -> None:
    server = Server()
    try:
        await asyncio.sleep(_SETTLE)
        alone, none = server.memory, await busy(server)
        print(f"none: {alone:.1f} MB, {none:.2f} % of a core")  # noqa: T201
        for _ in range(2):
            pages = [asyncio.create_task(page(server.port)) for _ in range(MOST)]
            await asyncio.sleep(_SETTLE)
            share, memory = await busy(server), server.memory
            each = (memory - alone) / MOST, (share - none) / MOST
            print(f"{MOST}: {memory:.1f} MB; each {each[0]:.2f} MB, {each[1]:.2f} %")  # noqa: T201
            for one in pages:
                one.cancel()
            await asyncio.gather(*pages, return_exceptions=True)
            await asyncio.sleep(_SETTLE)
            print(f"closed: {server.memory:.1f} MB")  # noqa: T201
    finally:
        server.end()


if __name__ == "__main__":
    asyncio.run(main())
