"""A SAF-T file is read back before anybody gets it: each fault that is planted is found."""

import io
from dataclasses import replace
from datetime import date

import pytest

from avstem.domain.errors import ExportFaultError
from avstem.domain.money import Money
from avstem.formats.saft.check import refuse_saft_faults
from avstem.formats.saft.model import SaftAccount, SaftBalance, SaftParty
from avstem.formats.saft.write import Books, LineToWrite, VoucherToWrite, write_saft

DAY = date(2026, 3, 31)


def nok(minor: int) -> Money:
    return Money(minor, "NOK")


BOOKS = Books(
    orgnr="974760673", name="Prøve AS", currency="NOK", created=DAY, software_version="0.1.0",
    from_date=date(2026, 1, 1), to_date=DAY, voucher_count=1, debit=nok(100), credit=nok(100),
)  # fmt: skip
CHART = [
    SaftAccount("1920", "Bank", SaftBalance("1920", nok(0), nok(100))),
    SaftAccount("1500", "Kunder", SaftBalance("1500", nok(0), nok(-100))),
]
CUSTOMER = SaftParty(
    True, "7", "Kunde AS", "923609016", (), (SaftBalance("1500", nok(0), nok(-100)),)
)
VOUCHER = VoucherToWrite(
    "B", "2026-1", date(2026, 3, 2), DAY, "Innbetaling", "cli",
    (LineToWrite("1920", nok(100)), LineToWrite("1500", nok(-100), customer="7")),
)  # fmt: skip


def written() -> str:
    stream = io.BytesIO()
    write_saft(
        stream, BOOKS, accounts=CHART, customers=[CUSTOMER], suppliers=(), vouchers=[VOUCHER]
    )
    return stream.getvalue().decode()


def check(xml: str, books: Books = BOOKS) -> None:
    refuse_saft_faults(io.BytesIO(xml.encode()), books, file="books.xml")


def test_a_faultless_file_is_handed_out() -> None:
    check(written())


PLANTED = {
    "a control total": ("<TotalDebit>1.00", "<TotalDebit>1.01", "file.unreadable", "TotalDebit"),
    "cut off": ("</AuditFile>", "", "file.unreadable", ""),
    "a count": ("<NumberOfEntries>1<", "<NumberOfEntries>2<", "saft.lines_counted", "NumberOfEntries"),
    "no count": ("<NumberOfEntries>1</NumberOfEntries>", "", "saft.total_missing", "NumberOfEntries"),
    "an unbalanced voucher": (
        "<CreditAmount><Amount>1.00", "<CreditAmount><Amount>1.01", "file.unreadable", "TotalCredit",
    ),
    "a balance": ("<ClosingDebitBalance>1.00", "<ClosingDebitBalance>2.00", "saft.account_balance",
                  "GeneralLedgerAccounts"),
    "an unknown account": ("<RecordID>1</RecordID><AccountID>1920", "<RecordID>1</RecordID><AccountID>1921",
                           "saft.account_balance", "GeneralLedgerAccounts"),
    "an unknown party": ("</AccountID><CustomerID>7", "</AccountID><CustomerID>8", "party.unknown", "2026-1"),
    "a day outside": ("<TransactionDate>2026-03-02", "<TransactionDate>2026-04-02",
                      "date.outside_period", "2026-1"),
    "another company": ("974760673", "923609016", "header.differs", "AuditFile/Header"),
}  # fmt: skip


@pytest.mark.parametrize("fault", PLANTED)
def test_a_planted_fault_is_found(fault: str) -> None:
    old, new, rule, place = PLANTED[fault]
    before = written()
    assert old in before, "the fault must be planted somewhere"
    with pytest.raises(ExportFaultError) as refused:
        check(before.replace(old, new, 1))
    assert refused.value.rule == rule
    assert place in refused.value.place
    assert refused.value.file == "books.xml"


def test_totals_that_are_not_those_of_the_books_are_found() -> None:
    with pytest.raises(ExportFaultError) as refused:
        check(written(), replace(BOOKS, debit=nok(200), credit=nok(200)))
    assert refused.value.rule == "totals.differ"
