"""The simulator as a process: what it prints, how it ends, and that its parent outlives it."""

import contextlib
import io
import json
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import httpx
import pytest

from tests.forked import PATIENCE, hear_signals
from wallboard.errors import ConfigurationError, WallboardError
from wallboard.simulator.child import simulation, zone_at
from wallboard.simulator.serve import SimulatorOptions, midnight_before, run_simulator

SIMULATE = [sys.executable, "-m", "wallboard", "simulate", "--port", "0"]


@contextlib.contextmanager
def running(*flags: str) -> Iterator["subprocess.Popen[str]"]:
    process = subprocess.Popen(
        [*SIMULATE, *flags],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=hear_signals,
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


@contextlib.contextmanager
def signed_in(base_url: str, who: Mapping[str, str]) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"{base_url}/", trust_env=False, timeout=PATIENCE) as client:
        client.headers["8x8-apikey"] = who["key"]
        form = {"username": who["username"], "password": who["password"]}
        answer = client.post("v1/oauth/token", data=form)
        client.headers["authorization"] = f"Bearer {answer.json()['access_token']}"
        yield client


def listens(base_url: str) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", urlsplit(base_url).port or 0)) == 0


def gone(base_url: str) -> bool:
    """Whether nobody listens there, in the end."""
    end = time.monotonic() + PATIENCE
    while listens(base_url):
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def test_for_a_machine_it_is_one_line_of_json_and_ends_with_its_input() -> None:
    with running("--machine", "--token-life", "60", "--pbxes", "2", "--queues", "4") as process:
        assert process.stdout is not None
        said = json.loads(process.stdout.readline())
        assert set(said) == {"base_url", "key", "username", "password"}
        assert said["base_url"].startswith("http://127.0.0.1:")
        with signed_in(said["base_url"], said) as client:
            listed = client.get("v2/pbxes/").json()["_embedded"]["pbxList"]
        assert [one["name"] for one in listed] == ["pbx-1", "pbx-2"]
        out, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, out, err) == (0, "", "")


@pytest.mark.parametrize(("number", "code"), [("SIGINT", 130), ("SIGTERM", 143), ("SIGHUP", 129)])
def test_for_people_it_is_words_and_ends_with_a_signal(number: str, code: int) -> None:
    with running("--sample", "--fault", "realtime:500:times=1") as process:
        assert process.stdout is not None
        text = ""
        while "Ctrl-C" not in text:
            text += process.stdout.readline()
        (base_url,) = re.findall(r"base URL +(\S+)", text)
        (password,) = re.findall(r"password +(\S.*)", text)
        (key,) = re.findall(r"API key +(\S+)", text)
        (username,) = re.findall(r"username +(\S+)", text)
        who = {"key": key, "username": username, "password": password}
        with signed_in(base_url, who) as client:
            (pbx,) = client.get("v2/pbxes/").json()["_embedded"]["pbxList"]
            path = f"v2/call-queues/real-time/pbxes/{pbx['id']}"
            assert [client.get(path).status_code for _ in range(2)] == [500, 200]
        process.send_signal(getattr(signal, number))
        out, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, out, err) == (code, "", "")


def test_a_request_that_hangs_does_not_keep_it_alive() -> None:
    with running("--machine", "--fault", "all:hang") as process:
        assert process.stdout is not None
        said = json.loads(process.stdout.readline())
        with socket.create_connection(
            ("127.0.0.1", urlsplit(said["base_url"]).port or 0)
        ) as caller:
            caller.sendall(b"GET /analytics/work/v2/pbxes/ HTTP/1.1\r\nHost: x\r\n\r\n")
            out, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, out, err) == (0, "", "")


def test_a_port_that_is_taken_is_told() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(ConfigurationError) as caught:
            run_simulator(SimulatorOptions(port=port), io.StringIO())
    assert caught.value.words == f"--port: {port} is taken by another program"
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (SimulatorOptions(port=70_000), "--port: 70000 is no port"),
        (SimulatorOptions(speed=0), "--speed"),
        (SimulatorOptions(speed=float("nan")), "--speed"),
        (SimulatorOptions(token_life=-1), "--token-life"),
        (SimulatorOptions(pbxes=-1), "--pbxes"),
        (SimulatorOptions(pbxes=1, queues=0), "--queues"),
        (SimulatorOptions(pbxes=2, queues=9000), "at most 10000 queues"),
        (SimulatorOptions(faults=("realtime:nonsense",)), "'nonsense' is no fault"),
    ],
)
def test_options_that_make_no_sense_are_told(options: SimulatorOptions, told: str) -> None:
    out = io.StringIO()
    with pytest.raises(ConfigurationError) as caught:
        run_simulator(options, out)
    assert told in caught.value.words
    assert out.getvalue() == ""


