"""A program that keeps a history as fast as it can, until somebody ends it.

Run as ``python -m tests.faults.keeping FOLDER``. Prints the number of each poll once it is written.
"""

import sys
from datetime import UTC, datetime
from pathlib import Path

from tests.sample import row
from tests.unit.model_env import World
from wallboard.history.file import NAME, open_to_write
from wallboard.history.store import Store
from wallboard.history.upkeep import pack_one
from wallboard.model.data.reading import FeedId
from wallboard.model.events import Fresh


def main(folder: Path) -> None:
    file = open_to_write(folder / NAME)
    store = Store(file.connection, lambda: datetime.now(UTC))
    world = World()
    number = 0
    while True:
        number += 1
        queues = [row(f"Q{n}", str(n), waitingCalls=(number + n) % 9) for n in range(50)]
        world.poll(*queues, after=10)
        reading = world.state.feeds[FeedId("p")].queues
        assert reading is not None
        store.keep(Fresh(reading.feed, reading, reading.measured), world.state)
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()
        while pack_one(file.connection):
            pass


if __name__ == "__main__":
    main(Path(sys.argv[1]))
