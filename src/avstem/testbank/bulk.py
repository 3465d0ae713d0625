"""Write a labelled bulk set: invoices.csv, the bank's file or files, and the truth.

Streamed in two passes over the same seed: the first writes the documents and the truth and adds
up the balances, the second writes the bank's files. Memory holds a week of lines.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import Path

from avstem.domain.identifiers import norwegian_iban
from avstem.domain.money import Money
from avstem.domain.statement import (
    Entry,
    EntryStatus,
    Reference,
    StatementHead,
    StatementKind,
    StatementSource,
    Transaction,
)
from avstem.formats.camt_write import write_camt
from avstem.testbank.bulk_lines import Line, LineMaker
from avstem.testbank.invoice_file import render_documents, render_header
from avstem.testbank.names import make_account, make_orgnr
from avstem.testbank.truth import Truth, render_truth

COMPANY_NAME = "Storvolum Elektro AS"
FORMAT = "camt.053.001.02"
_LUMP_PARTS_MAX = 25
_OURS = 899_999


@dataclass(frozen=True, slots=True)
class BulkFiles:
    """What was written, and whose it is. `statement` is the first of `statements`."""

    orgnr: str
    company_name: str
    iban: str
    invoices: Path
    statements: tuple[Path, ...]
    truth: Path
    documents: int
    transactions: int

    @property
    def statement(self) -> Path:
        """The bank's file, where there is one."""
        return self.statements[0]


@dataclass(frozen=True, slots=True)
class _Day:
    """A bank day with payments, and the balance it closes with."""

    booking_date: date
    closing_minor: int


def write_bulk(
    folder: Path,
    *,
    seed: int,
    transactions: int,
    open_items: int,
    is_daily: bool = False,
) -> BulkFiles:
    """Write the set into `folder` (made if missing); the account opens with nothing on it.

    The truth is keyed by account and bank reference. `is_daily` writes a file for each bank
    day instead of one for all.
    """
    assert transactions > 0, "a bank file without a transaction proves nothing"
    folder.mkdir(parents=True, exist_ok=True)
    iban = norwegian_iban(make_account(_OURS))
    maker = LineMaker(seed=seed, transactions=transactions, open_items=open_items)
    invoices, truth = folder / "invoices.csv", folder / "truth.jsonl"
    days = _write_known(maker, iban, invoices, truth)
    again = LineMaker(seed=seed, transactions=transactions, open_items=open_items)
    return BulkFiles(
        orgnr=make_orgnr(_OURS // 2),
        company_name=COMPANY_NAME,
        iban=iban,
        invoices=invoices,
        statements=tuple(_write_bank(again, iban, folder, days, is_daily)),
        truth=truth,
        documents=maker.document_count,
        transactions=transactions,
    )


def _write_known(maker: LineMaker, iban: str, invoices: Path, truth: Path) -> list[_Day]:
    """Write the documents and the truth; return the days with their closing balances."""
    closing: dict[date, int] = {}
    balance = count = 0
    with invoices.open("wb") as documents, truth.open("wb") as labels:
        documents.write(render_header())
        for made in maker.stream():
            if isinstance(made, Line):
                count += 1
                balance += made.amount.minor
                closing[made.booking_date] = balance
                labels.write(render_truth(_truth(made, iban, count)))
            else:
                documents.write(render_documents((made,)))
    return [_Day(day, minor) for day, minor in closing.items()]


def _truth(line: Line, iban: str, count: int) -> Truth:
    return Truth(
        iban, _reference(count), line.booking_date, line.amount,
        line.family, line.is_certain, line.settles,
    )  # fmt: skip


def _reference(count: int) -> str:
    return f"{count:012d}"


def _write_bank(
    maker: LineMaker, iban: str, folder: Path, days: list[_Day], is_daily: bool
) -> Iterator[Path]:
    lines = (made for made in maker.stream() if isinstance(made, Line))
    by_day = groupby(enumerate(lines, start=1), key=lambda numbered: numbered[1].booking_date)
    if not is_daily:
        entries = (entry for _, day in by_day for entry in _entries(day))
        yield _write_file(folder / "statement.xml", _head(iban, days, 0, 1), entries)
        return
    opening = 0
    for sequence, (day, (_, numbered)) in enumerate(zip(days, by_day, strict=True), start=1):
        path = folder / f"statement-{day.booking_date}.xml"
        yield _write_file(path, _head(iban, [day], opening, sequence), _entries(numbered))
        opening = day.closing_minor


def _write_file(path: Path, head: StatementHead, entries: Iterator[Entry]) -> Path:
    with path.open("wb") as stream:
        write_camt(
            stream, [StatementSource(head, entries)], format=FORMAT,
            message_id=f"M{head.id}", created=f"{head.to_date}T23:59:59+01:00",
        )  # fmt: skip
    return path


def _head(iban: str, days: list[_Day], opening: int, sequence: int) -> StatementHead:
    last = days[-1]
    return StatementHead(
        format=FORMAT,
        kind=StatementKind.STATEMENT,
        id=f"{iban[4:]}.{last.booking_date:%Y%m%d}",
        sequence=str(sequence),
        account=iban,
        currency="NOK",
        from_date=days[0].booking_date,
        to_date=last.booking_date,
        opening_balance=Money(opening, "NOK"),
        closing_balance=Money(last.closing_minor, "NOK"),
        balances_booked=True,
    )


def _entries(numbered: Iterable[tuple[int, Line]]) -> Iterator[Entry]:
    """A day's entries: payments with a right KID come as lump sums, the others alone."""
    lump: list[tuple[int, Line]] = []
    for count, line in numbered:
        if line.family != "right_kid":
            yield _entry(line.booking_date, [_part(line)], _reference(count))
            continue
        lump.append((count, line))
        if len(lump) == _LUMP_PARTS_MAX:
            yield _lump(lump)
            lump = []
    if lump:
        yield _lump(lump)


def _lump(numbered: list[tuple[int, Line]]) -> Entry:
    parts = [_part(line, _reference(count)) for count, line in numbered]
    return _entry(numbered[0][1].booking_date, parts, f"S{numbered[0][0]:011d}", len(parts))


def _part(line: Line, reference: str | None = None) -> Transaction:
    return Transaction(
        amount=line.amount,
        bank_reference=reference,
        counterparty=line.name,
        counterparty_account=line.account,
        references=(Reference("kid", line.kid),) if line.kid else (),
        remittance=(line.text,) if line.text else (),
    )


def _entry(day: date, parts: list[Transaction], reference: str, count: int | None = None) -> Entry:
    amount = Money(sum(part.amount.minor for part in parts), "NOK")
    return Entry(
        amount=amount,
        status=EntryStatus.BOOKED,
        booking_date=day,
        value_date=day,
        reference=reference,
        entry_number=None,
        reversal=False,
        code="PMNT/RCDT/DMCT" if amount.minor > 0 else "PMNT/ICDT/DMCT",
        text=None,
        transactions=tuple(parts),
        batch_count=count,
        has_details=True,
    )
