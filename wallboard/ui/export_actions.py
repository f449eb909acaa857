"""What the reader takes along: a queue's line to paste, the view as CSV and JSON, a picture."""

import re
from pathlib import Path

from wallboard.model.view.export import copy_text, file_stem, markdown
from wallboard.model.view.format import plural
from wallboard.ui.core import NO_QUEUE
from wallboard.ui.queue_views import PrivacyView
from wallboard.ui.screens.page import Page

_NOT_XML = r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
"""Compiled once it is needed: that takes as long as importing twenty modules."""


class ExportActions(PrivacyView):
    """The actions that copy and write; each says where the result is."""

    def action_copy(self) -> None:
        """Copy a queue's line: of the page that is open, else under the cursor, else the first."""
        line = self.board.table.current
        of_page = self.screen.current if isinstance(self.screen, Page) else None
        key = of_page or (line and line.key)
        text = copy_text(self.seen, key, self.moment_seen()) if key else ""
        if text:
            self.copy_to_clipboard(text)
        self._say(f"Copied: {text}" if text else NO_QUEUE)

    def action_copy_table(self) -> None:
        """Copy the queues that are shown, with the columns on the screen, as Markdown."""
        if self.view is None:
            return
        drawn = self.board.table.headings
        metrics = [column for column in self.view.columns if column.name in drawn]
        at = self.moment_seen().wall.astimezone(self.state.options.timezone)
        self.copy_to_clipboard(markdown(self.view, metrics, at))
        self._say(f"Copied: {plural(len(self.view.lines), 'queue')} as a table in Markdown")

    def action_write(self) -> None:
        """Write what is shown as CSV and as JSON."""
        from wallboard.publish.as_csv import as_csv
        from wallboard.publish.as_json import as_json
        from wallboard.publish.report import report_of

        if self.view is None:
            return
        report = report_of(self.seen, self.view, self.moment_seen())
        self._put({"csv": as_csv(report), "json": as_json(report)})

    def action_picture(self) -> None:
        """Save what is on the screen as a picture, without anything personal."""
        title = self.state.options.title
        with self.without_people():
            svg = self.export_screenshot(title=title)
        self._put({"svg": plain_picture(svg)})

    def _put(self, texts: dict[str, str]) -> None:
        stem = file_stem(
            self.state.options.title, self.moment_seen().wall, self.state.options.timezone
        )
        paths: list[Path] = []
        for ending, text in texts.items():
            try:
                paths.append(self._services.put(f"{stem}.{ending}", text))
            except OSError as error:
                why = (error.strerror or "it cannot be written").lower()
                whole = [f"Written all the same: {path}" for path in paths]
                words = "\n".join([f"Not written: {ending.upper()}: {why}", *whole])
                self.notify(words, severity="warning", markup=False, timeout=8)
                return
        self._say("Written: " + "\n".join(map(str, paths)))

    def _say(self, words: str) -> None:
        self.notify(words, markup=False, timeout=8)


def plain_picture(svg: str) -> str:
    """Return a picture without fonts from elsewhere: whoever opens it must not ask another host.

    Only the style sheet, which stands first, is changed: the rest holds names, which may be
    anything. What no XML may hold is U+FFFD, so that one name does not make the file unreadable.
    """
    head, end, drawn = svg.partition("</style>")
    head = re.sub(r"@font-face\s*\{.*?\}", "", head, flags=re.DOTALL)
    return re.sub(_NOT_XML, "\ufffd", head.replace("Fira Code", "monospace") + end + drawn)
