"""The table of actions: every key can be bound, none twice, and every one can be rebound."""

import pytest
from textual.keys import Keys, _character_to_key

from wallboard import actions


def test_the_defaults_have_no_mistake_and_no_clash() -> None:
    keys, mistakes = actions.keymap({})
    assert mistakes == []
    bound = [key for names in keys.values() for key in names]
    assert len(bound) == len(set(bound))
    assert list(keys) == [action.id for action in actions.ACTIONS]
    assert all(keys.values())


def test_every_action_can_be_explained() -> None:
    assert len(actions.BY_ID) == len(actions.ACTIONS)
    for action in actions.ACTIONS:
        assert action.words
        assert action.help
        assert action.group


def test_a_character_has_the_name_that_the_terminal_will_send() -> None:
    """A name of our own would be a key that never comes."""
    characters = [chr(code) for code in range(33, 127)]
    named = {character: actions.key_name(character) for character in characters}
    assert named == {character: _character_to_key(character) for character in characters}


def test_a_named_key_is_one_that_the_terminal_can_send() -> None:
    sent = {one.value for one in Keys}
    characters = {_character_to_key(chr(code)) for code in range(32, 127)}
    assert actions._SPECIAL
    assert set(actions._SPECIAL) - sent - characters == set()
    assert {key: actions.key_name(key) for key in actions._SPECIAL} == {
        key: key for key in actions._SPECIAL
    }


@pytest.mark.parametrize(
    ("written", "name"),
    [("esc", "escape"), ("PgUp", "pageup"), (" ", "space"), (" f5 ", "f5"), ("K", "K"), ("é", "é")],
)
def test_other_ways_to_write_a_key(written: str, name: str) -> None:
    assert actions.key_name(written) == name


@pytest.mark.parametrize("written", ["ctrl+q", "alt+x", "", "ab", "f13", "\x1b", "meta", "ctrl+b"])
def test_keys_that_cannot_be_bound(written: str) -> None:
    assert actions.key_name(written) is None
    keys, mistakes = actions.keymap({"quit": [written]})
    assert len(mistakes) == 1
    assert mistakes[0].action == "quit"
    assert mistakes[0].words.startswith("not a key that can be bound")
    assert keys["quit"] == ("q",)


def test_one_bad_key_of_several_is_a_mistake() -> None:
    _, mistakes = actions.keymap({"quit": ["x", "ctrl+x"]})
    assert len(mistakes) == 1


def test_rebinding_replaces_all_keys_of_the_action() -> None:
    keys, mistakes = actions.keymap({"up": ["u"]})
    assert mistakes == []
    assert keys["up"] == ("u",)


def test_an_unknown_action_names_the_nearest() -> None:
    _, mistakes = actions.keymap({"quitt": ["x"]})
    assert mistakes == [("quitt", "no such action; nearest: quit")]


def test_a_clash_names_both_actions_and_the_key_as_written() -> None:
    _, mistakes = actions.keymap({"quit": ["/"]})
    assert mistakes == [("quit", "the key / also does filter; give one of them another")]
    _, mistakes = actions.keymap({"filter": ["q"]})
    assert mistakes == [("filter", "the key q also does quit; give one of them another")]


def test_a_clash_by_two_spellings_of_one_key() -> None:
    _, mistakes = actions.keymap({"quit": ["slash"]})
    assert len(mistakes) == 1


def test_a_key_is_labelled_as_on_the_keyboard() -> None:
    shown = [actions.key_label(key) for key in ("slash", "escape", "pageup", "up", "q", "space")]
    assert shown == ["/", "esc", "pgup", "↑", "q", "space"]
