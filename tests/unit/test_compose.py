"""How the rooms are joined: what was configured reaches the part that it is for."""

import asyncio
import shutil
from collections.abc import Mapping
from dataclasses import MISSING, fields
from datetime import UTC, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.fake_clock import FakeClock
from tests.forked import printed_by
from tests.sample import AT, row
from tests.unit.fakes import FakeAccount
from tests.unit.history.stores import Desk
from wallboard import compose
from wallboard.commands.history import past_found
from wallboard.compose import check
from wallboard.compose import screens as compose_screens
from wallboard.doctor.report import Step
from wallboard.feed.feeds import Pace, PolledFeeds
from wallboard.feed.past import PastResult
from wallboard.history.file import NAME
from wallboard.host.clock import SystemClock
from wallboard.host.logs import LogFile, stop_logging
from wallboard.model.data.catalogue import WALL_TILES
from wallboard.model.data.day import day_of
from wallboard.model.data.reading import FeedId, QueueMetrics, Reading
from wallboard.model.judge.hours import PastSpan
from wallboard.settings import LoadedSettings, load
from wallboard.ui.setup import BoardSetup, Services

EVERYTHING = """
[api]
endpoint = "realtime"
[poll]
interval = 7
[today]
interval = 90
start = "06:00"
[board]
title = "Hall"
sort = "name"
timezone = "Europe/Paris"
theme = "daylight"
[targets]
longest_wait = "45"
[agents]
enabled = true
wrap_up_warning = "1:30"
[privacy]
agents = "initials"
[kiosk]
message = "Welcome"
page_seconds = 20
[alerts]
bell = true
command = ["/bin/sh"]
command_timeout = 33
[heartbeat]
url = "https://127.0.0.1/x"
[[notify]]
to = "json://127.0.0.1/x"
[hours]
open = "Mon-Fri 08:00-18:00"
[metrics]
listen = "127.0.0.1:9464"
metrics = ["waitingCalls"]
[views]
1 = "site:paris"
[keys]
quit = "Z"
[thresholds]
waitingCalls = { warning = 2, critical = 4 }
"""


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    return {"XDG_STATE_HOME": str(tmp_path / "state"), "XDG_CONFIG_HOME": str(tmp_path)}


def loaded(folder: Path, environ: Mapping[str, str], toml: str = EVERYTHING) -> LoadedSettings:
    file = folder / "wallboard.toml"
    file.write_text(toml, encoding="utf-8")
    return load({}, environ, folder, candidates=[file])


def screens(
    folder: Path, environ: Mapping[str, str], *, kiosk: bool, demo: bool = False
) -> tuple[BoardSetup, Services]:
    log = LogFile(folder / "wallboard.log", "No log is written")
    setup, services, _ = compose_screens.screens(
        loaded(folder, environ), environ, log, SystemClock(), kiosk=kiosk, demo=demo
    )
    return setup, services


def defaults_in(made: BoardSetup | Services) -> set[str]:
    """Return the names of the fields that are as they are by default."""
    usual = {one.name: one.default for one in fields(made) if one.default is not MISSING} | {
        one.name: one.default_factory()
        for one in fields(made)
        if one.default_factory is not MISSING
    }
    return {name for name, value in usual.items() if getattr(made, name) == value}


def test_nothing_that_is_configured_is_left_out_of_the_picture(
    tmp_path: Path, environ: dict[str, str]
) -> None:
    supervisor, services = screens(tmp_path, environ, kiosk=False)
    wall, _ = screens(tmp_path, environ, kiosk=True)
    as_usual = defaults_in(supervisor) | defaults_in(services)
    # The terminal here is no Linux console, and this is no replay. The rules are its own, and not a
    # hub's. Nothing was loaded that could keep thresholds.
    assert as_usual == {"kiosk", "console", "replay", "rules_of_hub", "thresholds"}
    assert wall.kiosk
    assert supervisor.options.title == "Hall"
    assert supervisor.theme == "daylight"
    assert supervisor.keys["quit"] == ("Z",)
    assert "No log is written" in supervisor.warnings
    assert services.message() == "Welcome"


