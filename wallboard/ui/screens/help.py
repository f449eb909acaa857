"""The help: every key and what it does, made from the table of actions; marks; files."""

from collections.abc import Sequence

from wallboard.ui.keys import Keys, help_groups
from wallboard.ui.screens.page import Page
from wallboard.ui.widgets.columns import fit
from wallboard.ui.widgets.painted import Pieces

_MARKS: tuple[tuple[str, str], ...] = (
    ("!", "warning: a bound of the configuration is reached"),
    ("!!", "critical"),
    ("?", "a value that cannot be true: shown as it came, never judged"),
    ("–", "no value: it was not sent, or there is nothing to divide by"),
    ("~", "estimated: counted on since the last poll"),
    ("partial", "some queues have no value, so the total is too small"),
    ("LIVE", "the data is fresh"),
    ("LATE", "older than two polls"),
    ("STALE", "older still: dimmed, and without level colours"),
    ("NO DATA", "too old to be shown"),
)


class HelpScreen(Page):
    """Keys by group, then the marks, then ``files``: what they are and where they are."""

    def __init__(self, keys: Keys, files: tuple[tuple[str, str], ...] = ()) -> None:
        super().__init__()
        self._keys = keys
        self._files = files

    def lines(self) -> Sequence[Pieces]:
        """Return keys and marks, one a line."""
        lines: list[Pieces] = []
        for group, actions in help_groups(self._keys):
            lines.append(((group, "heading"),))
            lines += [
                ((fit(f"  {keys}", 14), "key"), (action.help, "normal")) for keys, action in actions
            ]
            lines.append(())
        lines.append((("Marks", "heading"),))
        lines += [((fit(f"  {mark}", 14), "key"), (words, "normal")) for mark, words in _MARKS]
        if self._files:
            lines += [(), (("Files", "heading"),)]
            lines += [
                ((fit(f"  {what}", 18), "key"), (where, "normal")) for what, where in self._files
            ]
        return lines
