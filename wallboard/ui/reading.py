"""What the reader opens over the board: a queue's page, the alerts, the help."""

from wallboard.model.queue_page import QueueView, project_queue
from wallboard.model.snapshot import QueueKey
from wallboard.ui.core import Core
from wallboard.ui.messages import LineActivated
from wallboard.ui.screens.alerts import AlertsScreen
from wallboard.ui.screens.help import HelpScreen
from wallboard.ui.screens.queue import QueueScreen


class Reading(Core):
    """The actions that open a page."""

    def on_line_activated(self, message: LineActivated) -> None:
        """Open the page of a clicked line."""
        if self.view and message.index < len(self.view.lines):
            self._open_queue(self.view.lines[message.index].key)

    def action_open(self) -> None:
        """Open the page of the queue under the cursor, or of the first one."""
        line = self.board.table.current
        if line is not None:
            self._open_queue(line.key)

    def _open_queue(self, key: QueueKey) -> None:
        def view() -> QueueView | None:
            return project_queue(self.state, key, self.moment())

        self.push_screen(QueueScreen(view))

    def action_alerts(self) -> None:
        """List the changes of level since the start."""
        self.push_screen(AlertsScreen(lambda: self.state))

    def action_help(self) -> None:
        """Show the keys."""
        self.push_screen(HelpScreen(self._look.keys, self._look.files))
