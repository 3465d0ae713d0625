"""Accept many suggestions at once, exactly those that were seen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction as database

from avstem.domain.errors import RefusalError
from avstem.store.accepting import accept_one
from avstem.store.locks import lock_company
from avstem.store.models import Voucher
from avstem.store.tenancy import in_company

#: So many at once: a person has looked at each.
ACCEPTED_MAX = 200


@dataclass(frozen=True)
class Seen:
    """A transaction, and the decision whose best suggestion a person saw."""

    transaction_id: int
    decision_id: int


@dataclass(frozen=True)
class AcceptedAll:
    """The vouchers that were posted, and why each of the others was not (by transaction)."""

    vouchers: tuple[Voucher, ...]
    refused: tuple[tuple[int, RefusalError], ...]


@in_company
@database.atomic
def accept_all(*, company_id: int, seen: Sequence[Seen], actor: str, now: datetime) -> AcceptedAll:
    """Post the best suggestion of each, in the order given; at most `ACCEPTED_MAX`.

    Each by itself: one that no longer fits, or is no longer what was seen, is refused with its
    reason and hinders none of the others.
    """
    assert len(seen) <= ACCEPTED_MAX, "the caller bounds what a person can have seen"
    company = lock_company(company_id)
    vouchers: list[Voucher] = []
    refused: list[tuple[int, RefusalError]] = []
    for each in seen:
        try:
            with database.atomic():
                vouchers.append(
                    accept_one(
                        company, transaction_id=each.transaction_id, position=0, actor=actor,
                        now=now, seen_decision_id=each.decision_id,
                    )
                )  # fmt: skip
        except RefusalError as refusal:
            refused.append((each.transaction_id, refusal))
    return AcceptedAll(tuple(vouchers), tuple(refused))
