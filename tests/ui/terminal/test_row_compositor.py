"""What has changed goes to the grid row by row: the terminal shows what Textual's frames show."""

import sys
from collections.abc import Callable
from importlib.util import module_from_spec, spec_from_file_location
from random import Random
from typing import Any

import pytest
from textual._compositor import Compositor
from textual.app import App, ComposeResult
from textual.containers import VerticalScroll
from textual.driver import Driver
from textual.geometry import Region
from textual.screen import Screen
from textual.strip import Strip
from textual.widgets import Static

from tests.ui.emulator import Emulator, shown
from tests.ui.running import Recorder, running
from tests.ui.terminal.test_driver import drawn, no_time
from wallboard.ui.terminal import row_compositor
from wallboard.ui.terminal.driver import sparing_driver
from wallboard.ui.terminal.row_compositor import RowCompositor, hand_over_rows, wait_for_sizes

SIZE = (40, 12)
PATIENCE = 100
"""Times that a machine with much to do is waited for."""
WORDS = ("", "data 1s old", "営業部 Réclamations", "Cafe\u0301 ▁▂▃", "x" * 60, "a\nb\nc\nd")


class Part(Static):
    """A text; ``asked``: the lines that it was asked for."""

    def __init__(self, **options: Any) -> None:
        super().__init__("", markup=False, **options)
        self.asked: list[Region] = []

    def render_lines(self, crop: Region) -> list[Strip]:
        self.asked.append(crop)
        return super().render_lines(crop)


class Layers(Screen[None]):
    """Three texts, of which two can be scrolled, under one that lies over them."""

    CSS = """
    Layers { layers: below above; }
    Layers Part { height: auto; }
    Layers VerticalScroll { height: 4; }
    Layers #over { layer: above; width: 9; height: 3; background: red; }
    """

    def __init__(self) -> None:
        super().__init__()
        hand_over_rows(self)

    def compose(self) -> ComposeResult:
        yield Part(id="first")
        with VerticalScroll():
            yield Part(id="second")
            yield Part(id="third")
        yield Part(id="over")


class Drawing(App[None]):
    def get_default_screen(self) -> Screen[None]:
        return Layers()

    def part(self, name: str) -> Part:
        return self.screen.query_one(f"#{name}", Part)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("textual.screen.UPDATE_PERIOD", 0.001)


def same(driver: type[Driver]) -> type[Driver]:
    return driver


def spared(driver: type[Driver]) -> type[Driver]:
    return sparing_driver(driver, no_time)


@pytest.mark.parametrize("made", [spared, same])
async def test_what_lies_over_others_stays_over_them(
    made: Callable[[type[Driver]], type[Driver]],
) -> None:
    app, random = Drawing(), Random(3)

    def say() -> None:
        app.part(random.choice(("first", "second", "third", "over"))).update(random.choice(WORDS))

    def move() -> None:
        app.part("over").styles.offset = random.randrange(30), random.randrange(8)

    def hide() -> None:
        app.part("over").display = not app.part("over").display

    def scroll() -> None:
        app.screen.query_one(VerticalScroll).scroll_to(y=random.randrange(4), animate=False)

    async with running(app, made(Recorder), SIZE) as driver:
        emulator = Emulator(*SIZE)
        for _ in range(120):
            random.choices((say, move, hide, scroll), weights=(6, 2, 1, 2))[0]()
            for _ in range(PATIENCE):
                await drawn()
                emulator.feed(driver.take())
                compositor = app.screen._compositor
                dirty = compositor._dirty_regions.copy()
                whole: Any = compositor.render_full_update()
                compositor._dirty_regions.update(dirty)  # what is to be drawn yet stays so
                truth = shown(whole.render_segments(app.console), *SIZE)
                if emulator.cells == truth:
                    break
            assert emulator.cells == truth, emulator.text


async def test_what_goes_is_gone_where_its_place_was_asked_for_before_the_next_layout() -> None:
    app = Drawing()
    async with running(app, spared(Recorder), SIZE) as driver:
        emulator = Emulator(*SIZE)
        app.part("over").update("over")
        await seen(emulator, driver, lambda: "over" in emulator.text)
        await drawn()
        compositor, place = app.screen._compositor, app.part("over").region
        compositor._full_map_invalidated = True  # as a scroll leaves it
        app.part("over").display = False
        assert app.part("over") not in compositor.full_map
        compositor.reflow(app.screen, app.screen.size)
        assert any(region.contains_region(place) for region in compositor._dirty_regions)
        await seen(emulator, driver, lambda: "over" not in emulator.text)


async def seen(emulator: Emulator, driver: Any, true: Callable[[], bool]) -> None:
    for _ in range(PATIENCE):
        await drawn()
        emulator.feed(driver.take())
        if true():
            return
    raise AssertionError(emulator.text)


async def test_only_what_shows_something_of_a_change_is_asked_for_its_lines() -> None:
    app = Drawing()
    async with running(app, spared(Recorder), SIZE) as driver:
        app.part("first").update("one")
        await drawn()
        for name in ("first", "over"):
            app.part(name).asked.clear()
        app.part("first").refresh(Region(30, 0, 5, 1))
        await drawn()
        assert app.part("first").asked == [Region(0, 0, SIZE[0], 1)]
        assert app.part("over").asked == []
        driver.take()


class Sized(Layers):
    """Each of its texts says how wide it is, as soon as it knows; ``drawn``: what was till then."""

    def __init__(self) -> None:
        super().__init__()
        self.drawn: list[str] = []

    def on_screen_resume(self) -> None:
        wait_for_sizes(self)

    def compose(self) -> ComposeResult:
        yield from (SizedPart(self), SizedPart(self))


class SizedPart(Part):
    def __init__(self, about: Sized) -> None:
        super().__init__()
        self._about = about

    def on_resize(self) -> None:
        self._about.drawn.append(self.app._driver._text)  # type: ignore[union-attr]
        self.update(f"wide {self.size.width}")


async def test_a_screen_that_opens_is_drawn_once_its_widgets_know_their_sizes() -> None:
    app = Drawing()
    app.get_default_screen = Sized  # type: ignore[method-assign]
    async with running(app, spared(Recorder), SIZE) as driver:
        emulator = Emulator(*SIZE)
        for _ in range(PATIENCE):
            await drawn()
            emulator.feed(driver.take())
            if emulator.text.count("wide 40") == 2:
                break
        assert emulator.text.count("wide 40") == 2
        assert isinstance(app.screen, Sized)
        assert len(app.screen.drawn) == 2
        assert not any("H" in text for text in app.screen.drawn), "no cursor was moved yet"


async def test_where_textual_lacks_what_it_needs_textuals_frames_are_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    screen = Layers()
    assert type(screen._compositor) is RowCompositor
    monkeypatch.setattr(row_compositor, "COMPOSITOR", ("_dirty_regions", "_is_not_there"))
    app = Drawing()
    async with running(app, spared(Recorder), SIZE) as driver:
        assert type(app.screen._compositor) is Compositor
        emulator = Emulator(*SIZE)
        for words in ("one", "two"):
            app.part("first").update(words)
            for _ in range(PATIENCE):
                await drawn()
                emulator.feed(driver.take())
                if words in emulator.text:
                    break
            assert words in emulator.text
    del screen._compositor
    hand_over_rows(screen)
    assert not hasattr(screen, "_compositor")


def test_without_textuals_own_a_screen_stays_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "textual._compositor", None)
    spec = spec_from_file_location("without_textuals_own", row_compositor.__file__)
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    screen = Screen[None]()
    own = screen._compositor
    module.hand_over_rows(screen)
    assert screen._compositor is own
