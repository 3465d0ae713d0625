"""Receipts as the exports carry them: each by the number of the voucher that it belongs to."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby, islice
from typing import Any

from django.db.models import F, OuterRef, Q, Subquery, Window
from django.db.models.functions import RowNumber

from avstem.store.models import Attachment, AttachmentChunk, Voucher

CHUNK = 200
#: Where the receipts of transactions stand that nobody has booked.
UNBOOKED = "unbooked"


@dataclass(frozen=True)
class Receipt:
    """A receipt with its transaction's first voucher, None where nothing is booked.

    `path` is its name in an export: the first voucher's, also where later ones follow, so that it
    never changes once something is booked.
    """

    row: Attachment
    voucher: Voucher | None
    path: str


def receipts(
    company_id: int, *, from_date: date | None = None, to_date: date | None = None
) -> Iterator[Receipt]:
    """All of the company in the order they came, or those of the vouchers (else the transactions)
    of these days. A constant number of queries for each `CHUNK`.
    """
    rows = _in_period(_rows(company_id), from_date, to_date).order_by("pk").iterator(CHUNK)
    while chunk := list(islice(rows, CHUNK)):
        yield from _with_vouchers(company_id, chunk)


def receipts_of(company_id: int, transaction_ids: Collection[int]) -> dict[int, list[Receipt]]:
    """By transaction, each in the order they came."""
    rows = _rows(company_id).filter(transaction_id__in=transaction_ids).order_by("pk")
    found: dict[int, list[Receipt]] = defaultdict(list)
    for each in _with_vouchers(company_id, list(rows)):
        found[each.row.transaction_id].append(each)
    return found


def bytes_of(
    company_id: int, found: Collection[Receipt]
) -> Iterator[tuple[Receipt, Iterator[bytes]]]:
    """Each with its bytes in pieces, which are taken before the next; one query for them all."""
    by_id = {each.row.pk: each for each in found}
    chunks = AttachmentChunk.objects.filter(company_id=company_id, attachment_id__in=by_id)
    pieces = chunks.order_by("attachment_id", "position").values_list("attachment_id", "data")
    for pk, theirs in groupby(pieces.iterator(chunk_size=4), key=lambda each: each[0]):
        yield by_id[pk], (bytes(data) for _, data in theirs)


def _rows(company_id: int) -> Any:  # the type checker knows no annotated columns
    ours = Voucher.objects.filter(company_id=company_id, transaction=OuterRef("transaction"))
    first = ours.order_by("pk")
    return (
        Attachment.objects.filter(company_id=company_id)
        .select_related("transaction")
        .annotate(
            voucher_id=Subquery(first.values("pk")[:1]),
            voucher_date=Subquery(first.values("date")[:1]),
            place=Window(RowNumber(), partition_by=F("transaction_id"), order_by=F("pk").asc()),
        )
    )


def _in_period(rows: Any, from_date: date | None, to_date: date | None) -> Any:
    """All of a transaction's receipts or none, so that their places stay."""
    for bound, way in ((from_date, "gte"), (to_date, "lte")):
        if bound is not None:
            unbooked = Q(voucher_date__isnull=True, **{f"transaction__booking_date__{way}": bound})
            rows = rows.filter(Q(**{f"voucher_date__{way}": bound}) | unbooked)
    return rows


def _with_vouchers(company_id: int, rows: Collection[Any]) -> Iterator[Receipt]:
    ids = {each.voucher_id for each in rows} - {None}
    vouchers = Voucher.objects.filter(company_id=company_id).in_bulk(ids)
    for row in rows:
        voucher = vouchers.get(row.voucher_id)
        yield Receipt(row, voucher, _path(row, voucher))


def _path(row: Any, voucher: Voucher | None) -> str:
    if voucher is not None:
        return f"{voucher.year}/{voucher}-{row.place} {row.name}"
    day = row.transaction.booking_date.isoformat()
    return f"{UNBOOKED}/{day} {row.transaction_id}-{row.place} {row.name}"
