"""Lists of bank transactions, and one of them with all that is known of it."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Max, Q, QuerySet, Sum

from avstem.domain.voucher import LedgerRole
from avstem.store.chart import accounts_by_role
from avstem.store.models import BankTransaction, Decision, OpenItem, Party, Voucher
from avstem.store.queries.keyset import BY_DAY, Page, page_of
from avstem.store.queries.states import WAITING
from avstem.store.queries.words import any_of

#: A search in everything looks through so many transactions at a time, years of a small company,
#: in 75 ms: no index answers for a piece of a text, on SQLite as on PostgreSQL.
LOOKED_THROUGH_MAX = 40_000
_SEARCHED = ("counterparty", "text", "kid", "counterparty_account", "bank_reference")


@dataclass(frozen=True)
class Wanted:
    """Which transactions: a month (its first day) or all that wait; the words and amount sought.

    Of those that wait, with `suggested` only those that a suggestion stands at. With `everywhere`
    all of the account from `since` to `until`, whatever their state; None is no bound.
    `amount_minor` is what the words say read as an amount, unsigned, or None.
    """

    month: date | None
    words: str = ""
    amount_minor: int | None = None
    suggested: bool = False
    everywhere: bool = False
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class Sums:
    """Of all that is wanted, not of one page: how many, and the money in and out."""

    count: int
    in_minor: int
    out_minor: int


def transactions_page(
    company_id: int, account_id: int, wanted: Wanted, *, after: str, before: str
) -> Page[BankTransaction]:
    """One page, newest first."""
    return page_of(_rows(company_id, account_id, wanted), BY_DAY, after=after, before=before)


def sums_of(company_id: int, account_id: int, wanted: Wanted) -> Sums:
    """The totals over all pages."""
    found = _rows(company_id, account_id, wanted).aggregate(
        count=Count("pk"),
        money_in=Sum("amount_minor", filter=Q(amount_minor__gt=0), default=0),
        money_out=Sum("amount_minor", filter=Q(amount_minor__lt=0), default=0),
    )
    return Sums(found["count"], int(found["money_in"]), int(found["money_out"]))


def next_waiting(
    company_id: int, account_id: int, wanted: Wanted, after: BankTransaction
) -> BankTransaction | None:
    """The one that waits and comes after in the list; at the list's end its first; else None."""
    rows = _rows(company_id, account_id, wanted).filter(WAITING).exclude(pk=after.pk)
    rows = rows.order_by(*BY_DAY.names())
    beyond = BY_DAY.beyond([after.booking_date, after.pk], backwards=False)
    return rows.filter(beyond).first() or rows.first()


def cursor_at(row: BankTransaction) -> str:
    """The `after` of a page that begins with the row."""
    return f"{row.booking_date}~{row.pk + 1}"


def latest_day(company_id: int, account_id: int) -> date | None:
    """The day of the account's newest transaction."""
    rows = BankTransaction.objects.filter(company_id=company_id, account_id=account_id)
    found: date | None = rows.aggregate(day=Max("booking_date"))["day"]
    return found


def first_day_looked_at(company_id: int, account_id: int, until: date | None) -> date | None:
    """How far back from `until` a search in everything goes; None: to the account's beginning."""
    rows = BankTransaction.objects.filter(company_id=company_id, account_id=account_id)
    if until is not None:
        rows = rows.filter(booking_date__lte=until)
    days = rows.order_by(*BY_DAY.names()).values_list("booking_date", flat=True)
    return next(iter(days[LOOKED_THROUGH_MAX : LOOKED_THROUGH_MAX + 1]), None)


def next_month(month: date, step: int = 1) -> date:
    """The first day of the month after (`step` 1) or before (-1); the calendar's ends stay."""
    if step > 0:
        return (month.replace(day=28) + timedelta(days=4)).replace(day=1)
    return (month.replace(day=1) - timedelta(days=1)).replace(day=1)


def _rows(company_id: int, account_id: int, wanted: Wanted) -> QuerySet[BankTransaction]:
    rows = BankTransaction.objects.filter(company_id=company_id, account_id=account_id)
    if wanted.everywhere:
        rows = _between(rows, wanted.since, wanted.until)
    elif wanted.month is None:
        rows = rows.filter(WAITING)
        if wanted.suggested:
            rows = rows.filter(state="suggested")
    else:
        last = next_month(wanted.month) - timedelta(days=1)
        rows = _between(rows, wanted.month, last)
    if wanted.words:
        sought = any_of(_SEARCHED, wanted.words)
        if wanted.amount_minor is not None:
            sought |= Q(amount_minor__in=(wanted.amount_minor, -wanted.amount_minor))
        rows = rows.filter(sought)
    return rows


def _between(
    rows: QuerySet[BankTransaction], since: date | None, until: date | None
) -> QuerySet[BankTransaction]:
    rows = rows.exclude(state="superseded")
    if since is not None:
        rows = rows.filter(booking_date__gte=since)
    return rows.filter(booking_date__lte=until) if until is not None else rows


@dataclass(frozen=True)
class Detail:
    """A transaction with its newest decision's content and its vouchers, oldest first."""

    row: BankTransaction
    content: dict[str, Any]
    decided_by: str
    automatic: bool
    vouchers: list[Voucher]
    items: dict[int, OpenItem]
    parties: dict[int, Party]
    accounts: dict[LedgerRole, str]

    @property
    def standing(self) -> Voucher | None:
        """The voucher that books it now."""
        if self.row.state != "booked":
            return None
        forward = [each for each in self.vouchers if each.reverses_id is None]
        return forward[-1] if forward else None


def find_transaction(company_id: int, transaction_id: int) -> Detail | None:
    """The company's own transaction; None where there is none of that id."""
    rows = BankTransaction.objects.filter(company_id=company_id, pk=transaction_id)
    row = rows.select_related(
        "account", "entry", "entry__statement__file", "entry__confirmed_by__file"
    ).first()
    if row is None:
        return None
    decision = (
        Decision.objects.filter(company_id=company_id, transaction=row).order_by("-pk").first()
    )
    content = decision.content if decision else {}
    vouchers = Voucher.objects.filter(company_id=company_id, transaction=row)
    suggestions = content.get("suggestions", [])
    settled = {each["item_id"] for said in suggestions for each in said["settlements"]}
    resting = {said["rest_party_id"] for said in suggestions} - {None}
    items = OpenItem.objects.filter(company_id=company_id).select_related("party")
    return Detail(
        row=row,
        content=content,
        decided_by=decision.decided_by if decision else "",
        automatic=decision is not None and decision.run_id is not None,
        vouchers=list(vouchers.select_related("reverses").order_by("pk")),
        items=items.in_bulk(settled),
        parties=Party.objects.filter(company_id=company_id).in_bulk(resting),
        accounts=accounts_by_role(company_id),
    )
