"""The status line: the feed's state, the data's age, why, and what the reader has chosen."""

import sys
import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import replace

from rich.cells import cell_len
from textual.reactive import var

from wallboard.model.feeds.freshness import Freshness
from wallboard.model.judge.rules import Level
from wallboard.model.select.hidden import OutOfView
from wallboard.model.view.board import BoardView
from wallboard.model.view.format import age, duration, plural
from wallboard.model.view.row import STANDS
from wallboard.model.view.status_line import StatusLine
from wallboard.ui.widgets.text.line_widget import LineWidget, Pieces, fit_pieces, width_of

_STATE_STYLES = {
    Freshness.LIVE: "live",
    Freshness.LATE: "late",
    Freshness.STALE: "stale",
    Freshness.NO_DATA: "no-data",
}


_MOST_REMEDY = 4
"""Lines of a remedy: as many as its longest needs on the narrowest terminal."""

_LONGEST_NEXT = len("next poll in 299s")


class StatusBar(LineWidget):
    """One line, and under it the remedy while there is trouble."""

    PREFIX = "health-bar"

    view: var[BoardView | None] = var(None, init=False)

    out_of_view: var[OutOfView] = var(OutOfView(), init=False)
    """What the height of the table leaves out."""

    carded: var[bool] = var(False, init=False)
    """Whether a card over it tells what to do."""

    _high = 1
    _now = 0.0

    def __init__(self, *, ordered: bool = True) -> None:
        """``ordered``: whether what is above it is in the board's order."""
        super().__init__()
        self._ordered = ordered

    def watch_view(self) -> None:
        """Draw the new state."""
        if self.view is not None:
            self.tick(self.view.now)

    def tick(self, now: float) -> None:
        """Draw the ages as of ``now``, elapsed seconds."""
        if self.view is None:
            return
        self._now = now
        health = self.view.health
        health = replace(health, hidden=health.hidden.with_more(self.out_of_view.hidden))
        order = self.view.order if self._ordered else ""
        more = self.out_of_view.words
        if order and self.view.sort.by != "worst":
            # Its column may be none of those that have room: it is told, whatever is cut off.
            more, order = " · ".join(filter(None, (f"order: {order}", more))), ""
        lines: list[Pieces] = [status_line(health, now, order, more, self.size.width)]
        seen = "".join(text for text, _ in fit_pieces(lines[0], self.size.width))
        # What to do about it says little where the reason itself has had no room.
        cut = (health.trouble,) if health.trouble not in seen else ()
        remedy = "" if self.carded else ". ".join(filter(None, (*cut, health.remedy)))
        told = textwrap.wrap(remedy, max(20, self.size.width - 2))
        lines += [((f" {line}", "words"),) for line in told[:_MOST_REMEDY]]
        if len(lines) != self._high:
            self._high = len(lines)
            self.styles.height = self._high
            if self.is_attached:  # While the board ends it is in no screen any more.
                # What is told in passing stands above it.
                highs = range(2, 2 + _MOST_REMEDY)
                self.screen.update_classes({f"-status-{it}": it == self._high for it in highs})
        self.paint(lines)

    def watch_out_of_view(self) -> None:
        """Draw the new count; what has grown old since the view stays as old."""
        if self.view is not None:
            self.tick(max(self.view.now, self._now))

    # With the remedy or without it, and its lines as the width breaks them.
    watch_carded = on_resize = watch_out_of_view


