"""The wall's screen: it turns its pages by itself, and no key but the wall's own does anything."""

from collections.abc import Callable

from textual.app import ComposeResult

from wallboard.model.data.options import KioskOptions
from wallboard.model.view.wall_fit import Sizes, readable
from wallboard.model.view.wall_pages import shift
from wallboard.ui.keys import bindings
from wallboard.ui.screens.dialog import Dialog
from wallboard.ui.widgets.wall import Scene, Wall


class KioskScreen(Dialog[None]):
    """``scene`` gives what is to be shown now, ``None`` before there is anything."""

    BINDINGS = bindings("kiosk", "quit", "theme", "poll")
    AUTO_FOCUS = ""

    def __init__(
        self, scene: Callable[[Sizes | None], Scene | None], options: KioskOptions
    ) -> None:
        super().__init__()
        self._scene = scene
        self._options = options

    def compose(self) -> ComposeResult:
        """Make the one widget that fills the screen."""
        yield Wall()

    def on_mount(self) -> None:
        """Draw for the first time."""
        self.refresh_wall()

    def on_resize(self) -> None:
        """Draw for the new size."""
        self.refresh_wall()

    def sizes(self) -> Sizes | None:
        """Return what can be read of this screen from afar, if that was said."""
        options, rows = self._options, self.size.height
        if not options.tv or not options.distance or rows <= 0:
            return None
        return readable(options.tv, options.distance, rows)

    def refresh_wall(self) -> None:
        """Draw what has changed."""
        if not self.is_mounted or not self.made:
            return
        scene = self._scene(self.sizes())
        if scene is not None:
            margin = shift(scene.now) if self._options.shift else (0, 0)
            self.query_one(Wall).show(scene, margin)
