"""The long forms run only when they are asked for: ``pytest -m slow -n 0 -s PATH``."""

import asyncio
import gc
import importlib
import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from textual.notifications import Notification
from textual.pilot import Pilot

from tests.idle import idle
from tests.kept_styles import styles_kept
from tests.ui.pilot import settled

# Whatever the environment wants: hundreds of processes are started here, and each that finds no
# bytecode, as each that collects tests, would compile everything anew.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

gc.disable()  # until all is collected: of that nothing is garbage

# What is true is not less so on a machine that is busy: speed is the benchmarks' to tell. And what
# is tried is the same in each run; --hypothesis-profile=search looks for what nobody has tried yet.
settings.register_profile(
    "busy", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
settings.register_profile("search", settings.get_profile("busy"), derandomize=False)
settings.load_profile("busy")


def pytest_xdist_auto_num_workers() -> int:
    """Two more than there are processors: some tests wait for a process, a broker, a browser."""
    return len(os.sched_getaffinity(0)) + 2 if hasattr(os, "sched_getaffinity") else 4


def pytest_collection(session: pytest.Session) -> None:
    """Compile a share of the files first, where several processes collect: each finds the rest."""
    told = getattr(session.config, "workerinput", None)
    if told is None:
        return
    folders = [Path(one) for one in session.config.args if Path(one).is_dir()]
    top = Path(__file__).parents[1]
    files = sorted({file.resolve() for one in folders for file in one.rglob("test_*.py")})
    for file in files[int(told["workerid"].removeprefix("gw")) :: told["workercount"]]:
        with suppress(Exception, pytest.skip.Exception):  # it is told where the file is collected
            importlib.import_module(".".join(file.relative_to(top).with_suffix("").parts))


def pytest_collection_finish() -> None:
    """What was collected is there to the end: look for garbage elsewhere, and seldom."""
    gc.collect()
    gc.freeze()
    gc.enable()
    gc.set_threshold(50_000, 10, 10)


@pytest.fixture(autouse=True, scope="session")
def styles_are_looked_for_once() -> Iterator[None]:
    """Look for no rule of style twice: a thousand boards are started by these tests."""
    with styles_kept():
        yield


@pytest.fixture(autouse=True, scope="session")
def what_is_told_in_passing_stays() -> Iterator[None]:
    """Forget nothing that a board has told because a test took long: it would be gone in 5 s."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Notification, "time_left", property(lambda told: told.timeout))
        yield


@pytest.fixture(autouse=True, scope="session")
def hands_wait_for_turns_of_the_loop() -> Iterator[None]:
    """Let no key and no pause wait for a processor that is idle: on a busy machine it never is."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("textual.app.wait_for_idle", lambda *_: idle())
        patch.setattr(Pilot, "pause", pause)
        yield


async def pause(pilot: Pilot[int], delay: float = 0.0) -> None:
    """Let all be done and drawn that is under way, and what ``delay`` seconds bring."""
    if delay:
        await asyncio.sleep(delay)
    await settled(pilot.app)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Begin with what waits most; leave out what takes minutes, unless the command names it."""
    items.sort(key=lambda one: not one.nodeid.startswith("tests/engines/"))
    if "slow" in config.option.markexpr:
        return
    here = Path(__file__).parent
    slow = [one for one in items if one.get_closest_marker("slow") and here in one.path.parents]
    config.hook.pytest_deselected(items=slow)
    items[:] = [one for one in items if one not in slow]
