"""The log: one line an event, nothing secret, nothing on the screen, never the end of the board."""

import errno
import io
import logging
import os
import re
import stat
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wallboard.errors import Unreachable
from wallboard.host import logs
from wallboard.host.logs import mask_too, start_logging, stop_logging
from wallboard.host.masking import MASK, Mask

ROOT = Path(__file__).parents[3]
LOG = logging.getLogger("wallboard.feed.poller")


@pytest.fixture(autouse=True)
def _ended() -> Iterator[None]:
    yield
    stop_logging()


def lines(folder: Path) -> list[str]:
    return (folder / logs.NAME).read_text(encoding="utf-8").splitlines()


def said(folder: Path) -> list[str]:
    """The lines without their times."""
    return [line.partition(" ")[2] for line in lines(folder)]


def test_one_line_an_event_with_time_level_and_place(tmp_path: Path) -> None:
    folder = tmp_path / "state" / "wallboard"
    made = start_logging(folder, "info", [])
    assert made == logs.LogFile(folder / "wallboard.log")
    LOG.info("poll %d answered\nin %s", 3, "310 ms")
    LOG.debug("too much")
    (line,) = lines(folder)
    assert re.fullmatch(
        r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d INFO feed\.poller: "
        r"poll 3 answered in 310 ms",
        line,
    )


@pytest.mark.parametrize(
    ("level", "count"), [("debug", 4), ("info", 3), ("warning", 2), ("error", 1)]
)
def test_levels(tmp_path: Path, level: str, count: int) -> None:
    start_logging(tmp_path, level, [])
    for at in (logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR):
        LOG.log(at, "x")
    assert len(lines(tmp_path)) == count
    assert level in logs.LEVELS


def test_folder_and_file_are_for_their_owner_alone(tmp_path: Path) -> None:
    start_logging(tmp_path / "new", "info", [])
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "new" / logs.NAME).stat().st_mode) == 0o600


@pytest.mark.parametrize("name", ["httpx", "httpcore.http11", "hpack", "asyncio"])
def test_others_say_nothing_below_a_warning(tmp_path: Path, name: str) -> None:
    start_logging(tmp_path, "debug", [])
    logging.getLogger(name).info("HTTP Request: GET https://host/canary")
    logging.getLogger(name).debug("send_request_headers [(b'8x8-apikey', b'canary')]")
    assert lines(tmp_path) == []
    logging.getLogger(name).warning("Task was never retrieved\nfuture: <canary>")
    assert said(tmp_path) == [f"WARNING {name}: Task was never retrieved"]


def test_controls_of_a_terminal_do_not_reach_the_file(tmp_path: Path) -> None:
    start_logging(tmp_path, "info", [])
    LOG.info("queue \x1b]52;c;eA==\x07 \u202egnp\u2069 \x9b2J \0 é中")
    assert said(tmp_path) == ["INFO feed.poller: queue ?]52;c;eA==? ?gnp? ?2J ? é中"]


def test_a_line_has_an_end(tmp_path: Path) -> None:
    start_logging(tmp_path, "info", [])
    LOG.info("x" * 5_000)
    (line,) = lines(tmp_path)
    assert len(line) == 1_000
    assert line.endswith("x…")


SECRET = "p ^&=%+/'ß\n"


@pytest.mark.parametrize(
    "written",
    [
        SECRET,
        repr(SECRET),
        "p%20%5E%26%3D%25%2B%2F%27%C3%9F%0A",
        "p+%5E%26%3D%25%2B%2F%27%C3%9F%0A",
    ],
)
def test_a_secret_is_masked_in_every_form_it_travels_in(tmp_path: Path, written: str) -> None:
    start_logging(tmp_path, "info", ["", SECRET, "p ^"])
    LOG.info("before %s after", written)
    (line,) = said(tmp_path)
    assert MASK in line
    assert "%5E" not in line
    assert "^" not in line
    assert line.startswith("INFO feed.poller: before ")
    assert line.endswith(" after")


