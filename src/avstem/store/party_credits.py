"""The credits that parties have, with what the payments behind them named.

Found by the index of postings on a party without a document; nothing is kept beside the ledger.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeVar

from django.db.models import Exists, OuterRef, QuerySet, Sum

from avstem.domain.booked_value import ItemValue
from avstem.domain.party_credit import PartyPosting, left_of_credits
from avstem.domain.voucher import LedgerRole
from avstem.matching.credits import Credit, cause_of
from avstem.matching.facts import Key, Line
from avstem.matching.keys import structured_keys, text_keys
from avstem.store.automation import levels_of
from avstem.store.chart import accounts_by_role
from avstem.store.models import (
    BankTransaction,
    CreditUse,
    Decision,
    OpenItem,
    Posting,
)
from avstem.store.open_lines import FIELDS, line_of
from avstem.store.refunds import credit_of, notes_of

CHUNK = 1_000
T = TypeVar("T")


@dataclass(frozen=True)
class OpenCredit:
    """A credit with something left: the posting that made it, and the payment it came by."""

    credit: Credit
    posting: Posting
    line: Line | None


def open_credits(
    company_id: int, parties: Collection[int] | None = None, *, of_debtors: bool = False
) -> list[OpenCredit]:
    """The credits that have something left, the oldest first; of these parties only, if told.

    `of_debtors`: only of parties with an open document that a credit might settle.
    """
    roles = accounts_by_role(company_id)
    rows = _standing(company_id, roles)
    if parties is not None:
        rows = rows.filter(party_id__in=parties)
    if of_debtors:
        owed = OpenItem.objects.filter(
            company_id=company_id, party_id=OuterRef("party_id"), remaining_minor__gt=0
        )
        rows = rows.filter(Exists(owed))
    postings = {row.pk: row for row in rows}
    said = [_party_posting(row, roles[LedgerRole.RECEIVABLES]) for row in postings.values()]
    if not any(each.is_credit for each in said):
        return []
    left = left_of_credits(said, _used(company_id, [each.id for each in said if each.is_credit]))
    lines = _lines(company_id, (postings[pk] for pk in left))
    causes = _causes(company_id, (postings[pk] for pk in left))
    held = levels_of(company_id)
    rejected = _taken_back(company_id, left)
    found = []
    for each in sorted(said, key=lambda each: (each.day, each.id)):
        if each.id in left:
            posting = postings[each.id]
            line = lines.get(posting.voucher.transaction_id or 0)
            credit = Credit(
                each.id, each.party_id, each.is_customer, each.currency, left[each.id], each.day,
                cause_of(causes.get(posting.voucher.decision_id or 0, ())), _keys(line),
                frozenset(rejected.get(each.id, ())), bool(line and line.account_id in held),
                posting.value_minor is not None,
            )  # fmt: skip
            found.append(OpenCredit(credit, posting, line))
    return found


def credit_counts(company_id: int, parties: Collection[int]) -> dict[tuple[int, str, int], int]:
    """How many credits customers have of each party, currency and what is left."""
    if not parties:
        return {}
    roles = accounts_by_role(company_id)
    receivables = roles[LedgerRole.RECEIVABLES]
    rows = _standing(company_id, roles).filter(party_id__in=parties, account=receivables)
    said = [_party_posting(row, receivables) for row in rows]
    left = left_of_credits(said, _used(company_id, [each.id for each in said if each.is_credit]))
    return dict(
        Counter((each.party_id, each.currency, left[each.id]) for each in said if each.id in left)
    )


def _standing(company_id: int, roles: Mapping[LedgerRole, str]) -> QuerySet[Posting]:
    """Postings on parties alone, of vouchers that stand and are no use of a credit themselves."""
    ledgers = (roles[LedgerRole.RECEIVABLES], roles[LedgerRole.PAYABLES])
    rows = Posting.objects.filter(
        company_id=company_id,
        party__isnull=False,
        item__isnull=True,
        account__in=ledgers,
        voucher__reverses__isnull=True,
        voucher__reversed_by__isnull=True,
        voucher__credit_use__isnull=True,
    )
    return rows.select_related("voucher", "party")


def _party_posting(row: Posting, receivables: str) -> PartyPosting:
    assert row.party_id is not None, "only postings on parties are asked for"
    is_customer = row.account == receivables
    return PartyPosting(
        row.pk, row.party_id, is_customer, row.currency, row.amount_minor, row.voucher.date
    )


def credit_values(company_id: int, credits: Iterable[OpenCredit], own: str) -> dict[int, ItemValue]:
    """What is not used yet of each foreign credit, and what that was booked at, by its id."""
    postings = {each.credit.id: each.posting for each in credits if each.credit.currency != own}
    rows = Posting.objects.filter(
        company_id=company_id, voucher__credit_use__credit_id__in=postings, item__isnull=True,
        party__isnull=False, voucher__reversed_by__isnull=True,
    ).values_list("voucher__credit_use__credit_id")  # fmt: skip
    sums = rows.annotate(Sum("amount_minor"), Sum("value_minor", default=0)).order_by()
    used = {credit_id: (minor, value) for credit_id, minor, value in sums}
    return {pk: _credit_value(posting, *used.get(pk, (0, 0))) for pk, posting in postings.items()}


def _credit_value(posting: Posting, used_minor: int, used_value: int) -> ItemValue:
    """Uses are posted the other way. `direction`: to use a customer's credit is a debit."""
    direction, value = (1 if posting.amount_minor > 0 else -1), posting.value_minor
    return ItemValue(
        currency=posting.currency,
        day=posting.voucher.date,
        direction=direction,
        left=direction * (posting.amount_minor + used_minor),
        left_value=None if value is None else direction * (value + used_value),
    )


