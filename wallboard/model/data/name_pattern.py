"""Which queues a part of the configuration speaks of, and which of several parts wins."""

from dataclasses import dataclass
from fnmatch import fnmatchcase


@dataclass(frozen=True, slots=True)
class NamePattern:
    """Queues and sites by name; ``""`` matches all.

    Patterns are shell-like (``VIP*``) and match whatever their case.
    """

    queue: str = ""
    site: str = ""

    def matches(self, queue: str, site: str) -> bool:
        """Whether this speaks of that queue."""
        return _fits(self.queue, queue) and _fits(self.site, site)

    @property
    def narrowness(self) -> tuple[bool, bool, int]:
        """Order of precedence: queue and site, then queue, then site, then more literal."""
        literal = sum(character not in "*?[]" for character in self.queue + self.site)
        return bool(self.queue and self.site), bool(self.queue), literal


def _fits(pattern: str, name: str) -> bool:
    return not pattern or fnmatchcase(name.casefold(), pattern.casefold())
