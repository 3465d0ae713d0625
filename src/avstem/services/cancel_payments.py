"""Take payments back: out of the list before they are sent, by asking the bank afterwards."""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction as database
from django.utils import timezone

from avstem.banks.directory import bank as bank_by_slug
from avstem.domain.cancellation import REASON_CHARACTERS_MAX, cancel
from avstem.domain.errors import StateError
from avstem.domain.payment_life import AT_HOME, CANCELLABLE_AT_BANK, OrderState
from avstem.formats.outgoing import checked_cancellation
from avstem.store import audit, payments
from avstem.store.bulk import reserve_ids
from avstem.store.locks import lock_company
from avstem.store.models import Company, FileState, PaymentEvent, PaymentFile, PaymentOrder
from avstem.store.payees import nok_rates
from avstem.store.payment_messages import domain_file, way_of
from avstem.store.payment_sending import is_by_hand
from avstem.store.tenancy import in_company


@dataclass
class CancelledPayments:
    """What was taken out at once, the requests to the bank, and what a person must write about.

    `by_letter` are payments at banks that answer no camt.055: (bank's name, order).
    """

    taken_out: list[PaymentOrder] = field(default_factory=list)
    requests: list[PaymentFile] = field(default_factory=list)
    by_letter: list[tuple[str, PaymentOrder]] = field(default_factory=list)


@in_company
@database.atomic
def cancel_payments(
    *, company_id: int, order_ids: Collection[int], reason: str = "", actor: str, now: datetime
) -> CancelledPayments:
    """Cancel them all, or refuse the first that cannot be: paid already, or nobody knows where."""
    company = lock_company(company_id)
    orders = payments.get_orders(company_id, order_ids)
    done = CancelledPayments()
    orders = _unpack(orders, actor, now)
    at_home = [order for order in orders if OrderState(order.state) in AT_HOME]
    payments.move(at_home, OrderState.CANCELLED, "cancelled", now=now, person=actor)
    payments.note_stopped(at_home)
    done.taken_out += at_home
    sent = [order for order in orders if order.state != OrderState.CANCELLED]
    _check(sent)
    sent = _not_asked_for(company_id, sent)
    for file_id in sorted({order.file_id for order in sent if order.file_id}):
        rows = [order for order in sent if order.file_id == file_id]
        _ask(company, payments.get_file(company_id, file_id), rows, reason, done, actor, now)
    audit.record(
        company_id=company_id, actor=actor, action="payments.cancelled", at=now,
        facts={"orders": [order.pk for order in orders], "reason": reason[:REASON_CHARACTERS_MAX]},
    )  # fmt: skip
    return done


def _unpack(orders: Sequence[PaymentOrder], actor: str, now: datetime) -> list[PaymentOrder]:
    """Take apart the files that were not begun to be sent; the others in them stay approved."""
    made = {
        order.file_id: order.file
        for order in orders
        if order.file is not None and order.file.state == FileState.MADE
    }
    for file in made.values():
        payments.withdraw(file, now=now, person=actor)
    if not made:
        return list(orders)
    return payments.get_orders(orders[0].company_id, [order.pk for order in orders])


def _check(orders: Sequence[PaymentOrder]) -> None:
    for order in orders:
        if OrderState(order.state) not in CANCELLABLE_AT_BANK:
            found = order.state.replace("_", " ")
            raise StateError("payment", order.end_to_end_id, found, "sent or accepted")


def _not_asked_for(company_id: int, orders: Sequence[PaymentOrder]) -> list[PaymentOrder]:
    """Those that the bank has not been asked about, or has said no to: one question at a time."""
    events = PaymentEvent.objects.filter(
        company_id=company_id, order_id__in=[order.pk for order in orders],
        kind__in=("cancel_asked", "cancel_refused"),
    ).order_by("pk")  # fmt: skip
    newest = dict(events.values_list("order_id", "kind"))
    return [order for order in orders if newest.get(order.pk) != "cancel_asked"]


def _ask(
    company: Company, file: PaymentFile, orders: Sequence[PaymentOrder], reason: str,
    done: CancelledPayments, actor: str, now: datetime,
) -> None:  # fmt: skip
    way = way_of(file.agreement, company)
    by_hand = is_by_hand(file.agreement) and not way.bank.cancellation_by_hand
    if by_hand or not way.bank.takes_cancellation:
        payments.tell(orders, "cancel_by_letter", now=now, person=actor)
        name = bank_by_slug(file.agreement.bank).name
        done.by_letter += [(name, order) for order in orders]
        return
    found = PaymentOrder.objects.filter(company_id=company.pk, file=file)
    rows = list(found.select_related("account").order_by("pk"))
    # What is paid abroad was made by the rates of that day, and is told again by them.
    currencies = {row.currency for row in rows if row.abroad is not None}
    sent = domain_file(
        rows, file.agreement, company, message_id=file.message_id, made_at=file.made_at,
        rates=nok_rates(currencies, timezone.localdate(file.made_at)),
    )  # fmt: skip
    [request_id] = reserve_ids(PaymentFile, 1)
    tail = hashlib.sha256(f"{request_id} {now.isoformat()}".encode()).hexdigest()[:4]
    message_id = f"{company.orgnr}-{request_id}-{tail}"
    request = cancel(
        sent, frozenset(order.end_to_end_id for order in orders), id=message_id,
        created=timezone.localtime(now).replace(tzinfo=None, microsecond=0),
        message_name=file.version, text=" ".join(reason.split())[:REASON_CHARACTERS_MAX],
    )  # fmt: skip
    content = checked_cancellation(request, way.writer)
    row = PaymentFile.objects.create(
        id=request_id, company_id=company.pk, agreement=file.agreement, kind="camt.055",
        version=way.bank.cancellation_versions[0], message_id=message_id, content=content,
        remote_name=way.bank.file_name(message_id=message_id, orgnr=company.orgnr), about=file,
        sha256=hashlib.sha256(content).hexdigest(), payments=len(orders), made_at=now,
        made_by=actor,
    )  # fmt: skip
    payments.tell(orders, "cancel_asked", now=now, person=actor, facts={"request": message_id})
    done.requests.append(row)
