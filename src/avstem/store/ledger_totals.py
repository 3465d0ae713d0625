"""What is posted on an account, without adding up all of it each time.

A total is kept each `VOUCHERS_BETWEEN` vouchers; what was posted since is added to it. Postings are
never changed, and those of a company are written by one at a time, so that the ids of later ones
are higher: a total that was right once stays right.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Count, OuterRef, Q, Subquery, Sum

from avstem.store.bulk import insert_rows
from avstem.store.models import BankAccount, Posting
from avstem.store.models.ledger import LedgerTotal

VOUCHERS_BETWEEN = 2_000

_FIELDS = (
    "company_id", "account", "currency", "last_posting", "moved_minor", "value_minor", "unvalued",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Total:
    """Signed minor units of `currency`, their value in the company's, and how many have none."""

    account: str
    currency: str
    moved_minor: int
    value_minor: int
    unvalued: int


def ledger_totals(company_id: int, accounts: Collection[str]) -> list[Total]:
    """What the accounts' postings come to, by account and currency. Two queries."""
    kept = _newest(company_id, accounts)
    since = Q(pk__in=())
    for account in accounts:
        last = max((each.last_posting for each in kept if each.account == account), default=0)
        since |= Q(account=account, pk__gt=last)
    found = {
        (each.account, each.currency): (each.moved_minor, each.value_minor, each.unvalued)
        for each in kept
    }
    for account, currency, *more in _sums(company_id, since):
        before = found.get((account, currency), (0, 0, 0))
        found[account, currency] = (before[0] + more[0], before[1] + more[1], before[2] + more[2])
    return [Total(*key, *sums) for key, sums in found.items()]


def keep_totals(company_id: int, numbers: Sequence[int]) -> None:
    """Keep totals when these voucher numbers pass a multiple of `VOUCHERS_BETWEEN`.

    Call it with the company locked, once the postings are written.
    """
    if not any(number % VOUCHERS_BETWEEN == 0 for number in numbers):
        return
    of_company = BankAccount.objects.filter(company_id=company_id)
    accounts = list(of_company.values_list("ledger_account", flat=True))
    posted = Posting.objects.filter(company_id=company_id).order_by("-pk")
    last = posted.values_list("pk", flat=True).first()
    rows = (
        (company_id, each.account, each.currency, last, each.moved_minor, each.value_minor,
         each.unvalued)
        for each in ledger_totals(company_id, accounts)
    )  # fmt: skip
    insert_rows(LedgerTotal, _FIELDS, list(rows))


def _newest(company_id: int, accounts: Collection[str]) -> list[LedgerTotal]:
    kept = LedgerTotal.objects.filter(company_id=company_id, account__in=accounts)
    of_account = kept.filter(account=OuterRef("account")).order_by("-last_posting")
    newest = Subquery(of_account.values("last_posting")[:1])
    return list(kept.filter(last_posting=newest))


def _sums(company_id: int, wanted: Q) -> Iterator[tuple[str, str, int, int, int]]:
    rows = Posting.objects.filter(wanted, company_id=company_id)
    sums = rows.values_list("account", "currency").annotate(
        moved=Sum("amount_minor"),
        value=Sum("value_minor", default=0),
        unvalued=Count("pk", filter=Q(value_minor__isnull=True)),
    )
    for account, currency, moved, value, unvalued in sums.order_by():
        yield account, currency, int(moved), int(value), unvalued
