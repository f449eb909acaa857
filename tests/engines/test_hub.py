"""A hub over a real broker: what every screen says when any part of it goes, and that it heals."""

import asyncio
import gc
import json
import signal
import socket
import sys
import time
import warnings
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
import pytest

from tests.api.receiver import receiver
from tests.engines.brokers import (
    PATIENCE,
    Site,
    board,
    broker,
    needs_broker,
    site,
    until,
)
from tests.forked import free_port, run_beside
from tests.unit.certificate import PEM
from wallboard.errors import FeedError
from wallboard.feed.once import poll_once
from wallboard.host.clock import SystemClock
from wallboard.hub.account import BrokerAccount
from wallboard.hub.connection import BrokerOptions, OutMessage, connect
from wallboard.hub.topics import Topics
from wallboard.model.data.agents import AgentsReading, Seat
from wallboard.model.data.metric import Kind
from wallboard.model.data.privacy import initials
from wallboard.model.events import Discovered

pytestmark = needs_broker


@pytest.fixture(autouse=True)
def sockets_of_failed_handshakes() -> Iterator[None]:
    """Collect what paho leaves open where a handshake fails: else a later test is blamed."""
    yield
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Site]:
    async with site(tmp_path) as made:
        yield made


def options(place: Site, username: str = "", password: str = "") -> BrokerOptions:
    return BrokerOptions(
        host="127.0.0.1", port=place.broker.port, username=username, password=password
    )


async def test_a_hub_that_is_killed_frozen_or_started_again_is_seen_by_every_board(
    place: Site,
) -> None:
    hub = place.hub()
    await hub.start()
    try:
        async with board(place.broker) as one, board(place.broker) as other:
            boards = (one, other)
            await until(lambda: all(item.is_live for item in boards))
            assert one.state.snapshot.queues
            assert [queue.key for queue in one.state.snapshot.queues] == [
                queue.key for queue in other.state.snapshot.queues
            ]
            hub.signal(signal.SIGKILL)
            # The broker says so at once: long before the numbers themselves are old.
            await until(lambda: all(item.says("hub is gone")() for item in boards))
            assert all(str(item.line.state) in ("LIVE", "LATE") for item in boards)
            await hub.start()
            await until(lambda: all(item.is_live for item in boards))
            hub.signal(signal.SIGSTOP)
            await until(lambda: all(item.says("hub is gone")() for item in boards))
            hub.signal(signal.SIGCONT)
            await until(lambda: all(item.is_live for item in boards))
    finally:
        await hub.kill()


async def test_a_stopped_hub_says_so_and_a_broker_that_restarts_is_healed(place: Site) -> None:
    hub = place.hub()
    await hub.start()
    try:
        async with board(place.broker) as one:
            await until(lambda: one.is_live)
            await place.broker.stop()
            await until(one.says("broker"))
            assert one.line.remedy
            await place.broker.start()  # it has kept nothing
            await until(lambda: one.is_live)
            hub.signal(signal.SIGTERM)
            code, log = await hub.ended()
            assert code == 0
            assert place.environ["WALLBOARD_API__PASSWORD"] not in log
            await until(one.says("hub was stopped"))
    finally:
        await hub.kill()


async def test_many_screens_ask_no_more_than_one(place: Site) -> None:
    hub = place.hub()
    await hub.start()
    try:
        async with board(place.broker) as first:
            await until(lambda: first.is_live)
            async with AsyncExitStack() as boards:
                more = [await boards.enter_async_context(board(place.broker)) for _ in range(25)]
                await until(lambda: all(item.is_live for item in more))
                begun, since = place.api.asked, time.monotonic()
                await asyncio.sleep(4)
                passed = time.monotonic() - since
                # Of each PBX every 2 s what is live, once more at the edges, and once the day.
                assert place.api.asked - begun <= 2 * (passed / 2 + 1 + 1)
                assert len(place.api.askers) == 1
    finally:
        await hub.kill()


