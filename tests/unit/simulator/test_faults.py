"""The fault switch: how faults are written, when they are on, what mistakes are told."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wallboard.errors import ConfigurationError
from wallboard.simulator.faults.fault_list import ENDPOINTS, WHAT, WHERE
from wallboard.simulator.faults.switch import Fault, FaultSwitch, parse


class Timed:
    def __init__(self) -> None:
        self.seconds = 0.0
        self.switch = FaultSwitch(lambda: self.seconds)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("realtime:503-html:seconds=20", Fault("realtime", "503-html", seconds=20)),
        ("token:wrong-user", Fault("token", "wrong-user")),
        (
            "realtime:429:times=3,retry=7",
            Fault("realtime", "429", times=3, retry="7"),
        ),
        ("all:hang:after=5", Fault("all", "hang", after=5)),
        (
            " realtime : slow : delay = 0.5 , pbx = aurora europe ",
            Fault("realtime", "slow", delay=0.5, pbx="aurora europe"),
        ),
        ("realtime:429:retry=date+9", Fault("realtime", "429", retry="date+9")),
        ("realtime:429:retry=absurd", Fault("realtime", "429", retry="absurd")),
        ("queues:bomb:megabytes=3", Fault("queues", "bomb", megabytes=3)),
        (
            "realtime:400-metric:metric=onHoldTime",
            Fault("realtime", "400-metric", metric="onHoldTime"),
        ),
    ],
)
def test_what_is_written_is_what_is_meant(text: str, fault: Fault) -> None:
    assert parse(text) == fault


@given(
    st.sampled_from(sorted(WHAT)),
    st.sampled_from(WHERE),
    st.none() | st.integers(1, 999),
    st.none() | st.integers(0, 999),
    st.integers(0, 99),
)
def test_a_fault_is_written_as_it_is_read(
    what: str, where: str, times: int | None, seconds: int | None, after: int
) -> None:
    where = where if where in WHAT[what][0] else "all"
    fault = Fault(where, what, times=times, seconds=seconds, after=after)
    assert parse(str(fault)) == fault


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "'' is no endpoint"),
        ("realtme:500", "'realtme' is no endpoint; perhaps realtime"),
        ("realtime:503", "'503' is no fault; perhaps 503-html"),
        ("realtime:truncate", "perhaps truncated"),
        ("realtime", "'' is no fault"),
        ("token:twins", "'twins' does not happen at 'token'; only at realtime"),
        ("realtime:500:time=3", "'time' is nothing a fault has; perhaps times"),
        ("realtime:500:times=three", "times is a whole number above 0, not 'three'"),
        ("realtime:500:times=0", "times is a whole number above 0"),
        ("realtime:500:seconds=-1", "seconds is seconds"),
        ("realtime:500:seconds=nan", "seconds is seconds"),
        ("realtime:429:retry=soon", "retry is seconds, date+SECONDS, absurd or none"),
        ("realtime:500:pbx=", "pbx is a PBX's name"),
    ],
)
def test_a_mistake_is_told_with_the_nearest_names(text: str, told: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        parse(text)
    assert told in caught.value.words
    assert "docs/simulator.md" in caught.value.remedy
    assert caught.value.exit_code == 2


@given(st.text(max_size=40))
def test_nonsense_is_a_mistake_and_never_a_crash(text: str) -> None:
    words = ""
    try:
        parse(text)
    except ConfigurationError as error:
        words = error.words
    assert words.isprintable()


@pytest.mark.parametrize("wrong", [("nowhere", "500"), ("realtime", "nothing")])
def test_a_fault_that_is_none_cannot_be_made(wrong: tuple[str, str]) -> None:
    with pytest.raises(ValueError, match="no such"):
        Fault(*wrong)


def test_for_so_many_requests() -> None:
    timed = Timed()
    timed.switch.add("realtime:500:times=2")
    assert [bool(timed.switch.take("realtime")) for _ in range(4)] == [True, True, False, False]
    assert timed.switch.active() == ()


def test_for_a_time_that_begins_with_the_first_request_it_meets() -> None:
    timed = Timed()
    timed.switch.add("realtime:500:seconds=20")
    timed.seconds = 1000.0
    assert timed.switch.take("realtime")
    timed.seconds = 1019.9
    assert timed.switch.take("realtime")
    timed.seconds = 1020.0
    assert timed.switch.take("realtime") is None


def test_for_ever() -> None:
    timed = Timed()
    timed.switch.add("realtime:500")
    for _ in range(100):
        timed.seconds += 1000
        assert timed.switch.take("realtime")


def test_after_so_many_requests_of_its_own() -> None:
    timed = Timed()
    timed.switch.add("realtime:500:after=2,times=1")
    met = [bool(timed.switch.take(one)) for one in ("realtime", "token", "realtime", "realtime")]
    assert met == [False, False, False, True]


def test_it_meets_its_endpoint_only_and_all_meets_where_it_makes_sense() -> None:
    timed = Timed()
    timed.switch.add("all:twins")
    assert [one for one in ENDPOINTS if timed.switch.take(one)] == ["realtime", "queue-metrics"]
    timed.switch.clear()
    timed.switch.add("all:500")
    assert [one for one in ENDPOINTS if timed.switch.take(one)] == list(ENDPOINTS)
    timed.switch.clear()
    timed.switch.add("queues:500")
    assert [one for one in ENDPOINTS if timed.switch.take(one)] == ["queues"]


def test_one_pbx_only() -> None:
    timed = Timed()
    timed.switch.add("realtime:403:pbx=europe")
    assert timed.switch.take("realtime", "europe")
    assert timed.switch.take("realtime", "americas") is None
    assert timed.switch.take("token") is None


def test_the_oldest_fault_comes_first_and_then_the_next() -> None:
    timed = Timed()
    timed.switch.add("realtime:500:times=1")
    timed.switch.add(Fault("realtime", "404", times=1))
    met = [timed.switch.take("realtime") for _ in range(3)]
    assert [one.what if one else "" for one in met] == ["500", "404", ""]


def test_active_and_clear() -> None:
    timed = Timed()
    timed.switch.add("realtime:500")
    timed.switch.add("token:401")
    assert [str(one) for one in timed.switch.active()] == ["realtime:500", "token:401"]
    timed.switch.clear()
    assert timed.switch.active() == ()
    assert timed.switch.take("token") is None


def test_every_fault_is_in_the_documentation() -> None:
    text = (Path(__file__).parents[3] / "docs" / "simulator.md").read_text(encoding="utf-8")
    for what, (_, words) in WHAT.items():
        assert f"| `{what}` |" in text
        assert words.replace("|", "&#124;") in text
