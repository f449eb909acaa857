"""The token: one sign-in at a time, renewed before it expires, never asked for too often.

A sign-in that was refused is tried again after ever longer waits, lest the account be locked, and
all feeds share one token. What is sent and what an answer means is in ``sign_in``.
"""

import asyncio
import logging
import math
from collections.abc import AsyncGenerator, Callable
from dataclasses import field, replace
from typing import Protocol

import httpx

from wallboard.api.token.sign_in import (
    Credentials,
    LiveSignIn,
    key_refusal,
    own_token_refused,
    read_grant,
)
from wallboard.errors import FeedError, RateLimited, SignInRefused
from wallboard.host.clock import Clock
from wallboard.records import dataclass

REFUSED_WAITS = (60.0, 300.0, 900.0, 1800.0)
"""Seconds after each refusal in a row until the next sign-in; the last one repeats."""

ASK_WAIT = 60.0
"""Seconds: ``ask_now`` has an effect at most this often."""

RENEWAL_WAIT = 30.0
"""Seconds after a failed renewal until the next, while the old token lives."""

_LOG = logging.getLogger(__name__)


class Send(Protocol):
    """Carries a sign-in: the whole answer, or an error of ``errors.FeedError``.

    ``share``: the part of the usual deadline it may take.
    """

    async def __call__(self, request: httpx.Request, *, share: float) -> httpx.Response:
        """Send once; follow nothing, repeat nothing."""
        ...


@dataclass(slots=True, eq=False)
class _Token:
    value: str = field(repr=False)
    renew_at: float
    dies_at: float
    accepted: bool = False
    """Whether any request that it signed was let in."""


@dataclass(slots=True, eq=False)
class _Refusing:
    """An address that rejects tokens that others accept: when one may be renewed for it again."""

    times: int = 0
    until: float = -math.inf


@dataclass(frozen=True, slots=True)
class _Closed:
    """Why no sign-in is made before ``until`` (elapsed seconds)."""

    why: FeedError
    until: float

    def error(self, now: float) -> FeedError:
        return _copy(self.why, retry_after=max(self.until - now, 0.0))


