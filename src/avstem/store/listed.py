"""What the tables know of a payment list: rows that came before, debts, parties and accounts.

A fixed number of questions for a list. Call these with the company locked. ADR 69.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from avstem.domain.listed_payment import KNOWN_DEBTS, ListedPayment
from avstem.domain.open_item import ItemKind
from avstem.domain.open_item import Party as PartyValue
from avstem.domain.payment_life import LIVE, OrderState
from avstem.domain.payment_shield import Hold, account_holds
from avstem.store.alike_payments import AlikePayments, chunks
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

#: All wages stand on one party, so that the books do not tell whose they are. No name has this key.
_WAGES = ("salary:", "Lønn")


@dataclass(frozen=True, slots=True)
class ThereAlready:
    """A row that came before: what is owed by when, and the account it goes to now."""

    item_id: int
    amount_minor: int
    creditor_account: str
    pay_on: date
    kid: str


def rows_there(
    company_id: int, kind: ItemKind, numbers: Collection[str]
) -> dict[str, ThereAlready]:
    """Those of the numbers that are taken, with the newest order's account."""
    found: dict[str, ThereAlready] = {}
    for part in chunks(numbers):
        rows = OpenItem.objects.filter(company_id=company_id, number__in=part, kind=kind.value)
        items = {item.pk: item for item in rows}
        orders = PaymentOrder.objects.filter(company_id=company_id, item_id__in=items)
        for item_id, account in orders.order_by("pk").values_list("item_id", "creditor_account"):
            item = items[item_id]
            found[item.number] = ThereAlready(
                item_id, item.amount_minor, account, item.due_date or item.invoice_date, item.kid
            )
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


def is_last_order(company_id: int, item_id: int, order_id: int) -> bool:
    """Whether no payment of it was made after that one."""
    rows = PaymentOrder.objects.filter(company_id=company_id, item_id=item_id)
    return not rows.filter(pk__gt=order_id).exists()


class ListShield:
    """What stands between a list and paying it wrongly, loaded at once for all its rows.

    `came_before` are items of the same list: beside them a row is no correction.
    """

    def __init__(
        self, company_id: int, rows: Sequence[ListedPayment], came_before: Collection[int] = ()
    ) -> None:
        accounts = {row.account for row in rows}
        left = PaymentOrder.objects.filter(
            company_id=company_id, state__in=LEFT,
            purpose__in=sorted({row.kind.value for row in rows}),
        )  # fmt: skip
        self._at: dict[str, set[str]] = defaultdict(set)
        self._used: dict[str, set[str]] = defaultdict(set)
        for part in chunks({row.name for row in rows}):
            for name, account in left.filter(creditor_name__in=part).values_list(*_PAYEE):
                self._used[name].add(account)
        for part in chunks(accounts):
            for name, account in left.filter(creditor_account__in=part).values_list(*_PAYEE):
                self._at[account].add(name)
        for row in rows:
            self._at[row.account].add(row.name)
        self._owners = _owners(company_id, accounts)
        self._alike = AlikePayments(company_id, rows, came_before)

    def holds(self, row: ListedPayment, party_id: int, day: date) -> list[Hold]:
        """Why a person looks at it; always one, for nobody stands for wages or tax beforehand."""
        used = self._used[row.name]
        others = bool(self._owners[row.account] - {party_id}) or bool(
            self._at[row.account] - {row.name}
        )
        holds = [Hold(row.kind.value)]
        holds += account_holds(row.account, paid_before=used, used=(), others=others)
        alike = self._alike.hold(row, day)
        return [*holds, alike] if alike else holds


_PAYEE = ("creditor_name", "creditor_account")


def _owners(company_id: int, accounts: Collection[str]) -> dict[str, set[int]]:
    found: dict[str, set[int]] = defaultdict(set)
    for part in chunks(accounts):
        rows = PartyAccount.objects.filter(company_id=company_id, account_key__in=part)
        for key, party_id in rows.values_list("account_key", "party_id"):
            found[key].add(party_id)
    return found


def open_item_of(
    company_id: int, item_id: int, party_id: int, row: ListedPayment, actor: str, today: date
) -> OpenItem:  # fmt: skip
    """What is owed, not written yet; it tells neither name nor account of who is paid wages."""
    return OpenItem(
        id=item_id, company_id=company_id, kind=row.kind.value, direction=row.kind.direction,
        number=row.number, party_id=party_id, invoice_date=min(today, row.pay_on),
        due_date=row.pay_on, currency=row.amount.currency, amount_minor=row.amount.minor,
        remaining_minor=row.amount.minor, value_minor=row.amount.minor, kid=row.kid,
        ledger_account=row.debt_account, imported_by=actor[:140],
    )  # fmt: skip
