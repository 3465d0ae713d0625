"""Booking by hand: what one transaction and many equal ones do alike.

Call it with the company locked.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from avstem.domain.errors import NotFoundError
from avstem.domain.open_item import ItemKind
from avstem.domain.voucher import Settled
from avstem.matching.booking_rules import with_vat
from avstem.matching.decision import LedgerLine
from avstem.matching.learning import word_on
from avstem.store import booking, chart
from avstem.store.by_hand import standing_proposal, teach
from avstem.store.items import booked_items
from avstem.store.models import BankTransaction, Company, LedgerAccount, Party, Voucher
from avstem.store.suggested_voucher import BookedItem, ledger_posting, postings_of
from avstem.store.valuation import load_valuation


@dataclass(frozen=True)
class BookingLine:
    """A line beside the invoices: positive is debit. With `party_id` it stays on that party.

    With a `vat_code` the amount is gross, and its VAT is posted to the account for it.
    """

    account: str
    amount_minor: int
    party_id: int | None = None
    text: str = ""
    vat_code: str = ""


def book_by_hand(
    company: Company,
    *,
    transaction_id: int,
    settlements: Sequence[tuple[int, int]],
    lines: Sequence[BookingLine],
    actor: str,
    now: datetime,
) -> Voucher:
    """Post the voucher; it must add up to the transaction. `settlements` are (item, unsigned).

    Booked already, by another person or run: refused, and nothing changes.
    """
    company_id = company.pk
    transaction = booking.get_waiting(company_id, transaction_id)
    booking.require_open_period(company, transaction.booking_date)
    settled = booking.settle(company_id, transaction, settlements)
    _require_known(company_id, lines)
    accounts = chart.accounts_by_role(company_id)
    said = [each for line in lines for each in _said(line)]

    booked = booking.booked_transaction(transaction)
    currencies = {each.item_id: each.amount.currency for each in settled}
    valuation = load_valuation(company_id, [booked], currencies)
    postings = postings_of(
        booked,
        settled=settled,
        extra=[ledger_posting(each, transaction.currency, accounts) for each in said],
        accounts=accounts,
        exchange=valuation.of(booked, currencies),
    )

    proposal = standing_proposal(transaction)
    items = booked_items(company_id, (each.item_id for each in settled))
    teach(transaction, items.values(), proposal)
    decision = booking.decide_by_hand(
        transaction, rule="by_hand", content=_content(settled, said, proposal), actor=actor
    )
    return booking.book_one(
        transaction=transaction,
        postings=postings,
        settled=settled,
        decision=decision,
        text=_text(transaction, [items[each.item_id] for each in settled]),
        actor=actor,
        now=now,
    )


def _require_known(company_id: int, lines: Sequence[BookingLine]) -> None:
    accounts = {line.account for line in lines}
    known = LedgerAccount.objects.filter(company_id=company_id, number__in=accounts)
    for missing in sorted(accounts - set(known.values_list("number", flat=True))):
        raise NotFoundError("ledger account", missing)
    parties = {line.party_id for line in lines if line.party_id}
    ours = Party.objects.filter(company_id=company_id, pk__in=parties)
    for stranger in sorted(parties - set(ours.values_list("pk", flat=True))):
        raise NotFoundError("party", str(stranger))


def _content(
    settled: Sequence[Settled], lines: Sequence[LedgerLine], proposal: dict[str, Any]
) -> dict[str, object]:
    """The same shape as the engine's answer, so that one page explains both."""
    chosen = {
        "rule": "by_hand",
        "rule_version": 1,
        "confidence": 1.0,
        "reasons": [{"code": "decided_by_hand", "facts": {}, "agrees": True}],
        "settlements": [
            {"item_id": each.item_id, "amount_minor": each.amount.minor} for each in settled
        ],
        "rest_minor": 0,
        "rest_party_id": None,
        "charge_minor": 0,
        "ledger_lines": [asdict(line) for line in lines],
    }
    said = word_on(proposal, chosen)
    return {"suggestions": [chosen], "left_because": None, "reasons": [], **said}


def _said(line: BookingLine) -> Iterator[LedgerLine]:
    gross = LedgerLine(line.amount_minor, "", line.account, line.vat_code, line.party_id, line.text)
    return with_vat(gross)


def _text(transaction: BankTransaction, settled: Sequence[BookedItem]) -> str:
    """What the bank says; of wages it may name the person, and the books do not (ADR 69)."""
    wages = [item.number for item in settled if item.kind is ItemKind.SALARY]
    if wages:
        return f"{settled[0].party_name}: {', '.join(wages)}"[:200]
    return " ".join(filter(None, (transaction.counterparty, transaction.text)))[:200]
