"""A configuration that becomes another one while the board runs: what follows it, what is told."""

import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from tests.fake_clock import FakeClock
from tests.ui.boards import DEMO, FakeFeeds, found, fresh
from tests.ui.pilot import Running, settled
from wallboard.compose import screens as compose_screens
from wallboard.compose.reload import LiveConfiguration, mistake_words
from wallboard.config.live.threshold_changes import ThresholdStore
from wallboard.host.logs import LogFile
from wallboard.host.watch import FileWatch
from wallboard.model.judge.rules import Level
from wallboard.model.select.selection import Order
from wallboard.settings import load
from wallboard.ui.app import WallboardApp
from wallboard.ui.screens.help import HelpScreen
from wallboard.ui.widgets.status_bar import StatusBar
from wallboard.ui.widgets.tile import TileWidget
from wallboard.ui.widgets.title_bar import TitleBar
from wallboard.ui.widgets.wall import Wall

THEME = (Path(__file__).parents[2] / "themes" / "daylight.toml").read_text(encoding="utf-8")
START = '[board]\ntimezone = "UTC"\n[history]\nenabled = false\n'
"""What the file says at first: all queues of the demo are judged by the defaults."""


@dataclass
class Live(Running):
    """A board with a file behind it; a test looks at the file when it wants to."""

    folder: Path = Path()

    @property
    def file(self) -> Path:
        return self.folder / "wallboard.toml"

    async def write(self, toml: str, before: str = START) -> None:
        """Write the file and have it looked at until it is taken."""
        self.file.write_text(before + toml, encoding="utf-8")
        await self.look()

    async def look(self, times: int = 2, *, forced: bool = False) -> None:
        reload = self.app._services.reload
        assert isinstance(reload, LiveConfiguration)
        for _ in range(times):
            for item in reload.watched:
                item.look(forced=forced)
        await settled(self.app)

    @property
    def status(self) -> str:
        return self.text(StatusBar)

    def levels(self) -> dict[str, Level]:
        state = self.app.state
        return {queue.name: state.levels[queue.key].level for queue in state.snapshot.queues}


@asynccontextmanager
async def live(
    folder: Path,
    patch: pytest.MonkeyPatch,
    toml: str = "",
    *,
    kiosk: bool = False,
    size: tuple[int, int] = (160, 40),
    changed: ThresholdStore | None = None,
    **environ: str,
) -> AsyncIterator[Live]:
    patch.setattr(FileWatch, "start", lambda _: None)
    homes = {f"XDG_{one}_HOME": str(folder / one.lower()) for one in ("CONFIG", "STATE")}
    file, clock, feeds = folder / "wallboard.toml", FakeClock(), FakeFeeds()
    file.write_text(START + toml, encoding="utf-8")
    file.chmod(0o600)
    known = {**homes, **environ}
    loaded = load({}, known, folder, candidates=[file], changed=changed)
    log = LogFile(folder / "wallboard.log")
    setup, services, _ = compose_screens.screens(loaded, known, log, clock, kiosk=kiosk, demo=False)
    app = WallboardApp(feeds, loaded.settings.rules, setup, clock, services=services)
    async with app.run_test(size=size) as pilot:
        await settled(app)
        feeds.say(found(), fresh(clock, DEMO))
        await settled(app)
        yield Live(app, clock, feeds, pilot, folder=folder)


@pytest.fixture
def started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    return lambda toml="", **how: live(tmp_path, monkeypatch, toml, **how)


async def test_a_threshold_that_is_changed_is_in_force_and_told(
    started: Callable[..., Any],
) -> None:
    async with started() as run:
        assert run.levels()["Sales UK"] is Level.NORMAL
        await run.write("[thresholds]\nwaitingCalls = { warning = 1, critical = 20 }")
        assert run.levels()["Sales UK"] is Level.WARNING
        assert run.told[-1] == "Configuration: thresholds.waitingCalls"
        (rule,) = [line for line in run.app._setup.rule_words if line[0].endswith("waitingCalls")]
        assert rule[1:] == ("warning 1, critical 20", "wallboard.toml:6")
        episode = next(one for one in run.app.state.episodes if one.name == "Sales UK")
        assert episode.since_before
        run.feeds.say(fresh(run.clock, DEMO))
        await settled(run.app)
        assert run.levels()["Sales UK"] is Level.WARNING
        await run.write("")
        assert run.levels()["Sales UK"] is Level.NORMAL


