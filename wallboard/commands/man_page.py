"""The manual page, made of the help of the command line when a wheel is built."""

import inspect
from collections.abc import Iterator

import click


def man_page(command: click.Group, version: str) -> str:
    """Return ``wallboard.1`` in the language of ``man``: the help of every command."""
    return "\n".join(_lines(command, version)) + "\n"


def _lines(group: click.Group, version: str) -> Iterator[str]:
    name = "wallboard"
    context = click.Context(group, info_name=name)
    about, *more = _paragraphs(group)
    yield f'.TH {name.upper()} 1 "" "{name} {version}" "User commands"'
    yield from (".SH NAME", _plain(f"{name} - {about.partition('.')[0]}"))
    yield from (".SH SYNOPSIS", _bold(name), _plain(" ".join(group.collect_usage_pieces(context))))
    yield ".SH DESCRIPTION"
    for paragraph in (about, *more):
        yield from (".PP", _plain(paragraph))
    yield ".SH OPTIONS"
    yield from _options(group, context)
    yield ".SH COMMANDS"
    for item in sorted(group.commands):
        command = group.commands[item]
        if command.hidden:
            continue
        inner = click.Context(command, info_name=item, parent=context)
        yield f'.SS "{_escape(" ".join((item, *command.collect_usage_pieces(inner))))}"'
        for paragraph in _paragraphs(command):
            yield from (".PP", _plain(paragraph))
        yield from _options(command, inner)
    yield from (".SH SEE ALSO", _plain(f"{name} list settings: every setting and what it is."))


def _paragraphs(command: click.Command) -> list[str]:
    text = inspect.cleandoc(command.help or "")
    return [" ".join(part.split()) for part in text.split("\n\n")]


def _options(command: click.Command, context: click.Context) -> Iterator[str]:
    for parameter in command.get_params(context):
        record = parameter.get_help_record(context)
        if record and isinstance(parameter, click.Option):
            yield from (".TP", _bold(record[0]), _plain(record[1]))


def _bold(text: str) -> str:
    return f'.B "{_escape(text)}"'


def _plain(text: str) -> str:
    """Return a line that is text whatever it begins with."""
    return f"\\&{_escape(text)}"


def _escape(text: str) -> str:
    return text.replace("\\", "\\e").replace("-", "\\-").replace('"', "\\(dq")