def test_the_child_answers_and_ends_with_its_block(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WALLBOARD_API__PASSWORD", "not for the child")
    handlers = [signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)]
    with simulation(sys.executable, seed=3, speed=60.0) as (base_url, who):
        assert set(who) == {"key", "username", "password"}
        with signed_in(base_url, who) as client:
            assert client.get("v2/pbxes/").status_code == 200
        assert [signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)] == handlers
    assert not listens(base_url)


def test_the_child_has_no_realtime_page_if_so_told() -> None:
    with (
        simulation(sys.executable, seed=1, speed=1.0, no_realtime=True) as (base_url, who),
        signed_in(base_url, who) as client,
    ):
        pbx = client.get("v2/pbxes/").json()["_embedded"]["pbxList"][0]["id"]
        assert client.get(f"v2/call-queues/real-time/pbxes/{pbx}").status_code == 404
        today = midnight_before(datetime.now(UTC)).astimezone(UTC)
        dates = {
            "startDate": today.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "endDate": (today + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ"),
        }
        answer = client.get(f"v2/pbxes/{pbx}/call-queue-metrics", params=dates)
        # The demo is as old as the day: at least as many as the quietest hours bring.
        hours = (datetime.now(UTC) - today).total_seconds() / 3600
        assert answer.json()["metricsSummary"]["enteredCalls"] >= 200 * hours - 20


@pytest.mark.parametrize(
    ("zone", "now", "hours"),
    [
        ("Europe/Berlin", "2026-03-29T12:00:00+02:00", 11),
        ("Europe/Berlin", "2026-10-25T12:00:00+01:00", 13),
        ("America/New_York", "2026-03-02T23:59:00-05:00", 23.9833),
        ("Asia/Kathmandu", "2026-03-02T00:00:00+05:45", 0),
    ],
)
def test_midnight_is_the_machines_own(
    monkeypatch: pytest.MonkeyPatch, zone: str, now: str, hours: float
) -> None:
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        at = datetime.fromisoformat(now)
        since = (at - midnight_before(at)).total_seconds()
    finally:
        monkeypatch.undo()
        time.tzset()
    assert since / 3600 == pytest.approx(hours, abs=1e-3)


def test_the_child_ends_when_its_block_fails() -> None:
    block = simulation(sys.executable, seed=1, speed=1.0)
    base_url, _ = block.__enter__()
    assert listens(base_url)
    assert not block.__exit__(ZeroDivisionError, ZeroDivisionError(), None)
    assert not listens(base_url)


@pytest.mark.parametrize("python", ["false", "/nonexistent/python"])
def test_a_child_that_does_not_start_is_told(python: str) -> None:
    with pytest.raises(WallboardError, match="did not start"), simulation(python, seed=1, speed=1):
        pass


_PARENT = """
import sys, time
from wallboard.simulator.child import simulation, zone_at
with simulation(sys.executable, seed=1, speed=1.0) as (base_url, who):
    print(base_url, flush=True)
    time.sleep(60)
"""


def test_the_child_ends_when_its_parent_is_killed() -> None:
    parent = subprocess.Popen([sys.executable, "-c", _PARENT], stdout=subprocess.PIPE, text=True)
    with parent:
        assert parent.stdout is not None
        base_url = parent.stdout.readline().strip()
        assert listens(base_url)
        parent.kill()
        assert gone(base_url)


@pytest.mark.parametrize("hour", [0, 11, 23])
@pytest.mark.parametrize("now", ["2026-03-02T00:10:00+00:00", "2026-03-02T13:59:59+00:00"])
def test_a_demo_is_in_a_place_where_it_is_that_hour(hour: int, now: str) -> None:
    at = datetime.fromisoformat(now)
    local = at.astimezone(ZoneInfo(zone_at(hour, at)))
    assert (local.hour, local.minute) == (hour, at.minute)


def test_a_demo_has_its_rush_within_five_seconds_whatever_the_hour() -> None:
    hour = (datetime.now(UTC).hour + 5) % 24
    with (
        simulation(sys.executable, seed=1, speed=1.0, zone=zone_at(hour)) as (base_url, who),
        signed_in(base_url, who) as client,
    ):
        pbxes = client.get("v2/pbxes/").json()["_embedded"]["pbxList"]
        paths = [f"v2/call-queues/real-time/pbxes/{one['id']}" for one in pbxes]
        waiting: dict[str, int] = {}
        for _ in range(10):
            for path in paths:
                rows = client.get(path).json()["callQueues"]
                waiting |= {one["name"]: one["metrics"]["waitingCalls"] for one in rows}
            if waiting["Delivery Claims"]:
                break
            time.sleep(0.5)
        assert waiting["Delivery Claims"] >= 1