def _used(company_id: int, ids: Collection[int]) -> dict[int, int]:
    """What was drawn of them, or is to be paid back."""
    found: dict[int, int] = {}
    for chunk in _chunks(ids):
        rows = CreditUse.objects.filter(
            company_id=company_id, credit_id__in=chunk, voucher__reversed_by__isnull=True
        )
        found.update(rows.values_list("credit_id").annotate(Sum("amount_minor")).order_by())
    for note in notes_of(company_id, ids):
        credit_id = credit_of(note) or 0
        found[credit_id] = found.get(credit_id, 0) + note.amount_minor
    return found


def _taken_back(company_id: int, ids: Iterable[int]) -> dict[int, list[int]]:
    """The items that a person has taken back from each credit."""
    found: dict[int, list[int]] = defaultdict(list)
    for chunk in _chunks(ids):
        rows = CreditUse.objects.filter(
            company_id=company_id, credit_id__in=chunk, voucher__reversed_by__isnull=False
        )
        for credit_id, item_id in rows.values_list("credit_id", "item_id"):
            found[credit_id].append(item_id)
    return found


def _lines(company_id: int, postings: Iterable[Posting]) -> dict[int, Line]:
    """The payments behind the credits, by transaction."""
    found: dict[int, Line] = {}
    for chunk in _chunks({pk for row in postings if (pk := row.voucher.transaction_id)}):
        rows = BankTransaction.objects.filter(company_id=company_id, pk__in=chunk)
        lines = (line_of(row, {}, None) for row in rows.values_list(*FIELDS))
        found.update((line.id, line) for line in lines)
    return found


def _causes(company_id: int, postings: Iterable[Posting]) -> dict[int, list[str]]:
    """The codes of the reasons that each payment was booked with, by decision."""
    found: dict[int, list[str]] = {}
    for chunk in _chunks({pk for row in postings if (pk := row.voucher.decision_id)}):
        rows = Decision.objects.filter(company_id=company_id, pk__in=chunk)
        for pk, content in rows.values_list("pk", "content"):
            found[pk] = _codes(content)
    return found


def _codes(content: Mapping[str, Any]) -> list[str]:
    """What the standing suggestion says; nothing where a person made it."""
    return [
        reason["code"] for said in content["suggestions"][:1] for reason in said.get("reasons", ())
    ]


def _keys(line: Line | None) -> frozenset[Key]:
    return frozenset([*structured_keys(line), *text_keys(line)]) if line else frozenset()


def _chunks(values: Iterable[T]) -> Iterator[list[T]]:
    rest = iter(values)
    while chunk := list(islice(rest, CHUNK)):
        yield chunk
