"""The company of the families: its customers, suppliers, documents and bank lines as they come up.

Customers have equal names by accident, prices come again, and invoices stay unpaid: a line is never
alone with what it pays.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random
from typing import Any

from avstem.domain import kid as kids
from avstem.domain.calendar import next_bank_day
from avstem.domain.money import Money
from avstem.domain.open_item import Document, ItemKind, Party
from avstem.domain.settlement import Settlement
from avstem.domain.statement import Reference, Transaction
from avstem.testbank.families.label import (
    Answer,
    Label,
    LabelledLine,
    Payer,
    Sent,
    full,
    signed_minor,
)
from avstem.testbank.names import company_name, make_account, make_orgnr, private_name
from avstem.testbank.truth import Settles

FIRST_DAY = date(2025, 1, 2)
DAYS = 350
OWN_ACCOUNTS = (make_account(899_999), make_account(899_998))
OWN_NAME = "Storvolum Elektro AS"
#: The till, whose account has no number of a bank's.
CASH_ACCOUNT = 2
FACTOR_ACCOUNT = make_account(899_997)
_LINES_PER_CUSTOMER = 6
_SUPPLIERS = 150
_PRICES = 60
_KID_CHARACTERS = 11


class World:
    """What the families make: `documents`, `lines`, and what was `paid` and `sent` before.

    The same seed makes the same world. `family` names the lines that are made now.
    """

    def __init__(self, seed: int, lines_wanted: int) -> None:
        self.random = Random(seed)
        self.lines_wanted = lines_wanted
        self.base = FIRST_DAY
        self.family = ""
        self.documents: list[Document] = []
        self.lines: list[LabelledLine] = []
        self.paid: list[LabelledLine] = []
        self.sent: list[Sent] = []
        self.number = self.random.choice((20_001, 100_001, 260_001, 7_100_001))
        self.short_number = 1_001
        self.numbers: set[str] = set()
        self._accounts = 1_000
        self.prices = [self.random.randrange(290, 9_900) * 100 for _ in range(_PRICES)]
        pool = max(10, lines_wanted // _LINES_PER_CUSTOMER)
        self._customers = [self.fresh_customer() for _ in range(pool)]
        self._suppliers = [self.fresh_supplier() for _ in range(_SUPPLIERS)]
        self.factor = Payer(Party("Nordisk Factoring AS", make_orgnr(440_000)), FACTOR_ACCOUNT)

    def move_on(self) -> None:
        """The day of what is made next follows how far the set has come."""
        self.base = FIRST_DAY + timedelta(len(self.lines) * DAYS // self.lines_wanted)

    # Who

    def customer(self) -> Payer:
        """One of the regular customers, who pays and owes in other situations too."""
        return self.random.choice(self._customers)

    def supplier(self) -> Payer:
        """One of the regular suppliers."""
        return self.random.choice(self._suppliers)

    def fresh_customer(self, name: str = "", *, is_known: bool = True) -> Payer:
        """A customer whom nothing else is about; one in four is a private person."""
        if not name and self.random.random() < 0.25:
            return Payer(Party(private_name(self.random)), self._account(), is_known)
        party = Party(name or company_name(self.random), make_orgnr(self._accounts + 1))
        return Payer(party, self._account(), is_known)

    def fresh_supplier(self, *, is_known: bool = True) -> Payer:
        """A supplier whom nothing else is about."""
        return self.fresh_customer(company_name(self.random), is_known=is_known)

    def stranger(self) -> Payer:
        """Somebody who owes nothing and is owed nothing."""
        return Payer(Party(private_name(self.random)), self._account(), is_known=False)

    def _account(self) -> str:
        self._accounts += 1
        return make_account(self._accounts)

    # How much

    def amount(self) -> int:
        """Minor units: a list price, whole kroner, or odd øre."""
        kind = self.random.random()
        if kind < 0.3:
            return self.random.choice(self.prices)
        return self.random.randrange(200, 60_000) * 100 if kind < 0.6 else self.odd_amount()

    def odd_amount(self) -> int:
        """An amount that says something: kroner and øre, none of them round."""
        return self.random.randrange(200, 60_000) * 100 + self.random.randrange(1, 100)

    # Documents

    def invoice(
        self,
        payer: Payer,
        minor: int = 0,
        *,
        number: str = "",
        kid: str = "",
        currency: str = "NOK",
        **terms: Any,
    ) -> Document:
        """A new invoice to the customer, older than any payment made now.

        `terms` are what else stands on it: `vat_code`, `order_number`, `discounts`.
        """
        kid = kid or (self.new_kid() if number else "")
        number = number or self._next_number()
        assert number not in self.numbers, "own documents have numbers of their own"
        self.numbers.add(number)
        return self._issue(ItemKind.CUSTOMER_INVOICE, payer, minor, number, kid, currency, **terms)

    def short_invoice(self, payer: Payer, minor: int = 0) -> Document:
        """An invoice with a number of four digits, as a small company has."""
        self.short_number += 1
        return self.invoice(payer, minor, number=str(self.short_number))

    def credit_note(self, payer: Payer, minor: int = 0, *, number: str = "") -> Document:
        """A new credit note to the customer."""
        number = number or self._next_number()
        return self._issue(ItemKind.CUSTOMER_CREDIT_NOTE, payer, minor, number, "")

    def bill(
        self, payer: Payer, minor: int = 0, *, number: str = "", kid: str = "", **terms: Any
    ) -> Document:
        """A new bill of the supplier; suppliers number as they like."""
        number = number or f"{self.random.randint(10, 99)}{len(self.documents) + 10_000}"
        return self._issue(ItemKind.SUPPLIER_INVOICE, payer, minor, number, kid, **terms)

    def supplier_credit(self, payer: Payer, minor: int = 0) -> Document:
        """A credit note of the supplier."""
        number = f"9{len(self.documents) + 100_000}"
        return self._issue(ItemKind.SUPPLIER_CREDIT_NOTE, payer, minor, number, "")

    def paid_invoice(self, payer: Payer, minor: int = 0) -> Document:
        """An invoice that was paid with its KID in an earlier run."""
        document = self.invoice(payer, minor)
        self._pay_before(document, payer)
        return document

    def paid_bill(self, payer: Payer, end_to_end_id: str) -> Document:
        """A bill that was paid with its KID in an earlier run."""
        document = self.bill(payer, kid=self.new_kid())
        self._pay_before(document, payer, end_to_end_id)
        return document

    def new_kid(self) -> str:
        """A right KID that nothing else has."""
        return kids.with_check_digit(f"77{len(self.documents) + 1:09d}{len(self.lines):07d}",
                                     kids.Modulus.TEN)  # fmt: skip

    def _next_number(self) -> str:
        self.number += 1
        while str(self.number) in self.numbers:
            self.number += 1
        return str(self.number)

    def _issue(
        self, kind: ItemKind, payer: Payer, minor: int, number: str, kid: str,
        currency: str = "NOK", **terms: Any,
    ) -> Document:  # fmt: skip
        issued = self.base - timedelta(self.random.randint(15, 45))
        if kind is ItemKind.CUSTOMER_INVOICE and not kid:
            kid = kids.make_kid(int(number), _KID_CHARACTERS) or ""
        document = Document(
            kind=kind,
            number=number,
            party=payer.party,
            invoice_date=issued,
            amount=Money(minor or self.amount(), currency),
            due_date=issued + timedelta(14),
            kid=kid or None,
            party_account=payer.account if payer.is_known else None,
            **terms,
        )
        self.documents.append(document)
        return document

    # Bank lines

    def pay(
        self, answer: Answer, by: Payer | None, settles: tuple[Settles, ...] = (), *,
        minor: int = 0, kid: str | None = None, references: Sequence[Reference] = (),
        text: str = "", charges: int = 0, rest_of: Party | None = None, ledger: str = "",
        reopens: tuple[Settles, ...] = (), must_ask: bool = False,
        also: tuple[tuple[Settles, ...], ...] = (), code: str = "", on: int = 0,
        days: int | None = None, end_to_end_id: str | None = None, batch: str | None = None,
        bank_reference: str | None = None, is_return: bool = False,
        beside: tuple[tuple[str, int], ...] = (), payout: Settlement | None = None,
    ) -> None:  # fmt: skip
        """A line of the bank: `by` pays `minor` (signed; all of `settles` if not told).

        `days` from now, a few if not told. What is paid beyond the documents is `rest_of`'s,
        `beside` what is posted with them.
        """
        minor = minor or signed_minor(settles) - charges - sum(each for _, each in beside)
        if kid:
            references = [Reference("kid", kid), *references]
        transaction = Transaction(
            amount=Money(minor, "NOK"),
            bank_reference=bank_reference,
            end_to_end_id=end_to_end_id,
            payment_information_id=batch,
            counterparty=by.party.name if by else None,
            counterparty_account=(by.account or None) if by else None,
            references=tuple(references),
            remittance=(text,) if text else (),
            charges=Money(charges, "NOK") if charges else None,
            is_return=is_return,
        )
        label = Label(
            self.family, answer, settles, rest_of, ledger, reopens, must_ask, also, beside
        )
        self.lines.append(LabelledLine(self.day(days), transaction, label, on, code, payout))

    def day(self, days: int | None = None) -> date:
        """The bank day so many days from now; within the week if not told."""
        apart = self.random.randint(0, 5) if days is None else days
        return next_bank_day(self.base + timedelta(apart))

    def _pay_before(self, document: Document, payer: Payer, end_to_end_id: str = "") -> None:
        """The payment that a run before this one has booked."""
        transaction = Transaction(
            amount=document.amount if document.kind.direction > 0 else -document.amount,
            bank_reference=f"H{len(self.paid):011d}",
            end_to_end_id=end_to_end_id or None,
            counterparty=payer.party.name,
            counterparty_account=payer.account,
            references=(Reference("kid", document.kid or ""),),
        )
        label = Label("paid_before", Answer.CERTAIN, full(document))
        day = next_bank_day(document.invoice_date + timedelta(7))
        self.paid.append(LabelledLine(day, transaction, label))