async def test_what_the_picture_is_made_of_follows_the_file(started: Callable[..., Any]) -> None:
    async with started('[views]\n1 = "support"\n') as run:
        said = '"Night desk" = "Night"'
        await run.write(
            f'[views]\n1 = "paris"\n2 = "london"\n[labels]\nwaitingCalls = "Queueing"\n'
            f"[labels.queues]\n{said}\n",
            START.replace(
                'timezone = "UTC"',
                'timezone = "UTC"\ntitle = "Hall"\ncolumns = ["waitingCalls", "handlingCalls"]\n'
                'sort = "name"\ntheme = "daylight"\ntiles = ["waitingCalls"]\ntick = false',
            ),
        )
        view = run.app.view
        assert "Hall" in run.text(TitleBar)
        assert [metric.name for metric in view.columns] == ["waitingCalls", "handlingCalls"]
        assert view.columns[0].label == "Queueing"
        assert [tile.metric.name for tile in view.tiles] == ["waitingCalls"]
        assert not view.tick
        assert run.app.selection.order == Order("name")
        assert run.names[0] == "Accueil"
        assert run.app.theme == "daylight"
        assert run.app.views == {1: "paris", 2: "london"}
        assert run.app._setup.wall.short_names == {"night desk": "Night"}
        assert run.told[-1] == (
            "Configuration: board.title, board.columns, board.tiles, board.sort, board.theme, "
            "board.tick and 4 more"
        )


async def test_groups_come_and_go_with_their_rules(started: Callable[..., Any]) -> None:
    async with started() as run:
        group = (
            '[groups.All]\nqueues = ["*"]\n[groups.All.thresholds]\nwaitingCalls = { warning = 2 }'
        )
        await run.write(group)
        (made,) = run.app.state.book.rules.groups
        assert made.name == "All"
        assert run.app.state.book.rules.group_bounds["All"]["waitingCalls"].warning == 2
        assert run.told[-1].startswith("Configuration: groups.All")
        await run.write("")
        assert run.app.state.book.rules.groups == ()


async def test_tiles_become_more_and_fewer(started: Callable[..., Any]) -> None:
    def shown(run: Live) -> list[str]:
        tiles = run.app.screen.query(TileWidget)
        return [one.tile.metric.name for one in tiles if one.display and one.tile is not None]

    async with started(size=(200, 50)) as run:
        for names in (["waitingCalls"], ["waitingCalls", "handlingCalls", "eligibleAgents"] * 1):
            tiles = f'timezone = "UTC"\ntiles = {names}'.replace("'", '"')
            await run.write("", START.replace('timezone = "UTC"', tiles))
            assert shown(run) == names
        nine = [*(f"{kind}Calls" for kind in ("waiting", "handling", "onHold")), "availableAgents"]
        nine += ["eligibleAgents", "wrappingUpAgents", "loggedOutAndDndAgents", "avgWaitingTime"]
        tiles = f'timezone = "UTC"\ntiles = {nine}'.replace("'", '"')
        await run.write("", START.replace('timezone = "UTC"', tiles))
        assert shown(run) == nine


async def test_what_the_reader_has_chosen_stays_where_the_file_says_nothing_new_of_it(
    started: Callable[..., Any],
) -> None:
    async with started() as run:
        await run.press("b", "o", "n", "a", "m", "e", "enter")
        run.app.theme = "daylight"
        run.app.views[7] = "own"
        await run.write("[alerts]\nbell = true")
        assert run.app.selection.only_trouble
        assert run.app.selection.order == Order("name")
        assert run.app.theme == "daylight"
        assert run.app.views == {7: "own"}
        assert run.app._setup.alerts.bell


async def test_columns_that_were_chosen_here_stay_and_that_is_told(
    started: Callable[..., Any],
) -> None:
    async with started() as run:
        assert not run.app._services.kept.keep_columns(("handlingCalls",))
        columns = START.replace('timezone = "UTC"', 'timezone = "UTC"\ncolumns = "waitingCalls"')
        await run.write("", columns)
        assert run.app.state.options.columns == ("handlingCalls",)
        assert "The columns that were chosen here stay (v)" in run.told


