"""actions.py → Textual's bindings and the words of footer and help."""

from collections.abc import Collection, Iterable, Mapping

from textual.binding import Binding, BindingType

from wallboard.actions import ACTIONS, BY_ID, Action, default_keys, key_label

Keys = Mapping[str, tuple[str, ...]]
"""Action id → its keys, as Textual names them."""


_APP = frozenset((
    "sites", "queues", "order", "columns", "order_left", "order_right", "turn", "reset", "pin",
    "pbxes", "copy_table", "keep_view", "group", "fold", "open", "alerts", "agents", "calls",
    "hours", "acknowledge", "silence", "bounds", "incident", "earlier", "later",
    "much_earlier", "much_later", "live", "palette", "pause", "poll", "theme", "kiosk", "copy",
    "write", "picture", "help", "quit",
))  # fmt: skip
"""Actions of the whole program; the others are the screen's."""


_REPLAY = (
    "earlier", "later", "live", "pause", "much_earlier", "much_later", "alerts", "help", "quit",
)  # fmt: skip
"""Actions that the footer names during a replay."""

_PLAY = "Play"
"""What the key that freezes a live board does with a replay."""


def view_number(name: str) -> int | None:
    """Return which saved filter an action calls up; ``None``: it is another action."""
    return _number(name, "view_")


def tile_number(name: str) -> int | None:
    """Return of which tile an action leads to the queue; ``None``: it is another action."""
    return _number(name, "tile_")


def _number(name: str, prefix: str) -> int | None:
    number = name.removeprefix(prefix)
    return int(number) if number != name else None


def command(name: str) -> str:
    """Return what Textual runs for an action."""
    if (number := view_number(name)) is not None:
        return f"app.view({number})"
    if (number := tile_number(name)) is not None:
        return f"app.tile({number})"
    return f"app.{name}" if name in _APP else name


def bindings(*names: str) -> list[BindingType]:
    """Return the bindings of some actions, each with the action's id so that it can be rebound."""
    return [
        Binding(
            ",".join(default_keys(BY_ID[name])),
            command(name),
            BY_ID[name].words,
            id=name,
            show=False,
        )
        for name in names
    ]


def textual_keymap(keys: Keys) -> dict[str, str]:
    """Return what ``App.set_keymap`` takes: Textual goes through all of it at each key."""
    return {
        name: ",".join(bound) for name, bound in keys.items() if bound != default_keys(BY_ID[name])
    }


def key_of(keys: Keys, name: str) -> str:
    """Return the first key of an action, as it is read."""
    return key_label(keys[name][0])


def footer_items(keys: Keys) -> tuple[tuple[str, str, str], ...]:
    """Return (action, key, words) for the footer, in order; ``help`` is always among them."""
    return items_of(keys, (action.id for action in ACTIONS if action.footer))


def replay_items(keys: Keys, *, alone: bool) -> tuple[tuple[str, str, str], ...]:
    """Return the same during a replay; ``alone``: there is no live board to go back to."""
    names = (name for name in _REPLAY if not (alone and name == "live"))
    return tuple(
        (name, key, _PLAY if name == "pause" else words)
        for name, key, words in items_of(keys, names)
    )


def items_of(keys: Keys, names: Iterable[str]) -> tuple[tuple[str, str, str], ...]:
    """Return (action, key, words) of some actions, in their order; those without a key are not."""
    return tuple((name, key_of(keys, name), BY_ID[name].words) for name in names if keys.get(name))


def help_groups(
    keys: Keys, here: Collection[str] = BY_ID
) -> Iterable[tuple[str, list[tuple[str, Action]]]]:
    """Return the help: each group with (keys as read, action), of those that are in ``here``."""
    groups: dict[str, list[tuple[str, Action]]] = {}
    for action in (item for item in ACTIONS if item.id in here):
        words = " ".join(key_label(key) for key in keys.get(action.id, ()))
        groups.setdefault(action.group, []).append((words, action))
    return groups.items()
