"""What the reader opens over the board, a queue's page, the alerts, the help; and has seen.

The board is painted before the modules of its pages are imported.
"""

import asyncio
from dataclasses import replace
from importlib import import_module

from textual import work

from wallboard.actions import BY_ID
from wallboard.model.data.agents import AgentsReading
from wallboard.model.data.calls import CallsReading
from wallboard.model.data.metric import Kind
from wallboard.model.data.name_pattern import is_group
from wallboard.model.data.reading import QueueKey
from wallboard.model.events import Acknowledge
from wallboard.model.judge.episodes import lasting
from wallboard.model.select.filter import parse_filter
from wallboard.model.view.worst_queue import queue_of_total
from wallboard.ui.core import NO_QUEUE
from wallboard.ui.keys import key_of
from wallboard.ui.messages import LineActivated, TileClicked
from wallboard.ui.queue_views import QueueViews
from wallboard.ui.screens.dialog import Ask
from wallboard.ui.screens.page import Around, Behind, Page

LATER = (
    "wallboard.ui.reload.threshold_dialog",
    *(f"wallboard.ui.screens.{name}" for name in ("queue", "agents", "calls", "alerts", "help")),
    "wallboard.ui.screens.hours",
    *(f"wallboard.ui.screens.{name}" for name in ("pickers", "column_picker", "palette")),
    "wallboard.ui.screens.kiosk",
    "wallboard.ui.widgets.panes.below_table",
    *("wallboard.publish.as_csv", "wallboard.publish.as_json"),
)
"""Modules that are imported after the first picture."""

_OF_A_QUEUE = frozenset((Kind.AGENTS, Kind.CALLS))
"""What is asked of a queue while somebody looks at it closely."""

MOST_INITIALS = 8
"""Letters of a name or of initials."""


