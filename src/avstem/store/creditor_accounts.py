"""Which accounts parties were paid on, are known to use, and share with others: for the shield.

An account is known by its mark (`domain.payment_abroad.account_mark`): the number, and where that
is no IBAN its bank too. A fixed number of questions to the tables, however many parties there are.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q, QuerySet

from avstem.domain.identifiers import is_iban
from avstem.domain.payment_abroad import AccountWithoutIban, account_mark
from avstem.domain.payment_life import OrderState
from avstem.domain.payment_shield import Hold, account_holds
from avstem.store.models import Party, PartyAccount, PayeeDetail, PaymentOrder

#: Payments to an account that make it known: they have left, and were not refused.
LEFT = [
    OrderState.SENT, OrderState.RECEIVED, OrderState.AWAITING_BANK_APPROVAL, OrderState.ACCEPTED,
    OrderState.EXECUTED, OrderState.SETTLED,
]  # fmt: skip
#: The bank has exchanged money for these.
_EXCHANGED = [OrderState.EXECUTED, OrderState.SETTLED]
#: Ids, or a question for them.
Ids = Collection[int] | QuerySet[Any, Any]


@dataclass(frozen=True)
class CreditorAccounts:
    """What is known of parties' accounts; from `exchanges`, ours, a bank has exchanged before."""

    used: Mapping[int, set[str]]
    owners: Mapping[str, set[int]]
    paid_before: Mapping[int | None, set[str]]
    exchanges: frozenset[int]

    def holds(self, party: Party, number: str, way: Mapping[str, Any] | None) -> list[Hold]:
        """What is new about paying the party there."""
        mark = account_mark(number, way)
        return account_holds(
            mark,
            paid_before=self.paid_before.get(party.pk, set()),
            used=self.used.get(party.pk, set()),
            others=bool(self.owners.get(mark, set()) - {party.pk}),
            orgnr=party.orgnr,
            country=_country(number, way),
        )


def _country(number: str, way: Mapping[str, Any] | None) -> str:
    if way and way.get("elsewhere"):
        return str(way["bic"])[4:6] or str(way["elsewhere"])[:2]
    return number[:2] if is_iban(number) else ""


def creditor_accounts(
    company_id: int, parties: Ids, accounts: Any, elsewhere: Collection[AccountWithoutIban] = ()
) -> CreditorAccounts:
    """Of these parties; `accounts` are numbers (or a question for them), `elsewhere` others."""
    used, owners = _known(company_id, parties, accounts)
    for mark, party in _elsewhere(company_id, elsewhere):
        owners[mark].add(party)
    orders = PaymentOrder.objects.filter(company_id=company_id)
    exchanged = orders.filter(state__in=_EXCHANGED).exclude(currency=F("account__currency"))
    return CreditorAccounts(
        used, owners, _paid_before(orders.filter(party_id__in=parties)),
        frozenset(exchanged.values_list("account_id", flat=True).distinct()),
    )  # fmt: skip


def _known(
    company_id: int, parties: Ids, accounts: Any
) -> tuple[dict[int, set[str]], dict[str, set[int]]]:
    rows = PartyAccount.objects.filter(company_id=company_id)
    used: dict[int, set[str]] = defaultdict(set)
    owners: dict[str, set[int]] = defaultdict(set)
    for key, party in rows.filter(party_id__in=parties).values_list("account_key", "party_id"):
        used[party].add(key)
    for key, party in rows.filter(account_key__in=accounts).values_list("account_key", "party_id"):
        owners[key].add(party)
    return used, owners


def _elsewhere(company_id: int, accounts: Collection[AccountWithoutIban]) -> list[tuple[str, int]]:
    """(mark, party) of everybody who is known by these numbers."""
    if not accounts:
        return []
    rows = PayeeDetail.objects.filter(
        company_id=company_id, account_number__in={each.number for each in accounts}
    )
    return [
        (account_mark(row.account_number, {"elsewhere": row.account_bank}), row.party_id)
        for row in rows
    ]


def _paid_before(orders: "QuerySet[PaymentOrder]") -> dict[int | None, set[str]]:
    """By party: accounts at home or with an IBAN in one question, others by their banks."""
    left = orders.filter(state__in=LEFT)
    found: dict[int | None, set[str]] = defaultdict(set)
    has_iban = Q(abroad__isnull=True) | Q(abroad__elsewhere__isnull=True)
    plain = left.filter(has_iban).values_list("party_id", "creditor_account").distinct()
    for party, account in plain:
        found[party].add(account)
    others = left.exclude(has_iban).values_list("party_id", "creditor_account", "abroad")
    for party, account, way in others:
        found[party].add(account_mark(account, way))
    return found
