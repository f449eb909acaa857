"""What the reader chooses: sites, queues, order, columns, saved filters, colours, commands."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from wallboard.model.data.catalogue import METRICS
from wallboard.model.data.metric_names import fold
from wallboard.model.data.view_options import COLUMNS
from wallboard.model.events import ColumnsChosen
from wallboard.model.select.selection import order_words, sites_of
from wallboard.model.view.status_line import is_polled
from wallboard.ui.key_queue import KeyQueue
from wallboard.ui.keys import help_groups, tile_number, view_number
from wallboard.ui.messages import ActionWanted
from wallboard.ui.selection_actions import SelectionActions

if TYPE_CHECKING:
    from wallboard.ui.screens.column_picker import Columns


class PickerActions(SelectionActions, KeyQueue):
    """The actions that open a list and put in force what was taken from it."""

    def action_sites(self) -> None:
        """Choose the sites to show."""
        from wallboard.ui.screens.pickers import Item, PickSome

        counted = sites_of(self.seen.snapshot.queues)
        items = [Item(site, site or "(no site)", f"{n}") for site, n in counted.items()]

        window = PickSome("Sites", items, self.selection.sites)
        self.ask(window, lambda sites: self.choose(replace(self.selection, sites=sites)))

    def action_queues(self) -> None:
        """Choose the queues to show."""
        from wallboard.ui.screens.pickers import Item, PickSome

        queues = sorted(self.seen.snapshot.queues, key=lambda queue: (fold(queue.title), queue.key))
        items = [
            Item(queue.key, queue.title, f"{queue.site_title} {queue.extension}")
            for queue in queues
        ]

        window = PickSome("Queues", items, self.selection.queues)
        self.ask(window, lambda keys: self.choose(replace(self.selection, queues=keys)))

    def action_pbxes(self) -> None:
        """Choose the PBXes to show."""
        from wallboard.ui.screens.pickers import Item, PickSome

        counted = Counter(
            (queue.key.pbx, queue.pbx or queue.key.pbx) for queue in self.seen.snapshot.queues
        )
        named = sorted(counted.items(), key=lambda pair: fold(pair[0][1]))
        items = [Item(pbx, name, f"{count}") for (pbx, name), count in named]

        window = PickSome("PBXes", items, self.selection.pbxes)
        self.ask(window, lambda pbxes: self.choose(replace(self.selection, pbxes=pbxes)))

    def action_theme(self) -> None:
        """Choose the colours."""
        from wallboard.ui.screens.pickers import Item, PickOne

        items = [Item(name, name) for name in self._setup.themes.by_name]
        self.ask(PickOne("Theme", items, self.theme), partial(setattr, self, "theme"))

    # Order.

    def action_order(self) -> None:
        """Choose what the table, or the list of the page, is sorted by."""
        from wallboard.ui.screens.pickers import Item, PickOne

        ordering = self.ordering()
        orders, labels = list(ordering.choices), self.state.options.labels
        if ordering.now not in orders:
            orders.insert(0, ordering.now)
        both = dict.fromkeys(way for item in orders for way in (item, item.turned))
        items = [Item(order, order_words(order, labels)) for order in both]
        self.ask(PickOne("Order", items, ordering.now), ordering.choose)

    # Columns.

    def action_columns(self) -> None:
        """Choose and order the table's columns, before the reader's eyes."""
        from wallboard.ui.screens.column_picker import ColumnPicker, Offer

        options = self.state.options
        usual = self._setup.options.columns
        metrics, notes = options.table(COLUMNS), dict(self._not_polled())
        offer = Offer(metrics, notes, options.columns, usual, self.board.table)

        def show(columns: "Columns") -> None:
            if columns != self.state.options.columns:
                self.step(ColumnsChosen(columns))

        def keep(columns: "Columns") -> None:
            if self._services.kept is not None:
                why = self._services.kept.keep_columns(None if columns == usual else columns)
                if why:
                    self.notify(why, severity="warning", markup=False)

        self.ask(ColumnPicker(offer, show), keep)

    def _not_polled(self) -> Iterator[tuple[str, str]]:
        """Give the metrics that no feed asks for, once any has answered."""
        if self.seen.snapshot.readings:
            yield from (
                (name, "not polled")
                for name, metric in METRICS.items()
                if not is_polled(self.seen, metric)
            )

    # Everything.

    def action_palette(self) -> None:
        """Show all that can be done here, and do what is chosen."""
        from wallboard.ui.screens.palette import Palette

        tiles = len(self.view.tiles) if self.view else 0
        here = {
            binding.binding.id
            for binding in self.screen.active_bindings.values()
            if binding.enabled
        }
        items = [
            (keys, action)
            for _, actions in help_groups(self._setup.keys)
            for keys, action in actions
            if action.id in here and action.id != "palette"
            if (number := view_number(action.id)) is None or number in self.views
            if (tile_number(action.id) or 0) <= tiles
        ]
        self.ask(Palette(items), lambda name: self.post_message(ActionWanted(name)))
