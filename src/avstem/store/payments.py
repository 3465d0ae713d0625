"""Payment orders as rows: found, moved, told of, and the hash of what is approved.

Call these with the company locked; what is allowed is `domain.payment_life`'s.
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import F
from django.utils import timezone

from avstem.banks.directory import bank_of_account
from avstem.domain.errors import NotFoundError
from avstem.domain.payment_day import pay_day
from avstem.domain.payment_life import OrderState, check_move
from avstem.store.models import (
    Activation,
    BankAccount,
    Company,
    FileState,
    PaymentEvent,
    PaymentFile,
    PaymentOrder,
    PaymentSettings,
    SentPayment,
    StandingApproval,
)

#: What is told of one order alone, by its id.
OwnFacts = Mapping[int, Mapping[str, Any]]
#: The most orders that are worked on at once.
ORDERS_AT_ONCE_MAX = 5_000


def hash_of(order: PaymentOrder, account: BankAccount) -> str:
    """SHA-256 over everything that an approval is about."""
    said = [
        order.company_id, order.purpose, order.item_id, order.end_to_end_id, account.iban,
        order.creditor_name, order.creditor_account, order.amount_minor, order.currency,
        order.execution_date.isoformat(), order.kid, order.text, order.documents,
    ]  # fmt: skip
    if order.abroad is not None:
        said.append(order.abroad)
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def orders_in(company_id: int, *states: OrderState) -> list[PaymentOrder]:
    """The company's orders in these states, the oldest first, with account and bill."""
    rows = PaymentOrder.objects.filter(company_id=company_id, state__in=states)
    rows = rows.select_related("account", "item", "standing").order_by("pk")
    return list(rows[:ORDERS_AT_ONCE_MAX])


def get_orders(company_id: int, order_ids: Collection[int]) -> list[PaymentOrder]:
    """The company's orders of those ids, by id; the first that is missing is refused."""
    wanted = set(order_ids)
    rows = PaymentOrder.objects.filter(company_id=company_id, pk__in=wanted)
    found = list(rows.select_related("account", "item", "file").order_by("pk"))
    missing = wanted - {row.pk for row in found}
    if missing:
        raise NotFoundError("payment", str(min(missing)))
    return found


def get_file(company_id: int, file_id: int) -> PaymentFile:
    """The company's file to the bank, or a refusal."""
    rows = PaymentFile.objects.filter(company_id=company_id, pk=file_id)
    found = rows.select_related("agreement").first()
    if found is None:
        raise NotFoundError("payment file", str(file_id))
    return found


def new_end_to_end_id(company: Company, order_id: int, item_id: int, now: datetime) -> str:
    """Ours for ever, also where a database was restored: another order then has another tail."""
    tail = hashlib.sha256(f"{order_id} {item_id} {now.isoformat()}".encode()).hexdigest()[:6]
    return f"{company.orgnr}-{order_id}-{tail}"


def people_needed(company_id: int) -> int:
    """How many people approve an order that is made now."""
    settings = PaymentSettings.objects.filter(company_id=company_id).first()
    return settings.approvals_needed if settings else 1


def takes_payments(company_id: int) -> bool:
    """Whether an active agreement takes payments from an account of the company."""
    return Activation.objects.filter(
        company_id=company_id, state="active", agreement__state="active", agreement__payments=True
    ).exists()


def bills_are_selected(company_id: int) -> bool:
    """Whether nothing becomes an order until a person has chosen it."""
    return PaymentSettings.objects.filter(company_id=company_id, selects=True).exists()


def standing_approval(company_id: int) -> StandingApproval | None:
    """The standing approval that holds now."""
    return StandingApproval.objects.filter(company_id=company_id, ended_at__isnull=True).first()


def move(
    orders: Sequence[PaymentOrder],
    wanted: OrderState,
    kind: str,
    *,
    now: datetime,
    person: str = "",
    status: str = "",
    facts: Mapping[str, Any] | None = None,
    own_facts: OwnFacts | None = None,
    **changed: Any,
) -> None:
    """Move them all by one UPDATE, with an event each; the first that may not move is refused.

    `own_facts` are an order's own, by its id, beside the `facts` of all.
    """
    if not orders:
        return
    for order in orders:
        check_move(OrderState(order.state), wanted, order.end_to_end_id)
    if status:
        changed["status"] = status[:35]
    change(orders, state=wanted.value, **changed)
    tell(orders, kind, now=now, person=person, status=status, facts=facts, own_facts=own_facts)


def change(orders: Sequence[PaymentOrder], **changed: Any) -> None:
    """Write the same to them all, and to the rows at hand."""
    if not orders:
        return
    company_id = orders[0].company_id
    ids = [order.pk for order in orders]
    for start in range(0, len(ids), 500):
        rows = PaymentOrder.objects.filter(company_id=company_id, pk__in=ids[start : start + 500])
        rows.update(**changed)
    for order in orders:
        for name, value in changed.items():
            setattr(order, name, value)


def tell(
    orders: Iterable[PaymentOrder],
    kind: str,
    *,
    now: datetime,
    person: str = "",
    status: str = "",
    facts: Mapping[str, Any] | None = None,
    own_facts: OwnFacts | None = None,
) -> None:
    """The same line in the timeline of each, but for its own facts."""
    PaymentEvent.objects.bulk_create(
        [
            PaymentEvent(
                company_id=order.company_id, order=order, file_id=order.file_id, at=now, kind=kind,
                state=order.state, status=status[:35], person=person,
                facts={**(facts or {}), **(own_facts or {}).get(order.pk, {})},
            )
            for order in orders
        ],
        batch_size=500,
    )  # fmt: skip