async def test_what_needs_a_start_is_named_once_and_stays(started: Callable[..., Any]) -> None:
    async with started() as run:
        await run.write('[poll]\ninterval = 33\n[api]\npassword = "c4n4ry"\n[alerts]\nbell = true')
        assert run.told[-2:] == [
            "Configuration: api.password, alerts.bell",
            "With the next start: poll.interval",
        ]
        assert not any("c4n4ry" in words for words in run.told)
        await run.write("[poll]\ninterval = 33\n[alerts]\nbell = false")
        assert run.told[-1] == "Configuration: api.password, alerts.bell"
        count = len(run.told)
        await run.write("[alerts]\nbell = false")
        assert len(run.told) == count


BAD = "[thresholds]\nwaitingCalls = { warning = 'many' }\n[board]\ntitel = 1\n"


async def test_a_mistake_is_told_with_its_place_until_it_is_mended(
    started: Callable[..., Any],
) -> None:
    async with started("[thresholds]\nwaitingCalls = { warning = 1, critical = 20 }\n") as run:
        await run.write(BAD.replace("[board]\n", "[alerts]\n"))
        assert run.levels()["Sales UK"] is Level.WARNING
        assert (
            "wallboard.toml:6: thresholds.waitingCalls.warning: not a number (and 1 more); "
            "the settings stay as they were"
        ) in run.status
        await run.wait(30)
        assert "not a number" in run.status
        await run.write("[thresholds]\nwaitingCalls = { warning = 1, critical = 20 }\n")
        assert "settings" not in run.status
        assert run.told[-1] == "The configuration is right again"


def deleted(file: Path) -> str:
    file.unlink()
    return "wallboard.toml: it is not there"


def emptied(file: Path) -> str:
    file.write_text("")
    return "wallboard.toml: it is empty"


def folder(file: Path) -> str:
    file.unlink()
    file.mkdir()
    return "wallboard.toml: is a directory"


def no_text(file: Path) -> str:
    file.write_bytes(b"[board]\ntitle = '\xff'")
    return "wallboard.toml: not text in UTF-8"


def cut_off(file: Path) -> str:
    file.write_text('[board]\ntitle = "Ha')
    return "wallboard.toml:2: text without a quote at its end"


def dangling(file: Path) -> str:
    file.unlink()
    file.symlink_to(file.parent / "nowhere")
    return "wallboard.toml: it is not there"


def pipe(file: Path) -> str:
    file.unlink()
    os.mkfifo(file)
    return "wallboard.toml: not a file"


def open_to_all(file: Path) -> str:
    file.chmod(0o666)
    return "wallboard.toml: not obeyed: others may write it"


@pytest.mark.parametrize(
    "harm", [deleted, emptied, folder, no_text, cut_off, dangling, pipe, open_to_all]
)
@pytest.mark.parametrize("kiosk", [False, True])
async def test_whatever_becomes_of_the_file_the_board_goes_on_with_what_it_had(
    started: Callable[..., Any], harm: Callable[[Path], str], kiosk: bool
) -> None:
    rule = "[thresholds]\nwaitingCalls = { warning = 1, critical = 20 }\n[kiosk]\nlocked = true\n"
    async with started(rule, kiosk=kiosk) as run:
        words = harm(run.file)
        await run.look()
        assert run.levels()["Sales UK"] is Level.WARNING
        told = run.app.screen.query_one(Wall) if kiosk else None
        assert words in run.app.view.health.mistake
        if told is None:
            assert words in run.status
        await run.look(30)
        assert run.app.is_running
        new = run.folder / "new.toml"
        new.write_text(START + rule.replace("1,", "2,"), encoding="utf-8")
        new.chmod(0o600)
        if run.file.is_dir():
            run.file.rmdir()
        os.replace(new, run.file)
        await run.look()
        assert not run.app.view.health.mistake
        assert run.levels()["Sales UK"] is Level.NORMAL


async def test_a_secret_file_that_others_may_read_is_told_until_it_is_mended(
    started: Callable[..., Any], tmp_path: Path
) -> None:
    secret = tmp_path / "keys" / "api_key"
    secret.parent.mkdir()
    secret.write_text("one")
    secret.chmod(0o600)
    async with started(CREDENTIALS_DIRECTORY=str(secret.parent)) as run:
        secret.chmod(0o644)
        await run.look()
        assert "others may read it" in run.status
        secret.chmod(0o600)
        await run.look()
        assert "others may read it" not in run.status
        secret.write_text("c4n4ry-two")
        await run.look()
        assert run.told[-1] == "Configuration: api.key"
        assert run.feeds.polls_wanted == 1


