"""Scenarios I-01 and I-02 in the tables: booked, undone, returned, verified and exported."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from avstem.domain.errors import (
    CurrencyMismatchError,
    OverAllocationError,
    RateDiffersError,
    RateUnknownError,
    UnreadableFileError,
)
from avstem.services.accept_suggestion import accept_suggestion
from avstem.services.add_account import NewAccount, add_account
from avstem.services.add_company import add_company
from avstem.services.add_transaction import add_transaction
from avstem.services.book_transaction import BookingLine, book_transaction
from avstem.services.export_saft import export_saft
from avstem.services.import_invoices import import_invoices
from avstem.services.import_rates import RatesImport, import_rates
from avstem.services.reconcile import reconcile
from avstem.services.undo_booking import undo_booking
from avstem.services.verify import verify
from avstem.store.models import BankTransaction, Decision, ExchangeRate, OpenItem, Posting, Voucher
from avstem.store.queries.accounts import standings

pytestmark = [pytest.mark.django_db, pytest.mark.database]

BY: dict[str, Any] = {"actor": "kari@example.no", "now": datetime(2026, 5, 1, 8, 0, tzinfo=UTC)}
HEADER = "type,number,party_name,invoice_date,currency,amount,kid,rate,amount_company_currency\n"
RATES = "FREQ;BASE_CUR;QUOTE_CUR;TENOR;UNIT_MULT;TIME_PERIOD;OBS_VALUE\n"
PAID = date(2026, 3, 10)
KID = "00010694"


class Books:
    """A company with an account in kroner and one in euro."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.company = add_company(orgnr="974760673", name="Prøve AS", **BY).pk
        self.nok = self._account(NewAccount("15030001017", "operating", "1920"))
        self.eur = self._account(NewAccount("15030001025", "currency", "1930", "EUR"))

    def _account(self, account: NewAccount) -> int:
        return add_account(company_id=self.company, account=account, **BY).pk

    def rates(self, *rows: str) -> RatesImport:
        file = self.folder / "rates.csv"
        file.write_text(RATES + "".join(f"B;{row}\n" for row in rows), encoding="utf-8")
        return import_rates(path=file, name=file.name, **BY)

    def invoice(self, amount: str = "100.00", kid: str = KID, rate: str = "", value: str = "",
                currency: str = "EUR", number: str = "1069") -> OpenItem:  # fmt: skip
        row = f"customer_invoice,{number},Nordlys,2026-02-02,{currency},{amount},{kid},{rate},{value}\n"
        file = self.folder / f"{number}.csv"
        file.write_text(HEADER + row, encoding="utf-8")
        answer = import_invoices(company_id=self.company, path=file, name=file.name, **BY)
        assert not answer.refused, answer.refused
        return OpenItem.objects.get(company_id=self.company, number=number)

    def paid(self, minor: int, account: int, text: str = "Faktura 1069", original: str = "",
             on: date = PAID) -> BankTransaction:  # fmt: skip
        row = add_transaction(
            company_id=self.company, account_id=account, booking_date=on, amount_minor=minor,
            text=text, **BY,
        )  # fmt: skip
        if original:
            amount, currency = original.split()
            row.original_minor, row.original_currency = int(amount), currency
            row.save()
        return row

    def reconcile(self) -> None:
        reconcile(company_id=self.company, **BY)

    def undo(self, row: BankTransaction) -> Voucher:
        return undo_booking(company_id=self.company, transaction_id=row.pk, **BY)

    def balances(self) -> dict[str, int]:
        """What is posted on each account, in kroner."""
        found: dict[str, int] = {}
        for account, value in Posting.objects.values_list("account", "value_minor"):
            found[account] = found.get(account, 0) + value
        return {account: value for account, value in found.items() if value}

    def faults(self) -> list[tuple[str, str]]:
        return [(found.name, each.subject) for found in verify() for each in found.faults]


@pytest.fixture
def books(tmp_path: Path) -> Books:
    return Books(tmp_path)


EUR_1150, EUR_1170 = "EUR;NOK;SP;0;2026-02-02;11.5000", "EUR;NOK;SP;0;2026-03-09;11,7000"


