"""What really happened on the practice bank's accounts, whatever its files said.

For each account every transaction, and the balance each bank day closes with; for each payment
that was sent what became of it. It is read from the bank's own books, which are never wrong.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, timedelta

from avstem.domain.calendar import is_bank_day
from avstem.domain.errors import NotFoundError
from avstem.domain.money import Money
from avstem.testbank.bank import Bank


@dataclass(frozen=True, slots=True)
class TrueTransaction:
    """One movement of an account; `entry` is the line it is part of, `reference` its own."""

    account: str
    day: date
    amount: Money
    kind: str
    entry: str
    reference: str
    party: str | None
    kid: str | None
    end_to_end_id: str | None
    message_id: str | None


@dataclass(frozen=True, slots=True)
class TruePayment:
    """What became of a payment: `pending`, `accepted`, `executed`, `returned`, `rejected` (with
    the code), `cancelled`.
    """

    message_id: str
    end_to_end_id: str
    amount: Money
    state: str
    reason: str


def true_transactions(bank: Bank, iban: str) -> list[TrueTransaction]:
    """Every movement of the account, as booked."""
    found = bank.ledger.rows("SELECT * FROM posting WHERE iban = ? ORDER BY id", iban)
    return [
        TrueTransaction(
            each["iban"], date.fromisoformat(each["day"]), Money(each["minor"], each["currency"]),
            each["kind"], each["entry"], each["reference"], each["party"], each["kid"],
            each["end_to_end_id"], each["message_id"],
        )
        for each in found
    ]  # fmt: skip


def true_balances(bank: Bank, iban: str) -> dict[date, Money]:
    """The closing balance of every bank day since the account was opened, today included."""
    account = bank.ledger.row("SELECT * FROM account WHERE iban = ?", iban)
    if account is None:
        raise NotFoundError("account", iban)
    moved = bank.ledger.rows(
        "SELECT day, sum(minor) AS minor FROM posting WHERE iban = ? GROUP BY day", iban
    )
    by_day = {date.fromisoformat(each["day"]): each["minor"] for each in moved}
    balance, balances = account["opening_minor"], {}
    for day in _days(date.fromisoformat(account["opened"]), bank.now.date()):
        balance += by_day.get(day, 0)
        if is_bank_day(day):
            balances[day] = Money(balance, account["currency"])
    return balances


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=count) for count in range((last - first).days + 1))


def true_payments(bank: Bank, user: str) -> list[TruePayment]:
    """Every payment of every file that was taken, in the order of their coming."""
    found = bank.ledger.rows("SELECT * FROM payment WHERE user = ? ORDER BY id", user)
    return [
        TruePayment(
            each["message_id"], each["end_to_end_id"] or "",
            Money(each["minor"], each["currency"]), each["state"], each["reason"],
        )
        for each in found
    ]  # fmt: skip


def render_truth(bank: Bank) -> Iterator[str]:
    """All of it as JSON lines: `transaction`, `balance`, `payment` and `misdeed`."""
    for account in bank.ledger.rows("SELECT iban FROM account ORDER BY iban"):
        iban = account["iban"]
        for each in true_transactions(bank, iban):
            yield _line("transaction", asdict(each) | {"amount": str(each.amount)})
        for day, balance in true_balances(bank, iban).items():
            yield _line("balance", {"account": iban, "day": day, "closing": str(balance)})
    for customer in bank.customers():
        for payment in true_payments(bank, customer.user):
            told = {"user": customer.user, "amount": str(payment.amount)}
            yield _line("payment", asdict(payment) | told)
    for misdeed in bank.misdeeds():
        yield _line("misdeed", asdict(misdeed))


def _line(kind: str, content: dict[str, object]) -> str:
    return json.dumps({"kind_of_truth": kind} | content, ensure_ascii=False, default=str)
