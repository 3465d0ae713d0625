"""The documents and payments of a bulk set, made as they stream, with the truth about each.

The mix is the one the matching engine was measured on (docs/matching.md): of the customers'
payments 66 % have the right KID, 4 % pay another amount under it, 10 % have nothing but the
account, 6 % name the number in the text, 5 % pay several invoices at once, 2 % mistype the KID,
3 % pay half without a reference, 4 % settle nothing. Between them stand traps: order numbers,
dates and phone numbers that look like invoice numbers, halves that equal another invoice, equal
amounts by accident, customers of equal name, and payments to suppliers.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from avstem.domain import kid as kids
from avstem.domain.calendar import next_bank_day
from avstem.domain.money import Money
from avstem.domain.open_item import Document, ItemKind, Party
from avstem.testbank.names import (
    company_name,
    make_account,
    make_orgnr,
    private_name,
)
from avstem.testbank.truth import Settles

FIRST_DAY = date(2025, 1, 2)
DAYS = 350
_KID_CHARACTERS = 10
_NUMBER_FIRST = 100_001
_PRICES = 60
_SUPPLIERS = 200
_SUPPLIER_SHARE = 0.05
_ITEMS_PER_CUSTOMER = 20


@dataclass(frozen=True, slots=True)
class Line:
    """One payment as the bank will show it, and what it settles."""

    booking_date: date
    amount: Money
    family: str
    is_certain: bool
    name: str
    account: str
    settles: tuple[Settles, ...] = ()
    kid: str | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Customer:
    """Who is invoiced, and the account that pays."""

    party: Party
    account: str


class LineMaker:
    """Makes documents and lines from a seed; the same seed makes the same ones.

    A document always comes out before the line that pays it, and lines by day. There are never
    fewer documents than the lines need (about 1.06 each), however few `open_items` asks for.
    """

    def __init__(self, *, seed: int, transactions: int, open_items: int) -> None:
        self.random = Random(seed)
        self.seed = seed
        self.transactions = transactions
        self.open_items = open_items
        self.documents: list[Document] = []
        self.document_count = 0
        self.line_count = 0
        self.base = FIRST_DAY
        self.prices = [self.random.randrange(290, 9_900) * 100 for _ in range(_PRICES)]

    def stream(self) -> Iterator[Document | Line]:
        """All documents and lines."""
        waiting: dict[date, list[Line]] = {}
        customers = max(20, self.open_items // _ITEMS_PER_CUSTOMER)
        while self.line_count < self.transactions:
            customer = self._customer(self.random.randrange(customers))
            for line in self._visit(customer):
                waiting.setdefault(line.booking_date, []).append(line)
            yield from self._take_documents()
            for day in sorted(day for day in waiting if day < self.base):
                yield from waiting.pop(day)
        for day in sorted(waiting):
            yield from waiting[day]

    def _visit(self, customer: Customer) -> Iterator[Line]:
        """Some payments of one customer within a week, and what stays unpaid."""
        for _ in range(self.random.randint(1, 6)):
            if self.line_count == self.transactions:
                return
            self.line_count += 1
            self.base = FIRST_DAY + timedelta(self.line_count * DAYS // self.transactions)
            if self.random.random() < _SUPPLIER_SHARE:
                yield self._supplier_line()
            else:
                make = self.random.choices(_FAMILIES, _WEIGHTS)[0]
                yield make(self, customer)
            while self.document_count * self.transactions < self.open_items * self.line_count:
                self.invoice(customer)

    def _take_documents(self) -> list[Document]:
        taken, self.documents = self.documents, []
        return taken

    def _customer(self, index: int) -> Customer:
        """The customer of that index, the same whenever asked; one in four is a private person."""
        random = Random(self.seed * 1_000_003 + index)
        if random.random() < 0.25:
            party = Party(private_name(random))
        else:
            party = Party(company_name(random), make_orgnr(1_000 + index))
        return Customer(party, make_account(1_000 + index))

    def invoice(self, customer: Customer, minor: int | None = None) -> Document:
        """A new invoice of the customer, older than any payment made now."""
        number = _NUMBER_FIRST + self.document_count
        self.document_count += 1
        issued = self.base - timedelta(self.random.randint(15, 45))
        document = Document(
            kind=ItemKind.CUSTOMER_INVOICE,
            number=str(number),
            party=customer.party,
            invoice_date=issued,
            amount=Money(minor or self._amount(), "NOK"),
            due_date=issued + timedelta(14),
            kid=kids.make_kid(number, _KID_CHARACTERS),
            party_account=customer.account,
        )
        self.documents.append(document)
        return document

    def _amount(self) -> int:
        """Minor units: a list price, whole kroner, or odd øre."""
        kind = self.random.random()
        if kind < 0.3:
            return self.random.choice(self.prices)
        if kind < 0.6:
            return self.random.randrange(200, 60_000) * 100
        return self.random.randrange(20_000, 6_000_000)

    def line(
        self, customer: Customer, family: str, is_certain: bool, *settles: Settles,
        amount: Money | None = None, kid: str | None = None, text: str = "",
    ) -> Line:  # fmt: skip
        """A payment some days from now; its amount is what it settles if not told."""
        paid = amount or Money(sum(each.amount.minor for each in settles), "NOK")
        day = next_bank_day(self.base + timedelta(self.random.randint(0, 5)))
        return Line(
            day, paid, family, is_certain, customer.party.name, customer.account,
            settles, kid, text,
        )  # fmt: skip

    def trap_text(self) -> str:
        """Text without meaning for us, whose numbers look as if they had."""
        near = _NUMBER_FIRST + self.random.randrange(self.document_count + 1)
        return self.random.choice((
            "", "", "Betaling", f"Ordre {near}", f"Vår ref {self.random.randint(1, 999)}",
            f"Tlf 9{self.random.randint(1_000_000, 9_999_999)}",
            f"Gjelder {self.base:%d.%m.%Y}", f"Bestilling {self.random.randint(10_000, 999_999)}",
        ))  # fmt: skip

    def _supplier_line(self) -> Line:
        """A payment to a supplier: most with its KID, the others with its number."""
        index = self.random.randrange(_SUPPLIERS)
        random = Random(self.seed * 1_000_003 - 1 - index)
        supplier = Customer(Party(company_name(random), make_orgnr(index)), make_account(index))
        self.document_count += 1
        number = f"{self.random.randint(10, 99)}-{self.document_count}"
        issued = self.base - timedelta(self.random.randint(15, 45))
        kid = None
        if self.random.random() < 0.8:
            kid = kids.make_kid(self.document_count * 7 + 40_000_000_000, 12)
        document = Document(
            ItemKind.SUPPLIER_INVOICE, number, supplier.party, issued,
            Money(self._amount(), "NOK"), issued + timedelta(14), kid, supplier.account,
        )  # fmt: skip
        self.documents.append(document)
        return self.line(
            supplier, "supplier", kid is not None, Settles(document, document.amount),
            amount=-document.amount, kid=kid, text="" if kid else f"Faktura {number}",
        )  # fmt: skip


def _right_kid(maker: LineMaker, customer: Customer) -> Line:
    document = maker.invoice(customer)
    settles = Settles(document, document.amount)
    return maker.line(customer, "right_kid", True, settles, kid=document.kid)


def _kid_other_amount(maker: LineMaker, customer: Customer) -> Line:
    document = maker.invoice(customer)
    whole = document.amount.minor
    if maker.random.random() < 0.6:
        paid = max(1, whole * maker.random.randint(10, 90) // 100)
        family = "kid_part"
    else:
        paid = whole + maker.random.randrange(100, 50_000)
        family = "kid_overpaid"
    settles = Settles(document, Money(min(paid, whole), "NOK"))
    return maker.line(customer, family, True, settles, amount=Money(paid, "NOK"), kid=document.kid)


def _account_only(maker: LineMaker, customer: Customer) -> Line:
    document = maker.invoice(customer)
    settles = Settles(document, document.amount)
    return maker.line(customer, "account_only", False, settles, text=maker.trap_text())


def _number_in_text(maker: LineMaker, customer: Customer) -> Line:
    document = maker.invoice(customer)
    text = maker.random.choice(("Faktura {}", "Fakturanr. {} takk", "inv {}", "fakt {} Mvh"))
    settles = Settles(document, document.amount)
    return maker.line(customer, "number_in_text", True, settles, text=text.format(document.number))


def _collective(maker: LineMaker, customer: Customer) -> Line:
    documents = [maker.invoice(customer) for _ in range(maker.random.randint(2, 5))]
    settles = [Settles(each, each.amount) for each in documents]
    if maker.random.random() < 0.4:
        return maker.line(customer, "collective_unnamed", False, *settles)
    text = "Gjelder faktura " + ", ".join(each.number for each in documents)
    return maker.line(customer, "collective_named", True, *settles, text=text)


def _mistyped_kid(maker: LineMaker, customer: Customer) -> Line:
    document = maker.invoice(customer)
    assert document.kid is not None, "modulus 10 always has a digit"
    typed = mistype(document.kid, maker.random)
    settles = Settles(document, document.amount)
    return maker.line(customer, "mistyped_kid", False, settles, kid=typed)


def mistype(kid: str, random: Random) -> str:
    """The KID with one digit wrong, so that no check digit fits."""
    while True:
        place = random.randrange(len(kid))
        typed = kid[:place] + str(random.randrange(10)) + kid[place + 1 :]
        if not kids.is_valid(typed):
            return typed


def _half(maker: LineMaker, customer: Customer) -> Line:
    document = maker.invoice(customer)
    half = Money(document.amount.minor // 2, "NOK")
    if maker.random.random() < 0.25:
        maker.invoice(customer, half.minor)  # the trap: another invoice of just that amount
    settles = Settles(document, half)
    return maker.line(customer, "half", False, settles, text=maker.trap_text())


def _nothing(maker: LineMaker, customer: Customer) -> Line:
    if maker.random.random() < 0.5:
        stranger = Party(private_name(maker.random))
        customer = Customer(stranger, make_account(maker.random.randrange(10**6, 2 * 10**6)))
    amount = Money(maker.random.randrange(1_000, 3_000_000), "NOK")
    return maker.line(customer, "nothing", False, amount=amount, text=maker.trap_text())


_FAMILIES: tuple[Callable[[LineMaker, Customer], Line], ...] = (
    _right_kid, _kid_other_amount, _account_only, _number_in_text, _collective,
    _mistyped_kid, _half, _nothing,
)  # fmt: skip
_WEIGHTS = (66, 4, 10, 6, 5, 2, 3, 4)
