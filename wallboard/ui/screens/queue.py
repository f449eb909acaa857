"""A queue's page: why it is in trouble, the last hour, every metric, its times in trouble."""

import math
from collections.abc import Callable, Sequence
from typing import ClassVar

from rich.cells import cell_len
from textual.containers import VerticalScroll
from textual.widget import Widget

from wallboard.model.data.metric import Group, Kind
from wallboard.model.data.reading import QueueKey
from wallboard.model.judge.rules import Level
from wallboard.model.view.calls.queue_calls import QueueCalls
from wallboard.model.view.day import QueueDay
from wallboard.model.view.format import plural
from wallboard.model.view.queue_page import (
    MetricRow,
    QueueAgents,
    QueueView,
    neighbour,
    next_in_trouble,
)
from wallboard.model.view.row import TONES
from wallboard.ui.keys import bindings
from wallboard.ui.screens.calls import queue_calls
from wallboard.ui.screens.page import Around, Page
from wallboard.ui.widgets.agent_tiles import GAP, counts, row_lines, seat_grid
from wallboard.ui.widgets.block_panel import AgentPanel
from wallboard.ui.widgets.columns import fit
from wallboard.ui.widgets.text.day_chart import day_lines
from wallboard.ui.widgets.text.flow_layout import (
    BETWEEN,
    Stack,
    join_blocks,
    join_stacks,
    stack_blocks,
)
from wallboard.ui.widgets.text.last_hour import hour_lines, label_width, slot_count
from wallboard.ui.widgets.text.line_widget import Pieces, spread, width_of
from wallboard.ui.widgets.text.text_panel import wrap

_VALUE = 10
"""Columns of a value: a mark, a duration, the ``~`` of an estimate; or "not polled"."""

_INDENT = 2
_MOST_STACKS = 3
_READ = 100
"""Columns beyond which a sentence is hard to read."""

_MOST_PAST = 50

_MOST_SEATS = 20

Project = Callable[[QueueKey, int], QueueView | None]
"""Gives the page of a queue, its hour in so many parts; ``None`` once it is gone."""

Agents = Callable[[QueueKey], QueueAgents | None]
"""Gives the agents of a queue; ``None`` where they are not polled."""

Calls = Callable[[QueueKey], QueueCalls | None]
"""Gives the calls of a queue; ``None`` where there is no list of them."""

_Groups = Sequence[tuple[Group, tuple[MetricRow, ...]]]

Day = Callable[[QueueKey], QueueDay | None]
"""Gives the day of a queue over what is usual; ``None`` where nothing of it is known."""


class QueueScreen(Page):
    """The page of one queue, and of the others in the board's order from there."""

    BINDINGS = bindings(
        "previous", "next", "next_trouble", "previous_trouble", "pin", "acknowledge", "silence",
        "copy", "agents", "calls", "bounds",
    )  # fmt: skip
    FOOTER: ClassVar[tuple[str, ...]] = (
        "back", "previous", "next", "acknowledge", "silence", "bounds", "copy", "palette", "help",
    )  # fmt: skip
    NAME = "a queue"
    ABOUT = (
        "One queue: why it is in trouble, its last hour, its agents and calls, every number, and "
        "its times in trouble so far. The arrows go to the queues beside it."
    )
    KINDS = frozenset((Kind.AGENTS, Kind.CALLS))

    def __init__(
        self,
        around: Around,
        key: QueueKey,
        project: Project,
        agents: Agents = lambda _: None,
        calls: Calls = lambda _: None,
        day: Day = lambda _: None,
    ) -> None:
        super().__init__(around)
        self.key = key
        self._project = project
        self._agents = agents
        self._calls = calls
        self._day = day

    @property
    def current(self) -> QueueKey:
        """The queue whose page this is."""
        return self.key

    def body(self) -> Sequence[Widget]:
        """Return what scrolls under the head."""
        return (VerticalScroll(AgentPanel(id="body"), can_focus=False),)

    def action_previous(self) -> None:
        """Go to the queue before this one on the board."""
        self._walk(-1)

    def action_next(self) -> None:
        """Go to the queue after this one on the board."""
        self._walk(1)

    def _walk(self, step: int) -> None:
        view = self._around.behind().view
        self._go(neighbour(view, self.key, step) if view else None)

    def action_next_trouble(self) -> None:
        """Go to the next queue in trouble."""
        self._to_trouble(1)

    def action_previous_trouble(self) -> None:
        """Go to the queue in trouble before."""
        self._to_trouble(-1)

    def _to_trouble(self, step: int) -> None:
        view = self._around.behind().view
        key = next_in_trouble(view, self.key, step) if view else None
        self._go(key)
        if key is None:
            self.notify("No other queue is in trouble among those shown", markup=False)

    def _go(self, key: QueueKey | None) -> None:
        if key is not None:
            self.key = key
            self.refresh_page()
            self.action_top()

    def head(self) -> Sequence[Pieces]:
        """Return name, level and place; on the right where it stands on the board."""
        view = self._project(self.key, 1)
        board = self._around.behind().view
        keys = board.in_order if board else ()
        at = f"{keys.index(self.key) + 1} of {len(keys)}" if self.key in keys else ""
        right = ((at, "label"),)
        if view is None:
            return [spread((("Queue", "title"),), right, self.room)]
        return [spread(title_pieces(view), right, self.room), ((view.place, "label"),)]

    def lines(self) -> Sequence[Pieces]:
        """Return the page."""
        view = self._project(self.key, 1)
        count = slot_count(self.room, view) if view else 0
        view = self._project(self.key, count)
        if view is None:
            return [(), (("This queue is no longer in the API's answers.", "normal"),)]
        blocks = [reason_lines(view, self.room), hour_lines(view)]
        now = self._around.behind().now
        if (found := self._agents(self.key)) is not None:
            blocks.append(seat_lines(found, self.room, now))
        if (calls := self._calls(self.key)) is not None:
            blocks.append(queue_calls(calls, self.room, now))
        if (day := self._day(self.key)) is not None:
            blocks.append(day_lines(day, label_width(view.trends), self.room))
        metrics, before = metric_lines(view, self.room), past_lines(view)
        taken = max(map(width_of, metrics))
        if taken + BETWEEN + max(map(width_of, before)) <= self.room:
            blocks.append(join_stacks([Stack(metrics, taken), Stack(before[: len(metrics)], 0)]))
        else:
            blocks += [metrics, before]
        return [(), *join_blocks(blocks)]


