"""Nobody is named where nobody should be: on walls, in pictures, files and logs."""

import logging
from pathlib import Path

import pytest

from tests.ui.pages.test_agents import opened, rolled
from tests.ui.people import sixty
from tests.ui.pilot import running
from wallboard.host.files import ExportFolder
from wallboard.model.data.privacy import Privacy

PEOPLE = {one.name for one in sixty()}


async def test_names_are_shown_to_the_supervisor_and_not_on_a_wall() -> None:
    async with running((200, 60)) as run:
        await opened(run)
        assert "Ada Lovelace" in rolled(run)
        assert "+44 1632 960000" in rolled(run)
    async with running((200, 60), kiosk=True) as run:
        await run.press("K")
        await opened(run)
        assert "A. L." in rolled(run)
        assert "…0000" in rolled(run)
        assert not any(name in rolled(run) for name in PEOPLE)
        await run.press("slash", *"lovelace")
        assert "No agent matches the filter" in rolled(run)
    async with running((200, 60), kiosk=True, privacy=Privacy("names", "hidden")) as run:
        await run.press("K")
        await opened(run)
        assert "Ada Lovelace" in rolled(run)
        assert "hidden" in rolled(run)
        assert "0000" not in rolled(run)


@pytest.mark.parametrize("keys", [("A",), ("A", "z"), ("A", "slash", *"ada", "enter"), ("enter",)])
async def test_a_picture_has_nobody_in_it(tmp_path: Path, keys: tuple[str, ...]) -> None:
    shown = Privacy("names", "shown")
    async with running((200, 60), put=ExportFolder(tmp_path).put, privacy=shown) as run:
        await opened(run, key=keys[0])
        await run.press(*keys[1:])
        before = run.page
        await run.press("P")
        (path,) = tmp_path.glob("*.svg")
        svg = path.read_text(encoding="utf-8").replace("&#160;", " ")
        assert "Agents" in svg
        words = {word for name in PEOPLE for word in name.split()}
        assert any(word in before for word in words)
        for word in (*words, "9600", "Caller", "filter: ada"):
            assert word not in svg
        assert run.page == before


async def test_what_is_copied_written_and_logged_has_nobody_in_it(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with running((120, 40), put=ExportFolder(tmp_path).put) as run:
        await opened(run, key="enter")
        await run.press("y")
        text = run.app.clipboard
        await run.press("escape", "w")
        text += "".join(one.read_text(encoding="utf-8") for one in tmp_path.iterdir())
        text += "".join(run.told) + caplog.text
        assert "Support" in text
        assert not any(name in text for name in (*PEOPLE, "9600", "Caller"))
