"""The whole life of an agreement with each bank of the directory, in that bank's own dialect."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from _pytest.mark import ParameterSet

from avstem.banks.directory import all_banks, bank_of_account
from avstem.banks.order_guide import order_guide
from avstem.domain.calendar import next_bank_day
from avstem.domain.errors import WaitingForBankError
from avstem.domain.money import Money
from avstem.services.add_transaction import add_transaction
from avstem.services.agreement_status import AccountStatus, AgreementStatus, agreement_status
from avstem.services.deactivate_activation import deactivate_activation
from avstem.services.note_order_sent import note_order_sent
from avstem.services.verify import verify
from avstem.store.models import BankAccount, BankTransaction, PaymentOrder
from avstem.testbank.account_truth import true_payments, true_transactions
from avstem.testbank.backoffice.dialects import ways_of
from avstem.testbank.bank import Bank, PayIn
from avstem.testbank.names import make_orgnr
from avstem.testbank.server import SignIn, serving
from tests.support.bank_life import Client, account_at, bill, kid_of, sale

pytestmark = pytest.mark.django_db

#: A Tuesday, before the bank's first run.
START = datetime(2026, 11, 24, 7, 0)
TODAY = START.date()
MORNING = time(7, 0)
OPENING = Money(100_000_00, "NOK")
USER = "kunde"
SUPPLIER = account_at("pareto-bank", 77)
BANKS = [each.slug for each in all_banks()]
#: One bank of each dialect, which lives on PostgreSQL too.
OF_EACH_DIALECT = {each.dialect: each.slug for each in all_banks()}.values()
#: The report of the running day is never money; other tests have it.
SERVICES = ("statements", "notifications", "ocr", "payments")


@pytest.fixture(autouse=True)
def keys(tmp_path: Path, settings: Any) -> None:
    settings.CREDENTIAL_KEYS = ""
    settings.CREDENTIAL_KEYS_FILE = tmp_path / "credentials.key"


class Life:
    """One company's life with one bank, a step a method, in the order of a year."""

    def __init__(self, folder: Path, bank: Bank, slug: str) -> None:
        self.bank, self.slug = bank, slug
        bank.add_customer(USER, "Prøve AS", ways_of(slug))
        self.iban = bank.open_account(USER, OPENING, iban=account_at(slug, BANKS.index(slug)))
        self.client = Client(bank, make_orgnr(BANKS.index(slug)), folder)
        self.account: BankAccount = self.client.add_account(self.iban, "1920", OPENING)

    def type_in(self, day: date, kroner: int) -> None:
        """A transaction by hand."""
        add_transaction(
            account_id=self.account.pk, booking_date=day, amount_minor=kroner * 100,
            text=f"Innskudd {kroner}", **self.client.by,
        )  # fmt: skip

    def agreement(self) -> AgreementStatus:
        [found] = agreement_status(company_id=self.client.company, now=self.client.now)
        return found

    def account_status(self) -> AccountStatus:
        [account] = self.agreement().accounts
        return account

    def order(self, sign_in: SignIn) -> None:
        """The number tells the bank; the order goes to it by what it says of itself."""
        found = bank_of_account(self.iban)
        assert found is not None
        assert found.slug == self.slug
        assert order_guide(found).ways
        self.client.order(self.slug, [self.account])
        by = {**self.client.by, "agreement_id": self.client.agreements[self.slug]}
        note_order_sent(**by)
        self.client.connect_sftp(self.slug, sign_in)
        self.bank.order(self.iban, SERVICES)

    def wait(self) -> None:
        """Until the bank has made it active; nothing is fetched meanwhile."""
        assert self.client.round().fetched == []
        while set(self.bank.agreements(self.iban).values()) != {"active"}:
            self.bank.advance_to(self.bank.now + timedelta(days=1))
        self.client.confirm(self.slug)

    @property
    def today(self) -> date:
        return self.bank.now.date()

    def pay_in(self, kroner: int, kid: str | None = None) -> None:
        money = Money(kroner * 100, "NOK")
        self.bank.pay_in(self.iban, [PayIn(money, "Kari Nordmann", kid=kid)])

    def until_statement(self) -> None:
        """The next bank morning, and its round; nothing is set aside and nothing fails."""
        self.bank.advance_to(datetime.combine(next_bank_day(self.today + timedelta(1)), MORNING))
        done = self.client.round()
        assert done.unreached == []
        for each in done.fetched:
            assert (each.set_aside, each.failed, each.waiting) == ([], [], [])

    def payment(self) -> PaymentOrder:
        return PaymentOrder.objects.get(company_id=self.client.company)

    def pay(self) -> None:
        """The bill is approved here and, where the bank wants that, there; then it is executed."""
        self.client.approve_all()
        self.client.send_payments()
        assert self.payment().state == "sent"
        needs_approval = self.bank.customers()[0].ways.needs_approval
        self.bank.advance_to(self.bank.now + timedelta(minutes=20))
        self.client.round()
        waits = self.payment().state == "awaiting_bank_approval"
        assert waits is needs_approval
        file = self.payment().file
        assert file is not None
        if needs_approval:
            assert self.bank.approve(USER, file.message_id) == 1

    def transactions(self) -> list[int]:
        rows = BankTransaction.objects.filter(company_id=self.client.company)
        rows = rows.exclude(state="superseded").order_by("booking_date", "pk")
        return list(rows.values_list("amount_minor", flat=True))

    def require_books_as_the_bank(self) -> None:
        """All that the bank has, once, and nothing else."""
        true = [each.amount.minor for each in true_transactions(self.bank, self.iban)]
        assert sorted(self.transactions()) == sorted(true)
        assert OPENING.minor + sum(self.transactions()) == self.bank.balance(self.iban).minor


