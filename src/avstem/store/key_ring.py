"""The keys that secrets are sealed with; they are never in the database.

They stand in AVSTEM_SECRET_KEYS (newest first, with commas between), or else in a file of the data
directory, one a line, that only its owner may read and that is made on first use. Nothing here is
remembered between calls: another process may be changing the keys.
"""

import contextlib
import fcntl
import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

from avstem.domain.errors import InvalidValueError

VARIABLE = "AVSTEM_SECRET_KEYS"


@dataclass(frozen=True)
class KeyRing:
    """Keys, newest first: the first seals, each may open. A key's text is never shown."""

    keys: tuple[str, ...] = field(repr=False)

    @property
    def fingerprints(self) -> tuple[str, ...]:
        """What rows say of the key they are sealed with; it does not tell the key."""
        return tuple(hashlib.sha256(key.encode()).hexdigest()[:16] for key in self.keys)

    @property
    def newest(self) -> str:
        """The fingerprint of the key that seals."""
        return self.fingerprints[0]

    def seal(self, text: str) -> str:
        """The text, encrypted and signed."""
        return self._multi().encrypt(text.encode()).decode("ascii")

    def open(self, sealed: str) -> str | None:
        """The text, or None if none of the keys opens it."""
        try:
            return self._multi().decrypt(sealed.encode("ascii")).decode()
        except InvalidToken:
            return None

    def _multi(self) -> MultiFernet:
        return MultiFernet([Fernet(key) for key in self.keys])


def make_key() -> str:
    """A new key: 32 random bytes in URL-safe base64."""
    return Fernet.generate_key().decode("ascii")


def is_given() -> bool:
    """Whether the keys stand in the environment: they are then the operator's to change."""
    return bool(settings.CREDENTIAL_KEYS)


def read_ring() -> KeyRing:
    """The keys as they are now."""
    if is_given():
        return _ring(settings.CREDENTIAL_KEYS.split(","), VARIABLE)
    file = _file()
    if not file.exists():
        _make(file)
    _only_the_owner_may_read(file)
    return _ring(file.read_text(encoding="ascii").splitlines(), str(file))


@contextmanager
def changing_keys() -> Iterator[None]:
    """One change of keys at a time on this machine; a second waits."""
    with _file().with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def put_keys(ring: KeyRing) -> None:
    """Have these keys in the file, in this order, at once and for good."""
    draft = _draft(_file(), ring.keys)
    draft.replace(_file())
    _flush_folder()


def _file() -> Path:
    file: Path = settings.CREDENTIAL_KEYS_FILE
    return file


def _ring(lines: list[str], where: str) -> KeyRing:
    keys = tuple(line.strip() for line in lines if line.strip())
    for place, key in enumerate(keys, 1):
        try:
            Fernet(key)
        except ValueError as wrong:
            # The place is named, never the key.
            expected = "32 bytes in URL-safe base64, as `avstem keys make` prints"
            raise InvalidValueError(where, f"key {place}", expected) from wrong
    if not keys:
        raise InvalidValueError(where, "", "a key")
    return KeyRing(keys)


def _only_the_owner_may_read(file: Path) -> None:
    mode = stat.S_IMODE(file.stat().st_mode)
    if mode & 0o077:
        raise InvalidValueError(str(file), f"{mode:04o}", "mode 0600: only its owner may read it")


def _make(file: Path) -> None:
    draft = _draft(file, (make_key(),))
    # Two processes may be first at once: the first link wins, and both read the same key.
    with contextlib.suppress(FileExistsError):
        os.link(draft, file)
    draft.unlink()
    _flush_folder()


def _draft(file: Path, keys: tuple[str, ...]) -> Path:
    draft = file.with_suffix(f".{os.getpid()}.tmp")
    draft.unlink(missing_ok=True)
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(handle, "w", encoding="ascii") as text:  # noqa: PTH123  # a handle, not a path
        text.writelines(f"{key}\n" for key in keys)
        text.flush()
        os.fsync(text.fileno())
    return draft


def _flush_folder() -> None:
    folder = os.open(_file().parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
