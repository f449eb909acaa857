"""Who is told of what: once when it begins, once when it is over, and nothing that was before."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from tests.unit.model_env import World, calm, moment
from wallboard.model.data.name_pattern import QueueGroup, group_key
from wallboard.model.data.opening_hours import Hours, parse_hours
from wallboard.model.data.reading import Moment
from wallboard.model.events import Acknowledge, Remembered
from wallboard.model.judge.episodes import Episode
from wallboard.model.judge.levels import UNJUDGED
from wallboard.model.judge.messages import Look, News, Note, Recipient, Told, already_told, news
from wallboard.model.judge.rules import Bounds, Level, Rules
from wallboard.model.judge.time_in_target import TimeInTarget
from wallboard.model.judge.trends import Trends
from wallboard.model.state import start, step

CRITICAL, WARNING = Level.CRITICAL, Level.WARNING
BOTH = Recipient(levels=frozenset({WARNING, CRITICAL}))
WAITING = {Level.NORMAL: 0, WARNING: 3, CRITICAL: 5}


class Reader:
    """A recipient beside a board, and what it was told."""

    def __init__(self, recipient: Recipient, world: World | None = None) -> None:
        self.recipient = recipient
        self.world = world or World()
        self.told: Told = {}
        self.notes: list[Note] = []

    @property
    def at(self) -> Moment:
        return moment(self.world.now)

    def hear(self) -> list[tuple[str, str, str]]:
        """What is told now: news, queue, level now."""
        look = Look(self.world.state, self.at)
        self.told, notes = news(look, self.recipient, self.told)
        self.notes += notes
        return [(note.news.value, note.episode.name, note.level.word) for note in notes]

    def poll(self, *levels: Level, **named: Level) -> list[tuple[str, str, str]]:
        levels_of = {"Sales": levels[0]} if levels else named
        self.world.poll(
            *(
                calm(name, name[1:3], waitingCalls=WAITING[level])
                for name, level in levels_of.items()
            ),
            after=10,
        )
        return self.hear()


def reader(recipient: Recipient = Recipient()) -> Reader:  # noqa: B008 - frozen
    seen = Reader(recipient)
    assert seen.poll(Level.NORMAL) == []
    return seen


def test_critical_is_told_when_it_begins_and_when_it_is_over() -> None:
    it = reader()
    assert it.poll(WARNING) == []
    assert it.poll(CRITICAL) == [("begun", "Sales", "critical")]
    assert it.poll(CRITICAL) == []
    assert it.poll(Level.NORMAL) == [("over", "Sales", "normal")]
    assert it.poll(Level.NORMAL) == []
    begun, over = it.notes
    assert (begun.value, over.value, over.episode.worst) == (5, 0, 5)
    assert over.begun == begun.episode.since
    assert over.episode.until == over.at


def test_what_is_left_of_a_critical_is_told_as_what_it_is() -> None:
    it = reader()
    it.poll(CRITICAL)
    assert it.poll(WARNING) == [("over", "Sales", "warning")]
    assert it.poll(Level.NORMAL) == []


def test_who_wants_both_levels_hears_of_a_rise_and_of_one_end() -> None:
    it = reader(BOTH)
    assert it.poll(WARNING) == [("begun", "Sales", "warning")]
    assert it.poll(CRITICAL) == [("begun", "Sales", "critical")]
    assert it.poll(WARNING) == []
    assert it.poll(Level.NORMAL) == [("over", "Sales", "normal")]
    first, _, over = it.notes
    assert over.begun == first.episode.since
    assert over.episode.level is CRITICAL


def test_the_worst_of_one_answer_is_told_first() -> None:
    it = Reader(BOTH)
    it.poll(Sales=Level.NORMAL, Support=Level.NORMAL)
    assert [name for _, name, _ in it.poll(Sales=WARNING, Support=CRITICAL)] == ["Support", "Sales"]


def test_only_the_queues_sites_and_groups_that_are_named() -> None:
    def wants(episode: Episode, are_in: Sequence[str] = (), **named: tuple[str, ...]) -> bool:
        return Recipient(**named).wants(episode, lambda _episode: are_in)  # type: ignore[arg-type]

    it = reader()
    it.poll(CRITICAL)
    one = replace(it.notes[0].episode, name="Sales DE", site="Paris")
    assert wants(one)
    assert wants(one, queues=("VIP", "sales*"), sites=("PARIS",))
    assert not wants(one, queues=("VIP",))
    assert not wants(one, queues=("sales*",), sites=("London",))
    assert wants(one, ("All sales",), groups=("*sales",))
    assert not wants(one, (), groups=("*sales",))
    group = replace(one, key=group_key("All sales"), name="All sales", site="")
    assert wants(group)
    assert wants(group, ("All sales",), groups=("*sales",), queues=("VIP",))
    assert not wants(group, ("All sales",), queues=("*",))


def test_what_held_in_the_first_answer_is_not_told_and_neither_is_its_end() -> None:
    it = Reader(Recipient(), World(just_started=True))
    assert it.poll(CRITICAL) == []
    assert it.poll(Level.NORMAL) == []
    assert it.poll(CRITICAL) == [("begun", "Sales", "critical")]


def after_a_restart(before: Reader, recipient: Recipient) -> Reader:
    """Another board that remembers what one knew."""
    state, world = before.world.state, World(just_started=True)
    world.state = step(
        start(state.book.rules, state.options),
        Remembered(Trends(), state.levels, state.episodes, TimeInTarget()),
    )
    world.now = before.world.now
    again = Reader(recipient, world)
    again.told = already_told(Look(world.state, moment(world.now)), recipient)
    return again


def test_over_a_restart_nothing_is_told_twice_and_the_end_is_told() -> None:
    it = reader()
    it.poll(CRITICAL)
    again = after_a_restart(it, it.recipient)
    assert again.poll(CRITICAL) == []
    assert again.poll(Level.NORMAL) == [("over", "Sales", "normal")]


def quiet_now(world: World) -> Hours:
    local = moment(world.now).wall
    return parse_hours(f"{local:%H:%M}-{(local.hour + 1) % 24:02d}:{local:%M}")


def test_in_quiet_hours_nothing_is_told_and_then_what_lasts_still() -> None:
    it = reader()
    it.poll(Sales=CRITICAL, Support=Level.NORMAL)
    assert [name for _, name, _ in it.hear()] == []
    it.recipient = Recipient(quiet=quiet_now(it.world))
    assert it.poll(Sales=Level.NORMAL, Support=CRITICAL) == []
    assert it.poll(Sales=CRITICAL, Support=CRITICAL) == []
    assert it.poll(Sales=Level.NORMAL, Support=CRITICAL) == []
    it.world.now += 3600
    told = it.poll(Sales=Level.NORMAL, Support=CRITICAL)
    assert told == [("begun", "Support", "critical"), ("over", "Sales", "normal")]


def test_what_began_in_quiet_hours_that_still_go_on_is_told_after_a_restart_too() -> None:
    it = reader()
    it.recipient = Recipient(quiet=quiet_now(it.world))
    assert it.poll(CRITICAL) == []
    again = after_a_restart(it, it.recipient)
    assert again.poll(CRITICAL) == []
    again.world.now += 3600
    assert again.poll(CRITICAL) == [("begun", "Sales", "critical")]


def test_of_a_silenced_queue_nothing_is_told_until_that_ends() -> None:
    it = reader()
    it.poll(CRITICAL)
    (key,) = it.told
    it.world.silence(key)
    assert it.poll(Level.NORMAL) == []
    it.world.silence()
    assert it.hear() == [("over", "Sales", "normal")]
    it.world.silence(key)
    assert it.poll(CRITICAL) == []
    it.world.silence()
    assert it.poll(CRITICAL) == [("begun", "Sales", "critical")]


def test_what_somebody_has_seen_at_the_board_is_not_told_later() -> None:
    it = reader()
    it.recipient = Recipient(quiet=quiet_now(it.world))
    it.poll(CRITICAL)
    (key,) = (episode.key for episode in it.world.state.episodes)
    it.world.step(Acknowledge(frozenset({key}), "AB", it.at))
    it.recipient = Recipient()
    assert it.poll(CRITICAL) == []


def test_a_queue_that_is_in_no_answer_is_over_when_it_is_given_up() -> None:
    it = Reader(Recipient())
    it.poll(Sales=Level.NORMAL, Support=Level.NORMAL)
    it.poll(Sales=CRITICAL, Support=Level.NORMAL)
    assert it.poll(Support=Level.NORMAL) == []
    it.world.now += 3700
    assert [news for news, _, _ in it.poll(Support=Level.NORMAL)] == ["over"]
    assert it.notes[-1].gone


LEVELS = st.lists(st.sampled_from([Level.NORMAL, WARNING, CRITICAL]), max_size=30)
WANTED = st.sampled_from([{CRITICAL}, {WARNING}, {WARNING, CRITICAL}])


@given(LEVELS, WANTED)
def test_each_episode_is_told_once_and_so_is_its_end(
    levels: list[Level], wanted: set[Level]
) -> None:
    it = reader(Recipient(levels=frozenset(wanted)))
    for level in levels:
        it.poll(level)
    assert [(note.news, note.level) for note in it.notes] == list(expected(levels, wanted))


def expected(levels: Iterable[Level], wanted: set[Level]) -> Iterable[tuple[News, Level]]:
    """What is to be told of one queue: each rise into a wanted level, and each way out of them."""
    before, knows = Level.NORMAL, False
    for level in levels:
        if level in wanted and level > before:
            knows = True
            yield News.BEGUN, level
        elif level not in wanted and knows:
            knows = False
            yield News.OVER, level
        before = level


def test_the_level_of_a_queue_of_which_nothing_is_known_is_unknown() -> None:
    it = reader()
    it.poll(CRITICAL)
    (episode,) = it.world.state.episodes
    ended = replace(episode, until=it.at)
    it.world.state = replace(it.world.state, episodes=(ended,), levels={})
    assert it.hear() == [("over", "Sales", UNJUDGED.level.word)]


def test_what_a_group_comes_to_is_told_to_whoever_named_the_group() -> None:
    group = QueueGroup("All sales", ("Sales*",))
    rules = Rules({}, groups=(group,), group_bounds={"All sales": {"waitingCalls": Bounds(3, 5)}})
    for wanted, told in (("All*", [("begun", "All sales", "critical")]), ("Support", [])):
        it = Reader(Recipient(groups=(wanted,)))
        it.world = World(rules)
        assert it.poll(Level.NORMAL) == []
        assert it.poll(CRITICAL) == told
