"""A board that is fed with answers from files, again and again, and tells its memory.

``python -m tests.benchmarks.resident POLLS FILE…``
"""

import asyncio
import resource
import sys
from itertools import cycle, islice
from pathlib import Path

from wallboard.host.collector import (
    begin_without_looking,
    leave_out_what_nobody_calls,
    pass_over_all_there_is,
)

BETWEEN = 30
"""Seconds from poll to poll: each is a sample of its own for the trends of the last hour."""


async def main(polls: int, files: list[str]) -> None:
    # As on a real board, which has HTTP and its settings loaded too.
    import wallboard.api.account
    import wallboard.settings  # noqa: F401

    # Not before the board's own start has said what of httpx is left out.
    from tests.benchmarks.boards import ours
    from tests.benchmarks.meter import settled

    async with ours(Path(files[0]).read_bytes()) as made:
        pass_over_all_there_is()
        for file in islice(cycle(files), polls):
            await made.wait(BETWEEN)
            await made.poll(Path(file).read_bytes())
            await settled(made.driver)
        text = Path("/proc/self/status").read_text(encoding="ascii")
    now = next(int(line.split()[1]) for line in text.splitlines() if line.startswith("VmRSS"))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(now / 1024, peak / 1024)  # noqa: T201 - to the benchmark


if __name__ == "__main__":
    begin_without_looking()
    leave_out_what_nobody_calls()
    asyncio.run(main(int(sys.argv[1]), sys.argv[2:]))
