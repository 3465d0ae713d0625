"""Keys for SFTP: a pair of our own for an agreement, and what a bank's host key must look like.

>>> check_host_key("SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU")
'SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU'
"""

import re
from dataclasses import dataclass
from typing import Literal

import asyncssh

from avstem.domain.errors import InvalidValueError
from avstem.domain.secret import Secret

KeyKind = Literal["rsa", "ed25519"]
#: RSA of this size is what banks take; Ed25519 is better where the bank knows it.
RSA_BITS = 3072
_PRINT = re.compile(r"SHA256:[A-Za-z0-9+/]{43}=?\Z", re.ASCII)


@dataclass(frozen=True)
class KeyPair:
    """`public` is the line that the bank gets; `private` is OpenSSH's text, without passphrase."""

    private: Secret
    public: str


def make_key(kind: KeyKind, comment: str) -> KeyPair:
    """A new pair; `comment` says in the public line whose it is."""
    if kind == "rsa":
        key = asyncssh.generate_private_key("ssh-rsa", comment, key_size=RSA_BITS)
    else:
        key = asyncssh.generate_private_key("ssh-ed25519", comment)
    private = key.export_private_key().decode("ascii")
    return KeyPair(Secret(private), key.export_public_key().decode("ascii").strip())


def check_host_key(text: str) -> str:
    """The key or fingerprint on one line, or a refusal."""
    plain = " ".join(text.split())
    if _PRINT.match(plain):
        return plain.rstrip("=")
    try:
        asyncssh.import_public_key(plain)
    except asyncssh.KeyImportError as wrong:
        expected = "SHA256:… (43 characters) or a line as ssh-ed25519 AAAA…"
        raise InvalidValueError("host key", plain[:60] or "nothing", expected) from wrong
    return plain


def fingerprint(public: str) -> str:
    """The fingerprint of a public key that is known to be one, as the bank reads it aloud."""
    return asyncssh.import_public_key(public).get_fingerprint()
