"""What the bank tells by itself: notifications after a run, a report at noon, statements by night.

A day's statement is made when the day is over and lies there the next bank morning. What it says
wrong, or says otherwise afterwards, is the doing of `testbank.misbehaviour`, and is written down.
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from avstem.domain.calendar import next_bank_day
from avstem.domain.kid import is_valid
from avstem.domain.money import Money
from avstem.domain.statement import Entry, StatementHead, StatementKind
from avstem.testbank.backoffice.ledger import Ledger
from avstem.testbank.backoffice.messages import entries_of, head_of, write_message, write_ocr
from avstem.testbank.backoffice.outbox import (
    Customer,
    Letter,
    get_customer,
    keep_unspoilt,
    send,
)
from avstem.testbank.backoffice.ways import INTRADAY, NOTIFICATIONS, OCR, STATEMENTS
from avstem.testbank.misbehaviour import OF_STATEMENTS, Kind, confess, take_wish

#: A second version of a statement comes this long after the first.
AGAIN_HOURS = 3


def accounts_with(ledger: Ledger, user: str, service: str) -> list[sqlite3.Row]:
    """The customer's accounts with an active agreement about it."""
    return ledger.rows(
        "SELECT account.* FROM account JOIN agreement USING (iban)"
        " WHERE user = ? AND service = ? AND state = 'active' ORDER BY iban",
        user, service,
    )  # fmt: skip


def send_notifications(ledger: Ledger, customer: Customer, at: datetime) -> None:
    """camt.054 about what was posted since the last one: credits, and debits by themselves."""
    for account in accounts_with(ledger, customer.user, NOTIFICATIONS):
        news = ledger.rows(
            "SELECT * FROM posting WHERE iban = ? AND id > ? AND kind IN ('in', 'out', 'return')"
            " ORDER BY id", account["iban"], account["notified"],
        )  # fmt: skip
        for kind, part in (
            ("camt054c", [each for each in news if each["minor"] > 0]),
            ("camt054d", [each for each in news if each["minor"] < 0]),
        ):
            if part:
                _notify(ledger, customer, account, kind, part, at)
        if news:
            ledger.run(
                "UPDATE account SET notified = ? WHERE iban = ?", news[-1]["id"], account["iban"]
            )


def _notify(
    ledger: Ledger, customer: Customer, account: sqlite3.Row, kind: str,
    postings: Sequence[sqlite3.Row], at: datetime,
) -> None:  # fmt: skip
    (number,) = ledger.numbers("notification", 1)
    day = date.fromisoformat(postings[-1]["day"])
    head = head_of(customer, account, StatementKind.NOTIFICATION, f"N{number:09d}", day)
    entries = entries_of(postings, with_details=True)
    content = write_message(customer, "camt.054", head, entries, at)
    send(ledger, customer, Letter(kind, account["iban"], content), due=at)


def report_intraday(ledger: Ledger, at: datetime, user: str, content: str) -> None:
    """camt.052: the day so far."""
    del content
    customer = get_customer(ledger, user)
    for account in accounts_with(ledger, user, INTRADAY):
        today = _postings_of(ledger, account["iban"], at.date())
        opening = account["balance_minor"] - sum(each["minor"] for each in today)
        head = head_of(
            customer, account, StatementKind.REPORT, f"{account['iban'][4:]}.{at:%Y%m%d}I",
            at.date(), opening_balance=Money(opening, account["currency"]),
            closing_balance=Money(account["balance_minor"], account["currency"]),
        )  # fmt: skip
        told = write_message(customer, "camt.052", head, entries_of(today, with_details=False), at)
        send(ledger, customer, Letter("camt052", account["iban"], told), due=at)


def _postings_of(ledger: Ledger, iban: str, day: date) -> list[sqlite3.Row]:
    return ledger.rows(
        "SELECT * FROM posting WHERE iban = ? AND day = ? ORDER BY id", iban, day.isoformat()
    )


@dataclass(frozen=True)
class _Told:
    """A statement as it is to be told."""

    customer: Customer
    account: sqlite3.Row
    head: StatementHead
    entries: list[Entry]
    due: datetime


def close_statements(ledger: Ledger, customer: Customer, at: datetime) -> None:
    """The day is over: camt.053 for the next morning, OCR giro at once, where they are ordered."""
    due = statement_time(customer, at.date())
    for account in accounts_with(ledger, customer.user, STATEMENTS):
        _state(ledger, customer, account, at.date(), due)
    if customer.ways.has_ocr_giro:
        for account in accounts_with(ledger, customer.user, OCR):
            _tell_ocr(ledger, customer, account, at)


def statement_time(customer: Customer, day: date) -> datetime:
    """When the statement of that day lies there."""
    morning = next_bank_day(day + timedelta(days=1))
    return datetime.combine(morning, time.fromisoformat(customer.ways.statement_at))


