"""Polls by their time, out of the file: alone as they were written, or in a packed block."""

import json
import sqlite3
import zlib
from bisect import bisect_right
from dataclasses import field

from wallboard.history.notes import PollNote
from wallboard.history.packing import Columns, Roster, split_block
from wallboard.history.upkeep import feeds_of, moment_of, roster_in, texts_of
from wallboard.model.data.reading import FeedId
from wallboard.records import dataclass


@dataclass(slots=True, kw_only=True)
class Polls:
    """Polls of one roster, in order of time. ``ats``: when each was, in milliseconds since 1970."""

    roster: int
    texts: list[str]
    packed: bytes
    ats: list[int] = field(init=False)
    order: list[int] = field(init=False)
    _raw: bytes = b""

    def __post_init__(self) -> None:
        found = list(map(moment_of, self.texts))
        # The clock may have been put back between two of them.
        self.order = sorted(range(len(found)), key=found.__getitem__)
        self.ats = [found[at] for at in self.order]

    def columns(self, which: int, roster: Roster) -> Columns:
        """Return the values of one of them."""
        self._raw = self._raw or zlib.decompress(self.packed)
        return split_block(self._raw, roster, len(self.texts), only=self.order[which])[0]

    def note(self, which: int) -> PollNote:
        """Return the note of one of them."""
        return PollNote(**json.loads(self.texts[self.order[which]]))


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPoll:
    """One poll as it was kept. ``at``: when, in milliseconds since 1970."""

    at: int
    roster: Roster
    columns: Columns
    note: PollNote


class PollFinder:
    """Finds polls of an open file; keeps the newest block of each feed, for its neighbours."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.db = connection
        self.feeds: dict[int, FeedId] = {}
        self._rosters: dict[int, Roster] = {}
        self._blocks: dict[int, tuple[tuple[int, int, int], Polls]] = {}
        self.look_again()

    def look_again(self) -> None:
        """Learn which feeds there are now."""
        self.feeds = feeds_of(self.db)

    def roster(self, feed: int, number: int) -> Roster:
        """Return a roster by its number. Raises ``ValueError`` where there is none."""
        found = self._rosters.get(number)
        if found is None:
            found = self._rosters[number] = roster_in(self.db, self.feeds[feed], number)
        return found

    def before(self, feed: int, at: int) -> KeptPoll | None:
        """Return the newest poll of a feed at a moment or before it."""
        found = self._newest(feed, at)
        if found is None:
            return None
        polls, which = found
        roster = self.roster(feed, polls.roster)
        columns, note = polls.columns(which, roster), polls.note(which)
        return KeptPoll(at=polls.ats[which], roster=roster, columns=columns, note=note)

    def moment_before(self, feed: int, at: int) -> int | None:
        """Return when the newest poll of a feed before a moment was."""
        found = self._newest(feed, at - 1)
        return found[0].ats[found[1]] if found else None

    def moment_after(self, feed: int, at: int) -> int | None:
        """Return when the next poll of a feed after a moment was."""
        (alone,) = self.db.execute(
            "SELECT min(at) FROM poll WHERE feed = ? AND at > ?", (feed, at)
        ).fetchone()
        (later,) = self.db.execute(
            "SELECT min(first) FROM block WHERE feed = ? AND first > ?", (feed, at)
        ).fetchone()
        found = [item for item in (alone, later) if item is not None]
        block = self._block(feed, at)
        if block is not None and block.ats[-1] > at:
            found.append(block.ats[bisect_right(block.ats, at)])
        return min(found, default=None)

    def _newest(self, feed: int, at: int) -> tuple[Polls, int] | None:
        """Return where the newest poll of a feed at a moment, or before it, is."""
        alone = self.db.execute(
            "SELECT roster, note, data, at FROM poll WHERE feed = ? AND at <= ?"
            " ORDER BY at DESC LIMIT 1",
            (feed, at),
        ).fetchone()
        found = self._block(feed, at, alone[3] if alone else None)
        polls = [found] if found else []
        if alone:
            polls.append(Polls(roster=alone[0], texts=[alone[1]], packed=alone[2]))
        places = [(poll, bisect_right(poll.ats, at) - 1) for poll in polls]
        return max(
            (place for place in places if place[1] >= 0),
            key=lambda item: item[0].ats[item[1]],
            default=None,
        )

    def _block(self, feed: int, at: int, newer_than: int | None = None) -> Polls | None:
        """Return the block that begins last before a moment, if any of it may be wanted."""
        row = self.db.execute(
            "SELECT id, first, last FROM block WHERE feed = ? AND first <= ?"
            " ORDER BY first DESC LIMIT 1",
            (feed, at),
        ).fetchone()
        if row is None or (newer_than is not None and row[2] <= newer_than):
            return None
        known = self._blocks.get(feed)
        if known is None or known[0] != row:
            roster, notes, data = self.db.execute(
                "SELECT roster, notes, data FROM block WHERE id = ?", (row[0],)
            ).fetchone()
            polls = Polls(roster=roster, texts=texts_of(notes), packed=data)
            known = self._blocks[feed] = row, polls
        return known[1]
