"""``python -m tests.benchmarks.alarms [--hours N] [--seed N]``: how calm the demo is.

A simulated day of the demo, polled each ten seconds and judged by the rules as they are shipped:
how many alerts there are outside its scripted rush, by metric, and how short. The manufacturers'
guideline EEMUA 191 holds one alarm in ten minutes to be what a person can well attend to.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from wallboard.model.data.catalogue import CATALOGUE
from wallboard.model.data.reading import FeedId, Moment, NamedQueue, QueueMetrics, Reading, identify
from wallboard.model.data.view_options import ViewOptions
from wallboard.model.events import Discovered, FeedInfo, Fresh
from wallboard.model.judge.episodes import Episode
from wallboard.model.judge.rules import Rules
from wallboard.model.state import start, step
from wallboard.simulator.centre.centre import Centre
from wallboard.simulator.centre.demo import demo_plan

INTERVAL = 10.0
MOST_PER_TEN_MINUTES = 1.0
BEGINS = datetime(2026, 3, 3, tzinfo=UTC)


@dataclass(frozen=True)
class Calm:
    """What was counted: alerts outside the rush; ``rush``: those of the queue that has one."""

    hours: float
    alerts: tuple[Episode, ...]
    rush: int

    @property
    def per_ten_minutes(self) -> float:
        return len(self.alerts) / (self.hours * 6)


def calm_of(hours: float, seed: int = 8) -> Calm:
    """Let the demo's centre live for so many hours from midnight on."""
    plan = demo_plan()
    centre = Centre(plan, seed, BEGINS)
    scripted = {queue.name for pbx in plan.pbxes for queue in pbx.queues if queue.rush}
    feeds = [FeedId(pbx.id) for pbx in centre.directory.pbxes]
    infos = tuple(FeedInfo(feed, feed.pbx) for feed in feeds)
    state = step(start(Rules(), ViewOptions()), Discovered(infos, INTERVAL))
    found: dict[tuple[object, float], Episode] = {}
    for poll in range(int(hours * 3_600 / INTERVAL)):
        seconds = poll * INTERVAL
        centre.advance_to(seconds)
        at = Moment(BEGINS + timedelta(seconds=seconds), seconds)
        for feed in feeds:
            state = step(state, Fresh(feed, Reading(feed, at, rows(centre, feed.pbx),
                                                    frozenset(CATALOGUE)), at))  # fmt: skip
        for one in reversed(state.episodes):
            if one.rises:
                found[(one.key, one.since.elapsed)] = one
    every = [one for one in found.values() if not one.since_before]
    return Calm(
        hours,
        tuple(one for one in every if one.name not in scripted),
        sum(one.name in scripted for one in every),
    )


def rows(centre: Centre, pbx: str) -> tuple[QueueMetrics, ...]:
    """The queues of a PBX as an answer has them."""
    listed = [one for one in centre.directory.queues[pbx] if not one.deleted]
    keys = identify(pbx, (NamedQueue(one.extension, one.site, one.name) for one in listed))
    return tuple(
        QueueMetrics(key, one.name, one.extension, one.site, pbx, centre.measure(one.id))
        for key, one in zip(keys, listed, strict=True)
    )


def table(calm: Calm) -> Iterator[str]:
    """What was counted, in lines."""
    yield f"{calm.hours:g} hours: {len(calm.alerts)} alerts outside the rush, {calm.rush} in it"
    yield f"{calm.per_ten_minutes:.2f} in ten minutes (≤ {MOST_PER_TEN_MINUTES:g})"
    ended = [one for one in calm.alerts if one.until]
    lasted = [one.until.elapsed - one.since.elapsed for one in ended if one.until]
    yield f"{sum(one <= INTERVAL for one in lasted)} of ten seconds or less"
    for kind, number in Counter((one.metric, one.level.word) for one in calm.alerts).most_common():
        yield f"{number:5}  {' '.join(kind)}"
    for name, number in Counter(one.name for one in calm.alerts).most_common(8):
        yield f"{number:5}  {name}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, tell, and fail where it is not calm."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.alarms")
    parser.add_argument("--hours", type=float, default=24.0)
    parser.add_argument("--seed", type=int, default=8)
    chosen = parser.parse_args(arguments)
    calm = calm_of(chosen.hours, chosen.seed)
    sys.stdout.write("".join(f"{line}\n" for line in table(calm)))
    return int(calm.per_ten_minutes > MOST_PER_TEN_MINUTES)


if __name__ == "__main__":
    raise SystemExit(main())
