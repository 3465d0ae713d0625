"""Gaps between statements that something else fills.

Days that no statement tells of can be typed, or uploaded in a form without balances. Where what was
told of those days is just the difference, the chain is whole.
"""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date

from django.db.models import Sum
from django.db.models.functions import Coalesce

from avstem.domain.chain import Break
from avstem.store.models import Entry


def unfilled(company_id: int, broken: Mapping[int, list[Break]]) -> dict[int, list[Break]]:
    """By account, the breaks that nothing told of in their days makes whole; one query."""
    moved = _moved(company_id, broken)
    return {
        account_id: [each for each in breaks if not _is_filled(each, moved[account_id])]
        for account_id, breaks in broken.items()
    }


def _is_filled(broken: Break, moved: Mapping[date, int]) -> bool:
    if broken.before is None:
        return False
    within = (
        minor
        for day, minor in moved.items()
        if day < broken.before and (broken.after is None or day > broken.after)
    )
    return broken.is_filled_by(sum(within))


def _moved(company_id: int, broken: Mapping[int, list[Break]]) -> Mapping[int, dict[date, int]]:
    """By account and day, what entries that stand in no statement with balances come to."""
    days = [each.before for breaks in broken.values() for each in breaks if each.before]
    found: dict[int, dict[date, int]] = defaultdict(dict)
    if not days:
        return found
    accounts = [account_id for account_id, breaks in broken.items() if breaks]
    rows = Entry.objects.filter(company_id=company_id, account_id__in=accounts, status="booked")
    rows = rows.exclude(confirmed_by__balances_booked=True)
    rows = rows.annotate(day=Coalesce("told_date", "booking_date")).filter(day__lt=max(days))
    sums = rows.values("account_id", "day").annotate(minor=Sum("amount_minor"))
    for account_id, day, minor in sums.values_list("account_id", "day", "minor"):
        found[account_id][day] = minor
    return found
