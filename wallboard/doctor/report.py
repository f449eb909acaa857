"""What was tried and what came of it, as plain data."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from enum import StrEnum

from wallboard.errors import ConfigurationError, WallboardError
from wallboard.model.data.reading import AccountEntry
from wallboard.model.view.format import plural
from wallboard.records import dataclass


class StepOutcome(StrEnum):
    """How a step ended; the values are stable, for scripts."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"
    SKIPPED = "not tried"


@dataclass(frozen=True, slots=True)
class SeenPbx:
    """A PBX that the account can see; ``None``: a list that is not known."""

    id: str
    name: str
    sites: tuple[AccountEntry, ...] | None = None
    queues: tuple[AccountEntry, ...] | None = None
    agents: tuple[AccountEntry, ...] | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One step. ``words``: what was found, or what is wrong; ``remedy``: what to do about it.

    ``details``: one line each. ``exit_code`` counts only if it failed.
    """

    name: str
    outcome: StepOutcome
    words: str = ""
    remedy: str = ""
    details: tuple[str, ...] = ()
    exit_code: int = 0


@dataclass(frozen=True, slots=True)
class CheckReport:
    """All that was found out.

    ``settings``: of each its name, its value without secrets, and where it was set; empty if the
    configuration cannot be used.
    """

    settings: tuple[tuple[str, str, str], ...] = ()
    steps: tuple[Step, ...] = ()
    pbxes: tuple[SeenPbx, ...] = ()

    @property
    def exit_code(self) -> int:
        """The exit code of the first step that failed (see the README's), 0 if none did."""
        codes = (step.exit_code for step in self.steps if step.outcome is StepOutcome.FAILED)
        return next(codes, 0)


def ok_step(name: str, words: str = "", details: Iterable[str] = ()) -> Step:
    """Return a step that went well."""
    return Step(name, StepOutcome.OK, words, details=tuple(details))


def warning_step(name: str, words: str, remedy: str = "", details: Iterable[str] = ()) -> Step:
    """Return a step that went, though not well."""
    return Step(name, StepOutcome.WARNING, words, remedy, tuple(details))


def failed_step(name: str, error: WallboardError, details: Iterable[str] = ()) -> Step:
    """Return a step that failed, in the error's own words; mistakes are told one a line."""
    words, lines = error.words, tuple(details)
    if isinstance(error, ConfigurationError):
        words, lines = plural(len(error.mistakes), "mistake"), (*error.mistakes, *lines)
    return Step(name, StepOutcome.FAILED, words, error.remedy, lines, error.exit_code)


class StepFailed(Exception):
    """A step before the examination failed, so that it cannot begin."""

    def __init__(self, step: Step) -> None:
        super().__init__(step.name)
        self.step = step


@contextmanager
def failing_as(name: str) -> Iterator[None]:
    """Have a ``ConfigurationError`` be the step of that ``name`` that failed: ``StepFailed``."""
    try:
        yield
    except ConfigurationError as error:
        raise StepFailed(failed_step(name, error)) from None


def skipped_step(name: str) -> Step:
    """Return a step that was not tried, because one before it failed."""
    return Step(name, StepOutcome.SKIPPED)


def configuration_step(file: str, warnings: Iterable[str] = ()) -> Step:
    """Return the step of a configuration that can be used. ``file``: ``""`` if there is none."""
    return _step_with_doubts(
        "configuration", file or "no file; environment, flags and defaults", warnings
    )


def log_step(file: str, warning: str = "") -> Step:
    """Return the step of the log. ``file``: ``""`` if there can be none, as ``warning`` says."""
    return warning_step("log", warning) if warning else ok_step("log", file)


def environment_step(words: str, doubts: Iterable[str]) -> Step:
    """Return the step of an environment that can be used. ``doubts``: what of it is not used."""
    return _step_with_doubts("environment", words, doubts)


def _step_with_doubts(name: str, words: str, doubts: Iterable[str]) -> Step:
    details = tuple(doubts)
    return Step(name, StepOutcome.WARNING if details else StepOutcome.OK, words, details=details)
