"""What the keyboard can do: each action's id, default keys and words.

The one table behind bindings, footer, help and the ``[keys]`` section. Keys are written as
Textual names them (``slash``, ``question_mark``, ``f5``) or as the character itself (``/``).
"""

import difflib
from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from wallboard.records import dataclass


@dataclass(frozen=True, slots=True)
class Action:
    """One thing a key does. ``words`` stand in the footer, ``help`` on the help screen.

    ``footer``: whether the footer names it. ``group`` heads its part of the help.
    """

    id: str
    keys: tuple[str, ...]
    words: str
    help: str
    group: str
    footer: bool = False


ACTIONS = (
    Action("filter", ("/",), "Filter", "filter by name, site, extension as you type", "Find", True),
    Action("sites", ("s",), "Sites", "choose the sites to show", "Find", True),
    Action("queues", ("c",), "Queues", "choose the queues to show", "Find", True),
    Action("pbxes", ("X",), "PBXes", "choose the PBXes to show", "Find"),
    Action("trouble", ("b",), "Trouble", "show only queues in trouble, or all", "Find", True),
    Action("order", ("o",), "Order", "choose what the list is sorted by", "Find", True),
    Action("order_left", ("<",), "Order <", "order by the column on the left", "Find"),
    Action("order_right", (">",), "Order >", "order by the column on the right", "Find"),
    Action("turn", ("R",), "Turn", "the same order the other way round", "Find"),
    Action("reset", ("0",), "Reset", "filter, order, groups as configured", "Find"),
    Action("pin", ("*",), "Pin", "keep the queue at the top, or let it go", "Find"),
    Action("columns", ("v",), "Columns", "choose and order the table's columns", "Find"),
    Action("group", ("z",), "Group", "group the table by site, PBX, groups, or not", "Find"),
    Action("fold", ("space",), "Fold", "fold or unfold the group under the cursor", "Find"),
    Action("open", ("enter",), "Open", "the page of the queue under the cursor", "Find"),
    Action("alerts", ("a",), "Alerts", "list the changes of level, the newest first", "Find", True),
    Action("agents", ("A",), "Agents", "who is doing what, and since when", "Find", True),
    Action("calls", ("C",), "Calls", "the calls that wait and those in progress", "Find"),
    Action("hours", ("T",), "Hours", "the day by hours beside the same day last week", "Find"),
    Action("back", ("escape",), "Back", "close what is open, or clear the filter", "Find"),
    Action("up", ("k", "up"), "Up", "one line up", "Move"),
    Action("down", ("j", "down"), "Down", "one line down", "Move"),
    Action("page_up", ("pageup",), "Page up", "one page up", "Move"),
    Action("page_down", ("pagedown",), "Page down", "one page down", "Move"),
    Action("half_up", ("ctrl+u",), "Half up", "half a page up", "Move"),
    Action("half_down", ("ctrl+d",), "Half down", "half a page down", "Move"),
    Action("top", ("g", "home"), "Top", "to the first line", "Move"),
    Action("bottom", ("G", "end"), "Bottom", "to the last line", "Move"),
    Action("next_trouble", ("n",), "Next", "to the next queue in trouble", "Move"),
    Action("previous_trouble", ("N",), "Before", "to the queue in trouble before", "Move"),
    Action("previous", ("left",), "Previous", "to the queue before, the agent on the left", "Move"),
    Action("next", ("right",), "Next", "to the queue after, the agent on the right", "Move"),
    Action("pause", ("p",), "Pause", "freeze the rows, or let them go on", "Board", True),
    Action("poll", ("r",), "Poll now", "ask the API now, and redraw the screen", "Board", True),
    Action("panes", ("|",), "Pane", "the queue under the cursor beside the table, or not", "Board"),
    Action("other_pane", ("tab",), "Other pane", "into the pane at the side, or back", "Board"),
    Action("theme", ("t",), "Theme", "choose the colours", "Board", True),
    Action("kiosk", ("K",), "Kiosk", "the wall's view, or back", "Board"),
    Action("copy", ("y",), "Copy", "copy the line of the queue under the cursor", "Keep"),
    Action("copy_table", ("Y",), "Copy all", "copy the table on the screen as Markdown", "Keep"),
    Action("write", ("w",), "Write", "write what is shown as CSV and JSON", "Keep"),
    Action("picture", ("P",), "Picture", "save what is shown as a picture (SVG)", "Keep"),
    Action("acknowledge", ("x",), "Seen", "mark the queue's trouble as seen by you", "Board"),
    Action("silence", ("m",), "Silence", "no alerts of the queue for a while, or again", "Board"),
    Action("bounds", ("E",), "Bounds", "change a rule's bounds, and see what that does", "Board"),
    Action("incident", ("e",), "Incident", "write the alert's incident into a folder", "Keep"),
    Action("earlier", ("[",), "Earlier", "the board as it was one poll before", "Replay"),
    Action("later", ("]",), "Later", "the board as it was one poll after", "Replay"),
    Action("much_earlier", ("{",), "5 min earlier", "the board five minutes before", "Replay"),
    Action("much_later", ("}",), "5 min later", "the board five minutes after", "Replay"),
    Action("live", ("L",), "Live", "back from the replay to what is now", "Replay"),
    Action("palette", (":",), "Commands", "find anything the board can do", "Board"),
    Action("help", ("?",), "Help", "what this page shows, and its keys", "Board", True),
    Action("quit", ("q",), "Quit", "close what is open; leave the board", "Board", True),
    *(
        Action(f"tile_{n}", (f"f{n}",), f"Tile {n}", f"to the queue of tile {n}", "Tiles")
        for n in range(1, 9)
    ),
    Action("keep_view", ("W",), "Keep view", "keep the filter under a number", "Views"),
    *(
        Action(f"view_{n}", (f"{n}",), f"View {n}", f"the filter saved as {n}, or all", "Views")
        for n in range(1, 10)
    ),
)  # fmt: skip
"""Every action, in the order of footer and help."""

