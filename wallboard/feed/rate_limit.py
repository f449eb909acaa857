"""When anybody may ask again: what one feed learned of the account's limits, for all of them."""

from dataclasses import dataclass

from wallboard.errors import FeedError, RateLimited

MOST_WAIT = 900.0
"""The longest that a ``Retry-After`` is obeyed, seconds."""


@dataclass
class RateLimit:
    """Shared by the pollers of one account, all on one event loop.

    Each writes in one go, with no ``await`` between reading and writing, and only ever to a
    later moment: so there is no order in which two of them can spoil it.

    A refused sign-in is not learned here: the account's one token is shared already, and a PBX
    that refuses every token must not keep the others from being asked.
    """

    limited_until: float = 0.0

    def learn(self, error: FeedError, now: float) -> None:
        """Remember what an error says of everybody. ``now``: elapsed seconds."""
        if isinstance(error, RateLimited) and error.retry_after is not None:
            self.limited_until = max(
                self.limited_until, now + min(max(error.retry_after, 0.0), MOST_WAIT)
            )

    def opens(self, now: float) -> float:
        """Return when one may ask, whoever wants it: never before a limit ends."""
        return max(now, self.limited_until)
