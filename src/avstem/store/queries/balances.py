"""What the bank held at the end of each day, backwards from what it holds now."""

from collections.abc import Collection
from datetime import date, timedelta

from django.db.models import Sum

from avstem.store.models import BankTransaction
from avstem.store.queries.accounts import Standing


def balances_by_day(
    company_id: int, standings: Collection[Standing], first: date, last: date
) -> list[tuple[date, int]]:
    """The accounts' sum (signed minor units of the currency that they share) each day.

    One query. What the bank has not told of yet is not in it.
    """
    assert len({each.account.currency for each in standings}) <= 1, "one currency is summed"
    rows = BankTransaction.objects.filter(
        company_id=company_id,
        account__in=[each.account.pk for each in standings],
        booking_date__gt=first,
        entry__statement__isnull=False,
    ).exclude(state="superseded")
    moved = dict(
        rows.order_by().values_list("booking_date").annotate(minor=Sum("amount_minor"))
    )  # fmt: skip
    balance = sum(each.bank_minor for each in standings)
    balance -= sum(int(minor) for day, minor in moved.items() if day > last)
    found = []
    for day in (last - timedelta(days=n) for n in range((last - first).days + 1)):
        found.append((day, balance))
        balance -= int(moved.get(day, 0))
    return found[::-1]