def title_pieces(view: QueueView) -> Pieces:
    """Return the queue's name and level, and who has seen it."""
    pieces: list[tuple[str, str]] = [(view.title, "title")]
    if view.level >= Level.WARNING:
        pieces += [("   ", ""), (f" {view.level.mark} {view.level.word} ", TONES[view.level])]
    if view.seen:
        pieces.append((f"   {view.seen}", "label"))
    return tuple(pieces)


def reason_lines(view: QueueView, room: int, most: int = _READ) -> list[Pieces]:
    """Return why the queue is in trouble, in lines that are read easily, of ``most`` columns."""
    if not view.why:
        return [((view.calm, "label"),)]
    return [
        ((text, "normal" if number == 0 else "label"),)
        for number, sentence in enumerate(view.why)
        for text in wrap(sentence, min(room, most))
    ]


# Agents.


def seat_lines(found: QueueAgents, room: int, now: float) -> list[Pieces]:
    """Return the seats, as many side by side as there is room for, after what is wrong."""
    seats = found.seats
    old = all(tile.old for tile in seats.tiles)
    number = f"   {plural(len(seats.tiles), 'seat')}   " if seats.tiles else ""
    head = (("Agents", "heading"), (number, "label"))
    lines: list[Pieces] = [(*head, *counts(seats.counts, room - width_of(head), old=old))]
    lines += [
        ((f"  {text}", "label"),) for word in found.words for text in wrap(word, room - _INDENT)
    ]
    if not seats.tiles:
        return lines if found.words else [*lines, (("  No agent sits in this queue.", "label"),)]
    made = seat_grid(room - _INDENT - 1)
    shown = seats.tiles[:_MOST_SEATS]
    for at in range(0, len(shown), made.across):
        (row,) = row_lines(shown[at : at + made.across], made, now)
        lines.append(((" " * (_INDENT - GAP), ""), *row))
    if more := len(seats.tiles) - len(shown):
        lines.append(((f"  and {more} more", "label"),))
    return lines


# Values.


def metric_lines(view: QueueView, room: int, most: float = math.inf) -> list[Pieces]:
    """Return the groups, as many side by side as there is room for, columns aligned.

    Nothing where they would take more lines than ``most``.
    """
    heights = [1 + len(rows) for _, rows in view.groups]
    lines: list[Pieces] = []
    for count in range(_MOST_STACKS, 0, -1):
        places = stack_blocks(heights, count)
        if max(sum(heights[index] for index in group) + len(group) - 1 for group in places) > most:
            return []
        stacks = [[view.groups[index] for index in group] for group in places]
        if count > 1 and sum(_width(stack) + BETWEEN for stack in stacks) - BETWEEN > room:
            continue  # the line of the first metric of each is as wide as that
        lines = join_stacks([_stack(stack) for stack in stacks])
        if count == 1 or max(map(width_of, lines)) <= room:
            break
    return lines


def _width(groups: _Groups) -> int:
    labels = (cell_len(row.label) for _, rows in groups for row in rows)
    return _INDENT + max(labels) + _INDENT + _VALUE


def _stack(groups: _Groups) -> Stack:
    width = _width(groups)
    label = width - _INDENT - _VALUE
    blocks = [
        [((group, "heading"),), *(_row(row, label) for row in rows)] for group, rows in groups
    ]
    return Stack(join_blocks(blocks), width)


def _row(row: MetricRow, label: int) -> Pieces:
    name = (fit(f"  {row.label}", label), "label")
    if row.note:
        return (name, (" " * (_INDENT + _VALUE - len(row.note)), ""), (row.note, "label"))
    cell = row.cell
    text = f"{cell.mark}{cell.text}{'~' if cell.estimated else ''}"
    after = "" if cell.estimated else " "
    blank = " " * max(0, _INDENT + _VALUE - len(text) - len(after))
    return (name, (blank, ""), (text, cell.tone), (after, ""))


def past_lines(view: QueueView) -> list[Pieces]:
    """Return the queue's times in trouble, newest first."""
    if not view.past:
        return [(("Not in trouble so far", "label"),)]
    return [
        (("In trouble so far", "heading"),),
        *(((f"  {item}", "normal"),) for item in view.past[:_MOST_PAST]),
    ]
