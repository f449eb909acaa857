"""What a supervisor has to do is done with the keys that ``docs/tasks.md`` tells."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.ui.people import agents, calls, known
from tests.ui.pilot import Running, running
from wallboard.model.data.day import Day
from wallboard.model.data.name_pattern import QueueGroup
from wallboard.model.data.options import AlertOptions
from wallboard.model.data.reading import Moment
from wallboard.model.judge.rules import Rules
from wallboard.model.replay import Replayed, Seek, TroubleLine
from wallboard.model.select.rule_place import RulePlace
from wallboard.model.state import State
from wallboard.ui.screens.agents import AgentsScreen
from wallboard.ui.screens.alerts import AlertsScreen
from wallboard.ui.screens.calls import CallsScreen
from wallboard.ui.screens.hours import HoursScreen
from wallboard.ui.screens.queue import QueueScreen
from wallboard.ui.widgets.status_bar import StatusBar
from wallboard.ui.widgets.title_bar import TitleBar

PAGE = (Path(__file__).parents[2] / "docs/tasks.md").read_text(encoding="utf-8")
TOLD = re.findall(r"^\| ([A-Z].+?) \| `?(.+?)`? \|$", PAGE, re.MULTILINE)
NAMED = {"?": "question_mark"}

ALL = ["Support", "Facturation", "Sales UK", "Accueil", "Night desk"]
TROUBLE = ["Support", "Facturation"]


def kept_bounds(run: Running) -> list[tuple[str, str]]:
    """The metrics whose bounds were changed, and what is a warning now."""
    door = run.app._services.thresholds
    assert isinstance(door, Door)
    return [(place.metric, texts["warning"]) for place, texts in door.kept]


def names(*wanted: str) -> Callable[[Running], bool]:
    return lambda run: run.names == list(wanted)


def page(kind: type, *words: str) -> Callable[[Running], bool]:
    return lambda run: isinstance(run.app.screen, kind) and all(word in run.page for word in words)


DONE: dict[str, Callable[[Running], bool]] = {
    "See whether anything is wrong": lambda run: "!! 1" in run.text(TitleBar),
    "Go to the queue that a tile is about (or click it)": lambda run: (
        run.table.show_cursor
        and run.table.current is not None
        and run.table.current.queue.name == "Support"
    ),
    "Read all of the queue beside the table": lambda run: run.app.board.in_pane,
    "Show only what is in trouble": names(*TROUBLE),
    "Go to the worst queue and see why": page(QueueScreen, "Support", "longest wait 02:31 > 02:00"),
    "Go to the next queue in trouble, from its page": page(QueueScreen, "Facturation"),
    "Find a queue by a part of its name": names("Facturation"),
    "Show one site": names("Night desk"),
    "Show two sites": names("Support", "Facturation", "Sales UK", "Accueil"),
    "Leave a queue out": names(*ALL[1:]),
    "Queues where more than two wait": names(*TROUBLE),
    "Order by the next column": lambda run: run.app.selection.order.by not in ("worst", "name"),
    "The calm ones first": lambda run: run.names[-1] == "Support",
    "Order by name": names(*sorted(ALL)),
    "Keep a queue at the top": lambda run: run.names[0] == "Night desk",
    "Show one more column": lambda run: "talkingCalls" in run.app.state.options.columns,
    "See totals of each site": lambda run: "London" in run.row(0) and "Support" not in run.row(0),
    "See totals of my groups of queues": lambda run: (
        "Sales (2)" in run.row(4) and run.app.selection.by == "group"
    ),
    "Show one group of queues": names("Facturation", "Sales UK"),
    "Fold a site away": lambda run: run.app.selection.folded == {"London"},
    "Back to what is configured": names(*ALL),
    "Keep a filter under a number": lambda run: run.app.selection.text == "level:warning,critical",
    "Who is doing what": page(AgentsScreen),
    "Who is on pause": lambda run: (
        isinstance(run.app.screen, AgentsScreen) and run.app.screen._choice.text == "pause"
    ),
    "Which calls wait": page(CallsScreen, "5 calls, 2 waiting"),
    "Who of the busiest queues is on a call for long": page(
        AgentsScreen, "of 60 people", "filter: waiting>2 time>0:30"
    ),
    "Go from a person to their queue": page(QueueScreen, "ext "),
    "Calls that waited more than a minute": page(CallsScreen, "2 of 5 calls", "filter: waited"),
    "Go from a call to its queue": page(QueueScreen, "Support", "ext 1002"),
    "Who waits in the worst queue": page(QueueScreen, "Support", "2 calls, 1 waiting"),
    "The longest calls first": page(CallsScreen, "Total▼"),
    "How the day goes beside last week's": page(HoursScreen, "beside Mon 23 Feb"),
    "What happened while I was away": page(AlertsScreen, "Support", "Facturation"),
    "Say that I have seen it": lambda run: run.told == ["Support: seen by AB"],
    "Keep a queue quiet for an hour": lambda run: (
        run.row(0).startswith("z!!") and "silenced by AB until" in run.told[-1]
    ),
    "Keep a site quiet until tomorrow, and say why": lambda run: (
        run.row(0).startswith("z!!")
        and run.told[-1] == "2 queues: silenced by AB until Tue 00:00: drill"
    ),
    "See the board as it was at the last poll": lambda run: "10 s ago" in run.text(StatusBar),
    "See it five minutes ago": lambda run: "5 min ago" in run.text(StatusBar),
    "Go back to what is now": lambda run: " LIVE" in run.text(StatusBar),
    "Hand on what happened, as a folder": lambda run: run.told[-1:] == ["Written: Support"],
    "Be warned of fewer waiting calls from now on": lambda run: (
        kept_bounds(run) == [("waitingCalls", "1")]
    ),
    "Copy a queue's line for a chat": lambda run: run.app.clipboard.startswith("Support (London"),
    "Copy the table for a message": lambda run: "| Support |" in run.app.clipboard,
    "Write the numbers for a spreadsheet": lambda run: any("csv" in one for one in run.told),
    "Stop the rows to read them": lambda run: run.app.state.paused is not None,
    "What can I do on this page": lambda run: "Help · the agents" in run.page,
}


class Door:
    """Takes all bounds that are typed."""

    def __init__(self) -> None:
        self.kept: list[tuple[RulePlace, Mapping[str, str]]] = []

    def rules_with(self, _place: RulePlace, _texts: Mapping[str, str]) -> Rules:
        return SALES

    def keep(self, place: RulePlace, texts: Mapping[str, str], _at: datetime) -> str:
        self.kept.append((place, texts))
        return ""


SALES = Rules(groups=(QueueGroup("Sales", ("sales*", "fact*")),))
AT_THE_START = (
    "See whether anything is wrong", "Back to what is configured", "Go back to what is now",
)  # fmt: skip

STAY = (
    "Show one more column", "Keep a filter under a number", "Say that I have seen it",
    "Keep a queue quiet for an hour", "Keep a site quiet until tomorrow, and say why",
    "See the board as it was at the last poll", "See it five minutes ago",
)  # fmt: skip
"""What is not taken back by the keys that close and put back."""

TAKEN_BACK = [task for task in DONE if task not in STAY]


class Past:
    """What was, without a file: as it is now, ten seconds before what is asked about."""

    async def at(self, base: State, wanted: datetime, to: Seek) -> Replayed:
        assert to in Seek
        before = wanted - timedelta(seconds=10 if to is Seek.BEFORE else 0)
        newest = next(iter(base.snapshot.readings.values())).measured
        gone = (newest.wall - before).total_seconds()
        return Replayed(state=base, at=Moment(before, newest.elapsed - gone))

    async def day(self, day: Day) -> TroubleLine:
        return TroubleLine(begin=day.start, minutes=[0] * 1440)

    def close(self) -> None:
        """Nothing was opened."""


async def incident(at: datetime, name: str, is_group: bool) -> tuple[str, bool]:
    assert at.tzinfo is not None
    assert not is_group
    return f"Written: {name}", True


def test_every_task_that_is_told_is_tried_and_there_are_no_others() -> None:
    assert [task for task, _ in TOLD] == list(DONE)
    assert len(DONE) >= 25


@pytest.mark.parametrize("tasks", [TAKEN_BACK, *([one] for one in STAY)], ids=lambda one: one[0])
async def test_a_task_is_done_by_its_keys(tasks: Sequence[str]) -> None:
    alerts, told = AlertOptions(initials="AB"), dict(TOLD)
    put = lambda name, _text: Path(name)  # noqa: E731 - it stands in for a function
    services = {"put": put, "past": Past(), "incident": incident, "thresholds": Door()}
    async with running((160, 45), alerts=alerts, rules=SALES, **services) as run:
        run.feeds.say(known(), agents(run.clock), calls(run.clock))
        await run.wait(1)
        for task in tasks:
            await run.start_over()
            assert DONE[task](run) is (task in AT_THE_START), task
            if not told[task].startswith("no key"):
                await run.press(*(NAMED.get(key, key) for key in told[task].split()))
            assert DONE[task](run), task
