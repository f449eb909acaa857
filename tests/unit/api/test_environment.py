"""The environment: proxies, who is exempt, certificates, TLS keys, the time zone."""

import os
import time
from datetime import UTC, datetime, timedelta
from importlib import resources
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.certificate import PEM
from wallboard.api.http.environment import PROXIES, Way, is_exempt, key_log, proxy_for, way_to
from wallboard.config import values
from wallboard.errors import ConfigurationError
from wallboard.host.clock import local

API = "https://api.example/analytics/work"


def proxied(**environ: str) -> tuple[str, str, str, int] | None:
    proxy = proxy_for("api.example", 443, environ)
    return (proxy.variable, proxy.kind, proxy.host, proxy.port) if proxy else None


@pytest.mark.parametrize(
    ("environ", "proxy"),
    [
        ({}, None),
        ({"HTTPS_PROXY": "http://p:3128"}, ("HTTPS_PROXY", "http", "p", 3128)),
        ({"https_proxy": "p:3", "HTTPS_PROXY": "q:1"}, ("https_proxy", "http", "p", 3)),
        ({"https_proxy": "", "HTTPS_PROXY": " q:1 "}, ("HTTPS_PROXY", "http", "q", 1)),
        ({"all_proxy": "p:3", "HTTPS_PROXY": "q:1"}, ("HTTPS_PROXY", "http", "q", 1)),
        ({"all_proxy": "p"}, ("all_proxy", "http", "p", 80)),
        ({"ALL_PROXY": "SOCKS5H://p"}, ("ALL_PROXY", "socks5", "p", 1080)),
        ({"ALL_PROXY": "socks5://p:9"}, ("ALL_PROXY", "socks5", "p", 9)),
        ({"ALL_PROXY": "socks://p:9/"}, ("ALL_PROXY", "socks5", "p", 9)),
        ({"ALL_PROXY": "socks4a://p"}, ("ALL_PROXY", "socks4", "p", 1080)),
        ({"HTTPS_PROXY": "https://p/"}, ("HTTPS_PROXY", "https", "p", 443)),
        ({"HTTPS_PROXY": "http://[::1]:3128"}, ("HTTPS_PROXY", "http", "::1", 3128)),
        ({"HTTPS_PROXY": "[2001:db8::1]"}, ("HTTPS_PROXY", "http", "2001:db8::1", 80)),
        ({"HTTPS_PROXY": "10.0.0.1:8080"}, ("HTTPS_PROXY", "http", "10.0.0.1", 8080)),
        ({"ALL_PROXY": "http://bücher.x:1"}, ("ALL_PROXY", "http", "xn--bcher-kva.x", 1)),
        ({"HTTP_PROXY": "p:1", "http_proxy": "p:1", "FTP_PROXY": "p:1"}, None),
        ({"HTTPS_PROXY": "p:1", "NO_PROXY": ".example"}, None),
        ({"HTTPS_PROXY": "p:1", "no_proxy": "x", "NO_PROXY": "*"}, ("HTTPS_PROXY", "http", "p", 1)),
        ({"HTTPS_PROXY": "p:1", "no_proxy": "", "NO_PROXY": "*"}, None),
    ],
)  # fmt: skip
def test_which_proxy_stands_between(
    environ: dict[str, str], proxy: tuple[str, str, str, int] | None
) -> None:
    assert proxied(**environ) == proxy


