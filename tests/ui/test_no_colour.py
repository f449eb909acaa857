"""No state is told by colour alone: what stands on the screen differs as text, too."""

import pytest

from tests.ui.boards import DEMO, FEED, fresh, moment, queue, reading
from tests.ui.pilot import Running, running, screen_text, settled
from wallboard.model.events import Fresh

SITES = {named.name: named.site for named, _ in DEMO}
WAITING = queue("Accueil", "2002", "Paris", waitingCalls=9, longestWaitingTime=300_000)


def row_of(run: Running, queue: str) -> str:
    """What stands in the table's row of a queue, on the screen."""
    return next(
        line for line in screen_text(run.app).split("\n") if queue in line and SITES[queue] in line
    )


# What is pressed first, then the one key that changes nothing but a state of the screen.
CHANGES = {
    "the board's cursor comes": ("", "down"),
    "the board's cursor goes on": ("down", "down"),
    "a group's heading has the cursor": ("z,down,home", "down"),
    "a group is folded": ("z,down,home", "space"),
    "the order": ("", "o,down,enter"),
    "only trouble": ("", "b"),
    "paused": ("", "p"),
    "the alerts' cursor": ("a", "down"),
    "an alert was seen": ("a", "x,A,B,enter"),
    "a queue is silenced": ("down", "m,enter,enter"),
    "a group is silenced": ("z,down,home", "m,enter,enter"),
    "sites, the bar": ("s", "down"),
    "sites, marked": ("s", "space"),
    "queues, the bar": ("c", "down"),
    "queues, marked": ("c", "space"),
    "the order picker's bar": ("o", "down"),
    "the theme picker's bar": ("t", "down"),
    "the palette's bar": (":", "down"),
    "the columns' bar": ("v", "down"),
    "the columns, shown": ("v", "space"),
}  # fmt: skip


def keys(listed: str) -> tuple[str, ...]:
    return tuple(key for key in listed.split(",") if key)


@pytest.mark.parametrize("size", [(80, 24), (140, 40)])
async def test_a_state_changes_letters_and_not_colours_alone(size: tuple[int, int]) -> None:
    async with running(size) as run:
        for name, (before, change) in CHANGES.items():
            await run.start_over()
            await run.press(*keys(before))
            calm = screen_text(run.app)
            await run.press(*keys(change))
            assert screen_text(run.app) != calm, name


@pytest.mark.parametrize("size", [(80, 24), (140, 40)])
async def test_rows_that_are_not_of_now_have_a_mark_or_a_word(size: tuple[int, int]) -> None:
    async with running(size) as run:
        row = row_of(run, "Support")
        assert "!!" in row
        await run.wait(90)
        row = row_of(run, "Support")
        assert "stale" in row or "--" in row
        run.feeds.say(fresh(run.clock))
        await settled(run.app)
        await run.press("p")
        await run.wait(70)
        row = row_of(run, "Support")
        assert "paused" in row or "||" in row


async def test_a_level_has_a_mark_wherever_it_has_a_colour() -> None:
    async with running((80, 24)) as run:
        run.feeds.say(Fresh(FEED, reading(run.clock, [WAITING, *DEMO[:3]]), moment(run.clock, 10)))
        await settled(run.app)
        row = row_of(run, "Accueil")
        assert row.count("!!") >= 2  # the row's own, and the number's
