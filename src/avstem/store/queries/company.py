"""What the home page says of a company."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Max, Q

from avstem.store.models import (
    BankAccount,
    BankFile,
    BankTransaction,
    Company,
    LedgerAccount,
    Membership,
    OpenItem,
    Voucher,
)

#: How far back the share of what was booked by itself is counted: further back says little of now.
COUNTED_DAYS = 90


@dataclass(frozen=True)
class Overview:
    """Counts of documents, and of the bank transactions of the last `COUNTED_DAYS`. `automatic`:
    booked by the engine, and standing; `undone`: bookings of the engine that a person has reversed
    since. `is_empty`: the bank has told of nothing yet."""

    is_empty: bool
    transactions: int
    automatic: int
    undone: int
    open_items: int
    documents: int
    last_file_at: datetime | None
    demo_files: int = 0

    @property
    def automatic_percent(self) -> int | None:
        """The share of them that the engine booked, rounded down; None without any."""
        return self.automatic * 100 // self.transactions if self.transactions else None


def overview(company_id: int, today: date) -> Overview:
    """The company at a glance."""
    money = BankTransaction.objects.filter(company_id=company_id).exclude(state="superseded")
    accounts = list(BankAccount.objects.filter(company_id=company_id).values_list("pk", flat=True))
    first = today - timedelta(days=COUNTED_DAYS)
    # By account, for the index of days begins with it.
    of_late = money.filter(account__in=accounts, booking_date__gte=first)
    forward = Voucher.objects.filter(company_id=company_id, reverses__isnull=True)
    by_engine = forward.filter(transaction__in=of_late.order_by(), decision__run__isnull=False)
    items = OpenItem.objects.filter(company_id=company_id)
    files = BankFile.objects.filter(company_id=company_id)
    return Overview(
        is_empty=not money.exists(),
        transactions=of_late.count(),
        automatic=by_engine.filter(reversed_by__isnull=True).count(),
        undone=by_engine.filter(reversed_by__isnull=False).count(),
        open_items=items.filter(remaining_minor__gt=0).count(),
        documents=items.count(),
        **files.aggregate(
            last_file_at=Max("received_at"), demo_files=Count("pk", filter=Q(source="demo"))
        ),
    )


def membership(user_id: int, orgnr: str) -> Membership | None:
    """The user's role in the company with that number, if there is one."""
    rows = Membership.objects.filter(user_id=user_id, company__orgnr=orgnr)
    return rows.select_related("company").first()


def companies_of(user_id: int) -> list[Company]:
    """The companies the user works in, by name."""
    return list(Company.objects.filter(memberships__user_id=user_id).order_by("name", "pk"))


def works_in_several(user_id: int) -> bool:
    """Whether the user works in more than one company."""
    return Membership.objects.filter(user_id=user_id)[:2].count() > 1


def ledger_accounts(company_id: int) -> list[LedgerAccount]:
    """The accounts one may book to by hand: all but those that mirror a bank account."""
    mirrors = Q(
        number__in=Company.objects.filter(pk=company_id).values("bank_accounts__ledger_account")
    )
    rows = LedgerAccount.objects.filter(company_id=company_id).exclude(mirrors)
    return list(rows.order_by("number"))


def chart_of(company_id: int) -> list[tuple[LedgerAccount, BankAccount | None]]:
    """Every ledger account by number, with the bank account that it mirrors, if any."""
    banks = BankAccount.objects.filter(company_id=company_id)
    by_number = {each.ledger_account: each for each in banks}
    rows = LedgerAccount.objects.filter(company_id=company_id).order_by("number")
    return [(each, by_number.get(each.number)) for each in rows]
