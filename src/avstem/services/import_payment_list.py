"""Take in a list of wages or tax: each row owed once, each with an order that awaits a person."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from django.db import transaction as database
from django.utils import timezone

from avstem.domain.errors import CurrencyMismatchError, InvalidValueError, RefusalError
from avstem.domain.listed_payment import ListedPayment
from avstem.domain.open_item import ItemKind
from avstem.domain.payment_day import pay_day
from avstem.domain.payment_errors import (
    ListDiffersError,
    NeedsReferenceError,
    NoPaymentAgreementError,
)
from avstem.domain.payment_life import OrderState
from avstem.domain.payment_shield import Hold
from avstem.formats.payment_list import ListRow, read_payment_list, unread_columns
from avstem.matching.keys import keys_of_document
from avstem.store import audit, listed, payments
from avstem.store.bulk import reserve_ids
from avstem.store.locks import lock_company
from avstem.store.models import Company, OpenItem, PaymentOrder, ReferenceKey
from avstem.store.payable import debit_accounts
from avstem.store.tenancy import in_company

#: More wait for a list of their own; so many are worked on at once everywhere.
ROWS_MAX = payments.ORDERS_AT_ONCE_MAX
#: So many columns that mean nothing are told.
UNREAD_TOLD = 20
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
    #: Columns of the list that mean nothing to us.
    unread: list[str] = field(default_factory=list)

    @property
    def total_minor(self) -> int:
        """What the new orders pay, in øre."""
        return sum(order.amount_minor for order in self.orders)


@dataclass(frozen=True, slots=True)
class _Line:
    """A row that is right, with its line."""

    line: int
    row: ListedPayment


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
    taken = ListTaken(name, kind)
    rows, sha256 = _read(path, taken)
    new, there = _new(company_id, _once(rows, taken), taken, timezone.localdate(now))
    if new:
        shield = listed.ListShield(company_id, [each.row for each in new], there)
        taken.orders = _insert(company, new, shield, actor, now)
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


def _read(path: Path, taken: ListTaken) -> tuple[list[ListRow], str]:
    """The rows, and the SHA-256 of the bytes: the list itself tells what people earn; not kept."""
    rows: list[ListRow] = []
    with path.open("rb") as stream:
        for row in read_payment_list(stream, file=taken.file, kind=taken.kind):
            rows.append(row)
            if len(rows) > ROWS_MAX:
                raise InvalidValueError("rows", f"more than {ROWS_MAX}", f"at most {ROWS_MAX}")
        stream.seek(0)
        taken.unread = [name[:60] for name in unread_columns(stream)[:UNREAD_TOLD]]
        return rows, hashlib.file_digest(stream, "sha256").hexdigest()


def _once(rows: Sequence[ListRow], taken: ListTaken) -> list[_Line]:
    """The right rows; of two that nothing tells apart the second is refused."""
    found: dict[tuple[str, str], _Line] = {}
    for row in rows:
        if row.refusal is not None:
            taken.refused.append(RefusedListRow(row.line, row.refusal))
        elif row.payment is not None:
            first = found.setdefault(row.payment.claim, _Line(row.line, row.payment))
            if first.line != row.line:
                taken.refused.append(RefusedListRow(row.line, NeedsReferenceError(first.line)))
    return list(found.values())


def _new(
    company_id: int, rows: Sequence[_Line], taken: ListTaken, today: date
) -> tuple[list[_Line], list[int]]:
    """Those that did not come before and can be owed; and the items of those that did."""
    there = listed.rows_there(company_id, taken.kind, [each.row.number for each in rows])
    unusable = listed.unusable_debts(company_id, {each.row.debt_account for each in rows})
    new = []
    for each in rows:
        before = there.get(each.row.number)
        try:
            if before is None:
                _check_new(each.row, unusable, today)
                new.append(each)
            else:
                _check_same(each.row, before)
                taken.already_there += 1
        except RefusalError as refusal:
            taken.refused.append(RefusedListRow(each.line, refusal))
    taken.refused.sort(key=lambda each: each.line)
    return new, [before.item_id for before in there.values()]


def _check_new(row: ListedPayment, unusable: set[str], today: date) -> None:
    row.check_day(today)
    if row.debt_account in unusable:
        expected = "a debt account of the chart of accounts that nothing else is booked to"
        raise InvalidValueError("ledger account", row.debt_account, expected)


def _check_same(row: ListedPayment, before: listed.ThereAlready) -> None:
    """Refuse a reference that was given to another payment, next month's for one."""
    said = {
        "amount": before.amount_minor != row.amount.minor,
        "account": before.creditor_account != row.account,
        "date": before.pay_on != row.pay_on,
        "kid": before.kid != row.kid,
    }
    differs = tuple(name for name, is_other in said.items() if is_other and row.reference)
    if differs:
        raise ListDiffersError(row.reference, differs)


def _insert(
    company: Company, rows: Sequence[_Line], shield: listed.ListShield, actor: str,
    now: datetime,
) -> list[PaymentOrder]:  # fmt: skip
    kind = rows[0].row.kind
    listed.open_debts(company.pk, {each.row.debt_account for each in rows})
    parties = listed.parties_of(company.pk, kind, {each.row.name for each in rows})
    today = timezone.localdate(now)
    items = [
        listed.open_item_of(company.pk, item_id, parties[each.row.name], each.row, actor, today)
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
    orders = _orders(company, rows, items, shield, actor, now)
    return PaymentOrder.objects.bulk_create(orders, batch_size=_CHUNK)


_CHUNK = 500


def _orders(
    company: Company, rows: Sequence[_Line], items: Sequence[OpenItem],
    shield: listed.ListShield, actor: str, now: datetime,
) -> list[PaymentOrder]:  # fmt: skip
    people = payments.people_needed(company.pk)
    account, cut_offs = debit_accounts(company.pk)["NOK"]
    local = timezone.localtime(now).replace(tzinfo=None)
    ids = reserve_ids(PaymentOrder, len(rows))
    orders = []
    for each, item, order_id in zip(rows, items, ids, strict=True):
        row, day = each.row, pay_day(each.row.pay_on, now=local, cut_offs=cut_offs)
        holds = shield.holds(row, item.party_id, day.day)
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
