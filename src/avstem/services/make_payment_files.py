"""Put approved orders into files for the bank: exact bytes and identity are kept before sending."""

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.db import transaction as database
from django.db.models import Count, F, Q
from django.utils import timezone

from avstem.domain.errors import OutgoingFaultError, RefusalError
from avstem.domain.payment_life import LIVE, OrderState
from avstem.domain.payment_order import PaymentFile as FileValue
from avstem.domain.payment_shield import ALIKE_WAGES_WITHIN, Hold
from avstem.formats.outgoing import checked_payment_file
from avstem.store import audit, payments
from avstem.store.bulk import reserve_ids
from avstem.store.locks import lock_company
from avstem.store.models import (
    Activation,
    Agreement,
    Company,
    FileState,
    PaymentFile,
    PaymentOrder,
)
from avstem.store.owed import beyond_owed
from avstem.store.payees import nok_rates
from avstem.store.payment_messages import BankWay, domain_file, way_of
from avstem.store.tenancy import in_company

_SALARY = "salary"
_PAID = [*(state.value for state in LIVE), OrderState.SETTLED.value]


@dataclass
class MadeFiles:
    """The files, and the orders that are in none of them: with the refusal, or held again."""

    files: list[PaymentFile] = field(default_factory=list)
    refused: list[tuple[PaymentOrder, RefusalError | None]] = field(default_factory=list)


@in_company
@database.atomic
def make_payment_files(*, company_id: int, actor: str, now: datetime) -> MadeFiles:
    """A file for each agreement with approved orders; one that cannot go does not hold the others.

    An order is left alone where what stands there is not what was approved; it goes back to a
    person where its day has passed, where it or the same was paid otherwise meanwhile, or where no
    bank would take it.
    """
    company = lock_company(company_id)
    made = MadeFiles()
    _withdraw_late(company_id, now)
    _withdraw_settled(company_id, now)
    orders = payments.orders_in(company_id, OrderState.APPROVED)
    good = _as_approved(company_id, orders)
    late = payments.redate(good, now=now)
    again = payments.approve_standing(company_id, late, now=now)
    good = [*_without(good, late), *again]
    settled = _settled_meanwhile(company_id, good)
    _hold(settled, Hold.PAID_MEANWHILE, now)
    good = _without(good, settled)
    twins = _twins(company_id, good)
    _hold(twins, Hold.SAME_PAYMENT, now)
    going = _without(good, twins)
    made.refused += [(order, None) for order in _without(orders, going)]
    for agreement, rows in _by_agreement(company_id, going):
        _make(company, agreement, rows, made, actor, now)
    return made


def _withdraw_late(company_id: int, now: datetime) -> None:
    """Take apart files that could not be sent until a day in them had passed."""
    today = timezone.localdate(now)
    files = PaymentFile.objects.filter(
        company_id=company_id, state=FileState.MADE, kind="pain.001",
        orders__execution_date__lt=today,
    ).distinct()  # fmt: skip
    for file in files:
        payments.withdraw(file, now=now)


def _withdraw_settled(company_id: int, now: datetime) -> None:
    """Take apart files not sent yet in which something is not owed any more; the rest goes anew."""
    rows = PaymentOrder.objects.filter(
        company_id=company_id, state=OrderState.IN_FILE, file__state=FileState.MADE,
        file__kind="pain.001",
    )  # fmt: skip
    orders = list(rows.select_related("file"))
    beyond = beyond_owed(company_id, orders)
    files = {order.file_id: order.file for order in orders if order.pk in beyond}
    for file in files.values():
        assert file is not None, "it is in a file"
        payments.withdraw(file, now=now)


def _settled_meanwhile(company_id: int, orders: Sequence[PaymentOrder]) -> list[PaymentOrder]:
    """Those of which less is owed than they pay: paid otherwise since they were approved."""
    beyond = beyond_owed(company_id, orders)
    return [order for order in orders if order.pk in beyond]


def _without(orders: Sequence[PaymentOrder], others: Sequence[PaymentOrder]) -> list[PaymentOrder]:
    left_out = {order.pk for order in others}
    return [order for order in orders if order.pk not in left_out]


def _as_approved(company_id: int, orders: Sequence[PaymentOrder]) -> list[PaymentOrder]:
    """Those whose content is the one approved, by people enough or by a standing approval."""
    rows = PaymentOrder.objects.filter(company_id=company_id, state=OrderState.APPROVED).annotate(
        people=Count(
            "approvals__person", filter=Q(approvals__order_hash=F("order_hash")), distinct=True
        )
    )
    approved = set(
        rows.filter(
            Q(people__gte=F("approvals_needed"))
            | Q(standing__isnull=False, standing__limit_minor__gte=F("amount_minor"), holds="")
        ).values_list("pk", flat=True)
    )
    return [
        order
        for order in orders
        if order.pk in approved and payments.hash_of(order, order.account) == order.order_hash
    ]


def _twins(company_id: int, orders: Sequence[PaymentOrder]) -> list[PaymentOrder]:
    """Those of which the same is in flight or paid, and nobody has been told."""
    rows = PaymentOrder.objects.filter(
        company_id=company_id, state__in=_PAID,
        creditor_account__in={order.creditor_account for order in orders},
    )  # fmt: skip
    seen: dict[tuple[str, int, str], list[PaymentOrder]] = defaultdict(list)
    fields = (*_COMPARED, "item_id", "execution_date", "state")
    for row in rows.only(*fields):
        if row.state not in (OrderState.DRAFT, OrderState.AWAITING_APPROVAL):
            seen[_same(row)].append(row)
    return [
        order
        for order in orders
        if Hold.SAME_PAYMENT not in order.holds.split()
        and any(_is_twin(order, other) for other in seen[_same(order)])
    ]


