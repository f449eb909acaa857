"""A headless Chromium that a test drives over the DevTools protocol."""

import asyncio
import base64
import contextlib
import itertools
import json
import shutil
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)

needs_chromium = pytest.mark.skipif(
    CHROMIUM is None, reason="Chromium is not here (Debian's package: chromium)"
)

PATIENCE = 90.0
"""Seconds after which waiting fails."""

_FLAGS = (
    "--headless=new", "--no-sandbox", "--no-first-run", "--disable-gpu", "--no-proxy-server",
    "--disable-dev-shm-usage", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--remote-debugging-port=0", "--hide-scrollbars",
)  # fmt: skip


class Tab:
    """One open page."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._numbers = itertools.count(1)
        self._answers: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self.events: list[dict[str, Any]] = []
        self._reader = asyncio.create_task(self._read())

    async def _read(self) -> None:
        async for text in self._socket:
            said = json.loads(text)
            if "id" in said:
                self._answers.pop(said["id"]).set_result(said)
            else:
                self.events.append(said)

    async def call(self, method: str, **params: Any) -> dict[str, Any]:
        number = next(self._numbers)
        answer = self._answers[number] = asyncio.get_running_loop().create_future()
        await self._socket.send(json.dumps({"id": number, "method": method, "params": params}))
        said = await asyncio.wait_for(answer, PATIENCE)
        assert "result" in said, said
        result: dict[str, Any] = said["result"]
        return result

    async def evaluate(self, script: str) -> Any:
        said = await self._said(script)
        assert "exceptionDetails" not in said, said
        return said["result"].get("value")

    async def _said(self, script: str) -> Any:
        return await self.call(
            "Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True
        )

    async def until(self, script: str, seconds: float = PATIENCE) -> Any:
        """Wait until a script says something that is true; returns that.

        Meanwhile it may fail: a page that is loaded anew has nothing in it for a moment.
        """
        end = asyncio.get_running_loop().time() + seconds
        while not (value := (said := await self._said(script))["result"].get("value")):
            assert asyncio.get_running_loop().time() < end, f"never: {script}: {said}"
            await asyncio.sleep(0.1)
        assert "exceptionDetails" not in said, said
        return value

    async def press(self, text: str) -> None:
        await self.call("Input.dispatchKeyEvent", type="keyDown", text=text, key=text)
        await self.call("Input.dispatchKeyEvent", type="keyUp", key=text)

    async def click(self, x: float, y: float) -> None:
        for kind in ("mouseMoved", "mousePressed", "mouseReleased"):
            button = "none" if kind == "mouseMoved" else "left"
            await self.call(
                "Input.dispatchMouseEvent", type=kind, x=x, y=y, button=button, clickCount=1
            )

    async def picture(self, path: Path) -> int:
        """Write what the page shows into a file; returns its size."""
        said = await self.call("Page.captureScreenshot")
        return path.write_bytes(base64.b64decode(said["data"]))

    async def close(self) -> None:
        self._reader.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._reader
        await self._socket.close()


class Browser:
    def __init__(self, port: int) -> None:
        self._port = port

    @asynccontextmanager
    async def tab(self, address: str, before: str = "") -> AsyncIterator[Tab]:
        """Open a page. ``before``: a script that runs before those of the page."""
        async with httpx.AsyncClient(trust_env=False, timeout=PATIENCE) as client:
            base = f"http://127.0.0.1:{self._port}/json"
            target = (await client.put(f"{base}/new?about:blank")).json()
            options: dict[str, Any] = {"open_timeout": PATIENCE, "ping_interval": None}
            debugger = target["webSocketDebuggerUrl"]
            async with connect(debugger, max_size=None, proxy=None, **options) as socket:
                tab = Tab(socket)
                for domain in ("Page", "Network", "Log", "Runtime"):
                    await tab.call(f"{domain}.enable")
                if before:
                    await tab.call("Page.addScriptToEvaluateOnNewDocument", source=before)
                await tab.call("Page.navigate", url=address)
                try:
                    yield tab
                finally:
                    await tab.close()
            await client.get(f"{base}/close/{target['id']}")


@contextmanager
def chromium(width: int = 1200, height: int = 760) -> Iterator[Browser]:
    assert CHROMIUM is not None
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        process = subprocess.Popen(
            [CHROMIUM, *_FLAGS, f"--user-data-dir={folder}", f"--window-size={width},{height}",
             "about:blank"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            said = Path(folder) / "DevToolsActivePort"
            for _ in range(int(PATIENCE / 0.1)):
                if said.exists() and len(said.read_text().splitlines()) == 2:
                    break
                time.sleep(0.1)
            yield Browser(int(said.read_text().splitlines()[0]))
        finally:
            process.terminate()
            process.wait()
