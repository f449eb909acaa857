"""``wallboard notify --test`` and Apprise as processes, against a server on loopback."""

import asyncio
import json
import os
import sys
import time
from pathlib import Path

import pytest
from pydantic import SecretStr

from tests import forked
from tests.api.receiver import Receiver, receiver
from tests.api.test_commands import CLEAN
from tests.faults.processes import own_environ
from wallboard.errors import SendingFailed
from wallboard.notify import apprise_sender
from wallboard.notify.apprise_sender import AppriseSender
from wallboard.notify.text import Message
from wallboard.simulator.child import simulation

SECRET = "canary0123456789"
MESSAGE = Message("Sales is critical", "Waiting ≥ 5: 6\nsince 14:02", "failure", {})


async def notify(
    folder: Path, addresses: list[str], *arguments: str, **environ: str
) -> tuple[int, list[str]]:
    """Run the command with some addresses; its status and its lines."""
    tables = {f"WALLBOARD_NOTIFY__{n}__TO": to for n, to in enumerate(addresses, 1)}
    homes = {"XDG_STATE_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    done = await forked.run_beside(
        [sys.executable, "-m", "wallboard", "notify", *arguments],
        {**CLEAN, **homes, **tables, **environ},
        folder,
    )
    out = done.stdout + done.stderr
    assert SECRET not in out
    assert "127.0.0.1" not in out
    return done.returncode, out.splitlines()


def own(it: Receiver) -> str:
    return f"json://127.0.0.1:{it.port}/{SECRET}"


async def test_each_gets_a_message_and_is_told_by_number_and_kind(tmp_path: Path) -> None:
    async with receiver() as it:
        # The second goes through Apprise: ``form`` is one of its own.
        addresses = [own(it), f"form://127.0.0.1:{it.port}/{SECRET}"]
        code, lines = await notify(tmp_path, addresses, "--test")
        assert (code, lines) == (0, ["1, json: sent", "2, form: sent"])
        assert [taken.line.split()[0] for taken in it.taken] == ["POST", "POST"]
        assert json.loads(it.taken[0].body)["event"] == "test"


async def test_one_that_does_not_take_it_is_told_and_is_the_status(tmp_path: Path) -> None:
    async with receiver() as it, receiver() as refuses:
        refuses.answers(403)
        addresses = [own(refuses), own(it), f"form://127.0.0.1:{refuses.port}/{SECRET}"]
        code, lines = await notify(tmp_path, addresses, "--test")
        assert code == 4
        assert lines == [
            "1, json: not sent. It is refused (HTTP 403). Check the address in the configuration",
            "2, json: sent",
            "3, form: not sent. The service did not take it. Check address and network",
        ]


async def test_without_a_test_nothing_is_sent(tmp_path: Path) -> None:
    async with receiver() as it:
        assert await notify(tmp_path, [own(it)]) == (0, ["1, json: critical"])
        assert it.taken == []


async def test_nobody_to_tell_is_a_mistake_that_says_what_to_write(tmp_path: Path) -> None:
    code, lines = await notify(tmp_path, [], "--test")
    assert code == 2
    assert lines[0] == "wallboard: notify: nobody is to be told of alerts"


async def test_apprise_sends_what_it_is_given_in_a_process_of_its_own() -> None:
    async with receiver() as it:
        await sender(it).send(MESSAGE)
        document = json.loads(it.taken[0].body)
    assert document["title"] == MESSAGE.title
    assert document["message"] == MESSAGE.text
    assert document["type"] == "failure"
    assert "apprise" not in sys.modules, "the board itself never has it"


def sender(it: Receiver, timeout: float = 30.0) -> AppriseSender:
    """A sender over Apprise, with Apprise's own JSON."""
    return AppriseSender(SecretStr(own(it)), os.environ, timeout=timeout)


async def refusal(one: AppriseSender) -> SendingFailed:
    with pytest.raises(SendingFailed) as caught:
        await one.send(MESSAGE)
    assert SECRET not in repr(caught.value) + str(caught.value)
    return caught.value


async def test_apprise_that_does_not_come_to_an_end_is_ended() -> None:
    async with receiver() as it:
        it.drip = 3.0  # two minutes for the whole of it
        begun = time.monotonic()
        error = await refusal(sender(it, timeout=4.0))
        assert error.words == "No answer within 4 s"
        assert error.again
        assert time.monotonic() - begun < 60


async def test_an_address_that_apprise_does_not_know_is_told() -> None:
    error = await refusal(AppriseSender(SecretStr(f"bogus://{SECRET}"), os.environ))
    assert error.words == "Apprise does not understand the address"
    assert not error.again


async def test_without_apprise_there_is_a_way_to_get_it(tmp_path: Path) -> None:
    (tmp_path / "apprise.py").write_text("raise ImportError\n")
    environ = {**CLEAN, "PYTHONPATH": str(tmp_path)}
    error = await refusal(AppriseSender(SecretStr(f"slack://{SECRET}"), environ))
    assert (error.words, error.remedy) == ("Apprise is not installed", apprise_sender.INSTALL)


async def test_the_address_is_in_no_process_list_and_no_secret_in_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    started: list[object] = []
    real = asyncio.create_subprocess_exec

    async def starts(*arguments: object, **options: object) -> object:
        started.append((arguments, options["env"]))
        return await real(*arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(asyncio, "create_subprocess_exec", starts)
    async with receiver() as it:
        secret = {"WALLBOARD_API__PASSWORD": SECRET}
        await AppriseSender(SecretStr(own(it)), {**CLEAN, **secret}).send(MESSAGE)
    assert len(started) == 1
    assert SECRET not in repr(started)


async def test_nothing_of_the_folder_that_it_was_started_in_is_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "apprise.py").write_text("raise SystemExit(0)\n")
    (tmp_path / "json.py").write_text("raise SystemExit(0)\n")
    monkeypatch.chdir(tmp_path)
    async with receiver() as it:
        await sender(it).send(MESSAGE)
        assert len(it.taken) == 1


async def test_boards_in_browsers_tell_once_for_all_of_them(tmp_path: Path) -> None:
    with simulation(sys.executable, seed=1, speed=20.0) as (base_url, who):
        async with receiver() as it:
            account = {f"WALLBOARD_API__{name.upper()}": value for name, value in who.items()}
            environ = {
                **account,
                "WALLBOARD_API__BASE_URL": base_url,
                "WALLBOARD_POLL__INTERVAL": "2",
                "WALLBOARD_NOTIFY__1__TO": own(it),
                "WALLBOARD_THRESHOLDS__HANDLINGCALLS__WARNING": "1",
                "WALLBOARD_THRESHOLDS__HANDLINGCALLS__CRITICAL": "2",
            }
            served = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "wallboard", "serve", "--listen", "127.0.0.1:0",
                env=own_environ(tmp_path, environ),
                stdout=asyncio.subprocess.DEVNULL,
            )  # fmt: skip
            try:
                async with asyncio.timeout(60):
                    while not it.taken:  # noqa: ASYNC110 - only the other side knows
                        await asyncio.sleep(0.1)
                assert json.loads(it.taken[0].body)["event"] in ("begun", "summary")
            finally:
                served.terminate()
                await served.wait()
