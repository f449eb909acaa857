"""The examination: host, connection, sign-in, names, one poll; each step needs those before it."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import KW_ONLY, field, replace
from functools import partial
from typing import Literal

from wallboard.doctor.account_lists import ListNeeds, Survey, list_names
from wallboard.doctor.answers import clock_step, size_in_words
from wallboard.doctor.network import Network, Target
from wallboard.doctor.report import (
    SeenPbx,
    Step,
    StepOutcome,
    failed_step,
    ok_step,
    skipped_step,
    warning_step,
)
from wallboard.errors import FeedError, WallboardError
from wallboard.feed.retry import supervise
from wallboard.feed.source import Account, Source
from wallboard.host.clock import Clock
from wallboard.model.data.metric import Kind
from wallboard.model.data.reading import AccountEntry, Reading
from wallboard.model.view import format as formatting
from wallboard.records import dataclass

_ABSENT = (
    "The user may lack access to these queues in Analytics for 8x8 Work; a new one may come later"
)

SOON = 14.0
"""Days: a certificate that ends within them is worth a word."""


STEPS = ("host", "connection", "sign-in", "PBXes", "sites", "queues", "poll", "clock")
"""The steps of an examination, in order."""


def untried_steps() -> tuple[Step, ...]:
    """Return the steps of an examination that cannot begin."""
    return tuple(skipped_step(name) for name in STEPS)


async def examine(
    target: Target,
    network: Network,
    survey: Survey,
    account: Account,
    clock: Clock,
    tell: Callable[[Step], None] = lambda step: None,  # noqa: ARG005
    *,
    asked: ListNeeds = ListNeeds(),  # noqa: B008 - frozen
) -> tuple[tuple[Step, ...], tuple[SeenPbx, ...]]:
    """Take every step; return them with the PBXes that were seen. Raises nothing but cancellation.

    ``survey`` and ``account`` share one sign-in; the account is closed at the end. ``tell`` hears
    of each step when it has ended. ``asked``: what the configuration narrows it to.
    """
    examination = _Examination(target, network, survey, account, clock, tell, asked=asked)
    try:
        await examination.run()
    finally:
        await account.aclose()
    return tuple(examination.steps), tuple(examination.pbxes)


@dataclass(slots=True)
class _Examination:
    """One examination under way, with what it found so far."""

    _target: Target
    _network: Network
    _survey: Survey
    _account: Account
    _clock: Clock
    _tell: Callable[[Step], None]
    _: KW_ONLY
    asked: ListNeeds
    steps: list[Step] = field(default_factory=list)
    pbxes: list[SeenPbx] = field(default_factory=list)
    _readings: list[Reading] = field(default_factory=list)

    async def run(self) -> None:
        well = await self._step("host", self._host)
        well = await self._step("connection", self._connection, after=well)
        well = await self._step("sign-in", self._sign_in, after=well)
        well = await self._step("PBXes", self._pbxes, after=well)
        await self._step("sites", partial(self._each, "sites"), after=well)
        await self._step("queues", partial(self._each, "queues"), after=well)
        await self._step("poll", self._poll, after=well)
        await self._step("clock", self._clocks, after=bool(self._readings))

    async def _step(
        self, name: str, take: Callable[[], Awaitable[Step]], *, after: bool = True
    ) -> bool:
        """Take a step if those before it went well; whether this one did."""
        if after:
            answer = await supervise(take)
            step = failed_step(name, answer) if isinstance(answer, WallboardError) else answer
        else:
            step = skipped_step(name)
        self.steps.append(step)
        self._tell(step)
        return step.outcome in (StepOutcome.OK, StepOutcome.WARNING)

    async def _host(self) -> Step:
        target = self._target
        addresses = await self._network.resolve(target)
        through = f", a proxy ({target.proxy})" if target.proxy else ""
        return ok_step("host", f"{target.host}{through}: {', '.join(addresses)}")

    async def _connection(self) -> Step:
        began = self._clock.elapsed()
        found = await self._network.connect(self._target)
        took = _duration(self._clock.elapsed() - began)
        words = f"port {self._target.port}, {found.tls or 'without TLS'}, {took}"
        if found.days is None:
            return ok_step("connection", words)
        words += f"; certificate valid for {formatting.plural(int(found.days), 'day')} more"
        if found.days >= SOON:
            return ok_step("connection", words)
        return warning_step(
            "connection", words, "Tell whoever looks after that server, or its proxy"
        )

    async def _sign_in(self) -> Step:
        began = self._clock.elapsed()
        await self._survey.sign_in()
        return ok_step("sign-in", f"accepted, {_duration(self._clock.elapsed() - began)}")

    async def _pbxes(self) -> Step:
        found = list_names(await self._survey.pbxes())
        self.pbxes = [SeenPbx(pbx.id, pbx.name) for pbx in found]
        words = formatting.plural(len(found), "PBX", "PBXes")
        if not found:
            remedy = "Give the user access to a PBX, and the access level Supervisor"
            return warning_step("PBXes", words, remedy)
        return ok_step("PBXes", words, [f"{pbx.name} ({pbx.id})" for pbx in found])

    async def _each(self, name: Literal["sites", "queues"]) -> Step:
        """Ask every PBX: one that refuses does not keep the others, and is no failure alone.

        Nor is a list that nobody gives and nothing needs: the board does without it.
        """
        what = name.removesuffix("s")
        details: list[str] = []
        errors: list[WallboardError] = []
        count = 0
        for at, pbx in enumerate(self.pbxes):
            answer = await supervise(partial(self._survey.entries, pbx.id, name))
            if isinstance(answer, WallboardError):
                errors.append(answer)
                details.append(f"{pbx.name}: {answer.words}")
                continue
            listed = list_names(answer)
            self.pbxes[at] = (
                replace(pbx, sites=listed) if name == "sites" else replace(pbx, queues=listed)
            )
            count += len(listed)
            if len(self.pbxes) > 1:
                details.append(f"{pbx.name}: {formatting.plural(len(listed), what)}")
        words = formatting.plural(count, what)
        if not errors:
            return ok_step(name, words, details)
        nobody = len(errors) == len(self.pbxes)
        if nobody and self.asked.needs(name):
            return failed_step(name, errors[0])
        useless = nobody and f"The board does without this list of {name}"
        return warning_step(name, words, useless or errors[0].remedy, details)

    async def _poll(self) -> Step:
        opened = await self._account.open()
        sources = [source for source in opened if source.feed.kind is Kind.LIVE]
        polls = await asyncio.gather(*(self._ask(source) for source in sources))
        others = await asyncio.gather(
            *(self._ask(source) for source in opened if source not in sources)
        )
        details = [line for poll in (*polls, *others) for line in poll.lines]
        errors = [poll.error for poll in polls if poll.error]
        if errors:
            # As for "once": some of several is one code, all of them what they say.
            some = len(errors) < len(polls)
            code = FeedError.exit_code if some else min(error.exit_code for error in errors)
            return replace(failed_step("poll", errors[0]), details=tuple(details), exit_code=code)
        queues = sum(poll.queues for poll in polls)
        words = f"{formatting.plural(queues, 'queue')} measured"
        if absent := sum(poll.absent for poll in polls):
            words += f", {absent} listed but not measured"
        missing = [poll.error for poll in others if poll.error]
        if queues and missing:
            # The board does without them.
            return warning_step("poll", words, missing[0].remedy, details)
        if queues and absent:
            return warning_step("poll", words, _ABSENT, details)
        if queues:
            return ok_step("poll", words, details)
        return warning_step("poll", words, "Check pbx, sites and queues in [api]", details)

    async def _clocks(self) -> Step:
        return clock_step(self._readings)

    async def _ask(self, source: Source) -> "_Poll":
        began = self._clock.elapsed()
        answer = await supervise(source.fetch)
        kind = source.feed.kind
        name = source.pbx_name if kind is Kind.LIVE else f"{source.pbx_name}, {kind}"
        if isinstance(answer, WallboardError):
            return _Poll((f"{name}: {answer.words}",), error=answer)
        line = f"{name}: {size_in_words(answer)}, {_duration(self._clock.elapsed() - began)}"
        notes = [f"{name}: {note}" for note in answer.notes]
        if not isinstance(answer, Reading):
            return _Poll((line, *notes))
        self._readings.append(answer)
        absent = self._absent(answer) if kind is Kind.LIVE else []
        if absent:
            notes.append(f"{name}: listed, but not measured: {'; '.join(_names_of(absent))}")
        return _Poll((line, *notes), len(answer.queues), len(absent))

    def _absent(self, reading: Reading) -> list[AccountEntry]:
        """Return the queues that are listed and asked for, and not in an answer."""
        listed = [
            entry
            for pbx in self.pbxes
            if pbx.id == reading.feed.pbx
            for entry in self.asked.of(pbx)
        ]
        extensions = {queue.extension for queue in reading.queues}
        names = {queue.name for queue in reading.queues}
        return [
            entry
            for entry in listed
            if (entry.extension not in extensions if entry.extension else entry.name not in names)
        ]


@dataclass(frozen=True, slots=True)
class _Poll:
    """What one PBX answered."""

    lines: tuple[str, ...]
    queues: int = 0
    absent: int = 0
    error: WallboardError | None = None


def _names_of(found: Iterable[AccountEntry]) -> list[str]:
    return [
        f"{entry.name} ({entry.extension})" if entry.extension else entry.name for entry in found
    ]


def _duration(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"
