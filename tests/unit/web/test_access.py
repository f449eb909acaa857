"""Who is let in: exactly the hosts that are the board's, its own page, and whoever knows."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import HTTPConnection

from wallboard.web.access import COOKIE, PageAccess, new_token, page_access
from wallboard.web.site import MOST_COLUMNS, MOST_LINES, size_of

LOOPBACK = page_access("127.0.0.1", 8090, ())


def request(kind: str = "http", **headers: str) -> HTTPConnection:
    raw = [(name.encode(), text.encode("latin-1")) for name, text in headers.items()]
    return HTTPConnection({"type": kind, "headers": raw})


def is_let_in(access: PageAccess, host: str, origin: str | None = None, **more: Any) -> bool:
    headers = {"host": host, **({"origin": origin} if origin is not None else {})}
    return not access.refusal(request(**headers, **more))


@pytest.mark.parametrize(
    "host", ["127.0.0.1:8090", "localhost:8090", "LOCALHOST:8090", "[::1]:8090"]
)
def test_loopback_is_reached_by_its_names(host: str) -> None:
    assert is_let_in(LOOPBACK, host)
    assert is_let_in(LOOPBACK, host, f"http://{host}", kind="websocket")


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:8090", "127.0.0.1", "127.0.0.1:80", "127.0.0.2:8090", "",
     "localhost:8090.evil.example", "user@localhost:8090", "localhost:8090/", "192.168.1.9:8090"],
)  # fmt: skip
def test_no_other_host_is_answered(host: str) -> None:
    assert not is_let_in(LOOPBACK, host)
    assert not is_let_in(LOOPBACK, host, f"http://{host}", kind="websocket")


def test_a_request_without_or_with_two_hosts_is_not_answered() -> None:
    assert LOOPBACK.refusal(request())
    twice = [(b"host", b"localhost:8090")] * 2
    assert LOOPBACK.refusal(HTTPConnection({"type": "http", "headers": twice}))


@pytest.mark.parametrize(
    "origin",
    ["http://evil.example", "null", "", "http://localhost", "http://localhost:8091",
     "ftp://localhost:8090", "http://localhost:8090.evil.example", "http://127.0.0.1:8090"],
)  # fmt: skip
def test_another_page_gets_neither_page_nor_socket(origin: str) -> None:
    assert not is_let_in(LOOPBACK, "localhost:8090", origin)
    assert not is_let_in(LOOPBACK, "localhost:8090", origin, kind="websocket")


def test_a_socket_is_for_pages_only() -> None:
    assert is_let_in(LOOPBACK, "localhost:8090")
    assert not is_let_in(LOOPBACK, "localhost:8090", kind="websocket")


def test_an_address_of_the_network_is_reached_by_itself_and_by_what_was_named() -> None:
    access = page_access("192.168.1.5", 8090, ("Wall.example", "board.example:9000"))
    assert is_let_in(access, "192.168.1.5:8090")
    assert is_let_in(access, "wall.example")
    assert is_let_in(access, "wall.example", "https://wall.example", kind="websocket")
    assert is_let_in(access, "board.example:9000")
    assert not is_let_in(access, "board.example")
    assert not is_let_in(access, "localhost:8090")


def test_every_address_is_reached_by_numbers_which_no_foreign_name_can_be() -> None:
    access = page_access("0.0.0.0", 8090, ())  # noqa: S104 - nothing listens here
    assert is_let_in(access, "192.168.1.5:8090")
    assert is_let_in(access, "[fe80::1]:8090")
    assert not is_let_in(access, "192.168.1.5")
    assert not is_let_in(access, "evil.example:8090")
    named = page_access("0.0.0.0", 8090, ("wall:8090",))  # noqa: S104 - nor here
    assert is_let_in(named, "wall:8090")
    assert not is_let_in(named, "192.168.1.5:8090")


def test_a_port_that_browsers_leave_out() -> None:
    assert is_let_in(page_access("192.168.1.5", 80, ()), "192.168.1.5")
    assert is_let_in(page_access("::1", 80, ()), "[::1]")


def test_a_token_cannot_be_guessed() -> None:
    made = [new_token() for _ in range(100)]
    assert len(set(made)) == len(made)
    assert min(map(len, made)) >= 32


@given(st.text(max_size=80))
def test_with_a_token_only_its_cookie_comes_in(cookie: str) -> None:
    access = page_access("127.0.0.1", 8090, (), token := new_token())
    assert not is_let_in(access, "localhost:8090")
    kept = f"{COOKIE}={cookie.encode('ascii', 'replace').decode()}"
    assert not is_let_in(access, "localhost:8090", cookie=kept)
    assert not is_let_in(access, "localhost:8090", cookie=f"{COOKIE}={token}")
    assert is_let_in(access, "localhost:8090", cookie=f"{COOKIE}={access.cookie}")


def test_a_token_is_taken_at_our_address_only() -> None:
    access = page_access("127.0.0.1", 8090, (), "secret-secret")
    assert access.lets_in(request(host="localhost:8090"), "secret-secret")
    assert not access.lets_in(request(host="evil.example"), "secret-secret")
    assert not access.lets_in(request(host="localhost:8090"), "")
    assert not access.lets_in(request(host="localhost:8090"), "secret-secreT")
    assert not LOOPBACK.lets_in(request(host="localhost:8090"), "")


@given(st.none() | st.integers() | st.text(), st.none() | st.integers() | st.text())
def test_any_size_is_within_bounds(width: str | int | None, height: str | int | None) -> None:
    columns, lines = size_of(width, height)
    assert 1 <= columns <= MOST_COLUMNS
    assert 1 <= lines <= MOST_LINES
