"""A labelled ledger as files: invoices, the bank's statements, and the truth about their lines."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from avstem.domain.identifiers import norwegian_iban
from avstem.domain.money import Money
from avstem.domain.statement import (
    Entry,
    EntryStatus,
    StatementHead,
    StatementKind,
    StatementSource,
)
from avstem.formats.camt_write import write_camt
from avstem.testbank.families.label import LabelledLine
from avstem.testbank.families.mix import LabelledLedger
from avstem.testbank.families.world import OWN_ACCOUNTS
from avstem.testbank.invoice_file import render_documents, render_header
from avstem.testbank.truth import Truth, render_truth

FORMAT = "camt.053.001.08"


@dataclass(frozen=True, slots=True)
class LedgerFiles:
    """What was written. `paid` is to be imported and matched before `statements`."""

    ibans: tuple[str, ...]
    invoices: Path
    paid: Path
    statements: tuple[Path, ...]
    truth: Path


def write_ledger(ledger: LabelledLedger, folder: Path) -> LedgerFiles:
    """Write the files into `folder` (made if missing).

    Each account's statements follow on from each other; the truth is keyed by account and the
    bank's reference.
    """
    folder.mkdir(parents=True, exist_ok=True)
    ibans = tuple(norwegian_iban(each) for each in OWN_ACCOUNTS)
    files = LedgerFiles(
        ibans,
        folder / "invoices.csv",
        folder / "paid.xml",
        tuple(folder / f"account-{place}.xml" for place in range(len(ibans))),
        folder / "truth.jsonl",
    )
    files.invoices.write_bytes(render_header() + render_documents(ledger.documents))
    paid = _write(files.paid, ibans[0], ledger.paid, 0, 1)
    for place, path in enumerate(files.statements):
        lines = [line for line in ledger.lines if line.account == place]
        _write(path, ibans[place], lines, 0 if place else paid, 1 if place else 2)
    with files.truth.open("wb") as stream:
        for line in (*ledger.paid, *ledger.lines):
            stream.write(render_truth(_truth(line, ibans[line.account])))
    return files


def _truth(line: LabelledLine, iban: str) -> Truth:
    said, label = line.transaction, line.label
    is_certain = label.answer.value == "certain"
    return Truth(
        iban, said.bank_reference or "", line.booking_date, said.amount, label.family, is_certain,
        label.settles,
    )  # fmt: skip


def _write(
    path: Path, iban: str, lines: Sequence[LabelledLine], opening: int, sequence: int
) -> int:
    """One statement of the lines by date; the answer is its closing balance in minor units."""
    assert lines, "a statement without a line proves nothing"
    ordered = sorted(lines, key=lambda line: line.booking_date)
    closing = opening + sum(line.transaction.amount.minor for line in ordered)
    head = StatementHead(
        format=FORMAT,
        kind=StatementKind.STATEMENT,
        id=f"{iban[4:]}.{sequence}",
        sequence=str(sequence),
        account=iban,
        currency="NOK",
        from_date=ordered[0].booking_date,
        to_date=ordered[-1].booking_date,
        opening_balance=Money(opening, "NOK"),
        closing_balance=Money(closing, "NOK"),
        balances_booked=True,
    )
    with path.open("wb") as stream:
        write_camt(
            stream, [StatementSource(head, map(_entry, ordered))], format=FORMAT,
            message_id=f"M{head.id}", created=f"{head.to_date}T23:59:59+01:00",
        )  # fmt: skip
    return closing


def _entry(line: LabelledLine) -> Entry:
    said = line.transaction
    code = "PMNT/RCDT/DMCT" if said.amount.minor > 0 else "PMNT/ICDT/DMCT"
    return Entry(
        amount=said.amount,
        status=EntryStatus.BOOKED,
        booking_date=line.booking_date,
        value_date=line.booking_date,
        reference=said.bank_reference,
        entry_number=None,
        reversal=False,
        code=line.code or code,
        text=None,
        transactions=(said,),
        has_details=True,
    )