class TokenAuth(httpx.Auth):
    """Signs each request, and signs in when that takes a token there is not.

    Shared by all feeds of one account and used by one event loop. ``random`` gives numbers
    in [0, 1). Raises ``ConfigurationError`` for credentials that cannot be sent.
    """

    def __init__(
        self,
        credentials: Callable[[], Credentials],
        url: str,
        send: Send,
        clock: Clock,
        random: Callable[[], float],
        *,
        signed_in: Callable[[], None] = lambda: None,
    ) -> None:
        """``credentials``: gives those that are to be used now, others when they were changed.

        ``signed_in`` is called after each sign-in that was answered with a token.
        """
        self._tell = signed_in
        self._sign_in = LiveSignIn(credentials, url)
        self._send = send
        self._clock = clock
        self._random = random
        self._lock = asyncio.Lock()
        self._token: _Token | None = None
        self._ended = 0
        self._failure: FeedError | None = None
        self._closed: _Closed | None = None
        self._refusals = 0
        self._refusing: dict[str, _Refusing] = {}
        self._asked_at = -math.inf

    def __repr__(self) -> str:
        return "TokenAuth()"

    def ask_now(self) -> None:
        """Let a refused sign-in be tried at once; has an effect at most once a minute."""
        now = self._clock.elapsed()
        if self._wait_for_others(now):
            return
        refused = self._closed is not None and isinstance(self._closed.why, SignInRefused)
        if (refused or self._refusing) and now - self._asked_at >= ASK_WAIT:
            self._asked_at = now
            if refused:
                self._closed = None
            for refusal in self._refusing.values():
                refusal.until = now

    async def sign_in(self) -> None:
        """Sign in, unless there is a token that lives. Raises the errors of the sign-in."""
        await self._usable()

    async def async_auth_flow(
        self, request: httpx.Request
    ) -> AsyncGenerator[httpx.Request, httpx.Response]:
        """Sign ``request``; on a 401 sign in once and send it once more.

        Raises the errors of the sign-in, and ``SignInRefused`` when a fresh token gets a 401 or
        the key is refused.
        """
        token = await self._usable()
        response = yield self._sign(request, token)
        if response.status_code == 401:
            # Read first: a body left unread holds its connection while others wait for the lock.
            await response.aread()
            old, token = token, await self._instead_of(token, request.url.path)
            response = yield self._sign(request, token)
            if response.status_code == 401:
                await response.aread()
                why = key_refusal(response) or own_token_refused()
                raise self._own_rejected(old, token, request.url.path, why)
        if response.status_code in (400, 403):
            await response.aread()
            if refusal := key_refusal(response):
                raise self._rejection(token, refusal)
        self._refusing.pop(request.url.path, None)
        if not token.accepted:
            token.accepted = True
            # Not at every answer: an old token may live on while the password is refused.
            self._refusals = 0

    def _sign(self, request: httpx.Request, token: _Token) -> httpx.Request:
        self._sign_in.current.sign(request, token.value)
        return request

    def _wait_for_others(self, now: float) -> bool:
        """Take other credentials, if there are any; whether those have to wait.

        What was got with the old ones is dropped, and what refused them says nothing of these. Not
        more than once a minute: whoever tries many in a file is not to lock the account.
        """
        if not self._sign_in.is_other:
            return False
        due = self._sign_in.changed_at + ASK_WAIT
        if now < due:
            if self._closed is not None and isinstance(self._closed.why, SignInRefused):
                self._closed = replace(self._closed, until=min(self._closed.until, due))
            return True
        self._sign_in.renew(now)
        self._token = self._closed = self._failure = None
        self._refusals = 0
        self._refusing.clear()
        return False

    async def _usable(self) -> _Token:
        now = self._clock.elapsed()
        if not self._lock.locked():  # a sign-in on its way ends first
            self._wait_for_others(now)
        token = self._token
        if token is not None:
            if now < token.renew_at:
                return token
            # While it lives, nobody waits for its renewal but the one who renews it.
            if now < token.dies_at and (self._lock.locked() or self._closure_at(now)):
                return token
        return await self._renew(token)

    async def _instead_of(self, rejected: _Token, path: str) -> _Token:
        now = self._clock.elapsed()
        refusing = self._refusing.get(path)
        if refusing is not None and now < refusing.until:
            raise _copy(own_token_refused(), retry_after=refusing.until - now)
        if self._token is rejected:
            # First: one PBX that rejects every token must not cost the others theirs.
            if closed := self._closure_at(now):
                raise closed.error(now)
            self._token = None
        return await self._renew(None)

    async def _renew(self, old: _Token | None) -> _Token:
        """Return the token another got meanwhile, or sign in; ``old`` is kept if that fails."""
        ended = self._ended
        async with self._lock:
            now, changed_at = self._clock.elapsed(), self._sign_in.changed_at
            self._wait_for_others(now)
            if changed_at != self._sign_in.changed_at:
                old = None
            if self._token is not None and self._token is not old:
                return self._token
            if closed := self._closure_at(now):
                raise closed.error(now)
            if self._ended != ended and self._failure is not None:  # what I waited for failed
                raise _copy(self._failure, retry_after=self._failure.retry_after)
            self._closed = self._failure = None
            living = old is not None and now < old.dies_at
            try:
                self._token = await self._new_token(share=0.5 if living else 1.0)
            except FeedError as error:
                self._learn(error)
                if old is None or not living:
                    raise
                old.renew_at = self._clock.elapsed() + RENEWAL_WAIT
                return old
            finally:
                self._ended += 1
            return self._token

    def _closure_at(self, now: float) -> _Closed | None:
        return self._closed if self._closed is not None and now < self._closed.until else None

    def _learn(self, error: FeedError) -> None:
        """Remember a failed sign-in, for those who waited for it and for those who come."""
        now = self._clock.elapsed()
        _LOG.info("sign-in failed: %s", error.words)
        if isinstance(error, SignInRefused):
            self._refuse(error, now)
        elif isinstance(error, RateLimited) and error.retry_after:
            self._closed = _Closed(_copy(error), now + error.retry_after)
        self._failure = _copy(error, retry_after=error.retry_after)

    def _refuse(self, error: SignInRefused, now: float) -> None:
        """Sign in no sooner than the next of the waits; ``error`` is told when."""
        wait = REFUSED_WAITS[min(self._refusals, len(REFUSED_WAITS) - 1)]
        self._refusals += 1
        self._closed = _Closed(_copy(error), now + wait)
        error.retry_after = wait

    def _own_rejected(self, old: _Token, new: _Token, path: str, why: SignInRefused) -> FeedError:
        """A fresh token got a 401, at this address at least.

        Where others accept it, the wait is this address's own: it bars no renewal of theirs.
        """
        if not (old.accepted or new.accepted):
            return self._rejection(new, why)
        refusing = self._refusing.setdefault(path, _Refusing())
        wait = REFUSED_WAITS[min(refusing.times, len(REFUSED_WAITS) - 1)]
        refusing.times += 1
        refusing.until = self._clock.elapsed() + wait
        return _copy(why, retry_after=wait)

    def _rejection(self, token: _Token, why: SignInRefused) -> FeedError:
        """A fresh token or the key was refused: to sign in at every poll would be hammering.

        The token is kept: other PBXes may well accept it.
        """
        now = self._clock.elapsed()
        token.accepted = False
        if closed := self._closure_at(now):
            return closed.error(now)
        self._refuse(why, now)
        return why

    async def _new_token(self, *, share: float) -> _Token:
        sent = self._clock.elapsed()
        response = await self._send(self._sign_in.current.request(), share=share)
        answer = read_grant(response, self._clock.now())
        part = 0.75 + 0.15 * min(max(self._random(), 0.0), 1.0) if answer.renewable else 1.0
        self._tell()
        _LOG.info("signed in; the token is renewed in %.0f s", answer.life * part)
        return _Token(answer.token, sent + answer.life * part, sent + answer.life)


def _copy(error: FeedError, *, retry_after: float | None = None) -> FeedError:
    """Return the same error without its traceback."""
    return type(error)(error.words, error.remedy, retry_after=retry_after)
