"""Vouchers: the list, and one with its postings."""

from dataclasses import dataclass

from avstem.store.models import LedgerAccount, Posting, Voucher
from avstem.store.queries.keyset import Order, Page, page_of
from avstem.store.queries.words import any_of

BY_NUMBER = Order((("year", int), ("number", int), ("pk", int)))


@dataclass(frozen=True)
class VoucherLine:
    """A posting with its account's name ("" where the account is no longer in the chart)."""

    posting: Posting
    account_name: str


@dataclass(frozen=True)
class VoucherDetail:
    """A voucher, its lines in order, and the one that reverses it."""

    row: Voucher
    lines: list[VoucherLine]
    reversed_by: Voucher | None

    @property
    def is_exchanged(self) -> bool:
        """Whether more than one currency meets in it: then it balances in the company's alone."""
        return len({line.posting.currency for line in self.lines}) > 1

    @property
    def total_minor(self) -> int:
        """The sum of the debit side: of the values, where currencies meet."""
        if self.is_exchanged:
            return sum(max(line.posting.value_minor or 0, 0) for line in self.lines)
        return sum(max(line.posting.amount_minor, 0) for line in self.lines)


def vouchers_page(company_id: int, *, words: str, after: str, before: str) -> Page[Voucher]:
    """One page, the newest number first."""
    rows = Voucher.objects.filter(company_id=company_id).select_related("reversed_by", "reverses")
    year, _, number = words.partition("-")
    if year.isdecimal() and number.isdecimal():
        rows = rows.filter(year=int(year), number=int(number))
    elif words:
        rows = rows.filter(any_of(("text",), words))
    return page_of(rows, BY_NUMBER, after=after, before=before)


def find_voucher(company_id: int, voucher_id: int) -> VoucherDetail | None:
    """The company's own voucher."""
    rows = Voucher.objects.filter(company_id=company_id, pk=voucher_id)
    row = rows.select_related("reverses", "transaction__account").first()
    if row is None:
        return None
    names = dict(LedgerAccount.objects.filter(company_id=company_id).values_list("number", "name"))
    postings = Posting.objects.filter(company_id=company_id, voucher=row)
    lines = [
        VoucherLine(posting, names.get(posting.account, ""))
        for posting in postings.select_related("party", "item").order_by("position")
    ]
    return VoucherDetail(
        row, lines, Voucher.objects.filter(company_id=company_id, reverses=row).first()
    )
