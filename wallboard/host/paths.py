"""Where files are looked for. Pure: names are worked out here, and nothing is created.

``environ`` is passed in; where it names a folder of the XDG base directory specification, that
is obeyed, and otherwise platformdirs says what the system's custom is.
"""

import contextlib
import getpass
import os
from collections.abc import Callable, Mapping
from pathlib import Path

import platformdirs

from wallboard.errors import ConfigurationError

APP = "wallboard"
"""The name of the program's own folder inside the system's."""

NO_HOME = Path(os.devnull)
"""Stands for a home folder that is not there: no file can be below it."""

CONFIG_NAME = "wallboard.toml"
"""The name of the configuration file, in whichever folder."""


def package_folder() -> Path:
    """Return the folder of the installed package."""
    return Path(__file__).resolve().parents[1]


def working_folder() -> Path:
    """Return the folder that the program was started in. Raises ``ConfigurationError``."""
    try:
        return Path.cwd()
    except OSError:
        raise ConfigurationError(
            ["the folder in which wallboard was started is not there any more"],
            "Start it in another one",
        ) from None


def config_folder(environ: Mapping[str, str]) -> Path:
    """Return the user's configuration folder of this program; it need not exist."""
    chosen = _listed_folders(environ, "XDG_CONFIG_HOME")
    return chosen[0] if chosen else _custom(platformdirs.user_config_path)


def system_config_folders(environ: Mapping[str, str]) -> tuple[Path, ...]:
    """Return the system's configuration folders of this program, first to look in first."""
    chosen = _listed_folders(environ, "XDG_CONFIG_DIRS")
    if chosen:
        return chosen
    written = platformdirs.site_config_dir(APP, appauthor=False, multipath=True)
    # Beside the custom of the specification (/etc/xdg), /etc itself is where people look.
    usual = [Path("/etc") / APP] if os.name == "posix" else []
    return tuple(dict.fromkeys([*map(Path, written.split(os.pathsep)), *usual]))


def config_candidates(environ: Mapping[str, str], cwd: Path) -> tuple[Path, ...]:
    """Return where the configuration file may be, first to look at first.

    ``--config`` and ``WALLBOARD_CONFIG`` are not among them: what is named must exist.
    """
    folders = (cwd, config_folder(environ), *system_config_folders(environ))
    return tuple(folder / CONFIG_NAME for folder in folders)


def profile_file(base: Path, profile: str) -> Path:
    """Return where a profile is that lies over a configuration file; it need not exist."""
    return base.with_name(f"{base.stem}.{profile}{base.suffix}")


def profiles_of(base: Path) -> tuple[str, ...]:
    """Return the names of the profiles beside a configuration file."""
    before = f"{base.stem}."
    stems = (file.stem for file in base.parent.glob(f"*{base.suffix}") if file != base)
    return tuple(sorted(stem.removeprefix(before) for stem in stems if stem.startswith(before)))


def state_folder(environ: Mapping[str, str]) -> Path:
    """Return the user's folder for what the program keeps, such as its log; may not exist."""
    chosen = _listed_folders(environ, "XDG_STATE_HOME")
    return chosen[0] if chosen else _custom(platformdirs.user_state_path)


def user_name() -> str:
    """Return what the machine calls whoever runs the program; ``""`` where it has no name."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return ""


def files_folder(environ: Mapping[str, str]) -> Path:
    """Return where a reader finds what the board writes for him.

    The folder that the board was started in; where that cannot be written the user's documents;
    else, as on a machine that is a wall only, the folder for what the program keeps.
    """
    places: list[Path] = []
    with contextlib.suppress(OSError):
        places.append(Path.cwd())
    with contextlib.suppress(RuntimeError, KeyError):
        places.append(platformdirs.user_documents_path())
    usable = (place for place in places if place.is_dir() and os.access(place, os.W_OK))
    return next(usable, state_folder(environ))


def user_themes(environ: Mapping[str, str]) -> Path:
    """Return the folder of the user's own themes; it need not exist."""
    return config_folder(environ) / "themes"


def shipped_file(name: str, package: Path | None = None) -> Path | None:
    """Return a file or folder that comes with the program, or ``None`` if it was lost.

    It is inside the package when that was built into a wheel, and beside ``pyproject.toml``
    when the package is used from a checkout (as an editable install does).
    """
    package = package or package_folder()
    built = package / name
    if built.exists():
        return built
    checkout = package.parent
    if (checkout / "pyproject.toml").is_file() and (checkout / name).exists():
        return checkout / name
    return None


def themes_folders(environ: Mapping[str, str], package: Path | None = None) -> tuple[Path, ...]:
    """Return the themes' folders, the user's last: a theme there replaces a shipped one."""
    found = shipped_file("themes", package)
    return (*((found,) if found else ()), user_themes(environ))


def expand(written: str, base: Path, environ: Mapping[str, str]) -> Path:
    """Return a path as a user wrote it: ``~`` is the home folder, a relative one is of ``base``."""
    home = environ.get("HOME") or environ.get("USERPROFILE")
    if home and (written == "~" or written.startswith(("~/", "~\\"))):
        return Path(home) / written[2:]
    return base / written


def _custom(of: Callable[..., Path]) -> Path:
    """Return the folder that the system's custom gives; one that cannot be if there is no home.

    A user without a home folder (a number in a container) has no such folder: whatever is looked
    for or written there fails, and is told like any other folder that cannot be used.
    """
    try:
        folder = of(APP, appauthor=False)
    except (RuntimeError, KeyError):
        return NO_HOME / APP
    return folder if folder.is_absolute() else NO_HOME / APP


def _listed_folders(environ: Mapping[str, str], variable: str) -> tuple[Path, ...]:
    """Return this program's folder in each that the variable lists; relative ones do not count."""
    listed = environ.get(variable, "").split(os.pathsep)
    return tuple(Path(folder) / APP for folder in listed if folder and Path(folder).is_absolute())
