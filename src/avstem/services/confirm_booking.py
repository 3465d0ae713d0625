"""Say that an automatic booking put up for a look is right."""

from datetime import datetime

from django.db import transaction as database

from avstem.domain.errors import NotFoundError, StateError
from avstem.store import audit
from avstem.store.items import booked_items
from avstem.store.learning import learn, lesson_of
from avstem.store.locks import lock_company
from avstem.store.models import Allocation, BookingSample
from avstem.store.tenancy import in_company


@in_company
@database.atomic
def confirm_booking(*, company_id: int, sample_id: int, actor: str, now: datetime) -> BookingSample:
    """The booking stands as before; that a person has looked teaches who pays for whom.

    Looked at or undone already: refused.
    """
    lock_company(company_id)
    rows = BookingSample.objects.filter(company_id=company_id, pk=sample_id)
    sample = rows.select_related("voucher__transaction").first()
    if sample is None:
        raise NotFoundError("booking", str(sample_id))
    if sample.state != "waits":
        raise StateError("booking", str(sample.voucher), sample.state, "waits")
    sample.state, sample.looked_by, sample.looked_at = "right", actor, now
    sample.save(update_fields=["state", "looked_by", "looked_at"])

    voucher, transaction = sample.voucher, sample.voucher.transaction
    allocations = Allocation.objects.filter(company_id=company_id, voucher=voucher)
    items = booked_items(company_id, allocations.values_list("item_id", flat=True))
    if transaction is not None:
        learn(company_id, lesson_of(transaction, items.values()), by_person=True)
    audit.record(
        company_id=company_id,
        actor=actor,
        action="booking.confirmed",
        at=now,
        facts={"voucher": str(voucher)},
    )
    return sample
