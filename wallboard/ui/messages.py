"""Every message of the board, in one place. Workers post, handlers write."""

from textual.message import Message

from wallboard.model.events import FeedEvent
from wallboard.model.selection import Selection


class FeedNews(Message):
    """A feed answered, failed or was found."""

    def __init__(self, event: FeedEvent) -> None:
        super().__init__()
        self.event = event


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


class ActionWanted(Message):
    """A word of the footer was clicked. ``action``: its id."""

    def __init__(self, action: str) -> None:
        super().__init__()
        self.action = action
