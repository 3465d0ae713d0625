"""Accepting a suggestion: what one click and *confirm all* do alike, a transaction at a time.

Call it with the company locked.
"""

from collections.abc import Mapping
from datetime import datetime

from avstem.domain.errors import NotFoundError, StateError, SuggestionChangedError
from avstem.matching.decision import Suggestion
from avstem.matching.record import key_of
from avstem.store import booking, chart, clearing
from avstem.store.by_hand import standing_proposal, teach
from avstem.store.decisions import suggestion_from
from avstem.store.items import booked_items
from avstem.store.models import BankTransaction, Company, Decision, SentPayment, Voucher
from avstem.store.posting import NewVoucher
from avstem.store.sent_payments import fail_sent, settle_sent
from avstem.store.suggested_voucher import BookedItem, voucher_of
from avstem.store.valuation import load_valuation


def accept_one(
    company: Company,
    *,
    transaction_id: int,
    position: int,
    actor: str,
    now: datetime,
    seen_decision_id: int | None = None,
) -> Voucher:
    """Post what the suggestion at `position` (0 is the best) says.

    Refused where it no longer fits: the items may have been settled since it was made. With
    `seen_decision_id` it is refused too where another suggestion stands now than was seen.
    """
    company_id = company.pk
    transaction = booking.get_waiting(company_id, transaction_id)
    booking.require_open_period(company, transaction.booking_date)
    _require_seen(transaction, seen_decision_id)
    suggestion = _suggestion(transaction, position)
    wanted = [(each.item_id, each.amount_minor) for each in suggestion.settlements]
    settled = booking.settle(company_id, transaction, wanted, in_any_currency=True)
    reopened = [(each.item_id, each.amount_minor) for each in suggestion.reopened]
    booking.require_settled(company_id, reopened)
    sent = _sent(company, transaction, suggestion)
    named = [item_id for item_id, _ in [*wanted, *reopened]]
    items = booked_items(company_id, [*named, *(each.item_id for each in suggestion.payments)])

    teach(transaction, items.values(), standing_proposal(transaction))
    decision = booking.decide_by_hand(
        transaction, rule=suggestion.rule, content=_content(transaction, position), actor=actor
    )
    voucher = _voucher(suggestion, transaction, items, decision)
    _tell_items_payments(transaction, suggestion)
    booked = [clearing.Booked(suggestion, transaction.pk, transaction.booking_date)]
    clearing.before_posting(company, booked, sent, actor, now)
    posted = booking.book_one(
        transaction=transaction,
        postings=voucher.postings,
        settled=settled,
        reopened=reopened,
        decision=decision,
        text=voucher.text,
        actor=actor,
        now=now,
    )
    clearing.after_posting(company, booked, sent, [posted.pk], actor, now)
    return posted


def _sent(
    company: Company, transaction: BankTransaction, suggestion: Suggestion
) -> dict[int, SentPayment]:
    """Our own payments that it is about, refused where they or their bills are settled by now."""
    rows = clearing.sent_rows(company.pk, (each.payment_id for each in suggestion.payments))
    if not clearing.still_stands(suggestion, rows):
        first = rows[suggestion.payments[0].payment_id]
        raise StateError("payment", first.end_to_end_id, "settled", "on its way")
    bills = clearing.bills_to_move(suggestion, rows, company.currency)
    booking.settle(company.pk, transaction, bills)
    return rows


def _voucher(
    suggestion: Suggestion,
    transaction: BankTransaction,
    items: Mapping[int, BookedItem],
    decision: Decision,
) -> NewVoucher:
    company_id, booked = transaction.company_id, booking.booked_transaction(transaction)
    currencies = {item.id: item.currency for item in items.values()}
    valuation = load_valuation(company_id, [booked], currencies)
    accounts = chart.accounts_by_role(company_id)
    exchange = valuation.of(booked, items)
    return voucher_of(suggestion, booked, items, accounts, decision.pk, exchange)


def _require_seen(transaction: BankTransaction, seen_decision_id: int | None) -> None:
    stands = booking.newest_decision(transaction)
    if seen_decision_id is not None and (stands is None or stands.pk != seen_decision_id):
        raise SuggestionChangedError(transaction=str(transaction.pk))


def _suggestions(transaction: BankTransaction) -> list[dict[str, object]]:
    decision = booking.newest_decision(transaction)
    found: list[dict[str, object]] = decision.content["suggestions"] if decision else []
    return found


def _suggestion(transaction: BankTransaction, position: int) -> Suggestion:
    found = _suggestions(transaction)
    if not 0 <= position < len(found):
        raise NotFoundError("suggestion", str(position + 1))
    return suggestion_from(found[position])


def _content(transaction: BankTransaction, position: int) -> dict[str, object]:
    """The accepted suggestion first, as accepted; the others stay to be seen."""
    found = _suggestions(transaction)
    chosen = found.pop(position)
    content: dict[str, object] = {
        "suggestions": [chosen, *found],
        "left_because": None,
        "reasons": [],
    }
    if position and (put_first := standing_proposal(transaction)["suggestions"]):
        content["passed_over"] = key_of(put_first[0])
    return content


def _tell_items_payments(transaction: BankTransaction, suggestion: Suggestion) -> None:
    """What the engine's own booking would have done, once a person says that it is right."""
    company_id = transaction.company_id
    if suggestion.rule == "own_key" and not suggestion.payments:
        settle_sent(company_id, {each.item_id for each in suggestion.settlements})
    if suggestion.rule == "returned" and transaction.end_to_end_id:
        items = {each.item_id for each in suggestion.reopened}
        fail_sent(company_id, items, {transaction.end_to_end_id})
