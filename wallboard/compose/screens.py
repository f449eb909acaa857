"""What the screens show and what they can call: settings on one side, ``ui`` on the other.

Heavy rooms are imported inside.
"""

import asyncio
import sys
from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from wallboard.host.clock import SystemClock

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from wallboard.compose.reload import LiveConfiguration
    from wallboard.compose.thresholds import ThresholdEditor
    from wallboard.history.replay.incident import WantedIncident
    from wallboard.history.replay.reader import ReplayReader
    from wallboard.host.clock import Clock
    from wallboard.host.logs import LogFile
    from wallboard.host.preferences import Preferences
    from wallboard.model.data.options import KioskOptions
    from wallboard.model.replay import Replayed
    from wallboard.model.state import State
    from wallboard.settings import LoadedSettings, Settings
    from wallboard.ui.setup import BoardSetup, Services

_NEAR = timedelta(minutes=2)
"""A poll that is further from a moment is none of it: the history calls more a gap."""


def screens(
    loaded: "LoadedSettings",
    environ: Mapping[str, str],
    log_file: "LogFile",
    clock: "Clock",
    *,
    kiosk: bool,
    demo: bool,
    doubts: tuple[str, ...] = (),
) -> "tuple[BoardSetup, Services, LiveConfiguration[BoardSetup]]":
    """Return what the screens show, what they can call, and what reads the settings again.

    ``doubts``: what is not used, in words. The demo has no part in what the user keeps, and a wall
    has nobody who chooses.
    """
    from wallboard.compose.reload import LiveConfiguration
    from wallboard.host.message_file import MessageFile
    from wallboard.host.paths import user_themes
    from wallboard.host.watch import WatchedFiles

    kept = None if kiosk or demo else _preferences(environ)
    warnings = (*loaded.warnings, log_file.warning, kept.warning if kept else "", *doubts)
    message = MessageFile("", None)

    def make(settings: "LoadedSettings") -> "BoardSetup":
        setup = replace(_setup(settings, environ, log_file), kiosk=kiosk)
        message.change(setup.wall.message, setup.wall.message_file)
        return setup

    setup = replace(make(loaded), warnings=tuple(filter(None, warnings)))
    services = _services(loaded, environ, clock, kept, demo=demo)
    reload = LiveConfiguration(
        loaded, setup, make,
        others=lambda was, now: ["theme files"] if was.themes != now.themes else [],
        folders=(user_themes(environ),),
        beside=(WatchedFiles(message.paths, message.read_again, {}),),
    )  # fmt: skip
    door = None if kiosk else _thresholds(loaded, reload)
    return setup, replace(services, message=message, reload=reload, thresholds=door), reload


def _thresholds(
    loaded: "LoadedSettings", reload: "LiveConfiguration[BoardSetup]"
) -> "ThresholdEditor | None":
    """Return what changes thresholds, if anything could keep them."""
    from wallboard.compose.thresholds import ThresholdEditor

    if loaded.changed is None:
        return None
    return ThresholdEditor(loaded.changed, reload.loaded_settings, reload.read_now)


def replay_screens(
    loaded: "LoadedSettings",
    environ: Mapping[str, str],
    log_file: "LogFile",
    clock: "Clock",
    path: "Path",
    wanted: "datetime | None",
    *,
    speed: float,
) -> "tuple[BoardSetup, Services]":
    """Return the screens of a replay alone: nothing is polled, kept, rung or run.

    It begins at ``wanted``, else an hour before the end. Raises ``ConfigurationError``.
    """
    from wallboard.errors import ConfigurationError
    from wallboard.history.replay.reader import ReplayReader
    from wallboard.host.files import ExportFolder
    from wallboard.model.replay import NotKept
    from wallboard.model.state import start
    from wallboard.ui.setup import ReplayStart, Services

    settings = loaded.settings
    setup, *_ = screens(loaded, environ, log_file, clock, kiosk=False, demo=True)
    past = ReplayReader(path, clock)
    rules, chosen, is_open = settings.rules, setup.selection, setup.is_open
    base = start(rules, setup.options, chosen, is_open, setup.targets, setup.day_rule)
    try:
        first, end = asyncio.run(_first(past, base, wanted))
    except NotKept as error:
        raise ConfigurationError([f"no replay: {error.words}"]) from None
    if wanted and abs(first.at.wall - wanted) > _NEAR:
        zone = setup.options.timezone
        asked, shown = (f"{at.astimezone(zone):%Y-%m-%d %H:%M}" for at in (wanted, first.at.wall))
        words = f"Nothing is kept of {asked}: what is shown is of {shown}"
        setup = replace(setup, warnings=(*setup.warnings, words))
    put = ExportFolder(settings.files_folder(environ)).put
    replay = ReplayStart(first=first, speed=speed, end=end)
    is_recording = path != settings.history_folder(environ)  # which is an incident already
    write = None if is_recording else _IncidentCommand(loaded).write
    return setup, Services(put=put, past=past, replay=replay, incident=write)


async def _first(
    past: "ReplayReader", base: "State", wanted: "datetime | None"
) -> "tuple[Replayed, datetime]":
    """Return what a replay begins with, and when it ends."""
    from wallboard.model.replay import NotKept, Seek

    first, end = await past.span()
    begin = max(first, min(wanted or end - timedelta(hours=1), end))
    found = await past.at(base, begin, Seek.AT)
    if found is None:
        raise NotKept("there is nothing in it")
    return found, end


