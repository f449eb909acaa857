"""Messages as text, and as JSON for programs.

The names in them come from the network and go to chats: so what a chat would obey (a call to
everybody, a link, markup of the vendor's) is written with letters that only look alike, control
characters are left out, and everything has an end.
"""

from collections.abc import Iterable, Mapping

from wallboard.model.data.name_pattern import is_group
from wallboard.model.data.reading import Moment
from wallboard.model.data.view_options import ViewOptions
from wallboard.model.judge.alerts import rule_words
from wallboard.model.judge.messages import News, Note
from wallboard.model.judge.rules import Level
from wallboard.model.view import format as formatting
from wallboard.model.view.format import plural, when_text
from wallboard.notify.outbox import Batch
from wallboard.records import dataclass

MOST_NAME, MOST_TITLE, MOST_TEXT = 80, 150, 2_000
"""Letters of a queue's or a site's name, of a title, of a whole text."""

MOST_NAMED = 15
"""Queues that a summary names of each kind."""

MOST_ALERTS = 100
"""Alerts of a summary that are told one by one to programs."""

_ALIKE = str.maketrans({"@": "＠", "<": "‹", ">": "›"})


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent. ``kind``: ``failure``, ``warning``, ``success`` or ``info``.

    ``details``: JSON types, for programs.
    """

    title: str
    text: str
    kind: str
    details: Mapping[str, object]

    def document(self) -> dict[str, object]:
        """Return the message as JSON types.

        ``version``, ``title``, ``message`` and ``type`` are Apprise's; ``text`` is what chats' own
        hooks show.
        """
        return {
            "version": "1.0",
            "title": self.title,
            "message": self.text,
            "type": self.kind,
            "text": f"{self.title}\n{self.text}",
            **self.details,
        }


def harmless(text: str, most: int = MOST_TEXT) -> str:
    """Return text that no chat obeys, on one line, of at most ``most`` letters."""
    plain = "".join(letter if letter.isprintable() else " " for letter in text[: 2 * most])
    plain = " ".join(plain.split()).translate(_ALIKE)
    return plain if len(plain) <= most else plain[: most - 1].rstrip() + "…"


def message(batch: Batch, options: ViewOptions, now: Moment) -> Message:
    """Return a batch as one message."""
    if len(batch.notes) == 1 and not batch.lost:
        return _single(batch.notes[0], options, now)
    return _summary(batch, options, now)


def trial(options: ViewOptions, now: Moment) -> Message:
    """Return a message that says that messages arrive."""
    text = f"Messages of this board arrive here. {_board(options)}"
    return Message("Test of the wallboard", text, "info", _details("test", options, now))


def _single(note: Note, options: ViewOptions, now: Moment) -> Message:
    title = harmless(f"{_queue(note)} {_state(note)}", MOST_TITLE)
    text = "\n".join((*_lines(note, options, now), _board(options)))
    alert = {**_alert(note, options), **_details(note.news.value, options, now)}
    return Message(title, text[:MOST_TEXT], _kind(note), alert)


def _lines(note: Note, options: ViewOptions, now: Moment) -> Iterable[str]:
    """Give what is to be said of one queue, line by line."""
    episode = note.episode
    metric = options.metric(episode.metric)
    rule = harmless(
        rule_words(episode.rule, episode.level, options.labels) or episode.metric, MOST_NAME
    )
    since = when_text(note.begun.wall, now.wall, options.timezone)
    if note.news is News.BEGUN:
        shown = formatting.value(metric, episode.value) if metric else formatting.NOTHING
        yield f"{rule}: {shown}"
        yield f"since {since}"
        return
    end = (episode.until if episode.until and note.level < Level.WARNING else note.at).elapsed
    worst = formatting.value(metric, episode.worst) if metric else formatting.NOTHING
    yield f"{rule}, worst {worst}"
    yield f"since {since}, for {formatting.age(end - note.begun.elapsed)}"


def _queue(note: Note) -> str:
    episode = note.episode
    name = harmless(episode.name, MOST_NAME)
    return f"{name} ({harmless(episode.site, MOST_NAME)})" if episode.site else name


def _state(note: Note) -> str:
    """Return what is so of a queue now."""
    if note.news is News.BEGUN:
        return f"is {note.level.word}"
    if note.gone:
        return "is gone or closed"
    if note.level is Level.UNKNOWN:
        return f"is no longer {note.episode.level.word}"
    if note.level is Level.NORMAL:
        return "is normal again"
    return f"is {note.level.word} now"


def _kind(note: Note) -> str:
    if note.level is Level.CRITICAL:
        return "failure"
    return "warning" if note.level is Level.WARNING else "success"


def _summary(batch: Batch, options: ViewOptions, now: Moment) -> Message:
    """Return one message about many queues, each of them in the last state that is told."""
    newest = {note.episode.key: note for note in batch.notes}
    begun = {note.episode.key for note in batch.notes if note.news is News.BEGUN}
    parts: dict[str, list[Note]] = {"critical": [], "warning": [], "over": [], "came and went": []}
    for key, note in newest.items():
        over = "came and went" if key in begun else "over"
        parts[note.level.word if note.news is News.BEGUN else over].append(note)
    filled = {words: notes for words, notes in parts.items() if notes}
    title = ", ".join(f"{len(notes)} {words}" for words, notes in filled.items())
    lines = [f"{words}: {_names(notes)}" for words, notes in filled.items()]
    if batch.lost:
        lines.append(f"and {plural(batch.lost, 'change')} before that")
    details = {
        "alerts": [_alert(note, options) for note in batch.notes[:MOST_ALERTS]],
        "more": max(0, len(batch.notes) - MOST_ALERTS) + batch.lost,
        **_details("summary", options, now),
    }
    text = "\n".join((*lines, _board(options)))
    worst = max(newest.values(), key=lambda note: note.level)
    return Message(f"Queues: {title}"[:MOST_TITLE], text[:MOST_TEXT], _kind(worst), details)


def _names(notes: list[Note]) -> str:
    names = ", ".join(_queue(note) for note in notes[:MOST_NAMED])
    more = len(notes) - MOST_NAMED
    return f"{names} and {more} more" if more > 0 else names


def _board(options: ViewOptions) -> str:
    return harmless(options.title, MOST_NAME)


def _details(event: str, options: ViewOptions, now: Moment) -> dict[str, object]:
    at = now.wall.isoformat(timespec="seconds")
    return {"event": event, "board": _board(options), "at": at}


def _alert(note: Note, options: ViewOptions) -> dict[str, object]:
    """Return what is told of one queue, for a program: values in the API's units."""
    episode = note.episode
    return {
        "event": note.news.value,
        "level": note.level.word,
        "queue": "" if is_group(episode.key) else harmless(episode.name, MOST_NAME),
        "group": harmless(episode.name, MOST_NAME) if is_group(episode.key) else "",
        "extension": harmless(episode.key.extension, MOST_NAME),
        "site": harmless(episode.site, MOST_NAME),
        "pbx": harmless(episode.key.pbx, MOST_NAME),
        "metric": episode.metric,
        "value": note.value,
        "worst": episode.worst,
        "words": harmless(rule_words(episode.rule, episode.level, options.labels), MOST_NAME),
        "since": note.begun.wall.isoformat(timespec="seconds"),
    }
