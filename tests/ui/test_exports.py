"""What is taken along: the clipboard, CSV and JSON, a picture; and the path is shown."""

import csv
import io
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from textual.pilot import Pilot

from tests.ui.boards import FakeFeeds, board, found, fresh
from wallboard.host.clock import FakeClock
from wallboard.host.exports import ExportFolder
from wallboard.ui.app import WallboardApp


@asynccontextmanager
async def keeping(folder: Path) -> AsyncIterator[tuple[WallboardApp, Pilot[int], FakeClock]]:
    clock, feeds = FakeClock(), FakeFeeds()
    app = board(clock, feeds, put=ExportFolder(folder).put)
    async with app.run_test(size=(100, 30)) as pilot:
        feeds.say(found(), fresh(clock))
        await pilot.pause()
        yield app, pilot, clock


def said(app: WallboardApp) -> str:
    return "\n".join(str(one.message) for one in app._notifications)


async def test_y_copies_the_queue_under_the_cursor(tmp_path: Path) -> None:
    async with keeping(tmp_path) as (app, pilot, _):
        await pilot.press("j", "j", "y")
        assert app.clipboard.startswith("Facturation (Paris, ext 2001) · warning · Waiting 3 !")
        assert app.clipboard in said(app)


async def test_w_writes_what_is_shown(tmp_path: Path) -> None:
    async with keeping(tmp_path) as (app, pilot, _):
        await pilot.press("slash", *"paris", "enter", "w")
        await pilot.pause()
        table = (tmp_path / "contact-centre-20260302-093000.csv").read_text(encoding="utf-8")
        rows = list(csv.DictReader(io.StringIO(table)))
        assert [row["queue"] for row in rows] == ["Facturation", "Accueil"]
        assert rows[0]["measured"] == "2026-03-02T09:30:00.000Z"
        text = (tmp_path / "contact-centre-20260302-093000.json").read_text(encoding="utf-8")
        assert json.loads(text)["totals"]["waitingCalls"]["value"] == 3
        assert str(tmp_path) in said(app)


async def test_old_rows_are_written_without_levels(tmp_path: Path) -> None:
    async with keeping(tmp_path) as (_, pilot, clock):
        await clock.advance(100)
        await pilot.pause()
        await pilot.press("w")
        await pilot.pause()
        (path,) = tmp_path.glob("*.csv")
        rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))
        assert {row["level"] for row in rows} == {"unknown"}
        assert {row["measured"] for row in rows} == {"2026-03-02T09:30:00.000Z"}


async def test_shift_p_saves_a_picture_that_asks_no_other_host(tmp_path: Path) -> None:
    async with keeping(tmp_path) as (app, pilot, _):
        await pilot.press("P")
        await pilot.pause()
        (path,) = tmp_path.glob("*.svg")
        svg = path.read_text(encoding="utf-8")
        assert "Support" in svg
        assert "@font-face" not in svg
        assert str(path) in said(app)


async def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    async with keeping(tmp_path / "file") as (app, pilot, _):
        await pilot.press("w")
        await pilot.pause()
        assert "Not written: " in said(app)
