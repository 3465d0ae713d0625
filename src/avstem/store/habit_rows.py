"""What people decided by hand lately, as habits: a few queries, bounded, found by index."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from avstem.domain.voucher import LedgerRole
from avstem.matching.habits import Answer, Habit, HabitKey, habit_key, habits_of
from avstem.store.models import BankTransaction, Decision, Voucher

#: The newest decisions by hand that are looked at: what a person no longer does fades away.
DECISIONS_MAX = 2_000
CHUNK = 1_000
_VAT_ROLES = {LedgerRole.VAT_INPUT.value, LedgerRole.VAT_OUTPUT.value}


def habits(company_id: int) -> Mapping[HabitKey, Habit]:
    """What the company's people have done often enough."""
    return habits_of((key, answer) for key, answer, _ in decided(company_id))


def decided(company_id: int) -> Iterator[tuple[HabitKey, Answer, BankTransaction]]:
    """The transactions that stand booked whole to one account by hand, newest decision first."""
    rows = Decision.objects.filter(
        company_id=company_id, rule__in=("by_hand", "habit"), verdict="book"
    )
    newest = rows.order_by("-pk").values_list("pk", "transaction_id", "content")[:DECISIONS_MAX]
    for chunk in _chunks(list(newest)):
        standing = _standing(company_id, [pk for _, pk, _ in chunk])
        for decision_id, transaction_id, content in chunk:
            row = standing.get((transaction_id, decision_id))
            answer = answer_of(content)
            key = _key(row) if row and answer else None
            if row and answer and key:
                yield key, answer, row


def answer_of(content: Mapping[str, Any]) -> Answer | None:
    """The one account that a decision's content books to; None where there is more to it."""
    [said, *_] = content["suggestions"]
    lines = [each for each in said.get("ledger_lines", ()) if each["role"] not in _VAT_ROLES]
    alone = len(lines) == 1 and not said["settlements"] and not said["rest_minor"]
    if not alone or not lines[0]["account"] or lines[0]["party_id"]:
        return None
    return Answer(lines[0]["account"], lines[0]["vat_code"])


def _key(row: BankTransaction) -> HabitKey | None:
    return habit_key(
        amount_minor=row.amount_minor,
        currency=row.currency,
        counterparty=row.counterparty,
        text=row.text,
    )


def _standing(company_id: int, ids: Sequence[int]) -> dict[tuple[int, int], BankTransaction]:
    """(transaction, decision) of the vouchers that book them now."""
    vouchers = Voucher.objects.filter(
        company_id=company_id,
        transaction_id__in=ids,
        reverses__isnull=True,
        reversed_by__isnull=True,
    )
    pairs = list(vouchers.values_list("transaction_id", "decision_id"))
    rows = BankTransaction.objects.filter(company_id=company_id, pk__in=ids).in_bulk()
    return {(pk, decision_id): rows[pk] for pk, decision_id in pairs if pk and decision_id}


def _chunks(rows: Sequence[tuple[int, int, dict[str, Any]]]) -> Iterator[Any]:
    for start in range(0, len(rows), CHUNK):
        yield rows[start : start + CHUNK]