def _state(
    ledger: Ledger, customer: Customer, account: sqlite3.Row, day: date, due: datetime
) -> None:
    postings = _postings_of(ledger, account["iban"], day)
    closing = account["balance_minor"]
    opening = closing - sum(each["minor"] for each in postings)
    sequence = account["sequence"] + 1
    ledger.run("UPDATE account SET sequence = ? WHERE iban = ?", sequence, account["iban"])
    ledger.run(
        "INSERT INTO statement VALUES (?, ?, ?, ?, ?)",
        account["iban"], day.isoformat(), sequence, opening, closing,
    )  # fmt: skip
    head = head_of(
        customer, account, StatementKind.STATEMENT, f"{account['iban'][4:]}.{day:%Y%m%d}", day,
        sequence=str(sequence), opening_balance=Money(opening, account["currency"]),
        closing_balance=Money(closing, account["currency"]), balances_booked=True,
    )  # fmt: skip
    notified = ledger.value(
        "SELECT 1 FROM agreement WHERE iban = ? AND service = ? AND state = 'active'",
        account["iban"], NOTIFICATIONS,
    )  # fmt: skip
    with_details = customer.ways.details_in_statements or not notified
    entries = entries_of(postings, with_details=with_details)
    _tell(ledger, _Told(customer, account, head, entries, due))


def _tell(ledger: Ledger, told: _Told) -> None:
    """As it is; or wrong, where somebody asked for that."""
    kinds = OF_STATEMENTS if told.entries else (Kind.WRONG_BALANCE,)
    found = take_wish(ledger, kinds, told.customer.user, "camt053")
    if found is None:
        _send(ledger, told)
        return
    kind, detail = found
    _WRONG[kind](ledger, told, detail)


def _send(ledger: Ledger, told: _Told, *, in_order: bool = False) -> str:
    letter = Letter("camt053", told.account["iban"], _written(told))
    return send(ledger, told.customer, letter, due=told.due, in_order=in_order)


def _written(told: _Told) -> bytes:
    return write_message(told.customer, "camt.053", told.head, told.entries, told.due)


def _wrong_balance(ledger: Ledger, told: _Told, detail: dict[str, Any]) -> None:
    """The closing balance is not what opening balance and entries come to."""
    true = told.head.closing_balance
    assert true is not None, "a statement has its balances"
    wrong = Money(true.minor + detail.get("minor", 1_00), true.currency)
    name = _send(
        ledger, replace(told, head=replace(told.head, closing_balance=wrong)), in_order=True
    )
    keep_unspoilt(ledger, told.customer, name, _written(told))
    confess(
        ledger, Kind.WRONG_BALANCE, told.customer.user, name, statement=told.head.id,
        closing=true.decimal(), told=wrong.decimal(),
    )  # fmt: skip


def _renumbered(ledger: Ledger, told: _Told, detail: dict[str, Any]) -> None:
    """The statement comes again, and each line and payment has the reference of its neighbour."""
    del detail
    first = _send(ledger, told, in_order=True)
    lines = _turned([each.reference for each in told.entries])
    parts = _turned([each.bank_reference for one in told.entries for each in one.transactions])
    entries = [
        replace(
            entry,
            reference=lines[entry.reference],
            transactions=tuple(
                replace(each, bank_reference=parts[each.bank_reference])
                for each in entry.transactions
            ),
        )
        for entry in told.entries
    ]
    known = {str(old): new for old, new in (lines | parts).items() if old is not None}
    _again(ledger, told, Kind.RENUMBERED, first, entries, references=known)


def _turned(references: list[str | None]) -> dict[str | None, str | None]:
    """Each reference with the next one's in its place; a lone one with another number."""
    known = [each for each in references if each is not None]
    if len(known) == 1:
        return {known[0]: f"{known[0]}9", None: None}
    return dict(zip(known, known[1:] + known[:1], strict=True)) | {None: None}


def _changed_after(ledger: Ledger, told: _Told, detail: dict[str, Any]) -> None:
    """The statement comes again under the same id, and one line has another amount."""
    first = _send(ledger, told, in_order=True)
    place = Random(first).randrange(len(told.entries))
    old = told.entries[place]
    more = detail.get("minor", 10_00)
    amount = Money(
        old.amount.minor + (more if old.amount.minor > 0 else -more), old.amount.currency
    )
    changed = replace(
        old, amount=amount, transactions=(replace(old.transactions[0], amount=amount),),
        batch_count=None,
    )  # fmt: skip
    entries = [*told.entries[:place], changed, *told.entries[place + 1 :]]
    closing = told.head.closing_balance
    assert closing is not None, "a statement has its balances"
    new = replace(told.head, closing_balance=closing + amount - old.amount)
    _again(
        ledger, replace(told, head=new), Kind.CHANGED_AFTER, first, entries,
        reference=old.reference, amount=old.amount.decimal(), changed=amount.decimal(),
    )  # fmt: skip


def _again(
    ledger: Ledger, told: _Told, kind: Kind, first: str, entries: list[Entry], **facts: object
) -> None:
    """Afterwards: the first has come by then."""
    later = replace(told, entries=entries, due=told.due + timedelta(hours=AGAIN_HOURS))
    name = _send(ledger, later, in_order=True)
    confess(
        ledger, kind, told.customer.user, name, first=first, statement=told.head.id, **facts
    )  # fmt: skip


_WRONG = {
    Kind.WRONG_BALANCE: _wrong_balance,
    Kind.RENUMBERED: _renumbered,
    Kind.CHANGED_AFTER: _changed_after,
}


def _tell_ocr(ledger: Ledger, customer: Customer, account: sqlite3.Row, at: datetime) -> None:
    postings = [
        each for each in _postings_of(ledger, account["iban"], at.date())
        if each["kind"] == "in" and is_valid(each["kid"] or "")
    ]  # fmt: skip
    if postings:
        (number,) = ledger.numbers("ocr", 1)
        content = write_ocr(postings, account["iban"], number)
        send(ledger, customer, Letter("ocr", account["iban"], content), due=at)
