"""Which endpoint answers and which PBXes are polled, in words: told once when that changes."""

from collections.abc import Iterator

from wallboard.model.data.reading import Endpoint, Reading
from wallboard.model.state import State

_MOVED = "the realtime endpoint has no numbers any more; its successor is asked instead"
_BACK = "the realtime endpoint has numbers again, and is asked"


def endpoint_changes(before: State, after: State) -> Iterator[str]:
    """Yield a sentence for each PBX whose live numbers come from another endpoint than before.

    The realtime endpoint is where everybody begins.
    """
    for feed in after.live_feeds():
        known, reading = before.feeds.get(feed.info.feed), feed.queues
        previous = known.queues if known else None
        if reading is None or previous is reading:
            continue
        was = Endpoint.REALTIME if previous is None else previous.endpoint
        if was is not reading.endpoint:
            yield _sentence(reading, several=len(after.live_feeds()) > 1)


def came_and_went(before: State, after: State) -> Iterator[str]:
    """Yield a sentence for each PBX that the account has got, or has lost, since it was opened."""
    then, now = _pbxes(before), _pbxes(after)
    if not then or then.keys() == now.keys():
        return
    for pbx, name in now.items():
        if pbx not in then:
            yield f"{name}: a PBX that is new in the account; it is polled from now on"
    for pbx, name in then.items():
        if pbx not in now:
            yield f"{name}: this PBX is in the account no more; it is not polled any more"


def _pbxes(state: State) -> dict[str, str]:
    return {feed.pbx: feed.name for feed in state.live_feeds()}


def _sentence(reading: Reading, *, several: bool) -> str:
    words = _BACK if reading.endpoint is Endpoint.REALTIME else _MOVED
    return f"{reading.pbx_name}: {words}" if several else f"{words[0].upper()}{words[1:]}"
