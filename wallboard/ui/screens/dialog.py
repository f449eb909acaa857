"""Screens over the board that answer, and a question: each leaves itself, nothing but itself."""

from collections.abc import Sequence
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.await_complete import AwaitComplete
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen, Screen, ScreenResultType
from textual.widgets import Input, OptionList, Static

from wallboard.actions import key_label
from wallboard.ui.keys import bindings
from wallboard.ui.terminal.row_compositor import hand_over_rows, wait_for_sizes

_MOST_HIGH = 90
"""Per cent of the terminal's height that a window takes at most, as ``app.tcss`` has it."""

_AROUND = 2 + 2 + 3
"""Rows of a window that are not its list: its frame, the field, and what keys do."""


class SizedScreen(Screen[ScreenResultType]):
    """A screen that is styled and drawn once when it opens, in the size that it has."""

    def __init__(self, **named: str | None) -> None:
        """``named``: as in Textual's own screens."""
        super().__init__(**named)
        hand_over_rows(self)

    def on_screen_resume(self) -> None:
        """Begin in the classes of its size; Textual would style it without them, and again."""
        if self.outer_size:
            return  # it is open already, and is restyled when Textual tells it of another size
        width, height = self.app.size
        classes: dict[str, bool] = {}
        for cells, breaks in (
            (width, self.HORIZONTAL_BREAKPOINTS or ()),
            (height, self.VERTICAL_BREAKPOINTS or ()),
        ):
            reached = max((least for least, _ in breaks if least <= cells), default=None)
            classes |= {name: least == reached for least, name in breaks}
        self.update_classes(classes, update=False)
        wait_for_sizes(self)


class Dialog(SizedScreen[ScreenResultType]):
    """A screen over another. A key that comes after it was left does nothing."""

    @property
    def on_top(self) -> bool:
        """Whether it is what the reader sees; not once it was left: its parts may be gone then."""
        return self.made and self.app.screen is self

    @property
    def made(self) -> bool:
        """Whether its parts are there; they may be gone, or never come, while the board ends."""
        return self.app.return_code is None and bool(self.children)

    @property
    def back_key(self) -> str:
        """The key that leads back, as it is read."""
        bound = self.active_bindings.items()
        keys = (key for key, active in bound if active.binding.id == "back")
        return key_label(next(keys, "escape"))

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
    """A window in which something is chosen or typed; ``back`` answers nothing.

    ``CLASS``: of the window, where it is drawn in a way of its own; ``HINT``: what keys do but for
    ``back``. ``MOST_ROWS``: of its list, if it has one; fewer where the terminal has no room for
    them, so that the end of the list and what keys do is seen.
    """

    BINDINGS = bindings("back")
    CLASS: ClassVar[str] = ""
    HINT: ClassVar[str] = ""
    MOST_ROWS: ClassVar[int] = 20

    _beneath: Sequence[Screen[Any]] = ()

    def __init__(self, title: str) -> None:
        super().__init__()
        self._title = title

    def compose(self) -> ComposeResult:
        """Frame what is in it, under its title and over what keys do."""
        with Vertical(classes=f"window {self.CLASS}") as window:
            window.border_title = Content(self._title)
            yield from self.compose_inside()
            yield Static(self.hint, classes="hint", markup=False)

    def compose_inside(self) -> ComposeResult:
        """Make what is in it."""
        raise NotImplementedError

    @property
    def hint(self) -> str:
        """What keys do."""
        return f"{self.HINT} · {self.back_key} back"

    def on_mount(self) -> None:
        """Fit the list into the terminal; what was told in passing stands above this, once."""
        self._fit_list()
        self._beneath = self.app.screen_stack[-2:-1] if self.on_top else ()
        self._show_told_beneath(shown=False)

    def on_unmount(self) -> None:
        """Leave what is beneath as it was found."""
        self._show_told_beneath(shown=True)

    def on_resize(self) -> None:
        """Fit it anew."""
        self._fit_list()

    def _show_told_beneath(self, *, shown: bool) -> None:
        for screen in self._beneath:
            if screen.is_attached:
                screen.query("ToastRack").set(display=shown)

    def _fit_list(self) -> None:
        room = self.app.size.height * _MOST_HIGH // 100 - _AROUND
        for found in self.query(OptionList) if self.made and self.MOST_ROWS else ():
            found.styles.max_height = max(1, min(self.MOST_ROWS, room))
            self.call_after_refresh(found.scroll_to_highlight)

    def action_back(self) -> None:
        """Answer nothing."""
        self.close()


class Ask(Window[str | None]):
    """Answers with what was typed, without blanks at its ends; ``None``: nothing was.

    ``most``: letters that can be typed. ``optional``: nothing typed is an answer too, ``""``.
    """

    CLASS = "question"
    HINT = "enter go on"

    def __init__(self, title: str, example: str, most: int, *, optional: bool = False) -> None:
        super().__init__(title)
        self._example = example
        self._most = most
        self._optional = optional

    def compose_inside(self) -> ComposeResult:
        """Make the field."""
        yield Input(placeholder=self._example, max_length=self._most)

    def on_mount(self) -> None:
        """Be ready to type."""
        if self.made:
            self.query_one(Input).focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Answer."""
        event.stop()
        self.dismiss(event.value.strip() or ("" if self._optional else None))
