"""The voucher that takes another one back, and the day it can be dated."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta

from avstem.domain.money import Money
from avstem.domain.voucher import PostingLine, reversal_of
from avstem.store.models import Allocation, Company, Posting, Voucher
from avstem.store.posting import NewVoucher


def first_open_day(company: Company, day: date) -> date:
    """The day itself, or the first after the closed period it lies in."""
    if company.closed_to and day <= company.closed_to:
        return company.closed_to + timedelta(days=1)
    return day


def reversing_voucher(voucher: Voucher, day: date, own: str) -> NewVoucher:
    """The voucher of that day that takes back all that this one posted and allocated."""
    return reversing_vouchers([(voucher, day)], own)[0]


def reversing_vouchers(dated: Sequence[tuple[Voucher, date]], own: str) -> list[NewVoucher]:
    """As `reversing_voucher`, each on its day; all of one company."""
    if not dated:
        return []
    named = {"company_id": dated[0][0].company_id, "voucher__in": [each for each, _ in dated]}
    postings: dict[int, list[Posting]] = defaultdict(list)
    for line in Posting.objects.filter(**named).order_by("position"):
        postings[line.voucher_id].append(line)
    allocations: dict[int, list[Allocation]] = defaultdict(list)
    for row in Allocation.objects.filter(**named).order_by("pk"):
        allocations[row.voucher_id].append(row)
    return [
        _reversing(voucher, day, own, postings[voucher.pk], allocations[voucher.pk])
        for voucher, day in dated
    ]


def _reversing(
    voucher: Voucher, day: date, own: str, postings: Sequence[Posting],
    allocations: Sequence[Allocation],
) -> NewVoucher:  # fmt: skip
    return NewVoucher(
        date=day,
        text=f"Reversering av bilag {voucher}: {voucher.text}"[:200],
        postings=reversal_of(_line(row, own) for row in postings),
        allocations=tuple((row.item_id, -row.amount_minor) for row in allocations),
        transaction_id=voucher.transaction_id,
        booking_no=voucher.booking_no,
        reverses_id=voucher.pk,
    )


def _line(row: Posting, own: str) -> PostingLine:
    return PostingLine(
        row.account,
        Money(row.amount_minor, row.currency),
        row.party_id,
        row.item_id,
        row.text,
        row.vat_code,
        None if row.currency == own else row.value_minor,
    )