async def incident(
    loaded: "LoadedSettings",
    environ: Mapping[str, str],
    log_file: "LogFile",
    wanted: "WantedIncident",
    folder: "Path",
) -> None:
    """Write an incident of the history into a new folder.

    Raises ``NotKept``, and ``OSError`` where it cannot be written.
    """
    from wallboard.history.replay.incident import IncidentHeading
    from wallboard.history.replay.reader import NothingPolled, ReplayReader
    from wallboard.host.files import write_new
    from wallboard.model.state import start
    from wallboard.ui.app import WallboardApp
    from wallboard.ui.replay.actions import pictures
    from wallboard.ui.setup import Services

    def put(name: str, text: str) -> "Path":
        write_new(folder / name, text)
        return folder / name

    settings, clock = loaded.settings, SystemClock()
    setup, *_ = screens(loaded, environ, log_file, clock, kiosk=False, demo=True)
    past = ReplayReader(settings.history_folder(environ), clock)
    base = start(settings.rules, setup.options, day_rule=setup.day_rule)
    heading = IncidentHeading(setup.options.title, setup.options.timezone)
    try:
        moments = await past.write_incident(base, wanted, heading, put)
        services = Services(past=past)
        rules = settings.rules
        app = WallboardApp(NothingPolled(), rules, setup, clock, services=services)
        for name, svg in (await pictures(app, moments)).items():
            put(f"{name}.svg", svg)
    finally:
        past.close()


def _services(
    loaded: "LoadedSettings",
    environ: Mapping[str, str],
    clock: "Clock",
    kept: "Preferences | None",
    *,
    demo: bool,
) -> "Services":
    """Return the doors to files, commands and memory."""
    from wallboard.compose import outward
    from wallboard.history.replay.reader import ReplayReader
    from wallboard.host.files import ExportFolder
    from wallboard.host.paths import user_name
    from wallboard.ui.setup import Services

    settings = loaded.settings
    keeps = settings.history.enabled and not demo
    hearing = {} if demo else shallow(outward.listeners(settings, environ, clock))
    return Services(
        **hearing,
        put=ExportFolder(settings.files_folder(environ)).put,
        kept=kept,
        user=user_name(),
        past=ReplayReader(settings.history_folder(environ), clock) if keeps else None,
        incident=_IncidentCommand(loaded).write if keeps else None,
    )


def shallow(record: Any) -> dict[str, Any]:
    """Return the fields of a record, for one that has them too."""
    return {item.name: getattr(record, item.name) for item in fields(record)}


def _preferences(environ: Mapping[str, str]) -> "Preferences":
    """Return what the reader has chosen."""
    from wallboard.host.paths import state_folder
    from wallboard.host.preferences import NAME, Preferences

    return Preferences(state_folder(environ) / NAME)


def _wall(settings: "Settings") -> "KioskOptions":
    """Return how a wall behaves; tiles that were chosen for the board are the wall's too."""
    from wallboard.model.data.catalogue import TODAY, WALL_TILES

    if "tiles" in settings.board.model_fields_set:
        return replace(settings.wall_options(), tiles=())
    known = (name for name in WALL_TILES if settings.today.enabled or name not in TODAY)
    return replace(settings.wall_options(), tiles=tuple(known))


def _setup(
    loaded: "LoadedSettings", environ: Mapping[str, str], log_file: "LogFile"
) -> "BoardSetup":
    """Return what the settings alone say of the board."""
    from wallboard.compose.outward import judge_setup
    from wallboard.host.paths import themes_folders
    from wallboard.ui.setup import BoardSetup
    from wallboard.ui.terminal import console
    from wallboard.ui.theme import load_themes

    settings = loaded.settings
    on_console = console.is_console(environ)
    is_chosen = "theme" in settings.board.model_fields_set
    return BoardSetup(
        **shallow(judge_setup(settings, environ)),
        themes=load_themes(themes_folders(environ)),
        theme=console.THEME if on_console and not is_chosen else settings.board.theme,
        keys=settings.keys,
        files=(
            ("configuration", " + ".join(map(str, loaded.files)) or "none"),
            ("log", str(log_file.path or "none")),
        ),
        selection=settings.selection(),
        wall=_wall(settings),
        views=settings.views,
        rule_words=tuple(line for line in loaded.describe() if "thresholds." in line.key),
        agents=settings.agents.options(),
        tells_endpoint=settings.api.endpoint == "auto",
        console=on_console,
    )


class _IncidentCommand:
    """Has a program of its own write incidents: the board does not stand still for it."""

    def __init__(self, loaded: "LoadedSettings") -> None:
        self._config = ["--config", str(loaded.path)] if loaded.path else []
        self._config += ["--profile", loaded.profile[0]] if loaded.profile else []

    async def write(self, at: "datetime", name: str, is_group: bool) -> tuple[str, bool]:
        """Write the incident of a moment and a queue or a group; the words that it says."""
        what = "--group" if is_group else "--queue"
        command = ["incident", "--at", at.isoformat(), what, name, *self._config]
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "wallboard", *command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        out, error = await process.communicate()
        done = process.returncode == 0
        words = (out if done else error).decode("utf-8", "replace").strip()
        return (f"Written: {words}" if done else words or "The incident was not written"), done
