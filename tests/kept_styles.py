"""What Textual reads of style sheets and finds in them, kept from one board to the next."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from textual.css.stylesheet import Stylesheet

Rules = dict[str, Any]
LOOK = Stylesheet.apply
"""Textual's own way, which looks each time."""


@contextmanager
def styles_kept() -> Iterator[None]:
    """Read each style sheet once, and look once for the rules of each kind of widget."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Stylesheet, "_parse_rules", _read_once())
        patch.setattr(Stylesheet, "apply", _looked_for_once())
        yield


def _read_once() -> Any:
    kept: dict[object, Any] = {}
    read = Stylesheet._parse_rules

    def once(sheet: Stylesheet, css: str, *more: Any, **named: Any) -> Any:
        values = tuple(sorted(sheet._variables.items()))
        key = (css, more, tuple(sorted(named.items())), values)
        if key not in kept:
            kept[key] = read(sheet, css, *more, **named)
        return kept[key]

    return once


def _looked_for_once() -> Any:
    """Return what stands for ``Stylesheet.apply``; rules that count siblings are never kept."""
    kept: dict[object, dict[object, Rules]] = {}
    siblings = Stylesheet._EXCLUDE_PSEUDO_CLASSES_FROM_CACHE

    def once(sheet: Any, node: Any, *, animate: bool = False, cache: Any = None) -> None:
        if getattr(sheet, "_kept_of", None) is not sheet.rules:
            sheet._kept_of = sheet.rules
            sheet._kept = kept.setdefault(tuple(map(id, sheet.rules)), {})
            sheet._kept_states = {}
        states = _states(sheet, node)
        if not siblings.isdisjoint(states):
            LOOK(sheet, node, animate=animate, cache=cache)
            return
        key = tuple([_described(one, states) for one in node.css_path_nodes])
        rules = sheet._kept.get(key)
        if rules is None:
            found: dict[Any, Any] = {}
            LOOK(sheet, node, animate=animate, cache=found)
            sheet._kept.update((key, rules) for rules in found.values())
            return
        node._has_hover_style = "hover" in states
        node._has_focus_within = node._has_order_style = node._has_odd_or_even = False
        if animate:
            sheet.replace_rules(node, rules, animate=True)
        else:
            _put(node, rules)
        sheet._process_component_classes(node)

    return once


def _put(node: Any, rules: Rules) -> None:
    """Give a widget these rules, as Textual does, which sets also what is the same as before."""
    styles = node.styles.base
    before = styles._rules
    for name in before.keys() | rules.keys():
        value = rules.get(name)
        # What is set for a scrollbar draws it anew, whether or not it is another one.
        if value is None or value is not before.get(name) or name.startswith("scrollbar"):
            setattr(styles, name, value)
    node.notify_style_update()


def _states(sheet: Any, node: Any) -> Iterable[str]:
    """Return the states (``focus``, ``hover``) that rules for such a node ask for."""
    kind = (type(node), node._id, node.classes)
    if kind not in sheet._kept_states:
        names = node._selector_names & sheet.rules_map.keys()
        rules = [rule for name in names for rule in sheet.rules_map[name]]
        sheet._kept_states[kind] = sorted(set().union(*(one.pseudo_classes for one in rules)))
    states: Iterable[str] = sheet._kept_states[kind]
    return states


def _described(node: Any, states: Iterable[str]) -> tuple[object, ...]:
    """Return all of a node that a rule can ask for."""
    known = node._PSEUDO_CLASSES
    now = tuple([known[one](node) for one in states if one in known])
    return type(node), node._id, node.classes, now
