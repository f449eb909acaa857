"""Agents and calls: their trouble is their page's own, and nobody is named where nobody may be."""

import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest
import pytest_asyncio
from textual.worker import WorkerFailed

from tests.faults.fast import DEADLINE, Fast, FastClock
from tests.faults.fault_env import BACKOFF, Rig, app_over, client_over, rig
from tests.faults.test_successor import SHOWN, STANDSTILL, WAITS, Look
from tests.simulated import make_simulator, serving
from tests.ui.end_to_end import INTERVAL
from tests.ui.pilot import pressed
from wallboard.api.account import WorkAnalytics
from wallboard.api.directory import NameLists
from wallboard.api.http.connection import ClientOptions
from wallboard.feed.feeds import PolledFeeds
from wallboard.host.logs import start_logging, stop_logging
from wallboard.model.data.agents import AgentsReading
from wallboard.model.data.calls import CallsReading
from wallboard.model.data.catalogue import CATALOGUE
from wallboard.model.feeds.freshness import Freshness
from wallboard.simulator.faults.fault_list import WHAT
from wallboard.ui.screens.agents import AgentsScreen
from wallboard.ui.screens.board import BoardScreen
from wallboard.ui.screens.calls import CallsScreen
from wallboard.ui.screens.page import Page


class Of(NamedTuple):
    """A page: its key, where its numbers come from, and what they are called."""

    key: str
    endpoint: str
    what: str


AGENTS = Of("A", "queue-agent-activity", "agents")
CALLS = Of("C", "calls-active", "calls")
BOTH = [AGENTS, CALLS]


async def opened(run: Rig, of: Of) -> None:
    """Open a page, let it be answered, and draw it as each second does."""
    await pressed(run.app, of.key)
    await drawn(run)


async def drawn(run: Rig) -> None:
    await run.rest()
    if isinstance(run.app.screen, Page):
        run.app.screen.refresh_page()


def people(**how: object):  # type: ignore[no-untyped-def]
    """A board with agents and calls, over a contact centre in which everybody is known."""
    return rig(plan=STANDSTILL, rules=WAITS, options=SHOWN, people=True, **how)  # type: ignore[arg-type]


