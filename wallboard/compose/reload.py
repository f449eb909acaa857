"""The configuration read again while a board, a hub or pages run: files on one side, they on
the other.

All of it happens in the thread that looks at the files; who asked hears of the result.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Generic

from wallboard.config.live.takes_effect import SECRETS, changes, in_force
from wallboard.errors import ConfigurationError
from wallboard.feed.background import ConfigurationNews, Setup
from wallboard.host.logs import mask_too
from wallboard.host.watch import FileWatch, WatchedFiles, look
from wallboard.settings import LoadedSettings, Settings

_LOG = logging.getLogger(__name__)

_STAY = "the settings stay as they were"
_MOST_NAMED = 6
"""Settings that are named before the others are counted."""


class LiveConfiguration(Generic[Setup]):
    """Reads the configuration again when one of its files has become another.

    ``loaded``, ``setup``: what was begun with. ``make``: makes the setup of settings. ``others``:
    names what of two setups differs beside the settings. ``folders``: read together with the
    settings' own files; ``beside``: files that are read by themselves.
    """

    def __init__(
        self,
        loaded: LoadedSettings,
        setup: Setup,
        make: Callable[[LoadedSettings], Setup],
        *,
        others: Callable[[Setup, Setup], list[str]] = lambda *_: [],
        folders: tuple[Path, ...] = (),
        beside: tuple[WatchedFiles, ...] = (),
    ) -> None:
        self._read_last = self._in_force = loaded
        self._setup = setup
        self._make = make
        self._others = others
        self._folders = folders
        self._wrong = ""
        self._tell: Callable[[ConfigurationNews[Setup]], None] = lambda _: None
        looks = {**loaded.looks, **{folder: look(folder) for folder in folders}}
        self.watched = (WatchedFiles(self._paths, self._read, looks), *beside)
        self._watch = FileWatch(self.watched)

    def start(self, tell: Callable[[ConfigurationNews[Setup]], None]) -> None:
        """Begin to look at the files; ``tell`` is called from another thread."""
        self._tell = tell
        self._watch.start()

    def start_here(self, tell: Callable[[ConfigurationNews[Setup]], None]) -> None:
        """Begin to look at the files; ``tell`` is called in the event loop that runs now."""
        loop = asyncio.get_running_loop()

        def hand_over(news: ConfigurationNews[Setup]) -> None:
            with contextlib.suppress(RuntimeError):  # it is closed
                loop.call_soon_threadsafe(tell, news)

        self.start(hand_over)

    def loaded_settings(self) -> LoadedSettings:
        """Return the settings that are in force."""
        return self._in_force

    def settings(self) -> Settings:
        """Return the same, alone."""
        return self._in_force.settings

    def read_now(self) -> None:
        """Read everything now; never waits."""
        self._watch.look_now()

    def close(self) -> None:
        """Look no more; waits for nothing."""
        self._watch.close()

    def _paths(self) -> Iterable[Path]:
        return (*self._read_last.looks, *self._folders)

    def _read(self, still: Callable[[], bool], forced: bool) -> bool:
        """Read all that was configured; whether it could be used."""
        try:
            loaded = self._read_last.again() if self._read_last.again else self._read_last
            before = self._in_force.settings
            if not (before.source.broker or before.api.missing):
                loaded.settings.require_credentials()
        except ConfigurationError as error:
            words = mistake_words(error.mistakes)
            if still() and words != self._wrong:
                self._wrong = words
                _LOG.warning("configuration read again: %s", words)
                self._tell(ConfigurationNews(mistake=words))
            return False
        if still():
            self._tell(self._news(loaded, forced=forced))
        return True

    def _news(self, loaded: LoadedSettings, *, forced: bool) -> ConfigurationNews[Setup]:
        """Return what of settings that are right is another, and put it in force."""
        mask_too(loaded.settings.secrets(), loaded.settings.user_names())
        before, last = self._in_force, self._read_last
        now = replace(loaded, settings=in_force(before.settings, loaded.settings))
        applied = changes(before.settings, now.settings).at_once
        waits = changes(now.settings, loaded.settings).at_start
        new_at_start = changes(last.settings, loaded.settings).at_start
        was, self._setup = self._setup, self._make(now)
        self._in_force, self._read_last = now, loaded
        named = [*_names_of_changes(applied, before, now), *self._others(was, self._setup)]
        words = [f"Configuration: {_join_names(named)}"] if named else []
        if restart := [name for name in new_at_start if name in waits]:
            words.append(f"With the next start: {_join_names(restart)}")
        words += [text for text in loaded.warnings if text not in last.warnings]
        if not words and self._wrong:
            words.append("The configuration is right again")
        if not words and forced:
            words.append("Configuration read again: nothing has changed")
        self._wrong = ""
        for line in words:
            _LOG.info("%s", line)
        if not named:
            return ConfigurationNews(words=tuple(words))
        return ConfigurationNews(
            words=tuple(words),
            setup=self._setup,
            rules=now.settings.rules,
            sign_in=not SECRETS.isdisjoint(applied),
        )


def mistake_words(mistakes: tuple[str, ...]) -> str:
    """Return the first mistake, how many more there are, and that nothing has changed."""
    first, *more = mistakes
    others = f" (and {len(more)} more)" if more else ""
    return f"{first}{others}; {_STAY}"


def _names_of_changes(
    names: Iterable[str], before: LoadedSettings, after: LoadedSettings
) -> Iterator[str]:
    """Give the names of settings; of a section without fixed keys what of it is another."""
    was, now = ({(line.key, line.text) for line in loaded.describe()} for loaded in (before, after))
    differing = list(dict.fromkeys(key for key, _ in sorted(was ^ now)))
    for name in names:
        parts = [key for key in differing if key.startswith(f"{name}.")]
        yield from parts if "." not in name and parts else [name]


def _join_names(names: list[str]) -> str:
    more = len(names) - _MOST_NAMED
    return ", ".join(names[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
