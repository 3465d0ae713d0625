"""An invented electrician's company with months of invoices, bank files and the truth about them.

The same seed, months and start give the same bytes. Nothing in it is about anyone real.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random

from avstem.domain.identifiers import norwegian_iban
from avstem.domain.money import Money
from avstem.domain.open_item import Document
from avstem.testbank.bank_files import AccountWriter, BankFile
from avstem.testbank.costs import Costs
from avstem.testbank.invoice_file import render_documents, render_header
from avstem.testbank.names import make_account, make_orgnr
from avstem.testbank.payments import OPERATING, TAX, BankLine, kroner
from avstem.testbank.sales import Sales
from avstem.testbank.truth import Truth, render_truth

NAME = "Fjordlys Elektro AS"
MONTHS_MAX = 120
_OPENING = {OPERATING: 48_231_755, TAX: 9_024_000}


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """One of the company's accounts; `kind` as in `avstem account add`."""

    kind: str
    iban: str
    opening_date: date
    opening_balance: Money


@dataclass(frozen=True, slots=True)
class DemoCompany:
    """The company and all that it and its bank send; `bank_files` in the order of their days."""

    name: str
    orgnr: str
    start: date
    end: date
    accounts: tuple[DemoAccount, ...]
    documents: tuple[Document, ...]
    invoices_csv: bytes
    bank_files: tuple[BankFile, ...]
    truth: tuple[Truth, ...]

    def write_to(self, folder: Path) -> None:
        """Write invoices.csv, the bank's files (in `bank/`) and truth.jsonl."""
        bank = folder / "bank"
        bank.mkdir(parents=True, exist_ok=True)
        (folder / "invoices.csv").write_bytes(self.invoices_csv)
        for file in self.bank_files:
            (bank / file.name).write_bytes(file.content)
        (folder / "truth.jsonl").write_bytes(b"".join(map(render_truth, self.truth)))


def generate(seed: int, *, months: int = 6, start: date) -> DemoCompany:
    """Make the company's first `months` whole months (1 to 120) from the month of `start`."""
    assert 1 <= months <= MONTHS_MAX, months
    firsts = [_month_after(start, count) for count in range(months + 1)]
    begin, end = firsts[0], firsts[-1] - timedelta(1)
    iban_of = {
        OPERATING: norwegian_iban(make_account(5_000_000 + seed % 1_000_000 * 2)),
        TAX: norwegian_iban(make_account(5_000_001 + seed % 1_000_000 * 2)),
    }
    sales = Sales(Random(seed), end, kid_characters=8 + seed % 5)
    costs = Costs(Random(seed + 1), begin, end, iban_of)
    for first in firsts[:-1]:
        sales.month(first)
        costs.month(first)
    change = firsts[(months + 1) // 2]
    writers = {
        kind: AccountWriter(iban, change, kroner(_OPENING[kind])) for kind, iban in iban_of.items()
    }
    _write(writers, [*sales.lines, *costs.lines])
    documents = tuple(
        sorted((*sales.documents, *costs.documents), key=lambda each: each.invoice_date)
    )
    return DemoCompany(
        name=NAME,
        orgnr=make_orgnr(350_000 + seed % 80_000),
        start=begin,
        end=end,
        accounts=tuple(
            DemoAccount(kind, iban, begin, kroner(_OPENING[kind])) for kind, iban in iban_of.items()
        ),
        documents=documents,
        invoices_csv=render_header() + render_documents(documents),
        bank_files=tuple(_in_order(writers)),
        truth=tuple(truth for writer in writers.values() for truth in writer.truth),
    )


def _write(writers: dict[str, AccountWriter], lines: list[BankLine]) -> None:
    for kind, writer in writers.items():
        writer.write(line for line in lines if line.account == kind)


def _in_order(writers: dict[str, AccountWriter]) -> list[BankFile]:
    """By day; notifications (054) after the statement (053) of the account on the day."""
    files = [file for writer in writers.values() for file in writer.files]
    return sorted(files, key=lambda file: (file.name[-14:], file.name))


def _month_after(start: date, months: int) -> date:
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, 1)