async def test_a_board_that_begins_late_is_whole_at_once_with_its_trends(place: Site) -> None:
    hub = place.hub()
    await hub.start()
    try:
        async with board(place.broker) as early:
            await until(lambda: early.is_live)
            await until(lambda: len(list(early.state.trends.samples)) > 0)
            async with board(place.broker) as late:
                await until(lambda: late.is_live)
                assert late.state.trends.samples
                kinds = {feed.kind for feed in late.state.feeds}
                assert kinds == {Kind.LIVE, Kind.TODAY}
    finally:
        await hub.kill()


async def test_one_that_stands_by_polls_only_while_the_first_is_gone(place: Site) -> None:
    first = place.hub(WALLBOARD_HUB__NAME="first")
    second = place.hub(
        "--standby", WALLBOARD_HUB__NAME="second", XDG_STATE_HOME=str(place.folder / "2")
    )
    hubs = (first, second)
    try:
        await first.start()
        async with board(place.broker) as one:
            await until(lambda: one.is_live)
            await second.start()
            await asyncio.sleep(9)  # in this time it would have begun
            assert len(place.api.askers) == 1, "it stands by"
            first.signal(signal.SIGKILL)
            await until(one.says("hub is gone (first)"))
            await until(lambda: one.feeds.inbox.hub == "second" and one.is_live)
            await first.start()
            await until(lambda: one.feeds.inbox.hub == "first" and one.is_live)
            await until(lambda: steps_back(place))
            begun = len(one.heard)
            second.signal(signal.SIGKILL)
            await until(lambda: one.answers(since=begun) >= 2 * 3)
            assert not one.failures(since=begun), "nobody hears of it"
    finally:
        for hub in hubs:
            await hub.kill()


def steps_back(place: Site) -> bool:
    """Whether of two hubs one has asked thrice while the other did not."""
    asked = place.api.askers
    if len(asked) > 1 and min(asked.values()) > 0:
        asked.clear()
    return len(asked) == 1 and asked.total() >= 3 * 2


async def test_once_publishes_a_round_and_one_board_asks_once(place: Site) -> None:
    hub = place.hub("--once")
    hub.starts = True
    await hub.start()
    code, log = await hub.ended()
    assert code == 0, log
    asked = await poll_once(BrokerAccount(options(place), SystemClock()), SystemClock())
    assert {reading.feed.kind for reading in asked.readings} == {Kind.LIVE, Kind.TODAY}
    assert not asked.failures
    queues = [len(item.queues) for item in asked.readings if item.feed.kind is Kind.LIVE]
    async with board(place.broker) as one:
        await until(lambda: one.line.queues == sum(queues) > 0)
        await until(one.says("hub was stopped"))


async def test_what_is_left_behind_is_cleared_when_a_hub_begins(place: Site) -> None:
    topics = Topics()
    left = f"{topics.base}/queue/gone/1"
    async with connect(options(place)) as connection:
        await connection.publish([OutMessage(left, b"{}"), OutMessage("elsewhere/v1/x", b"{}")])
    hub = place.hub()
    await hub.start()
    try:
        async with board(place.broker) as one:
            await until(lambda: one.is_live)
        async with connect(options(place)) as connection:
            await connection.subscribe(f"{topics.base}/queue/+/+", "elsewhere/#")
            found: set[str] = set()
            async with asyncio.timeout(PATIENCE):
                async for message in connection.messages():
                    found.add(message.topic)
                    if "elsewhere/v1/x" in found and len(found) > 5:
                        break
            assert left not in found
    finally:
        await hub.kill()


ACL = """listener {port} 127.0.0.1
allow_anonymous false
password_file {folder}/passwords
acl_file {folder}/acl
"""


