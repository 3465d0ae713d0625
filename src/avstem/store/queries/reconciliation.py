"""An account's balance in the bank against the ledger's on a day, and what lies between them.

A constant number of queries, however much there is; of each kind of difference the first
`LINES_MAX` are listed, and all are counted and summed.
"""

from datetime import date
from typing import Any

from django.db.models import Count, F, Max, Q, QuerySet, Sum
from django.db.models.functions import Coalesce, Length

from avstem.domain.reconciliation import (
    Difference,
    DifferenceKind,
    DifferenceLine,
    Reconciliation,
    balances_by_day,
)
from avstem.store.models import BankAccount, BankTransaction, Posting, Statement, Voucher

LINES_MAX = 200

_TOLD = Q(entry__statement__isnull=False)
_TOLD_OF_POSTING = Q(voucher__transaction__entry__statement__isnull=False)


def reconciliation(account: BankAccount, day: date) -> Reconciliation:
    """The account as the books stand now, at the end of `day`."""
    opening = _opening(account)
    said = _said(account, day)
    told = _by_day(_told(account, day), "booking_date")
    posted = _by_day(_posted(account, day), "voucher__date")
    statement_day = max(said, default=None)
    running = opening + sum(told.values())
    bank = running
    if statement_day is not None:
        later = sum(minor for each, minor in told.items() if each > statement_day)
        bank = said[statement_day] + later
    found = [*_differences(account, day), *_not_told(bank - running, statement_day or day)]
    return Reconciliation(
        day=day,
        opening_minor=opening,
        bank_minor=bank,
        ledger_minor=opening + sum(posted.values()),
        statement_day=statement_day,
        statement_minor=said.get(statement_day) if statement_day else None,
        differences=tuple(each for each in found if each.count),
        days=balances_by_day(opening, told, posted, said),
    )


def _proved(account: BankAccount) -> QuerySet[Statement]:
    return Statement.objects.filter(
        company_id=account.company_id, account=account, kind="statement",
        balances_booked=True, retired_at__isnull=True,
    )  # fmt: skip


def _opening(account: BankAccount) -> int:
    """What the account began with: as a person said, else as the first statement."""
    if account.opening_balance_minor is not None:
        return account.opening_balance_minor
    order = ("from_date", "to_date", Length("sequence"), "sequence", "pk")
    first = _proved(account).filter(opening_minor__isnull=False).order_by(*order).first()
    return first.opening_minor or 0 if first else 0


def _said(account: BankAccount, day: date) -> dict[date, int]:
    """The closing balance that the bank gave for each day; the last statement of a day counts."""
    rows = _proved(account).filter(closing_minor__isnull=False, to_date__lte=day)
    rows = rows.order_by("to_date", "from_date", Length("sequence"), "sequence", "pk")
    told = rows.values_list("to_date", "closing_minor")
    return {each: minor for each, minor in told if each is not None and minor is not None}


def _told(account: BankAccount, day: date) -> QuerySet[BankTransaction]:
    return _money(account).filter(_TOLD, booking_date__lte=day)


def _money(account: BankAccount) -> QuerySet[BankTransaction]:
    rows = BankTransaction.objects.filter(company_id=account.company_id, account=account)
    return rows.exclude(state="superseded")


def _posted(account: BankAccount, day: date) -> QuerySet[Posting]:
    return Posting.objects.filter(
        company_id=account.company_id, account=account.ledger_account,
        currency=account.currency, voucher__date__lte=day,
    )  # fmt: skip


def _by_day(rows: QuerySet[Any], name: str) -> dict[date, int]:
    sums = rows.values_list(name).annotate(minor=Sum("amount_minor")).order_by(name)
    return {each: int(minor) for each, minor in sums}


def _differences(account: BankAccount, day: date) -> list[Difference]:
    unbooked = _told(account, day).exclude(state="booked")
    rows = _posted(account, day)
    alone = rows.filter(voucher__transaction__isnull=True)
    typed = rows.filter(voucher__transaction__isnull=False).exclude(_TOLD_OF_POSTING)
    earlier = rows.filter(_TOLD_OF_POSTING, voucher__transaction__booking_date__gt=day)
    return [
        _of_transactions(DifferenceKind.UNBOOKED, unbooked),
        _of_later(account, day),
        _of_postings(DifferenceKind.BOOKED_EARLIER, earlier),
        _of_postings(DifferenceKind.TYPED, typed),
        _of_postings(DifferenceKind.POSTED_ALONE, alone),
    ]


def _of_transactions(kind: DifferenceKind, rows: QuerySet[BankTransaction]) -> Difference:
    total = rows.aggregate(minor=Sum("amount_minor", default=0), count=Count("pk"))
    listed = rows.order_by("booking_date", "pk")[:LINES_MAX]
    lines = tuple(
        DifferenceLine(each.booking_date, _text(each), each.amount_minor, each.pk)
        for each in listed
    )
    return Difference(kind, int(total["minor"]), total["count"], lines)


def _text(row: BankTransaction) -> str:
    return " · ".join(each for each in (row.counterparty, row.text) if each)


def _of_later(account: BankAccount, day: date) -> Difference:
    """What of the bank's days up to `day` is posted after it, reversals too."""
    rows = Posting.objects.filter(
        _TOLD_OF_POSTING,
        company_id=account.company_id, account=account.ledger_account, currency=account.currency,
        voucher__date__gt=day, voucher__transaction__booking_date__lte=day,
    )  # fmt: skip
    return _of_postings(DifferenceKind.BOOKED_LATER, rows, sign=1)


def _of_postings(kind: DifferenceKind, rows: QuerySet[Posting], sign: int = -1) -> Difference:
    """What stands on the ledger account; with `sign` -1 the ledger has it and the bank has not.

    A voucher and its reversal together are no difference, so each transaction (each voucher that
    has none) stands with what is left of it.
    """
    whole = rows.aggregate(minor=Sum("amount_minor", default=0))
    left = (
        rows.annotate(original=Coalesce("voucher__reverses_id", "voucher_id"))
        .annotate(whose=Coalesce("voucher__transaction_id", -F("original")))
        .values("whose")
        .annotate(moved=Sum("amount_minor"), last=Max("voucher_id"))
        .exclude(moved=0)
        .order_by("last")
    )
    listed = list(left[:LINES_MAX])
    vouchers = Voucher.objects.filter(pk__in=[each["last"] for each in listed]).in_bulk()
    lines = tuple(_line(vouchers[each["last"]], sign * int(each["moved"])) for each in listed)
    count = len(lines) if len(lines) < LINES_MAX else left.count()
    return Difference(kind, sign * int(whole["minor"]), count, lines)


def _line(voucher: Voucher, minor: int) -> DifferenceLine:
    return DifferenceLine(
        voucher.date, voucher.text, minor, voucher.transaction_id, voucher.pk, str(voucher)
    )


def _not_told(minor: int, day: date) -> list[Difference]:
    line = DifferenceLine(day, "", minor)
    return [Difference(DifferenceKind.NOT_TOLD, minor, 1, (line,))] if minor else []