BY_ID: Mapping[str, Action] = MappingProxyType({action.id: action for action in ACTIONS})

_NAMED = {
    "/": "slash", "?": "question_mark", " ": "space", ".": "full_stop", ",": "comma",
    "-": "minus", "+": "plus", ":": "colon", ";": "semicolon", "*": "asterisk",
    "!": "exclamation_mark", "#": "number_sign", "=": "equals_sign", "<": "less_than_sign",
    ">": "greater_than_sign",
    "[": "left_square_bracket", "]": "right_square_bracket", "@": "at", "&": "ampersand",
    "(": "left_parenthesis", ")": "right_parenthesis", "_": "underscore", "|": "vertical_line",
    "\\": "backslash", "'": "apostrophe", '"': "quotation_mark", "~": "tilde",
    "^": "circumflex_accent", "%": "percent_sign", "$": "dollar_sign", "`": "grave_accent",
    "{": "left_curly_bracket",
    "}": "right_curly_bracket",
}  # fmt: skip
_SPECIAL = frozenset(
    [
        *("enter", "escape", "tab", "space", "backspace", "delete", "insert", "home", "end"),
        *("pageup", "pagedown", "up", "down", "left", "right", "shift+tab"),
        *(f"f{number}" for number in range(1, 13)),
        # Of the chords, those that neither tmux, nor screen, nor a terminal takes for itself.
        *("ctrl+d", "ctrl+u"),
        *_NAMED.values(),
    ]
)
_NO_KEY = (
    "not a key that can be bound; write one character, f1 to f12, enter, escape, space, home, "
    "end, pageup, pagedown, ctrl+d, ctrl+u or an arrow"
)
_SHOWN = {
    "escape": "esc", "pageup": "pgup", "pagedown": "pgdn", "up": "↑", "down": "↓",
    "left": "←", "right": "→",
}  # fmt: skip


def key_name(key: str) -> str | None:
    """Return Textual's name of a key as a user writes it, or ``None`` if it cannot be one.

    Chords with ctrl or alt are refused, all but two: tmux, screen and terminals eat them.
    """
    text = key if key == " " else key.strip()
    if len(text) == 1:
        return text if text.isalnum() else _NAMED.get(text)
    folded = text.lower()
    folded = {"esc": "escape", "pgup": "pageup", "pgdn": "pagedown"}.get(folded, folded)
    return folded if folded in _SPECIAL else None


def key_label(key: str) -> str:
    """Return a key as people read it: ``/``, ``esc``, ``pgup``."""
    back = {name: character for character, name in _NAMED.items() if name != "space"}
    return _SHOWN.get(key, back.get(key, key))


def default_keys(action: Action) -> tuple[str, ...]:
    """Return the keys of an action, as Textual names them, where nobody has chosen others."""
    return tuple(filter(None, map(key_name, action.keys)))


class KeyMistake(NamedTuple):
    """What is wrong with an action's keys, and the remedy, in words."""

    action: str
    words: str


def keymap(
    chosen: Mapping[str, Iterable[str]],
) -> tuple[Mapping[str, tuple[str, ...]], list[KeyMistake]]:
    """Return each action's keys (as Textual names them) with the user's in place, and mistakes.

    ``chosen``: action id → keys as written. Mistakes are an unknown action, a key that cannot be
    one, two actions on one key.
    """
    mistakes: list[KeyMistake] = []
    keys = {action.id: default_keys(action) for action in ACTIONS}
    for name, written in chosen.items():
        if name not in BY_ID:
            close = difflib.get_close_matches(name.lower(), BY_ID, cutoff=0.5)
            hint = f"; nearest: {', '.join(close)}" if close else ""
            mistakes.append(KeyMistake(name, f"no such action{hint}"))
            continue
        named = [key_name(key) for key in written]
        if None in named or not named:
            mistakes.append(KeyMistake(name, _NO_KEY))
            continue
        keys[name] = tuple(key for key in named if key)
    return keys, mistakes + _clashes(keys, chosen)


def _clashes(keys: Mapping[str, tuple[str, ...]], chosen: Collection[str]) -> list[KeyMistake]:
    """Return the clashes, each told of the action that the user wrote, if only one was."""
    owners: dict[str, list[str]] = {}
    for name, bound in keys.items():
        for key in bound:
            owners.setdefault(key, []).append(name)
    for names in owners.values():
        names.sort(key=lambda name: name in chosen)
    return [
        KeyMistake(
            names[-1], f"the key {key_label(key)} also does {names[0]}; give one of them another"
        )
        for key, names in owners.items()
        if len(names) > 1
    ]
