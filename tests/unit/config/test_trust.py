"""A configuration that was found is obeyed only if nobody but the user and root can write it."""

import os
import stat
from pathlib import Path

import pytest

from wallboard.config.trust import private_group, why_not_trusted
from wallboard.errors import ConfigurationError
from wallboard.settings import load

US, THEM, OUR_GROUP, STAFF = 1000, 1001, 1000, 50
FILE = Path("/nowhere/board/wallboard.toml")
NEEDS_ROOT = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can give files away"
)


def status(kind: int, mode: int, uid: int, gid: int) -> os.stat_result:
    return os.stat_result((kind | mode, 0, 0, 1, uid, gid, 0, 0, 0, 0))


def judged(at: str, mode: int, uid: int = US, gid: int = OUR_GROUP, us: int | None = US) -> str:
    """What is said where everything is ours alone but the path ``at``."""

    def look(path: Path) -> os.stat_result:
        kind = stat.S_IFREG if path == FILE else stat.S_IFDIR
        return status(kind, mode, uid, gid) if str(path) == at else status(kind, 0o755, US, US)

    return " → ".join(
        filter(None, why_not_trusted(FILE, us, lambda group: group == OUR_GROUP, look))
    )


@pytest.mark.parametrize("at", [str(FILE), "/nowhere/board", "/nowhere", "/"])
def test_others_may_write_neither_the_file_nor_a_folder_on_the_way(at: str) -> None:
    assert judged(at, 0o700) == judged(at, 0o644) == judged(at, 0o644, uid=0, gid=0) == ""
    assert judged(at, 0o664) == "", "the group that is the user's own"
    for said in (judged(at, 0o666), judged(at, 0o664, gid=STAFF)):
        assert "others may write" in said
        assert f"chmod go-w {at}, or" in said
    said = judged(at, 0o600, uid=THEM)
    assert "belongs to somebody else (user 1001)" in said
    assert "--config" in said


def test_a_folder_from_which_nobody_removes_what_is_anothers_is_no_harm() -> None:
    assert judged("/nowhere", 0o1777) == judged("/nowhere", 0o1777, uid=0) == ""
    assert judged(str(FILE), 0o1666), "of a file the bit means nothing"


def test_without_users_all_is_obeyed_and_what_cannot_be_examined_is_not() -> None:
    assert judged(str(FILE), 0o666, us=None) == ""

    def gone(path: Path) -> os.stat_result:
        raise PermissionError(13, "Permission denied", str(path))

    assert "permission denied" in why_not_trusted(FILE, US, lambda _: True, gone)[0]


def test_a_link_is_judged_by_whose_it_is_and_by_where_it_leads(tmp_path: Path) -> None:
    real, link = tmp_path / "open" / "real.toml", tmp_path / "wallboard.toml"
    real.parent.mkdir()
    real.touch(mode=0o600)
    link.symlink_to(real)
    uid = os.getuid()
    assert why_not_trusted(link, uid, lambda _: True) == ("", "")
    real.parent.chmod(0o777)
    assert f"others may write {real.parent}" in why_not_trusted(link, uid, lambda _: True)[0]


def test_a_group_that_does_not_exist_is_not_private() -> None:
    assert not private_group(2**31 - 7, os.getuid())


@pytest.mark.parametrize("mode", [0o602, 0o646, 0o666])
def test_a_found_file_that_others_may_write_is_refused_a_named_one_is_not(
    tmp_path: Path, mode: int
) -> None:
    file = tmp_path / "wallboard.toml"
    file.write_text('[alerts]\ncommand = ["/bin/true"]\n', encoding="utf-8")
    file.chmod(mode)
    with pytest.raises(ConfigurationError) as refused:
        load({}, {}, tmp_path, candidates=(file,))
    assert refused.value.words == "wallboard.toml: not obeyed: others may write it"
    assert f"chmod go-w {file}" in refused.value.remedy
    assert refused.value.exit_code == 2
    assert load({}, {}, tmp_path, config=file).path == file
    assert load({}, {"WALLBOARD_CONFIG": str(file)}, tmp_path).path == file


def test_what_bears_the_name_and_is_no_file_is_told_and_not_passed_over(tmp_path: Path) -> None:
    file, next_one = tmp_path / "wallboard.toml", tmp_path / "next.toml"
    next_one.touch(mode=0o600)

    def why() -> str:
        with pytest.raises(ConfigurationError) as told:
            load({}, {}, tmp_path, candidates=(file, next_one))
        return told.value.words

    file.mkdir(mode=0o700)
    assert why() == "wallboard.toml: is a directory"
    file.rmdir()
    os.mkfifo(file, mode=0o600)
    assert why() == "wallboard.toml: not a file"
    file.unlink()
    file.symlink_to(tmp_path / "nowhere")
    assert why() == "wallboard.toml: no such file or directory"
    file.unlink()
    assert load({}, {}, tmp_path, candidates=(file, next_one)).path == next_one


@NEEDS_ROOT
def test_a_found_file_of_somebody_else_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "wallboard.toml"
    file.touch(mode=0o600)
    assert load({}, {}, tmp_path, candidates=(file,)).path == file
    os.chown(file, THEM, THEM)
    with pytest.raises(ConfigurationError, match="belongs to somebody else"):
        load({}, {}, tmp_path, candidates=(file,))
    os.chown(file, 0, 0)
    os.chown(tmp_path, THEM, THEM)
    with pytest.raises(ConfigurationError, match="belongs to somebody else"):
        load({}, {}, tmp_path, candidates=(file,))
