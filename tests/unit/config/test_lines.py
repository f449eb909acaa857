"""Each key of a TOML file is found on its line."""

import tomllib
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from wallboard.config.lines import KeyPath, key_lines

EVERYTHING = '''\
# [not.a] table = 1
title = "x # no comment"   # [neither]
[api]
key = """
 a "" # "quoted"
"b""""
raw = \'\'\'
[x]\'\'\'
sites = [   # a comment ]
  "a]", # one
  [1, 2], {q = 1, w.z = "}"},

]
"quoted \\u0041" . b = 3
when = 1979-05-27 07:32:00 # c
'it.s' = "\\"\\\\"

[[thresholds.override]]
queue = 'VIP#*'
[thresholds.override.waitingCalls]
warning = 3
[[ thresholds . override ]]
a = true
x = { for = 1, recover = { warning = 3 } }
[[thresholds.override.deep]]
[[thresholds.override.deep]]
y = []'''


def test_every_form_of_toml() -> None:
    over = ("thresholds", "override")
    assert key_lines(EVERYTHING) == {
        ("title",): 2,
        ("api",): 3,
        ("api", "key"): 4,
        ("api", "raw"): 7,
        ("api", "sites"): 9,
        ("api", "sites", 0): 10,
        ("api", "sites", 1): 11,
        ("api", "sites", 1, 0): 11,
        ("api", "sites", 1, 1): 11,
        ("api", "sites", 2): 11,
        ("api", "sites", 2, "q"): 11,
        ("api", "sites", 2, "w"): 11,
        ("api", "sites", 2, "w", "z"): 11,
        ("api", "quoted A"): 14,
        ("api", "quoted A", "b"): 14,
        ("api", "when"): 15,
        ("api", "it.s"): 16,
        over: 18,
        (*over, 0): 18,
        (*over, 0, "queue"): 19,
        (*over, 0, "waitingCalls"): 20,
        (*over, 0, "waitingCalls", "warning"): 21,
        (*over, 1): 22,
        (*over, 1, "a"): 23,
        (*over, 1, "x"): 24,
        (*over, 1, "x", "for"): 24,
        (*over, 1, "x", "recover"): 24,
        (*over, 1, "x", "recover", "warning"): 24,
        (*over, 1, "deep"): 25,
        (*over, 1, "deep", 0): 25,
        (*over, 1, "deep", 1): 26,
        (*over, 1, "deep", 1, "y"): 27,
    }


def test_windows_line_ends_count_once() -> None:
    assert key_lines("a = 1\r\n\r\n[b]\r\nc = 2\r\n") == {("a",): 1, ("b",): 3, ("b", "c"): 4}


def every_path(value: Any, path: KeyPath = ()) -> set[KeyPath]:
    items = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    found = {path} if path else set()
    return found.union(*(every_path(item, (*path, key)) for key, item in items))


KEY = st.sampled_from([*"abcd", "e f", "g.h", "i'", 'j"', "k#", "l]", "m="])
VALUE = st.recursive(
    st.sampled_from(["1", "'x'", '"y\\"z"', "'''\n'm\n'''", '"""\n\\"""n"""', "true", "1.5e3"]),
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda items: f"[ # c]\n{', '.join(items)} ]")
        | st.dictionaries(KEY, inner, max_size=3).map(
            lambda table: "{" + ", ".join(f"{quoted(k)} = {v}" for k, v in table.items()) + "}"
        )
    ),
    max_leaves=8,
)


def quoted(key: str) -> str:
    return '"' + key.replace('"', '\\"') + '"'


@given(
    st.dictionaries(KEY, st.dictionaries(KEY, VALUE, max_size=4), max_size=4),
    st.dictionaries(KEY, VALUE, max_size=3),
    st.sampled_from(["[{}]", "[[{}]]"]),
)
def test_no_key_is_missed_and_each_is_on_its_line(
    tables: dict[str, dict[str, str]], loose: dict[str, str], header: str
) -> None:
    lines: list[str] = []
    expected: dict[KeyPath, int] = {}
    for key, value in loose.items():
        if key not in tables:
            expected[key,] = _next_line(lines)
            lines.append(f"{quoted(key)} = {value}")
    for table, pairs in tables.items():
        lines.append("# between\n")
        expected[table,] = _next_line(lines)
        lines.append(header.format(quoted(table)))
        for key, value in pairs.items():
            inside = (table, 0, key) if header == "[[{}]]" else (table, key)
            expected[inside] = _next_line(lines)
            lines.append(f"{quoted(key)} = {value}")
    text = "\n".join(lines)
    found = key_lines(text)
    assert set(found) == every_path(tomllib.loads(text))
    assert {path: found[path] for path in expected} == expected


def _next_line(lines: list[str]) -> int:
    return sum(line.count("\n") + 1 for line in lines) + 1