_COMPARED = ("purpose", "creditor_account", "amount_minor", "kid", "text")


def _same(order: PaymentOrder) -> tuple[str, int, str]:
    """What two orders of one payment share: of wages no words, which a payroll repeats."""
    said = "" if order.purpose == _SALARY else order.kid or order.text
    return order.creditor_account, order.amount_minor, said


def _is_twin(order: PaymentOrder, other: PaymentOrder) -> bool:
    """Whether the other pays the same; of wages only one that leaves about the same day."""
    if other.item_id == order.item_id:
        return False
    apart = abs(other.execution_date - order.execution_date)
    return order.purpose != _SALARY or apart <= ALIKE_WAGES_WITHIN


def _hold(orders: Sequence[PaymentOrder], hold: Hold, now: datetime) -> None:
    for order in orders:
        holds = " ".join(dict.fromkeys([*order.holds.split(), hold.value]))
        payments.move(
            [order], OrderState.AWAITING_APPROVAL, "held", now=now, holds=holds, standing=None,
            facts={"hold": hold.value},
        )  # fmt: skip


def _by_agreement(
    company_id: int, orders: Sequence[PaymentOrder]
) -> list[tuple[Agreement, list[PaymentOrder]]]:
    """The orders of each active agreement for payments; others wait until theirs is mended."""
    rows = Activation.objects.filter(
        company_id=company_id, state="active", agreement__state="active", agreement__payments=True
    ).select_related("agreement")
    agreements = {row.account_id: row.agreement for row in rows}
    found: dict[int, tuple[Agreement, list[PaymentOrder]]] = {}
    for order in orders:
        agreement = agreements.get(order.account_id)
        if agreement is not None:
            found.setdefault(agreement.pk, (agreement, []))[1].append(order)
    return list(found.values())


def _make(
    company: Company, agreement: Agreement, rows: list[PaymentOrder], made: MadeFiles, actor: str,
    now: datetime,
) -> None:  # fmt: skip
    way = way_of(agreement, company)
    [file_id] = reserve_ids(PaymentFile, 1)
    tail = hashlib.sha256(f"{file_id} {now.isoformat()}".encode()).hexdigest()[:4]
    currencies = {row.currency for row in rows if row.abroad is not None}
    rates = nok_rates(currencies, timezone.localdate(now))
    writer = _Writer(company, agreement, way, f"{company.orgnr}-{file_id}-{tail}", now, rates)
    good = _without_faults(writer, rows, made, now)
    if not good:
        return
    value, content = writer.write(good)
    file = PaymentFile.objects.create(
        id=file_id, company_id=company.pk, agreement=agreement, kind="pain.001",
        version=way.bank.pain001_version, message_id=writer.message_id, content=content,
        remote_name=way.bank.file_name(message_id=writer.message_id, orgnr=company.orgnr),
        sha256=hashlib.sha256(content).hexdigest(), payments=len(good), made_at=now, made_by=actor,
    )  # fmt: skip
    _put_in(file, good, value, now)
    made.files.append(file)
    audit.record(
        company_id=company.pk, actor=actor, action="payments.file_made", at=now,
        facts={"file": file.message_id, "sha256": file.sha256, "payments": len(good)},
    )  # fmt: skip


@dataclass(frozen=True)
class _Writer:
    """Writes orders as one file of that identity."""

    company: Company
    agreement: Agreement
    way: BankWay
    message_id: str
    now: datetime
    rates: Mapping[str, Decimal]

    def write(self, rows: Sequence[PaymentOrder]) -> tuple[FileValue, bytes]:
        value = domain_file(
            rows, self.agreement, self.company, message_id=self.message_id, made_at=self.now,
            rates=self.rates,
        )  # fmt: skip
        return value, checked_payment_file(value, self.way.writer, nok_rates=self.rates)


def _without_faults(
    writer: _Writer, rows: list[PaymentOrder], made: MadeFiles, now: datetime
) -> list[PaymentOrder]:
    """Those that a bank would take; the others go back to a person, each with its reason."""
    try:
        writer.write(rows)
    except RefusalError:
        good = [row for row in rows if _is_taken(writer, row, made, now)]
    else:
        return rows
    if good:
        writer.write(good)
    return good


def _is_taken(writer: _Writer, row: PaymentOrder, made: MadeFiles, now: datetime) -> bool:
    try:
        writer.write([row])
    except RefusalError as refusal:
        made.refused.append((row, refusal))
        rule = refusal.rule if isinstance(refusal, OutgoingFaultError) else str(refusal)
        payments.move(
            [row], OrderState.AWAITING_APPROVAL, "not_taken", now=now, standing=None,
            facts={"code": refusal.code, "found": rule[:200]},
        )  # fmt: skip
        return False
    return True


def _put_in(
    file: PaymentFile, rows: Sequence[PaymentOrder], value: FileValue, now: datetime
) -> None:
    by_id = {row.end_to_end_id: row for row in rows}
    for batch in value.batches:
        part = [by_id[order.end_to_end_id] for order in batch.orders]
        payments.move(
            part, OrderState.IN_FILE, "in_file", now=now, file=file, batch_id=batch.id,
            facts={
                "message_id": file.message_id, "batch_id": batch.id, "sha256": file.sha256,
            },
        )  # fmt: skip
    payments.note_sent(rows, file.message_id)
