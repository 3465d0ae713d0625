"""The customers of the bank's customers: people who pay invoices, each in a way of their own.

The same seed gives the same payments. Most pay in time with the right KID; some late, in parts,
too much, twice, without KID, with a mistyped one, or not at all.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from random import Random

from avstem.domain.money import Money
from avstem.testbank.bank import PayIn


@dataclass(frozen=True, slots=True)
class ExpectedInvoice:
    """An invoice that somebody has been sent."""

    number: str
    amount: Money
    due: date
    payer: str
    payer_account: str | None = None
    kid: str | None = None


Habit = Callable[[ExpectedInvoice, PayIn, Random], list[PayIn]]


def payments_of(invoices: Iterable[ExpectedInvoice], *, seed: int) -> list[tuple[str, PayIn]]:
    """What comes of the invoices: the name of the payer's habit, and each payment."""
    paid = []
    for invoice in invoices:
        random = Random(f"{seed}:{invoice.number}")
        habit = random.choices(list(_HABITS), weights=list(_WEIGHTS))[0]
        paid += [(habit, each) for each in _HABITS[habit](invoice, _usual(invoice, random), random)]
    return paid


def _usual(invoice: ExpectedInvoice, random: Random) -> PayIn:
    """The whole amount, up to a week before it is due."""
    day = invoice.due - timedelta(days=random.randint(0, 7))
    text = "" if invoice.kid else f"Faktura {invoice.number}"
    return PayIn(
        invoice.amount, invoice.payer, invoice.payer_account, invoice.kid, text=text,
        at=datetime.combine(day, time(random.randint(7, 20), random.randint(0, 59))),
    )  # fmt: skip


def _in_time(invoice: ExpectedInvoice, usual: PayIn, random: Random) -> list[PayIn]:
    del invoice, random
    return [usual]


def _late(invoice: ExpectedInvoice, usual: PayIn, random: Random) -> list[PayIn]:
    del invoice
    return [_later(usual, random.randint(8, 45))]


def _in_parts(invoice: ExpectedInvoice, usual: PayIn, random: Random) -> list[PayIn]:
    """Two parts; an amount that cannot be parted is paid whole."""
    del invoice
    if usual.amount.minor < 2:
        return [usual]
    first = Money(random.randint(1, usual.amount.minor - 1), usual.amount.currency)
    rest = replace(_later(usual, 14), amount=usual.amount - first)
    return [replace(usual, amount=first), rest]


def _too_much(invoice: ExpectedInvoice, usual: PayIn, random: Random) -> list[PayIn]:
    del invoice
    more = Money(random.choice((1_00, 10_00, 100_00)), usual.amount.currency)
    return [replace(usual, amount=usual.amount + more)]


def _twice(invoice: ExpectedInvoice, usual: PayIn, random: Random) -> list[PayIn]:
    del invoice
    return [usual, _later(usual, random.randint(1, 5))]


def _without_kid(invoice: ExpectedInvoice, usual: PayIn, random: Random) -> list[PayIn]:
    text = random.choice((f"Faktura {invoice.number}", "Takk for sist", ""))
    return [replace(usual, kid=None, text=text)]


def _mistyped(invoice: ExpectedInvoice, usual: PayIn, random: Random) -> list[PayIn]:
    """The bank stops a wrong KID, so that it comes as text."""
    kid = invoice.kid or invoice.number
    wrong = f"{kid[:-1]}{random.choice([each for each in '0123456789' if each != kid[-1]])}"
    return [replace(usual, kid=None, text=wrong)]


def _never(invoice: ExpectedInvoice, usual: PayIn, random: Random) -> list[PayIn]:
    del invoice, usual, random
    return []


def _later(payment: PayIn, days: int) -> PayIn:
    assert payment.at is not None, "a payment by habit has its time"
    return replace(payment, at=payment.at + timedelta(days=days))


_HABITS: dict[str, Habit] = {
    "in_time": _in_time, "late": _late, "in_parts": _in_parts, "too_much": _too_much,
    "twice": _twice, "without_kid": _without_kid, "mistyped": _mistyped, "never": _never,
}  # fmt: skip
_WEIGHTS = (60, 12, 6, 3, 3, 8, 4, 4)
