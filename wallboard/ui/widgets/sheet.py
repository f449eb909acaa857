"""Lines of text that scroll: the body of the help, a queue's page and the alerts."""

from collections.abc import Sequence
from typing import ClassVar

from wallboard.model.board import Tone
from wallboard.ui.widgets.painted import Painted, Pieces

_BARS = "▁▂▃▄▅▆▇█"


class Sheet(Painted):
    """As high as its lines; put it into a scroll."""

    PREFIX = "sheet"
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "sheet--heading",
        "sheet--label",
        "sheet--key",
        "sheet--title",
        "sheet--trend",
        *(f"sheet--{tone}" for tone in Tone),
    }

    def show(self, lines: Sequence[Pieces]) -> None:
        """Draw the lines and take their height."""
        if self.styles.height is None or self.styles.height.value != len(lines):
            self.styles.height = max(1, len(lines))
        self.paint(lines)


def sparkline(values: Sequence[float], width: int) -> str:
    """Return the newest ``width`` values as bars from the smallest to the largest of them."""
    shown = values[-width:] if width > 0 else []
    if not shown:
        return ""
    low, high = min(min(shown), 0), max(shown)
    span = (high - low) or 1
    return "".join(
        _BARS[min(len(_BARS) - 1, int((one - low) / span * len(_BARS)))] for one in shown
    )
