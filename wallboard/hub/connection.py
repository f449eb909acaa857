"""A connection to the broker: MQTT 5, and what can go wrong with it in words.

The libraries are imported inside: the board is painted before they are loaded.
"""

import asyncio
import secrets
import ssl
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import field
from typing import Any, NamedTuple

from wallboard.errors import (
    AccessRefused,
    ConfigurationError,
    FeedError,
    SignInRefused,
    Unreachable,
)
from wallboard.host.tls import client_context
from wallboard.hub.json_payload import MOST_SENT
from wallboard.records import dataclass

KEEP_ALIVE = 5
"""Seconds between two signs of life of a board."""

KEEP_ALIVE_OF_HUB = 2
"""And of a hub: brokers look only every few seconds who is gone."""

_TIMEOUT = 5.0
"""Seconds for an answer of the broker."""

_AT_ONCE = 50
"""Messages that are sent before the first of them is known to have arrived."""

_MOST_WAITING = 20_000

_REFUSED = frozenset((0x86, 0x87, 0x8C))
"""Reasons of MQTT 5: bad user name or password, not authorized, bad authentication method."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokerOptions:
    """How the broker is reached. ``section``: of the configuration, for words.

    ``ca_bundle``, ``client_cert``, ``client_key``: files, as for the API.
    """

    host: str
    port: int = 1883
    tls: bool = False
    username: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    ca_bundle: str = ""
    client_cert: str = ""
    client_key: str = ""
    prefix: str = "wallboard"
    section: str = "source"


class OutMessage(NamedTuple):
    """What is to be published. ``expiry``: seconds, ``None``: for ever."""

    topic: str
    payload: bytes
    retain: bool = True
    expiry: int | None = None


class InMessage(NamedTuple):
    """What came. ``left``: the seconds of its expiry that are left, ``None``: it has none.

    ``kept``: the broker had it before we asked.
    """

    topic: str
    payload: bytes
    left: int | None
    kept: bool


class Connection:
    """An open connection; made by ``connect``. Its methods raise ``FeedError``s of the broker."""

    def __init__(self, client: Any, options: BrokerOptions, came: "asyncio.Queue[Any]") -> None:
        """``came``: where the client puts what comes."""
        self._client = client
        self._options = options
        self._came = came

    async def subscribe(self, *filters: str, own: bool = True) -> None:
        """Ask for what fits. ``own``: also what this connection publishes itself.

        Raises ``AccessRefused`` where the broker says that it may not be read.
        """
        from paho.mqtt.subscribeoptions import SubscribeOptions

        options = SubscribeOptions(qos=1, noLocal=not own)
        for code in await self._client.subscribe([(item, options) for item in filters]):
            if code.value >= 0x80:
                raise AccessRefused(
                    "The broker does not let this user read what the hub publishes",
                    f"Give it the right to read {self._options.prefix}/# in the broker's ACL",
                )

    async def publish(self, messages: Iterable[OutMessage]) -> None:
        """Send messages in their order, and wait until the broker has them.

        Raises ``Unreachable`` if it does not take them.
        """
        from aiomqtt import MqttError

        waiting = list(messages)
        try:
            for first in range(0, len(waiting), _AT_ONCE):
                await asyncio.gather(*map(self._publish, waiting[first : first + _AT_ONCE]))
        except MqttError as error:
            raise _error_of(error, self._options) from None

    async def _publish(self, message: OutMessage) -> None:
        from paho.mqtt.packettypes import PacketTypes
        from paho.mqtt.properties import Properties

        properties = Properties(PacketTypes.PUBLISH)
        if message.expiry is not None:
            properties.MessageExpiryInterval = message.expiry
        await self._client.publish(
            message.topic, message.payload, 1, message.retain, properties=properties
        )

    async def messages(self) -> AsyncIterator[InMessage]:
        """Give what comes, until the connection ends, which raises."""
        # The client's own way to wait makes a task for each message: with 200 boards that counts.
        ended, came = self._client._disconnected, self._came
        ended.add_done_callback(lambda _: None if came.full() else came.put_nowait(None))
        while not (ended.done() and came.empty()):
            message = await came.get()
            if message is None:
                break
            left = getattr(message.properties, "MessageExpiryInterval", None)
            payload = message.payload if isinstance(message.payload, bytes) else b""
            yield InMessage(str(message.topic), payload, left, bool(message.retain))
        ended.exception()  # that it was looked at is all that is wanted of it
        raise Unreachable("The connection to the broker has ended", _reach_remedy(self._options))


@asynccontextmanager
async def connect(
    options: BrokerOptions, will: OutMessage | None = None
) -> AsyncIterator[Connection]:
    """Connect, and disconnect at the end. ``will``: what the broker says if we are lost.

    Raises errors of ``FeedError``, inside too, and ``ConfigurationError`` for what cannot be used.
    """
    try:
        import aiomqtt
    except ImportError:
        raise ConfigurationError(
            [f"{options.section}.broker: what speaks MQTT is not installed"],
            "Install the extra: pip install 'wallboard[hub]'",
        ) from None
    came: asyncio.Queue[Any] = asyncio.Queue(_MOST_WAITING)
    client = _client(aiomqtt, options, will, came)
    try:
        async with client:
            yield Connection(client, options, came)
    except aiomqtt.MqttError as error:
        raise _error_of(error, options) from None
    except ValueError:  # a host's name that is none
        raise Unreachable(
            "The broker has no address that can be used", _reach_remedy(options)
        ) from None
    finally:
        # A connection that was refused midway is left open, and read from, by what is below.
        client._client._sock_close()


def _client(
    aiomqtt: Any, options: BrokerOptions, will: OutMessage | None, came: "asyncio.Queue[Any]"
) -> Any:
    from paho.mqtt.packettypes import PacketTypes
    from paho.mqtt.properties import Properties

    properties = Properties(PacketTypes.CONNECT)
    properties.MaximumPacketSize = MOST_SENT
    context = None
    if options.tls:
        context = client_context(
            options.ca_bundle, options.client_cert, options.client_key, section=options.section
        )
    client = aiomqtt.Client(
        options.host,
        options.port,
        username=options.username or None,
        password=options.password or None,
        identifier=f"wb-{secrets.token_hex(8)}",
        protocol=aiomqtt.ProtocolVersion.V5,
        will=aiomqtt.Will(will.topic, will.payload, 1, will.retain) if will else None,
        timeout=_TIMEOUT,
        keepalive=KEEP_ALIVE_OF_HUB if will else KEEP_ALIVE,
        clean_start=True,
        queue_type=lambda maxsize: came,  # noqa: ARG005 - the names are aiomqtt's
        properties=properties,
        tls_context=context,
    )
    client.pending_calls_threshold = _MOST_WAITING  # its warning is of no use to anybody
    return client


def _reach_remedy(options: BrokerOptions) -> str:
    return f"Check that it runs, broker in [{options.section}], and the network"


def _error_of(error: Exception, options: BrokerOptions) -> FeedError:
    """Return what the broker or the way to it did, as an error of ours."""
    code = getattr(getattr(error, "rc", None), "value", None)
    below = error.__context__
    if code in _REFUSED:
        return SignInRefused(
            "The broker refuses this user or password",
            f"Check user and password of the broker in [{options.section}]",
        )
    if isinstance(below, ssl.SSLCertVerificationError):
        return Unreachable(
            "The certificate of the broker is not trusted",
            f"Check ca_bundle in [{options.section}], and the name in its address",
        )
    if isinstance(below, ssl.SSLError):
        return Unreachable(
            "There is no secure connection to the broker",
            f"Check mqtts:// and the port in [{options.section}], and its certificates",
        )
    if code is not None and code >= 0x80:
        return Unreachable("The broker does not take this connection", _reach_remedy(options))
    words = "The broker cannot be reached" if below else "The connection to the broker has ended"
    return Unreachable(words, _reach_remedy(options))
