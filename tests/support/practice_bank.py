"""The practice bank for tests: one customer with an account that has everything, and its files."""

import io
from datetime import date, datetime
from pathlib import Path
from typing import Any

from avstem.domain.money import Money
from avstem.domain.payment_order import PaymentFile, PaymentKind, PaymentOrder
from avstem.domain.payment_status import PaymentStatusReport
from avstem.domain.statement import BalanceProof, Entry, StatementHead
from avstem.formats import read_statements
from avstem.formats.pain001.dialect import PAIN_001_03, PAIN_001_09, Dialect
from avstem.formats.pain001.writer import write_pain001
from avstem.formats.payment_files import PaymentMessage, read_payment_message
from avstem.testbank.bank import Bank, PayIn, Ways
from tests.support.payments import DEBTOR, file_of, order

USER = "kunde"
#: A Tuesday, before the first run.
START = datetime(2026, 11, 24, 7, 0)
TODAY = START.date()
IBAN = DEBTOR.account.iban or ""
RICH = 1_000_000_00


def nok(minor: int) -> Money:
    return Money(minor, "NOK")


def open_bank(folder: Path, ways: Ways | None = None, *, opening: int = RICH, **more: Any) -> Bank:
    """A bank whose customer has all services active."""
    bank = Bank(folder, start=START, **more)
    bank.add_customer(USER, "Fjellvik Rør & Varme AS", ways)
    bank.open_account(USER, nok(opening), iban=IBAN)
    bank.activate(IBAN)
    return bank


def pay(number: int, minor: int = 1_250_00, day: date = TODAY, **more: Any) -> PaymentOrder:
    """A payment at home with a text."""
    kind = more.pop("kind", PaymentKind.DOMESTIC_TEXT)
    text = {} if kind is not PaymentKind.DOMESTIC_TEXT else {"text": f"Faktura {number}"}
    return order(number, kind, amount=nok(minor), execution_date=day, **text, **more)


def written(file: PaymentFile, ways: Ways) -> bytes:
    version = PAIN_001_09 if ways.is_generation_2 else PAIN_001_03
    return write_pain001(file, Dialect(version=version))


def upload(bank: Bank, content: bytes, name: str = "fil.xml") -> None:
    """Lay a finished file into the customer's folder."""
    (bank.homes / USER / ways_of(bank).folder_in / name).write_bytes(content)


def send(bank: Bank, *orders: PaymentOrder, id: str = "M-1") -> bytes:
    """Send payments; the bytes that were sent."""
    content = written(file_of(*orders, message_id=id), ways_of(bank))
    upload(bank, content, f"{id}.xml")
    return content


def ways_of(bank: Bank) -> Ways:
    return bank.customers()[0].ways


def files(bank: Bank, kind: str = "") -> list[Path]:
    """What lies there for the customer, in the order of its serial numbers."""
    folder = bank.homes / USER / ways_of(bank).folder_out
    found = [path for path in folder.iterdir() if path.name.startswith(kind)]
    return sorted(found, key=lambda path: path.name.split(".")[-2])


def messages(bank: Bank, kind: str) -> list[PaymentMessage]:
    return [
        read_payment_message(io.BytesIO(p.read_bytes()), file=p.name) for p in files(bank, kind)
    ]


def reports(bank: Bank) -> list[PaymentStatusReport]:
    found = messages(bank, "pain002")
    assert all(isinstance(each, PaymentStatusReport) for each in found)
    return found


def told(bank: Bank) -> list[tuple[str | None, list[str | None], dict[str | None, str | None]]]:
    """Each status report as its file's status, its batches' and its payments'."""
    return [
        (
            each.group_status,
            [batch.status for batch in each.batches],
            {payment.end_to_end_id: payment.status for payment in each.transactions},
        )
        for each in reports(bank)
    ]


def codes(bank: Bank) -> set[str | None]:
    """Every reason code that was told."""
    found: set[str | None] = set()
    for each in reports(bank):
        parts = (*each.batches, *each.transactions)
        found |= {reason.code for reason in each.group_reasons}
        found |= {reason.code for part in parts for reason in part.reasons}
    return found


def read(path: Path) -> list[tuple[StatementHead, list[Entry], bool | None]]:
    """What our own readers make of a file: head, entries, and whether the balance holds."""
    found = []
    for source in read_statements(io.BytesIO(path.read_bytes()), file=path.name):
        proof = BalanceProof(source.head)
        found.append((source.head, list(proof.watch(source.entries)), proof.holds()))
    return found


def statements(bank: Bank) -> list[tuple[StatementHead, list[Entry], bool | None]]:
    return [each for path in files(bank, "camt053") for each in read(path)]


def state_of(bank: Bank) -> dict[str, list[tuple[Any, ...]]]:
    """All the bank knows that must be the same however often it was killed."""
    tables = ("message", "payment", "incoming", "posting", "statement", "outbox", "misdeed", "event",
              "account", "agreement")  # fmt: skip
    return {
        table: [tuple(row)[1:] if table == "event" else tuple(row)
                for row in bank.ledger.rows(f"SELECT * FROM {table} ORDER BY 1, 2")]
        for table in tables
    }  # fmt: skip


def paid_in(minor: int, **more: Any) -> PayIn:
    return PayIn(nok(minor), more.pop("payer", "Kari Nordmann"), **more)
