"""Refusals of carrying files to and from a bank, of the secrets that it takes, and of the feed.

Each is a `domain.errors.RefusalError` with a code and facts of its own.
"""

from dataclasses import dataclass
from typing import ClassVar

from avstem.domain.errors import RefusalError


@dataclass(eq=False)
class PeerUnreachableError(RefusalError):
    """No connection to the bank: refused, timed out, no such host, or no common language.

    Nothing was sent.
    """

    code: ClassVar[str] = "connection.refused"
    host: str
    port: int
    found: str


@dataclass(eq=False)
class HostKeyMismatchError(RefusalError):
    """The host shows another key than the ones agreed on: it may not be the bank at all.

    Fingerprints as OpenSSH writes them, `SHA256:…`. No name or password was sent.
    """

    code: ClassVar[str] = "connection.host_key"
    host: str
    found: str
    expected: tuple[str, ...]


@dataclass(eq=False)
class CredentialsRejectedError(RefusalError):
    """The bank does not let this user in with this key or password, or the key is not one."""

    code: ClassVar[str] = "connection.credentials"
    host: str
    user: str
    found: str


@dataclass(eq=False)
class TransferCutError(RefusalError):
    """The connection ended in the middle. Nothing was delivered; it is safe to go on or repeat.

    `bytes_done` of the file are through, counted from its start: where a download goes on.
    """

    code: ClassVar[str] = "transfer.cut"
    file: str
    bytes_done: int
    found: str


@dataclass(eq=False)
class RemoteFullError(RefusalError):
    """There is no room for the file where it should go. Nothing was delivered."""

    code: ClassVar[str] = "transfer.full"
    file: str
    found: str


@dataclass(eq=False)
class RemoteRefusedError(RefusalError):
    """The other side said no to an action (`renaming`, `opening`, …). Nothing was delivered."""

    code: ClassVar[str] = "transfer.refused"
    file: str
    action: str
    found: str


@dataclass(eq=False)
class RemoteDiffersError(RefusalError):
    """Other bytes are there already under the name we want to send; they are left alone."""

    code: ClassVar[str] = "transfer.differs"
    file: str
    bytes_there: int
    bytes_ours: int


@dataclass(eq=False)
class RemoteChangedError(RefusalError):
    """A file changed while it was fetched, or since a part of it was: the parts do not belong."""

    code: ClassVar[str] = "transfer.changed"
    file: str
    found: str
    expected: str


@dataclass(eq=False)
class OutcomeUnknownError(RefusalError):
    """The connection ended between the last question and its answer.

    The file is delivered or it is not: ask (`describe`) before it is sent again.
    """

    code: ClassVar[str] = "transfer.unknown"
    file: str
    found: str


@dataclass(eq=False)
class UnsafeNameError(RefusalError):
    """A file name that leads out of its folder, or a link that does."""

    code: ClassVar[str] = "transfer.unsafe_name"
    name: str
    found: str


@dataclass(eq=False)
class SecretUnreadableError(RefusalError):
    """A kept secret that none of the keys at hand opens, or that is not this one's."""

    code: ClassVar[str] = "secret.unreadable"
    kind: str
    name: str
    found: str


@dataclass(eq=False)
class EnvelopeRefusedError(RefusalError):
    """The bank's answer to a secure envelope is a no; its own code and words."""

    code: ClassVar[str] = "envelope.refused"
    bank_code: str
    bank_text: str


@dataclass(eq=False)
class EnvelopeUntrustedError(RefusalError):
    """An answer that is not signed as agreed: it is not used."""

    code: ClassVar[str] = "envelope.untrusted"
    found: str
    expected: str


@dataclass(eq=False)
class NotRepeatedError(RefusalError):
    """A statement that no earlier one repeats: retired, its money would be told of by nobody."""

    code: ClassVar[str] = "statement.not_repeated"
    statement: str


@dataclass(eq=False)
class StatementBookedError(RefusalError):
    """Money that only this statement tells of is booked: by `count` vouchers, `voucher` first."""

    code: ClassVar[str] = "statement.booked"
    statement: str
    voucher: str
    count: int


@dataclass(eq=False)
class ToldAgainError(RefusalError):
    """Money of a retired statement that another has told of since: restored, it would be twice."""

    code: ClassVar[str] = "statement.told_again"
    statement: str
    other: str