async def test_users_have_the_rights_of_the_shipped_acl_and_hear_what_they_lack(
    tmp_path: Path,
) -> None:
    process = await asyncio.create_subprocess_exec(
        "mosquitto_passwd", "-c", "-b", str(tmp_path / "passwords"), "hub", "secret-of-hub"
    )
    await process.wait()
    for user in ("wall", "stranger"):
        process = await asyncio.create_subprocess_exec(
            "mosquitto_passwd", "-b", str(tmp_path / "passwords"), user, f"secret-of-{user}"
        )
        await process.wait()
    shipped = Path(__file__).parents[2] / "deploy" / "mosquitto.acl"
    (tmp_path / "acl").write_text(shipped.read_text() + "\nuser stranger\ntopic read elsewhere/#\n")
    for name in ("passwords", "acl"):
        (tmp_path / name).chmod(0o644)
    tmp_path.chmod(0o755)
    async with site(tmp_path, ACL) as place:
        login = {"WALLBOARD_HUB__USERNAME": "hub", "WALLBOARD_HUB__PASSWORD": "secret-of-hub"}
        hub = place.hub(**login)
        await hub.start()
        try:
            wall = {"username": "wall", "password": "secret-of-wall"}
            async with board(place.broker, **wall) as one:
                await until(lambda: one.is_live)
                # What a wall writes is dropped by the broker.
                begun = len(one.heard)
                async with connect(options(place, **wall)) as connection:
                    await connection.publish([OutMessage(Topics().status, b'{"state":"gone"}')])
                await until(lambda: one.answers(since=begun) >= 2 * 2)
                assert not one.failures(since=begun)
            stranger = {"username": "stranger", "password": "secret-of-stranger"}
            async with board(place.broker, **stranger) as one:
                await until(one.says("nothing for this board"))
                assert "may read" in one.line.remedy
            async with board(place.broker, username="wall", password="wrong") as one:
                await until(one.says("refuses this user or password"))
            walls = place.hub(
                WALLBOARD_HUB__USERNAME="wall", WALLBOARD_HUB__PASSWORD="secret-of-wall"
            )
            await walls.start()
            await walls.says("does not let the hub publish")
            walls.signal(signal.SIGTERM)
            _, log = await walls.ended()
            assert "does not let the hub publish" in log
            assert "secret-of" not in log
        finally:
            await hub.kill()


async def test_a_wrong_prefix_and_a_newer_hub_are_told(place: Site) -> None:
    async with connect(options(place)) as connection:
        await connection.publish([OutMessage("newer/v2/status", json.dumps({"v": 2}).encode())])
    async with board(place.broker, prefix="newer") as newer, board(place.broker) as none:
        await until(newer.says("another version (v2)"))
        await until(none.says("nothing for this board under wallboard"))


async def test_a_broker_that_is_not_there_is_told_and_found_later(tmp_path: Path) -> None:
    async with broker(tmp_path) as one:
        await one.stop()
        async with board(one) as shown:
            await until(shown.says("broker cannot be reached"))
            await one.start()
            await until(shown.says("nothing for this board"))
    with pytest.raises(FeedError, match="cannot be reached"):
        await BrokerAccount(BrokerOptions(host="127.0.0.1", port=one.port), SystemClock()).open()


TLS = """listener {port} 127.0.0.1
allow_anonymous true
cafile {folder}/server.pem
certfile {folder}/server.pem
keyfile {folder}/server.pem
require_certificate true
"""


# paho drops a socket whose handshake has failed, and does not close it.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
async def test_a_certificate_is_verified_and_one_is_shown(tmp_path: Path) -> None:
    pem = tmp_path / "server.pem"
    pem.write_text(PEM)
    async with site(tmp_path, TLS) as place:
        files = {"ca_bundle": str(pem), "client_cert": str(pem)}
        secure = {"host": "localhost", "tls": True}
        environ = {f"WALLBOARD_HUB__{name.upper()}": path for name, path in files.items()}
        hub = place.hub("--broker", f"mqtts://localhost:{place.broker.port}", **environ)
        await hub.start()
        try:
            async with board(place.broker, **secure, **files) as one:
                await until(lambda: one.is_live)
            async with board(place.broker, **secure, client_cert=str(pem)) as one:
                await until(one.says("certificate of the broker is not trusted"))
            async with board(place.broker, **{**secure, "host": "127.0.0.1"}, **files) as one:
                await until(one.says("certificate of the broker is not trusted"))
            async with board(place.broker) as one:
                await until(lambda: bool(one.line.trouble))
        finally:
            await hub.kill()