TROUBLE = [
    ("403", "No {what} here: Signed in, but without access to this PBX (HTTP 403)"),
    ("503-html", "The API has trouble of its own (HTTP 503) · next try"),
    ("429:retry=3,times=1", "The API limits how often it may be asked · next try"),
    ("200-html", "The answer is a web page, not data · next try"),
    ("truncated", "The answer was cut off · next try"),
    ("wrong-shape", "The answer "),
    ("deep", "nested deeper than any answer of this API"),
    ("307", "a redirect, which is not followed"),
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared() -> AsyncIterator[Rig]:
    async with people() as run:
        await run.go(4 * INTERVAL)
        yield run


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("of", BOTH)
@pytest.mark.parametrize(("what", "words"), TROUBLE)
async def test_trouble_of_a_page_is_told_there_and_nowhere_else(
    shared: Rig, of: Of, what: str, words: str
) -> None:
    run = shared
    run.app.action_poll()
    await run.go(INTERVAL, step=10)
    assert run.state is Freshness.LIVE
    calm = Look.at(run)
    run.simulator.faults.add(f"{of.endpoint}:{what}")
    await opened(run, of)
    assert words.format(what=of.what) in " ".join(run.page.split())
    await pressed(run.app, "escape")
    assert Look.at(run) == calm, "the board has nothing to do with it"
    await opened(run, of)
    await run.go(7 * INTERVAL, step=10)
    assert run.state is Freshness.LIVE
    assert "next try" not in run.status
    run.simulator.faults.clear()
    await run.go(INTERVAL + BACKOFF, step=20)
    assert "next try" not in run.page
    assert {AGENTS: "Lovelace", CALLS: "Claims"}[of] in run.page
    await pressed(run.app, "escape")


@pytest.mark.parametrize("of", BOTH)
@pytest.mark.parametrize("what", ["404", "404-empty", "410"])
async def test_an_account_without_such_a_list_is_told_so(of: Of, what: str) -> None:
    async with people(faults=[f"{of.endpoint}:{what}"]) as run:
        await opened(run, of)
        assert f"This account has no list of {of.what}" in run.page
        await pressed(run.app, "escape")
        if of is CALLS:
            await opened(run, of)
            assert isinstance(run.app.screen, BoardScreen), "there is nothing to open"
            assert run.told == ["This account has no list of calls"]
        assert run.state is Freshness.LIVE


@pytest.mark.parametrize("of", BOTH)
async def test_what_a_page_has_shown_grows_old_and_goes(of: Of) -> None:
    async with people() as run:
        await opened(run, of)
        await run.go(INTERVAL)
        run.simulator.faults.add(f"{of.endpoint}:503-html")
        name = {AGENTS: "Lovelace", CALLS: "Claims"}[of]
        for seconds, words in ((26, "LATE"), (41, f"The {of.what} are STALE, ")):
            await run.go(seconds, step=10)
            assert words in run.page
            assert name in run.page
        await run.go(260, step=65)
        assert f"The {of.what} are NO DATA" in run.page
        assert run.state is Freshness.LIVE
        if of is CALLS:
            assert name not in run.page, "no call lasts that long unseen"
        else:
            assert "Handling" not in run.page, "nobody knows what they do by now"
        run.simulator.faults.clear()
        await run.go(INTERVAL + BACKOFF, step=20)
        assert "NO DATA" not in run.page
        assert name in run.page


async def test_a_limit_met_by_a_page_is_the_whole_accounts() -> None:
    async with people() as run:
        await run.go(INTERVAL)
        run.simulator.faults.add("queue-agent-activity:429:retry=50,times=1")
        await opened(run, AGENTS)
        asked = len(run.simulator.log)
        await pressed(run.app, "escape", "A", "C", "r")
        await run.go(45)
        assert len(run.simulator.log) == asked, "nobody asks before it is over"
        assert run.state is Freshness.LATE
        await run.go(10)
        assert run.read_state() is Freshness.LIVE
        assert "next try" not in run.page


@pytest.mark.parametrize("what", ["nobody", "nulls", "nan", "negative", "no-name", "no-metrics"])
async def test_odd_answers_about_people_are_pages(what: str) -> None:
    async with people() as run:
        for of in BOTH:
            if of.endpoint in WHAT[what][0]:
                run.simulator.faults.add(f"{of.endpoint}:{what}")
        await run.go(INTERVAL)
        calm = Look.at(run)
        await opened(run, AGENTS)
        page = run.page
        if what == "nobody":
            assert "No queue has agents." in page
        else:
            assert "3 seats" in page or "2 people" in page
        if what == "no-name":
            assert "Lovelace" not in page
            assert "900" in page
        if what in ("nulls", "nan", "negative", "no-metrics"):
            assert "~" not in page
            assert "–" in page
        await opened(run, CALLS)
        assert ("No calls." in run.page) == (what == "nobody")
        assert "next try" not in run.page
        await pressed(run.app, "escape", "escape")
        assert Look.at(run) == calm


async def test_names_that_attack_are_text_on_the_pages_of_people() -> None:
    async with people() as run:
        for of in BOTH:
            run.simulator.faults.add(f"{of.endpoint}:hostile-names")
        for of in BOTH:
            await opened(run, of)
            await run.go(1)
            assert all(one.isprintable() or one == "\n" for one in run.page)
            assert [one for one in personal(run) if one in run.page], "they are shown, as text"
        await pressed(run.app, "escape", "z", "enter")
        await run.go(1)
        assert run.state is Freshness.LIVE


async def test_opening_and_closing_pages_again_and_again_asks_once_an_interval() -> None:
    async with people(size=(80, 24)) as run:
        for number in range(20):
            for open_it in (run.app.action_agents, run.app.action_calls):
                open_it()
                await run.rest()
                assert len(run.app.screen_stack) == 2
                run.app.screen.dismiss()
                await run.rest()
            if not number % 5:
                await run.go(5)
        asked = [run.simulator.request_count(of.endpoint) for of in BOTH]
        assert all(1 <= one <= 20 / INTERVAL + 1 for one in asked)
        await run.go(20 * INTERVAL, step=20)
        assert isinstance(run.app.screen, BoardScreen)
        assert [run.simulator.request_count(of.endpoint) for of in BOTH] == asked, "nobody looks"
        assert len([one for one in run.app.workers if one.name == "feeds"]) == 1


async def test_an_answer_about_people_that_drips_holds_nobody_up() -> None:
    simulator = make_simulator(sample=True, real_sleep=True)
    async with serving(simulator.app) as url:
        clock = FastClock()
        options = ClientOptions(base_url=url, timeout=DEADLINE)
        client = client_over(simulator, clock, None, {}, options)
        account = WorkAnalytics(client, NameLists(), frozenset(CATALOGUE), clock, people=True)
        app = app_over(PolledFeeds(account, clock, lambda: 0.5, INTERVAL), clock, SHOWN)
        async with app.run_test(size=(160, 30)):
            board = Fast(app, clock)
            await board.live()
            for of in BOTH:
                simulator.faults.add(f"{of.endpoint}:drip:delay=0.1")
            for of in BOTH:
                await pressed(app, of.key)
                await board.until(
                    lambda what=of.what: any(  # type: ignore[misc]
                        one.trouble and "No complete answer" in one.trouble.words
                        for feed, one in app.state.feeds.items()
                        if feed.kind.value == what
                    ),
                    f"a deadline of {of.what}",
                )
            asked = simulator.request_count("realtime")
            await board.until(
                lambda: simulator.request_count("realtime") > asked + 5, "live goes on"
            )
            await board.live()
            app.workers.cancel_all()


# Nothing personal where it may not be.


def personal(run: Rig) -> set[str]:
    """The names and numbers of everybody whom the board has heard of."""
    readings = [feed.reading for feed in run.app.state.feeds.values()]
    agents = [one for one in readings if isinstance(one, AgentsReading)]
    found = {seat.name for one in agents for seat in one.seats}
    calls = [call for one in readings if isinstance(one, CallsReading) for call in one.calls]
    found |= {text for call in calls for text in (call.caller, call.address, call.agent)}
    words = {word for text in found for word in (text, *text.split())}
    return {one for one in words if len(one) > 3}


def none_of(names: set[str], text: str, where: str) -> None:
    found = [one for one in names if one in text]
    assert not found, f"{len(found)} names or numbers in {where}"


@contextmanager
def logging_to(folder: Path) -> Iterator[Path]:
    log = start_logging(folder, "debug", ())
    assert log.path is not None
    try:
        yield log.path
    finally:
        stop_logging()


async def test_nobody_is_named_in_the_log_whatever_happens(tmp_path: Path) -> None:
    skipped = {"huge", "bomb", "hang", "drip", "slow", "wrong-key", "401", "403", "429"}
    with logging_to(tmp_path) as path:
        async with people() as run:
            await opened(run, AGENTS)
            await opened(run, CALLS)
            await run.go(INTERVAL)
            names = personal(run)
            assert {"Lovelace", "Turing"} < names
            assert len(names) > 8
            for of in BOTH:
                for what, (places, _) in WHAT.items():
                    if of.endpoint not in places or what in skipped:
                        continue
                    run.simulator.faults.clear()
                    run.simulator.faults.add(f"{of.endpoint}:{what}")
                    run.app.action_poll()
                    await run.go(1)
            assert run.state is Freshness.LIVE
        logging.getLogger("wallboard").debug("the end")
        text = path.read_text()
    assert "no answer" in text
    assert "the end" in text
    none_of(names, text, "the log")


async def test_a_picture_a_file_and_the_clipboard_name_nobody(tmp_path: Path) -> None:
    files: dict[str, str] = {}

    def put(name: str, text: str) -> Path:
        files[name] = text
        return tmp_path / name

    async with people(put=put) as run:
        names = set[str]()
        for keys in (("A",), ("C",), ("escape", "escape"), ("end", "enter")):
            await pressed(run.app, *keys)
            await drawn(run)
            names |= personal(run)
            await pressed(run.app, "P")
            await run.go(1)
        assert "Ada L." in run.page, "a queue's page shows its agents again"
        await pressed(run.app, "escape", "w", "y")
        assert "Lovelace" in names
        assert {name.rpartition(".")[2] for name in files} == {"svg", "csv", "json"}
        for name, text in files.items():
            none_of(names, text.replace("&#160;", " "), name)
        none_of(names, run.app.clipboard, "the clipboard")


@pytest.mark.parametrize("page", [AgentsScreen, CallsScreen])
async def test_a_crash_on_a_page_of_people_names_nobody(
    page: type[AgentsScreen] | type[CallsScreen],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    names: set[str] = set()

    def broken(self: object, *heard: object) -> object:
        raise ZeroDivisionError(*names, heard)

    async def crash() -> None:
        async with people() as run:
            await opened(run, AGENTS)
            await opened(run, CALLS)
            names.update(personal(run))
            monkeypatch.setattr(page, "blocks", broken)
            await pressed(run.app, AGENTS.key if page is AgentsScreen else CALLS.key)
            await run.go(1)

    with logging_to(tmp_path) as path:
        # Whether a poll or a new size has it drawn first is the screen's own affair.
        with pytest.raises((WorkerFailed, ZeroDivisionError)) as crashed:
            await crash()
        text = path.read_text() if path.exists() else ""
    said = "".join(capsys.readouterr())
    assert f"a fault in the program itself ({crashed.type.__name__})" in said
    assert "Lovelace" in names
    none_of(names, said, "the output")
    none_of(names, text, "the log")
