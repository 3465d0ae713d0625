"""Signing in to an SFTP server that shows the key agreed on, and its errors as refusals.

Nothing of the machine's own SSH set-up is used: no agent, no `~/.ssh`, no known hosts but ours.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import asyncssh

from avstem.connectors.sftp_place import SftpPlace
from avstem.domain.carrying_errors import (
    CredentialsRejectedError,
    HostKeyMismatchError,
    PeerUnreachableError,
)
from avstem.domain.secret import Secret

#: What the library says when the connection ended, or no answer came in time.
CUT = (
    asyncssh.SFTPConnectionLost,
    asyncssh.SFTPNoConnection,
    asyncssh.DisconnectError,
    asyncssh.ChannelOpenError,
    OSError,
    TimeoutError,
)
_FINGERPRINT = "SHA256:"
#: Kinds of host keys that are accepted, best first; SHA-1 and certificates are not.
_KINDS = (
    "ssh-ed25519",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "rsa-sha2-512",
    "rsa-sha2-256",
)


class _Pinned(asyncssh.SSHClient):
    """Accepts a host that shows a pinned key, and remembers what was shown."""

    def __init__(self, pins: tuple[str, ...]) -> None:
        self._pins = pins
        self.shown = "none"

    def validate_host_public_key(
        self, host: str, addr: str, port: int, key: asyncssh.SSHKey
    ) -> bool:
        """Asked for every key that a host shows: the library is told of none itself."""
        del host, addr, port
        self.shown = key.get_fingerprint()
        return self.shown in self._pins


async def sign_in(place: SftpPlace) -> asyncssh.SSHClientConnection:
    """A connection to the host with the pinned key, signed in."""
    keys = [asyncssh.import_public_key(pin) for pin in place.host_keys if not _is_print(pin)]
    prints = (*filter(_is_print, place.host_keys), *(key.get_fingerprint() for key in keys))
    pinned = _Pinned(prints)
    with _sign_in_refusals(place, pinned, prints):
        return await asyncssh.connect(
            place.host,
            place.port,
            client_factory=lambda: pinned,
            # None would accept any host; an empty list has each key asked about above.
            known_hosts=([], [], []),
            server_host_key_algs=_kinds_pinned_first(keys),
            username=place.user,
            client_keys=_client_keys(place),
            password=_text(place.password),
            agent_path=None,
            config=None,
            gss_auth=False,
            gss_kex=False,
            host_based_auth=False,
            x509_trusted_certs=None,
            connect_timeout=place.connect_s,
            login_timeout=place.connect_s,
            keepalive_interval=15,
        )


def _kinds_pinned_first(keys: list[asyncssh.SSHKey]) -> list[str]:
    """A host with several keys is asked for the one that is pinned."""
    pinned = {kind.decode("ascii") for key in keys for kind in key.sig_algorithms}
    return sorted(_KINDS, key=lambda kind: kind not in pinned)


def _is_print(pin: str) -> bool:
    return pin.startswith(_FINGERPRINT)


def _text(secret: Secret | None) -> str | None:
    return secret.reveal() if secret else None


def _client_keys(place: SftpPlace) -> list[asyncssh.SSHKey] | None:
    """Our one key, or None: the library then looks for none."""
    if place.private_key is None:
        return None
    try:
        text, passphrase = place.private_key.reveal(), _text(place.passphrase)
        return [asyncssh.import_private_key(text, passphrase)]
    except (asyncssh.KeyImportError, asyncssh.KeyEncryptionError) as wrong:
        # The library's words may hold a part of the key: they stay here.
        found = "the private key cannot be read, or its passphrase is another"
        raise CredentialsRejectedError(place.host, place.user, found) from wrong


@contextmanager
def _sign_in_refusals(place: SftpPlace, pinned: _Pinned, prints: tuple[str, ...]) -> Iterator[None]:
    try:
        yield
    except asyncssh.PermissionDenied as wrong:
        raise CredentialsRejectedError(place.host, place.user, "permission denied") from wrong
    except asyncssh.HostKeyNotVerifiable as wrong:
        raise HostKeyMismatchError(place.host, pinned.shown, prints) from wrong
    except CUT as wrong:
        raise PeerUnreachableError(place.host, place.port, words(wrong)) from wrong


def words(wrong: BaseException) -> str:
    """The other side's own words, on one line and bounded."""
    return " ".join(str(wrong).split())[:120] or type(wrong).__name__
