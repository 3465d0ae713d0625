"""Bills whose money has left the account more than once, with the debits that took it.

A debit that is not the bill's any more waits, or stands on the supplier: it is found by our id for
the payment or by what the engine said of it, a fixed number of questions for all.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Max

from avstem.domain.voucher import LedgerRole
from avstem.store.chart import accounts_by_role
from avstem.store.models import (
    Allocation,
    BankTransaction,
    Decision,
    OpenItem,
    Posting,
    SentPayment,
)

#: So many debits are looked at, the newest first.
DEBITS_MAX = 1_000
#: Why the engine leaves a debit to the supplier and not to the bill it names.
_PAID_BEFORE = frozenset({"veto.item_has_less_left", "kid.paid_twice", "text.paid_already"})


@dataclass(frozen=True, slots=True)
class DoubleDebit:
    """A bill, the debits that paid it (oldest first), and what left too much (minor units)."""

    item: OpenItem
    debits: tuple[BankTransaction, ...]
    too_much_minor: int


def double_debits(company_id: int) -> list[DoubleDebit]:
    """Every such bill that is known, by its number."""
    again = _left_over(company_id)
    named = _named_items(company_id, again)
    paid = _paid(company_id, {item_id for item_id, _ in named})
    items = OpenItem.objects.filter(
        company_id=company_id, pk__in={item_id for item_id, _ in named}
    ).select_related("party")
    by_id = {item.pk: item for item in items.order_by("number", "pk")}
    for item_id, row in named:
        minor = _as_the_bill(row, by_id[item_id].currency)
        if minor is not None:
            paid[item_id][row.pk] = (row, minor)
    found = []
    for item in by_id.values():
        debits = sorted(paid[item.pk].values(), key=lambda each: (each[0].booking_date, each[0].pk))
        too_much = sum(minor for _, minor in debits) - item.amount_minor
        if len(debits) > 1 and too_much > 0:
            found.append(DoubleDebit(item, tuple(row for row, _ in debits), too_much))
    return found


def _as_the_bill(row: BankTransaction, currency: str) -> int | None:
    """What left in the bill's currency (unsigned): as the account has it, or as was instructed.

    None where the bank does not say.
    """
    if row.currency == currency:
        return -row.amount_minor
    return abs(row.original_minor or 0) if row.original_currency == currency else None


def _left_over(company_id: int) -> list[BankTransaction]:
    """Debits that wait, and those booked on a supplier without a bill."""
    rows = BankTransaction.objects.filter(company_id=company_id, amount_minor__lt=0).select_related(
        "account"
    )
    waiting = rows.filter(state__in=("open", "suggested")).order_by("-pk")[:DEBITS_MAX]
    payables = accounts_by_role(company_id)[LedgerRole.PAYABLES]
    lines = Posting.objects.filter(
        company_id=company_id, party__isnull=False, item__isnull=True, account=payables,
        amount_minor__gt=0, voucher__transaction__isnull=False,
    )  # fmt: skip
    on_party = lines.order_by("-pk").values_list("voucher__transaction_id", flat=True)[:DEBITS_MAX]
    booked = rows.filter(pk__in=list(on_party), state="booked")
    return [*waiting, *booked]


def _named_items(
    company_id: int, debits: Sequence[BankTransaction]
) -> list[tuple[int, BankTransaction]]:
    """The bill that each names: of which payment it is, or what the engine said."""
    ids = {row.end_to_end_id for row in debits if row.end_to_end_id}
    sent = SentPayment.objects.filter(company_id=company_id, end_to_end_id__in=ids)
    by_id = {row.end_to_end_id: row for row in sent}
    said = _said(company_id, debits)
    bills = _bills(company_id, (number for found in said.values() for number in found))
    named = []
    for row in debits:
        ours = by_id.get(row.end_to_end_id)
        if ours is not None:
            named.append((ours.item_id, row))
        else:
            found = {bill for number in said.get(row.pk, ()) for bill in bills[number]}
            # A number that several suppliers use says nothing.
            named += [(found.pop(), row)] if len(found) == 1 else []
    return named


def _said(company_id: int, debits: Iterable[BankTransaction]) -> Mapping[int, list[str]]:
    """By transaction, the numbers of bills that its newest explanation calls paid already."""
    rows = Decision.objects.filter(
        company_id=company_id, transaction_id__in=[row.pk for row in debits]
    )
    newest = rows.values("transaction_id").annotate(newest=Max("pk")).values("newest")
    found: dict[int, list[str]] = defaultdict(list)
    for row in Decision.objects.filter(company_id=company_id, pk__in=newest):
        reasons: list[dict[str, Any]] = [*row.content.get("reasons", ())]
        reasons += [each for one in row.content.get("suggestions", ()) for each in one["reasons"]]
        found[row.transaction_id] += [
            str(each["facts"]["item"]) for each in reasons if each["code"] in _PAID_BEFORE
        ]
    return found


def _bills(company_id: int, numbers: Iterable[str]) -> Mapping[str, set[int]]:
    rows = OpenItem.objects.filter(
        company_id=company_id, kind="supplier_invoice", number__in=set(numbers)
    )
    found: dict[str, set[int]] = defaultdict(set)
    for pk, number in rows.values_list("pk", "number"):
        found[number].add(pk)
    return found


def _paid(company_id: int, item_ids: set[int]) -> dict[int, dict[int, tuple[BankTransaction, int]]]:
    """By bill, the debits that stand as its payment, each with so much (unsigned)."""
    found: dict[int, dict[int, tuple[BankTransaction, int]]] = defaultdict(dict)
    direct = Allocation.objects.filter(
        company_id=company_id, item_id__in=item_ids, transaction__isnull=False
    )
    for each in direct.select_related("transaction__account").order_by("pk"):
        if each.transaction is not None and each.transaction.state == "booked":
            before = found[each.item_id].get(each.transaction.pk, (each.transaction, 0))[1]
            found[each.item_id][each.transaction.pk] = (
                each.transaction, before + each.amount_minor
            )  # fmt: skip
    sent = SentPayment.objects.filter(
        company_id=company_id, item_id__in=item_ids, settled=True, rejected=False
    )
    for row in sent.select_related("debit__account"):
        if row.debit is not None:
            found[row.item_id][row.debit.pk] = (row.debit, row.amount_minor)
    return found
