"""One worklist over all companies that a user works in, in a constant number of queries.

Call these within `tenancy.office_scope`: the database itself then shows the user's companies and
no other.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q

from avstem.matching.habits import HabitKey, habit_key
from avstem.store.models import BankAccount, BankTransaction, Company, LedgerAccount, Membership
from avstem.store.queries.cash_short import Shortfall, shortfalls
from avstem.store.queries.worklist import Work, work_of

#: The newest transactions without a suggestion that are looked at for equals.
ROWS_MAX = 20_000
#: One answer is given for so many at most.
EQUALS_MAX = 200
_MAY_CHANGE = ("owner", "accountant", "bookkeeper")


@dataclass(frozen=True)
class CompanyWork:
    """A company with what waits in it, and where its money runs out ahead."""

    company: Company
    work: Work
    short: Shortfall | None = None

    def urgency(self, today: date) -> tuple[int, ...]:
        """As `Work.urgency`; money that runs out counts as one more thing that is broken."""
        due, broken, *rest = self.work.urgency(today)
        return (due, broken + (self.short is not None), *rest)


@dataclass(frozen=True)
class Equals:
    """Open transactions that one answer may fit: the same way, currency, and counterparty or words.

    `key` names the group in an address; `amount_minor` is their signed sum.
    """

    key: str
    name: str
    currency: str
    amount_minor: int
    rows: tuple[BankTransaction, ...]

    @property
    def companies(self) -> int:
        """In how many companies."""
        return len({each.company_id for each in self.rows})


def companies_at_work(user_id: int, today: date, words: str = "") -> list[CompanyWork]:
    """The user's companies, the most urgent first; with `words` those so named or numbered."""
    ours = Company.objects.filter(memberships__user_id=user_id)
    named = ours.filter(Q(name__icontains=words) | Q(orgnr__startswith=words.replace(" ", "")))
    companies = list((named if words else ours).order_by("name", "pk"))
    ids = [each.pk for each in companies]
    found, short = work_of(ids, today), shortfalls(ids, today)
    rows = [CompanyWork(each, found[each.pk], short.get(each.pk)) for each in companies]
    # Sorting is stable: equally urgent companies stay in the order of their names.
    return sorted(rows, key=lambda each: each.urgency(today), reverse=True)


def equals_of(user_id: int, wanted: str = "") -> list[Equals]:
    """Groups of at least two where the user may change the books, the most frequent first.

    With `wanted` the one group of that key, also of a single transaction that is left.
    """
    ours = Membership.objects.filter(user_id=user_id, role__in=_MAY_CHANGE)
    rows = BankTransaction.objects.filter(company_id__in=ours.values("company_id"), state="open")
    groups: dict[HabitKey, list[BankTransaction]] = defaultdict(list)
    newest = rows.select_related("company", "account").order_by("-booking_date", "-pk")
    for row in newest[:ROWS_MAX]:
        key = habit_key(
            amount_minor=row.amount_minor, currency=row.currency,
            counterparty=row.counterparty, text=row.text,
        )  # fmt: skip
        if key:
            groups[key].append(row)
    found = [_equals(key, each) for key, each in groups.items() if wanted or len(each) > 1]
    named = [each for each in found if not wanted or each.key == wanted]
    return sorted(named, key=lambda each: (-len(each.rows), each.name, each.key))


@dataclass(frozen=True)
class SharedAccount:
    """A ledger account by number, with the name most used and how many companies have it."""

    number: str
    name: str
    companies: int


def shared_accounts(company_ids: Collection[int]) -> list[SharedAccount]:
    """The accounts that one may book to by hand in any of the companies, by number."""
    mirrors = BankAccount.objects.filter(
        company_id=OuterRef("company_id"), ledger_account=OuterRef("number")
    )
    rows = LedgerAccount.objects.filter(company_id__in=company_ids).exclude(Exists(mirrors))
    names: dict[str, Counter[str]] = defaultdict(Counter)
    for number, name in rows.values_list("number", "name"):
        names[number][name] += 1
    return [
        SharedAccount(number, told.most_common(1)[0][0], told.total())
        for number, told in sorted(names.items())
    ]


def _equals(key: HabitKey, rows: Sequence[BankTransaction]) -> Equals:
    name = rows[0].counterparty or " ".join(key.words) or rows[0].text
    return Equals(
        key=_address(key),
        name=name,
        currency=key.currency,
        amount_minor=sum(each.amount_minor for each in rows),
        rows=tuple(rows),
    )


def _address(key: HabitKey) -> str:
    """Names the group in an address; it tells nothing of what is in it."""
    said: tuple[Any, ...] = (key.direction, key.currency, sorted(key.name), key.words)
    return hashlib.sha256(repr(said).encode()).hexdigest()[:24]
