"""The demo company's bank files: statements that chain, and notifications that explain lump sums.

Until the bank changes generation in the middle, it sends a statement a week in .001.02; then one
a bank day in .001.08. KID payments of one day come as one sum; its parts are in a camt.054.
"""

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby

from avstem.domain.money import Money
from avstem.domain.statement import (
    Entry,
    EntryStatus,
    StatementHead,
    StatementKind,
    StatementSource,
    Transaction,
)
from avstem.formats.camt_write import write_camt
from avstem.testbank.payments import BankLine, kroner
from avstem.testbank.truth import Truth


@dataclass(frozen=True, slots=True)
class BankFile:
    """A file as the bank would send it."""

    name: str
    content: bytes


@dataclass
class AccountWriter:
    """Turns the lines of one account into files and truth. `change` is when .001.08 begins."""

    iban: str
    change: date
    balance: Money
    files: list[BankFile] = field(default_factory=list)
    truth: list[Truth] = field(default_factory=list)
    count: int = 0
    sequence: int = 0

    def write(self, lines: Iterable[BankLine]) -> None:
        """Write all lines, in the order of their days."""
        ordered = sorted(lines, key=lambda line: line.booking_date)
        for _, each in groupby(ordered, key=lambda line: self._period(line.booking_date)):
            days = [list(day) for _, day in groupby(each, key=lambda line: line.booking_date)]
            entries = [entry for day in days for entry in self._day(day)]
            self._statement(days[0][0].booking_date, days[-1][0].booking_date, entries)

    def _period(self, day: date) -> tuple[int, ...]:
        return (1, day.toordinal()) if day >= self.change else (0, *day.isocalendar()[:2])

    def _day(self, lines: list[BankLine]) -> Iterator[Entry]:
        lump = [line for line in lines if line.in_lump]
        if len(lump) < 2:
            lump = []
        for line in lines:
            if line not in lump:
                yield self._single(line)
        if lump:
            yield self._lump(lump)

    def _reference(self, day: date) -> str:
        self.count += 1
        return f"{self.iban[-4:]}{day:%y%m%d}{self.count:05d}"

    def _single(self, line: BankLine) -> Entry:
        reference = self._reference(line.booking_date)
        self._label(line, reference)
        has_details = bool(line.name or line.party_account or line.references)
        return _entry(line, line.amount, reference, (_part(line),), has_details=has_details)

    def _lump(self, lines: list[BankLine]) -> Entry:
        """One sum without details; the details go into a notification under its reference."""
        day = lines[0].booking_date
        reference = self._reference(day)
        amount = kroner(sum(line.amount.minor for line in lines))
        parts = []
        for line in lines:
            own = self._reference(day)
            self._label(line, own)
            parts.append(_part(line, own))
        detailed = _entry(lines[0], amount, reference, tuple(parts), count=len(parts))
        self._notification(day, detailed)
        sum_text = "Innbetalinger med KID"
        return _entry(lines[0], amount, reference, (Transaction(amount),),
                      has_details=False, text=sum_text)  # fmt: skip

    def _label(self, line: BankLine, reference: str) -> None:
        self.truth.append(Truth(
            self.iban, reference, line.booking_date, line.amount, line.family,
            line.is_certain, line.settles,
        ))  # fmt: skip

    def _notification(self, day: date, entry: Entry) -> None:
        head = StatementHead(
            "", StatementKind.NOTIFICATION, f"N{entry.reference}", None, self.iban, "NOK",
            day, day, None, None,
        )  # fmt: skip
        self._write(f"camt054-{self.iban[-11:]}-{day}.xml", "054", head, [entry])

    def _statement(self, first: date, last: date, entries: list[Entry]) -> None:
        self.sequence += 1
        opening = self.balance
        self.balance = opening + kroner(sum(entry.amount.minor for entry in entries))
        head = StatementHead(
            "", StatementKind.STATEMENT, f"{self.iban[-11:]}.{last:%Y%m%d}", str(self.sequence),
            self.iban, "NOK", first, last, opening, self.balance, True,
        )  # fmt: skip
        self._write(f"camt053-{self.iban[-11:]}-{last}.xml", "053", head, entries)

    def _write(self, name: str, message: str, head: StatementHead, entries: list[Entry]) -> None:
        assert head.to_date is not None, "the bank dates its messages"
        generation = "08" if head.to_date >= self.change else "02"
        stream = io.BytesIO()
        source = StatementSource(head, iter(entries))
        write_camt(
            stream, [source], format=f"camt.{message}.001.{generation}",
            message_id=f"M{head.id}", created=f"{head.to_date}T23:30:00+01:00",
        )  # fmt: skip
        self.files.append(BankFile(name, stream.getvalue()))


def _part(line: BankLine, reference: str | None = None) -> Transaction:
    return Transaction(
        amount=line.amount, bank_reference=reference, counterparty=line.name,
        counterparty_account=line.party_account, references=line.references,
        remittance=line.remittance,
    )  # fmt: skip


def _entry(
    line: BankLine, amount: Money, reference: str, parts: tuple[Transaction, ...], *,
    count: int | None = None, has_details: bool = True, text: str | None = None,
) -> Entry:  # fmt: skip
    return Entry(
        amount=amount, status=EntryStatus.BOOKED, booking_date=line.booking_date,
        value_date=line.booking_date, reference=reference, entry_number=None, reversal=False,
        code=line.code, text=text or line.entry_text, transactions=parts, batch_count=count,
        has_details=has_details,
    )  # fmt: skip
