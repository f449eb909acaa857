"""TLS towards a server: which certificates are trusted, which one is shown."""

import contextlib
import os
import ssl
import sys

import certifi

from wallboard.errors import ConfigurationError
from wallboard.host.files import readable


def verifying() -> ssl.SSLContext:
    """Return what ``ssl.create_default_context`` does, but for the files of the environment.

    TLS 1.2 or newer, certificate and name always verified; nobody is trusted yet.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if sys.version_info >= (3, 13):
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN | ssl.VERIFY_X509_STRICT
    return context


def _identify(context: ssl.SSLContext, certificate: str, key: str, section: str) -> None:
    """Load the certificate that is shown to a server, and its key if that is another file.

    ``section``: of the configuration, for words. Raises ``ConfigurationError``.
    """
    if readable(certificate) and (not key or readable(key)):
        with contextlib.suppress(OSError, ValueError):
            # Without the empty passphrase OpenSSL would ask for one on the terminal.
            context.load_cert_chain(certificate, key or None, lambda: "")
            return
    raise ConfigurationError(
        [f"{section}.client_cert, {section}.client_key: not a readable certificate and plain key"]
    )


def _trust(context: ssl.SSLContext, file: str | None, folders: str | None, named: str) -> None:
    """Load the certificates that are trusted. ``named``: what named them, for words.

    Raises ``ConfigurationError``.
    """
    if file is None or readable(file):
        with contextlib.suppress(OSError, ValueError):
            context.load_verify_locations(file, folders)
            return
    raise ConfigurationError([f"{named}: not a readable file or folder of certificates"])


def client_context(
    ca_bundle: str,
    client_cert: str,
    client_key: str,
    *,
    section: str,
    file: str = "",
    folders: str = "",
) -> ssl.SSLContext:
    """Return the TLS of a client that a section of the configuration describes.

    ``ca_bundle``: a file or folder; ``""``: what the environment has in its place, ``file`` or
    ``folders``, or the public certificates. Raises ``ConfigurationError`` for files that cannot be
    used.
    """
    context = verifying()
    if ca_bundle and os.path.isdir(ca_bundle):
        _trust(context, None, ca_bundle, f"{section}.ca_bundle")
    elif ca_bundle:
        _trust(context, ca_bundle, None, f"{section}.ca_bundle")
    elif folders:
        _trust(context, None, folders, "SSL_CERT_DIR")
    else:
        _trust(context, file or certifi.where(), None, "SSL_CERT_FILE")
    if client_cert:
        _identify(context, client_cert, client_key, section)
    return context
