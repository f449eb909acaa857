"""All places put together: which file is read, what each place says, and what is wrong so far."""

import os
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from wallboard.config import layers, sources
from wallboard.config.lines import KeyPath
from wallboard.config.mistakes import known_keys, quoted
from wallboard.config.own_words import in_api_names
from wallboard.config.trust import private_group, why_not_trusted
from wallboard.errors import ConfigurationError
from wallboard.host import paths

_TABLES = ("override",)
"""Keys of sections whose values are tables: no variable can write them."""


class ConfigurationReader:
    """What flags, environment, secret files and the TOML file say, the first strongest.

    ``tree``: all of it as one; ``problems``: the mistakes noted, to which ``mistake`` adds;
    ``warnings``: what is no mistake, and still should be known.
    """

    def __init__(self, environ: Mapping[str, str], cwd: Path) -> None:
        self.path: Path | None = None
        self.tree: layers.Tree = {}
        self.problems: list[layers.Problem] = []
        self.warnings: list[str] = []
        self._environ = environ
        self._cwd = cwd
        self._layers: list[layers.Layer] = []

    def read(
        self,
        flags: Mapping[str, object],
        config: Path | None,
        candidates: Sequence[Path] | None,
        uid: int | None,
    ) -> None:
        """Read every place.

        Raises ``ConfigurationError`` for a file that is not TOML, or that was found and is not
        to be trusted.
        """
        self.path = self._named_file(config) or self._usual_file(candidates, uid)
        given = sources.from_flags(flags, self._cwd, self._environ)
        named = self._take(sources.from_environment(self._environ, _variables(), self._cwd))
        file = layers.Layer()
        if self.path:
            shown = self._shown_name(self.path)
            file = sources.from_file(self.path, shown, self._environ)
            self.warnings += sources.exposure_warnings(self.path, shown, file, uid)
        self._layers = [given, named, file]
        folders = self._secret_folders(layers.merge(self._layers))
        secret = self._take(sources.from_secret_files(folders, uid))
        self._layers, twice = in_api_names([given, named, secret, file])
        self.problems += twice
        self.tree = layers.merge(self._layers)

    def mistake(self, path: KeyPath, words: str) -> None:
        """Note a mistake of what is written at ``path``, in the place that won.

        A wrong name in a list of names is quoted; see ``mistakes.quoted``.
        """
        words = quoted(self.tree, path, words)
        self.problems.append(layers.Problem(layers.origin(self._layers, path), words))

    def mistakes(self) -> list[str]:
        """Return the mistakes, each once: of other places first, then by the file's lines."""
        in_order = sorted(self.problems, key=lambda problem: problem.at.line)
        return list(dict.fromkeys(map(str, in_order)))

    def origins(self) -> Mapping[str, str]:
        """Return where each value comes from that was set anywhere, and each table of a list."""
        found: dict[str, str] = {}
        for layer in self._layers:
            for path in layer.origins:
                alone = layer.owns(path) and not layer.owns(path[:-1])
                if alone or (layer.owns(path[:-1]) and path[1:-1] == _TABLES):
                    at = layers.origin(self._layers, path)
                    found.setdefault(layers.dotted_path(path), f"{at.place}: {at.key}")
        return found

    def _take(self, read: tuple[layers.Layer, list[layers.Problem]]) -> layers.Layer:
        self.problems += read[1]
        return read[0]

    def _named_file(self, config: Path | None) -> Path | None:
        """Return the file that was named, if one was; it must be there."""
        variable = self._environ.get(sources.CONFIG_VARIABLE)
        named = str(config) if config is not None else variable
        return paths.expand(named, self._cwd, self._environ) if named else None

    def _usual_file(self, candidates: Sequence[Path] | None, uid: int | None) -> Path | None:
        """Return the first of the usual files that is there; none need be.

        A folder, a pipe or a link that leads nowhere is there too, and told when it is read.
        """
        if candidates is None:
            candidates = paths.config_candidates(self._environ, self._cwd)
        found = next((candidate for candidate in candidates if os.path.lexists(candidate)), None)
        if found is not None and uid is not None:
            why, remedy = why_not_trusted(found, uid, partial(private_group, uid=uid))
            if why:
                words = f"{self._shown_name(found)}: {layers.clean(why)}"
                raise ConfigurationError([words], layers.clean(remedy))
        return found

    def _shown_name(self, path: Path) -> str:
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
            if not Path(chosen).is_dir():
                self.mistake(("api", "secrets_dir"), "no such folder")
        return folders


def _variables() -> Mapping[str, tuple[str, ...]]:
    """Return the keys by section that a variable of the environment may set."""
    return {
        section: tuple(key for key in keys if key not in _TABLES)
        for section, keys in known_keys().items()
    }