@pytest.mark.parametrize(
    "written",
    [
        "Authorization: Bearer canary-token",
        "{'Authorization': 'bearer canary-token'}",
        "proxy-authorization: Basic canary==",
        "token eyJhbGciOiJIUzI1NiJ9.canary.canary expired",
        "https://canary:canary@proxy:8080/",
    ],
)
def test_what_looks_like_a_token_is_masked_though_nobody_named_it(
    tmp_path: Path, written: str
) -> None:
    start_logging(tmp_path, "info", [])
    LOG.info(written)
    (line,) = lines(tmp_path)
    assert MASK in line
    assert "canary" not in line


@pytest.mark.parametrize("name", ["hub", "board", "it", "wall-1", "Überwachung"])
@pytest.mark.parametrize(
    "written",
    [
        "user {} does not have access to pbxId p",
        "user({}) does not have access to api category(CDR)",
        "{{'username': '{}', 'x': 1}}",
        "MQTT_USERNAME={} refused",
        'sign-in of login: "{}"',
        "account <{}> locked",
        "tried {}:open-sesame at the broker",
    ],
)
def test_a_user_name_that_is_a_word_is_masked_where_it_says_who_signs_in(
    tmp_path: Path, name: str, written: str
) -> None:
    start_logging(tmp_path, "info", ["open-sesame"], [name])
    LOG.info("%s", written.format(name))
    (line,) = said(tmp_path)
    assert line.count(MASK) == written.count("{}") + written.count("open-sesame")
    assert not re.search(rf"\b{re.escape(name)}\b", line.partition(": ")[2])


@pytest.mark.parametrize(
    "written",
    [
        "the hub has ended; hub-2 took over in /var/lib/hub",
        "users hub-bub are told by the hub",
        "the user's hub is here",
        "github hub: 3 boards",
    ],
)
def test_elsewhere_such_a_word_is_what_it_says(tmp_path: Path, written: str) -> None:
    start_logging(tmp_path, "info", ["open-sesame"], ["hub"])
    LOG.info("%s", written)
    assert said(tmp_path) == [f"INFO feed.poller: {written}"]


def test_what_is_no_word_or_also_a_password_is_masked_wherever_it_stands(tmp_path: Path) -> None:
    names = ["ada.lovelace@example.com", "a@b", "wall-board-7", "hub"]
    start_logging(tmp_path, "info", ["hub"], names)
    LOG.info(" and ".join(names))
    start_logging(tmp_path, "info", [], ["hub"])
    mask_too(["hub"], [])
    LOG.info("the hub")
    assert said(tmp_path) == [
        f"INFO feed.poller: {MASK} and {MASK} and {MASK} and {MASK}",
        f"INFO feed.poller: the {MASK}",
    ]


LETTERS = st.characters(codec="utf-8", exclude_categories=("C", "Z"))


@given(st.lists(st.text(LETTERS, min_size=3, max_size=8), max_size=4))
def test_no_secret_survives_beside_another(secrets: list[str]) -> None:
    """Not even where one is a part of another, or where both touch."""
    line = logs._Line(Mask(secrets))
    text = "".join(secrets) + "".join(reversed(secrets))
    record = logging.LogRecord("x", logging.INFO, "", 0, "%s", (text,), None)
    shown = line.format(record).partition(": ")[2].replace(MASK, "\0")
    assert not any(secret in shown for secret in secrets)


def test_of_an_exception_only_kind_and_place_are_kept(tmp_path: Path) -> None:
    start_logging(tmp_path, "info", [])
    try:
        dict[str, int]()["canary"]
    except KeyError:
        LOG.exception("the worker stopped")
    try:
        raise Unreachable("The connection was refused")
    except Unreachable:
        LOG.exception("no answer")
    LOG.error("nothing raised", exc_info=True)
    first, second, third = said(tmp_path)
    assert re.fullmatch(
        r"ERROR feed\.poller: the worker stopped \[KeyError at test_logs\.py:\d+\]", first
    )
    assert second.endswith(": The connection was refused]")
    assert third == "ERROR feed.poller: nothing raised"


def test_the_file_rotates_and_the_oldest_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logs, "SIZE", 500)
    monkeypatch.setattr(logs, "ALIKE", 60)
    start_logging(tmp_path, "info", [])
    for number in range(60):
        LOG.info("event %d", number)
    files = sorted(tmp_path.iterdir())
    assert [file.name for file in files] == [logs.NAME, *(f"{logs.NAME}.{n}" for n in range(1, 5))]
    assert all(file.stat().st_size <= 500 for file in files)
    assert all(stat.S_IMODE(file.stat().st_mode) == 0o600 for file in files)
    assert lines(tmp_path)[-1].endswith("event 59")


