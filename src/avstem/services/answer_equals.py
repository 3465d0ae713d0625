"""Give one answer to several equal transactions of a company."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction as database

from avstem.domain.errors import NotFoundError, RefusalError
from avstem.store import booking
from avstem.store.hand_booking import BookingLine, book_by_hand
from avstem.store.locks import lock_company
from avstem.store.models import BankAccount, Company, Voucher
from avstem.store.tenancy import in_company

#: So many in one company at once.
ANSWERED_MAX = 200


@dataclass(frozen=True)
class EqualAnswer:
    """All of each transaction to one ledger account, with a VAT code or none."""

    account: str
    vat_code: str = ""
    text: str = ""


@dataclass(frozen=True)
class AnsweredEquals:
    """The vouchers that were posted, and why the others were not (by transaction)."""

    vouchers: tuple[Voucher, ...]
    refused: tuple[tuple[int, RefusalError], ...]


@in_company
@database.atomic
def answer_equals(
    *,
    company_id: int,
    transaction_ids: Sequence[int],
    answer: EqualAnswer,
    actor: str,
    now: datetime,
) -> AnsweredEquals:
    """Book each by itself; one that is refused hinders none of the others.

    An account that the company does not have, or that mirrors a bank account, is refused for all.
    """
    assert len(transaction_ids) <= ANSWERED_MAX, "the caller bounds what is answered at once"
    company = lock_company(company_id)
    if BankAccount.objects.filter(company=company, ledger_account=answer.account).exists():
        raise NotFoundError("ledger account", answer.account)
    vouchers: list[Voucher] = []
    refused: list[tuple[int, RefusalError]] = []
    for transaction_id in transaction_ids:
        try:
            with database.atomic():
                vouchers.append(_book(company, transaction_id, answer, actor, now))
        except RefusalError as refusal:
            refused.append((transaction_id, refusal))
    return AnsweredEquals(tuple(vouchers), tuple(refused))


def _book(
    company: Company, transaction_id: int, answer: EqualAnswer, actor: str, now: datetime
) -> Voucher:
    amount = -booking.get_waiting(company.pk, transaction_id).amount_minor
    line = BookingLine(answer.account, amount, text=answer.text, vat_code=answer.vat_code)
    return book_by_hand(
        company, transaction_id=transaction_id, settlements=[], lines=[line], actor=actor, now=now
    )
