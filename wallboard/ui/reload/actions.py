"""The configuration as it is read again: one message, and what is on the board follows it."""

import contextlib
from dataclasses import replace

from wallboard.feed.background import ConfigurationNews
from wallboard.model.judge.rules import Rules
from wallboard.ui.core import Core
from wallboard.ui.keys import key_of
from wallboard.ui.messages import ConfigurationRead
from wallboard.ui.setup import BoardSetup

_TOLD_FOR = 15.0
"""Seconds for which it is told what has changed."""


class ReloadActions(Core):
    """Takes a new ``BoardSetup`` in the place of the one that the board began with."""

    def begin_reload(self) -> None:
        """Begin to hear of what the configuration says now."""
        if self._services.reload is not None:
            self._services.reload.start(self._post_news)

    def _post_news(self, news: ConfigurationNews[BoardSetup]) -> None:
        """Take news from the thread that reads files; none while the board ends."""
        with contextlib.suppress(RuntimeError):  # its loop is closed
            self.post_message(ConfigurationRead(news))

    def read_configuration(self) -> None:
        """Read the configuration now, whatever its files look like."""
        if self._services.reload is not None:
            self._services.reload.read_now()
        else:
            self.notify("There is no configuration to be read again", markup=False)

    def on_configuration_read(self, message: ConfigurationRead) -> None:
        """Show what the configuration says now, or what is wrong with it."""
        news = message.news
        self.mistake = news.mistake
        if news.setup is not None and news.rules is not None:
            self._take(news.setup, news.rules)
        if news.sign_in:
            self._feeds.poll_now()
        for words in news.words:
            self.notify(words, markup=False, timeout=_TOLD_FOR)
        self.show()

    def _take(self, setup: BoardSetup, rules: Rules) -> None:
        before, self._setup = self._setup, setup
        self._take_themes(before, setup)
        own = {key: text for key, text in self.views.items() if before.views.get(key) != text}
        self.views = {**setup.views, **own}
        order = setup.selection.order
        options = setup.options
        if options.columns == before.options.columns:
            options = replace(options, columns=self.state.options.columns)
        else:
            options = self._services.start_options(options)
            if options.columns != setup.options.columns:
                key = key_of(setup.keys, "columns")
                self.notify(f"The columns that were chosen here stay ({key})", markup=False)
        event = setup.configuration(rules, self.state)
        self.step(
            replace(
                event, options=options, order=None if order == before.selection.order else order
            )
        )
        self.selection = self.state.selection

    def _take_themes(self, before: BoardSetup, setup: BoardSetup) -> None:
        """Draw in the colours of the new theme, or in the new colours of the same."""
        others = [
            theme
            for name, theme in setup.themes.by_name.items()
            if before.themes.by_name.get(name) != theme
        ]
        for theme in others:
            self.register_theme(theme)
        wanted, warning = setup.themes.find(setup.theme)
        for words in (*setup.themes.warnings, *filter(None, [warning])):
            self.notify(words, severity="warning", markup=False)
        if setup.theme != before.theme and wanted != self.theme:
            self.theme = wanted
        elif any(theme.name == self.theme for theme in others):
            self.mutate_reactive(type(self).theme)
