"""Every message of the board, in one place. Workers post, handlers write."""

from dataclasses import KW_ONLY

from textual.message import Message

from wallboard.feed.background import ConfigurationNews
from wallboard.model.events import FeedEvent
from wallboard.model.select.selection import Selection
from wallboard.records import dataclass
from wallboard.ui.setup import BoardSetup


@dataclass(eq=False)
class FeedNews(Message):
    """A feed answered, failed or was found."""

    event: FeedEvent


@dataclass(eq=False)
class ConfigurationRead(Message):
    """The configuration was read again."""

    news: ConfigurationNews[BoardSetup]


@dataclass(eq=False)
class SelectionChosen(Message):
    """The reader chose what to see."""

    selection: Selection


@dataclass(eq=False)
class LineActivated(Message):
    """A line of the table was clicked or opened. ``index``: its place in the order."""

    index: int


@dataclass(eq=False)
class HeaderActivated(Message):
    """A heading of a list was clicked. ``by``: the order that it stands for; nothing: none."""

    by: str


@dataclass(eq=False)
class RowClicked(Message):
    """A line of a list was clicked. ``again``: the cursor stood on it already."""

    place: int
    _: KW_ONLY
    again: bool


@dataclass(eq=False)
class FoldWanted(Message):
    """A group's heading was clicked. ``group``: its id."""

    group: str


@dataclass(eq=False)
class TileClicked(Message):
    """A tile was clicked. ``index``: its place among the view's."""

    index: int


class PaneEntered(Message):
    """The reader went into the pane beside the table, or out of it."""


@dataclass(eq=False)
class ActionWanted(Message):
    """A word of the footer was clicked. ``action``: its id."""

    action: str