class PageActions(QueueViews):
    """The actions that open a page, and the one that says that somebody has seen it."""

    _who = ""

    @work(name="pages")
    async def load_pages(self) -> None:
        """Import what a key may open, one module at a turn of the event loop.

        Not when it is opened: a program that has run for months may have been replaced on the disk
        since, and what is there now would not fit what runs.
        """
        for module in LATER:
            await asyncio.sleep(0)
            import_module(module)

    def _around(self) -> Around:
        return Around(self._setup.keys, lambda: Behind(self.view, self.moment_seen().elapsed))

    def on_line_activated(self, message: LineActivated) -> None:
        """Open the page of a clicked line."""
        if self.view and message.index < len(self.view.lines):
            self._open_queue(self.view.lines[message.index].key)

    def action_open(self) -> None:
        """Open the page of the queue under the cursor, or of the first one.

        From a person who sits in several: of the one that is chosen.
        """
        page = self.screen if isinstance(self.screen, Page) else None
        if page is None or len(page.queues) == 1:
            key = page.queues[0] if page else self.current_queue()
            if key is not None:
                self._open_queue(key)
            else:
                self._reply(NO_QUEUE)
        elif page.queues:
            self._pick_queue(page.subject, page.queues)
        elif page.NO_QUEUE:
            self._reply(page.NO_QUEUE)

    def _pick_queue(self, whose: str, keys: tuple[QueueKey, ...]) -> None:
        from wallboard.ui.screens.pickers import Item, PickOne

        known = {queue.key: queue for queue in self.known_queues().queues}
        items = [Item(key, known[key].title, known[key].site_title) for key in keys]
        self.ask(PickOne(f"Queues of {whose}", items, keys[0]), self._open_queue)

    def _open_queue(self, key: QueueKey) -> None:
        if is_group(key):
            self._show_group(key.name)
            return
        from wallboard.ui.screens.queue import QueueScreen

        told = self._queue_view, self._agents_of, self._calls_of, self._day_of
        self._over(QueueScreen(self._around(), key, *told))

    def _show_group(self, name: str) -> None:
        """Show the queues of a group, and no others, on the board."""
        while isinstance(self.screen, Page):
            self.pop_screen()
        text = f'group:"{name}"'
        terms = parse_filter(text, self.state.options.labels)
        self.choose(replace(self.selection.without_filter(), text=text, terms=terms))
        self._reply(f"The queues of {name}: {key_of(self._setup.keys, 'back')} shows all again")

    # From a tile to its queue.

    def on_tile_clicked(self, message: TileClicked) -> None:
        """Go to the queue of a tile that was clicked."""
        self.action_tile(message.index + 1)

    def action_tile(self, number: int) -> None:
        """Go to the queue that the first, second, … tile is about, wherever it is."""
        tiles = self.view.tiles if self.view else ()
        if self.view is None or number > len(tiles):
            self._reply(f"There is no tile {number}")
            return
        tile = tiles[number - 1]
        lines = {line.key: line.queue for line in self.view.lines}
        known = lines or {queue.key: queue for queue in self.known_queues().queues}
        groups = self.view.book.groups
        among = [item for item in known.values() if tile.group in ("", *groups.of(item))]
        key = queue_of_total(tile.metric, tile.worst, among)
        if key is None:
            self._reply(f"{tile.metric.label}: no queue stands out")
        elif not self.board.go_to(key):
            why = "in a folded group" if key in lines else "hidden by the filter"
            name = tile.worst.name if tile.worst else known[key].title
            self._reply(f"{name} is {why}: this is its page")
            self._open_queue(key)

    # Pages over feeds that are asked only while somebody looks.

    def action_agents(self) -> None:
        """Show who is doing what."""
        from wallboard.ui.screens.agents import AgentsScreen

        if not self._back_to(AgentsScreen):
            self._over(
                AgentsScreen(
                    self._around(),
                    lambda: self.hear(AgentsReading),
                    self.known_queues,
                    lambda: self._setup.agents,
                )
            )

    def action_calls(self) -> None:
        """Show the calls, or say that the account has no list of them."""
        from wallboard.model.view.calls.calls_page import NO_LIST, no_list
        from wallboard.ui.screens.calls import CallsScreen

        if self._back_to(CallsScreen):
            return
        if no_list(self.seen, self.moment_seen()):
            self._reply(NO_LIST)
            return
        self._over(
            CallsScreen(
                self._around(),
                lambda: self.hear(CallsReading),
                self.known_queues,
            )
        )

    def _over(self, page: Page) -> None:
        """Open a page, and have asked what it shows for as long as it is open."""

        def watch_again(_result: None) -> None:
            self.call_later(self._watch)

        self.push_screen(page, watch_again)
        self._watch()

    def _back_to(self, kind: type[Page]) -> bool:
        """Go back to a page that is open already, if one of this kind is."""
        if not any(isinstance(item, kind) for item in self.screen_stack):
            return False
        while not isinstance(self.screen, kind):
            self.pop_screen()
        self._watch()
        return True

    def _watch(self) -> None:
        """Have those feeds polled that an open page shows, or the pane while somebody is in it."""
        pages = (screen for screen in self.screen_stack if isinstance(screen, Page))
        kinds = {kind for page in pages for kind in page.KINDS}
        self._feeds.watch(frozenset(kinds | (_OF_A_QUEUE if self.board.in_pane else set())))

    def on_pane_entered(self) -> None:
        """Have asked who sits in a queue and who calls it while the reader is in its pane."""
        self._watch()

    def action_alerts(self) -> None:
        """List the changes of level."""
        from wallboard.model.judge.alert_log import alerts
        from wallboard.ui.screens.alerts import AlertsScreen

        if not isinstance(self.screen, AlertsScreen):
            self.push_screen(
                AlertsScreen(self._around(), lambda: alerts(self.seen, self.moment_seen()))
            )

    def action_help(self) -> None:
        """Show what the page on top is about, its keys, marks, rules and files."""
        from wallboard.ui.screens.help import About, HelpScreen

        if isinstance(self.screen, HelpScreen):
            return
        page = self.screen if isinstance(self.screen, Page) else None
        about = About(
            page.NAME if page else "the board",
            page.ABOUT if page else self.board.ABOUT,
            page.keys if page else BY_ID,
        )
        self.push_screen(
            HelpScreen(
                self._around(),
                lambda: replace(self._setup, views=self.views),
                lambda: self.state.options.labels,
                about,
            )
        )

    # Seen.

    def action_acknowledge(self) -> None:
        """Say that somebody has seen the trouble of the queue that is looked at."""
        from wallboard.ui.screens.alerts import AlertsScreen

        if isinstance(self.screen, AlertsScreen) and self.screen.over:
            self._reply("This alert is over")
            return
        if self.replayed is not None:
            self._reply("What is over cannot be marked as seen: go back to live first")
            return
        key = self._queue_looked_at()
        episode = lasting(self.state.episodes).get(key) if key else None
        if key is None or episode is None:
            what = "This queue is not in trouble" if key else "No trouble that nobody has seen"
            self._reply(what)
        elif episode.acknowledged is not None:
            self._reply(f"{episode.name}: seen by {episode.acknowledged.who} already")
        elif who := self._setup.alerts.initials or self._who:
            self._acknowledge(key, who)
        else:
            window = Ask("Seen by", "your name or initials", MOST_INITIALS)
            self.ask(window, lambda typed: self._introduce(key, typed))

    def _introduce(self, key: QueueKey, typed: str) -> None:
        if typed and typed.isprintable():
            self._who = typed
            self._acknowledge(key, typed)

    def _acknowledge(self, key: QueueKey, who: str) -> None:
        episode = lasting(self.state.episodes).get(key)
        if episode is None:
            self._reply("Its trouble is over")
            return
        self.step(Acknowledge(frozenset([key]), who, self.moment()))
        self._reply(f"{episode.name}: seen by {who}")
        if isinstance(self.screen, Page):
            self.screen.refresh_page()

    def _queue_looked_at(self) -> QueueKey | None:
        """Return the queue of the page or under the cursor, else the worst that nobody has seen."""
        if isinstance(self.screen, Page):
            return self.screen.current
        table = self.board.table
        if table.show_cursor:
            return table.current.key if table.current else None
        still = lasting(self.state.episodes)
        unseen = [
            still[line.key]
            for line in (self.view.lines if self.view else ())
            if line.key in still and still[line.key].acknowledged is None
        ]
        worst = max(unseen, key=lambda item: item.level, default=None)
        return worst.key if worst else None

    def _reply(self, words: str) -> None:
        self.notify(words, markup=False)
