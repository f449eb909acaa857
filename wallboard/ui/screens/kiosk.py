"""The wall's screen: it turns its pages by itself, and no key but the wall's own does anything."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from textual.app import ComposeResult

from wallboard.model.data.options import KioskOptions
from wallboard.model.data.reading import QueueKey
from wallboard.model.view.board import BoardView
from wallboard.model.view.wall.fit import Sizes, readable_sizes
from wallboard.model.view.wall.pages import shift
from wallboard.model.view.wall.words import is_calm, wall_names
from wallboard.ui.keys import bindings
from wallboard.ui.screens.dialog import Dialog
from wallboard.ui.widgets.wall import Scene, Wall


class KioskScreen(Dialog[None]):
    """``scene`` gives what is to be shown now, ``None`` before there is anything."""

    BINDINGS = bindings("kiosk", "quit", "theme", "poll")
    AUTO_FOCUS = ""

    def __init__(
        self, scene: Callable[[Sizes | None], Scene | None], options: Callable[[], KioskOptions]
    ) -> None:
        super().__init__()
        self._scene = scene
        self._options = options
        self._calm: float | None = None
        self._names: Mapping[QueueKey, str] = {}
        self._named: BoardView | None = None

    def compose(self) -> ComposeResult:
        """Make the one widget that fills the screen."""
        yield Wall()

    def sizes(self) -> Sizes | None:
        """Return what can be read of this screen from afar, if that was said."""
        options, rows = self._options(), self.size.height
        if not options.tv or not options.distance or rows <= 0:
            return None
        return readable_sizes(options.tv, options.distance, rows)

    def refresh_wall(self) -> None:
        """Draw what has changed."""
        if not self.is_mounted or not self.made:
            return
        scene = self._scene(self.sizes())
        if scene is not None:
            # Only what this wall has seen itself: nobody knows what was before.
            seen = scene.now if self._calm is None else self._calm
            self._calm = seen if is_calm(scene.view) else None
            if scene.view is not self._named:
                self._named = scene.view
                self._names = wall_names(scene.view.lines, scene.options.short_names)
            scene = replace(scene, calm=self._calm, names=self._names)
            margin = shift(scene.now) if scene.options.shift else (0, 0)
            self.query_one(Wall).show(scene, margin)

    on_mount = on_resize = refresh_wall