def status_line(
    health: StatusLine, now: float, order: str, more: str = "", width: int = sys.maxsize
) -> Pieces:
    """Return the status line as of ``now``; what matters most comes first, cut from the end.

    ``more``: what else is to be known of the table, in words. ``order`` is told in ``width``
    columns whole or not at all: the headings show it too.
    """
    parts = _first_parts(health, now)
    if (old := health.age(now)) and not (health.replay and health.state is Freshness.LIVE):
        parts.append((f"data {old} old", "words"))
    parts.extend(_not_calm(health))
    if health.hidden.words:
        parts.append((health.hidden.words, _hidden_style(health.hidden.critical > 0)))
    if health.groups:
        parts.append((health.groups, _hidden_style(health.groups_level is Level.CRITICAL)))
    parts.extend(_reason(health, now))
    told = filter(None, (health.mistake, health.today, health.services))
    parts.extend((words, "words") for words in told)
    if health.not_polled:
        parts.append((f"not polled: {', '.join(health.not_polled)}", "words"))
    if health.selection:
        parts.append((f"filter: {health.selection}", "words"))
        parts.append((f"{health.shown} of {plural(health.queues, 'queue')}", "quiet"))
    if more:
        parts.append((more, "quiet"))
    if health.unsure:
        parts.append(("? unit not confirmed", "words"))
    if not health.trouble and health.next_poll is not None and not health.replay:
        words = _next_words(health.next_poll - now)
        parts.append((words, "quiet"))
        # It is there or not whatever the next poll is doing.
        width += min(0, cell_len(words) - _LONGEST_NEXT)
    joined = _join(parts)
    whole = _join([*parts, (f"order: {order}", "quiet")]) if order else joined
    return whole if width_of(whole) <= width else joined


def _join(parts: Iterable[tuple[str, str]]) -> Pieces:
    joined: list[tuple[str, str]] = []
    for part in parts:
        joined += [(" · ", "quiet") if joined else (" ", ""), part]
    return tuple(joined)


def _first_parts(health: StatusLine, now: float) -> list[tuple[str, str]]:
    """Return what is shown: now and how its feed is, or as it was at another moment."""
    name = _STATE_STYLES[health.state]
    if health.replay:
        then = [] if health.state is Freshness.LIVE else [(f"then {health.state}", name)]
        return [(health.replay, "replay"), *then]
    if health.paused_at is None:
        return [_state_part(health)]
    parts = [
        (f"PAUSED {duration((now - health.paused_at) * 1000)}", "paused"),
        (f"feed {health.state}", name),
    ]
    if health.newly_critical:
        parts.append((f"{health.newly_critical} newly critical", "hidden"))
    return parts


def _state_part(health: StatusLine) -> tuple[str, str]:
    """Return the state; nothing is LIVE that does not move."""
    if health.not_calm.standing and health.state is Freshness.LIVE:
        return f"{STANDS} {health.not_calm.standing}", _STATE_STYLES[Freshness.LATE]
    return _state_words(health), state_style(health)


def state_style(health: StatusLine) -> str:
    """Return the style of the state; green is for what was measured and is all there."""
    nothing = health.not_calm.headline or (not health.queues and not health.waiting)
    kept = health.state is not Freshness.LIVE or not nothing
    return _STATE_STYLES[health.state if kept else Freshness.LATE]


def _hidden_style(critical: bool) -> str:
    return "hidden" if critical else "hidden-warning"


def _not_calm(health: StatusLine) -> Iterator[tuple[str, str]]:
    """Give what is not calm; what stands in place of the state is not said twice."""
    untold = health.not_calm
    if untold.gone:
        yield untold.gone, _hidden_style(untold.level is not Level.WARNING)
    if untold.standing and (health.paused_at is not None or health.state is not Freshness.LIVE):
        yield untold.standing, "hidden"
    if untold.absent:
        yield untold.absent, "hidden" if untold.most else "words"


def _state_words(health: StatusLine) -> str:
    words = str(health.state)
    return f"{words} ({health.where})" if health.where and health.state else words


def _reason(health: StatusLine, now: float) -> list[tuple[str, str]]:
    if health.trouble:
        # Where the state has no name beside it, what is wrong has.
        named = health.where and (health.state is Freshness.LIVE or health.paused_at is not None)
        parts = [(f"{health.where}: {health.trouble}" if named else health.trouble, "words")]
        late = 0.0 if health.next_poll is None else now - health.next_poll
        if health.retry:
            # A try whose time has come is under way: one that hangs is no next one.
            tries = f"trying… {age(late)}" if late > 0 else f"next try {health.retry}"
            parts.append((tries, "words"))
        return parts
    return [("signing in", "words")] if health.waiting else []


def _next_words(seconds: float) -> str:
    if seconds >= 1:
        return f"next poll in {int(seconds)}s"
    return f"polling… {age(-seconds)}" if seconds <= -1 else "polling"
