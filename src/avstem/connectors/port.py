"""What every way of carrying files can do: the only thing services know about one.

A connector moves whole files between two sides and never looks inside one. It keeps no memory:
what was fetched and sent is the caller's to know, and so is when to try again.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import BinaryIO, Protocol

#: Bytes that are moved, and held, at a time.
PIECE_BYTES = 1024**2
#: The largest file that is carried, unless the place says otherwise.
FILE_BYTES_MAX = 4 * 1024**3
#: The most files that a folder may hold.
FILES_MAX = 10_000

Data = bytes | BinaryIO
"""What is sent: bytes, or a stream that can be read again from its start (`seek`)."""


@dataclass(frozen=True)
class RemoteFile:
    """A file that can be fetched. `modified` is the other side's own clock, in UTC.

    `size` is in bytes; None in a listing where the other side does not say.
    """

    name: str
    size: int | None
    modified: datetime


@dataclass(frozen=True)
class Delivered:
    """What lies under a name we sent; `sha256` (hex) is None where we may not read it back."""

    name: str
    size: int
    sha256: str | None


class Sent(Enum):
    """How a sending ended; both mean that exactly these bytes are there."""

    DELIVERED = "delivered"
    ALREADY_THERE = "already_there"


class Connector(Protocol):
    """One agreement's way to a bank (or a folder), for one user of it at a time."""

    def list_files(self) -> list[RemoteFile]:
        """What can be fetched, oldest first; half-written files, links and folders are left out.

        A name is not an identity: the same may come again with other bytes.
        """

    def fetch(self, name: str, sink: BinaryIO, *, offset: int = 0) -> RemoteFile:
        """Write the file from `offset` on to `sink`; nothing is removed or moved.

        TransferCutError names how many bytes of the file are in the sink. Other refusals:
        RemoteChangedError, FileTooLargeError, RemoteRefusedError. An OSError of the sink is
        the caller's own and passes through.
        """

    def send(self, name: str, data: Data) -> Sent:
        """Make the file appear under its name, whole and at once, or not at all.

        Never overwrites: the same bytes there already are a success, other bytes a
        RemoteDiffersError. After TransferCutError, RemoteFullError and RemoteRefusedError
        nothing was delivered; after OutcomeUnknownError ask `describe`.
        """

    def describe(self, name: str) -> Delivered | None:
        """What lies under a name that we send to, or None: nothing does (any more).

        A bank that takes files away at once leaves nothing to describe: None alone is no proof
        that it did not get the file.
        """

    def close(self) -> None:
        """End the connection; the next call of another method makes a new one."""
