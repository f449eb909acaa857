"""Themes: shipped ones are readable, broken ones are a warning, never a dead board."""

import os
from pathlib import Path

import pytest
from textual.color import Color
from textual.css.stylesheet import Stylesheet
from textual.theme import Theme
from textual.widget import Widget

from tests.fake_clock import FakeClock
from tests.kept_styles import LOOK
from tests.ui.boards import THEMES, FakeFeeds, board
from tests.ui.pilot import Running, running
from wallboard.ui.theme import DEFAULT, NEEDED, load_themes, read_theme

SHIPPED = ("ansi-16", "control-room", "daylight", "deuteranopia", "high-contrast")
GOOD = (THEMES / "control-room.toml").read_text(encoding="utf-8")


def test_the_five_themes_are_shipped_without_a_warning() -> None:
    themes = load_themes([THEMES])
    assert set(themes.by_name) == set(SHIPPED)
    assert themes.warnings == ()


def shipped(name: str) -> Theme:
    return load_themes([THEMES]).by_name[name]


@pytest.mark.parametrize("name", [name for name in SHIPPED if name != "ansi-16"])
def test_every_text_stands_out_from_its_background(name: str) -> None:
    theme = shipped(name)
    colours = theme.variables
    background, surface, panel = theme.background, theme.surface, theme.panel
    assert background
    assert surface
    assert panel
    assert theme.foreground
    assert theme.accent
    pairs = [
        (theme.foreground, background), (theme.foreground, surface), (theme.foreground, panel),
        (colours["quiet"], background), (colours["quiet"], surface),
        (colours["level-warning"], colours["level-warning-background"]),
        (colours["level-critical"], colours["level-critical-background"]),
        (theme.accent, background), (theme.accent, surface),
        *((colours[f"state-{state}"], panel) for state in ("live", "late", "stale", "no-data")),
    ]  # fmt: skip
    for front, back in pairs:
        assert contrast(front, back) >= 4.5, f"{front} on {back}"
    # What is old is dimmed on purpose, and still read.
    assert contrast(colours["level-old"], background) >= 3


def contrast(front: str, back: str) -> float:
    """The ratio that WCAG 2 defines."""
    light, dark = sorted((luminance(front), luminance(back)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    parts = (value / 255 for value in Color.parse(colour).rgb)
    red, green, blue = (
        one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("not toml at all [", "not TOML"),
        (GOOD.replace("[variables]", "[other]"), "[variables]"),
        (GOOD.replace('quiet = "#8594a6"\n', ""), "lacks quiet"),
        (GOOD.replace('primary = "#5ba3d9"\n', ""), "lacks primary"),
        (GOOD.replace("#5ba3d9", "#5ba3dx"), "is not a colour"),
        (GOOD.replace("primary", "primry"), "knows no primry"),
        (GOOD.replace('"control-room"', '"a\\u001bb"'), "name must be"),
    ],
)
def test_a_broken_theme_is_a_warning_and_the_others_stay(
    tmp_path: Path, text: str, words: str
) -> None:
    (tmp_path / "broken.toml").write_text(text, encoding="utf-8")
    themes = load_themes([THEMES, tmp_path])
    assert set(themes.by_name) == set(SHIPPED)
    (warning,) = themes.warnings
    assert warning.startswith("Theme file broken.toml is not used: ")
    assert words in warning


def test_a_theme_that_is_no_file_is_a_warning_in_words(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.toml")
    (tmp_path / "folder.toml").mkdir()
    assert load_themes([tmp_path]).warnings == (
        "Theme file folder.toml is not used: is a directory",
        "Theme file pipe.toml is not used: not a file",
    )


def test_a_users_theme_replaces_a_shipped_one_of_its_name(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(GOOD.replace("#d5dbe3", "#ffffff"), encoding="utf-8")
    assert load_themes([THEMES, tmp_path]).by_name[DEFAULT].foreground == "#ffffff"


def test_without_any_file_there_is_still_a_theme() -> None:
    themes = load_themes([])
    assert set(themes.by_name) == {DEFAULT}
    assert themes.by_name[DEFAULT].variables.keys() >= NEEDED


def test_an_unknown_theme_is_a_warning() -> None:
    name, warning = load_themes([THEMES]).find("nope")
    assert name == DEFAULT
    assert "daylight" in warning


def test_reading_one_file() -> None:
    theme = read_theme(THEMES / "daylight.toml")
    assert (theme.name, theme.dark) == ("daylight", False)


async def test_a_board_with_an_unknown_theme_starts_and_says_so() -> None:
    app = board(FakeClock(), FakeFeeds(), theme="nope")
    async with app.run_test() as pilot:
        await pilot.pause()
        assert app.theme == DEFAULT
        assert any("No theme is called " in str(one.message) for one in app._notifications)


async def test_the_style_sheets_are_read_once_at_start_and_anew_for_another_theme(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    read: list[bool] = []
    reparse = Stylesheet.reparse

    def counted(sheet: Stylesheet) -> None:
        read.append(True)
        reparse(sheet)

    monkeypatch.setattr(Stylesheet, "reparse", counted)
    app = board(FakeClock(), FakeFeeds(), theme="daylight")
    async with app.run_test() as pilot:
        await pilot.pause()
        assert not read
        background = shipped("daylight").background
        assert background
        assert app.screen.styles.background == Color.parse(background)
        app.theme = "control-room"
        await pilot.pause()
        assert read == [True]
        other = shipped("control-room").background
        assert other
        assert app.screen.styles.background == Color.parse(other)


def styles_of(run: Running) -> dict[Widget, tuple[dict[str, object], ...]]:
    """The rules of style of each widget on top, and of each part of it that has its own."""
    return {
        one: tuple(dict(part.base._rules) for part in (one.styles, *one._component_styles.values()))
        for one in run.app.screen.walk_children(Widget, with_self=True)
    }


@pytest.mark.parametrize("no_color", [False, True])
async def test_rules_of_style_kept_between_boards_are_those_that_a_look_finds(
    no_color: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = (
        ("daylight",), ("high-contrast", "slash", "a"), ("deuteranopia", "escape", "v"),
        ("ansi-16", "tab", "escape", "question_mark"), ("control-room", "escape"),
    )  # fmt: skip
    async with running(no_color=no_color) as run:
        for theme, *keys in (*steps, *steps):
            run.app.theme = theme
            await run.press(*keys)
            run.app.screen.styles.base.opacity = 0.5  # as if a rule had said so until now
            run.app.stylesheet.update(run.app.screen)
            kept = styles_of(run)
            with monkeypatch.context() as patch:
                patch.setattr(Stylesheet, "apply", LOOK)
                run.app.stylesheet.update(run.app.screen)
            assert styles_of(run) == kept
