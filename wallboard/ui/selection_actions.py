"""What the reader does to filter, order, groups and pinned queues without a window."""

from dataclasses import replace

from wallboard.model.data.view_options import metrics_of
from wallboard.model.select.filter import FilterMistake, parse_filter
from wallboard.model.select.selection import Order, filter_text, order_by, order_words
from wallboard.ui.core import NO_QUEUE, Core
from wallboard.ui.keys import key_of
from wallboard.ui.messages import HeaderActivated
from wallboard.ui.screens.dialog import Ask
from wallboard.ui.screens.page import Ordering, Page

NUMBERS = frozenset("123456789")
"""Under what a filter can be kept."""


class SelectionActions(Core):
    """The actions that choose at once; each is seen in the table or said."""

    # Order.

    def on_header_activated(self, message: HeaderActivated) -> None:
        """Sort by a heading that was clicked; by the same one again the other way round."""
        now, by = self.ordering().now, message.by
        if by:
            self._order(now.turned if now.by == by else order_by(by))

    def ordering(self) -> Ordering:
        """Return how the list of the page on top is ordered, or the table."""
        on_page = self.screen.ordering if isinstance(self.screen, Page) else None
        if on_page is not None:
            return on_page
        drawn = [heading for heading in self.board.table.headings if heading]
        orders = [Order(), Order("name"), Order("site"), Order("extension")]
        usual = self.state.usual
        orders += [Order("unusual")] if usual is not None and usual.queues else []
        orders += [order_by(name) for name in metrics_of(self.state.options.columns)]
        return Ordering(
            self.selection.order,
            tuple(dict.fromkeys(["worst", *drawn])),
            orders,
            lambda order: self.choose(replace(self.selection, order=order)),
        )

    def action_order_left(self) -> None:
        """Order by the column on the left of the one that is ordered by."""
        self._order_beside(-1)

    def action_order_right(self) -> None:
        """Order by the column on the right of the one that is ordered by."""
        self._order_beside(1)

    def _order_beside(self, step: int) -> None:
        ordering = self.ordering()
        orders, by = ordering.by, ordering.now.by
        # What is in no column on the screen stands before the first one.
        at = orders.index(by) if by in orders else 0
        self._order(order_by(orders[(at + step) % len(orders)]))

    def action_turn(self) -> None:
        """Keep the order, the other way round."""
        self._order(self.ordering().now.turned)

    def _order(self, order: Order) -> None:
        self.ordering().choose(order)
        # The heading of a page says it itself.
        if not isinstance(self.screen, Page):
            self.notify(f"Order: {order_words(order, self.state.options.labels)}", markup=False)

    # Filters.

    def action_reset(self) -> None:
        """Put filter, order and groups back to what the configuration says; of a page, to none."""
        if isinstance(self.screen, Page) and self.screen.reset():
            return
        self.choose(replace(self._setup.selection, pinned=self.selection.pinned))
        self.notify("Filter, order and groups as configured", markup=False)

    def action_view(self, number: int) -> None:
        """Put a saved filter in force in place of any other; the same one again: show all."""
        text = self.views.get(number)
        if text is None:
            key = key_of(self._setup.keys, "keep_view")
            words = f"No filter is saved as {number}: {key} keeps the one in force under a number"
            self.notify(words, markup=False)
            return
        try:
            terms = parse_filter(text, self.state.options.labels)
        except FilterMistake as error:
            self.notify(f"The filter saved as {number}: {error}", severity="warning", markup=False)
            return
        every = self.selection.without_filter()
        saved = replace(every, text=text, terms=terms)
        self.choose(every if self.selection == saved else saved)

    def action_keep_view(self) -> None:
        """Keep the filter in force under a number, for this board and the next start."""
        names = {queue.key.pbx: queue.pbx for queue in self.seen.snapshot.queues}
        text = filter_text(self.selection, names)
        if not text:
            key = key_of(self._setup.keys, "filter")
            self.notify(f"No filter that could be kept is in force: {key} makes one", markup=False)
            return
        window = Ask(f"Keep {text} as", "a number from 1 to 9", 1)
        self.ask(window, lambda typed: self._keep_filter(typed, text))

    def _keep_filter(self, typed: str, text: str) -> None:
        if typed not in NUMBERS:
            self.notify("Not kept: write a number from 1 to 9", markup=False)
            return
        self.views[int(typed)] = text
        why = self._services.kept.keep_view(int(typed), text) if self._services.kept else ""
        self.notify("\n".join(filter(None, (f"{typed} recalls {text}", why))), markup=False)

    # Pinned queues.

    def action_pin(self) -> None:
        """Keep the queue under the cursor, or of the page, at the top; or let it go again."""
        key = self.current_queue()
        if key is None:
            self.notify(NO_QUEUE, markup=False)
            return
        pinned = self.selection.pinned ^ {key}
        self.choose(replace(self.selection, pinned=pinned))
        words = "Kept at the top" if key in pinned else "At the top no more"
        why = self._services.kept.keep_pinned(pinned) if self._services.kept else ""
        self.notify("\n".join(filter(None, (words, why))), markup=False)
