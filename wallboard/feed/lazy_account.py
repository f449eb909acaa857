"""An account that is made when it is first opened: the board is painted before HTTP is loaded."""

from collections.abc import Callable

from wallboard.feed.source import Account, Source


class LazyAccount:
    """Implements ``source.Account`` over one that ``make`` returns, inside the event loop."""

    def __init__(self, make: Callable[[], Account]) -> None:
        self._make = make
        self._account: Account | None = None

    async def open(self) -> tuple[Source, ...]:
        """Make the account, the first time, and open it. Raises what it raises."""
        if self._account is None:
            self._account = self._make()
        return await self._account.open()

    @property
    def lacking(self) -> bool:
        """Whether names should be looked up again, once there is anybody who knows."""
        return self._account is not None and self._account.lacking

    def ask_now(self) -> None:
        """Pass it on, once there is anybody to pass it to."""
        if self._account is not None:
            self._account.ask_now()

    async def aclose(self) -> None:
        """Close what was made."""
        if self._account is not None:
            await self._account.aclose()
