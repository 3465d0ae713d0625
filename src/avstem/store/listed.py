"""What the tables know of a payment list: rows that came before, accounts, and what speaks against.

A fixed number of questions for a list. Call these with the company locked. ADR 69.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from avstem.domain.listed_payment import KNOWN_DEBTS, ListedPayment
from avstem.domain.open_item import ItemKind
from avstem.domain.open_item import Party as PartyValue
from avstem.domain.payment_life import LIVE, OrderState
from avstem.domain.payment_shield import ALIKE_WAGES_WITHIN, Hold, account_holds
from avstem.store.creditor_accounts import LEFT
from avstem.store.models import (
    BankAccount,
    LedgerAccount,
    OpenItem,
    Party,
    PartyAccount,
    PaymentOrder,
    SentPayment,
)
from avstem.store.payable import NOT_PAID

#: All wages stand on one party, so that the books do not tell whose they are. No name has this key.
_WAGES = ("salary:", "Lønn")
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class ThereAlready:
    """A row that came before: what is owed, and the account it goes to now."""

    amount_minor: int
    creditor_account: str


def rows_there(
    company_id: int, kind: ItemKind, numbers: Collection[str]
) -> dict[str, ThereAlready]:
    """Those of the numbers that are taken, with the newest order's account."""
    found: dict[str, ThereAlready] = {}
    for part in _chunks(sorted(numbers)):
        rows = OpenItem.objects.filter(company_id=company_id, number__in=part, kind=kind.value)
        items = {
            pk: (number, minor)
            for pk, number, minor in rows.values_list("pk", "number", "amount_minor")
        }
        orders = PaymentOrder.objects.filter(company_id=company_id, item_id__in=items)
        for item_id, account in orders.order_by("pk").values_list("item_id", "creditor_account"):
            number, minor = items[item_id]
            found[number] = ThereAlready(minor, account)
    return found


def unusable_debts(company_id: int, wanted: Collection[str]) -> set[str]:
    """Those of the accounts that no such debt stands on: unknown, a bank's, or ours to book to."""
    rows = LedgerAccount.objects.filter(company_id=company_id, number__in=wanted)
    roles = dict(rows.values_list("number", "role"))
    banks = BankAccount.objects.filter(company_id=company_id, ledger_account__in=wanted)
    taken = set(banks.values_list("ledger_account", flat=True))
    taken |= {number for number, role in roles.items() if role}
    return taken | (set(wanted) - roles.keys() - KNOWN_DEBTS.keys())


def open_debts(company_id: int, wanted: Iterable[str]) -> None:
    """Take the accounts into the chart where they are not there."""
    LedgerAccount.objects.bulk_create(
        (
            LedgerAccount(company_id=company_id, number=number, name=KNOWN_DEBTS[number])
            for number in sorted(set(wanted))
            if number in KNOWN_DEBTS
        ),
        ignore_conflicts=True,
    )


def parties_of(company_id: int, kind: ItemKind, names: Collection[str]) -> dict[str, int]:
    """The party of each name: all wages have one."""
    if kind is ItemKind.SALARY:
        keys, wanted = dict.fromkeys(names, _WAGES[0]), dict([_WAGES])
    else:
        keys = {name: PartyValue(name).key for name in names}
        wanted = {key: name for name, key in keys.items()}
    Party.objects.bulk_create(
        (Party(company_id=company_id, key=key, name=name) for key, name in wanted.items()),
        ignore_conflicts=True,
    )
    rows = Party.objects.filter(company_id=company_id, key__in=wanted)
    found = dict(rows.values_list("key", "pk"))
    return {name: found[key] for name, key in keys.items()}


def is_on_its_way(company_id: int, item_id: int) -> bool:
    """Whether a payment of it is alive, or its money has left and nobody has booked it again."""
    live = PaymentOrder.objects.filter(
        company_id=company_id, item_id=item_id, state__in=[state.value for state in LIVE]
    )
    undone = SentPayment.objects.filter(
        company_id=company_id, item_id=item_id, settled=False, rejected=False,
        order__state=OrderState.SETTLED,
    )  # fmt: skip
    return live.exists() or undone.exists()


