"""The grammar of filters: what is typed, read into terms that must all match.

Queues, agents and calls have one grammar, and each their own vocabulary. Of queues: a bare word is
looked for in name, site and extension; ``site:``, ``queue:``, ``ext:``, ``pbx:``, ``group:`` look
in one field, ``level:`` for a level; ``site:lyon,dublin`` takes any of several. ``-word`` or
``!site:lyon`` leaves out what it finds. ``waiting>3``, ``longest>=1:30``, ``available=0`` compare a
metric, called by its label, the heading of its column or the API's name, whatever its case and
blanks; durations are seconds or ``1:30``. Quotes keep blanks together (``site:"New York"``) and
take from the signs ``: , - ! > < =`` their meaning. Matching is whatever the case and accents
allow.
"""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

from wallboard.model.data.catalogue import METRICS
from wallboard.model.data.metric import Metric, Number, Unit
from wallboard.model.data.metric_names import fold, metrics_by_name, nearest_metrics, squeeze
from wallboard.model.judge.rules import Level
from wallboard.model.view.format import parse_duration

_FIELDS = ("site", "queue", "ext", "pbx", "group", "level")
_MEANT = MappingProxyType({"extension": "ext", "name": "queue"})
_SECOND = 1_000

_SIGN_LETTERS = "<>=≥≤≠"
_SPELT = MappingProxyType(
    {
        "==": "=",
        "≥": ">=",
        "≤": "<=",
        "≠": "!=",
        **{sign: sign for sign in (">=", "<=", "!=", ">", "<", "=")},
    }
)


class Term(NamedTuple):
    """One part of a filter.

    A word: ``field`` is where it is looked for, ``""`` for a bare one; ``others``: what may be
    there in its place; ``out``: whether it leaves out what it finds. A comparison: ``field`` is
    a metric, ``sign`` one of ``> >= < <= = !=``, ``bound`` in the metric's unit.
    """

    field: str
    text: str
    sign: str = ""
    bound: Number = 0
    others: tuple[str, ...] = ()
    out: bool = False

    def says(self, finds: Callable[[str], bool]) -> bool:
        """Whether what is looked at passes; ``finds``: whether a text is where it is looked for."""
        return (finds(self.text) or any(map(finds, self.others))) is not self.out


class FilterMistake(ValueError):
    """A filter that cannot be read; the message says why in words for its author."""


class Vocabulary(NamedTuple):
    """What terms may name: ``fields``, and ``metrics`` by everything that they are called.

    ``meant``: other word → field, for whom it is told. Without metrics the signs of comparisons
    are letters as others.
    """

    fields: tuple[str, ...]
    meant: Mapping[str, str]
    metrics: Mapping[str, Metric] = MappingProxyType({})

    def field(self, name: str) -> str:
        """Return the field of that name, ``""`` if there is none.

        Raises ``FilterMistake`` for another word, or the plural, of one.
        """
        if name in self.fields:
            return name
        singular = name.removesuffix("s")
        if meant := self.meant.get(name) or (singular if singular in self.fields else ""):
            raise FilterMistake(f"no such field; write {meant}:")
        return ""


class _Word(NamedTuple):
    """What was typed between blanks; ``plain``: which of its letters stand outside quotes."""

    text: str
    plain: tuple[bool, ...]

    def find(self, signs: str) -> int:
        """Return where the first of ``signs`` stands outside quotes; -1: nowhere."""
        places = (at for at, letter in enumerate(self.text) if self.plain[at] and letter in signs)
        return next(places, -1)

    def after(self, count: int) -> "_Word":
        """Return it without its first letters."""
        return _Word(self.text[count:], self.plain[count:])

    def parts(self) -> list[str]:
        """Return what stands between commas, without what is empty."""
        commas = [at for at, letter in enumerate(self.text) if self.plain[at] and letter == ","]
        ends = zip([-1, *commas], [*commas, len(self.text)], strict=True)
        return [part for start, end in ends if (part := self.text[start + 1 : end])]


def parse_filter(text: str, labels: Mapping[str, str] = MappingProxyType({})) -> tuple[Term, ...]:
    """Read a filter of queues as typed; see ``parse_terms``.

    ``labels``: metric → label, where the user calls it otherwise.
    """
    return parse_terms(text, Vocabulary(_FIELDS, _MEANT, metrics_by_name(labels)))


def parse_terms(text: str, vocabulary: Vocabulary) -> tuple[Term, ...]:
    """Read a filter as typed. Raises ``FilterMistake``; an open quote is not one while typing.

    Neither is a comparison that is not complete yet (``waiting>``, ``longest>1:``): it says
    nothing and matches all.
    """
    terms: list[Term] = []
    for word in _words(text, _SIGN_LETTERS if vocabulary.metrics else ""):
        term = _term(word, vocabulary, terms)
        if term is not None:
            terms.append(term)
    return tuple(terms)