@pytest.mark.parametrize(
    ("written", "user", "password"),
    [
        ("http://u:p@h:1", "u", "p"),
        ("u:p@h:1", "u", "p"),
        ("socks5://u@h:1", "u", ""),
        ("http://corp%5Cu:p%40%3A%2F%23@h:1", "corp\\u", "p@:/#"),
        ("http://u:a:b@c@h:1", "u", "a:b@c"),
        ("http://u:%C3%A9é@h:1", "u", "éé"),
    ],
)
def test_user_and_password_of_a_proxy(written: str, user: str, password: str) -> None:
    proxy = proxy_for("api.example", 443, {"HTTPS_PROXY": written})
    assert proxy is not None
    assert (proxy.host, proxy.port, proxy.user, proxy.password) == ("h", 1, user, password)
    assert repr(user) not in repr(proxy)


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("http://canary:99999", "from 1 to 65535"),
        ("http://canary:0", "from 1 to 65535"),
        ("http://canary:-1", "from 1 to 65535"),
        ("http://canary:port", "from 1 to 65535"),
        ("http://canary:" + "9" * 5000, "from 1 to 65535"),
        ("canary:8²", "from 1 to 65535"),
        ("http:canary", "from 1 to 65535"),
        ("http://", "not an address"),
        ("http://:8080", "not an address"),
        ("http://[::canary]:1", "not an address"),
        ("http://::1:3128", "not an address"),
        ("http://a..canary:1", "not an address"),
        ("http://canary canary:1", "not an address"),
        ("http://canary\x1b[2J:1", "not an address"),
        ("http://" + "canary" * 50, "not an address"),
        ("ftp://canary:1", "not a kind of proxy"),
        ("quic://canary", "not a kind of proxy"),
        ("http://user:12#canary@proxy:3128", "%23"),
        ("http://user:can/ary@proxy:3128", "%2F"),
        ("http://user:%FFcanary@proxy:3128", "cannot be sent"),
        ("http://user:\udce9canary@proxy:3128", "cannot be sent"),
        ("http://canary%0D%0AX:p@proxy:3128", "cannot be sent"),
        (f"socks5://u:{'canary' * 50}@proxy", "cannot be sent"),
    ],
)
def test_a_proxy_that_cannot_be_used_is_named_by_its_variable_alone(
    written: str, words: str
) -> None:
    for variable in PROXIES:
        with pytest.raises(ConfigurationError) as caught:
            way_to(API, {variable: written})
        (mistake,) = caught.value.mistakes
        assert mistake.startswith(f"{variable}: ")
        assert words in mistake, variable
        assert caught.value.remedy, variable
        assert "canary" not in str(caught.value), variable


@given(st.sampled_from(PROXIES), st.text(), st.text())
def test_no_value_whatever_is_repeated_or_ends_anything(
    variable: str, written: str, exempt: str
) -> None:
    told, port = "", 1
    try:
        way = way_to(API, {variable: f"http://{written}secretcanary", "NO_PROXY": exempt})
        port = way.proxy.port if way.proxy else 1
    except ConfigurationError as error:
        told = str(error)
    assert "secretcanary" not in told
    assert 1 <= port <= 65_535


EXEMPT = [
    ("api.example", "*"),
    ("api.example", "a.b, *"),
    ("api.example", "api.example"),
    ("api.example", "API.Example."),
    ("api.example", "example"),
    ("api.example", ".example"),
    ("api.example", "*.example"),
    ("api.example", "x,,  y\tapi.example"),
    ("api.example", "api.example:443"),
    ("api.example", "https://api.example/"),
    ("bücher.example", "xn--bcher-kva.example"),
    ("xn--bcher-kva.example", "bücher.example"),
    ("10.1.2.3", "10.1.2.3"),
    ("10.1.2.3", "10.1.2.3:443"),
    ("10.1.2.3", "10.0.0.0/8"),
    ("10.1.2.3", "10.1.2.3/8"),
    ("2001:db8::1", "2001:db8::1"),
    ("2001:db8::1", "2001:DB8:0::1"),
    ("2001:db8::1", "[2001:db8::1]"),
    ("2001:db8::1", "[2001:db8::1]:443"),
    ("2001:db8::1", "x,2001:db8::/32"),
    ("2001:db8::1", "[2001:db8::]/32"),
    ("fe80::1", "fe80::1%eth0"),
]
ASKED = [
    ("api.example", ""),
    ("api.example", "ample"),
    ("api.example", "api.example:8443"),
    ("api.example", "other.api.example"),
    ("api.example", "fe80::/10,[::1],::1,10.0.0.0/8,10.0.0.0/99,/8,[,]:x,:,."),
    ("10.1.2.3", "10.1.2"),
    ("10.1.2.3", "1.2.3"),
    ("10.1.2.3", "11.0.0.0/8"),
    ("10.1.2.3", "::/0"),
    ("2001:db8::1", "0.0.0.0/0"),
    ("2001:db8::1", "[2001:db8::1]:8443"),
    ("2001:db8::1", "2001:db8:1::/48"),
]


