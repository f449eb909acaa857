"""``wallboard serve``: where it listens, who is let in, and what it says about both."""

import stat
from pathlib import Path

import pytest
from click.testing import CliRunner

from wallboard.cli import wallboard
from wallboard.commands import serve
from wallboard.errors import ConfigurationError
from wallboard.host.collector import COLLECT_EVERY, Leavings
from wallboard.host.http_server import listening


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    from wallboard.host.paths import state_folder

    return state_folder({"XDG_STATE_HOME": str(tmp_path)})


@pytest.mark.parametrize(
    ("written", "means"),
    [
        ("127.0.0.1:8090", ("127.0.0.1", 8090)),
        ("localhost:0", ("localhost", 0)),
        ("[::1]:80", ("::1", 80)),
        ("0.0.0.0:8090", ("0.0.0.0", 8090)),  # noqa: S104
    ],
)
def test_an_address_is_read(written: str, means: tuple[str, int]) -> None:
    assert serve._address(written) == means


@pytest.mark.parametrize("written", ["", "8090", ":8090", "wall:8090", "127.0.0.1", "127.0.0.1:x"])
def test_an_address_that_is_none_is_a_mistake(written: str) -> None:
    with pytest.raises(ConfigurationError, match="--listen"):
        serve._address(written)


def test_a_port_that_is_taken_or_none_is_a_mistake() -> None:
    with listening("127.0.0.1", 0, "--listen:", "") as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ConfigurationError, match="--listen: is taken"):
            listening("127.0.0.1", port, "--listen:", "")
    with pytest.raises(ConfigurationError, match="--listen: is no port"):
        listening("127.0.0.1", 70_000, "--listen:", "")


def test_the_token_is_the_same_at_each_start_and_its_owners_alone(state: Path) -> None:
    token = serve._token(demo=False)
    assert serve._token(demo=False) == token
    file = state / serve.TOKEN_FILE
    assert file.read_text().strip() == token
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert serve._token(demo=True) not in (token, serve._token(demo=True))


def test_a_token_that_could_be_guessed_is_a_mistake(state: Path) -> None:
    state.mkdir(parents=True, exist_ok=True)
    for weak in ("", "secret\n", "x" * 2_000):
        (state / serve.TOKEN_FILE).write_text(weak)
        with pytest.raises(ConfigurationError, match="--token") as caught:
            serve._token(demo=False)
        assert not weak.strip() or weak.strip() not in str(caught.value)


def test_what_is_said_at_the_start() -> None:
    open_to_all = "\n".join(serve._introduction("192.168.1.5", 8090, (), ""))
    assert "http://192.168.1.5:8090/" in open_to_all
    assert "--token" in open_to_all
    assert "--token" not in "\n".join(serve._introduction("192.168.1.5", 8090, (), "secret"))
    assert "--token" not in "\n".join(serve._introduction("127.0.0.1", 8090, (), ""))
    assert "http://[::1]:1/?token=t" in "\n".join(serve._introduction("::1", 1, (), "t"))
    assert "http://wall:9/" in "\n".join(serve._introduction("0.0.0.0", 8090, ("wall:9",), ""))  # noqa: S104


def test_without_the_pages_scripts_it_says_how_to_get_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    result = CliRunner().invoke(wallboard, ["serve", "--demo"])
    assert isinstance(result.exception, ConfigurationError)
    assert "textual-serve is not installed" in str(result.exception)
    assert "wallboard[web]" in result.exception.remedy


def test_without_an_account_it_says_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(wallboard, ["serve", "--listen", "127.0.0.1:0"])
    assert isinstance(result.exception, ConfigurationError)
    assert "demo" in result.exception.remedy


def test_what_boards_leave_behind_is_collected_once_a_while_after_they_ended() -> None:
    collected: list[None] = []
    leavings = Leavings(lambda: collected.append(None))
    leavings.look(1_000)
    for second in range(5):
        leavings.note_end(100 + second)
    leavings.look(100 + COLLECT_EVERY - 1)
    assert collected == []
    leavings.look(100 + COLLECT_EVERY)
    leavings.look(200)
    assert len(collected) == 1
