"""The service manager hears that the board is ready, and alive after each frame."""

import os
import socket
import tempfile
from pathlib import Path

from wallboard.host.systemd import Watchdog


def listening(name: str) -> socket.socket:
    receiver = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    receiver.bind(name)
    receiver.settimeout(60)
    return receiver


def test_the_first_frame_is_ready_and_each_is_alive() -> None:
    with tempfile.TemporaryDirectory() as folder:
        name = str(Path(folder) / "notify")
        with listening(name) as receiver:
            dog = Watchdog({"NOTIFY_SOCKET": name})
            dog.note_frame()
            dog.note_frame()
            assert receiver.recv(100) == b"READY=1\nWATCHDOG=1"
            assert receiver.recv(100) == b"WATCHDOG=1"


def test_an_abstract_name_is_understood() -> None:
    name = f"wallboard-test-notify-{os.getpid()}"
    with listening(f"\0{name}") as receiver:
        Watchdog({"NOTIFY_SOCKET": f"@{name}"}).note_frame()
        assert receiver.recv(100).startswith(b"READY=1")


def test_nobody_listening_is_no_trouble() -> None:
    with tempfile.TemporaryDirectory() as folder:
        lost = Watchdog({"NOTIFY_SOCKET": str(Path(folder) / "gone")})
        lost.note_frame()
        with listening(str(Path(folder) / "gone")) as receiver:
            lost.note_frame()
            # What nobody heard is said again.
            assert receiver.recv(100).startswith(b"READY=1")


def test_without_a_service_manager_nothing_is_sent() -> None:
    Watchdog({}).note_frame()
    assert Watchdog({})._address == ""
