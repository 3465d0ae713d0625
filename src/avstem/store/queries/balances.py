"""What the bank held at the end of each day, backwards from what it holds now."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, timedelta

from django.db.models import Sum

from avstem.store.models import BankTransaction
from avstem.store.queries.accounts import Standing


def balances_by_account(
    company_id: int, standings: Collection[Standing], first: date, last: date
) -> dict[int, list[tuple[date, int]]]:
    """Each account's balance (signed minor units) at the end of each day, by the account's id.

    One query. What the bank has not told of yet is not in it.
    """
    rows = BankTransaction.objects.filter(
        company_id=company_id,
        account__in=[each.account.pk for each in standings],
        booking_date__gt=first,
        entry__statement__isnull=False,
    ).exclude(state="superseded")
    sums = rows.order_by().values_list("account_id", "booking_date").annotate(Sum("amount_minor"))
    moved: dict[int, dict[date, int]] = defaultdict(dict)
    for account_id, day, minor in sums:
        moved[account_id][day] = int(minor)
    return {
        each.account.pk: _backwards(each.bank_minor, moved[each.account.pk], first, last)
        for each in standings
    }


def _backwards(
    balance: int, moved: dict[date, int], first: date, last: date
) -> list[tuple[date, int]]:
    balance -= sum(minor for day, minor in moved.items() if day > last)
    found = []
    for day in (last - timedelta(days=n) for n in range((last - first).days + 1)):
        found.append((day, balance))
        balance -= moved.get(day, 0)
    return found[::-1]