@dataclass(frozen=True, slots=True)
class _Paid:
    """An order of before."""

    party_id: int | None
    name: str
    account: str
    minor: int
    day: date
    said: str
    item_id: int | None


class ListShield:
    """What stands between a list and paying it wrongly, loaded at once for all its rows."""

    def __init__(self, company_id: int, rows: Sequence[ListedPayment]) -> None:
        accounts = {row.account for row in rows}
        orders = PaymentOrder.objects.filter(company_id=company_id)
        self._same: dict[tuple[str, int], list[_Paid]] = defaultdict(list)
        self._at: dict[str, set[str]] = defaultdict(set)
        self._used: dict[str, set[str]] = defaultdict(set)
        purposes = sorted({row.kind.value for row in rows})
        for part in _chunks(sorted(accounts)):
            for paid in _paid(orders.exclude(state__in=NOT_PAID).filter(creditor_account__in=part)):
                self._same[paid.account, paid.minor].append(paid)
        left = orders.filter(purpose__in=purposes, state__in=LEFT)
        for part in _chunks(sorted({row.name for row in rows})):
            for paid in _paid(left.filter(creditor_name__in=part)):
                self._used[paid.name].add(paid.account)
        for part in _chunks(sorted(accounts)):
            for paid in _paid(left.filter(creditor_account__in=part)):
                self._at[paid.account].add(paid.name)
        for row in rows:
            self._at[row.account].add(row.name)
        self._owners = _owners(company_id, accounts)

    def holds(self, row: ListedPayment, party_id: int, day: date, item_id: int) -> list[Hold]:
        """Why a person looks at it; always one, for nobody stands for wages or tax beforehand."""
        used = self._used[row.name]
        others = bool(self._owners[row.account] - {party_id}) or bool(
            self._at[row.account] - {row.name}
        )
        holds = [Hold(row.kind.value)]
        holds += account_holds(row.account, paid_before=used, used=(), others=others)
        if any(
            paid.item_id != item_id and _is_same(row, day, paid)
            for paid in self._same[row.account, row.amount.minor]
        ):
            holds.append(Hold.SAME_PAYMENT)
        return holds


def _is_same(row: ListedPayment, day: date, paid: _Paid) -> bool:
    if row.kind is ItemKind.SALARY:
        return abs(paid.day - day) <= ALIKE_WAGES_WITHIN
    return paid.said == (row.kid or row.payee_text)


def _paid(rows: Any) -> Iterator[_Paid]:
    fields = (
        "party_id", "creditor_name", "creditor_account", "amount_minor", "execution_date", "kid",
        "text", "item_id",
    )  # fmt: skip
    for party, name, account, minor, day, kid, text, item_id in rows.values_list(*fields):
        yield _Paid(party, name, account, minor, day, kid or text, item_id)


def _owners(company_id: int, accounts: Collection[str]) -> dict[str, set[int]]:
    found: dict[str, set[int]] = defaultdict(set)
    for part in _chunks(sorted(accounts)):
        rows = PartyAccount.objects.filter(company_id=company_id, account_key__in=part)
        for key, party_id in rows.values_list("account_key", "party_id"):
            found[key].add(party_id)
    return found


def _chunks(values: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(values), _CHUNK):
        yield values[start : start + _CHUNK]


def open_item_of(
    company_id: int, item_id: int, party_id: int, row: ListedPayment, number: str, actor: str,
    today: date,
) -> OpenItem:  # fmt: skip
    """What is owed, not written yet; it tells neither name nor account of who is paid wages."""
    return OpenItem(
        id=item_id, company_id=company_id, kind=row.kind.value, direction=row.kind.direction,
        number=number, party_id=party_id, invoice_date=min(today, row.pay_on), due_date=row.pay_on,
        currency=row.amount.currency, amount_minor=row.amount.minor,
        remaining_minor=row.amount.minor, value_minor=row.amount.minor, kid=row.kid,
        ledger_account=row.debt_account, imported_by=actor[:140],
    )  # fmt: skip
