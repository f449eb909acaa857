"""What the environment says of the way to the API: a proxy, certificates, a file for TLS keys.

What curl accepts is accepted. What cannot be used is named with its variable, and no value is
ever repeated: a proxy's may hold a password. Standard library only: the board asks before it
loads HTTP.
"""

import ipaddress
import os
import re
import stat
from collections.abc import Mapping
from dataclasses import field
from urllib.parse import unquote, urlsplit

from wallboard.errors import ConfigurationError
from wallboard.host.files import readable
from wallboard.records import dataclass

PROXIES = ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")
"""The variables that may name a proxy, the strongest first; an empty one says nothing."""

CERTIFICATES = ("SSL_CERT_FILE", "SSL_CERT_DIR")
"""The variables that may name what to trust instead of the public certificates."""

_REMEDY = "Correct the variable, or unset it"

_PORTS = {"http": 80, "https": 443, "socks4": 1080, "socks5": 1080}
"""The usual ports of the kinds of proxy."""

_KINDS = {"socks": "socks5", "socks5h": "socks5", "socks4a": "socks4"}
"""Other names of the same: a SOCKS proxy always resolves the host's name itself."""

_LABEL = "[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
_HOST = re.compile(rf"(?=.{{1,253}}$){_LABEL}(?:\.{_LABEL})*\.?")
_PLACE = re.compile(r"(?:\[([^\[\]]*)\]|([^:\[\]]*))(?::(.*))?", re.DOTALL)
_EXEMPT = re.compile(r"(?:\[([^\[\]]*)\](/[0-9]+)?|([^:]*))(?::([0-9]+))?")
_HASHED = re.compile(r"[0-9a-f]{8}\.[0-9]+")
"""The names of a folder's certificates, as OpenSSL looks for them."""


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy: of which kind (``http``, ``https``, ``socks4``, ``socks5``), named by what.

    ``user``, ``password``: ``""`` if it wants none.
    """

    variable: str
    kind: str
    host: str
    port: int
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Way:
    """How the environment sends requests to the API.

    ``certificates``: a file of those to trust, else ``folders``; both ``""`` for the public ones.
    ``key_log``: a file for TLS keys.
    """

    proxy: Proxy | None = None
    certificates: str = ""
    folders: str = ""
    key_log: str = ""

    @property
    def words(self) -> str:
        """What the environment adds, in words."""
        proxy = self.proxy
        through = f"{proxy.variable}: {proxy.host}, port {proxy.port}" if proxy else "no proxy"
        file = CERTIFICATES[0] if self.certificates else CERTIFICATES[1] if self.folders else ""
        parts = (through, f"certificates of {file}" if file else "")
        return "; ".join(filter(None, (*parts, "TLS keys are written" if self.key_log else "")))


def way_to(base_url: str, environ: Mapping[str, str], *, ca_bundle: bool = False) -> Way:
    """Return the way to ``base_url``; what is on this machine is reached straight.

    ``ca_bundle``: certificates are named elsewhere. Raises ``ConfigurationError`` with every
    variable that cannot be used.
    """
    parts = urlsplit(base_url)
    host = parts.hostname or ""
    if parts.scheme != "https":
        return Way()
    log, _ = key_log(environ)
    if loopback(host):
        return Way(key_log=log)
    proxy, mistakes = None, []
    try:
        proxy = proxy_for(host, parts.port or 443, environ)
    except ValueError as error:
        mistakes.append(str(error))
    file, folders = ("" if ca_bundle else environ.get(name, "") for name in CERTIFICATES)
    if file:
        folders = ""
    if file and not readable(file):
        mistakes.append("SSL_CERT_FILE: not a readable file of certificates")
    if folders and not _has_certificates(folders):
        mistakes.append("SSL_CERT_DIR: no readable folder of certificates, as c_rehash makes them")
    if mistakes:
        exempt = "; hosts that are reached without a proxy go into NO_PROXY"
        told = any(name in mistakes[0] for name in PROXIES)
        raise ConfigurationError(mistakes, f"{_REMEDY}{exempt if told else ''}")
    return Way(proxy, file, folders, log)


def loopback(host: str) -> bool:
    """Return whether ``host`` is this machine."""
    address = _address(host)
    return host.lower().rstrip(".") == "localhost" or (address is not None and address.is_loopback)


def key_log(environ: Mapping[str, str]) -> tuple[str, str]:
    """Return the file for TLS keys, ``""`` if there is none, and why one is not used, in words."""
    file = environ.get("SSLKEYLOGFILE", "")
    if not file or _can_be_written(file):
        return file, ""
    return "", "SSLKEYLOGFILE: not a file that can be written, so it is not used; unset it"


def proxy_for(host: str, port: int, environ: Mapping[str, str]) -> Proxy | None:
    """Return the proxy between here and an ``https://`` host, ``None`` if there is none.

    Raises ``ValueError`` with words for one that cannot be used.
    """
    variable = next((name for name in PROXIES if environ.get(name, "").strip()), "")
    exempt = environ.get("no_proxy") or environ.get("NO_PROXY") or ""
    if not variable or is_exempt(host, port, exempt):
        return None
    return _parse_proxy(variable, environ[variable].strip())


def is_exempt(host: str, port: int, written: str) -> bool:
    """Return whether ``NO_PROXY``, as written, sends requests to a host straight.

    Its parts stand between commas or blanks: ``*``, names (with all that end in them, with or
    without a dot or ``*.`` in front), addresses and networks of both kinds, each with or without
    brackets and a port. A part that is none of these means nothing.
    """
    name = _plain(host)
    return any(_means(part, name, port) for part in re.split(r"[\s,]+", written.lower()))


def _means(part: str, host: str, port: int) -> bool:
    if part == "*":
        return True
    part = part.rpartition("://")[2].rstrip("/")
    name, only = part, None
    if found := _EXEMPT.fullmatch(part):
        name, only = (found[1] or "") + (found[2] or "") if found[3] is None else found[3], found[4]
    if only is not None and only.lstrip("0") != str(port):
        return False
    if (address := _address(host)) is not None:
        try:
            return address in ipaddress.ip_network(name.partition("%")[0], strict=False)
        except ValueError:
            return False
    name = _plain(name.removeprefix("*").lstrip("."))
    return bool(name) and (host == name or host.endswith(f".{name}"))


def _plain(host: str) -> str:
    """Return a host's name in small letters, as it is asked for, without a dot at its end."""
    try:
        return host.encode("idna").decode("ascii").lower().rstrip(".")
    except UnicodeError:
        return host.lower().rstrip(".")


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host.strip("[]").partition("%")[0])
    except ValueError:
        return None


