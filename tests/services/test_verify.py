"""`verify` finds each kind of damage done to the database behind the program's back."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from avstem.services.add_account import NewAccount, add_account
from avstem.services.add_company import add_company
from avstem.services.add_transaction import add_transaction
from avstem.services.attach_receipt import attach_receipt
from avstem.services.book_transaction import BookingLine, book_transaction
from avstem.services.import_invoices import import_invoices
from avstem.services.undo_booking import undo_booking
from avstem.services.verify import verify
from avstem.store import raw_files
from avstem.store.attachments import CHUNK_BYTES
from avstem.store.models import Company, OpenItem

pytestmark = [pytest.mark.django_db, pytest.mark.database]

NOW = datetime(2026, 5, 1, 8, 0, tzinfo=UTC)
BY = {"actor": "test", "now": NOW}
INVOICES = """type,number,party_name,invoice_date,currency,amount,kid
customer_invoice,1001,Nordlys Bygg AS,2026-03-01,NOK,1000.00,00010017
customer_invoice,1002,Kari Hansen,2026-03-01,NOK,500.00,00010025
"""
#: Of two pieces, so that their order counts.
RECEIPT = b"%PDF-1.7\n" + b"a" * CHUNK_BYTES


@pytest.fixture
def books(tmp_path: Path) -> Company:
    """A company with an invoice paid, one paid and undone, a charge, and a raw file."""
    company = add_company(orgnr="974760673", name="Prøve AS", **BY)
    other = add_company(orgnr="923609016", name="Annen AS", **BY)
    assert other.pk != company.pk
    account = add_account(
        company_id=company.pk,
        account=NewAccount("15030001017", "operating", "1920"),
        **BY,
    )
    file = tmp_path / "invoices.csv"
    file.write_text(INVOICES, encoding="utf-8")
    import_invoices(company_id=company.pk, path=file, name=file.name, **BY)
    raw_files.keep(
        company_id=company.pk, path=file, name="file.xml", sha256=raw_files.digest_of(file),
        file_format="x", source="test", now=NOW,
    )  # fmt: skip
    items = {item.number: item.pk for item in OpenItem.objects.filter(company=company)}

    def enter(minor: int) -> int:
        return add_transaction(
            company_id=company.pk, account_id=account.pk, booking_date=date(2026, 3, 10),
            amount_minor=minor, text="typed", **BY,
        ).pk  # fmt: skip

    def book(minor: int, settles: list[tuple[int, int]], lines: list[BookingLine]) -> int:
        transaction = enter(minor)
        book_transaction(
            company_id=company.pk,
            transaction_id=transaction,
            settlements=settles,
            lines=lines,
            **BY,
        )
        return transaction

    book(1000_00, [(items["1001"], 1000_00)], [])
    undone = book(500_00, [(items["1002"], 500_00)], [])
    undo_booking(company_id=company.pk, transaction_id=undone, **BY)
    charge = book(-37_50, [], [BookingLine("7770", 37_50)])
    for content in (RECEIPT, RECEIPT + b"the second"):
        attach_receipt(
            company_id=company.pk, transaction_id=charge, name="gebyr.pdf", content=content, **BY
        )
    enter(77_00)
    return company


def failing() -> set[str]:
    return {result.name for result in verify() if result.faults}


def test_whole_books_hold_with_a_transaction_still_open(books: Company) -> None:
    assert books.orgnr == "974760673"
    assert failing() == set()


DAMAGES = {
    "a posting's amount changed": (
        "UPDATE store_posting SET amount_minor = amount_minor + 1 WHERE account = '7770'",
        {"vouchers balance", "vouchers are as posted"},
    ),
    "an amount moved between two accounts": (
        "UPDATE store_posting SET account = '7830' WHERE account = '7770'",
        {"vouchers are as posted"},
    ),
    "a voucher's text changed": (
        "UPDATE store_voucher SET text = 'another' WHERE number = 1",
        {"vouchers are as posted"},
    ),
    "a voucher's date moved to another year": (
        "UPDATE store_voucher SET date = '2025-12-31' WHERE number = 1",
        {"vouchers are dated in their year", "vouchers are as posted"},
    ),
    "a voucher renumbered": (
        "UPDATE store_voucher SET number = 99 WHERE number = 1",
        {"voucher numbers have no gap", "vouchers are as posted"},
    ),
    "an allocation larger than its posting": (
        "UPDATE store_allocation SET amount_minor = 900 WHERE id = (SELECT min(id) FROM store_allocation)",
        {
            "open items agree with allocations",
            "allocations agree with postings",
            "vouchers are as posted",
        },
    ),
    "what is left of an invoice changed": (
        "UPDATE store_openitem SET remaining_minor = 1 WHERE number = '1001'",
        {"open items agree with allocations"},
    ),
    "an invoice's amount changed": (
        "UPDATE store_openitem SET amount_minor = 200000 WHERE number = '1001'",
        {"open items agree with allocations"},
    ),
    "an invoice turned round": (
        "UPDATE store_openitem SET direction = -1 WHERE number = '1001'",
        {"items point the right way"},
    ),
    "a reference key lost": (
        "DELETE FROM store_referencekey WHERE kind = 'kid' AND value = '00010017'",
        {"reference keys are whole"},
    ),
    "a reference key of another invoice": (
        "UPDATE store_referencekey SET value = '9999' WHERE kind = 'number' AND value = '1001'",
        {"reference keys are whole"},
    ),
    "a booked transaction opened": (
        "UPDATE store_banktransaction SET state = 'open' WHERE amount_minor = 100000",
        {"booked transactions have vouchers", "the ledger mirrors the bank"},
    ),
    "an open transaction called booked": (
        "UPDATE store_banktransaction SET state = 'booked' WHERE amount_minor = 7700",
        {"booked transactions have vouchers", "the ledger mirrors the bank"},
    ),
    "a bank transaction's amount changed": (
        "UPDATE store_banktransaction SET amount_minor = 7701 WHERE amount_minor = 7700",
        {"entries agree with transactions"},
    ),
    "a bank transaction's currency changed": (
        "UPDATE store_banktransaction SET currency = 'SEK' WHERE amount_minor = 7700",
        {"transactions are in the account's currency"},
    ),
    "a raw file's bytes changed": (
        "UPDATE store_bankfile SET sha256 = 'x' || substr(sha256, 2)",
        {"raw files are whole"},
    ),
    "a receipt's bytes changed": (
        "UPDATE store_attachmentchunk SET data = substr(data, 2)"
        " WHERE id = (SELECT min(id) FROM store_attachmentchunk)",
        {"receipts are whole"},
    ),
    "a receipt's last piece lost": (
        "DELETE FROM store_attachmentchunk WHERE id = (SELECT max(id) FROM store_attachmentchunk)",
        {"receipts are whole"},
    ),
    "a receipt's bytes lost": (
        "DELETE FROM store_attachmentchunk WHERE attachment_id = (SELECT min(id) FROM store_attachment)",
        {"receipts are whole"},
    ),
    "a receipt's pieces in another order": (
        "UPDATE store_attachmentchunk SET position = 7 - position WHERE position = 0",
        {"receipts are whole"},
    ),
    "a receipt's length changed": (
        "UPDATE store_attachment SET size_bytes = size_bytes + 1",
        {"receipts are whole"},
    ),
    "a receipt moved to another transaction": (
        "UPDATE store_attachment SET transaction_id = (SELECT min(id) FROM store_banktransaction)",
        {"receipts are all there"},
    ),
    "a receipt lost with its bytes": (
        "DELETE FROM store_attachmentchunk WHERE attachment_id = (SELECT max(id) FROM store_attachment);"
        "DELETE FROM store_attachment WHERE id = (SELECT max(id) FROM store_attachment)",
        {"receipts are all there"},
    ),
    "an audit event changed": (
        "UPDATE store_auditevent SET actor = 'someone else' WHERE sequence = 2",
        {"audit chain is whole"},
    ),
    "an audit event lost": (
        "DELETE FROM store_auditevent WHERE sequence = 3",
        {"audit chain is whole"},
    ),
    "a posting of another company": (
        "UPDATE store_openitem SET company_id = (SELECT id FROM store_company WHERE orgnr = '923609016')"
        " WHERE number = '1002'",
        {"rows stay in their company"},
    ),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_damage_is_found(books: Company, damage: str) -> None:
    assert books.pk
    sql, expected = DAMAGES[damage]
    with connection.cursor() as cursor:
        _take_guards_away(cursor)
        for statement in sql.split(";"):
            cursor.execute(statement)
            assert cursor.rowcount > 0, "the damage was done"
    found = failing()
    assert expected <= found
    assert "guards are in place" in found


def _take_guards_away(cursor: Any) -> None:
    if connection.vendor == "sqlite":
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (name,) in cursor.fetchall():
            cursor.execute(f"DROP TRIGGER {name}")
    else:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(
            "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal"
        )
        for (table,) in cursor.fetchall():
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
