"""Reading for the exports: bank transactions with their decisions, and vouchers, in chunks."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from avstem.domain.voucher import LedgerRole
from avstem.matching.explanation import Explanation, explain
from avstem.store.chart import accounts_by_role
from avstem.store.models import (
    Allocation,
    BankTransaction,
    Decision,
    OpenItem,
    Posting,
    Voucher,
)
from avstem.store.receipts import Receipt, receipts_of

CHUNK = 1_000
_UNDECIDED: dict[str, Any] = {"suggestions": [], "left_because": None, "reasons": []}


@dataclass
class MatchedTransaction:
    """A bank transaction with what was decided and booked for it.

    `content` is the newest decision's JSON and `explanation` what it explains; `items` holds every
    item it or the voucher names. `allocations` are (item, unsigned minor units) of the standing
    voucher.
    """

    row: BankTransaction
    content: dict[str, Any]
    explanation: Explanation
    voucher: Voucher | None
    allocations: list[tuple[int, int]]
    items: dict[int, OpenItem]
    accounts: dict[LedgerRole, str]


@dataclass
class PostedVoucher:
    """A voucher with its postings in order, and the receipts of its bank transaction."""

    row: Voucher
    postings: list[Posting] = field(default_factory=list)
    receipts: list[Receipt] = field(default_factory=list)


def matched_transactions(company_id: int) -> Iterator[MatchedTransaction]:
    """Every booked transaction of the bank, by date; a constant number of queries a thousand."""
    rows = (
        BankTransaction.objects.filter(company_id=company_id)
        .exclude(state="superseded")
        .select_related("account")
        .order_by("booking_date", "id")
        .iterator(CHUNK)
    )
    accounts = accounts_by_role(company_id)
    while chunk := list(islice(rows, CHUNK)):
        yield from _matched(company_id, chunk, accounts)


def posted_vouchers(company_id: int) -> Iterator[PostedVoucher]:
    """Every voucher, by year and number."""
    rows = (
        Voucher.objects.filter(company_id=company_id)
        .select_related("reverses")
        .order_by("year", "series", "number")
        .iterator(CHUNK)
    )
    while chunk := list(islice(rows, CHUNK)):
        found = {row.pk: PostedVoucher(row) for row in chunk}
        postings = Posting.objects.filter(company_id=company_id, voucher_id__in=found)
        for posting in postings.select_related("party", "item").order_by("voucher_id", "position"):
            found[posting.voucher_id].postings.append(posting)
        ours = {row.transaction_id for row in chunk if row.transaction_id is not None}
        attached = receipts_of(company_id, ours)
        for each in found.values():
            each.receipts = attached.get(each.row.transaction_id or 0, [])
        yield from found.values()


def _matched(
    company_id: int, rows: Sequence[BankTransaction], accounts: dict[LedgerRole, str]
) -> Iterator[MatchedTransaction]:
    ids = [row.pk for row in rows]
    decided = {
        row[0]: row[1:]
        for row in Decision.objects.filter(company_id=company_id, transaction_id__in=ids)
        .order_by("pk")
        .values_list("transaction_id", "content", "decided_by", "run_id")
    }
    contents = {pk: content for pk, (content, *_) in decided.items()}
    vouchers = _standing_vouchers(company_id, rows)
    allocations = _allocations(company_id, [voucher.pk for voucher in vouchers.values()])
    items = _items(company_id, contents.values(), allocations)
    for row in rows:
        voucher = vouchers.get(row.pk)
        content, decided_by, run_id = decided.get(row.pk, (dict(_UNDECIDED), "", None))
        yield MatchedTransaction(
            row=row,
            content=content,
            explanation=explain(content, decided_by=decided_by, automatic=run_id is not None),
            voucher=voucher,
            allocations=allocations[voucher.pk] if voucher else [],
            items=items,
            accounts=accounts,
        )


def _standing_vouchers(company_id: int, rows: Sequence[BankTransaction]) -> dict[int, Voucher]:
    booked = {row.pk: row.booking_no for row in rows if row.state == "booked"}
    found = Voucher.objects.filter(
        company_id=company_id, transaction_id__in=booked, reverses__isnull=True
    )
    return {
        voucher.transaction_id: voucher
        for voucher in found
        if voucher.transaction_id and booked[voucher.transaction_id] == voucher.booking_no
    }


def _allocations(company_id: int, voucher_ids: Sequence[int]) -> dict[int, list[tuple[int, int]]]:
    found: dict[int, list[tuple[int, int]]] = defaultdict(list)
    rows = Allocation.objects.filter(company_id=company_id, voucher_id__in=voucher_ids)
    for voucher_id, item_id, minor in rows.order_by("pk").values_list(
        "voucher_id", "item_id", "amount_minor"
    ):
        found[voucher_id].append((item_id, minor))
    return found


def _items(
    company_id: int, contents: Any, allocations: dict[int, list[tuple[int, int]]]
) -> dict[int, OpenItem]:
    wanted = {item_id for settled in allocations.values() for item_id, _ in settled}
    for content in contents:
        for suggestion in content["suggestions"]:
            wanted.update(each["item_id"] for each in suggestion["settlements"])
    rows = OpenItem.objects.filter(company_id=company_id, pk__in=wanted)
    return {row.pk: row for row in rows.select_related("party")}
