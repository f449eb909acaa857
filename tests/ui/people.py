"""Agents and calls that do not exist, as feeds bring them."""

from collections.abc import Iterable, Sequence

from tests.fake_clock import FakeClock
from tests.ui.boards import FEED, INTERVAL, failed, found, moment
from wallboard.errors import Reason
from wallboard.model.data.agents import AgentsReading, PersonKey, Seat
from wallboard.model.data.calls import ActiveCall, CallsReading
from wallboard.model.data.metric import Kind, Number
from wallboard.model.data.reading import FeedId, QueueKey
from wallboard.model.events import Discovered, Failed, FeedInfo, Fresh

AGENTS = FeedId(FEED.pbx, Kind.AGENTS)
CALLS = FeedId(FEED.pbx, Kind.CALLS)

QUEUES = (
    ("1001", "Sales UK", "London"),
    ("1002", "Support", "London"),
    ("2001", "Facturation", "Paris"),
    ("2002", "Accueil", "Paris"),
)
FIRST = (
    "Ada", "Grace", "Alan", "Edsger", "Barbara", "Donald", "Katherine", "Linus", "Margaret",
    "Niklaus", "Radia", "Tim",
)  # fmt: skip
LAST = ("Lovelace", "Hopper", "Turing", "Dijkstra", "Liskov", "Knuth")
DOING: tuple[tuple[str, Sequence[int]], ...] = (
    ("HANDLING", (185, 31, 612, 95, 248, 7, 1_340)),
    ("AVAILABLE_IDLE", (44, 310, 12)),
    ("HANDLING", (52, 77, 421)),
    ("WRAP_UP", (22, 75, 41, 200, 9)),
    ("AVAILABLE_IDLE", (3, 128, 650)),
    ("PAUSE", (340, 1_000, 480, 1_900)),
    ("LOGGED_OUT", (9_000, 5_400)),
    ("ALERTING", (4, 23)),
    ("BUSY_OTHER", (61,)),
    ("DND", (700,)),
)


def seat(
    user: str,
    name: str,
    status: str = "AVAILABLE_IDLE",
    seconds: Number | None = 10,
    queue: tuple[str, str, str] = QUEUES[0],
    *,
    overflow: bool = False,
    caller: str = "",
    address: str = "",
    pbx: str = FEED.pbx,
    user_status: str = "",
) -> Seat:
    extension, queue_name, site = queue
    since = None if seconds is None else seconds * 1_000
    return Seat(
        PersonKey(pbx, user), name, f"7{user}", QueueKey(pbx, extension), queue_name, site,
        status=status, user_status=user_status, since=since, user_since=since,
        overflow=overflow, caller=caller, address=address,
    )  # fmt: skip


def sixty() -> tuple[Seat, ...]:
    """Sixty people, half of them in two queues."""
    seats = []
    for number in range(60):
        name = f"{FIRST[number % 12]} {LAST[(number // 2) % 6]}"
        status, times = DOING[number * 7 % len(DOING)]
        seconds = times[number % len(times)]
        talks = status in ("HANDLING", "ALERTING")
        caller = f"Caller {LAST[number % 6]}" if talks and number % 3 else ""
        address = f"+44 1632 960{number:03}" if talks else ""
        for place in range(1 + number % 2):
            queue = QUEUES[(number + place) % 4]
            here = status if not place or not talks else "BUSY_OTHER"
            seats.append(
                seat(
                    f"{number}", name, here, seconds, queue, overflow=place > 0,
                    caller="" if place else caller, address="" if place else address,
                )
            )  # fmt: skip
    return tuple(seats)


def known(interval: float = INTERVAL) -> Discovered:
    """The board's feed, and those of agents and calls beside it."""
    live = found(interval=interval)
    others = (FeedInfo(AGENTS, "acme", 5.0), FeedInfo(CALLS, "acme", 5.0))
    return Discovered((*live.feeds, *others), interval)


def agents(clock: FakeClock, seats: Iterable[Seat] | None = None, **how: object) -> Fresh:
    listed = sixty() if seats is None else tuple(seats)
    reading = AgentsReading(AGENTS, moment(clock), listed, "acme", **how)  # type: ignore[arg-type]
    return Fresh(AGENTS, reading, moment(clock, 5.0))


CALLING = (
    ActiveCall("1", "TALKING", "INCOMING", "Bob Jones", "+441632960007", "Sales UK",
               queue_extension="1001", agent="Ada Lovelace",
               waiting=12_000, talking=85_000, on_hold=0, total=97_000),
    ActiveCall("2", "WAITING", "INCOMING", "", "+33199005511", "Facturation",
               queue_extension="2001", agent="",
               waiting=48_000, talking=None, on_hold=None, total=48_000),
    ActiveCall("3", "WAITING", "INCOMING", "Eve Martin", "+441632960311", "Support",
               queue_extension="1002", agent="",
               waiting=151_000, talking=None, on_hold=None, total=151_000),
    ActiveCall("4", "ALERTING", "INCOMING", "", "anonymous", "Support",
               queue_extension="1002", agent="Alan Turing",
               waiting=66_000, talking=None, on_hold=None, total=66_000),
    ActiveCall("5", "CONFERENCE", "OUTGOING", "", "+15550107788", "",
               queue_extension="", agent="Grace Hopper",
               waiting=None, talking=900_000, on_hold=30_000, total=904_000),
)  # fmt: skip


def calls(
    clock: FakeClock, listed: Iterable[ActiveCall] = CALLING, more: int = 0, **how: object
) -> Fresh:
    reading = CallsReading(CALLS, moment(clock), tuple(listed), "acme", more, **how)  # type: ignore[arg-type]
    return Fresh(CALLS, reading, moment(clock, 5.0))


def gone(clock: FakeClock, feed: FeedId) -> Failed:
    words = "The API has no such address"
    return failed(clock, words, "Ask who keeps the account", feed=feed, reason=Reason.GONE)