def tell_of_file(
    file: PaymentFile, kind: str, *, now: datetime, person: str = "", **facts: Any
) -> None:
    """A line in the timeline of the file itself."""
    PaymentEvent.objects.create(
        company_id=file.company_id, file=file, at=now, kind=kind, state=file.state, person=person,
        facts=facts,
    )  # fmt: skip


def note_sent(orders: Sequence[PaymentOrder], message_id: str) -> None:
    """What the bank will answer by, for the matching of the debits; once an order."""
    SentPayment.objects.bulk_create(
        [
            SentPayment(
                company_id=order.company_id, item_id=order.item_id,
                amount_minor=order.amount_minor, end_to_end_id=order.end_to_end_id, order=order,
                instruction_id=order.end_to_end_id, payment_information_id=order.batch_id,
                message_id=message_id,
            )
            for order in orders
            if order.item_id is not None
        ],
        update_conflicts=True,
        unique_fields=["company", "end_to_end_id"],
        update_fields=["payment_information_id", "message_id", "rejected", "order"],
        batch_size=500,
    )  # fmt: skip


def note_bank_references(orders: Sequence[PaymentOrder], named: Mapping[int, str]) -> None:
    """The bank's own references, by order: a debit may say no other."""
    ids = {order.end_to_end_id: named[order.pk] for order in orders if order.pk in named}
    if ids:
        found = SentPayment.objects.filter(
            company_id=orders[0].company_id, end_to_end_id__in=list(ids)
        )
        rows = list(found)
        for row in rows:
            row.bank_reference = ids[row.end_to_end_id][:35]
        SentPayment.objects.bulk_update(rows, ["bank_reference"], batch_size=500)


def note_stopped(orders: Sequence[PaymentOrder]) -> None:
    """No debit will come for these."""
    for company_id in {order.company_id for order in orders}:
        SentPayment.objects.filter(
            company_id=company_id,
            end_to_end_id__in=[order.end_to_end_id for order in orders],
            settled=False,
        ).update(rejected=True)


def begin_attempt(file: PaymentFile, state: str) -> None:
    """Count an attempt at sending; written before anything leaves."""
    rows = PaymentFile.objects.filter(company_id=file.company_id, pk=file.pk)
    rows.update(state=state, attempts=F("attempts") + 1)
    file.state, file.attempts = state, file.attempts + 1


def change_file(file: PaymentFile, **changed: Any) -> None:
    """Write it to the file's row, and to the one at hand."""
    PaymentFile.objects.filter(company_id=file.company_id, pk=file.pk).update(**changed)
    for name, value in changed.items():
        setattr(file, name, value)


def redate(orders: Sequence[PaymentOrder], *, now: datetime) -> list[PaymentOrder]:
    """Give those whose day has passed the next bank day; what was approved of them is not any more.

    Answers those that were given another day; the hash of what is approved covers it.
    """
    local = timezone.localtime(now).replace(tzinfo=None)
    late = [order for order in orders if order.execution_date < local.date()]
    for order in late:
        bank = bank_of_account(order.account.iban)
        found = pay_day(order.asked_date, now=local, cut_offs=bank.cut_offs if bank else ())
        order.execution_date, order.day_reason = found.day, found.reason.value
        order.order_hash = hash_of(order, order.account)
        facts = {"day": found.day.isoformat()}
        if order.state == OrderState.APPROVED:
            move(
                [order], OrderState.AWAITING_APPROVAL, "day_passed", now=now, facts=facts,
                standing=None, **_dated(order),
            )  # fmt: skip
        else:
            change([order], **_dated(order))
            tell([order], "day_passed", now=now, facts=facts)
    return late


def _dated(order: PaymentOrder) -> dict[str, Any]:
    return {
        "execution_date": order.execution_date,
        "day_reason": order.day_reason,
        "order_hash": order.order_hash,
    }


def approve_standing(
    company_id: int, orders: Sequence[PaymentOrder], *, now: datetime
) -> list[PaymentOrder]:
    """Approve what the standing approval covers, and nothing that is held."""
    standing = standing_approval(company_id)
    if standing is None:
        return []
    covered = [order for order in orders if _covers(standing, order)]
    move(
        covered, OrderState.APPROVED, "approved_standing", now=now, person=standing.given_by,
        facts={"limit_minor": standing.limit_minor, "given_at": standing.given_at.isoformat()},
        standing=standing,
    )  # fmt: skip
    return covered


def _covers(standing: StandingApproval, order: PaymentOrder) -> bool:
    return (
        not order.holds
        and order.approvals_needed == 1
        and order.currency == standing.currency
        and order.amount_minor <= standing.limit_minor
    )


def withdraw(file: PaymentFile, *, now: datetime, person: str = "") -> list[PaymentOrder]:
    """Take a file apart of which no byte was sent; its orders are approved, and in no file."""
    assert file.state == FileState.MADE, "what may have been sent is not taken apart"
    rows = PaymentOrder.objects.filter(company_id=file.company_id, file=file)
    orders = list(rows.select_related("account", "item").order_by("pk"))
    change_file(file, state=FileState.WITHDRAWN.value)
    tell_of_file(file, "withdrawn", now=now, person=person)
    waiting = [order for order in orders if order.state == OrderState.IN_FILE]
    move(waiting, OrderState.APPROVED, "withdrawn", now=now, person=person, file=None, batch_id="")
    return waiting