class Log:
    """Writes lines at seconds that a test chooses."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        start_logging(folder, "info", [])

    def say(self, at: float, words: str, *args: object, name: str = "wallboard.feed") -> None:
        record = logging.LogRecord(name, logging.WARNING, "", 0, words, args, None)
        record.created = 1_000_000.0 + at
        logging.getLogger().handle(record)

    @property
    def said(self) -> list[str]:
        return [line.partition(": ")[2] for line in said(self._folder)]


def test_of_lines_alike_the_rest_of_a_minute_is_one_line(tmp_path: Path) -> None:
    log = Log(tmp_path)
    for number in range(400):
        log.say(number / 10, "queue %s is late by %d s", f"Q{number}", number)
    log.say(41, "another matter")
    log.say(61, "and one more")
    first = [f"queue Q{number} is late by {number} s" for number in range(logs.ALIKE)]
    rest = 400 - logs.ALIKE
    assert log.said == [
        *first,
        "another matter",
        f"… {rest} more like this in the last minute: queue Q399 is late by 399 s",
        "and one more",
    ]
    # It is of the end of its minute, however late it is written.
    times = [datetime.fromisoformat(line.split()[0]).timestamp() for line in lines(tmp_path)]
    assert times[-3:] == [1_000_041, 1_000_060, 1_000_061]


def test_each_minute_has_lines_of_its_own(tmp_path: Path) -> None:
    log = Log(tmp_path)
    for second in range(3 * 60):
        for turn in range(10):
            log.say(second + turn / 10, "flap")
    assert log.said.count("flap") == 3 * logs.ALIKE
    assert log.said.count(f"… {600 - logs.ALIKE} more like this in the last minute: flap") == 2


def test_a_board_that_flaps_for_eight_minutes_leaves_the_older_files_alone(tmp_path: Path) -> None:
    log = Log(tmp_path)
    for at in range(8 * 60):
        for number in range(100):  # four times what one file holds
            log.say(at, f"queue {number} changed")
    stop_logging()
    assert [file.name for file in tmp_path.iterdir()] == [logs.NAME]
    assert (tmp_path / logs.NAME).stat().st_size < 30_000


def test_what_was_only_counted_is_told_at_the_end(tmp_path: Path) -> None:
    log = Log(tmp_path)
    for _ in range(logs.ALIKE + 3):
        log.say(0, "flap")
    stop_logging()
    assert log.said[-1] == "… 3 more like this in the last minute: flap"


def test_a_clock_that_was_set_back_holds_nothing_back(tmp_path: Path) -> None:
    log = Log(tmp_path)
    for _ in range(logs.ALIKE + 3):
        log.say(0, "flap")
    log.say(-7_200, "flap")
    assert log.said[-2:] == ["… 3 more like this in the last minute: flap", "flap"]


def test_what_has_no_words_of_its_own_is_told_by_what_is_filled_in(tmp_path: Path) -> None:
    log = Log(tmp_path)
    for note in ("lists a queue twice", "sends a wait of 700 hours"):
        for _ in range(logs.ALIKE):
            log.say(0, "%s: %s", "acme", note)
    assert log.said.count("acme: sends a wait of 700 hours") == logs.ALIKE
    # Another level, and another place, is another matter.
    log.say(0, "%s: %s", "acme", "lists a queue twice", name="wallboard.api")
    assert len(log.said) == 2 * logs.ALIKE + 1


def test_beginning_again_ends_the_log_before(tmp_path: Path) -> None:
    start_logging(tmp_path / "a", "info", [])
    start_logging(tmp_path / "b", "info", [])
    LOG.info("x")
    assert lines(tmp_path / "a") == []
    assert len(lines(tmp_path / "b")) == 1
    stop_logging()
    LOG.warning("after the end")
    assert len(lines(tmp_path / "b")) == 1


def test_a_folder_that_cannot_be_written_is_a_warning(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()
    made = start_logging(tmp_path / "file" / "x", "info", [])
    assert made.path is None
    where = tmp_path / "file" / "x"
    assert made.warning == (
        f"No log is written: {where}: not a directory; set [log] folder to another"
    )
    (tmp_path / logs.NAME).mkdir()
    assert "is a link, a folder or a pipe" in start_logging(tmp_path, "info", []).warning
    assert start_logging(Path("a\0b"), "info", []).path is None
    LOG.error("nobody hears this")
    assert capfd.readouterr() == ("", "")


def test_nothing_reaches_the_screen(tmp_path: Path) -> None:
    """In a process of its own: nothing of the test's own capturing of logs is in the way."""
    code = f"""
import logging, warnings
from pathlib import Path
from wallboard.host.logs import start_logging
for folder in ({str(tmp_path / "log")!r}, {str(ROOT / "README.md" / "x")!r}):
    start_logging(Path(folder), "debug", [])
    logging.getLogger("wallboard").error("x %d", "not a number")
    logging.getLogger("other").critical("y")
    warnings.warn("canary")
logging.getLogger("wallboard").error("z")
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert said(tmp_path / "log")[0] == "CRITICAL other: y"


def test_warnings_of_libraries_go_into_the_log(tmp_path: Path) -> None:
    start_logging(tmp_path, "info", [])
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(True)
        warnings.warn("soon gone", DeprecationWarning, stacklevel=1)
    (line,) = said(tmp_path)
    assert line.startswith("WARNING py.warnings: ")
    assert "soon gone" in line


class Full(io.StringIO):
    """A file on a disk that is full."""

    def write(self, _text: str, /) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    def flush(self) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_is_silence(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    start_logging(tmp_path, "info", [])
    (handler,) = (one for one in logging.getLogger().handlers if one.get_name() == "wallboard")
    assert isinstance(handler, logging.StreamHandler)
    before = handler.setStream(Full())
    assert before is not None
    before.close()
    LOG.error("x")
    stop_logging()
    assert capfd.readouterr() == ("", "")


def _link(path: Path) -> None:
    (path.parent / "precious").write_text("untouched", encoding="utf-8")
    path.symlink_to(path.parent / "precious")


def _dangling(path: Path) -> None:
    path.symlink_to(path.parent / "made elsewhere")


@pytest.mark.parametrize("older", ["", ".1", ".4"])
@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir, _link, _dangling])
def test_what_is_no_file_is_neither_waited_for_nor_followed(
    tmp_path: Path, make: Callable[[Path], None], older: str
) -> None:
    make(tmp_path / f"{logs.NAME}{older}")
    before = sorted(tmp_path.iterdir())
    made = start_logging(tmp_path, "info", [])
    assert made.path is None
    assert f"{logs.NAME}{older} is a link, a folder or a pipe, and no file" in made.warning
    LOG.info("nowhere")
    assert sorted(tmp_path.iterdir()) == before
    if make is _link:
        assert (tmp_path / "precious").read_text(encoding="utf-8") == "untouched"


def test_a_log_that_others_could_read_is_its_owners_alone_from_now_on(tmp_path: Path) -> None:
    paths = [tmp_path / logs.NAME, tmp_path / f"{logs.NAME}.1", tmp_path / f"{logs.NAME}.4"]
    for path in paths:
        path.write_text("before\n", encoding="utf-8")
        path.chmod(0o666)
    assert start_logging(tmp_path, "info", []).path == paths[0]
    assert [stat.S_IMODE(path.stat().st_mode) for path in paths] == [0o600] * 3


def test_a_log_that_cannot_be_made_private_is_not_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(opened: int, mode: int) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    (tmp_path / logs.NAME).touch()
    (tmp_path / logs.NAME).chmod(0o644)
    monkeypatch.setattr(os, "fchmod", refused)
    made = start_logging(tmp_path, "info", [])
    assert (made.path, "operation not permitted" in made.warning) == (None, True)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_a_log_of_somebody_else_is_not_written(tmp_path: Path) -> None:
    (tmp_path / logs.NAME).touch()
    os.chown(tmp_path / logs.NAME, 1001, 1001)
    made = start_logging(tmp_path, "info", [])
    assert (made.path, "belongs to somebody else" in made.warning) == (None, True)
