"""A contact centre, as the API over it needs it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from wallboard.model.data.metric import Number
from wallboard.simulator.centre.call_log import Span
from wallboard.simulator.centre.presence import CallNow, Presence
from wallboard.simulator.centre.totals import AgentTotals, CallTotals
from wallboard.simulator.server.directory import SimulatedAccount


class SimulatedCentre(Protocol):
    """A centre. ``metric_names``: the realtime metrics that it has values of, in the order of its
    answers; ``remembers``: whether it knows the calls of the day. Spans are simulated seconds."""

    @property
    def directory(self) -> SimulatedAccount:
        """Names and ids."""
        ...

    @property
    def start(self) -> datetime:
        """Date and time at second 0."""
        ...

    @property
    def metric_names(self) -> tuple[str, ...]:
        """The metrics that it has values of, in the order of its answers."""
        ...

    @property
    def remembers(self) -> bool:
        """Whether ``past`` means anything."""
        ...

    def advance_to(self, seconds: float) -> None:
        """Let everything happen up to ``seconds`` since the start."""
        ...

    def measure(self, queue_id: str) -> Mapping[str, Number]:
        """Return the metrics of a queue now, those that averages need among them."""
        ...

    def past(self, queue_id: str, spans: Iterable[Span]) -> CallTotals:
        """Return what became of the calls that came within the spans."""
        ...

    def past_by_agent(self, queue_id: str, spans: Iterable[Span]) -> Mapping[int, AgentTotals]:
        """Return the same for each agent whose phone rang, by the number of its seat."""
        ...

    def seats(self, queue_id: str) -> Sequence[Presence]:
        """Return what the agents of a queue are doing for it."""
        ...

    def people(self, pbx_id: str) -> Sequence[Presence]:
        """Return what the agents of a PBX are doing, each once."""
        ...

    def in_progress(self, pbx_id: str) -> Sequence[CallNow]:
        """Return the calls of a PBX that wait or are handled."""
        ...