@pytest.fixture
def life(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[tuple[Life, SignIn]]:
    with Bank(tmp_path / "bank", start=START) as bank:
        found = Life(tmp_path, bank, request.param)
        with serving(bank) as server:
            yield found, server.sign_in(USER)


def _each_bank() -> list[ParameterSet]:
    return [
        pytest.param(slug, id=slug, marks=[pytest.mark.database] if slug in OF_EACH_DIALECT else [])
        for slug in BANKS
    ]


@pytest.mark.parametrize("life", _each_bank(), indirect=True)
def test_from_the_order_to_the_end(life: tuple[Life, SignIn]) -> None:
    it, sign_in = life
    it.client.take_invoices([
        sale(1, "1250.00", issued=TODAY, due=TODAY + timedelta(days=20)),
        bill(2, "400.00", account=SUPPLIER, issued=TODAY, due=TODAY + timedelta(days=3)),
    ])  # fmt: skip
    it.order(sign_in)
    # Until the bank's yes it is the bank that is to tell of these days.
    it.pay_in(10)
    it.bank.advance_to(it.bank.now + timedelta(hours=2))
    with pytest.raises(WaitingForBankError):
        it.type_in(TODAY, 10)
    it.wait()
    # What came meanwhile the bank never tells of.
    it.type_in(TODAY, 10)

    it.until_statement()
    assert it.account_status().first_came
    it.pay_in(1250, kid_of(1))
    it.pay()
    it.until_statement()
    assert it.client.item("1").remaining_minor == 0
    assert [each.state for each in true_payments(it.bank, USER)] == ["executed"]
    assert it.payment().state == "settled"
    assert it.client.item("2").remaining_minor == 0
    it.require_books_as_the_bank()

    _end(it)


def _end(it: Life) -> None:
    """Deactivated, nothing more comes; what came stays, and what is new can be typed."""
    before = it.transactions()
    account = it.account_status().activation
    deactivate_activation(activation_ids=[account.pk], **it.client.by)
    assert it.agreement().agreement.state == "ended"
    it.pay_in(70)
    it.bank.advance_to(it.bank.now + timedelta(days=3))
    assert it.client.round().fetched == []
    assert it.transactions() == before
    it.type_in(it.today, 70)
    assert all(each.faults == () for each in verify(orgnr=it.client.orgnr))
