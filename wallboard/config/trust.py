"""Whether a configuration file that was found, and not named, may be obeyed.

Such a file says where key, user name and password are sent and which program alerts run: whoever
can write it has the user's rights. So it is checked as ssh checks its own: file and folders on
the way are the user's or root's, and nobody else may write them. What was named was chosen.
"""

import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

_NAME_IT = "if you trust it all the same, name it with --config or WALLBOARD_CONFIG"

LookUp = Callable[[Path], os.stat_result]


def why_not_trusted(
    path: Path, uid: int | None, private: Callable[[int], bool], look: LookUp = os.lstat
) -> tuple[str, str]:
    """Return why the file at ``path`` is not obeyed, and what to do; empty both if it is.

    ``uid``: who we are, ``None`` where the system has no such thing: then all is obeyed.
    ``private``: whether a group, by its number, is nobody's but ours or root's. ``look``: what is
    at a path, of a symbolic link the link itself. A folder where others may write and nobody may
    remove what is another's (``/tmp``) is no harm: what is in it is checked by its own owner.
    """
    if uid is None:
        return "", ""
    for place in _path_and_parents(path):
        try:
            status = look(place)
        except FileNotFoundError:
            continue  # a link that leads nowhere: told when it is read
        except OSError as error:
            why = (error.strerror or "cannot be examined").lower()
            return f"not obeyed: {place}: {why}", _NAME_IT[0].upper() + _NAME_IT[1:]
        what = "it" if place == path else str(place)
        if status.st_uid not in (uid, 0):
            mend = f"chown {uid} {place}" if place == path else "move it to a folder of your own"
            owner = f"{what} belongs to somebody else (user {status.st_uid})"
            return f"not obeyed: {owner}", f"Read it, then {mend}, or {_NAME_IT}"
        if stat.S_ISLNK(status.st_mode) or _sticky_folder(status.st_mode):
            continue
        group = status.st_mode & stat.S_IWGRP and not private(status.st_gid)
        if group or status.st_mode & stat.S_IWOTH:
            return f"not obeyed: others may write {what}", f"chmod go-w {place}, or {_NAME_IT}"
    return "", ""


def _path_and_parents(path: Path) -> Iterator[Path]:
    """Yield a path, all folders above it, and the same of what it is without symbolic links."""
    named = Path(os.path.abspath(path))
    real = Path(os.path.realpath(path))
    yield from dict.fromkeys((path, named, real, *named.parents, *real.parents))


def _sticky_folder(mode: int) -> bool:
    return stat.S_ISDIR(mode) and bool(mode & stat.S_ISVTX)


def private_group(gid: int, uid: int) -> bool:
    """Whether a group has nobody in it but the user and root, as far as the system lists them.

    That is the group that many systems make for each user, under the user's own name.
    """
    import grp  # Systems without users' numbers have neither, and are not asked.
    import pwd

    try:
        ours = {pwd.getpwuid(uid).pw_name, "root"}
        group = grp.getgrgid(gid)
    except (KeyError, OSError):
        return False
    return group.gr_name in ours and ours.issuperset(group.gr_mem)
