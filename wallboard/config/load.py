"""All places put together: which file is read, what each place says, and what is wrong so far."""

import os
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from wallboard.config import layers, sources
from wallboard.config.lines import KeyPath
from wallboard.config.live.threshold_changes import Changes, ThresholdStore, layer_of_changes
from wallboard.config.mistakes import known_keys, quote_name
from wallboard.config.own_words import to_api_names
from wallboard.config.sections import addresses
from wallboard.config.trust import private_group, why_not_trusted
from wallboard.config.values import hint
from wallboard.errors import ConfigurationError
from wallboard.host import paths
from wallboard.host.watch import Look, is_empty, look
from wallboard.model.data.catalogue import nearest

_TABLES = ("override",)
"""Keys of sections whose values are tables: no variable can write them."""


class ConfigurationReader:
    """What flags, environment, secret files and the TOML file say, the first strongest.

    ``path``: the file; ``profile``: what lies over it, by name, and its file; ``tree``: all of it
    as one; ``problems``: the mistakes noted, to which ``mistake`` adds; ``warnings``: what is no
    mistake, and still should be known. ``looks``: what each file looked like before it was read.
    ``again``: the files were read before: they must be there still, with something in them.
    ``changed``: what was changed at the board, the strongest of all; ``changes``: what that is, and
    ``written``: all else.
    """

    def __init__(
        self,
        environ: Mapping[str, str],
        cwd: Path,
        *,
        again: bool = False,
        changed: ThresholdStore | None = None,
    ) -> None:
        self.path: Path | None = None
        self.profile: tuple[str, Path] | None = None
        self.tree: layers.Tree = {}
        self.problems: list[layers.Problem] = []
        self.warnings: list[str] = []
        self.looks: dict[Path, Look] = {}
        self.changes: Changes = ()
        self.written: layers.Tree = {}
        self._changed = changed
        self._again = again
        self._environ = environ
        self._cwd = cwd
        self._layers: list[layers.Layer] = []
        self._uid = os.getuid() if hasattr(os, "getuid") else None

    def find(self, config: Path | None, profile: str, candidates: Sequence[Path] | None) -> None:
        """Find the files; arguments as of ``settings.load``.

        Raises ``ConfigurationError`` for one that was found and is not to be trusted, and for a
        profile that is not there.
        """
        self.path = self._named_file(config)
        if self.path is None:
            if candidates is None:
                candidates = paths.config_candidates(self._environ, self._cwd)
            self.path = next(filter(os.path.lexists, candidates), None)
            self._require_trusted(self.path)
            if self._again and candidates and self.path is None:
                raise ConfigurationError([f"{self._display_name(candidates[0])}: it is not there"])
        profile = profile or self._environ.get(sources.PROFILE_VARIABLE, "")
        if profile:
            found = self._profile_file(profile, [self.path] if self.path else candidates or ())
            if config is None and not self._environ.get(sources.CONFIG_VARIABLE):
                self._require_trusted(found)
            self.profile = profile, found

    def read(self, flags: Mapping[str, object]) -> None:
        """Read every place. Raises ``ConfigurationError`` for a file that is not TOML."""
        given = sources.from_flags(flags, self._cwd, self._environ)
        named = self._take(sources.from_environment(self._environ, _variables(), self._cwd))
        over = self._file(self.profile[1] if self.profile else None)
        file = self._file(self.path)
        self._layers = [given, named, over, file]
        folders = self._secret_folders(layers.merge(self._layers))
        for file_of in (
            folder / name for folder in folders for name in sources.SECRET_FILES.values()
        ):
            self.looks[file_of] = look(file_of)
        secret = self._take(sources.from_secret_files(folders, self._uid))
        placed, homeless = addresses.in_tables([given, named, secret, over, file])
        self._layers, twice = to_api_names(placed)
        self.problems += homeless + twice
        self.written = layers.merge(self._layers)
        self._layers = [self._changes(), *self._layers]
        self.tree = layers.merge(self._layers)

    def mistake(self, path: KeyPath, words: str) -> None:
        """Note a mistake of what is written at ``path``, in the place that won.

        A wrong name in a list of names is quoted; see ``mistakes.quote_name``.
        """
        words = quote_name(self.tree, path, words)
        self.problems.append(layers.Problem(layers.origin(self._layers, path), words))

    def mistakes(self) -> list[str]:
        """Return the mistakes, each once: of other places first, then by the file's lines."""
        in_order = sorted(self.problems, key=lambda problem: _file_and_line(problem.at))
        return list(dict.fromkeys(map(str, in_order)))

    def origins(self) -> Mapping[str, str]:
        """Return where each value comes from that was set anywhere, and each table of a list."""
        found: dict[str, str] = {}
        for layer in self._layers:
            for path in layer.origins:
                if path == (addresses.NOTIFY,):
                    continue  # each of its tables, and each key, is told by itself
                alone = layer.owns(path) and not layer.owns(path[:-1])
                listed = path[1:-1] == _TABLES or (path[0] == addresses.NOTIFY and len(path) == 3)
                if alone or (layer.owns(path[:-1]) and listed):
                    at = layers.origin(self._layers, path)
                    found.setdefault(layers.dotted_path(path), f"{at.place}: {at.key}")
        return found

    def _changes(self) -> layers.Layer:
        """Return what was changed at the board."""
        if self._changed is None:
            return layers.Layer()
        if self._changed.path is not None:
            self.looks[self._changed.path] = look(self._changed.path)
        self.changes, why = self._changed.read()
        self.warnings += [why] if why else []
        return layer_of_changes(self.changes, self.written)

    def _take(self, read: tuple[layers.Layer, list[layers.Problem]]) -> layers.Layer:
        self.problems += read[1]
        return read[0]

    def _named_file(self, config: Path | None) -> Path | None:
        """Return the file that was named, if one was; it must be there."""
        variable = self._environ.get(sources.CONFIG_VARIABLE)
        named = str(config) if config is not None else variable
        return paths.expand(named, self._cwd, self._environ) if named else None

    def _profile_file(self, profile: str, bases: Sequence[Path]) -> Path:
        """Return the file of a profile, beside one of ``bases``. Raises ``ConfigurationError``."""
        bases = bases or [self._cwd / paths.CONFIG_NAME]
        could_be = profile.isprintable() and not set(profile) & {"/", "\\"}
        places = [paths.profile_file(base, profile) for base in bases if could_be]
        found = next(filter(os.path.lexists, places), None)
        if found is not None:
            return found
        known = sorted({name for base in bases for name in paths.profiles_of(base)})
        close = hint(nearest(profile, tuple(known), most=1))
        there = f"there are: {', '.join(map(layers.clean, known))}" if known else "there are none"
        shown = self._display_name(places[0]) if places else f"profile {layers.clean(profile)}"
        raise ConfigurationError(
            [f"{shown}: no such profile{close}; {there}"],
            f"The profile NAME is a file wallboard.NAME.toml beside {paths.CONFIG_NAME}",
        )

    def _require_trusted(self, found: Path | None) -> None:
        """Raise ``ConfigurationError`` for a file that was found and others may write.

        A folder, a pipe or a link that leads nowhere is there too, and told when it is read.
        """
        if found is None or self._uid is None:
            return
        why, remedy = why_not_trusted(found, self._uid, partial(private_group, uid=self._uid))
        if why:
            words = f"{self._display_name(found)}: {layers.clean(why)}"
            raise ConfigurationError([words], layers.clean(remedy))

    def _file(self, path: Path | None) -> layers.Layer:
        """Return what a file says; nothing if there is none."""
        if path is None:
            return layers.Layer()
        shown = self._display_name(path)
        seen = self.looks[path] = look(path)
        if self._again and (seen is None or is_empty(seen)):
            # Whoever writes a file may have removed or emptied it first.
            why = "it is not there" if seen is None else "it is empty"
            raise ConfigurationError([f"{shown}: {why}"])
        file = sources.from_file(path, shown, self._environ)
        self.warnings += sources.exposure_warnings(path, shown, file, self._uid)
        return file

    def _display_name(self, path: Path) -> str:
        near = path.is_relative_to(self._cwd)
        return layers.clean(str(path.relative_to(self._cwd) if near else path))

    def _secret_folders(self, tree: layers.Tree) -> list[Path]:
        folders = []
        if credentials := self._environ.get(sources.CREDENTIALS_VARIABLE):
            folders.append(Path(credentials))
        api = tree.get("api")
        chosen = api.get("secrets_dir") if isinstance(api, Mapping) else None
        if chosen and isinstance(chosen, str):
            folders.append(Path(chosen))
            if not os.path.isdir(chosen):  # a name may be too long to ask for
                self.mistake(("api", "secrets_dir"), "no such folder")
        return folders


def _variables() -> Mapping[str, tuple[str, ...]]:
    """Return the keys by section that a variable of the environment may set."""
    return {
        section: tuple(key for key in keys if key not in _TABLES)
        for section, keys in known_keys().items()
    }


def _file_and_line(at: layers.Origin) -> tuple[str, int]:
    """Return what mistakes are told in order of: other places first, then each file's lines."""
    return at.place.rpartition(":")[0] if at.line else "", at.line