def test_tiles_that_were_chosen_are_the_walls_too_else_it_has_its_own(
    tmp_path: Path, environ: dict[str, str]
) -> None:
    def tiles(toml: str) -> tuple[str, ...]:
        read = loaded(tmp_path, environ, toml)
        log = LogFile(tmp_path / "wallboard.log", "")
        made = compose_screens.screens(read, environ, log, SystemClock(), kiosk=True, demo=False)
        return made[0].wall.tiles

    assert tiles('[board]\ntiles = ["handlingCalls"]\n') == ()
    assert tiles("") == WALL_TILES
    assert tiles("[today]\nenabled = false\n") == WALL_TILES[:3]


def test_what_a_reader_chose_is_kept_for_readers_only(
    tmp_path: Path, environ: dict[str, str]
) -> None:
    assert screens(tmp_path, environ, kiosk=False)[1].kept is not None
    assert screens(tmp_path, environ, kiosk=True)[1].kept is None
    assert screens(tmp_path, environ, kiosk=False, demo=True)[1].kept is None


def test_the_alert_command_gets_its_time_and_nothing_secret(
    tmp_path: Path, environ: dict[str, str]
) -> None:
    _, services = screens(tmp_path, {**environ, "WALLBOARD_API__KEY": "secret"}, kiosk=False)
    tell: Any = services.tell
    assert tell._arguments == ("/bin/sh",)
    assert tell._timeout == 33
    assert "secret" not in tell._environ.values()