def test_i_01_euro_for_an_invoice_in_euro_is_a_gain_of_20_kroner(books: Books) -> None:
    books.rates(EUR_1150, EUR_1170)
    invoice = books.invoice()
    payment = books.paid(100_00, books.eur)
    books.reconcile()
    invoice.refresh_from_db()
    payment.refresh_from_db()
    assert (invoice.value_minor, invoice.remaining_minor, payment.state) == (1150_00, 0, "booked")
    assert books.balances() == {"1930": 1170_00, "1500": -1150_00, "8060": -20_00}
    assert books.faults() == []


def test_a_loss_when_the_krone_has_risen(books: Books) -> None:
    books.rates("EUR;NOK;SP;0;2026-03-10;11.30")
    books.invoice(rate="11.50")
    books.paid(100_00, books.eur)
    books.reconcile()
    assert books.balances() == {"1930": 1130_00, "1500": -1150_00, "8160": 20_00}


def test_parts_come_to_the_whole_and_undoing_one_gives_back_exactly_its_own(books: Books) -> None:
    books.rates("EUR;NOK;SP;0;2026-03-09;11.70")
    invoice = books.invoice("100.00", value="1150.03")
    rows = [
        books.paid(33_33, books.eur),
        books.paid(33_33, books.eur),
        books.paid(33_34, books.eur),
    ]
    for row in rows[:2]:
        book_transaction(
            company_id=books.company, transaction_id=row.pk, settlements=[(invoice.pk, 33_33)],
            lines=[], **BY,
        )  # fmt: skip
    before = books.balances()
    books.undo(rows[0])
    again = book_transaction(
        company_id=books.company, transaction_id=rows[0].pk, settlements=[(invoice.pk, 33_33)],
        lines=[], **BY,
    )  # fmt: skip
    assert again
    assert set(before) == set(books.balances())
    book_transaction(
        company_id=books.company, transaction_id=rows[2].pk, settlements=[(invoice.pk, 33_34)],
        lines=[], **BY,
    )  # fmt: skip
    assert books.balances()["1500"] == -1150_03
    for row in rows:
        books.undo(row)
    invoice.refresh_from_db()
    assert (books.balances(), invoice.remaining_minor) == ({}, 100_00)
    assert books.faults() == []


def test_i_02_kroner_are_proposed_with_the_implied_rate_and_accepted_with_the_difference(
    books: Books,
) -> None:
    books.rates(EUR_1150, "EUR;NOK;SP;0;2026-03-10;11.55")
    books.invoice()
    payment = books.paid(1160_00, books.nok)
    books.reconcile()
    payment.refresh_from_db()
    content = Decision.objects.filter(transaction=payment).latest("pk").content
    [implied] = [
        each["facts"]
        for each in content["suggestions"][0]["reasons"]
        if each["code"] == "exchange.implied_near"
    ]
    assert payment.state == "suggested"
    assert (implied["rate"], implied["known"], implied["distance"]) == (
        "11.60 NOK/EUR", "11.55", "+0.43",
    )  # fmt: skip
    accept_suggestion(company_id=books.company, transaction_id=payment.pk, position=0, **BY)
    assert books.balances() == {"1920": 1160_00, "1500": -1150_00, "8060": -10_00}
    assert books.faults() == []
    books.undo(payment)
    assert books.balances() == {}


def test_i_02_with_the_banks_own_amount_in_euro_it_is_booked(books: Books) -> None:
    books.invoice(rate="11.50")
    payment = books.paid(1160_00, books.nok, original="10000 EUR")
    books.reconcile()
    payment.refresh_from_db()
    assert payment.state == "booked"
    assert books.balances() == {"1920": 1160_00, "1500": -1150_00, "8060": -10_00}
    assert books.faults() == []


def test_a_euro_account_pays_an_invoice_in_kroner_at_the_banks_own_rate(books: Books) -> None:
    books.invoice("1170.00", currency="NOK")
    books.paid(100_00, books.eur, original="117000 NOK")
    books.reconcile()
    assert books.balances() == {"1930": 1170_00, "1500": -1170_00}
    assert books.faults() == []


def test_without_a_rate_nothing_is_booked_and_the_import_of_rates_opens_it(books: Books) -> None:
    invoice = books.invoice()
    payment = books.paid(100_00, books.eur)
    books.reconcile()
    payment.refresh_from_db()
    assert (invoice.value_minor, payment.state) == (None, "suggested")
    with pytest.raises(RateUnknownError):
        accept_suggestion(company_id=books.company, transaction_id=payment.pk, position=0, **BY)
    assert books.rates(EUR_1150, EUR_1170).valued == 1
    books.reconcile()
    assert books.balances() == {"1930": 1170_00, "1500": -1150_00, "8060": -20_00}
    assert books.faults() == []


