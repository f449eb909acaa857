"""Whether the tests reach the lines and branches of each inner room, after ``pytest --cov``."""

import json
import sys
import tempfile
from collections import Counter
from pathlib import Path

from coverage import Coverage

ROOMS = ("model", "api", "feed", "config")
LEAST = 99.0
"""Per cent of the lines, and of the branches, of each room."""


def shares(report: dict[str, dict[str, int]], room: str) -> tuple[float, float]:
    """Return the share of lines and of branches in per cent; ``report``: its numbers by file."""
    whole: Counter[str] = Counter()
    for file, numbers in report.items():
        if file.startswith(f"wallboard/{room}/"):
            whole.update(numbers)
    lines = 100 * whole["covered_lines"] / whole["num_statements"]
    return lines, 100 * whole["covered_branches"] / whole["num_branches"]


def main() -> int:
    """Print the shares, and what is not reached; return 1 where one is below the bound."""
    measured = Coverage()
    measured.load()
    with tempfile.NamedTemporaryFile(suffix=".json") as file:
        measured.json_report(outfile=file.name)
        files = json.loads(Path(file.name).read_bytes())["files"]
    report = {name: found["summary"] for name, found in files.items()}
    found = {room: shares(report, room) for room in ROOMS}
    measured.report()
    for room, (lines, branches) in found.items():
        print(f"{room}: lines {lines:.1f} %, branches {branches:.1f} %")  # noqa: T201
    return int(min(map(min, found.values())) < LEAST)


if __name__ == "__main__":
    sys.exit(main())
