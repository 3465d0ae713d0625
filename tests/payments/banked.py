"""A company that pays its bills at the practice bank, by folders; all names are invented."""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db.models import Sum

from avstem.domain.money import Money
from avstem.services.add_account import NewAccount, add_account
from avstem.services.add_transaction import add_transaction
from avstem.services.add_user import add_user
from avstem.services.approve_payments import approve_payments
from avstem.services.book_transaction import book_transaction
from avstem.services.import_invoices import import_invoices
from avstem.services.verify import verify
from avstem.store.models import (
    BankTransaction,
    OpenItem,
    PaymentEvent,
    PaymentOrder,
    Posting,
    Voucher,
)
from avstem.testbank.bank import Bank, Ways
from tests.payments.books import HEADER
from tests.support.bank_life import PERSON, Client, account_at

#: A Tuesday, before the bank's first run.
START = datetime(2026, 11, 24, 7, 0)
TODAY = START.date()
USER, SLUG = "kunde", "dnb"
OPENING = Money(10_000_000_00, "NOK")
CLEARING, PAYABLES, BANK, CHARGES = "2990", "2400", "1920", "7770"


@dataclass
class Banked(Client):
    """The company, its bank, and what its books say."""

    iban: str = ""

    @classmethod
    def open(cls, folder: Path, ways: Ways | None = None, *, orgnr: str = "974760673") -> "Banked":
        """With an active agreement for payments; everything comes and goes by folders."""
        bank = Bank(folder / "bank", start=START)
        bank.add_customer(USER, "Prøve AS", ways)
        iban = bank.open_account(USER, OPENING, iban=account_at(SLUG, 1))
        bank.activate(iban)
        client = cls(bank, orgnr, folder, iban=iban)
        client.order(SLUG, [client.add_account(iban, BANK, OPENING)])
        client.connect_folder(SLUG, USER)
        client.confirm(SLUG)
        return client

    def bills(self, *lines: str) -> None:
        """Taken in by somebody who does not approve payments."""
        self.serial += 1
        path = self.folder / f"bills{self.serial}.csv"
        path.write_text("\n".join([HEADER, *lines]) + "\n", "utf-8")
        by = {**self.by, "actor": "faktura@example.no"}
        answer = import_invoices(path=path, name=path.name, **by)
        assert not answer.refused, [str(each.refusal) for each in answer.refused]

    def add_person(self, email: str, role: str) -> None:
        add_user(email=email, role=role, **self.by)

    def pay(self) -> None:
        """Everything that is ready goes to the bank."""
        self.approve_all()
        self.send_payments()

    def approve(self, *orders: PaymentOrder, person: str = PERSON, reason: str = "") -> None:
        approve_payments(
            company_id=self.company, order_ids=[each.pk for each in orders], reason=reason,
            seen={each.pk: each.order_hash for each in orders}, person=person, now=self.now,
        )  # fmt: skip

    def until(self, moment: datetime | date) -> None:
        """The bank's time passes, then we fetch and match."""
        self.bank.advance_to(moment)
        done = self.round()
        for each in done.fetched:
            assert not (each.set_aside or each.failed), (each.set_aside, each.failed)

    def orders(self) -> list[PaymentOrder]:
        rows = PaymentOrder.objects.filter(company_id=self.company)
        return list(rows.select_related("item", "account").order_by("pk"))

    def order_of(self, number: str) -> PaymentOrder:
        return [each for each in self.orders() if each.item and each.item.number == number][-1]

    def states(self) -> list[str]:
        return [each.state for each in self.orders()]

    def left(self, number: str) -> int:
        return OpenItem.objects.get(company_id=self.company, number=number).remaining_minor

    def balance(self, account: str) -> int:
        rows = Posting.objects.filter(company_id=self.company, account=account)
        return int(rows.aggregate(sum=Sum("amount_minor", default=0))["sum"])

    def debits(self) -> list[BankTransaction]:
        rows = BankTransaction.objects.filter(company_id=self.company, amount_minor__lt=0)
        return list(rows.exclude(state="superseded").order_by("pk"))

    def timeline(self, number: str) -> list[str]:
        rows = PaymentEvent.objects.filter(order=self.order_of(number)).order_by("pk")
        return [each.kind for each in rows]

    def vouchers(self) -> list[list[tuple[str, int]]]:
        """Each voucher as its accounts and amounts in øre."""
        found = []
        for voucher in Voucher.objects.filter(company_id=self.company).order_by("pk"):
            lines = Posting.objects.filter(voucher=voucher).order_by("position")
            found.append([(line.account, line.amount_minor) for line in lines])
        return found

    def type_in(self, day: date, minor: int, text: str) -> BankTransaction:
        """A transaction by hand, on an account without an agreement."""
        account = add_account(
            account=NewAccount(account_at("nordea", 9), "operating", "1930"), **self.by
        )
        return add_transaction(
            account_id=account.pk, booking_date=day, amount_minor=minor, text=text, **self.by
        )

    def settle_by_hand(self, transaction: BankTransaction, number: str) -> None:
        item = OpenItem.objects.get(company_id=self.company, number=number)
        book_transaction(
            transaction_id=transaction.pk, settlements=[(item.pk, item.remaining_minor)],
            lines=[], **self.by,
        )  # fmt: skip

    def faults(self) -> list[Any]:
        return [each for each in verify() if each.faults]
