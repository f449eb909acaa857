"""What the reader chooses from lists: sites, queues, order, colours."""

from dataclasses import replace

from wallboard.model.board import order_words
from wallboard.model.metrics import CATALOGUE, Worse
from wallboard.model.selection import Order, fold, sites_of
from wallboard.model.snapshot import QueueKey
from wallboard.ui.core import Core
from wallboard.ui.screens.pickers import Item, PickOne, PickSome


class Choosing(Core):
    """The actions that open a list and put in force what was taken from it."""

    def action_sites(self) -> None:
        """Choose the sites to show."""
        counted = sites_of(self.state.snapshot.queues)
        items = [Item(site, site or "(no site)", f"{n}") for site, n in counted.items()]

        def chosen(sites: frozenset[str] | None) -> None:
            if sites is not None:
                self.choose(replace(self.selection, sites=sites))

        self.push_screen(PickSome("Sites", items, self.selection.sites), chosen)

    def action_queues(self) -> None:
        """Choose the queues to show."""
        queues = sorted(self.state.snapshot.queues, key=lambda one: (fold(one.name), one.key))
        items = [Item(one.key, one.name, f"{one.site} {one.extension}") for one in queues]

        def chosen(keys: frozenset[QueueKey] | None) -> None:
            if keys is not None:
                self.choose(replace(self.selection, queues=keys))

        self.push_screen(PickSome("Queues", items, self.selection.queues), chosen)

    def action_order(self) -> None:
        """Choose what the table is sorted by."""
        orders = [Order(), Order("name"), Order("site"), Order("extension")]
        for name in self.state.options.columns:
            metric = CATALOGUE.get(name)
            if metric:
                orders.append(Order(name, descending=metric.worse is not Worse.DOWN))
        items = [Item(order, order_words(order)) for order in orders]

        def chosen(order: Order | None) -> None:
            if order is not None:
                self.choose(replace(self.selection, order=order))

        self.push_screen(PickOne("Order", items, self.selection.order), chosen)

    def action_theme(self) -> None:
        """Choose the colours."""
        items = [Item(name, name) for name in self._look.themes.by_name]

        def chosen(name: str | None) -> None:
            if name is not None:
                self.theme = name

        self.push_screen(PickOne("Theme", items, self.theme), chosen)
