"""Every message of the board, in one place. Workers post, handlers write."""

from textual.message import Message

from wallboard.feed.background import ConfigurationNews
from wallboard.model.events import FeedEvent
from wallboard.model.select.selection import Selection
from wallboard.ui.setup import BoardSetup


class FeedNews(Message):
    """A feed answered, failed or was found."""

    def __init__(self, event: FeedEvent) -> None:
        super().__init__()
        self.event = event


class ConfigurationRead(Message):
    """The configuration was read again."""

    def __init__(self, news: ConfigurationNews[BoardSetup]) -> None:
        super().__init__()
        self.news = news


class SelectionChosen(Message):
    """The reader chose what to see."""

    def __init__(self, selection: Selection) -> None:
        super().__init__()
        self.selection = selection


class LineActivated(Message):
    """A line of the table was clicked or opened. ``index``: its place in the order."""

    def __init__(self, index: int) -> None:
        super().__init__()
        self.index = index


class HeaderActivated(Message):
    """A heading of a list was clicked. ``by``: the order that it stands for; nothing: none."""

    def __init__(self, by: str) -> None:
        super().__init__()
        self.by = by


class RowClicked(Message):
    """A line of a list was clicked. ``again``: the cursor stood on it already."""

    def __init__(self, place: int, *, again: bool) -> None:
        super().__init__()
        self.place = place
        self.again = again


class FoldWanted(Message):
    """A group's heading was clicked. ``group``: its id."""

    def __init__(self, group: str) -> None:
        super().__init__()
        self.group = group


class TileClicked(Message):
    """A tile was clicked. ``index``: its place among the view's."""

    def __init__(self, index: int) -> None:
        super().__init__()
        self.index = index


class PaneEntered(Message):
    """The reader went into the pane beside the table, or out of it."""


class ActionWanted(Message):
    """A word of the footer was clicked. ``action``: its id."""

    def __init__(self, action: str) -> None:
        super().__init__()
        self.action = action