async def test_a_hub_tells_prometheus_too_and_publishes_where_it_cannot(place: Site) -> None:
    port = free_port()
    second = place.hub(WALLBOARD_METRICS__LISTEN=f"127.0.0.1:{port}", WALLBOARD_HUB__PREFIX="other")
    first = place.hub(WALLBOARD_METRICS__LISTEN=f"127.0.0.1:{port}")
    await first.start()
    try:
        base_url = f"http://127.0.0.1:{port}"
        async with httpx.AsyncClient(base_url=base_url, timeout=PATIENCE) as prometheus:
            await until(lambda: listens(port))

            async def page() -> str:
                return (await prometheus.get("/metrics")).text

            async with asyncio.timeout(PATIENCE):
                while "\nwallboard_queue_waiting_calls{" not in (text := await page()):  # noqa: ASYNC110
                    await asyncio.sleep(0.1)
            assert "\nwallboard_sign_ins_total 1.0\n" in text
            await second.start()
            async with board(place.broker, prefix="other") as one:
                await until(lambda: one.is_live)
            await second.says(f"no metrics: port {port} is in use")
            second.signal(signal.SIGTERM)
            assert (await second.ended())[0] == 0
        first.signal(signal.SIGTERM)
        assert (await first.ended())[0] == 0
    finally:
        await first.kill()
        await second.kill()


async def test_a_hub_tells_people_elsewhere_as_a_board_does(place: Site) -> None:
    async with receiver() as it:
        hub = place.hub(
            WALLBOARD_NOTIFY__1__TO=f"json://127.0.0.1:{it.port}/hook",
            WALLBOARD_THRESHOLDS__WAITINGCALLS__WARNING="2",
            WALLBOARD_THRESHOLDS__WAITINGCALLS__CRITICAL="3",
        )
        await hub.start()
        try:
            # One queue of the demo is calm until a rush that begins 20 s after its start.
            async with board(place.broker) as one:
                await until(lambda: one.is_live)
            place.api.began -= 20
            await until(lambda: bool(it.taken))
            assert json.loads(it.taken[0].body)["event"] in ("begun", "summary")
            hub.signal(signal.SIGTERM)
            assert (await hub.ended())[0] == 0
        finally:
            await hub.kill()


def listens(port: int) -> bool:
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


async def test_a_hub_that_no_broker_hears_asks_no_more_and_begins_again(place: Site) -> None:
    hub = place.hub()
    await hub.start()
    try:
        async with board(place.broker) as one:
            await until(lambda: one.is_live)
            await place.broker.stop()
            begun, since = place.api.asked, time.monotonic()
            async with asyncio.timeout(PATIENCE):
                while time.monotonic() - since < 5:  # two polls and more
                    await asyncio.sleep(0.1)
                    if place.api.asked != begun:
                        begun, since = place.api.asked, time.monotonic()
            await place.broker.start()
            await until(lambda: one.is_live)
            await until(lambda: place.api.asked > begun)
    finally:
        await hub.kill()


async def test_two_hubs_of_which_none_stands_by_are_told_in_the_log(place: Site) -> None:
    hubs = (place.hub(WALLBOARD_HUB__NAME="one"), place.hub(WALLBOARD_HUB__NAME="two"))
    try:
        await hubs[0].start()
        async with board(place.broker) as shown:
            await until(lambda: shown.is_live)
            await hubs[1].start()
            await hubs[0].says("another hub (two) publishes under this prefix")
            hubs[0].signal(signal.SIGTERM)
            _, log = await hubs[0].ended()
            assert "another hub (two) publishes under this prefix" in log
            await until(lambda: shown.is_live)
    finally:
        for hub in hubs:
            await hub.kill()


async def test_people_are_published_where_they_may_be_as_a_wall_shows_them(place: Site) -> None:
    hub = place.hub(WALLBOARD_HUB__PEOPLE="true")
    await hub.start()
    try:
        async with board(place.broker) as one:
            one.feeds.watch(frozenset([Kind.AGENTS]))
            await until(lambda: one.is_live)

            def seats() -> list[Seat]:
                readings = [feed.reading for feed in one.state.feeds.values()]
                return [
                    seat
                    for reading in readings
                    if isinstance(reading, AgentsReading)
                    for seat in reading.seats
                ]

            await until(lambda: bool(seats()))
            assert all(initials(seat.name) == seat.name for seat in seats())
            assert not any(seat.extension for seat in seats())
    finally:
        await hub.kill()


