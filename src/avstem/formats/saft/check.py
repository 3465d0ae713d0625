"""Hold a written SAF-T file against the books it was made from, before anybody gets it.

The published schema is not part of any package, so that only the tests hold files against it; at
run time our reader takes the bytes anew: control totals, balances and amounts must hold, with
nothing odd, and every line must stand where the books say it can.

Source: Skatteetaten, Norwegian SAF-T Financial data, 1.30; docs/formats/saft.md.
"""

from typing import BinaryIO

from avstem.domain.errors import ExportFaultError, UnreadableFileError
from avstem.domain.statement import Notice
from avstem.formats.saft.entries import ENTRIES
from avstem.formats.saft.model import SaftHeader, SaftLine, SaftParty
from avstem.formats.saft.reader import read_saft
from avstem.formats.saft.write import Books
from avstem.formats.xml_reader import BoundedStream


def refuse_saft_faults(stream: BinaryIO, books: Books, *, file: str) -> None:
    """Refuse (`ExportFaultError`) a file that is not a faultless one of these books.

    What is odd about a party's own numbers is theirs; every other oddity is a fault of ours.
    """
    notices: list[Notice] = []
    check = _Check(books, file)
    try:
        for record in read_saft(BoundedStream(stream, file=file), file=file, notices=notices):
            check.take(record)
    except UnreadableFileError as wrong:
        raise ExportFaultError(wrong.place, "file.unreadable", wrong.found, file) from wrong
    for notice in notices:
        if notice.code.startswith("saft."):
            raise ExportFaultError(notice.place, notice.code, notice.found, file)
    check.end()


class _Check:
    """What was seen so far of the books."""

    def __init__(self, books: Books, file: str) -> None:
        self._books, self._file = books, file
        self._parties: set[tuple[bool, str]] = set()
        self._debit_minor = self._credit_minor = 0
        self._has_header = False

    def take(self, record: object) -> None:
        """Hold one record against the books."""
        if isinstance(record, SaftHeader):
            self._take_header(record)
        elif isinstance(record, SaftParty):
            self._parties.add(record.key)
        elif isinstance(record, SaftLine):
            self._take_line(record)

    def end(self) -> None:
        """Hold the sums against the books; the reader holds the file against itself."""
        found = (self._debit_minor, self._credit_minor)
        told = (self._books.debit.minor, self._books.credit.minor)
        self._refuse_unless(found == told, ENTRIES, "totals.differ", found)

    def _take_header(self, header: SaftHeader) -> None:
        books = self._books
        found = (header.orgnr, header.currency, header.from_date, header.to_date)
        told = (books.orgnr, books.currency, books.from_date, books.to_date)
        self._refuse_unless(found == told, "AuditFile/Header", "header.differs", found)

    def _take_line(self, line: SaftLine) -> None:
        day = line.voucher.day
        place = f"{ENTRIES}, voucher {line.voucher.id}"
        within = self._books.from_date <= day <= self._books.to_date
        self._refuse_unless(within, place, "date.outside_period", day)
        for is_customer, party in ((True, line.customer), (False, line.supplier)):
            known = party is None or (is_customer, party) in self._parties
            self._refuse_unless(known, place, "party.unknown", party)
        minor = line.amount.minor
        self._debit_minor += max(minor, 0)
        self._credit_minor += max(-minor, 0)

    def _refuse_unless(self, holds: bool, place: str, rule: str, found: object) -> None:
        if not holds:
            raise ExportFaultError(place, rule, str(found)[:60], self._file)
