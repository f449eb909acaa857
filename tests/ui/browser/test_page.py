"""The page and its socket: what is served, to whom, and nothing from elsewhere."""

import re
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from tests.ui.browser.served import Served, nobody_left, page, served
from wallboard.web.access import HEADERS
from wallboard.web.site import scripts

TOKEN = "a-token-that-nobody-guesses"


def client(server: Served, **options: Any) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=server.origin, trust_env=False, timeout=90, **options)


async def test_the_page_and_all_that_it_names_come_from_here_with_the_same_headers() -> None:
    async with served() as server, client(server) as browser:
        answer = await browser.get("/")
        assert answer.status_code == 200
        named = re.findall(r'(?:src|href)="([^"]+)"', answer.text)
        assert len(named) == 5
        styles = (await browser.get("/static/board.css")).text
        named += re.findall(r'url\("([^"]+)"\)', styles)
        for path in [*named, "/static/RobotoMono-Italic.ttf"]:
            part = await browser.get(path)
            assert part.status_code == 200, path
            for name in HEADERS.keys() - {"cache-control"}:
                assert part.headers[name] == HEADERS[name]
        text = (await browser.get("/static/board.js")).text + styles + answer.text
        assert not re.search(r"https?://|//[\w.-]+\.\w+/", text.replace("${location.host}", ""))


async def test_no_script_of_the_page_could_come_from_elsewhere() -> None:
    policy = HEADERS["content-security-policy"]
    assert policy == "default-src 'self'; frame-ancestors 'none'"
    async with served() as server, client(server) as browser:
        text = (await browser.get("/")).text
        assert not re.search(r"<script>|<style|\son\w+=|style=", text), "the policy would stop it"


@pytest.mark.parametrize(
    "path",
    ["/static/", "/static", "/static/../site.py", "/static/%2e%2e/site.py", "/static/board.html",
     "/download/x", "/ws", "/site.py", "/static/css/xterm.css", "//etc/passwd"],
)  # fmt: skip
async def test_nothing_else_is_served(path: str) -> None:
    async with served() as server, client(server) as browser:
        assert (await browser.get(path)).status_code in (404, 405)


async def refused(server: Served, **options: Any) -> bool:
    try:
        async with page(server, **options):
            return False
    except InvalidStatus as error:
        return error.response.status_code == 403


async def test_another_host_or_page_gets_nothing() -> None:
    async with served() as server, client(server) as browser:
        for headers in ({"host": "evil.example"}, {"origin": "http://evil.example"}):
            for path in ("/", "/static/textual.js"):
                answer = await browser.get(path, headers=headers)
                assert answer.status_code == 403
                assert "terminal" not in answer.text
        assert await refused(server, origin="http://evil.example")
        assert await refused(server, origin=None)
        assert await refused(server, origin="null")
        assert not await refused(server)
        foreign = f"http://evil.example:{server.port}"
        with pytest.raises(InvalidStatus):
            async with connect(
                f"ws://evil.example:{server.port}/ws",
                origin=foreign,  # type: ignore[arg-type]
                host="127.0.0.1",
                port=server.port,
                proxy=None,
                open_timeout=90,
            ):
                pass
        await nobody_left(server)
        assert len(server.boards) <= 1


async def test_a_token_becomes_a_cookie_that_no_script_reads_and_leaves_the_address() -> None:
    async with served(TOKEN) as server, client(server) as browser:
        assert (await browser.get("/")).status_code == 403
        assert (await browser.get("/static/board.js")).status_code == 403
        assert (await browser.get("/?token=another")).status_code == 403
        assert await refused(server)
        answer = await browser.get(f"/?fontsize=20&token={TOKEN}")
        assert answer.status_code == 303
        assert answer.headers["location"] == "/?fontsize=20"
        cookie = answer.headers["set-cookie"].lower()
        assert "httponly" in cookie
        assert "samesite=strict" in cookie
        assert TOKEN not in cookie
        assert (await browser.get("/")).status_code == 200
        kept = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
        assert not await refused(server, additional_headers={"cookie": kept})
        assert await refused(server, additional_headers={"cookie": kept}, origin="http://evil.test")


async def test_behind_a_link_of_another_page_the_address_is_asked_for_once_more() -> None:
    async with served(TOKEN) as server, client(server) as browser:
        answer = await browser.get("/", headers={"sec-fetch-site": "cross-site"})
        assert answer.status_code == 403
        assert 'http-equiv="refresh"' in answer.text
        assert "refresh" not in (await browser.get("/")).text


def test_the_scripts_are_of_textual_serve_whose_server_is_not_imported() -> None:
    assert set(scripts()) == {
        "textual.js", "xterm.css", "RobotoMono.ttf", "RobotoMono-Italic.ttf",
    }  # fmt: skip
