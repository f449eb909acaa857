"""A report as text for people, step by step or whole, and as JSON for programs."""

import json
import textwrap
from collections.abc import Iterable, Mapping

from wallboard.doctor.report import CheckReport, SeenPbx, Step, StepOutcome
from wallboard.host.output import printable

WIDTH = 100
"""Columns that are used where nobody says how many there are."""

_NAME, _OUTCOME = 15, 11
_COLOURS: Mapping[StepOutcome, str] = {
    StepOutcome.OK: "32",
    StepOutcome.WARNING: "33",
    StepOutcome.FAILED: "1;31",
    StepOutcome.SKIPPED: "2",
}


def step_text(step: Step, *, colour: bool = False, width: int = WIDTH) -> str:
    """Return a step with its details under it, ending in a newline.

    ``colour``: with the colours that every terminal has; ``width``: columns.
    """
    word = step.outcome.value if step.outcome is not StepOutcome.FAILED else "FAILED"
    shown = f"{word:{_OUTCOME}}"
    if colour:
        shown = f"\x1b[{_COLOURS[step.outcome]}m{shown}\x1b[0m"
    indent = " " * (_NAME + _OUTCOME)
    room = max(width - len(indent), 30)
    lines = _wrap([step.words], room) or [""]
    lines += _wrap(step.details, room)
    if step.remedy:
        lines += _wrap([f"→ {step.remedy}"], room)
    first, *rest = lines
    head = f"{printable(step.name):{_NAME}}{shown}{first}".rstrip()
    return "".join(f"{line}\n" for line in (head, *(f"{indent}{line}" for line in rest)))


def _wrap(texts: Iterable[str], room: int) -> list[str]:
    """Return lines no longer than ``room`` where that can be; a long path is left whole."""
    return [
        line
        for text in texts
        for line in textwrap.wrap(
            printable(text), room, subsequent_indent="  ", break_long_words=False,
            break_on_hyphens=False,
        )
    ]  # fmt: skip


def verdict(report: CheckReport) -> str:
    """Return the last line, with a newline."""
    bad = [step.name for step in report.steps if step.outcome is StepOutcome.FAILED]
    doubtful = [step.name for step in report.steps if step.outcome is StepOutcome.WARNING]
    if bad:
        return f"Failed: {', '.join(bad)}.\n"
    return f"Works; look at: {', '.join(doubtful)}.\n" if doubtful else "All is well.\n"


def as_json(report: CheckReport) -> str:
    """Return the report as one JSON document in ASCII, ending in a newline.

    ``outcome`` is ``ok``, ``warning``, ``failed`` or ``not tried``; sites and queues are ``null``
    where they could not be listed.
    """
    document = {
        "exit_code": report.exit_code,
        "settings": [
            {"key": key, "text": text, "origin": origin} for key, text, origin in report.settings
        ],
        "steps": [
            {
                "name": step.name,
                "outcome": step.outcome,
                "words": step.words,
                "remedy": step.remedy,
                "details": step.details,
            }
            for step in report.steps
        ],
        "pbxes": [_pbx(pbx) for pbx in report.pbxes],
    }
    return json.dumps(document, indent=2) + "\n"


def _pbx(pbx: SeenPbx) -> dict[str, object]:
    sites = (
        None if pbx.sites is None else [{"id": site.id, "name": site.name} for site in pbx.sites]
    )
    queues = None if pbx.queues is None else [queue._asdict() for queue in pbx.queues]
    return {"id": pbx.id, "name": pbx.name, "sites": sites, "queues": queues}
