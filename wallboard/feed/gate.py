"""When anybody may ask again: what one feed learned of the account's limits, for all of them."""

from dataclasses import dataclass

from wallboard.errors import FeedError, RateLimited, SignInRefused

MOST_WAIT = 900.0
"""The longest that a ``Retry-After`` is obeyed, seconds."""


@dataclass
class Gate:
    """Shared by the pollers of one account, all on one event loop.

    Each writes in one go, with no ``await`` between reading and writing, and only ever to a
    later moment: so there is no order in which two of them can spoil it.
    """

    limited_until: float = 0.0
    sign_in_until: float = 0.0

    def learn(self, error: FeedError, now: float) -> None:
        """Remember what an error says of everybody. ``now``: elapsed seconds."""
        if error.retry_after is None:
            return
        if isinstance(error, RateLimited):
            self.limited_until = max(
                self.limited_until, now + min(max(error.retry_after, 0.0), MOST_WAIT)
            )
        elif isinstance(error, SignInRefused):
            self.sign_in_until = max(self.sign_in_until, now + max(error.retry_after, 0.0))

    def opens(self, now: float, *, by_hand: bool) -> float:
        """Return when one may ask: never before a limit ends, whoever wants it.

        A person may try a refused sign-in at once: the account itself counts those tries.
        """
        return max(now, self.limited_until, 0.0 if by_hand else self.sign_in_until)
