"""The sections about a broker: where a board takes from, and what a hub publishes to."""

from typing import Annotated, Literal, NamedTuple
from urllib.parse import unquote, urlsplit

from pydantic import AfterValidator, BeforeValidator, SecretStr

from wallboard.config import fields
from wallboard.config.sections.base import Section

_PORTS = {"mqtt": 1883, "mqtts": 8883}
_MOST_PREFIX = 100


class BrokerAddress(NamedTuple):
    """Where a broker is. ``username``: as far as the address says."""

    host: str
    port: int
    tls: bool
    username: str


def _address(text: str) -> BrokerAddress:
    parts = urlsplit(text)
    host, port = parts.hostname, parts.port  # raises ``ValueError`` for a port that is none
    if parts.scheme not in _PORTS or not host:
        raise ValueError("not an address: it begins with mqtts:// or mqtt:// and a host's name")
    if parts.password is not None:
        msg = "the password does not belong in the address; see password of this section"
        raise ValueError(msg)
    if parts.path.strip("/") or parts.query or parts.fragment:
        msg = "the address of a broker ends with its port; the prefix is a setting of its own"
        raise ValueError(msg)
    user = unquote(parts.username or "")
    return BrokerAddress(host, port or _PORTS[parts.scheme], parts.scheme == "mqtts", user)


def _broker(value: object) -> str:
    """Read the address of a broker; ``""``: there is none."""
    if not isinstance(value, str) or not value.isprintable() or " " in value:
        raise ValueError("not an address")
    if value:
        try:
            _address(value)
        except ValueError as error:
            words = str(error)
            own = words.startswith(("not an address", "the "))
            raise ValueError(words if own else "not an address") from None
    return value


def _prefix(text: str) -> str:
    """Read what topics begin with."""
    plain = text.isprintable() and not set(text) & set("+# ") and text.strip("/") == text
    if not text or not plain or "//" in text or text.startswith("$") or len(text) > _MOST_PREFIX:
        msg = f'write what topics begin with, as "wallboard": no + or #, {_MOST_PREFIX} letters'
        raise ValueError(msg)
    return text


class BrokerSection(Section):
    """What both ends of a broker have in common. ``broker`` empty: there is none."""

    broker: Annotated[str, BeforeValidator(_broker)] = ""
    prefix: Annotated[fields.Line, AfterValidator(_prefix)] = "wallboard"
    username: fields.Secret = SecretStr("")
    password: fields.Secret = SecretStr("")
    ca_bundle: fields.Line = ""
    client_cert: fields.Line = ""
    client_key: fields.Line = ""

    @property
    def address(self) -> BrokerAddress:
        """Where the broker is. Raises ``ValueError`` where there is none."""
        found = _address(self.broker)
        username = self.username.get_secret_value()
        return found._replace(username=username) if username else found


class SourceSection(BrokerSection):
    """``[source]``: a broker that a board takes from, instead of the API.

    ``rules``: whose thresholds judge, the board's ``own`` or the ``hub``'s.
    """

    rules: Annotated[Literal["own", "hub"], fields.AnyCase] = "own"


class HubSection(BrokerSection):
    """``[hub]``: what ``wallboard hub`` publishes to. ``name``: of this hub; empty: the machine's.

    ``people``: whether agents and calls are published too.
    """

    name: fields.Line = ""
    people: bool = False
