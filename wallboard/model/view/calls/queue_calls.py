"""The calls of one queue, as data: who waits longest comes first."""

from wallboard.model.data.calls import CallsReading
from wallboard.model.data.privacy import Privacy
from wallboard.model.data.reading import Moment, QueueKey
from wallboard.model.feeds.feed_status import feed_reports, troubles, why_nothing
from wallboard.model.select.page_filter import KnownQueues
from wallboard.model.state import State
from wallboard.model.view.calls.call_line import CallLine
from wallboard.model.view.calls.calls_page import hide_people, project_calls, untold_words
from wallboard.records import dataclass


@dataclass(frozen=True, slots=True)
class QueueCalls:
    """The calls of one queue, who waits first. ``words``: what is wrong or not told, in lines."""

    lines: tuple[CallLine, ...]
    words: tuple[str, ...]


def project_queue_calls(
    state: State, key: QueueKey, privacy: Privacy, now: Moment, *, pictured: bool = False
) -> QueueCalls | None:
    """Return the calls of a queue; ``None``: its PBX has no list of calls.

    ``privacy``: settled, as it holds on this screen. ``pictured``: leave out all that is personal.
    """
    feeds = [
        report for report in feed_reports(state, CallsReading, now) if report.feed.pbx == key.pbx
    ]
    if all(feed.refused and feed.reading is None for feed in feeds):
        return None
    zone = state.options.timezone
    words = why_nothing(feeds, True, "calls", now.elapsed, zone)
    words = words or troubles(feeds, "calls", now.elapsed, zone)
    view = project_calls(feeds, privacy, KnownQueues(state.snapshot.queues))
    lines = tuple(
        line for line in (hide_people(view) if pictured else view).lines if line.key == key
    )
    if view.known:
        # Of calls that were not sent, or that tell no queue, some may be here: no empty list says
        # that there are none.
        untold = untold_words(view.left_out)
        words += ["Not all calls were sent."] if view.more or view.at_least else []
        words += [f"{untold}."] if untold else []
        words += [] if lines or words else ["No call is in this queue."]
    return QueueCalls(lines, tuple(words))
