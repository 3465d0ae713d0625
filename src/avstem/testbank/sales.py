"""The demo company's customers: what they are invoiced, and the many ways in which they pay."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from avstem.domain import kid as kids
from avstem.domain.calendar import next_bank_day
from avstem.domain.money import Money
from avstem.domain.open_item import Document, ItemKind, Party
from avstem.domain.statement import Reference
from avstem.testbank.bulk_lines import Customer, mistype
from avstem.testbank.names import company_name, make_account, make_orgnr, private_name
from avstem.testbank.payments import OPERATING, BankLine, kroner
from avstem.testbank.truth import Settles

_JOBS = (
    "Bytte av sikringsskap", "Montering av elbillader", "Feilsøking jordfeil", "Nye stikkontakter",
    "Belysning i hage", "Varmekabler på bad", "Rehabilitering av anlegg", "Elkontroll bolig",
)  # fmt: skip
# Names that are easily taken for each other.
_ALIKE = (
    ("Kåre Bråten", False), ("Kari Bråten", False), ("Åse Sørli", False), ("Åse Sørlie", False),
    ("Haugen Eiendom AS", True), ("Haugen Eiendom Drift AS", True),
    ("Borettslaget Fjellsyn", True), ("Borettslaget Fjellsyn II", True),
)  # fmt: skip
_CUSTOMERS = 48
_CONTRACTS = 6
_NUMBER_FIRST = 20_401
_HOUR = 98_500


@dataclass
class Sales:
    """Invoices and payments as they are made; `kid_characters` (8 to 12) is the KID agreement."""

    random: Random
    end: date
    kid_characters: int
    documents: list[Document] = field(default_factory=list)
    lines: list[BankLine] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.customers = _customers(self.random)
        self.deck: list[Callable[[Sales, Customer, date], None]] = []

    def month(self, first: date) -> None:
        """A month's service contracts and jobs, 12 to 30 of them."""
        for number, customer in enumerate(self.customers[:_CONTRACTS]):
            price = (149_000, 249_000)[number % 2]
            document = self.invoice(customer, first, price, "Serviceavtale, månedlig")
            # One of them never uses the KID: which month is paid must be asked.
            self.pay(customer, document, "contract", uses_kid=number != 0)
        # By day, so that numbers rise with the dates as the law on invoices asks.
        for day in sorted(self.random.randint(0, 27) for _ in range(self.random.randint(12, 30))):
            if not self.deck:
                self.deck = list(_BEHAVIOURS)
                self.random.shuffle(self.deck)
            customer = self.random.choice(self.customers[_CONTRACTS:])
            self.deck.pop()(self, customer, first + timedelta(day))

    def invoice(
        self, customer: Customer, day: date, minor: int | None = None, text: str | None = None
    ) -> Document:
        """Write an invoice, due in 14 days; a job costs from 1 000 to 30 000 kroner."""
        random = self.random
        work, material = random.randint(1, 20) * _HOUR, random.randrange(5_000, 1_000_000)
        cost = minor or work + material
        number = _NUMBER_FIRST + len(self.documents)
        document = Document(
            ItemKind.CUSTOMER_INVOICE, str(number), customer.party, day, kroner(cost),
            day + timedelta(14), kids.make_kid(number, self.kid_characters),
            customer.account, text or random.choice(_JOBS),
        )  # fmt: skip
        self.documents.append(document)
        return document

    def credit_note(self, customer: Customer, invoice: Document) -> Document:
        """Take back a tenth of an invoice three days later."""
        number = _NUMBER_FIRST + len(self.documents)
        note = Document(
            ItemKind.CUSTOMER_CREDIT_NOTE, str(number), customer.party,
            invoice.invoice_date + timedelta(3), kroner(invoice.amount.minor // 10),
            party_account=customer.account, description=f"Reklamasjon faktura {invoice.number}",
        )  # fmt: skip
        self.documents.append(note)
        return note

    def pay(
        self, payer: Customer, document: Document, family: str, *, uses_kid: bool = True,
        amount: Money | None = None, settled: Money | None = None, after: int | None = None,
        is_certain: bool | None = None, settles_nothing: bool = False, text: str = "",
        kid: str | None = None,
    ) -> None:  # fmt: skip
        """One payment of an invoice, `after` days past its due date (else up to a week before)."""
        paid = amount or document.amount
        reference = kid or (document.kid if uses_kid else None)
        settles = () if settles_nothing else (Settles(document, settled or paid),)
        self.add(
            payer, self._due(document, after), family, paid, settles,
            is_certain=uses_kid and kid is None if is_certain is None else is_certain,
            references=(Reference("kid", reference),) if reference else (), text=text,
        )  # fmt: skip

    def _due(self, document: Document, after: int | None) -> date:
        assert document.due_date is not None, "our invoices are due"
        return document.due_date + timedelta(-self.random.randint(0, 7) if after is None else after)

    def add(
        self, payer: Customer, day: date, family: str, amount: Money,
        settles: tuple[Settles, ...], *, is_certain: bool,
        references: tuple[Reference, ...] = (), text: str = "",
    ) -> None:  # fmt: skip
        """Put a payment on the account; after the end it is simply still to come."""
        day = next_bank_day(day)
        if day > self.end:
            return
        is_kid = bool(references) and references[0].kind == "kid"
        is_right = is_kid and kids.is_valid(references[0].value)
        self.lines.append(BankLine(
            OPERATING, day, amount, family, is_certain, settles, payer.party.name,
            payer.account, references, (text,) if text else (),
            "PMNT/RCDT/VCOM" if is_kid else "PMNT/RCDT/DMCT", in_lump=is_right,
        ))  # fmt: skip


def _customers(random: Random) -> list[Customer]:
    """The same people all the way: businesses and private, no two of one name."""
    names = dict(_ALIKE)
    while len(names) < _CUSTOMERS:
        is_company = random.random() < 0.4
        names[company_name(random) if is_company else private_name(random)] = is_company
    ordered = list(names.items())
    random.shuffle(ordered)
    return [
        Customer(
            Party(name, make_orgnr(600_000 // 2 + number) if is_company else None),
            make_account(3_000_000 + number),
        )
        for number, (name, is_company) in enumerate(ordered)
    ]


def _in_time(sales: Sales, customer: Customer, day: date) -> None:
    sales.pay(customer, sales.invoice(customer, day), "kid_in_time")


def _late(sales: Sales, customer: Customer, day: date) -> None:
    sales.pay(customer, sales.invoice(customer, day), "kid_late", after=sales.random.randint(3, 35))


def _in_parts(sales: Sales, customer: Customer, day: date) -> None:
    document = sales.invoice(customer, day)
    first = kroner(document.amount.minor * 3 // 7)
    sales.pay(customer, document, "kid_part", amount=first)
    sales.pay(customer, document, "kid_part", amount=document.amount - first, after=28)


def _too_much(sales: Sales, customer: Customer, day: date) -> None:
    document = sales.invoice(customer, day)
    paid = document.amount + kroner(sales.random.randint(1, 90) * 100)
    sales.pay(customer, document, "kid_overpaid", amount=paid, settled=document.amount)


def _twice(sales: Sales, customer: Customer, day: date) -> None:
    document = sales.invoice(customer, day)
    sales.pay(customer, document, "paid_twice_first", after=-2)
    sales.pay(customer, document, "paid_twice", after=5, settles_nothing=True, is_certain=False)


def _number_in_text(sales: Sales, customer: Customer, day: date) -> None:
    document = sales.invoice(customer, day)
    text = sales.random.choice(("Faktura {}", "Betaling fakturanr {}", "Regning {} – takk!"))
    sales.pay(
        customer, document, "number_in_text", uses_kid=False, is_certain=True,
        text=text.format(document.number),
    )  # fmt: skip


def _no_text(sales: Sales, customer: Customer, day: date) -> None:
    sales.pay(customer, sales.invoice(customer, day), "account_only", uses_kid=False)


def _mistyped(sales: Sales, customer: Customer, day: date) -> None:
    document = sales.invoice(customer, day)
    assert document.kid is not None, "modulus 10 always has a digit"
    sales.pay(customer, document, "mistyped_kid", kid=mistype(document.kid, sales.random))


def _for_another(sales: Sales, customer: Customer, day: date) -> None:
    others = [each for each in sales.customers if each != customer]
    sales.pay(sales.random.choice(others), sales.invoice(customer, day), "paid_by_another")


def _collective(sales: Sales, customer: Customer, day: date) -> None:
    documents = [sales.invoice(customer, day + timedelta(days)) for days in (0, 1, 4)]
    total = kroner(sum(each.amount.minor for each in documents))
    sales.add(
        customer, day + timedelta(17), "collective", total,
        tuple(Settles(each, each.amount) for each in documents), is_certain=True,
        references=tuple(Reference("invoice", each.number, each.amount) for each in documents),
    )  # fmt: skip


def _netted(sales: Sales, customer: Customer, day: date) -> None:
    invoice = sales.invoice(customer, day)
    note = sales.credit_note(customer, invoice)
    sales.add(
        customer, day + timedelta(14), "credit_note_netted", invoice.amount - note.amount,
        (Settles(invoice, invoice.amount), Settles(note, note.amount)), is_certain=True,
        references=(
            Reference("invoice", invoice.number, invoice.amount),
            Reference("credit_note", note.number, note.amount),
        ),
    )  # fmt: skip


def _never(sales: Sales, customer: Customer, day: date) -> None:
    sales.invoice(customer, day)


# A deck of cards, shuffled and dealt: every way of paying comes within a few months.
_BEHAVIOURS: tuple[Callable[[Sales, Customer, date], None], ...] = (
    *(_in_time,) * 18, *(_late,) * 5, *(_in_parts,) * 2, _too_much, _twice,
    *(_number_in_text,) * 3, *(_no_text,) * 3, *(_mistyped,) * 2, _for_another, _collective,
    _netted, _never,
)  # fmt: skip
