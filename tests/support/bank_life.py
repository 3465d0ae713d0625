"""A company that lives with the practice bank: real services, the bank's clock, a person's clicks.

The time of everything the company does is the bank's own.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from avstem.banks.directory import bank as bank_by_slug
from avstem.domain.kid import Modulus, with_check_digit
from avstem.domain.money import Money
from avstem.domain.secret import Secret
from avstem.services.add_account import NewAccount, add_account
from avstem.services.add_company import add_company
from avstem.services.approve_payments import approve_payments
from avstem.services.confirm_agreement import confirm_agreement
from avstem.services.connect_agreement import Connection, connect_agreement
from avstem.services.import_invoices import import_invoices
from avstem.services.make_payment_files import make_payment_files
from avstem.services.order_agreement import Order, order_agreement
from avstem.services.prepare_payments import prepare_payments
from avstem.services.send_payment_file import files_to_send, send_payment_file
from avstem.store.models import BankAccount, OpenItem, PaymentOrder
from avstem.testbank.bank import Bank
from avstem.testbank.server import SignIn
from avstem.worker.round import Round, go_round

PERSON = "kari@example.no"
HEADER = "type;number;party_name;party_account;invoice_date;due_date;currency;amount;kid"
_NORWAY = ZoneInfo("Europe/Oslo")
_WEIGHTS = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)


def account_at(slug: str, serial: int) -> str:
    """A right account number (11 digits) of the bank's first number series; no one's."""
    series = bank_by_slug(slug).register_numbers[0]
    for last in range(10):
        payload = f"{series}{100_000 + serial * 10 + last:06d}"
        rest = -sum(int(d) * w for d, w in zip(payload, _WEIGHTS, strict=True)) % 11
        if rest != 10:
            return f"{payload}{rest}"
    raise AssertionError("one in eleven has no check digit, never ten in a row")


def kid_of(number: int) -> str:
    """A right KID for an invoice."""
    return with_check_digit(f"{number:08d}", Modulus.TEN)


@dataclass
class Client:
    """One company with its accounts at the practice bank."""

    bank: Bank
    orgnr: str
    folder: Path
    company: int = 0
    serial: int = 0
    agreements: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.company = add_company(
            orgnr=self.orgnr, name="Prøve AS", actor=PERSON, now=self.now
        ).pk  # fmt: skip

    @property
    def now(self) -> datetime:
        return self.bank.now.replace(tzinfo=_NORWAY).astimezone(UTC)

    @property
    def by(self) -> dict[str, Any]:
        return {"company_id": self.company, "actor": PERSON, "now": self.now}

    def add_account(self, iban: str, ledger_account: str, opening: Money) -> BankAccount:
        """An operating account whose books begin with what is on it today."""
        wanted = NewAccount(
            iban, "operating", ledger_account, from_date=self.bank.now.date(),
            opening_balance=opening.decimal(),
        )  # fmt: skip
        return add_account(account=wanted, **self.by)

    def order(self, slug: str, accounts: Sequence[BankAccount]) -> None:
        """The agreement, from today on."""
        wanted = Order(slug, tuple(each.pk for each in accounts), ocr=True)
        self.agreements[slug] = order_agreement(order=wanted, **self.by).pk

    def connect_sftp(self, slug: str, sign_in: SignIn) -> None:
        """By SFTP, with the password and the bank's own host key."""
        ways = {each.user: each.ways for each in self.bank.customers()}[sign_in.user]
        place = {
            "host": sign_in.host, "port": sign_in.port, "user": sign_in.user,
            "host_keys": [sign_in.host_key], "fetch_folder": ways.folder_out,
            "send_folder": ways.folder_in, "taken_folder": ways.folder_taken,
        }  # fmt: skip
        self._connect(slug, "sftp", place, {"sftp_password": Secret(sign_in.password)})

    def connect_folder(self, slug: str, user: str) -> None:
        """By folders of this machine, into which the bank's own program carries."""
        home = self.bank.homes / user
        ways = {each.user: each.ways for each in self.bank.customers()}[user]
        place = {
            "incoming": str(home / ways.folder_out), "outgoing": str(home / ways.folder_in),
        }  # fmt: skip
        self._connect(slug, "folder", place, {})

    def _connect(
        self, slug: str, channel: str, place: dict[str, Any], secrets: dict[str, Secret]
    ) -> None:
        connection = Connection(channel, place, secrets, sender_id="12345678", division_id="001")
        connect_agreement(agreement_id=self.agreements[slug], connection=connection, **self.by)

    def confirm(self, slug: str) -> None:
        """The bank's letter has come: it is active."""
        confirm_agreement(agreement_id=self.agreements[slug], **self.by)

    def take_invoices(self, lines: Iterable[str], importer: str = "faktura@example.no") -> None:
        """Lines of invoices.csv by `sale` and `bill`; who takes in an account may not approve it."""
        self.serial += 1
        path = self.folder / f"invoices{self.serial}.csv"
        path.write_text("\n".join([HEADER, *lines]) + "\n", "utf-8")
        by = {**self.by, "actor": importer}
        answer = import_invoices(path=path, name=path.name, **by)
        assert not answer.refused, [str(each.refusal) for each in answer.refused]

    def item(self, number: str) -> OpenItem:
        return OpenItem.objects.get(company_id=self.company, number=number)

    def round(self, **more: Any) -> Round:
        return go_round(**self.by, **more)

    def approve_all(self) -> list[PaymentOrder]:
        """What is ready is prepared, looked at and approved."""
        prepare_payments(**self.by)
        rows = PaymentOrder.objects.filter(company_id=self.company, state="awaiting_approval")
        waiting = list(rows)
        if waiting:
            approve_payments(
                company_id=self.company, order_ids=[each.pk for each in waiting],
                seen={each.pk: each.order_hash for each in waiting}, person=PERSON, now=self.now,
            )  # fmt: skip
        return waiting

    def send_payments(self) -> None:
        """Approved payments go to the bank; those that a person must see again stay here."""
        make_payment_files(**self.by)
        for file_id in files_to_send(self.company):
            send_payment_file(file_id=file_id, **self.by)


def sale(number: int, amount: str, *, issued: date, due: date, party: str = "Kari Nordmann") -> str:
    """A customer's invoice with a KID."""
    return f"customer_invoice;{number};{party};;{issued};{due};NOK;{amount};{kid_of(number)}"


def bill(
    number: int, amount: str, *, account: str, issued: date, due: date, party: str = "Rør AS"
) -> str:
    """A supplier's invoice."""
    return f"supplier_invoice;{number};{party};{account};{issued};{due};NOK;{amount};"
