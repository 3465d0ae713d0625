"""What a format is to the rest of avstem: a name, a way to recognise it, a way to read it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from avstem.domain.statement import Notice, StatementSource
from avstem.formats.xml_reader import BoundedStream

#: How much of a file decides what it is.
HEAD_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class FormatName:
    """A recognised format: its public name (`camt.053.001.08`, `mt940`, `csv.dnb`).

    For XML also the namespace of its elements; empty where a bank declares it for a prefix and
    then uses no prefix.
    """

    name: str
    namespace: str = ""


#: Says what a file is from its first 64 KB, or None where it is something else. It never raises.
Claim = Callable[[bytes], FormatName | None]


class Read(Protocol):
    """Reads a whole file of the format.

    A value that is uncertain raises `UnreadableFileError` with its place; what is merely odd is
    added to `notices`. Entries stream; the caller takes them before the next statement.
    """

    def __call__(
        self, stream: BoundedStream, *, file: str, name: FormatName, notices: list[Notice]
    ) -> Iterator[StatementSource]: ...


@dataclass(frozen=True, slots=True)
class StatementFormat:
    """A family of files that tell of money on an account; `label` is how people call it."""

    family: str
    label: str
    claim: Claim
    read: Read


@dataclass(frozen=True, slots=True)
class OtherFormat:
    """A family that tells of something else; `purpose` says of what, and who takes it.

    `invoices`, `payment_status`, `payment_order`, `cancellation`, `settlement`, `accounting`.
    """

    family: str
    label: str
    claim: Claim
    purpose: str
