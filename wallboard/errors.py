"""What can go wrong, as one tree; each error says it in words and names a remedy.

WallboardError                    exit 1   a bug, or anything not named below
├── ConfigurationError            exit 2   the user's file, environment or flags
│   └── UnknownName               exit 2   a PBX, site or queue that the account does not have
├── SendingFailed                 exit 4   a message was not taken by whom it was for
├── OutputFailed                  exit 5   standard output is full or closed
│   └── ReaderGone                exit 141 whoever read it left, as ``head`` does: as by SIGPIPE
└── FeedError                     exit 4   a poll brought nothing that can be shown
    ├── SignInRefused             exit 3   key, user or password; or Work Analytics never opened
    ├── AccessRefused             exit 3   403: no access to this PBX
    ├── RateLimited               exit 4   429
    ├── EndpointGone              exit 4   404, 410
    ├── Unreachable               exit 4   no answer: refused, reset, DNS, TLS, deadline
    ├── ServerError               exit 4   5xx, maintenance pages
    └── InvalidResponse           exit 4   an answer, but not one of this API's

``words`` and ``remedy`` are what board, ``once`` and ``check`` show. They are written here or
by the raiser from cleaned text: never a payload, a header, a token or a value from the
configuration.
"""

from enum import StrEnum
from typing import ClassVar


class Reason(StrEnum):
    """Why a feed has no fresh reading; the names are stable, for scripts."""

    SIGN_IN = "sign-in"
    ACCESS = "access"
    RATE_LIMITED = "rate-limited"
    GONE = "gone"
    UNREACHABLE = "unreachable"
    SERVER = "server"
    NONSENSE = "nonsense"
    CONFIGURATION = "configuration"
    OUTPUT = "output"
    BUG = "bug"


class WallboardError(Exception):
    """Base of the tree: what happened (``words``) and what to do about it (``remedy``)."""

    exit_code: ClassVar[int] = 1
    reason: ClassVar[Reason] = Reason.BUG

    def __init__(self, words: str, remedy: str = "") -> None:
        super().__init__(words)
        self.words = words
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.words}. {self.remedy}" if self.remedy else self.words


class ConfigurationError(WallboardError):
    """The configuration cannot be used; ``mistakes`` are all of them, one line each."""

    exit_code = 2
    reason = Reason.CONFIGURATION

    def __init__(self, mistakes: "tuple[str, ...] | list[str]", remedy: str = "") -> None:
        super().__init__("\n".join(mistakes), remedy)
        self.mistakes = tuple(mistakes)


class UnknownName(ConfigurationError):
    """A PBX, site or queue of the configuration that no visible PBX has."""


class SendingFailed(WallboardError):
    """A message, or a sign of life, was not taken. ``again``: whether another try may help.

    ``retry_after``: seconds that the other side asked us to wait, if it did.
    """

    exit_code = 4
    reason = Reason.UNREACHABLE

    def __init__(
        self, words: str, remedy: str, *, again: bool = True, retry_after: float | None = None
    ) -> None:
        super().__init__(words, remedy)
        self.again = again
        self.retry_after = retry_after


class OutputFailed(WallboardError):
    """What a command had to say could not be written."""

    exit_code = 5
    reason = Reason.OUTPUT


class ReaderGone(OutputFailed):
    """The other end of the pipe was closed, which is no mistake of anybody: nothing is said."""

    exit_code = 141


class FeedError(WallboardError):
    """A poll failed. ``retry_after``: seconds the server asked us to wait, if it did."""

    exit_code = 4
    reason = Reason.NONSENSE

    def __init__(self, words: str, remedy: str = "", *, retry_after: float | None = None) -> None:
        super().__init__(words, remedy)
        self.retry_after = retry_after


class SignInRefused(FeedError):
    """The token endpoint answered, and said no."""

    exit_code = 3
    reason = Reason.SIGN_IN


class AccessRefused(FeedError):
    """Signed in, but not allowed to see this PBX, or what is asked (403, or in words)."""

    exit_code = 3
    reason = Reason.ACCESS


class RateLimited(FeedError):
    """Too many requests (429); shared by all feeds of the account."""

    reason = Reason.RATE_LIMITED


class EndpointGone(FeedError):
    """The address is not there (404, 410): a retired endpoint or a PBX that is gone."""

    reason = Reason.GONE


class Unreachable(FeedError):
    """No answer within the deadline, or no connection at all."""

    reason = Reason.UNREACHABLE


class ServerError(FeedError):
    """The server says that it has a problem of its own (5xx)."""

    reason = Reason.SERVER


class InvalidResponse(FeedError):
    """An answer that is not this API's: HTML, truncated or impossible JSON, a redirect."""
