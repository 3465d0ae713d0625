"""What a person's booking says of the proposal that stood, and what it teaches.

Call these with the company locked, before the booking's own decision is written.
"""

from collections.abc import Iterable
from typing import Any

from avstem.store.booking import newest_decision
from avstem.store.items import booked_items
from avstem.store.learning import learn, lesson_of, unlearn
from avstem.store.models import BankTransaction
from avstem.store.suggested_voucher import BookedItem


def standing_proposal(transaction: BankTransaction) -> dict[str, Any]:
    """The content of the proposal that waits for a person; without suggestions where none does.

    A booking that was undone is no proposal: its undoing has been counted already.
    """
    decision = newest_decision(transaction)
    if decision is None or decision.verdict != "propose":
        return {"suggestions": []}
    content: dict[str, Any] = decision.content
    return content


def teach(
    transaction: BankTransaction, settled: Iterable[BookedItem], proposal: dict[str, Any]
) -> None:
    """Confirm who paid for whom; lower what put another party first."""
    company_id = transaction.company_id
    right = lesson_of(transaction, settled)
    learn(company_id, right, by_person=True)
    parties = {each.party_id for each in right}
    for first in proposal["suggestions"][:1]:
        items = booked_items(company_id, [each["item_id"] for each in first["settlements"]])
        put_first = lesson_of(transaction, items.values())
        unlearn(company_id, [each for each in put_first if each.party_id not in parties])
