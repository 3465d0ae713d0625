"""Take back the use of a credit: the document is owed again, and the credit is there again."""

from datetime import datetime

from django.db import transaction as database

from avstem.domain.errors import NotFoundError, StateError
from avstem.store import booking
from avstem.store.locks import lock_company
from avstem.store.models import Voucher
from avstem.store.reversing import first_open_day, reversing_voucher
from avstem.store.tenancy import in_company


@in_company
@database.atomic
def undo_draw(*, company_id: int, voucher_id: int, actor: str, now: datetime) -> Voucher:
    """The reversing voucher. That credit is not drawn for that document again without asking.

    Refused where the voucher is no use of a credit, or is reversed already.
    """
    company = lock_company(company_id)
    rows = Voucher.objects.filter(company_id=company_id, pk=voucher_id, credit_use__isnull=False)
    voucher = rows.first()
    if voucher is None:
        raise NotFoundError("credit use", str(voucher_id))
    if Voucher.objects.filter(company_id=company_id, reverses=voucher).exists():
        raise StateError("voucher", str(voucher), "reversed", "standing")
    day = first_open_day(company, voucher.date)
    reversing = reversing_voucher(voucher, day, company.currency)
    return booking.post_one(company_id, reversing, actor=actor, action="voucher.reversed", now=now)
