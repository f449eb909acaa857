"""Styled pieces of text → the strips that Textual shows, past its care for borders and padding."""

from collections.abc import Iterable, Sequence

from rich.segment import Segment
from rich.style import Style
from textual.dom import DOMNode
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget


class StyleCache:
    """The styles of one widget by name: the rules of ``app.tcss`` for ``PREFIX--name``.

    Looking a style up costs more than drawing with it, so they are kept until ``clear``: call
    that from ``notify_style_update``. The names are no component classes of Textual's: of these
    it looks up each one anew, used or not, whenever anything of the widget's look may be other,
    which was half of the board's start.
    """

    def __init__(self, widget: Widget, prefix: str) -> None:
        self._widget = widget
        self._prefix = prefix
        self._named: dict[str, Style] = {}
        self._known: dict[Style, Style] = {}

    def clear(self) -> None:
        """Forget the colours of the theme that was."""
        self._named.clear()
        self._known.clear()

    def strip(self, pieces: Sequence[tuple[str, str]], width: int) -> Strip:
        """Return one row of (text, names of styles); ``width``: of the texts together, columns.

        Names are parted by blanks, a later one lies over an earlier; none is the widget's own.
        """
        return Strip(self.segments(pieces), width)

    def segments(self, pieces: Sequence[tuple[str, str]]) -> list[Segment]:
        """Return pieces as ``strip`` has them, those of one style side by side as one."""
        if len(pieces) == 1:
            ((text, names),) = pieces
            style = self._named.get(names)
            return [Segment(text, self._mix(names) if style is None else style)]
        segments: list[Segment] = []
        texts: list[str] = []
        pen: Style | None = None
        known = self._named.get
        for text, names in pieces:
            style = known(names)
            if style is None:
                style = self._mix(names)
            if style is not pen:
                if texts:
                    segments.append(Segment("".join(texts), pen))
                pen, texts = style, []
            texts.append(text)
        segments.append(Segment("".join(texts), pen))
        return segments

    def _mix(self, names: str) -> Style:
        widget = self._widget
        style = widget.rich_style
        for name in names.split():
            style += self._look_up(f"{self._prefix}--{name}")
        # Textual's filters make colours into what the terminal and the reader can have.
        for item in widget.get_line_filters():
            style = item.apply([Segment(" ", style)], widget.background_colors[1])[0].style or style
        self._named[names] = self._known.setdefault(style, style)
        return self._named[names]

    def _look_up(self, name: str) -> Style:
        """Return what the style sheet says of a part of the widget with this class."""
        part = _Part(name, self._widget)
        self._widget.app.stylesheet.apply(part)
        return part.styles.partial_rich_style


class _Part(DOMNode):
    """A part of a widget's line, for the style sheet: a child of it with a class."""

    def __init__(self, name: str, widget: Widget) -> None:
        super().__init__(classes=name)
        self._attach(widget)


def stretches(rows: Iterable[int], width: int) -> list[Region]:
    """Return regions that cover ``rows`` (in order), those below each other in one."""
    found: list[Region] = []
    for y in rows:
        if found and found[-1].bottom == y:
            found[-1] = found[-1].grow((0, 0, 1, 0))
        else:
            found.append(Region(0, y, width, 1))
    return found
