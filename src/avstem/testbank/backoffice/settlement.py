"""A settlement run: what is due goes out and comes in, in one step, and is told.

Returns come first, then what customers pay, then what they are paid; so money that came in earlier
in the day can be spent. A payment without cover waits for the day's last run and is refused there.
"""

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from avstem.domain.calendar import next_bank_day
from avstem.domain.money import minor_digits
from avstem.testbank.backoffice import answers, cases, notices
from avstem.testbank.backoffice.checks import RATES
from avstem.testbank.backoffice.ledger import Ledger, stamp
from avstem.testbank.backoffice.outbox import Customer, get_customer
from avstem.testbank.backoffice.ways import NOTIFICATIONS, OCR

#: How long a closed account of the payee takes to send the money back.
RETURN_DAYS = 2
# As banks have them: nine digits name a payment (the archive reference), ten a line.
_REFERENCE_FIRST, _ENTRY_FIRST = 100_000_000, 5_000_000_000


@dataclass
class Run:
    """One run of one customer: accounts as they stand, and what is posted."""

    ledger: Ledger
    customer: Customer
    at: datetime
    accounts: dict[str, sqlite3.Row]
    balances: dict[str, int]
    sums: frozenset[str]
    everywhere: dict[str, str]
    posted: int
    lines: int
    postings: list[dict[str, Any]] = field(default_factory=list)

    @property
    def today(self) -> date:
        """The bank day."""
        return self.at.date()

    def entry(self) -> str:
        """A new reference of a line on the account."""
        self.lines += 1
        return str(_ENTRY_FIRST + self.lines)

    def post(self, iban: str, minor: int, kind: str, entry: str = "", **more: Any) -> int:
        """Book it; its place among all postings. Without an entry it gets its own line."""
        self.posted += 1
        number, reference = self.posted, str(_REFERENCE_FIRST + self.posted)
        self.balances[iban] = self.balances.get(iban, 0) + minor
        blank: dict[str, Any] = dict.fromkeys(_OPTIONAL)
        known = {
            "id": number, "iban": iban, "day": self.today.isoformat(), "at": stamp(self.at),
            "minor": minor, "currency": self.everywhere[iban], "kind": kind,
            "reference": reference, "entry": entry or self.entry(), "documents": "[]", "text": "",
            "is_hidden": 0,
        }  # fmt: skip
        self.postings.append(blank | known | more)
        return number

    def book(self) -> None:
        """Put what was posted into the books."""
        self.ledger.insert("posting", self.postings)
        self.ledger.remember("postings", str(self.posted))
        self.ledger.remember("entries", str(self.lines))


_OPTIONAL = (
    "party", "party_account", "kid", "end_to_end_id", "instruction_id", "batch_id", "message_id",
    "original_minor", "original_currency", "rate", "return_reason", "payment",
)  # fmt: skip


def settle(ledger: Ledger, at: datetime, user: str, content: str) -> None:
    """One run, and the notifications about it; `content` is `last` for the day's last one."""
    run = begin(ledger, get_customer(ledger, user), at)
    returned = _return(run)
    executed = _pay(run, is_last=content == "last")
    settled = _take_in(run)
    run.book()
    ledger.run_many("UPDATE incoming SET posted = ? WHERE id = ?", settled)
    ledger.run_many("UPDATE payment SET state = 'returned' WHERE id = ?", returned)
    references = {each["payment"]: each["reference"] for each in run.postings if each["payment"]}
    if "ACSC" in run.customer.ways.steps:
        answers.send_payments(ledger, run.customer, at, executed, "ACSC", references=references)
    notices.send_notifications(ledger, run.customer, at)


def begin(ledger: Ledger, customer: Customer, at: datetime) -> Run:
    """A run of that customer, with accounts and numbers as they stand."""
    accounts = ledger.rows("SELECT * FROM account WHERE user = ? ORDER BY iban", customer.user)
    everywhere = ledger.rows("SELECT iban, currency FROM account")
    with_details = ledger.rows(
        "SELECT iban FROM agreement WHERE state = 'active' AND service IN (?, ?)",
        NOTIFICATIONS, OCR,
    )  # fmt: skip
    return Run(
        ledger, customer, at, {each["iban"]: each for each in accounts},
        {each["iban"]: each["balance_minor"] for each in accounts},
        frozenset(each["iban"] for each in with_details),
        {each["iban"]: each["currency"] for each in everywhere},
        int(ledger.fact("postings", "0")), int(ledger.fact("entries", "0")),
    )  # fmt: skip


def _return(run: Run) -> list[tuple[int]]:
    """Money that comes back: the payee's account is closed, or somebody sends it back."""
    due = run.ledger.rows(
        "SELECT payment.*, posting.minor AS paid_minor, posting.reference AS paid_reference"
        " FROM payment JOIN posting ON posting.payment = payment.id AND posting.kind = 'out'"
        " WHERE payment.user = ? AND payment.state = 'executed' AND payment.return_on <= ?"
        " ORDER BY payment.id",
        run.customer.user, run.today.isoformat(),
    )  # fmt: skip
    for each in due:
        run.post(each["iban"], -each["paid_minor"], "return", **_from_payment(each),
                 return_reason=each["return_reason"])  # fmt: skip
    return [(each["id"],) for each in due]