@pytest.mark.parametrize(
    ("host", "written", "exempt"),
    [(*one, True) for one in EXEMPT] + [(*one, False) for one in ASKED],
)
def test_who_is_exempt(host: str, written: str, exempt: bool) -> None:
    assert is_exempt(host, 443, written) is exempt


@given(st.ip_addresses(), st.integers(0, 128), st.sampled_from(["{}", "[{}]", " {} ,x"]))
def test_an_address_is_exempt_by_every_network_that_it_is_in(
    address: object, bits: int, written: str
) -> None:
    most = 128 if ":" in str(address) else 32
    network = f"{written.format(address)}" if bits > most else ""
    shown = network or f"{address}/{bits}"
    assert is_exempt(str(address), 443, shown)
    assert not is_exempt("api.example", 443, shown)


@given(st.text(), st.text(alphabet="*.,:/[]%0123456789abcdef \t", max_size=60))
def test_no_list_of_exempt_hosts_ends_anything(host: str, written: str) -> None:
    assert is_exempt(host, 443, written) in (True, False)


# --- certificates and keys


@pytest.fixture
def pem(tmp_path: Path) -> Path:
    file = tmp_path / "it.pem"
    file.write_text(PEM)
    return file


def refusal(**environ: str) -> str:
    with pytest.raises(ConfigurationError) as caught:
        way_to(API, environ)
    assert "Correct the variable" in caught.value.remedy
    assert ("NO_PROXY" in caught.value.remedy) == any("PROXY" in name for name in environ)
    return "\n".join(caught.value.mistakes)


def test_certificates_of_the_environment(pem: Path) -> None:
    folder = pem.parent / "hashed"
    folder.mkdir()
    (folder / "0a1b2c3d.0").write_text(PEM)
    assert way_to(API, {"SSL_CERT_FILE": str(pem)}).certificates == str(pem)
    assert way_to(API, {"SSL_CERT_DIR": f"/nowhere{os.pathsep}{folder}"}).folders
    both = way_to(API, {"SSL_CERT_FILE": str(pem), "SSL_CERT_DIR": "/nowhere"})
    assert (both.certificates, both.folders) == (str(pem), "")
    assert way_to(API, {"SSL_CERT_FILE": "/nowhere"}, ca_bundle=True) == Way()
    assert way_to("https://localhost", {"SSL_CERT_FILE": "/nowhere"}) == Way()


def test_certificates_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for value in ("/nowhere", str(tmp_path), str(pipe), "/dev/zero", "a\0b"):
        assert refusal(SSL_CERT_FILE=value).startswith("SSL_CERT_FILE: ")
    for value in ("/nowhere", str(tmp_path), f"/nowhere{os.pathsep}{pipe}", os.pathsep):
        assert refusal(SSL_CERT_DIR=value).startswith("SSL_CERT_DIR: ")


def test_all_that_cannot_be_used_is_told_at_once() -> None:
    told = refusal(ALL_PROXY="http://p:99999", SSL_CERT_FILE="/nowhere")
    assert [line.split(":")[0] for line in told.splitlines()] == ["ALL_PROXY", "SSL_CERT_FILE"]


def test_a_file_for_keys_is_used_if_it_can_be_written_and_else_told(tmp_path: Path) -> None:
    file, pipe = tmp_path / "keys", tmp_path / "pipe"
    os.mkfifo(pipe)
    assert key_log({"SSLKEYLOGFILE": str(file)}) == (str(file), "")
    assert file.stat().st_mode & 0o777 == 0o600
    assert key_log({}) == ("", "")
    for value in ("/nowhere/keys", str(tmp_path), str(pipe), "/dev/full", "/dev/tty", "a\0b"):
        used, doubt = key_log({"SSLKEYLOGFILE": value})
        assert used == ""
        assert doubt.startswith("SSLKEYLOGFILE: ")
        assert way_to(API, {"SSLKEYLOGFILE": value}) == Way()