async def test_the_board_polls_judges_and_ends_as_configured(
    tmp_path: Path, environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    made: dict[str, Any] = {}

    class Board:
        return_code = None

        def __init__(self, feeds: PolledFeeds, rules: object, *_: object, **more: object) -> None:
            made.update(feeds=feeds, rules=rules, **more)

        def run(self) -> int:
            return 7

    monkeypatch.setattr("wallboard.ui.app.WallboardApp", Board)
    monkeypatch.setattr("wallboard.ui.signals.until_it_listens", lambda: None)
    monkeypatch.setattr("wallboard.ui.terminal.environment.require_screen", lambda _: None)

    def account(*_: object, people: bool, live: Any) -> tuple[None, FakeAccount]:
        made.update(people=people, live=live)
        return None, FakeAccount([])

    monkeypatch.setattr(compose, "account", account)
    configured = loaded(tmp_path, environ)
    passed_over: list[str] = []
    start_is_over = partial(passed_over.append, "over")
    monkeypatch.setattr("wallboard.host.collector.pass_over_all_there_is", start_is_over)
    code = compose.board(configured, {**environ, "NO_COLOR": "1"}, LogFile(None))
    assert code == 7
    assert not passed_over
    made["drawn"]()
    made["drawn"]()
    assert passed_over == ["over"], "once, when there is a picture"
    assert made["feeds"]._pace == Pace(7.0, 90.0, agents=True)
    assert made["rules"] == configured.settings.thresholds.rules
    assert made["no_color"] is True
    # HTTP is imported with the first sign-in, and agents and calls can be asked for.
    assert "people" not in made
    await made["feeds"]._account.open()
    assert made["people"] is True
    metrics = made["services"].metrics
    assert metrics.options == configured.settings.metrics.options()
    assert made["live"].signed_in == metrics.note_sign_in
    assert made["live"].settings() == configured.settings


def test_without_metrics_nothing_of_them_is_imported(
    tmp_path: Path, environ: dict[str, str]
) -> None:
    program = (
        "import os, sys, pathlib\n"
        "from wallboard.compose import outward\nfrom wallboard.host.clock import SystemClock\n"
        "from wallboard.settings import load\n"
        "settings = load({}, {}, pathlib.Path(sys.argv[1]), candidates=[]).settings\n"
        "assert outward.listeners(settings, {}, SystemClock()).metrics is None\n"
        "print(*[name for name in sys.modules if 'prometheus' in name or 'wallboard.hub' in name])"
    )
    printed = printed_by(program, str(tmp_path))
    assert printed.strip() == ""


def test_the_history_is_in_its_folder_and_the_demo_has_none(
    tmp_path: Path, environ: dict[str, str]
) -> None:
    kept = screens(tmp_path, environ, kiosk=True)[1].history
    assert kept is not None
    assert not (tmp_path / "state").exists()  # nothing is made before it begins
    assert asyncio.run(kept.recall()) is None
    kept.close()
    assert (tmp_path / "state" / "wallboard" / "history.sqlite").is_file()
    assert screens(tmp_path, environ, kiosk=False, demo=True)[1].history is None


def keep_polls(folder: Path, *queues: QueueMetrics) -> None:
    """Have a board keep its history in a folder, a poll of each of these, and end."""
    desk = Desk(folder)
    desk.begin()
    for queue in queues:
        desk.poll(queue)
    desk.wait_until_written()
    desk.keeper.close()


@pytest.mark.parametrize(("file", "can_write"), [("", True), ("recording.sqlite", False)])
def test_an_incident_is_written_from_a_replay_of_the_history_not_of_a_recording(
    tmp_path: Path, environ: dict[str, str], *, file: str, can_write: bool
) -> None:
    settings = loaded(tmp_path, environ)
    folder = settings.settings.history_folder(environ)
    keep_polls(folder, row("Sales"))
    shutil.copy(folder / NAME, tmp_path / "recording.sqlite")
    _, services = compose_screens.replay_screens(
        settings,
        environ,
        LogFile(tmp_path / "wallboard.log", ""),
        SystemClock(),
        tmp_path / file if file else folder,
        None,
        speed=1.0,
    )
    assert services.past is not None
    services.past.close()
    assert (services.incident is not None) is can_write


@pytest.mark.parametrize(
    ("off", "told"),
    [
        (timedelta(), ""),
        (timedelta(minutes=1), ""),
        (timedelta(hours=3), "Nothing is kept of 2026-03-02 12:30"),
        (timedelta(hours=-3), "Nothing is kept of 2026-03-02 06:30"),
    ],
)
def test_a_replay_of_a_moment_that_was_not_kept_says_so(
    tmp_path: Path, environ: dict[str, str], off: timedelta, told: str
) -> None:
    settings = loaded(tmp_path, environ, '[board]\ntimezone = "UTC"\n')
    folder = settings.settings.history_folder(environ)
    keep_polls(folder, row("Sales"))
    log, at = LogFile(tmp_path / "wallboard.log", ""), AT.wall + off
    setup, services = compose_screens.replay_screens(
        settings, environ, log, SystemClock(), folder, at, speed=1.0
    )
    assert services.past is not None
    services.past.close()
    words = [f"{told}: what is shown is of 2026-03-02 09:30"] if told else []
    assert [warning for warning in setup.warnings if "kept" in warning] == words


@pytest.mark.parametrize(("questions", "seen"), [(3, 1), (0, 0)])
def test_what_a_board_sees_while_a_report_asks_for_minutes_is_in_the_report(
    tmp_path: Path,
    environ: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    questions: int,
    seen: int,
) -> None:
    settings = loaded(tmp_path, environ, '[board]\ntimezone = "UTC"\n').settings
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    day = day_of(AT.wall, UTC)
    reading = Reading(FeedId("p"), AT, (), frozenset(), day=day)

    waits = row("Sales", waitingCalls=1, longestWaitingTime=1_000)

    async def ask(*_: object) -> PastResult:
        await asyncio.to_thread(keep_polls, settings.history_folder(environ), *[waits] * 12)
        return PastResult((), (), (PastSpan(reading, exact=False),) * questions)

    monkeypatch.setattr("wallboard.feed.past.ask_past", ask)
    monkeypatch.setattr("wallboard.compose.account", lambda *_: (None, None))
    found = asyncio.run(past_found(settings, [day], "queue", FakeClock(), ""))
    assert sum(len(part.queues) for part in found.seen) == seen


@pytest.mark.parametrize(("is_group", "what"), [(True, "this group"), (False, "no queue")])
def test_an_incident_is_of_a_queue_or_of_a_group_and_says_why_there_is_none(
    tmp_path: Path,
    environ: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    *,
    is_group: bool,
    what: str,
) -> None:
    settings = loaded(tmp_path, environ)
    keep_polls(settings.settings.history_folder(environ), row("Sales"))
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    write = compose_screens._IncidentCommand(settings).write
    words, done = asyncio.run(write(AT.wall, "Sales", is_group))
    assert not done
    assert f"no incident: {what} was" in words


def test_a_theme_that_is_not_there_is_told_by_check_as_on_the_board(
    tmp_path: Path, environ: dict[str, str]
) -> None:
    steps: list[Step] = []
    for theme, told in (("daylight", 0), ("daylihgt", 1)):
        load_it = partial(loaded, tmp_path, environ, f'[board]\ntheme = "{theme}"\n')
        check._load_settings(load_it, environ, steps.append)
        stop_logging()
        configuration, *_ = steps
        assert len(configuration.details) == told
        steps.clear()
    assert "control-room, ansi-16, daylight" in configuration.details[0]
