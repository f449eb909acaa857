"""The help: what a page shows, its keys, the marks, the rules in force, the files."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import ClassVar, NamedTuple

from rich.cells import cell_len

from wallboard.actions import key_label
from wallboard.model.data.catalogue import Labels, relabel
from wallboard.ui.keys import Keys, bindings, help_groups, key_of, tile_number, view_number
from wallboard.ui.screens.page import Around, Page
from wallboard.ui.setup import BoardSetup
from wallboard.ui.widgets.columns import fit
from wallboard.ui.widgets.text.flow_layout import Stack, join_blocks, join_stacks, stack_blocks
from wallboard.ui.widgets.text.line_widget import Pieces, width_of
from wallboard.ui.widgets.text.text_panel import wrap

_MARKS: tuple[tuple[str, str], ...] = (
    ("!", "warning: a bound is reached"),
    ("!!", "critical"),
    ("?", "cannot be true, or of a unit not confirmed"),
    ("–", "no value, or nothing to divide by"),
    ("~", "estimated: counted on since the last poll"),
    ("z", "silenced: it stands as ever, and nobody is told"),
    ("↑", "an overflow seat"),
    ("*", "a total that is partial, old, or seats"),
    ("partial", "a total without the values that are missing"),
    ("seats", "not people: one agent sits in many queues"),
    ("LIVE", "the data is fresh"),
    ("LATE", "older than two polls"),
    ("STALE", "older still: dimmed, without levels"),
    ("NO DATA", "too old to be shown"),
)

_KEY = 10


class About(NamedTuple):
    """What the help is about: a page by name, in words, and the actions that its keys do."""

    name: str
    words: str
    here: Collection[str]


class HelpScreen(Page):
    """What it is about, keys by group, marks, then rules, saved filters and files of ``setup``."""

    BINDINGS = bindings("bounds")
    FOOTER: ClassVar[tuple[str, ...]] = ("back", "bounds", "palette")

    def __init__(
        self,
        around: Around,
        setup: Callable[[], BoardSetup],
        labels: Callable[[], Labels],
        about: About,
    ) -> None:
        super().__init__(around)
        self._about = about
        self._setup = setup
        self._labels = labels

    def head(self) -> Sequence[Pieces]:
        """Return the title."""
        return [((f"Help · {self._about.name}", "title"),)]

    def lines(self) -> Sequence[Pieces]:
        """Return the help for the width that there is."""
        room, setup = self.room, self._setup()
        told: list[Pieces] = [((item, "normal"),) for item in wrap(self._about.words, room)]
        blocks = [*key_blocks(setup.keys, self._about.here), _list_block("Marks", _MARKS)]
        made = _side_by_side(blocks)
        more = [told, made if max(map(width_of, made)) <= room else join_blocks(blocks)]
        more.append(_list_block("Saved filters", saved_filters(setup.keys, setup.views)))
        if setup.rule_words:
            more.append(rule_block(setup.rule_words, self._labels(), room))
        if setup.files:
            widest = max(len(what) for what, _ in setup.files) + 4
            more.append(_list_block("Files", setup.files, max(_KEY, widest)))
        return [(), *join_blocks(more)]


def _side_by_side(blocks: Sequence[Sequence[Pieces]]) -> list[Pieces]:
    """Return blocks in two stacks, each as wide as it must be."""
    groups = stack_blocks([len(block) for block in blocks], 2)
    stacks = [join_blocks([blocks[index] for index in group]) for group in groups]
    return join_stacks([Stack(stack, max(map(width_of, stack))) for stack in stacks])


def _list_block(title: str, pairs: Sequence[tuple[str, str]], width: int = _KEY) -> list[Pieces]:
    return [
        ((title, "heading"),),
        *(((fit(f"  {what}", width + 2), "key"), (words, "normal")) for what, words in pairs),
    ]


def key_blocks(keys: Keys, here: Collection[str]) -> list[list[Pieces]]:
    """Return the groups of keys that do something ``here``, without those of saved filters."""
    blocks = []
    for group, actions in help_groups(keys, here):
        (first, action), (last, _) = actions[0], actions[-1]
        if tile_number(action.id) is not None:
            words = "to the queue of the first tile, the second and so on"
            blocks.append(_list_block(group, [(f"{first} to {last}", words)]))
        elif view_number(action.id) is None:
            blocks.append(_list_block(group, [(bound, item.help) for bound, item in actions]))
    return blocks


def saved_filters(keys: Keys, views: Mapping[int, str]) -> list[tuple[str, str]]:
    """Return the saved filters with their keys; none: how to have some."""
    pairs = [
        (" ".join(map(key_label, keys.get(f"view_{number}", ()))), text)
        for number, text in views.items()
    ]
    keep = key_of(keys, "keep_view")
    return pairs or [
        ("1 … 9", f"none: {keep} keeps the filter in force, [views] lists some for all")
    ]


def rule_block(rules: Sequence[tuple[str, str, str]], labels: Labels, room: int) -> list[Pieces]:
    """Return the rules in force: of what, the bounds, and where they were set."""
    lines: list[Pieces] = [(("Rules", "heading"),)]
    names = [f"  {_rule_name(key, labels)}" for key, _, _ in rules]
    column = 2 + max(map(cell_len, names))
    for name, (_, text, origin) in zip(names, rules, strict=True):
        told = wrap(text, max(20, room - column))
        for number, words in enumerate(told):
            head = fit(name if number == 0 else "", column)
            lines.append(((head, "label"), (words, "normal")))
        place = f"  {origin}"
        if cell_len(told[-1]) + cell_len(place) <= room - column:
            lines[-1] = (*lines[-1], (place, "label"))
        else:
            lines.append(((" " * column, ""), (place.strip(), "label")))
    return lines


def _rule_name(key: str, labels: Labels) -> str:
    """Return of what ``thresholds.total.waitingCalls`` speaks, in words."""
    rest = key.removeprefix("thresholds.")
    metric = relabel(rest.rpartition(".")[2], labels)
    words = metric.label if metric else rest
    group, whole, _ = rest.removeprefix("groups.").rpartition(".thresholds.")
    if whole:
        return f"{words}, group {group}"
    return f"{words}, total" if rest.startswith("total.") else words
