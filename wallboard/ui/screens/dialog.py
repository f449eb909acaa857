"""Screens over the board that answer: each leaves itself, and nothing but itself."""

from textual.await_complete import AwaitComplete
from textual.screen import ModalScreen, Screen, ScreenResultType

from wallboard.ui.terminal.row_compositor import hand_over_rows


class Dialog(Screen[ScreenResultType]):
    """A screen over another. A key that comes after it was left does nothing."""

    def __init__(self, **named: str | None) -> None:
        """``named``: as in Textual's own screens."""
        super().__init__(**named)
        hand_over_rows(self)

    @property
    def on_top(self) -> bool:
        """Whether it is what the reader sees; not once it was left: its parts may be gone then."""
        return self.made and self.app.screen is self

    @property
    def made(self) -> bool:
        """Whether its parts are there; they may be gone, or never come, while the board ends."""
        return self.app.return_code is None and bool(self.children)

    def close(self) -> None:
        """Leave it as it was found."""
        self.dismiss(None)

    def dismiss(self, result: ScreenResultType | None = None) -> AwaitComplete:
        """Leave the screen with an answer; once it was left already, nothing more happens.

        The library's own would take away whatever is on top by then, and end the board with it.
        """
        if self.on_top:
            return super().dismiss(result)
        nothing: AwaitComplete = AwaitComplete.nothing()  # type: ignore[no-untyped-call]
        return nothing


# The window first: its colours come with the first of the two.
class Window(ModalScreen[ScreenResultType], Dialog[ScreenResultType]):
    """A window in which something is chosen or typed."""