async def test_credentials_that_are_gone_are_a_mistake_and_those_before_hold(
    started: Callable[..., Any], tmp_path: Path
) -> None:
    folder = tmp_path / "keys"
    folder.mkdir()
    for name in ("api_key", "api_username", "api_password"):
        (folder / name).write_text("one")
        (folder / name).chmod(0o600)
    async with started(CREDENTIALS_DIRECTORY=str(folder)) as run:
        for spoil in (Path.unlink, lambda file: file.write_text("")):
            spoil(folder / "api_password")
            await run.look()
            assert "settings stay" in run.status
            assert run.app._services.reload.settings().api.missing == []
            assert run.feeds.polls_wanted == 0


async def test_a_wall_follows_its_file_locked_or_not(started: Callable[..., Any]) -> None:
    async with started("[kiosk]\nlocked = true\n", kiosk=True) as run:
        wall = run.app.screen.query_one(Wall)
        await run.press("K")
        assert run.app.wall is not None
        await run.write('[kiosk]\nlocked = true\nmessage = "Fire drill"\n')
        await run.wait(1)
        assert "Fire drill" in "".join(text for line in wall.painted for text, _ in line) or (
            run.app._scene(None).message == "Fire drill"
        )
        await run.write("[kiosk]\npage_seconds = 40\nlocked = false\n")
        assert run.app._scene(None).options.page_seconds == 40
        await run.press("K")
        assert run.app.wall is None


async def test_the_message_file_is_read_when_it_has_changed(started: Callable[..., Any]) -> None:
    async with started('[kiosk]\nmessage_file = "say.txt"\nmessage = "calm"\n', kiosk=True) as run:
        assert run.app._services.message() == "calm"
        (run.folder / "say.txt").write_text("Fire drill")
        await run.look()
        assert run.app._services.message() == "Fire drill"
        assert run.told == []
        (run.folder / "say.txt").unlink()
        await run.look()
        assert run.app._services.message() == "calm"


async def test_a_theme_of_ones_own_follows_its_file(started: Callable[..., Any]) -> None:
    async with started() as run:
        themes = run.folder / "config" / "wallboard" / "themes"
        themes.mkdir(parents=True)
        own = THEME.replace('name = "daylight"', 'name = "own"')
        (themes / "own.toml").write_text(own)
        await run.look()
        assert run.told[-1] == "Configuration: theme files"
        await run.write("", START.replace('timezone = "UTC"', 'timezone = "UTC"\ntheme = "own"'))
        assert run.app.theme == "own"
        before = run.app.get_css_variables()["level-warning"]
        colour = next(line for line in own.splitlines() if line.startswith("level-warning ="))
        (themes / "own.toml").write_text(own.replace(colour, 'level-warning = "#123456"'))
        await run.look()
        assert (before, run.app.get_css_variables()["level-warning"]) != ("#123456", before)
        assert run.app.get_css_variables()["level-warning"] == "#123456"
        (themes / "own.toml").write_text("broken")
        await run.look()
        assert any("own.toml is not used" in words for words in run.told)
        assert run.app.is_running


async def test_a_signal_reads_at_once_and_says_so(started: Callable[..., Any]) -> None:
    async with started() as run:
        await run.look(1, forced=True)
        assert run.told[-1] == "Configuration read again: nothing has changed"
        run.file.write_text(START + "[alerts]\nbell = true")
        await run.look(1, forced=True)
        assert run.told[-1] == "Configuration: alerts.bell"


async def test_without_a_file_there_is_nothing_to_be_read_again(
    started: Callable[..., Any],
) -> None:
    async with started() as run:
        run.app._services = replace(run.app._services, reload=None)
        run.app.read_configuration()
        await settled(run.app)
        assert run.told[-1] == "There is no configuration to be read again"


async def test_help_that_is_open_tells_the_rules_that_are_in_force(
    started: Callable[..., Any],
) -> None:
    async with started(size=(160, 90)) as run:
        await run.press("?")
        assert isinstance(run.app.screen, HelpScreen)
        await run.write("[thresholds]\nwaitingCalls = { warning = 1, critical = 17 }")
        await run.wait(1)
        assert "warning 1, critical 17" in run.page


def test_one_mistake_and_several() -> None:
    assert mistake_words(("a: b",)) == "a: b; the settings stay as they were"
    assert mistake_words(("a", "b", "c")) == "a (and 2 more); the settings stay as they were"