def test_by_hand_another_currency_is_refused_and_other_lines_have_the_days_rate(
    books: Books,
) -> None:
    books.rates(EUR_1170)
    invoice = books.invoice("50.00", rate="11")
    payment = books.paid(1160_00, books.nok, text="?")
    with pytest.raises(OverAllocationError):
        book_transaction(
            company_id=books.company, transaction_id=payment.pk,
            settlements=[(invoice.pk, 50_00)], lines=[], **BY,
        )  # fmt: skip
    fee = books.paid(-3_33, books.eur, text="?")
    book_transaction(
        company_id=books.company, transaction_id=fee.pk, settlements=[],
        lines=[BookingLine("7770", 3_33)], **BY,
    )  # fmt: skip
    assert books.balances() == {"1930": -38_96, "7770": 38_96}


def test_a_rate_is_never_changed_and_the_same_file_adds_nothing(books: Books) -> None:
    first, again = books.rates(EUR_1150), books.rates(EUR_1150)
    assert (first.added, again.added, again.already_there) == (1, 0, 1)
    [refusal] = books.rates("EUR;NOK;SP;0;2026-02-02;11.5001").refused
    assert isinstance(refusal, RateDiffersError)
    assert ExchangeRate.objects.get().price == "11.5"
    with pytest.raises(DatabaseError), transaction.atomic():
        ExchangeRate.objects.update(price="12")
    with pytest.raises(UnreadableFileError):
        books.rates("EUR;NOK;SP;0;2026-02-30;11.5")


def test_the_tables_refuse_a_voucher_without_values_and_another_value_of_an_item(
    books: Books,
) -> None:
    books.rates(EUR_1150, EUR_1170)
    invoice = books.invoice()
    with pytest.raises(DatabaseError), transaction.atomic():
        OpenItem.objects.filter(pk=invoice.pk).update(value_minor=1)
    books.paid(100_00, books.eur)
    books.reconcile()
    with pytest.raises(DatabaseError), transaction.atomic():
        Posting.objects.update(value_minor=1)


def _as_before_there_were_rates() -> None:
    """The postings in euro lose their values, as the migration leaves old ones."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE store_posting DISABLE TRIGGER posting_unchanged")
        else:
            cursor.execute("DROP TRIGGER posting_unchanged")
        cursor.execute("UPDATE store_posting SET value_minor = NULL WHERE currency = 'EUR'")


def test_verify_names_an_old_voucher_without_values_and_the_export_refuses_it(
    books: Books, tmp_path: Path
) -> None:
    books.rates(EUR_1150, "EUR;NOK;SP;0;2026-03-09;11.50")
    books.invoice()
    books.paid(100_00, books.eur)
    books.reconcile()
    _as_before_there_were_rates()
    found = [name for name, subject in books.faults() if subject == "voucher 2026-1"]
    assert found == ["values are known", "values are known"]
    with pytest.raises(CurrencyMismatchError):
        export_saft(company_id=books.company, path=tmp_path / "f.xml", today=date(2026, 5, 1))


def test_a_currency_account_shows_both_currencies(books: Books) -> None:
    books.rates(EUR_1150, EUR_1170)
    books.invoice()
    books.paid(100_00, books.eur)
    books.reconcile()
    standing = {each.account.ledger_account: each for each in standings(books.company)}["1930"]
    assert (standing.ledger_minor, standing.posted_value_minor, standing.unvalued) == (
        100_00, 1170_00, 0,
    )  # fmt: skip


def test_saft_has_both_currencies_and_the_rate(books: Books, tmp_path: Path) -> None:
    books.rates(EUR_1150, EUR_1170)
    books.invoice()
    books.paid(100_00, books.eur)
    books.reconcile()
    file = tmp_path / "f.xml"
    export_saft(company_id=books.company, path=file, today=date(2026, 5, 1))
    text = file.read_text(encoding="utf-8")
    assert (
        "<DebitAmount><Amount>1170.00</Amount><CurrencyCode>EUR</CurrencyCode>"
        "<CurrencyAmount>100.00</CurrencyAmount><ExchangeRate>11.70</ExchangeRate></DebitAmount>"
    ) in text
    assert "<CreditAmount><Amount>20.00</Amount></CreditAmount>" in text
