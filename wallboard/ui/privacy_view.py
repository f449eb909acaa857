"""Who may be shown: names in full or as initials here, and nobody at all in pictures."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from wallboard.model.data.privacy import Privacy
from wallboard.ui.core import Core
from wallboard.ui.screens.page import Page

if TYPE_CHECKING:
    from wallboard.model.feeds.feed_status import Told
    from wallboard.ui.screens.list_page import Heard


class PrivacyView(Core):
    """Knows what the pages may tell of people."""

    pictured = False
    """Whether a picture is being taken."""

    def privacy(self) -> Privacy:
        """Return how people are shown on this screen now."""
        return self._setup.privacy.resolve(self._setup.kiosk or self.wall is not None)

    def hear(self, brings: "type[Told]") -> "Heard[Told]":
        """Return what a page of agents or calls is made of. ``brings``: its readings' type."""
        from wallboard.model.feeds.feed_status import feed_reports
        from wallboard.ui.screens.list_page import Heard

        state, now = self.seen, self.moment_seen()
        return Heard(
            feed_reports(state, brings, now),
            bool(state.feeds),
            self.privacy(),
            self.pictured,
            state.paused is not None,
            now,
            state.options.timezone,
        )

    @contextmanager
    def veil(self) -> Iterator[None]:
        """Draw the pages without anything personal, for as long as this lasts."""
        self.pictured = True
        self._redraw()
        try:
            yield
        finally:
            self.pictured = False
            self._redraw()

    def _redraw(self) -> None:
        for screen in self.screen_stack:
            if isinstance(screen, Page):
                screen.refresh_page()
