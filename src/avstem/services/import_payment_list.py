"""Take in a list of wages or tax: each row owed once, each with an order that awaits a person."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from django.db import transaction as database
from django.utils import timezone

from avstem.domain.errors import (
    AlreadyExistsError,
    CurrencyMismatchError,
    InvalidValueError,
    RefusalError,
)
from avstem.domain.listed_payment import ListedPayment, numbers_of
from avstem.domain.open_item import ItemKind
from avstem.domain.payment_day import pay_day
from avstem.domain.payment_errors import NoPaymentAgreementError
from avstem.domain.payment_life import OrderState
from avstem.domain.payment_shield import Hold
from avstem.formats.payment_list import ListRow, read_payment_list
from avstem.matching.keys import keys_of_document
from avstem.store import audit, listed, payments
from avstem.store.bulk import reserve_ids
from avstem.store.locks import lock_company
from avstem.store.models import Company, OpenItem, PaymentOrder, ReferenceKey
from avstem.store.payable import debit_accounts
from avstem.store.tenancy import in_company

#: More wait for a list of their own; so many are worked on at once everywhere.
ROWS_MAX = payments.ORDERS_AT_ONCE_MAX
#: The account is not known from a payment that went there: who brought it does not approve it.
OF_THE_ACCOUNT = frozenset({Hold.FIRST_PAYMENT, Hold.NEW_ACCOUNT, Hold.ACCOUNT_OF_ANOTHER})


@dataclass(frozen=True)
class RefusedListRow:
    """A line that was not taken, and why."""

    line: int
    refusal: RefusalError


@dataclass
class ListTaken:
    """What became of the rows of a list."""

    file: str
    kind: ItemKind
    orders: list[PaymentOrder] = field(default_factory=list)
    already_there: int = 0
    refused: list[RefusedListRow] = field(default_factory=list)

    @property
    def total_minor(self) -> int:
        """What the new orders pay, in øre."""
        return sum(order.amount_minor for order in self.orders)


@dataclass(frozen=True, slots=True)
class _Numbered:
    """A row that is right, with its line and what it is known by."""

    line: int
    row: ListedPayment
    number: str


@in_company
@database.atomic
def import_payment_list(
    *, company_id: int, path: Path, name: str, kind: ItemKind, actor: str, now: datetime
) -> ListTaken:
    """Take each row once, however often the list comes; wrong rows are answered with their lines.

    What came before is counted as there, whatever became of it: paying it again is `pay_again`'s.
    Refused above `ROWS_MAX` rows, and where no agreement takes payments in kroner
    (`NoPaymentAgreementError`).
    """
    company = lock_company(company_id)
    if company.currency != "NOK":
        raise CurrencyMismatchError(company.currency, "NOK")
    _require_agreement(company_id)
    rows, sha256 = _read(path, name, kind)
    taken = ListTaken(name, kind)
    new = _new(company_id, _numbered(rows, taken), taken)
    if new:
        taken.orders = _insert(company, new, actor, now)
        facts = {"file": name, "kind": kind.value}
        payments.tell(taken.orders, "prepared_listed", now=now, person=actor, facts=facts)
    audit.record(
        company_id=company_id, actor=actor, action="payments.listed", at=now,
        facts={
            "file": name, "sha256": sha256, "kind": kind.value, "orders": len(taken.orders),
            "already_there": taken.already_there, "refused": len(taken.refused),
        },
    )  # fmt: skip
    return taken


def _require_agreement(company_id: int) -> None:
    if "NOK" not in debit_accounts(company_id):
        raise NoPaymentAgreementError("NOK")


def _read(path: Path, name: str, kind: ItemKind) -> tuple[list[ListRow], str]:
    """The rows, and the SHA-256 of the bytes: the list itself tells what people earn; not kept."""
    rows: list[ListRow] = []
    with path.open("rb") as stream:
        for row in read_payment_list(stream, file=name, kind=kind):
            rows.append(row)
            if len(rows) > ROWS_MAX:
                raise InvalidValueError("rows", f"more than {ROWS_MAX}", f"at most {ROWS_MAX}")
        stream.seek(0)
        return rows, hashlib.file_digest(stream, "sha256").hexdigest()


def _numbered(rows: Sequence[ListRow], taken: ListTaken) -> list[_Numbered]:
    """The right rows; of two with one reference the second is refused."""
    for row in rows:
        if row.refusal is not None:
            taken.refused.append(RefusedListRow(row.line, row.refusal))
    right = [(row.line, row.payment) for row in rows if row.payment is not None]
    numbers = numbers_of(payment for _, payment in right)
    found: dict[str, _Numbered] = {}
    for (line, payment), number in zip(right, numbers, strict=True):
        if number in found:
            expected = "one that is used once"
            twice = InvalidValueError("reference", number, expected)
            taken.refused.append(RefusedListRow(line, twice))
        else:
            found[number] = _Numbered(line, payment, number)
    return list(found.values())


def _new(company_id: int, rows: Sequence[_Numbered], taken: ListTaken) -> list[_Numbered]:
    """Those that did not come before and are owed on an account that may be."""
    there = listed.rows_there(company_id, taken.kind, [each.number for each in rows])
    unusable = listed.unusable_debts(company_id, {each.row.debt_account for each in rows})
    new = []
    for each in rows:
        refusal = _refusal(each.row, there.get(each.number), unusable)
        if refusal is not None:
            taken.refused.append(RefusedListRow(each.line, refusal))
        elif each.number in there:
            taken.already_there += 1
        else:
            new.append(each)
    taken.refused.sort(key=lambda each: each.line)
    return new


def _refusal(
    row: ListedPayment, before: listed.ThereAlready | None, unusable: set[str]
) -> RefusalError | None:
    if before is not None and row.reference:
        said = {
            "amount": before.amount_minor != row.amount.minor,
            "account": before.creditor_account != row.account,
        }
        differs = tuple(name for name, is_other in said.items() if is_other)
        if differs:
            return AlreadyExistsError("payment", row.reference, differs)
    if row.debt_account in unusable:
        expected = "a debt account of the chart of accounts that nothing else is booked to"
        return InvalidValueError("ledger account", row.debt_account, expected)
    return None


def _insert(
    company: Company, rows: Sequence[_Numbered], actor: str, now: datetime
) -> list[PaymentOrder]:
    kind = rows[0].row.kind
    listed.open_debts(company.pk, {each.row.debt_account for each in rows})
    parties = listed.parties_of(company.pk, kind, {each.row.name for each in rows})
    today = timezone.localdate(now)
    items = [
        listed.open_item_of(
            company.pk, item_id, parties[each.row.name], each.row, each.number, actor, today
        )
        for each, item_id in zip(rows, reserve_ids(OpenItem, len(rows)), strict=True)
    ]
    OpenItem.objects.bulk_create(items, batch_size=_CHUNK)
    ReferenceKey.objects.bulk_create(
        (
            ReferenceKey(company_id=company.pk, kind=key.kind.value, value=key.value, item=item)
            for item in items
            for key in keys_of_document(kind, item.number, item.kid or None)
        ),
        batch_size=_CHUNK,
    )
    orders = _orders(company, rows, items, actor, now)
    return PaymentOrder.objects.bulk_create(orders, batch_size=_CHUNK)


_CHUNK = 500


def _orders(
    company: Company, rows: Sequence[_Numbered], items: Sequence[OpenItem], actor: str,
    now: datetime,
) -> list[PaymentOrder]:  # fmt: skip
    shield = listed.ListShield(company.pk, [each.row for each in rows])
    people = payments.people_needed(company.pk)
    account, cut_offs = debit_accounts(company.pk)["NOK"]
    local = timezone.localtime(now).replace(tzinfo=None)
    ids = reserve_ids(PaymentOrder, len(rows))
    orders = []
    for each, item, order_id in zip(rows, items, ids, strict=True):
        row, day = each.row, pay_day(each.row.pay_on, now=local, cut_offs=cut_offs)
        holds = shield.holds(row, item.party_id, day.day, item.pk)
        order = PaymentOrder(
            id=order_id, company_id=company.pk, purpose=row.kind.value, item=item,
            party_id=item.party_id, account=account, creditor_name=row.name,
            creditor_account=row.account, amount_minor=row.amount.minor, currency="NOK",
            asked_date=row.pay_on, execution_date=day.day, day_reason=day.reason.value,
            kid=row.kid, text=row.payee_text,
            end_to_end_id=payments.new_end_to_end_id(company, order_id, item.pk, now),
            holds=" ".join(hold.value for hold in holds), approvals_needed=people,
            account_changed_by="" if OF_THE_ACCOUNT.isdisjoint(holds) else actor,
            state=OrderState.AWAITING_APPROVAL.value, created_at=now, created_by=actor,
        )  # fmt: skip
        order.order_hash = payments.hash_of(order, account)
        orders.append(order)
    return orders