def _words(text: str, signs: str) -> Iterator[_Word]:
    """Split at blanks outside quotes; blanks around one of ``signs`` do not count."""
    letters, quoted = list[tuple[str, bool]](), False
    for letter in text:
        if letter == '"':
            quoted = not quoted
            # Even empty quotes make a word.
            letters.append(("", False))
        elif letter.isspace() and not quoted:
            letters.append((" ", True))
        else:
            letters.append((letter, not quoted))
    word: list[tuple[str, bool]] = []
    for at, (letter, plain) in enumerate(letters):
        if (letter, plain) != (" ", True):
            word.append((letter, plain))
        elif word and not (_is_sign(word[-1], signs) or _is_sign(_next(letters, at), signs)):
            yield _join_letters(word)
            word = []
    if word:
        yield _join_letters(word)


def _next(letters: list[tuple[str, bool]], at: int) -> tuple[str, bool]:
    return next((letter for letter in letters[at:] if letter != (" ", True)), ("", False))


def _is_sign(letter: tuple[str, bool], signs: str) -> bool:
    return letter[1] and bool(letter[0]) and letter[0] in signs


def _join_letters(word: list[tuple[str, bool]]) -> _Word:
    kept = [(letter, plain) for letter, plain in word if letter]
    return _Word("".join(letter for letter, _ in kept), tuple(plain for _, plain in kept))


def _term(word: _Word, vocabulary: Vocabulary, before: list[Term]) -> Term | None:
    """Read one word; it may take words before it that belong to a name with blanks."""
    metrics = vocabulary.metrics
    colon, sign = word.find(":"), word.find(_SIGN_LETTERS if metrics else "")
    if word.text[:1] in ("-", "!") and word.plain[0] and (sign < 0 or 0 <= colon < sign):
        found = _term(word.after(1), vocabulary, [])
        return found._replace(out=not found.out) if found and found.text else None
    if colon >= 0 and (sign < 0 or colon < sign):
        field = vocabulary.field(fold(word.text[:colon]))
        return _in_field(field, word.after(colon + 1)) if field else Term("", fold(word.text))
    if sign >= 0:
        return _comparison(word.text, sign, metrics, before)
    if word.text.endswith("!") and word.plain[-1] and squeeze(word.text[:-1]) in metrics:
        return None
    return Term("", fold(word.text))


def _in_field(field: str, written: _Word) -> Term:
    first, *others = map(fold, written.parts() or [""])
    for other in (first, *others):
        if field == "level" and not any(level.word.startswith(other) for level in Level):
            msg = f"level: one of {', '.join(level.word for level in reversed(Level))}"
            raise FilterMistake(msg)
    return Term(field, first, others=tuple(others))


def _comparison(text: str, at: int, names: Mapping[str, Metric], before: list[Term]) -> Term | None:
    """Read ``text``, which has a sign at ``at``."""
    begin = at - 1 if at and text[at - 1] == "!" and text[at] == "=" else at
    end = at + 1
    if text[begin : end + 1] in _SPELT:
        end += 1
    sign = _SPELT[text[begin:end]]
    metric = _metric_of(text[:begin], names, before)
    written = text[end:].strip()
    if not written:
        return None
    bound = _read_bound(metric, written)
    return None if bound is None else Term(metric.name, written, sign, bound)


def _metric_of(name: str, names: Mapping[str, Metric], before: list[Term]) -> Metric:
    """Return the metric called ``name``, or so with bare words before it, which it then takes."""
    wanted = squeeze(name)
    if metric := names.get(wanted):
        return metric
    taken = 0
    while taken < len(before) and before[-1 - taken].field == "" and not before[-1 - taken].out:
        taken += 1
        name = f"{before[-taken].text} {name}"
        if metric := names.get(squeeze(name)):
            del before[-taken:]
            return metric
    why, close = nearest_metrics(name)
    near = f"; nearest: {', '.join(METRICS[key].short for key in close)}" if close else ""
    msg = f"{why or 'no such metric'}{near}"
    raise FilterMistake(msg if wanted else "name a metric before the sign, as in waiting>3")


def _read_bound(metric: Metric, written: str) -> Number | None:
    """Read a value of ``metric``; ``None`` while it is only the beginning of one."""
    if metric.unit is Unit.MILLISECONDS:
        try:
            return int(parse_duration(written) * _SECOND)
        except ValueError as error:
            if any(_is_duration(written + rest) for rest in ("0", "00", "s")):
                return None
            raise FilterMistake(str(error)) from None
    if written == "-":
        return None
    if metric.unit is Unit.PERCENT:
        written = written.removesuffix("%").rstrip()
    try:
        number = float(written) if written.isascii() else float("nan")
    except ValueError:
        number = float("nan")
    if not abs(number) < float("inf"):
        raise FilterMistake("not a number: write one as in waiting>3")
    return int(number) if number == int(number) else number


def _is_duration(text: str) -> bool:
    try:
        parse_duration(text)
    except ValueError:
        return False
    return True