def _pay(run: Run, *, is_last: bool) -> list[sqlite3.Row]:
    """Execute what is accepted and due, while there is cover."""
    due = run.ledger.rows(
        "SELECT * FROM payment WHERE user = ? AND state = 'accepted' AND day <= ? ORDER BY id",
        run.customer.user,
        run.today.isoformat(),
    )
    entries: dict[tuple[str, str], str] = {}
    executed, uncovered = [], []
    for each in due:
        minor = _in_account_currency(each, run.accounts[each["iban"]]["currency"])
        if run.balances[each["iban"]] < minor:
            uncovered.append(each)
            continue
        _pay_one(run, each, minor, entries)
        executed.append(each)
    closed = set(json.loads(run.ledger.fact("closed later", "[]")))
    run.ledger.run_many(
        "UPDATE payment SET state = 'executed', return_on = ?, return_reason = ? WHERE id = ?",
        [(*_sent_back(run.today, each, closed), each["id"]) for each in executed],
    )
    if is_last and uncovered:
        cases.refuse(run.ledger, run.customer, run.at, uncovered, "AM04")
    return executed


def _pay_one(
    run: Run, payment: sqlite3.Row, minor: int, entries: dict[tuple[str, str], str]
) -> None:
    entry, key = "", (payment["message_id"], payment["batch_id"])
    if payment["in_one_sum"]:
        entry = entries[key] = entries.get(key) or run.entry()
    more = _from_payment(payment) | {"is_hidden": payment["is_confidential"]}
    own_currency = run.accounts[payment["iban"]]["currency"]
    if payment["currency"] != own_currency:
        more |= {
            "original_minor": payment["minor"],
            "original_currency": payment["currency"],
            "rate": _rate(payment["currency"], own_currency),
        }
    run.post(payment["iban"], -minor, "out", entry, **more)
    _arrive(run, payment)


def _arrive(run: Run, payment: sqlite3.Row) -> None:
    """Within the bank the money is on the other account at once; else the world has it."""
    iban = payment["creditor_account"]
    if run.everywhere.get(iban) != payment["currency"]:
        return
    run.post(
        iban, payment["minor"], "in", party=run.customer.name, party_account=payment["iban"],
        kid=payment["kid"], documents=payment["documents"], text=payment["text"],
        end_to_end_id=payment["end_to_end_id"],
    )  # fmt: skip


def _from_payment(payment: sqlite3.Row) -> dict[str, Any]:
    return {
        "party": payment["creditor"],
        "party_account": payment["creditor_account"],
        "kid": payment["kid"],
        "documents": payment["documents"],
        "text": payment["text"],
        "end_to_end_id": payment["end_to_end_id"],
        "instruction_id": payment["instruction_id"],
        "batch_id": payment["batch_id"],
        "message_id": payment["message_id"],
        "payment": payment["id"],
    }


def _sent_back(
    today: date, payment: sqlite3.Row, closed: set[str]
) -> tuple[str | None, str | None]:
    """When and why it will come back, if it will."""
    if payment["creditor_account"] not in closed:
        return None, None
    day = today
    for _ in range(RETURN_DAYS):
        day = next_bank_day(day + timedelta(days=1))
    return day.isoformat(), "AC04"


def _in_account_currency(payment: sqlite3.Row, currency: str) -> int:
    """What the payment costs on the account, in its minor units, rounded half up; one at least."""
    if payment["currency"] == currency:
        return int(payment["minor"])
    numerator = payment["minor"] * RATES[payment["currency"]] * 10 ** minor_digits(currency)
    denominator = RATES[currency] * 10 ** minor_digits(payment["currency"])
    return max(1, int((2 * numerator + denominator) // (2 * denominator)))


def _rate(original: str, own: str) -> str:
    """The bank's rate as it writes it: what one unit costs on the account."""
    millionths = RATES[original] * 1_000_000 // RATES[own]
    return f"{millionths // 1_000_000}.{millionths % 1_000_000:06d}"


def _take_in(run: Run) -> list[tuple[int, int]]:
    """Money from outside; with KID it comes as one sum, where the account is told the parts."""
    due = run.ledger.rows(
        "SELECT incoming.* FROM incoming JOIN account USING (iban)"
        " WHERE account.user = ? AND posted IS NULL AND at <= ? ORDER BY iban, incoming.id",
        run.customer.user, stamp(run.at),
    )  # fmt: skip
    in_sums = [each for each in due if _goes_into_sum(run, each)]
    entries = _sums(run, in_sums)
    alone = [each for each in due if not _goes_into_sum(run, each)]
    pairs = [(each, entries.get(each["iban"], "")) for each in in_sums]
    pairs += [(each, "") for each in alone]
    return [(_take_one(run, each, entry), each["id"]) for each, entry in pairs]


def _goes_into_sum(run: Run, payment: sqlite3.Row) -> bool:
    return bool(payment["kid"]) and payment["iban"] in run.sums


def _sums(run: Run, payments: Iterable[sqlite3.Row]) -> dict[str, str]:
    """A line's reference for each account with at least two of them."""
    counts: dict[str, int] = {}
    for each in payments:
        counts[each["iban"]] = counts.get(each["iban"], 0) + 1
    return {iban: run.entry() for iban, count in counts.items() if count > 1}


def _take_one(run: Run, payment: sqlite3.Row, entry: str) -> int:
    return run.post(
        payment["iban"], payment["minor"], "in", entry, party=payment["payer"],
        party_account=payment["payer_account"], kid=payment["kid"], documents=payment["documents"],
        text=payment["text"], end_to_end_id=payment["end_to_end_id"],
    )  # fmt: skip
