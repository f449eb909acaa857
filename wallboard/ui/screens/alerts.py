"""The alerts: which queue was in trouble when, for how long and by what."""

from collections.abc import Callable, Sequence

from wallboard.model.board import Tone
from wallboard.model.queue_page import episode_words
from wallboard.model.state import State
from wallboard.model.thresholds import Level
from wallboard.ui.screens.page import Page
from wallboard.ui.widgets.columns import fit
from wallboard.ui.widgets.painted import Pieces


class AlertsScreen(Page):
    """Changes of level since the start, newest first; ``state`` gives the board's knowledge."""

    def __init__(self, state: Callable[[], State]) -> None:
        super().__init__()
        self._state = state

    def lines(self) -> Sequence[Pieces]:
        """Return one line an episode."""
        state = self._state()
        lines: list[Pieces] = [(("Levels since the start, newest first", "heading"),), ()]
        for episode in reversed(state.episodes):
            tone = Tone.CRITICAL if episode.level is Level.CRITICAL else Tone.WARNING
            style = tone if episode.until is None else Tone.NORMAL
            lines.append(
                (
                    (fit(episode.name, 28), style),
                    (fit(f"  {episode.site}", 20), "label"),
                    (f"  {episode_words(episode, state)}", "normal"),
                )
            )
        if not state.episodes:
            lines.append((("No queue has been in trouble so far.", "label"),))
        return lines