def test_a_way_in_words_has_no_secrets() -> None:
    way = way_to(API, {"HTTPS_PROXY": "http://canary:canary@p:3128"})
    assert way.words == "HTTPS_PROXY: p, port 3128"
    assert Way().words == "no proxy"
    assert "canary" not in repr(way)


def test_the_machine_itself_is_never_asked_through_a_proxy() -> None:
    for host in ("localhost", "LOCALHOST.", "127.0.0.1", "127.8.9.1", "[::1]"):
        assert way_to(f"https://{host}:9/x", {"ALL_PROXY": "nonsense://"}) == Way()
    assert way_to("http://127.0.0.1:9/x", {"ALL_PROXY": "nonsense://"}) == Way()


# --- the time zone


SUMMER, WINTER = (datetime(2026, month, 1, 12, tzinfo=UTC) for month in (7, 1))


@pytest.mark.parametrize(
    ("written", "summer", "winter"),
    [
        ("Europe/Paris", 2, 1),
        (":Europe/Paris", 2, 1),
        ("/usr/share/zoneinfo/Europe/Paris", 2, 1),
        ("CET-1CEST,M3.5.0,M10.5.0/3", 2, 1),
        ("EST5EDT", -4, -5),
        ("AAA5BBB", -4, -5),
        ("UTC+3", -3, -3),
        ("<+0530>-5:30", 5.5, 5.5),
    ],
)
def test_a_time_zone_of_the_environment_is_obeyed_in_summer_too(
    written: str, summer: float, winter: float, tmp_path: Path
) -> None:
    if written.startswith("/"):  # as the system keeps them, wherever that is
        name = tmp_path / "paris"
        name.write_bytes((resources.files("tzdata.zoneinfo.Europe") / "Paris").read_bytes())
        written = str(name)
    zone = values.zone("", {"TZ": written})
    for at, hours in ((SUMMER, summer), (WINTER, winter)):
        assert at.astimezone(zone).utcoffset() == timedelta(hours=hours)
    assert values.zone_doubt({"TZ": written}) == ""


@pytest.mark.parametrize(
    "written",
    ["UTC+24", "UTC-24", "UTC+99", "nonsense", "canary/canary", "/dev/zero", "/etc/passwd", "/usr",
     "../../etc/passwd", "x" * 5000, "a\nb", "é", "\udcff", "<", "0", ":", "UTC+" + "9" * 5000],
)  # fmt: skip
def test_what_is_no_time_zone_is_the_systems_and_told(written: str, tmp_path: Path) -> None:
    kept = tmp_path / "localtime"
    kept.write_bytes((resources.files("tzdata.zoneinfo.Asia") / "Tokyo").read_bytes())
    zone = values.zone("", {"TZ": written}, kept)
    assert SUMMER.astimezone(zone).utcoffset() == timedelta(hours=9)
    doubt = values.zone_doubt({"TZ": written})
    assert doubt == "" if written == ":" else doubt.startswith("TZ: ")
    assert "canary" not in doubt
    assert values.zone("", {"TZ": written}, tmp_path / "none") is UTC
    assert values.zone("Europe/Paris", {"TZ": written}, kept) == ZoneInfo("Europe/Paris")


def test_a_pipe_in_place_of_a_time_zone_holds_nobody(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    assert values.zone("", {"TZ": str(pipe)}, pipe) is UTC
    assert values.zone_doubt({"TZ": str(pipe)}).startswith("TZ: ")


@given(st.text(max_size=30))
def test_no_time_zone_whatever_ends_anything(written: str) -> None:
    zone = values.zone("", {"TZ": written})
    for at in (SUMMER, WINTER):
        assert abs(at.astimezone(zone).utcoffset() or timedelta()) < timedelta(days=1)
    assert isinstance(values.zone_doubt({"TZ": written}), str)


@pytest.mark.parametrize("written", ["UTC+24", "UTC-24", "nonsense", "Europe/Paris"])
def test_the_machines_own_time_is_told_whatever_its_zone_is(
    written: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", written)
    time.tzset()
    try:
        assert local(SUMMER) == SUMMER
        assert local(SUMMER.replace(tzinfo=None)).utcoffset() is not None
    finally:
        monkeypatch.undo()
        time.tzset()
