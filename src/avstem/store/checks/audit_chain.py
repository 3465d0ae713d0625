"""The audit chain, and through it every voucher's content."""

import hashlib
from collections import defaultdict
from collections.abc import Iterator

from avstem.domain.money import Money
from avstem.domain.voucher import PostingLine
from avstem.store.audit import START, event_hash
from avstem.store.checks import Fault
from avstem.store.models import Allocation, AuditEvent, Company, Decision, Posting, Voucher
from avstem.store.posting import NewVoucher, PostedVoucher, content_line


def chain_is_whole(company_id: int) -> Iterator[Fault]:
    """Every event follows on, and says what its hash was made of."""
    previous, sequence = START, 0
    for event in _events(company_id):
        sequence += 1
        subject = f"audit event {event.sequence}"
        if event.sequence != sequence or event.previous_hash != previous:
            yield Fault(
                subject,
                "a broken link before it",
                f"event {sequence} linked to the last",
            )
            sequence = event.sequence
        if event_hash(event) != event.hash:
            yield Fault(subject, "other content than was written", "the content of its hash")
        previous = event.hash


def vouchers_are_as_posted(company_id: int) -> Iterator[Fault]:
    """Every voucher stands in one event of the chain, with the very content posted then."""
    covered: set[tuple[int, int]] = set()
    for event in _events(company_id):
        if "vouchers" not in event.facts:
            continue
        ranges = [tuple(each) for each in event.facts["vouchers"]]
        numbers = {(year, n) for year, low, high in ranges for n in range(low, high + 1)}
        if covered & numbers:
            yield Fault(
                f"audit event {event.sequence}",
                "vouchers named before",
                "each voucher once",
            )
        covered |= numbers
        if _digest(company_id, ranges) != event.facts["digest"]:
            named = ", ".join(f"{year}-{low}…{high}" for year, low, high in ranges)
            yield Fault(f"vouchers {named}", "other content than was posted", "what was posted")
    for voucher in Voucher.objects.filter(company_id=company_id).iterator(1000):
        if (voucher.year, voucher.number) not in covered:
            yield Fault(f"voucher {voucher}", "no audit event", "the event it was posted with")


def bookings_are_explained(company_id: int) -> Iterator[Fault]:
    """Every booking of a bank transaction has the decision that explains it."""
    bookings = Voucher.objects.filter(
        company_id=company_id, transaction__isnull=False, reverses__isnull=True
    )
    explained = Decision.objects.filter(company_id=company_id)
    for voucher in bookings.exclude(decision_id__in=explained.values("pk")).iterator(1000):
        yield Fault(f"voucher {voucher}", "no decision", "the decision that explains it")


def _events(company_id: int) -> Iterator[AuditEvent]:
    rows = AuditEvent.objects.filter(company_id=company_id).order_by("sequence")
    yield from rows.iterator(500)


def _digest(company_id: int, ranges: list[tuple[int, ...]]) -> str:
    told = hashlib.sha256()
    for year, low, high in sorted(ranges):
        rows = Voucher.objects.filter(company_id=company_id, year=year, number__range=(low, high))
        vouchers = list(rows.order_by("number"))
        ids = [voucher.pk for voucher in vouchers]
        postings, allocations = (
            _postings(company_id, ids),
            _allocations(company_id, ids),
        )
        for row in vouchers:
            told.update(_content(row, postings[row.pk], allocations[row.pk]).encode())
    return told.hexdigest()


def _content(row: Voucher, postings: list[PostingLine], allocations: list[tuple[int, int]]) -> str:
    voucher = NewVoucher(
        date=row.date,
        text=row.text,
        postings=tuple(postings),
        allocations=tuple(allocations),
        reverses_id=row.reverses_id,
    )
    return content_line(voucher, PostedVoucher(row.pk, row.year, row.number))


def _postings(company_id: int, voucher_ids: list[int]) -> dict[int, list[PostingLine]]:
    found: dict[int, list[PostingLine]] = defaultdict(list)
    own = Company.objects.values_list("currency", flat=True).get(pk=company_id)
    rows = Posting.objects.filter(company_id=company_id, voucher_id__in=voucher_ids)
    for row in rows.order_by("voucher_id", "position"):
        found[row.voucher_id].append(
            PostingLine(
                row.account,
                Money(row.amount_minor, row.currency),
                row.party_id,
                row.item_id,
                vat_code=row.vat_code,
                # In the company's own currency the value is the amount, and is not said twice.
                value_minor=None if row.currency == own else row.value_minor,
            )
        )
    return found


def _allocations(company_id: int, voucher_ids: list[int]) -> dict[int, list[tuple[int, int]]]:
    found: dict[int, list[tuple[int, int]]] = defaultdict(list)
    rows = Allocation.objects.filter(company_id=company_id, voucher_id__in=voucher_ids)
    for row in rows.order_by("pk"):
        found[row.voucher_id].append((row.item_id, row.amount_minor))
    return found


CHECKS = {
    "audit chain is whole": chain_is_whole,
    "vouchers are as posted": vouchers_are_as_posted,
    "bookings are explained": bookings_are_explained,
}
