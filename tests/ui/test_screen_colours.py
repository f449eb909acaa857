"""The colours of the cells on the screens, in each theme that is shipped."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from itertools import takewhile

import pytest
from rich.segment import Segment
from textual.color import Color

from tests.ui import people, scenes
from tests.ui.boards import DEMO, THEMES
from tests.ui.pilot import screen_strips, screen_text, settled
from tests.ui.scenes import LOOK, Scene, Story, shown
from wallboard.model.data.privacy import Privacy
from wallboard.ui.theme import load_themes

SHIPPED = load_themes([THEMES]).by_name
QUEUES = tuple(named.name for named, _ in DEMO)


@dataclass(frozen=True)
class Cell:
    """A stretch of one style on a line."""

    text: str
    colours: tuple[object, object]
    """In front and behind."""


def cells(scene: Scene, *having: str) -> list[Cell]:
    """The stretches of the one line in which all of ``having`` stand, each one's text stripped.

    Not of the sites and alerts below the table: these name queues too.
    """
    strips = screen_strips(scene.pilot.app)
    status, keys = strips[-2:]
    above = takewhile(lambda strip: not strip.text.strip().startswith("Sites "), strips[:-2])
    seen = (*above, status, keys)
    lines = [strip for strip in seen if all(words in strip.text for words in having)]
    assert len(lines) == 1, screen_text(scene.pilot.app)
    return [cell for part in lines[0] if (cell := cell_of(part)).text]


def cell_of(part: Segment) -> Cell:
    assert part.style
    return Cell(part.text.strip(), (part.style.color, part.style.bgcolor))


def front(theme: str, name: str) -> object:
    """The colour that a theme has for ``name``, as it goes to the terminal."""
    shipped = SHIPPED[theme]
    return Color.parse(shipped.variables.get(name) or getattr(shipped, name)).rich_color


def level(theme: str, name: str) -> tuple[object, object]:
    """The two colours that a theme has for a level."""
    return front(theme, f"level-{name}"), front(theme, f"level-{name}-background")


def numbers(listed: list[Cell], colours: tuple[object, object]) -> set[str]:
    """What is filled with ``colours``, of the numbers."""
    return {one.text for one in listed if one.colours == colours and re.search(r"\d", one.text)}


async def in_each_theme(scene: Scene) -> AsyncIterator[str]:
    """Put a board into each theme that is shipped."""
    for theme in SHIPPED:
        scene.pilot.app.theme = theme
        await settled(scene.pilot.app)
        yield theme


async def test_a_level_has_the_themes_colours_in_the_cell_that_makes_it() -> None:
    async with shown(scenes.trouble, (80, 24)) as scene:
        async for theme in in_each_theme(scene):
            check_levels(scene, theme)


def check_levels(scene: Scene, theme: str) -> None:
    critical, warning = level(theme, "critical"), level(theme, "warning")
    bad = cells(scene, "Support", "London")
    assert {one.strip("!") for one in numbers(bad, critical)} == {"6", "02:35~", "0/5"}
    assert not numbers(bad, warning)
    unwell = cells(scene, "Facturation", "Paris")
    assert {one.strip("!") for one in numbers(unwell, warning)} == {"3"}
    assert not numbers(unwell, critical)
    for calm in ("Sales UK", "Accueil", "Night desk"):
        assert not {critical, warning} & {one.colours for one in cells(scene, calm)}
    (live,) = (one for one in cells(scene, "data 4s old") if one.text.startswith("LIVE"))
    assert live.colours[0] == front(theme, "state-live")


OLD: dict[Story, str] = {scenes.stale: "stale", scenes.no_data: "no-data"}


@pytest.mark.parametrize("story", OLD, ids=lambda story: story.__name__)
async def test_rows_that_are_old_have_the_colour_of_age_and_of_no_level(story: Story) -> None:
    async with shown(story, (80, 24)) as scene:
        async for theme in in_each_theme(scene):
            old = front(theme, "level-old")
            for queue in QUEUES:
                assert {one.colours[0] for one in cells(scene, queue)} == {old}, theme
            word = cells(scene, "· data")[0]
            assert word.text.replace(" ", "-").lower() == OLD[story], theme
            assert front(theme, f"state-{OLD[story]}") in word.colours, theme


async def test_paused_rows_are_not_in_colour_after_a_minute() -> None:
    async with shown(scenes.paused, (80, 24)) as scene:
        for queue in QUEUES:
            colours = {one.colours[0] for one in cells(scene, queue)}
            assert colours == {front("control-room", "level-old")}


async def test_a_wait_in_a_doubtful_unit_is_never_filled_and_a_count_is() -> None:
    async with shown(scenes.unit_not_confirmed, (80, 24)) as scene:
        filled = numbers(cells(scene, "Support", "London"), level("control-room", "critical"))
        assert {one.strip("!") for one in filled} == {"6", "0/5"}


async def test_a_day_that_is_old_loses_its_colours_alone() -> None:
    async with shown(scenes.day_is_stale, (200, 60)) as scene:
        row = cells(scene, "Support", "London")
        filled = numbers(row, level("control-room", "critical"))
        assert {one.strip("!=") for one in filled} == {"6", "02:31", "01:10", "0/5"}
        (share,) = (one for one in row if "9.5%" in one.text)
        assert share.colours[0] == front("control-room", "level-old")


async def test_who_is_too_long_in_a_status_has_the_themes_colours() -> None:
    async with shown(scenes.agents_page, (80, 24)) as scene:
        async for theme in in_each_theme(scene):
            (worst,) = {one.colours for one in cells(scene, "Pause 31:43~")}
            assert worst == level(theme, "critical"), theme
            (ringing,) = {one.colours for one in cells(scene, "Donald … Ring")}
            assert ringing == level(theme, "warning"), theme
            well = {one.colours for one in cells(scene, "Margare… Handl 22:23~")}
            assert not {worst, ringing} & well, theme


async def test_people_whose_feed_is_stale_are_not_in_colour() -> None:
    async with shown(scenes.stale_agents, (80, 24)) as scene:
        seen = {one.colours for one in cells(scene, "Pause 31:40")}
        assert not {level("control-room", "critical"), level("control-room", "warning")} & seen


async def test_a_queues_page_takes_the_colours_of_the_theme_that_is_chosen() -> None:
    async with shown(scenes.queue_page, (120, 40), **LOOK) as scene:
        for theme in SHIPPED:
            scene.pilot.app.theme = theme
            await settled(scene.pilot.app)
            filled = numbers(cells(scene, "Waiting", "Entered"), level(theme, "critical"))
            assert (theme, {one.strip("!") for one in filled}) == (theme, {"0", "7"})


async def test_on_a_wall_nobodys_name_is_whole() -> None:
    async with shown(
        scenes.agents_page, (160, 45), privacy=Privacy("initials", "masked"), **LOOK
    ) as scene:
        text = screen_text(scene.pilot.app)
        for part in (*people.FIRST, *people.LAST, "+44 1632"):
            assert part not in text
        assert "E. H." in text
