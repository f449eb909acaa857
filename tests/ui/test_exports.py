"""What is taken along: the clipboard, CSV and JSON, a picture; and the path is shown."""

import csv
import errno
import io
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from textual.pilot import Pilot

from tests.fake_clock import FakeClock
from tests.ui.boards import FakeFeeds, board, found, fresh, queue
from wallboard.host.files import ExportFolder
from wallboard.ui.app import WallboardApp
from wallboard.ui.export_actions import plain_picture


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


async def test_shift_y_copies_the_table_on_the_screen_as_markdown(tmp_path: Path) -> None:
    async with keeping(tmp_path) as (app, pilot, _):
        await pilot.press("slash", *"paris", "enter", "Y")
        await pilot.pause()
        head, _, names, rule, first, second, _, state = app.clipboard.splitlines()
        assert head == "Contact centre, 09:30:00"
        drawn = app.board.table.headings
        columns = [one for one in app.view.columns if one.name in drawn] if app.view else []
        assert names == f"| Level | Queue | Site | {' | '.join(one.label for one in columns)} |"
        assert rule.count("---") == 3
        assert first.startswith("| warning | Facturation | Paris | ")
        assert second.startswith("|  | Accueil | Paris | 0 | ")
        assert state == "LIVE · paris · hidden: 1 \\!\\!"
        assert "2 queues as a table in Markdown" in said(app)


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


NAMES = ("@font-face{", "</style>", "]]>", "</text>&#x0;", "Fira Code", "<!--", "a\ufffeb}", "🙂é")
ANY = st.text(st.characters(codec="utf-8") | st.sampled_from("<>&;{}@\"'#x0"), max_size=9)


def pictured(*names: str) -> str:
    """A picture of a table of names, made as the board's are."""
    console = Console(file=io.StringIO(), record=True, width=60, force_terminal=True)
    for name in names:
        console.print(f"[{name}]", markup=False, highlight=False, emoji=False)
    return plain_picture(console.export_svg(title="".join(names)))


def texts(svg: str) -> str:
    """What a reader of XML finds written in a picture."""
    whole = ElementTree.fromstring(svg)  # noqa: S314 - our own, without entities
    drawn = (one.text or "" for one in whole.iter() if one.tag.endswith("text"))
    return "\n".join(drawn).replace("\xa0", " ")


@given(st.lists(ANY, max_size=4))
def test_whatever_names_hold_a_picture_is_xml_and_shows_all_rows(names: list[str]) -> None:
    svg = pictured("first", *NAMES, *names, "last")
    shown = texts(svg)
    assert "[first]" in shown
    assert "[last]" in shown
    for name in NAMES:
        assert f"[{name.replace(chr(0xFFFE), chr(0xFFFD))}]" in shown
    head = svg.partition("</style>")[0]
    assert "@font-face" not in head
    assert "://" not in head.replace("http://www.w3.org/2000/svg", "").replace(
        "https://www.textualize.io", ""
    )


async def test_a_name_like_a_style_takes_nothing_out_of_the_picture(tmp_path: Path) -> None:
    clock, feeds = FakeClock(), FakeFeeds()
    app = board(clock, feeds, put=ExportFolder(tmp_path).put)
    rows = [queue(name, str(at), "Rome", waitingCalls=1) for at, name in enumerate(NAMES)]
    async with app.run_test(size=(110, 40)) as pilot:
        feeds.say(found(), fresh(clock, rows))
        await pilot.pause()
        await pilot.press("P")
        await pilot.pause()
        (path,) = tmp_path.glob("*.svg")
        shown = texts(path.read_text(encoding="utf-8"))
        assert [name for name in NAMES[:6] if name not in shown] == []


async def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    async with keeping(tmp_path / "file") as (app, pilot, _):
        await pilot.press("w")
        await pilot.pause()
        assert "Not written: CSV: " in said(app)


async def test_of_two_files_the_one_that_was_written_all_the_same_is_told(tmp_path: Path) -> None:
    clock, feeds = FakeClock(), FakeFeeds()

    def put(name: str, text: str) -> Path:
        if name.endswith(".json"):
            raise OSError(errno.ENOSPC, "No space left on device")
        return ExportFolder(tmp_path).put(name, text)

    app = board(clock, feeds, put=put)
    async with app.run_test(size=(100, 30)) as pilot:
        feeds.say(found(), fresh(clock))
        await pilot.pause()
        await pilot.press("w")
        await pilot.pause()
        (path,) = tmp_path.iterdir()
        assert said(app) == (
            f"Not written: JSON: no space left on device\nWritten all the same: {path}"
        )
