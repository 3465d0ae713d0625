"""Posting vouchers in bulk: postings first, then the voucher rows that seal them.

Call it with the company locked: numbers follow on without gap, by year.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from avstem.domain.voucher import PostingLine, check_balance
from avstem.store.bulk import insert_rows, reserve_ids
from avstem.store.ledger_totals import keep_totals
from avstem.store.models import Allocation, Company, Posting, Voucher

SERIES = "B"


@dataclass(frozen=True, slots=True)
class NewVoucher:
    """A voucher to post. `allocations` are (item, signed minor units: negative takes back)."""

    date: date
    text: str
    postings: tuple[PostingLine, ...]
    allocations: tuple[tuple[int, int], ...] = ()
    transaction_id: int | None = None
    booking_no: int = 0
    reverses_id: int | None = None
    decision_id: int | None = None


@dataclass(frozen=True, slots=True)
class PostedVoucher:
    """A posted voucher's identity, in the order asked for."""

    id: int
    year: int
    number: int

    def __str__(self) -> str:
        return f"{self.year}-{self.number}"


def post_vouchers(
    *, company_id: int, vouchers: Sequence[NewVoucher], actor: str, now: datetime
) -> list[PostedVoucher]:
    """Post them all; the tables refuse what does not balance, fit or follow on."""
    for voucher in vouchers:
        check_balance(voucher.postings)
    posted = _identities(company_id, vouchers)
    pairs = list(zip(vouchers, posted, strict=True))
    own = Company.objects.values_list("currency", flat=True).get(pk=company_id)
    insert_rows(Posting, _POSTING_FIELDS, _posting_rows(company_id, pairs, own))
    insert_rows(Voucher, _VOUCHER_FIELDS, _voucher_rows(company_id, pairs, actor, now))
    insert_rows(Allocation, _ALLOCATION_FIELDS, _allocation_rows(company_id, pairs))
    keep_totals(company_id, [each.number for each in posted])
    return posted


def digest(vouchers: Sequence[NewVoucher], posted: Sequence[PostedVoucher]) -> str:
    """SHA-256 over the whole content of the vouchers by year and number, for the audit chain."""
    told = hashlib.sha256()
    pairs = sorted(
        zip(posted, vouchers, strict=True),
        key=lambda pair: (pair[0].year, pair[0].number),
    )
    for identity, voucher in pairs:
        told.update(content_line(voucher, identity).encode())
    return told.hexdigest()


def content_line(voucher: NewVoucher, identity: PostedVoucher) -> str:
    """Everything a voucher says, as one line."""
    said = [
        str(identity),
        voucher.date.isoformat(),
        voucher.text,
        str(voucher.reverses_id or ""),
    ]
    for line in voucher.postings:
        said += [
            line.account,
            str(line.amount),
            str(line.party_id or ""),
            str(line.item_id or ""),
            # Only where there is one, so that the digests of before hold.
            *([f"vat {line.vat_code}"] if line.vat_code else []),
            *([f"value {line.value_minor}"] if line.value_minor is not None else []),
        ]
    said += [f"{item}:{minor}" for item, minor in voucher.allocations]
    return "\x1f".join(said) + "\n"


def _identities(company_id: int, vouchers: Sequence[NewVoucher]) -> list[PostedVoucher]:
    ids = reserve_ids(Voucher, len(vouchers))
    years = {each.date.year for each in vouchers}
    numbers = {year: _last_number(company_id, year) for year in years}
    posted = []
    for voucher, voucher_id in zip(vouchers, ids, strict=True):
        year = voucher.date.year
        numbers[year] += 1
        posted.append(PostedVoucher(voucher_id, year, numbers[year]))
    return posted


def _last_number(company_id: int, year: int) -> int:
    """From the end of the index: asking for the highest of a group would read all of it."""
    of_year = Voucher.objects.filter(company_id=company_id, series=SERIES, year=year)
    last: int | None = of_year.order_by("-number").values_list("number", flat=True).first()
    return last or 0


Pairs = Sequence[tuple[NewVoucher, PostedVoucher]]
Row = tuple[object, ...]

_POSTING_FIELDS = (
    "company_id", "voucher_id", "position", "account", "amount_minor", "currency", "party_id",
    "item_id", "text", "vat_code", "value_minor",
)  # fmt: skip
_VOUCHER_FIELDS = (
    "id", "company_id", "year", "series", "number", "date", "text", "transaction_id",
    "booking_no", "reverses_id", "decision_id", "created_at", "created_by",
)  # fmt: skip
_ALLOCATION_FIELDS = (
    "company_id",
    "voucher_id",
    "transaction_id",
    "item_id",
    "amount_minor",
)


def _posting_rows(company_id: int, pairs: Pairs, own: str) -> Iterator[Row]:
    for voucher, identity in pairs:
        for position, line in enumerate(voucher.postings):
            yield (
                company_id, identity.id, position, line.account, line.amount.minor,
                line.amount.currency, line.party_id, line.item_id, line.text[:140],
                line.vat_code,
                line.amount.minor if line.amount.currency == own else line.value_minor,
            )  # fmt: skip


def _voucher_rows(company_id: int, pairs: Pairs, actor: str, now: datetime) -> Iterator[Row]:
    for voucher, identity in pairs:
        yield (
            identity.id, company_id, identity.year, SERIES, identity.number, voucher.date,
            voucher.text[:200], voucher.transaction_id, voucher.booking_no, voucher.reverses_id,
            voucher.decision_id, now, actor,
        )  # fmt: skip


def _allocation_rows(company_id: int, pairs: Pairs) -> Iterator[Row]:
    for voucher, identity in pairs:
        for item_id, minor in voucher.allocations:
            yield company_id, identity.id, voucher.transaction_id, item_id, minor