async def test_what_lay_in_a_buffer_while_a_machine_slept_is_asked_for_again(place: Site) -> None:
    hub = place.hub()
    await hub.start()
    try:
        async with board(place.broker) as one:
            await until(lambda: one.is_live)
            begun = sum(isinstance(event, Discovered) for event in one.heard)
            one.clock.slept = 600.0
            await until(lambda: sum(isinstance(x, Discovered) for x in one.heard) > begun)
            await until(lambda: one.is_live)
            assert not one.line.trouble
    finally:
        await hub.kill()


async def said_by(place: Site, command: str) -> tuple[int, str]:
    """Run a command of a machine without an account; its exit code, and what it prints."""
    environ = {"PATH": place.environ["PATH"], "XDG_STATE_HOME": str(place.folder / "wall")}
    line = [sys.executable, "-m", "wallboard", command, "--broker", place.broker.url]
    done = await run_beside(line, environ, Path("/"))
    return done.returncode, done.stdout + done.stderr


async def test_once_and_check_take_from_the_broker_and_know_what_is_old(place: Site) -> None:
    assert (await said_by(place, "once"))[0] == 4
    code, text = await said_by(place, "check")
    assert code == 4
    assert "nothing for this board" in text
    hub = place.hub()
    await hub.start()
    try:
        async with board(place.broker) as one:
            await until(lambda: one.is_live)
            code, text = await said_by(place, "once")
            assert code == 0, text
            assert all(queue.name in text for queue in one.state.snapshot.queues)
            code, text = await said_by(place, "check")
            assert code == 0, text
            assert "ok" in next(line for line in text.splitlines() if line.startswith("clock"))
    finally:
        await hub.kill()


async def test_a_hub_follows_its_file_and_a_mistake_in_it_is_in_the_log(place: Site) -> None:
    file = place.folder / "hub.toml"
    rule = "[thresholds]\nwaitingCalls = { warning = %s, critical = 900 }\n"
    file.write_text(rule % 800)
    file.chmod(0o600)
    hub = place.hub("--config", str(file))
    await hub.start()
    try:
        async with board(place.broker, rules=True) as one:
            await until(lambda: one.is_live)
            await until(lambda: one.state.book.rules.base["waitingCalls"].warning == 800)
            file.write_text(rule % "'many'")
            await hub.says("hub.toml:2: thresholds.waitingCalls.warning: not a number")
            file.write_text(rule % 700)
            await until(lambda: one.state.book.rules.base["waitingCalls"].warning == 700)
            await hub.says("Configuration: thresholds.waitingCalls")
            hub.signal(signal.SIGUSR1)
            await hub.says("Configuration read again: nothing has changed")
            await until(lambda: one.is_live)
            hub.signal(signal.SIGTERM)
            assert (await hub.ended())[0] == 0
    finally:
        await hub.kill()


async def test_a_password_that_a_broker_refuses_is_mended_in_its_file(tmp_path: Path) -> None:
    passwords = tmp_path / "passwords"
    made = await asyncio.create_subprocess_exec(
        "mosquitto_passwd", "-c", "-b", str(passwords), "someone", "right",
        stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    assert await made.wait() == 0
    guarded = "listener {port} 127.0.0.1\nallow_anonymous false\npassword_file {folder}/passwords\n"
    secret = tmp_path / "hub_password"
    secret.write_text("wrong")
    secret.chmod(0o600)
    async with site(tmp_path, guarded) as place:
        hub = place.hub(WALLBOARD_API__SECRETS_DIR=str(tmp_path), WALLBOARD_HUB__USERNAME="someone")
        await hub.start()
        try:
            async with board(place.broker, username="someone", password="right") as one:
                await hub.says("The broker refuses this user or password")
                assert not one.is_live
                secret.write_text("right")
                await until(lambda: one.is_live)
        finally:
            hub.signal(signal.SIGTERM)
            _, log = await hub.ended()
    assert "Configuration: hub.password" in log
    assert "wrong" not in log