def _parse_proxy(variable: str, written: str) -> Proxy:
    """Return the proxy that is written. Raises ``ValueError`` with words, without its value."""
    scheme, between, rest = written.partition("://")
    if not between:
        scheme, rest = "http", written
    kind = _KINDS.get(scheme.lower(), scheme.lower())
    if kind not in _PORTS:
        msg = f"{variable}: not a kind of proxy: write http://, https://, socks5:// or socks4://"
        raise ValueError(msg)
    authority, *path = re.split(r"[/?#\\]", rest, maxsplit=1)
    if any("@" in part for part in path):
        raise ValueError(f"{variable}: in user and password write / as %2F, ? as %3F, # as %23")
    who, _, place = authority.rpartition("@")
    found = _PLACE.fullmatch(place)
    host = _host(found) if found else ""
    if not found or not host:
        raise ValueError(f"{variable}: not an address of a proxy: write http://host:port")
    port = _port(found[3] or str(_PORTS[kind]))
    if not port:
        raise ValueError(f"{variable}: the port of the proxy is not a number from 1 to 65535")
    user, password = _secrets(who)
    most = 255 if kind == "socks5" else 4096
    if user is None or password is None or max(len(user), len(password)) > most:
        msg = f"{variable}: user or password cannot be sent: write each letter as %xx, in UTF-8"
        raise ValueError(msg)
    return Proxy(variable, kind, host, port, user.decode(), password.decode())


def _host(found: re.Match[str]) -> str:
    if found[1] is not None:
        six = isinstance(_address(found[1]), ipaddress.IPv6Address)
        return found[1] if six and "%" not in found[1] else ""
    name = _plain(found[2])
    return name if _HOST.fullmatch(name) else ""


def _port(written: str) -> int | None:
    plain = written.isascii() and written.isdigit() and len(written) <= 5
    return int(written) if plain and 1 <= int(written) <= 65_535 else None


def _secrets(who: str) -> tuple[bytes | None, bytes | None]:
    """Return user and password as they are sent, ``None`` for what cannot be."""
    user, _, password = who.partition(":")

    def encode(part: str) -> bytes | None:
        try:
            text = unquote(part, errors="strict")
            return text.encode() if text.isprintable() else None
        except UnicodeError:
            return None

    return encode(user), encode(password)


def _has_certificates(folders: str) -> bool:
    """Return whether OpenSSL would find a certificate in one of the folders."""
    listed = filter(None, folders.split(os.pathsep))
    return any(_HASHED.fullmatch(name) for folder in listed for name in _names(folder))


def _names(folder: str) -> list[str]:
    try:
        return os.listdir(folder)
    except (OSError, ValueError):
        return []


def _can_be_written(file: str) -> bool:
    """Try it: neither a pipe that nobody reads nor a terminal may hold the board or spoil it."""
    try:
        opened = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NONBLOCK, 0o600)
    except (OSError, ValueError):
        return False
    try:
        return stat.S_ISREG(os.fstat(opened).st_mode)
    finally:
        os.close(opened)
