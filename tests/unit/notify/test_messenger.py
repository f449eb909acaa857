"""Messages go out one by one, are tried again gently, and what is lost is told."""

import asyncio
from dataclasses import replace

from tests.unit.fakes import settle
from tests.unit.model_env import PLAIN, World, moment
from tests.unit.notify.notify_env import EVERYBODY, FAILED, REFUSED, Post, Remembers
from wallboard.errors import SendingFailed
from wallboard.model.data.name_pattern import QueueGroup
from wallboard.model.data.reading import QueueKey
from wallboard.model.data.view_options import ViewOptions
from wallboard.model.events import Remembered
from wallboard.model.judge.messages import Recipient
from wallboard.model.judge.time_in_target import TimeInTarget
from wallboard.model.judge.trends import Trends
from wallboard.notify.messenger import WAITS, Messenger, RecipientLine, send_trial
from wallboard.notify.outbox import MOST_WAITING
from wallboard.notify.text import Message


async def test_each_episode_is_told_once_and_so_is_its_end() -> None:
    async with Post(Remembers()) as post:
        await post.poll("1")
        await post.poll("1")
        await post.poll()
        await post.poll()
        assert post.sender.titles == ["1 is critical", "1 is normal again"]


async def test_a_storm_is_one_message() -> None:
    async with Post(Remembers()) as post:
        await post.poll(*map(str, range(1, 10)))
        assert post.sender.titles == ["Queues: 9 critical"]
        await post.poll()
        assert len(post.sender.sent) == 1
        await post.poll(after=60)
        assert post.sender.titles[1:] == ["Queues: 9 over"]


async def test_what_fails_is_tried_again_and_meanwhile_nothing_waits_for_it() -> None:
    async with Post(Remembers(FAILED)) as post:
        await post.poll("1")
        assert post.sender.tries == 1
        await post.poll("1", "2", after=WAITS[0] / 2)
        assert post.sender.tries == 1
        await post.poll("1", "2", after=WAITS[0])
        assert post.sender.titles == ["1 is critical", "2 is critical"]
        assert (post.messenger.notes(), post.messenger.trouble) == ((), "")


async def test_what_fails_for_good_is_told_once_and_the_next_message_goes() -> None:
    async with Post(Remembers(*[FAILED] * (len(WAITS) + 1))) as post:
        await post.poll("1")
        for wait in WAITS:
            assert post.messenger.notes() == ()
            await post.clock.advance(wait)
            await settle()
        assert post.messenger.trouble == "message not sent (1, json): The connection was refused"
        assert post.messenger.notes() == (
            "A message was not sent (1, json): The connection was refused. Check the network",
        )
        assert post.messenger.notes() == ()
        await post.poll()
        assert post.sender.titles == ["1 is normal again"]
        assert post.messenger.trouble == ""


async def test_what_another_try_cannot_help_is_not_tried_again() -> None:
    async with Post(Remembers(REFUSED, REFUSED)) as post:
        await post.poll("1")
        assert (post.sender.tries, len(post.messenger.notes())) == (1, 1)
        await post.poll("1", "2")
        assert (post.sender.tries, post.messenger.notes()) == (2, ())
        assert post.messenger.trouble


async def test_a_receiver_is_given_the_time_that_it_asks_for() -> None:
    busy = SendingFailed("Too many messages (HTTP 429)", "Send fewer", retry_after=60)
    async with Post(Remembers(busy)) as post:
        await post.poll("1")
        await post.poll("1", after=59)
        assert post.sender.tries == 1
        await post.poll("1", after=2)
        assert post.sender.titles == ["1 is critical"]


class Hangs:
    """A receiver that never comes to an end."""

    tries = 0

    async def send(self, _message: Message) -> None:
        self.tries += 1
        await asyncio.Event().wait()


async def test_one_that_hangs_keeps_nobody_else_waiting_and_holds_a_bounded_number() -> None:
    other, post = Remembers(), Post(Hangs())
    post.messenger = Messenger([post.line, RecipientLine("2, json", EVERYBODY, other)], post.clock)
    async with post:
        for number in range(400):
            await post.poll(*(["1", "2", "3"] if number % 2 else []), after=20)
        assert post.sender.tries == 1
        assert len(post.line.outbox.waiting) == MOST_WAITING
        assert len(other.sent) > 100


async def test_nothing_is_told_of_what_held_before_the_board_was_started() -> None:
    post = Post(Remembers(), world=World(just_started=True))
    post.task = asyncio.create_task(post.messenger.run())
    await post.poll("1")
    await post.poll("1", "2")
    assert post.sender.titles == ["2 is critical"]
    await post.__aexit__()


async def test_over_a_restart_nothing_is_told_twice() -> None:
    async with Post(Remembers()) as before:
        await before.poll("1")
        known = before.world.state
    after = Post(Remembers(), world=World(just_started=True))
    after.world.now = before.world.now
    after.clock.seconds = before.clock.seconds
    after.world.step(Remembered(Trends(), known.levels, known.episodes, TimeInTarget()))
    after.task = asyncio.create_task(after.messenger.run())
    await after.poll("1")
    await after.poll()
    assert after.sender.titles == ["1 is normal again"]
    await after.__aexit__()


async def test_a_silenced_queue_is_not_told() -> None:
    async with Post(Remembers()) as post:
        post.world.silence(QueueKey("p", "1"))
        await post.poll("1", "2")
        assert post.sender.titles == ["2 is critical"]


async def test_a_hub_that_takes_over_tells_nothing_that_held_before() -> None:
    post = Post(Remembers())
    task = asyncio.create_task(post.messenger.run())
    told, post.messenger = post.messenger, Messenger([], post.clock)
    await post.poll("1")
    post.messenger = told
    await post.poll("1")
    await post.poll("1", "2")
    assert post.sender.titles == ["2 is critical"]
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_a_group_is_told_of_its_queues_wherever_they_are() -> None:
    rules = replace(PLAIN, groups=(QueueGroup("Sales all", ("2", "3")),))
    async with Post(Remembers(), Recipient(groups=("sales*",)), World(rules)) as post:
        await post.poll("1", "2")
        assert post.sender.titles == ["2 is critical"]


async def test_a_trial_says_how_it_went() -> None:
    post = Post(Remembers(None, FAILED))
    assert await send_trial(post.line, ViewOptions(), moment(0)) is None
    assert await send_trial(post.line, ViewOptions(), moment(0)) is FAILED
    assert post.sender.titles == ["Test of the wallboard"]
