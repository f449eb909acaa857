"""What a queue did over time: the quantities that the Erlang-A formulas speak of."""

from dataclasses import dataclass


@dataclass(slots=True, kw_only=True)
class QueueStatistics:
    """Counts and integrals since ``begin``; times are simulated seconds.

    ``waited`` counts callers who were not answered at once; ``wait`` is the time spent waiting
    by those who were answered or hung up; ``area`` is the queue's length over time.
    """

    begin: float = 0.0
    arrived: int = 0
    waited: int = 0
    answered: int = 0
    abandoned: int = 0
    wait: float = 0.0
    area: float = 0.0
    _last: float = 0.0

    def restart(self, now: float) -> None:
        """Forget what was, and count from ``now``."""
        self.begin = self._last = now
        self.arrived = self.waited = self.answered = self.abandoned = 0
        self.wait = self.area = 0.0

    def length_was(self, length: int, now: float) -> None:
        """Note that the queue had this length until ``now``."""
        self.area += length * (now - self._last)
        self._last = now

    @property
    def probability_of_abandonment(self) -> float:
        """Share of the callers who hung up."""
        return self.abandoned / self.arrived if self.arrived else 0.0

    @property
    def probability_of_waiting(self) -> float:
        """Share of the callers who were not answered at once."""
        return self.waited / self.arrived if self.arrived else 0.0

    @property
    def mean_wait(self) -> float:
        """Mean seconds a caller waited, answered or not."""
        done = self.answered + self.abandoned
        return self.wait / done if done else 0.0

    @property
    def mean_queue_length(self) -> float:
        """Callers waiting, on average over time, up to the last change."""
        span = self._last - self.begin
        return self.area / span if span > 0 else 0.0
