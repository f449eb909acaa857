"""The least app that could be a board: header, an empty DataTable, footer."""

from textual.app import App, ComposeResult
from textual.widgets import DataTable, Footer, Header


class Blank(App[None]):
    TITLE = "Blank board"

    def compose(self) -> ComposeResult:
        yield Header(show_clock=True)
        yield DataTable()
        yield Footer()


if __name__ == "__main__":
    Blank().run()
