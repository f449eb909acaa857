"""Which endpoint answers, in words: told once when it becomes another one."""

from collections.abc import Iterator

from wallboard.model.snapshot import Endpoint, Kind, Reading
from wallboard.model.state import State

_MOVED = "the realtime endpoint has no numbers any more; its successor is asked instead"
_BACK = "the realtime endpoint has numbers again, and is asked"


def moved(before: State, after: State) -> Iterator[str]:
    """Yield a sentence for each PBX whose live numbers come from another endpoint than before.

    The realtime endpoint is where everybody begins.
    """
    known = before.snapshot.readings
    for feed, reading in after.snapshot.readings.items():
        previous = known.get(feed)
        if feed.kind is not Kind.LIVE or previous is reading:
            continue
        was = Endpoint.REALTIME if previous is None else previous.endpoint
        if was is not reading.endpoint:
            yield _sentence(reading, several=len(after.live_feeds()) > 1)


def _sentence(reading: Reading, *, several: bool) -> str:
    words = _BACK if reading.endpoint is Endpoint.REALTIME else _MOVED
    return f"{reading.pbx_name}: {words}" if several else f"{words[0].upper()}{words[1:]}"
