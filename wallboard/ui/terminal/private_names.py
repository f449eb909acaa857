"""The names of Textual that are not documented and that the board uses all the same.

A release of Textual may drop any of them without a word, so ``pyproject.toml`` keeps to the minor
version that was tried. A test fails for each that is gone, and for one that is missing here. What
the driver and the screens need is looked for when the board starts: without it Textual's own way
is taken.
"""

PARSER = "textual._xterm_parser:XTermParser"
"""Reads one whole sequence of a terminal; without it Textual's driver reads the keys itself."""

TERMINAL = ("_file", "fileno", "exit_event")
"""What a driver for terminals writes to, reads from, and is told its end by; without one of them
it writes and reads as Textual's does."""

CACHES = (
    "textual._styles_cache:StylesCache.get_inner_outer",
    "textual._xterm_parser:XTermParser._parse_extended_key",
)
"""What keeps boards that are over: each takes what is called on for a part of what it remembers."""

SCREEN, COMPOSITOR = "_compositor", ("_dirty_regions", "_regions_to_spans", "_full_map")
"""Where a screen keeps what makes its frames, and what of that says which rows have changed;
without one of them, or without ``textual._compositor:Compositor``, Textual makes the frames."""

OTHERS = {
    # How a fault ends the board in one plain line, without what Textual would print of it.
    "textual.app:App": (
        # Where several boards run in one process none keeps what is printed.
        "_capture_stderr",
        "_capture_stdout",
        "_driver",
        "_exception",
        "_exit_renderables",
        "_fatal_error",
        "_return_code",
    ),
    "textual.message_pump:MessagePump": ("_close_messages_no_wait",),
    # A browser's terminal says itself how large it is.
    "textual.driver:Driver": ("_size",),
    # Where the table of queues draws and listens in its own way.
    "textual.widgets:DataTable": ("_get_row_region", "_on_click", "_on_resize"),
    # Which boxes are marked, asked for each line that is drawn.
    "textual.widgets:SelectionList": ("_selected",),
    # A part of a line that has rules of its own in the style sheet and is no widget.
    "textual.dom:DOMNode": ("_attach",),
    # What is remembered of pages that are gone.
    "textual.widget:Widget": ("_styles_cache",),
}
"""Class → its names that are used elsewhere in this room."""
