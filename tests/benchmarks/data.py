"""Answers of the API of any size, and what changes in them from poll to poll. Seeded."""

import json
from random import Random

from wallboard.model.data.catalogue import CATALOGUE
from wallboard.model.data.metric import Number, Unit

_TOPICS = ("Sales", "Support", "Billing", "Orders", "Réclamations", "Renewals", "営業部", "Claims")
_TOWNS = ("London", "Paris", "New York", "Bergen", "Kraków", "Porto", "Utrecht", "Cork")
_WAITING = ("waitingCalls", "longestWaitingTime", "waitingTime", "avgWaitingTime")
_OTHERS = tuple(name for name in CATALOGUE if name not in _WAITING)


class Centre:
    """Queues whose values are drawn at random; ``waiting``: in how many of them calls wait."""

    def __init__(self, queues: int, waiting: int | None = None, seed: int = 1) -> None:
        self._random = Random(seed)
        some = queues * 3 // 20 if waiting is None else waiting
        self._queues = [self._queue(number, number < some) for number in range(queues)]
        self._queues.sort(key=lambda one: one[0]["name"])  # as the board asks for them

    @property
    def body(self) -> bytes:
        """The answer of the realtime endpoint."""
        listed = [{**names, "pbx": "acme", "metrics": metrics} for names, metrics in self._queues]
        return json.dumps({"callQueues": listed, "metricsSummary": {}}).encode()

    def change(self, share: float = 0.2) -> None:
        """Draw so great a share of the values anew, none of them as it was."""
        for _, metrics in self._queues:
            for name in _OTHERS:
                if self._random.random() < share:
                    metrics[name] = self._other(name, metrics[name])
            if metrics["waitingCalls"] and self._random.random() < share:
                metrics.update(self._waiting())

    def _queue(self, number: int, waits: bool) -> tuple[dict[str, str], dict[str, Number]]:
        topic, town = self._random.choice(_TOPICS), self._random.choice(_TOWNS)
        names = {"name": f"{topic} {number}", "extension": str(100_000 + number), "site": town}
        metrics: dict[str, Number] = {name: self._other(name, -1) for name in _OTHERS}
        metrics.update(self._waiting() if waits else dict.fromkeys(_WAITING, 0))
        return names, metrics

    def _waiting(self) -> dict[str, Number]:
        calls, longest = self._random.randrange(1, 8), self._random.randrange(1_000, 200_000)
        total = longest + (calls - 1) * longest // 2
        return dict(zip(_WAITING, (calls, longest, total, total // calls), strict=True))

    def _other(self, name: str, value: Number) -> Number:
        times = CATALOGUE[name].unit is Unit.MILLISECONDS
        while True:
            # Whole seconds, so that what changes is seen to change.
            new = self._random.randrange(600) * 1_000 if times else self._random.randrange(13)
            if new != value:
                return new
